"""What the gate asks about a log-in: what a person can show, what is asked of him, who helps when he has lost it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import permissions, rules
from portiek.foundation.accounts.models import Authenticator, Credential, EmergencyAccess, HalfLogin, Identity, LoginPolicy, Membership, Passkey, Provider, RecoveryCode, Session, User


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
    """Return, for each company that a user may act for (None: the portal's own), the policies of log-in that meet him there, the portal's first. Only at the gate."""
    places = Membership.objects.filter(user_id=user_id, is_active=True).order_by("pk").values_list("party_id", "party__is_active", "role__rights")
    manages: dict[int | None, bool] = {}
    for party, active, rights in places:
        if party is None or active:
            manages[party] = manages.get(party, False) or (permissions.PORTAL_MANAGE if party is None else permissions.USER_MANAGE) in rights
    policies = sorted(LoginPolicy.objects.filter(Q(party=None) | Q(party__in=[party for party in manages if party])), key=lambda item: item.party_id is not None)
    found = {party: [rules.Terms(frozenset(item.ways), item.second_step, item.since, held, item.provider_id) for item in policies
                     if (item.party_id == party if item.party_id else item.audience == ("staff" if party is None else "party"))] for party, held in manages.items()}
    if manages.get(None) and EmergencyAccess.objects.filter(user_id=user_id).filter(user_id__in=Authenticator.objects.values("user_id")).exists():
        found[None].append(rules.Terms(frozenset(rules.WAYS), "never", None, True, named=True))
    return found


def sent_elsewhere(actor: Actor, *, user_id: int) -> list[Provider]:
    """Return the providers that a person is to come in through, when nothing that he shows by himself opens any of his companies; else none. Only at the gate."""
    found = terms(actor, user_id=user_id)
    return list(Provider.objects.filter(pk__in=[rules.provider_asked(asked) for asked in found.values()], is_active=True).order_by("label", "pk")) if rules.shuts_out(found.values()) else []


def provider_of(actor: Actor, *, party_id: int | None) -> Provider | None:
    """Return the provider through which alone the people of a company (None: the staff) come in, or None. Only at the gate."""
    found = LoginPolicy.objects.select_related("provider").filter(Q(party=None, audience="staff" if party_id is None else "party") | Q(party_id=party_id, party__isnull=False), provider__isnull=False)
    return next((item.provider for item in sorted(found, key=lambda item: item.party_id is not None)), None)


def provider_of_session(actor: Actor, *, session: bytes) -> int | None:
    """Return the provider through which a session was opened. Only at the gate."""
    return Session.objects.filter(token_hash=session, ended_at=None).values_list("identity__provider_id", flat=True).first()


def able(actor: Actor) -> set[int]:
    """Return which administrators of the portal have a password and an authenticator app. Only at the gate."""
    staff = Membership.objects.filter(party_id=None, is_active=True, user__is_active=True, role__removed_at=None, role__rights__contains=[permissions.PORTAL_MANAGE]).values("user_id")  # type: ignore[misc]
    return set(Credential.objects.filter(user_id__in=staff).filter(user_id__in=Authenticator.objects.values("user_id")).values_list("user_id", flat=True))


def in_emergency(actor: Actor) -> list[EmergencyAccess]:
    """Return who of the staff comes in without the provider in an emergency, by name."""
    return list(EmergencyAccess.objects.select_related("user").filter(portal_id=actor.portal_id).order_by("user__name", "pk"))


def linked(actor: Actor, *, party_id: int | None, audience: str) -> dict[int, int]:
    """Return how many of the people whom a policy concerns are linked to each provider that it may ask for. One statement."""
    places = Membership.objects.filter(portal_id=actor.portal_id, is_active=True, user__is_active=True)
    places = places.filter(party_id=party_id) if party_id or audience == "staff" else places.filter(party__isnull=False)  # type: ignore[misc]
    return dict(Identity.objects.filter(portal_id=actor.portal_id, ended_at=None, user_id__in=places.values("user_id")).values_list("provider_id").annotate(Count("user_id", distinct=True)).order_by())


def may_use_passkey(actor: Actor, *, user_id: int) -> bool:
    """Whether every company of a user lets him in by passkey. Only at the gate."""
    return rules.allows([item for each in terms(actor, user_id=user_id).values() for item in each], "passkey")


def policies(actor: Actor, *, party_id: int | None) -> dict[str, LoginPolicy]:
    """Return the policies that hold for a party: its own ("own") and the portal's ("portal"); without one the portal's two by audience. Unsaved ones where none was made. Only at the gate."""
    found = list(LoginPolicy.objects.select_related("provider").filter(Q(party=None) | Q(party_id=party_id)))
    of_portal = {audience: next((item for item in found if item.party_id is None and item.audience == audience), LoginPolicy(audience=audience)) for audience in ("staff", "party")}
    if party_id is None:
        return of_portal
    return {"own": next((item for item in found if item.party_id == party_id), LoginPolicy(audience="party")), "portal": of_portal["party"]}


def policy_of(actor: Actor, *, party_id: int) -> LoginPolicy | None:
    """Return the policy that a party made for its own people, or None."""
    return LoginPolicy.objects.select_related("provider").filter(portal_id=actor.portal_id, party_id=party_id).first()


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
