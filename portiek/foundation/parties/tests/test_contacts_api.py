"""Contacts over the API: the pages' rules, nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from portiek.core.db import scope
from portiek.core.models import FactRow
from portiek.foundation.parties.models import Contact, Party, Unit


def test_a_program_keeps_the_contacts(cast: Any, machine_of: Any):
    machine = machine_of(cast.sanne)
    units = {row["name"]: row["id"] for row in machine.get("/units").json()["items"]}
    made = machine.post("/contacts", {"name": "Joris Nieuw", "role": "Planning", "email": "Joris@Bakker.example", "unit": units["Kampen"]}, idempotency_key="c-1")
    assert made.status_code == 201
    row = made.json()
    assert (row["name"], row["email"], row["unit"], row["managed_by"]) == ("Joris Nieuw", "joris@bakker.example", units["Kampen"], "company")
    assert machine.post("/contacts", {"name": "Joris Nieuw", "role": "Planning", "email": "Joris@Bakker.example", "unit": units["Kampen"]}, idempotency_key="c-1").json() == row
    changed = machine.post(f"/contacts/{row['id']}:change", {"phone": "06 1"})
    assert changed.status_code == 200 and changed.json() == {**row, "phone": "06 1"}
    assert machine.post(f"/contacts/{row['id']}:change", {"unit": None}).json()["unit"] is None
    assert machine.get(f"/contacts/{row['id']}").json()["phone"] == "06 1"
    assert [item["name"] for item in machine.get("/contacts", search="joris").json()["items"]] == ["Joris Nieuw"]
    assert machine.post(f"/contacts/{row['id']}:remove", None).json() == {"id": row["id"]}
    assert machine.get(f"/contacts/{row['id']}").status_code == 404 and machine.post(f"/contacts/{row['id']}:remove", None).status_code == 404
    with scope(cast.system):
        assert Contact.objects.get(pk=row["id"]).email == ""
        names = list(FactRow.objects.filter(text="Joris Nieuw").order_by("pk").values_list("name", flat=True))
    assert names == ["parties.contact.added", "parties.contact.changed", "parties.contact.changed", "parties.contact.removed"]


def test_pages_of_the_list_are_whole(cast: Any, machine_of: Any):
    machine = machine_of(cast.sanne)
    for number in range(5):
        machine.post("/contacts", {"name": f"Persoon {number}"})
    everybody = [item["id"] for item in machine.get("/contacts").json()["items"]]
    found, cursor = [], ""
    while True:
        page = machine.get("/contacts", limit=2, **({"cursor": cursor} if cursor else {})).json()
        found += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert found == everybody and len(set(found)) == len(found) >= 8


def test_what_is_refused_names_its_place(cast: Any, machine_of: Any):
    machine = machine_of(cast.sanne)
    with scope(cast.system):
        foreign = Unit.objects.create(portal_id=cast.system.portal_id, party=Party.objects.get(number="10077"), name="Van een ander").pk
        erp = Contact.objects.create(portal_id=cast.system.portal_id, party=Party.objects.get(number="10042"), name="Uit het ERP", external_id="C-1").pk
    for sent, code, pointer in (({"name": "X", "unit": foreign}, "contact-unit", "#/unit"), ({"name": "X", "unit": 10**15}, "contact-unit", "#/unit"), ({"name": "X", "email": "wilma@bakker.example"}, "contact-known", "#/email"),
                                ({"name": " X"}, "invalid", "#/name"), ({"name": ""}, "invalid", "#/name"), ({"name": "X", "email": "geen adres"}, "invalid", "#/email"), ({"name": "X", "party": 1}, "invalid", "#/party")):
        answer = machine.post("/contacts", sent)
        assert (answer.status_code, answer.json()["code"], answer.json()["pointer"]) == (422, code, pointer), sent
    assert machine.get(f"/contacts/{erp}").json()["managed_by"] == "erp"
    for deed, body in (("change", {"role": "Baas"}), ("remove", None)):
        answer = machine.post(f"/contacts/{erp}:{deed}", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "contact-of-the-erp")


@pytest.mark.parametrize("key", ["dirk", "nadia2"])
def test_another_company_s_contact_is_as_one_that_is_not_there(cast: Any, machine_of: Any, key: str):
    with scope(cast.system):
        theirs = Contact.objects.filter(party__number="10042").first().pk
    machine = machine_of(getattr(cast, key))
    for path in (f"/contacts/{theirs}", f"/contacts/{theirs}:change", f"/contacts/{theirs}:remove"):
        answers = [machine.get(one) if ":" not in one else machine.post(one, {} if one.endswith("change") else None) for one in (path, path.replace(str(theirs), "999999999"), path.replace(str(theirs), "x"), path.replace(str(theirs), "9" * 30))]
        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "not-found")}
    assert "Wilma" not in machine.get("/contacts").content.decode()


def test_only_who_may_and_only_a_company(cast: Any, machine_of: Any):
    assert machine_of(cast.youssef).get("/contacts").status_code == 403
    assert machine_of(cast.sanne, "catalog.view").post("/contacts", {"name": "X"}).status_code == 403
    assert machine_of(cast.olga).get("/contacts").status_code == 404
