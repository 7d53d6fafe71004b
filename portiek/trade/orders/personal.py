"""What orders keep of one person: what he ordered, and what lies in his cart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.erasing import NAMELESS, books, goes, mention, nameless, stays
from portiek.core.personal import Person, not_personal, part, processing
from portiek.core.retention import term
from portiek.foundation.fields.wording import said
from portiek.trade.orders.models import Cart, CartUse, Draft, LineChange, Order, OrderValue, Purchase, Reply


def _orders(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = Order.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk")
    return rows.values("number", "placed_at", "user_name", "reference", "note", "address", "gross", "currency")


def _carts(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return Cart.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values("name", "reference", "note", "changed_at")


def _bought(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = Purchase.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).select_related("line__order").order_by("pk")
    return [{"at": row.placed_at, "number": row.line.order.number, "sku": row.line.sku, "name": row.line.name} for row in rows]


def _filling(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return CartUse.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values("party__name", "cart__name")


def _drafts(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = Draft.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk")
    return [{"at": row.made_at, "name": row.name, "rows": len(row.rows), "changed_at": row.changed_at} for row in rows]


def _changes(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = LineChange.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk")
    return rows.values("order__number", "name", "quantity", "quantity_after", "reason", "by_name", "at")


def _replies(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    said = Reply.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values_list("order__number", "at", "by_name", "text")
    answered = Reply.objects.filter(portal_id=actor.portal_id, answered_by_id=person.user_id).order_by("pk").values_list("order__number", "answered_at", "answered_by", "answer")
    return [{"number": number, "at": at, "name": name, "text": text} for number, at, name, text in (*said, *answered)]


def _answers(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = OrderValue.objects.filter(portal_id=actor.portal_id, order__user_id=person.user_id).exclude(field__visibility="staff").select_related("order", "field").order_by("order_id", "field__position", "pk")
    return [{"number": row.order.number, "label": row.field.name, "value": said(row.field, row.value)} for row in rows]


part("orders.answers", _("Further details of your orders"), order=41, collect=_answers, columns={"number": _("Number"), "label": _("Question"), "value": _("Answer")})
part("orders.orders", _("Your orders"), order=40, collect=_orders,
     columns={"number": _("Number"), "placed_at": _("Ordered"), "user_name": _("By"), "reference": _("Your reference"), "note": _("Note"), "address": _("Delivery address"), "gross": _("Amount incl. VAT"),
              "currency": _("Currency")})
part("orders.carts", _("Your carts"), order=42, collect=_carts, columns={"name": _("Name"), "reference": _("Your reference"), "note": _("Note"), "changed_at": _("Changed")})
part("orders.filling", _("The cart that you are filling"), order=42, collect=_filling, columns={"party__name": _("Company"), "cart__name": _("Name")})
part("orders.bought", _("What you ordered last"), order=42, collect=_bought, columns={"at": _("When"), "number": _("Number"), "sku": _("Article number"), "name": _("Product")})
part("orders.drafts", _("Lists that you are putting in a cart"), order=42, collect=_drafts, columns={"at": _("When"), "name": _("File"), "rows": _("Lines"), "changed_at": _("Changed")})
part("orders.changes", _("Lines of colleagues' orders that you struck or lowered"), order=43, collect=_changes,
     columns={"order__number": _("Number"), "name": _("Product"), "quantity": _("Quantity"), "quantity_after": _("New quantity"), "reason": _("Reason"), "by_name": _("By"), "at": _("When")})
part("orders.replies", _("What you said, asked or answered about orders"), order=43, collect=_replies, columns={"number": _("Number"), "at": _("When"), "name": _("By"), "text": _("What was written")})

processing("orders.orders", _("Orders and deliveries"), order=21, purpose=_("Taking and delivering orders."), ground=_("Performance of a contract (GDPR art. 6(1)(b)); the duty to keep books (art. 6(1)(c))."),
           persons=_("Who orders and receives"), term=_("Seven years after the year of the order; a cart 31 days, a list on its way into one 14."), receivers=_("The ERP and the carrier."),
           fields={"orders.Order": {"user_id": _("Orders"), "user_name": _("Name"), "by_name": _("Name"), "address": _("Address"), "invoice_address": _("Address"), "reference": _("What was written"), "note": _("What was written"), "cost_name": _("What was written"), "reason": _("What was written")},
                   "orders.Cart": {"user_id": _("Orders"), "by_user_id": _("Orders"), "name": _("What was written"), "reference": _("What was written"), "note": _("What was written"), "oneoff": _("Address"), "answers": _("What was written")}, "orders.OrderValue": {"value": _("What was written")}, "orders.CartLine": {"note": _("What was written"), "by_name": _("Name")}, "orders.CartUse": {"user_id": _("Orders"), "by_user_id": _("Orders")}, "orders.Draft": {"user_id": _("Orders"), "by_user_id": _("Orders"), "name": _("File"), "heads": _("What was written"), "rows": _("What was written"), "chosen": _("What was written")}, "orders.OrderLine": {"note": _("What was written")}, "orders.Purchase": {"user_id": _("Orders")}, "orders.LineChange": {"user_id": _("Decides"), "by_name": _("Name"), "reason": _("What was written")},
                   "orders.Reply": {"user_id": _("Orders"), "by_name": _("Name"), "text": _("What was written"), "answered_by_id": _("Decides"), "answered_by": _("Name"), "answer": _("What was written")},
                   "orders.Shipment": {"tracking": _("Where a delivery is"), "tracking_url": _("Where a delivery is")}})
not_personal("a number, a key or what is ordered", "orders.ShipmentLine", "orders.Order.number", "orders.Order.submit_key", "orders.Order.sync_reason", "orders.Order.held_status", "orders.Order.address_external_id", "orders.Order.invoice_address_external_id", "orders.Order.erp_number", "orders.Order.agreed", "orders.Order.cost_centre", "orders.Cart.cost_centre", "orders.Order.search",
             "orders.Cart.key", "orders.Cart.slot", "orders.Cart.shipping", "orders.Order.slot", "orders.Order.shipping", "orders.DeliveryDays", "orders.ClosedDay", "orders.CostRule", "orders.Layout", "orders.Draft.key", "orders.Draft.written", "orders.Draft.columns", "orders.Draft.out", "orders.Draft.undone", "orders.Draft.was", "orders.LineChange.sku", "orders.LineChange.name", "orders.LineChange.unit", "orders.OrderLine.sku", "orders.OrderLine.own_number", "orders.OrderLine.name", "orders.OrderLine.unit", "orders.OrderLine.unit_code", "orders.OrderLine.confirmed_sku", "orders.OrderLine.confirmed_name", "orders.Reply.seen", "orders.OrderLine.explanation", "orders.Shipment.number", "orders.Shipment.carrier", "orders.OrderLine.pack_code", "orders.OrderLine.pack_label", "orders.OrderLine.charge")

goes("orders.CartUse", user=("user_id", "by_user_id", "cart__user_id", "cart__by_user_id"), order=5)
goes("orders.CartLine", user=("cart__user_id", "cart__by_user_id"), order=10)
goes("orders.OrderValue", party=("party",), books=True, order=10)
goes("orders.Draft", user=("user_id", "by_user_id"), order=10)
goes("orders.Cart", user=("user_id", "by_user_id"), order=20)
nameless("orders.Order", {"user_name": NAMELESS}, user=("user_id",))
nameless("orders.Order", {"address": {}, "reference": "", "note": "", "reason": ""}, party=("party",), books=True)
nameless("orders.LineChange", {"by_name": NAMELESS}, user=("user_id",))
nameless("orders.Reply", {"by_name": NAMELESS}, user=("user_id",))
nameless("orders.Reply", {"answered_by": NAMELESS}, user=("answered_by_id",))
mention("orders.LineChange", "reason")
mention("orders.Reply", "text", "answer")
mention("orders.Order", "by_name", "cost_name", "address", "invoice_address", "reference", "note", "reason", "search")
mention("orders.OrderLine", "note")
mention("orders.Cart", "name", "reference", "note", "oneoff", "answers")
mention("orders.Draft", "name", "heads", "rows", "chosen")
mention("orders.OrderValue", "value")
mention("orders.CartLine", "note", "by_name")
stays("orders.Shipment", "tracking", "tracking_url", ground=_("A number of the carrier; his own papers are with the carrier."), party=("party",))
books("orders", lambda actor, parties: Order.objects.filter(portal_id=actor.portal_id, party_id__in=parties).aggregate(last=Max("placed_at__date"))["last"])
term("orders.carts", _("Carts that were ordered"), days=31, least=1, most=365, processing="orders.orders", party="party_id", user="user_id",
     old=lambda actor, before: Cart.objects.filter(portal_id=actor.portal_id, is_open=False, changed_at__lt=before))
# Of a purchasing system's visit: its session is over within a day, and nobody else sees its cart.
term("orders.visit_carts", _("Carts of purchasing systems that did not go back"), days=7, least=1, most=90, processing="orders.orders", party="party_id", user="user_id",
     old=lambda actor, before: Cart.objects.filter(portal_id=actor.portal_id, by_user_id__lt=0, is_open=True, changed_at__lt=before))
term("orders.drafts", _("Lists on their way into a cart"), days=14, least=1, most=90, processing="orders.orders", party="party_id", user="user_id", old=lambda actor, before: Draft.objects.filter(portal_id=actor.portal_id, changed_at__lt=before))
