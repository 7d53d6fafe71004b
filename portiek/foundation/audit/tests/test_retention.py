"""Terms that a portal chooses, what the next night would remove, and legal holds that beat both."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core import jobs, retention
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.models import FactRow, Hold
from portiek.core.personal import processings
from portiek.foundation.accounts.models import EmailChange, Session
from portiek.foundation.audit import actions, queries
from portiek.foundation.audit.models import Erasure
from portiek.foundation.audit.tests.test_erasure import agreed, erase, second, state
from portiek.foundation.notifications.models import Mail
from portiek.foundation.parties.models import Party


def mail(cast, key, *, days, party=None, user=None, to="x@nergens.example"):
    with scope(cast.system):
        moment = timezone.now() - timedelta(days=days)
        return Mail.objects.create(portal_id=cast.system.portal_id, key=key, to=to, kind="orders.confirmed", state="sent", party_id=party, user_id=user, created_at=moment, next_at=moment).pk


def left(cast):
    with scope(cast.system):
        return set(Mail.objects.values_list("key", flat=True))


def night(cast, name="notifications.drop_old_mails"):
    jobs.run_now(jobs.jobs()[name], cast.system.portal_id, {})


def test_the_page_says_what_the_next_night_removes_and_takes_other_terms(cast, client_of):
    mail(cast, "old", days=91)
    mail(cast, "younger", days=40)
    olga = client_of("olga")
    page = olga.get("/audit/retention/").content.decode()
    assert "Mails die verstuurd of opgegeven zijn" in page and "1 regel" in page
    with scope(cast.olga):
        wanted = {key.replace(".", "_"): days for key, days in retention.days_of(cast.olga).items()}
    assert olga.post("/audit/retention/", {**wanted, "notifications_mail": 6}).status_code == 422
    assert olga.post("/audit/retention/", {**wanted, "notifications_mail": 30}).status_code == 302
    assert "2 regels" in olga.get("/audit/retention/").content.decode()
    assert "30 dagen" in olga.get("/audit/register/").content.decode()
    night(cast)
    assert not {"old", "younger"} & left(cast)
    with scope(cast.system):
        [fact] = FactRow.objects.filter(name="audit.retention.changed")
        assert list(fact.changes.values()) == [["90", "30"]]
    # The other portal keeps its own.
    with scope(cast.system_of_brand):
        assert retention.days_of(cast.system_of_brand)["notifications.mail"] == 90
    with scope(cast.olga), pytest.raises(Refused, match="retention-bounds"):
        actions.set_terms(cast.olga, days={"notifications.mail": 100000})


def test_a_hold_beats_the_clock(cast, client_of):
    for key, of in (("bakker", {"party": cast.sanne.party_id}), ("dirk", {"user": cast.dirk.user_id}), ("address", {"to": "dirk@devries.example"}), ("other", {})):
        mail(cast, key, days=400, **of)
    olga = client_of("olga")
    assert olga.post("/audit/holds/", {"whom": "10042", "reason": "Geschil over levering", "until": ""}).status_code == 302
    assert olga.post("/audit/holds/", {"whom": "dirk@devries.example", "reason": "Onderzoek", "until": (timezone.localdate() + timedelta(days=2)).isoformat()}).status_code == 302
    assert olga.post("/audit/holds/", {"whom": "99999", "reason": "Niemand"}).status_code == 422
    assert olga.post("/audit/holds/", {"whom": "niemand@nergens.example", "reason": "Niemand"}).status_code == 422
    assert "Geschil over levering" in olga.get("/audit/holds/").content.decode()
    night(cast)
    assert left(cast) >= {"bakker", "dirk", "address"} and "other" not in left(cast)
    with scope(cast.system):
        Hold.objects.filter(email="dirk@devries.example").update(until=timezone.localdate() - timedelta(days=1))
        key = Hold.objects.get(party_id=cast.sanne.party_id).pk
    night(cast)
    assert "bakker" in left(cast) and not {"dirk", "address"} & left(cast)
    assert olga.post(f"/audit/holds/{key}/end/").status_code == 302 and olga.post(f"/audit/holds/{key}/end/").status_code == 404
    night(cast)
    assert "bakker" not in left(cast)


def test_a_hold_beats_what_only_the_gate_sees(cast):
    gate, long_ago = Actor.gate(cast.system.portal_id), timezone.now() - timedelta(days=60)
    held, other = cast.sanne.user_id, cast.youssef.user_id
    with scope(gate):
        for user in (held, other):
            Session.objects.filter(user_id=user).update(ended_at=long_ago)
            EmailChange.objects.create(portal_id=gate.portal_id, user_id=user, old_email="a@b.example", new_email="c@d.example", asked_at=long_ago, expires_at=long_ago)
    with scope(cast.olga):
        actions.place_hold(cast.olga, whom="sanne@bakker.example", reason="Onderzoek")
    night(cast, "portiek.foundation.accounts.jobs.sweep")
    with scope(gate):
        assert Session.objects.filter(user_id=held, ended_at=long_ago).exists() and not Session.objects.filter(user_id=other, ended_at=long_ago).exists()
        assert set(EmailChange.objects.values_list("user_id", flat=True)) == {held}


def test_a_hold_beats_an_erasure_before_and_after_it_was_agreed(cast, client_of):
    other = second(cast)
    with scope(cast.olga):
        made = actions.ask_erasure(cast.olga, email="youssef@bakker.example", why="Brief")
        hold = actions.place_hold(cast.olga, whom="youssef@bakker.example", reason="Geschil")
    run_jobs()
    assert "Beëindig die eerst" in client_of("olga").get(f"/audit/erasures/{made.pk}/").content.decode()
    with scope(other), pytest.raises(Refused, match="erasure-held"):
        actions.confirm_erasure(other, erasure=made)
    with scope(cast.olga):
        actions.end_hold(cast.olga, key=hold.pk)
    with scope(other):
        actions.confirm_erasure(other, erasure=made)
    run_jobs()
    with scope(cast.olga):
        hold = actions.place_hold(cast.olga, whom="youssef@bakker.example", reason="Toch een geschil")
    with scope(cast.system):
        Erasure.objects.update(starts_at=timezone.now() - timedelta(seconds=1))
    erase(cast)
    assert state(cast, made.pk).state == "confirmed"
    with scope(cast.olga):
        actions.end_hold(cast.olga, key=hold.pk)
    erase(cast)
    assert state(cast, made.pk).state == "done"


def test_what_only_the_books_kept_goes_when_they_are_over(cast):
    key = agreed(cast, "els.jansen@post.example").pk
    erase(cast)
    row = state(cast, key)
    with scope(cast.system):
        party = Party.objects.get(pk=cast.system.portal_id and row.parties[0])
        assert row.books_until and party.name == "Els Jansen" and party.email == "" and party.erased_at
        Erasure.objects.filter(pk=key).update(books_until=timezone.localdate() - timedelta(days=1))
    night(cast, "audit.end_books")
    # What was bought lately still counts, whatever the row says.
    assert state(cast, key).books_until == row.books_until
    from portiek.core import erasing

    books = dict(erasing._books)
    erasing._books.clear()
    try:
        with scope(cast.system):
            Erasure.objects.filter(pk=key).update(books_until=timezone.localdate() - timedelta(days=1))
        night(cast, "audit.end_books")
    finally:
        erasing._books.update(books)
    with scope(cast.system):
        assert Party.objects.get(pk=party.pk).name == "Gewist persoon" and Erasure.objects.get(pk=key).books_until is None


def test_who_may_not(cast, client_of):
    for path in ("/audit/retention/", "/audit/holds/"):
        assert client_of("sanne").get(path).status_code == 404 and client_of("peter").get(path).status_code == 403
    with scope(cast.peter), pytest.raises(Forbidden):
        actions.place_hold(cast.peter, whom="10042", reason="Geschil")
    with scope(cast.olga):
        made = actions.place_hold(cast.olga, whom="10042", reason="Geschil")
        with pytest.raises(Refused, match="audit-package-nobody"):
            actions.place_hold(cast.olga, whom="nadia2@peeters.example", reason="Van een ander portaal")
    with scope(cast.otto), pytest.raises(NotFound):
        actions.end_hold(cast.otto, key=made.pk)
    with scope(cast.otto):
        assert not list(queries.all_holds(cast.otto))


def test_each_term_belongs_to_a_line_of_the_register_and_fits_its_bounds():
    lines = {item.key for item in processings()}
    for term in retention.terms():
        assert term.processing in lines and term.least <= term.days <= term.most, term.key
