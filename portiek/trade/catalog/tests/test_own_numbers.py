"""A company's own numbers of products: from a spreadsheet, over the API, and nobody else's."""

from __future__ import annotations

from portiek.config.testing import recorded
from portiek.core.db import scope
from portiek.foundation.imports.tests.test_people import brought, carried_out
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import facts, queries
from portiek.trade.catalog.models import CustomerProduct
from portiek.trade.catalog.tests.test_imports import said
from portiek.trade.orders.tests.test_submit import last_fact

OWN = "Artikelnummer;Eigen nummer\nMS-M5;ZAK-25\nSS-3525;ZAK-25\nGW-75-81;\nNIETS;X-1\nGP-125-3000;{long}\nGP-125-2600;BB-2600\n".format(long="x" * 65)


def numbers(actor, *skus):
    with scope(actor):
        found = queries.products_by_sku(actor, skus)
        own = queries.own_numbers(actor, [item.pk for item in found.values()], party_id=None)
        return [own.get(found[sku].pk, "") for sku in skus]


def test_a_company_brings_in_its_own_numbers(cast, client_of):
    sanne = client_of("sanne")
    brought(sanne, OWN, path="/imports/new/own-numbers/")
    assert said(cast) == ["new", "refused", "same", "refused", "refused", "changed"] and numbers(cast.sanne, "MS-M5", "GP-125-2600") == ["", "BB-1001"]
    with scope(cast.system):
        since = last_fact()
    carried_out(sanne, OWN, path="/imports/new/own-numbers/")
    assert numbers(cast.sanne, "MS-M5", "GP-125-2600") == ["ZAK-25", "BB-2600"] and "ZAK-25" in sanne.get("/catalog/?q=zak-25").content.decode()
    with scope(cast.system):
        assert [fact.number for fact in recorded(since) if isinstance(fact, facts.OwnNumberSet)] == ["ZAK-25", "BB-2600"]
    assert numbers(cast.els, "MS-M5") == [""]
    carried_out(sanne, "artikelnummer;eigen nummer\nMS-M5;\n", path="/imports/new/own-numbers/")
    assert numbers(cast.sanne, "MS-M5") == [""]
    assert 'href="/imports/new/own-numbers/"' in sanne.get("/catalog/p/MS-M5/").content.decode()


def test_staff_bring_in_those_of_many_customers(cast, client_of):
    olga, rows = client_of("olga"), "klantnummer;artikelnummer;eigen nummer\n10042;MS-M5;ZAK-25\n30005;MS-M5;ZAK-25\n10077;MS-M5;X\n10042;GP-125-2600;\n"
    carried_out(olga, rows, path="/imports/new/party-own-numbers/")
    assert said(cast)[0] == "new" and said(cast)[3] == "changed"
    assert numbers(cast.sanne, "MS-M5", "GP-125-2600") == ["ZAK-25", ""]
    with scope(cast.olga):
        assert CustomerProduct.objects.filter(number="ZAK-25", party__number__in=["10042", "30005"]).count() == said(cast)[:2].count("new")
    for who, status in (("fatima", (403,)), ("sanne", (403, 404))):
        assert client_of(who).get("/imports/new/party-own-numbers/").status_code in status
    assert client_of("karin").get("/imports/new/own-numbers/").status_code == 403


def test_a_program_keeps_them(cast, machine_of):
    machine, other = machine_of(cast.sanne, "catalog.view", "catalog.own_number"), machine_of(cast.els, "catalog.view", "catalog.own_number")
    assert machine.post("/own-numbers/MS-M5:set", {"own_number": "ZAK-25"}).json() == {"sku": "MS-M5", "own_number": "ZAK-25", "name": queries_name(cast, "MS-M5")}
    assert [item["own_number"] for item in machine.get("/own-numbers").json()["items"]] == ["BB-1001", "ZAK-25"]
    assert "ZAK-25" in [item["own_number"] for item in machine.get("/products", search="ZAK-25").json()["items"]]
    taken = machine.post("/own-numbers/SS-3525:set", {"own_number": "ZAK-25"})
    assert taken.status_code == 422 and taken.json()["code"] == "catalog.number_taken"
    for wrong in ("", " ", " ZAK", "x" * 65, "a\0b"):
        assert machine.post("/own-numbers/SS-3525:set", {"own_number": wrong}).status_code == 422
    assert machine.post("/own-numbers/GEEN:set", {"own_number": "A"}).status_code == 404
    # Another company: neither seen, nor in the way, nor taken away.
    assert other.get("/own-numbers").json()["items"] == [] and other.post("/own-numbers/MS-M5:set", {"own_number": "ZAK-25"}).status_code == 200
    assert other.post("/own-numbers/MS-M5:remove", None).json()["own_number"] == "" and numbers(cast.sanne, "MS-M5") == ["ZAK-25"]
    assert machine.post("/own-numbers/MS-M5:remove", None).status_code == 200 and numbers(cast.sanne, "MS-M5") == [""]
    assert machine_of(cast.sanne, "catalog.view").post("/own-numbers/MS-M5:set", {"own_number": "A"}).status_code == 403
    # What lies outside the assortment is not there.
    assert machine_of(cast.els, "catalog.view", "catalog.own_number").post("/own-numbers/KP-860:set", {"own_number": "A"}).status_code == 404


def queries_name(cast, sku):
    with scope(cast.sanne):
        return queries.product(cast.sanne, sku).name


def test_staff_read_them_of_a_named_party_alone(cast):
    with scope(cast.olga):
        plate, bakker = queries.product(cast.olga, "GP-125-2600"), Party.objects.get(number="10042")
        assert queries.own_numbers(cast.olga, [plate.pk], party_id=bakker.pk) == {plate.pk: "BB-1001"} and queries.own_numbers(cast.olga, [plate.pk]) == {}
    with scope(cast.dirk):
        assert queries.own_numbers(cast.dirk, [plate.pk], party_id=bakker.pk) == {}
