"""Tasks: who sees them, once, most urgent first."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from portiek.config.testing import recorded
from portiek.core.db import scope
from portiek.core.models import FactRow
from portiek.foundation.tasks import actions, kinds, queries, rules
from portiek.foundation.tasks.facts import TaskAsked, TaskDone
from portiek.foundation.tasks.models import Task


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.task_kind(
        "test.order.approve",
        title="Approve the order of {name}",
        detail="{amount}",
        action="Look",
        icon="badge-check",
        url=lambda subject, values: f"/somewhere/{values['number']}/",
    )


def ask(actor, number="1", **more):
    more = {"right": "user.manage", "party_id": actor.party_id, "subject": f"orders.order:{number}", **more}
    actions.ask(actor, kind="test.order.approve", values={"name": "Youssef", "number": number}, **more)


@pytest.mark.parametrize(
    ("due", "today", "late", "tone"),
    [
        (None, date(2026, 11, 22), 0, "wait"),
        (date(2026, 11, 22), date(2026, 11, 22), 0, "wait"),
        (date(2026, 11, 16), date(2026, 11, 22), 6, "stop"),
        (date(2026, 12, 1), date(2026, 11, 22), 0, "wait"),
    ],
)
def test_late_is_derived(due, today, late, tone):
    assert (rules.days_late(due, today), rules.tone("wait", due, today)) == (late, tone)


def test_a_right_with_a_reach_is_a_right():
    assert rules.held(["order.view.company", "invoice.view"]) == {"order.view.company", "order.view", "invoice.view"}


def test_asked_once_settled_once_and_recorded(cast):
    youssef, sanne = cast.youssef, cast.sanne
    with scope(youssef):
        since = FactRow.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        ask(youssef)
        ask(youssef)
    with scope(sanne):
        assert Task.objects.filter(kind="test.order.approve").count() == 1
        [item] = [item for item in queries.waiting(sanne, 50) if item.kind == "test.order.approve"]
        assert (item.title, item.url, item.asked_by) == ("Approve the order of <b>Youssef</b>", "/somewhere/1/", "Youssef El Amrani")
        assert actions.settle(sanne, kind="test.order.approve", subject="orders.order:1") == 1
        assert actions.settle(sanne, kind="test.order.approve", subject="orders.order:1") == 0
        done = queries.done_page(sanne).rows[0]
        assert (done.kind, done.done_by) == ("test.order.approve", "Sanne Bakker")
        assert [type(fact) for fact in recorded(since)] == [TaskAsked, TaskDone]
        ask(sanne)
        assert Task.objects.open().filter(kind="test.order.approve").count() == 1


def test_only_the_addressed_see_it(cast):
    sanne, youssef, karin, dirk, peter = cast.sanne, cast.youssef, cast.karin, cast.dirk, cast.peter
    with scope(sanne):
        ask(sanne, "1")
        ask(sanne, "2", right="", user_id=youssef.user_id)
    for actor, expected in ((sanne, ["/somewhere/1/"]), (youssef, ["/somewhere/2/"]), (karin, []), (dirk, []), (peter, [])):
        with scope(actor):
            assert [item.url for item in queries.waiting(actor, 50) if item.kind == "test.order.approve"] == expected


def test_staff_have_their_own_and_a_party_cannot_give_them_work(cast):
    system, peter, sanne = cast.system, cast.peter, cast.sanne
    with scope(system):
        ask(system, "9", right="party.view", party_id=None)
    with scope(peter):
        assert "/somewhere/9/" in [item.url for item in queries.waiting(peter, 50)]
    with pytest.raises(Exception, match="row-level security"), scope(sanne):
        ask(sanne, "10", right="party.view", party_id=None)


def test_most_urgent_first_in_two_statements_and_red_when_late(cast):
    sanne, now = cast.sanne, timezone.now()
    with scope(sanne), translation.override("en"):
        ask(sanne, "undated")
        ask(sanne, "soon", due_at=now + timedelta(days=2))
        ask(sanne, "late", due_at=now - timedelta(days=6))
        with CaptureQueriesContext(
            connection,
        ) as caught:
            found = [item for item in queries.waiting(sanne, 50) if item.kind == "test.order.approve"]
        assert len(caught) == 2
        assert [item.url for item in found] == ["/somewhere/late/", "/somewhere/soon/", "/somewhere/undated/"]
        assert [(item.tone, item.status) for item in found] == [("stop", "6 days late"), ("wait", ""), ("wait", "")]


def test_asking_again_brings_the_values_up_to_date(cast):
    sanne = cast.sanne
    with scope(sanne):
        ask(sanne)
        due = datetime(2026, 12, 1, 12, tzinfo=UTC)
        ask(sanne, due_at=due)
        assert Task.objects.get(kind="test.order.approve").due_at == due


def test_the_page_counts_its_statements_and_pages_through(cast, client_of):
    sanne = cast.sanne
    with scope(sanne):
        actions.ask_many(
            sanne,
            kind="test.order.approve",
            asked=[actions.Asked(f"orders.order:{n}", sanne.party_id, "user.manage", values={"number": str(n), "name": "<i>Jan</i>"}) for n in range(30)],
        )
    client = client_of("sanne")
    with CaptureQueriesContext(connection) as caught:
        page = client.get("/tasks/").content.decode()
    assert len([query for query in caught if "SAVEPOINT" not in query["sql"]]) <= 8
    assert "&lt;i&gt;Jan" in page and "<i>Jan" not in page
    assert "?after=" in page
    after = page.split("?after=")[1].split('"')[0]
    assert client.get(f"/tasks/?after={after}").status_code == 200
    assert client.get("/tasks/?after=rubbish&show=done").status_code == 200


def test_who_is_not_logged_in_goes_to_the_log_in(client_of):
    assert client_of(None).get("/tasks/").status_code == 302


def test_a_kind_is_registered_once():
    with pytest.raises(ValueError, match="twice"):
        kinds.task_kind("test.order.approve", title="", detail="", action="", icon="x", url=lambda subject, values: "/")
    with pytest.raises(KeyError):
        kinds.kind("test.nothing")


def test_a_program_without_a_person_did_not_ask_what_the_portal_asked(cast):
    program = replace(cast.youssef, user_id=0, api_key_id=1, rights=frozenset({"catalog.view"}))
    with scope(cast.system):
        ask(cast.system, "none-9", party_id=program.party_id)
    with scope(program):
        task = Task.objects.get(subject="orders.order:none-9")
        assert task.asked_by_id == 0 and not queries.may_see(program, task)
        assert not queries.asked_by(program).exists() and not queries.turned_to(program).exists()
