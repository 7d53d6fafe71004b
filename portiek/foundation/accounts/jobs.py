"""What runs beside the pages: mail of the gate, and sweeping."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone, translation

from portiek.core.actor import Actor
from portiek.core.addresses import whole
from portiek.core.db import scope
from portiek.core.errors import NotFound
from portiek.core.jobs import defer, every, job
from portiek.core.mail import mail_now
from portiek.core.sealing import Unsealable
from portiek.foundation.accounts import actions, letters, queries, rules
from portiek.foundation.accounts.models import Provider
from portiek.foundation.accounts.proofs import Rejected, openid, saml
from portiek.ui.format import day


@job(queue="urgent", scoped=False)
def mail_code(actor: Actor, *, code_id: int, proof: bool = False) -> None:
    """Mail a code to who has an account, or, where his companies let him in through a provider alone, the way there; to nobody else anything. `proof`: of who is in already."""
    gate = Actor.gate(actor.portal_id)
    with scope(gate):
        made = actions.make_code(gate, code_id=code_id, proof=proof)
        if made is not None:
            user, figures = made
            mail_now(gate, to=user.email, kind=letters.CODE, values={"name": user.name, "code": figures}, language=user.language)
        elif (way := actions.make_way(gate, code_id=code_id)) is not None:
            user, token, sent = way
            for row, linked in sent:
                url = reverse("accounts:elsewhere", args=[row.slug]) + ("" if linked else f"?first={token}")
                mail_now(gate, to=user.email, kind=letters.ELSEWHERE if linked else letters.ELSEWHERE_FIRST, values={"name": user.name, "provider": row.label, "url": url}, language=user.language)


@job(queue="urgent", scoped=False)
def note_failed(actor: Actor, *, user_id: int, by: str) -> None:
    """Let the log say that somebody tried to come in as a user and failed."""
    gate = Actor.gate(actor.portal_id)
    with scope(gate):
        actions.note_failed(gate, user_id=user_id, by=by)


@job(queue="urgent", scoped=False)
def mail_email_codes(actor: Actor, *, change_id: int) -> None:
    """Mail the codes of a change of address: to the new one, unless somebody has it, who is told so; and to the old one, which can stop it."""
    gate = Actor.gate(actor.portal_id)
    with scope(gate):
        for to, kind, values, language in actions.make_email_codes(gate, change_id=change_id):
            mail_now(gate, to=to, kind=kind, values=values, language=language)


@job(queue="urgent", scoped=False)
def mail_email_changed(actor: Actor, *, change_id: int) -> None:
    """Tell the old address that it was left, and how it is put back."""
    gate = Actor.gate(actor.portal_id)
    with scope(gate):
        for to, kind, values, language in actions.changed_letter(gate, change_id=change_id):
            mail_now(gate, to=to, kind=kind, values=values, language=language)


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


@every("*/10 * * * *")
def end_guests(actor: Actor) -> None:
    """End the access of guests whose last day is over where the portal is."""
    actions.end_guests(actor, today=timezone.now().astimezone(ZoneInfo(queries.portal(actor).time_zone)).date())


@job(queue="urgent", scoped=False, retries=2, lock=lambda arguments: f"provider:{arguments['provider_id']}")
def check_provider(actor: Actor, *, provider_id: int) -> None:
    """Try a provider: its addresses, its keys, and whether it knows our client."""
    with scope(actor, read_only=True):
        try:
            row = queries.provider(actor, provider_id)
        except NotFound:
            return
        redirect = whole(queries.portal(actor).host, reverse("accounts:elsewhere-return", args=[row.slug]))
        try:
            config = queries.config_of(actor, row)
        except Unsealable:
            config = None
    found: dict[str, Any] = {}
    problem = "secret" if config is None else ""
    if config is not None and row.kind == Provider.Kind.OPENID:
        http = openid.client()
        try:
            endpoints, keys = openid.discover(config.issuer, http)
            found = {"endpoints": endpoints, "keys": keys}
            openid.try_secret(replace(config, endpoints=endpoints), redirect=redirect, http=http)
        except Rejected as rejected:
            problem = rejected.cause
    if row.kind == Provider.Kind.SAML and (over := saml.ends(row.keys)) is not None and over < timezone.now():
        problem = "certificate-over"
    with scope(actor):
        actions.note_check(actor, provider_id=provider_id, problem=problem, **found)


@every("41 3 * * *")
def check_providers(actor: Actor) -> None:
    """Try every provider in use once a day, so that new keys are known before they are used, and warn before a certificate ends."""
    now = timezone.now()
    for row in queries.providers(actor).filter(is_active=True).order_by("pk"):
        defer(actor, check_provider, provider_id=row.pk)
        over = saml.ends(row.keys)
        if over is not None and rules.is_time_to_warn(over, now):
            for email, name, language in queries.addresses_of_managers(actor, party_id=row.party_id):
                with translation.override(language):
                    values = {"name": name, "provider": row.label, "day": day(over), "url": reverse("accounts:provider", args=[row.pk])}
                mail_now(actor, to=email, kind=letters.CERTIFICATE, language=language, values=values)
