"""Asking for an account: the address proved first, nothing told, decided by staff, and the attacks beside it."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import recorded, run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.foundation.accounts.models import Invitation, Role
from portiek.foundation.accounts.tests.timing import same_time
from portiek.foundation.applications import actions, facts, queries, rules
from portiek.foundation.applications.links import opened, token_of
from portiek.foundation.applications.models import Application
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party
from portiek.foundation.tasks import queries as tasks

TYPED = {"company": "Nieuwbouw Post B.V.", "coc_number": "6123 4567", "vat_number": "", "name": "Piet Post", "email": "Piet@nieuwbouwpost.example", "phone": "06 1", "remark": "Graag op rekening."}


def browser(host="localhost"):
    return Client(headers={"host": host})


def code_of_last_mail():
    return next(found.group(1) for found in (re.search(r"\b(\d{6})\b", sent.subject) for sent in reversed(mail.outbox)) if found)


def link():
    """Return the private path of the last mail that has one: the words of each are sealed anew."""
    return next(found.group(1) for found in (re.search(r"http://\S+(/applications/of/\S+/)", sent.body) for sent in reversed(mail.outbox)) if found)


def asked(**more):
    """Ask as a stranger and prove the address; return the browser and the private path."""
    client = browser()
    assert client.post("/applications/new/", TYPED | more).headers["Location"] == "/applications/new/code/"
    run_jobs()
    answer = client.post("/applications/new/code/", {"code": code_of_last_mail()})
    assert answer.status_code == 302
    run_jobs()
    return client, answer.headers["Location"]


def only(cast):
    with scope(cast.peter):
        return queries.applications(cast.peter).get()


def role(code):
    return Role.objects.get(code=code)


def test_from_the_log_in_page_to_the_staff(cast, client_of):
    client = browser()
    assert "/applications/new/" in client.get("/login/").content.decode()
    assert client.get("/applications/new/").status_code == 200
    client, path = asked()
    found = only(cast)
    assert (found.state, found.coc_number, found.email) == ("asked", "61234567", "piet@nieuwbouwpost.example")
    assert browser().get(link()).status_code == 200
    assert "Nieuwbouw Post" in client.get(path).content.decode()
    with scope(cast.peter):
        assert facts.ApplicationAsked(application_id=found.pk) in recorded()
        assert [task.subject for task in tasks.waiting(cast.peter, limit=50) if task.kind.startswith("applications.")] == [f"applications.application:{found.pk}"]
    page = client_of("peter").get("/applications/").content.decode()
    assert "Nieuwbouw Post" in page
    assert client_of("peter").get(f"/applications/{found.pk}/").status_code == 200


def test_until_the_address_is_proved_staff_see_nothing(cast, client_of):
    client = browser()
    client.post("/applications/new/", TYPED)
    run_jobs()
    with scope(cast.peter):
        key = Application.objects.get().pk
        assert not queries.applications(cast.peter).exists()
    assert client_of("peter").get(f"/applications/{key}/").status_code == 404
    portal = cast.peter.portal_id
    assert browser().get(f"/applications/of/{token_of(portal, key)}/").status_code == 404
    right = code_of_last_mail()
    wrong = "000000" if right != "000000" else "111111"
    for _try in range(rules.CODE_TRIES):
        assert client.post("/applications/new/code/", {"code": wrong}).status_code == 422
    assert client.post("/applications/new/code/", {"code": right}).status_code == 422, "after five wrong ones the right one is too late"
    with scope(cast.peter):
        assert Application.objects.get().state == "unproved"


def test_the_code_is_of_the_browser_that_asked(cast):
    browser().post("/applications/new/", TYPED)
    run_jobs()
    stranger = browser()
    assert stranger.post("/applications/new/code/", {"code": code_of_last_mail()}).headers["Location"] == "/applications/new/"
    stranger.cookies["applying"] = "1:2:3"
    assert stranger.get("/applications/new/code/").headers["Location"] == "/applications/new/"


def test_nothing_is_told_of_what_the_portal_knows(cast):
    """Known and unknown: the same pages, statements and mails."""
    seen = []
    for email, number in (("sanne@bakker.example", "12345678"), ("piet@nieuwbouwpost.example", "61234567")):
        client = browser()
        with CaptureQueriesContext(connection) as done:
            answer = client.post("/applications/new/", TYPED | {"email": email, "coc_number": number})
        run_jobs()
        sent = next(found for found in reversed(mail.outbox) if found.to == [email])
        page = client.get("/applications/new/code/").content.decode()
        proved = client.post("/applications/new/code/", {"code": code_of_last_mail()})
        state = client.get(proved.headers["Location"]).content.decode()
        assert "Bouwbedrijf Bakker" not in page + state + sent.body
        seen.append((answer.status_code, answer.headers["Location"], len(done), re.sub(r"\d{6}", "", sent.subject), re.sub(r'nonce="[^"]*"|value="[^"]*"', "", page), proved.status_code))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("wrong", [{"coc_number": "12"}, {"vat_number": "NL1"}, {"coc_number": ""}, {"company": ""}, {"email": "x"}, {"name": ""}])
def test_what_was_typed_wrong_is_said_and_kept(wrong):
    answer = browser().post("/applications/new/", TYPED | wrong)
    assert answer.status_code == 422 and "Graag op rekening." in answer.content.decode() and 'aria-invalid="true"' in answer.content.decode()


def test_too_many_requests_are_refused_and_log_in_is_not(cast):
    client = browser()
    codes = [client.post("/applications/new/", TYPED).status_code for _time in range(6)]
    assert codes == [302] * 5 + [429]
    assert browser().post("/login/", {"email": TYPED["email"], "way": "code"}).status_code == 302


def test_a_portal_that_takes_no_requests_has_no_such_page(cast, client_of):
    assert client_of("peter").post("/applications/door/", {"open": ""}).status_code == 403
    assert client_of("olga").post("/applications/door/", {"open": ""}).status_code == 302
    client = browser()
    assert "/applications/new/" not in client.get("/login/").content.decode()
    assert client.get("/applications/new/").status_code == client.post("/applications/new/", TYPED).status_code == 404
    assert browser("brand.localhost").get("/applications/new/").status_code == 200
    client_of("olga").post("/applications/door/", {"open": "1"})
    assert client.get("/applications/new/").status_code == 200


def test_asked_back_and_answered(cast, client_of):
    client, path = asked()
    found = only(cast)
    assert client.post(path, {"text": "Ongevraagd."}).status_code == 422, "nothing was asked"
    peter = client_of("peter")
    assert peter.post(f"/applications/{found.pk}/ask/", {"text": ""}).status_code == 422
    assert peter.post(f"/applications/{found.pk}/ask/", {"text": "Wat is uw vestiging?"}).status_code == 302
    run_jobs()
    assert "Wat is uw vestiging?" in mail.outbox[-1].body
    with scope(cast.peter):
        assert not [task for task in tasks.waiting(cast.peter, limit=50) if task.kind.startswith("applications.")]
    assert "Wat is uw vestiging?" in client.get(link()).content.decode()
    assert client.post(path, {"text": "Zwolle."}).status_code == 302
    run_jobs()
    assert only(cast).state == "asked" and "Zwolle." in peter.get(f"/applications/{found.pk}/").content.decode()
    with scope(cast.peter):
        assert [task for task in tasks.waiting(cast.peter, limit=50) if task.kind.startswith("applications.")]


def test_approved_for_a_new_party(cast, client_of):
    client, path = asked()
    found, peter = only(cast), client_of("peter")
    with scope(cast.peter):
        buyer = role("buyer").pk
    sent = {"party": "new", "number": "10042", "name": "Nieuwbouw Post B.V.", "kind": "customer", "role": buyer}
    assert peter.post(f"/applications/{found.pk}/approve/", sent).status_code == 422, "the number is Bakker's"
    assert peter.post(f"/applications/{found.pk}/approve/", sent | {"number": "10500"}).status_code == 302
    run_jobs()
    with scope(cast.peter):
        party = Party.objects.get(number="10500")
        assert (party.coc_number, party.email) == ("61234567", "piet@nieuwbouwpost.example")
        invitation = Invitation.objects.get(party=party)
        assert (invitation.email, invitation.role.code) == ("piet@nieuwbouwpost.example", "buyer")
    assert any(message.to == ["piet@nieuwbouwpost.example"] and "/invitation/" in message.body for message in mail.outbox)
    assert only(cast).given_id == party.pk
    assert client.get(path).status_code == 200
    for deed in ("ask", "reject", "approve"):
        assert peter.post(f"/applications/{found.pk}/{deed}/", sent | {"text": "x", "reason": "x", "number": "10501"}).status_code in (409, 422), "decided once"


def test_approved_for_a_party_that_is_there(cast, client_of):
    asked(email="jan@bakker.example", coc_number="12345678")
    found, peter = only(cast), client_of("peter")
    page = peter.get(f"/applications/{found.pk}/").content.decode()
    assert "Bouwbedrijf Bakker" in page and 'value="10042"' in page
    with scope(cast.peter):
        buyer, supplier, hint = role("buyer").pk, role("supplier-admin").pk, queries.hints(cast.peter, found)[0]
    assert hint.party.number == "10042" and len(hint.why) >= 3
    sent = {"party": "10042", "number": "", "name": "", "kind": "customer"}
    assert peter.post(f"/applications/{found.pk}/approve/", sent | {"role": supplier}).status_code == 422, "a role of suppliers"
    assert peter.post(f"/applications/{found.pk}/approve/", sent | {"party": "other", "number": "999", "role": buyer}).status_code == 422
    assert peter.post(f"/applications/{found.pk}/approve/", sent | {"role": buyer}).status_code == 302
    with scope(cast.peter):
        assert Invitation.objects.get(email="jan@bakker.example").party == parties.party(cast.peter, "10042")


def test_rejected_with_a_reason(cast, client_of):
    client, path = asked()
    found = only(cast)
    assert client_of("peter").post(f"/applications/{found.pk}/reject/", {"reason": "Buiten onze regio."}).status_code == 302
    run_jobs()
    assert "Buiten onze regio." in mail.outbox[-1].body and "Buiten onze regio." in client.get(path).content.decode()


def test_nobody_else_sees_or_decides(cast, client_of):
    _client, path = asked()
    found = only(cast)
    for who in ("sanne", "dirk", "mark", "otto"):
        for address in ("/applications/", f"/applications/{found.pk}/"):
            status = client_of(who).get(address).status_code
            assert status == 404 or (who == "otto" and address == "/applications/" and "Nieuwbouw" not in client_of(who).get(address).content.decode())
        for deed in ("approve", "ask", "reject"):
            assert client_of(who).post(f"/applications/{found.pk}/{deed}/", {}).status_code == 404
    assert client_of("fatima").get("/applications/").status_code == 403
    with scope(cast.sanne):
        with pytest.raises(DatabaseError), transaction.atomic():
            Application.objects.count()
        with pytest.raises(Forbidden):
            actions.reject(cast.sanne, application=found, reason="x")
    with scope(cast.otto):
        assert not Application.objects.exists() and queries.hints(cast.otto, found) == []
        with pytest.raises(NotFound):
            actions.reject(cast.otto, application=found, reason="x")
    assert browser("brand.localhost").get(path).status_code == 404, "the link is of one portal"
    portal = cast.peter.portal_id
    assert opened(portal, path.split("/")[3]) == found.pk and opened(portal + 1, path.split("/")[3]) == 0
    for forged in ("x", "1", path.split("/")[3][:-2] + "AA"):
        assert browser().get(f"/applications/of/{forged}/").status_code == 404


def test_who_may_not_invite_cannot_approve(cast):
    asked()
    found = only(cast)
    from dataclasses import replace

    peter = cast.peter
    weak = replace(peter, rights=peter.rights - {"user.manage"})
    with scope(weak):
        with pytest.raises(Forbidden), transaction.atomic():
            actions.approve(weak, application=found, role=role("buyer"), number="10600", name="X")
        assert not Party.objects.filter(number="10600").exists()


def test_requests_are_forgotten_in_time(cast):
    asked()
    found = only(cast)
    system, now = cast.system, timezone.now()
    with scope(system):
        old = {"portal_id": system.portal_id, "company": "Oud", "name": "Oud", "email": "oud@oud.example", "code_expires_at": now}
        for state, when in (("unproved", {"created_at": now - timedelta(days=2)}), ("rejected", {"created_at": now, "decided_at": now - timedelta(days=91)}), ("needs_info", {"created_at": now, "asked_at": now - timedelta(days=91)})):
            Application.objects.create(**old, state=state, **when)
        Application.objects.create(**old, state="asked", created_at=now - timedelta(days=400), asked_at=now - timedelta(days=400))
        actions.forget_old(system)
        assert sorted(Application.objects.values_list("state", "company")) == [("asked", "Nieuwbouw Post B.V."), ("asked", "Oud")]
    with scope(cast.peter), pytest.raises(Refused):
        actions.approve(cast.peter, application=found, role=role("buyer"), number="", name="")


@pytest.mark.slow
def test_an_address_that_is_known_here_takes_as_long(cast):
    """T34: who asks for an account does not find out by the clock who has one."""

    def way(address):
        def prepare(number):
            client = browser()
            return lambda: client.post("/applications/new/", TYPED | {"email": address.format(number)})

        return prepare

    said = same_time(cast.system.portal_id, {"known": way("sanne@bakker.example"), "unknown": way("vrij{}@elders.example")})
    assert said["known"].status_code == said["unknown"].status_code == 302 and said["known"].headers["Location"] == said["unknown"].headers["Location"]
