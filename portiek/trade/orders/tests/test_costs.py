"""Order minimum, fee and freight: one calculation for cart, bar, review, order, API, PDF and ERP; the nearest rule counts and no other is seen."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from django.utils import timezone

from portiek.config.testing import recorded
from portiek.core.db import scope
from portiek.core.errors import Conflict, Forbidden, Refused
from portiek.core.models import FactRow
from portiek.edges.connectors.contract import NewOrder
from portiek.edges.connectors.effects import order_payload
from portiek.edges.connectors.models import Connection
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.orders import actions, delivering, document, facts, queries, reading, rules, wording
from portiek.trade.orders.actions.erp import _expected
from portiek.trade.orders.actions.shipment import _rest
from portiek.trade.orders.costs import Due, Rule, by_rate
from portiek.trade.orders.models import Cart, CostRule, Order, OrderLine, Purchase
from portiek.trade.orders.queries import Asked, Details
from portiek.trade.pricing.models import CustomerGroup, GroupMember

D = Decimal


@pytest.fixture
def articles(cast):
    """Articles that no assortment holds: the buyer never sees them as products."""
    with scope(cast.system):
        Product.objects.filter(sku="TOESLAG").update(tax_rate=9)
        return Product.objects.get(sku="VRACHT"), Product.objects.get(sku="TOESLAG")


def costs(cast, articles, **more):
    freight, fee = articles
    with scope(cast.peter):
        return actions.add_costs(cast.peter, **({"freight_product": freight} if more.get("freight") else {}), **({"fee_product": fee} if more.get("fee") else {}), **more)


def add(actor, quantity="60", code="GP-125-2600"):
    with scope(actor):
        actions.add_to_cart(actor, code=code, quantity=D(quantity))


def look(actor):
    return queries.basket(actor, day=timezone.localdate())


def submit(actor):
    found = look(actor)
    return actions.submit_order(actor, key=found.cart.key, seen=found.hash, now=timezone.now())


@pytest.mark.parametrize(
    ("goods", "due"),
    [("99.99", Due(D("7.50"), D(25), D("0.01"), D("400.01"))), ("100", Due(freight=D(25), to_free=D(400))), ("499.99", Due(freight=D(25), to_free=D("0.01"))), ("500", Due()), ("0", Due(D("7.50"), D(25), D(100), D(500)))],
)  # fmt: skip
def test_what_comes_on_goods(goods, due):
    assert Rule(D(100), D("7.50"), D(25), D(500)).due(D(goods)) == due


def test_what_is_refused_collected_or_always_costs():
    assert Rule(minimum=D(100)).due(D(99)).refused and not Rule(minimum=D(100)).due(D(100)).refused and not Rule(D(100), D(5)).due(D(1)).refused
    assert Rule(freight=D(25)).due(D(10**9)) == Due(freight=D(25)) and Rule().due(D(0)) == Due()
    assert Rule(D(100), D(5), D(25), D(500)).due(D(10), collected=True) == Due(fee=D(5), lacks=D(90))


def test_more_goods_never_cost_more_on_top():
    dice = random.Random(93)
    for _try in range(2000):
        rule = Rule(*(D(dice.randint(1, 10000)) / 100 if dice.random() < 0.8 else None for _part in range(4)))
        less, more = sorted(D(dice.randint(0, 20000)) / 100 for _side in range(2))
        small, large = rule.due(less), rule.due(more)
        assert large.fee <= small.fee and large.freight <= small.freight and large.lacks <= small.lacks and large.to_free <= small.to_free
        assert not rule.due(less + small.lacks).lacks and (small.to_free == 0 or rule.due(less + small.to_free).freight == 0)


def test_one_figure_everywhere(cast, articles, client_of, machine_of):
    """Cart, bar, glance, review, validate, order, its lines, API, page and PDF."""
    sanne = cast.sanne
    costs(cast, articles, minimum=D(1000), fee=D("7.55"), freight=D("24.95"), free_from=D(2000))
    dice, machine, client = random.Random(7), machine_of(sanne), client_of("sanne")
    for _try in range(4):
        wanted = {code: dice.randint(1, 30) * step for code, step in (("GP-125-2600", 10), ("SS-3535", 6)) if dice.random() < 0.9} or {"SS-3535": 6}
        for code, quantity in wanted.items():
            add(sanne, quantity, code)
        with scope(sanne):
            found = look(sanne)
            cart = Cart.objects.get(pk=found.cart.pk)
            glance = queries.glance(sanne, found.policy, day=timezone.localdate(), with_tax=False)
        assert found.totals.net == found.goods + sum(item.amount for item in found.charges) == cart.shown_net == glance.total
        assert found.totals.gross == cart.shown_gross and len(found.charges) == (found.goods < 1000) + (found.goods < 2000)
        tried = machine.post("/orders:validate", {"lines": [{"sku": item.product.sku, "quantity": str(item.line.quantity)} for item in found.lines]}).json()
        assert (D(tried["net"]), D(tried["gross"]), [D(item["amount"]) for item in tried["charges"]]) == (found.totals.net, found.totals.gross, [item.amount for item in found.charges])
        with scope(sanne):
            order = submit(sanne)
            there = queries.detail(sanne, order.number)
        assert (order.net, order.tax, order.gross, order.line_count) == (found.totals.net, found.totals.tax, found.totals.gross, len(wanted))
        assert order.net == sum(line.amount for line in there.lines) and [line.charge for line in there.charges] == [item.kind for item in found.charges]
        got = machine.get(f"/orders/{order.number}").json()
        assert D(got["net"]) == order.net == sum(D(line["amount"]) for line in got["lines"]) + sum(D(item["amount"]) for item in got["charges"])
        page = client.get(f"/orders/{order.number}/").content.decode()
        assert ("Vrachtkosten (btw 21%)" in page) == (found.goods < 2000) and ("Toeslag kleine order (btw 21%)" in page) == (found.goods < 1000)


@pytest.mark.parametrize(
    ("amount", "goods", "parts"),
    [("24.95", [("100", "21")], [("24.95", "21")]), ("24.95", [("100", "21"), ("50", "9"), ("50", "21")], [("18.72", "21"), ("6.23", "9")]), ("10", [("1", "21"), ("1", "9"), ("1", "0")], [("3.34", "21"), ("3.33", "9"), ("3.33", "0")]),
     ("0.01", [("1", "21"), ("99", "9")], [("0.01", "9")]), ("10", [("0", "21")], []), ("10", [], [])],
)  # fmt: skip
def test_a_cost_follows_the_vat_of_the_goods(amount, goods, parts):
    assert by_rate(D(amount), [(D(net), D(rate)) for net, rate in goods]) == [(D(part), D(rate)) for part, rate in parts]


def test_its_parts_are_the_whole():
    dice = random.Random(107)
    for _try in range(2000):
        amount, goods = D(dice.randint(1, 10000)) / 100, [(D(dice.randint(0, 99999)) / 100, D(dice.choice((0, 9, 21)))) for _line in range(dice.randint(1, 9))]
        parts = by_rate(amount, goods)
        assert not parts or (sum(part for part, _rate in parts) == amount and {rate for _part, rate in parts} <= {rate for net, rate in goods if net} and all(part > 0 for part, _rate in parts))


def test_freight_of_goods_at_two_rates_is_two_lines(cast, articles, client_of, machine_of):
    """Five cents of difference with the books are five cents too many: cart, bar, order, API and page say the same parts."""
    sanne = cast.sanne
    costs(cast, articles, freight=D("24.95"))
    with scope(cast.system):
        Product.objects.filter(sku="SS-3535").update(tax_rate=9)
    add(sanne, "60"), add(sanne, "6", "SS-3535")
    with scope(sanne):
        found = look(sanne)
        cart = Cart.objects.get(pk=found.cart.pk)
        wanted = by_rate(D("24.95"), [(item.amount, item.product.tax_rate) for item in found.lines])
        assert [(item.kind, item.amount, item.rate) for item in found.charges] == [("freight", part, rate) for part, rate in wanted] and {rate for _part, rate in wanted} == {21, 9}
        assert found.totals.gross == cart.shown_gross == found.policy.totals([*((item.amount, item.product.tax_rate) for item in found.lines), *wanted]).gross
    page = client_of("sanne").get("/orders/cart/").content.decode()
    assert "Vrachtkosten (btw 21%)" in page and "Vrachtkosten (btw 9%)" in page
    tried = machine_of(sanne).post("/orders:validate", {"lines": [{"sku": "GP-125-2600", "quantity": "60"}, {"sku": "SS-3535", "quantity": "6"}]}).json()
    assert sorted((D(item["amount"]), D(item["tax_rate"])) for item in tried["charges"]) == sorted(wanted)
    with scope(sanne):
        order = submit(sanne)
        assert sorted((line.amount, line.tax_rate) for line in queries.detail(sanne, order.number).charges) == sorted(wanted) and order.gross == found.totals.gross
    with scope(cast.system):
        payload = queries.payload_for_erp(cast.system, order_id=order.pk)
    assert [line.price for line in payload.lines if line.sku == "VRACHT"] == [part for part, _rate in wanted]


def test_the_parts_of_a_lowered_order_follow_the_goods_that_stay(cast, articles):
    """One rate is struck: its part goes. One is lowered: the parts shift. What the freight comes to stays."""
    sanne, youssef = cast.sanne, cast.youssef
    costs(cast, articles, freight=D("24.95"))
    with scope(cast.system):
        Product.objects.filter(sku="SS-3535").update(tax_rate=9)
    for stays, rates in ((D(12), {21, 9}), (D(0), {21})):
        add(youssef, "600"), add(youssef, "600", "SS-3535")
        with scope(youssef):
            order = submit(youssef)
        with scope(sanne):
            was = {line.tax_rate: line.amount for line in queries.detail(sanne, order.number).charges}
            place = next(line.position for line in queries.detail(sanne, order.number).goods if line.sku == "SS-3535")
            lowered = actions.lower_order(sanne, order=order, seen=order.content_hash, step=1, lines={place: actions.Lower(stays, "Minder")}, now=timezone.now())
            found = queries.detail(sanne, order.number)
            parts = {line.tax_rate: line.amount for line in found.charges}
            assert set(was) == {21, 9} and set(parts) == rates and sum(parts.values()) == D("24.95") and parts[21] > was[21] and all(line.price == line.amount for line in found.charges)
            assert sorted((part, rate) for rate, part in parts.items()) == sorted(by_rate(D("24.95"), [(line.amount, line.tax_rate) for line in found.goods]))
            totals = order.portal.policy.totals((line.amount, line.tax_rate) for line in found.lines)
            assert (lowered.net, lowered.tax, lowered.gross) == (totals.net, totals.tax, totals.gross)
            change = FactRow.objects.filter(name="orders.order.lowered").latest("pk").changes["VRACHT"]
            assert [str(was[21].normalize()) in change[0], str(parts[21].normalize()) in change[1]] == [True, True]


def test_a_part_that_was_less_than_a_cent_comes_up(cast, articles):
    sanne, youssef = cast.sanne, cast.youssef
    costs(cast, articles, freight=D("0.01"))
    with scope(cast.system):
        Product.objects.filter(sku="SS-3535").update(tax_rate=9)
    add(youssef, "600"), add(youssef, "600", "SS-3535")
    with scope(youssef):
        order = submit(youssef)
    with scope(sanne):
        found = queries.detail(sanne, order.number)
        [charge] = found.charges
        largest = max(found.goods, key=lambda line: line.amount)
        actions.lower_order(sanne, order=order, seen=order.content_hash, step=1, lines={largest.position: actions.Lower(D(0), "Minder")}, now=timezone.now())
        [after] = queries.detail(sanne, order.number).charges
        assert charge.tax_rate == largest.tax_rate != after.tax_rate and (after.amount, after.position) == (D("0.01"), charge.position + 1)


def test_the_nearest_rule_counts_and_no_other_is_seen(cast, articles):
    with scope(cast.system):
        group = CustomerGroup.objects.create(portal_id=cast.system.portal_id, code="INKOOP", name="Inkoopvereniging")
        party = Party.objects.get(pk=cast.sanne.party_id)
        other = Party.objects.get(pk=cast.dirk.party_id)

    def freight():
        with scope(cast.sanne):
            return queries.costs_of(cast.sanne).rule.freight

    assert freight() is None
    costs(cast, articles, freight=D(10))
    assert freight() == 10
    costs(cast, articles, freight=D(99), customer=other)
    costs(cast, articles, freight=D(20), kind=party.kind)
    assert freight() == 20
    costs(cast, articles, freight=D(30), group=group)
    assert freight() == 20
    with scope(cast.system):
        GroupMember.objects.create(portal_id=group.portal_id, party_id=party.pk, group=group)
    assert freight() == 30
    with scope(cast.system):
        CustomerGroup.objects.filter(pk=group.pk).update(is_active=False)
    assert freight() == 20
    # Nothing filled in is an exception.
    costs(cast, articles, customer=party)
    assert freight() is None
    with scope(cast.nadia):
        assert queries.costs_of(cast.nadia).rule == Rule()


def test_a_party_reads_no_rule_itself(cast, articles):
    from django.db import ProgrammingError, transaction

    costs(cast, articles, freight=D(10))
    with scope(cast.sanne), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        CostRule.objects.exists()
    with scope(cast.sanne):
        assert not Product.objects.filter(sku="VRACHT").exists() and queries.costs_of(cast.sanne).articles["freight"].sku == "VRACHT"
    with scope(cast.sanne), pytest.raises(Forbidden):
        actions.add_costs(cast.sanne, freight=D(1))


def test_below_the_minimum_nothing_is_ordered(cast, articles, client_of, machine_of):
    sanne, client = cast.sanne, client_of("sanne")
    add(sanne)
    costs(cast, articles, minimum=D(5000))
    for path in ("/orders/cart/", "/orders/cart/review/"):
        page = client.get(path).content.decode()
        assert "tot het orderminimum van €\xa05.000,00" in page and "disabled" in page
    with scope(sanne), pytest.raises(Refused, match="below_minimum"):
        submit(sanne)
    with scope(sanne):
        found = queries.proposal(sanne, lines=[Asked("GP-125-2600", D(60))], details=Details(), day=timezone.localdate())
        assert [(item.code, item.field) for item in found.problems] == [("orders.below_minimum", "lines")]
    asked = {"lines": [{"sku": "GP-125-2600", "quantity": "60"}]}
    machine = machine_of(sanne)
    tried = machine.post("/orders:validate", asked).json()
    assert not tried["can_be_placed"] and D(tried["minimum"]) == 5000 and D(tried["minimum_lacks"]) == 5000 - D(tried["net"]) and tried["problems"][0]["code"] == "orders.below_minimum"
    with scope(sanne):
        assert not Order.objects.filter(party_id=sanne.party_id, submit_key=look(sanne).cart.key).exists()


def test_a_rule_that_came_meanwhile_is_a_conflict_that_says_so(cast, articles):
    sanne = cast.sanne
    add(sanne)
    with scope(sanne):
        before = look(sanne)
    costs(cast, articles, freight=D(25))
    with scope(sanne):
        with pytest.raises(Conflict):
            actions.submit_order(sanne, key=before.cart.key, seen=before.hash, now=timezone.now())
        found = rules.differences(before.content, look(sanne).content)
        assert [(item.what, item.before, item.now) for item in found] == [("charges", "", "25")]


def test_what_is_picked_up_has_no_freight(cast, articles):
    sanne = cast.sanne
    costs(cast, articles, freight=D(25))
    with scope(cast.peter):
        actions.set_delivery(cast.peter, days=[], cutoffs={}, lead=0, slots=[], asks_parts=False)
    add(sanne)
    details = {"reference": "", "note": "", "wanted_date": None, "address_id": None}
    with scope(sanne):
        actions.set_details(sanne, **details, shipping=delivering.PICKUP)
        with pytest.raises(Refused, match="no_such_shipping"):
            submit(sanne)
    with scope(cast.peter):
        actions.set_delivery(cast.peter, days=[], cutoffs={}, lead=0, slots=[], asks_parts=False, pickup=True)
    with scope(sanne):
        found = look(sanne)
        assert not found.charges and Cart.objects.get(pk=found.cart.pk).shown_net == found.goods
        actions.set_details(sanne, **details, shipping="")
        assert look(sanne).totals.net == found.goods + 25 == Cart.objects.get(pk=found.cart.pk).shown_net
        actions.set_details(sanne, **details, shipping=delivering.PICKUP)
        order = submit(sanne)
    assert order.net == found.goods and order.shipping == "pickup"


def test_the_erp_gets_them_as_lines_at_the_told_price(cast, articles):
    sanne = cast.sanne
    costs(cast, articles, freight=D("24.95"))
    add(sanne)
    with scope(sanne):
        order = submit(sanne)
    with scope(cast.system):
        payload, problem = order_payload(Order.objects.select_related("party").get(pk=order.pk), Connection(portal_id=order.portal_id))
        wanted = NewOrder.from_payload(payload)
        assert [(line.product, line.quantity, line.unit_price, line.charge) for line in wanted.lines][-1] == ("vracht-1", 1, D("24.95"), "freight") and not problem
        # One that the ERP does not know is a person's to look at, never left out.
        Product.objects.filter(sku="VRACHT").update(external_id=None)
        assert "VRACHT" in order_payload(Order.objects.select_related("party").get(pk=order.pk), Connection(portal_id=order.portal_id))[1]


def test_costs_are_no_goods(cast, articles):
    """They are not bought before, not ordered again, not struck and wait for no shipment."""
    sanne, youssef = cast.sanne, cast.youssef
    costs(cast, articles, freight=D(25))
    add(youssef, "600")
    with scope(youssef):
        order = submit(youssef)
        assert order.status == "pending_approval"
    with scope(sanne):
        lines = queries.detail(sanne, order.number)
        freight = lines.charges[0]
        with pytest.raises(Refused, match="nothing_lowered"):
            actions.lower_order(sanne, order=order, seen=order.content_hash, step=1, lines={freight.position: actions.Lower(D(0), "Nee")}, now=timezone.now())
        with pytest.raises(Refused, match="all_struck"):
            actions.lower_order(sanne, order=order, seen=order.content_hash, step=1, lines={1: actions.Lower(D(0), "Nee")}, now=timezone.now())
        lowered = actions.lower_order(sanne, order=order, seen=order.content_hash, step=1, lines={1: actions.Lower(D(300), "Minder")}, now=timezone.now())
        assert lowered.line_count == 1 and lowered.net == sum(line.amount for line in queries.detail(sanne, order.number).lines)
    with scope(youssef):
        again = actions.order_again(youssef, order=order)
        assert [cells[0] for _number, cells in again.rows] == ["GP-125-2600"]
    with scope(cast.system):
        Order.objects.filter(pk=order.pk).update(status="submitted")
        actions.note_purchases(cast.system, order_ids=[order.pk])
        assert not Purchase.objects.filter(product__sku="VRACHT").exists()
        OrderLine.objects.filter(order=order, charge="").delete()
        assert not _rest(order)


def test_nobody_waits_for_freight():
    order, day = Order(), timezone.localdate()
    _expected(order, [OrderLine(confirmed_on=day, confirmed_quantity=D(1), shipped_quantity=D(1)), OrderLine(charge="freight", confirmed_on=day, confirmed_quantity=D(1))])
    assert order.expected_on is None


def test_a_person_reads_them_with_vat(cast, articles):
    costs(cast, articles, freight=D(100))
    add(cast.sanne)
    with scope(cast.sanne):
        found = reading.basket(look(cast.sanne), with_tax=True)
        assert found.charges[0].amount == D(121)
        order = submit(cast.sanne)
        there = queries.detail(cast.sanne, order.number)
        assert document.order_document(there, there.order.portal, with_tax=True)[:4] == b"%PDF"
    assert wording.charges([("Vracht", D(21), D(121))], "EUR")[0][1] == "€\xa0121,00"


def test_staff_keep_the_rules_and_only_they(cast, articles, client_of):
    peter, sanne = client_of("peter"), client_of("sanne")
    empty = {"kind": "", "group": "", "customer": "", "minimum": "", "fee": "", "fee_article": "", "freight": "", "free_from": "", "freight_article": ""}
    with scope(cast.peter):
        actions.remove_costs(cast.peter, rule=CostRule.objects.get())
    assert "Geen regels" in peter.get("/orders/costs/").content.decode() and peter.get("/orders/costs/new/").status_code == 200
    for wrong in ({"fee": "5", "fee_article": "TOESLAG"}, {"freight": "5"}, {"free_from": "100"}, {"freight": "5", "freight_article": "NEE"}, {"customer": "99999"}, {"kind": "person", "customer": "10042"}, {"minimum": "-1"}):
        assert peter.post("/orders/costs/new/", empty | wrong).status_code == 422, wrong
    looked = peter.post("/orders/costs/new/", empty | {"customer_find": "Bakker", "look": "customer", "minimum": "100"})
    assert looked.status_code == 200 and 'value="10042"' in looked.content.decode() and 'value="100"' in looked.content.decode()
    assert peter.post("/orders/costs/new/", empty | {"customer": "50001", "minimum": "100"}).status_code == 422  # of another portal
    assert peter.post("/orders/costs/new/", empty | {"customer": "10042", "minimum": "100", "fee": "7,50", "fee_article": "TOESLAG", "freight": "25", "free_from": "500", "freight_article": "VRACHT"}).status_code == 302
    assert peter.post("/orders/costs/new/", empty | {"customer": "10042"}).status_code == 422
    page = peter.get("/orders/costs/").content.decode()
    assert "een toeslag van €\xa07,50" in page and "VRACHT" in page
    with scope(cast.peter):
        rule = CostRule.objects.get()
    path = f"/orders/costs/{rule.pk}/"
    assert "25,00" in peter.get(path).content.decode()
    assert peter.post(path, empty | {"minimum": "100"}).status_code == 302 and peter.post(path, empty | {"fee": "1", "fee_article": "TOESLAG"}).status_code == 422
    with scope(cast.peter):
        rule.refresh_from_db()
        assert (rule.minimum, rule.fee, rule.fee_product_id, rule.freight, rule.freight_product_id) == (100, None, None, None, None)
    for client, method, where in ((sanne, "get", "/orders/costs/"), (sanne, "get", "/orders/costs/new/"), (sanne, "post", "/orders/costs/new/"), (sanne, "get", path), (sanne, "post", path), (sanne, "post", path + "remove/"), (client_of("otto"), "get", path)):
        assert getattr(client, method)(where).status_code == 404
    assert peter.post(path + "remove/").status_code == 302 and peter.get(path).status_code == 404
    with scope(cast.system):
        assert sum(isinstance(fact, facts.CostsChanged) for fact in recorded()) == 5
