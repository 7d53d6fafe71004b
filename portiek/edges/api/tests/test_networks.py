"""From where a key may be used: the addresses that its company names, and no header of a stranger's changes that."""

import pytest
from django.conf import settings

from portiek.config.testing import recorded
from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused
from portiek.core.pace import Pace
from portiek.edges.api import actions, facts, middleware, rules
from portiek.edges.api.cast import Machine, secret_of
from portiek.edges.api.models import ApiKey
from portiek.edges.api.tests.test_clients import ask, made_by, own_pace, token_of  # noqa: F401  one is a fixture


@pytest.fixture(autouse=True)
def own_count(monkeypatch):
    monkeypatch.setattr(middleware, "pace", Pace())


def key_of(actor, networks):
    """Make a key that may be used from these networks alone; return a program that has it."""
    return Machine(secret_of(actor, "catalog.view", networks=networks))


def status(machine, address, **headers):
    return machine.client.get("/api/v1/products", headers={**machine.headers, **headers}, REMOTE_ADDR=address).status_code


def outside(cast):
    with scope(cast.system):
        return [fact for fact in recorded() if isinstance(fact, facts.KeyOutside)]


@pytest.mark.parametrize(("networks", "inside", "elsewhere"), [
    (["203.0.113.7"], ["203.0.113.7", "::ffff:203.0.113.7"], ["203.0.113.8", "2001:db8::7", "127.0.0.1"]),
    (["203.0.113.0/25", "198.51.100.4"], ["203.0.113.127", "198.51.100.4"], ["203.0.113.128", "198.51.100.5"]),
    (["2001:db8:1::/48"], ["2001:db8:1:ffff::1"], ["2001:db8:2::1", "203.0.113.7", "fe80::1%eth0"]),
    (["2001:db8::7"], ["2001:db8::7"], ["2001:db8::8"]),  # the same /64, and not the same machine
    (["0.0.0.0/0"], ["203.0.113.7"], ["2001:db8::7"]),
    ([], ["203.0.113.7", "2001:db8::7", "127.0.0.1"], []),
])  # fmt: skip
def test_a_key_works_from_its_own_addresses_alone(cast, networks, inside, elsewhere):
    machine = key_of(cast.sanne, networks)
    assert [status(machine, address) for address in inside] == [200] * len(inside)
    assert [status(machine, address) for address in elsewhere] == [403] * len(elsewhere)


def test_who_is_refused_reads_why_and_the_company_too(cast):
    machine = key_of(cast.sanne, ["203.0.113.7"])
    answer = machine.get("/products")
    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (403, "application/problem+json", "outside")
    with scope(cast.system):
        key = ApiKey.objects.latest("pk")
        assert key.last_used_at is None, "what was refused is no use"
    assert outside(cast) == [facts.KeyOutside(key_id=key.pk, network="127.0.0.x")]
    for _time in range(5):
        assert machine.get("/products").status_code == 403
    assert len(outside(cast)) == middleware.SAID, "the log is not filled by it"
    assert Machine("ptk_" + "a" * 43).get("/products").status_code == 401, "an unknown key is as before"


def test_a_header_of_the_caller_is_no_address(cast, monkeypatch):
    """X-Forwarded-For counts only as far as our own proxies wrote it."""
    machine = key_of(cast.sanne, ["203.0.113.7"])
    for header in ({"x-forwarded-for": "203.0.113.7"}, {"x-forwarded-for": "203.0.113.7, 203.0.113.7"}, {"x-real-ip": "203.0.113.7"}, {"forwarded": "for=203.0.113.7"}, {"cf-connecting-ip": "203.0.113.7"}):
        assert status(machine, "198.51.100.1", **header) == 403, header
    monkeypatch.setattr(settings, "TRUSTED_PROXIES", 1)
    assert status(machine, "10.0.0.2", **{"x-forwarded-for": "203.0.113.7"}) == 200
    assert status(machine, "10.0.0.2", **{"x-forwarded-for": "203.0.113.7, 198.51.100.1"}) == 403, "the proxy saw the last one; what stands before it the caller wrote"
    assert status(machine, "10.0.0.2", **{"x-forwarded-for": "rubbish"}) == 403 and status(machine, "10.0.0.2") == 403
    monkeypatch.setattr(settings, "TRUSTED_PROXIES", 2)
    assert status(machine, "10.0.0.2", **{"x-forwarded-for": "203.0.113.7, 10.0.0.9"}) == 200
    assert status(machine, "203.0.113.7", **{"x-forwarded-for": "203.0.113.7, 198.51.100.1, 10.0.0.9"}) == 403


def test_a_client_gets_no_token_elsewhere_and_its_tokens_open_nothing_there(cast):
    key, secret = made_by(cast.sanne, networks=["127.0.0.0/8"])
    machine = Machine(token_of(key, secret))
    assert status(machine, "127.0.0.1") == 200 and status(machine, "203.0.113.7") == 403
    with scope(cast.sanne):
        actions.set_networks(cast.sanne, key=key.pk, networks=["203.0.113.7"])
    assert status(machine, "127.0.0.1") == 403 and status(machine, "203.0.113.7") == 200, "at once"
    answer = ask(key, secret)
    assert (answer.status_code, answer.json()["error"]) == (403, "unauthorized_client")
    assert ask(key, "pts_" + "a" * 43).status_code == 401, "without the secret nobody learns of the addresses"
    with scope(cast.system):
        assert facts.KeyNetworksChanged(key_id=key.pk) in recorded()
    assert len(outside(cast)) == 2


def test_the_page(client_of, cast):
    browser = client_of("sanne")
    form = {"kind": "key", "name": "Pakket", "rights": ["catalog.view"], "networks": "203.0.113.7\n2001:DB8::1/48, 198.51.100.4/24"}
    assert browser.post("/api/keys/new/", {**form, "networks": "thuis"}).status_code == 422
    assert browser.post("/api/keys/new/", form).status_code == 201
    with scope(cast.system):
        key = ApiKey.objects.latest("pk")
        assert key.networks == ["203.0.113.7", "2001:db8::/48", "198.51.100.0/24"]
    assert "alleen vanaf 203.0.113.7, 2001:db8::/48 en nog 1" in " ".join(browser.get("/api/keys/").content.decode().split())
    path = f"/api/keys/{key.pk}/networks/"
    page = browser.get(path).content.decode()
    assert "2001:db8::/48" in page and "127.0.0.1" in page
    answer = browser.post(path, {"networks": "203.0.113.7/33"})
    assert answer.status_code == 422 and "203.0.113.7/33" in answer.content.decode()
    assert browser.post(path, {"networks": ""}).status_code == 302
    with scope(cast.system):
        assert ApiKey.objects.get(pk=key.pk).networks == []


@pytest.mark.parametrize(("who", "expected"), [("dirk", 404), ("otto", 404), ("olga", 404), ("youssef", 403)])
def test_nobody_else_chooses_the_addresses(client_of, cast, who, expected):
    """Of another company, of the other portal, staff (who end a key and do not answer for it), and a colleague without the right."""
    key, _secret = made_by(cast.sanne, networks=["203.0.113.7"])
    browser = client_of(who)
    assert browser.get(f"/api/keys/{key.pk}/networks/").status_code == expected and browser.post(f"/api/keys/{key.pk}/networks/", {"networks": ""}).status_code == expected
    if who == "dirk":
        with scope(cast.dirk), pytest.raises(NotFound):
            actions.set_networks(cast.dirk, key=key.pk, networks=[])
    with scope(cast.system):
        assert ApiKey.objects.get(pk=key.pk).networks == ["203.0.113.7"]


def test_a_program_widens_nothing(cast):
    """Who stole a key may not open it to his own address."""
    from dataclasses import replace

    key, _secret = made_by(cast.sanne, networks=["203.0.113.7"])
    program = replace(cast.sanne, api_key_id=key.pk)
    with scope(program), pytest.raises(Refused):
        actions.set_networks(program, key=key.pk, networks=[])


@pytest.mark.no_database
@pytest.mark.parametrize(("given", "kept"), [
    (["203.0.113.7", " 203.0.113.7 ", ""], ["203.0.113.7"]), (["203.0.113.9/24"], ["203.0.113.0/24"]), (["2001:DB8::"], ["2001:db8::"]), (["1.2.3.4/33"], None), (["thuis"], None), (["1.2.3"], None),
    (["fe80::1%eth0"], None), (["203.0.113.7-9"], None), ([f"10.0.{number}.0/24" for number in range(41)], None), ([], []), (["01.2.3.4"], None)])  # fmt: skip
def test_what_is_a_network(given, kept):
    assert rules.networks(given) == kept
