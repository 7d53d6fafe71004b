"""Order lists: made, shared, ordered from; and nobody sees what is another's own."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.models import FactRow
from portiek.foundation.parties.models import Unit
from portiek.trade.catalog.models import Product
from portiek.trade.lists import actions, queries, rules
from portiek.trade.lists.models import ListLine, OrderList
from portiek.trade.lists.queries import Wish
from portiek.trade.orders import actions as orders_actions
from portiek.trade.orders import queries as orders
from portiek.trade.orders.models import CartLine, Draft, Order
from portiek.trade.orders.queries.cart import orderable


@pytest.mark.parametrize(("par", "typed", "shelf", "found"), [("24", None, "10", "14"), ("24", None, "24", None), ("24", None, "30", None), ("24", "5", "10", "5"), ("24", "0", "10", None), ("24", None, None, None), (None, "6", None, "6"), (None, None, None, None), ("24", None, "0", "24")])
def test_what_the_shelf_lacks_is_asked(par, typed, shelf, found):
    number = lambda text: None if text is None else Decimal(text)  # noqa: E731
    assert rules.wanted(par=number(par), typed=number(typed), shelf=number(shelf)) == number(found)


@pytest.mark.parametrize(("places", "order"), [({}, "abcd"), ({"d": 1}, "dabc"), ({"a": 4}, "bcda"), ({"a": 99}, "bcda"), ({"a": 2, "b": 2}, "bacd"), ({"a": 2}, "bacd"), ({"c": 1, "d": 2}, "cdab")])
def test_a_line_stands_where_it_was_put(places, order):
    keys = {sign: number for number, sign in enumerate("abcd", 1)}
    assert "".join("abcd"[key - 1] for key in rules.reordered([1, 2, 3, 4], {keys[sign]: place for sign, place in places.items()})) == order


def made(actor, name="Werkplaats", codes=("GP-125-2600", "SS-3535"), **more):
    with scope(actor):
        products = {item.sku: item.pk for item in orderable(actor).filter(sku__in=codes)}
        return actions.make_list(actor, name=name, wishes=[Wish(products[code], Decimal(60)) for code in codes], **more)


def names(actor):
    with scope(actor, read_only=True):
        return [item.name for item in queries.lists(actor).order_by("name")]


@pytest.fixture(autouse=True)
def no_lists(cast):
    with scope(cast.system):
        ListLine.objects.all().delete()
        OrderList.objects.all().delete()


def test_ones_own_list_is_nobody_elses(cast):
    found = made(cast.youssef, "Van Youssef")
    assert names(cast.youssef) == ["Van Youssef"]
    for other in (cast.sanne, cast.dirk, cast.acting("karin", "bakker")):
        assert names(other) == []
        with scope(other), pytest.raises(NotFound):
            queries.order_list(other, found.pk)
    # The second lock says so by itself, also to who asks the tables, and to who writes in them.
    with scope(cast.sanne):
        assert not OrderList.objects.filter(pk=found.pk).exists() and not ListLine.objects.filter(list_id=found.pk).exists()
        assert not ListLine.objects.filter(list_id=found.pk).update(quantity=1) and not OrderList.objects.filter(pk=found.pk).update(name="X")
        product = orderable(cast.sanne).first()
        with pytest.raises(ProgrammingError), transaction.atomic():
            ListLine.objects.create(portal_id=cast.sanne.portal_id, party_id=cast.sanne.party_id, list_id=found.pk, product=product, sku="X", name="X", quantity=1, position=1)
        with pytest.raises(ProgrammingError), transaction.atomic():
            OrderList.objects.create(portal_id=cast.sanne.portal_id, party_id=cast.sanne.party_id, user_id=cast.youssef.user_id, name="Onder een andere naam")


def test_who_manages_lists_shares_them(cast):
    with scope(cast.youssef), pytest.raises(Refused, match="not_shared"):
        actions.make_list(cast.youssef, name="Voor allen", scope=rules.COMPANY)
    found = made(cast.sanne, "Magazijn", scope=rules.COMPANY)
    assert names(cast.youssef) == ["Magazijn"] and names(cast.dirk) == []
    with scope(cast.youssef):
        for write in (lambda: actions.remove_list(cast.youssef, key=found.pk), lambda: actions.put_on(cast.youssef, key=found.pk, wishes=[]), lambda: actions.save_lines(cast.youssef, key=found.pk, lines={}, out=[])):
            with pytest.raises(NotFound), transaction.atomic():
                write()
    with scope(cast.system):
        assert [row.name for row in FactRow.objects.filter(subject=f"lists.list:{found.pk}").order_by("pk")] == ["lists.list.made"]
    with scope(cast.sanne):
        actions.change_list(cast.sanne, key=found.pk, name="Van Sanne", scope=rules.PERSONAL, unit_id=None)
    assert names(cast.youssef) == [] and names(cast.sanne) == ["Van Sanne"]
    # From now on it is her own business.
    with scope(cast.sanne):
        actions.change_list(cast.sanne, key=found.pk, name="Nog anders", scope=rules.PERSONAL, unit_id=None)
    with scope(cast.system):
        assert [row.name for row in FactRow.objects.filter(subject=f"lists.list:{found.pk}").order_by("pk")] == ["lists.list.made", "lists.list.removed"]


def test_a_list_of_a_branch(cast):
    with scope(cast.system):
        north, south = (Unit.objects.create(portal_id=cast.system.portal_id, party_id=cast.sanne.party_id, code=code, name=code, kind="branch") for code in ("Noord", "Zuid"))
        below = Unit.objects.create(portal_id=cast.system.portal_id, party_id=cast.sanne.party_id, code="Dak", name="Dak", kind="department", parent=north)
        for unit, path in ((north, [north.pk]), (south, [south.pk]), (below, [north.pk, below.pk])):
            Unit.objects.filter(pk=unit.pk).update(path=path)
    made(cast.sanne, "Noord", scope=rules.UNIT, unit_id=north.pk)
    for unit, seen in ((north, ["Noord"]), (below, ["Noord"]), (south, [])):
        assert names(replace(cast.youssef, unit_id=unit.pk)) == seen
    assert names(cast.youssef) == ["Noord"]
    with scope(cast.sanne), pytest.raises(Refused, match="no_unit"):
        actions.make_list(cast.sanne, name="Fout", scope=rules.UNIT, unit_id=2**40)


def test_without_the_right_to_order_there_are_no_lists(cast, client_of):
    reader = replace(cast.youssef, rights=cast.youssef.rights - {"cart.edit"})
    with scope(reader), pytest.raises(Forbidden):
        actions.make_list(reader, name="X")
    assert client_of("peter").get("/order-lists/").status_code == 404


def test_names_and_sizes_have_bounds(cast, monkeypatch):
    found = made(cast.sanne)
    with scope(cast.sanne):
        for name, code in (("  ", "name"), ("Werkplaats", "taken")):
            with pytest.raises(Refused, match=code), transaction.atomic():
                actions.make_list(cast.sanne, name=name)
        monkeypatch.setattr(rules, "MOST_LINES", 2)
        with pytest.raises(Refused, match="most_lines"), transaction.atomic():
            actions.put_on(cast.sanne, key=found.pk, wishes=[Wish(orderable(cast.sanne).get(sku="BD-830").pk, Decimal(1))])
        monkeypatch.setattr(rules, "MOST_LISTS", 1)
        with pytest.raises(Refused, match="most_lists"):
            actions.make_list(cast.sanne, name="Nog een")


def test_what_is_ordered_goes_through_the_look_before_the_cart(cast):
    found = made(cast.sanne)
    with scope(cast.sanne):
        plates, screws = queries.lines(cast.sanne, found)
        actions.save_lines(cast.sanne, key=found.pk, lines={screws.pk: actions.Line(Decimal(6), Decimal(24), "stelling 3", 1)}, out=[])
        assert [(line.sku, line.position) for line in queries.lines(cast.sanne, found)] == [("SS-3535", 1), ("GP-125-2600", 2)]
        draft = actions.order_from(cast.sanne, key=found.pk, typed={plates.pk: Decimal(60)}, shelf={screws.pk: Decimal(10)})
        look = orders.look(cast.sanne, orders.draft(cast.sanne, draft.key), policy=found.portal.policy, day=timezone.localdate())
        assert [(row.product.sku, row.note) for row in look.good] == [("SS-3535", "stelling 3"), ("GP-125-2600", "")] and look.good[0].quantity >= 14
        assert not CartLine.objects.filter(product__sku="SS-3535", cart__user_id=cast.sanne.user_id, cart__is_open=True).exists()
        again = actions.order_from(cast.sanne, key=found.pk, typed={plates.pk: Decimal(60)}, shelf={}, only=[plates.pk])
        assert [row[1][0] for row in again.rows] == ["GP-125-2600"] and Draft.objects.filter(kind="list").count() == 1
        with pytest.raises(Refused, match="nothing_asked"):
            actions.order_from(cast.sanne, key=found.pk, typed={plates.pk: Decimal(60)}, shelf={}, only=[])


def test_a_product_that_is_gone_is_named(cast, client_of):
    found = made(cast.sanne)
    with scope(cast.system):
        Product.objects.filter(sku="SS-3535").update(is_active=False)
    page = client_of("sanne").get(f"/order-lists/{found.pk}/").content.decode()
    with scope(cast.sanne):
        called = ListLine.objects.get(sku="SS-3535").name
    assert called in page and "Niet meer in uw assortiment" in page
    with scope(cast.sanne):
        draft = actions.order_from(cast.sanne, key=found.pk, typed={line.pk: Decimal(60) for line in queries.lines(cast.sanne, found)}, shelf={})
        look = orders.look(cast.sanne, orders.draft(cast.sanne, draft.key), policy=found.portal.policy, day=timezone.localdate())
        assert [(row.state, row.name) for row in look.wrong] == [("unknown", called)]


def test_pages(cast, client_of):
    sanne = client_of("sanne")
    assert "Nog geen bestellijsten" in sanne.get("/order-lists/").content.decode()
    assert sanne.post("/order-lists/new/", {"name": "", "scope": "person"}).status_code == 422
    assert sanne.post("/order-lists/new/", {"name": "Werkplaats", "scope": "company"}).status_code == 302
    with scope(cast.sanne):
        key = queries.lists(cast.sanne).get(name="Werkplaats").pk
    here = f"/order-lists/{key}/"
    assert sanne.post(f"{here}add/", {"product": "GP-125-2600", "quantity": "60"}).status_code == 302
    assert "geen artikel" in sanne.post(f"{here}add/", {"product": "BESTAAT-NIET", "quantity": "1"}).content.decode()
    with scope(cast.sanne):
        [line] = ListLine.objects.filter(list_id=key)
    assert sanne.get(f"{here}lines/").status_code == 200
    assert sanne.post(f"{here}lines/", {f"place-{line.pk}": "1", f"quantity-{line.pk}": "12,5", f"par-{line.pk}": "24", f"note-{line.pk}": "achterom"}).status_code == 302
    page = sanne.get(here).content.decode()
    assert "achterom" in page and f"shelf-{line.pk}" in page
    assert sanne.post(f"{here}order/", {f"shelf-{line.pk}": "x"}).status_code == 422
    assert sanne.post(f"{here}order/", {}).status_code == 422
    answer = sanne.post(f"{here}order/", {f"shelf-{line.pk}": "4"})
    assert answer.status_code == 302 and "/cart/paste/" in answer["Location"]
    assert "Werkplaats" in sanne.get(answer["Location"]).content.decode()
    rows = list(csv.reader(io.StringIO(sanne.get(f"{here}download/").content.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][0] == "GP-125-2600" and rows[1][3] == "12,5" and rows[1][5:] == ["24", "achterom"]
    assert client_of("youssef").get(here).status_code == 200
    for path in ("lines/", "change/", "remove/"):
        assert client_of("youssef").get(f"{here}{path}").status_code == 404
    for path in ("", "lines/", "change/", "remove/", "download/"):
        assert client_of("dirk").get(f"{here}{path}").status_code == 404
    for path in ("order/", "add/", "lines/", "change/", "remove/"):
        assert client_of("dirk").post(f"{here}{path}", {}).status_code == 404
    assert sanne.get(f"{here}remove/").status_code == 200 and sanne.post(f"{here}remove/").status_code == 302
    assert sanne.get(here).status_code == 404


def test_everything_can_be_put_on_a_list(cast, client_of):
    sanne = client_of("sanne")
    with scope(cast.sanne):
        for code, quantity in (("GP-125-2600", "60"), ("SS-3535", "6")):
            orders_actions.add_to_cart(cast.sanne, code=code, quantity=Decimal(quantity))
    found = made(cast.sanne, "Een", codes=("GP-125-2600",))
    with scope(cast.sanne):
        order = Order.objects.filter(party_id=cast.sanne.party_id).first()
        draft = actions.order_from(cast.sanne, key=found.pk, typed={line.pk: Decimal(60) for line in queries.lines(cast.sanne, found)}, shelf={})
    for what in ("cart", "product:BD-830", f"order:{order.number}", f"draft:{draft.key}", f"list:{found.pk}"):
        assert sanne.get("/order-lists/put-on/", {"thing": what}).status_code == 200, what
        assert sanne.post("/order-lists/put-on/", {"thing": what, "to": "", "name": f"Nieuw van {what}"}).status_code == 302, what
    assert sanne.post("/order-lists/put-on/", {"thing": "cart", "to": str(found.pk)}).status_code == 302
    with scope(cast.sanne):
        # What stood there stays as it was, and the rest comes behind it.
        assert [(line.sku, line.quantity) for line in queries.lines(cast.sanne, found)] == [("GP-125-2600", 60), ("SS-3535", 6)]
    # The page of a product asks for no name: the next page does.
    assert "Naam van de nieuwe lijst" in sanne.post("/order-lists/put-on/", {"thing": "product:BD-830", "to": ""}).content.decode()
    for what in (f"order:{order.number}", f"draft:{draft.key}", f"list:{found.pk}", "", "list:x", "order:", "x:y", "product:"):
        assert client_of("dirk").get("/order-lists/put-on/", {"thing": what}).status_code == 404, what
    assert client_of("youssef").get("/order-lists/put-on/", {"thing": f"list:{found.pk}"}).status_code == 404
    assert client_of("youssef").post("/order-lists/put-on/", {"thing": "product:BD-830", "to": str(found.pk)}).status_code == 422


def test_a_long_list_costs_no_more_statements(cast):
    sanne = cast.sanne
    found = made(sanne, codes=("SS-3535",))

    def count():
        with scope(sanne, read_only=True), CaptureQueriesContext(connection) as caught:
            queries.standing(sanne, queries.order_list(sanne, found.pk), day=timezone.localdate())
        return len(caught)

    few = count()
    with scope(cast.sanne):
        actions.put_on(cast.sanne, key=found.pk, wishes=[Wish(key, Decimal(1)) for key in orderable(cast.sanne).values_list("pk", flat=True)[:60]])
        assert queries.lines(cast.sanne, found).count() > 20
    assert count() == few


def test_no_line_hangs_on_a_list_of_another_company(cast):
    mine, theirs = made(cast.sanne), made(cast.dirk, codes=("BD-830",))
    with scope(cast.sanne):
        line = queries.lines(cast.sanne, mine).first()
        with pytest.raises((ProgrammingError, psycopg.Error)), transaction.atomic():
            ListLine.objects.filter(pk=line.pk).update(list_id=theirs.pk)
