"""Own fields of the own company over the API: read and filled in by the right over its details, never another's."""

from __future__ import annotations

from typing import Any

import pytest

from portiek.core.db import scope
from portiek.core.models import FactRow
from portiek.foundation.fields import actions
from portiek.foundation.fields.parties import PARTY
from portiek.foundation.parties.models import Party


@pytest.fixture
def made(cast: Any) -> None:
    with scope(cast.olga):
        for label, kind, visibility, more in (("Losplaats", "text", "fill", {"help": "Waar de chauffeur stopt", "label_en": "Dock"}), ("Route", "choice", "fill", {"choices": ["Noord", "Zuid"], "required": True}), ("Klantgroep", "text", "see", {}), ("Intern", "text", "staff", {})):
            actions.make_field(cast.olga, subject=PARTY, label=label, kind=kind, visibility=visibility, **more)
        actions.fill(cast.olga, subject=PARTY, row=Party.objects.get(number="10042"), values={"klantgroep": "A", "intern": "KANARIE", "route": "Noord"})


def test_a_program_reads_and_fills_in(cast: Any, machine_of: Any, made: None):
    machine, dirk = machine_of(cast.sanne), machine_of(cast.dirk)
    found = {item["key"]: item for item in machine.get("/company/fields").json()}
    assert set(found) == {"losplaats", "route", "klantgroep"} and "KANARIE" not in machine.get("/company/fields").content.decode()
    assert (found["klantgroep"]["value"], found["klantgroep"]["may_fill"], found["route"]["may_fill"], found["route"]["choices"], found["route"]["required"], found["losplaats"]["help"]) == ("A", False, True, ["Noord", "Zuid"], True, "Waar de chauffeur stopt")
    answer = machine.post("/company/fields:fill", {"fields": {"losplaats": "Achter de loods", "route": "zuid"}})
    assert answer.status_code == 200 and {item["key"]: item["value"] for item in answer.json()} == {"losplaats": "Achter de loods", "route": "Zuid", "klantgroep": "A"}
    with scope(cast.system):
        told = FactRow.objects.filter(name="fields.value.changed").order_by("-pk").first()
        assert told.party_id == cast.sanne.party_id and told.payload["count"] == 2
    # Another company has its own, which are empty.
    assert {item["value"] for item in dirk.get("/company/fields").json()} == {""}


@pytest.mark.parametrize(("fields", "code"), [({"klantgroep": "B"}, "field-unknown"), ({"intern": "B"}, "field-unknown"), ({"niets": "B"}, "field-unknown"), ({"route": "Oost"}, "field-wrong"), ({"route": ""}, "field-required"), ({"losplaats": "x" * 501}, "field-wrong")])
def test_what_does_not_fit_is_refused_whole(cast: Any, machine_of: Any, made: None, fields: dict[str, str], code: str):
    machine = machine_of(cast.sanne)
    answer = machine.post("/company/fields:fill", {"fields": {"losplaats": "Voor", **fields}})
    assert answer.status_code == 422, answer.content
    assert code in answer.content.decode()
    assert {item["key"]: item["value"] for item in machine.get("/company/fields").json()} == {"losplaats": "", "route": "Noord", "klantgroep": "A"}


def test_it_takes_the_right_over_the_company_s_details(cast: Any, machine_of: Any, made: None):
    youssef = machine_of(cast.youssef)
    assert youssef.get("/company/fields").status_code == 403
    assert youssef.post("/company/fields:fill", {"fields": {"losplaats": "x"}}).status_code == 403
