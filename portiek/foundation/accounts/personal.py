"""What accounts keep of one person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.erasing import NAMELESS, goes, mention, nameless
from portiek.core.personal import Person, not_personal, part, processing
from portiek.core.retention import term
from portiek.foundation.accounts.models import Absence, Authenticator, Birthday, EmailChange, EmergencyAccess, Identity, Invitation, Membership, Passkey, ScimUser, Session, StaffCard, TeamMember, User


def _account(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return User.objects.filter(portal_id=actor.portal_id, pk=person.user_id).values("name", "email", "language", "is_active", "created_at", "last_seen_at")


def _birthday(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return Birthday.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).values("day", "month")


def _places(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = Membership.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).select_related("party", "role", "unit").order_by("pk")
    return [{"company": row.party.name if row.party else "", "role": row.role.label, "branch": row.unit.name if row.unit else "", "order_limit": row.order_limit, "is_active": row.is_active, "until": row.until,
             "created_at": row.created_at} for row in rows]


def _sessions(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return Session.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values("user_agent", "network", "created_at", "expires_at", "ended_at")


def _provisioned(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = ScimUser.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).select_related("provider").order_by("pk")
    return [{"provider": row.provider.label, "user_name": row.user_name, "name": row.name, "email": row.email, "created_at": row.created_at, "removed_at": row.removed_at} for row in rows]


def _factors(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    apps = Authenticator.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values_list("created_at", flat=True)
    keys = Passkey.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values("name", "created_at", "used_at")
    named = EmergencyAccess.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).values_list("used_at", flat=True)
    return [*({"name": str(_("Authenticator app")), "created_at": since, "used_at": None} for since in apps), *keys, *({"name": str(_("Named to come in when the provider fails")), "created_at": None, "used_at": used} for used in named)]


def _invitations(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return Invitation.objects.filter(portal_id=actor.portal_id, email=person.email).order_by("pk").values("name", "email", "invited_by", "created_at", "accepted_at", "revoked_at")


def _card(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return StaffCard.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).values("name", "function", "email", "phone")


def _identities(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = Identity.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).select_related("provider").order_by("pk")
    return [{"provider": row.provider.label, "subject": row.subject, "created_at": row.created_at, "used_at": row.used_at, "ended_at": row.ended_at} for row in rows]


def _addresses(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return EmailChange.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values("old_email", "new_email", "asked_at", "done_at", "ended_at")


def _teams(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = TeamMember.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).select_related("team").order_by("pk")
    return [{"team": row.team.name} for row in rows]


def _absences(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = Absence.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).select_related("party", "deputy").order_by("pk")
    return [{"company": row.party.name if row.party else "", "first_day": row.first_day, "last_day": row.last_day, "deputy": row.deputy.name if row.deputy else ""} for row in rows]


part("accounts.account", _("Your account"), order=10, collect=_account,
     columns={"name": _("Name"), "email": _("E-mail address"), "language": _("Language"), "is_active": _("Active"), "created_at": _("Since"), "last_seen_at": _("Last seen")})
part("accounts.places", _("Your companies and roles"), order=11, collect=_places,
     columns={"company": _("Company"), "role": _("Role"), "branch": _("Branch"), "order_limit": _("Order limit"), "is_active": _("Active"), "created_at": _("Since")})
part("accounts.sessions", _("Where you were logged in"), order=12, collect=_sessions, at_gate=True,
     columns={"user_agent": _("Browser"), "network": _("Network"), "created_at": _("Since"), "expires_at": _("Valid until"), "ended_at": _("Ended")})
part("accounts.factors", _("With what you come in"), order=12, collect=_factors, at_gate=True, columns={"name": _("Name"), "created_at": _("Since"), "used_at": _("Last used")})
part("accounts.addresses", _("Other e-mail addresses that you asked for"), order=12, collect=_addresses, at_gate=True,
     columns={"old_email": _("Old e-mail address"), "new_email": _("New e-mail address"), "asked_at": _("Asked"), "done_at": _("Done"), "ended_at": _("Ended")})
part("accounts.identities", _("Where else you log in with"), order=12, collect=_identities,
     columns={"provider": _("Company"), "subject": _("How you are known there"), "created_at": _("Since"), "used_at": _("Last used"), "ended_at": _("Ended")})
part("accounts.provisioned", _("What your organisation tells us of you"), order=12, collect=_provisioned,
     columns={"provider": _("Company"), "user_name": _("How you are known there"), "name": _("Name"), "email": _("E-mail address"), "created_at": _("Since"), "removed_at": _("Ended")})
part("accounts.invitations", _("Invitations to you"), order=13, collect=_invitations,
     columns={"name": _("Name"), "email": _("E-mail address"), "invited_by": _("Invited by"), "created_at": _("Sent"), "accepted_at": _("Accepted"), "revoked_at": _("Withdrawn")})
part("accounts.card", _("How you are shown to customers"), order=14, collect=_card, columns={"name": _("Name"), "function": _("Function"), "email": _("E-mail address"), "phone": _("Telephone")})
part("accounts.absences", _("Days that you are away"), order=14, collect=_absences, columns={"company": _("Company"), "first_day": _("First day"), "last_day": _("Last day"), "deputy": _("Who stands in")})
part("accounts.birthday", _("Your birthday"), order=14, collect=_birthday, columns={"day": _("Day"), "month": _("Month")})
part("accounts.teams", _("Your teams"), order=14, collect=_teams, columns={"team": _("Team")})

processing("accounts.people", _("Accounts and access"), order=10, purpose=_("Letting people do business in the portal for their company, each with his own rights."), ground=_("Performance of a contract (GDPR art. 6(1)(b)); for people who act for a company legitimate interest (art. 6(1)(f))."),
           persons=_("People of customers, dealers and suppliers; our own staff"), term=_("As long as somebody has access, and after that as long as orders and the log refer to the account."), receivers=_("Colleagues of the same company; the identity provider that a company uses."),
           fields={"accounts.Absence": {"user": _("Days of absence"), "deputy": _("Days of absence")}, "accounts.User": {"email": _("E-mail address"), "name": _("Name"), "language": _("Language"), "time_zone": _("Time zone")},
                   "accounts.StaffCard": {"user": _("Name"), "name": _("Name"), "function": _("Function"), "email": _("E-mail address"), "phone": _("Telephone")},
                   "accounts.Invitation": {"email": _("E-mail address"), "name": _("Name"), "language": _("Language"), "invited_by": _("Name")},
                   "accounts.Membership": {"user": _("Role and rights")}, "accounts.TeamMember": {"user": _("Role and rights")}, "accounts.Identity": {"user": _("Name with another service"), "subject": _("Name with another service")},
                   "accounts.ScimUser": {"user": _("Name"), "user_name": _("Name with another service"), "external_id": _("Name with another service"), "name": _("Name"), "email": _("E-mail address")},
                   "accounts.EmailChange": {"user": _("E-mail address"), "old_email": _("E-mail address"), "new_email": _("E-mail address"), "confirmed_by": _("Name"), "reason": _("Notes")}})
processing("accounts.entering", _("Safe log-in"), order=11, purpose=_("Making sure who somebody is, and keeping others out."), ground=_("Legitimate interest, and the duty to secure data (GDPR art. 6(1)(f) and 32)."),
           persons=_("Everybody who logs in"), term=_("Codes and tries a day; sessions thirty days after they ended; passwords, passkeys and apps until they are replaced."),
           fields={"accounts.Session": {"user": _("Log-ins"), "as_user": _("Log-ins"), "user_agent": _("Browser"), "network": _("Shortened network address"), "mode_name": _("Name"), "mode_back": _("Log-ins"), "reason": _("Notes")},
                   "accounts.LoginCode": {"email": _("E-mail address")}, "accounts.Credential": {"user": _("Log-ins"), "password": _("Password, as a hash")},
                   "accounts.Authenticator": {"user": _("Log-ins"), "secret": _("Secret of an app, encrypted")}, "accounts.RecoveryCode": {"user": _("Log-ins")}, "accounts.HalfLogin": {"user": _("Log-ins")},
                   "accounts.Passkey": {"user": _("Log-ins"), "name": _("Name of a device")}, "accounts.EmergencyAccess": {"user": _("Log-ins")}})
processing("accounts.birthday", _("Birthdays"), order=12, purpose=_("Congratulating who likes that, on his own page alone."), ground=_("Consent (GDPR art. 6(1)(a)): given by filling it in, taken back by making it empty."),
           persons=_("Everybody who logs in"), term=_("Until he makes it empty or his account is erased."), receivers=_("Nobody."), fields={"accounts.Birthday": {"user": _("Birthday"), "day": _("Birthday"), "month": _("Birthday")}})
not_personal("what a role may, and how a company logs in", "accounts.Ceiling", "accounts.Role", "accounts.Provider", "accounts.ScimGroup", "accounts.ScimToken", "accounts.Team", "*.way")

for _model, _columns in (("Session", ("user", "as_user")), ("HalfLogin", ("user",)), ("Credential", ("user",)), ("Authenticator", ("user",)), ("RecoveryCode", ("user",)), ("Passkey", ("user",)), ("Birthday", ("user",)), ("EmailChange", ("user",)),
                         ("ScimMember", ("person__user",))):  # fmt: skip
    goes(f"accounts.{_model}", user=_columns, at_gate=True, order=10)
goes("accounts.LoginCode", email=("email",), at_gate=True, order=10)
goes("accounts.Identity", user=("user",), at_gate=True, order=20)
goes("accounts.ScimUser", user=("user",), at_gate=True, order=20)
goes("accounts.Membership", user=("user",), order=30)
goes("accounts.Absence", user=("user",), order=30)
goes("accounts.EmergencyAccess", user=("user",), order=30)
nameless("accounts.Absence", {"deputy": None}, user=("deputy",))
goes("accounts.TeamMember", user=("user",), order=30)
goes("accounts.Invitation", email=("email",), order=30)
nameless("accounts.StaffCard", {"name": NAMELESS, "function": "", "email": "", "phone": "", "is_active": False}, user=("user",))
mention("accounts.Invitation", "invited_by")
mention("accounts.Session", "mode_name", "reason", at_gate=True)
mention("accounts.EmailChange", "confirmed_by", "reason", at_gate=True)
nameless("accounts.User", {"email": "{id}@erased.invalid", "name": NAMELESS, "language": "nl", "time_zone": "", "is_active": False, "mail_fails_since": None, "last_seen_at": None}, user=("pk",), order=90)
term("accounts.sessions", _("Sessions that ended"), days=30, least=7, most=365, processing="accounts.entering", user="user_id", at_gate=True,
     old=lambda actor, before: Session.objects.filter(Q(expires_at__lt=before) | Q(ended_at__lt=before), portal_id=actor.portal_id))
term("accounts.addresses", _("Wishes for another e-mail address"), days=30, least=8, most=365, processing="accounts.people", user="user_id", at_gate=True,
     old=lambda actor, before: EmailChange.objects.filter(portal_id=actor.portal_id, asked_at__lt=before))
