"""A bank account changes by four eyes, staff and time; and what a thief would try."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.models import FactRow
from portiek.foundation.banking import actions, queries, rules
from portiek.foundation.banking.jobs import let_count
from portiek.foundation.banking.models import BankAccount, BankChange
from portiek.foundation.notifications.models import Mail
from portiek.foundation.tasks import queries as tasks

IBAN, OTHER = "NL91 ABNA 0417 1643 00", "NL20 INGB 0001 2345 67"


def asked(cast, iban=IBAN):
    with scope(cast.sanne):
        return actions.ask_change(cast.sanne, iban=iban, holder="Bouwbedrijf Bakker B.V.")


def confirmed(cast):
    made, karin = asked(cast), cast.acting("karin", "bakker")
    with scope(karin):
        return actions.confirm_change(karin, change=made)


def accepted(cast):
    made = confirmed(cast)
    with scope(cast.olga):
        return actions.accept_change(cast.olga, change=made)


def account(cast):
    with scope(cast.system):
        return queries.account(cast.system, party_id=cast.sanne.party_id)


def at(cast, moment):
    with scope(cast.system):
        return [actions.let_count(cast.system, change_id=key, now=moment) for key in queries.due(cast.system, now=moment)]


def test_two_colleagues_staff_and_a_day(cast):
    made = accepted(cast)
    assert 23.9 < (made.effective_at - timezone.now()).total_seconds() / 3600 <= 24
    assert at(cast, timezone.now() + timedelta(hours=23)) == [] and account(cast) is None
    assert at(cast, timezone.now() + timedelta(hours=25)) == [True]
    found = account(cast)
    assert (found.tail, found.country, found.holder) == ("4300", "NL", "Bouwbedrijf Bakker B.V.")
    assert at(cast, timezone.now() + timedelta(hours=26)) == []
    with scope(cast.sanne):
        assert queries.number_of(cast.sanne, found) == IBAN
        with pytest.raises(Refused, match="bank-same"):
            actions.ask_change(cast.sanne, iban=IBAN, holder="x")


def test_the_clock_lets_it_count(cast):
    with scope(cast.olga):
        actions.set_cooling(cast.olga, hours=0)
    accepted(cast)
    with scope(cast.system):
        let_count(cast.system)
    assert account(cast).tail == "4300"


def test_whoever_asked_cannot_confirm_in_whichever_role(cast):
    made = asked(cast)
    with scope(cast.sanne), pytest.raises(Refused, match="bank-second"):
        actions.confirm_change(cast.sanne, change=made)
    # A second place with another role is the same person.
    with scope(cast.system):
        from portiek.foundation.accounts import actions as accounts
        from portiek.foundation.accounts.models import Role, User
        from portiek.foundation.parties.models import Party

        accounts.grant_membership(cast.system, user=User.objects.get(pk=cast.sanne.user_id), party=Party.objects.get(number="10042"), role=Role.objects.get(code="finance"))
    again = cast.sanne
    with scope(again), pytest.raises(Refused, match="bank-second"):
        actions.confirm_change(again, change=made)
    # And the database holds it too.
    with scope(again), pytest.raises(DatabaseError), transaction.atomic():
        BankChange.objects.filter(pk=made.pk).update(state="confirmed", confirmed_by=again.user_id)


@pytest.mark.parametrize("values", [{"state": "cooling"}, {"state": "done"}, {"iban": "x"}, {"asked_by": 1}, {"holder": "Dief"}, {"effective_at": None}, {"state": "confirmed"}])
def test_the_database_lets_no_party_skip_a_step(cast, values):
    made = asked(cast)
    with scope(cast.sanne), pytest.raises(DatabaseError), transaction.atomic():
        BankChange.objects.filter(pk=made.pk).update(**values)


def test_the_account_itself_no_party_writes(cast):
    with scope(cast.sanne), pytest.raises(DatabaseError), transaction.atomic():
        BankAccount.objects.create(portal_id=cast.sanne.portal_id, party_id=cast.sanne.party_id, iban="x", country="NL", tail="1", holder="x", since=timezone.now())


def test_staff_accept_only_what_is_confirmed_and_no_program_does_a_step(cast):
    from dataclasses import replace

    made = asked(cast)
    with scope(cast.olga), pytest.raises(Refused, match="bank-over"):
        actions.accept_change(cast.olga, change=made)
    with scope(cast.system), pytest.raises(Refused, match="bank-person"):
        actions.accept_change(cast.system, change=made)
    machine = replace(cast.acting("karin", "bakker"), api_key_id=7)
    with scope(machine), pytest.raises(Refused, match="bank-person"):
        actions.confirm_change(machine, change=made)
    for stranger in (cast.peter, cast.fatima, cast.youssef):
        with scope(stranger), pytest.raises(Forbidden):
            actions.accept_change(stranger, change=made)


@pytest.mark.parametrize("step", ["asked_by", "confirmed_by"])
def test_who_is_staff_and_of_the_party_accepts_nothing_he_had_a_hand_in(cast, step):
    made = confirmed(cast)
    both = replace(cast.olga, user_id=getattr(made, step))
    with scope(both), pytest.raises(Refused, match="bank-third"):
        actions.accept_change(both, change=made)


@pytest.mark.parametrize("accepted_by", [None, "asked_by", "confirmed_by"])
def test_the_database_holds_that_a_third_accepted_it(cast, accepted_by):
    made = confirmed(cast)
    by = accepted_by and getattr(made, accepted_by)
    with scope(cast.olga), pytest.raises(DatabaseError), transaction.atomic():
        BankChange.objects.filter(pk=made.pk).update(state="cooling", accepted_by=by)


def test_both_sides_can_stop_it_until_it_counts(cast, client_of):
    made = accepted(cast)
    sanne = client_of("sanne")
    assert sanne.post(f"/bank-accounts/{made.pk}/stop/", {"reason": ""}).status_code == 422
    assert sanne.post(f"/bank-accounts/{made.pk}/stop/", {"reason": "Dit was ik niet."}).status_code == 302
    assert at(cast, timezone.now() + timedelta(hours=48)) == [] and account(cast) is None
    assert sanne.post(f"/bank-accounts/{made.pk}/stop/", {"reason": "Nog eens."}).status_code == 422
    made = accepted(cast)
    assert client_of("olga").post(f"/bank-accounts/{made.pk}/stop/", {"reason": "De klant weet van niets."}).status_code == 302
    with scope(cast.system):
        assert BankChange.objects.get(pk=made.pk).state == "stopped"


def test_every_administrator_is_warned_at_once_and_the_next_is_asked(cast):
    made = asked(cast)
    run_jobs()
    karin = cast.acting("karin", "bakker")
    with scope(karin):
        assert any(task.kind == "banking.change_confirm" for task in tasks.waiting(karin, limit=50))
    with scope(cast.system):
        assert Mail.objects.filter(kind="banking.change_asked", to="sanne@bakker.example").exists()
    with scope(karin):
        actions.confirm_change(karin, change=made)
    run_jobs()
    with scope(cast.olga):
        assert any(task.kind == "banking.change_accept" for task in tasks.waiting(cast.olga, limit=50))
        actions.accept_change(cast.olga, change=BankChange.objects.get(pk=made.pk))
    run_jobs()
    with scope(cast.system):
        assert Mail.objects.filter(kind="banking.change_accepted", to="sanne@bakker.example").exists()
        # No number stands in the log.
        assert not FactRow.objects.filter(text__contains="ABNA").exists()
        assert not any("ABNA" in str(row.payload) for row in FactRow.objects.filter(name__startswith="banking."))
    with scope(cast.olga):
        assert not any(task.kind.startswith("banking.") for task in tasks.waiting(cast.olga, limit=50))


def test_the_number_is_sealed_and_masked(cast, client_of):
    made = asked(cast)
    with scope(cast.system):
        kept = BankChange.objects.get(pk=made.pk)
    assert "ABNA" not in kept.iban and kept.mask == "NL•• •••• 4300"
    from dataclasses import replace

    with scope(cast.sanne):
        assert queries.number_of(replace(cast.sanne, rights=frozenset()), kept) == "NL•• •••• 4300"
    assert "ABNA" in client_of("sanne").get(f"/bank-accounts/{made.pk}/").content.decode()
    # A sealed number of another party does not open here.
    from portiek.core.sealing import Unsealable

    kept.party_id += 1
    with scope(cast.sanne), pytest.raises(Unsealable):
        queries.number_of(cast.sanne, kept)


def test_for_who_lacks_the_right_the_number_is_not_on_the_page(cast, client_of):
    with scope(cast.olga):
        actions.set_cooling(cast.olga, hours=0)
    accepted(cast)
    at(cast, timezone.now() + timedelta(minutes=1))
    text = client_of("youssef").get("/parties/mine/").content.decode()
    assert "4300" in text and "0417" not in text


def test_another_party_or_portal_finds_nothing(cast, client_of):
    made = asked(cast)
    for who in ("dirk", "otto"):
        for path in ("", "confirm/", "accept/", "stop/"):
            answer = client_of(who).post(f"/bank-accounts/{made.pk}/{path}", {"reason": "x"}) if path else client_of(who).get(f"/bank-accounts/{made.pk}/")
            assert answer.status_code in (403, 404)
    assert client_of("dirk").get(f"/bank-accounts/{made.pk}/").status_code == 404
    assert client_of("youssef").get("/bank-accounts/").status_code == 403
    with scope(cast.dirk), pytest.raises((NotFound, Refused)):
        actions.stop_change(cast.dirk, change=made, reason="x")
    with scope(cast.dirk), pytest.raises((NotFound, Refused)):
        actions.confirm_change(cast.dirk, change=made)


def test_the_pages_work(cast, client_of):
    sanne = client_of("sanne")
    assert sanne.post("/bank-accounts/new/", {"iban": "NL91ABNA0417164301", "holder": "Bakker"}).status_code == 422
    assert sanne.post("/bank-accounts/new/", {"iban": "nl91abna0417164300", "holder": "Bakker"}).status_code == 302
    assert sanne.post("/bank-accounts/new/", {"iban": OTHER, "holder": "Bakker"}).status_code == 422
    with scope(cast.system):
        key = BankChange.objects.get().pk
    karin = client_of("karin", "bakker")
    assert karin.post(f"/bank-accounts/{key}/confirm/").status_code == 302
    olga = client_of("olga")
    assert "Bouwbedrijf Bakker" in olga.get("/bank-accounts/").content.decode()
    assert olga.post(f"/bank-accounts/{key}/accept/").status_code == 302
    assert olga.post("/bank-accounts/cooling/", {"hours": "48"}).status_code == 302
    assert olga.post("/bank-accounts/cooling/", {"hours": "-1"}).status_code == 302
    with scope(cast.system):
        assert queries.cooling_hours(cast.system) == 48
    for who in (sanne, karin, olga):
        assert who.get(f"/bank-accounts/{key}/").status_code == 200 and who.get("/bank-accounts/").status_code == 200


@pytest.mark.no_database
@pytest.mark.parametrize(("text", "kept"), [("nl91 abna 0417 1643 00", "NL91ABNA0417164300"), ("NL91ABNA0417164301", None), ("", None), ("NL91", None), ("\0", None), ("٣" * 18, None),
                                            ("DE89370400440532013000", "DE89370400440532013000"), ("A" * 10_000, None)])  # fmt: skip
def test_an_iban_is_checked(text, kept):
    assert rules.iban(text) == kept
