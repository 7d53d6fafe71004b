"""A cart names for which branch, department or project it is: its prices, its approval and the order are of that, and nobody orders for what he does not belong to."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused
from portiek.edges.connectors.effects import _fields
from portiek.foundation.accounts.models import Membership
from portiek.foundation.parties import actions as parties
from portiek.foundation.parties.models import Unit
from portiek.trade.orders import actions, document, queries, rules
from portiek.trade.orders.models import Cart
from portiek.trade.orders.tests.test_submit import submit

SKU, SITE, TOWN = "GP-125-3000", "Nieuwbouw Havenkwartier", "Kampen"
COMPANY, PROJECT = Decimal("8.35"), Decimal("7.45")


def unit(cast, name=SITE):
    return Unit.objects.get(party_id=cast.sanne.party_id, name=name)


def basket(actor):
    return queries.basket(actor, day=timezone.localdate())


def net(actor):
    return basket(actor).lines[0].price.net


def test_who_buys_for_the_company_gets_the_price_of_the_project_that_he_names(cast, client_of):
    sanne = cast.sanne
    with scope(sanne):
        site = unit(cast)
        actions.add_to_cart(sanne, code=SKU, quantity=Decimal(10))
        assert net(sanne) == COMPANY
        before = basket(sanne).content
        actions.buy_for(sanne, unit_id=site.pk)
        # At once, also in what the bar shows.
        assert net(sanne) == PROJECT and Cart.objects.get(user_id=sanne.user_id, is_open=True).shown_net >= 10 * PROJECT
        assert Cart.objects.get(user_id=sanne.user_id, is_open=True).shown_net == basket(sanne).totals.net
        assert ("unit", "", SITE) in [(item.what, item.before, item.now) for item in rules.differences(json.loads(json.dumps(before)), basket(sanne).content)]
    browser = client_of("sanne")
    assert SITE in browser.get("/orders/cart/review/").content.decode()
    with scope(sanne):
        order = submit(sanne, basket(sanne))
        found = queries.detail(sanne, order.number)
        assert (order.unit_id, found.lines[0].price) == (site.pk, PROJECT)
        with translation.override("nl"):
            assert ("Voor", SITE) in document._facts(found)
    with scope(cast.system):
        assert ("unit", "P-2604") in [(item.key, item.value) for item in _fields(order)]
    assert SITE in re.sub(r"\s+", " ", browser.get(f"/orders/{order.number}/").content.decode())


def test_the_cart_page_says_it_and_without_script(cast, client_of):
    sanne = client_of("sanne")
    with scope(cast.sanne):
        site = unit(cast)
        actions.add_to_cart(cast.sanne, code=SKU, quantity=Decimal(10))
    page = sanne.get("/orders/cart/").content.decode()
    assert "Voor welke vestiging, afdeling of welk project?" in page and "8,35" in page
    assert sanne.post("/orders/cart/for/", {"unit": site.pk}).status_code == 302
    page = sanne.get("/orders/cart/").content.decode()
    assert "7,45" in page and f'value="{site.pk}" selected' in page
    swapped = sanne.post("/orders/cart/for/", {"unit": ""}, headers={"HX-Request": "true", "HX-Target": "cart-body"})
    assert swapped.status_code == 200 and "8,35" in swapped.content.decode()
    for wrong in ({}, {"unit": "x"}, {"unit": "-1"}, {"unit": "9" * 30}):
        answer = sanne.post("/orders/cart/for/", wrong)
        assert answer.status_code == 422 and "Kies een van de vestigingen" in answer.content.decode(), wrong


def test_one_orders_for_ones_own_and_what_stands_in_it(cast):
    with scope(cast.peter):
        site, town = unit(cast), unit(cast, TOWN)
        inside = parties.add_unit(cast.peter, party=site.party, name="Blok A", kind="project", parent=site)
    member = replace(cast.youssef, unit_id=site.pk)
    with scope(member):
        assert {row.pk for row in queries.units_for(member)} == {site.pk, inside.pk}
        actions.add_to_cart(member, code=SKU, quantity=Decimal(10))
        assert net(member) == PROJECT
        actions.buy_for(member, unit_id=inside.pk)
        for key in (town.pk, 10**9):
            with pytest.raises(NotFound):
                actions.buy_for(member, unit_id=key)
        assert submit(member, basket(member)).unit_id == inside.pk


def test_who_belongs_to_several_orders_for_each_and_for_no_other(cast):
    with scope(cast.system):
        site, town = unit(cast), unit(cast, TOWN)
        row = Membership.objects.filter(user_id=cast.youssef.user_id, party_id=cast.youssef.party_id, is_active=True).first()
        yard = Unit.objects.filter(party_id=row.party_id, is_active=True).exclude(path__overlap=[site.pk, town.pk]).first()
        Membership.objects.filter(user_id=row.user_id, party_id=row.party_id).update(unit=site)
        row.pk, row.unit = None, town
        row.role = Membership.objects.filter(party_id=row.party_id).exclude(role=row.role).first().role
        row.save(force_insert=True)
    both = replace(cast.youssef, unit_id=None)
    with scope(both):
        found = {item.pk for item in queries.units_for(both)}
        assert {site.pk, town.pk} <= found and yard.pk not in found
        actions.add_to_cart(both, code=SKU, quantity=Decimal(10))
        actions.buy_for(both, unit_id=site.pk)
        assert net(both) == PROJECT
        with pytest.raises(NotFound):
            actions.buy_for(both, unit_id=yard.pk)


def test_what_is_over_or_somebody_elses_cannot_be_ordered_for(cast, client_of, machine_of):
    with scope(cast.sanne):
        site = unit(cast)
        actions.add_to_cart(cast.sanne, code=SKU, quantity=Decimal(10))
        actions.buy_for(cast.sanne, unit_id=site.pk)
    with scope(cast.peter):
        parties.end_unit(cast.peter, unit=site)
    with scope(cast.sanne), pytest.raises(Refused, match=r"orders\.no_unit"):
        submit(cast.sanne, basket(cast.sanne))
    # Another company: as one that is not there.
    dirk = client_of("dirk")
    with scope(cast.dirk):
        actions.add_to_cart(cast.dirk, code="KZ-9016", quantity=Decimal(1))
    assert dirk.post("/orders/cart/for/", {"unit": site.pk}).status_code == 404 == dirk.post("/orders/cart/for/", {"unit": 10**9}).status_code
    body = {"lines": [{"sku": "KZ-9016", "quantity": "1"}], "for_unit": site.pk}
    answer = machine_of(cast.dirk).post("/orders", body, idempotency_key="1")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"], answer.json()["errors"][0]["code"]) == (422, "#/for_unit", "orders.no_unit")
    assert client_of("karin").post("/orders/cart/for/", {"unit": site.pk}).status_code == 403 and client_of("olga").post("/orders/cart/for/", {"unit": site.pk}).status_code in (403, 404)


def test_a_program_names_it_too(cast, machine_of):
    machine = machine_of(cast.sanne)
    site = next(item for item in machine.get("/order-units").json() if item["name"] == SITE)
    assert site["code"] == "P-2604" and all(item["name"] != SITE for item in machine_of(cast.dirk).get("/order-units").json())
    body = {"lines": [{"sku": SKU, "quantity": "10"}]}
    assert Decimal(machine.post("/orders:validate", body).json()["lines"][0]["price"]) == COMPANY
    assert Decimal(machine.post("/orders:validate", {**body, "for_unit": site["id"]}).json()["lines"][0]["price"]) == PROJECT
    made = machine.post("/orders", {**body, "for_unit": site["id"]}, idempotency_key="1").json()
    assert made["for_unit"] == site and Decimal(made["lines"][0]["price"]) == PROJECT
