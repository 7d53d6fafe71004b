"""The pages of prices, as a browser meets them."""

import re

import pytest

from portiek.core.db import scope
from portiek.trade.pricing.models import Agreement, AgreementLine


def _text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_party_sees_what_was_agreed(client_of):
    text = _text(client_of("sanne").get("/prices/"))
    assert "Projectafspraak Parkweg 12" in text and "Aannemers 2026" in text and "PBM" in text
    other = _text(client_of("dirk").get("/prices/"))
    assert "Projectafspraak" not in other and "Aannemers" not in other and "KOZIJN" in other


def test_agreements_need_their_right(client_of):
    assert "Projectafspraak" not in _text(client_of("karin").get("/prices/"))
    assert client_of("karin").get("/prices/agreements/A-2026-118/").status_code == 403


def test_an_agreement_of_another_party_is_as_unknown(client_of):
    assert client_of("sanne").get("/prices/agreements/A-2026-118/").status_code == 200
    for path in ("/prices/agreements/A-2026-118/", "/prices/agreements/NOTHING/"):
        assert client_of("dirk").get(path).status_code == 404
    assert client_of("otto").get("/prices/parties/10042/agreements/A-2026-118/").status_code == 404
    assert client_of("otto").get("/prices/lists/DEALER-2026/").status_code == 404
    assert client_of("otto").get("/prices/explain/?party=10042&product=GP-125-2600").status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/prices/lists/",
        "/prices/lists/new/",
        "/prices/lists/DEALER-2026/",
        "/prices/lists/HOUT-2026/change/",
        "/prices/explain/",
        "/prices/parties/10042/agreements/new/",
        "/prices/parties/10042/agreements/A-2026-118/",
        "/prices/parties/10042/lists/assign/",
        "/prices/parties/10042/discounts/set/",
    ],
)
def test_the_pages_of_staff_do_not_exist_for_parties(client_of, path):
    assert client_of("sanne").get(path).status_code == 404
    assert client_of("peter").get(path).status_code == 200


@pytest.mark.parametrize("path", ["/prices/parties/10042/lists/AANNEMER-2026/withdraw/", "/prices/parties/10042/agreements/A-2026-118/lines/1/remove/"])
def test_what_changes_something_is_posted_by_who_may(client_of, path):
    assert client_of("peter").get(path).status_code == 405
    assert client_of("sanne").post(path).status_code == 404
    assert client_of("fatima").post(path).status_code == 403


def test_the_price_check_says_why(client_of):
    text = _text(client_of("peter").get("/prices/explain/?party=10042&product=GP-125-2600&quantity=60"))
    assert "6,48" in text and "Dealerprijslijst 2026" in text and "Staffel vanaf 50" in text and "Projectafspraak Parkweg 12" in text
    assert "in geen assortiment" in _text(client_of("peter").get("/prices/explain/?party=30005&product=KP-860"))


@pytest.mark.parametrize(
    "query",
    [
        "party=10042&product=NOTHING",
        "party=99999&product=GP-125-2600",
        "party=&product=",
        "party=10042&product=GP-125-2600&quantity=-1",
        "party=10042&product=GP-125-2600&quantity=abc",
        "party=10042&product=GP-125-2600&day=2026-99-99",
    ],
)
def test_the_price_check_refuses_nonsense(client_of, query):
    assert client_of("peter").get(f"/prices/explain/?{query}").status_code == 422


def test_staff_agree_something_and_the_customer_sees_it_at_once(client_of, cast):
    staff, base = client_of("peter"), "/prices/parties/10042/agreements/"
    assert staff.post(base + "new/", {"number": "A-77", "name": "Zomeractie", "tiers": "all_units", "valid_until": "2099-12-31"}).status_code == 302
    assert staff.post(base + "new/", {"number": "A-77", "name": "Zomeractie", "tiers": "all_units"}).status_code == 422
    assert staff.post(base + "A-77/", {"product": "MS-M5", "price": "4,10"}).status_code == 302
    assert staff.post(base + "A-77/", {"product": "MS-M5", "price": "4,10"}).status_code == 422
    assert staff.post(base + "A-77/", {"product": "NOTHING", "price": "4,10"}).status_code == 422
    assert staff.post(base + "A-77/", {"product": "MS-M5"}).status_code == 422
    assert "4,10" in _text(client_of("sanne").get("/catalog/p/MS-M5/"))
    with scope(cast.peter):
        line = AgreementLine.objects.get(agreement__number="A-77")
        other = AgreementLine.objects.filter(agreement__number="A-2026-118").first()
    assert staff.post(f"{base}A-77/lines/{other.pk}/remove/").status_code == 404
    assert staff.post(f"{base}A-77/lines/{line.pk}/remove/").status_code == 302
    assert "4,10" not in _text(client_of("sanne").get("/catalog/p/MS-M5/"))


def test_a_second_agreement_for_the_same_is_refused_and_the_first_one_ended(client_of, cast):
    staff, base = client_of("peter"), "/prices/parties/10042/agreements/"
    staff.post(base + "new/", {"number": "A-78", "name": "Nieuwe prijs", "tiers": "all_units", "valid_from": "2026-12-01"})
    refused = staff.post(base + "A-78/", {"product": "GP-125-2600", "price": "6,10"})
    assert refused.status_code == 422 and "Afspraak A-2026-118 heeft hiervoor ook een prijs" in _text(refused) and "beëindig eerst die afspraak" in _text(refused)
    assert 'value="Projectafspraak Parkweg 12"' in staff.get(base + "A-2026-118/change/").content.decode()
    assert staff.post(base + "A-2026-118/change/", {"name": "Parkweg 12", "tiers": "all_units", "valid_from": "2026-12-02", "valid_until": "2026-12-01"}).status_code == 422
    assert staff.post(base + "A-2026-118/change/", {"name": "Parkweg 12", "tiers": "all_units", "valid_until": "2026-11-30"})["Location"] == base + "A-2026-118/"
    assert staff.post(base + "A-78/", {"product": "GP-125-2600", "price": "6,10"}).status_code == 302
    again = staff.post(base + "A-2026-118/change/", {"name": "Parkweg 12", "tiers": "all_units", "valid_until": "2026-12-01"})
    assert again.status_code == 422 and "A-78" in _text(again)
    for who in ("sanne", "fatima", "otto"):
        assert client_of(who).post(base + "A-78/change/", {"name": "Van mij"}).status_code in (403, 404), who
    with scope(cast.peter):
        assert Agreement.objects.get(number="A-78").name == "Nieuwe prijs"
    assert staff.post("/prices/parties/10042/discounts/set/", {"discount_group": "PBM", "percent": "9", "valid_from": "2027-01-01"}).status_code == 422


def test_staff_assign_and_withdraw_a_list(client_of):
    staff = client_of("peter")
    assert staff.post("/prices/parties/30005/lists/assign/", {"price_list": "DEALER-2026", "position": "1"}).status_code == 302
    assert "8,74" in _text(client_of("els").get("/catalog/p/GP-125-2600/"))
    assert staff.post("/prices/parties/30005/lists/assign/", {"price_list": "AANNEMER-2026", "position": "1"}).status_code == 422
    assert staff.post("/prices/parties/30005/lists/assign/", {"price_list": "NOTHING", "position": "2"}).status_code == 422
    assert "Dealerprijslijst 2026" in _text(staff.get("/parties/30005/prices/"))
    assert staff.post("/prices/parties/30005/lists/DEALER-2026/withdraw/").status_code == 302
    assert "8,74" not in _text(client_of("els").get("/catalog/p/GP-125-2600/"))


def test_staff_set_a_discount(client_of):
    staff = client_of("peter")
    assert staff.post("/prices/parties/30005/discounts/set/", {"discount_group": "GIPS", "percent": "10"}).status_code == 302
    assert "10,07" in _text(client_of("els").get("/catalog/p/GP-125-2600/"))
    assert staff.post("/prices/parties/30005/discounts/set/", {"discount_group": "GIPS", "percent": "101"}).status_code == 422


def test_an_agreed_product_outside_the_assortment_has_no_name(client_of, cast):
    with scope(cast.system):
        from portiek.foundation.parties.models import Party
        from portiek.trade.catalog.models import Product
        from portiek.trade.pricing import actions

        made = actions.create_agreement(cast.system, party=Party.objects.get(number="30005"), number="E-1", name="Voor Els")
        actions.add_agreement_line(cast.system, agreement=made, product=Product.objects.get(sku="KP-860"), price=1)
        assert Agreement.objects.filter(number="E-1").exists()
    # A person has no right to agreements by its role; the administrator of a company has.
    assert client_of("els").get("/prices/agreements/E-1/").status_code == 403


def test_staff_see_what_happened_to_an_agreement_and_the_party_does_not(client_of):
    olga = client_of("olga")
    here = "/prices/parties/10042/agreements/A-2026-118/"
    assert olga.post(here, {"product": "", "discount_group": "ISO", "min_quantity": "1", "price": "", "percent": "5"}).status_code == 302
    page = olga.get(here).content.decode()
    assert 'id="history"' in page and "Olga Smit" in page
    assert 'id="history"' not in client_of("sanne").get("/prices/agreements/A-2026-118/").content.decode()


def test_a_list_says_what_its_tiers_count_for(client_of):
    peter = client_of("peter")
    assert "Elke staffel heeft een eigen prijs" in _text(peter.get("/prices/lists/HOUT-2026/")) and "geldt voor het hele aantal" in _text(peter.get("/prices/lists/DEALER-2026/"))
    assert "Elke staffel heeft een eigen prijs" in _text(client_of("sanne").get("/prices/"))
    assert "Elke staffel heeft een eigen prijs" in _text(client_of("sanne").get("/catalog/p/UW-12/"))
    text = _text(client_of("peter").get("/prices/explain/?party=10042&product=UW-12&quantity=12"))
    assert "9 plaat à € 43,10" in text.replace("\xa0", " ") or "9 à € 43,10" in text.replace("\xa0", " ")
    assert "Gemiddeld over 12" in text and "42,55" in text and "510,60" not in text


def test_a_list_is_made_and_changed(client_of):
    peter = client_of("peter")
    asked = {"code": "ACTIE-1", "name": "Acties", "tiers": "incremental", "fallback": "DEALER-2026"}
    assert peter.post("/prices/lists/new/", asked).headers["Location"] == "/prices/lists/ACTIE-1/"
    assert peter.post("/prices/lists/new/", asked).status_code == 422
    assert peter.post("/prices/lists/new/", {**asked, "code": "ACTIE 2"}).status_code == 422
    assert peter.post("/prices/lists/ACTIE-1/change/", {"name": "Acties", "tiers": "all_units", "fallback": "", "is_active": "on"}).status_code == 302
    assert "geldt voor het hele aantal" in _text(peter.get("/prices/lists/ACTIE-1/"))
    assert peter.post("/prices/lists/DEALER-2026/change/", {"name": "Anders", "tiers": "all_units", "fallback": "", "is_active": "on"}).status_code == 422
    assert client_of("otto").get("/prices/lists/ACTIE-1/change/").status_code == 404
    assert client_of("fatima").get("/prices/lists/new/").status_code == 403
