"""The API: keys, rights, isolation, idempotency, and the description that is kept."""

from __future__ import annotations

import json
from decimal import Decimal

import psycopg
import pytest
from django.test import override_settings

from portiek.config.testing import other_database
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.pace import Pace
from portiek.edges.api import actions
from portiek.edges.api.cast import Machine, secret_of
from portiek.edges.api.mount import schema
from portiek.edges.api.rules import key_of
from portiek.foundation.accounts.cast import Cast, client_of


def test_reads_the_own_assortment(cast, machine_of):
    sanne = machine_of(cast.sanne)
    listed = sanne.get("/products", limit=5)
    assert listed.status_code == 200, listed.content
    first = listed.json()
    assert len(first["items"]) == 5
    second = sanne.get("/products", limit=5, cursor=first["next"]).json()
    assert {item["sku"] for item in first["items"]}.isdisjoint(item["sku"] for item in second["items"])
    assert sanne.get(f"/products/{first['items'][0]['sku']}").json()["sku"] == first["items"][0]["sku"]


def test_prices_are_those_of_the_key_s_company(cast, machine_of):
    answer = machine_of(cast.sanne).post("/prices:lookup", {"lines": [{"sku": "GP-125-2600", "quantity": "50"}, {"sku": "bestaat-niet"}, {"sku": "BB-1001"}]})
    assert answer.status_code == 200, answer.content
    plate, nothing, own = answer.json()
    assert Decimal(plate["net"]) < Decimal(plate["list_price"]) and plate["explanation"]
    assert nothing["result"] == "unknown"
    assert own["net"]  # the company's own number works too
    # A dealer whose assortment lacks the plate does not learn that it exists.
    assert machine_of(cast.dirk).post("/prices:lookup", {"lines": [{"sku": "GP-125-2600"}]}).json()[0]["result"] == "unknown"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nothing", "Basic abc", "Bearer ptk_" + "x" * 43, "bearer  ptk_" + "x" * 43])
def test_without_a_key_nothing(header):
    from django.test import Client

    answer = Client().get("/api/v1/products", headers={"host": "localhost", "authorization": header})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert "WWW-Authenticate" in answer


def test_a_cookie_is_no_key():
    assert client_of("sanne").get("/api/v1/products").status_code == 401


def test_a_key_of_one_portal_is_nothing_in_the_other(cast, machine_of):
    machine = machine_of(cast.sanne)
    machine.headers["host"] = "brand.localhost"
    assert machine.get("/products").status_code == 401


def test_a_key_ends_when_revoked_and_with_the_membership(cast, machine_of):
    from django.utils import timezone

    from portiek.edges.api.models import ApiKey
    from portiek.foundation.accounts.models import Membership

    sanne = cast.sanne
    machine = machine_of(sanne)
    assert machine.get("/products").status_code == 200
    with scope(cast.system):
        Membership.objects.filter(user_id=sanne.user_id).update(is_active=False)
    assert machine.get("/products").status_code == 401
    with scope(cast.system):
        Membership.objects.filter(user_id=sanne.user_id).update(is_active=True)
    with scope(sanne):
        actions.revoke_key(sanne, key=ApiKey.objects.get().pk, now=timezone.now())
    assert machine.get("/products").status_code == 401


def test_a_key_has_its_rights_and_no_more(cast, machine_of):
    machine = machine_of(cast.sanne, "catalog.view")
    assert machine.get("/products").status_code == 200
    answer = machine.post("/prices:lookup", {"lines": [{"sku": "GP-125-2600"}]})
    assert answer.status_code == 403
    assert answer.json()["code"] == "forbidden"


def test_nobody_gives_what_he_lacks(cast):
    sanne = cast.sanne
    with scope(sanne), pytest.raises(Refused, match="rights-lacking"):
        actions.create_key(sanne, name="x", rights=["connector.manage"])
    with scope(cast.youssef), pytest.raises(Forbidden):
        actions.create_key(cast.youssef, name="x", rights=["catalog.view"])


def test_the_same_key_twice_is_answered_once(cast, machine_of):
    machine = machine_of(cast.sanne)
    body = {"lines": [{"sku": "GP-125-2600", "quantity": "10"}]}
    first = machine.post("/prices:lookup", body, idempotency_key="a-1")
    again = machine.post("/prices:lookup", body, idempotency_key="a-1")
    other = machine.post("/prices:lookup", {"lines": [{"sku": "MS-C75-26"}]}, idempotency_key="a-1")
    assert first.status_code == again.status_code == 200
    assert again["Idempotent-Replay"] == "true" and first.json() == again.json()
    assert other.status_code == 422 and other.json()["code"] == "idempotency-key-reused"
    stranger = machine_of(cast.dirk).post("/prices:lookup", body, idempotency_key="a-1")
    assert "Idempotent-Replay" not in stranger


@pytest.mark.parametrize("body", [{}, {"lines": []}, {"lines": [{"sku": "x", "quantity": "-1"}]}, {"lines": [{"sku": "x", "quantity": "NaN"}]}, {"lines": [{"sku": "x", "quantity": "1e308"}]},
                                  {"lines": [{"sku": "a\0b"}]}, {"lines": [{"sku": "x", "party_id": 1}]}, [], None, "x", {"lines": [{"sku": "x"}] * 1001}])
def test_bad_bodies_are_named(cast, machine_of, body):
    answer = machine_of(cast.sanne).post("/prices:lookup", body)
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("cursor", ["x", "W10", "\0", "A" * 401, "eyJ9", "WzFd", "W251bGwsbnVsbF0"])
def test_a_cursor_of_another_s_making_is_harmless(cast, machine_of, cursor):
    assert machine_of(cast.sanne).get("/products", cursor=cursor).status_code in (200, 400, 422)


def test_who_asks_too_often_is_told_when_to_come_back(cast, machine_of, monkeypatch):
    from portiek.core import api

    monkeypatch.setattr(api, "pace", Pace())
    sanne, other, dirk = machine_of(cast.sanne), machine_of(cast.sanne), machine_of(cast.dirk)
    with override_settings(API_PER_MINUTE=3):
        assert [sanne.get("/balance").status_code for _ in range(3)] == [200] * 3
        answer = other.get("/balance")  # another key of the same company
        assert (answer.status_code, answer.json()["code"]) == (429, "too-many-requests") and 1 <= int(answer["Retry-After"]) <= 20
        assert dirk.get("/products").status_code == 200


@pytest.mark.no_database
def test_a_turn_comes_back_evenly():
    pace = Pace()
    assert [pace.wait("a", 60, 0.0) for _ in range(61)] == [0] * 60 + [1]
    assert [pace.wait("a", 60, 1.0), pace.wait("a", 60, 1.0), pace.wait("b", 60, 1.0)] == [0, 1, 0]
    assert [pace.wait("a", 60, 70.0) for _ in range(61)] == [0] * 60 + [1]
    for caller in range(30_000):
        pace.wait(caller, 60, 1000.0 + caller)
    assert len(pace._due) < 10_001


def test_problems_are_in_the_reader_s_language(cast, machine_of):
    from portiek.foundation.accounts.models import User

    answer = machine_of(cast.sanne).get("/orders/bestaat-niet")
    assert (answer.status_code, answer.json()["code"], answer.json()["kept"]) == (404, "not-found", "Er is niets gewijzigd.")
    with scope(cast.system):
        User.objects.filter(pk=cast.sanne.user_id).update(language="en")
    assert machine_of(cast.sanne).get("/orders/bestaat-niet").json()["kept"] == "Nothing was changed."


@pytest.mark.parametrize(("method", "path", "status", "code"), [("delete", "/orders", 405, "method"), ("put", "/orders/1", 405, "method"), ("get", "/nergens", 404, "not-found"),
                                                                ("get", "/orders?search=%00", 400, "bad-request"), ("post", "/orders:validate", 400, "bad-request")])
def test_every_error_is_a_problem_document(cast, machine_of, method, path, status, code):
    machine = machine_of(cast.sanne)
    answer = getattr(machine.client, method)(f"/api/v1{path}", headers=machine.headers, **({"data": "{", "content_type": "application/json"} if method == "post" else {}))
    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (status, "application/problem+json", code)
    assert "Allow" in answer or status != 405


@pytest.mark.no_database
def test_a_request_that_waits_for_its_twin_too_long_is_told_so():
    """The first request with a key is still at work, in a transaction of its own, when the second gives up."""
    with other_database("twins") as url:
        sanne = Cast().sanne
        machine = Machine(secret_of(sanne))
        with psycopg.connect(url) as first:
            first.execute("INSERT INTO core_idempotent (portal_id, party_id, route, key, body, status, answer, at) VALUES (%s, %s, 'POST /api/v1/prices:lookup', 'k', '', 200, '', now())",
                          [sanne.portal_id, sanne.party_id])
            answer = machine.post("/prices:lookup", {"lines": [{"sku": "GP-125-2600"}]}, idempotency_key="k")
            assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (409, "idempotency-key-in-use", "5")
            first.rollback()
        assert machine.post("/prices:lookup", {"lines": [{"sku": "GP-125-2600"}]}, idempotency_key="k").status_code == 200


@pytest.mark.no_database
def test_a_key_is_read_from_the_header_only():
    assert key_of("Bearer ptk_" + "a" * 43) == key_of("bearer ptk_" + "a" * 43)
    assert key_of("Bearer ptk_" + "a" * 42) is None


@pytest.mark.no_database
def test_the_description_is_kept():
    """A changed API is a changed file: docs/reference/openapi.json."""
    from pathlib import Path

    path = Path(__file__).resolve().parents[4] / "docs" / "reference" / "openapi.json"
    made = json.dumps(schema(), indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n"
    kept = path.read_text() if path.exists() else ""
    if kept != made:
        path.write_text(made)
    assert kept == made, "the API changed: docs/reference/openapi.json was written anew; review and commit it"


@pytest.mark.no_database
def test_every_operation_says_its_right():
    from portiek.core.permissions import rights
    from portiek.edges.api.mount import api

    count = 0
    for _prefix, router in api()._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                assert operation.view_func.access[0] in rights(), operation.view_func
                count += 1
    assert count >= 3


def test_keys_are_made_and_ended_on_the_page(cast):
    client = client_of("sanne")
    assert client.get("/api/keys/").status_code == 200
    made = client.post("/api/keys/new/", {"kind": "key", "name": "Webshop", "rights": ["catalog.view"]})
    assert made.status_code == 201 and b"ptk_" in made.content
    assert b"ptk_" not in client.get("/api/keys/").content.replace(made.context["x"] if made.context else b"", b"").replace(b"ptk_", b"", 1)
    assert client.post("/api/keys/new/", {"kind": "key", "name": "Webshop", "rights": ["connector.manage"]}).status_code == 422
    assert client_of("youssef").get("/api/keys/").status_code == 403
    assert client.get("/api/docs/").status_code == 200


def test_another_company_s_key_is_not_there(cast):
    sanne = cast.sanne
    with scope(sanne):
        key, _secret = actions.create_key(sanne, name="x", rights=["catalog.view"])
    assert client_of("dirk").post(f"/api/keys/{key.pk}/revoke/").status_code == 404
    assert client_of("sanne").post(f"/api/keys/{key.pk}/revoke/").status_code == 302


def test_answers_are_forgotten_after_a_week(cast, machine_of):
    from datetime import timedelta

    from django.utils import timezone

    from portiek.core.models import Idempotent
    from portiek.edges.api import jobs

    machine = machine_of(cast.sanne)
    for key in ("old", "new"):
        machine.post("/prices:lookup", {"lines": [{"sku": "GP-125-2600"}]}, idempotency_key=key)
    with scope(cast.system):
        Idempotent.objects.filter(key="old").update(at=timezone.now() - timedelta(days=8))
        jobs.forget_answers(cast.system)
        assert list(Idempotent.objects.filter(key__in=["old", "new"]).values_list("key", flat=True)) == ["new"]
    with scope(cast.olga), pytest.raises(NotFound):
        actions.forget_answers(cast.olga, now=timezone.now())
