"""Where recurring orders stand: the menu, the pages from which one is made, the customer's page, the order that came of one, the log."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots
from portiek.core.pages import Request, part
from portiek.foundation.audit.words import change_words, fact_group, fact_words
from portiek.trade.orders.permissions import PLACE, VIEW
from portiek.trade.recurring import queries, wording
from portiek.trade.recurring.views import way


def _button(request: Request, what: str) -> Any:
    return "" if request.actor.is_staff else part(request, "recurring/button.html", {"url": way(what), "label": _now("Order again and again")})


def _of_party(request: Request, *, party: Any) -> Any:
    """Show staff what a party orders again and again."""
    return part(request, "recurring/of_party.html", {"rows": [(item, wording.rhythm(item), wording.status(item)) for item in queries.of_party(request.actor, party.pk)]})


def _of_order(request: Request, *, order: Any) -> Any:
    """Say of which recurring order an order came."""
    found = queries.of_order(request.actor, order.pk)
    return part(request, "recurring/of_order.html", {"recurring": found, "staff": request.actor.is_staff}) if found else None


slots.fill("orders.cart.ways", key="recurring", right=PLACE, order=20, render=lambda request: _button(request, "cart"))
slots.fill("orders.detail.actions", key="recurring", right=PLACE, order=82, render=lambda request, order: _button(request, f"order:{order.number}"))
slots.fill("lists.list.ways", key="recurring", right=PLACE, render=lambda request, order_list: _button(request, f"list:{order_list.pk}"))
slots.fill("parties.detail.tabs", key="recurring", label=_("Recurring orders"), right=VIEW, order=23, render=_of_party)
slots.fill("orders.detail.side", key="recurring", right=VIEW, order=12, render=_of_order)
nav.place("recurring", _("Recurring orders"), icon="repeat", url="recurring:all", right=PLACE, audience="party", order=34, kinds=("customer", "dealer", "person"))
fact_group("recurring", _("Recurring orders"))
for _name, (_text, _icon, _tone) in wording.FACT_WORDS.items():
    fact_words(_name, _text, icon=_icon, tone=_tone)  # type: ignore[arg-type]
for _name, _label in (("next_on", _("Next time")), ("rhythm", _("Weeks or months")), ("every", _("Each so many")), ("until", _("Until and including")), ("left", _("How many times more")), ("limit_percent", _("Wait for a yes above so many per cent")), ("for_unit", _("Branch, department or project"))):
    change_words(_name, _label)
