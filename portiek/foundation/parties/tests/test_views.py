"""Pages about parties, asked for as a browser does."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portiek.core.db import scope
from portiek.foundation.parties import actions
from portiek.foundation.parties.models import Address, Party

ADDRESS = {"label": "Parkweg", "street": "Parkweg 12", "postal_code": "8011ab", "city": "Zwolle", "country": "NL"}


@pytest.mark.parametrize("path", ["/parties/", "/parties/?q=bakker", "/parties/?kind=dealer", "/parties/?q=zwolle", "/parties/10042/", "/parties/10042/addresses/", "/parties/10042/contacts/",
                                  "/parties/10042/units/", "/parties/10042/change/", "/parties/10042/addresses/new/", "/parties/new/"])
def test_staff_see_each_page(client_of, path):
    assert client_of("peter").get(path).status_code == 200


def test_the_list_is_searched_by_name_number_and_city(client_of):
    peter = client_of("peter")
    for word in ("bouwbedrijf", "10042", "zwol bak"):
        text = peter.get("/parties/", {"q": word}).content.decode()
        assert "Bouwbedrijf Bakker" in text and "Gips Industrie" not in text
    assert "Bouwbedrijf" not in peter.get("/parties/?q=delfzijl").content.decode()


def test_the_list_costs_the_same_however_long(client_of, cast):
    peter = client_of("peter")
    peter.get("/parties/")
    with CaptureQueriesContext(connection, ) as few:
        peter.get("/parties/")
    with scope(cast.peter):
        for number in range(30):
            actions.create_party(cast.peter, number=f"7{number}", name=f"Firma {number}", kind="customer")
    with CaptureQueriesContext(connection) as many:
        assert "Firma 7" in peter.get("/parties/").content.decode()
    assert len(many) == len(few) <= 6


@pytest.mark.parametrize("path", ["/parties/", "/parties/10042/", "/parties/new/", "/parties/10042/addresses/new/", "/parties/10042/change/"])
def test_for_parties_the_pages_of_staff_do_not_exist(client_of, path):
    for who in ("sanne", "mark", "els"):
        assert client_of(who).get(path).status_code == 404


def test_another_portal_gets_404(client_of):
    for path in ("/parties/10042/", "/parties/10042/addresses/", "/parties/10042/change/"):
        assert client_of("otto").get(path).status_code == 404


def test_ones_own_company_with_an_address_of_its_own(client_of, cast):
    sanne = client_of("sanne")
    assert "Industrieweg 12" in sanne.get("/parties/mine/").content.decode()
    answer = sanne.post("/parties/mine/addresses/new/", ADDRESS)
    assert answer.status_code == 302
    assert "8011 AB" in sanne.get("/parties/mine/?q=parkweg").content.decode()
    with scope(cast.sanne):
        made = Address.objects.get(label="Parkweg")
    assert sanne.post(f"/parties/mine/addresses/{made.pk}/", {**ADDRESS, "street": "Parkweg 14"}).status_code == 302
    assert "Parkweg 14" in sanne.get("/parties/mine/").content.decode()
    for stranger in ("dirk", "els", "nadia2"):
        assert client_of(stranger).get(f"/parties/mine/addresses/{made.pk}/").status_code in (403, 404)
        assert client_of(stranger).post(f"/parties/mine/addresses/{made.pk}/remove/").status_code in (403, 404)
    assert client_of("dirk").get(f"/parties/mine/addresses/{made.pk}/").status_code == 404
    assert client_of("youssef").post("/parties/mine/addresses/new/", ADDRESS).status_code == 403
    assert sanne.post(f"/parties/mine/addresses/{made.pk}/remove/").status_code == 302
    assert "Parkweg 14" not in sanne.get("/parties/mine/").content.decode()


def test_what_was_typed_wrong_is_said_and_kept(client_of):
    answer = client_of("sanne").post("/parties/mine/addresses/new/", {**ADDRESS, "postal_code": "0000"})
    assert answer.status_code == 422
    assert "Parkweg 12" in answer.content.decode() and 'aria-invalid="true"' in answer.content.decode()


def test_an_address_of_the_administration_cannot_be_changed(client_of, cast):
    with scope(cast.system):
        party = Party.objects.get(number="10042")
        kept = Address.objects.create(portal_id=party.portal_id, party=party, street="Kade 1", city="Kampen", external_id="a-1")
    sanne = client_of("sanne")
    assert sanne.post(f"/parties/mine/addresses/{kept.pk}/", ADDRESS).status_code == 422
    assert sanne.post(f"/parties/mine/addresses/{kept.pk}/remove/").status_code == 422
    assert "Kade 1" in sanne.get("/parties/mine/").content.decode()


def test_staff_change_what_the_portal_owns(client_of, cast):
    peter = client_of("peter")
    with scope(cast.system):
        party = Party.objects.get(number="10042")
        party.external_id = "erp-1"
        party.save()
    page = peter.get("/parties/10042/change/").content.decode()
    assert 'name="language"' in page and 'name="credit_limit"' not in page
    assert peter.post("/parties/10042/change/", {"kind": "dealer", "language": "en", "name": "Anders"}).status_code == 302
    with scope(cast.system):
        party.refresh_from_db()
        assert (party.kind, party.language, party.name) == ("dealer", "en", "Bouwbedrijf Bakker B.V.")
    assert client_of("fatima").get("/parties/10042/change/").status_code == 403
