"""When goods can come: days of delivery, the hour until which an order still counts, days on which nothing moves. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

DAY = timedelta(days=1)
# As far as is looked: who delivers on no day of a year delivers never.
FAR = 366
SLOTS = ("morning", "afternoon")
WHOLE, PARTS, PICKUP = "whole", "parts", "pickup"


@dataclass(frozen=True)
class Calendar:
    """The delivery days of a portal. Weekdays count from 0, Monday. `cutoffs`: until when an order of that weekday is handled the same day; none: on that weekday nothing is handled. `lead`: days of handling between that one and the delivery."""

    days: frozenset[int]
    cutoffs: Mapping[int, time]
    lead: int = 1
    closed: frozenset[date] = frozenset()

    def delivers(self, day: date) -> bool:
        """Whether goods come on a day."""
        return day.weekday() in self.days and day not in self.closed

    def handles(self, day: date) -> bool:
        """Whether orders are handled on a day."""
        return day.weekday() in self.cutoffs and day not in self.closed

    def first_on(self, day: date) -> date | None:
        """Return the first day of delivery from a day on; None when there is none within a year."""
        return next((found for found in (day + DAY * ahead for ahead in range(FAR)) if self.delivers(found)), None)

    def from_on(self, day: date, most: int) -> list[date]:
        """Return the first days of delivery from a day on."""
        return [found for found in (day + DAY * ahead for ahead in range(FAR)) if self.delivers(found)][:most]

    def handled(self, now: datetime) -> datetime | None:
        """Return until when an order is handled with those of now: the next moment at which the hour of a day has come."""
        today = now.date()
        for ahead in range(FAR):
            day = today + DAY * ahead
            if self.handles(day) and (ahead or now.time() < self.cutoffs[day.weekday()]):
                return datetime.combine(day, self.cutoffs[day.weekday()], tzinfo=now.tzinfo)
        return None

    def earliest(self, now: datetime, more: int = 0) -> date | None:
        """Return the first day on which what is ordered now can come, where so many days of handling more go before; None when it never can."""
        until = self.handled(now)
        if until is None:
            return None
        day, left = until.date(), self.lead + more
        for _ahead in range(2 * FAR):
            if not left:
                return self.first_on(day)
            day += DAY
            left -= self.handles(day)
        return None


def comes(calendar: Calendar | None, lead: int, now: datetime) -> date | None:
    """Return the day on which what takes so many working days to get comes when it is ordered now; without a calendar Monday to Friday are working days, and it comes on the day that it is there."""
    if calendar is not None:
        return calendar.earliest(now, lead)
    day, left = now.date(), lead
    while left or day.weekday() > 4:
        day += DAY
        left -= bool(left) and day.weekday() < 5
    return day


def why_not(calendar: Calendar | None, wanted: date | None, now: datetime) -> str:
    """Return why goods cannot come on a day: `orders.too_early`, `orders.no_delivery`, or "" when they can. Without a calendar any day is good."""
    if calendar is None or wanted is None:
        return ""
    earliest = calendar.earliest(now)
    if earliest is None or wanted < earliest:
        return "orders.too_early"
    return "" if calendar.delivers(wanted) else "orders.no_delivery"


def changeable_until(calendar: Calendar | None, minutes: int, now: datetime) -> datetime | None:
    """Return until when an order of now may be changed: so many minutes, and never past the hour until which it counts for its day. None where that is no time at all."""
    until = now + timedelta(minutes=minutes)
    handled = calendar.handled(now) if calendar else None
    return (min(until, handled) if handled else until) if minutes else None


def easter(year: int) -> date:
    """Return Easter Sunday (the Gregorian computus as Meeus writes it)."""
    cycle, century, rest = year % 19, year // 100, year % 100
    epact = (19 * cycle + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    shift = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    month = (cycle + 11 * epact + 22 * shift) // 451
    found = epact + shift - 7 * month + 114
    return date(year, found // 31, found % 31 + 1)


def dutch_holidays(year: int) -> dict[date, str]:
    """Return the Dutch public holidays of a year, by day. Liberation Day is one for most firms once in five years."""
    sunday, king = easter(year), date(year, 4, 27)
    named = {
        date(year, 1, 1): "Nieuwjaarsdag",
        sunday + DAY: "Tweede paasdag",
        king if king.weekday() != 6 else king - DAY: "Koningsdag",
        sunday + 39 * DAY: "Hemelvaartsdag",
        sunday + 50 * DAY: "Tweede pinksterdag",
        date(year, 12, 25): "Eerste kerstdag",
        date(year, 12, 26): "Tweede kerstdag",
    }
    return named | ({date(year, 5, 5): "Bevrijdingsdag"} if year % 5 == 0 else {})
