"""What came in the place of a product, what may be taken instead, what goes along; only what one sees."""

from __future__ import annotations

import pytest

from portiek.core.db import scope
from portiek.core.errors import Forbidden, Refused
from portiek.foundation.imports.tests.test_people import carried_out, outcomes
from portiek.trade.catalog import actions, queries
from portiek.trade.catalog.models import CustomerProduct, Product, ProductRelation


def relate(cast, sku: str, kind: str, *skus: str) -> bool:
    with scope(cast.system):
        return actions.relate_products(cast.system, product=Product.objects.get(sku=sku), kind=kind, skus=skus)


def put_away(cast, *skus: str) -> None:
    with scope(cast.system):
        Product.objects.filter(sku__in=skus).update(is_active=False)


def test_the_first_that_is_sold_came_in_its_place(cast):
    put_away(cast, "MS-M5", "CB-C2025")
    relate(cast, "MS-M5", "successor", "CB-C2025")
    relate(cast, "CB-C2025", "successor", "VV-25")
    sanne = cast.sanne
    with scope(sanne):
        CustomerProduct.objects.create(portal_id=sanne.portal_id, party_id=sanne.party_id, product=Product.objects.get(sku="MS-M5"), number="ONS-1")
        found = queries.successors(sanne, ["ms-m5", "MS-M5", "ons-1", "CB-C2025", "VV-25", "NIETS", "", "GP-95-2600"])
    assert {code: item.sku for code, item in found.items()} == {"ms-m5": "VV-25", "MS-M5": "VV-25", "ons-1": "VV-25", "CB-C2025": "VV-25", "GP-95-2600": "GP-125-2600"}


def test_only_what_one_sees(cast, client_of):
    put_away(cast, "MS-M5")
    relate(cast, "MS-M5", "successor", "KP-860")
    relate(cast, "VV-25", "alternative", "KP-860", "GB-50")
    for who, seen in ((cast.sanne, True), (cast.els, False)):
        with scope(who):
            assert bool(queries.successors(who, ["MS-M5"])) is seen
            assert [item.sku for item in queries.relations(who, queries.product(who, "VV-25"))["alternative"]] == (["KP-860", "GB-50"] if seen else ["GB-50"])
            assert ProductRelation.objects.filter(other__sku="KP-860").exists() is seen
    assert "KP-860" in client_of("sanne").get("/catalog/p/MS-M5/").content.decode()
    for path in ("/catalog/p/MS-M5/", "/catalog/p/VV-25/", "/catalog/?q=MS-M5"):
        assert "KP-860" not in client_of("els").get(path).content.decode(), path
    with scope(cast.otto):
        assert not ProductRelation.objects.exists()


def test_what_was_searched_by_an_old_number(client_of):
    page = client_of("sanne").get("/catalog/?q=GP-95-2600").content.decode()
    assert "/catalog/p/GP-125-2600/" in page and "vervallen" in page
    assert "GP-125-2600" in client_of("sanne").get("/search/?q=GP-95-2600&palette=1").content.decode()


def test_staff_say_what_belongs_together(client_of, cast):
    olga, path = client_of("olga"), "/catalog/p/VV-25/related/"
    assert olga.post(path, {"successor": "", "alternative": "GB-50, MS-M5", "accessory": "STK-5M"}).status_code == 302
    assert "MS-M5" in olga.get("/catalog/p/VV-25/").content.decode()
    for wrong in ({"successor": "VV-25"}, {"successor": "NIETS"}, {"accessory": "GB-50, NIETS"}):
        assert olga.post(path, {"alternative": "GB-50", **wrong}).status_code == 422
    with scope(cast.olga):
        assert {kind: [item.sku for item in found] for kind, found in queries.relations(cast.olga, queries.product(cast.olga, "VV-25")).items()} == {"alternative": ["GB-50", "MS-M5"], "accessory": ["STK-5M"]}, "all of it or none"
    relate(cast, "VV-25", "successor", "GB-50")
    with pytest.raises(Refused, match="round"):
        relate(cast, "GB-50", "successor", "VV-25")
    with pytest.raises(Refused, match="one"):
        relate(cast, "GB-50", "successor", "MS-M5", "STK-5M")
    for who, status in (("sanne", 404), ("peter", 403), ("otto", 404)):
        assert client_of(who).post(path, {"alternative": ""}).status_code == status
    for actor in (cast.sanne, cast.peter):
        with scope(actor), pytest.raises(Forbidden):
            actions.relate_products(actor, product=queries.product(actor, "VV-25"), kind="accessory", skus=[])


def test_a_list_with_an_old_number_offers_what_came_in_its_place(client_of):
    sanne = client_of("sanne")
    made = sanne.post("/orders/cart/paste/", {"text": "GP-95-2600;5\nGP-125-2600;2"})
    page = sanne.get(made["Location"]).content.decode()
    assert "Vervallen; dit is de opvolger" in page and 'name="pick-1"' in page


def test_the_api_and_a_spreadsheet(cast, client_of, machine_of):
    carried_out(client_of("olga"), "artikelnummer;soort;ander artikel\nMS-M5;alternatief;CB-C2025\nMS-M5;opvolger;NIETS\nMS-M5;anders;VV-25\nMS-M5;toebehoren;KP-860\n", path="/imports/new/product-relations/")
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["changed", "refused", "refused", "changed"]
    said = machine_of(cast.sanne).get("/products/MS-M5").json()
    assert (said["successor"], said["alternatives"], said["accessories"]) == (None, ["CB-C2025"], ["KP-860"])
    assert machine_of(cast.els).get("/products/MS-M5").json()["accessories"] == [], "outside the assortment"
