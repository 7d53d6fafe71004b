"""Every read about parties."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.parties.models import Address, Contact, Logo, Party, Portal, Unit

BY_NAME = ("name", "id")
BY_CITY = ("city", "id")


def portal(actor: Actor) -> Portal:
    """Return the portal itself."""
    return Portal.objects.get(pk=actor.portal_id)


def logo(actor: Actor, digest: str) -> bytes:
    """Return the portal's logo as PNG by its digest. Raises NotFound."""
    found = Logo.objects.filter(portal_id=actor.portal_id, digest=digest).first()
    if found is None:
        raise NotFound
    return bytes(found.content)


def parties(actor: Actor, *, search: str = "", kind: str = "") -> QuerySet[Party]:
    """Return the parties the actor sees, each with its `city`; searched by name, number or city."""
    city = Address.objects.filter(party_id=OuterRef("pk"), is_active=True).order_by("-is_invoice", "pk").values("city")[:1]
    found = Party.objects.annotate(city=Subquery(city))
    if kind:
        found = found.filter(kind=kind)
    for word in search.split()[:5]:
        there = Address.objects.filter(party_id=OuterRef("pk"), is_active=True, city__istartswith=word)
        found = found.filter(Q(name__icontains=word) | Q(number__istartswith=word) | Exists(there))
    return found


def party(actor: Actor, number: str) -> Party:
    """Return one party by its number. Raises NotFound."""
    try:
        return Party.objects.get(number=number)
    except Party.DoesNotExist:
        raise NotFound from None


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


def addresses(actor: Actor, *, party: Party, search: str = "", delivery: bool | None = None) -> QuerySet[Address]:
    """Return a party's addresses that are in use; searched by name, street, postal code or city."""
    found = Address.objects.filter(party=party, is_active=True)
    if delivery is not None:
        found = found.filter(is_delivery=delivery)
    for word in search.split()[:5]:
        found = found.filter(Q(city__icontains=word) | Q(street__icontains=word) | Q(postal_code__istartswith=word) | Q(label__icontains=word) | Q(name__icontains=word))
    return found


def address(actor: Actor, key: int, *, party: Party) -> Address:
    """Return one address of a party. Raises NotFound."""
    try:
        return Address.objects.get(pk=key, party=party, is_active=True)
    except Address.DoesNotExist:
        raise NotFound from None


def contacts(actor: Actor, *, party: Party) -> QuerySet[Contact]:
    """Return the people who work for a party, in use, by name."""
    return Contact.objects.filter(party=party, is_active=True).order_by("name", "pk")


def units(actor: Actor, *, party: Party) -> QuerySet[Unit]:
    """Return a party's branches by name."""
    return Unit.objects.filter(party=party).order_by("name")
