"""A person's deadlines as a calendar (iCalendar, RFC 5545), for programs that fetch it again and again without a log-in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.db.gate import ask
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import standing
from portiek.foundation.notifications.deadlines import Deadline, deadlines
from portiek.foundation.notifications.post import link
from portiek.foundation.notifications.rules import one_line

# A secret of ours is 43 signs; what is longer is none.
LONGEST = 64
# A deadline of a whole day is said at nine the day before, another one a day ahead.
MORNING_BEFORE, DAY_BEFORE = timedelta(hours=-15), timedelta(days=-1)


@dataclass(frozen=True)
class Subscriber:
    """Whose calendar it is, and as whom he stands in each of his companies now."""

    language: str
    time_zone: str
    places: list[tuple[str, Actor]]


def subscriber(portal_id: int, token: str) -> Subscriber | None:
    """Return whose secret this is; None for what is none, or of somebody who comes in nowhere any more. Outside any scope."""
    found = ask("calendar", portal_id, token_hash(token)) if len(token) <= LONGEST else None
    if not found:
        return None
    places = [(item["name"], standing.made(portal_id, item["party"], found["user"], item["standing"], frozenset(item["standing"]["rights"]))) for item in found["places"]]
    return Subscriber(found["language"] or settings.LANGUAGE_CODE, found["time_zone"], places)


def found(who: Subscriber, now: datetime) -> list[tuple[str, Deadline]]:
    """Return what falls due for a person with the name of its company, each company in a scope of its own. Outside any scope."""
    rows = []
    for company, actor in who.places:
        with scope(actor, read_only=True):
            rows += [(company, item) for item in deadlines(actor, now)]
    return rows


def written(portal: Any, who: Subscriber, rows: Sequence[tuple[str, Deadline]]) -> bytes:
    """Write deadlines as a calendar: the same bytes as long as nothing changes."""
    made = Calendar()
    name = _("Deadlines at %(portal)s") % {"portal": one_line(portal.name)}
    for key, value in (("prodid", "-//Portiek//Deadlines//EN"), ("version", "2.0"), ("calscale", "GREGORIAN"), ("x-wr-calname", name), ("x-wr-timezone", who.time_zone), ("x-published-ttl", "PT1H")):
        made.add(key, value)
    made.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    several = len(who.places) > 1
    for company, item in sorted(rows, key=lambda row: row[1].key):
        made.add_component(_event(portal, item, company if several else "", ZoneInfo(who.time_zone)))
    years = {item.due.year for _company, item in rows}
    if years:
        # Changes of the clock only as far as the deadlines go.
        made.add_missing_timezones(first_date=date(min(years) - 1, 1, 1), last_date=date(max(years) + 1, 12, 31))
    return bytes(made.to_ical())


def _event(portal: Any, item: Deadline, company: str, zone: ZoneInfo) -> Event:
    made, url = Event(), link(portal, item.path) if item.path else ""
    made.add("uid", f"{item.key}@{portal.host}")
    made.add("dtstamp", item.since)
    title = one_line(item.title)
    made.add("summary", f"{title} ({company})" if company else title)
    whole, moment = _moment(item.due, zone)
    if whole:
        made.add("dtstart", moment.date())
        made.add("dtend", moment.date() + timedelta(days=1))
    else:
        made.add("dtstart", moment)
        made.add("dtend", moment)
    if note := "\n".join(part for part in (item.note, url) if part):
        made.add("description", note)
    if url:
        made.add("url", url)
    made.add("transp", "TRANSPARENT")
    made.add("class", "PRIVATE")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", MORNING_BEFORE if whole else DAY_BEFORE)
    made.add_component(alarm)
    return made


def _moment(due: datetime | date, zone: ZoneInfo) -> tuple[bool, datetime]:
    """Return whether it is the day that counts, and the moment on the reader's clock: what is due at the last minute of a day is due on that day."""
    if not isinstance(due, datetime):
        return True, datetime.combine(due, time(), zone)
    day = timezone.localtime(due)
    if day.time() >= time(23, 59):
        return True, day
    return False, due.astimezone(zone)
