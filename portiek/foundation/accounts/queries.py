"""Every read about people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import permissions, rules
from portiek.foundation.accounts.models import AccountManager, Authenticator, Credential, HalfLogin, Invitation, LoginPolicy, Membership, Passkey, RecoveryCode, Role, Session, StaffCard, User
from portiek.foundation.parties.models import Portal


def portal(actor: Actor) -> Portal:
    """Return the portal itself."""
    return Portal.objects.get(pk=actor.portal_id)


@dataclass(frozen=True)
class OpenSession:
    """One device that is logged in."""

    browser: str
    since: datetime
    seen: datetime
    current: bool


def open_sessions(actor: Actor, *, session: bytes) -> list[OpenSession]:
    """Return where the person of the gate is logged in, this device first. Only at the gate."""
    found = Session.objects.filter(user_id=actor.user_id, ended_at=None, expires_at__gt=timezone.now()).order_by("-expires_at", "-pk")[:20]
    rows = [OpenSession(row.user_agent, row.created_at, max(row.created_at, row.expires_at - timedelta(days=rules.SESSION_DAYS)), bytes(row.token_hash) == session) for row in found]
    return sorted(rows, key=lambda row: not row.current)


def has_password(actor: Actor) -> bool:
    """Whether the person of the gate has a password. Only at the gate."""
    return Credential.objects.filter(user_id=actor.user_id).exists()


def user(actor: Actor, key: int) -> User:
    """Return a person of the portal by his id. Raises NotFound."""
    row = User.objects.filter(pk=key).first()
    if row is None:
        raise NotFound
    return row


def is_fresh(actor: Actor, *, session: bytes) -> bool:
    """Whether the person of a session proved who he is within the last quarter of an hour. Only at the gate."""
    since = timezone.now() - timedelta(minutes=rules.PROOF_MINUTES)
    return Session.objects.filter(token_hash=session, user_id=actor.user_id, ended_at=None, expires_at__gt=timezone.now(), proved_at__gt=since).exists()


@dataclass(frozen=True)
class Factors:
    """What a person can show beside his mailbox: a password, an authenticator app since when, how many recovery codes are left, how many passkeys; and whether, or from when, a second step is asked of him."""

    has_password: bool
    app_since: datetime | None
    codes_left: int
    codes_since: datetime | None
    passkeys: int
    obliged: bool
    obliged_from: date | None

    @property
    def has_second(self) -> bool:
        """Whether a log-in asks for a second step that this person has."""
        return self.app_since is not None or (self.obliged and self.passkeys > 0)

    @property
    def has_any(self) -> bool:
        """Whether there is anything to show as a second step."""
        return self.app_since is not None or self.passkeys > 0


def factors(actor: Actor, *, user_id: int | None = None) -> Factors:
    """Return what the person of the gate, or the named user, can show. Only at the gate."""
    user = actor.user_id if user_id is None else user_id
    left = RecoveryCode.objects.filter(user_id=user, used_at=None)
    asked, today = [item for each in terms(actor, user_id=user).values() for item in each], timezone.now().date()
    return Factors(Credential.objects.filter(user_id=user).exists(), Authenticator.objects.filter(user_id=user).values_list("created_at", flat=True).first(), left.count(),
                   left.values_list("created_at", flat=True).first(), Passkey.objects.filter(user_id=user).count(),
                   rules.obliges(asked, today), rules.obliged_from(asked, today))


def passkeys_of(actor: Actor) -> list[Passkey]:
    """Return the passkeys of the person of the gate, oldest first. Only at the gate."""
    return list(Passkey.objects.filter(user_id=actor.user_id).order_by("pk"))


def terms(actor: Actor, *, user_id: int) -> dict[int | None, list[rules.Terms]]:
    """Return, for each company that a user may act for (None: the portal's own), the policies of log-in that meet him there. Only at the gate."""
    places = Membership.objects.filter(user_id=user_id, is_active=True).order_by("pk").values_list("party_id", "party__is_active", "role__rights")
    manages: dict[int | None, bool] = {}
    for party, active, rights in places:
        if party is None or active:
            manages[party] = manages.get(party, False) or (permissions.PORTAL_MANAGE if party is None else permissions.USER_MANAGE) in rights
    policies = list(LoginPolicy.objects.filter(Q(party=None) | Q(party__in=[party for party in manages if party])))
    return {party: [rules.Terms(frozenset(item.ways), item.second_step, item.since, held) for item in policies
                    if (item.party_id == party if item.party_id else item.audience == ("staff" if party is None else "party"))] for party, held in manages.items()}


def policies(actor: Actor, *, party_id: int | None) -> dict[str, LoginPolicy]:
    """Return the policies that hold for a party: its own ("own") and the portal's ("portal"); without one the portal's two by audience. Unsaved ones where none was made. Only at the gate."""
    found = list(LoginPolicy.objects.filter(Q(party=None) | Q(party_id=party_id)))  # type: ignore[misc]
    of_portal = {audience: next((item for item in found if item.party_id is None and item.audience == audience), LoginPolicy(audience=audience)) for audience in ("staff", "party")}
    if party_id is None:
        return of_portal
    return {"own": next((item for item in found if item.party_id == party_id), LoginPolicy(audience="party")), "portal": of_portal["party"]}


def is_strong(actor: Actor, *, session: bytes) -> bool:
    """Whether a session was opened by two steps. Only at the gate."""
    return Session.objects.filter(token_hash=session, strong=True, ended_at=None).exists()


def without_second_step(actor: Actor, *, party_id: int | None) -> tuple[int, int]:
    """Return how many people of a party (None: of the staff) have neither an app nor a passkey, and how many there are. Only at the gate."""
    people = User.objects.filter(pk__in=Membership.objects.filter(party_id=party_id, is_active=True).values("user_id"), is_active=True)  # type: ignore[misc]
    have = Exists(Authenticator.objects.filter(user_id=OuterRef("pk"))) | Exists(Passkey.objects.filter(user_id=OuterRef("pk")))
    return people.filter(~have).count(), people.count()


def half_login(actor: Actor, ticket: str) -> HalfLogin:
    """Return the log-in that waits for its second step in a browser. Only at the gate. Raises NotFound for one that is unknown, used or too old."""
    row = HalfLogin.objects.select_related("user").filter(ticket_hash=token_hash(ticket)).first()
    if row is None or rules.why_not_step(tries=row.tries, used=row.used_at is not None, expires_at=row.expires_at, now=timezone.now()):
        raise NotFound
    return row


def who_to_ask(actor: Actor, *, user_id: int) -> list[tuple[str, list[str]]]:
    """Return, for each company of a user, who may set up his log-in anew: names of colleagues, none for the portal's own. Only at the gate."""
    places = Membership.objects.select_related("party").filter(user_id=user_id, is_active=True).order_by("pk")
    companies = {row.party_id: row.party.name for row in places if row.party is not None and row.party.is_active}
    found = Membership.objects.select_related("user").filter(party_id__in=[party for party in companies if party], is_active=True, user__is_active=True, role__rights__contains=[permissions.USER_MANAGE]).exclude(user_id=user_id).order_by("user__name")
    names: dict[int | None, list[str]] = {party: [] for party in companies}
    for row in found:
        if row.user.name not in names[row.party_id]:
            names[row.party_id].append(row.user.name)
    return [(companies[party], given[:3]) for party, given in names.items()]


def me(actor: Actor) -> User:
    """Return the actor's own user."""
    return User.objects.get(pk=actor.user_id)


def account_manager(actor: Actor, party_id: int) -> StaffCard | None:
    """Return who of the staff looks after a party."""
    found = AccountManager.objects.select_related("card").filter(party_id=party_id).first()
    return found.card if found else None


@dataclass(frozen=True)
class Standing:
    """One place of a person, in words."""

    company: str
    role: str
    unit: str
    order_limit: Decimal | None


def standings(actor: Actor) -> list[Standing]:
    """Return every place of the person of the gate. Only at the gate."""
    own = portal(actor).name
    found = Membership.objects.select_related("party", "role", "unit").filter(user_id=actor.user_id, is_active=True).order_by("pk")
    return [Standing(row.party.name if row.party else own, row.role.label, row.unit.name if row.unit else "", row.order_limit) for row in found if row.party is None or row.party.is_active]


def memberships(actor: Actor, *, party_id: int | None) -> QuerySet[Membership]:
    """Return the places in a party (None: among the staff), by name; a party sees its own alone."""
    found = Membership.objects.select_related("user", "role", "unit").filter(party_id=party_id).order_by("-is_active", "user__name", "pk")  # type: ignore[misc]
    return found if actor.is_staff or party_id == actor.party_id else found.none()


def is_above(actor: Actor, row: Membership) -> bool:
    """Whether a place holds more rights than this actor, so that it is not his to change. Staff change any place of a party."""
    free = actor.kind == "system" or (actor.is_staff and row.party_id is not None)
    return not free and bool(rules.beyond(row.role.rights, actor.rights))


def membership(actor: Actor, key: int) -> Membership:
    """Return one place. Raises NotFound."""
    found = Membership.objects.select_related("user", "role", "unit", "party").filter(pk=key)
    if not actor.is_staff:
        found = found.filter(party_id=actor.party_id)  # type: ignore[misc]
    row = found.first()
    if row is None:
        raise NotFound
    return row


def invitations(actor: Actor, *, party_id: int | None) -> list[Invitation]:
    """Return the invitations to a party that still wait, last first."""
    if not actor.is_staff and party_id != actor.party_id:
        return []
    return list(Invitation.objects.select_related("role", "unit").filter(party_id=party_id, accepted_at=None, revoked_at=None).order_by("-pk")[:100])  # type: ignore[misc]


def invitation(actor: Actor, key: int) -> Invitation:
    """Return one invitation. Raises NotFound."""
    found = Invitation.objects.filter(pk=key)
    if not actor.is_staff:
        found = found.filter(party_id=actor.party_id)  # type: ignore[misc]
    row = found.first()
    if row is None:
        raise NotFound
    return row


def invitation_of(actor: Actor, token: str) -> Invitation:
    """Return the invitation of a link. Only at the gate. Raises NotFound."""
    row = Invitation.objects.select_related("party", "role").filter(token_hash=token_hash(token)).first()
    if row is None:
        raise NotFound
    return row


def is_user(actor: Actor, email: str) -> bool:
    """Whether an address has an account. Only at the gate, for who holds an invitation to it."""
    return User.objects.filter(email=email).exists()


def roles_to_give(actor: Actor, *, party_id: int | None) -> list[Role]:
    """Return the roles this actor may give in a party (None: among the staff)."""
    audience = "staff" if party_id is None else "party"
    held = None if actor.kind == "system" or (actor.is_staff and party_id is not None) else actor.rights
    return [role for role in Role.objects.filter(audience=audience).order_by("pk") if rules.why_not_grant(role.rights, role.audience, held, audience) is None]


def managers(actor: Actor) -> list[str]:
    """Return the names of the colleagues who manage people, for who has to ask one of them."""
    found = Membership.objects.filter(party_id=actor.party_id, is_active=True, role__rights__contains=[permissions.USER_MANAGE], user__is_active=True).order_by("user__name")  # type: ignore[misc]
    return list(dict.fromkeys(found.values_list("user__name", flat=True)[:3]))


def people(actor: Actor, *, party_id: int | None) -> dict[str, Any]:
    """Return what the list of a company's people shows: places, and invitations that wait."""
    return {"memberships": list(memberships(actor, party_id=party_id)), "invitations": invitations(actor, party_id=party_id), "me": actor.user_id}
