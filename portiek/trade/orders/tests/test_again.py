"""An order that was not approved is handed in again with what held for it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django.utils import timezone

from portiek.core.db import scope
from portiek.trade.orders import actions, queries
from portiek.trade.orders.tests.test_submit import fill, submit

ONCE = {"name": "Bouwplaats", "street": "Kade 8", "postal_code": "8013 PX", "city": "Zwolle", "country": "NL", "label": ""}


def handed_in(cast, *, address=None, once=None):
    """Return an order of Youssef's that Sanne did not approve."""
    youssef, sanne = replace(cast.youssef, order_limit=Decimal(0), rights=cast.youssef.rights | {"address.use_oneoff"}), cast.sanne
    with scope(youssef):
        fill(youssef)
        actions.set_details(youssef, reference="Parkweg 12", note="Achterom", wanted_date=None, address_id=address)
        if once:
            actions.deliver_once_to(youssef, values=once)
        order = submit(youssef, queries.basket(youssef, day=timezone.localdate()))
    with scope(sanne):
        actions.reject_order(sanne, order=order, seen=order.content_hash, step=1, reason="Te veel", now=timezone.now())
    return youssef, order


def again(actor, order):
    with scope(actor):
        draft = actions.order_again(actor, order=order)
        actions.add_draft(actor, key=draft.key, day=timezone.localdate())
        return queries.basket(actor, day=timezone.localdate()).cart


def test_reference_note_and_address_go_along(cast, client_of):
    with scope(cast.youssef):
        address = queries.choices(cast.youssef, None)[0][0]
    youssef, order = handed_in(cast, address=address.pk)
    with scope(youssef):
        draft = actions.order_again(youssef, order=order)
    assert "gaan mee waar uw winkelwagen er geen heeft" in client_of("youssef").get(f"/orders/cart/paste/{draft.key}/").content.decode()
    cart = again(youssef, order)
    assert (cart.reference, cart.note, cart.address) == ("Parkweg 12", "Achterom", address)


def test_an_address_for_once_goes_along_by_the_right_to_it(cast):
    youssef, order = handed_in(cast, once=ONCE)
    cart = again(replace(youssef, rights=youssef.rights - {"address.use_oneoff"}), order)
    assert cart.oneoff == {} and cart.reference == "Parkweg 12"
    with scope(youssef):
        actions.empty_cart(youssef)
    assert again(youssef, order).oneoff["street"] == "Kade 8"


def test_what_the_cart_says_itself_stays_and_an_order_that_goes_on_gives_nothing(cast):
    youssef, order = handed_in(cast)
    with scope(youssef):
        actions.add_to_cart(youssef, code="GP-125-2600", quantity=Decimal(60))
        actions.set_details(youssef, reference="Eigen", note="", wanted_date=None, address_id=None)
    cart = again(youssef, order)
    assert (cart.reference, cart.note) == ("Eigen", "Achterom")
    with scope(cast.sanne):
        other = submit(cast.sanne, fill(cast.sanne))
        actions.add_to_cart(cast.sanne, code="GP-125-2600", quantity=Decimal(60))
        actions.set_details(cast.sanne, reference="", note="", wanted_date=None, address_id=None)
    assert again(cast.sanne, other).reference == ""
