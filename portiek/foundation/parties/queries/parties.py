"""Every read about parties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.parties.models import Address, Party

BY_NAME = ("name", "id")
BY_CITY = ("city", "id")


def parties(actor: Actor, *, search: str = "", kind: str = "", among: Sequence[QuerySet[Any]] = ()) -> QuerySet[Party]:
    """Return the parties the actor sees, each with its `city`, but those that became part of another: their name and number find that one. Searched by name, number, city, or the beginning of a number of the outside world. `among`: only those of these ids."""
    city = Address.objects.filter(party_id=OuterRef("pk"), is_active=True).order_by("-is_invoice", "pk").values("city")[:1]
    found = Party.objects.annotate(city=Subquery(city)).filter(merged_into=None)
    for keys in among:
        found = found.filter(pk__in=keys)
    if kind:
        found = found.filter(kind=kind)
    for word in search.split()[:5]:
        there = Address.objects.filter(party_id=OuterRef("pk"), is_active=True, city__istartswith=word)
        found = found.filter(Q(name__icontains=word) | Q(number__istartswith=word) | Exists(there) | Exists(Party.objects.filter(Q(name__icontains=word) | Q(number__istartswith=word), merged_into=OuterRef("pk"))) | _numbered(word))
    return found


# Fewer figures of a number of the outside world would find half of the portal.
FIGURES = 4


def _numbered(word: str) -> Q:
    bare = word.replace(".", "").upper()
    if sum(sign.isdigit() for sign in bare) < FIGURES:
        return Q()
    return Q(coc_number__startswith=bare) | Q(branch_number__startswith=bare) | Q(rsin__startswith=bare) | Q(vat_number__startswith=bare) | Q(duns__startswith=bare) | Q(gln__startswith=bare)


def alike(actor: Actor, numbers: Mapping[str, str], *, besides: Party | None = None) -> list[Party]:
    """Return the parties of the portal that hold one of these numbers too, at most five. Staff alone: to anybody else the answer is none.

    The same Chamber of Commerce number with another branch number is another branch, so no double.
    """
    if not actor.is_staff:
        return []
    wanted = Q()
    for kind in ("vat_number", "duns", "gln"):
        if numbers.get(kind):
            wanted |= Q(**{kind: numbers[kind]})
    if numbers.get("coc_number"):
        same = Q(coc_number=numbers["coc_number"])
        wanted |= same & (Q(branch_number="") | Q(branch_number=numbers["branch_number"])) if numbers.get("branch_number") else same
    if not wanted:
        return []
    found = Party.objects.filter(portal_id=actor.portal_id, merged_into=None).filter(wanted)
    return list((found.exclude(pk=besides.pk) if besides else found).order_by("name", "pk")[:5])


def party(actor: Actor, number: str) -> Party:
    """Return one party by its number, or the one that it became part of. Raises NotFound."""
    found = Party.objects.select_related("merged_into").filter(number=number).first()
    if found is None:
        raise NotFound
    return found.merged_into or found


def party_by_id(actor: Actor, key: int) -> Party:
    """Return one party by its id. Raises NotFound."""
    found = Party.objects.filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def own_party(actor: Actor) -> Party:
    """Return the company the actor acts for. Raises NotFound for staff, who act for none."""
    found = Party.objects.filter(pk=actor.party_id or 0).first()
    if found is None:
        raise NotFound
    return found


# How many addresses with the words a search yields.
SEARCHED = 500


def _address_hits(actor: Actor, party: Party, search: str) -> list[int]:
    """Return the ids of a party's addresses that hold every word by its beginning, the first by city. One statement, served by the index under any policy."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ctx.addresses_find(%s, %s, %s, %s)", ["staff" if actor.is_staff else "party", party.pk, search[:200].replace("\0", " "), SEARCHED])
        return [row[0] for row in cursor.fetchall()]


def addresses(actor: Actor, *, party: Party, search: str = "", delivery: bool | None = None) -> QuerySet[Address]:
    """Return a party's addresses that are in use; searched by the beginnings of words of name, street, postal code and city, the first SEARCHED of them."""
    found = Address.objects.filter(portal_id=actor.portal_id, party=party, is_active=True)
    if delivery is not None:
        found = found.filter(is_delivery=delivery)
    return found.filter(pk__in=_address_hits(actor, party, search)) if search.strip() else found


def addresses_by_use(actor: Actor, *, party_id: int, most: int) -> list[Address]:
    """Return the delivery addresses of the actor's party that orders last went to, then the others by city."""
    found = Address.objects.filter(portal_id=actor.portal_id, party_id=party_id, is_active=True, is_delivery=True)
    return list(found.order_by(F("used_at").desc(nulls_last=True), "city", "id")[:most])


def address(actor: Actor, key: int, *, party: Party) -> Address:
    """Return one address of a party. Raises NotFound."""
    try:
        return Address.objects.get(pk=key, party=party, is_active=True)
    except Address.DoesNotExist:
        raise NotFound from None


def children(actor: Actor, *, party: Party) -> QuerySet[Party]:
    """Return the parties that a party owns, by name, at most a hundred. Staff only: an owner sees nothing of them by that alone."""
    return Party.objects.filter(portal_id=actor.portal_id, parent=party).order_by("name", "pk")[:100] if actor.is_staff else Party.objects.none()
