"""Electronic ordering in the menu and beside an order; its facts in words, and what machines hear."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots
from portiek.core.events import event
from portiek.core.pages import Request, part
from portiek.edges.exchange import facts, permissions, queries
from portiek.edges.exchange import wording as words
from portiek.foundation.audit.words import change_words, fact_group, fact_words


def _of_order(request: Request, *, order: Any) -> Any:
    """Show by which message an order came, and offer its answer as UBL."""
    return part(request, "exchange/of_order.html", {"order": order, "message": queries.message_of(request.actor, order), "words": words})


def _of_party(request: Request, *, party: Any) -> Any:
    """Show staff the catalogues of a party, and how its electronic orders went last."""
    actor = request.actor
    values = {"catalogues": list(queries.catalogues(actor, party_id=party.pk).order_by("-pk")[:10]), "messages": list(queries.messages(actor, party_id=party.pk).order_by("-pk")[:10])}
    return part(request, "exchange/of_party.html", {"party": party, "words": words, "may_order": actor.may(permissions.VIEW), **values})


slots.fill("parties.detail.tabs", key="electronic", label=_("Electronic"), right=permissions.EXPLAIN, order=71, render=_of_party)
slots.fill("orders.detail.side", key="exchange", right=permissions.VIEW, order=60, render=_of_order)
nav.place("exchange", _("Electronic orders"), icon="file-code", url="exchange:messages", right=permissions.VIEW, audience="party", group="company", order=918, kinds=("customer", "dealer"))
nav.place("exchange-catalogues", _("Catalogue as a file"), icon="file-down", url="exchange:catalogues", right=permissions.PRICES, audience="party", group="company", order=921, kinds=("customer", "dealer"))
nav.place("exchange-portal", _("Electronic orders"), icon="file-code", url="exchange:messages", right=permissions.VIEW, audience="staff", group="setup", order=833)
fact_group("exchange", _("Electronic orders"))
change_words("prices", _("Other prices than ours"))
change_words("scheme", _("Kind of electronic address"))
change_words("identifier", _("Electronic address"))
fact_words("exchange.message.ordered", _("The electronic order {text} of {user} became an order"), icon="file-code", tone="ok")
fact_words("exchange.message.held", _("The electronic order {text} of {user} waits for a person"), icon="file-clock", tone="wait")
fact_words("exchange.message.refused", _("The electronic order {text} of {user} was not taken"), icon="file-x", tone="stop")
fact_words("exchange.message.listed", _("{user} put the lines of the electronic order {text} in a list"), icon="clipboard-list")
fact_words("exchange.message.dropped", _("{user} put the electronic order {text} away"), icon="trash-2")
fact_words("exchange.message.applied", _("An order was changed or taken back as the electronic message {text} of {user} asked"), icon="file-check", tone="ok")
fact_words("exchange.message.passed_on", _("The electronic message {text} of {user} asks to take an order back"), icon="file-clock", tone="wait")
fact_words("exchange.message.answered", _("Order {text}, which came electronically, was answered"), icon="file-check", tone="info")
fact_words("exchange.catalogue.asked", _("{user} had a catalogue of assortment and prices made for {text}"), icon="file-down")
fact_words("exchange.catalogue.ready", _("A catalogue is ready: {lines} lines"), icon="file-check", tone="ok")
fact_words("exchange.catalogue.downloaded", _("{user} fetched a catalogue of {text}"), icon="download")
fact_words("exchange.setup.changed", _("{user} changed how electronic orders are taken"), icon="settings")
event("order.held_back", _("An electronic order waits for a person"), facts.MessageHeld, right=permissions.VIEW)
event("order.refused", _("An electronic order was not taken"), facts.MessageRefused, right=permissions.VIEW)
event("order.answered", _("The answer to an electronic order can be fetched"), facts.MessageAnswered, right=permissions.VIEW, path="/orders/{}/response")
event("catalogue.ready", _("A catalogue that was asked for can be fetched"), facts.CatalogueReady, right=permissions.PRICES, text="id", path="/catalogues/{}/document")
