"""Writes of agreements and their lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.core.merging import Deed
from portiek.core.refs import ref
from portiek.foundation.parties.models import Party, Unit
from portiek.foundation.parties.permissions import MERGE
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import errors, facts, permissions, queries, rules, words
from portiek.trade.pricing.actions.own import Put, _hold, _own
from portiek.trade.pricing.models import Agreement, AgreementLine, Tiers


def _check_overlap(actor: Actor, agreement: Agreement, days: tuple[date | None, date | None], **line: Any) -> None:
    """Refuse a second agreement for the same on the same days: the lower one would count, whatever this one says. Raises Refused."""
    _hold(agreement.party_id)
    for other in queries.agreements_beside(actor, agreement, **line):
        if rules.overlap(days, when := (other.valid_from, other.valid_until)):
            raise Refused(errors.AGREED_ELSEWHERE, field="number", number=other.number, days=words.days(*when))


@action(permissions.MANAGE)
def create_agreement(
    actor: Actor, *, party: Party, number: str, name: str, valid_from: date | None = None, valid_until: date | None = None, note: str = "", tiers: str = Tiers.ALL_UNITS, unit: Unit | None = None
) -> Agreement:
    """Agree something with a party, or with one unit of it. Raises Refused when the number is taken or the days are the wrong way round."""
    if valid_from and valid_until and valid_until < valid_from:
        raise Refused(errors.WINDOW, field="valid_until")
    if Agreement.objects.filter(party=party, number=number).exists():
        raise Refused(errors.NUMBER_TAKEN, field="number")
    made = Agreement.objects.create(
        portal_id=actor.portal_id, party=party, number=number, name=name, valid_from=valid_from, valid_until=valid_until, note=note, tiers=tiers, unit=unit, as_of=timezone.now()
    )
    record(actor, facts.AgreementMade(agreement_id=made.pk), party_id=party.pk, subject=ref("pricing.agreement", made.pk), text=made.name)
    return made


@action(permissions.MANAGE)
def change_agreement(actor: Actor, *, agreement: Agreement, values: Mapping[str, Any]) -> bool:
    """Give an agreement another name, other days, conditions or kind of tiers; return whether anything changed. Raises Refused."""
    _own(agreement)
    wanted = {name: values[name] for name in ("name", "valid_from", "valid_until", "note", "tiers") if name in values}
    old = {name: getattr(agreement, name) for name in wanted if getattr(agreement, name) != wanted[name]}
    start, end = (wanted.get(name, getattr(agreement, name)) for name in ("valid_from", "valid_until"))
    if start and end and end < start:
        raise Refused(errors.WINDOW, field="valid_until")
    if not old:
        return False
    # Fewer days are always possible: that is how two that overlap already are put right.
    if not rules.within((start, end), (agreement.valid_from, agreement.valid_until)):
        _check_overlap(actor, agreement, (start, end))
    for name in old:
        setattr(agreement, name, wanted[name])
    agreement.as_of = timezone.now()
    agreement.save(update_fields=[*old, "as_of"])
    _tell_changed(actor, agreement, {name: (value, wanted[name]) for name, value in old.items()})
    return True


def _tell_changed(actor: Actor, agreement: Agreement, changes: Mapping[str, tuple[Any, Any]] | None = None) -> None:
    record(actor, facts.AgreementChanged(agreement_id=agreement.pk), party_id=agreement.party_id, subject=ref("pricing.agreement", agreement.pk), text=agreement.name, changes=changes)


def _check_line(product: Product | None, discount_group: str, price: Decimal | None, percent: Decimal | None, agreed: Decimal | None = None) -> None:
    """Refuse a line that is about nothing or two things, or that gives nothing or two things. Raises Refused."""
    if agreed is not None and product is None:
        raise Refused(errors.AGREED_ARTICLE, field="agreed")
    if wrong := rules.wrong_line(product is not None, discount_group, price, percent):
        raise Refused(errors.LINE_TARGET if wrong == "target" else errors.LINE_REWARD)


@action(permissions.MANAGE)
def put_agreement_line(actor: Actor, *, agreement: Agreement, product: Product | None, discount_group: str, min_quantity: Decimal, price: Decimal | None, percent: Decimal | None, values: Mapping[str, Any]) -> Put:
    """Add a line to an agreement, or change the one for the same from the same quantity on; `values` may hold what is agreed to be taken. Of many at once: `tell_agreements` records what came of them. Raises Refused."""
    _own(agreement)
    _check_line(product, discount_group, price, percent, values.get("agreed"))
    wanted = {"price": price, "percent": percent, **values}
    found = AgreementLine.objects.filter(party_id=agreement.party_id, agreement=agreement, product=product, discount_group=discount_group, min_quantity__in=rules.same_step(min_quantity)).order_by("pk").first()
    if found is not None and all(getattr(found, name) == value for name, value in wanted.items()):
        return Put("same")
    _check_overlap(actor, agreement, (agreement.valid_from, agreement.valid_until), product=product, discount_group=discount_group, min_quantity=min_quantity)
    if found is None:
        AgreementLine.objects.create(portal_id=actor.portal_id, party_id=agreement.party_id, agreement=agreement, product=product, discount_group=discount_group, min_quantity=min_quantity, **wanted)
        return Put("new")
    old = found.price if found.price is not None else found.percent
    AgreementLine.objects.filter(pk=found.pk, party_id=agreement.party_id).update(**wanted)
    return Put("changed", old)


@action(permissions.MANAGE)
def tell_agreements(actor: Actor, *, changed: Sequence[tuple[Agreement, Mapping[str, tuple[Any, Any]]]]) -> None:
    """Record what became of the lines of agreements, once for each: what changed by article, as (old, new)."""
    for agreement, changes in changed:
        _tell_changed(actor, agreement, changes)


@action(permissions.MANAGE)
def add_agreement_line(
    actor: Actor,
    *,
    agreement: Agreement,
    product: Product | None = None,
    discount_group: str = "",
    min_quantity: Decimal = Decimal(0),
    price: Decimal | None = None,
    percent: Decimal | None = None,
    agreed: Decimal | None = None,
) -> AgreementLine:
    """Add a line to an agreement: a price for a product, or a percentage for a product or a discount group. Raises Refused."""
    _own(agreement)
    _check_line(product, discount_group, price, percent, agreed)
    if AgreementLine.objects.filter(agreement=agreement, product=product, discount_group=discount_group, min_quantity__in=rules.same_step(min_quantity)).exists():
        raise Refused(errors.LINE_TAKEN)
    _check_overlap(actor, agreement, (agreement.valid_from, agreement.valid_until), product=product, discount_group=discount_group, min_quantity=min_quantity)
    made = AgreementLine.objects.create(
        portal_id=actor.portal_id,
        party_id=agreement.party_id,
        agreement=agreement,
        product=product,
        discount_group=discount_group,
        min_quantity=min_quantity,
        price=price,
        percent=percent,
        agreed=agreed,
    )
    _tell_changed(actor, agreement)
    return made


@action(permissions.MANAGE)
def remove_agreement_line(actor: Actor, *, line: AgreementLine) -> None:
    """Take a line out of its agreement."""
    agreement = line.agreement
    _own(agreement)
    line.delete()
    _tell_changed(actor, agreement)


@action(MERGE)
def end_agreements_of_gone_units(actor: Actor, deed: Deed) -> None:
    """End the agreements that count for a branch, department or project alone which is no longer the party's."""
    for row in Agreement.objects.filter(portal_id=actor.portal_id, party_id=deed.source, unit__isnull=False).exclude(unit__party_id=deed.source).order_by("pk"):
        Agreement.objects.filter(pk=row.pk).update(unit=None, is_active=False)
        _tell_changed(actor, row, {"is_active": (row.is_active, False)})
