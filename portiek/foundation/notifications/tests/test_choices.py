"""What people choose to hear of, when it comes, and the ways out of mail."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail as outbox
from django.test import Client, override_settings
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.foundation.accounts.models import Membership, User
from portiek.foundation.notifications import actions, jobs, kinds, rules
from portiek.foundation.notifications.models import Choice, Mail, Notification, Rhythm, Standard
from portiek.foundation.notifications.tokens import token_of
from portiek.foundation.tasks import actions as tasks
from portiek.foundation.tasks import kinds as task_kinds

# Far ahead: what was signed before the time of the database is refused. 2037 has the days of 2026.
MONDAY = datetime(2037, 11, 23, 9, 30, tzinfo=UTC)  # 10:30 in Amsterdam
LOCMEM = override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")


@pytest.fixture(autouse=True)
def made(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    monkeypatch.setattr(kinds, "_topics", {**kinds._topics, "test": (1, "Proef")})
    monkeypatch.setattr(task_kinds, "_kinds", dict(task_kinds._kinds))
    for code, way, more in (("test.now", "now", {}), ("test.daily", "daily", {"several": "{count} dingen"}), ("test.must", "now", {"obliged": True}), ("test.urgent", "now", {"urgent": True})):
        kinds.message_kind(code, title=f"{code} {{number}}", body="", url=lambda subject, values: f"/x/{values['number']}/", mail=way, label=f"Iets van {code}", right="user.manage", **more)
    task_kinds.task_kind("test.thing_do", title="Do {number}", detail="", action="", icon="check", url=lambda subject, values: "/do/", label="Something to do", right="user.manage")
    with time_machine.travel(MONDAY, tick=False), LOCMEM:
        yield


def gate_of(actor: Actor) -> Actor:
    return Actor(portal_id=actor.portal_id, kind="auth", user_id=actor.user_id, name=actor.name)


def tell(cast, kind="test.now", number="1", to="sanne", **more):
    person = getattr(cast, to)
    with scope(cast.system):
        actions.notify(cast.system, kind=kind, party_id=person.party_id, user_ids=[person.user_id], values={"number": number}, **more)


def choose(actor, *chosen, **rhythm):
    with scope(gate_of(actor)):
        actions.choose(gate_of(actor), chosen=[actions.Chosen(*item) for item in chosen])
        if rhythm:
            actions.set_rhythm(gate_of(actor), **{"hour": 8, "days_off": [], "quiet_from": None, "quiet_until": None, "mail_off": False, **rhythm})
    run_jobs()


def subjects(cast):
    """Do what a worker does now and return what was mailed since the last time."""
    outbox.outbox.clear()
    jobs.gather(cast.system)
    run_jobs()
    return [(message.to[0], message.subject) for message in outbox.outbox]


@pytest.mark.parametrize(
    ("standard", "chosen", "obliged", "mail_off", "expected"),
    [
        ("now", None, False, False, "now"),
        ("now", "daily", False, False, "daily"),
        ("now", "off", False, False, "off"),
        ("now", None, False, True, "off"),
        ("daily", "off", True, False, "daily"),
        ("now", "off", True, True, "now"),
        ("now", "daily", True, True, "daily"),
        ("off", "now", False, True, "off"),
        ("now", "nonsense", False, False, "now"),
    ],
)
def test_way(standard, chosen, obliged, mail_off, expected):
    assert rules.way(standard, chosen=chosen, obliged=obliged, mail_off=mail_off) == expected


@pytest.mark.parametrize(
    ("zone", "hour", "off", "now", "expected"),
    [
        ("Europe/Amsterdam", 8, (), datetime(2037, 11, 23, 6, 59, tzinfo=UTC), datetime(2037, 11, 23, 7, tzinfo=UTC)),
        ("Europe/Amsterdam", 8, (), datetime(2037, 11, 23, 7, tzinfo=UTC), datetime(2037, 11, 24, 7, tzinfo=UTC)),
        ("Europe/Amsterdam", 8, (), datetime(2037, 7, 1, 5, tzinfo=UTC), datetime(2037, 7, 1, 6, tzinfo=UTC)),
        # Friday after the hour, weekend off: Monday.
        ("Europe/Amsterdam", 8, (5, 6), datetime(2037, 11, 27, 12, tzinfo=UTC), datetime(2037, 11, 30, 7, tzinfo=UTC)),
        # The night in which 02:00 is not there, and the one in which it is there twice.
        ("Europe/Amsterdam", 2, (), datetime(2037, 3, 29, 0, tzinfo=UTC), datetime(2037, 3, 29, 1, tzinfo=UTC)),
        ("Europe/Amsterdam", 2, (), datetime(2037, 10, 24, 23, tzinfo=UTC), datetime(2037, 10, 25, 0, tzinfo=UTC)),
        ("Europe/Amsterdam", 2, (), datetime(2037, 10, 25, 0, tzinfo=UTC), datetime(2037, 10, 26, 1, tzinfo=UTC)),
        ("America/New_York", 8, (), datetime(2037, 11, 23, 9, tzinfo=UTC), datetime(2037, 11, 23, 13, tzinfo=UTC)),
        ("Pacific/Auckland", 8, (5, 6), datetime(2037, 11, 27, 9, tzinfo=UTC), datetime(2037, 11, 29, 19, tzinfo=UTC)),
    ],
)
def test_the_daily_mail_comes_at_the_persons_own_hour(zone, hour, off, now, expected):
    assert rules.next_daily(rules.Rhythm(zone, hour, frozenset(off)), now) == expected


def test_one_daily_mail_a_day_the_year_round():
    """Walked from one to the next through both changes of the clock: each local day has exactly one."""
    for zone in ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe"):
        for hour in (0, 1, 2, 3, 8, 23):
            moment, days = datetime(2037, 1, 1, tzinfo=UTC), []
            for _day in range(366):
                moment = rules.next_daily(rules.Rhythm(zone, hour), moment)
                days.append(moment.astimezone(rules.ZoneInfo(zone)).date())
            assert len(set(days)) == 366 and (days[-1] - days[0]).days == 365


@pytest.mark.parametrize(
    ("silence", "hour", "expected"),
    [((None, None), 3, 3), ((22, 7), 21, 21), ((22, 7), 22, 31), ((22, 7), 3, 7), ((22, 7), 7, 7), ((12, 13), 12, 13), ((9, 9), 9, 9)],
)
def test_silence(silence, hour, expected):
    rhythm = rules.Rhythm("UTC", 8, frozenset(), *silence)
    start = datetime(2037, 11, 23, tzinfo=UTC)
    assert rules.after_silence(rhythm, start + timedelta(hours=hour)) == start + timedelta(hours=expected)


def test_at_once_and_then_together(cast):
    """The first comes at once; eleven more of its kind wait ten minutes and come in one mail, in one line."""
    for number in range(12):
        tell(cast, "test.now", str(number))
    assert subjects(cast) == [("sanne@bakker.example", "test.now 0")]
    with time_machine.travel(MONDAY + timedelta(minutes=9), tick=False):
        assert subjects(cast) == []
    with time_machine.travel(MONDAY + timedelta(minutes=11), tick=False):
        [(_to, subject)] = subjects(cast)
        [message] = outbox.outbox
        assert "11" in subject and "Iets van test.now (11)" in message.body
        assert subjects(cast) == []


def test_one_mail_a_day_over_all_companies_most_urgent_first(cast):
    """Karin works for two companies: one mail in which each has its own part, tasks before news, what she saw at the bell left out."""
    karin, other = cast.karin, cast.acting("karin", "devries")
    with scope(cast.system):
        for actor, number in ((karin, "a"), (other, "b"), (karin, "c")):
            actions.notify(cast.system, kind="test.daily", party_id=actor.party_id, user_ids=[karin.user_id], values={"number": number})
        tasks.ask(cast.system, kind="test.thing_do", subject="x:1", party_id=karin.party_id, user_id=karin.user_id, values={"number": "t"})
        tasks.ask(cast.system, kind="test.thing_do", subject="x:2", party_id=karin.party_id, user_id=karin.user_id, values={"number": "gone"})
    with scope(karin):
        actions.mark_read(karin, notification_id=Notification.objects.get(user_id=karin.user_id, kind="test.daily", values__number="c").pk)
    run_jobs()
    with scope(cast.system):
        tasks.settle(cast.system, kind="test.thing_do", subject="x:2")
    assert subjects(cast) == []
    with time_machine.travel(MONDAY + timedelta(days=1, hours=-2), tick=False):
        [(to, _subject)] = [item for item in subjects(cast) if item[0] == "karin@bakker.example"]
        body = next(message.body for message in outbox.outbox if message.to == [to])
        assert body.index("Bouwbedrijf Bakker") < body.index("Do t") < body.index("test.daily a") < body.index("Kozijnhuis De Vries") < body.index("test.daily b")
        assert "test.daily c" not in body and "gone" not in body
        assert subjects(cast) == []
    with scope(cast.system):
        assert not Notification.objects.filter(user_id=karin.user_id, due_at__isnull=False).exists()
        went = Notification.objects.get(user_id=karin.user_id, kind="test.daily", values__number="a")
        assert Mail.objects.get(key=went.mail_key).state == "sent"


def test_who_left_a_company_is_not_mailed_about_it(cast):
    tell(cast, "test.daily", to="youssef")
    with scope(cast.system):
        Membership.objects.filter(user_id=cast.youssef.user_id).update(is_active=False)
        User.objects.filter(pk=cast.sanne.user_id).update(is_active=False)
    with time_machine.travel(MONDAY + timedelta(days=1), tick=False):
        assert [to for to, _subject in subjects(cast) if to == "youssef@bakker.example"] == []


def test_what_a_person_chooses_holds_for_him_alone(cast):
    sanne, karin = cast.sanne, cast.karin
    choose(sanne, ("test.now", False, "off"), ("test.daily", True, "now"))
    tell(cast, "test.now")
    tell(cast, "test.now", to="karin")
    tell(cast, "test.daily")
    assert sorted(to for to, _subject in subjects(cast)) == ["karin@bakker.example", "sanne@bakker.example"]
    with scope(cast.system):
        assert not Notification.objects.filter(user_id=sanne.user_id, kind="test.now").exists()
        assert Notification.objects.get(user_id=karin.user_id, kind="test.now").bell
    choose(sanne, ("test.now", True, "now"))
    with scope(cast.system):
        assert not Choice.objects.filter(user_id=sanne.user_id, kind="test.now").exists(), "what is as everybody has it is no choice"


def test_nobody_chooses_for_another_and_not_about_secrets(cast):
    for actor in (cast.sanne, cast.olga, cast.system):
        with scope(actor), pytest.raises(Forbidden):
            actions.choose(actor, chosen=[actions.Chosen("test.now", True, "off")])
    gate = gate_of(cast.sanne)
    for bad in (actions.Chosen("accounts.code", True, "off"), actions.Chosen("test.unknown", True, "off"), actions.Chosen("test.now", True, "weekly")):
        with scope(gate), pytest.raises(Refused):
            actions.choose(gate, chosen=[bad])
    for bad in ({"hour": 24}, {"days_off": [7]}, {"days_off": [0, 1, 2, 3, 4, 5, 6]}, {"quiet_from": 22}, {"quiet_from": -1, "quiet_until": 3}):
        with scope(gate), pytest.raises(Refused):
            actions.set_rhythm(gate, **{"hour": 8, "days_off": [], "quiet_from": None, "quiet_until": None, "mail_off": False, **bad})


def test_choosing_otherwise_moves_what_waits(cast):
    tell(cast, "test.daily")
    choose(cast.sanne, ("test.daily", True, "daily"), hour=17)
    with scope(cast.system):
        assert Notification.objects.get(kind="test.daily").due_at == datetime(2037, 11, 23, 16, tzinfo=UTC)
    choose(cast.sanne, ("test.daily", True, "off"))
    with scope(cast.system):
        assert Notification.objects.get(kind="test.daily").due_at is None


def test_the_hours_of_silence_hold_back_all_but_what_is_urgent(cast):
    choose(cast.sanne, quiet_from=10, quiet_until=14)
    tell(cast, "test.now")
    tell(cast, "test.urgent")
    assert subjects(cast) == [("sanne@bakker.example", "test.urgent 1")]
    with time_machine.travel(datetime(2037, 11, 23, 13, 1, tzinfo=UTC), tick=False):
        assert subjects(cast) == [("sanne@bakker.example", "test.now 1")]


def test_dates_in_a_mail_are_those_of_its_reader(cast):
    kinds.message_kind("test.moment", title="{number}", body="Om {at}", label="Moment")
    with scope(cast.system):
        User.objects.filter(pk=cast.sanne.user_id).update(time_zone="America/New_York", language="en")
        actions.notify(cast.system, kind="test.moment", party_id=cast.sanne.party_id, user_ids=[cast.sanne.user_id], values={"number": "1", "at": MONDAY})
    run_jobs()
    [message] = outbox.outbox
    assert "04:30" in message.body and "No mail about this any more" in message.body


def test_obliged_by_the_portal(cast, client_of):
    choose(cast.sanne, ("test.now", True, "off"), mail_off=True)
    with scope(cast.olga):
        actions.set_standards(cast.olga, standards={"test.now": ("now", True), "test.daily": ("daily", False)})
        assert list(Standard.objects.values_list("kind", flat=True)) == ["test.now"]
        with pytest.raises(Refused):
            actions.set_standards(cast.olga, standards={"test.now": ("off", True)})
    with scope(cast.peter), pytest.raises(Forbidden):
        actions.set_standards(cast.peter, standards={"test.now": ("off", False)})
    tell(cast, "test.now")
    assert [subject for _to, subject in subjects(cast)] == ["test.now 1"]
    page = client_of("sanne").get("/notifications/choices/").content.decode()
    mail_of = re.search(r'<select[^>]*name="mail-test.now".*?</select>', page, re.S)[0]
    assert 'value="off"' not in mail_of and 'value="off"' in re.search(r'<select[^>]*name="mail-test.daily".*?</select>', page, re.S)[0]


def link_of(message):
    return re.search(r"http://localhost(?::\d+)?(/notifications/off/[^/\s]+/)", message.body)[1]


@override_settings(LINK_SCHEME="https", LINK_PORT="")
def test_one_click_from_the_mail_without_logging_in(cast):
    """RFC 8058: the head of the mail names an https address; a POST there, with nothing but the words of the RFC, stops mail of this kind; a GET stops nothing."""
    tell(cast, "test.now")
    run_jobs()
    [message] = outbox.outbox
    head = message.message()
    assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = re.fullmatch(r"<https://localhost(/notifications/off/[^/]+/)>", head["List-Unsubscribe"])[1]
    client = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    assert "Iets van test.now" in client.get(path).content.decode()
    with scope(cast.system):
        assert not Choice.objects.exists()
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    run_jobs()
    with scope(cast.system):
        [row] = Choice.objects.all()
        assert (row.user_id, row.kind, row.mail) == (cast.sanne.user_id, "test.now", "off")
    tell(cast, "test.now", "2")
    assert subjects(cast) == []
    assert client.post(path, {"what": "all"}).status_code == 200
    with scope(cast.system):
        assert Rhythm.objects.get(user_id=cast.sanne.user_id).mail_off
    tell(cast, "test.daily")
    tell(cast, "test.must")
    assert [subject for _to, subject in subjects(cast)] == ["test.must 1"]
    assert "List-Unsubscribe" not in outbox.outbox[0].message()


def test_a_token_opens_nothing_else(cast):
    token = token_of(cast.sanne.portal_id, cast.sanne.user_id, "test.now")
    client, other = Client(headers={"host": "localhost"}), Client(headers={"host": "brand.localhost"})
    assert client.get(f"/notifications/off/{token}/").status_code == 200
    for method in ("get", "post"):
        assert getattr(other, method)(f"/notifications/off/{token}/").status_code == 404, "the token of one portal is nothing in the other"
        for bad in (token[:-2], "x", "1.AAAA", token.swapcase(), token_of(cast.sanne.portal_id, 987654, "test.now"), token_of(cast.sanne.portal_id, cast.sanne.user_id, "no.such")):
            assert getattr(client, method)(f"/notifications/off/{bad}/").status_code == 404
    assert client.get("/notifications/choices/").status_code == 302
    with scope(cast.sanne), pytest.raises(NotFound):
        actions.switch_off(cast.sanne, token=token)
    with scope(cast.system):
        assert not Choice.objects.exists()


def test_secret_mail_has_no_way_out(cast):
    gate = Actor.gate(cast.system.portal_id)
    with scope(gate):
        actions.mail_now(gate, to="sanne@bakker.example", kind="accounts.code", values={"code": "1"}, user_id=cast.sanne.user_id)
    run_jobs()
    [message] = outbox.outbox
    assert "/off/" not in message.body and "List-Unsubscribe" not in message.message()


def test_the_page_of_choices(cast, client_of):
    client = client_of("sanne")
    page = client.get("/notifications/choices/").content.decode()
    assert "Iets van test.now" in page and "Something to do" in page
    assert "connectors.connection_down" not in page and "Iets van test.now" not in client_of("youssef").get("/notifications/choices/").content.decode()
    form = dict(re.findall(r'<select[^>]*name="(mail-[^"]+)".*?<option value="([a-z]+)" selected', page, re.S))
    answer = client.post("/notifications/choices/", {**form, "mail-test.now": "off", "bell-test.now": "on", "hour": "17", "days_off": ["5", "6"], "quiet_from": "22", "quiet_until": "7"})
    assert answer.status_code == 302
    with scope(cast.system):
        assert Choice.objects.get(user_id=cast.sanne.user_id, kind="test.now").mail == "off"
        row = Rhythm.objects.get(user_id=cast.sanne.user_id)
        assert (row.hour, row.days_off, row.quiet_from, row.quiet_until) == (17, [5, 6], 22, 7)
    assert client.post("/notifications/choices/", {**form, "hour": "8", "quiet_from": "22"}).status_code == 422
    assert client.post("/notifications/choices/", {**form, "hour": "99"}).status_code == 422
    assert "/notifications/choices/" in client.get("/account/").content.decode()


def test_the_page_of_standards(cast, client_of):
    olga = client_of("olga")
    page = olga.get("/notifications/standards/").content.decode()
    assert "Iets van test.now" in page
    form = dict(re.findall(r'<select[^>]*name="(mail-[^"]+)".*?<option value="([a-z]+)" selected', page, re.S))
    assert olga.post("/notifications/standards/", {**form, "mail-test.daily": "now", "must-test.daily": "on"}).status_code == 302
    with scope(cast.olga):
        row = Standard.objects.get(kind="test.daily")
        assert (row.mail, row.obliged) == ("now", True)
    assert olga.post("/notifications/standards/", {**form, "mail-test.daily": "off", "must-test.daily": "on"}).status_code == 422
    for other, status in (("sanne", 404), ("peter", 403)):
        assert client_of(other).get("/notifications/standards/").status_code == status
    with scope(cast.system_of_brand):
        assert not Standard.objects.exists()


def test_a_time_zone_is_chosen_and_pages_say_it(cast, client_of):
    client = client_of("sanne")
    tell(cast, "test.now")
    with scope(cast.system):
        at = timezone.now() - timedelta(days=3)
        Notification.objects.filter(kind="test.now").update(at=at)
    assert client.post("/account/", {"name": "Sanne Bakker", "language": "nl", "time_zone": "Asia/Tokyo"}).status_code == 302
    assert f"{at + timedelta(hours=9):%H:%M}" in client.get("/notifications/").content.decode()
    assert client.post("/account/", {"name": "Sanne Bakker", "language": "nl", "time_zone": "Mars/Olympus"}).status_code == 422


def test_every_kind_can_be_chosen_about(monkeypatch):
    monkeypatch.undo()
    assert kinds.problems() == []
