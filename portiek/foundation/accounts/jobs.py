"""What runs beside the pages: mail of the gate, and sweeping."""

from __future__ import annotations

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.jobs import every, job
from portiek.core.mail import mail_now
from portiek.foundation.accounts import actions, letters, queries


@job(queue="urgent", scoped=False)
def mail_code(actor: Actor, *, code_id: int) -> None:
    """Mail a code to who has an account; to nobody else."""
    gate = Actor.gate(actor.portal_id)
    with scope(gate):
        made = actions.make_code(gate, code_id=code_id)
        portal = queries.portal(gate)
    if made is not None:
        user, figures = made
        mail_now(actor, to=user.email, kind=letters.CODE, values={"name": user.name, "code": figures, "portal": portal.name}, language=user.language)


@every("17 2 * * *", scoped=False)
def sweep(actor: Actor) -> None:
    """Forget what is no longer needed."""
    gate = Actor.gate(actor.portal_id)
    with scope(gate):
        actions.sweep(gate)
