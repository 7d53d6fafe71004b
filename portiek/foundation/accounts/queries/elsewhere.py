"""Every read about logging in with an account of elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.sealing import unseal
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import permissions, rules
from portiek.foundation.accounts.models import Identity, LoginCode, LoginPolicy, Membership, Provider, ScimGroup, ScimMember, ScimToken, ScimUser
from portiek.foundation.accounts.proofs import Config
from portiek.foundation.accounts.queries.roles import holders


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


def way_hash(actor: Actor, *, code: LoginCode, token: str) -> bytes:
    """Return what is kept of the secret of a first log-in through a provider: useless without the installation's key and the browser's ticket, and never that of a code."""
    return salted_hmac("portiek.accounts.way", bytes(code.ticket_hash).hex() + token, algorithm="sha256").digest()


def way_in(actor: Actor, *, ticket: str, token: str, lock: bool = False) -> LoginCode | None:
    """Return the log-in that a mailed secret goes on with in the browser that asked for it; None when it is another's, used or over. Only at the gate."""
    found = LoginCode.objects.select_for_update() if lock else LoginCode.objects.all()
    row = found.filter(ticket_hash=token_hash(ticket)).first()
    if row is None or rules.why_not_code(tries=row.tries, used=row.used_at is not None, expires_at=row.expires_at, now=timezone.now()):
        return None
    return row if constant_time_compare(bytes(row.code_hash), way_hash(actor, code=row, token=token)) else None


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


def providers_to_ask(actor: Actor, *, party_id: int | None, audience: str) -> list[Provider]:
    """Return the providers that a policy may ask for: the company's own, or the portal's that reach its audience, in use."""
    found = Provider.objects.filter(portal_id=actor.portal_id, party_id=party_id, is_active=True).order_by("label", "pk")[:20]  # type: ignore[misc]
    return [row for row in found if party_id is not None or row.audience in (audience, "both")]


def asking(actor: Actor, *, provider: Provider) -> list[LoginPolicy]:
    """Return the policies that let people in through a provider alone."""
    return list(LoginPolicy.objects.select_related("party").filter(portal_id=actor.portal_id, provider=provider).order_by("pk"))


@dataclass(frozen=True)
class Link:
    """A provider that lets the person of the gate in, or could: `identity_id` None says that it is not linked yet."""

    provider_id: int
    label: str
    identity_id: int | None
    used_at: datetime | None


def links(actor: Actor, *, party_id: int | None) -> list[Link]:
    """Return the accounts of elsewhere with which the person of the gate comes in for a company (None: among the staff), and those that he may link: there, and where another company of his asks for one alone.

    Only at the gate.
    """
    places = list(Membership.objects.filter(user_id=actor.user_id, is_active=True).values_list("party_id", flat=True))
    if party_id not in places:
        return []
    held = {row.provider_id: row for row in Identity.objects.filter(user_id=actor.user_id, ended_at=None)}
    asked = Provider.objects.filter(pk__in=LoginPolicy.objects.filter(party_id__in=[place for place in places if place]).values("provider_id"), is_active=True).order_by("label", "pk")
    offered = {row.pk: row for row in [*providers_for(actor, party_id), *asked]}
    return [Link(row.pk, row.label, held[row.pk].pk if row.pk in held else None, held[row.pk].used_at if row.pk in held else None) for row in offered.values()]


def scim_tokens(actor: Actor, *, provider: Provider) -> list[ScimToken]:
    """Return the tokens of a provider that count, oldest first."""
    return list(ScimToken.objects.filter(provider=provider, revoked_at=None).order_by("pk"))


def scim_groups(actor: Actor, *, provider_id: int) -> QuerySet[ScimGroup]:
    """Return the groups of a provider, in the order in which they came."""
    return ScimGroup.objects.select_related("role", "provider").filter(provider_id=provider_id).order_by("pk")


def scim_group(actor: Actor, key: int) -> ScimGroup:
    """Return one group of a provider that this actor sets up. Raises NotFound."""
    row = ScimGroup.objects.select_related("role", "provider", "party").filter(pk=key).first()
    if row is None or not (actor.is_staff or row.party_id == actor.party_id):
        raise NotFound
    return row


def scim_users(actor: Actor, *, provider_id: int) -> QuerySet[ScimUser]:
    """Return whom a provider keeps here, in the order in which they came."""
    return ScimUser.objects.filter(provider_id=provider_id, removed_at=None).order_by("pk")


def scim_groups_of(actor: Actor, people: list[ScimUser]) -> dict[int, list[ScimGroup]]:
    """Return the groups of some people, by person."""
    found: dict[int, list[ScimGroup]] = {}
    for row in ScimMember.objects.select_related("group").filter(person__in=people).order_by("pk"):
        found.setdefault(row.person_id, []).append(row.group)
    return found


def scim_members_of(actor: Actor, groups: list[ScimGroup]) -> dict[int, list[ScimUser]]:
    """Return the people of some groups, by group."""
    found: dict[int, list[ScimUser]] = {}
    for row in ScimMember.objects.select_related("person").filter(group__in=groups).order_by("pk"):
        found.setdefault(row.group_id, []).append(row.person)
    return found
