"""One looks before a customer leaves a group, a surcharge or a minimum price goes away, or a price list is changed or taken out of use."""

import re
from decimal import Decimal

import pytest
from django.utils import timezone

from portiek.core.db import scope
from portiek.core.models import FactRow
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import actions, preview, queries
from portiek.trade.pricing.models import CustomerGroup, GroupMember, PriceFloor, PriceList, Surcharge

D = Decimal
SKU = "GB-50"


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode()).replace("\xa0", " ")


def shown(page):
    return page.split('id="preview"')[1].split("</section>")[0]


def paid(cast):
    with scope(cast.sanne):
        return queries.standing_price(cast.sanne, Product.objects.get(sku=SKU).pk, D(1), day=timezone.localdate()).net


def facts(cast):
    with scope(cast.peter):
        return FactRow.objects.count()


def refused(client_of, path):
    for who, status in (("sanne", 404), ("otto", 404), ("fatima", 403)):
        assert client_of(who).post(path, {"preview": "1"}).status_code == status, who


def test_one_looks_before_a_customer_leaves_a_group(cast, client_of):
    peter, path, count, before = client_of("peter"), "/prices/groups/BOUW-IJSSEL/members/10042/remove/", facts(cast), paid(cast)
    page = text(peter.post(path, {"preview": "1"}))
    assert SKU in shown(page) and "3,75" in shown(page) and 'name="parties"' not in page and "Bouwgroep IJssel" in page
    refused(client_of, path)
    assert paid(cast) == before == D("3.75") and facts(cast) == count
    # Who is in another group, or in none, is not looked at.
    assert peter.post("/prices/groups/BOUW-IJSSEL/members/10077/remove/", {"preview": "1"}).status_code == 404
    with scope(cast.peter):
        CustomerGroup.objects.filter(code="BOUW-IJSSEL").update(external_id="G-1")
    assert "administratie" in text(peter.post(path, {"preview": "1"}, follow=True)), "of the administration: said, and nothing is done"
    with scope(cast.peter):
        CustomerGroup.objects.filter(code="BOUW-IJSSEL").update(external_id=None)
    then = re.search(rf'{SKU} ·.*?data-label="Straks">€ ([0-9,]+)', shown(page)).group(1)
    assert peter.post(path, {"look_products": SKU}).status_code == 302
    assert f"{paid(cast):.2f}".replace(".", ",") == then != "3,75"
    with scope(cast.peter):
        assert not GroupMember.objects.filter(party__number="10042", group__code="BOUW-IJSSEL").exists()


@pytest.mark.parametrize("kind", ["surcharges", "floors"])
def test_one_looks_before_a_surcharge_or_a_minimum_price_goes_away(cast, client_of, kind):
    with scope(cast.peter):
        product = Product.objects.get(sku=SKU)
        if kind == "surcharges":
            row = actions.add_surcharge(cast.peter, name="Proeftoeslag", product=product, discount_group="", amount=D("0.5"), percent=None, valid_from=None, valid_until=None)
        else:
            row = actions.add_floor(cast.peter, product=product, discount_group="", amount=D("9.99"), percent=None, cost=None, agreements_below=False, valid_from=None, valid_until=None)
        sanne, other = Party.objects.get(number="10042"), Party.objects.get(number="10077")
        model, key = type(row), row.pk
    peter, path, count, before = client_of("peter"), f"/prices/{kind}/{key}/remove/", facts(cast), paid(cast)
    page = text(peter.post(path, {"preview": "1"}))
    assert SKU in shown(page) and 'name="parties"' in page, "the first customers by name"
    page = text(peter.post(path, {"preview": "1", "look_products": "", "parties": str(sanne.pk)}))
    assert sanne.name in shown(page) and other.name not in shown(page) and "3,75" in shown(page)
    assert peter.post(path, {"preview": "1", "look_products": "", "look_day": "31-31"}).status_code == 422
    refused(client_of, path)
    assert peter.post(f"/prices/{kind}/{key + 999}/remove/", {"preview": "1"}).status_code == 404
    assert paid(cast) == before > D("3.75") and facts(cast) == count
    assert peter.post(path, {"look_products": SKU, "parties": str(sanne.pk)}).status_code == 302 and paid(cast) == D("3.75")
    with scope(cast.peter):
        assert not model.objects.filter(pk=key).exists() and model in (Surcharge, PriceFloor)


def test_one_looks_before_a_price_list_is_out_of_use(cast, client_of):
    with scope(cast.peter):
        own = actions.create_price_list(cast.peter, code="EIGEN", name="Eigen lijst")
        sanne, other, product = Party.objects.get(number="10042"), Party.objects.get(number="10077"), Product.objects.get(sku="VV-25")
        actions.set_list_price(cast.peter, price_list=own, product=product, min_quantity=D(0), price=D("1.11"), valid_from=None, valid_until=None)
        actions.assign_price_list(cast.peter, party=sanne, price_list=own, position=80)
        group = actions.create_group(cast.peter, code="PROEF", name="Proefgroep")
        actions.add_member(cast.peter, group=group, party=other)
        actions.assign_group_list(cast.peter, group=group, price_list=own, position=1)
        assert {party.number for party in queries.served_by(cast.peter, own)} == {"10042", "10077"}
    form, path, peter, count = {"name": "Eigen lijst", "tiers": "all_units", "fallback": ""}, "/prices/lists/EIGEN/change/", client_of("peter"), facts(cast)
    page = text(peter.post(path, {**form, "preview": "1"}))
    assert sanne.name in shown(page) and other.name in shown(page) and "VV-25" in shown(page), "whom it serves, itself or by a group"
    page = text(peter.post(path, {**form, "preview": "1", "look_products": f"{SKU}, NIETS", "parties": str(sanne.pk)}))
    assert SKU in shown(page) and "NIETS" in shown(page) and other.name not in shown(page)
    assert peter.post(path, {**form, "preview": "1", "look_products": SKU, "look_day": "31-31"}).status_code == 422
    assert peter.post(path, {**form, "name": "", "preview": "1"}).status_code == 422
    refused(client_of, path)
    with scope(cast.peter):
        assert PriceList.objects.get(code="EIGEN").is_active and facts(cast) == count
        assert len(preview.of_customer_group(cast.peter, group)) == 1
    assert peter.post(path, {**form, "preview": "", "look_products": SKU}).status_code == 302
    with scope(cast.peter):
        assert not PriceList.objects.get(code="EIGEN").is_active
