"""Customer prices, discounts and own price lists from a spreadsheet: what the customer pays after it is what the file says, and what is wrong is said of its cell."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.models import FactRow
from portiek.foundation.imports.tests.test_people import brought, carried_out, outcomes
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import queries
from portiek.trade.pricing.models import Agreement, AgreementLine, PartyDiscount, PartyPriceList, PriceList, PriceListLine

D = Decimal
PATH = "/imports/new/agreements/"
HEAD = "klantnummer;afspraak;naam;artikelnummer;kortingsgroep;vanaf aantal;prijs;korting;valuta;vanaf;tot en met\n"
ROWS = HEAD + ("10042;J-27;Jaarafspraak;MS-M5;;;4,105;;EUR;1-1-2026;31-12-2099\n10042;J-27;Jaarafspraak;MS-M5;;50;3.95;;;1-1-2026;2099-12-31\n"
               "10042;J-27;Jaarafspraak;;GIPS;;;12,5;;01/01/2026;31-12-2099\n10077;D-1;;MS-M5;;1;1.004,50;;eur;1-1-2026;31-12-2099\n")  # fmt: skip


def price(cast, party, sku, quantity="1", day=date(2026, 11, 22)):
    with scope(cast.peter):
        return queries.standing_price(cast.peter, Product.objects.get(sku=sku).pk, D(quantity), day=day, party_id=Party.objects.get(number=party).pk).net


def said(cast):
    return [outcome for outcome, _texts in outcomes(cast)[1]]


def facts_of(cast, name):
    with scope(cast.system):
        return list(FactRow.objects.filter(name=name).order_by("pk"))


def test_what_the_customer_pays_is_what_the_file_says(cast, client_of):
    peter, before = client_of("peter"), len(facts_of(cast, "pricing.agreement.changed"))
    assert price(cast, "10042", "MS-M5") == D("4.95")
    here = brought(peter, ROWS, path=PATH)
    assert said(cast) == ["new"] * 4 and price(cast, "10042", "MS-M5") == D("4.95")
    peter.post(f"{here}confirm/")
    run_jobs()
    assert said(cast) == ["new"] * 4
    assert [price(cast, "10042", "MS-M5", quantity) for quantity in ("1", "50")] == [D("4.105"), D("3.95")] and price(cast, "10077", "MS-M5") == D("1004.50")
    assert "4,105" in client_of("sanne").get("/catalog/p/MS-M5/").content.decode()
    with scope(cast.system):
        made = Agreement.objects.get(number="J-27")
        assert (made.name, made.valid_from, made.valid_until, Agreement.objects.get(number="D-1").name) == ("Jaarafspraak", date(2026, 1, 1), date(2099, 12, 31), "D-1")
        assert AgreementLine.objects.get(agreement=made, discount_group="GIPS").percent == D("12.5")
    # One fact of each agreement, with what became of each line.
    told = facts_of(cast, "pricing.agreement.changed")[before:]
    assert {row.text for row in told} == {"Jaarafspraak", "D-1"} and len(told) == 2
    assert next(row for row in told if row.text == "Jaarafspraak").changes == {"MS-M5": ["", "4.105"], "MS-M5 (50+)": ["", "3.95"], "GIPS": ["", "12.5"]}


def test_again_changes_nothing_and_another_price_changes_one(cast, client_of):
    peter, rows = client_of("peter"), ROWS
    carried_out(peter, rows, path=PATH)
    before = len(facts_of(cast, "pricing.agreement.changed"))
    brought(peter, rows, path=PATH)
    assert said(cast) == ["same"] * 4
    carried_out(peter, rows.replace("4,105", "4,20"), path=PATH)
    assert said(cast) == ["changed", "same", "same", "same"] and price(cast, "10042", "MS-M5") == D("4.20")
    assert [row.changes for row in facts_of(cast, "pricing.agreement.changed")[before:]] == [{"MS-M5": ["4.1050", "4.20"]}]
    # Another last day of the agreement; what the file does not name stays.
    carried_out(peter, "klantnummer;afspraak;artikelnummer;prijs;tot en met\n10042;J-27;MS-M5;4,20;30-11-2026\n", path=PATH)
    assert said(cast) == ["changed"] and price(cast, "10042", "MS-M5", day=date(2026, 12, 1)) == D("4.95")
    with scope(cast.system):
        assert (Agreement.objects.get(number="J-27").name, AgreementLine.objects.filter(agreement__number="J-27").count()) == ("Jaarafspraak", 3)


@pytest.mark.parametrize(("row", "words"), [
    ("99999;X;;MS-M5;;;1;;;;", "99999"), ("50001;X;;MS-M5;;;1;;;;", "50001"), ("10042;X;;NIETS;;;1;;;;", "NIETS"), ("10042;X;;;NIETS;;;5;;;", "NIETS"), ("10042;X;;MS-M5;GIPS;;1;;;;", "artikel of een kortingsgroep"),
    ("10042;X;;MS-M5;;;;;;;", "prijs of een percentage"), ("10042;X;;MS-M5;;;1;5;;;", "prijs of een percentage"), ("10042;X;;MS-M5;;;-1;;;;", "0"), ("10042;X;;MS-M5;;;abc;;;;", "getal"), ("10042;X;;MS-M5;;;1;;USD;;", "EUR"),
    ("10042;X;;MS-M5;;;1;;;31-12-2027;1-1-2027", "laatste dag"), ("10042;X;;MS-M5;;;1;;;31-31-2027;", "31-12-2026"), ("10042;X;;;GIPS;;;101;;;", "100"), ("10042;X;;MS-M5;;;1.234;;;;", "1234,00 of 1,2340"),
    ("10042;X;;GP-125-2600;;;6;;;;", "A-2026-118"), ("10042;;;MS-M5;;;6;;;;", "Vul"),
])  # fmt: skip
def test_what_is_wrong_is_said_of_its_row(cast, client_of, row, words):
    here = brought(client_of("peter"), HEAD + row + "\n10077;GOED;;MS-M5;;;4;;;;\n", path=PATH)
    found = outcomes(cast)[1]
    assert [outcome for outcome, _texts in found] == ["refused", "new"] and words in found[0][1][0], found
    client_of("peter").post(f"{here}confirm/")
    run_jobs()
    with scope(cast.system):
        assert not Agreement.objects.filter(number="X").exists() and Agreement.objects.filter(number="GOED").exists()


def test_rows_of_one_file_that_contradict_each_other(cast, client_of):
    rows = "klantnummer;afspraak;artikelnummer;prijs;vanaf;tot en met\n10042;A;MS-M5;4;1-1-2027;31-12-2027\n10042;A;SS-3535;4;1-1-2027;30-6-2027\n10042;B;MS-M5;5;1-6-2027;31-12-2028\n10042;C;MS-M5;5;1-1-2028;31-12-2028\n10042;A;MS-M5;9;1-1-2027;31-12-2027\n"
    carried_out(client_of("peter"), rows, path=PATH)
    found = outcomes(cast)[1]
    assert [outcome for outcome, _texts in found] == ["new", "refused", "refused", "new", "refused"]
    assert "eerdere rij" in found[1][1][0] and "Afspraak A" in found[2][1][0] and "Rij 2" in found[4][1][0]


def test_what_the_administration_keeps_is_refused(cast, client_of):
    with scope(cast.system):
        Agreement.objects.filter(number="A-2026-118").update(external_id="E-1")
        PartyDiscount.objects.filter(discount_group="PBM").update(external_id="E-2")
    olga = client_of("olga")
    carried_out(olga, "klantnummer;afspraak;artikelnummer;prijs\n10042;A-2026-118;GP-125-2600;1\n10042;A-2026-118;VV-25;1\n10077;NIEUW;VV-25;1\n", path=PATH)
    found = outcomes(cast)[1]
    assert [outcome for outcome, _texts in found] == ["refused", "refused", "new"] and "administratie" in found[0][1][0]
    brought(olga, "klantnummer;kortingsgroep;korting\n10042;PBM;99\n10042;CHEM;11\n", path="/imports/new/discounts/")
    assert said(cast) == ["refused", "changed"]
    brought(olga, "prijslijst;artikelnummer;prijs\nDEALER-2026;MS-M5;1\n", path="/imports/new/price-lines/")
    assert said(cast) == ["refused"] and "administratie" in outcomes(cast)[1][0][1][0]
    assert price(cast, "10042", "GP-125-2600") == D("6.48")
    # The page refuses it too.
    assert olga.post("/prices/parties/10042/agreements/A-2026-118/", {"product": "MS-M5", "price": "1"}).status_code == 422


def test_discounts(cast, client_of):
    peter, head = client_of("peter"), "klantnummer;kortingsgroep;korting;vanaf;tot en met\n"
    rows = head + "30005;GIPS;10;1-1-2026;31-12-2026\n30005;GIPS;5;1-1-2027;\n30005;GIPS;7;1-6-2027;\n30005;GIPS;7;;30-6-2026\n"
    carried_out(peter, rows, path="/imports/new/discounts/")
    assert said(cast) == ["new", "new", "refused", "refused"]
    assert price(cast, "30005", "GP-125-2600") == D("8.325") and price(cast, "30005", "GP-125-2600", day=date(2027, 2, 1)) > D("8.325")
    brought(peter, rows, path="/imports/new/discounts/")
    assert said(cast) == ["same", "same", "refused", "refused"]


def test_own_price_lists_and_who_has_them(cast, client_of):
    peter, head = client_of("peter"), "prijslijst;naam;artikelnummer;vanaf aantal;prijs;vanaf;tot en met\n"
    rows = head + "ACTIE;Acties;MS-M5;;3,99;;\nACTIE;Acties;MS-M5;10;3,50;1-1-2026;31-12-2026\nACTIE;Acties;KP-860;;op aanvraag;;\nFOUT;;MS-M5;;1;;\n"
    carried_out(peter, rows, path="/imports/new/price-lines/")
    assert said(cast) == ["new", "new", "new", "refused"]
    told = facts_of(cast, "pricing.price_list.changed")
    assert [(row.payload["created"], row.payload["changed"]) for row in told] == [(3, 0)]
    carried_out(peter, "klantnummer;prijslijst;positie\n30005;ACTIE;\n10042;ACTIE;1\n10042;NIETS;2\n", path="/imports/new/party-price-lists/")
    assert said(cast) == ["new", "refused", "refused"]
    assert [price(cast, "30005", "MS-M5", quantity) for quantity in ("1", "10")] == [D("3.99"), D("3.50")] and price(cast, "30005", "KP-860") is None
    carried_out(peter, "prijslijst;artikelnummer;prijs;tot en met\nACTIE;MS-M5;3,89;31-12-2026\n", path="/imports/new/price-lines/")
    assert said(cast) == ["changed"] and price(cast, "30005", "MS-M5") == D("3.89")
    brought(peter, "klantnummer;prijslijst;positie\n30005;ACTIE;\n", path="/imports/new/party-price-lists/")
    assert said(cast) == ["same"]
    with scope(cast.system):
        assert PriceList.objects.get(code="ACTIE").external_id is None and PriceListLine.objects.filter(price_list__code="ACTIE").count() == 3
        assert PartyPriceList.objects.get(price_list__code="ACTIE").position == 1


def test_only_who_manages_prices_brings_them_in(cast, client_of):
    for what in ("agreements", "discounts", "price-lines", "party-price-lists"):
        path = f"/imports/new/{what}/"
        assert client_of("peter").get(path).status_code == 200 and client_of("peter").get(f"/imports/template/{what}/").status_code == 200
        assert client_of("fatima").get(path).status_code == 403 and client_of("sanne").get(path).status_code in (403, 404)
        assert client_of("sanne").post(path, {"file": SimpleUploadedFile("x.csv", b"a;b\n1;2\n")}).status_code in (403, 404)
    assert 'href="/imports/new/price-lines/"' in client_of("peter").get("/prices/lists/").content.decode()


def test_customers_are_put_in_groups_by_a_file(cast, client_of):
    peter = client_of("peter")
    here = brought(peter, "klantnummer;klantgroep;naam\n10077;BOUW-IJSSEL;\n10042;BOUW-IJSSEL;\n10077;NIEUW;Nieuwe groep\n10077;ONBEKEND;\n", path="/imports/new/group-members/")
    assert said(cast) == ["new", "same", "new", "refused"]
    peter.post(f"{here}confirm/")
    run_jobs()
    with scope(cast.peter):
        assert set(queries.groups(cast.peter, party_id=Party.objects.get(number="10077").pk).values_list("code", flat=True)) == {"BOUW-IJSSEL", "NIEUW"}
    assert price(cast, "10077", "GB-50") == D("3.75")


def test_a_file_says_what_tiers_count_for(cast, client_of):
    peter = client_of("peter")
    here = brought(peter, "prijslijst;artikelnummer;vanaf aantal;prijs;staffelsoort\nHOUT-2026;KZB-10;;2,00;geheel\nHOUT-2026;KZB-10;480;1,80;per staffel\nHOUT-2026;KZB-10;960;1,70;zomaar\n", path="/imports/new/price-lines/")
    assert said(cast) == ["new", "refused", "refused"], "one list counts in one way"
    peter.post(f"{here}confirm/")
    run_jobs()
    with scope(cast.peter):
        assert PriceList.objects.get(code="HOUT-2026").tiers == "all_units"
