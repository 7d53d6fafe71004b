"""What runs beside the pages: the code for who asks, and forgetting."""

from __future__ import annotations

from portiek.core.actor import Actor
from portiek.core.jobs import every, job
from portiek.foundation.applications import actions, letters
from portiek.foundation.notifications.actions import mail_now


@job(queue="urgent")
def mail_code(actor: Actor, *, application_id: int) -> None:
    """Mail the code that proves an address."""
    made = actions.make_code(actor, application_id=application_id)
    if made is not None:
        found, figures = made
        mail_now(actor, to=found.email, kind=letters.CODE, language=found.language, values={"name": found.name, "company": found.company, "code": figures})


@every("25 2 * * *", name="applications.forget_old", queue="slow")
def forget_old(actor: Actor) -> None:
    """Forget requests for an account that are over."""
    actions.forget_old(actor)
