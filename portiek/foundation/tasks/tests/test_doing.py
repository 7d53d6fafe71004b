"""What people do with tasks: asked in words, reminded, handed over, asked back, counted on both sides, done."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail as outbox
from django.test import override_settings
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.jobs import run_now
from portiek.foundation.notifications import jobs as post
from portiek.foundation.notifications.models import Notification
from portiek.foundation.parties.models import Party
from portiek.foundation.tasks import actions, jobs, kinds, queries, rules
from portiek.foundation.tasks.models import Step, Task

# Far ahead: what was signed before the time of the database is refused. 2037 has the days of 2026.
MONDAY = datetime(2037, 11, 23, 9, 30, tzinfo=UTC)  # 10:30 in Amsterdam
LOCMEM = override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")


@pytest.fixture(autouse=True)
def made(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.task_kind("test.thing_do", title="Do {number}", detail="", action="Look", icon="check", url=lambda subject, values: "/do/", mail="daily", label="x", right="order.approve", escalate=(5, "user.manage"))
    with time_machine.travel(MONDAY, tick=False), LOCMEM:
        yield


def asked(cast, whom="youssef", due=None, **more):
    """Let Peter ask one of Bakker something in words."""
    with scope(cast.peter):
        party = Party.objects.get(pk=cast.sanne.party_id)
        user_id = getattr(cast, whom).user_id if whom else None
        task = actions.ask_person(cast.peter, party=party, **{"title": "Stuur uw btw-nummer", "text": "Voor de\nfactuur.", "due_at": due, "user_id": user_id, **more})
    run_jobs()
    return task


def at(**after):
    return time_machine.travel(MONDAY + timedelta(**after), tick=False)


def remind(cast):
    """Do what the clock does every ten minutes."""
    run_now(jobs.remind.job, cast.system.portal_id, {})
    run_jobs()


def mailed(cast):
    outbox.outbox.clear()
    post.gather(cast.system)
    run_jobs()
    return [(message.to[0], message.subject) for message in outbox.outbox if message.to == ["youssef@bakker.example"]]


@pytest.mark.parametrize(
    ("after", "expected"),
    [(0, 7), (7, 9), (8, 9), (9, 10), (10, 13), (13, None), (99, None)],
)
def test_the_next_reminder(after, expected):
    start = datetime(2037, 11, 1, tzinfo=UTC)
    assert rules.next_reminder(start + timedelta(days=10), (-3, -1, 0, 3), start + timedelta(days=after)) == (start + timedelta(days=expected) if expected else None)
    assert rules.next_reminder(None, (-3,), start) is None


@pytest.mark.parametrize(
    ("steps", "until", "asked_days", "asker_days"),
    [
        ([("asked", 0)], 4, 4, 0),
        ([("asked", 0), ("question", 2), ("answer", 5)], 6, 3, 3),
        ([("asked", 0), ("question", 2)], 6, 2, 4),
        ([("asked", 0), ("handed", 1), ("reminded", 2), ("done", 3)], 9, 3, 0),
        ([], 9, 0, 0),
    ],
)
def test_the_clock_has_two_sides(steps, until, asked_days, asker_days):
    start = datetime(2037, 11, 1, tzinfo=UTC)
    used = rules.used([(what, start + timedelta(days=day)) for what, day in steps], start + timedelta(days=until))
    assert (used.asked.days, used.asker.days) == (asked_days, asker_days)
    assert rules.whole_days(timedelta(0)) == 0 and rules.whole_days(timedelta(minutes=1)) == 1 and rules.whole_days(timedelta(days=2)) == 2


def test_asked_in_words_from_question_to_done(cast, client_of):
    """Peter asks Youssef; he asks back, Peter answers three days later, the deadline moved along, Youssef is done: both see the same days."""
    task = asked(cast, due=MONDAY + timedelta(days=10))
    youssef, peter = client_of("youssef"), client_of("peter")
    assert [message.subject for message in outbox.outbox] == ["Stuur uw btw-nummer"] and "/tasks/" in outbox.outbox[0].body
    assert "Stuur uw btw-nummer" in youssef.get("/tasks/").content.decode() and "Stuur uw btw-nummer" in peter.get("/tasks/?show=asked").content.decode()
    with at(days=1):
        assert youssef.post(f"/tasks/{task.pk}/talk/", {"text": "Welk nummer precies?"}).status_code == 302
        run_jobs()
        assert "Stuur uw btw-nummer" not in youssef.get("/tasks/").content.decode(), "it waits for Peter now"
        assert "Stuur uw btw-nummer" in peter.get("/tasks/").content.decode()
        with scope(cast.system):
            assert Notification.objects.filter(kind="tasks.question_asked", user_id=cast.peter.user_id).count() == 1
        assert youssef.post(f"/tasks/{task.pk}/talk/", {"text": "Nog eens"}).status_code == 422
    with at(days=4):
        assert peter.post(f"/tasks/{task.pk}/talk/", {"text": ""}).status_code == 422
        assert peter.post(f"/tasks/{task.pk}/talk/", {"text": "Dat van de holding."}).status_code == 302
        with scope(cast.system):
            assert Task.objects.get(pk=task.pk).due_at == MONDAY + timedelta(days=13)
    with at(days=6):
        assert youssef.post(f"/tasks/{task.pk}/finish/", {"text": "NL0044"}).status_code == 302
    with at(days=20):
        for client in (youssef, peter):
            page = client.get(f"/tasks/{task.pk}/").content.decode()
            assert "NL0044" in page and "Dat van de holding." in page
            sheet = client.get(f"/tasks/{task.pk}/turns.csv").content.decode()
            assert "Dagen bij wie gevraagd is;3" in sheet and "Dagen bij wie het vroeg;3" in sheet
        assert youssef.post(f"/tasks/{task.pk}/finish/", {}).status_code == 422
    assert "Stuur uw btw-nummer" in youssef.get("/tasks/?show=done").content.decode()


def test_a_task_is_nobody_elses(cast, client_of):
    task = asked(cast)
    for other in ("karin", "dirk", "els", "otto", "nadia2", "fatima"):
        client = client_of(other)
        assert client.get(f"/tasks/{task.pk}/").status_code == 404, other
        assert client.get(f"/tasks/{task.pk}/turns.csv").status_code == 404
        for door in ("finish", "talk", "hand-over"):
            assert client.post(f"/tasks/{task.pk}/{door}/", {"text": "x", "user": str(cast.karin.user_id)}).status_code == 404, other
    assert client_of("sanne").get(f"/tasks/{task.pk}/").status_code == 200, "who manages the people of the company sees what waits for them"
    assert "Stuur uw btw" in client_of("sanne").get("/tasks/?show=company").content.decode() and "Stuur uw btw" not in client_of("karin").get("/tasks/?show=company").content.decode()
    with scope(cast.dirk), pytest.raises(NotFound):
        queries.task(cast.dirk, task.pk)
    with scope(cast.youssef), pytest.raises(Forbidden):
        actions.answer(cast.youssef, task=task, text="zelf beantwoord")
    with scope(cast.youssef), pytest.raises(Forbidden):
        actions.remind_now(cast.youssef, task=task)
    assert client_of("fatima").get("/tasks/ask/10042/").status_code == 403 and client_of("sanne").get("/tasks/ask/10042/").status_code == 404


def test_asking_by_the_form(cast, client_of):
    peter = client_of("peter")
    good = {"title": "Onderteken", "text": "", "user": str(cast.karin.user_id), "due": "2037-12-01", "link": "/invoices/"}
    assert peter.get("/tasks/ask/10042/").status_code == 200
    for bad in ({"title": ""}, {"user": str(cast.dirk.user_id)}, {"due": "2037-11-01"}, {"link": "https://evil.example/"}, {"link": "//evil.example/"}, {"link": "javascript:alert(1)"}):
        assert peter.post("/tasks/ask/10042/", {**good, **bad}).status_code == 422, bad
    assert peter.post("/tasks/ask/10042/", good).status_code == 302
    assert peter.post("/tasks/ask/99999/", good).status_code == 404
    with scope(cast.karin):
        task = Task.objects.get(user_id=cast.karin.user_id, kind=kinds.OWN)
        assert timezone.localdate(task.due_at) == date(2037, 12, 1) and task.asked_by_id == cast.peter.user_id
    page = client_of("karin").get(f"/tasks/{task.pk}/").content.decode()
    assert 'href="/invoices/"' in page
    assert "Onderteken" in peter.get("/parties/10042/tasks/").content.decode()


def test_reminders_go_in_the_daily_mail_stop_when_done_and_say_when_they_went(cast, client_of):
    task = asked(cast, due=MONDAY + timedelta(days=4))
    assert mailed(cast) == []
    with at(days=1, minutes=1):
        remind(cast)
        remind(cast)
        assert mailed(cast) == [], "a reminder waits for the daily mail, whatever the person chose for what is new"
        page = client_of("peter").get(f"/tasks/{task.pk}/").content.decode()
        assert "Youssef El Amrani" in page and "gaat mee in de e-mail van" in page
    with at(days=2):
        assert mailed(cast) == [("youssef@bakker.example", "Stuur uw btw-nummer")]
        assert "gemaild" in client_of("peter").get(f"/tasks/{task.pk}/").content.decode()
        with scope(cast.system):
            assert Step.objects.filter(task=task, what="reminded").count() == 1
            assert Task.objects.get(pk=task.pk).remind_at == MONDAY + timedelta(days=3)
    with at(days=3, minutes=1):
        remind(cast)
        with scope(cast.youssef):
            actions.finish(cast.youssef, task=task)
        run_jobs()
    with at(days=9):
        remind(cast)
        assert mailed(cast) == [], "done: what waited for the mail is dropped, and nothing follows"


def test_staff_reminds_once_more(cast, client_of):
    task = asked(cast, due=MONDAY + timedelta(days=4))
    with at(days=30):
        assert client_of("peter").post(f"/tasks/{task.pk}/remind/").status_code == 302
        assert client_of("fatima").post(f"/tasks/{task.pk}/remind/").status_code == 403
        run_jobs()
    with at(days=31):
        assert mailed(cast) == [("youssef@bakker.example", "Stuur uw btw-nummer")]


def test_those_above_hear_of_what_is_late_for_long_once(cast):
    with scope(cast.system):
        actions.ask(cast.system, kind="test.thing_do", subject="x:1", party_id=cast.sanne.party_id, user_id=cast.youssef.user_id, values={"number": "1"}, due_at=MONDAY)
    run_jobs()
    for days in range(1, 12):
        with at(days=days):
            remind(cast)
    with scope(cast.system):
        assert Task.objects.get(subject="x:1").escalated_at == MONDAY + timedelta(days=5)
        told = Notification.objects.filter(kind="task:test.thing_do", subject="x:1")
        assert told.filter(user_id=cast.sanne.user_id).count() == 1 and told.filter(user_id=cast.youssef.user_id).count() >= 2
        assert not told.exclude(user_id__in=[cast.sanne.user_id, cast.youssef.user_id]).exists()


def test_handed_over_to_who_may_do_it(cast, client_of):
    """An approval goes to a colleague who may approve; nobody gains a right by it."""
    with scope(cast.system):
        actions.ask(cast.system, kind="test.thing_do", subject="x:1", party_id=cast.sanne.party_id, user_id=cast.sanne.user_id, values={"number": "1"})
        actions.ask(cast.system, kind="test.thing_do", subject="x:2", party_id=None, right="party.view", values={"number": "2"})
        task, staff = Task.objects.get(subject="x:1"), Task.objects.get(subject="x:2")
    run_jobs()
    with scope(cast.sanne):
        assert queries.colleagues(cast.sanne, task).one(str(cast.youssef.user_id)) is None
        for stranger in (cast.youssef, cast.dirk, cast.peter):
            with pytest.raises(Refused):
                actions.hand_over(cast.sanne, task=task, user_id=stranger.user_id)
    words = asked(cast, "sanne")
    sanne = client_of("sanne")
    assert sanne.post(f"/tasks/{words.pk}/hand-over/", {"user": str(cast.dirk.user_id)}).status_code == 422
    outbox.outbox.clear()
    assert sanne.post(f"/tasks/{words.pk}/hand-over/", {"user": str(cast.karin.user_id), "text": "Jij weet dit."}).status_code == 302
    run_jobs()
    assert [message.to for message in outbox.outbox] == [["karin@bakker.example"]]
    assert "Jij weet dit." in client_of("karin").get(f"/tasks/{words.pk}/").content.decode()
    assert client_of("sanne").get(f"/tasks/{staff.pk}/").status_code == 404 and client_of("peter").get(f"/tasks/{staff.pk}/").status_code == 200
    assert client_of("sanne").post(f"/tasks/{task.pk}/finish/", {}).status_code == 422, "an approval ends by approving"


def test_who_handed_it_over_is_not_reminded_any_more(cast):
    task = asked(cast, due=MONDAY + timedelta(days=4))
    with at(days=1, minutes=1):
        remind(cast)
        with scope(cast.youssef):
            actions.hand_over(cast.youssef, task=task, user_id=cast.karin.user_id)
        run_jobs()
    with at(days=3):
        assert mailed(cast) == []


def test_a_file_of_turns_holds_no_formulas(cast, client_of):
    task = asked(cast)
    with scope(cast.youssef):
        actions.question(cast.youssef, task=task, text="=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in client_of("peter").get(f"/tasks/{task.pk}/turns.csv").content.decode()
