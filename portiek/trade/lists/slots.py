"""Where order lists stand: the menu, the pages from which something is put on one, the log."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

from portiek.core import nav, slots
from portiek.core.pages import Request
from portiek.foundation.audit.words import change_words, fact_group, fact_words
from portiek.trade.lists import queries
from portiek.trade.lists.views import way
from portiek.trade.orders.permissions import CART


def _html(request: Request, template: str, **values: Any) -> Any:
    return Markup(render_to_string(template, values, request=request, using="jinja2"))  # noqa: S704  (our own template, which escapes)


def _button(request: Request, what: str) -> Any:
    return "" if request.actor.is_staff else _html(request, "lists/button.html", url=way(what), label=_now("Put on an order list"))


def _product(request: Request, *, product: Any) -> Any:
    if request.actor.is_staff or not product.is_active:
        return None
    return _html(request, "lists/of_product.html", product=product, lists=queries.own_lists(request.actor))


slots.declare("lists.list.ways", "A button above an order list: render(request, order_list=OrderList) returns HTML.")
slots.fill("catalog.detail.side", key="lists", right=CART, order=20, render=_product)
slots.fill("orders.cart.ways", key="lists", right=CART, render=lambda request: _button(request, "cart"))
slots.fill("orders.draft.ways", key="lists", right=CART, render=lambda request, draft: _button(request, f"draft:{draft.key}"))
slots.fill("orders.detail.actions", key="lists", right=CART, order=80, render=lambda request, order: _button(request, f"order:{order.number}"))
nav.place("order-lists", _("Order lists"), icon="list-checks", url="lists:lists", right=CART, audience="party", order=25, kinds=("customer", "dealer", "person"))
fact_group("lists", _("Order lists"))
fact_words("lists.list.made", _("{user} shared the order list {text}"), icon="list-checks")
fact_words("lists.list.changed", _("{user} changed the order list {text}"), icon="pencil")
fact_words("lists.list.removed", _("{user} removed the order list {text}"), icon="trash-2")
change_words("lines", _("Lines"))
