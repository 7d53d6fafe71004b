"""Reads of price lists and percentages."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import queries as catalog
from portiek.trade.pricing.models import GroupMember, GroupPriceList, PartyDiscount, PartyPriceList, PriceList, PriceListLine
from portiek.trade.pricing.queries.groups import group_lists, groups


def price_lists(actor: Actor) -> QuerySet[PriceList]:
    """Return the lists the actor may see: staff all, a party its own and their fallbacks."""
    return PriceList.objects.filter(portal_id=actor.portal_id).select_related("fallback")


def price_list(actor: Actor, code: str) -> PriceList:
    """Return one list by code. Raises NotFound."""
    found = price_lists(actor).filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def served_by(actor: Actor, price_list: PriceList) -> QuerySet[Party]:
    """Return the customers whom a list serves itself, or by a group that they are in."""
    own = PartyPriceList.objects.filter(portal_id=actor.portal_id, price_list=price_list).values("party")
    by_group = GroupMember.objects.filter(portal_id=actor.portal_id, group__is_active=True, group__in=GroupPriceList.objects.filter(portal_id=actor.portal_id, price_list=price_list).values("group")).values("party")
    return parties.parties(actor).filter(Q(pk__in=own) | Q(pk__in=by_group))


def price_list_lines(actor: Actor, price_list: PriceList, *, search: str = "") -> QuerySet[PriceListLine]:
    """Return the lines of a list with their products; those of the products that a search finds when it is given."""
    found = PriceListLine.objects.filter(price_list=price_list).select_related("product")
    return found.filter(product_id__in=catalog.products(actor, search=search, inactive=actor.is_staff).values("pk")) if search else found


def assigned_lists(actor: Actor, *, party_id: int) -> QuerySet[PartyPriceList]:
    """Return a party's price lists in the order in which they are asked."""
    return PartyPriceList.objects.filter(party_id=party_id).select_related("price_list", "price_list__fallback").order_by("position")


@dataclass(frozen=True, slots=True)
class Asked:
    """A price list at its place in the order: of a party itself, of a customer group (its name), or as what another list falls back on."""

    price_list: PriceList
    group: str = ""
    behind: PriceList | None = None


def lists_in_order(actor: Actor, *, party_id: int) -> list[Asked]:
    """Return the price lists of a party in the order in which they are asked: its own by position, then those of its groups, then what those fall back on, nearest first, each once. Four statements."""
    known = {item.pk: item for item in price_lists(actor)}
    level = [Asked(item.price_list) for item in assigned_lists(actor, party_id=party_id)]
    level += [Asked(item.price_list, item.group.name) for item in group_lists(actor, group_ids=[item.pk for item in groups(actor, party_id=party_id) if item.is_active])]
    found: dict[int, Asked] = {}
    while level:
        new = [item for item in level if found.setdefault(item.price_list.pk, item) is item]
        level = [Asked(known[item.price_list.fallback_id], behind=item.price_list) for item in new if item.price_list.fallback_id in known]
    return [item for item in found.values() if item.price_list.is_active]


def discounts(actor: Actor, *, party_id: int) -> QuerySet[PartyDiscount]:
    """Return a party's percentages per discount group."""
    return PartyDiscount.objects.filter(party_id=party_id).order_by("discount_group", "pk")
