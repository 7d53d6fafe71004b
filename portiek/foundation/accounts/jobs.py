"""What runs beside the pages: mail of the gate, and sweeping."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

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
        if made is not None:
            user, figures = made
            mail_now(gate, to=user.email, kind=letters.CODE, values={"name": user.name, "code": figures}, language=user.language)


@job(queue="urgent")
def mail_about(actor: Actor, *, user_id: int, kind: str, values: dict[str, Any]) -> None:
    """Tell a person by mail what happened to his own log-in."""
    user = queries.user(actor, user_id)
    mail_now(actor, to=user.email, kind=kind, language=user.language, values={"name": user.name, "url": reverse("accounts:security"), **values})


@job(queue="urgent")
def mail_invitation(actor: Actor, *, invitation_id: int) -> None:
    """Mail an invitation with a fresh link; an earlier link of the same invitation ends."""
    made = actions.make_invitation_token(actor, invitation_id=invitation_id)
    if made is not None:
        invitation, token = made
        mail_now(actor, to=invitation.email, kind=letters.INVITATION, language=invitation.language, values={
            "name": invitation.name, "inviter": invitation.invited_by, "company": invitation.party.name if invitation.party else queries.portal(actor).name,
            "url": reverse("accounts:accept", args=[token])})


@every("17 2 * * *", scoped=False)
def sweep(actor: Actor) -> None:
    """Forget what is no longer needed."""
    gate = Actor.gate(actor.portal_id)
    with scope(gate):
        actions.sweep(gate)
