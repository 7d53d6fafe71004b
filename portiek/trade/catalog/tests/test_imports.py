"""Assortments from a spreadsheet: what is put in one is seen by who has it, and by nobody else."""

from decimal import Decimal

from portiek.core.db import scope
from portiek.core.models import FactRow
from portiek.foundation.imports.tests.test_people import brought, carried_out, outcomes
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import queries
from portiek.trade.catalog.packs import units_of

ITEMS = "assortiment;artikelnummer;erin\nparticulier;KP-860;ja\nparticulier;MS-M5;nee\nparticulier;SS-3535;\nalles;MS-M5;nee\nniets;MS-M5;\nparticulier;NIETS;\nparticulier;GP-125-2600;misschien\n"


def said(cast):
    return [outcome for outcome, _texts in outcomes(cast)[1]]


def test_what_is_in_an_assortment(cast, client_of):
    els, olga = client_of("els"), client_of("olga")
    assert els.get("/catalog/p/KP-860/").status_code == 404 and els.get("/catalog/p/MS-M5/").status_code == 200
    brought(olga, ITEMS, path="/imports/new/assortment-products/")
    expected = ["new", "changed", "same", "refused", "refused", "refused", "refused"]
    assert said(cast) == expected and els.get("/catalog/p/KP-860/").status_code == 404
    with scope(cast.system):
        before = FactRow.objects.filter(name="catalog.assortment.changed").count()
    carried_out(olga, ITEMS, path="/imports/new/assortment-products/")
    assert said(cast) == expected
    assert els.get("/catalog/p/KP-860/").status_code == 200 and els.get("/catalog/p/MS-M5/").status_code == 404
    assert "KP-860" in els.get("/catalog/?q=KP-860").content.decode()
    with scope(cast.system):
        assert FactRow.objects.filter(name="catalog.assortment.changed").count() == before + 2
    brought(olga, ITEMS, path="/imports/new/assortment-products/")
    assert said(cast)[:3] == ["same", "same", "same"]


def test_who_sees_which_assortments(cast, client_of):
    olga, rows = client_of("olga"), "klantnummer;assortimenten\n30005;alles\n10042;kozijnen, particulier\n10077;niets\n50001;alles\n"
    carried_out(olga, rows, path="/imports/new/party-assortments/")
    assert [outcome == "refused" for outcome in said(cast)] == [False, False, True, True]
    assert client_of("els").get("/catalog/p/KP-860/").status_code == 200
    with scope(cast.olga):
        assert {found.code for found in queries.assortments(cast.olga, party_id=Party.objects.get(number="10042").pk)} == {"kozijnen", "particulier"}
    brought(olga, rows, path="/imports/new/party-assortments/")
    assert said(cast)[:2] == ["same", "same"]


def test_units_and_the_most(cast, client_of):
    olga, rows = client_of("olga"), "artikelnummer;eenheid;naam;inhoud;gewicht;maximum\nSS-3525;XBX;omdoos;10;4,5;800\nSS-3525;XPX;pallet;400;;800\nMK-310-W;XBX;kist;6;;\nWH-60;XBX;;12;;\nWH-60;XBX;doos;veel;;\nGEEN;XBX;doos;12;;\n"
    carried_out(olga, rows, path="/imports/new/product-units/")
    assert said(cast) == ["new", "new", "refused", "refused", "refused", "refused"]
    with scope(cast.olga):
        product = queries.product(cast.olga, "SS-3525")
        assert [(unit.label, unit.factor, unit.weight) for unit in units_of(cast.olga, [product.pk])[product.pk]] == [("omdoos", 10, Decimal("4.5")), ("pallet", 400, None)] and product.max_quantity == 800
        kit = queries.product(cast.olga, "MK-310-W")
        assert units_of(cast.olga, [kit.pk])[kit.pk][0].label == "doos"
    brought(olga, rows, path="/imports/new/product-units/")
    assert said(cast)[:2] == ["same", "same"]


def test_only_who_changes_the_catalogue_brings_them_in(cast, client_of):
    for what in ("assortment-products", "party-assortments", "product-units"):
        assert client_of("olga").get(f"/imports/new/{what}/").status_code == 200
        assert client_of("fatima").get(f"/imports/new/{what}/").status_code == 403 and client_of("sanne").get(f"/imports/new/{what}/").status_code in (403, 404)
    assert 'href="/imports/new/assortment-products/"' in client_of("olga").get("/catalog/assortments/").content.decode()
