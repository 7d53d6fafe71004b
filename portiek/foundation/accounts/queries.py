"""Every read about people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.sealing import unseal
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import permissions, rules
from portiek.foundation.accounts.models import AccountManager, Credential, Identity, Invitation, Membership, Provider, Role, Session, StaffCard, User
from portiek.foundation.accounts.proofs import Config
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


def is_fresh(actor: Actor, *, session: bytes) -> bool:
    """Whether the person of the gate proved to the portal who he is a moment ago, in this session. Only at the gate."""
    since = timezone.now() - timedelta(minutes=rules.PROOF_MINUTES)
    return Session.objects.filter(user_id=actor.user_id, token_hash=session, ended_at=None, proved_at__gt=since).exists()


def has_password(actor: Actor) -> bool:
    """Whether the person of the gate has a password. Only at the gate."""
    return Credential.objects.filter(user_id=actor.user_id).exists()


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


def config_of(actor: Actor, row: Provider) -> Config:
    """Return what is known of a provider, its secret opened, for the rules of its protocol. Raises Unsealable."""
    return Config(issuer=row.issuer, client_id=row.client_id, secret=unseal(row.secret, row.place_of_secret) if row.secret else "", subject_claim=row.subject_claim,
                  endpoints=dict(row.endpoints), keys=list(row.keys))


def providers(actor: Actor) -> QuerySet[Provider]:
    """Return the providers that this actor sets up: of his company; staff those of the portal and of every company."""
    found = Provider.objects.select_related("party", "role")
    return found if actor.is_staff else found.filter(party_id=actor.party_id)  # type: ignore[misc]


def provider(actor: Actor, key: int) -> Provider:
    """Return one provider to set up. Raises NotFound."""
    row = providers(actor).filter(pk=key).first()
    if row is None:
        raise NotFound
    return row


def identities(actor: Actor, *, provider: Provider) -> QuerySet[Identity]:
    """Return who is linked to a provider, by name."""
    return Identity.objects.select_related("user").filter(provider=provider, ended_at=None).order_by("user__name", "pk")


def provider_at(actor: Actor, slug: str) -> Provider:
    """Return the provider of an address, when it is in use. Only at the gate. Raises NotFound."""
    row = Provider.objects.filter(Q(party=None) | Q(party__is_active=True), slug=slug, is_active=True).first()
    if row is None:
        raise NotFound
    return row


def provider_to_be(actor: Actor, slug: str) -> Provider:
    """Return the SAML provider of an address, also before it is in use: it has to know us first. Only at the gate. Raises NotFound."""
    row = Provider.objects.filter(slug=slug, kind=Provider.Kind.SAML).first()
    if row is None:
        raise NotFound
    return row


def addresses_of_managers(actor: Actor, *, party_id: int | None) -> list[tuple[str, str, str]]:
    """Return (address, name, language) of who sets up log-in for a company (None: for the portal). Only the portal itself."""
    found = Membership.objects.filter(party_id=party_id, is_active=True, role__rights__contains=[permissions.SSO_MANAGE], user__is_active=True).order_by("user_id")  # type: ignore[misc]
    return list(dict.fromkeys(found.values_list("user__email", "user__name", "user__language")[:20]))


def provider_in_use(actor: Actor, key: int) -> Provider:
    """Return a provider that is in use, by its key. Only at the gate. Raises NotFound."""
    row = Provider.objects.filter(pk=key, is_active=True).first()
    if row is None:
        raise NotFound
    return row


def providers_of_portal(actor: Actor) -> list[Provider]:
    """Return the portal's own providers that are in use, for the log-in page. Only at the gate."""
    return list(Provider.objects.filter(party=None, is_active=True).order_by("label", "pk")[:10])


def providers_of_domain(actor: Actor, email: str) -> list[Provider]:
    """Return the providers that are offered to an address because of its domain, whoever's it is. Only at the gate."""
    domain = rules.domain_of(email)
    return list(Provider.objects.filter(Q(party=None) | Q(party__is_active=True), domains__contains=[domain], is_active=True).order_by("label", "pk")[:5]) if domain else []


def providers_for(actor: Actor, party_id: int | None) -> list[Provider]:
    """Return the providers that let people in for a company (None: among the staff). Only at the gate."""
    found = Provider.objects.filter(Q(party=None) | Q(party_id=party_id), is_active=True).order_by("label", "pk")[:20]
    return [row for row in found if rules.may_act(row.party_id, row.audience, party_id)]


@dataclass(frozen=True)
class Link:
    """A provider that lets the person of the gate in, or could: `identity_id` None says that it is not linked yet."""

    provider_id: int
    label: str
    identity_id: int | None
    used_at: datetime | None


def links(actor: Actor) -> list[Link]:
    """Return the accounts of elsewhere of the person of the gate, and those he may link. Only at the gate."""
    places = set(Membership.objects.filter(user_id=actor.user_id, is_active=True).values_list("party_id", flat=True))
    held = {row.provider_id: row for row in Identity.objects.filter(user_id=actor.user_id, ended_at=None)}
    found = Provider.objects.filter(Q(party=None) | Q(party_id__in=[party for party in places if party]), is_active=True).order_by("label", "pk")[:20]
    rows = [row for row in found if any(rules.may_act(row.party_id, row.audience, party) for party in places)]
    return [Link(row.pk, row.label, held[row.pk].pk if row.pk in held else None, held[row.pk].used_at if row.pk in held else None) for row in rows]
