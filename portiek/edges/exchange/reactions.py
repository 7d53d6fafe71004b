"""What the seller makes of an order becomes an answer; a message that waits is told to who sent it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.facts import About, Fact, reacts_to, reacts_together_to
from portiek.edges.exchange import actions, facts, permissions, queries
from portiek.foundation.notifications.actions import notify
from portiek.foundation.notifications.kinds import message_kind, topic
from portiek.trade.orders import facts as orders
from portiek.trade.orders.queries import order_by_id


def _url(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("exchange:message", args=[values["key"]])


topic("exchange", _("Electronic orders"), 12)
WAITS = message_kind("exchange.waits", title=_("Electronic order {number} waits for you"), body=_("Its prices are others than ours, it may be ordered already, or something of it has to be mended. Nothing was ordered yet."), url=_url, action=_("See the message"), icon="file-clock",
                     label=_("An electronic order waits for a person"), right=permissions.VIEW, audience="party")
REFUSED = message_kind("exchange.refused", title=_("Electronic order {number} was not taken"), body=_("Something of the document is wrong. Nothing was ordered."), url=_url, action=_("See the message"), icon="file-x", label=_("An electronic order was not taken"),
                       right=permissions.VIEW, audience="party")

CATALOGUE = message_kind("exchange.catalogue_ready", title=_("Your catalogue is ready"), body=_("Your assortment and prices stand ready as a document for your own system."), url=lambda subject, values: reverse("exchange:catalogues"), action=_("Fetch it"), icon="file-check",
                         mail="off", label=_("A catalogue that you asked for is ready"), right=permissions.PRICES, audience="party")

AMENDED = message_kind("exchange.change_refused", title=_("{number} was not carried out"), body=_("An electronic message to change an order or to take it back could not be carried out. The order goes on as it was."), url=_url, action=_("See the message"), icon="file-x",
                       label=_("An electronic change or cancellation was not carried out"), right=permissions.VIEW, audience="party")


@reacts_to(facts.CatalogueReady)
def tell_catalogue(actor: Actor, fact: facts.CatalogueReady, about: About) -> None:
    """Tell who asked for a catalogue, or made the key that asked, that it is ready; staff see it on their page."""
    found = queries.catalogue_made(actor, fact.catalogue_id)
    if found is not None:
        notify(actor, kind=CATALOGUE, subject=about.subject, party_id=found.party_id, user_ids=[found.user_id], event=f"fact:{about.fact_id}:{CATALOGUE}")


@reacts_to(facts.MessageHeld)
def tell_waits(actor: Actor, fact: facts.MessageHeld, about: About) -> None:
    """Tell who sent an order, or made the key that sent it, that it waits."""
    _notify(actor, WAITS, fact.message_id, about)


@reacts_to(facts.MessageRefused)
def tell_refused(actor: Actor, fact: facts.MessageRefused, about: About) -> None:
    """Tell who sent an order, or made the key that sent it, that it was not taken."""
    found = queries.message_by_id(actor, fact.message_id)
    _notify(actor, REFUSED if found is None or found.kind == found.Kind.ORDER else AMENDED, fact.message_id, about)


def _notify(actor: Actor, kind: str, message_id: int, about: About) -> None:
    found = queries.message_by_id(actor, message_id)
    # Who uploads a file sees on the page what came of it.
    if found is not None and found.channel != found.Channel.UPLOAD:
        notify(actor, kind=kind, subject=about.subject, party_id=found.party_id, user_ids=[found.user_id], values={"number": str(found), "key": found.key}, event=f"fact:{about.fact_id}")


@reacts_together_to(orders.OrderConfirmed, orders.OrderChanged, orders.OrderRejected, orders.OrderCancelled, orders.OrderUpdated)
def answer_orders(actor: Actor, happened: Sequence[tuple[Fact, About]]) -> None:
    """Answer the orders among these that came electronically."""
    for key in dict.fromkeys(fact.order_id for fact, _about in happened):  # type: ignore[attr-defined]
        found = order_by_id(actor, key)
        if found is not None:
            actions.answer(actor, order=found, now=timezone.now())


@reacts_to(orders.OrderCancelled)
def settle_cancelled(actor: Actor, fact: orders.OrderCancelled, about: About) -> None:
    """Answer who asked electronically to take an order back: it is cancelled."""
    _settle(actor, fact.order_id, cancelled=True)


@reacts_to(orders.CancelRefused)
def settle_kept(actor: Actor, fact: orders.CancelRefused, about: About) -> None:
    """Answer who asked electronically to take an order back: it goes on."""
    _settle(actor, fact.order_id, cancelled=False)


def _settle(actor: Actor, order_id: int, *, cancelled: bool) -> None:
    found = order_by_id(actor, order_id)
    if found is not None:
        actions.settle(actor, order=found, cancelled=cancelled, now=timezone.now())
