"""Passkeys: added, shown, and forged in every way that the standard warns of (W3C Web Authentication, 7.1 and 7.2)."""

import json
from datetime import timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from django.core import mail
from django.test import Client
from django.utils import timezone

from portiek.config.testing import recorded, run_jobs
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.foundation.accounts import facts, passkeys
from portiek.foundation.accounts.models import Passkey, Session, SpentChallenge
from portiek.foundation.accounts.tests.device import PRESENT, Device, options_of, told

HOST = {"host": "localhost"}
ADD, ENTER, PROVE = "/account/security/passkeys/add/", "/login/passkey/", "/account/security/proof/passkey/"


def is_in(browser):
    return browser.get("/account/").status_code == 200


def add(client, device, **changed):
    options = options_of(client.get(ADD), ADD)
    return client.post(ADD, {"name": "Mijn laptop", "credential": device.make(options, **changed)})


@pytest.fixture
def sanne(client_of):
    return client_of("sanne")


@pytest.fixture
def device(sanne):
    """A device with a passkey of Sanne."""
    made = Device()
    assert add(sanne, made).headers["Location"] == "/account/security/"
    return made


def asked(browser):
    return options_of(browser.get("/login/"), ENTER)


def enter(device, browser=None, **changed):
    """Show the passkey at the log-in page of a browser."""
    browser = browser or Client(headers=HOST)
    return browser, browser.post(ENTER, {"credential": device.show(asked(browser), **changed), "next": changed.get("next", "")})


def test_a_passkey_opens_the_door_without_an_address(device):
    browser, answer = enter(device, next="/parties/mine/")
    assert answer.headers["Location"] == "/parties/mine/" and "Bouwbedrijf Bakker" in browser.get("/parties/mine/").content.decode()
    page = browser.get("/account/security/").content.decode()
    assert "Mijn laptop" in page and "laatst gebruikt" in page


def test_it_is_both_steps(device, sanne, cast):
    """The device asked for finger, face or code: no second step is asked after it."""
    with scope(Actor.gate(cast.sanne.portal_id)):
        Session.objects.update(proved_at=timezone.now())
    enter(device)
    with scope(Actor.gate(cast.sanne.portal_id)):
        assert [session.strong for session in Session.objects.filter(user__email="sanne@bakker.example", way="passkey")] == [True]


def test_adding_tells_the_owner_and_ends_the_other_sessions(client_of, cast):
    """T35."""
    here, there = client_of("sanne"), client_of("sanne")
    add(here, Device())
    assert is_in(here) and not is_in(there)
    run_jobs()
    assert mail.outbox[-1].to == ["sanne@bakker.example"] and "toegangssleutel" in mail.outbox[-1].subject and "Mijn laptop" in mail.outbox[-1].body
    with scope(cast.system):
        assert facts.FactorAdded(user_id=cast.sanne.user_id, kind="passkey") in recorded()


def test_several_each_with_a_name(device, sanne):
    other = Device()
    add(sanne, other)
    assert len(options_of(sanne.get(ADD), ADD)["excludeCredentials"]) == 2
    assert enter(other)[1].headers["Location"] == "/"
    assert enter(device)[1].headers["Location"] == "/"


FORGED = {
    "another origin": ({"origin": "http://evil.example"}, {}),
    "another port": ({"origin": "http://localhost:9999"}, {}),
    "a page above": ({"origin": "http://sub.localhost:8000"}, {}),
    "without TLS or with": ({"origin": "https://localhost:8000"}, {}),
    "another relying party": ({}, {"host": "evil.example"}),
    "the owner was not asked": ({"flags": PRESENT}, {}),
    "nobody was there": ({"flags": 0}, {}),
    "a challenge of nobody": ({}, {"challenge": told(b"x" * 54)}),
    "no challenge": ({}, {"challenge": ""}),
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_log_in_is_refused(device, forged):
    fields, changed = FORGED[forged]
    for name, value in fields.items():
        setattr(device, name, value)
    browser, answer = enter(device, **changed)
    assert answer.status_code == 422 and not is_in(browser)
    assert "niet" in answer.content.decode() and "toegangssleutel" in answer.content.decode()


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_new_passkey_is_refused(sanne, cast, forged):
    fields, changed = FORGED[forged]
    assert add(sanne, Device(**fields), **changed).status_code == 422
    with scope(Actor.gate(cast.sanne.portal_id)):
        assert not Passkey.objects.exists()


def test_another_key_or_another_user_is_refused(device):
    assert enter(device, key=ec.generate_private_key(ec.SECP256R1()))[1].status_code == 422
    assert enter(device, handle=told(b"somebody else"))[1].status_code == 422
    assert enter(Device())[1].status_code == 422


def test_an_answer_counts_once(device):
    """A replay, also in another browser."""
    browser = Client(headers=HOST)
    answer = device.show(asked(browser))
    assert browser.post(ENTER, {"credential": answer}).headers["Location"] == "/"
    for again in (browser, Client(headers=HOST)):
        assert again.post(ENTER, {"credential": answer}).status_code == 422
    device.count += 5
    assert enter(device, challenge=json_challenge(answer))[1].status_code == 422


def json_challenge(answer):
    import base64

    data = json.loads(answer)["response"]["clientDataJSON"]
    return json.loads(base64.urlsafe_b64decode(data + "=" * (-len(data) % 4)))["challenge"]


def test_a_copied_key_is_noticed(device):
    """The counter must go up (7.2, step 22)."""
    enter(device)
    device.count = 0
    assert enter(device)[1].status_code == 422


def test_a_challenge_is_for_its_purpose_its_user_and_its_half_hour(device, sanne, client_of, cast):
    challenges = {
        "prove": options_of_proof(sanne, cast)["challenge"],
        "add": options_of(sanne.get(ADD), ADD)["challenge"],
        "elsewhere": options_of(Client(headers={"host": "brand.localhost"}).get("/login/"), ENTER)["challenge"],
    }
    for challenge in challenges.values():
        assert enter(device, challenge=challenge)[1].status_code == 422
    youssef = options_of(client_of("youssef").get(ADD), ADD)["challenge"]
    assert add(sanne, Device(), challenge=youssef).status_code == 422
    assert add(sanne, Device(), challenge=asked(Client(headers=HOST))["challenge"]).status_code == 422
    browser = Client(headers=HOST)
    answer = device.show(asked(browser))
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert browser.post(ENTER, {"credential": answer}).status_code == 422


def test_a_passkey_of_one_portal_opens_nothing_in_another(device):
    there = Client(headers={"host": "brand.localhost"})
    options = options_of(there.get("/login/"), ENTER)
    assert options["rpId"] == "brand.localhost"
    device.origin = "http://brand.localhost:8000"
    assert there.post(ENTER, {"credential": device.show(options)}).status_code == 422 and not is_in(there)


def test_a_hosts_header_of_another_name_changes_nothing(device):
    """T37: what the browser must be is the portal's record, whatever the headers say."""
    browser = Client(headers=HOST)
    options = options_of(browser.get("/login/", headers={"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}), ENTER)
    assert options["rpId"] == "localhost"
    device.origin = "https://evil.example"
    assert browser.post(ENTER, {"credential": device.show(options)}, headers={"x-forwarded-host": "evil.example", "origin": "http://localhost"}).status_code == 422


def test_looking_at_the_page_writes_nothing(cast):
    for _look in range(3):
        Client(headers=HOST).get("/login/")
    with scope(Actor.gate(cast.sanne.portal_id)):
        assert not SpentChallenge.objects.exists()


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "x", '{"rawId": 5}', '{"rawId": "AA", "response": {}}', "[" * 5000, '{"rawId":"AA","response":{"clientDataJSON":"e30"}}', "é" * 30000, '{"rawId":"_"}'])
def test_nonsense_is_refused_politely(device, answer):
    browser = Client(headers=HOST)
    assert browser.post(ENTER, {"credential": answer}).status_code == 422


def test_a_strange_answer_of_a_known_key_is_refused(device):
    """What only looks like an answer stops at the library, never at an error of ours."""
    browser = Client(headers=HOST)
    whole = json.loads(device.show(asked(browser)))
    for name in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        for value in ("", "AA", "é", 5, None, {}, whole["response"]["signature"]):
            broken = {**whole, "response": {**whole["response"], name: value}}
            if (name == "userHandle" and not value) or value == whole["response"][name]:
                continue  # it need not be there
            assert browser.post(ENTER, {"credential": json.dumps(broken)}).status_code == 422, (name, value)


def test_many_tries_from_one_place_meet_a_limit(cast):
    browser = Client(headers=HOST, REMOTE_ADDR="203.0.113.9")
    assert [browser.post(ENTER, {"credential": json.dumps({"rawId": "AA"})}).status_code for _try in range(61)] == [422] * 60 + [429]


def options_of_proof(client, cast):
    with scope(Actor.gate(cast.sanne.portal_id)):
        Session.objects.update(proved_at=timezone.now() - timedelta(hours=1))
    found = options_of(client.get("/account/security/proof/"), PROVE)
    with scope(Actor.gate(cast.sanne.portal_id)):
        Session.objects.update(proved_at=timezone.now())
    return found


def test_a_passkey_is_a_proof_of_its_own_person_alone(device, sanne, client_of, cast):
    youssef, his = client_of("youssef"), Device()
    add(youssef, his)
    options = options_of_proof(sanne, cast)
    with scope(Actor.gate(cast.sanne.portal_id)):
        Session.objects.update(proved_at=timezone.now() - timedelta(hours=1))
    assert sanne.post(PROVE, {"credential": his.show(options)}).headers["Location"] == "/account/security/proof/"
    assert sanne.get(ADD).status_code == 302
    assert sanne.post(PROVE, {"credential": device.show(options), "next": ADD}).headers["Location"] == ADD
    assert sanne.get(ADD).status_code == 200


def test_removing_it_asks_proof_and_ends_it(device, sanne, client_of, cast):
    """T35."""
    with scope(Actor.gate(cast.sanne.portal_id)):
        key = Passkey.objects.get().pk
        Session.objects.update(proved_at=timezone.now() - timedelta(hours=1))
    path = f"/account/security/passkeys/{key}/remove/"
    assert sanne.post(path).headers["Location"].startswith("/account/security/proof/")
    other, _answer = enter(device)
    for who in ("youssef", "olga"):
        assert client_of(who).post(path).status_code == 404
    assert client_of("nadia2").post(path).status_code == 404
    with scope(Actor.gate(cast.sanne.portal_id)):
        Session.objects.update(proved_at=timezone.now())
    assert sanne.post(path).headers["Location"] == "/account/security/"
    assert enter(device)[1].status_code == 422 and not is_in(other)
    run_jobs()
    assert "verwijderd" in mail.outbox[-1].subject


def test_the_name_by_which_a_device_keeps_a_person_says_nothing():
    assert passkeys.handle_of(1, 2) == passkeys.handle_of(1, 2) != passkeys.handle_of(2, 2)
    assert len(passkeys.handle_of(1, 2)) == 32


def test_next_leads_nowhere_else(device):
    """T38."""
    for target in ("//evil.example", "/\\evil.example", "https://evil.example/"):
        assert enter(device, next=target)[1].headers["Location"] == "/"
