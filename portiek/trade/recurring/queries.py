"""Every read of recurring orders: which there are, what the next turn would be at this moment, and which turns have come."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.foundation.fields.queries import asked
from portiek.trade.catalog.models import Product, ProductUnit
from portiek.trade.catalog.queries import successors
from portiek.trade.lists.queries import in_reach
from portiek.trade.orders import queries as orders
from portiek.trade.orders.fields import ORDER
from portiek.trade.orders.queries import Asked, BasketLine, Details, Proposal
from portiek.trade.orders.queries.cart import orderable
from portiek.trade.orders.queries.packs import Packs, packs_of
from portiek.trade.orders.queries.party import party_of
from portiek.trade.orders.rules import MAX_QUANTITY, QuantityRule
from portiek.trade.recurring import permissions, rules
from portiek.trade.recurring.models import Recurring, RecurringLine, Turn

BY_NAME = ("name", "id")


def all_recurring(actor: Actor) -> QuerySet[Recurring]:
    """Return one's own recurring orders, those of the company, and those of a branch for who works there, above it or below it; with how many `lines`. Order: BY_NAME."""
    found = Recurring.objects.filter(portal_id=actor.portal_id, party_id=party_of(actor))
    shared = Q(private_to=0) & in_reach(actor, permissions.MANAGE)
    return _counted(found).filter(shared | Q(user_id=actor.user_id)).select_related("unit", "for_unit")


def _counted(found: QuerySet[Recurring]) -> QuerySet[Recurring]:
    counted = RecurringLine.objects.filter(party_id=OuterRef("party_id"), recurring=OuterRef("pk")).order_by().values("recurring").annotate(n=Count("pk")).values("n")
    waits = Turn.objects.filter(party_id=OuterRef("party_id"), recurring=OuterRef("pk"), state=rules.WAITS)
    return found.annotate(lines=Coalesce(Subquery(counted, output_field=IntegerField()), 0), waits=Exists(waits))


def recurring(actor: Actor, key: int) -> Recurring:
    """Return one recurring order. Raises NotFound, also for a colleague's own."""
    found = all_recurring(actor).select_related("address").filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def may_change(actor: Actor, found: Recurring) -> bool:
    """Whether the actor may change one: his own, or any that is shared for who manages them."""
    return found.user_id == actor.user_id or (found.is_shared and actor.may(permissions.MANAGE))


def lines(actor: Actor, found: Recurring) -> QuerySet[RecurringLine]:
    """Return what is ordered each time, as it stands."""
    return RecurringLine.objects.filter(party_id=found.party_id, recurring=found).order_by("position", "pk")


def turn(actor: Actor, found: Recurring) -> Turn | None:
    """Return what was decided about the next turn, or None when nothing was."""
    return Turn.objects.filter(party_id=found.party_id, recurring=found, due_on=found.next_on).first() if found.next_on else None


def turns(actor: Actor, found: Recurring, *, most: int = 12) -> list[Turn]:
    """Return what became of the last turns, newest first."""
    return list(Turn.objects.filter(party_id=found.party_id, recurring=found, state__in=rules.DONE).select_related("order").order_by("-due_on")[:most])


@dataclass(frozen=True)
class Row:
    """A line as the next turn would have it. `wanted` is what was asked for it, `quantity` what is sold of that; None: it is not ordered. `problem`: why not ("gone", "no_price", "quantity"), or "out" for not this time."""

    line: RecurringLine
    wanted: Decimal
    quantity: Decimal | None
    item: BasketLine | None
    problem: str = ""
    successor: Product | None = None
    packs: Packs | None = None

    @property
    def pack(self) -> ProductUnit | None:
        """The unit in which it is ordered; None: the sales unit."""
        return self.packs.pack if self.packs else None

    @property
    def lost(self) -> str:
        """The word of the unit in which it was kept and that is gone; empty: nothing is lost."""
        return self.packs.lost if self.packs else ""

    @property
    def now(self) -> Decimal | None:
        """What one costs now."""
        return self.item.price.net if self.item and self.item.price else None

    @property
    def rise(self) -> Decimal | None:
        """By how much the price changed since last time, in per cent; None where it did not, or there is nothing to compare."""
        return rules.rise(self.line.price, self.now) or None

    @property
    def is_changed(self) -> bool:
        """Whether something is not as last time."""
        return bool(self.problem or self.rise or self.lost or self.quantity != self.line.quantity)


@dataclass(frozen=True)
class Look:
    """The next turn at this moment: its lines, the order that would come of it, whether that is dearer than its limit, and what else is in the way."""

    rows: list[Row]
    asked: list[Asked]
    details: Details
    proposal: Proposal
    too_dear: bool
    problems: list[Refused] = field(default_factory=list)

    @property
    def seen(self) -> str:
        """The fingerprint of what would be ordered."""
        return self.proposal.basket.hash

    @property
    def changes(self) -> list[Row]:
        """The lines that are not as last time."""
        return [row for row in self.rows if row.is_changed]


def look(actor: Actor, found: Recurring, changed: Mapping[str, str], *, day: date) -> Look:
    """Return what would be ordered of a recurring order on a day, with today's prices: a constant number of statements."""
    if found.user_id != actor.user_id:
        # A colleague looks on: at what its owner would pay, whether or not he may order for that unit himself.
        actor, found = buyer(actor, found), _for_nobody(found)
    there = list(lines(actor, found))
    products: dict[int, Product] = orderable(actor).in_bulk([line.product_id for line in there])
    gone = [line.sku for line in there if line.product_id not in products]
    instead = successors(actor, gone) if gone else {}
    packs = packs_of(actor, there)
    rows = [_row(line, products.get(line.product_id), changed.get(str(line.pk)), instead.get(line.sku), packs.get(line.pk)) for line in there]
    details = _details(actor, found, day)
    tried = orders.proposal(actor, lines=[_asked(row) for row in rows if not row.problem], details=details, day=day, stock=True)
    items = iter(tried.basket.lines)
    rows = [row if row.problem else _with(row, next(items)) for row in rows]
    good = [row for row in rows if not row.problem]
    basket = replace(tried.basket, lines=[row.item for row in good if row.item])
    problems = [wrong for wrong in tried.problems if not (wrong.field or "").startswith("lines/")]
    dear = rules.too_dear([(row.line.price, row.now, row.quantity or Decimal(0)) for row in good], found.limit_percent)
    return Look(rows, [_asked(row) for row in good], details, Proposal(basket, problems), dear, problems)


def _for_nobody(found: Recurring) -> Recurring:
    seen = copy(found)
    seen.for_unit = None
    return seen


def _row(line: RecurringLine, product: Product | None, changed: str | None, successor: Product | None, packs: Packs | None) -> Row:
    wanted = line.quantity if changed is None else Decimal(changed)
    if wanted <= 0:
        return Row(line, wanted, None, None, "out", packs=packs)
    if product is None:
        return Row(line, wanted, None, None, "gone", successor)
    rule, pack = QuantityRule(product.min_quantity, product.step_quantity, product.max_quantity or MAX_QUANTITY), packs.pack if packs else None
    fitted = (rule.packed(pack.factor) if pack else rule).fit(wanted)
    return Row(line, wanted, fitted.quantity, None, "" if fitted.quantity is not None else "quantity", packs=packs)


def _with(row: Row, item: BasketLine) -> Row:
    return replace(row, item=item, problem=item.problem, quantity=None if item.problem else row.quantity)


def _asked(row: Row) -> Asked:
    return Asked(row.line.sku, row.quantity or Decimal(0), row.line.note, product=row.line.product_id, pack=row.pack)


def _details(actor: Actor, found: Recurring, day: date) -> Details:
    """Return what holds for the whole order: of what the portal asks, only what it still asks."""
    known = {item.key for item in asked(actor, ORDER.key)} if found.answers else set()
    answers = {key: text for key, text in found.answers.items() if key in known}
    return Details(found.reference, found.note, wanted_on(actor, found, day), found.address_id, None, answers, found.slot, found.shipping, found.cost_centre, found.for_unit_id)


def buyer(actor: Actor, found: Recurring) -> Actor:
    """Return the actor as one of the unit that it is ordered for: its prices are those of what is ordered."""
    return replace(actor, unit_id=found.for_unit_id) if found.for_unit_id else actor


def wanted_on(actor: Actor, found: Recurring, day: date) -> date | None:
    """Return the day on which the goods of a turn are wanted: so many days after it, or the first day of delivery from there."""
    if found.wanted_days is None:
        return None
    now, wanted = timezone.localtime(), day + timedelta(days=found.wanted_days)
    calendar = orders.delivery(actor, today=now.date()).calendar
    if calendar is None:
        return wanted
    moment = now if day <= now.date() else datetime.combine(day, now.timetz())
    earliest = calendar.earliest(moment)
    return calendar.first_on(max(wanted, earliest)) if earliest else None


def of_party(actor: Actor, party_id: int, *, most: int = 50) -> list[Recurring]:
    """Return a party's recurring orders for staff, the next one first."""
    return list(_counted(Recurring.objects.filter(portal_id=actor.portal_id, party_id=party_id)).order_by(F("next_on").asc(nulls_last=True), "pk")[:most])


def of_order(actor: Actor, order_id: int) -> Recurring | None:
    """Return the recurring order that an order came of, where the actor sees it."""
    found = Turn.objects.filter(portal_id=actor.portal_id, order_id=order_id).select_related("recurring").first()
    return found.recurring if found else None


def due(actor: Actor, *, today: date) -> list[int]:
    """Return the keys of what has to be looked at: turns that have come, and those of which their owner hears before. As the portal itself."""
    told = Turn.objects.filter(portal_id=OuterRef("portal_id"), recurring=OuterRef("pk"), due_on=OuterRef("next_on")).exclude(told_at=None)
    soon = Recurring.objects.filter(portal_id=actor.portal_id, state=rules.ACTIVE, next_on__lte=today + timedelta(days=rules.MOST_REMIND)).filter(Q(next_on__lte=today) | (Q(remind_days__gt=0, next_on__lte=Value(today) + F("remind_days")) & ~Exists(told)))
    return list(soon.order_by("next_on", "pk").values_list("pk", flat=True))


def owner_of(actor: Actor, key: int) -> tuple[int, int] | None:
    """Return party and owner of an active one, for the job that orders it; None when there is nothing to do any more."""
    return Recurring.objects.filter(portal_id=actor.portal_id, pk=key, state=rules.ACTIVE).values_list("party_id", "user_id").first()
