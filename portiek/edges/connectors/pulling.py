"""Reading an ERP: page by page, outside any scope; each page is stored together with its cursor."""

from __future__ import annotations

import logging
import random
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from portiek.core.db import scope
from portiek.core.egress import Unreachable
from portiek.edges.connectors import actions, apply, contract, queries, records, rules
from portiek.edges.connectors.models import Connection, Feed
from portiek.edges.connectors.sessions import Session

logger = logging.getLogger("portiek.connectors")
# How long a reader may be silent before another goes on from the last page.
LEASE = 300.0
FIRST_PAGE_SIZE = 1000
# More missing keys than this are read as pages, not one by one.
FETCH_AT_ONCE = 200


@dataclass
class Run:
    """What one run of a feed did. `error`: code and text of what stopped it; `more`: it stopped for time, not for want of records."""

    seen: int = 0
    changed: int = 0
    more: bool = False
    busy: bool = False
    error: tuple[str, str] | None = None
    after: float | None = None


def pull_feed(session: Session, feed: Feed, *, until: float, monotonic: Callable[[], float] = time.monotonic) -> Run:
    """Read a feed until nothing more comes or the time is over. Opens its own scopes; call it outside one."""
    actor, token, run = session.actor, secrets.token_hex(8), Run()
    with scope(actor):
        taken = actions.take_feed(actor, feed=feed, token=token, seconds=LEASE)
    if taken is None:
        return Run(busy=True)
    offered = session.capabilities.feeds.get(feed.entity)
    if offered is None:
        return _stop(session, taken, token, run, "unsupported", f"this ERP has no {feed.entity}", None)
    if not taken.is_loading and rules.needs_full(taken.full_at, offered.full_every_hours, timezone.now()):
        with scope(actor):
            actions.begin_full(actor, feed=taken)
        taken.cursor = None
    page: contract.Page = contract.Page((), "", False)
    cursor, limit, began = taken.cursor, max(1, min(offered.page_size, FIRST_PAGE_SIZE)), True
    while True:
        if not session.has_room(for_order=False):
            run.more = True
            break
        try:
            page = records.check_page(session.counted(lambda connector, at=cursor: connector.pull(feed.entity, at, limit)), limit)  # type: ignore[misc]
        except Exception as problem:
            code, text, after = as_error(problem)
            return _stop(session, taken, token, run, code, text, after)
        if not _store(session, taken, token, page, began, run):
            return Run(busy=True)
        began = False
        if not page.more:
            break
        if page.cursor == cursor:
            return _stop(session, taken, token, run, "contract", "the ERP says there is more but does not move on", None)
        cursor = page.cursor
        if monotonic() >= until:
            run.more = True
            break
    fresh = page.as_of is None or (page.as_of != contract.NEVER and (taken.last_ok is None or page.as_of > taken.last_ok))
    with scope(actor):
        if not run.more and fresh:
            apply.stamp(actor, feed.entity)
        actions.finish_feed(actor, feed=taken, token=token, wait=rules.feed_wait(feed.entity, 0, run.more, None, random.random()), more=run.more, as_of=page.as_of, fresh=fresh)  # noqa: S311
        actions.note_answer(actor, connection=session.connection)
    return run


def _store(session: Session, feed: Feed, token: str, page: contract.Page, began: bool, run: Run) -> bool:
    """Take a page in and keep its cursor, in one transaction; False when somebody else reads this feed by now."""
    actor = session.actor
    with scope(actor):
        if not queries.reads(actor, feed, token):
            return False
        fresh = queries.fresh(actor, feed.connection_id, feed.entity, page.changes)
        taken, problems = apply.take(actor, feed.entity, fresh)
        kept = actions.store_page(actor, feed=feed, token=token, page=page, taken=taken, problems=problems, began=began, seconds=LEASE)
        # The reader's place is locked since `reads`, so nobody can have come between.
        assert kept
    run.seen += len(page.changes)
    run.changed += len(taken)
    return True


def _stop(session: Session, feed: Feed, token: str, run: Run, code: str, text: str, after: float | None) -> Run:
    run.error, run.after = (code, text), after
    logger.warning("connection %s, feed %s: %s: %s", session.connection.pk, feed.entity, code, text)
    with scope(session.actor):
        wait = rules.feed_wait(feed.entity, feed.errors + 1, False, after, random.random())  # noqa: S311
        actions.fail_feed(session.actor, feed=feed, token=token, code=code, text=text, wait=wait)
        if code in ("unreachable", "denied"):
            actions.note_failure(session.actor, connection=session.connection, text=text)
    return run


def as_error(problem: Exception) -> tuple[str, str, float | None]:
    """Return code, text and seconds to wait of anything a connector raised."""
    if isinstance(problem, contract.ConnectorError):
        code = problem.code if problem.code in ("denied", "unsupported", "gone") else "unreachable" if problem.after is not None else "fault"
        return code, str(problem), problem.after
    if isinstance(problem, Unreachable | TimeoutError | ConnectionError):
        return "unreachable", str(problem) or type(problem).__name__, None
    if isinstance(problem, records.Strange):
        return "contract", str(problem), None
    return "fault", f"{type(problem).__name__}: {problem}", None


def reread(session: Session, connection: Connection, entity: str, external_ids: list[str], *, until: float | None = None, wished: bool = False) -> bool:
    """Read single records again and take them in. What fails stays or comes in quarantine; return False when it had to stop before the last.

    An ERP that does not answer says nothing about a record, so nothing is written of it. `wished`: a person waits for it, so it may use the room of orders.
    """
    changes, stopped = [], False
    for external_id in external_ids:
        if (until is not None and time.monotonic() >= until) or not session.has_room(for_order=wished):
            stopped = True
            break
        try:
            change = session.counted(lambda connector, key=external_id: connector.fetch(entity, key))  # type: ignore[misc]
            records.check_page(contract.Page((change,), "", False), 1)
        except Exception as problem:
            code, text, _after = as_error(problem)
            if code in ("unreachable", "denied"):
                logger.warning("connection %s: reading %s again broke off: %s", connection.pk, entity, text)
                with scope(session.actor):
                    actions.note_failure(session.actor, connection=connection, text=text)
                stopped = True
                break
            change = contract.Change(entity, external_id, "", None, timezone.now(), contract.Problem(f"{code}: {text}", ""))
        changes.append(change)
        if getattr(change.data, "until", None) is not None:
            _put(session, connection, entity, changes)
            changes = []
            while change is not None and getattr(change.data, "until", None) is not None:
                try:
                    change = session.counted(lambda connector, before=change: connector.following(before))  # type: ignore[misc]
                except Exception as problem:  # what was read stays, and the rest is asked again from quarantine
                    code, text, _after = as_error(problem)
                    change = contract.Change(entity, external_id, "", None, timezone.now(), contract.Problem(f"{code}: {text}", ""))
                _put(session, connection, entity, [change] if change is not None else [])
    _put(session, connection, entity, changes)
    return not stopped


def _put(session: Session, connection: Connection, entity: str, changes: Sequence[contract.Change]) -> None:
    """Take in what was read again, in a scope of its own."""
    actor = session.actor
    if changes:
        with scope(actor):
            taken, problems = apply.take(actor, entity, changes)
            actions.mark_known(actor, connection_id=connection.pk, entity=entity, taken=taken)
            actions.quarantine(actor, connection_id=connection.pk, entity=entity, changes={change.external_id: change for change in changes}, problems=problems)


def sweep(session: Session, feed: Feed) -> bool:
    """Compare the ERP's keys with those the portal knows: put away what is gone, fetch what was missed.

    Nothing is put away when the ERP's answer broke off, or when so much is missing that it looks like a fault. Returns whether it was finished.
    """
    there: set[str] = set()
    after: str | None = None
    try:
        while keys := session.counted(lambda connector, at=after: connector.keys(feed.entity, at, 2000)):  # type: ignore[misc]
            if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys) or keys[-1] == after or there.issuperset(keys):
                raise records.Strange("keys that do not go on")
            there.update(keys)
            after = keys[-1]
    except Exception as problem:
        logger.warning("connection %s: comparing the keys of %s broke off: %s", feed.connection_id, feed.entity, as_error(problem)[1])
        return False
    actor = session.actor
    with scope(actor):
        known = queries.known(actor, feed.connection_id, feed.entity)
        missing = sorted(known - there)
        stopped = not rules.may_sweep(len(known), len(missing))
        if missing and not stopped:
            gone = [contract.Change(feed.entity, key, "", None, timezone.now()) for key in missing]
            taken, problems = apply.take(actor, feed.entity, gone)
            actions.mark_known(actor, connection_id=feed.connection_id, entity=feed.entity, taken=taken)
            actions.quarantine(actor, connection_id=feed.connection_id, entity=feed.entity, changes={}, problems=problems)
        held = queries.held(actor, feed.connection_id, feed.entity)
        missed = sorted(there - known - held)
        actions.store_sweep(actor, feed=feed, known=len(known), missing=len(missing), stopped=stopped)
        if len(missed) > FETCH_AT_ONCE and not feed.is_loading:
            actions.begin_full(actor, feed=feed)
    if missed and len(missed) <= FETCH_AT_ONCE:
        reread(session, session.connection, feed.entity, missed)
    return True
