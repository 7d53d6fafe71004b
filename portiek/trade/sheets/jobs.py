"""What documents of products do by the clock."""

from __future__ import annotations

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.jobs import every, job
from portiek.trade.sheets import actions, queries
from portiek.trade.sheets.fetching import fetch_some


@every("20 5 * * *", name="sheets.tell_news")
def tell_news(actor: Actor) -> None:
    """Each morning: tell who bought a product in the last two years that its safety data sheet has a new version, one message a company."""
    actions.tell_news(actor, now=timezone.now())


@job(name="sheets.fetch", queue="slow", scoped=False, lock=lambda arguments: "sheets.fetch", once=lambda arguments: "sheets.fetch")
def fetch(actor: Actor) -> None:
    """Fetch documents that a catalogue named, as soon as it came in."""
    fetch_some(actor)


@every("*/10 * * * *", name="sheets.fetch_rest", queue="slow", scoped=False)
def fetch_rest(actor: Actor) -> None:
    """Every ten minutes: fetch documents that a catalogue named and that are not here yet; what does not answer is tried three times."""
    fetch_some(actor)


@job(name="sheets.show_pictures", queue="slow")
def show_pictures(actor: Actor, *, product_ids: list[int]) -> None:
    """Let products show another picture where a catalogue no longer names the one that they show."""
    actions.show_pictures(actor, product_ids=product_ids)


@every("10 3 * * *", name="sheets.show_rest", queue="slow")
def show_rest(actor: Actor) -> None:
    """Each night: let products show the pictures among their documents that were there before products showed any."""
    actions.show_pictures(actor, product_ids=queries.unshown(actor))
