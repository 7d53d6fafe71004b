"""The log in the demo: somebody who asks to be erased, for staff to decide about; a guest whose time is nearly over."""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.audit import actions


def seed(size: str) -> None:
    """Let Mark of the supplier ask to be erased, and Dirk be asked whether his guest stays."""
    if size != "demo":
        return
    mark = Cast().mark
    gate = replace(Actor.gate(mark.portal_id), user_id=mark.user_id, name=mark.name)
    with scope(gate):
        actions.ask_own_erasure(gate)
    system = Actor.system(mark.portal_id)
    with scope(system):
        actions.ask_about_guests(system, today=timezone.localdate())
