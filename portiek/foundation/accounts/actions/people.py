"""Every write about people."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden, Refused
from portiek.core.facts import record
from portiek.core.permissions import known
from portiek.core.refs import ref
from portiek.foundation.accounts import breached, facts, permissions, rules
from portiek.foundation.accounts import errors as _words  # noqa: F401  registers the words of what is refused
from portiek.foundation.accounts.models import Birthday, Credential, Membership, Role, User
from portiek.foundation.accounts.roles import ROLES
from portiek.foundation.parties.models import Party, Unit


@action(permissions.PORTAL_MANAGE)
def make_roles(actor: Actor) -> None:
    """Give a portal the roles that come with the program, or bring them up to date, with the rights that its modules know."""
    # Called anew after every upgrade: a name that somebody gave is kept.
    Role.objects.bulk_create(
        [Role(portal_id=actor.portal_id, code=code, name=item.name, audience=item.audience, kinds=list(item.kinds), order_limit=item.order_limit, rights=[right for right in item.rights if known(right)])
         for code, item in ROLES.items()],
        update_conflicts=True, unique_fields=["portal", "code"], update_fields=["audience", "kinds", "order_limit", "rights"])


@action(permissions.USER_MANAGE)
def create_user(actor: Actor, *, email: str, name: str, language: str = "nl") -> User:
    """Add a person to the portal. Raises IntegrityError when the address is taken."""
    return User.objects.create(portal_id=actor.portal_id, email=email.lower(), name=name, language=language)


@action(permissions.USER_MANAGE)
def grant_membership(actor: Actor, *, user: User, party: Party | None, role: Role, unit: Unit | None = None, order_limit: Decimal | None = None) -> Membership:
    """Give a user a place in a party (None: among the staff) with a role."""
    made = Membership.objects.create(portal_id=actor.portal_id, party=party, user=user, role=role, unit=unit, order_limit=order_limit)
    record(actor, facts.MembershipGranted(user_id=user.pk, role=role.code), party_id=party and party.pk, subject=ref("accounts.user", user.pk), text=user.name,  # type: ignore[arg-type]
           changes={"role": (None, role.code), "unit": (None, unit and unit.name), "order_limit": (None, order_limit)})
    return made


@action(None)
def set_password(actor: Actor, *, user: User, password: str) -> None:
    """Keep a user's password, hashed. Only at the gate."""
    if problem := rules.weakness(password, name=user.name, email=user.email):
        raise Refused(problem, field="password")
    if breached.is_breached(password):
        raise Refused("password-breached", field="password")
    Credential.objects.update_or_create(portal_id=actor.portal_id, user=user, defaults={"password": make_password(password)})
    record(actor, facts.UserChanged(user_id=user.pk, what="password"), subject=ref("accounts.user", user.pk), text=user.name)


@action(None)
def change_me(actor: Actor, *, name: str) -> None:
    """Change one's own name. Only at the gate."""
    was = User.objects.select_for_update().get(pk=actor.user_id).name
    User.objects.filter(pk=actor.user_id).update(name=name)
    record(actor, facts.UserChanged(user_id=actor.user_id, what="name"), subject=ref("accounts.user", actor.user_id), text=name, changes={"name": (was, name)})


@action(None)
def choose_language(actor: Actor, *, user_id: int, language: str) -> None:
    """Choose the language of the user of this session. Only at the gate."""
    User.objects.filter(pk=user_id).update(language=language)


@action(None)
def choose_time_zone(actor: Actor, *, time_zone: str) -> None:
    """Choose the time zone in which dates are said to the person of this session; empty: the portal's. Only at the gate."""
    if time_zone and time_zone not in rules.time_zones():
        raise Refused("time-zone", field="time_zone")
    User.objects.filter(pk=actor.user_id).update(time_zone=time_zone)


@action(None)
def keep_birthday(actor: Actor, *, day: int | None, month: int | None) -> None:
    """Keep on which day the person of this session wants to be congratulated; None: he does not. Only at the gate. Raises Refused for a day that is not there."""
    if actor.kind != "auth" or not actor.user_id:
        raise Forbidden("whose birthday it is")
    if not day or not month:
        Birthday.objects.filter(portal_id=actor.portal_id, user_id=actor.user_id).delete()
        return
    if not rules.is_day_of_year(day, month):
        raise Refused("birthday-wrong", field="birth_day")
    Birthday.objects.update_or_create(portal_id=actor.portal_id, user_id=actor.user_id, defaults={"day": day, "month": month})


@action(None)
def mark_mail(actor: Actor, *, user_id: int, fails: bool) -> bool:
    """Note that mail to a person comes back, or that it is tried again; return whether that is news. Only the portal itself, or the person at the gate."""
    if actor.kind != "system" and (actor.kind != "auth" or actor.user_id != user_id):
        raise Forbidden("whose address it is")
    return bool(User.objects.filter(pk=user_id, mail_fails_since__isnull=fails).update(mail_fails_since=timezone.now() if fails else None))
