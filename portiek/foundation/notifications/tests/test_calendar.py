"""The calendar of a person: what stands in it, for whom, and that its secret opens nothing else and ends when he does."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import Forbidden
from portiek.core.models import FactRow
from portiek.foundation.accounts.models import Membership, User
from portiek.foundation.notifications import actions, calendars, views
from portiek.foundation.notifications.deadlines import Deadline
from portiek.foundation.notifications.models import CalendarFeed
from portiek.foundation.parties.models import Party, Portal
from portiek.foundation.tasks import actions as tasks
from portiek.foundation.tasks.models import Task

# Far ahead: what was signed before the time of the database is refused. 2037 has the days of 2026.
MONDAY = datetime(2037, 11, 23, 9, 30, tzinfo=UTC)  # 10:30 in Amsterdam


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(views, "PACE", type(views.PACE)())
    with time_machine.travel(MONDAY, tick=False):
        yield


def gate_of(actor: Actor) -> Actor:
    return Actor(portal_id=actor.portal_id, kind="auth", user_id=actor.user_id, name=actor.name)


def address(actor: Actor) -> str:
    with scope(gate_of(actor)):
        return f"/notifications/calendar/{actions.make_calendar(gate_of(actor))}/deadlines.ics"


def ask(cast, person: Actor, title: str, due: datetime | None, staff="peter"):
    asker = getattr(cast, staff)
    with scope(asker):
        return tasks.ask_person(asker, party=Party.objects.get(pk=person.party_id), title=title, due_at=due, user_id=person.user_id)


def titles(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [str(item["SUMMARY"]) for item in Calendar.from_ical(response.content).walk("VEVENT")]


def test_what_a_program_reads(cast, client_of):
    """A deadline on a day is a day, one at an hour has its zone; each with an alarm, a stable name and a link to the portal itself."""
    day, hour = datetime(2037, 12, 3, 22, 59, tzinfo=UTC), datetime(2037, 12, 4, 13, 0, tzinfo=UTC)
    first, second = ask(cast, cast.sanne, "Stuur het certificaat; nu, graag\\n", day), ask(cast, cast.sanne, "Bel ons", hour)
    ask(cast, cast.sanne, "Zonder datum", None)
    response = client_of(None).get(address(cast.sanne))
    assert response["Content-Type"] == "text/calendar; charset=utf-8" and response["Cache-Control"] == "private, no-cache"
    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))
    made = Calendar.from_ical(response.content)
    events = {str(item["UID"]): item for item in made.walk("VEVENT")}
    one, two = events[f"task-{first.pk}@localhost"], events[f"task-{second.pk}@localhost"]
    assert one["DTSTART"].dt == date(2037, 12, 3) and one["DTEND"].dt == date(2037, 12, 4)
    assert str(one["SUMMARY"]) == "Stuur het certificaat; nu, graag\\n" and re.fullmatch(rf"https?://localhost(:\d+)?/tasks/{first.pk}/", str(one["URL"]))
    assert two["DTSTART"].dt == hour and str(two["DTSTART"].params["TZID"]) == "Europe/Amsterdam"
    assert [str(item["TZID"]) for item in made.walk("VTIMEZONE")] == ["Europe/Amsterdam"]
    assert one.walk("VALARM")[0]["TRIGGER"].dt == timedelta(hours=-15) and two.walk("VALARM")[0]["TRIGGER"].dt == timedelta(days=-1)
    assert "Zonder datum" not in response.content.decode()


def test_what_a_text_holds_stays_a_text(cast, client_of):
    ask(cast, cast.sanne, "Weg\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:vals", MONDAY + timedelta(days=3))
    ask(cast, cast.sanne, "<b>Bakker & Zn</b>", MONDAY + timedelta(days=3))
    found = titles(client_of(None).get(address(cast.sanne)))
    assert [text for text in found if text.startswith("Weg END")] and "vals" not in found and "<b>Bakker & Zn</b>" in found


def test_unchanged_is_not_sent_again(cast, client_of):
    task, url, client = ask(cast, cast.sanne, "Een", MONDAY + timedelta(days=3)), address(cast.sanne), client_of(None)
    first = client.get(url)
    again = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and not again.content and again["ETag"] == first["ETag"]
    with scope(cast.sanne):
        tasks.finish(cast.sanne, task=Task.objects.get(pk=task.pk))
    changed = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200 and changed["ETag"] != first["ETag"] and "Een" not in titles(changed)
    assert client.head(url).status_code == 200 and client.post(url).status_code == 405


def test_only_his_own_and_only_here(cast, client_of):
    """Another's task, another company's and the other portal's do not stand in it; on the other portal's host the secret is none."""
    for person, staff in ((cast.sanne, "peter"), (cast.youssef, "peter"), (cast.dirk, "peter"), (cast.nadia2, "otto")):
        ask(cast, person, f"Voor {person.name}", MONDAY + timedelta(days=3), staff)
    url = address(cast.youssef)
    found = titles(client_of(None).get(url))
    assert f"Voor {cast.youssef.name}" in found and not [text for text in found if text.startswith("Voor ") and cast.youssef.name not in text]
    with scope(cast.system_of_brand):
        host = Portal.objects.get(pk=cast.nadia2.portal_id).host
    assert client_of(None).get(url, headers={"host": host}).status_code == 404


def test_of_all_his_companies_as_he_stands_in_each(cast, client_of):
    """Who has two companies sees both, named; a right that he holds in one alone shows nothing of the other."""
    bakker, vries = cast.acting("karin", "bakker"), cast.acting("karin", "devries")
    ask(cast, bakker, "Van Bakker", MONDAY + timedelta(days=3))
    ask(cast, vries, "Van De Vries", MONDAY + timedelta(days=3))
    url, names = address(bakker), {}
    with scope(cast.system):
        names = {key: Party.objects.get(pk=actor.party_id).name for key, actor in (("bakker", bakker), ("vries", vries))}
    found = titles(client_of(None).get(url))
    assert f"Van Bakker ({names['bakker']})" in found and f"Van De Vries ({names['vries']})" in found
    with scope(cast.system):
        Membership.objects.filter(user_id=vries.user_id, party_id=vries.party_id).update(is_active=False)
    assert "Van Bakker" in titles(client_of(None).get(url)) and not [text for text in titles(client_of(None).get(url)) if "De Vries" in text]


def test_ends_with_his_access(cast, client_of):
    url = address(cast.youssef)
    assert client_of(None).get(url).status_code == 200
    for model, condition in ((Membership, {"user_id": cast.youssef.user_id}), (User, {"pk": cast.youssef.user_id}), (Party, {"pk": cast.youssef.party_id})):
        with scope(cast.system):
            model.objects.filter(**condition).update(is_active=False)
        assert client_of(None).get(url).status_code == 404, model
        with scope(cast.system):
            model.objects.filter(**condition).update(is_active=True)
        assert client_of(None).get(url).status_code == 200, model


@pytest.mark.parametrize("token", ["x", "a" * 43, "a" * 5000, "%27%20OR%201=1--", "..%5c..", "%f0%9f%97%93", "0", "-"])
def test_hostile_secrets(cast, client_of, token):
    address(cast.sanne)
    assert client_of(None).get(f"/notifications/calendar/{token}/deadlines.ics").status_code in (400, 404)


def test_the_page(cast, client_of):
    """The address is shown once; making it anew or ending it kills the old one; a colleague's is not touched; only hashes are kept."""
    client, other = client_of("sanne"), address(cast.youssef)
    assert "deadlines.ics" not in client.get("/notifications/calendar/").content.decode()
    made = client.post("/notifications/calendar/")
    assert made.status_code == 201
    (url,) = set(re.findall(r"/notifications/calendar/[\w-]{43}/deadlines.ics", made.content.decode()))
    assert client_of(None).get(url).status_code == 200
    page = client.get("/notifications/calendar/").content.decode()
    assert "deadlines.ics" not in page
    with scope(gate_of(cast.sanne)):
        row = CalendarFeed.objects.get(user_id=cast.sanne.user_id)
        assert row.last_used_at is not None and len(bytes(row.token_hash)) == 32
    assert client.post("/notifications/calendar/").status_code == 201
    assert client_of(None).get(url).status_code == 404 and client_of(None).get(other).status_code == 200
    assert client.post("/notifications/calendar/end/").status_code == 302
    assert client.post("/notifications/calendar/end/").status_code == 302
    with scope(cast.system):
        assert FactRow.objects.filter(name="notifications.calendar.made", user_id=cast.sanne.user_id).count() == 2
        assert FactRow.objects.filter(name="notifications.calendar.ended").count() == 1


def test_only_oneself_at_the_gate(cast):
    """Staff and colleagues make, end and read no calendar of another; row security keeps the table from both."""
    address(cast.youssef)
    with scope(cast.olga), pytest.raises(Forbidden):
        actions.make_calendar(cast.olga)
    with scope(cast.sanne), pytest.raises(Forbidden):
        actions.end_calendar(cast.sanne)
    with scope(cast.olga), pytest.raises(ProgrammingError), transaction.atomic():
        CalendarFeed.objects.update(token_hash=b"x" * 32)
    with scope(cast.sanne), pytest.raises(ProgrammingError), transaction.atomic():
        list(CalendarFeed.objects.all())


def test_who_looks_along_makes_none(cast, client_of):
    with scope(cast.system):
        place = Membership.objects.get(user_id=cast.youssef.user_id).pk
    for mode in ("look", "act"):
        olga = client_of("olga")
        assert olga.post(f"/colleagues/{place}/{mode}/", {"reason": "Hij ziet niets"}).status_code == 302
        assert olga.get("/notifications/calendar/").status_code == 200
        assert olga.post("/notifications/calendar/").status_code == 403
    with scope(gate_of(cast.youssef)):
        assert not CalendarFeed.objects.filter(user_id=cast.youssef.user_id).exists()


def test_not_more_often_than_a_calendar_needs(cast, client_of):
    url = address(cast.sanne)
    answers = [client_of(None).get(url).status_code for _turn in range(views.FETCHES + 2)]
    assert answers[0] == 200 and answers[-1] == 429 and client_of(None).get(address(cast.youssef)).status_code == 200


def test_cost_does_not_grow(cast):
    who, counts = calendars.Subscriber("nl", "Europe/Amsterdam", [("Bakker", cast.sanne)]), []
    for number in range(8):
        ask(cast, cast.sanne, f"Taak {number}", MONDAY + timedelta(days=number + 1))
        with CaptureQueriesContext(connection) as caught:
            assert len(calendars.found(who, MONDAY)) > number
        counts.append(len(caught))
    assert len(set(counts)) == 1 and counts[0] <= 6


def test_the_same_bytes(cast):
    portal = type("Portal", (), {"name": "Van Dijk", "host": "localhost"})
    who = calendars.Subscriber("nl", "America/New_York", [("Bakker", cast.sanne)])
    rows = [("Bakker", Deadline("b", "Twee", "", "", MONDAY, MONDAY)), ("Bakker", Deadline("a", "Een", "", "/x/", date(2037, 12, 1), MONDAY))]
    assert calendars.written(portal, who, rows) == calendars.written(portal, who, rows[::-1])
    assert b"TZID:America/New_York" in calendars.written(portal, who, rows)


def test_no_secret_in_the_database(cast):
    url = address(cast.sanne)
    with scope(gate_of(cast.sanne)), connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM notifications_calendar c")
        assert url.split("/")[3] not in str(cursor.fetchall())
