"""Who can see one object, and by which chain: from person over role, right and reach to the object; or where that chain breaks.

The rights are those of ctx.rights_in, which says of all what ctx.rights_of, which decides at every request, says of one; the ways are those that the module of the object named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from portiek.core.actor import REACHES, Actor
from portiek.core.pages import Page, keyset
from portiek.core.permissions import base
from portiek.core.sight import Sight, Way
from portiek.foundation.accounts.models import Ceiling, Invitation, Membership, User
from portiek.foundation.accounts.queries.people import PEOPLE_BY_NAME
from portiek.foundation.accounts.queries.roles import codes
from portiek.foundation.parties.models import Party, Unit


@dataclass(frozen=True)
class Chain:
    """Why one person sees an object or does not. `way` is what leads him there, or would; `broken` names the first link that lacks:

    gone (no access any more), company (the company is closed), closed (the object is not there for the company), nobody (no way for this side), role (no role of his gives the right),
    ceiling (a role gives it, the portal withholds it), unit, own (his right reaches less far), named (it is only for who is named). `roles`: those that give the right, or when none does all that he has.
    """

    person: Actor
    email: str
    broken: str = ""
    way: Way | None = None
    reach: str = ""
    roles: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    withheld_by: str = ""
    place: Membership | None = None


@dataclass(frozen=True)
class Seen:
    """A page of people with their chains, and the names that the chains speak of: of units and of whose thing it is."""

    chains: list[Chain]
    page: Page
    names: dict[int, str] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)


def seers(actor: Actor, sight: Sight, *, staff: bool, sees: bool, search: str = "") -> QuerySet[User]:
    """Return the people of one side who can see an object, or those who have or had access and cannot. Order: PEOPLE_BY_NAME. One statement."""
    place = None if staff else sight.party_id
    ways = sight.staff if staff else () if sight.closed else sight.ways
    whose, values = ("m.party_id IS NULL", []) if place is None else ("m.party_id = %s", [place])
    leads, more = _leads(ways)
    # Rights are asked once for the whole place.
    found = RawSQL(  # noqa: S611  (the pieces are ours, the values are bound)
        f"SELECT p.user_id FROM (SELECT m.user_id, coalesce(r.rights, '{{}}') AS rights,"
        " CASE WHEN count(DISTINCT coalesce(m.unit_id, 0)) FILTER (WHERE m.is_active) = 1 THEN max(m.unit_id) FILTER (WHERE m.is_active) END AS unit_id, bool_or(m.is_active) AS stands"
        f" FROM accounts_membership m LEFT JOIN ctx.rights_in(%s, %s) r ON r.user_id = m.user_id WHERE m.portal_id = %s AND {whose} GROUP BY m.user_id, r.rights OFFSET 0) p"
        f" JOIN accounts_user u ON u.portal_id = %s AND u.id = p.user_id WHERE (p.stands AND u.is_active AND ({leads})) = %s",
        [actor.portal_id, place, actor.portal_id, *values, actor.portal_id, *more, sees],
    )
    people = User.objects.filter(portal_id=actor.portal_id, pk__in=found)
    if search:
        people = people.filter(Q(name__icontains=search) | Q(email__icontains=search))
    return people if actor.is_staff or (place is not None and place == actor.party_id) else people.none()


def _leads(ways: Sequence[Way]) -> tuple[str, list[Any]]:
    """Return Way.leads for all of these ways as a condition over (rights, unit_id, user_id)."""
    parts: list[str] = ["false"]
    values: list[Any] = []
    for way in ways:
        if not way.right:
            parts.append("true" if way.everybody else "p.user_id = %s")
            values += [] if way.everybody else [way.user_id]
        elif way.any_reach:
            parts.append("p.rights && %s::text[]")
            values.append([way.right, *(f"{way.right}.{reach}" for reach in REACHES)])
        else:
            parts.append("CASE WHEN p.rights && %s::text[] THEN true WHEN %s = ANY (p.rights) AND p.unit_id IS NOT NULL THEN p.unit_id = ANY (%s::bigint[])"
                         " WHEN p.rights && %s::text[] THEN p.user_id = %s ELSE false END")
            right = way.right
            values += [[right, f"{right}.company"], f"{right}.unit", list(way.units), [f"{right}.unit", f"{right}.own"], way.user_id]
    return " OR ".join(parts), values


def seeing(actor: Actor, sight: Sight, *, staff: bool, sees: bool, search: str = "", after: str | None = None, before: str | None = None, size: int = 25) -> Seen:
    """Return a page of people of one side with their chains: six statements, however many people and roles there are."""
    page = keyset(seers(actor, sight, staff=staff, sees=sees, search=search), PEOPLE_BY_NAME, after=after, before=before, size=size)
    return _chains(actor, sight, page, staff=staff)


def own_chain(actor: Actor, sight: Sight) -> Seen:
    """Return why the actor himself sees an object. He does: it was found for him."""
    me = User.objects.filter(portal_id=actor.portal_id, pk=actor.user_id)
    return _chains(actor, sight, Page(list(me), None, None), staff=actor.is_staff)


@dataclass(frozen=True)
class OnMandate:
    """Somebody of another company who sees an object on a mandate: the way, how far his right reaches there, and the mandate."""

    name: str
    company: str
    way: Way
    held: tuple[str, ...]
    mandate_id: int
    ends_on: date | None


def seeing_on_mandate(actor: Actor, sight: Sight) -> list[OnMandate]:
    """Return who of other companies sees an object of a party on a mandate that it gave, at most two hundred. One statement; none for who acts on a mandate himself."""
    if sight.party_id is None or sight.closed or actor.mandate_id or not (actor.is_staff or sight.party_id == actor.party_id):
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ctx.mandated_people(%s)", [sight.party_id])
        rows = cursor.fetchall()
    found = []
    for user_id, name, company, rights, mandate_id, _kind, ends_on in rows:
        person = Actor(portal_id=actor.portal_id, kind="party", party_id=sight.party_id, user_id=user_id, rights=frozenset(rights), mandate_id=mandate_id)
        way = next((way for way in sight.ways if way.leads(person)), None)
        if way is not None:
            found.append(OnMandate(name, company, way, tuple(sorted(code for code in rights if base(code) == way.right)), mandate_id, ends_on))
    return found


def _chains(actor: Actor, sight: Sight, page: Page, *, staff: bool) -> Seen:
    place = None if staff else sight.party_id
    keys = [person.pk for person in page.rows]
    rights = _rights(actor, place, keys)
    rows: dict[int, list[Membership]] = {}
    for row in Membership.objects.select_related("role", "unit").filter(portal_id=actor.portal_id, party_id=place, user_id__in=keys).order_by("-is_active", "pk"):  # type: ignore[misc]
        rows.setdefault(row.user_id, []).append(row)
    party = Party.objects.filter(pk=place).first() if place is not None else None
    above = _above(actor, party) if party is not None else {}
    chains = [_chain(actor, sight, person, rights.get(person.pk) or [], rows.get(person.pk, []), above=above, party=party, staff=staff) for person in page.rows]
    ways = sight.staff if staff else sight.ways
    wanted = {key for way in ways for key in way.units} | {chain.person.unit_id for chain in chains if chain.person.unit_id}
    units = dict(Unit.objects.filter(portal_id=actor.portal_id, pk__in=wanted).values_list("pk", "name")) if wanted else {}
    owners = {way.user_id for way in ways if way.user_id}
    names = dict(User.objects.filter(portal_id=actor.portal_id, pk__in=owners).values_list("pk", "name")) if owners else {}
    return Seen(chains, page, names, units)


def _rights(actor: Actor, place: int | None, user_ids: list[int]) -> dict[int, list[str]]:
    """Return what some people may do in one place (None: among the staff). One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id, rights FROM ctx.rights_in(%s, %s) WHERE user_id = ANY(%s)", [actor.portal_id, place, user_ids])
        return dict(cursor.fetchall())


def standing_for(actor: Actor, *, party_id: int | None, user_ids: Iterable[int]) -> dict[int, Actor]:
    """Return how some people stand in a company now (None: among the staff), by id: their rights and their branch. Two statements; only those that the actor sees and who still come in."""
    wanted = sorted(set(user_ids))
    rights, units = _rights(actor, party_id, wanted), dict[int, set[int | None]]()
    for user_id, unit_id in Membership.objects.filter(portal_id=actor.portal_id, party_id=party_id, user_id__in=wanted, is_active=True, user__is_active=True).values_list("user_id", "unit_id"):  # type: ignore[misc]
        units.setdefault(user_id, set()).add(unit_id)
    return {user_id: Actor(portal_id=actor.portal_id, kind="staff" if party_id is None else "party", party_id=party_id, user_id=user_id, rights=frozenset(rights.get(user_id, ())), unit_id=next(iter(found)) if len(found) == 1 else None)
            for user_id, found in units.items()}


def _above(actor: Actor, party: Party) -> dict[str, str]:
    """Return what is withheld from a party, by right: "party" where it is from this one alone, "kind" where from all of its kind, "portal" where from everybody."""
    found: dict[str, str] = {}
    whose = Q(party_id=party.pk) | Q(party_id=None, kind__in=["", party.kind])
    for kind, own, withheld in Ceiling.objects.filter(whose, portal_id=actor.portal_id).order_by("party_id", "-kind").values_list("kind", "party_id", "withheld"):
        for code in withheld:
            found.setdefault(code, "party" if own else "kind" if kind else "portal")
    return found


def _chain(actor: Actor, sight: Sight, user: User, rights: Iterable[str], rows: list[Membership], *, above: dict[str, str], party: Party | None, staff: bool) -> Chain:
    """Say why one person sees the object, or the first link that lacks: the order in which a request would meet them."""
    standing = [row for row in rows if row.is_active]
    units = {row.unit_id for row in standing}
    person = Actor(portal_id=actor.portal_id, kind="staff" if staff else "party", party_id=None if staff else sight.party_id, user_id=user.pk, name=user.name,
                   unit_id=next(iter(units)) if len(units) == 1 else None, rights=frozenset(rights))
    ways = sight.staff if staff else sight.ways
    place = standing[0] if standing else rows[0] if rows else None

    def made(broken: str = "", way: Way | None = None, **more: Any) -> Chain:
        return Chain(person, user.email, broken, way, place=more.pop("place", place), **more)

    if actor.mandate_id and user.pk == actor.user_id:
        lead = next((way for way in ways if way.leads(actor)), ways[0] if ways else None)
        right = lead.right if lead else ""
        return Chain(actor, user.email, "", lead, held=tuple(sorted(code for code in actor.rights if base(code) == right)), reach=actor.reach(right) or "")
    if not standing or not user.is_active:
        return made("gone")
    if party is not None and not party.is_active:
        return made("company")
    if sight.closed and not staff:
        return made("closed")
    if not ways:
        return made("nobody")
    found = next((way for way in ways if way.leads(person)), None)
    way = found or next((way for way in ways if way.right), ways[0])
    if not way.right:
        return made("" if found else "named", way)
    giving = [row for row in standing if row.role.removed_at is None and set(row.role.rights) & set(codes(actor, way.right))]
    held = tuple(sorted(code for code in {code for row in giving for code in row.role.rights} if base(code) == way.right))
    told = {"roles": tuple(dict.fromkeys(row.role.label for row in giving or standing)), "held": held, "reach": person.reach(way.right) or "", "place": giving[0] if giving else place}
    if found:
        return made("", way, **told)
    if not giving:
        return made("role", way, **told)
    if person.reach(way.right) is None:
        return made("ceiling", way, withheld_by=above.get(way.right, ""), **told)
    return made("unit" if told["reach"] == "unit" and person.unit_id else "own", way, **told)


@dataclass(frozen=True)
class Headcount:
    """How many people of a party have access, how many of them ever came and when last, whose access ended, how many invitations wait."""

    here: int
    came: int
    seen: datetime | None
    ended: int
    asked: int


def headcount(actor: Actor, *, party_id: int) -> Headcount:
    """Count the people of a party, for staff: two statements."""
    stands = Q(is_active=True, user__is_active=True)
    found = Membership.objects.filter(portal_id=actor.portal_id, party_id=party_id).aggregate(
        here=Count("user_id", distinct=True, filter=stands), came=Count("user_id", distinct=True, filter=stands & Q(user__last_seen_at__isnull=False)),
        seen=Max("user__last_seen_at", filter=stands), everybody=Count("user_id", distinct=True),
    )  # fmt: skip
    asked = Invitation.objects.filter(portal_id=actor.portal_id, party_id=party_id, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()).count()
    return Headcount(found["here"], found["came"], found["seen"], found["everybody"] - found["here"], asked)


@dataclass(frozen=True)
class WithoutRights:
    """How many people of a party have access, and the first names of those to whom no right is left."""

    places: int
    names: list[str]


def without_rights(actor: Actor, *, party_id: int) -> WithoutRights:
    """Return who of a party has access and nothing to see with it: a role without rights, or all of it withheld. Two statements."""
    people = User.objects.filter(portal_id=actor.portal_id, is_active=True, pk__in=Membership.objects.filter(portal_id=actor.portal_id, party_id=party_id, is_active=True).values("user_id"))
    held = RawSQL("SELECT user_id FROM ctx.rights_in(%s, %s)", [actor.portal_id, party_id])
    return WithoutRights(people.count(), list(people.exclude(pk__in=held).order_by("name", "pk").values_list("name", flat=True)[:3]))
