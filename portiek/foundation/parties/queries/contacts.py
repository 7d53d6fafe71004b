"""Reads of the people who work for a party."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.parties.models import Contact, Party


def contacts(actor: Actor, *, party: Party, search: str = "") -> QuerySet[Contact]:
    """Return the people who work for a party, in use, by name; searched by name, function, e-mail address, telephone and unit."""
    found = Contact.objects.select_related("unit").filter(portal_id=actor.portal_id, party=party, is_active=True)
    for word in search.replace("\0", "").split()[:5]:
        found = found.filter(Q(name__icontains=word) | Q(role__icontains=word) | Q(email__icontains=word) | Q(phone__icontains=word) | Q(unit__name__icontains=word))
    return found.order_by("name", "pk")


def contact(actor: Actor, key: int, *, party: Party) -> Contact:
    """Return one contact of a party. Raises NotFound."""
    found = Contact.objects.select_related("unit").filter(pk=key, portal_id=actor.portal_id, party=party, is_active=True).first()
    if found is None:
        raise NotFound
    return found


def contact_to_erase(actor: Actor, key: int) -> Contact:
    """Return one contact of any party that was not erased, for staff. Raises NotFound."""
    found = Contact.objects.select_related("party").filter(pk=key, portal_id=actor.portal_id, is_active=True, erased_at=None).first() if actor.is_staff else None
    if found is None:
        raise NotFound
    return found
