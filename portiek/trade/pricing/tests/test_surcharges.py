"""Surcharges: on top of every price, told as a step of it, and seen only by who sees the product."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from portiek.config.testing import recorded, run_jobs
from portiek.core.db import scope
from portiek.core.errors import Refused
from portiek.foundation.imports.tests.test_people import brought, outcomes
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import actions, facts, queries
from portiek.trade.pricing.models import Surcharge

D = Decimal


def _text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def _price(actor, sku, quantity=1, **more):
    return queries.standing_price(actor, Product.objects.get(sku=sku).pk, D(quantity), day=more.pop("day", timezone.localdate()), **more)


def _add(cast, **more):
    with scope(cast.peter):
        return actions.add_surcharge(cast.peter, **{"name": "Energietoeslag", "product": None, "discount_group": "", "percent": None, "amount": None, **more})


def test_it_comes_on_top_of_a_list_price_and_ends_by_itself(cast):
    with scope(cast.sanne):
        found, last = _price(cast.sanne, "ZS-25"), Surcharge.objects.get().valid_until
        # Twelve and a half off the list price by an agreement, then 1.25 more.
        assert (found.net, [(step.kind, step.after) for step in found.explanation]) == (D("43.25"), [("list_price", D(48)), ("group_agreement", D(42)), ("surcharge", D("43.25"))])
        assert found.rule == "Projectafspraak Parkweg 12" and found.table[0].net == found.net
        assert _price(cast.sanne, "ZS-25", day=date(last.year + 1, 1, 1)).explanation[-1].kind == "list_price"


def test_it_counts_for_agreements_and_whole_discount_groups_and_several_add_up(cast):
    _add(cast, discount_group="GIPS", percent=D(10))
    with scope(cast.peter):
        plate = Product.objects.get(sku="GP-125-2600")
    _add(cast, name="Afvalbijdrage", product=plate, amount=D("0.15"))
    with scope(cast.sanne):
        found = _price(cast.sanne, "GP-125-2600")
        assert (found.net, [(step.rule, step.before, step.after) for step in found.explanation[-2:]]) == (D("7.278"), [("Afvalbijdrage", D("6.48"), D("6.63")), ("Energietoeslag", D("6.63"), D("7.278"))])
    with scope(cast.peter):
        assert _price(cast.peter, "GP-125-2600", party_id=cast.sanne.party_id) == found
        assert [actions.remove_surcharge(cast.peter, surcharge=row) for row in Surcharge.objects.exclude(name="Brandstoftoeslag")] == [None, None]
    with scope(cast.sanne):
        assert _price(cast.sanne, "GP-125-2600").net == D("6.48")


def test_incremental_tiers_and_the_next_change_know_it(cast):
    with scope(cast.peter):
        sheet, today = Product.objects.get(sku="UW-12"), timezone.localdate()
    _add(cast, product=sheet, amount=D(1), valid_from=date(today.year + 9, 1, 1))
    with scope(cast.sanne):
        found = _price(cast.sanne, "UW-12", 12, day=date(today.year, 12, 31))
        assert found.net == D("42.55")
        then = _price(cast.sanne, "UW-12", 12, day=date(today.year + 9, 1, 1))
        assert then.net == D("45.20") and _price(cast.sanne, "UW-12", day=date(today.year + 8, 6, 1)).upcoming == (date(today.year + 9, 1, 1), D("45.20"))


def test_nobody_reads_the_surcharge_of_a_product_that_he_does_not_see(cast):
    with scope(cast.peter):
        hidden = Product.objects.get(sku="KP-860")
    _add(cast, product=hidden, amount=D(1), name="Alleen voor wie het ziet")
    _add(cast, discount_group="BEV", percent=D(1), name="Voor de groep")
    for who, sees in (("sanne", {"Brandstoftoeslag", "Alleen voor wie het ziet", "Voor de groep"}), ("els", {"Brandstoftoeslag", "Voor de groep"}), ("nadia2", set())):
        with scope(getattr(cast, who)):
            assert set(queries.surcharges(getattr(cast, who)).values_list("name", flat=True)) == sees, who
    with scope(cast.otto):
        assert not Surcharge.objects.exists()


def test_what_is_refused(cast):
    with scope(cast.peter):
        product = Product.objects.get(sku="UW-12")
    for values, match in (
        ({"product": product, "discount_group": "HOUT", "percent": D(1)}, "line_target"), ({"percent": D(1)}, "line_target"),
        ({"product": product}, "surcharge_what"), ({"product": product, "percent": D(1), "amount": D(1)}, "surcharge_what"),
        ({"product": product, "percent": D(1), "valid_from": date(2027, 1, 2), "valid_until": date(2027, 1, 1)}, "window"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=match):
            _add(cast, **values)
    with scope(cast.peter):
        found = Surcharge.objects.get()
        with pytest.raises(Refused, match="surcharge_what"):
            actions.change_surcharge(cast.peter, surcharge=found, values={"percent": D(1)})
        Surcharge.objects.filter(pk=found.pk).update(external_id="erp-1")
        found = Surcharge.objects.get()
        for call in (lambda: actions.change_surcharge(cast.peter, surcharge=found, values={"name": "x"}), lambda: actions.remove_surcharge(cast.peter, surcharge=found)):
            with pytest.raises(Refused, match="of_the_erp"):
                call()


def test_staff_keep_them_on_pages_and_customers_read_them(client_of, cast):
    staff, base = client_of("peter"), "/prices/surcharges/"
    assert "Brandstoftoeslag" in _text(staff.get(base)) and "Brandstoftoeslag" in _text(client_of("sanne").get("/prices/"))
    assert "Brandstoftoeslag (+€ 1,25)" in _text(client_of("sanne").get("/catalog/p/ZS-25/")).replace("\xa0", " ")
    assert staff.post(base + "new/", {"name": "Houttoeslag", "discount_group": "HOUT", "percent": "2,5"}).headers["Location"] == base
    for wrong in ({"name": "X", "percent": "2"}, {"name": "X", "product": "NIETS", "percent": "2"}, {"name": "X", "discount_group": "HOUT", "percent": "0"}, {"name": "X", "discount_group": "HOUT"}):
        assert staff.post(base + "new/", wrong).status_code == 422
    with scope(cast.peter):
        key = Surcharge.objects.get(name="Houttoeslag").pk
        assert recorded()[-1] == facts.SurchargeChanged(surcharge_id=key)
    assert staff.post(f"{base}{key}/", {"name": "Houttoeslag", "percent": "3"}).status_code == 302 and staff.post(f"{base}{key}/", {"name": "Houttoeslag"}).status_code == 422
    assert "Houttoeslag (+3%)" in _text(client_of("sanne").get("/catalog/p/VH-38-89/")).replace("\xa0", " ")
    for path in ("", "new/", f"{key}/"):
        assert client_of("sanne").get(base + path).status_code == 404
    assert client_of("otto").get(f"{base}{key}/").status_code == 404 and client_of("otto").post(f"{base}{key}/remove/").status_code == 404
    assert client_of("fatima").post(f"{base}{key}/remove/").status_code == 403 and client_of("sanne").post(f"{base}{key}/remove/").status_code == 404
    assert staff.post(f"{base}{key}/remove/").status_code == 302 and staff.post(f"{base}{key}/remove/").status_code == 404


SHEET = "toeslag;artikelnummer;kortingsgroep;percentage;bedrag;vanaf;tot en met\nStaaltoeslag;;GIPS;2,5;;;\nPallettoeslag;MS-M5;;;0,15;1-1-2026;\nStaaltoeslag;;NIETS;2;;;\nHalf;MS-M5;;1;0,10;;\nBrandstoftoeslag ERP;ZS-25;;;2;;\n"


def test_they_come_from_a_spreadsheet_and_again_changes_nothing(cast, client_of):
    peter, path = client_of("peter"), "/imports/new/surcharges/"
    with scope(cast.peter):
        Surcharge.objects.create(portal_id=cast.peter.portal_id, name="Brandstoftoeslag ERP", product=Product.objects.get(sku="ZS-25"), amount=D(1), external_id="T-9")
    here = brought(peter, SHEET, path=path)
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["new", "new", "refused", "refused", "refused"]
    assert "administratie" in outcomes(cast)[1][4][1][0]
    with scope(cast.sanne):
        assert _price(cast.sanne, "MS-M5").net == D("4.95")
    peter.post(f"{here}confirm/")
    run_jobs()
    with scope(cast.sanne):
        assert (_price(cast.sanne, "MS-M5").net, _price(cast.sanne, "GP-125-2600").net) == (D("5.10"), D("6.642"))
    brought(peter, SHEET.replace("0,15", "0,20"), path=path)
    assert [outcome for outcome, _texts in outcomes(cast)[1]] == ["same", "changed", "refused", "refused", "refused"]
    assert client_of("fatima").get(path).status_code == 403 and client_of("sanne").get(path).status_code == 404
