"""What roles there are, who may give them, who holds a right, and what the portal withholds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from portiek.core.actor import REACHES, Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.pages import Page, keyset
from portiek.core.permissions import rights
from portiek.foundation.accounts import permissions, rules
from portiek.foundation.accounts.models import Ceiling, Membership, Role
from portiek.foundation.accounts.roles import WORDS
from portiek.foundation.parties.models import Party

ROLES_BY_NAME = ("name", "id")
# A company's own, then those of the portal as it made them.
GIVEN_FIRST = ("owner_id", "pk")


def codes(actor: Actor, right: str) -> list[str]:
    """Return the ways in which a role may hold a right: as it is, and with each reach."""
    return [right, *(f"{right}.{reach}" for reach in REACHES)]


def all_holders(actor: Actor, right: str) -> QuerySet[Membership]:
    """Return the places, in every company that the actor sees, that hold a right within any reach, the ceiling taken into account; of active users alone."""
    found = Membership.objects.filter(portal_id=actor.portal_id, is_active=True, user__is_active=True, role__removed_at=None, role__rights__overlap=codes(actor, right))
    above = Ceiling.objects.filter(Q(party_id=OuterRef("party_id")) | Q(party_id=None) & (Q(kind="") | Q(kind=OuterRef("party__kind"))), portal_id=actor.portal_id, withheld__contains=[right])
    return found.exclude(Q(party__isnull=False) & Exists(above))


def holders(actor: Actor, right: str, *, party_id: int | None) -> QuerySet[Membership]:
    """Return the places of one company (None: of the staff) that hold a right."""
    return all_holders(actor, right).filter(party_id=party_id)  # type: ignore[misc]


def managers(actor: Actor) -> list[str]:
    """Return the names of the colleagues who manage people, for who has to ask one of them."""
    return list(dict.fromkeys(holders(actor, permissions.USER_MANAGE, party_id=actor.party_id).order_by("user__name").values_list("user__name", flat=True)[:3]))


def grantable(actor: Actor, audience: str) -> list[str]:
    """Return what a role of this audience may hold: for parties a scoped right with its reach, for staff without, since theirs is the whole portal."""
    found = [item for item in rights().values() if item.audience in (audience, "both")]
    return [code for item in found for code in ([f"{item.code}.{reach}" for reach in REACHES] if item.scoped and audience == "party" else [item.code])]


def withholdable(actor: Actor) -> list[str]:
    """Return the rights that the portal may keep from parties: all of theirs but managing their own people."""
    return [item.code for item in rights().values() if item.audience in ("party", "both") and item.code != permissions.USER_MANAGE]


def withheld(actor: Actor, *, party_id: int | None) -> frozenset[str]:
    """Return the rights that a party can never have; None: that no party can."""
    whose = Q(party_id=None, kind="")
    if party_id is not None:
        whose |= Q(party_id=party_id) | Q(party_id=None, kind__in=Party.objects.filter(pk=party_id).values("kind"))
    return frozenset(code for found in Ceiling.objects.filter(whose, portal_id=actor.portal_id).values_list("withheld", flat=True) for code in found)


def withheld_above(actor: Actor, *, kind: str, party: Party | None) -> frozenset[str]:
    """Return what is withheld at the levels wider than this one: for a party from its kind and from everybody, for a kind from everybody."""
    wider = ["", party.kind] if party else [""] if kind else []
    return frozenset(code for found in Ceiling.objects.filter(portal_id=actor.portal_id, party_id=None, kind__in=wider).values_list("withheld", flat=True) for code in found)  # type: ignore[misc]


def ceiling(actor: Actor, *, kind: str = "", party_id: int | None = None) -> list[str]:
    """Return what is withheld at one level: everywhere, from a kind, or from one party."""
    return Ceiling.objects.filter(portal_id=actor.portal_id, kind=kind, party_id=party_id).values_list("withheld", flat=True).first() or []  # type: ignore[misc]


def ceilings(actor: Actor) -> dict[tuple[str, int | None], int]:
    """Return how many rights are withheld at each level, by (kind, party)."""
    return {(kind, party): len(found) for kind, party, found in Ceiling.objects.filter(portal_id=actor.portal_id, party_id=None).values_list("kind", "party_id", "withheld")}  # type: ignore[misc]


def roles(actor: Actor, *, audience: str, party: Party | None = None, search: str = "") -> QuerySet[Role]:
    """Return the roles of the staff, or those that places of a party may have: the portal's for its kind and its own. No party: the portal's for parties. Order: ROLES_BY_NAME."""
    found = Role.objects.filter(portal_id=actor.portal_id, audience=audience, removed_at=None)
    found = found.filter(owner=None) if party is None else found.filter(Q(owner_id=party.pk) | Q(owner=None) & (Q(kinds=[]) | Q(kinds__contains=[party.kind])))
    if search:
        found = found.filter(name__icontains=search)
    return found if actor.is_staff or (audience == "party" and party is not None and party.pk == actor.party_id) else found.none()


@dataclass(frozen=True)
class Listed:
    """A role in the list, with how many people have it in the company looked at (or everywhere)."""

    role: Role
    people: int


def roles_page(actor: Actor, *, audience: str, party: Party | None = None, search: str = "", after: str | None = None, before: str | None = None) -> Page:
    """Return a page of roles: two statements."""
    page = keyset(roles(actor, audience=audience, party=party, search=search), ROLES_BY_NAME, after=after, before=before, size=50)
    number = people_of(actor, page.rows, party=party)
    return Page([Listed(role, number.get(role.pk, 0)) for role in page.rows], page.next, page.previous)


def people_of(actor: Actor, of: Iterable[Role], *, party: Party | None = None) -> dict[int, int]:
    """Return how many people have each of these roles, in one party or everywhere. One statement."""
    found = Membership.objects.filter(portal_id=actor.portal_id, role__in=[role.pk for role in of], is_active=True)
    if party is not None:
        found = found.filter(party_id=party.pk)
    return dict(found.values_list("role_id").annotate(Count("user_id", distinct=True)).order_by())


def role(actor: Actor, key: int, *, party: Party | None = None) -> Role:
    """Return one role: for staff any, for a party its own and the portal's for its kind. Raises NotFound."""
    found = Role.objects.select_related("owner").filter(portal_id=actor.portal_id, pk=key, removed_at=None) if actor.is_staff else roles(actor, audience="party", party=party).filter(pk=key)
    row = found.first()
    if row is None:
        raise NotFound
    return row


def may_change(actor: Actor, of: Role) -> bool:
    """Whether this actor may change a role: none that comes with the portal, and a party's administrator those of his own company alone."""
    return not of.is_predefined and (actor.is_staff or of.owner_id == actor.party_id)


def role_to_change(actor: Actor, key: int, *, party: Party | None = None) -> Role:
    """Return one role that this actor may change. Raises NotFound, and Refused for one of the portal."""
    found = role(actor, key, party=party)
    if not may_change(actor, found):
        raise Refused("role-predefined")
    return found


def role_to_look_as(actor: Actor, key: int, *, party: Party | None = None) -> Role:
    """Return one role that this actor may look as: a party's administrator those of his company, staff those of the staff. Raises NotFound."""
    found = role(actor, key, party=party)
    if found.audience != ("staff" if actor.is_staff else "party"):
        raise NotFound
    return found


def with_role(actor: Actor, of: Role, *, party: Party | None = None, after: str | None = None, before: str | None = None) -> Page:
    """Return a page of who has a role, by name; in one party or everywhere."""
    found = Membership.objects.select_related("user", "party").filter(portal_id=actor.portal_id, role=of, is_active=True)
    if party is not None:
        found = found.filter(party_id=party.pk)
    return keyset(found, ("user__name", "id"), after=after, before=before, size=50)


def may_give_freely(actor: Actor, audience: str) -> bool:
    """Whether the actor may put in a role, and give, what he lacks: staff decide about the people of parties, not about each other."""
    return actor.kind == "system" or (actor.is_staff and audience == "party")


def roles_to_give(actor: Actor, *, party_id: int | None) -> list[Role]:
    """Return the roles this actor may give in a party (None: among the staff)."""
    audience = "staff" if party_id is None else "party"
    party = Party.objects.filter(pk=party_id).first() if party_id is not None else None
    held = None if may_give_freely(actor, audience) else actor.rights
    return [role for role in roles(actor, audience=audience, party=party).order_by(*GIVEN_FIRST) if rules.why_not_grant(role.rights, role.audience, held, audience) is None]


def giveable(actor: Actor, *, party_id: int | None, search: str = "") -> QuerySet[Role]:
    """Return the roles that `roles_to_give` lists, to search among; those that come with the portal by their name in the reader's language too. Order: GIVEN_FIRST."""
    audience = "staff" if party_id is None else "party"
    party = Party.objects.filter(pk=party_id).first() if party_id is not None else None
    return _searched(_within(actor, roles(actor, audience=audience, party=party), audience), search)


def giveable_instead(actor: Actor, of: Role, *, search: str = "") -> QuerySet[Role]:
    """Return the roles this actor may give to who has a role that is removed: of the same audience, the portal's or the same party's. Order: GIVEN_FIRST."""
    return _searched(_within(actor, roles(actor, audience=of.audience, party=of.owner).exclude(pk=of.pk), of.audience), search)


def _within(actor: Actor, found: QuerySet[Role], audience: str) -> QuerySet[Role]:
    """Leave the roles that hold nothing which the actor may not give."""
    if may_give_freely(actor, audience):
        return found
    known = {code for item in rights() for code in codes(actor, item)} | set(actor.rights)
    return found.filter(rights__contained_by=sorted(known - rules.beyond(known, actor.rights)))


def _searched(found: QuerySet[Role], search: str) -> QuerySet[Role]:
    called = [code for code, words in WORDS.items() if search.lower() in str(words).lower()]
    return found.filter(Q(name__icontains=search) | Q(owner=None, code__in=called)) if search else found


def offered(actor: Actor, audience: str, *, party: Party | None = None) -> list[str]:
    """Return the rights that this actor may put in a role: below the ceiling, and of his own unless he decides freely."""
    above = withheld(actor, party_id=party.pk if party else None) if audience == "party" else frozenset()
    free = may_give_freely(actor, audience)
    return [code for code in grantable(actor, audience) if rules.below([code], above) and (free or not rules.beyond([code], actor.rights))]
