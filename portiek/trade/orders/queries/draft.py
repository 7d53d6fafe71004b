"""Reads of lists on their way into a cart: what each line would become at this moment, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.money import Policy, Totals
from portiek.foundation.fields.rules import read as read_value
from portiek.trade.catalog.models import Product, ProductUnit
from portiek.trade.catalog.packs import unit_named, units_by_ean, units_of
from portiek.trade.catalog.queries import products_by_code, products_by_key, successors
from portiek.trade.orders import repairing, rules
from portiek.trade.orders.models import Draft, Layout, Order
from portiek.trade.orders.queries.cart import ZERO, _quantity_rule, orderable
from portiek.trade.orders.queries.delivery import delivery
from portiek.trade.orders.queries.party import party_of
from portiek.trade.pricing.queries import Price, Wanted, prices
from portiek.ui import format
from portiek.ui.format import parse_decimal

GOOD = ("ok", "adjusted")
# Numbers of one list that are looked for without their signs: each of them is compared with many products.
MOST_KEYS = 200
# What nobody has to look at again: it asks nothing, or goes along with another line.
SETTLED = ("empty", "merged", "out")


@dataclass(frozen=True)
class Repair:
    """What was repaired in a line: what was typed and what it became. `what`: signs, zeros, science, measure, minimum, step, maximum, day (one that cannot be is the next that can, or none), days (of lines that go together the first)."""

    what: str
    before: str
    after: str | Decimal


@dataclass(frozen=True)
class DraftRow:
    """What one line would become. `state`: ok, adjusted, merged (into the line `into`), empty, out, or why it cannot be added: unknown, replaced (by the candidate), science, ambiguous, not_a_quantity, not_sold, unit, no_price, over."""

    number: int
    code: str
    typed: str
    state: str
    product: Product | None = None
    quantity: Decimal | None = None
    price: Price | None = None
    amount: Decimal = ZERO
    repairs: tuple[Repair, ...] = ()
    # Of several that it may be, or that a search found.
    candidates: tuple[Product, ...] = ()
    find: str = ""
    note: str = ""
    reference: str = ""
    # As it was called in the order that is ordered again.
    name: str = ""
    into: int = 0
    undone: bool = False
    # What it cost, and how much it was, when it was ordered before.
    then: Decimal | None = None
    then_quantity: Decimal | None = None
    # The unit in which it is ordered, where that is not the sales unit; the quantity is of the sales unit.
    pack: ProductUnit | None = None
    # The day on which it is wanted, where the line says so.
    wanted: date | None = None

    @property
    def dearer(self) -> Decimal | None:
        """How much the price rose since then; None where there is nothing to compare."""
        return None if self.then is None or self.price is None or self.price.net is None else self.price.net - self.then

    @property
    def is_changed(self) -> bool:
        """Whether something differs from what was ordered before."""
        return bool(self.dearer) or (self.then_quantity is not None and self.quantity is not None and self.quantity != self.then_quantity)


@dataclass(frozen=True)
class Look:
    """A list before anything enters the cart. `more`: lines beyond what one order holds, which are not looked at."""

    draft: Draft
    rows: list[DraftRow]
    more: int
    totals: Totals
    policy: Policy

    @property
    def good(self) -> list[DraftRow]:
        """The lines that can enter the cart."""
        return [row for row in self.rows if row.state in GOOD]

    @property
    def wrong(self) -> list[DraftRow]:
        """The lines that ask for a person."""
        return [row for row in self.rows if row.state not in (*GOOD, *SETTLED)]

    @property
    def repaired(self) -> list[DraftRow]:
        """The good lines that are not as they were typed, or not as they were then."""
        return [row for row in self.good if row.repairs or row.is_changed]

    @property
    def plain(self) -> list[DraftRow]:
        """The good lines that are as they were typed."""
        return [row for row in self.good if not row.repairs and not row.is_changed]

    @property
    def settled(self) -> list[DraftRow]:
        """The lines that go along with another one, or are left out; not those that asked nothing."""
        return [row for row in self.rows if row.state in ("merged", "out")]

    @property
    def empty(self) -> int:
        """How many lines asked nothing."""
        return sum(row.state == "empty" for row in self.rows)

    @property
    def reference(self) -> str:
        """The reference that stands in the list: that of the first line that has one."""
        return next((row.reference for row in self.rows if row.reference), "")


def drafts(actor: Actor) -> QuerySet[Draft]:
    """Return the lists that the actor is working on, newest first; never a colleague's."""
    return Draft.objects.filter(party_id=party_of(actor), user_id=actor.user_id, by_user_id=actor.hand).order_by("-pk")


def draft(actor: Actor, key: str) -> Draft:
    """Return one of the actor's lists. Raises NotFound, also for a colleague's."""
    found = drafts(actor).filter(key=key).first()
    if found is None:
        raise NotFound
    return found


def not_approved(actor: Actor, found: Draft) -> Order | None:
    """Return the order that a list hands in again because it was not approved, or None."""
    if found.kind != Draft.Kind.ORDER:
        return None
    return Order.objects.filter(party_id=party_of(actor), number=found.name, status=Order.Status.REJECTED).exclude(approval=None).first()


def layout_of(actor: Actor, rows: Sequence[repairing.Row]) -> tuple[list[str], bool]:
    """Return what the columns are and whether the first row holds headings: as somebody of the party said it before, else as it seems."""
    width = max(len(cells) for _number, cells in rows)
    known = Layout.objects.filter(party_id=party_of(actor), shape=repairing.shape(rows[0][1], width)).first()
    if known is None:
        return repairing.meant(rows)
    return repairing.columns_for(known.columns, width), known.has_heads


def _quantity(actor: Actor, text: str, spoken: str, *, mend: bool) -> Decimal | None:
    try:
        number = parse_decimal(repairing.measured(text) if mend else text, language=spoken or actor.language)
    except ValueError:
        return None
    return number if number.is_finite() else None


def _numbers(actor: Actor, lines: Sequence[repairing.Line], undone: set[int]) -> dict[int, tuple[list[Product], Repair | None]]:
    """Return what each line's numbers are: as they stand, else without signs around them, else with the zeros that were lost, else without any signs."""
    codes = dict.fromkeys(code for line in lines for code in line.codes)
    tried: dict[str, list[tuple[str, str]]] = {}
    for code in codes:
        plain = repairing.plain_code(code)
        variants = [("science" if repairing.exact(code) else "signs", plain)] if plain != code else []
        tried[code] = [*variants, *(("zeros", text) for text in repairing.with_zeros(plain))]
    found = products_by_code(actor, [*codes])
    left = [code for code in codes if code not in found]
    mended = products_by_code(actor, list(dict.fromkeys(text for code in left for _what, text in tried[code]))) if left else {}
    keys = {code: repairing.key_of(code) for code in left if not any(text in mended for _what, text in tried[code])}
    by_key = products_by_key(actor, list(dict.fromkeys(key for key in keys.values() if key))[:MOST_KEYS])
    made: dict[int, tuple[list[Product], Repair | None]] = {}
    for line in lines:
        made[line.number] = ([], None)
        for code in line.codes:
            if code in found:
                made[line.number] = (found[code], None)
            elif line.number not in undone:
                made[line.number] = _mended(code, tried[code], mended, by_key.get(keys.get(code, ""), []))
            if made[line.number][0]:
                break
    return made


def _mended(code: str, tried: Sequence[tuple[str, str]], mended: Mapping[str, list[Product]], by_key: list[Product]) -> tuple[list[Product], Repair | None]:
    hits = {item.pk: (item, what, text) for what, text in reversed(tried) for item in mended.get(text, [])}
    # Signs are surer than zeros: what stands there with other signs is it.
    surest = [hit for hit in hits.values() if hit[1] != "zeros"] or list(hits.values())
    if len(surest) == 1:
        item, what, text = surest[0]
        return [item], Repair(what, code, text)
    if surest:
        return [item for item, _what, _text in surest], None
    return by_key, Repair("signs", code, by_key[0].sku) if len(by_key) == 1 else None


def look(actor: Actor, draft: Draft, *, policy: Policy, day: date) -> Look:
    """Say of each line of a list what it would become, with its price; the same product twice is added up."""
    lines = repairing.lines(draft.rows, draft.columns, typed=draft.kind == Draft.Kind.PASTED)
    asked, more = lines[: rules.MAX_LINES], len(lines) - rules.MAX_LINES
    undone, out = set(draft.undone), set(draft.out)
    numbers = _numbers(actor, asked, undone)
    ids = {pk for item in draft.chosen.values() for pk in (item.get("product"), *item.get("found", ())) if pk}
    there: dict[int, Product] = orderable(actor).in_bulk(list(ids)) if ids else {}
    lost = [code for line in asked if not numbers[line.number][0] for code in line.codes]
    instead = successors(actor, lost) if lost else {}
    spoken = "en" if draft.kind in Draft.KNOWN else repairing.point_or_comma(line.quantity for line in asked) if draft.written else ""
    boxes = units_by_ean(actor, [code for line in asked if not numbers[line.number][0] for code in line.codes])
    boxed = {line.number: box for line in asked if not numbers[line.number][0] for code in line.codes for box in boxes.get(code, [])[:1] if len(boxes[code]) == 1}
    numbers |= {number: ([box.product], None) for number, box in boxed.items()}
    named = [line for line in asked if line.unit or repairing.measure(line.quantity)]
    units = units_of(actor, {product.pk for line in named for product in (*numbers[line.number][0], *there.values())}) if named else {}
    rows = [_row(actor, line, draft, numbers[line.number], there, spoken, line.number in undone, line.number in out, boxed.get(line.number), units, next((instead[code] for code in line.codes if code in instead), None)) for line in asked]
    return _priced(actor, draft, _merged(_dated(actor, rows, {line.number: line.day for line in asked if line.day}, day, quiet=draft.kind in Draft.KNOWN)), max(more, 0), policy, day)


def _dated(actor: Actor, rows: list[DraftRow], typed: Mapping[int, str], today: date, *, quiet: bool) -> list[DraftRow]:
    """Give lines the days on which they are wanted. `quiet`: a day that is over is no news. At most two statements, none where no line names a day."""
    if not typed:
        return rows
    calendar, now = delivery(actor, today=today), timezone.localtime()
    made = []
    for row in rows:
        if row.state == "ok" and (text := typed.get(row.number)):
            read = read_value("date", text)
            day = date.fromisoformat(read) if read else None
            near = calendar.nearest(day, now=now) if day is not None and rules.may_want(day, today) else None
            wanted = near if near == day or not row.undone else None
            said = () if day is not None and (wanted == day or (quiet and day < today)) else (Repair("day", text, format.full_day(wanted) if wanted else "\u2013"),)
            row = replace(row, wanted=wanted, repairs=(*row.repairs, *said))
        made.append(row)
    return made


def _row(actor: Actor, line: repairing.Line, draft: Draft, found: tuple[list[Product], Repair | None], there: Mapping[int, Product], spoken: str, undone: bool, out: bool, box: ProductUnit | None, units: Mapping[int, list[ProductUnit]], instead: Product | None) -> DraftRow:
    """Find product and quantity of one line; what fits and what it costs is said when the lines are added up."""
    chosen: dict[str, Any] = draft.chosen.get(str(line.number), {})
    was = draft.was.get(str(line.number), {})
    products, repair = found
    picked = there.get(chosen.get("product", 0))
    if picked:
        products, repair = [picked], None
    text = chosen.get("quantity") or line.quantity
    number = _quantity(actor, text, "" if chosen.get("quantity") else spoken, mend=not undone)
    row = DraftRow(line.number, " / ".join(line.codes), f"{line.quantity} {line.unit}".strip(), "ok", find=chosen.get("find", ""), note=line.note, reference=line.reference, name=line.name, undone=undone,
                   then=Decimal(was["price"]) if "price" in was else None, then_quantity=Decimal(was["quantity"]) if "quantity" in was else None)
    if out:
        return replace(row, state="out", product=products[0] if len(products) == 1 else None)
    if not chosen.get("quantity") and repairing.is_none(text, number):
        return replace(row, state="empty")
    if len(products) != 1:
        searched = tuple(there[pk] for pk in chosen.get("found", ()) if pk in there)
        lost = not products and any(repairing.exact(code) == "" for code in line.codes)
        if not products and instead is not None and not searched:
            return replace(row, state="replaced", candidates=(instead,))
        return replace(row, state="ambiguous" if products else "science" if lost else "unknown", candidates=tuple(products[:10]) or searched)
    if number is None or not 0 < number <= rules.MAX_QUANTITY or number != round(number, 3):
        return replace(row, state="not_a_quantity", product=products[0])
    repairs = [repair] if repair else []
    product, pack, word = products[0], box if not picked else None, repairing.measure(text)
    if not chosen.get("quantity"):
        try:
            pack = unit_named(line.unit, product, units.get(product.pk, [])) if line.unit else unit_named(word, product, units.get(product.pk, [])) or pack
        except LookupError:
            if line.unit:
                return replace(row, state="unit", product=product)
        if pack is None and repairing.measured(text) != text:
            repairs.append(Repair("measure", text, number))
    return replace(row, product=product, quantity=number * pack.factor if pack else number, pack=pack, repairs=tuple(repairs))


def _merged(rows: list[DraftRow]) -> list[DraftRow]:
    """Add up the lines of the same product in the first of them, and make that a quantity that is sold."""
    sums: dict[int, Decimal] = {}
    firsts: dict[int, int] = {}
    notes: dict[int, dict[str, None]] = {}
    packs: dict[int, set[ProductUnit | None]] = {}
    days: dict[int, set[date]] = {}
    for row in rows:
        if row.state == "ok" and row.product and row.quantity:
            sums[row.product.pk] = sums.get(row.product.pk, ZERO) + row.quantity
            firsts.setdefault(row.product.pk, row.number)
            packs.setdefault(row.product.pk, set()).add(row.pack)
            notes.setdefault(row.product.pk, {}).update({row.note: None} if row.note else {})
            days.setdefault(row.product.pk, set()).update({row.wanted} if row.wanted else ())
    made = []
    for row in rows:
        if row.state != "ok" or row.product is None:
            made.append(row)
        elif firsts[row.product.pk] != row.number:
            made.append(replace(row, state="merged", into=firsts[row.product.pk]))
        else:
            # In several units at once it is ordered in the sales unit.
            pack = row.pack if len(packs[row.product.pk]) == 1 else None
            wanted = sorted(days[row.product.pk])
            said = (Repair("days", ", ".join(format.day(item) for item in wanted), format.day(wanted[0])),) if len(wanted) > 1 else ()
            made.append(_fitted(replace(row, note="; ".join(notes[row.product.pk])[:200], pack=pack, wanted=wanted[0] if wanted else None, repairs=(*row.repairs, *said)), sums[row.product.pk]))
    return made


def _fitted(row: DraftRow, wanted: Decimal) -> DraftRow:
    fitted = _quantity_rule(row.product, row.pack.factor if row.pack else None).fit(wanted)
    if fitted.quantity is None:
        return replace(row, state="not_a_quantity", quantity=None)
    if not fitted.code:
        return replace(row, quantity=fitted.quantity)
    if row.undone:
        return replace(row, state="not_sold", quantity=None)
    return replace(row, state="adjusted", quantity=fitted.quantity, repairs=(*row.repairs, Repair(fitted.code, rules.plain(wanted), fitted.quantity)))


def _priced(actor: Actor, draft: Draft, rows: list[DraftRow], more: int, policy: Policy, day: date) -> Look:
    wanted = [Wanted(row.product.pk, row.quantity) for row in rows if row.state in GOOD and row.product and row.quantity]
    found = prices(actor, wanted, day=day, party_id=actor.party_id) if wanted else {}
    made = []
    for row in rows:
        if row.state in GOOD and row.product and row.quantity:
            price = found.get((row.product.pk, row.quantity))
            row = replace(row, price=price, amount=policy.line(row.quantity, price.net)) if price and price.net is not None else replace(row, state="no_price", quantity=None)
        made.append(row)
    totals = policy.totals((row.amount, row.product.tax_rate) for row in made if row.product and row.state in GOOD)
    return Look(draft, made, more, totals, policy)
