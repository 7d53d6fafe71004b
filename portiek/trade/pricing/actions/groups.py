"""Writes of customer groups: who is in one, and what its members pay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import errors, facts, permissions, rules, words
from portiek.trade.pricing.actions.agreements import _check_line
from portiek.trade.pricing.actions.own import Put, _own
from portiek.trade.pricing.models import CustomerGroup, GroupAgreement, GroupAgreementLine, GroupDiscount, GroupMember, GroupPriceList, PriceList, Tiers

Days = tuple[date | None, date | None]
REF = "pricing.group"


def _tell(actor: Actor, group: CustomerGroup, changes: Mapping[str, tuple[Any, Any]] | None = None) -> None:
    record(actor, facts.GroupChanged(group_id=group.pk), subject=ref(REF, group.pk), text=group.name, changes=changes)


@action(permissions.MANAGE)
def create_group(actor: Actor, *, code: str, name: str) -> CustomerGroup:
    """Make a customer group of the portal's own. Raises Refused when the code is taken."""
    if CustomerGroup.objects.filter(portal_id=actor.portal_id, code=code).exists():
        raise Refused(errors.GROUP_TAKEN, field="code")
    made = CustomerGroup.objects.create(portal_id=actor.portal_id, code=code, name=name)
    record(actor, facts.GroupMade(group_id=made.pk), subject=ref(REF, made.pk), text=made.name)
    return made


@action(permissions.MANAGE)
def change_group(actor: Actor, *, group: CustomerGroup, name: str, is_active: bool) -> bool:
    """Give a group another name, or let it count no longer; return whether anything changed. Raises Refused."""
    _own(group)
    wanted = {"name": name, "is_active": is_active}
    changes = {key: (getattr(group, key), value) for key, value in wanted.items() if getattr(group, key) != value}
    for key, (_old, value) in changes.items():
        setattr(group, key, value)
    if changes:
        group.save(update_fields=list(changes))
        _tell(actor, group, changes)
    return bool(changes)


@action(permissions.MANAGE)
def add_member(actor: Actor, *, group: CustomerGroup, party: Party) -> bool:
    """Put a party in a group; return whether it was not in it. Raises Refused for a group of the ERP and for a supplier."""
    _own(group)
    if party.kind == Party.Kind.SUPPLIER:
        raise Refused(errors.NO_BUYER, field="party")
    return _join(actor, group, party)


def _join(actor: Actor, group: CustomerGroup, party: Party) -> bool:
    _row, new = GroupMember.objects.get_or_create(portal_id=actor.portal_id, party=party, group=group)
    if new:
        record(actor, facts.GroupJoined(group_id=group.pk), party_id=party.pk, subject=ref("parties.party", party.pk), text=group.name)
    return new


@action(permissions.MANAGE)
def remove_member(actor: Actor, *, group: CustomerGroup, party: Party) -> None:
    """Take a party out of a group. Raises Refused for a group of the ERP, NotFound for who is not in it."""
    _own(group)
    if not _leave(actor, group, party.pk):
        raise NotFound


def _leave(actor: Actor, group: CustomerGroup, party_id: int) -> bool:
    gone, _each = GroupMember.objects.filter(portal_id=actor.portal_id, party_id=party_id, group=group).delete()
    if gone:
        record(actor, facts.GroupLeft(group_id=group.pk), party_id=party_id, subject=ref("parties.party", party_id), text=group.name)
    return bool(gone)


@action(permissions.MANAGE)
def apply_members(actor: Actor, *, wanted: Mapping[int, Iterable[str]]) -> None:
    """Put parties in the groups that the ERP names by code and take them out of its others; groups of the portal's own stay as they are. A code that is new makes a group."""
    codes = {code[:40] for found in wanted.values() for code in found if code}
    known = {row.code: row for row in CustomerGroup.objects.filter(portal_id=actor.portal_id, code__in=codes)}
    for code in sorted(codes - known.keys()):
        known[code] = CustomerGroup.objects.create(portal_id=actor.portal_id, external_id=code, code=code, name=code, as_of=timezone.now())
        record(actor, facts.GroupMade(group_id=known[code].pk), subject=ref(REF, known[code].pk), text=code)
    now: dict[int, dict[int, CustomerGroup]] = {}
    for row in GroupMember.objects.filter(portal_id=actor.portal_id, party__in=list(wanted), group__external_id__isnull=False).select_related("group"):
        now.setdefault(row.party_id, {})[row.group_id] = row.group
    parties = Party.objects.filter(portal_id=actor.portal_id).in_bulk(list(wanted))
    for key, found in wanted.items():
        asked = {known[code[:40]].pk: known[code[:40]] for code in found if code}
        for pk in asked.keys() - now.get(key, {}).keys():
            _join(actor, asked[pk], parties[key])
        for pk in now.get(key, {}).keys() - asked.keys():
            _leave(actor, now[key][pk], key)


@action(permissions.MANAGE)
def assign_group_list(actor: Actor, *, group: CustomerGroup, price_list: PriceList, position: int) -> None:
    """Serve the members of a group by a price list, or move it to another position. Raises Refused when the position is taken."""
    if GroupPriceList.objects.filter(portal_id=actor.portal_id, group=group, position=position).exclude(price_list=price_list).exists():
        raise Refused(errors.POSITION_TAKEN, field="position")
    GroupPriceList.objects.update_or_create(portal_id=actor.portal_id, group=group, price_list=price_list, defaults={"position": position})
    _tell(actor, group, {"price_list": (None, price_list.name)})


@action(permissions.MANAGE)
def withdraw_group_list(actor: Actor, *, group: CustomerGroup, price_list: PriceList) -> None:
    """Serve the members of a group no longer by a price list. Raises NotFound."""
    gone, _each = GroupPriceList.objects.filter(portal_id=actor.portal_id, group=group, price_list=price_list).delete()
    if not gone:
        raise NotFound
    _tell(actor, group, {"price_list": (price_list.name, None)})


@action(permissions.MANAGE)
def create_group_agreement(actor: Actor, *, group: CustomerGroup, number: str, name: str, valid_from: date | None = None, valid_until: date | None = None, note: str = "", tiers: str = Tiers.ALL_UNITS) -> GroupAgreement:
    """Agree something with a group. Raises Refused when the number is taken or the days are the wrong way round."""
    if valid_from and valid_until and valid_until < valid_from:
        raise Refused(errors.WINDOW, field="valid_until")
    if GroupAgreement.objects.filter(portal_id=actor.portal_id, group=group, number=number).exists():
        raise Refused(errors.NUMBER_TAKEN, field="number")
    made = GroupAgreement.objects.create(portal_id=actor.portal_id, group=group, number=number, name=name, valid_from=valid_from, valid_until=valid_until, note=note, tiers=tiers, as_of=timezone.now())
    _tell(actor, group, {"agreement": (None, made.name)})
    return made


@action(permissions.MANAGE)
def change_group_agreement(actor: Actor, *, agreement: GroupAgreement, values: Mapping[str, Any]) -> bool:
    """Give an agreement of a group another name, other days, conditions or kind of tiers; return whether anything changed. Raises Refused."""
    _own(agreement)
    wanted = {name: values[name] for name in ("name", "valid_from", "valid_until", "note", "tiers") if name in values}
    changes = {name: (getattr(agreement, name), value) for name, value in wanted.items() if getattr(agreement, name) != value}
    days = (wanted.get("valid_from", agreement.valid_from), wanted.get("valid_until", agreement.valid_until))
    if days[0] and days[1] and days[1] < days[0]:
        raise Refused(errors.WINDOW, field="valid_until")
    if not changes:
        return False
    if not rules.within(days, (agreement.valid_from, agreement.valid_until)):
        own = GroupAgreementLine.objects.filter(portal_id=actor.portal_id, agreement=agreement).values_list("product_id", "discount_group", "min_quantity")
        _check_overlap(agreement, days, {(product, code, rules.same_step(quantity)) for product, code, quantity in own})
    for name, (_old, value) in changes.items():
        setattr(agreement, name, value)
    agreement.as_of = timezone.now()
    agreement.save(update_fields=[*changes, "as_of"])
    _tell(actor, agreement.group, changes)
    return True


def _check_overlap(agreement: GroupAgreement, days: Days, targets: set[tuple[int | None, str, tuple[Decimal, ...]]]) -> None:
    """Refuse a second agreement of the group for the same on the same days, as with one party. Raises Refused."""
    CustomerGroup.objects.select_for_update(no_key=True).only("pk").get(pk=agreement.group_id)
    beside = GroupAgreementLine.objects.filter(portal_id=agreement.portal_id, group_id=agreement.group_id, agreement__is_active=True).exclude(agreement=agreement).select_related("agreement")
    for line in beside.order_by("agreement_id", "pk"):
        other, target = line.agreement, (line.product_id, line.discount_group, rules.same_step(line.min_quantity))
        if target in targets and rules.overlap(days, when := (other.valid_from, other.valid_until)):
            raise Refused(errors.AGREED_ELSEWHERE, field="number", number=other.number, days=words.days(*when))


@action(permissions.MANAGE)
def add_group_line(actor: Actor, *, agreement: GroupAgreement, product: Product | None, discount_group: str, min_quantity: Decimal, price: Decimal | None, percent: Decimal | None) -> GroupAgreementLine:
    """Add a line to an agreement of a group: a price for a product, or a percentage for a product or a discount group. Raises Refused."""
    _own(agreement)
    _check_line(product, discount_group, price, percent)
    if GroupAgreementLine.objects.filter(portal_id=actor.portal_id, agreement=agreement, product=product, discount_group=discount_group, min_quantity__in=rules.same_step(min_quantity)).exists():
        raise Refused(errors.LINE_TAKEN)
    _check_overlap(agreement, (agreement.valid_from, agreement.valid_until), {(product.pk if product else None, discount_group, rules.same_step(min_quantity))})
    made = GroupAgreementLine.objects.create(portal_id=actor.portal_id, group_id=agreement.group_id, agreement=agreement, product=product, discount_group=discount_group, min_quantity=min_quantity, price=price, percent=percent)
    _tell(actor, agreement.group, {product.sku if product else discount_group: (None, price if price is not None else percent)})
    return made


@action(permissions.MANAGE)
def put_group_line(actor: Actor, *, agreement: GroupAgreement, product: Product | None, discount_group: str, min_quantity: Decimal, price: Decimal | None, percent: Decimal | None) -> Put:
    """Add a line to an agreement of a group, or change the one for the same from the same quantity on. Of many at once: `tell_group_agreements` records what came of them. Raises Refused."""
    _own(agreement)
    _check_line(product, discount_group, price, percent)
    found = GroupAgreementLine.objects.filter(portal_id=actor.portal_id, agreement=agreement, product=product, discount_group=discount_group, min_quantity__in=rules.same_step(min_quantity)).order_by("pk").first()
    if found is not None and (found.price, found.percent) == (price, percent):
        return Put("same")
    _check_overlap(agreement, (agreement.valid_from, agreement.valid_until), {(product.pk if product else None, discount_group, rules.same_step(min_quantity))})
    if found is None:
        GroupAgreementLine.objects.create(portal_id=actor.portal_id, group_id=agreement.group_id, agreement=agreement, product=product, discount_group=discount_group, min_quantity=min_quantity, price=price, percent=percent)
        return Put("new")
    GroupAgreementLine.objects.filter(pk=found.pk).update(price=price, percent=percent)
    return Put("changed", found.price if found.price is not None else found.percent)


@action(permissions.MANAGE)
def tell_group_agreements(actor: Actor, *, changed: Sequence[tuple[GroupAgreement, Mapping[str, tuple[Any, Any]]]]) -> None:
    """Record what became of the lines of agreements of groups, once for each: what changed by article, as (old, new)."""
    for agreement, changes in changed:
        _tell(actor, agreement.group, changes)


@action(permissions.MANAGE)
def remove_group_line(actor: Actor, *, agreement: GroupAgreement, key: int) -> None:
    """Take a line out of an agreement of a group. Raises NotFound."""
    _own(agreement)
    found = GroupAgreementLine.objects.filter(portal_id=actor.portal_id, agreement=agreement, pk=key).select_related("product").first()
    if found is None:
        raise NotFound
    _tell(actor, agreement.group, {found.product.sku if found.product else found.discount_group: (found.price if found.price is not None else found.percent, None)})
    found.delete()


@action(permissions.MANAGE)
def set_group_discount(actor: Actor, *, group: CustomerGroup, discount_group: str, percent: Decimal, valid_from: date | None = None, valid_until: date | None = None) -> GroupDiscount:
    """Give the members of a group a percentage off the list price of a discount group; the one from the same day on is changed. Raises Refused, also for one of the ERP and where another one counts on the same days."""
    if valid_from and valid_until and valid_until < valid_from:
        raise Refused(errors.WINDOW, field="valid_until")
    CustomerGroup.objects.select_for_update(no_key=True).only("pk").get(pk=group.pk)
    there = list(GroupDiscount.objects.filter(portal_id=actor.portal_id, group=group, discount_group=discount_group).order_by("pk"))
    for other in there:
        if other.valid_from != valid_from and rules.overlap((valid_from, valid_until), when := (other.valid_from, other.valid_until)):
            raise Refused(errors.DISCOUNT_ELSEWHERE, field="valid_from", days=words.days(*when))
    same = next((row for row in there if row.valid_from == valid_from), None)
    if same is not None:
        _own(same)
    made, _new = GroupDiscount.objects.update_or_create(portal_id=actor.portal_id, group=group, discount_group=discount_group, valid_from=valid_from, defaults={"percent": percent, "valid_until": valid_until, "as_of": timezone.now()})
    _tell(actor, group, {discount_group: (same.percent if same else None, percent)})
    return made


@action(permissions.MANAGE)
def remove_group_discount(actor: Actor, *, group: CustomerGroup, key: int) -> None:
    """Take a percentage away from a group. Raises NotFound, and Refused for one of the ERP."""
    found = GroupDiscount.objects.filter(portal_id=actor.portal_id, group=group, pk=key).first()
    if found is None:
        raise NotFound
    _own(found)
    _tell(actor, group, {found.discount_group: (found.percent, None)})
    found.delete()
