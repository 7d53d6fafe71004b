"""What was confirmed otherwise waits for the customer's word line by line, and what he asks about an order waits for an answer (N5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import recorded, run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.foundation.notifications.models import Notification
from portiek.foundation.tasks.models import Task
from portiek.trade.orders import actions, facts, queries, replying, rules
from portiek.trade.orders.models import Order, OrderLine, Reply
from portiek.trade.orders.reactions import replies as reactions
from portiek.trade.orders.tests.test_erp import apply, placed  # noqa: F401  (a fixture)
from portiek.trade.orders.tests.test_submit import last_fact


@pytest.mark.parametrize(("kind", "text", "about", "why"), [
    ("accepted", "", {}, None), ("refused", "Te laat", {}, None), ("asked", "Wanneer?", {}, None), ("asked", "En?", {"asked": True}, "orders.asked_already"), ("accepted", "", {"asked": True}, None),
    ("refused", " ", {}, "orders.say_why"), ("asked", "", {}, "orders.say_why"), ("accepted", "", {"decided": True}, "orders.replied_already"), ("accepted", "", {"current": False}, "orders.confirmed_anew"), ("maybe", "x", {}, "orders.unknown_reply")])
def test_what_can_be_said_of_a_line(kind, text, about, why):
    assert rules.why_not_reply(kind, text, **{"current": True, "decided": False, "asked": False, **about}) == why


@pytest.mark.parametrize(("product", "named", "theirs", "their_sku", "replaced"), [
    (7, "p-8", 8, "NEW", True), (7, "p-9", None, "NEW", True), (7, "p-7", 7, "NEW", False), (7, "p-8", 8, "old ", False), (7, None, None, "NEW", False), (None, "p-8", 8, "NEW", False), (7, "p-8", 8, "", False)])
def test_when_another_article_is_delivered(product, named, theirs, their_sku, replaced):
    assert rules.is_replaced(product, "OLD", named, theirs, their_sku) == replaced


@pytest.fixture
def changed(cast, placed):  # noqa: F811
    """An order of Sanne of which the first line is confirmed with less and the second on a later day; and how the ERP told it."""
    order, told = placed
    first, second = told.lines
    with scope(cast.system):
        Order.objects.filter(pk=order.pk).update(wanted_date=timezone.localdate() + timedelta(days=5))
    told = replace(told, lines=(replace(first, quantity=Decimal(4), amount=Decimal("4.00")), replace(second, confirmed_date=timezone.localdate() + timedelta(days=9))))
    apply(cast, told)
    return order, told


def waiting(actor, order):
    with scope(actor):
        found = queries.contents(actor, order)
        return {row.line.position: row for row in replying.otherwise(found.lines, queries.replies(actor, order))}


def say(actor, order, *said):
    rows = waiting(actor, order)
    with scope(actor):
        return actions.reply_lines(actor, order=order, says=[actions.Say(place, kind, rows[place].seen if place in rows else "", text) for place, kind, text in said], now=timezone.now())


def tasks(cast, kind):
    run_jobs()
    with scope(cast.system):
        return [(row.right, row.user_id, row.values.get("count") or row.values.get("text")) for row in Task.objects.open().filter(kind=kind)]


def test_who_ordered_is_asked_until_he_said_something_of_every_line(cast, changed, client_of):
    order, _told = changed
    sanne = cast.sanne
    assert tasks(cast, reactions.LINES) == [("", sanne.user_id, 2)]
    page = client_of("sanne").get(f"/orders/{order.number}/").content.decode()
    assert "2 regels wachten op uw antwoord" in page and f"/orders/{order.number}/reply/" in page
    with scope(sanne):
        since = last_fact()
        rows = replying.otherwise(queries.contents(sanne, order).lines, [])
        actions.reply_lines(sanne, order=order, says=[actions.Say(1, "accepted", rows[0].seen)], now=timezone.now())
        assert recorded(since) == [facts.LinesReplied(order_id=order.pk, accepted=1, refused=0, asked=0)]
    assert tasks(cast, reactions.LINES) == [("", sanne.user_id, 1)] and tasks(cast, reactions.QUESTIONS) == []
    say(sanne, order, (2, "refused", "Dan staan wij stil"))
    assert tasks(cast, reactions.LINES) == [] and tasks(cast, reactions.QUESTIONS) == [("order.manage", None, "Dan staan wij stil")]
    with scope(sanne):  # nothing of the order itself is different: the administration decides that
        assert [line.answer for line in queries.detail(sanne, order.number).lines] == ["3", "3"]
    assert "wachten op uw antwoord" not in client_of("sanne").get(f"/orders/{order.number}/").content.decode()


def test_the_page_takes_it_line_by_line_and_staff_answer(cast, changed, client_of):
    order, _told = changed
    client, staff, path = client_of("sanne"), client_of("peter"), f"/orders/{order.number}/"
    seen = {place: row.seen for place, row in waiting(cast.sanne, order).items()}
    fields = {f"seen-{place}": value for place, value in seen.items()}
    for given, said in (({}, "van ten minste"), ({"reply-1": "refused"}, "Zeg in woorden"), ({"reply-1": "maybe"}, "Selecteer"), ({"reply-1": "accepted", "seen-1": "older"}, "opnieuw bevestigd")):
        answer = client.post(f"{path}reply/", {**fields, **given})
        assert answer.status_code == 422 and said in answer.content.decode(), given
    assert client.post(f"{path}reply/", {**fields, "reply-1": "refused", "text-1": "<b>Alles</b> of niets", "reply-2": "asked", "text-2": "Kan het eerder?"}).headers["Location"] == path
    page = client.get(path).content.decode()
    assert "&lt;b&gt;Alles&lt;/b&gt; of niets" in page and "Kan het eerder?" in page and f"{path}questions/" not in page
    assert "Niets wacht op uw antwoord" in client.get(f"{path}reply/").content.decode()
    assert f"{path}questions/" in staff.get(path).content.decode() and "Kan het eerder?" in staff.get(f"{path}questions/").content.decode()
    run_jobs()
    with scope(cast.sanne):
        first, second = queries.replies(cast.sanne, order)
    assert staff.post(f"{path}questions/", {}).status_code == 422
    assert staff.post(f"{path}questions/", {f"answer-{second.pk}": "Ja, dinsdag."}).headers["Location"] == path
    assert [text for _right, _user, text in tasks(cast, reactions.QUESTIONS)] == ["<b>Alles</b> of niets"]
    with scope(cast.sanne):
        assert [row.values["text"] for row in Notification.objects.filter(kind=reactions.ANSWERED, user_id=cast.sanne.user_id)] == ["Ja, dinsdag."]
    # An answered question leaves the line to be decided; what was decided stays.
    assert {place: row.waits for place, row in waiting(cast.sanne, order).items()} == {1: False, 2: True}
    assert "Ja, dinsdag." in client.get(f"{path}reply/").content.decode()
    assert client.post(f"{path}reply/", {**fields, "reply-2": "accepted"}).status_code == 302
    assert staff.post(f"{path}questions/", {f"answer-{first.pk}": "De rest volgt vrijdag."}).status_code == 302
    assert tasks(cast, reactions.QUESTIONS) == [] and tasks(cast, reactions.LINES) == []
    assert "De rest volgt vrijdag." in client.get(path).content.decode()
    with scope(cast.peter), pytest.raises(Refused, match="answered_already"):
        actions.answer_replies(cast.peter, order=order, answers={first.pk: actions.Answer("Nog eens")}, now=timezone.now())


def test_a_line_that_is_confirmed_anew_waits_anew_and_an_order_that_ends_waits_no_more(cast, changed):
    order, told = changed
    say(cast.sanne, order, (1, "accepted", ""), (2, "accepted", ""))
    assert tasks(cast, reactions.LINES) == []
    older = waiting(cast.sanne, order)[1].seen
    less = replace(told, version="v2", lines=(replace(told.lines[0], quantity=Decimal(2), amount=Decimal("2.00")), told.lines[1]))
    apply(cast, less)
    assert {place: row.waits for place, row in waiting(cast.sanne, order).items()} == {1: True, 2: False}
    assert tasks(cast, reactions.LINES) == [("", cast.sanne.user_id, 1)]
    with scope(cast.sanne), pytest.raises(Refused) as refused:
        actions.reply_lines(cast.sanne, order=order, says=[actions.Say(1, "accepted", older)], now=timezone.now())
    assert [part.code for part in refused.value.parts] == ["orders.confirmed_anew"]
    apply(cast, replace(less, version="v3", state="completed"))
    assert tasks(cast, reactions.LINES) == []
    with scope(cast.sanne), pytest.raises(Refused, match="ended"):
        actions.reply_lines(cast.sanne, order=order, says=[actions.Say(1, "accepted", older)], now=timezone.now())


def test_another_article_is_named_and_can_be_refused(cast, placed, client_of):  # noqa: F811
    order, told = placed
    apply(cast, replace(told, state="transmitted"))
    other = replace(told.lines[0], sku="GP-OTHER", description="Gipsplaat van een ander merk", product="p-unknown")
    _problems, happened = apply(cast, replace(told, version="v2", lines=(other, told.lines[1])))
    assert happened == [facts.OrderChanged(order_id=order.pk)]
    with scope(cast.sanne):
        line = OrderLine.objects.get(order=order, position=1)
        assert (line.answer, line.confirmed_sku, line.confirmed_name) == ("3", "GP-OTHER", "Gipsplaat van een ander merk")
    assert "GP-OTHER Gipsplaat van een ander merk" in client_of("sanne").get(f"/orders/{order.number}/").content.decode()
    say(cast.sanne, order, (1, "refused", "Wij willen het eigen merk"))
    apply(cast, replace(told, version="v3"))
    assert waiting(cast.sanne, order) == {}
    with scope(cast.sanne):
        assert OrderLine.objects.get(order=order, position=1).confirmed_sku == ""


def test_two_at_once_decide_once(cast, changed, client_of):
    order, _told = changed
    seen = {f"seen-{place}": row.seen for place, row in waiting(cast.sanne, order).items()}
    say(cast.sanne, order, (1, "accepted", ""))
    late = client_of("sanne").post(f"/orders/{order.number}/reply/", {**seen, "reply-1": "refused", "text-1": "Niet goed", "reply-2": "accepted"})
    assert late.status_code == 422 and "al over" in late.content.decode() and "Niet goed" in late.content.decode()
    for kind in ("refused", "accepted"):
        with pytest.raises(Refused) as refused:
            say(cast.youssef if kind == "refused" else cast.sanne, order, (1, kind, "Toch niet"), (2, "accepted", ""))
        assert [part.code for part in refused.value.parts] == ["orders.replied_already"]
    assert waiting(cast.sanne, order)[2].waits  # all or nothing
    with scope(cast.sanne):
        row = Reply.objects.get()
        row.pk, row.kind, row.text = None, "refused", "Toch niet"
        with pytest.raises(IntegrityError), transaction.atomic():  # the database holds it too
            row.save(force_insert=True)
    with pytest.raises(Refused) as refused:
        say(cast.sanne, order, (2, "accepted", ""), (2, "refused", "Nee"))
    assert {part.code for part in refused.value.parts} == {"orders.replied_already"}


def test_a_question_about_an_order_or_a_line_is_answered(cast, placed, client_of):  # noqa: F811
    order, _told = placed
    client, staff, path = client_of("sanne"), client_of("fatima"), f"/orders/{order.number}/"
    assert f"{path}ask/" in client.get(path).content.decode() and f"{path}ask/" not in staff.get(path).content.decode()
    for rubbish in ({}, {"text": " "}, {"text": "x", "position": "99"}, {"text": "x", "position": "een"}, {"text": "x" * 1001}):
        answer = client.post(f"{path}ask/", rubbish)
        assert answer.status_code == 422 and "error" in answer.content.decode(), rubbish
    assert client.post(f"{path}ask/", {"text": "Komt er een kraan?", "position": ""}).headers["Location"] == path
    assert client.post(f"{path}ask/", {"text": "Is dit de brandwerende?", "position": "2"}).status_code == 302
    run_jobs()
    with scope(cast.system):
        assert [(row.right, row.values["text"]) for row in Task.objects.open().filter(kind=reactions.QUESTIONS)] == [("order.manage", "Is dit de brandwerende?")]
    assert "Komt er een kraan?" in client.get(path).content.decode()
    with scope(cast.sanne):
        one, two = queries.replies(cast.sanne, order)
        with pytest.raises(Refused, match="most_questions"):
            for _again in range(rules.MOST_QUESTIONS):
                actions.ask_about(cast.sanne, order=order, position=None, text="Nog iets", now=timezone.now())
    with scope(cast.peter):
        actions.answer_replies(cast.peter, order=order, answers={one.pk: actions.Answer("Ja"), two.pk: actions.Answer("Nee")}, now=timezone.now())
    run_jobs()
    with scope(cast.sanne):
        assert set(Notification.objects.filter(kind=reactions.ANSWERED).values_list("values__text", flat=True)) == {"Ja", "Nee"}


def test_another_company_finds_nothing_and_staff_do_not_speak_for_the_customer(cast, changed, client_of):
    order, _told = changed
    for who in ("dirk", "els", "nadia2"):
        for page in ("reply", "ask"):
            for answer in (client_of(who).get(f"/orders/{order.number}/{page}/"), client_of(who).post(f"/orders/{order.number}/{page}/", {"text": "Nee", "reply-1": "refused"})):
                assert answer.status_code in (403, 404), (who, page)
    assert client_of("dirk").get(f"/orders/{order.number}/ask/").status_code == 404
    assert client_of("sanne").get(f"/orders/{order.number}/questions/").status_code in (403, 404)
    for actor in (cast.dirk, cast.peter, cast.otto):
        with scope(actor), pytest.raises((NotFound, Forbidden)):
            actions.reply_lines(actor, order=order, says=[actions.Say(1, "accepted", "x")], now=timezone.now())
        with scope(actor), pytest.raises((NotFound, Forbidden)):
            actions.ask_about(actor, order=order, position=None, text="Mag ik?", now=timezone.now())
    say(cast.sanne, order, (1, "refused", "Nee"))
    with scope(cast.sanne), pytest.raises(Forbidden):
        actions.answer_replies(cast.sanne, order=order, answers={Reply.objects.get().pk: actions.Answer("Ja")}, now=timezone.now())
    for actor in (cast.dirk, cast.otto):
        with scope(actor):
            assert not Reply.objects.exists()
    with scope(cast.sanne), pytest.raises(Exception, match=r"permission denied|row-level"), transaction.atomic():
        Reply.objects.update(answer="Zelf geschreven")
    with scope(cast.sanne), pytest.raises(Exception, match="row-level"), transaction.atomic():
        Reply.objects.create(portal_id=order.portal_id, party_id=order.party_id, order=order, kind="asked", text="x", user_id=1, by_name="x", at=timezone.now(), answer="Zelf", answered_at=timezone.now())


def test_a_program_says_it_too(cast, changed, machine_of):
    order, _told = changed
    machine = machine_of(cast.sanne)
    lines = machine.get(f"/orders/{order.number}").json()["lines"]
    wrong = machine.post(f"/orders/{order.number}:reply", {"lines": [{"position": 1, "reply": "refused", "seen": lines[0]["confirmed"]["seen"]}, {"position": 9, "reply": "accepted", "seen": "x"}]})
    assert wrong.status_code == 422 and [(item["pointer"], item["code"]) for item in wrong.json()["errors"]] == [("#/lines/0/text", "orders.say_why"), ("#/lines/1/position", "orders.as_ordered")]
    said = machine.post(f"/orders/{order.number}:reply", {"lines": [{"position": line["position"], "reply": "refused", "seen": line["confirmed"]["seen"], "text": "Nee"} for line in lines]})
    assert said.status_code == 200 and [row["reply"] for row in said.json()] == ["refused", "refused"]
    assert machine.post(f"/orders/{order.number}:ask", {"text": "En nu?"}).json()["position"] is None
    staff = machine_of(cast.peter)
    assert staff.post(f"/orders/{order.number}:answer", {"id": said.json()[0]["id"], "answer": "Goed"}).json()["answer"] == "Goed"
    assert staff.post(f"/orders/{order.number}:answer", {"id": said.json()[0]["id"], "answer": "Goed"}).status_code == 422
    assert [row["answer"] for row in machine.get(f"/orders/{order.number}").json()["replies"]] == ["Goed", "", ""]
    other = machine_of(cast.dirk)
    assert other.post(f"/orders/{order.number}:reply", {"lines": [{"position": 1, "reply": "accepted", "seen": "x"}]}).status_code == 404
    assert other.post(f"/orders/{order.number}:ask", {"text": "Mag ik?"}).status_code == 404


def test_the_page_costs_the_same_however_much_was_said(cast, changed, client_of):
    order, _told = changed
    client = client_of("sanne")
    say(cast.sanne, order, (1, "refused", "Nee"))
    client.get(f"/orders/{order.number}/")
    with CaptureQueriesContext(connection) as few:
        client.get(f"/orders/{order.number}/")
    with scope(cast.sanne):
        for _more in range(10):
            actions.ask_about(cast.sanne, order=order, position=1, text="Nog iets", now=timezone.now())
    with CaptureQueriesContext(connection) as many:
        client.get(f"/orders/{order.number}/")
    assert len(many) == len(few)
