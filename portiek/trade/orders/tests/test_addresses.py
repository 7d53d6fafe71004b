"""Where the goods go: out of many addresses, to one for this order alone, or where one's branch has them sent."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.core.db import scope
from portiek.core.errors import Forbidden, Refused
from portiek.foundation.accounts.models import Membership, Role
from portiek.foundation.parties import actions as parties
from portiek.foundation.parties.models import Address, Party, Unit
from portiek.foundation.parties.queries import own_party
from portiek.trade.orders import actions, queries
from portiek.trade.orders.models import Cart, Order
from portiek.trade.orders.tests.test_submit import fill, submit

ONCE = {"name": "Fam. Smit", "street": "Brink 4", "postal_code": "7411bt", "city": "Deventer", "country": "NL"}


def test_an_address_is_searched_and_chosen_without_script(client_of, cast):
    with scope(cast.sanne):
        fill(cast.sanne)
        kampen = Address.objects.get(label="Kampen")
    sanne = client_of("sanne")
    # What was typed is kept when one goes on to choose the address.
    answer = sanne.post("/orders/cart/details/", {"reference": "Parkweg", "address": "", "next": "address"})
    assert answer.headers["Location"] == "/orders/cart/address/"
    page = sanne.get("/orders/cart/address/?q=bouwpl+kamp").content.decode()
    assert "Bouwplaats Kampen 1" in page and "Bouwplaats Deventer 1" not in page
    assert sanne.post("/orders/cart/address/", {"address": kampen.pk}).headers["Location"] == "/orders/cart/"
    with scope(cast.sanne):
        cart = Cart.objects.get(user_id=cast.sanne.user_id, is_open=True)
        assert (cart.address_id, cart.reference) == (kampen.pk, "Parkweg")
        order = submit(cast.sanne, queries.basket(cast.sanne, day=timezone.localdate()))
        assert order.address["street"] == "Bouwplaats Kampen 1"
    # It was used last, so it comes first, where it is searched and where it is chosen.
    assert "Laatst gebruikt" in sanne.get("/orders/cart/address/").content.decode()
    with scope(cast.sanne):
        assert queries.delivery_addresses(cast.sanne)[0].pk == kampen.pk and queries.choices(cast.sanne, None)[0][0].pk == kampen.pk
    assert sanne.post("/orders/cart/address/", {"address": ""}).status_code == 302


def test_another_company_s_address_is_none(client_of, cast):
    with scope(cast.sanne):
        key = Address.objects.get(label="Kampen").pk
    for who in ("dirk", "nadia2"):
        client = client_of(who)
        assert client.post("/orders/cart/address/", {"address": key}).status_code == 422
        assert "Kampen" not in client.get("/orders/cart/address/?q=kampen").content.decode().replace('value="kampen"', "")
    for nonsense in ("0", "-1", "99999999999999999999", "x"):
        assert client_of("sanne").post("/orders/cart/address/", {"address": nonsense}).status_code == 422
    assert client_of("peter").get("/orders/cart/address/").status_code == 404


def test_an_address_for_one_order_goes_into_no_address_book(client_of, cast):
    with scope(cast.sanne):
        fill(cast.sanne)
        before = Address.objects.count()
    sanne = client_of("sanne")
    assert sanne.post("/orders/cart/address/once/", {**ONCE, "postal_code": "1"}).status_code == 422
    assert sanne.post("/orders/cart/address/once/", ONCE).status_code == 302
    page = sanne.get("/orders/cart/").content.decode()
    assert "Brink 4" in page
    # Saving the rest keeps it; choosing another takes it away.
    assert sanne.post("/orders/cart/details/", {"reference": "x", "address": "once"}).status_code == 302
    assert "Fam. Smit, Brink 4, 7411 BT Deventer" in sanne.get("/orders/cart/review/").content.decode()
    with scope(cast.sanne):
        order = submit(cast.sanne, queries.basket(cast.sanne, day=timezone.localdate()))
        assert order.address == {"label": "", "name": "Fam. Smit", "street": "Brink 4", "postal_code": "7411 BT", "city": "Deventer", "country": "NL"} and order.address_external_id == ""
        assert Address.objects.count() == before
        fill(cast.sanne)
        actions.deliver_once_to(cast.sanne, values=ONCE)
        assert actions.deliver_to(cast.sanne, address_id=None).oneoff == {}
    assert sanne.post("/orders/cart/details/", {"reference": "x", "address": "once"}).status_code == 422


def test_an_address_for_one_order_is_a_right(client_of, cast):
    youssef = client_of("youssef")
    with scope(cast.youssef):
        fill(cast.youssef)
        with pytest.raises(Forbidden):
            actions.deliver_once_to(cast.youssef, values=ONCE)
    assert youssef.get("/orders/cart/address/once/").status_code == 403 and youssef.post("/orders/cart/address/once/", ONCE).status_code == 403
    assert "/orders/cart/address/once/" not in youssef.get("/orders/cart/address/").content.decode()
    # Who loses the right before he orders cannot use what he filled in with it.
    with scope(cast.sanne):
        fill(cast.sanne)
        actions.deliver_once_to(cast.sanne, values=ONCE)
    with scope(cast.system):
        role = Role.objects.get(code="admin")
        Role.objects.filter(pk=role.pk).update(rights=[right for right in role.rights if right != "address.use_oneoff"])
    fewer = cast.sanne
    with scope(fewer), pytest.raises(Refused) as refused:
        submit(fewer, queries.basket(fewer, day=timezone.localdate()))
    assert refused.value.code == "orders.no_oneoff"


def test_nothing_goes_to_an_address_that_was_taken_off_the_list(cast):
    with scope(cast.sanne):
        kampen = Address.objects.get(label="Kampen")
        fill(cast.sanne)
        actions.deliver_to(cast.sanne, address_id=kampen.pk)
        basket = queries.basket(cast.sanne, day=timezone.localdate())
        Address.objects.filter(pk=kampen.pk).update(is_active=False)
        with pytest.raises(Refused) as refused:
            submit(cast.sanne, queries.basket(cast.sanne, day=timezone.localdate()))
        assert refused.value.code == "orders.address_over" and basket.delivery


def test_the_goods_of_a_branch_go_where_it_has_them_sent(client_of, cast):
    with scope(cast.sanne):
        zwolle, inside = Unit.objects.get(name="Zwolle"), Unit.objects.get(name="Inkoop")
        parties.change_unit(cast.sanne, unit=zwolle, parent=None, values={"delivery_address": Address.objects.get(label="Deventer")})
    with scope(cast.system):
        Membership.objects.filter(user_id=cast.youssef.user_id).update(unit=inside)
    youssef = cast.youssef
    with scope(youssef):
        basket = fill(youssef)
        assert basket.delivery.startswith("Bouwplaats Deventer 1")
        order = submit(youssef, basket)
        assert order.address["street"] == "Bouwplaats Deventer 1" and order.unit_id == inside.pk
    with scope(youssef):
        fill(youssef)
    assert "Zoals gewoonlijk: Bouwplaats Deventer 1" in client_of("youssef").get("/orders/cart/").content.decode()


def test_the_invoice_of_a_branch_goes_where_it_has_them_sent(client_of, cast, machine_of):
    """Its own address, or that of the nearest one above it; seen before it is placed, kept with the order, told to the ERP by its own number."""
    with scope(cast.system):
        party = Party.objects.get(number="10042")
        there = Address.objects.create(portal_id=party.portal_id, party=party, street="Postbus 9", postal_code="8000 AB", city="Zwolle", is_delivery=False, is_invoice=True, external_id="A-9")
        Unit.objects.filter(party=party, name="Zwolle").update(invoice_address=there)
        Membership.objects.filter(user_id=cast.youssef.user_id).update(unit=Unit.objects.get(party=party, name="Inkoop"))
    youssef, client = cast.youssef, client_of("youssef")
    with scope(youssef):
        basket = fill(youssef)
        # An address for the goods that was named does not change where the invoice goes.
        actions.deliver_to(youssef, address_id=Address.objects.get(label="Kampen").pk)
        named = queries.basket(youssef, day=timezone.localdate())
        assert basket.content["invoice_address"] == named.content["invoice_address"] == "Postbus 9, 8000 AB Zwolle" and basket.hash != named.hash
    assert "Postbus 9" in client.get("/orders/cart/review/").content.decode()
    with scope(youssef):
        order = submit(youssef, queries.basket(youssef, day=timezone.localdate()))
        assert (order.invoice_address["street"], order.invoice_address_external_id, order.address["street"]) == ("Postbus 9", "A-9", "Bouwplaats Kampen 1")
    assert "Postbus 9" in client.get(f"/orders/{order.number}/").content.decode()
    assert machine_of(youssef).get(f"/orders/{order.number}").json()["invoice_address"]["city"] == "Zwolle"
    with scope(cast.system):
        assert queries.payload_for_erp(cast.system, order_id=order.pk).invoice_address_external_id == "A-9"
        # What is not for invoices any more is not used; what was ordered keeps it.
        Address.objects.filter(pk=there.pk).update(is_invoice=False)
        assert Order.objects.get(pk=order.pk).invoice_address["street"] == "Postbus 9"
    with scope(youssef):
        assert "invoice_address" not in fill(youssef).content
    with scope(cast.sanne):
        # Of who belongs to no branch it is as usual, and the fingerprint of an order is what it was.
        assert "invoice_address" not in fill(cast.sanne).content


@pytest.mark.parametrize("path", ["/orders/cart/", "/orders/cart/address/", "/orders/cart/address/?q=laan+99"])
def test_ten_thousand_addresses_cost_what_three_do(client_of, cast, path):
    with scope(cast.sanne):
        fill(cast.sanne)
    client = client_of("sanne")
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    peter = cast.peter
    with scope(peter):
        party = Party.objects.get(number="10042")
        Address.objects.bulk_create([Address(portal_id=peter.portal_id, party=party, street=f"Laan {place}", city=f"Stad {place % 7}") for place in range(10_000)], batch_size=1000)
    with CaptureQueriesContext(connection) as many:
        page = client.get(path).content.decode()
    # More rows want one thing more: whether there is a next page is known from the same statement.
    assert len(many) <= len(few) + 1
    assert page.count("Laan ") < 120


def test_the_api_searches_too(cast, machine_of):
    machine = machine_of(cast.sanne)
    assert [row["city"] for row in machine.get("/delivery-addresses", search="kamp").json()] == ["Kampen"]
    assert len(machine.get("/delivery-addresses").json()) == 3 and machine.get("/delivery-addresses", search="zzz").json() == []
    with scope(cast.sanne):
        assert own_party(cast.sanne).pk and not Order.objects.filter(address__city="zzz").exists()
