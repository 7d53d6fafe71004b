"""What the catalogue does by the clock and on its own."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.jobs import every, job
from portiek.trade.catalog import actions


@job(name="catalog.count_fruitless", queue="slow", lock=lambda arguments: f"fruitless:{arguments['words']}")
def count_fruitless(actor: Actor, *, words: str, day: str) -> None:
    """Count a search that found nothing."""
    actions.count_fruitless(actor, words=words, day=date.fromisoformat(day))


@every("50 2 * * *")
def drop_old_searches(actor: Actor) -> None:
    """Each night: forget searches that found nothing when their term is over, by default a year."""
    actions.drop_old_searches(actor, now=timezone.now())
