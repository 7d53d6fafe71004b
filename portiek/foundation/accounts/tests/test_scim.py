"""SCIM 2.0: accounts that a company's own provider keeps, as Entra ID and Okta do it, and everything that it may not (T32, T63)."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver
from scim2_models import Error, Group, ListResponse, ResourceType, Schema, ServiceProviderConfig, User

from portiek.config.testing import recorded
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import Refused
from portiek.foundation.accounts import actions, facts, queries, scim
from portiek.foundation.accounts import models as tables
from portiek.foundation.accounts.actions.entering import Entered, Visit
from portiek.foundation.accounts.models import Identity, Membership, Provider, Role, ScimToken
from portiek.foundation.accounts.proofs import Proof
from portiek.foundation.parties.models import Party

USERS, GROUPS = "/scim/v2/Users", "/scim/v2/Groups"


class Machine:
    """The machine of a provider, with its token."""

    def __init__(self, token: str, host: str = "localhost") -> None:
        self.client, self.headers = Client(raise_request_exception=True, enforce_csrf_checks=True), {"host": host, "authorization": f"Bearer {token}"}

    def ask(self, method, path, body=None, **more):
        data = json.dumps(body) if isinstance(body, dict) else body or ""
        return self.client.generic(method, path, data, content_type="application/scim+json", headers={**self.headers, **more})

    def get(self, path):
        return self.ask("GET", path).json()

    def one(self, path, condition):
        return self.get(f"{path}?filter={condition}")["Resources"]


def provider_of(actor, number, **more):
    with scope(actor):
        party = Party.objects.get(number=number) if number else None
        row = actions.add_provider(actor, kind="oidc", party=party, label="Entra", issuer="https://127.0.0.1", settings={"client_id": "x", "audience": "staff", **more})
        Provider.objects.filter(pk=row.pk).update(is_active=True, endpoints={"x": "y"}, keys=[{"kid": "x"}])
        return Provider.objects.get(pk=row.pk), actions.make_scim_token(actor, provider=row)


@pytest.fixture
def buyer(cast):
    with scope(cast.sanne):
        return Role.objects.get(code="buyer", owner=None)


@pytest.fixture
def bakker(cast, buyer):
    return provider_of(cast.sanne, "10042", role=buyer)


@pytest.fixture
def entra(bakker):
    return Machine(bakker[1])


def jan(**more):
    return {"schemas": [scim.USER], "userName": "jan@bakker.example", "externalId": "oid-jan", "displayName": "Jan de Boer", "active": True, "emails": [{"value": "jan@bakker.example", "type": "work", "primary": True}], **more}


def places(email, party="10042"):
    with scope(Actor.system(1)):
        found = Membership.objects.filter(user__email=email, is_active=True).select_related("role", "party")
        return sorted((place.party.number if place.party else "", place.role.code) for place in found)


def made(machine, **more):
    answer = machine.ask("POST", USERS, jan(**more))
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_somebody_is_made_shown_and_found(entra, cast):
    answer = entra.ask("POST", USERS, jan())
    assert (answer.status_code, answer["Content-Type"]) == (201, "application/scim+json")
    shown = answer.json()
    User.model_validate(shown)
    assert answer["Location"] == shown["meta"]["location"] and shown["meta"]["location"].startswith("http://localhost")
    assert shown["userName"] == "jan@bakker.example" and shown["externalId"] == "oid-jan" and len(shown["id"]) == 36
    assert places("jan@bakker.example") == [("10042", "buyer")]
    for condition in ('userName eq "JAN@bakker.example"', 'externalId eq "oid-jan"', 'displayName eq "Jan de Boer" and active eq true', f'id eq "{shown["id"]}"', 'emails.value eq "jan@bakker.example"'):
        assert [row["id"] for row in entra.one(USERS, condition)] == [shown["id"]], condition
    assert entra.one(USERS, 'userName eq "nobody"') == [] and entra.one(USERS, 'active eq false') == []
    assert entra.get(f"{USERS}/{shown['id']}") == shown
    with scope(cast.sanne):
        assert [type(fact).__name__ for fact in recorded()][-1] == "MembershipGranted"


def test_pages_of_a_list(entra):
    for number in range(5):
        made(entra, userName=f"p{number}@bakker.example", externalId=str(number), emails=[{"value": f"p{number}@bakker.example"}])
    found = entra.get(f"{USERS}?startIndex=2&count=2")
    ListResponse[User].model_validate(found)
    assert (found["totalResults"], found["startIndex"], found["itemsPerPage"], [row["userName"] for row in found["Resources"]]) == (5, 2, 2, ["p1@bakker.example", "p2@bakker.example"])
    assert entra.get(f"{USERS}?count=0")["Resources"] == [] and entra.get(f"{USERS}?count=0")["totalResults"] == 5
    assert entra.get(f"{USERS}?startIndex=-4&count=99999")["itemsPerPage"] == 5
    assert entra.ask("GET", f"{USERS}?startIndex=x").status_code == 400


ENDS = [
    {"Operations": [{"op": "Replace", "path": "active", "value": "False"}]},  # Entra ID
    {"Operations": [{"op": "replace", "value": {"active": False}}]},  # Okta
    {"operations": [{"op": "replace", "path": f"{scim.USER}:active", "value": False}]},
]


@pytest.mark.parametrize("body", ENDS)
def test_access_ends_and_comes_back(entra, body):
    key = made(entra)["id"]
    answer = entra.ask("PATCH", f"{USERS}/{key}", {"schemas": [scim.PATCH], **body})
    assert answer.status_code == 200 and answer.json()["active"] is False
    assert places("jan@bakker.example") == []
    assert entra.ask("PATCH", f"{USERS}/{key}", {"Operations": [{"op": "Replace", "path": "active", "value": "True"}]}).json()["active"] is True
    assert places("jan@bakker.example") == [("10042", "buyer")]


def test_a_session_ends_with_the_access(entra, bakker):
    """At once, in every browser; and the link is gone with the person."""
    key = made(entra)["id"]
    gate = Actor.gate(1)
    with scope(gate):
        entered = actions.enter_elsewhere(gate, provider_id=bakker[0].pk, proof=Proof("oid-jan", settings_until(), ("nonce:1",)), visit=Visit())
    assert isinstance(entered, Entered), "whom the provider keeps under this name comes in by it"
    client = Client(headers={"host": "localhost"})
    client.cookies[settings.SESSION_COOKIE] = entered.token
    assert client.get("/").status_code == 200
    assert entra.ask("DELETE", f"{USERS}/{key}").status_code == 204
    assert client.get("/").status_code == 302
    assert entra.ask("GET", f"{USERS}/{key}").status_code == 404 and entra.ask("DELETE", f"{USERS}/{key}").status_code == 404
    with scope(gate):
        assert not Identity.objects.filter(subject="oid-jan", ended_at=None).exists()
    assert made(entra)["id"] == key, "who comes back is the same person"
    assert places("jan@bakker.example") == [("10042", "buyer")]


def settings_until():
    from django.utils import timezone

    return timezone.now()


def test_a_person_is_replaced_and_patched(entra):
    key = made(entra)["id"]
    answer = entra.ask("PUT", f"{USERS}/{key}", jan(displayName="Jan Anders", emails=[{"value": "jan.anders@bakker.example"}]))
    assert answer.status_code == 200 and answer.json()["displayName"] == "Jan Anders"
    answer = entra.ask("PATCH", f"{USERS}/{key}", {"Operations": [{"op": "Replace", "path": 'emails[type eq "work"].value', "value": "jan3@bakker.example"}, {"op": "Add", "path": "name.givenName", "value": "Janneke"},
                                                                  {"op": "Add", "path": "name.familyName", "value": "de Boer"}, {"op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "X"}]})
    shown = answer.json()
    assert (answer.status_code, shown["emails"][0]["value"], shown["displayName"]) == (200, "jan3@bakker.example", "Janneke de Boer")
    with scope(Actor.system(1)):
        assert tables.User.objects.filter(email="jan3@bakker.example", name="Janneke de Boer").exists()


def test_nobody_is_taken_over(entra, cast):
    """T32: an address that is somebody's here is refused, a colleague's, another company's or the staff's alike, and nothing is told of them."""
    for email in ("sanne@bakker.example", "dirk@devries.example", "olga.smit@vandijk.example"):
        answer = entra.ask("POST", USERS, jan(userName="anders", emails=[{"value": email}]))
        Error.model_validate(answer.json())
        assert (answer.status_code, answer.json()["scimType"]) == (409, "uniqueness")
    assert entra.get(USERS)["totalResults"] == 0
    key = made(entra)["id"]
    for email in ("sanne@bakker.example", "dirk@devries.example"):
        assert entra.ask("PATCH", f"{USERS}/{key}", {"Operations": [{"op": "replace", "path": "emails", "value": [{"value": email}]}]}).status_code == 409
    assert places("dirk@devries.example") == [("10077", "admin")] and places("jan@bakker.example") == [("10042", "buyer")]


def test_the_same_address_in_another_portal_is_somebody_else(entra):
    key = made(entra, userName="otto@brandtechniek.example", emails=[{"value": "otto@brandtechniek.example"}])["id"]
    entra.ask("DELETE", f"{USERS}/{key}")
    with scope(Actor.system(2)):
        assert Membership.objects.filter(user__email="otto@brandtechniek.example", is_active=True).count() == 1


def test_who_is_linked_is_kept_and_his_address_is_his_own(entra, bakker, cast):
    """Karin works for two companies: she is adopted because she linked herself; her name, her address and her other place are not this provider's."""
    with scope(Actor.gate(1)):
        karin = tables.User.objects.get(email="karin@bakker.example")
        Identity.objects.create(portal_id=1, provider_id=bakker[0].pk, user=karin, subject="oid-karin")
    key = made(entra, userName="karin@bakker.example", displayName="Iemand Anders", emails=[{"value": "karin@bakker.example"}])["id"]
    assert entra.ask("PATCH", f"{USERS}/{key}", {"Operations": [{"op": "replace", "path": "emails", "value": [{"value": "van.mij@bakker.example"}]}]}).json()["scimType"] == "mutability"
    with scope(Actor.system(1)):
        assert tables.User.objects.filter(email="karin@bakker.example", name="Karin Bakker").exists()
    assert entra.ask("DELETE", f"{USERS}/{key}").status_code == 204
    assert places("karin@bakker.example") == [("10077", "finance")]


def test_another_providers_people_are_not_there(entra, cast, bakker, buyer):
    """Another company's, another provider of the same company, another portal: unknown and foreign give the same answer."""
    mine, group = made(entra)["id"], entra.ask("POST", GROUPS, {"displayName": "Inkoop"}).json()["id"]
    others = [Machine(provider_of(cast.dirk, "10077")[1]), Machine(provider_of(cast.sanne, "10042")[1]), Machine(provider_of(cast.otto, None)[1], "brand.localhost")]
    for other in others:
        assert other.get(USERS)["totalResults"] == 0 and other.get(GROUPS)["totalResults"] == 0
        nowhere = "00000000-0000-4000-8000-000000000000"
        for method, body in (("GET", None), ("PUT", jan()), ("PATCH", ENDS[0]), ("DELETE", None)):
            for path, there in ((USERS, mine), (GROUPS, group)):
                foreign, missing = other.ask(method, f"{path}/{there}", body), other.ask(method, f"{path}/{nowhere}", body)
                assert (foreign.status_code, foreign.content) == (404, missing.content), (method, path)
        assert other.ask("POST", GROUPS, {"displayName": "Van hen", "members": [{"value": mine}]}).status_code == 400
    assert places("jan@bakker.example") == [("10042", "buyer")]


def group_of(machine, cast, bakker, role, *members, name="Inkoop"):
    answer = machine.ask("POST", GROUPS, {"displayName": name, "members": [{"value": member} for member in members]})
    assert answer.status_code == 201, answer.content
    Group.model_validate(answer.json())
    if role:
        with scope(cast.sanne):
            row = queries.scim_groups(cast.sanne, provider_id=bakker[0].pk).get(display_name=name)
            actions.map_group(cast.sanne, group=row, role=Role.objects.get(code=role, owner=None))
    return answer.json()["id"]


def test_groups_give_roles(entra, cast, bakker):
    key = made(entra)["id"]
    group = group_of(entra, cast, bakker, "finance")
    add, gone = {"Operations": [{"op": "Add", "path": "members", "value": [{"value": key}]}]}, {"Operations": [{"op": "Remove", "path": f'members[value eq "{key}"]'}]}
    assert [row["value"] for row in entra.ask("PATCH", f"{GROUPS}/{group}", add).json()["members"]] == [key]
    assert places("jan@bakker.example") == [("10042", "finance")]
    assert entra.get(f"{USERS}/{key}")["groups"][0]["display"] == "Inkoop"
    assert "members" not in entra.get(f"{GROUPS}/{group}?excludedAttributes=members")
    assert entra.ask("PATCH", f"{GROUPS}/{group}", gone).json()["members"] == []
    assert places("jan@bakker.example") == [("10042", "buyer")]
    entra.ask("PATCH", f"{GROUPS}/{group}", add)
    entra.ask("PATCH", f"{GROUPS}/{group}", {"Operations": [{"op": "Remove", "path": "members", "value": [{"value": key}]}]})  # Entra ID of old
    assert places("jan@bakker.example") == [("10042", "buyer")]
    assert entra.ask("PUT", f"{GROUPS}/{group}", {"displayName": "Boekhouding", "members": [{"value": key}]}).json()["displayName"] == "Boekhouding"
    assert places("jan@bakker.example") == [("10042", "finance")]
    assert entra.ask("DELETE", f"{GROUPS}/{group}").status_code == 204
    assert places("jan@bakker.example") == [("10042", "buyer")]


def test_a_group_gives_nothing_by_itself(entra, cast, bakker):
    """Whatever it is called: a role comes from who may give it here."""
    key = made(entra)["id"]
    group_of(entra, cast, bakker, None, key, name="Beheerder")
    assert places("jan@bakker.example") == [("10042", "buyer")]
    with scope(cast.sanne):
        row = queries.scim_groups(cast.sanne, provider_id=bakker[0].pk).get()
        with pytest.raises(Refused) as refused:
            actions.map_group(cast.sanne, group=row, role=Role.objects.get(code="staff-admin", owner=None))
    assert refused.value.code == "role-elsewhere"


def test_another_role_for_a_group_holds_at_once(entra, cast, bakker):
    key = made(entra)["id"]
    group_of(entra, cast, bakker, "finance", key)
    assert places("jan@bakker.example") == [("10042", "finance")]
    with scope(cast.sanne):
        row = queries.scim_groups(cast.sanne, provider_id=bakker[0].pk).get()
        actions.map_group(cast.sanne, group=row, role=Role.objects.get(code="viewer", owner=None))
    assert places("jan@bakker.example") == [("10042", "viewer")]
    with scope(cast.sanne):
        actions.map_group(cast.sanne, group=row, role=None)
    assert places("jan@bakker.example") == [("10042", "buyer")]


def test_roles_beyond_ones_own_are_not_given_to_a_group(entra, cast, client_of, bakker):
    group_of(entra, cast, bakker, None)
    with scope(cast.sanne):
        row = queries.scim_groups(cast.sanne, provider_id=bakker[0].pk).get()
    with scope(Actor.system(1)):
        admin, staff = Role.objects.get(code="admin", owner=None).pk, Role.objects.get(code="staff-admin", owner=None).pk
    assert client_of("sanne").post(f"/elsewhere/groups/{row.pk}/", {"role": str(staff)}).status_code == 422
    assert client_of("dirk").post(f"/elsewhere/groups/{row.pk}/", {"role": str(admin)}).status_code == 404
    assert client_of("sanne").post(f"/elsewhere/groups/{row.pk}/", {"role": str(admin)}).status_code == 302


def test_the_last_who_manages_people_stays(entra, cast, bakker):
    with scope(Actor.gate(1)):
        sanne = tables.User.objects.get(email="sanne@bakker.example")
        Identity.objects.create(portal_id=1, provider_id=bakker[0].pk, user=sanne, subject="oid-sanne")
    key = made(entra, userName="sanne@bakker.example", emails=[{"value": "sanne@bakker.example"}])["id"]
    answer = entra.ask("PATCH", f"{USERS}/{key}", ENDS[0])
    assert answer.status_code == 409 and ("10042", "admin") in places("sanne@bakker.example")
    assert entra.get(f"{USERS}/{key}")["active"] is True
    assert entra.ask("DELETE", f"{USERS}/{key}").status_code == 409


BAD_FILTERS = ["userName", "userName sw \"x\"", "userName eq", "userName eq x", 'userName eq "x" or active eq true', "(userName eq \"x\")", 'password eq "x"', '"' * 50, 'userName eq "x" and', "userName eq \"" + "x" * 2000 + '"', 'id eq "x" x']


@pytest.mark.parametrize("text", BAD_FILTERS)
def test_a_filter_that_is_none(entra, text):
    from urllib.parse import quote

    answer = entra.ask("GET", f"{USERS}?filter={quote(text)}")
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidFilter")


BAD_USERS = [
    {}, {"userName": ""}, {"userName": "no-address"}, {"userName": 7}, {"userName": ["x"]}, {"userName": "x" * 300}, {"userName": "a\nb@c.nl"}, {"userName": "a@b.nl", "active": "maybe"}, {"userName": "a@b.nl", "active": 7},
    {"userName": "a", "emails": "x"}, {"userName": "a", "emails": [7]}, {"userName": "a", "emails": [{"value": "x"}]}, {"userName": "a", "emails": [{"value": "a@b.nl>,c@d.nl"}]}, {"userName": "a@b.nl", "displayName": {}}, {"userName": "a@b.nl", "externalId": "x" * 300},
    {"userName": "a@b.nl", "name": {"formatted": []}},
]  # fmt: skip
BAD_PATCHES = [
    {}, {"Operations": []}, {"Operations": 7}, {"Operations": [7]}, {"Operations": [{}]}, {"Operations": [{"op": "move", "path": "active"}]}, {"Operations": [{"op": "remove"}]}, {"Operations": [{"op": "replace", "value": 7}]},
    {"Operations": [{"op": "replace", "path": "emails[", "value": 7}]}, {"Operations": [{"op": "replace", "path": "a.b.c", "value": 7}]}, {"Operations": [{"op": "replace", "path": "emails[type co \"x\"].value", "value": "x"}]},
    {"Operations": [{"op": "replace", "path": "active", "value": "x"}]}, {"Operations": [{"op": "remove", "path": "userName"}]}, {"Operations": [{"op": "replace", "path": "name.formatted.x", "value": "x"}]}, {"Operations": [{"op": "add"}] * 2000},
]  # fmt: skip


def test_bad_bodies_are_refused_in_words_and_change_nothing(entra):
    key = made(entra)["id"]
    before = entra.get(f"{USERS}/{key}")
    for method, path, body in [*(("POST", USERS, body) for body in BAD_USERS), *(("PUT", f"{USERS}/{key}", body) for body in BAD_USERS), *(("PATCH", f"{USERS}/{key}", body) for body in BAD_PATCHES),
                               *(("POST", path, body) for path in (USERS, GROUPS) for body in ("", "[]", "{", "null", '"x"', '{"userName": "\\u0000"}', "[" * 5000, b"\xff\xfe")),
                               ("POST", GROUPS, {"displayName": ""}), ("POST", GROUPS, {"displayName": "x", "members": 7}), ("POST", GROUPS, {"displayName": "x", "members": [{"value": "x"}]})]:  # fmt: skip
        answer = entra.ask(method, path, body)
        assert answer.status_code == 400 and answer["Content-Type"] == "application/scim+json" and answer.json()["detail"], (method, path, str(body)[:100], answer.status_code)
    assert entra.ask("POST", USERS, "{" + " " * 1_100_000 + "}").status_code == 413
    assert entra.get(f"{USERS}/{key}") == before and entra.get(USERS)["totalResults"] == 1 and entra.get(GROUPS)["totalResults"] == 0


def test_what_is_spoken_here(entra):
    ServiceProviderConfig.model_validate(entra.get("/scim/v2/ServiceProviderConfig"))
    ListResponse[ResourceType].model_validate(entra.get("/scim/v2/ResourceTypes"))
    ListResponse[Schema].model_validate(entra.get("/scim/v2/Schemas"))
    assert entra.get(f"/scim/v2/Schemas/{scim.USER}")["id"] == scim.USER and entra.get("/scim/v2/ResourceTypes/User")["id"] == "User"
    assert entra.ask("GET", "/scim/v2/Schemas/nothing").status_code == 404
    assert entra.ask("POST", "/scim/v2/ServiceProviderConfig", {}).status_code == 405


def _addresses():
    found = next(item for item in get_resolver().url_patterns if getattr(item, "app_name", "") == "accounts")
    inner = next(item for item in found.url_patterns if getattr(item, "namespace", "") == "scim")
    return [(pattern.callback.access[1], "/scim/v2/" + str(pattern.pattern).replace("<uuid:key>", "00000000-0000-4000-8000-000000000000").replace("<str:key>", "User")) for pattern in inner.url_patterns]


def test_without_a_token_there_is_nothing(entra, bakker, client_of, cast):
    """T63: every address, every method: no token, a wrong one, a revoked one, one in the address, another portal's host, a logged-in browser."""
    assert len(_addresses()) == 9
    token = entra.headers["authorization"].removeprefix("Bearer ")
    with scope(cast.sanne):
        other = actions.make_scim_token(cast.sanne, provider=bakker[0])
        row = ScimToken.objects.filter(provider=bakker[0]).order_by("-pk")[0]
        actions.revoke_scim_token(cast.sanne, provider=bakker[0], key=row.pk)
    wrong = [Machine("x"), Machine(""), Machine("pts_" + "x" * 43), Machine(other), Machine(token, "brand.localhost"), Machine("ptk_" + token[4:])]
    for methods, path in _addresses():
        for machine in wrong:
            for method in methods:
                answer = machine.ask(method, path, {})
                assert answer.status_code == 401 and answer["WWW-Authenticate"].startswith("Bearer"), path
        assert client_of("sanne").get(f"{path}?access_token={token}").status_code == 401
    assert entra.ask("GET", USERS).status_code == 200
    with scope(cast.sanne):
        assert queries.scim_tokens(cast.sanne, provider=bakker[0])[0].last_used_at
        assert token not in str(ScimToken.objects.values_list())
        actions.switch_provider(cast.sanne, provider=bakker[0], is_active=False)
    assert entra.ask("GET", USERS).status_code == 401


def test_two_tokens_take_over_from_each_other(bakker, client_of, cast):
    client = client_of("sanne")
    shown = client.post(f"/elsewhere/{bakker[0].pk}/tokens/new/")
    assert shown.status_code == 201 and "pts_" in shown.content.decode()
    assert client.post(f"/elsewhere/{bakker[0].pk}/tokens/new/").status_code == 302, "a third is refused"
    with scope(cast.sanne):
        first = queries.scim_tokens(cast.sanne, provider=bakker[0])[0]
    assert client_of("dirk").post(f"/elsewhere/{bakker[0].pk}/tokens/{first.pk}/revoke/").status_code == 404
    assert client.post(f"/elsewhere/{bakker[0].pk}/tokens/{first.pk}/revoke/").status_code == 302
    assert Machine(bakker[1]).ask("GET", USERS).status_code == 401


def test_what_is_done_is_in_the_log(entra, cast):
    made(entra)
    with scope(cast.sanne):
        from portiek.core.models import FactRow

        row = FactRow.objects.filter(name=facts.MembershipGranted.name).order_by("-pk")[0]
        assert (row.user_name, row.user_id, row.text) == ("Entra", 0, "Jan de Boer")


def test_staff_are_kept_by_the_portals_own(cast):
    with scope(cast.olga):
        role = Role.objects.get(code="staff-service", owner=None)
    row, token = provider_of(cast.olga, None)
    machine = Machine(token)
    key = made(machine, userName="nieuw@vandijk.example", emails=[{"value": "nieuw@vandijk.example"}])["id"]
    assert places("nieuw@vandijk.example") == []
    machine.ask("POST", GROUPS, {"displayName": "Service", "members": [{"value": key}]})
    with scope(cast.olga):
        actions.map_group(cast.olga, group=queries.scim_groups(cast.olga, provider_id=row.pk).get(), role=role)
    assert places("nieuw@vandijk.example") == [("", "staff-service")]
