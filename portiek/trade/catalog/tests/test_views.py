"""The pages of the catalogue, as a browser meets them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portiek.core.db import scope
from portiek.trade.catalog import actions, queries
from portiek.trade.catalog.models import CustomerProduct, Product


def _text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_list_shows_own_price_stock_and_why(client_of):
    text = _text(client_of("sanne").get("/catalog/"))
    assert "Gipsplaat AK 12,5 mm, 1200 × 2600" in text
    assert "6,48" in text and "9,25" in text
    assert "Projectafspraak Parkweg 12" in text
    assert "1.180 op voorraad" in text
    assert "uw nummer BB-1001" in text


def test_each_party_sees_its_own_price_and_none_of_another(client_of):
    dealer = _text(client_of("dirk").get("/catalog/"))
    assert "Projectafspraak" not in dealer and "Gipsplaat" not in dealer
    person = _text(client_of("els").get("/catalog/p/GP-125-2600/"))
    assert "11,19" in person and "incl. btw" in person, "a person reads prices with VAT"
    assert "9,25" not in person and "6,48" not in person and "Dealerprijslijst" not in person


def test_without_the_right_to_prices_there_are_none(client_of, cast):
    from portiek.foundation.accounts.models import Membership, Role

    with scope(cast.system):
        Membership.objects.filter(user__email="youssef@bakker.example").update(role=Role.objects.get(code="viewer"))
    text = _text(client_of("youssef").get("/catalog/"))
    assert "Gipsplaat AK" in text
    assert "6,48" not in text and "9,25" not in text


@pytest.mark.parametrize(
    "query", ["?q=zzzz", "?q=" + "a" * 300, "?after=x&before=y", "?all=1", "?party=10077", "?party=99999", "?day=2027-99-99", "?q=%27%3B--"]
)
def test_whatever_is_asked_is_answered(client_of, query):
    assert client_of("sanne").get("/catalog/" + query).status_code == 200


def test_an_empty_answer_says_what_to_do(client_of):
    assert "Geen artikel gevonden" in _text(client_of("sanne").get("/catalog/?q=zzzz"))


def test_the_product_page(client_of):
    text = _text(client_of("sanne").get("/catalog/p/GW-75-81/"))
    assert "Staffels" in text and "31,90" in text and "255,20" in text
    assert "12 op voorraad" in text and "Zwolle" in text


def test_an_own_number_is_kept_found_and_taken_away(client_of, cast):
    browser = client_of("sanne")
    assert browser.post("/catalog/p/MS-M5/number/", {"number": "ZAK-25"}).status_code == 302
    assert "ZAK-25" in _text(browser.get("/catalog/?q=zak-2"))
    taken = browser.post("/catalog/p/CB-C2025/number/", {"number": "ZAK-25"})
    assert taken.status_code == 422 and "Metselmortel" in _text(taken)
    assert browser.post("/catalog/p/MS-M5/number/", {"number": "x" * 65}).status_code == 422
    assert browser.post("/catalog/p/MS-M5/number/", {"number": ""}).status_code == 302
    with scope(cast.sanne):
        assert not CustomerProduct.objects.filter(number="ZAK-25").exists()


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("els", "/catalog/p/KP-860/number/", 404),
        ("karin", "/catalog/p/MS-M5/number/", 403),
        ("peter", "/catalog/p/MS-M5/number/", 404),
        ("peter", "/catalog/p/MS-M5/describe/", 403),
        ("sanne", "/catalog/p/MS-M5/describe/", 404),
        ("sanne", "/catalog/parties/10042/assortments/", 404),
    ],
)
def test_writes_are_for_who_may(client_of, who, path, status):
    assert client_of(who).post(path, {"number": "A", "summary": "A", "specs": ""}).status_code == status


@pytest.mark.parametrize("path", ["/catalog/assortments/", "/catalog/assortments/alles/"])
def test_assortments_are_for_who_manages_them(client_of, path):
    assert client_of("sanne").get(path).status_code == 404
    assert client_of("fatima").get(path).status_code == 403
    assert client_of("olga").get(path).status_code == 200


def test_the_other_portal_gets_404(client_of):
    assert client_of("otto").get("/catalog/p/GP-125-2600/").status_code == 404
    assert client_of("otto").get("/catalog/assortments/particulier/").status_code == 404
    assert client_of("otto").post("/catalog/parties/10042/assortments/", {"assortments": ["alles"]}).status_code == 404


def test_staff_describe_a_product(client_of, cast):
    browser = client_of("olga")
    assert browser.post("/catalog/p/MS-M5/describe/", {"summary": "Voor binnen en buiten.", "specs": "Brandklasse: A1\ntemperatuur: 5 – 30 °C"}).status_code == 302
    assert "Voor binnen en buiten." in _text(client_of("sanne").get("/catalog/p/MS-M5/"))
    assert "5 tot 30 °C" in _text(client_of("sanne").get("/catalog/p/MS-M5/"))
    for specs in ("geen dubbele punt", "Onbekend: 3", "Temperatuur: koud", "Gewicht per verpakking: 30 kg"):
        assert browser.post("/catalog/p/MS-M5/describe/", {"summary": "", "specs": specs}).status_code == 422


def test_staff_change_what_a_party_sees(client_of, cast):
    browser = client_of("olga")
    assert browser.post("/catalog/assortments/", {"name": "Klein", "code": "klein"}).status_code == 302
    assert browser.post("/catalog/assortments/", {"name": "Klein", "code": "klein"}).status_code == 422
    assert browser.post("/catalog/assortments/klein/", {"codes": "KP-860\nMS-M5", "do": "add"}).status_code == 302
    assert browser.post("/catalog/assortments/klein/", {"codes": "NOPE", "do": "add"}).status_code == 422
    assert browser.post("/catalog/parties/30005/assortments/", {"assortments": ["klein"]}).status_code == 302
    with scope(cast.els):
        assert {item.sku for item in queries.page(cast.els).rows} == {"KP-860", "MS-M5"}
        assert {item.sku for item in queries.page(cast.els, search="keilbout").rows} == {"KP-860"}
    assert browser.post("/catalog/assortments/klein/", {"codes": "KP-860", "do": "remove"}).status_code == 302
    with scope(cast.els):
        assert {item.sku for item in queries.page(cast.els).rows} == {"MS-M5"}
        assert queries.page(cast.els, search="keilbout").rows == []


def test_staff_see_with_a_customer_s_prices(client_of):
    browser = client_of("peter")
    assert "6,48" not in _text(browser.get("/catalog/?q=gips"))
    assert "6,48" in _text(browser.get("/catalog/?q=gips&party=10042"))
    assert browser.get("/catalog/?party=99999").status_code == 404
    assert "6,48" not in _text(browser.get("/catalog/?q=gips&party=10042&day=2030-01-01"))


@pytest.mark.parametrize(
    ("who", "path", "most"),
    [
        ("sanne", "/catalog/", 12),
        ("sanne", "/catalog/?q=gips", 13),
        ("sanne", "/catalog/?category=hout", 15),
        ("sanne", "/catalog/p/GP-125-2600/", 13),
        ("peter", "/catalog/?party=10042", 12),
    ],
)
def test_a_page_takes_few_statements_whatever_its_length(client_of, who, path, most):
    browser = client_of(who)
    browser.get(path)
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(path).status_code == 200
    statements = [item["sql"] for item in caught if "catalog_" in item["sql"] or "pricing_" in item["sql"]]
    assert len(statements) <= most, "\n".join(statements)


def test_no_page_is_cached(client_of):
    assert client_of("sanne").get("/catalog/")["Cache-Control"] == "private, no-store"


def test_a_product_ref_is_shown_only_to_who_sees_it(cast):
    from portiek.core.refs import ref, show

    with scope(cast.peter):
        reference = ref("catalog.product", Product.objects.get(sku="KP-860").pk)
        assert show(cast.peter, reference).url == "/catalog/p/KP-860/"
    with scope(cast.els):
        assert show(cast.els, reference) is None


def test_staff_see_what_happened_to_a_product_and_a_party_does_not(client_of, cast):
    with scope(cast.olga):
        product = Product.objects.filter(is_active=True).order_by("pk").first()
        actions.describe_product(cast.olga, product=product, summary="Nieuw van tekst", specs=[])
    here = f"/catalog/p/{product.sku}/"
    assert 'id="history"' in client_of("olga").get(here).content.decode() and "Olga Smit" in client_of("peter").get(here).content.decode()
    assert 'id="history"' not in client_of("sanne").get(here).content.decode()
