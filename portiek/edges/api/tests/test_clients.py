"""OAuth 2 clients and the life of keys: tokens as the RFCs say, never more than their maker, ended with him; no redirects exist, so nothing of those flows can be attacked."""

from __future__ import annotations

import base64
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.models import FactRow
from portiek.core.pace import Pace
from portiek.edges.api import actions, jobs, rules
from portiek.edges.api.cast import Machine
from portiek.edges.api.models import ApiKey, ApiToken
from portiek.edges.api.views import oauth
from portiek.foundation.accounts.cast import client_of
from portiek.foundation.accounts.models import Membership, Role

GRANT = {"grant_type": "client_credentials"}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def own_pace(monkeypatch):
    monkeypatch.setattr(oauth, "pace", Pace())


def made_by(actor, *rights, **options):
    with scope(actor):
        return actions.create_key(actor, name="Pakket", rights=list(rights) or ["catalog.view", "order.view.company"], kind="client", **options)


def basic(name, secret):
    return "Basic " + base64.b64encode(f"{quote(name)}:{quote(secret)}".encode()).decode()


def ask(key, secret, given=None, host="localhost", path="/api/oauth/token", **headers):
    body = "&".join(f"{name}={quote(value)}" for name, value in (GRANT if given is None else given).items())
    return Client().post(path, body, content_type=FORM, headers={"host": host, "authorization": basic(key.client_id, secret), **headers})


def token_of(key, secret, **given):
    answer = ask(key, secret, {**GRANT, **given})
    assert answer.status_code == 200, answer.content
    return answer.json()["access_token"]


def test_a_client_gets_a_token_and_the_token_opens_what_it_has(cast):
    key, secret = made_by(cast.sanne)
    answer = ask(key, secret)
    assert (answer.status_code, answer["Cache-Control"], answer["Pragma"]) == (200, "no-store", "no-cache")
    said = answer.json()
    assert set(said) == {"access_token", "token_type", "expires_in", "scope"} and said["token_type"] == "Bearer" and said["expires_in"] == 1800
    assert said["scope"] == "catalog.view order.view.company" and said["access_token"] not in secret
    machine = Machine(said["access_token"])
    assert machine.get("/products").status_code == machine.get("/orders").status_code == 200
    refused = machine.get("/invoices")
    assert refused.status_code == 403 and 'error="insufficient_scope"' in refused["WWW-Authenticate"]
    with scope(cast.sanne):
        assert ApiKey.objects.get(pk=key.pk).last_used_at is not None


def test_the_secret_may_stand_in_the_body_instead(cast):
    key, secret = made_by(cast.sanne)
    answer = Client().post("/api/oauth/token", {**GRANT, "client_id": key.client_id, "client_secret": secret}, headers={"host": "localhost"})
    assert answer.status_code == 400 and answer.json()["error"] == "invalid_request"  # multipart is not what the RFC says
    body = f"grant_type=client_credentials&client_id={key.client_id}&client_secret={secret}"
    assert Client().post("/api/oauth/token", body, content_type=FORM, headers={"host": "localhost"}).status_code == 200


def test_a_scope_narrows_and_never_widens(cast):
    key, secret = made_by(cast.sanne)
    token = token_of(key, secret, scope="catalog.view")
    assert Machine(token).get("/products").status_code == 200 and Machine(token).get("/orders").status_code == 403
    for wanted in ("invoice.view", "catalog.view invoice.view", "connector.manage", "*", 'a"b', "catalog.view  order.view.company", "order.view"):
        answer = ask(key, secret, {**GRANT, "scope": wanted})
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope"), wanted


@pytest.mark.parametrize(("given", "error"), [({}, "invalid_request"), ({"grant_type": "password"}, "unsupported_grant_type"), ({"grant_type": "authorization_code", "code": "x", "redirect_uri": "https://example.com"}, "unsupported_grant_type"),
                                              ({"grant_type": "refresh_token", "refresh_token": "x"}, "unsupported_grant_type"), ({"grant_type": ""}, "invalid_request"), ({**GRANT, "client_secret": "x"}, "invalid_request"),
                                              ({**GRANT, "client_id": "ptc_AAAAAAAAAAAAAAAA"}, "invalid_request"), ({**GRANT, "scope": " "}, "invalid_scope")])  # fmt: skip
def test_errors_are_those_of_the_rfc(cast, given, error):
    key, secret = made_by(cast.sanne)
    answer = ask(key, secret, given)
    assert (answer.status_code, answer.json()["error"], answer["Cache-Control"]) == (400, error, "no-store")


def test_a_parameter_twice_or_in_the_address_is_refused(cast):
    key, secret = made_by(cast.sanne)
    headers = {"host": "localhost", "authorization": basic(key.client_id, secret)}
    twice = Client().post("/api/oauth/token", "grant_type=client_credentials&grant_type=client_credentials", content_type=FORM, headers=headers)
    there = Client().post(f"/api/oauth/token?client_id={key.client_id}&client_secret={secret}", "grant_type=client_credentials", content_type=FORM, headers={"host": "localhost"})
    long = Client().post("/api/oauth/token", "grant_type=client_credentials&x=" + "a" * 20_000, content_type=FORM, headers=headers)
    assert [(answer.status_code, answer.json()["error"]) for answer in (twice, there, long)] == [(400, "invalid_request")] * 3
    assert Client().get("/api/oauth/token", headers=headers).status_code == 405


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Basic " + base64.b64encode(b"nothing").decode(), "Basic " + base64.b64encode(b"\xff\xfe:x").decode(), basic("ptc_AAAAAAAAAAAAAAAA", "pts_" + "A" * 43),
                                    basic("ptc_AAAA\0AAAAAAAAAAA", "x"), "Bearer ptk_" + "x" * 43])  # fmt: skip
def test_who_shows_no_right_secret_is_told_nothing_more(cast, header):
    made_by(cast.sanne)
    answer = Client().post("/api/oauth/token", "grant_type=client_credentials", content_type=FORM, headers={"host": "localhost", "authorization": header})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client") and answer["WWW-Authenticate"].startswith("Basic ")


def test_known_and_unknown_clients_get_the_same_answer(cast):
    key, _secret = made_by(cast.sanne)
    wrong = [ask(key, "pts_" + "A" * 43), Client().post("/api/oauth/token", "grant_type=client_credentials", content_type=FORM, headers={"host": "localhost", "authorization": basic("ptc_AAAAAAAAAAAAAAAA", "pts_" + "A" * 43)})]
    assert wrong[0].content == wrong[1].content and wrong[0].status_code == wrong[1].status_code == 401


def test_a_client_of_one_portal_is_nobody_in_the_other(cast):
    key, secret = made_by(cast.sanne)
    assert ask(key, secret, host="brand.localhost").status_code == 401
    token = token_of(key, secret)
    assert Machine(token, "brand.localhost").get("/products").status_code == 401


def test_a_client_s_secret_and_a_key_are_no_tokens_and_a_token_no_secret(cast):
    key, secret = made_by(cast.sanne)
    assert Machine(secret).get("/products").status_code == 401 and Machine(key.client_id).get("/products").status_code == 401
    with scope(cast.sanne):
        plain, own = actions.create_key(cast.sanne, name="x", rights=["catalog.view"])
    assert plain.client_id is None
    token = token_of(key, secret)
    answer = ask(key, token)
    assert answer.status_code == 401
    assert Client().post("/api/oauth/token", "grant_type=client_credentials", content_type=FORM, headers={"host": "localhost", "authorization": basic(key.client_id, own)}).status_code == 401
    assert Machine(token).get("/products").status_code == 200
    refused = Machine("pta_" + "x" * 43).get("/products")
    assert refused.status_code == 401 and 'error="invalid_token"' in refused["WWW-Authenticate"]
    assert 'error=' not in Machine(None).get("/products")["WWW-Authenticate"]


def test_a_token_ends_at_its_time_and_its_row_is_swept(cast):
    key, secret = made_by(cast.sanne)
    token = token_of(key, secret)
    with scope(cast.system):
        ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Machine(token).get("/products").status_code == 401
    token_of(key, secret)
    with scope(cast.system):
        jobs.drop_old_tokens(cast.system)
        assert ApiToken.objects.count() == 1
    with scope(cast.olga), pytest.raises(NotFound):
        actions.drop_old_tokens(cast.olga, before=timezone.now())


def test_a_token_ends_with_the_client_the_membership_the_right_and_the_ceiling(cast):
    sanne = cast.sanne
    key, secret = made_by(sanne)
    token = token_of(key, secret)
    assert Machine(token).get("/products").status_code == 200
    with scope(cast.system):
        role = Role.objects.get(code="admin")
        Role.objects.filter(pk=role.pk).update(rights=[right for right in role.rights if right != "catalog.view"])
    assert Machine(token).get("/products").status_code == 403
    assert ask(key, secret, {**GRANT, "scope": "catalog.view"}).json()["error"] == "invalid_scope"
    with scope(cast.system):
        Role.objects.filter(pk=role.pk).update(rights=role.rights)
        Membership.objects.filter(user_id=sanne.user_id).update(is_active=False)
    assert Machine(token).get("/products").status_code == 401 and ask(key, secret).status_code == 401
    with scope(cast.system):
        Membership.objects.filter(user_id=sanne.user_id).update(is_active=True)
    assert Machine(token).get("/products").status_code == 200
    with scope(sanne):
        actions.revoke_key(sanne, key=key.pk, now=timezone.now())
    assert Machine(token).get("/products").status_code == 401 and ask(key, secret).status_code == 401


def test_a_client_that_has_ended_gets_nothing(cast):
    key, secret = made_by(cast.sanne, expires_at=timezone.now() + timedelta(days=1))
    token = token_of(key, secret)
    with scope(cast.system):
        ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert ask(key, secret).status_code == 401 and Machine(token).get("/products").status_code == 401


def test_a_token_is_given_back_by_its_own_client_only(cast):
    key, secret = made_by(cast.sanne)
    other, others = made_by(cast.dirk)
    token = token_of(key, secret)
    assert ask(other, others, {"token": token}, path="/api/oauth/revoke").status_code == 200
    assert Machine(token).get("/products").status_code == 200
    assert ask(key, others, {"token": token}, path="/api/oauth/revoke").status_code == 401
    assert ask(key, secret, {}, path="/api/oauth/revoke").json()["error"] == "invalid_request"
    assert ask(key, secret, {"token": token, "token_type_hint": "access_token"}, path="/api/oauth/revoke").status_code == 200
    assert Machine(token).get("/products").status_code == 401
    assert ask(key, secret, {"token": token}, path="/api/oauth/revoke").status_code == 200  # a second time is no error


def test_for_a_week_both_secrets_work(cast):
    sanne = cast.sanne
    key, old = made_by(sanne)
    with scope(sanne):
        _key, new = actions.renew_key(sanne, key=key.pk)
        plain, first = actions.create_key(sanne, name="x", rights=["catalog.view"])
        _plain, second = actions.renew_key(sanne, key=plain.pk)
    assert ask(key, old).status_code == ask(key, new).status_code == 200
    assert Machine(first).get("/products").status_code == Machine(second).get("/products").status_code == 200
    with scope(sanne):
        actions.end_old_secret(sanne, key=plain.pk)
    assert Machine(first).get("/products").status_code == 401 and Machine(second).get("/products").status_code == 200
    with scope(cast.system):
        ApiKey.objects.filter(pk=key.pk).update(old_until=timezone.now() - timedelta(seconds=1))
    assert ask(key, old).status_code == 401 and ask(key, new).status_code == 200


def test_a_key_is_taken_over_by_who_has_its_rights(cast):
    sanne, youssef = cast.sanne, cast.youssef
    with scope(sanne):
        key, secret = actions.create_key(sanne, name="x", rights=["catalog.view", "invoice.view"])
    with scope(youssef), pytest.raises(Forbidden):
        actions.take_over_key(youssef, key=key.pk)
    with scope(cast.system):
        admin, buyer = Role.objects.get(code="admin"), Role.objects.get(code="buyer")
        Role.objects.filter(pk=buyer.pk).update(rights=["catalog.view", "apikey.manage"])
    youssef = cast.youssef
    with scope(youssef), pytest.raises(Refused, match="rights-lacking"):
        actions.take_over_key(youssef, key=key.pk)
    with scope(cast.system):
        Membership.objects.filter(user_id=youssef.user_id).update(role=admin)
        Membership.objects.filter(user_id=sanne.user_id).update(is_active=False)
    assert Machine(secret).get("/products").status_code == 401
    assert "Niemand" in client_of("youssef").get("/api/keys/").content.decode()
    assert client_of("youssef").post(f"/api/keys/{key.pk}/take-over/").status_code == 302
    assert Machine(secret).get("/products").status_code == 200


@pytest.mark.parametrize("deed", ["renew", "old/end", "take-over"])
def test_another_company_s_key_is_not_there(cast, client_of, deed):
    key, secret = made_by(cast.sanne)
    for who in ("dirk", "otto", "nadia2"):
        assert client_of(who).post(f"/api/keys/{key.pk}/{deed}/").status_code == 404
    assert client_of("youssef").post(f"/api/keys/{key.pk}/{deed}/").status_code == 403
    if deed != "old/end":  # staff may end it, and never speak for a party
        assert client_of("olga").post(f"/api/keys/{key.pk}/{deed}/").status_code == 404
    assert ask(key, secret).status_code == 200


def test_clients_are_made_and_renewed_on_the_page(cast):
    client = client_of("sanne")
    made = client.post("/api/keys/new/", {"kind": "client", "name": "Pakket", "rights": ["catalog.view"]})
    assert made.status_code == 201 and b"pts_" in made.content and b"ptc_" in made.content
    with scope(cast.sanne):
        key = ApiKey.objects.get()
    page = client.get("/api/keys/").content.decode()
    assert key.client_id in page and "pts_" not in page
    renewed = client.post(f"/api/keys/{key.pk}/renew/")
    assert renewed.status_code == 200 and b"pts_" in renewed.content
    assert client.post("/api/keys/new/", {"kind": "wizard", "name": "x", "rights": ["catalog.view"]}).status_code == 422
    client.post(f"/api/keys/{key.pk}/revoke/")
    assert client.post(f"/api/keys/{key.pk}/renew/").status_code == 422


def test_a_machine_makes_no_keys_and_no_token_without_a_client(cast):
    from dataclasses import replace

    sanne = cast.sanne
    key, _secret = made_by(sanne)
    machine = replace(sanne, api_key_id=key.pk)
    with scope(machine):
        for act in (actions.renew_key, actions.take_over_key, actions.end_old_secret):
            with pytest.raises(Refused, match="made-by-machine"):
                act(machine, key=key.pk)
    with scope(sanne), pytest.raises(Forbidden):
        actions.issue_token(sanne, rights=["catalog.view"])
    with scope(machine), pytest.raises(Forbidden):
        actions.issue_token(machine, rights=["connector.manage"])


def test_the_log_names_the_client(cast):
    key, secret = made_by(cast.sanne, "order.place", "order.view.company", "catalog.view")
    machine = Machine(token_of(key, secret))
    placed = machine.post("/orders", {"lines": [{"sku": "GP-125-2600", "quantity": "60"}]}, idempotency_key="a-1")
    assert placed.status_code == 201, placed.content
    with scope(cast.sanne):
        row = FactRow.objects.filter(text=placed.json()["number"]).order_by("pk").first()
    assert (row.api_key_id, row.user_name, row.user_id) == (key.pk, "Pakket", cast.sanne.user_id)


def test_who_asks_too_often_waits(cast, monkeypatch):
    monkeypatch.setattr(oauth, "PER_CLIENT", 2)
    key, secret = made_by(cast.sanne)
    other, others = made_by(cast.dirk)
    assert [ask(key, secret).status_code for _one in range(3)] == [200, 200, 429]
    assert int(ask(key, secret)["Retry-After"]) >= 1 and ask(other, others).status_code == 200


def test_the_metadata_is_that_of_the_portal_asked(cast):
    answer = Client().get("/.well-known/oauth-authorization-server", headers={"host": "localhost"})
    said = answer.json()
    assert answer.status_code == 200 and said["issuer"] == "http://localhost:8000" and said["token_endpoint"] == "http://localhost:8000/api/oauth/token"
    assert said["grant_types_supported"] == ["client_credentials"] and said["response_types_supported"] == [] and "catalog.view" in said["scopes_supported"] and "order.view.company" in said["scopes_supported"]
    assert Client().get("/.well-known/oauth-authorization-server", headers={"host": "evil.example"}).status_code == 404
    assert "authorization_endpoint" not in said


@pytest.mark.no_database
def test_what_a_client_may_ask():
    held = ["a.b", "c.d"]
    assert rules.asked(None, held) == ["a.b", "c.d"] and rules.asked("a.b", held) == ["a.b"] and rules.asked("c.d a.b a.b", held) == ["a.b", "c.d"]
    assert [rules.asked(scope, held) for scope in ("", " ", "a.b x", "a.b  c.d", "a\nb")] == [None] * 5 and rules.asked(None, []) is None
