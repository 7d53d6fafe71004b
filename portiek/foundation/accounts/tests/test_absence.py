"""Away with a deputy: his tasks and mails go over, nobody gains rights, both names are kept, it ends by itself; and the pick that chooses him."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail as outbox
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.jobs import run_now
from portiek.core.models import FactRow
from portiek.foundation.accounts import actions, choosing, queries, rules
from portiek.foundation.accounts.models import Absence, Membership, User
from portiek.foundation.notifications.models import Notification
from portiek.foundation.parties.models import Party
from portiek.foundation.tasks import actions as tasks
from portiek.foundation.tasks import jobs, kinds
from portiek.foundation.tasks import queries as to_do
from portiek.foundation.tasks.models import Step, Task
from portiek.ui import fields

# Far ahead: what was signed before the time of the database is refused. 2037 has the days of 2026.
MONDAY = datetime(2037, 11, 23, 9, 30, tzinfo=UTC)  # 10:30 in Amsterdam
FIRST, LAST = date(2037, 11, 23), date(2037, 11, 27)
LOCMEM = override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")


@pytest.fixture(autouse=True)
def made(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.task_kind("test.thing_do", title="Do {number}", detail="", action="Look", icon="check", url=lambda subject, values: "/do/", mail="now", label="x", right="order.approve", escalate=(5, "user.manage"))
    with time_machine.travel(MONDAY, tick=False), LOCMEM:
        yield


def at(**after):
    return time_machine.travel(MONDAY + timedelta(**after), tick=False)


def away(actor, deputy=None, first=FIRST, last=LAST):
    with scope(actor):
        return actions.set_own_absence(actor, first_day=first, last_day=last, deputy_id=deputy.user_id if deputy else None)


def asked(cast, whom, title="Stuur uw btw-nummer", due=None):
    with scope(cast.peter):
        made = tasks.ask_person(cast.peter, party=Party.objects.get(pk=cast.sanne.party_id), title=title, user_id=whom.user_id, due_at=due)
    run_jobs()
    return made


def approval(cast, whom, subject="x:1"):
    with scope(cast.system):
        tasks.ask(cast.system, kind="test.thing_do", subject=subject, party_id=whom.party_id, user_id=whom.user_id, values={"number": "1"}, due_at=MONDAY + timedelta(days=1))
        found = Task.objects.get(subject=subject, user_id=whom.user_id)
    run_jobs()
    return found


def place(cast, person):
    with scope(cast.system):
        return Membership.objects.select_related("role", "user").get(user_id=person.user_id, party_id=person.party_id)


def to():
    found = [address for message in outbox.outbox for address in message.to]
    outbox.outbox.clear()
    return found


@pytest.mark.parametrize(
    ("first", "last", "problem"),
    [(FIRST, LAST, None), (FIRST, FIRST, None), (date(2037, 11, 1), FIRST, None), (LAST, FIRST, "absence-order"), (date(2037, 11, 1), date(2037, 11, 22), "absence-over"),
     (FIRST, date(2038, 12, 1), "absence-long"), (date(2039, 1, 1), date(2039, 1, 2), "absence-long")],
)
def test_days(first, last, problem):
    found = rules.why_not_away(first, last, FIRST)
    assert (found and found[0]) == problem


def test_days_are_those_of_the_person():
    """A day begins and ends where he lives, also on the day that the clock changes."""
    starts, ends = rules.moments(date(2037, 10, 25), date(2037, 10, 25), "Europe/Amsterdam")
    assert (starts.astimezone(UTC), ends.astimezone(UTC)) == (datetime(2037, 10, 24, 22, tzinfo=UTC), datetime(2037, 10, 25, 23, tzinfo=UTC))
    assert rules.moments(FIRST, FIRST, "Asia/Tokyo")[0].astimezone(UTC) == datetime(2037, 11, 22, 15, tzinfo=UTC)


def test_the_deputy_does_it_and_both_names_are_kept(cast, client_of):
    task = asked(cast, cast.youssef)
    assert "Stuur uw btw" not in client_of("karin").get("/tasks/").content.decode()
    away(cast.youssef, cast.acting("karin", "bakker"))
    page = client_of("karin", "bakker").get("/tasks/").content.decode()
    assert "Stuur uw btw" in page and "namens Youssef El Amrani" in page
    assert "Stuur uw btw" in client_of("youssef").get("/tasks/").content.decode(), "it stays in his own list"
    karin = client_of("karin", "bakker")
    assert karin.post(f"/tasks/{task.pk}/talk/", {"text": "Welk nummer?"}).status_code == 302
    with scope(cast.peter):
        tasks.answer(cast.peter, task=task, text="Dat van de holding")
    assert karin.post(f"/tasks/{task.pk}/finish/", {"text": "NL0044"}).status_code == 302
    with scope(cast.system):
        row = Task.objects.get(pk=task.pk)
        assert (row.done_by, row.done_instead_of) == ("Karin Bakker", "Youssef El Amrani")
        assert [(step.by, step.instead_of) for step in Step.objects.filter(task=task, what__in=["question", "done"]).order_by("pk")] == [("Karin Bakker", "Youssef El Amrani")] * 2
        fact = FactRow.objects.filter(name="tasks.task.done").latest("pk")
        assert fact.user_name == "Karin Bakker" and fact.changes["instead_of"][1] == "Youssef El Amrani"
    assert "namens Youssef El Amrani" in client_of("peter").get(f"/tasks/{task.pk}/").content.decode()
    log = client_of("sanne").get("/audit/").content.decode()
    assert "Namens" in log and "afwezig" in log


def test_one_of_the_companies_alone(cast, client_of):
    """Karin stands in at Bakker: at De Vries she sees nothing of it, and the counts agree with the lists."""
    asked(cast, cast.youssef)
    away(cast.youssef, cast.acting("karin", "bakker"))
    assert "Stuur uw btw" not in client_of("karin", "devries").get("/tasks/").content.decode()
    for actor in (cast.acting("karin", "bakker"), cast.acting("karin", "devries"), cast.youssef, cast.peter):
        with scope(actor), connection.cursor() as cursor:
            counting = to_do.counting(actor)
            cursor.execute(counting.statement, counting.values)
            assert cursor.fetchone()[0] == to_do.tasks(actor).open().count()


def test_both_ways_to_say_whom_one_stands_in_for_are_one(cast, client_of):
    """Of filters for lists, and as SQL for every page."""
    youssef, nadia, today = cast.youssef, cast.nadia, timezone.localdate()
    found = []
    hour = timedelta(hours=1)
    for away, deputy in ((nadia, youssef), (youssef, None), (None, None)):
        for actor in (youssef, nadia, cast.sanne, cast.olga):
            with scope(actor), connection.cursor() as cursor:
                cursor.execute(*queries.stood_in_for_sql(actor))
                rows = {row[0] for row in cursor.fetchall()}
                assert rows == set(queries.stood_in_for(actor).values_list("user_id", flat=True))
                found.append(rows)
        with scope(cast.system):
            if away is not None:
                Absence.objects.create(portal_id=away.portal_id, party_id=away.party_id, user_id=away.user_id, deputy_id=deputy and deputy.user_id, first_day=today, last_day=today, starts_at=timezone.now() - hour, ends_at=timezone.now() + hour)
    assert found[4] == {nadia.user_id} and found[8] == set()


def test_nobody_gains_a_right(cast, client_of):
    """Karin may not approve: an approval asked of Sanne by name does not come to her, by list, page, mail or hand-over, and stays with Sanne."""
    karin = cast.acting("karin", "bakker")
    away(cast.sanne, karin)
    run_jobs()
    to()
    task = approval(cast, cast.sanne)
    assert to() == ["sanne@bakker.example"]
    with scope(karin):
        assert not to_do.tasks(karin).filter(pk=task.pk).exists() and not to_do.may_see(karin, task)
        with pytest.raises(NotFound):
            to_do.task(karin, task.pk)
        with pytest.raises(Forbidden):
            tasks.hand_over(karin, task=task, user_id=cast.youssef.user_id)
    client = client_of("karin", "bakker")
    assert client.get(f"/tasks/{task.pk}/").status_code == 404 and client.post(f"/tasks/{task.pk}/hand-over/", {"user": str(cast.youssef.user_id)}).status_code == 404
    assert client.get("/colleagues/").status_code == 403, "nor what Sanne may do otherwise"


def test_mail_and_reminders_go_to_the_deputy_until_it_is_over(cast):
    away(cast.youssef, cast.sanne)
    run_jobs()
    assert to() == ["sanne@bakker.example"], "she hears that she stands in"
    with scope(cast.system):
        told = Notification.objects.get(kind="accounts.deputy_chosen")
        assert told.user_id == cast.sanne.user_id and told.values["name"] == "Youssef El Amrani"
    approval(cast, cast.youssef)
    assert to() == ["sanne@bakker.example"]
    with at(days=2):
        run_now(jobs.remind.job, cast.system.portal_id, {})
        run_jobs()
        with scope(cast.system):
            assert set(Notification.objects.filter(kind="task:test.thing_do").values_list("user_id", flat=True)) == {cast.sanne.user_id}
    with at(days=5):  # Saturday: he is back without a job having run
        with scope(cast.sanne):
            assert not queries.standing_in(cast.sanne) and not to_do.tasks(cast.sanne).filter(user_id=cast.youssef.user_id).exists()
        to()
        asked(cast, cast.youssef, "Nog iets")
        assert to() == ["youssef@bakker.example"]


def test_there_is_no_chain(cast, client_of):
    """Youssef chose Karin, she is away herself and chose Sanne: what is asked of Youssef stays with him, and the page says why."""
    karin = cast.acting("karin", "bakker")
    away(cast.youssef, karin)
    away(karin, cast.sanne)
    run_jobs()
    to()
    task = asked(cast, cast.youssef)
    assert to() == ["youssef@bakker.example"]
    for actor in (karin, cast.sanne):
        with scope(actor):
            assert not to_do.tasks(actor).filter(pk=task.pk).exists()
    assert "zelf ook afwezig" in client_of("youssef").get("/account/absence/").content.decode()


def test_a_program_stands_in_for_nobody(cast):
    """A key of the deputy neither sees nor does what is asked of the absent person."""
    import dataclasses

    task = asked(cast, cast.youssef)
    away(cast.youssef, cast.acting("karin", "bakker"))
    key = dataclasses.replace(cast.acting("karin", "bakker"), api_key_id=7)
    with scope(key):
        assert not queries.standing_in(key) and not to_do.tasks(key).filter(pk=task.pk).exists() and not to_do.may_see(key, task)


def test_who_has_left_stands_in_for_nobody(cast):
    away(cast.youssef, cast.acting("karin", "bakker"))
    row = place(cast, cast.acting("karin", "bakker"))
    with scope(cast.sanne):
        actions.end_membership(cast.sanne, membership=row)
        assert queries.deputy_of(cast.sanne, party_id=row.party_id, user_id=cast.youssef.user_id) is None


def test_only_a_colleague_with_access(cast, client_of):
    """Not somebody of another company, of the staff, of the other portal, oneself or who does not exist; each is refused alike."""
    client = client_of("youssef")
    good = {"first_day": "2037-11-24", "last_day": "2037-11-25"}
    said = set()
    for stranger in (cast.dirk.user_id, cast.peter.user_id, cast.otto.user_id, cast.youssef.user_id, 999999, "x", "9" * 30):
        answer = client.post("/account/absence/", {**good, "deputy": str(stranger)})
        assert answer.status_code == 422, stranger
        said.add("Dirk" in answer.content.decode())
    assert said == {False}
    with scope(cast.youssef):
        for stranger in (cast.dirk, cast.peter, cast.youssef):
            with pytest.raises(Refused):
                actions.set_own_absence(cast.youssef, first_day=FIRST, last_day=LAST, deputy_id=stranger.user_id)
        with pytest.raises(IntegrityError), transaction.atomic():
            Absence.objects.create(portal_id=cast.youssef.portal_id, party_id=cast.youssef.party_id, user_id=cast.youssef.user_id, deputy_id=cast.youssef.user_id, first_day=FIRST, last_day=LAST, starts_at=MONDAY,
                                   ends_at=MONDAY + timedelta(days=1))
    assert client.post("/account/absence/", {**good, "deputy": str(cast.sanne.user_id)}).status_code == 302


def test_staff_among_themselves(cast, client_of):
    """Peter is away and Fatima stands in: what customers' people are asked stays theirs."""
    away(cast.peter, cast.fatima)
    with scope(cast.system):
        tasks.ask(cast.system, kind="test.thing_do", subject="x:9", user_id=cast.peter.user_id, values={"number": "9"})
        kinds._kinds["test.thing_do"] = kinds.TaskKind(**{**{name: getattr(kinds.kind("test.thing_do"), name) for name in kinds.TaskKind.__dataclass_fields__}, "right": "party.view"})
    with scope(cast.fatima):
        assert to_do.tasks(cast.fatima).filter(subject="x:9").exists()
    assert client_of("peter").get("/account/absence/").status_code == 200
    with scope(cast.otto):
        assert queries.absence_of(cast.otto, party_id=None, user_id=cast.peter.user_id) is None
    with scope(cast.sanne):
        assert not Absence.objects.filter(party__isnull=True).exists() and queries.absence_of(cast.sanne, party_id=None, user_id=cast.peter.user_id) is None


def test_an_administrator_sets_it_for_who_is_ill(cast, client_of):
    sanne, row = client_of("sanne"), place(cast, cast.youssef)
    sent = {"first_day": "2037-11-23", "last_day": "2037-12-30", "deputy": str(cast.acting("karin", "bakker").user_id)}
    assert sanne.post(f"/colleagues/{row.pk}/absence/", sent).status_code == 302
    assert "Afwezig tot en met 30 december" in sanne.get(f"/colleagues/{row.pk}/").content.decode()
    with scope(cast.system):
        fact = FactRow.objects.filter(name="accounts.absence.set").latest("pk")
        assert (fact.user_name, fact.text, fact.changes["deputy"][1]) == ("Sanne Bakker", "Youssef El Amrani", "Karin Bakker")
    assert client_of("dirk").post(f"/colleagues/{row.pk}/absence/", sent).status_code == 404
    assert client_of("karin", "bakker").post(f"/colleagues/{row.pk}/absence/", sent).status_code == 403
    assert client_of("peter").get(f"/colleagues/{row.pk}/absence/").status_code in (200, 403)
    assert sanne.post(f"/colleagues/{row.pk}/absence/end/").status_code == 302
    with scope(cast.sanne):
        assert queries.absence_of(cast.sanne, party_id=row.party_id, user_id=row.user_id) is None


def test_nobody_sets_it_for_who_holds_more(cast):
    """Who manages people with less rights could else take the administrator's tasks over."""
    import dataclasses

    small = dataclasses.replace(cast.youssef, rights=frozenset({"user.manage"}))
    with scope(small), pytest.raises(Refused):
        actions.set_absence_of(small, membership=place_in(cast.sanne), first_day=FIRST, last_day=LAST, deputy_id=small.user_id)


def place_in(person):
    return Membership.objects.select_related("role", "user").get(user_id=person.user_id, party_id=person.party_id)


def test_who_looks_along_or_works_on_behalf_sets_nothing(cast):
    import dataclasses

    for other in ({"by_user_id": cast.peter.user_id, "by_name": "Peter"}, {"api_key_id": 7}):
        actor = dataclasses.replace(cast.sanne, **other)
        with scope(actor), pytest.raises(Forbidden):
            actions.set_own_absence(actor, first_day=FIRST, last_day=LAST)


def test_said_where_somebody_is_chosen(cast, client_of):
    """In the pick of a deputy: who is away, until when, and who stands in; a new absence takes over the old one."""
    away(cast.youssef, cast.sanne)
    away(cast.youssef, cast.sanne, last=date(2037, 12, 12))
    with scope(cast.system):
        assert Absence.objects.filter(user_id=cast.youssef.user_id).count() == 1
    page = client_of("sanne").get("/account/absence/").content.decode()
    assert "Afwezig tot en met 12 december" in page and "vervangen door Sanne Bakker" in page and "U vervangt" in page
    client = client_of("youssef")
    assert client.post("/account/absence/end/").status_code == 302
    with scope(cast.system):
        assert not Absence.objects.exists() and FactRow.objects.filter(name="accounts.absence.ended").count() == 1
    assert client.post("/account/absence/end/").status_code == 302, "twice changes nothing"


def test_out_of_two_thousand(cast, client_of, monkeypatch):
    """Twelve stand there, others are searched, without JavaScript too; the number of statements stays the same."""
    with scope(cast.system):
        role = place_in(cast.youssef).role
        people = User.objects.bulk_create([User(portal_id=cast.system.portal_id, email=f"p{n}@bakker.example", name=f"Persoon {n:04}") for n in range(2000)])
        Membership.objects.bulk_create([Membership(portal_id=cast.system.portal_id, party_id=cast.sanne.party_id, user=user, role=role) for user in people])
    client = client_of("sanne")
    with CaptureQueriesContext(connection) as caught:
        page = client.get("/account/absence/").content.decode()
    many = len(caught)
    assert page.count('type="radio"') == fields.SHOWN + 1 and "Er zijn er meer" in page
    sent = {"first_day": "2037-11-24", "last_day": "2037-11-25", "deputy": "", "deputy_find": "1999", "deputy_found": ""}
    for way in ({"look": "deputy"}, {}):  # the button, and Enter in the words
        answer = client.post("/account/absence/", {**sent, **way})
        text = answer.content.decode()
        assert answer.status_code == 200 and "Persoon 1999" in text and "Persoon 1998" not in text and 'value="2037-11-24"' in text and "summary-errors" not in text
    with scope(cast.sanne):
        assert queries.absence_of(cast.sanne, party_id=cast.sanne.party_id, user_id=cast.sanne.user_id) is None, "a search saves nothing"
    chosen = str(next(user.pk for user in people if user.name == "Persoon 1999"))
    kept = client.post("/account/absence/", {**sent, "deputy": chosen, "deputy_find": "zzzz", "look": "deputy"}).content.decode()
    assert "Persoon 1999" in kept and f'value="{chosen}"' in kept, "who was chosen stays chosen in another search"
    assert client.post("/account/absence/", {**sent, "deputy": chosen, "deputy_found": "1999"}).status_code == 302
    with scope(cast.system):
        Membership.objects.filter(user__in=people).delete()
    with CaptureQueriesContext(connection) as caught:
        client.get("/account/absence/")
    assert many <= len(caught) + 1


def test_the_pick_finds_nobody_elses_people(cast):
    with scope(cast.sanne):
        offered = choosing.people(cast.sanne, party_id=cast.dirk.party_id)
        assert offered.find("", 50) == [] and offered.one(str(cast.dirk.user_id)) is None
        own = choosing.people(cast.sanne, party_id=cast.sanne.party_id)
        assert own.one(str(cast.dirk.user_id)) is None and own.one("x") is None and own.one(str(cast.youssef.user_id))[1] == "Youssef El Amrani"
        assert timezone.now() == MONDAY
