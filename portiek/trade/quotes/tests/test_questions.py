"""What a customer asks about an offer, which stands meanwhile; what staff answer; and that nobody else asks or reads."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.foundation.notifications.models import Notification
from portiek.foundation.tasks.actions import let_rest, remind_due, take_up_again
from portiek.foundation.tasks.models import Step, Task
from portiek.trade.quotes import actions
from portiek.trade.quotes.models import Message, Quote
from portiek.trade.quotes.tests.test_quotes import NOW, _accept, _asked, _fresh, _offered


def _ask(actor, quote, text="Kan het in twee keer?"):
    with scope(actor):
        return actions.ask_about(actor, quote=quote, text=text, now=NOW())


def test_a_question_leaves_the_offer_as_it_is(cast, client_of):
    """It is the seller's turn in the state's name on both sides; he gets a task, the asker an answer, and then it is his turn again at the same version."""
    quote, sanne, peter = _offered(cast, _asked(cast.sanne)), client_of("sanne"), client_of("peter")
    run_jobs()
    path = f"/quotes/{quote.number}/"
    assert sanne.post(f"{path}question/", {"text": " "}).status_code == 422
    assert sanne.post(f"{path}question/", {"text": "Kan het in twee keer?"}).status_code == 302
    run_jobs()
    there = _fresh(cast.sanne, quote)
    assert (there.status, there.last, there.net, there.valid_until) == ("questioned", 2, quote.net, quote.valid_until)
    for client in (sanne, peter):
        html = client.get(path).content.decode()
        assert "Aangeboden, met een vraag: wij zijn aan zet" in html and "Kan het in twee keer?" in html
        assert quote.number in client.get("/quotes/?state=ours").content.decode() and quote.number not in client.get("/quotes/?state=theirs").content.decode()
    assert f'href="{path}accept/"' in sanne.get(path).content.decode(), "the offer stands"
    with scope(cast.system):
        task = Task.objects.open().get(kind="quotes.quote_reply")
        assert (task.user_id, task.values["text"]) == (cast.peter.user_id, "Kan het in twee keer?") and Task.objects.open().filter(kind="quotes.quote_decide").exists()
    assert peter.post(f"{path}reply/", {"text": ""}).status_code == 422
    assert peter.post(f"{path}reply/", {"text": "Ja, week 3 en 5."}).status_code == 302
    run_jobs()
    there = _fresh(cast.sanne, quote)
    assert (there.status, there.last) == ("offered", 2) and "Ja, week 3 en 5." in sanne.get(path).content.decode()
    with scope(cast.system):
        assert not Task.objects.open().filter(kind="quotes.quote_reply").exists()
        told = Notification.objects.get(kind="quotes.quote_replied")
        assert (told.user_id, told.values["text"]) == (cast.sanne.user_id, "Ja, week 3 en 5.")
    answer = peter.post(f"{path}reply/", {"text": "En nog iets"})
    assert answer.status_code == 422 and "niet meer aan zet" in answer.content.decode(), "said also where the form is not drawn any more"


def test_it_can_be_accepted_declined_or_countered_meanwhile(cast):
    """What was asked holds nobody up; the task of who would answer it ends with it."""
    first, second, third = (_offered(cast, _asked(cast.sanne, key)) for key in ("x", "y", "z"))
    for quote in (first, second, third):
        _ask(cast.sanne, quote)
    run_jobs()
    assert _accept(cast.sanne, first).status == "submitted"
    with scope(cast.sanne):
        actions.decline_quote(cast.sanne, quote=second, version=2, reason="Te duur", now=NOW())
        actions.counter_quote(cast.sanne, quote=third, version=2, lines=[actions.Wish("GP-125-2600", Decimal(700), key=1)], now=NOW())
    run_jobs()
    assert [_fresh(cast.sanne, quote).status for quote in (first, second, third)] == ["ordered", "declined", "in_review"]
    with scope(cast.system):
        assert not Task.objects.open().filter(kind="quotes.quote_reply").exists()
    for quote in (first, second, third):
        with pytest.raises(Refused, match=r"quotes\.turn"):
            _ask(cast.sanne, quote)


def test_a_colleague_who_asks_hears_the_answer_too(cast):
    """And more can be asked before it comes: one task, with the newest question."""
    quote = _offered(cast, _asked(cast.sanne))
    _ask(cast.sanne, quote)
    _ask(cast.youssef, quote, "En met welke wagen?")
    run_jobs()
    with scope(cast.system):
        assert [task.values["text"] for task in Task.objects.open().filter(kind="quotes.quote_reply")] == ["En met welke wagen?"]
    with scope(cast.peter):
        actions.reply(cast.peter, quote=quote, text="Met een kraan.", now=NOW())
    run_jobs()
    with scope(cast.system):
        assert set(Notification.objects.filter(kind="quotes.quote_replied").values_list("user_id", flat=True)) == {cast.sanne.user_id, cast.youssef.user_id}


def test_nobody_is_reminded_to_decide_before_the_answer(cast):
    """The reminders rest while it is the seller's turn, and go on with his answer."""
    quote = _offered(cast, _asked(cast.sanne), days=5)
    run_jobs()

    def next_one():
        with scope(cast.system):
            return Task.objects.open().get(kind="quotes.quote_decide").remind_at

    before = next_one()
    assert before and before > NOW()
    _ask(cast.sanne, quote)
    run_jobs()
    assert next_one() is None
    with scope(cast.system):
        remind_due(cast.system, now=NOW() + timedelta(days=6))
        assert not Step.objects.filter(task__kind="quotes.quote_decide", what=Step.What.REMINDED).exists()
    with scope(cast.peter):
        actions.reply(cast.peter, quote=quote, text="Ja.", now=NOW())
    run_jobs()
    assert next_one() == before
    for actor in (cast.sanne, cast.peter):
        with scope(actor):
            for deed in (lambda actor=actor: let_rest(actor, kind="quotes.quote_decide", subject="x"), lambda actor=actor: take_up_again(actor, kind="quotes.quote_decide", subject="x", now=NOW())):
                with pytest.raises(NotFound):
                    deed()


def test_it_ends_on_its_last_day_and_is_still_answered(cast):
    """A question holds no price longer; staff answer it all the same, once."""
    quote = _offered(cast, _asked(cast.sanne), days=0)
    _ask(cast.sanne, quote)
    run_jobs()
    with scope(cast.system):
        assert actions.expire_quotes(cast.system, now=NOW(), today=timezone.localdate() + timedelta(days=1)) == 1
    run_jobs()
    with scope(cast.peter):
        assert Task.objects.open().filter(kind="quotes.quote_reply").exists()
        actions.reply(cast.peter, quote=quote, text="Nog even wachten.", now=NOW())
        with pytest.raises(Refused, match=r"quotes\.turn"):
            actions.reply(cast.peter, quote=quote, text="Nog eens.", now=NOW())
    assert _fresh(cast.sanne, quote).status == "expired"


def test_a_new_version_answers_it(cast):
    """Where what was asked changes the offer."""
    quote = _offered(cast, _asked(cast.sanne))
    _ask(cast.sanne, quote)
    run_jobs()
    assert _offered(cast, quote, price="5.60").status == "offered"
    run_jobs()
    with scope(cast.system):
        assert not Task.objects.open().filter(kind="quotes.quote_reply").exists()


def test_nobody_else_asks_or_answers(cast, client_of):
    """Another party and another portal find nothing; a party does not answer for staff, nor staff ask for a party; who may not negotiate does not ask; what is not offered is not asked about."""
    quote, other = _offered(cast, _asked(cast.sanne)), _asked(cast.sanne, "k2")
    for key in ("dirk", "otto", "nadia2"):
        for number in (quote.number, "OF-10042-9999"):
            assert client_of(key).post(f"/quotes/{number}/question/", {"text": "x"}).status_code in ((404,) if key == "dirk" else (403, 404))
            assert client_of(key).post(f"/quotes/{number}/reply/", {"text": "x"}).status_code in (403, 404)
    with scope(cast.dirk), pytest.raises(NotFound):
        actions.ask_about(cast.dirk, quote=quote, text="x", now=NOW())
    for deed, actor in ((actions.ask_about, cast.peter), (actions.reply, cast.sanne), (actions.ask_about, cast.acting("karin", "bakker"))):
        with scope(actor), pytest.raises(Forbidden):
            deed(actor, quote=quote, text="x", now=NOW())
    with pytest.raises(Refused, match=r"quotes\.turn"):
        _ask(cast.sanne, other)
    with scope(cast.sanne), pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.create(portal_id=quote.portal_id, party_id=quote.party_id, quote=quote, side="staff", text="x", user_id=1, name="x", at=NOW())
    _ask(cast.sanne, quote)
    with scope(cast.sanne), pytest.raises(DatabaseError), transaction.atomic():
        Quote.objects.filter(pk=quote.pk).update(status="offered")
