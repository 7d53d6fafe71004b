"""Several carts: named, shared, switched between without losing anything; and none of another company."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused
from portiek.core.models import FactRow
from portiek.trade.catalog.models import Product
from portiek.trade.orders import actions, queries, rules
from portiek.trade.orders.models import Cart, CartLine, CartUse


def add(actor, code, quantity="60"):
    with scope(actor):
        return actions.add_to_cart(actor, code=code, quantity=Decimal(quantity))


def opened(actor, name, **more):
    with scope(actor):
        return actions.open_cart(actor, name=name, **more)


def use(actor, cart=None):
    with scope(actor):
        actions.use_cart(actor, key=cart.key if cart else "")


def inside(actor):
    """Return what is in the cart that somebody is filling, and that the bar counts the same."""
    from portiek.core.counting import counted

    with scope(actor):
        found = queries.basket(actor, day=timezone.localdate())
        count, amount = counted([queries.cart_counting(actor), queries.cart_amount(actor, day=timezone.localdate(), with_tax=False)])
        glance = queries.glance(actor, found.policy, day=timezone.localdate(), with_tax=False)
        assert count == len(found.lines) == glance.count == queries.cart_lines(actor) and (amount or 0) == found.totals.net
        return [(item.product.sku, item.line.quantity) for item in found.lines if item.product]


def test_nothing_is_lost_at_switching(cast):
    sanne = cast.sanne
    add(sanne, "GP-125-2600")
    bus = opened(sanne, "Bus 3")
    assert inside(sanne) == []
    add(sanne, "SS-3535", "6")
    assert inside(sanne) == [("SS-3535", 6)]
    use(sanne)
    assert inside(sanne) == [("GP-125-2600", 60)]
    use(sanne, bus)
    assert inside(sanne) == [("SS-3535", 6)]
    with scope(sanne):
        assert [(row.name, row.lines, row.active) for row in queries.carts(sanne).order_by("name")] == [("", 1, False), ("Bus 3", 1, True)]
        found = queries.basket(sanne, day=timezone.localdate())
        order = actions.submit_order(sanne, key=found.cart.key, seen=found.hash, now=timezone.now())
        assert order.line_count == 1 and not CartUse.objects.exists()
    assert inside(sanne) == [("GP-125-2600", 60)]


def test_the_first_cart_is_named_while_one_fills_it(cast):
    sanne = cast.sanne
    add(sanne, "GP-125-2600")
    with scope(sanne):
        first = Cart.objects.get(user_id=sanne.user_id, is_open=True)
        actions.change_cart(sanne, key=first.key, name="Parkweg 12", is_shared=False)
    assert inside(sanne) == [("GP-125-2600", 60)]
    use(sanne)
    assert inside(sanne) == []
    add(sanne, "SS-3535", "6")
    with scope(sanne):
        assert Cart.objects.filter(user_id=sanne.user_id, is_open=True).count() == 2


def test_colleagues_fill_a_shared_cart_and_who_did_what_is_said(cast, client_of):
    sanne, youssef = cast.sanne, cast.youssef
    shared = opened(sanne, "Steiger Noord", is_shared=True)
    add(sanne, "GP-125-2600")
    use(youssef, shared)
    add(youssef, "SS-3535", "6")
    assert inside(sanne) == inside(youssef) == [("GP-125-2600", 60), ("SS-3535", 6)]
    page = client_of("sanne").get("/orders/cart/").content.decode()
    assert "Steiger Noord" in page and "Youssef El Amrani" in page and "Gedeeld met collega" in page
    with scope(youssef):
        found = queries.basket(youssef, day=timezone.localdate())
        seen = found.hash
        order = actions.submit_order(youssef, key=shared.key, seen=seen, now=timezone.now())
        assert order.user_id == youssef.user_id
    # Ordered once, whoever of them pressed; each goes on in his own.
    with scope(sanne):
        assert actions.submit_order(sanne, key=shared.key, seen=seen, now=timezone.now()) == order
    assert inside(sanne) == inside(youssef) == []


def test_what_is_no_longer_shared_is_ones_own(cast):
    sanne, youssef = cast.sanne, cast.youssef
    shared = opened(sanne, "Steiger Noord", is_shared=True)
    use(youssef, shared)
    add(youssef, "SS-3535", "6")
    with scope(sanne):
        actions.change_cart(sanne, key=shared.key, name="Steiger Noord", is_shared=False)
    assert inside(youssef) == [] and inside(sanne) == [("SS-3535", 6)]
    with scope(youssef):
        for write in (lambda: actions.use_cart(youssef, key=shared.key), lambda: actions.move_lines(youssef, lines=[1], key=shared.key), lambda: actions.drop_cart(youssef, key=shared.key)):
            with pytest.raises(NotFound), transaction.atomic():
                write()
    with scope(cast.system):
        assert list(FactRow.objects.filter(subject=f"orders.cart:{shared.pk}").order_by("pk").values_list("name", flat=True)) == ["orders.cart.shared", "orders.cart.kept"]


def test_a_shared_cart_is_changed_by_its_owner_alone_and_by_no_other_company(cast, client_of):
    sanne = cast.sanne
    shared = opened(sanne, "Steiger Noord", is_shared=True)
    for who, status in (("youssef", 404), ("dirk", 404), ("nadia2", 404)):
        client = client_of(who)
        for path in (f"/orders/carts/{shared.key}/", f"/orders/carts/{shared.key}/drop/"):
            assert client.get(path).status_code == status and client.post(path, {"name": "Van mij"}).status_code == status
    for who in ("dirk", "nadia2"):
        assert client_of(who).post("/orders/carts/use/", {"cart": shared.key}).status_code == 404
        assert client_of(who).post("/orders/cart/move/", {"cart": shared.key, "line": "1"}).status_code == 404
        assert "Steiger Noord" not in client_of(who).get("/orders/carts/").content.decode()
    dirk = cast.dirk
    with scope(dirk):
        assert not Cart.objects.filter(pk=shared.pk).exists()
        with pytest.raises(ProgrammingError), transaction.atomic():
            CartUse.objects.create(portal_id=dirk.portal_id, party_id=sanne.party_id, user_id=dirk.user_id, cart=shared)


def test_who_works_on_his_behalf_stays_apart(cast):
    youssef = cast.youssef
    shared = opened(cast.sanne, "Steiger Noord", is_shared=True)
    opened(youssef, "Bus 3")
    behalf = replace(youssef, by_user_id=cast.peter.user_id, by_name="Peter")
    with scope(behalf):
        assert not queries.carts(behalf).exists()
        with pytest.raises(NotFound):
            actions.use_cart(behalf, key=shared.key)
        with pytest.raises(Refused, match="cart_behalf"), transaction.atomic():
            actions.open_cart(behalf, name="Namens", is_shared=True)


def test_lines_move_and_are_added_up(cast):
    sanne = cast.sanne
    bus = opened(sanne, "Bus 3")
    add(sanne, "SS-3535", "6")
    use(sanne)
    for code, quantity in (("GP-125-2600", "60"), ("SS-3535", "6"), ("GW-75-81", "6")):
        add(sanne, code, quantity)
    with scope(cast.system):
        Product.objects.filter(sku="GW-75-81").update(is_active=False)
        CartLine.objects.update(shown_at=None)
    with scope(sanne):
        lines = {line.product.sku: line.pk for line in CartLine.objects.filter(cart__name="", cart__user_id=sanne.user_id, cart__is_open=True).select_related("product")}
        gone = CartLine.objects.exclude(pk__in=lines.values()).filter(cart__name="", cart__user_id=sanne.user_id, cart__is_open=True).values_list("pk", flat=True)
        assert actions.move_lines(sanne, lines=[lines["SS-3535"], lines.get("GW-75-81", 0), *gone], key=bus.key) == 1
    assert inside(sanne) == [("GP-125-2600", 60)]
    use(sanne, bus)
    assert inside(sanne) == [("SS-3535", 12)]
    with scope(sanne), pytest.raises(Refused, match="nothing_to_move"):
        actions.move_lines(sanne, lines=[lines["GP-125-2600"]], key=bus.key)


def test_names_and_numbers_have_bounds(cast, monkeypatch):
    sanne = cast.sanne
    opened(sanne, "Bus 3")
    with scope(sanne):
        for name, code in ((" ", "cart_name"), ("Bus  3", "cart_name_taken")):
            with pytest.raises(Refused, match=code), transaction.atomic():
                actions.open_cart(sanne, name=name)
        monkeypatch.setattr(rules, "MOST_CARTS", 1)
        with pytest.raises(Refused, match="most_carts"):
            actions.open_cart(sanne, name="Bus 7")


def test_pages(cast, client_of):
    sanne, client = cast.sanne, client_of("sanne")
    assert "u vult deze" in client.get("/orders/carts/").content.decode()
    assert client.post("/orders/carts/", {"name": ""}).status_code == 422
    assert client.post("/orders/carts/", {"name": "Bus 3"}).status_code == 302
    client.post("/orders/cart/add/", {"product": "SS-3535", "quantity": "6"})
    with scope(sanne):
        bus = Cart.objects.get(name="Bus 3")
        line = CartLine.objects.get(cart=bus)
    assert "Bus 3" in client.get("/orders/cart/").content.decode()
    assert client.get(f"/orders/carts/{bus.key}/").status_code == 200
    assert client.post(f"/orders/carts/{bus.key}/", {"name": "Bus 7", "is_shared": "on"}).status_code == 302
    assert "Bus 7" in client_of("youssef").get("/orders/carts/").content.decode()
    assert client.get("/orders/cart/move/").status_code == 200 and client.post("/orders/cart/move/", {"cart": bus.key, "line": str(line.pk)}).status_code == 422
    client.post("/orders/carts/", {"name": "Bus 8"})
    assert client.post("/orders/carts/use/", {"cart": bus.key}).status_code == 302
    with scope(sanne):
        other = Cart.objects.get(name="Bus 8")
    assert client.post("/orders/cart/move/", {"cart": other.key, "line": str(line.pk)}).status_code == 302
    assert client.get(f"/orders/carts/{other.key}/drop/").status_code == 200 and client.post(f"/orders/carts/{other.key}/drop/").status_code == 302
    with scope(sanne):
        assert not Cart.objects.filter(pk=other.pk).exists()


def test_many_carts_cost_no_more_statements(cast):
    sanne = cast.sanne

    def count():
        with scope(sanne), CaptureQueriesContext(connection) as caught:
            list(queries.carts(sanne).order_by(*queries.BY_NAME))
            queries.basket(sanne, day=timezone.localdate())
        return len(caught)

    add(sanne, "GP-125-2600")
    few = count()
    for number in range(5):
        opened(sanne, f"Bus {number}", is_shared=True)
        add(sanne, "GP-125-2600")
    assert count() == few
