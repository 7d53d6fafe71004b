"""Passkeys: added, shown at the door or as a proof, taken away. Only at the gate."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.accounts import facts, letters, passkeys, queries
from portiek.foundation.accounts.actions.entering import Entered, Visit, _counted, _end, _failed, _open
from portiek.foundation.accounts.actions.factors import _codes, _half_without, _proved
from portiek.foundation.accounts.actions.stepping import _second_done, _tell
from portiek.foundation.accounts.models import Passkey, Session, SpentChallenge, User

AT_MOST = 20


def _spend(actor: Actor, challenge: bytes) -> bool:
    """Use a challenge up; False when it was already. Two answers at once: the database lets one through."""
    try:
        with transaction.atomic():
            SpentChallenge.objects.create(portal_id=actor.portal_id, key=passkeys.spent(challenge))
    except IntegrityError:
        return False
    return True


def _shown(actor: Actor, host: str, purpose: str, answer: str, user_id: int = 0) -> Passkey | str:
    """Return the passkey that an answer proves, after noting its use; else the reason."""
    asked = passkeys.Asked(actor.portal_id, host, purpose, user_id)
    try:
        kept = Passkey.objects.select_for_update(of=("self",)).select_related("user").filter(credential=passkeys.credential_in(answer)).first()
        if kept is None or not kept.user.is_active or user_id not in (0, kept.user_id):
            asked.challenge_in(answer)
            return "passkey-unknown"
        count, challenge = passkeys.shown(asked, answer, handle=passkeys.handle_of(actor.portal_id, kept.user_id), public_key=bytes(kept.public_key), sign_count=kept.sign_count)
    except passkeys.NoPasskey:
        return "passkey-wrong"
    if not _spend(actor, challenge):
        return "passkey-wrong"
    kept.sign_count, kept.used_at = count, timezone.now()
    kept.save(update_fields=["sign_count", "used_at"])
    return kept


@action(None)
def enter_by_passkey(actor: Actor, *, answer: str, host: str, visit: Visit) -> Entered | str:
    """Open a session for who shows a passkey of this portal; else return the reason. It is both steps: the device asked for finger, face or code."""
    if not _counted(actor, "passkey", "", visit):
        return "too-many-tries"
    found = _shown(actor, host, "enter", answer)
    return found if isinstance(found, str) else _open(actor, found.user, visit, "passkey", strong=True)


@action(None)
def prove_by_passkey(actor: Actor, *, answer: str, host: str, visit: Visit) -> str | None:
    """Let the person of a session prove anew who he is with a passkey of his; return why not, or None."""
    user = User.objects.select_for_update().get(pk=actor.user_id)
    if not _counted(actor, "step", user.email, visit):
        return "too-many-tries"
    found = _shown(actor, host, "prove", answer, user.pk)
    if isinstance(found, str):
        _failed(actor, user, "passkey")
        return found
    _proved(actor, visit)
    return None


def _added(actor: Actor, user: User, purpose: str, answer: str, name: str, host: str) -> str | None:
    """Keep a passkey that a user's device made, and tell him; return why not, or None."""
    if Passkey.objects.filter(user=user).count() >= AT_MOST:
        return "passkeys-full"
    try:
        made, challenge = passkeys.added(passkeys.Asked(actor.portal_id, host, purpose, user.pk), answer)
    except passkeys.NoPasskey:
        return "passkey-wrong"
    if not _spend(actor, challenge) or Passkey.objects.filter(credential=made.credential).exists():
        return "passkey-wrong"
    Passkey.objects.create(portal_id=actor.portal_id, user=user, name=name, credential=made.credential, public_key=made.public_key, sign_count=made.sign_count)
    record(actor, facts.FactorAdded(user_id=user.pk, kind="passkey"), subject=ref("accounts.user", user.pk), text=user.name)
    _tell(actor, user, letters.PASSKEY_ADDED, key=name)
    return None


@action(None)
def add_passkey(actor: Actor, *, answer: str, name: str, host: str, visit: Visit) -> str | None:
    """Add a passkey to one's own log-in and end the other sessions; return why not, or None. Asks for a fresh proof."""
    user = User.objects.select_for_update().get(pk=actor.user_id)
    if not queries.is_fresh(actor, session=visit.session):
        return "fresh-proof-needed"
    if problem := _added(actor, user, "add", answer, name, host):
        return problem
    Session.objects.filter(token_hash=visit.session, user=user, ended_at=None).update(strong=True, proved_at=timezone.now())
    _end(Session.objects.filter(user=user, ended_at=None).exclude(token_hash=visit.session))
    return None


@action(None)
def set_up_passkey(actor: Actor, *, ticket: str, answer: str, name: str, host: str, visit: Visit) -> tuple[Entered, list[str]] | str:
    """Add a passkey as the first second step of who must have one, after the first step of his log-in, and open a session; return it with his recovery codes, or why not."""
    half = _half_without(actor, ticket, visit)
    if isinstance(half, str):
        return half
    # Where a company of his lets nobody in by passkey, it would shut him out at the next log-in.
    if not queries.may_use_passkey(actor, user_id=half.user_id):
        return "way-not-allowed"
    if problem := _added(actor, half.user, "setup", answer, name, host):
        return problem
    codes = _codes(actor, half.user)
    entered = _second_done(actor, half, visit, "passkey")
    return entered if isinstance(entered, str) else (entered, codes)


@action(None)
def remove_passkey(actor: Actor, *, passkey_id: int, visit: Visit) -> str | None:
    """Take a passkey off one's own log-in and end the other sessions; return why not, or None. Asks for a fresh proof. Raises NotFound for another's."""
    user = User.objects.select_for_update().get(pk=actor.user_id)
    kept = Passkey.objects.filter(pk=passkey_id, user=user).first()
    if kept is None:
        raise NotFound
    if not queries.is_fresh(actor, session=visit.session):
        return "fresh-proof-needed"
    factors = queries.factors(actor)
    if factors.obliged and factors.passkeys == 1 and factors.app_since is None:
        return "second-step-obliged"
    Passkey.objects.filter(pk=kept.pk).delete()
    _end(Session.objects.filter(user=user, ended_at=None).exclude(token_hash=visit.session))
    record(actor, facts.FactorRemoved(user_id=user.pk, kind="passkey"), subject=ref("accounts.user", user.pk), text=user.name)
    _tell(actor, user, letters.PASSKEY_REMOVED, key=kept.name)
    return None
