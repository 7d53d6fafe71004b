"""What follows a change of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.facts import About, Fact, reacts_to
from portiek.core.models import FactRow
from portiek.core.refs import ref
from portiek.foundation.notifications.actions import notify
from portiek.foundation.notifications.kinds import message_kind, topic
from portiek.trade.catalog import actions, facts, permissions
from portiek.trade.catalog.waiting import there_again


def _url(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("catalog:detail", args=[values["sku"]])


topic("catalog", _("Assortment"), 20)
THERE_AGAIN = message_kind(
    "catalog.stock_back",
    title=_("{name} is in stock again"),
    body=_("You asked to hear when {name} ({sku}) is in stock again: it is now. You are told this once."),
    url=_url,
    action=_("Look at it"),
    icon="package-check",
    label=_("A product that you wait for is in stock again"),
    several=_("{count} products that you wait for are in stock again"),
    right=permissions.VIEW,
)


@reacts_to(facts.ProductsApplied, facts.AssortmentChanged)
def recount(actor: Actor, fact: Fact, about: About) -> None:
    """Count the assortments again, once for a row of batches: the last of them does it."""
    names = [facts.ProductsApplied.name, facts.AssortmentChanged.name]
    if not FactRow.objects.filter(portal_id=actor.portal_id, pk__gt=about.fact_id, name__in=names).exists():
        actions.count_assortments(actor)


@reacts_to(facts.SynonymsChanged)
def word_again(actor: Actor, fact: facts.SynonymsChanged, about: About) -> None:
    """Let products be found by the words that mean the same as theirs."""
    actions.word_again(actor, terms=fact.terms)


@reacts_to(facts.StockApplied)
def tell_there_again(actor: Actor, fact: facts.StockApplied, about: About) -> None:
    """Tell who waits for what came in, once for a row of batches: the last of them does it."""
    if FactRow.objects.filter(portal_id=actor.portal_id, pk__gt=about.fact_id, name=facts.StockApplied.name).exists():
        return
    found = there_again(actor)
    for row, product in found:
        notify(actor, kind=THERE_AGAIN, subject=ref("catalog.product", product.pk), party_id=row.party_id, user_ids=[row.user_id], values={"name": product.name, "sku": product.sku}, event=f"stock-back:{row.pk}")
    actions.end_watches(actor, watches=[row for row, _product in found])
