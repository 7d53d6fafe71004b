"""When the cast last looked, in the demo alone: three days ago, so that the overview says what changed since."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portiek.core.db import scope
from portiek.edges.pages import actions
from portiek.foundation.accounts.cast import Cast


def seed(size: str) -> None:
    """Let the cast have looked before."""
    if size != "demo":
        return
    cast = Cast()
    for actor in (cast.sanne, cast.youssef, cast.karin, cast.dirk, cast.els, cast.olga, cast.peter, cast.fatima):
        with scope(actor):
            actions.note_presence(actor, now=timezone.now() - timedelta(days=3), up_to=0)
