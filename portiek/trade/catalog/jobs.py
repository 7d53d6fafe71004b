"""What the catalogue does by the clock and on its own."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.jobs import every, job
from portiek.trade.catalog import actions
from portiek.trade.catalog.news import tell_new


@job(name="catalog.count_fruitless", queue="slow", lock=lambda arguments: f"fruitless:{arguments['words']}")
def count_fruitless(actor: Actor, *, words: str, day: str) -> None:
    """Count a search that found nothing."""
    actions.count_fruitless(actor, words=words, day=date.fromisoformat(day))


@every("40 6 * * *")
def look_at_saved(actor: Actor) -> None:
    """Each morning: tell who keeps a search what is new in it, as often as he chose."""
    tell_new(actor, now=timezone.now())


@every("55 2 * * *")
def drop_old_watches(actor: Actor) -> None:
    """Each night: forget who waited for stock for longer than the term, by default a year."""
    actions.drop_old_watches(actor, now=timezone.now())


@every("50 2 * * *")
def drop_old_searches(actor: Actor) -> None:
    """Each night: forget searches that found nothing when their term is over, by default a year."""
    actions.drop_old_searches(actor, now=timezone.now())


@every("20 3 * * *")
def keep_vocabulary(actor: Actor) -> None:
    """Each night: bring the words that a search with a typing mistake may have meant in line with the products there are."""
    actions.keep_vocabulary(actor)
