"""What the ERP says of agreements, discounts, surcharges and minimum prices, put down: staff only read these from then on.

One of the portal's own with the same number becomes the ERP's. One bad line is left out and named; the rest counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Q
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.catalog.records import Problem
from portiek.trade.pricing import facts, permissions, rules
from portiek.trade.pricing.models import Agreement, AgreementLine, CustomerGroup, GroupAgreement, GroupAgreementLine, GroupDiscount, PartyDiscount, PriceFloor, Surcharge
from portiek.trade.pricing.records import AgreementLineRecord, AgreementRecord, DiscountRecord, FloorRecord, SurchargeRecord

R = TypeVar("R", AgreementRecord, DiscountRecord, FloorRecord, SurchargeRecord)
Changes = Mapping[str, tuple[Any, Any]]
# Of the lines of one agreement that changed: so many are said in the log.
SAID = 200
# A product: its key and its article number.
Known = tuple[int, str]


def _sorted_out(records: Iterable[R], wrong: Callable[[R], str | None]) -> tuple[list[R], list[Problem]]:
    good, bad = {}, []
    for item in records:
        if code := wrong(item):
            bad.append(Problem(item.external_id, code))
        else:
            good[item.external_id] = item
    return list(good.values()), bad


def _parties(actor: Actor, keys: Iterable[str | None]) -> dict[str, Party]:
    return {str(row.external_id): row for row in Party.objects.filter(portal_id=actor.portal_id, external_id__among=sorted({key for key in keys if key}), merged_into=None)}


def _groups(actor: Actor, codes: Iterable[str | None]) -> dict[str, CustomerGroup]:
    return {row.code: row for row in CustomerGroup.objects.filter(portal_id=actor.portal_id, code__among=sorted({code for code in codes if code}))}


def _products(actor: Actor, keys: Iterable[str | None]) -> dict[str | None, Known]:
    found = Product.objects.filter(portal_id=actor.portal_id, external_id__among=sorted({key for key in keys if key})).values_list("external_id", "pk", "sku")
    return {key: (pk, sku) for key, pk, sku in found}


def _differing(row: Any, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Write values on a row; return what differed."""
    changes = {name: (getattr(row, name), value) for name, value in values.items() if getattr(row, name) != value}
    for name, (_old, value) in changes.items():
        setattr(row, name, value)
    return changes


@action(permissions.MANAGE)
def apply_agreements(actor: Actor, *, records: Iterable[AgreementRecord], gone: Sequence[str] = (), as_of: datetime | None = None) -> list[Problem]:
    """Bring agreements with parties and with customer groups up to date, each with all of its lines; one that is gone counts no longer. Return what could not be taken."""
    at = as_of or timezone.now()
    items, problems = _sorted_out(records, rules.wrong_agreement)
    parties, products = _parties(actor, (item.party for item in items)), _products(actor, (line.product for item in items for line in item.lines))
    groups = _groups(actor, (item.group for item in items))
    for item in items:
        whose = parties.get(item.party or "") or groups.get(item.group or "")
        wrong = _take(actor, item, whose, products, at) if whose else "unknown_party" if item.party else "unknown_group"
        if wrong:
            problems.append(Problem(item.external_id, wrong))
    for model in (Agreement, GroupAgreement):
        for row in model.objects.filter(portal_id=actor.portal_id, external_id__among=list(gone), is_active=True).order_by("pk"):
            model.objects.filter(pk=row.pk).update(is_active=False, as_of=at)
            _tell(actor, row, {"is_active": (True, False)})
    return problems


def _take(actor: Actor, item: AgreementRecord, whose: Party | CustomerGroup, products: Mapping[str | None, Known], at: datetime) -> str | None:
    """Write one agreement and its lines; return why not, or which lines could not be taken."""
    model: Any = Agreement if isinstance(whose, Party) else GroupAgreement
    owner = {"party": whose} if isinstance(whose, Party) else {"group": whose}
    other = GroupAgreement if isinstance(whose, Party) else Agreement
    same = model.objects.filter(portal_id=actor.portal_id, **owner, number=item.number).first()
    row = model.objects.filter(portal_id=actor.portal_id, external_id=item.external_id).first() or (same if same and same.external_id is None else None)
    if other.objects.filter(portal_id=actor.portal_id, external_id=item.external_id).exists() or (row is not None and row.pk and any(getattr(row, f"{name}_id") != value.pk for name, value in owner.items())):
        return "other_party"
    if same is not None and (row is None or same.pk != row.pk):
        return "number_taken"
    new = row is None
    row = row or model(portal_id=actor.portal_id, **owner)
    values = {"external_id": item.external_id, "number": item.number, "name": item.name, "valid_from": item.valid_from, "valid_until": item.valid_until, "note": item.note, "tiers": item.tiers, "is_active": item.active}
    changes = _differing(row, values)
    row.as_of = at
    row.save()
    said, bad = _put_lines(actor, row, item.lines, products)
    if new and isinstance(row, Agreement):
        record(actor, facts.AgreementMade(agreement_id=row.pk), party_id=row.party_id, subject=ref("pricing.agreement", row.pk), text=row.name)
    elif changes or said:
        _tell(actor, row, {**({} if new else {name: change for name, change in changes.items() if name != "external_id"}), **dict(list(said.items())[:SAID])})
    return "bad_lines: " + ", ".join(bad[:5]) + (f" +{len(bad) - 5}" if len(bad) > 5 else "") if bad else None


def _tell(actor: Actor, row: Agreement | GroupAgreement, changes: Changes) -> None:
    if isinstance(row, Agreement):
        record(actor, facts.AgreementChanged(agreement_id=row.pk), party_id=row.party_id, subject=ref("pricing.agreement", row.pk), text=row.name, changes=changes)
    else:
        record(actor, facts.GroupChanged(group_id=row.group_id), subject=ref("pricing.group", row.group_id), text=row.name, changes=changes)


def _put_lines(actor: Actor, row: Agreement | GroupAgreement, lines: Sequence[AgreementLineRecord], products: Mapping[str | None, Known]) -> tuple[dict[str, tuple[Any, Any]], list[str]]:
    """Let an agreement have exactly these lines; return what changed by article, as (old, new), and the lines that could not be taken."""
    model: Any = AgreementLine if isinstance(row, Agreement) else GroupAgreementLine
    owner = {"party_id": row.party_id} if isinstance(row, Agreement) else {"group_id": row.group_id}
    fields = ("price", "percent", "agreed") if isinstance(row, Agreement) else ("price", "percent")
    there = {(line.product_id, line.discount_group, line.min_quantity): line for line in model.objects.filter(portal_id=actor.portal_id, agreement=row, **owner).select_related("product")}
    wanted: dict[tuple[int | None, str, Decimal], tuple[str, AgreementLineRecord]] = {}
    bad, said = [], {}
    for line in lines:
        wrong = rules.wrong_agreement_line(line) or ("unknown_product" if line.product and line.product not in products else None)
        pk, sku = products.get(line.product, (None, ""))
        if wrong:
            bad.append(f"{line.product or line.discount_group} {wrong}")
        else:
            wanted[pk, line.discount_group, line.min_quantity] = (sku or line.discount_group, line)
    new, changed = [], []
    for key, (name, line) in wanted.items():
        old = there.get(key)
        given = {field: getattr(line, field) for field in fields}
        if old is None:
            new.append(model(portal_id=actor.portal_id, agreement=row, product_id=key[0], discount_group=key[1], min_quantity=key[2], **owner, **given))
        else:
            before = old.price if old.price is not None else old.percent
            if not _differing(old, given):
                continue
            changed.append(old)
        said[_called(name, key[2])] = (None if old is None else before, line.price if line.price is not None else line.percent)
    gone = [line for key, line in there.items() if key not in wanted]
    for line in gone:
        said[_called(line.product.sku if line.product else line.discount_group, line.min_quantity)] = (line.price if line.price is not None else line.percent, None)
    model.objects.filter(portal_id=actor.portal_id, pk__among=[line.pk for line in gone], **owner).delete()
    model.objects.bulk_update(changed, list(fields), batch_size=500)
    model.objects.bulk_create(new, batch_size=1000)
    return said, bad


def _called(name: str, quantity: Decimal) -> str:
    return f"{name} ({quantity.normalize():f}+)" if quantity > 1 else name


@action(permissions.MANAGE)
def apply_discounts(actor: Actor, *, records: Iterable[DiscountRecord], gone: Sequence[str] = (), as_of: datetime | None = None) -> list[Problem]:
    """Bring discounts of parties and of customer groups on discount groups up to date; one that is gone is no more. Return what could not be taken."""
    at = as_of or timezone.now()
    items, problems = _sorted_out(records, rules.wrong_discount)
    parties, groups = _parties(actor, (item.party for item in items)), _groups(actor, (item.group for item in items))
    keys = [item.external_id for item in items]
    there = _discounts(actor, Q(party__in=list(parties.values())) | Q(external_id__among=keys), Q(group__in=list(groups.values())) | Q(external_id__among=keys))
    known = {str(row.external_id): row for row in there if row.external_id}
    same = {(_whose(row), row.discount_group, row.valid_from): row for row in there}
    for item in items:
        whose = parties.get(item.party or "") or groups.get(item.group or "")
        if whose is None:
            problems.append(Problem(item.external_id, "unknown_party" if item.party else "unknown_group"))
            continue
        place = ((type(whose), whose.pk), item.discount_group, item.valid_from)
        beside = same.get(place)
        row = known.get(item.external_id) or (beside if beside is not None and beside.external_id is None else None)
        if beside is not None and beside is not row:
            problems.append(Problem(item.external_id, "number_taken"))
            continue
        if row is not None and _whose(row) != place[0]:
            problems.append(Problem(item.external_id, "other_party"))
            continue
        row = row or (PartyDiscount(portal_id=actor.portal_id, party=whose) if isinstance(whose, Party) else GroupDiscount(portal_id=actor.portal_id, group=whose))
        changes = _differing(row, {"external_id": item.external_id, "discount_group": item.discount_group, "percent": item.percent, "valid_from": item.valid_from, "valid_until": item.valid_until})
        if changes:
            row.as_of = at
            row.save()
            same[place] = row
            _tell_discount(actor, row, item.percent, changes)
    of_gone = Q(external_id__among=list(gone))
    for row in _discounts(actor, of_gone, of_gone):
        _tell_discount(actor, row, None, {"percent": (row.percent, None)})
        row.delete()
    return problems


def _discounts(actor: Actor, of_parties: Q, of_groups: Q) -> list[PartyDiscount | GroupDiscount]:
    return [*PartyDiscount.objects.filter(of_parties, portal_id=actor.portal_id).order_by("pk"), *GroupDiscount.objects.filter(of_groups, portal_id=actor.portal_id).select_related("group").order_by("pk")]


def _whose(row: PartyDiscount | GroupDiscount) -> tuple[type[Party | CustomerGroup], int]:
    return (Party, row.party_id) if isinstance(row, PartyDiscount) else (CustomerGroup, row.group_id)


def _tell_discount(actor: Actor, row: PartyDiscount | GroupDiscount, percent: Decimal | None, changes: Changes) -> None:
    if isinstance(row, GroupDiscount):
        days = {name: change for name, change in changes.items() if name in ("valid_from", "valid_until")}
        record(actor, facts.GroupChanged(group_id=row.group_id), subject=ref("pricing.group", row.group_id), text=row.group.name, changes={row.discount_group: changes.get("percent", (row.percent, percent)), **days})
        return
    told = {name: change for name, change in changes.items() if name != "external_id"}
    record(actor, facts.DiscountSet(discount_group=row.discount_group, percent=str(percent or 0)), party_id=row.party_id, subject=ref("parties.party", row.party_id), text=row.discount_group, changes=told)


@action(permissions.MANAGE)
def apply_surcharges(actor: Actor, *, records: Iterable[SurchargeRecord], gone: Sequence[str] = (), as_of: datetime | None = None) -> list[Problem]:
    """Bring surcharges up to date; one that is gone is no more. Return what could not be taken."""
    at = as_of or timezone.now()
    items, problems = _sorted_out(records, rules.wrong_surcharge)
    products = _products(actor, (item.product for item in items))
    known = {str(row.external_id): row for row in Surcharge.objects.filter(portal_id=actor.portal_id, external_id__among=[item.external_id for item in items])}
    for item in items:
        if item.product and item.product not in products:
            problems.append(Problem(item.external_id, "unknown_product"))
            continue
        row = known.get(item.external_id) or Surcharge(portal_id=actor.portal_id, external_id=item.external_id)
        values = {"name": item.name, "product_id": products[item.product][0] if item.product else None, "discount_group": item.discount_group, "percent": item.percent, "amount": item.amount, "valid_from": item.valid_from, "valid_until": item.valid_until}
        if changes := _differing(row, values):
            row.as_of = at
            row.save()
            record(actor, facts.SurchargeChanged(surcharge_id=row.pk), subject=ref("pricing.surcharge", row.pk), text=row.name, changes={name: change for name, change in changes.items() if name != "product_id"})
    for row in Surcharge.objects.filter(portal_id=actor.portal_id, external_id__among=list(gone)).order_by("pk"):
        record(actor, facts.SurchargeChanged(surcharge_id=row.pk), subject=ref("pricing.surcharge", row.pk), text=row.name, changes={row.name: (row.percent if row.percent is not None else row.amount, None)})
        row.delete()
    return problems


@action(permissions.MANAGE)
def apply_floors(actor: Actor, *, records: Iterable[FloorRecord], gone: Sequence[str] = (), as_of: datetime | None = None) -> list[Problem]:
    """Bring minimum prices of products and of discount groups up to date; one that is gone is no more. Return what could not be taken."""
    at = as_of or timezone.now()
    items, problems = _sorted_out(records, rules.wrong_floor)
    products = _products(actor, (item.product for item in items))
    rows = PriceFloor.objects.filter(portal_id=actor.portal_id).select_related("product")
    about = list(rows.filter(Q(external_id__among=[item.external_id for item in items]) | Q(product__in=[pk for pk, _sku in products.values()]) | Q(discount_group__among=sorted({item.discount_group for item in items if item.discount_group}))))
    known = {str(row.external_id): row for row in about if row.external_id}
    same = {(row.product_id, row.discount_group, row.valid_from): row for row in about}
    for item in items:
        if item.product and item.product not in products:
            problems.append(Problem(item.external_id, "unknown_product"))
            continue
        product, sku = products.get(item.product, (None, ""))
        beside = same.get((product, item.discount_group, item.valid_from))
        row = known.get(item.external_id) or (beside if beside is not None and beside.external_id is None else None)
        if beside is not None and beside is not row:
            problems.append(Problem(item.external_id, "number_taken"))
            continue
        row = row or PriceFloor(portal_id=actor.portal_id)
        was = (row.product_id, row.discount_group, row.valid_from)
        values = {"external_id": item.external_id, "product_id": product, "discount_group": item.discount_group, "amount": item.amount, "percent": item.percent, "agreements_below": item.agreements_below, "valid_from": item.valid_from, "valid_until": item.valid_until}
        if changes := _differing(row, values):
            row.as_of = at
            row.save()
            same.pop(was, None)
            same[product, item.discount_group, item.valid_from] = known[item.external_id] = row
            _tell_floor(actor, row, sku or row.discount_group, changes)
    for row in rows.filter(external_id__among=list(gone)).order_by("pk"):
        _tell_floor(actor, row, row.product.sku if row.product else row.discount_group, {name: (value, None) for name in ("amount", "percent") if (value := getattr(row, name)) is not None})
        row.delete()
    return problems


def _tell_floor(actor: Actor, row: PriceFloor, name: str, changes: Changes) -> None:
    told = {field: change for field, change in changes.items() if field not in ("external_id", "product_id")}
    record(actor, facts.FloorChanged(floor_id=row.pk), subject=ref("pricing.floor", row.pk), text=name, changes=told)
