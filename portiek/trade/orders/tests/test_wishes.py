"""What is wanted otherwise of an order that is passed on: a person asks, a person of the staff answers, and the first one is told."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.foundation.notifications.models import Notification
from portiek.foundation.tasks.models import Task
from portiek.trade.orders import actions, permissions, queries, rules
from portiek.trade.orders.demo import changes
from portiek.trade.orders.models import Reply
from portiek.trade.orders.reactions import replies as reactions
from portiek.trade.orders.tests.test_pages import placed


@pytest.mark.parametrize(
    ("status", "delivery", "until", "is_open", "why"),
    [("transmitted", "none", None, False, None), ("confirmed", "partial", None, False, None), ("submitted", "none", None, False, None), ("on_hold", "none", None, False, None), ("transmitted", "none", None, True, "orders.asked_already"),
     ("submitted", "none", 10, False, "orders.wish_early"), ("pending_approval", "none", None, False, "orders.wish_early"), ("cancelled", "none", None, False, "orders.ended"), ("in_progress", "shipped", None, False, "orders.ended")],
)  # fmt: skip
def test_when_a_change_can_be_asked(status, delivery, until, is_open, why):
    assert rules.why_not_wish(status, delivery, datetime(2026, 11, 23, until, tzinfo=UTC) if until else None, is_open=is_open) == why


def wished(cast, order):
    with scope(cast.sanne):
        return [row for row in queries.replies(cast.sanne, order) if row.kind == Reply.Kind.WISHED]


def tasks(cast):
    run_jobs()
    with scope(cast.system):
        return list(Task.objects.open().filter(kind=reactions.QUESTIONS).values_list("right", "values__text"))


def told(cast):
    run_jobs()
    with scope(cast.sanne):
        return [(row.kind == reactions.ALTERED, row.values["number"], row.values["text"]) for row in Notification.objects.filter(kind__in=[reactions.ALTERED, reactions.UNALTERED], user_id=cast.sanne.user_id)]


@pytest.mark.parametrize(("text", "done", "wished", "why"), [
    ("Ja", None, False, None), (" ", None, False, "orders.answer_needed"), ("Ja", True, False, "orders.say_whether"), ("Ja", None, True, "orders.say_whether"), ("", True, True, None), ("", False, True, "orders.answer_needed"), ("Te laat", False, True, None)])
def test_what_answers_it(text, done, wished, why):
    assert rules.why_not_answer(text, done, wished=wished) == why


@pytest.mark.parametrize(("done", "answer", "said"), [("yes", "", "Gewijzigd zoals"), ("no", "Hij staat al op de wagen.", "kon niet worden gewijzigd")])
def test_somebody_asks_staff_answer_and_he_is_told(cast, client_of, done, answer, said):
    order, client, staff = placed(cast.sanne), client_of("sanne"), client_of("peter")
    path = f"/orders/{order.number}/"
    assert f"{path}wish/" in client.get(path).content.decode() and client.get(f"{path}wish/").status_code == 200
    assert client.post(f"{path}wish/", {"text": "Graag 12 in plaats van 10"}).headers["Location"] == path
    page = client.get(path).content.decode()
    assert "Graag 12 in plaats van 10" in page and f"{path}wish/" not in page and f"{path}questions/" not in page
    assert tasks(cast) == [("order.manage", "Graag 12 in plaats van 10")]
    key = wished(cast, order)[-1].pk
    assert f"{path}questions/" in staff.get(path).content.decode() and "Graag 12 in plaats van 10" in staff.get(f"{path}questions/").content.decode()
    assert staff.post(f"{path}questions/", {f"done-{key}": done, f"answer-{key}": answer}).headers["Location"] == path
    assert tasks(cast) == [] and told(cast) == [(done == "yes", order.number, answer)]
    for who in (client, staff):
        page = who.get(path).content.decode()
        assert said in page and (answer or "Graag 12 in plaats van 10") in page and f"{path}questions/" not in page
    assert staff.post(f"{path}questions/", {f"done-{key}": "yes", f"answer-{key}": "Nog eens"}).status_code == 422
    assert client.post(f"{path}wish/", {"text": "En nog iets"}).status_code == 302 and tasks(cast) == [("order.manage", "En nog iets")]


def test_what_cannot_be_is_refused_in_words(cast, client_of):
    order, client, staff = placed(cast.sanne), client_of("sanne"), client_of("peter")
    path = f"/orders/{order.number}/"
    for rubbish in ({}, {"text": " "}, {"text": "x" * 1001}, {"text": "Later", "position": "99"}):
        answer = client.post(f"{path}wish/", rubbish)
        assert answer.status_code == 422 and "error" in answer.content.decode()
    assert staff.post(f"{path}questions/", {"done-1": "yes"}).status_code == 422
    client.post(f"{path}wish/", {"text": "Later"})
    key = wished(cast, order)[0].pk
    again = client.post(f"{path}wish/", {"text": "Nog later"})
    assert again.status_code == 422 and "al gevraagd" in again.content.decode()
    for rubbish, said in (({}, "ten minste"), ({f"done-{key}": "misschien"}, "Selecteer"), ({f"done-{key}": "no", f"answer-{key}": ""}, "waarom"), ({f"answer-{key}": "Ja"}, "Zeg van een wijziging")):
        answer = staff.post(f"{path}questions/", rubbish)
        assert answer.status_code == 422 and said in answer.content.decode(), rubbish
    with scope(cast.peter):
        actions.cancel_order(cast.peter, order=order, reason="", now=timezone.now())
    # What was asked stays to be read, and waits for nobody.
    assert tasks(cast) == [] and "Later" in client.get(path).content.decode() and "Wacht op ons antwoord" not in client.get(path).content.decode()
    assert f"{path}questions/" not in staff.get(path).content.decode() and "Later" not in staff.get(f"{path}questions/").content.decode()
    with scope(cast.peter), pytest.raises(Refused, match="answered_already"):
        actions.answer_replies(cast.peter, order=order, answers={key: actions.Answer("Toch", True)}, now=timezone.now())
    assert client.post(f"{path}wish/", {"text": "Toch"}).status_code == 422 and "<form" not in client.get(f"{path}wish/").content.decode().split("<main", 1)[1]


def test_while_it_can_be_changed_nobody_asks(cast, client_of):
    with scope(cast.peter):
        actions.set_delivery(cast.peter, days=[], cutoffs={}, lead=1, slots=[], asks_parts=False, change_minutes=30)
    order, client = placed(cast.sanne), client_of("sanne")
    assert f"/orders/{order.number}/wish/" not in client.get(f"/orders/{order.number}/").content.decode()
    assert client.post(f"/orders/{order.number}/wish/", {"text": "Later"}).status_code == 422
    waiting = placed(cast.youssef, 3, "400")
    with scope(cast.sanne), pytest.raises(Refused, match="wish_early"):
        actions.ask_change(cast.sanne, order=waiting, position=None, text="Minder", now=timezone.now())


def test_nobody_else_asks_or_answers(cast, client_of):
    order = placed(cast.sanne)
    path = f"/orders/{order.number}/"
    for who in ("dirk", "nadia2"):
        client = client_of(who)
        assert {client.get(f"{path}wish/").status_code, client.post(f"{path}wish/", {"text": "Van mij"}).status_code, client.post(f"{path}questions/", {"answer-1": "Ja"}).status_code} <= {403, 404}
        assert client.get(f"{path}wish/").status_code == 404
    assert client_of("sanne").post(f"{path}questions/", {"answer-1": "Ja"}).status_code in (403, 404)
    assert client_of("peter").post(f"{path}wish/", {"text": "Namens"}).status_code in (403, 404)
    with scope(cast.dirk), pytest.raises(NotFound):
        actions.ask_change(cast.dirk, order=order, position=None, text="Van mij", now=timezone.now())
    with scope(cast.peter), pytest.raises((NotFound, Forbidden)):
        actions.ask_change(cast.peter, order=order, position=None, text="Namens", now=timezone.now())
    with scope(cast.sanne), pytest.raises(Forbidden):
        actions.answer_replies(cast.sanne, order=order, answers={1: actions.Answer("", True)}, now=timezone.now())
    looker = dataclasses.replace(cast.sanne, rights=cast.sanne.rights - {permissions.CANCEL})
    with scope(looker), pytest.raises(Forbidden):
        actions.ask_change(looker, order=order, position=None, text="Later", now=timezone.now())
    with scope(cast.system):
        assert not Reply.objects.filter(order=order).exists()


def test_the_database_lets_a_party_answer_nothing(cast):
    order = placed(cast.sanne)
    with scope(cast.sanne):
        made = actions.ask_change(cast.sanne, order=order, position=1, text="Later", now=timezone.now())
        own = {"portal_id": order.portal_id, "party_id": order.party_id, "order": order, "kind": "wished", "text": "Zelf", "user_id": 1, "by_name": "x", "at": timezone.now()}
        for wrong in (lambda: Reply.objects.filter(pk=made.pk).update(is_done=True, answered_at=timezone.now()), lambda: Reply.objects.create(**own, is_done=True, answered_at=timezone.now()), lambda: Reply.objects.filter(pk=made.pk).delete()):
            with pytest.raises(ProgrammingError), transaction.atomic():
                wrong()
        with pytest.raises(IntegrityError), transaction.atomic():
            Reply.objects.create(**own)
    with scope(cast.dirk):
        assert not Reply.objects.filter(order=order).exists()
        with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic():
            Reply.objects.create(**{**own, "party_id": cast.dirk.party_id})


def test_the_demo_shows_one_that_waits_and_one_that_is_answered(cast):
    changes.wishes()
    assert tasks(cast) == [("order.manage", "Kan het aantal van OSB-18 naar 44, en de levering een dag later?")]
    assert [done for done, _number, _text in told(cast)] == [True]


def test_a_wish_and_a_question_wait_beside_each_other(cast, client_of):
    """One page, one task and one answer for both: of an order, a line of it, or more than one."""
    order, client, staff = placed(cast.sanne), client_of("sanne"), client_of("peter")
    path = f"/orders/{order.number}/"
    assert client.post(f"{path}ask/", {"text": "Komt er een kraan?"}).status_code == client.post(f"{path}wish/", {"text": "Een pallet minder", "position": "1"}).status_code == 302
    assert tasks(cast) == [("order.manage", "Een pallet minder")]
    page = staff.get(f"{path}questions/").content.decode()
    assert "Komt er een kraan?" in page and "Een pallet minder" in page and page.count('type="radio"') == 2
    with scope(cast.sanne):
        question, wish = queries.replies(cast.sanne, order)
        assert (wish.kind, wish.position) == ("wished", 1)
    assert staff.post(f"{path}questions/", {f"done-{wish.pk}": "yes", f"answer-{wish.pk}": "Gedaan"}).status_code == 302
    assert tasks(cast) == [("order.manage", "Komt er een kraan?")] and told(cast) == [(True, order.number, "Gedaan")]
    assert staff.post(f"{path}questions/", {f"answer-{question.pk}": "Ja"}).status_code == 302 and tasks(cast) == []


def test_a_program_asks_and_answers_it(cast, machine_of):
    order, machine, staff, other = placed(cast.sanne), machine_of(cast.sanne), machine_of(cast.peter), machine_of(cast.dirk)
    path = f"/orders/{order.number}"
    made = machine.post(f"{path}:ask-change", {"position": 1, "text": "Liever 12"})
    assert made.status_code == 200 and [made.json()[name] for name in ("position", "reply", "text", "done")] == [1, "wished", "Liever 12", None]
    assert machine.post(f"{path}:ask-change", {"text": "Liever 14"}).json()["code"] == "orders.asked_already"
    assert machine.post(f"{path}:ask-change", {"position": 99, "text": "x"}).status_code == 422
    assert other.post(f"{path}:ask-change", {"text": "Van mij"}).status_code == 404
    key = made.json()["id"]
    for wrong, code in (({"id": key}, "orders.nothing_answered"), ({"id": key, "answer": "Ja"}, "orders.say_whether"), ({"id": key, "done": False}, "orders.answer_needed")):
        assert staff.post(f"{path}:answer", wrong).json()["code"] == code
    assert machine.post(f"{path}:answer", {"id": key, "done": True}).status_code == 404
    assert staff.post(f"{path}:answer", {"id": key, "done": True}).json()["done"] is True
    assert [(row["reply"], row["done"]) for row in machine.get(path).json()["replies"]] == [("wished", True)]
