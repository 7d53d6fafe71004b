"""Another e-mail address: asked by the person, proved at the new and the old one, stopped from the old one. Only at the gate."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.jobs import defer, named
from portiek.core.refs import ref
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import facts, letters, queries, rules
from portiek.foundation.accounts.actions.entering import Visit, _counted, _end
from portiek.foundation.accounts.actions.factors import _managed
from portiek.foundation.accounts.models import Authenticator, Credential, EmailChange, HalfLogin, Identity, LoginCode, Passkey, RecoveryCode, Session, StaffCard, User
from portiek.ui.format import full_day


@dataclass(frozen=True)
class Proved:
    """What came of codes that were given: why each does not fit ("" where it does or was not given), and the fresh secret of the session when all is done."""

    new: str = ""
    old: str = ""
    token: str = ""


Letters = list[tuple[str, str, dict[str, Any], str]]


def _hash(row: EmailChange, end: str, figures: str) -> bytes:
    """Return what is kept of a code: useless without the installation's key."""
    return salted_hmac("portiek.accounts.email", f"{row.pk}:{end}:{figures}", algorithm="sha256").digest()


def _about(actor: Actor, happened: Any, user: User, **options: Any) -> None:
    record(actor, happened, subject=ref("accounts.user", user.pk), text=user.name, **options)


def _open_row(user_id: int) -> EmailChange | None:
    row = EmailChange.objects.select_for_update(of=("self",)).select_related("user").filter(user_id=user_id, done_at=None, ended_at=None).first()
    return row if row is not None and rules.is_stoppable(asked_at=row.asked_at, done_at=None, ended=False, now=timezone.now()) else None


def _may_mail(actor: Actor, user: User, email: str, visit: Visit) -> bool:
    # Not by the device: each try sends two mails.
    counted = replace(visit, device="")
    return _counted(actor, "move", user.email, counted) and _counted(actor, "moved-to", email, counted)


def _send(actor: Actor, row: EmailChange) -> None:
    defer(actor, named("portiek.foundation.accounts.jobs.mail_email_codes"), change_id=row.pk)


@action(None)
def ask_email_change(actor: Actor, *, email: str, visit: Visit) -> str | None:
    """Ask for another address for oneself, in the place of an earlier wish; return why not, or None. Asks for a fresh proof.

    The same work for an address that nobody has and one that somebody has: the job that mails alone looks whose it is.
    """
    user = User.objects.select_for_update().get(pk=actor.user_id)
    if not queries.is_fresh(actor, session=visit.session):
        return "fresh-proof-needed"
    if queries.keeper_of_address(actor, user_id=user.pk):
        return "email-kept"
    if email == user.email:
        return "email-same"
    if not _may_mail(actor, user, email, visit):
        return "too-many-tries"
    now = timezone.now()
    EmailChange.objects.filter(user=user, done_at=None, ended_at=None).update(ended_at=now)
    row = EmailChange.objects.create(portal_id=actor.portal_id, user=user, old_email=user.email, new_email=email, asked_at=now, expires_at=now + timedelta(minutes=rules.CODE_MINUTES))
    _about(actor, facts.EmailChangeAsked(user_id=user.pk), user, changes={"email": (user.email, email)})
    _send(actor, row)
    return None


@action(None)
def mail_codes_again(actor: Actor, *, visit: Visit) -> str | None:
    """Mail new codes to the ends that are not proved yet; return why not, or None."""
    row = _open_row(actor.user_id)
    if row is None:
        return "email-over"
    if not _may_mail(actor, row.user, row.new_email, visit):
        return "too-many-tries"
    row.expires_at, row.old_hash, row.new_hash, row.old_tries, row.new_tries = timezone.now() + timedelta(minutes=rules.CODE_MINUTES), b"", b"", 0, 0
    row.save(update_fields=["expires_at", "old_hash", "new_hash", "old_tries", "new_tries"])
    _send(actor, row)
    return None


def _stop_path(actor: Actor, row: EmailChange) -> str:
    """Return the path with which the old address stops a change."""
    return reverse("accounts:email-stop", args=[signing.dumps(row.pk, salt=f"email-stop:{actor.portal_id}")])


@action(None)
def make_email_codes(actor: Actor, *, change_id: int) -> Letters:
    """Draw the codes of the ends that are not proved yet; return the letters (to, kind, values, language). Who has the new address already gets a letter without a code."""
    row = EmailChange.objects.select_for_update(of=("self",)).select_related("user").filter(pk=change_id, done_at=None, ended_at=None).first()
    if row is None:
        return []
    made: Letters = []
    if row.new_proved_at is None:
        owner = User.objects.filter(email=row.new_email).first()
        if owner is None:
            figures = f"{secrets.randbelow(1_000_000):06d}"
            row.new_hash = _hash(row, "new", figures)
            made.append((row.new_email, letters.EMAIL_NEW, {"name": row.user.name, "code": figures}, row.user.language))
        elif owner.is_active:
            made.append((owner.email, letters.EMAIL_TAKEN, {"name": owner.name, "url": reverse("accounts:login")}, owner.language))
    if row.old_proved_at is None and row.lost_at is None:
        figures = f"{secrets.randbelow(1_000_000):06d}"
        row.old_hash = _hash(row, "old", figures)
        made.append((row.old_email, letters.EMAIL_OLD, {"name": row.user.name, "code": figures, "email": row.new_email, "url": _stop_path(actor, row)}, row.user.language))
    row.expires_at = timezone.now() + timedelta(minutes=rules.CODE_MINUTES)
    row.save(update_fields=["new_hash", "old_hash", "expires_at"])
    return made


@action(None)
def prove_email(actor: Actor, *, new: str, old: str, visit: Visit) -> Proved | str:
    """Take the code of one or both ends; when both are proved the person has the new address, his other sessions end and this one gets a fresh secret.

    Nothing is raised: a wrong try must stay counted.
    """
    row = _open_row(actor.user_id)
    if row is None:
        return "email-over"
    if not _counted(actor, "step", row.user.email, visit):
        return "too-many-tries"
    problems = {end: _take(row, end, given) for end, given in (("new", new), ("old", old)) if given}
    if row.new_proved_at is None or row.old_proved_at is None:
        return Proved(**problems)
    if not _move(actor, row, keep=visit.session):
        return "email-over"
    token = secrets.token_urlsafe(32)
    Session.objects.filter(token_hash=visit.session, user=row.user, ended_at=None).update(token_hash=token_hash(token))
    return Proved(token=token)


def _take(row: EmailChange, end: str, figures: str) -> str:
    """Hold a code against one end; return why it does not prove it, or nothing."""
    if getattr(row, f"{end}_proved_at") is not None:
        return ""
    kept, tries, now = bytes(getattr(row, f"{end}_hash")), getattr(row, f"{end}_tries"), timezone.now()
    right = hmac.compare_digest(_hash(row, end, figures), kept or bytes(32))
    problem = rules.why_not_proved(tries=tries, expires_at=row.expires_at, right=right, now=now)
    setattr(row, f"{end}_tries", tries + 1)
    if problem is None:
        setattr(row, f"{end}_proved_at", now)
    row.save(update_fields=[f"{end}_tries", f"{end}_proved_at"])
    return problem or ""


def _move(actor: Actor, row: EmailChange, *, keep: bytes = b"") -> bool:
    """Give a person his new address and end his other sessions; False when somebody took it meanwhile."""
    now, user = timezone.now(), User.objects.select_for_update().get(pk=row.user_id)
    moved = False
    try:
        with transaction.atomic():
            # Of one that was moved or put back meanwhile nothing is known.
            moved = bool(User.objects.filter(pk=user.pk, email=row.old_email).update(email=row.new_email, mail_fails_since=None))
    except IntegrityError:
        pass
    row.done_at, row.ended_at = (now, None) if moved else (None, now)
    row.save(update_fields=["done_at", "ended_at", "confirmed_by", "reason"])
    if moved:
        StaffCard.objects.filter(user=user, email=row.old_email).update(email=row.new_email)
        LoginCode.objects.filter(email__in=[row.old_email, row.new_email]).delete()
        HalfLogin.objects.filter(user=user, used_at=None).update(used_at=now)
        _end(Session.objects.filter(user=user, ended_at=None).exclude(token_hash=keep))
        _about(actor, facts.EmailChanged(user_id=user.pk, confirmed=bool(row.confirmed_by)), user, changes={"email": (row.old_email, row.new_email)})
        defer(actor, named("portiek.foundation.accounts.jobs.mail_email_changed"), change_id=row.pk)
    return moved


@action(None)
def changed_letter(actor: Actor, *, change_id: int) -> Letters:
    """Return the letter that tells the old address of a change that was done."""
    row = EmailChange.objects.select_related("user").filter(pk=change_id, done_at__isnull=False, ended_at=None).first()
    if row is None or row.done_at is None:
        return []
    with override(row.user.language):
        by = "\n\n" + _("%(who)s confirmed it in the place of this address, for this reason: %(reason)s") % {"who": row.confirmed_by, "reason": row.reason} if row.confirmed_by else ""
        values = {"name": row.user.name, "email": row.new_email, "by": by, "day": full_day(row.done_at + timedelta(days=rules.EMAIL_DAYS)), "url": _stop_path(actor, row)}
    return [(row.old_email, letters.EMAIL_CHANGED, values, row.user.language)]


@action(None)
def lose_old_address(actor: Actor) -> str | None:
    """Say that one reads the old address no longer, so that who manages people is asked; return why not, or None. The new one must be proved first."""
    row = _open_row(actor.user_id)
    if row is None:
        return "email-over"
    if row.new_proved_at is None:
        return "email-new-first"
    if row.lost_at is None:
        row.lost_at = timezone.now()
        row.save(update_fields=["lost_at"])
        _about(actor, facts.EmailHelpAsked(user_id=row.user_id), row.user, changes={"email": (row.old_email, row.new_email)})
    return None


@action(None)
def cancel_email_change(actor: Actor) -> None:
    """End one's own wish for another address."""
    row = _open_row(actor.user_id)
    if row is not None:
        _finish(actor, row, "person")


def _finish(actor: Actor, row: EmailChange, by: str) -> None:
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at", "confirmed_by", "reason"])
    _about(actor, facts.EmailChangeEnded(user_id=row.user_id, by=by), row.user)


@action(None)
def stop_email_change(actor: Actor, *, token: str) -> None:
    """Stop a change from the old address: end one that waits, put the address back after one that was done, with all that was added to the log-in since.

    Raises NotFound for a link that is not ours or whose time is over, Refused when the old address is somebody else's by now.
    """
    found = queries.email_change_to_stop(actor, token)
    user = User.objects.select_for_update().get(pk=found.user_id)
    row = EmailChange.objects.select_for_update(of=("self",)).select_related("user").get(pk=found.pk)
    if not rules.is_stoppable(asked_at=row.asked_at, done_at=row.done_at, ended=row.ended_at is not None, now=timezone.now()):
        raise NotFound
    if row.done_at is None:
        _finish(actor, row, "old address")
        return
    now = timezone.now()
    try:
        with transaction.atomic():
            # Whatever it is now: who took the account may have moved on once more.
            User.objects.filter(pk=user.pk).update(email=row.old_email, mail_fails_since=None)
    except IntegrityError:
        raise Refused("email-taken-since") from None
    EmailChange.objects.filter(user=user, pk__gte=row.pk, ended_at=None).update(ended_at=now)
    StaffCard.objects.filter(user=user, email=user.email).update(email=row.old_email)
    LoginCode.objects.filter(email__in=[row.old_email, user.email]).delete()
    HalfLogin.objects.filter(user=user, used_at=None).update(used_at=now)
    Credential.objects.filter(user=user).delete()
    if Authenticator.objects.filter(user=user, created_at__gte=row.asked_at).delete()[0]:
        RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user, created_at__gte=row.asked_at).delete()
    Passkey.objects.filter(user=user, created_at__gte=row.asked_at).delete()
    Identity.objects.filter(user=user, created_at__gte=row.asked_at, ended_at=None).update(ended_at=now)
    _end(Session.objects.filter(user=user, ended_at=None))
    _about(actor, facts.EmailPutBack(user_id=user.pk), user, changes={"email": (user.email, row.old_email)})
    defer(actor, named("portiek.foundation.accounts.jobs.mail_about"), user_id=user.pk, kind=letters.EMAIL_BACK, values={"url": reverse("accounts:login")})


@action(None)
def confirm_email_for(actor: Actor, *, manager: Actor, membership_id: int, reason: str) -> None:
    """Confirm another address in the place of the old one that is lost, and end all sessions; `manager` is who does it.

    Raises NotFound and Refused as reset_factors, Refused where nothing waits.
    """
    row = _waiting(actor, manager, membership_id)
    row.confirmed_by, row.reason = manager.name, reason
    if not _move(actor, row):
        raise Refused("email-over")


@action(None)
def refuse_email_for(actor: Actor, *, manager: Actor, membership_id: int, reason: str) -> None:
    """Refuse to confirm another address; raises as confirm_email_for."""
    row = _waiting(actor, manager, membership_id)
    row.confirmed_by, row.reason = manager.name, reason
    _finish(actor, row, "manager")


def _waiting(actor: Actor, manager: Actor, membership_id: int) -> EmailChange:
    user = _managed(actor, manager, membership_id).user
    row = _open_row(user.pk)
    if row is None or row.lost_at is None or row.new_proved_at is None:
        raise Refused("email-not-waiting")
    return row
