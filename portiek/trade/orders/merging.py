"""Orders keep their number and go along, with all that hangs on them; a split takes those of its units."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.merging import Deed, moves, refuses, stays, step
from portiek.trade.orders import actions
from portiek.trade.orders.models import Order, ShipmentLine


def _shipped_along(deed: Deed) -> Q:
    return Q(pk__in=ShipmentLine.objects.filter(order__party_id=deed.target).values("shipment_id"))


def _in_the_way(actor: Actor, deed: Deed) -> Iterable[Refused]:
    if deed.is_split:
        lines = ShipmentLine.objects.filter(portal_id=actor.portal_id, party_id=deed.source)
        goes, rest = lines.filter(order__unit_id__in=deed.units), lines.exclude(order__unit_id__in=deed.units)
        mixed = goes.filter(shipment_id__in=rest.values("shipment_id")).values("shipment_id").distinct().count()
        if mixed:
            yield Refused("split-shipments", count=mixed)


moves("orders.Order", label=_("Orders"), takes=lambda deed: Q(unit__in=deed.units), first=actions.place_in_branch, order=30)
moves("orders.Cart", label=_("Carts"), once=(("user_id", "by_user_id", "name"),), among={"is_open": True}, says=_("The cart that the same person has at the company that stays remains."), takes=lambda deed: Q(user_id__in=deed.people), loses=("address", "unit"), order=30)
moves("orders.Draft", takes=lambda deed: Q(user_id__in=deed.people), order=30)
moves("orders.Layout", once=(("shape",),), says=_("How the company that stays reads its files remains."), order=30)
moves("orders.Shipment", takes=_shipped_along, order=40)
for _label in ("OrderLine", "OrderValue", "OrderSearch", "LineChange", "Reply"):
    moves(f"orders.{_label}", hangs_on="order", order=50)
moves("approvals.Request", label=_("Approvals"), takes=lambda deed: Q(pk__in=Order.objects.filter(party_id=deed.target).exclude(approval=None).values("approval_id")), loses=("unit",), order=40)
moves("orders.CartLine", hangs_on="cart", order=50)
moves("orders.CartUse", once=(("user_id", "by_user_id"),), says=_("The cart that somebody is filling at the company that stays is the one he goes on in."), hangs_on="cart", order=50)
moves("orders.ShipmentLine", hangs_on="order", order=50)
step("orders.Purchase", says=_("Is found anew of the orders that each has."), do=actions.gather_purchases, order=70)
stays("orders.CostRule", "customer", ground=_("The order minimum and freight of the company that stays hold for everybody in it."))
refuses("orders", _in_the_way)
