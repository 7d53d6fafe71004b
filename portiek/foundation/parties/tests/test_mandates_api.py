"""Mandates over the API: the pages' rules, nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.foundation.accounts.models import Membership, Role
from portiek.foundation.parties import actions
from portiek.foundation.parties.models import Party, Relation
from portiek.foundation.parties.records import PartyRecord

TODAY = date.today()
ASKED = {"way": "gives", "number": "10077", "kind": "dealer", "rights": ["order.view", "catalog.view"], "starts_on": TODAY.isoformat(), "ends_on": (TODAY + timedelta(days=30)).isoformat(), "reference": "V-12"}


def rename(cast: Any, number: str, name: str) -> None:
    """Let the administration give a company another name."""
    with scope(cast.system):
        row = Party.objects.get(number=number)
        actions.apply_parties(cast.system, [PartyRecord(external_id=row.external_id, number=number, name=name, version=name)])
    run_jobs()


def test_one_side_asks_and_the_other_confirms_by_program(cast: Any, machine_of: Any):
    sanne, dirk = machine_of(cast.sanne), machine_of(cast.dirk)
    made = sanne.post("/mandates", ASKED, idempotency_key="m-1")
    assert made.status_code == 201
    row = made.json()
    assert (row["way"], row["other"], row["asked_number"], row["state"], row["to_confirm"], row["rights"]) == ("gives", "", "10077", "asked", False, ["catalog.view", "order.view"])
    assert sanne.post("/mandates", ASKED, idempotency_key="m-1").json() == row and len(sanne.get("/mandates").json()["items"]) == 1
    assert dirk.get(f"/mandates/{row['id']}").status_code == 404  # not found yet: that is a job
    run_jobs()
    assert sanne.get(f"/mandates/{row['id']}").json() == row  # whether there is such a company is not said before it answers
    theirs = dirk.get("/mandates").json()["items"]
    assert [(item["id"], item["way"], item["other"], item["asked_number"], item["to_confirm"]) for item in theirs] == [(row["id"], "gets", "Bouwbedrijf Bakker B.V.", "", True)]
    assert sanne.post(f"/mandates/{row['id']}:confirm", None).status_code == 404  # who asked does not confirm
    confirmed = dirk.post(f"/mandates/{row['id']}:confirm", None)
    assert confirmed.status_code == 200 and (confirmed.json()["state"], confirmed.json()["to_confirm"]) == ("now", False)
    assert sanne.get(f"/mandates/{row['id']}").json()["other"] == "Kozijnhuis De Vries"
    again = dirk.post(f"/mandates/{row['id']}:confirm", None)
    assert (again.status_code, again.json()["code"]) == (422, "mandate-over")
    for machine, way in ((sanne, "gives"), (dirk, "gets")):
        assert [[item["id"] for item in machine.get("/mandates", way=one).json()["items"]] for one in (way, "gets" if way == "gives" else "gives")] == [[row["id"]], []]
    ended = sanne.post(f"/mandates/{row['id']}:end", None).json()
    assert ended["state"] == "ended" and ended["ended_by"] and ended["ended_at"]
    assert dirk.get("/mandates").json()["items"] == [] and [item["state"] for item in dirk.get("/mandates", show="over").json()["items"]] == ["ended"]
    assert dirk.post(f"/mandates/{row['id']}:end", None).json()["code"] == "mandate-over"


def test_what_was_asked_is_refused_or_withdrawn(cast: Any, machine_of: Any):
    sanne, dirk = machine_of(cast.sanne), machine_of(cast.dirk)
    for machine in (dirk, sanne):
        key = sanne.post("/mandates", ASKED).json()["id"]
        run_jobs()
        assert machine.post(f"/mandates/{key}:end", None).json()["state"] == "refused"
        assert dirk.post(f"/mandates/{key}:confirm", None).json()["code"] == "mandate-over"


def test_what_is_refused_names_its_place(cast: Any, machine_of: Any):
    sanne = machine_of(cast.sanne)
    for sent, code, pointer in (({"rights": []}, "mandate-empty", "#/rights"), ({"rights": ["user.manage"]}, "mandate-right", "#/rights"), ({"ends_on": (TODAY - timedelta(days=1)).isoformat()}, "mandate-days", "#/ends_on"),
                                ({"number": "10042"}, "mandate-self", "#/number"), ({"number": " "}, "invalid", "#/number"), ({"kind": "friend"}, "invalid", "#/kind"), ({"giver": 1}, "invalid", "#/giver")):
        answer = sanne.post("/mandates", {**ASKED, **sent})
        assert (answer.status_code, answer.json()["code"], answer.json()["pointer"]) == (422, code, pointer), sent
    # A key gives no more than it holds itself, whoever made it; to get asks nothing of it.
    narrow = machine_of(cast.sanne, "mandate.manage", "catalog.view")
    assert narrow.post("/mandates", ASKED).json()["code"] == "mandate-beyond"
    assert narrow.post("/mandates", {**ASKED, "rights": ["catalog.view"]}).status_code == 201
    key = machine_of(cast.dirk).post("/mandates", {**ASKED, "way": "gets", "number": "10042"}).json()["id"]
    run_jobs()
    assert narrow.post(f"/mandates/{key}:confirm", None).json()["code"] == "mandate-beyond"


@pytest.mark.parametrize("key", ["mark", "nadia2"])
def test_another_s_mandate_is_as_one_that_is_not_there(cast: Any, machine_of: Any, key: str):
    with scope(cast.olga):
        theirs = actions.set_relation(cast.olga, kind="dealer", giver=Party.objects.get(number="10042"), agent=Party.objects.get(number="10077"), rights=["order.view"], starts_on=TODAY).pk
    with scope(cast.system):
        Membership.objects.filter(user_id=cast.mark.user_id).update(role=Role.objects.get(code="supplier-admin"))
    actor = getattr(cast, key)
    machine = machine_of(replace(actor, rights=actor.rights | {"mandate.manage"}))
    for path in (f"/mandates/{theirs}", f"/mandates/{theirs}:confirm", f"/mandates/{theirs}:end"):
        answers = [machine.post(one, None) if ":" in one else machine.get(one) for one in (path, path.replace(str(theirs), "999999999"), path.replace(str(theirs), "x"), path.replace(str(theirs), "9" * 30))]
        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "not-found")}
    assert machine.get("/mandates").json()["items"] == []
    with scope(cast.system):
        assert Relation.objects.get(pk=theirs).ended_at is None


def test_only_who_may_and_only_a_company(cast: Any, machine_of: Any):
    assert machine_of(cast.youssef).get("/mandates").status_code == 403
    assert machine_of(cast.sanne, "catalog.view").post("/mandates", ASKED).status_code == 403
    assert machine_of(cast.olga).get("/mandates").status_code == 404


def test_a_company_with_another_name_is_called_by_it(cast: Any, machine_of: Any, client_of: Any):
    """By what it is called now, once it is named at all; not what it became called after the mandate ended."""
    sanne, dirk = machine_of(cast.sanne), machine_of(cast.dirk)
    key = sanne.post("/mandates", ASKED).json()["id"]
    run_jobs()
    rename(cast, "10042", "Bakker Bouwgroep")
    rename(cast, "10077", "De Vries Kozijnen")
    assert dirk.get(f"/mandates/{key}").json()["other"] == "Bakker Bouwgroep"
    assert sanne.get(f"/mandates/{key}").json()["other"] == ""  # not confirmed yet: nothing is said
    dirk.post(f"/mandates/{key}:confirm", None)
    run_jobs()
    rename(cast, "10077", "De Vries Ramen")
    assert sanne.get(f"/mandates/{key}").json()["other"] == "De Vries Ramen"
    assert "De Vries Ramen" in client_of("sanne").get("/parties/mine/mandates/").content.decode()
    sanne.post(f"/mandates/{key}:end", None)
    run_jobs()
    rename(cast, "10077", "Iets Anders")
    assert sanne.get(f"/mandates/{key}").json()["other"] == "De Vries Ramen"
    with scope(cast.system):
        assert set(Relation.objects.exclude(pk=key).values_list("agent_name", flat=True)) <= {"", *Party.objects.values_list("name", flat=True)}
