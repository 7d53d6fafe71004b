"""Reads of customer groups: who is in one, and what its members pay."""

from __future__ import annotations

from django.db.models import Count, OuterRef, QuerySet, Subquery

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.parties.models import Party
from portiek.trade.pricing.models import CustomerGroup, GroupAgreement, GroupAgreementLine, GroupDiscount, GroupMember, GroupPriceList

MEMBERS_BY = ("party__name", "party_id")


def groups(actor: Actor, *, party_id: int | None = None) -> QuerySet[CustomerGroup]:
    """Return customer groups: for staff all with their number of members, or those of one party; a party sees its own."""
    found = CustomerGroup.objects.filter(portal_id=actor.portal_id)
    if party_id is not None or not actor.is_staff:
        return found.filter(pk__in=GroupMember.objects.filter(party_id=party_id or actor.party_id or 0).values("group"))
    counted = GroupMember.objects.filter(group=OuterRef("pk")).order_by().values("group").annotate(number=Count("pk")).values("number")
    return found.annotate(members=Subquery(counted))


def group(actor: Actor, code: str) -> CustomerGroup:
    """Return one customer group by code. Raises NotFound."""
    found = groups(actor).filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def group_members(actor: Actor, group: CustomerGroup, *, search: str = "") -> QuerySet[GroupMember]:
    """Return who is in a group, also searched by name or number."""
    found = GroupMember.objects.filter(portal_id=actor.portal_id, group=group).select_related("party")
    return found.filter(party__in=Party.objects.filter(portal_id=actor.portal_id, name__icontains=search) | Party.objects.filter(portal_id=actor.portal_id, number__istartswith=search)) if search else found


def group_lists(actor: Actor, *, group_ids: list[int]) -> QuerySet[GroupPriceList]:
    """Return the price lists of groups in the order in which they are asked."""
    return GroupPriceList.objects.filter(portal_id=actor.portal_id, group__in=group_ids).select_related("group", "price_list", "price_list__fallback").order_by("position", "price_list_id")


def group_agreements(actor: Actor, *, group_ids: list[int]) -> QuerySet[GroupAgreement]:
    """Return what was agreed with groups."""
    return GroupAgreement.objects.filter(portal_id=actor.portal_id, group__in=group_ids).select_related("group").order_by("-is_active", "-valid_until", "number")


def group_agreement(actor: Actor, code: str, number: str) -> GroupAgreement:
    """Return one agreement of a group. Raises NotFound, also for a group that a party is not in."""
    found = GroupAgreement.objects.filter(group__in=groups(actor), group__code=code, number=number).select_related("group").first()
    if found is None:
        raise NotFound
    return found


def group_agreement_lines(actor: Actor, agreement: GroupAgreement) -> QuerySet[GroupAgreementLine]:
    """Return the lines of an agreement with a group."""
    return GroupAgreementLine.objects.filter(portal_id=actor.portal_id, agreement=agreement).order_by("pk")


def group_agreement_line(actor: Actor, agreement: GroupAgreement, key: int) -> GroupAgreementLine:
    """Return one line of an agreement with a group. Raises NotFound."""
    found = group_agreement_lines(actor, agreement).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def group_discount(actor: Actor, group: CustomerGroup, key: int) -> GroupDiscount:
    """Return one percentage of a group. Raises NotFound."""
    found = group_discounts(actor, group_ids=[group.pk]).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def group_discounts(actor: Actor, *, group_ids: list[int]) -> QuerySet[GroupDiscount]:
    """Return the percentages per discount group of customer groups."""
    return GroupDiscount.objects.filter(portal_id=actor.portal_id, group__in=group_ids).select_related("group").order_by("discount_group", "pk")
