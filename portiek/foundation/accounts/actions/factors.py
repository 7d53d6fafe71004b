"""What a person adds to his log-in and takes away, what he must prove before, and who may set it up anew for him. Only at the gate."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.core.sealing import seal
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import authenticator, facts, letters, permissions, queries, rules
from portiek.foundation.accounts.actions.entering import Entered, Visit, _counted, _end, _right_code
from portiek.foundation.accounts.actions.stepping import _right_app, _right_recovery_code, _second_done, _tell
from portiek.foundation.accounts.models import Authenticator, Credential, EmergencyAccess, HalfLogin, Membership, Passkey, RecoveryCode, Session, User


def _proved(actor: Actor, visit: Visit) -> None:
    Session.objects.filter(token_hash=visit.session, user_id=actor.user_id, ended_at=None).update(proved_at=timezone.now())


@action(None)
def prove(actor: Actor, *, visit: Visit, password: str = "", ticket: str = "", figures: str = "", recovery: str = "") -> str | None:
    """Let the person of a session prove anew who he is; return why not, or None. Who has a second step proves by that alone.

    Nothing is raised: a wrong try must stay counted.
    """
    user = User.objects.select_for_update().get(pk=actor.user_id)
    if queries.factors(actor).has_second:
        if not _counted(actor, "step", user.email, visit):
            return "too-many-tries"
        if not (_right_recovery_code(actor, user, recovery) if recovery else _right_app(user, figures)):
            return "recovery-wrong" if recovery else "step-wrong"
    elif ticket:
        found = _right_code(actor, ticket, figures, visit)
        if isinstance(found, str):
            return found
        if found.pk != user.pk:
            return "code-over"
    else:
        if not _counted(actor, "password", user.email, visit):
            return "too-many-tries"
        kept = Credential.objects.filter(user=user).first()
        if kept is None or not check_password(password, kept.password, preferred="argon2"):
            return "password-now-wrong"
    _proved(actor, visit)
    return None


def _codes(actor: Actor, user: User) -> list[str]:
    """Draw recovery codes in the place of all earlier ones and return them, to be shown once."""
    codes = authenticator.new_recovery_codes()
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(portal_id=actor.portal_id, user=user, code_hash=authenticator.recovery_hash(user.pk, code)) for code in codes])
    record(actor, facts.RecoveryCodesMade(user_id=user.pk), subject=ref("accounts.user", user.pk), text=user.name)
    return codes


def _added(actor: Actor, user: User, sealed: str, figures: str) -> list[str] | str:
    """Keep a user's app when the figures prove that it holds the secret; return his recovery codes, or why not."""
    if Authenticator.objects.filter(user=user).exists():
        return "factor-already"
    secret = authenticator.opened(user.pk, sealed)
    if secret is None:
        return "setup-over"
    step = authenticator.step_of(secret, figures, now=timezone.now(), after=0)
    if step is None:
        return "step-wrong"
    Authenticator.objects.create(portal_id=actor.portal_id, user=user, secret=seal(secret, authenticator.place(user.pk)), last_step=step)
    record(actor, facts.FactorAdded(user_id=user.pk, kind="app"), subject=ref("accounts.user", user.pk), text=user.name)
    _tell(actor, user, letters.FACTOR_ADDED)
    return _codes(actor, user)


@action(None)
def add_authenticator(actor: Actor, *, sealed: str, figures: str, visit: Visit) -> list[str] | str:
    """Add an app to one's own log-in and end the other sessions; return the recovery codes, or why not. Asks for a fresh proof."""
    user = User.objects.select_for_update().get(pk=actor.user_id)
    if not queries.is_fresh(actor, session=visit.session):
        return "fresh-proof-needed"
    if not _counted(actor, "step", user.email, visit):
        return "too-many-tries"
    codes = _added(actor, user, sealed, figures)
    if not isinstance(codes, str):
        Session.objects.filter(token_hash=visit.session, user=user, ended_at=None).update(strong=True, proved_at=timezone.now())
        _end(Session.objects.filter(user=user, ended_at=None).exclude(token_hash=visit.session))
    return codes


def _half_without(actor: Actor, ticket: str, visit: Visit) -> HalfLogin | str:
    """Return the log-in of who must set up his first second step, after counting the try; or why he cannot."""
    half = HalfLogin.objects.select_for_update(of=("self",)).select_related("user").filter(ticket_hash=token_hash(ticket)).first()
    if half is None:
        return "step-over"
    if problem := rules.why_not_step(tries=half.tries, used=half.used_at is not None, expires_at=half.expires_at, now=timezone.now()):
        return problem
    # Who has one gives it: the first step alone adds none beside it.
    if queries.factors(actor, user_id=half.user_id).has_any or not half.user.is_active:
        return "factor-already"
    if not _counted(actor, "step", half.user.email, visit):
        return "too-many-tries"
    return half


@action(None)
def set_up_authenticator(actor: Actor, *, ticket: str, sealed: str, figures: str, visit: Visit) -> tuple[Entered, list[str]] | str:
    """Add the first second step of who must have one, after the first step of his log-in, and open a session; return it with the recovery codes, or why not."""
    half = _half_without(actor, ticket, visit)
    if isinstance(half, str):
        return half
    codes = _added(actor, half.user, sealed, figures)
    if isinstance(codes, str):
        return codes
    entered = _second_done(actor, half, visit, "app")
    return entered if isinstance(entered, str) else (entered, codes)


@action(None)
def remove_authenticator(actor: Actor, *, visit: Visit) -> str | None:
    """Take the app off one's own log-in, with its recovery codes, and end the other sessions; return why not, or None. Asks for a fresh proof."""
    user = User.objects.select_for_update().get(pk=actor.user_id)
    if not queries.is_fresh(actor, session=visit.session):
        return "fresh-proof-needed"
    factors = queries.factors(actor)
    if factors.obliged and not factors.passkeys:
        return "second-step-obliged"
    if EmergencyAccess.objects.filter(user=user).exists():
        return "emergency-app"
    if Authenticator.objects.filter(user=user).delete()[0]:
        RecoveryCode.objects.filter(user=user).delete()
        _end(Session.objects.filter(user=user, ended_at=None).exclude(token_hash=visit.session))
        record(actor, facts.FactorRemoved(user_id=user.pk, kind="app"), subject=ref("accounts.user", user.pk), text=user.name)
        _tell(actor, user, letters.FACTOR_REMOVED)
    return None


@action(None)
def make_recovery_codes(actor: Actor, *, visit: Visit) -> list[str] | str:
    """Draw new recovery codes for oneself, in the place of the old; return them, or why not. Asks for a fresh proof."""
    user = User.objects.select_for_update().get(pk=actor.user_id)
    if not queries.is_fresh(actor, session=visit.session):
        return "fresh-proof-needed"
    return _codes(actor, user) if queries.factors(actor).has_second else "no-second-step"


@action(None)
def reset_factors(actor: Actor, *, manager: Actor, membership_id: int, reason: str, password: bool) -> None:
    """Remove what a colleague shows at his log-in, so that he sets it up anew, end all of his sessions and tell him; `manager` is who asks it.

    Raises NotFound for a place that is not his to manage, Refused for himself, for who holds more than he, and for who acts for other companies too.
    """
    row = _managed(actor, manager, membership_id)
    user = User.objects.select_for_update().get(pk=row.user_id)
    Authenticator.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    Passkey.objects.filter(user=user).delete()
    if password:
        Credential.objects.filter(user=user).delete()
    _end(Session.objects.filter(user=user, ended_at=None))
    record(actor, facts.FactorsReset(user_id=user.pk, password=password), party_id=row.party_id, subject=ref("accounts.user", user.pk), text=user.name, changes={"reason": ("", reason)})
    _tell(actor, user, letters.FACTORS_RESET, by=manager.name, reason=reason)


def _managed(actor: Actor, manager: Actor, membership_id: int) -> Membership:
    """Return a place whose person's log-in the manager may set right. The gate reaches all places, so whose it is is asked here.

    Raises NotFound for a place that is not his to manage, Refused for himself, for who holds more than he, and for who acts for other companies too.
    """
    if not manager.may(permissions.USER_MANAGE) or manager.portal_id != actor.portal_id:
        raise Forbidden(permissions.USER_MANAGE)
    row = Membership.objects.select_related("role", "user").filter(pk=membership_id).first()
    if row is None or (not manager.is_staff and row.party_id != manager.party_id):
        raise NotFound
    if row.user_id == manager.user_id:
        raise Refused("own-membership")
    places = list(Membership.objects.select_related("role").filter(user_id=row.user_id, is_active=True))
    if not manager.is_staff and any(place.party_id != manager.party_id for place in places):
        raise Refused("reset-elsewhere", name=row.user.name)
    if any(queries.is_above(manager, place) for place in [*places, row]):
        raise Refused("member-above", name=row.user.name)
    return row
