"""The monitor's own view of a connection: its state in words, its feeds, what waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portiek.core.actor import Actor
from portiek.edges.connectors import labels, queries, rules, wording
from portiek.edges.connectors.models import Connection, Feed


@dataclass(frozen=True)
class FeedRow:
    """One feed for the table: `state` is (kind, text); `is_late`: older than it should be."""

    feed: Feed
    name: str
    state: tuple[str, str]
    cause: str
    held: int
    is_late: bool


@dataclass(frozen=True)
class ConnectionView:
    """One connection for the page."""

    connection: Connection
    vendor: str
    state: tuple[str, str]
    detail: str
    feeds: list[FeedRow]
    waiting: int
    stuck: int
    oldest: datetime | None
    health: list[str]


def views(actor: Actor) -> list[ConnectionView]:
    """Return every connection of the portal as the monitor shows it. Four statements, however many there are."""
    counts = queries.counts(actor)
    held = queries.held_counts(actor)
    feeds: dict[int, list[Feed]] = {}
    for feed in queries.all_feeds(actor):
        feeds.setdefault(feed.connection_id, []).append(feed)
    now = timezone.now()
    return [_view(connection, feeds.get(connection.pk, []), counts.get(connection.pk, {}), held, now) for connection in queries.connections(actor)]


def _view(connection: Connection, feeds: list[Feed], counts: Mapping[str, object], held: dict[tuple[int, str], int], now: datetime) -> ConnectionView:
    rows = [_row(feed, held.get((connection.pk, feed.entity), 0), now, speaks_often=connection.vendor != "files") for feed in feeds]
    waiting, stuck = int(str(counts.get("waiting", 0))), int(str(counts.get("stuck", 0)))
    oldest = counts.get("oldest")
    state, detail = _state(connection, rows, waiting)
    return ConnectionView(
        connection,
        labels.vendor(connection.vendor)[0],
        state,
        detail,
        rows,
        waiting,
        stuck,
        oldest if isinstance(oldest, datetime) else None,
        _health(connection),
    )


def _row(feed: Feed, held: int, now: datetime, *, speaks_often: bool) -> FeedRow:
    late = speaks_often and feed.last_ok is not None and now - feed.last_ok > timedelta(seconds=max(600, 4 * rules.INTERVALS.get(feed.entity, 300)))
    if feed.paused_at:
        state = "wait", _("Paused by %(name)s") % {"name": feed.paused_by}
    elif feed.errors:
        state = "stop", _("Does not run")
    elif feed.is_loading:
        state = "info", _("First load") if feed.last_ok is None else _("Full load")
    elif late:
        state = "wait", _("Late")
    elif feed.last_ok is None:
        state = "rest", _("Nothing came yet")
    else:
        state = "ok", _("Up to date")
    # That the ERP is down is said once, above.
    cause = f"{wording.cause(feed.error_code)} {feed.error_text}".strip() if feed.errors and feed.error_code != "unreachable" else ""
    if feed.sweep_missing:
        cause = (
            cause
            + " "
            + _("%(missing)s of %(known)s were missing at night; none was put away. Look in the ERP what happened.")
            % {"missing": feed.sweep_missing, "known": feed.sweep_known}
        ).strip()
        state = ("stop", _("Stopped")) if not feed.paused_at else state
    return FeedRow(feed, wording.entity(feed.entity), state, cause, held, late)


def clock(moment: datetime) -> str:
    """Return a moment as people say it: the time, with the day when it is not today."""
    local = timezone.localtime(moment)
    return date_format(local, "H:i") if local.date() == timezone.localdate() else date_format(local, "j F H:i")


def _state(connection: Connection, rows: list[FeedRow], waiting: int) -> tuple[tuple[str, str], str]:
    orders = ngettext("%(n)s order waits", "%(n)s orders wait", waiting) % {"n": waiting} if waiting else _("no order waits")
    if not connection.enabled:
        return ("rest", _("Not in use")), ""
    if connection.paused_at:
        return ("wait", _("Paused")), _("Paused by %(name)s since %(time)s: %(reason)s (%(orders)s)") % {
            "name": connection.paused_by,
            "time": clock(connection.paused_at),
            "reason": connection.pause_reason or "-",
            "orders": orders,
        }
    if connection.down_since:
        return ("stop", _("ERP cannot be reached")), _("ERP cannot be reached since %(time)s, %(orders)s. Nothing is lost; it goes on by itself.") % {
            "time": clock(connection.down_since),
            "orders": orders,
        }
    if connection.check_asked_at and connection.checked_at is None:
        return ("info", _("Is being tried")), _("The connection is tried; this page says how it went.")
    if connection.is_healthy is False:
        return ("stop", _("Does not connect")), ""
    broken = [row for row in rows if row.state[0] == "stop"]
    if broken:
        return ("wait", _("Runs in part")), ngettext("%(n)s part does not run: %(names)s", "%(n)s parts do not run: %(names)s", len(broken)) % {
            "n": len(broken),
            "names": ", ".join(row.name for row in broken),
        }
    loading = [row.name for row in rows if row.feed.is_loading and row.feed.last_ok is None and not row.feed.paused_at]
    if loading:
        return ("info", _("First load")), _("Still to come: %(names)s") % {"names": ", ".join(loading)}
    return ("ok", _("Runs")), _("Everything runs; %(orders)s.") % {"orders": orders}


def _health(connection: Connection) -> list[str]:
    said = connection.health or {}
    down = [connection.down_text] if connection.down_since else []
    return list(dict.fromkeys([*down, *(_("No right to: %(what)s") % {"what": item} for item in said.get("missing", [])), *map(wording.note, said.get("notes", []))]))
