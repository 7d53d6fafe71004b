"""What is decided after a try, by the table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portiek.edges.connectors import contract, rules

pytestmark = pytest.mark.no_database
NOW = datetime(2026, 11, 22, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("result", "tries", "state", "code", "maybe_done", "counts", "reached"),
    [
        (contract.Done("1", "v", "VO1", None), 1, "acknowledged", "", False, True, True),
        (contract.Pending("t"), 1, "sent", "pending", True, False, True),
        (contract.Rejected("x", "nee"), 1, "needs_human", "rejected", False, True, True),
        (contract.Rejected("x", "kapot", fault=True), 1, "needs_human", "fault", False, True, True),
        (contract.NeedsDecision("w", "zeker?"), 1, "needs_human", "decision", False, True, True),
        (contract.Conflict(contract.Change("order", "1", "v", None, NOW)), 1, "needs_human", "conflict", False, True, True),
        (contract.Retry(5, False, "weg"), 50, "failed", "unreachable", False, False, False),
        (contract.Retry(5, True, "laat"), 1, "failed", "unsure", True, True, False),
        (contract.Retry(5, True, "laat"), rules.MAX_TRIES, "needs_human", "tries", True, True, False),
    ],
)
def test_each_result_has_one_outcome(result, tries, state, code, maybe_done, counts, reached):
    made = rules.outcome(result, tries, 0.5)
    assert (made.state, made.code, made.maybe_done, made.counts, made.reached) == (state, code, maybe_done, counts, reached)
    assert made.wait >= getattr(result, "after", 0) or made.state == "needs_human"


def test_nothing_else_is_a_result():
    with pytest.raises(TypeError):
        rules.outcome("done", 1, 0.5)  # type: ignore[arg-type]


def test_waits_grow_and_end():
    waits = [rules.backoff(tries, 0.5) for tries in range(1, 30)]
    assert waits == sorted(waits) and waits[0] == 15 and waits[-1] == 1800
    assert {rules.backoff(3, chance) for chance in (0, 0.5, 1)} == {45.0, 60.0, 75.0}
    assert [rules.probe_wait(failures) for failures in (3, 4, 5, 60)] == [10, 20, 40, 120]


@pytest.mark.parametrize(
    ("known", "missing", "may"),
    [(0, 0, True), (10, 5, True), (10, 6, False), (1000, 30, True), (1000, 31, False), (20_000, 600, True), (20_000, 20_000, False)],
)
def test_a_few_may_vanish(known, missing, may):
    assert rules.may_sweep(known, missing) is may


@pytest.mark.parametrize(
    ("minute", "day", "feed", "order"), [(0, 0, True, True), (48, 0, False, True), (60, 0, False, False), (0, 4000, False, True), (0, 5000, False, False)]
)
def test_orders_have_room_when_feeds_have_none(minute, day, feed, order):
    assert rules.room(60, 5000, minute, day, for_order=False) is feed
    assert rules.room(60, 5000, minute, day, for_order=True) is order
    assert rules.room(None, None, 10**9, 10**9, for_order=False)


def test_a_full_run_when_the_cursor_is_not_enough():
    assert rules.needs_full(NOW - timedelta(hours=25), 24, NOW)
    assert not rules.needs_full(NOW - timedelta(hours=23), 24, NOW)
    assert not rules.needs_full(NOW - timedelta(days=900), 0, NOW) and not rules.needs_full(None, 24, NOW)


@pytest.mark.parametrize(
    ("state", "maybe", "why"),
    [
        ("needs_human", False, None),
        ("queued", False, None),
        ("failed", False, None),
        ("failed", True, "maybe-done"),
        ("needs_human", True, "maybe-done"),
        ("sent", False, "under-way"),
        ("acknowledged", False, "is-done"),
        ("cancelled", False, "is-done"),
    ],
)
def test_what_the_erp_may_have_is_not_given_up(state, maybe, why):
    assert rules.why_not_cancel(state, maybe_done=maybe) == why


def test_the_clock_goes_every_fifteen_seconds():
    from datetime import datetime as moment

    from croniter import croniter

    from portiek.core.jobs import periodic

    for name in ("push_all", "pull_all"):
        cron = next(line for key, (line, _job) in periodic().items() if key.endswith(f"connectors.jobs.{name}") or key == f"connectors.{name}")
        # Seconds are the sixth field here.
        times = croniter(cron, moment(2026, 11, 22, 9, 1, 0))
        assert [times.get_next(moment).second for _ in range(4)] == [15, 30, 45, 0]
