"""Erasing a person: asked by himself with a fresh proof, decided by two others, told in words, and only then done."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core import jobs
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.erasing import Whom, books_until, pattern, written_over
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.models import FactRow
from portiek.foundation.accounts import actions as accounts
from portiek.foundation.accounts.models import Membership, Role, Session, User
from portiek.foundation.audit import actions, queries, rules
from portiek.foundation.audit import jobs as audit_jobs
from portiek.foundation.audit.models import Erasure, Link
from portiek.foundation.audit.tests.test_audit import happened
from portiek.foundation.audit.tests.test_chain import link
from portiek.foundation.parties.models import Contact
from portiek.foundation.tasks.models import Task


def second(cast):
    """Return another administrator of the staff."""
    with scope(cast.system):
        user, _new = User.objects.get_or_create(portal_id=cast.system.portal_id, email="tweede@vandijk.example", defaults={"name": "Tweede Beheerder"})
        Membership.objects.get_or_create(portal_id=user.portal_id, user=user, party=None, role=Role.objects.get(code="staff-admin"))
    return Actor(cast.olga.portal_id, "staff", None, user.pk, user.name, rights=cast.olga.rights)


def agreed(cast, email):
    """Let two of the staff agree to erase who has an address, and its time come."""
    olga, other = cast.olga, second(cast)
    with scope(olga):
        made = actions.ask_erasure(olga, email=email, why="Belde, teruggebeld op het bekende nummer")
    run_jobs()
    with scope(other):
        actions.confirm_erasure(other, erasure=made)
    run_jobs()
    with scope(cast.system):
        Erasure.objects.filter(pk=made.pk).update(starts_at=timezone.now() - timedelta(seconds=1))
    return made


def erase(cast):
    jobs.run_now(jobs.jobs()["audit.erase"], cast.system.portal_id, {})


def state(cast, key):
    with scope(cast.system):
        return Erasure.objects.get(pk=key)


def test_a_person_asks_and_sees_how_it_stands(cast, client_of):
    youssef = client_of("youssef")
    assert "Uw gegevens laten wissen" in youssef.get("/account/").content.decode()
    assert youssef.post("/audit/mine/erasure/").status_code == 302
    run_jobs()
    page = youssef.get("/audit/mine/erasure/").content.decode()
    assert "Wacht op ons" in page and "Verzoek intrekken" in page and "Vragen om gewist te worden" not in page
    assert youssef.post("/audit/mine/erasure/").status_code == 422
    with scope(cast.system):
        [task] = Task.objects.open().filter(kind="audit.erasure_decide")
        row = Erasure.objects.get()
        assert task.due_at == row.due_at == rules.due_at(row.asked_at) and "Youssef" not in str(task.values)
        assert row.plan and row.by_himself
    listed = client_of("olga").get("/audit/erasures/").content.decode()
    assert "Youssef El Amrani" in listed
    assert youssef.post("/audit/mine/erasure/withdraw/").status_code == 302
    run_jobs()
    with scope(cast.system):
        assert Erasure.objects.get().state == "withdrawn" and not Task.objects.open().filter(kind__startswith="audit.erasure").exists()
    assert "Vragen om gewist te worden" in youssef.get("/audit/mine/erasure/").content.decode()


def test_only_with_a_fresh_proof(cast, client_of):
    youssef = client_of("youssef")
    with scope(Actor.gate(cast.system.portal_id)):
        Session.objects.update(proved_at=timezone.now() - timedelta(minutes=16))
    assert youssef.post("/audit/mine/erasure/").status_code == 422
    with scope(cast.system):
        assert not Erasure.objects.exists()


def test_two_people_decide_and_neither_is_the_person(cast, client_of):
    olga, other = cast.olga, second(cast)
    with scope(olga):
        with pytest.raises(Refused, match="erasure-own"):
            actions.ask_erasure(olga, email="olga.smit@vandijk.example", why="Ik ga weg")
        made = actions.ask_erasure(olga, email="youssef@bakker.example", why="Brief van 3 november")
        with pytest.raises(Refused, match="erasure-second"):
            actions.confirm_erasure(olga, erasure=made)
    with scope(other), pytest.raises(Refused, match="erasure-plan"):
        actions.confirm_erasure(other, erasure=made)
    run_jobs()
    # The database holds it too, whatever the program says.
    with scope(cast.system), pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.filter(pk=made.pk).update(confirmed_by=olga.user_id)
    with scope(cast.system), pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.filter(pk=made.pk).update(state="running")
    with scope(cast.system), pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.filter(pk=made.pk).update(confirmed_by=cast.youssef.user_id)
    page = client_of("olga").get(f"/audit/erasures/{made.pk}/").content.decode()
    assert "een andere collega moet het bevestigen" in page and "Wissen bevestigen" not in page
    with scope(other):
        actions.confirm_erasure(other, erasure=made)
        with pytest.raises(Refused, match="erasure-over"):
            actions.confirm_erasure(other, erasure=made)


def test_access_ends_at_once_and_nothing_goes_before_its_time(cast, client_of):
    youssef, other = client_of("youssef"), second(cast)
    with scope(cast.olga):
        made = actions.ask_erasure(cast.olga, email="youssef@bakker.example", why="Brief van 3 november")
    run_jobs()
    with scope(other):
        actions.confirm_erasure(other, erasure=made)
    run_jobs()
    assert youssef.get("/").status_code in (302, 401, 403)
    assert mail.outbox[-1].to == ["youssef@bakker.example"] and "gewist" in mail.outbox[-1].subject
    erase(cast)
    assert state(cast, made.pk).state == "confirmed"
    with scope(cast.system):
        assert User.objects.get(pk=cast.system.portal_id and made.user_id).name == "Youssef El Amrani"
    # Until it begins it can be stopped, with a reason.
    assert client_of("olga").post(f"/audit/erasures/{made.pk}/refuse/", {"why": ""}).status_code == 422
    assert client_of("olga").post(f"/audit/erasures/{made.pk}/refuse/", {"why": "Toch niet van hem"}).status_code == 302
    assert state(cast, made.pk).state == "refused"


def test_who_asked_reads_why_not(cast, client_of):
    youssef = client_of("youssef")
    youssef.post("/audit/mine/erasure/")
    run_jobs()
    with scope(cast.system):
        key = Erasure.objects.get().pk
    assert client_of("olga").post(f"/audit/erasures/{key}/refuse/", {"why": "Er loopt nog een geschil"}).status_code == 302
    run_jobs()
    assert "Er loopt nog een geschil" in mail.outbox[-1].body and "Autoriteit Persoonsgegevens" in mail.outbox[-1].body
    assert "Er loopt nog een geschil" in youssef.get("/audit/mine/erasure/").content.decode()


def test_done_everywhere_and_the_chain_is_whole(cast, client_of):
    link(cast.system)
    own = happened(cast.youssef, "P-77")
    about = happened(cast.sanne, "Youssef El Amrani", subject=f"accounts.user:{cast.youssef.user_id}", name="accounts.membership.changed", party_id=cast.sanne.party_id)
    told = happened(cast.sanne, "Vraag van youssef@bakker.example over de steiger")
    other = happened(cast.sanne, "Youssef El Amranit is iemand anders")
    link(cast.system)
    key = agreed(cast, "youssef@bakker.example").pk
    link(cast.system)
    erase(cast)
    link(cast.system)
    row = state(cast, key)
    assert (row.state, row.email, row.name, row.words, row.pattern) == ("done", "", "", [], "") and len(row.digest) == 64
    with scope(cast.system):
        user = User.objects.get(pk=row.user_id)
        assert user.email == f"{user.pk}@erased.invalid" and user.name == "Gewist persoon" and not user.is_active
        assert not Membership.objects.filter(user_id=row.user_id).exists()
        found = {item.pk: item for item in FactRow.objects.filter(pk__in=[own.pk, about.pk, told.pk, other.pk])}
        assert (found[own.pk].user_name, found[own.pk].text) == ("", "P-77")
        assert (found[about.pk].text, found[about.pk].user_name) == ("", "Sanne Bakker") and found[told.pk].text == ""
        assert found[other.pk].text == "Youssef El Amranit is iemand anders"
        places = {item.fact_id: item for item in Link.objects.filter(fact_id__in=found)}
        assert places[own.pk].who_salt is None and places[own.pk].what_salt is not None and places[own.pk].erasure_id == key
        assert places[about.pk].what_salt is None and places[other.pk].erasure_id is None
    assert queries.check(cast.system).problem == ""
    page = client_of("olga").get(f"/audit/erasures/{key}/").content.decode()
    assert "Wat gewist is" in page and "Youssef" not in page
    assert "een gewist persoon" in client_of("sanne").get("/audit/").content.decode()


def test_what_was_broken_off_goes_on(cast, monkeypatch):
    key = agreed(cast, "youssef@bakker.example").pk
    real, done = actions.carry_out, []

    def dies(actor, *, rule, **rest):
        if len(done) == 12:
            raise RuntimeError("the worker was killed")
        done.append(rule.key)
        return real(actor, rule=rule, **rest)

    monkeypatch.setattr(audit_jobs.actions, "carry_out", dies)
    with pytest.raises(RuntimeError):
        erase(cast)
    halfway = state(cast, key)
    assert halfway.state == "running" and len(halfway.result) == 12 and halfway.email
    again = []
    monkeypatch.setattr(audit_jobs.actions, "carry_out", lambda actor, *, rule, **rest: again.append(rule.key) or real(actor, rule=rule, **rest))
    erase(cast)
    assert state(cast, key).state == "done" and not set(again) & set(done)
    erase(cast)
    assert state(cast, key).state == "done"


def test_the_last_who_manages_people_is_not_erased(cast, client_of):
    with scope(cast.olga):
        made = actions.ask_erasure(cast.olga, email="sanne@bakker.example", why="Brief van 3 november")
    run_jobs()
    other = second(cast)
    assert "Bij Bouwbedrijf Bakker B.V. beheert niemand anders de mensen" in client_of("olga").get(f"/audit/erasures/{made.pk}/").content.decode()
    with scope(other), pytest.raises(Refused, match="last-manager-of"):
        actions.confirm_erasure(other, erasure=made)
    # Who is alone in his company shuts nobody out.
    assert agreed(cast, "els.jansen@post.example")


def test_a_contact_who_is_no_user(cast, client_of):
    with scope(cast.system):
        made = Contact.objects.create(portal_id=cast.system.portal_id, party_id=cast.sanne.party_id, name="Willem van der Zee", email="w.vanderzee@elders.example", phone="06 1", note="Belt graag")
        bare = Contact.objects.create(portal_id=cast.system.portal_id, party_id=cast.sanne.party_id, name="Joris Bare Naam")
    assert f"/audit/erasures/contact/{made.pk}/" in client_of("olga").get(f"/parties/10042/contacts/{made.pk}/").content.decode()
    assert "/audit/erasures/contact/" not in client_of("sanne").get(f"/company/contacts/{made.pk}/").content.decode()
    answer = client_of("olga").post(f"/audit/erasures/contact/{bare.pk}/", {"why": "Belde"})
    assert answer.status_code == 302
    agreed(cast, "w.vanderzee@elders.example")
    other = second(cast)
    with scope(cast.system):
        row = Erasure.objects.get(contact_id=bare.pk)
    with scope(other):
        actions.confirm_erasure(other, erasure=row)
    with scope(cast.system):
        Erasure.objects.update(starts_at=timezone.now() - timedelta(seconds=1))
    erase(cast)
    with scope(cast.system):
        for found in Contact.objects.filter(pk__in=[made.pk, bare.pk]):
            assert (found.name, found.email, found.phone, found.note, found.is_active) == ("Gewist persoon", "", "", "", False) and found.erased_at


def test_who_may_not(cast, client_of):
    with scope(cast.olga):
        made = actions.ask_erasure(cast.olga, email="youssef@bakker.example", why="Brief")
    run_jobs()
    for key in ("sanne", "youssef", "els"):
        for path in ("", f"{made.pk}/"):
            assert client_of(key).get(f"/audit/erasures/{path}").status_code == 404
        assert client_of(key).post(f"/audit/erasures/{made.pk}/confirm/").status_code == 404
    assert client_of("peter").get("/audit/erasures/").status_code == 403
    assert client_of("otto").get(f"/audit/erasures/{made.pk}/").status_code == 404
    assert client_of("otto").post(f"/audit/erasures/{made.pk}/confirm/").status_code == 404
    with scope(cast.peter), pytest.raises(Forbidden):
        actions.confirm_erasure(cast.peter, erasure=made)
    with scope(cast.olga), pytest.raises(NotFound):
        actions.erase_facts(cast.olga, erasure_id=made.pk)
    # Nor is there a way past the two: the log's function wants an erasure that is under way.
    from django.db import connection

    with scope(cast.olga), pytest.raises(Exception, match="no such erasure"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT ctx.erase_facts(%s, 0, 1000000)", [made.pk])
    with scope(cast.olga), pytest.raises(Refused, match="audit-package-nobody"):
        actions.ask_erasure(cast.olga, email="nadia2@nergens.example", why="Brief")


def test_who_comes_back_with_a_backup_is_erased_again(cast):
    key = agreed(cast, "youssef@bakker.example").pk
    erase(cast)
    row = state(cast, key)
    lines = audit_jobs.read_list(audit_jobs.list_of(cast.system.portal_id))
    line = lines[-1]
    assert line["user"] == row.user_id and "youssef" not in str(line).lower()
    assert audit_jobs.replay(cast.system, lines) == 0
    # The backup of yesterday: he is there, and nobody knows of an erasure.
    with scope(cast.system):
        User.objects.filter(pk=row.user_id).update(email="youssef@bakker.example", name="Youssef El Amrani", is_active=True)
        accounts.grant_membership(cast.system, user=User.objects.get(pk=row.user_id), party=None, role=Role.objects.get(code="staff-service"))
    assert audit_jobs.replay(cast.system, lines) == 1
    with scope(cast.system):
        user = User.objects.get(pk=row.user_id)
        assert user.name == "Gewist persoon" and not user.is_active and not Membership.objects.filter(user=user).exists()
    assert audit_jobs.replay(cast.system, lines) == 0


def test_words_that_name_somebody():
    person = Whom(email="jan@bouw.example", name="Jan de Vries", known=("Jan", "jan.oud@bouw.example"))
    assert person.words() == ("jan@bouw.example", "Jan de Vries", "jan.oud@bouw.example")
    assert written_over({"a": ["Van JAN DE VRIES, jan@bouw.example"], "Jan de Vries": 7}, person.words(), "x") == {"a": ["Van x, x"], "x": 7}
    assert written_over("Jan de Vriesman", person.words(), "x") == "Jan de Vriesman"
    assert written_over("a.b", ("a(b.c+d",), "x") == "a.b" and written_over("says a(b.c+d now", ("a(b.c+d",), "x") == "says x now"
    assert pattern([]) == "" and written_over("same", [], "x") == "same"
    assert Whom().words() == ()


def test_the_books_and_the_month(cast):
    now = timezone.make_aware(timezone.datetime(2026, 1, 31, 12))
    assert (rules.due_at(now).month, rules.due_at(now).day) == (2, 28) and rules.due_at(now.replace(month=12)).year == 2027
    with scope(cast.system):
        assert books_until(cast.system, [], now.date()) is None


def test_the_page_shows_how_far_it_is_while_it_runs(cast, client_of):
    made = agreed(cast, "youssef@bakker.example")
    page = client_of("olga").get(f"/audit/erasures/{made.pk}/").content.decode()
    assert "Wordt gewist" not in page and "every 3s" not in page
    with scope(cast.system):
        actions.begin_erasure(cast.system, erasure_id=made.pk, now=timezone.now())
        actions.note_step(cast.system, erasure_id=made.pk, key="accounts.Session:goes:user_id", count=2)
    page = client_of("olga").get(f"/audit/erasures/{made.pk}/").content.decode()
    assert 'hx-trigger="every 3s"' in page and 'value="1"' in page
