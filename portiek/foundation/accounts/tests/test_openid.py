"""Logging in with an account of elsewhere by OpenID Connect: the way in, and all the ways in which one should not (T32, T33, T64)."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from portiek.config.testing import recorded, run_jobs
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.db.gate import ask
from portiek.core.errors import NotFound, Refused
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import actions, facts, queries
from portiek.foundation.accounts.models import Identity, Membership, Provider, Role, Session, SpentProof, User
from portiek.foundation.accounts.tests import openid_provider
from portiek.foundation.parties.cast import PASSWORD
from portiek.foundation.parties.models import Party

HOST = {"host": "localhost"}


@pytest.fixture
def there():
    with openid_provider.running(settings) as provider:
        yield provider


def set_up(there, actor, party_number="10042", **more):
    """A provider of Bakker, tried and in use."""
    with scope(actor):
        party = Party.objects.get(number=party_number) if party_number else None
        row = actions.add_provider(actor, kind="oidc", party=party, label="Bakker-account", issuer=there.issuer,
                                   settings={"client_id": there.client_id, "secret": there.secret, "domains": ["bakker.example"], "audience": "both", **more})
    run_jobs()
    with scope(actor):
        row = queries.provider(actor, row.pk)
        assert (row.problem, row.is_ready) == ("", True)
        actions.switch_provider(actor, provider=row, is_active=True)
        return Provider.objects.get(pk=row.pk)


@pytest.fixture
def bakkers(there, cast):
    return set_up(there, cast.sanne)


def linked(row, email="sanne@bakker.example", subject="jan-1"):
    with scope(Actor.gate(row.portal_id)):
        return Identity.objects.create(portal_id=row.portal_id, provider_id=row.pk, user=User.objects.get(email=email), subject=subject)


def carried(client, row, sent):
    """Come back with what the provider sent, and send on what the page carries."""
    page = client.get(f"/login/with/{row.slug}/return/", sent)
    assert page.status_code == 200 and "data-onward" in page.content.decode()
    return client.post(f"/login/with/{row.slug}/finish/", dict(re.findall(r'name="(code|state|iss|error)" value="([^"]*)"', page.content.decode())))


def go(there, row, client=None, path="", **more):
    client = client or Client(headers=HOST)
    away = client.get(path or f"/login/with/{row.slug}/")
    assert away.status_code == 302, away.content.decode()[-2000:]
    return client, carried(client, row, {**there.authorize(away.headers["Location"]), **more})


def said(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_linked_account_opens_the_door(there, bakkers):
    linked(bakkers)
    client, answer = go(there, bakkers)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert "Sanne" in client.get("/").content.decode()
    assert there.asked[-1]["path"] == "/token" and there.asked[-1]["redirect_uri"].startswith("http://localhost")
    with scope(Actor.gate(1)):
        session = Session.objects.filter(identity__subject="jan-1").get()
        assert session.party_id == bakkers.party_id and session.proved_at.year == 1970
    with scope(Actor.system(1)):
        assert facts.LoggedIn(user_id=session.user_id, by="elsewhere") in recorded()


def test_one_goes_on_where_one_wanted_to_be(there, bakkers):
    linked(bakkers)
    _client, answer = go(there, bakkers, path=f"/login/with/{bakkers.slug}/?next=/orders/")
    assert answer.headers["Location"] == "/orders/"


@pytest.mark.parametrize("bad", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "/%0d%0aX: 1\r\n"])
def test_one_never_goes_on_elsewhere(there, bakkers, bad):
    """T38."""
    linked(bakkers)
    _client, answer = go(there, bakkers, path=f"/login/with/{bakkers.slug}/?next={bad}")
    assert answer.headers["Location"] == "/"


def test_the_address_alone_is_nobody(there, bakkers):
    """T32: the provider says that he is Sanne, verified and all: she is not taken over, and nothing is told of her."""
    there.person |= {"email": "sanne@bakker.example"}
    client, answer = go(there, bakkers)
    assert answer.status_code == 422 and "nog geen account" in said(answer)
    assert client.get("/").status_code == 302
    there.person |= {"email": "niemand@bakker.example", "sub": "jan-2"}
    _other, stranger = go(there, bakkers)
    assert (stranger.status_code, "nog geen account" in said(stranger)) == (422, True)


BROKEN = {
    "no signature": ("sign", "none"), "the public key as a shared secret": ("sign", "shared"), "the client's secret": ("sign", "by_client_secret"), "another's key": ("sign", "by_another"),
    "a key of its own": ("sign", "with_its_own_key"), "changed after signing": ("sign", "changed_after"),
    "another audience": ("spoil", {"aud": "someone-else"}), "two audiences, no azp": ("spoil", {"aud": ["portiek", "other"]}), "another azp": ("spoil", {"azp": "other"}), "no audience": ("spoil", {"aud": None}),
    "another issuer": ("spoil", {"iss": "http://127.0.0.1:1"}), "no issuer": ("spoil", {"iss": None}), "expired": ("spoil", {"exp": 1_600_000_000}), "no end": ("spoil", {"exp": None}),
    "an endless end": ("spoil", {"exp": 1e300}), "an end in words": ("spoil", {"exp": "9999999999"}), "a true end": ("spoil", {"exp": True}), "from the future": ("spoil", {"iat": 4_000_000_000}), "not yet": ("spoil", {"nbf": 4_000_000_000}),
    "another nonce": ("spoil", {"nonce": "x"}), "no nonce": ("spoil", {"nonce": None}), "nobody": ("spoil", {"sub": None}), "an empty name": ("spoil", {"sub": ""}), "a name of lists": ("spoil", {"sub": ["jan-1"]}), "a long name": ("spoil", {"sub": "j" * 256}),
    "no token": ("answer", (200, {"access_token": "x"})), "no JSON": ("answer", (200, b"<html>")), "a list": ("answer", (200, [])), "an error": ("answer", (500, {})), "too much": ("answer", (200, b"x" * 400_000)), "a number for a token": ("answer", (200, {"id_token": 7})),
    "rubbish for a token": ("answer", (200, {"id_token": "a.b.c"})), "five parts": ("answer", (200, {"id_token": "e30.e30.e30.e30.e30"})),
}  # fmt: skip


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_answer_lets_nobody_in(there, bakkers, how):
    """T33: whatever is wrong with a token, nobody comes in, the person reads why in words, and the administrator what it was."""
    linked(bakkers)
    name, value = BROKEN[how]
    setattr(there, name, getattr(there, value) if name == "sign" else value)
    client, answer = go(there, bakkers)
    assert answer.status_code == 422 and 'class="notice stop"' in answer.content.decode()
    assert settings.SESSION_COOKIE not in client.cookies
    with scope(Actor.system(1)):
        row = Provider.objects.get(pk=bakkers.pk)
        assert row.failure and row.failed_at
    there.spoil, there.sign, there.answer = {}, there.right, None
    assert go(there, bakkers)[1].status_code == 302, "the corpus would refuse everybody"


def test_clocks_may_differ_five_minutes(there, bakkers):
    linked(bakkers)
    now = int(time.time())
    there.spoil = {"exp": now - 280, "iat": now + 280}
    assert go(there, bakkers)[1].status_code == 302
    there.spoil = {"exp": now - 320}
    assert go(there, bakkers)[1].status_code == 422


def test_what_comes_back_counts_once(there, bakkers):
    """The same answer, the same code, the same token: one session."""
    linked(bakkers)
    client = Client(headers=HOST)
    sent = there.authorize(client.get(f"/login/with/{bakkers.slug}/").headers["Location"])
    kept = dict(there.codes[sent["code"]])
    cookie = client.cookies["elsewhere"].value
    assert carried(client, bakkers, sent).status_code == 302
    for again in range(2):
        client.cookies["elsewhere"] = cookie
        if again:
            there.codes[sent["code"]] = kept  # a provider that gives the same token again
        assert "te lang" in said(carried(client, bakkers, sent))
    with scope(Actor.gate(1)):
        assert Session.objects.filter(identity__subject="jan-1").count() == 1


def test_another_browser_cannot_finish(there, bakkers):
    """Log-in CSRF: an answer that somebody else began is worth nothing here, and a page that is sent along changes nothing by itself."""
    linked(bakkers)
    thief, victim = Client(headers=HOST), Client(headers=HOST)
    sent = there.authorize(thief.get(f"/login/with/{bakkers.slug}/").headers["Location"])
    assert "te lang" in said(carried(victim, bakkers, sent))
    victim.get(f"/login/with/{bakkers.slug}/")
    assert "te lang" in said(carried(victim, bakkers, sent))
    assert settings.SESSION_COOKIE not in victim.cookies


def test_the_second_page_wants_a_form_of_ours(there, bakkers):
    client = Client(headers=HOST, enforce_csrf_checks=True)
    sent = there.authorize(client.get(f"/login/with/{bakkers.slug}/").headers["Location"])
    assert client.post(f"/login/with/{bakkers.slug}/finish/", sent).status_code == 403


def test_an_attempt_ends_after_ten_minutes(there, bakkers):
    linked(bakkers)
    client = Client(headers=HOST)
    sent = there.authorize(client.get(f"/login/with/{bakkers.slug}/").headers["Location"])
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert "te lang" in said(carried(client, bakkers, sent))


def test_a_refusal_is_said_in_words(there, bakkers):
    client = Client(headers=HOST)
    sent = there.authorize(client.get(f"/login/with/{bakkers.slug}/").headers["Location"])
    answer = carried(client, bakkers, {"state": sent["state"], "error": "access_denied"})
    assert answer.status_code == 422 and "Bakker-account heeft u niet toegelaten" in said(answer) and "Op een andere manier inloggen" in said(answer)


def test_the_answer_of_another_provider_is_not_taken_to_this_one(there, bakkers):
    """Mix-up: RFC 9207."""
    linked(bakkers)
    _client, answer = go(there, bakkers, iss="https://other.example")
    assert answer.status_code == 422
    assert go(there, bakkers, iss=there.issuer)[1].status_code == 302


def test_a_provider_that_hangs_is_given_five_seconds(there, bakkers, monkeypatch):
    from portiek.foundation.accounts.proofs import openid

    monkeypatch.setattr(openid, "SECONDS", 0.2)
    there.delay = 0.6
    _client, answer = go(there, bakkers)
    assert "antwoordt op dit moment niet" in said(answer)


def test_a_changed_key_is_fetched(there, bakkers):
    from joserfc.jwk import RSAKey

    linked(bakkers)
    there.key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    assert "niet te vertrouwen" in said(go(there, bakkers)[1])  # not more often than once a minute
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        assert go(there, bakkers)[1].status_code == 302
    with scope(Actor.system(1)):
        assert [key["kid"] for key in Provider.objects.get(pk=bakkers.pk).keys] == ["two"]


def test_a_session_of_a_companys_provider_reaches_no_other(there, cast):
    """T32: Karin works for two companies; the provider of the one lets her act for that one, and change nothing of how she comes in."""
    row = set_up(there, cast.sanne)
    linked(row, "karin@bakker.example")
    client, answer = go(there, row)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    with scope(cast.system):
        devries = Party.objects.get(number="10077").pk
    switched = client.post("/company/", {"company": str(devries)})
    assert switched.headers["Location"] == "/login/?again=1"
    again = client.get("/login/?again=1")
    assert again.status_code == 200 and "geldt voor één bedrijf" in said(again)
    assert "Bakker" in client.get("/").content.decode()
    with scope(Actor.gate(1)):
        assert Session.objects.filter(identity__subject="jan-1", ended_at=None).get().party_id == row.party_id
    assert client.post("/account/password/", {"current": "", "password": "een heel lang geheim"}).status_code == 422
    client.post("/login/", {"email": "karin@bakker.example", "way": "password", "sure": "1"})
    assert client.post("/login/password/", {"password": PASSWORD}).status_code == 302
    assert client.post("/company/", {"company": str(devries)}).headers["Location"] == "/"


def test_the_database_itself_holds_a_session_to_its_company(there, bakkers):
    """Also if a row says otherwise, for instance by a flaw of ours."""
    linked(bakkers, "karin@bakker.example")
    client, _answer = go(there, bakkers)
    session = token_hash(client.cookies[settings.SESSION_COOKIE].value)
    assert ask("identify", "localhost", session)["member"] and ask("standing", [session])
    with scope(Actor.gate(1)):
        Session.objects.filter(token_hash=session).update(party=Party.objects.get(number="10077"))
    assert ask("identify", "localhost", session)["member"] is None and ask("standing", [session]) == []


def test_a_provider_out_of_use_ends_what_it_opened(there, bakkers, cast):
    linked(bakkers)
    client, _answer = go(there, bakkers)
    with scope(cast.sanne):
        actions.switch_provider(cast.sanne, provider=bakkers, is_active=False)
    assert client.get("/").status_code == 302
    assert client.get(f"/login/with/{bakkers.slug}/").status_code == 404


def test_one_links_it_oneself_after_fresh_proof(there, bakkers, client_of):
    client = client_of("sanne")
    assert "Bakker-account" in client.get("/account/security/").content.decode()
    away = client.post(f"/account/elsewhere/{bakkers.pk}/link/")
    assert away.status_code == 200
    target = away.headers["Refresh"].removeprefix("0; url=")
    answer = carried(client, bakkers, there.authorize(target))
    assert answer.headers["Location"] == "/account/security/"
    assert go(there, bakkers)[1].status_code == 302
    with scope(Actor.gate(1)):
        identity = Identity.objects.get(subject="jan-1")
    other, _answer = go(there, bakkers)
    assert client_of("youssef").post(f"/account/elsewhere/{identity.pk}/unlink/").status_code == 404
    assert client.post(f"/account/elsewhere/{identity.pk}/unlink/").status_code == 302
    assert other.get("/").status_code == 302 and client.get("/").status_code == 200
    assert go(there, bakkers)[1].status_code == 422


def test_without_fresh_proof_nothing_is_linked(there, bakkers, client_of):
    client = client_of("sanne")
    with scope(Actor.gate(1)):
        Session.objects.filter(user__email="sanne@bakker.example").update(proved_at=timezone.now() - timedelta(minutes=16))
    assert client.post(f"/account/elsewhere/{bakkers.pk}/link/").headers["Location"].startswith("/account/security/proof/")
    with scope(Actor.gate(1)):
        Session.objects.filter(user__email="sanne@bakker.example").update(proved_at=timezone.now())
    target = client.post(f"/account/elsewhere/{bakkers.pk}/link/").headers["Refresh"].removeprefix("0; url=")
    with scope(Actor.gate(1)):
        Session.objects.filter(user__email="sanne@bakker.example").update(proved_at=timezone.now() - timedelta(minutes=30))
    assert carried(client, bakkers, there.authorize(target)).status_code == 422
    with scope(Actor.gate(1)):
        assert not Identity.objects.exists()


def test_one_account_belongs_to_one_person(there, bakkers, client_of):
    linked(bakkers, "youssef@bakker.example")
    client = client_of("sanne")
    target = client.post(f"/account/elsewhere/{bakkers.pk}/link/").headers["Refresh"].removeprefix("0; url=")
    assert "hoort hier al bij een ander account" in said(carried(client, bakkers, there.authorize(target)))


def test_who_has_no_place_there_cannot_link(bakkers, client_of):
    assert client_of("dirk").post(f"/account/elsewhere/{bakkers.pk}/link/").status_code == 404
    assert client_of("nadia2").post(f"/account/elsewhere/{bakkers.pk}/link/").status_code == 404
    assert "Bakker-account" not in client_of("dirk").get("/account/security/").content.decode()


def test_who_lost_his_place_stays_out(there, bakkers):
    linked(bakkers, "youssef@bakker.example")
    with scope(Actor.system(1)):
        Membership.objects.filter(user__email="youssef@bakker.example").update(is_active=False)
    assert "geen plek" in said(go(there, bakkers)[1])


def invited(cast, email="nieuw@bakker.example"):
    with scope(cast.sanne):
        actions.invite(cast.sanne, email=email, name="Nieuw Mens", role=Role.objects.get(code="buyer"), party=Party.objects.get(number="10042"))
    run_jobs()
    return re.search(r"/invitation/([\w-]+)/", mail.outbox[-1].body).group(1)


def test_an_invitation_is_accepted_with_an_account_of_elsewhere(there, bakkers, cast):
    there.person |= {"sub": "nieuw-1", "email": "heel.anders@post.example", "name": "Nieuw van Elders"}
    token = invited(cast)
    client = Client(headers=HOST)
    assert f"/login/with/{bakkers.slug}/?invitation={token}" in client.get(f"/invitation/{token}/").content.decode()
    _client, answer = go(there, bakkers, client, f"/login/with/{bakkers.slug}/?invitation={token}")
    assert answer.status_code == 302 and client.get("/").status_code == 200
    with scope(Actor.gate(1)):
        user = Identity.objects.get(subject="nieuw-1").user
        assert (user.email, user.name) == ("nieuw@bakker.example", "Nieuw van Elders")
        assert Session.objects.filter(user=user).count() == 1
    again = Client(headers=HOST)
    there.person |= {"sub": "dief"}
    assert go(there, bakkers, again, f"/login/with/{bakkers.slug}/?invitation={token}")[1].status_code == 422


def test_an_invitation_to_who_is_known_takes_nobody_over(there, bakkers, cast):
    token = invited(cast, "dirk@devries.example")
    _client, answer = go(there, bakkers, path=f"/login/with/{bakkers.slug}/?invitation={token}")
    assert answer.status_code == 422 and "al een account" in said(answer)
    with scope(Actor.gate(1)):
        assert not Identity.objects.exists()


def test_an_invitation_of_another_company_is_none_here(there, bakkers, cast):
    """T31: a provider lets people in for its own company alone."""
    with scope(cast.dirk):
        actions.invite(cast.dirk, email="nieuw@devries.example", name="Nieuw", role=Role.objects.get(code="buyer"), party=Party.objects.get(number="10077"))
    run_jobs()
    token = re.search(r"/invitation/([\w-]+)/", mail.outbox[-1].body).group(1)
    client = Client(headers=HOST)
    assert "login/with" not in client.get(f"/invitation/{token}/").content.decode()
    assert go(there, bakkers, client, f"/login/with/{bakkers.slug}/?invitation={token}")[1].status_code == 404


def test_strangers_become_members_only_where_that_is_wanted(there, cast):
    there.person |= {"sub": "nieuw", "email": "nieuw@bakker.example"}
    with scope(cast.sanne):
        buyer = Role.objects.get(code="buyer")
    row = set_up(there, cast.sanne, makes_members=True, role=buyer)
    client, answer = go(there, row)
    assert answer.status_code == 302 and client.get("/").status_code == 200
    with scope(cast.sanne):
        place = Membership.objects.get(user__email="nieuw@bakker.example")
        assert (place.party_id, place.role_id) == (row.party_id, buyer.pk)
        assert facts.MembershipGranted(user_id=place.user_id, role="buyer") in recorded()
    for wrong in ({"email": "sanne@bakker.example"}, {"email": "dirk@devries.example"}, {"email": "x@elders.example"}, {"email": "y@bakker.example", "email_verified": False},
                  {"email": "z@bakker.example", "email_verified": "true"}, {"email": None}):
        there.person = {"sub": f"other-{wrong}", "name": "Ander", "email_verified": True, **wrong}
        assert "nog geen account" in said(go(there, row)[1]), wrong
    with scope(Actor.system(1)):
        assert not User.objects.filter(email__in=["x@elders.example", "y@bakker.example", "z@bakker.example"]).exists()


def test_nobody_gives_new_colleagues_more_than_he_has(cast):
    """T15."""
    with scope(cast.peter):
        admin, party = Role.objects.get(code="staff-admin"), Party.objects.get(number="10042")
    with scope(cast.olga), pytest.raises(Refused) as refused:
        actions.add_provider(cast.olga, kind="oidc", party=party, label="X", issuer="https://x.example", settings={"makes_members": True, "role": admin})
    assert refused.value.code == "role-elsewhere"
    with scope(cast.sanne), pytest.raises(Refused):
        actions.add_provider(cast.sanne, kind="oidc", party=party, label="X", issuer="https://x.example", settings={"makes_members": True, "role": None})
    with scope(cast.sanne), pytest.raises(NotFound):
        actions.add_provider(cast.sanne, kind="oidc", party=None, label="X", issuer="https://x.example", settings={})


def test_staff_have_a_provider_of_their_own(there, cast, client_of):
    row = set_up(there, cast.olga, party_number=None, audience="staff")
    assert "Inloggen met Bakker-account" in said(Client(headers=HOST).get("/login/"))
    assert "Bakker-account" not in said(Client(headers={"host": "brand.localhost"}).get("/login/"))
    linked(row, "peter@vandijk.example")
    client, answer = go(there, row)
    assert answer.status_code == 302 and client.get("/parties/").status_code == 200
    linked(row, "sanne@bakker.example", "sanne-1")
    there.person |= {"sub": "sanne-1"}
    assert "geen plek" in said(go(there, row)[1])
    assert client_of("sanne").post(f"/account/elsewhere/{row.pk}/link/").status_code == 404


def test_what_is_offered_tells_of_the_domain_alone(there, bakkers):
    """T34: the same page for who has an account and who has not; another domain gets none."""
    pages = []
    for email in ("sanne@bakker.example", "niemand@bakker.example"):
        answer = Client(headers=HOST).post("/login/", {"email": email, "way": "code"})
        assert answer.status_code == 200 and "Inloggen met Bakker-account" in said(answer)
        pages.append(re.sub(r'(value=|"X-CSRFToken": )"[^"]+"', "", said(answer).replace(email, "")))
    assert pages[0] == pages[1]
    run_jobs()
    assert not mail.outbox
    assert Client(headers=HOST).post("/login/", {"email": "sanne@bakker.example", "way": "code", "sure": "1"}).headers["Location"] == "/login/code/"
    assert Client(headers=HOST).post("/login/", {"email": "dirk@devries.example", "way": "code"}).status_code == 302


def test_a_provider_is_of_one_portal(there, bakkers):
    assert Client(headers={"host": "brand.localhost"}).get(f"/login/with/{bakkers.slug}/").status_code == 404
    assert Client(headers=HOST).get("/login/with/bakker/").status_code == 404


def test_the_same_person_in_two_portals_is_two_users(there, cast):
    """The same provider, the same subject, the same address: two identities that never meet."""
    here = set_up(there, cast.olga, party_number=None, audience="both")
    elsewhere = set_up(there, cast.otto, party_number=None, audience="both")
    linked(here, "nadia@peeters.example")
    client, answer = go(there, here)
    assert answer.status_code == 302
    brand = Client(headers={"host": "brand.localhost"})
    assert "nog geen account" in said(go(there, elsewhere, brand)[1])
    linked(elsewhere, "nadia@peeters.example")
    assert go(there, elsewhere, brand)[1].status_code == 302
    brand.cookies[settings.SESSION_COOKIE], client.cookies[settings.SESSION_COOKIE] = client.cookies[settings.SESSION_COOKIE].value, brand.cookies[settings.SESSION_COOKIE].value
    assert brand.get("/").status_code == 302 and client.get("/").status_code == 302


def test_a_check_says_what_is_wrong(there, cast):
    """It really connects: the issuer, the keys, the client and its secret."""
    row = set_up(there, cast.sanne)

    def tried(**settings_of):
        with scope(cast.sanne):
            found = queries.provider(cast.sanne, row.pk)
            actions.change_provider(cast.sanne, provider=found, settings=settings_of) if settings_of else actions.ask_check(cast.sanne, provider=found)
        run_jobs()
        with scope(cast.sanne):
            return queries.provider(cast.sanne, row.pk).problem

    assert tried(secret="niet goed") == "client"
    with scope(cast.sanne), pytest.raises(Refused):
        actions.switch_provider(cast.sanne, provider=Provider.objects.create(portal_id=1, party_id=row.party_id, kind="oidc", slug="x", label="x", issuer="x"), is_active=True)
    assert tried(secret=there.secret) == ""
    there.issuer_told = "http://127.0.0.1:1"
    assert tried() == "issuer"
    there.issuer_told = None
    assert tried() == ""
    settings.EGRESS_ALLOW = ""
    assert tried() == "address"


def test_another_companys_provider_is_nobodys(bakkers, client_of, cast):
    for path in ("", "check/", "on/", "off/"):
        client = client_of("dirk")
        assert (client.post if path else client.get)(f"/elsewhere/{bakkers.pk}/{path}").status_code == 404
        other = client_of("otto")
        assert (other.post if path else other.get)(f"/elsewhere/{bakkers.pk}/{path}").status_code == 404
    assert client_of("youssef").get("/elsewhere/").status_code == 403
    assert client_of("olga").get(f"/elsewhere/{bakkers.pk}/").status_code == 200
    with scope(cast.dirk):
        assert not Provider.objects.exists() and not Identity.objects.exists()


def test_the_pages_of_the_set_up(there, client_of):
    client = client_of("sanne")
    assert "Nog niemand logt in" in said(client.get("/elsewhere/"))
    assert client.post("/elsewhere/new/", {"label": "Bakker", "issuer": "ftp://x", "client_id": "x", "subject_claim": "sub", "domains": "bakker .example,!"}).status_code == 422
    made = client.post("/elsewhere/new/", {"label": "Bakker", "issuer": there.issuer, "client_id": there.client_id, "secret": there.secret, "subject_claim": "sub", "domains": "Bakker.example"})
    assert made.status_code == 302
    page = said(client.get(made.headers["Location"]))
    assert "Wordt getest" in page and "/return/" in page and there.secret not in page
    run_jobs()
    assert "Neem in gebruik" in said(client.get(made.headers["Location"]))
    assert client.post(made.headers["Location"] + "on/").status_code == 302
    assert "In gebruik" in said(client.get("/elsewhere/"))
    with scope(Actor.system(1)):
        row = Provider.objects.get(label="Bakker")
        assert there.secret not in row.secret and row.domains == ["bakker.example"]


def test_what_is_spent_is_swept(there, bakkers):
    linked(bakkers)
    go(there, bakkers)
    gate = Actor.gate(1)
    with scope(gate):
        assert SpentProof.objects.count() == 1
        with time_machine.travel(timezone.now() + timedelta(hours=2)):
            actions.sweep(gate)
        assert not SpentProof.objects.exists()
