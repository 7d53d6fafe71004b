"""Writes of the time in which who ordered may still change it. Until it is over the ERP knows nothing of the order, so taking it back is a matter of the portal alone."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.foundation.fields import queries as own_fields
from portiek.trade.catalog.packs import units_of
from portiek.trade.orders import facts, permissions, rules
from portiek.trade.orders.actions.cart import _tally
from portiek.trade.orders.actions.carts import open_cart
from portiek.trade.orders.actions.draft import _take_along
from portiek.trade.orders.actions.order import _locked, _tell, cancel_order
from portiek.trade.orders.fields import ORDER
from portiek.trade.orders.models import Cart, CartLine, Order, OrderLine


@action(permissions.CANCEL)
def take_back_order(actor: Actor, *, order: Order, now: datetime) -> Cart:
    """Cancel an order that may still be changed and put it in a cart of its own, in which the actor goes on; what it costs is worked out anew. Raises NotFound for another company's, Refused when its time is over."""
    found = _locked(actor, order)
    if found.party_id != actor.party_id:
        raise NotFound
    if problem := rules.why_not_change(found.status, found.changeable_until, found.agreed, now):
        raise Refused(problem)
    cart = open_cart(actor, name=_("Change of order %(number)s") % {"number": found.number})
    _take_along(actor, cart, found)
    cart.wanted_date, cart.slot, cart.shipping = found.wanted_date, found.slot, found.shipping
    cart.answers = {item.field.key: item.value for item in own_fields.filled(actor, ORDER, [found.pk]).get(found.pk, []) if not item.over}
    cart.save(update_fields=["wanted_date", "slot", "shipping", "answers"])
    lines = [(line, line.product_id) for line in OrderLine.objects.filter(party_id=found.party_id, order=found, charge="", free_of=None).order_by("position") if line.product_id]
    units = units_of(actor, [product for _line, product in lines])
    same = {"portal_id": actor.portal_id, "party_id": found.party_id, "cart": cart, "by_name": actor.name[:120]}
    CartLine.objects.bulk_create(
        CartLine(**same, product_id=product, quantity=line.quantity, note=line.note, wanted_date=line.wanted_date, pack=next((one for one in units.get(product, []) if one.code == line.pack_code), None)) for line, product in lines
    )
    _tally(actor, cart)
    _tell(actor, found, facts.OrderTakenBack(order_id=found.pk))
    cancel_order(actor, order=found, reason="", now=now)
    return cart


@action(permissions.PLACE)
def release_order(actor: Actor, *, order: Order, now: datetime) -> Order:
    """Pass an order on that could still be changed, since who ordered wants to wait no longer. Raises Refused when it is passed on or cancelled already."""
    found = _locked(actor, order)
    if found.status != Order.Status.SUBMITTED or found.changeable_until is None:
        raise Refused("orders.change_over")
    return _released(actor, found, now)


@action(None)
def release_orders(actor: Actor, *, now: datetime) -> int:
    """Pass on the orders whose time is over; return how many. One on hold waits for the staff. The portal itself does it."""
    if actor.kind != "system":
        raise NotFound
    due = Order.objects.select_for_update(of=("self",), skip_locked=True).filter(portal_id=actor.portal_id, status=Order.Status.SUBMITTED, changeable_until__lte=now).order_by("changeable_until", "pk")
    return len([_released(actor, order, now) for order in due[:500]])


def _released(actor: Actor, order: Order, now: datetime) -> Order:
    order.changeable_until, order.sync, order.sync_at = None, Order.Sync.QUEUED, now
    order.save(update_fields=["changeable_until", "sync", "sync_at"])
    _tell(actor, order, facts.OrderReleased(order_id=order.pk))
    return order
