"""What quotes put on lower pages, and their places in the menu."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots
from portiek.core.events import event
from portiek.core.pages import Request, part
from portiek.foundation.audit.words import change_words, fact_group, fact_words
from portiek.trade.quotes import facts, permissions, queries, wording


def _of_party(request: Request, *, party: Any) -> Any:
    """Show staff what a party asked prices for last."""
    found = [(quote, wording.status(quote, staff=True)) for quote in queries.latest_of(request.actor, party.pk)]
    return part(request, "quotes/of_party.html", {"party": party, "quotes": found})


def _of_order(request: Request, *, order: Any) -> Any:
    """Show from which quote an order was placed."""
    found = queries.of_order(request.actor, order.pk) if order.agreed else None
    return part(request, "quotes/of_order.html", {"order": order, "quote": found}) if order.agreed else None


def _of_cart(request: Request) -> Any:
    """Offer to ask a price for what is in the cart."""
    return part(request, "quotes/of_cart.html", {"url": f"{reverse('quotes:new')}?from=cart"})


def _of_product(request: Request, *, product: Any) -> Any:
    """Offer to ask a price for a product."""
    if request.actor.is_staff or not product.is_active:
        return None
    return part(request, "quotes/of_product.html", {"url": f"{reverse('quotes:new')}?product={product.sku}"})


slots.fill("parties.detail.tabs", key="quotes", label=_("Quotes"), right=permissions.VIEW, order=22, render=_of_party)
slots.fill("orders.detail.side", key="quote", right=permissions.VIEW, order=10, render=_of_order)
slots.fill("orders.cart.ways", key="quote", right=permissions.REQUEST, order=10, render=_of_cart)
slots.fill("catalog.detail.side", key="quote", right=permissions.REQUEST, order=30, render=_of_product)
nav.place("quotes", _("Quotes"), icon="file-pen-line", url="quotes:list", right=permissions.VIEW, order=33, kinds=("customer", "dealer"))
fact_group("quotes", _("Quotes"))
for _name, (_text, _icon, _tone) in wording.FACT_WORDS.items():
    fact_words(_name, _text, icon=_icon, tone=_tone)  # type: ignore[arg-type]
change_words("owner", _("Worked out by"))
change_words("conditions", _("Conditions"))
for _event, _label, _fact in (
    ("quote.requested", _("Somebody asked for a quote"), facts.QuoteRequested),
    ("quote.asked_back", _("The seller has a question about a quote"), facts.QuoteAskedBack),
    ("quote.answered", _("A question about a quote was answered"), facts.QuoteAnswered),
    ("quote.questioned", _("A customer asks something about an offer, which stands"), facts.QuoteQuestioned),
    ("quote.replied", _("The seller answered a question about an offer"), facts.QuoteReplied),
    ("quote.offered", _("A version of a quote with prices came"), facts.QuoteOffered),
    ("quote.countered", _("Something else than was offered is proposed"), facts.QuoteCountered),
    ("quote.accepted", _("A quote was accepted"), facts.QuoteAccepted),
    ("quote.called_off", _("A part of a quote was ordered"), facts.QuoteCalledOff),
    ("quote.ordered", _("The order of a quote was placed"), facts.QuoteOrdered),
    ("quote.reopened", _("The order of a quote was not approved: it can be accepted again"), facts.QuoteReopened),
    ("quote.declined", _("A quote was declined, by one side"), facts.QuoteDeclined),
    ("quote.withdrawn", _("Who asked for a quote took it back"), facts.QuoteWithdrawn),
    ("quote.expired", _("A quote expired"), facts.QuoteExpired),
):
    event(_event, _label, _fact, right=permissions.VIEW, path="/quotes/{}")
