"""The second step of a log-in: an app's code or a recovery code, after a first step that was right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.facts import record
from portiek.core.jobs import defer, named
from portiek.core.refs import ref
from portiek.core.sealing import unseal
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import authenticator, facts, letters, rules
from portiek.foundation.accounts.actions.entering import Entered, Visit, _counted, _failed, _open
from portiek.foundation.accounts.models import Authenticator, HalfLogin, RecoveryCode, User


def _tell(actor: Actor, user: User, kind: str, **values: object) -> None:
    """Have a user told by mail about his own log-in."""
    defer(actor, named("portiek.foundation.accounts.jobs.mail_about"), user_id=user.pk, kind=kind, values=values)


def _right_app(user: User, figures: str) -> bool:
    """Whether the figures are of the user's app and of a step of time that opened nothing yet."""
    kept = Authenticator.objects.select_for_update().filter(user=user).first()
    step = authenticator.step_of(unseal(kept.secret, authenticator.place(user.pk)), figures, now=timezone.now(), after=kept.last_step) if kept else None
    if kept is None or step is None:
        return False
    kept.last_step = step
    kept.save(update_fields=["last_step"])
    return True


def _right_recovery_code(actor: Actor, user: User, code: str) -> bool:
    """Use a recovery code up, and say so to its owner; False when it is not one of his."""
    if not RecoveryCode.objects.filter(user=user, code_hash=authenticator.recovery_hash(user.pk, code), used_at=None).update(used_at=timezone.now()):
        return False
    left = RecoveryCode.objects.filter(user=user, used_at=None).count()
    record(actor, facts.RecoveryCodeUsed(user_id=user.pk, left=left), subject=ref("accounts.user", user.pk), text=user.name)
    _tell(actor, user, letters.RECOVERY_USED, left=left)
    return True


def _second(actor: Actor, ticket: str, visit: Visit, by: str, wrong: str, right: Callable[[User], bool]) -> Entered | str:
    """Go on with a half log-in; nothing is raised, since a wrong try must stay counted."""
    half = HalfLogin.objects.select_for_update(of=("self",)).select_related("user").filter(ticket_hash=token_hash(ticket)).first()
    if half is None:
        return "step-over"
    if problem := rules.why_not_step(tries=half.tries, used=half.used_at is not None, expires_at=half.expires_at, now=timezone.now()):
        return problem
    if not _counted(actor, "step", half.user.email, visit):
        return "too-many-tries"
    good = half.user.is_active and right(half.user)
    if not good:
        half.tries += 1
        half.save(update_fields=["tries"])
        _failed(actor, half.user, by)
        if half.tries < rules.STEP_TRIES:
            return wrong
        _tell(actor, half.user, letters.STEP_FAILED)
        return "step-over"
    return _second_done(actor, half, visit, by)


def _second_done(actor: Actor, half: HalfLogin, visit: Visit, by: str) -> Entered | str:
    """Use a half log-in up and open its session."""
    half.used_at = timezone.now()
    half.save(update_fields=["used_at"])
    entered = _open(actor, half.user, visit, half.way, half.party_id, step=by)
    # An invitation says for which company.
    return replace(entered, companies=1) if isinstance(entered, Entered) and half.way == "invitation" else entered


@action(None)
def enter_by_app(actor: Actor, *, ticket: str, figures: str, visit: Visit) -> Entered | str:
    """Open a session for who gives his app's code as the second step; else return the reason."""
    return _second(actor, ticket, visit, "app", "step-wrong", lambda user: _right_app(user, figures))


@action(None)
def enter_by_recovery_code(actor: Actor, *, ticket: str, code: str, visit: Visit) -> Entered | str:
    """Open a session for who gives one of his recovery codes as the second step; else return the reason."""
    return _second(actor, ticket, visit, "recovery code", "recovery-wrong", lambda user: _right_recovery_code(actor, user, code))
