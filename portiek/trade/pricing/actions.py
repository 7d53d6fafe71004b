"""Every write of prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Literal

from django.db import connection
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.catalog.records import Problem
from portiek.trade.pricing import errors, facts, permissions, queries, rules, words
from portiek.trade.pricing.models import Agreement, AgreementLine, PartyDiscount, PartyPriceList, PriceList, PriceListLine
from portiek.trade.pricing.records import Applied, PriceListRecord

# Lines of one statement: bounds the memory of a list of a million.
CHUNK = 50_000


@dataclass(frozen=True, slots=True)
class Put:
    """What became of a line, and what was agreed before."""

    outcome: Literal["new", "changed", "same"]
    old: Decimal | None = None


def _own(row: PriceList | Agreement | PartyDiscount) -> None:
    """Refuse to change what the ERP keeps. Raises Refused."""
    if row.external_id:
        raise Refused(errors.OF_THE_ERP)


def _hold(party_id: int) -> None:
    """Let whoever agrees something with this party wait, so that two of them do not overlook each other. Its orders go on."""
    Party.objects.select_for_update(no_key=True).only("pk").get(pk=party_id)


def _check_overlap(actor: Actor, agreement: Agreement, days: tuple[date | None, date | None], **line: Any) -> None:
    """Refuse a second agreement for the same on the same days: the lower one would count, whatever this one says. Raises Refused."""
    _hold(agreement.party_id)
    for other in queries.agreements_beside(actor, agreement, **line):
        if rules.overlap(days, when := (other.valid_from, other.valid_until)):
            raise Refused(errors.AGREED_ELSEWHERE, field="number", number=other.number, days=words.days(*when))


@action(permissions.MANAGE)
def create_price_list(actor: Actor, *, code: str, name: str, fallback: PriceList | None = None, currency: str = "EUR") -> PriceList:
    """Make a price list of the portal's own. Raises Refused when the code is taken."""
    if PriceList.objects.filter(portal_id=actor.portal_id, code=code).exists():
        raise Refused(errors.CODE_TAKEN, field="code")
    return PriceList.objects.create(portal_id=actor.portal_id, code=code, name=name, fallback=fallback, currency=currency)


@action(permissions.MANAGE)
def set_fallback(actor: Actor, *, price_list: PriceList, fallback: PriceList | None) -> None:
    """Let a list fall back on another. Raises Refused when that would make a ring."""
    seen, at = {price_list.pk}, fallback
    while at is not None:
        if at.pk in seen:
            raise Refused(errors.RING, field="fallback", name=fallback.name if fallback else "")
        seen.add(at.pk)
        at = at.fallback
    price_list.fallback = fallback
    price_list.save(update_fields=["fallback"])


@action(permissions.MANAGE)
def assign_price_list(actor: Actor, *, party: Party, price_list: PriceList, position: int) -> PartyPriceList:
    """Serve a party by a price list, or move it to another position. Raises Refused when the position is taken."""
    if PartyPriceList.objects.filter(party=party, position=position).exclude(price_list=price_list).exists():
        raise Refused(errors.POSITION_TAKEN, field="position")
    made, _new = PartyPriceList.objects.update_or_create(portal_id=actor.portal_id, party=party, price_list=price_list, defaults={"position": position})
    record(
        actor,
        facts.PriceListAssigned(price_list_id=price_list.pk, position=position),
        party_id=party.pk,
        subject=ref("parties.party", party.pk),
        text=price_list.name,
    )
    return made


@action(permissions.MANAGE)
def withdraw_price_list(actor: Actor, *, party: Party, price_list: PriceList) -> None:
    """Serve a party no longer by a price list."""
    gone, _each = PartyPriceList.objects.filter(party=party, price_list=price_list).delete()
    if gone:
        record(actor, facts.PriceListWithdrawn(price_list_id=price_list.pk), party_id=party.pk, subject=ref("parties.party", party.pk), text=price_list.name)


@action(permissions.MANAGE)
def create_agreement(
    actor: Actor, *, party: Party, number: str, name: str, valid_from: date | None = None, valid_until: date | None = None, note: str = ""
) -> Agreement:
    """Agree something with a party. Raises Refused when the number is taken or the days are the wrong way round."""
    if valid_from and valid_until and valid_until < valid_from:
        raise Refused(errors.WINDOW, field="valid_until")
    if Agreement.objects.filter(party=party, number=number).exists():
        raise Refused(errors.NUMBER_TAKEN, field="number")
    made = Agreement.objects.create(
        portal_id=actor.portal_id, party=party, number=number, name=name, valid_from=valid_from, valid_until=valid_until, note=note, as_of=timezone.now()
    )
    record(actor, facts.AgreementMade(agreement_id=made.pk), party_id=party.pk, subject=ref("pricing.agreement", made.pk), text=made.name)
    return made


@action(permissions.MANAGE)
def change_agreement(actor: Actor, *, agreement: Agreement, values: Mapping[str, Any]) -> bool:
    """Give an agreement another name, or other days or conditions; return whether anything changed. Raises Refused."""
    _own(agreement)
    wanted = {name: values[name] for name in ("name", "valid_from", "valid_until", "note") if name in values}
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


def _check_line(product: Product | None, discount_group: str, price: Decimal | None, percent: Decimal | None, agreed: Decimal | None) -> None:
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
def put_list_line(actor: Actor, *, price_list: PriceList, product: Product, min_quantity: Decimal, price: Decimal | None, valid_from: date | None, values: Mapping[str, Any]) -> Put:
    """Add a line to a list of the portal's own, or change the one from the same quantity and day on; `values` may hold valid_until and note. `tell_lists` records what came of them. Raises Refused."""
    _own(price_list)
    found = PriceListLine.objects.filter(price_list=price_list, product=product, min_quantity__in=rules.same_step(min_quantity), valid_from=valid_from).order_by("pk").first()
    until = values.get("valid_until", found.valid_until if found else None)
    if valid_from and until and until < valid_from:
        raise Refused(errors.WINDOW, field="valid_until")
    wanted = {"price": price, **values}
    if found is None:
        PriceListLine.objects.create(portal_id=actor.portal_id, price_list=price_list, product=product, min_quantity=min_quantity, valid_from=valid_from, **wanted)
        return Put("new")
    if all(getattr(found, name) == value for name, value in wanted.items()):
        return Put("same")
    PriceListLine.objects.filter(pk=found.pk).update(**wanted)
    return Put("changed", found.price)


@action(permissions.MANAGE)
def tell_lists(actor: Actor, *, changed: Sequence[tuple[PriceList, Mapping[str, tuple[Any, Any]]]]) -> None:
    """Record what became of the lines of own price lists, once for each: what changed by article, as (old, new)."""
    for price_list, changes in changed:
        new = sum(1 for old, _now in changes.values() if old is None)
        record(actor, facts.PriceListChanged(price_list_id=price_list.pk, created=new, changed=len(changes) - new), subject=ref("pricing.price_list", price_list.pk), text=price_list.name, changes=changes)


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


@action(permissions.MANAGE)
def set_discount(
    actor: Actor, *, party: Party, discount_group: str, percent: Decimal, valid_from: date | None = None, valid_until: date | None = None
) -> PartyDiscount:
    """Give a party a percentage off the list price of a discount group; the one from the same day on is changed. Raises Refused, also where another one counts on the same days."""
    if valid_from and valid_until and valid_until < valid_from:
        raise Refused(errors.WINDOW, field="valid_until")
    if PartyDiscount.objects.filter(party=party, discount_group=discount_group, valid_from=valid_from, external_id__isnull=False).exists():
        raise Refused(errors.OF_THE_ERP)
    _hold(party.pk)
    there = PartyDiscount.objects.filter(party=party, discount_group=discount_group)
    same = there.filter(valid_from=valid_from).first()
    if same is None or not rules.within((valid_from, valid_until), (same.valid_from, same.valid_until)):
        for other in there.exclude(valid_from=valid_from) if valid_from else there.exclude(valid_from=None):
            if rules.overlap((valid_from, valid_until), when := (other.valid_from, other.valid_until)):
                raise Refused(errors.DISCOUNT_ELSEWHERE, field="valid_from", days=words.days(*when))
    made, _new = PartyDiscount.objects.update_or_create(
        portal_id=actor.portal_id,
        party=party,
        discount_group=discount_group,
        valid_from=valid_from,
        defaults={"percent": percent, "valid_until": valid_until, "as_of": timezone.now()},
    )
    record(
        actor,
        facts.DiscountSet(discount_group=discount_group, percent=str(percent)),
        party_id=party.pk,
        subject=ref("parties.party", party.pk),
        text=discount_group,
    )
    return made


@action(permissions.MANAGE)
def apply_price_lists(actor: Actor, *, records: Iterable[PriceListRecord], as_of: datetime | None = None) -> Applied:
    """Bring price lists up to date; the lines given are all there are of a list. One fact a list that changed."""
    at, done, fallbacks = as_of or timezone.now(), Applied(), {}
    for item in records:
        problem = rules.wrong_list(item)
        if (
            not problem
            and PriceList.objects.filter(portal_id=actor.portal_id, code=item.code).exclude(external_id=item.external_id).exclude(external_id=None).exists()
        ):
            problem = "code_taken"
        if problem:
            done = replace(done, problems=(*done.problems, Problem(item.external_id, problem)))
            continue
        PriceList.objects.filter(portal_id=actor.portal_id, code=item.code, external_id=None).update(external_id=item.external_id)
        found, _new = PriceList.objects.update_or_create(
            portal_id=actor.portal_id,
            external_id=item.external_id,
            defaults={"code": item.code, "name": item.name, "currency": item.currency, "is_active": item.active, "as_of": at},
        )
        fallbacks[found.pk] = item.fallback
        created, changed, removed, problems = _apply_lines(actor, found, item)
        if created or changed or removed:
            record(
                actor,
                facts.PriceListApplied(price_list_id=found.pk, created=created, changed=changed, removed=removed),
                subject=ref("pricing.price_list", found.pk),
                text=found.name,
            )
        done = Applied(
            done.created + created,
            done.changed + changed,
            done.removed + removed,
            done.unchanged + len(item.lines) - created - changed - len(problems),
            (*done.problems, *problems),
        )
    # A ring in the ERP does no harm: the resolver and row security stop at a list they have seen.
    for pk, external_id in fallbacks.items():
        fallback = PriceList.objects.filter(portal_id=actor.portal_id, external_id=external_id).exclude(pk=pk).first() if external_id else None
        PriceList.objects.filter(pk=pk).update(fallback=fallback)
    return done


def _apply_lines(actor: Actor, price_list: PriceList, item: PriceListRecord) -> tuple[int, int, int, list[Problem]]:
    """Upsert the lines of one list by product, quantity and first day, then remove what was not given."""
    good, problems = [], []
    for line in item.lines:
        if wrong := rules.wrong_list_line(line):
            problems.append(Problem(line.product, wrong))
        else:
            good.append(line)
    lines = list({(line.product, line.min_quantity, line.valid_from): line for line in good}.values())
    created = changed = 0
    names = ("product", "min_quantity", "price", "valid_from", "valid_until", "note")
    kept: list[int] = []
    for start in range(0, len(lines), CHUNK):
        part = lines[start : start + CHUNK]
        rows = _run(
            """
            WITH i AS MATERIALIZED (
             SELECT u.*, p.id AS product_id, n.id AS was, (n.price, n.valid_until, n.note) IS DISTINCT FROM (u.price, u.valid_until, u.note) AS differs
             FROM unnest(%(product)s::text[], %(min_quantity)s::numeric[], %(price)s::numeric[], %(valid_from)s::date[], %(valid_until)s::date[],
              %(note)s::text[])
              u(product, min_quantity, price, valid_from, valid_until, note)
             LEFT JOIN catalog_product p ON p.portal_id = %(portal)s AND p.external_id = u.product
             LEFT JOIN pricing_pricelistline n ON n.price_list_id = %(list)s AND n.product_id = p.id AND n.min_quantity = u.min_quantity AND
              n.valid_from IS NOT DISTINCT FROM u.valid_from),
            changed AS (
             UPDATE pricing_pricelistline n SET price = i.price, valid_until = i.valid_until, note = i.note FROM i WHERE n.id = i.was AND i.differs
              RETURNING n.id),
            created AS (
             INSERT INTO pricing_pricelistline (portal_id, price_list_id, product_id, min_quantity, price, valid_from, valid_until, note)
             SELECT %(portal)s, %(list)s, product_id, min_quantity, price, valid_from, valid_until, note FROM i WHERE was IS NULL AND product_id IS
              NOT NULL RETURNING id)
            SELECT 'created', id, NULL FROM created UNION ALL SELECT 'changed', id, NULL FROM changed
            UNION ALL SELECT 'same', was, NULL FROM i WHERE was IS NOT NULL AND NOT differs UNION ALL SELECT 'unknown', NULL, product FROM i WHERE
             product_id IS NULL
        """,
            {"portal": actor.portal_id, "list": price_list.pk, **{name: list(map(attrgetter(name), part)) for name in names}},
        )
        created += sum(1 for row in rows if row[0] == "created")
        changed += sum(1 for row in rows if row[0] == "changed")
        kept += [row[1] for row in rows if row[1] is not None]
        problems += [Problem(row[2], "unknown_product") for row in rows if row[0] == "unknown"]
    gone = _run(
        """WITH gone AS (DELETE FROM pricing_pricelistline n USING (
                    SELECT id FROM pricing_pricelistline WHERE price_list_id = %(list)s EXCEPT SELECT unnest(%(kept)s::bigint[])) old WHERE n.id =
                     old.id RETURNING 1) SELECT count(*) FROM gone""",
        {"list": price_list.pk, "kept": kept},
    )
    return created, changed, gone[0][0], problems


def _run(statement: str, arguments: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
