"""What is typed in the quick order form is said while it is typed, and nothing that is not one's own."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.core.db import scope
from portiek.trade.catalog.models import CustomerProduct, Product, ProductUnit
from portiek.trade.orders import actions, queries

KIT, SCREW = "MK-310-W", "SS-3525"
HTMX = {"HX-Request": "true"}


def typed(actor, code, quantity="1", unit=""):
    with scope(actor, read_only=True):
        return queries.typed(actor, code=code, quantity=Decimal(quantity), unit=unit, day=timezone.localdate())


def say(client, **given):
    answer = client.get("/orders/cart/quick/", given, headers=HTMX)
    assert answer.status_code == 200 and "<html" not in answer.content.decode()
    return answer.content.decode()


def test_it_says_what_the_cart_will_say(cast):
    found = typed(cast.sanne, KIT, "24")
    [line] = found.basket.lines
    with scope(cast.sanne):
        actions.add_to_cart(cast.sanne, code=KIT, quantity=Decimal(24))
        [item] = queries.basket(cast.sanne, day=timezone.localdate(), stock=True).lines
    assert found.one and (line.price.net, line.amount, line.stock, line.units) == (item.price.net, item.amount, item.stock, item.units)
    with scope(cast.sanne):
        assert queries.cart_lines(cast.sanne) == 1  # looking adds nothing


def test_what_lies_in_the_cart_counts_for_the_price(cast, client_of):
    """As adding it adds up: the tier of all of it, in the sales unit where the two units differ; what a colleague has in his own cart says nothing."""
    with scope(cast.sanne):
        box = ProductUnit.objects.get(product__sku=KIT, code="XBX")
        actions.add_to_cart(cast.sanne, code=KIT, quantity=Decimal(12))
        actions.add_to_cart(cast.sanne, code=SCREW, quantity=Decimal(2))
    for quantity, unit in (("24", ""), ("2", "doos")):
        found = typed(cast.sanne, KIT, quantity, unit)
        assert found.before == 12 and found.basket.lines[0].line.quantity == 12 + int(quantity) * (box.factor if unit else 1)
    assert "Met 12\xa0koker die u in uw winkelwagen hebt" in say(client_of("sanne"), product=KIT, quantity="5")
    with scope(cast.youssef):
        actions.add_to_cart(cast.youssef, code=KIT, quantity=Decimal(500))
    found = typed(cast.sanne, KIT, "2", "doos")
    with scope(cast.sanne):
        added = actions.add_to_cart(cast.sanne, code=KIT, quantity=Decimal(2), unit="doos")
        [item] = [item for item in queries.basket(cast.sanne, day=timezone.localdate()).lines if item.product.sku == KIT]
    line = found.basket.lines[0]
    assert (added.quantity, added.pack) == (line.line.quantity, None) and (line.price.net, line.amount) == (item.price.net, item.amount)


@pytest.mark.parametrize("which", ["sku", "small", "ean", "own"])
def test_any_number_of_an_article_means_it(cast, which):
    with scope(cast.sanne):
        product = Product.objects.get(sku=SCREW)
    with scope(cast.system):
        CustomerProduct.objects.update_or_create(portal_id=cast.sanne.portal_id, party_id=cast.sanne.party_id, product_id=product.pk, defaults={"number": "ONS-77"})
    found = typed(cast.sanne, {"sku": SCREW, "small": f" {SCREW.lower()} ", "ean": product.ean, "own": "ons-77"}[which])
    assert found.one and found.basket.lines[0].product.pk == product.pk and found.basket.lines[0].own_number == "ONS-77"
    # Another company's own number is nothing.
    if which == "own":
        assert not typed(cast.els, "ons-77").one


def test_a_box_is_a_box_and_what_is_not_sold_so_is_said(cast, client_of):
    with scope(cast.sanne):
        box = ProductUnit.objects.get(product__sku=KIT, code="XBX")
    by_code, by_ean = typed(cast.sanne, KIT, "2", "doos"), typed(cast.sanne, box.ean, "2")
    assert by_code.basket.lines[0].line.quantity == by_ean.basket.lines[0].line.quantity == 2 * box.factor
    client = client_of("sanne")
    text = say(client, product=KIT, quantity="2", unit="doos")
    assert KIT in text and "op voorraad" in text and "€" in text and f"= {int(2 * box.factor)}" in text.replace("\xa0", " ")
    assert "“vat”" in (wrong := say(client, product=KIT, quantity="2", unit="vat")) and "€" not in wrong
    with scope(cast.system):
        Product.objects.filter(sku=SCREW).update(min_quantity=10, step_quantity=5)
    assert typed(cast.sanne, SCREW, "12").code == "not_a_step" and typed(cast.sanne, SCREW, "12").basket.lines[0].line.quantity == 15
    assert "het wordt 15" in say(client, product=SCREW, quantity="12").replace("\xa0", " ")


def test_words_and_beginnings_suggest_a_few(cast, client_of):
    found = typed(cast.sanne, "gips")
    assert not found.one and 1 < len(found.basket.lines) <= 6
    text = say(client_of("sanne"), product="gips", quantity="1")
    assert re.findall(r'role="option"[^>]*data-value="([^"]+)"', text) == [line.product.sku for line in found.basket.lines]
    assert f"{len(found.basket.lines)} suggesties" in text
    assert "Niets gevonden voor “zzzqqq”." in say(client_of("sanne"), product="zzzqqq", quantity="1")
    assert 'role="option"' not in say(client_of("sanne"), product="g", quantity="1")


def test_what_is_outside_the_assortment_is_not_there(cast, client_of):
    with scope(cast.system):
        box = ProductUnit.objects.select_related("product").get(product__sku="BS-WF-R")
    els, nothing = client_of("els"), say(client_of("els"), product="NERGENS-1", quantity="1")
    for word in ("BS-WF-R", "bs-wf", box.ean, box.product.ean or box.ean, box.product.name):
        assert not [line for line in typed(cast.els, word).basket.lines if line.product.pk == box.product_id], word
        text = say(els, product=word, quantity="1")
        assert 'data-value="BS-WF-R"' not in text and f"{box.product.label}<" not in text
    assert say(els, product="BS-WF-R", quantity="1").replace("BS-WF-R", "NERGENS-1") == nothing
    assert typed(cast.sanne, "BS-WF-R").one


def test_it_costs_the_same_for_one_and_for_many(cast):
    sanne = cast.sanne

    def cost(code):
        with scope(sanne, read_only=True), CaptureQueriesContext(connection) as caught:
            found = queries.typed(sanne, code=code, quantity=Decimal(5), day=timezone.localdate())
        # How old prices may be is asked once, as soon as one line has a price of a list.
        age = [query for query in caught if '"price_hours"' in query["sql"]]
        assert len(age) <= 1
        return len(found.basket.lines), len(caught) - len(age)

    cost(KIT)
    several, many = cost("gips")
    few, less = cost("MK-310")
    assert several > few > 0 and many == less
    with scope(sanne):
        actions.add_to_cart(sanne, code=SCREW, quantity=Decimal(5))
    # One article: what of it is in the cart already.
    assert cost(KIT)[1] == cost(SCREW)[1] <= many + 1


@pytest.mark.parametrize("given", [{}, {"product": ""}, {"product": "x" * 500}, {"product": KIT, "quantity": "NaN"}, {"product": KIT, "quantity": "-1"}, {"product": KIT, "quantity": "1e99"}, {"product": KIT, "unit": "%s"}, {"product": "' OR 1=1 --"}])
def test_rubbish_says_nothing_wrong(client_of, given):
    say(client_of("sanne"), **given)


def test_without_script_there_is_the_cart_and_others_have_none(client_of):
    assert client_of("sanne").get("/orders/cart/quick/?product=gips").headers["Location"] == "/orders/cart/"
    text = client_of("sanne").get("/orders/cart/").content.decode()
    assert '<div class="typed" id="quick-said" role="status"></div>' in text and 'data-url="/orders/cart/quick/"' in text
    for stranger in ("peter", "olga"):
        assert client_of(stranger).get("/orders/cart/quick/", {"product": KIT}, headers=HTMX).status_code in (403, 404), stranger


def test_an_addition_says_what_the_cart_comes_to(client_of):
    answer = client_of("sanne").post("/orders/cart/add/", {"product": KIT, "quantity": "12"}, headers={**HTMX, "HX-Target": "div#cart-body"})
    assert "De winkelwagen komt nu op € " in answer.content.decode().replace("\xa0", " ").split('id="cart-said"', 1)[1]
