"""Every read about logging in with an account of elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.sealing import unseal
from portiek.foundation.accounts import permissions, rules
from portiek.foundation.accounts.models import Identity, Membership, Provider, Session
from portiek.foundation.accounts.proofs import Config
from portiek.foundation.accounts.queries.roles import holders


def is_fresh(actor: Actor, *, session: bytes) -> bool:
    """Whether the person of the gate proved to the portal who he is a moment ago, in this session. Only at the gate."""
    since = timezone.now() - timedelta(minutes=rules.PROOF_MINUTES)
    return Session.objects.filter(user_id=actor.user_id, token_hash=session, ended_at=None, proved_at__gt=since).exists()


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
    found = holders(actor, permissions.SSO_MANAGE, party_id=party_id).order_by("user_id")
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
