"""Bank accounts of the cast, in the demo alone: one that counts, and a change that waits for acceptance."""

from __future__ import annotations

from django.utils import timezone

from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.banking import actions


def seed(size: str) -> None:
    """Let two colleagues of Bakker ask and confirm, twice."""
    if size != "demo":
        return
    cast = Cast()
    # Each name logs somebody in anew, in a scope of its own.
    olga, sanne, second, system = cast.olga, cast.sanne, cast.acting("karin", "bakker"), cast.system
    with scope(olga):
        actions.set_cooling(olga, hours=0)
    with scope(sanne):
        made = actions.ask_change(sanne, iban="NL91ABNA0417164300", holder="Bouwbedrijf Bakker B.V.")
    with scope(second):
        actions.confirm_change(second, change=made)
    with scope(olga):
        actions.accept_change(olga, change=made)
        actions.set_cooling(olga, hours=24)
    with scope(system):
        actions.let_count(system, change_id=made.pk, now=timezone.now())
    with scope(sanne):
        made = actions.ask_change(sanne, iban="NL20INGB0001234567", holder="Bouwbedrijf Bakker B.V.")
    with scope(second):
        actions.confirm_change(second, change=made)
