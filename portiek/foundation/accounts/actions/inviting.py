"""Invitations: made by who manages people, mailed by a job that alone knows the link, accepted at the gate."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.jobs import defer, named
from portiek.core.refs import ref
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import facts, permissions, rules
from portiek.foundation.accounts.actions.entering import Entered, Halfway, Visit, _admit, _open
from portiek.foundation.accounts.actions.members import _check_gift, _hold
from portiek.foundation.accounts.actions.people import set_password
from portiek.foundation.accounts.models import Invitation, Membership, Role, Session, User
from portiek.foundation.parties.models import Party, Unit


def _send(actor: Actor, invitation: Invitation) -> None:
    mail_invitation = named("portiek.foundation.accounts.jobs.mail_invitation")

    record(actor, facts.InvitationSent(invitation_id=invitation.pk), party_id=invitation.party_id, subject=ref("accounts.invitation", invitation.pk), text=invitation.email)
    defer(actor, mail_invitation, invitation_id=invitation.pk)


@action(permissions.USER_MANAGE)
def invite(actor: Actor, *, email: str, name: str, role: Role, party: Party | None, unit: Unit | None = None, order_limit: Decimal | None = None, language: str = "nl",
           period_limit: Decimal | None = None, period: str = "month", until: date | None = None) -> Invitation:
    """Ask somebody in by mail, to a party or (None) among the staff.

    Raises Refused for a role or limit beyond one's own, for who is there already and for who is invited already.
    """
    email = email.lower()
    _hold(actor, party and party.pk)  # type: ignore[arg-type]
    _check_gift(actor, party and party.pk, role, unit, order_limit, period_limit=period_limit, period=period, until=until)  # type: ignore[arg-type]
    if Membership.objects.filter(party=party, user__email=email, is_active=True).exists():
        raise Refused("member-already", field="email", email=email)
    now = timezone.now()
    if Invitation.objects.filter(party=party, email=email, accepted_at=None, revoked_at=None, expires_at__gt=now).exists():
        raise Refused("invitation-open", field="email", email=email)
    made = Invitation.objects.create(portal_id=actor.portal_id, party=party, email=email, name=name, role=role, unit=unit, order_limit=order_limit, period_limit=period_limit, period=period, until=until, language=language, invited_by=actor.name,
                                     token_hash=secrets.token_bytes(32), expires_at=now + timedelta(days=rules.INVITATION_DAYS))
    _send(actor, made)
    return made


def _locked(actor: Actor, invitation: Invitation) -> Invitation:
    found = Invitation.objects.select_for_update().filter(pk=invitation.pk).first()
    if found is None or (actor.party_id is not None and found.party_id != actor.party_id):
        raise NotFound
    if found.state not in ("open", "expired"):
        raise Refused("invitation-over")
    return found


@action(permissions.USER_MANAGE)
def resend_invitation(actor: Actor, *, invitation: Invitation) -> None:
    """Mail an invitation again, under a fresh link, for seven days more. Raises Refused when it is over, or its role beyond one's own."""
    found = _locked(actor, invitation)
    _check_gift(actor, found.party_id, found.role, found.unit, found.order_limit, period_limit=found.period_limit, period=found.period, until=found.until)
    found.expires_at = timezone.now() + timedelta(days=rules.INVITATION_DAYS)
    found.save(update_fields=["expires_at"])
    _send(actor, found)


@action(permissions.USER_MANAGE)
def revoke_invitation(actor: Actor, *, invitation: Invitation) -> None:
    """Withdraw an invitation: its link ends. Raises Refused when it is over."""
    found = _locked(actor, invitation)
    found.revoked_at = timezone.now()
    found.save(update_fields=["revoked_at"])
    record(actor, facts.InvitationRevoked(invitation_id=found.pk), party_id=found.party_id, subject=ref("accounts.invitation", found.pk), text=found.email)


@action(permissions.USER_MANAGE)
def make_invitation_token(actor: Actor, *, invitation_id: int) -> tuple[Invitation, str] | None:
    """Draw the secret of an invitation's link and return it for the mail; None when the invitation is over."""
    found = Invitation.objects.select_for_update(of=("self",)).select_related("party").filter(pk=invitation_id).first()
    if found is None or found.state != "open":
        return None
    token = secrets.token_urlsafe(32)
    found.token_hash = token_hash(token)
    found.save(update_fields=["token_hash"])
    return found, token


@action(None)
def accept_invitation(actor: Actor, *, token: str, name: str, password: str, visit: Visit, user_id: int | None) -> Entered | Halfway:
    """Make the invited person a user with his place and let him in, after his second step if he has one. Only at the gate; `user_id`: who is logged in in this browser.

    Checked here, under the row's lock, and not when the page was opened. Raises NotFound for an unknown link, Refused for one that was
    used, withdrawn or is too old, for another person's browser, and for a weak password.
    """
    found, user = _accept(actor, token=token, name=name, password=password, user_id=user_id)
    now_in = Session.objects.filter(token_hash=visit.session, user=user, ended_at=None, expires_at__gt=timezone.now(), strong=True).first() if user_id is not None else None
    # Who is in by two steps already is not asked again.
    entered = _open(actor, user, visit, now_in.way, found.party_id, step="invitation", identity=now_in.identity) if now_in else _admit(actor, user, visit, "invitation", found.party_id)
    if isinstance(entered, str):
        raise Refused(entered)
    return entered


def _accept(actor: Actor, *, token: str, name: str, password: str, user_id: int | None) -> tuple[Invitation, User]:
    """Use an invitation up under its row's lock and give its person his place."""
    found = Invitation.objects.select_for_update().filter(token_hash=token_hash(token)).first()
    if found is None:
        raise NotFound
    now = timezone.now()
    if rules.why_not_until(found.until, timezone.localdate()):
        raise Refused("invitation-late")
    if problem := rules.why_not_invitation(accepted=found.accepted_at is not None, revoked=found.revoked_at is not None, expires_at=found.expires_at, now=now):
        raise Refused(problem)
    user = User.objects.filter(email=found.email).first()
    if user_id is not None and (user is None or user.pk != user_id):
        raise Refused("wrong-person")
    if user is None:
        User.objects.bulk_create([User(portal_id=actor.portal_id, email=found.email, name=name or found.name, language=found.language)], ignore_conflicts=True)
        user = User.objects.get(email=found.email)
        if password:
            set_password(actor, user=user, password=password)
    if not user.is_active:
        raise Refused("no-company")
    place, made = Membership.objects.get_or_create(portal_id=actor.portal_id, party_id=found.party_id, user=user, role_id=found.role_id,  # type: ignore[misc]
                                                   defaults=(given := {"unit_id": found.unit_id, "order_limit": found.order_limit, "period_limit": found.period_limit, "period": found.period, "until": found.until}))
    if not made:
        Membership.objects.filter(pk=place.pk).update(is_active=True, **given)
    found.accepted_at = now
    found.save(update_fields=["accepted_at"])
    record(actor, facts.InvitationAccepted(invitation_id=found.pk, user_id=user.pk), party_id=found.party_id, subject=ref("accounts.invitation", found.pk), text=found.email)
    record(actor, facts.MembershipGranted(user_id=user.pk, role=found.role.code), party_id=found.party_id, subject=ref("accounts.user", user.pk), text=user.name)
    return found, user
