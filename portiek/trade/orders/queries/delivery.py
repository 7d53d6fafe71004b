"""Reads of when a portal delivers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.trade.orders import delivering
from portiek.trade.orders.models import Cart, ClosedDay, DeliveryDays
from portiek.ui import format


@dataclass(frozen=True)
class Delivery:
    """What a buyer may ask about the delivery: any day where there is no `calendar`."""

    calendar: delivering.Calendar | None = None
    slots: tuple[str, ...] = ()
    asks_parts: bool = False
    pickup: bool = False
    lead: int = 1
    cutoffs: dict[int, time] = field(default_factory=dict)
    change_minutes: int = 0

    @property
    def ways(self) -> tuple[str, ...]:
        """What may be said about how the goods come."""
        return (*((delivering.WHOLE, delivering.PARTS) if self.asks_parts else ()), *((delivering.PICKUP,) if self.pickup else ()))

    def wrong(self, wanted: Iterable[tuple[str, date | None]], *, now: datetime) -> list[Refused]:
        """Return a refusal for each wanted day, named by its field, on which nothing can come; it says the first day that can be."""
        refused = []
        for name, day in wanted:
            if day is not None and (code := delivering.why_not(self.calendar, day, now)):
                near = self.nearest(day, now=now)
                refused.append(Refused(code, field=name, day=format.full_day(day), first=format.full_day(near) if near else "–"))
        return refused

    def nearest(self, day: date, *, now: datetime) -> date | None:
        """Return the first day from this one on, on which something can come; None when nothing ever can."""
        if not delivering.why_not(self.calendar, day, now) or self.calendar is None:
            return day
        first = self.calendar.earliest(now)
        return self.calendar.first_on(max(day, first)) if first else None


def delivery(actor: Actor, *, today: date) -> Delivery:
    """Return when the portal delivers: one statement, two where it said so."""
    row = DeliveryDays.objects.filter(portal_id=actor.portal_id).first()
    if row is None:
        return Delivery()
    closed = closed_days(actor).filter(day__gte=today, day__lte=today + timedelta(days=2 * delivering.FAR)).values_list("day", flat=True)
    cutoffs = {int(day): time.fromisoformat(text) for day, text in row.cutoffs.items()}
    calendar = delivering.Calendar(frozenset(row.days), cutoffs, row.lead, frozenset(closed)) if row.days and cutoffs else None
    return Delivery(calendar, tuple(slot for slot in delivering.SLOTS if slot in row.slots), row.asks_parts, row.pickup, row.lead, cutoffs, row.change_minutes)


def delivery_problems(actor: Actor, cart: Cart, lines: Iterable[tuple[str, date | None]], *, now: datetime) -> list[Refused]:
    """Return what of the delivery that a cart and its lines (field and day) ask cannot be. No statement where nothing is asked."""
    days = [(name, day) for name, day in [("wanted_date", cart.wanted_date), *lines] if day]
    if not days and not cart.slot and not cart.shipping:
        return []
    local = timezone.localtime(now)
    found = delivery(actor, today=local.date())
    wrong = found.wrong(days, now=local)
    if cart.slot and cart.slot not in found.slots:
        wrong.append(Refused("orders.no_such_slot", field="slot"))
    if cart.shipping and cart.shipping not in found.ways:
        wrong.append(Refused("orders.no_such_shipping", field="shipping"))
    return wrong


def with_window(actor: Actor) -> QuerySet[DeliveryDays]:
    """Return the one row, if any, of the portal's delivery with a time in which an order may still be changed."""
    return DeliveryDays.objects.filter(portal_id=actor.portal_id, change_minutes__gt=0)


def changeable_until(actor: Actor, *, now: datetime) -> datetime | None:
    """Return until when what is ordered now may still be changed, or None: it goes to the ERP at once. One statement where nobody may."""
    if not with_window(actor).exists():
        return None
    local = timezone.localtime(now)
    found = delivery(actor, today=local.date())
    return delivering.changeable_until(found.calendar, found.change_minutes, local)


def closed_days(actor: Actor) -> QuerySet[ClosedDay]:
    """Return the days on which nothing moves, by day."""
    return ClosedDay.objects.filter(portal_id=actor.portal_id).order_by("day")
