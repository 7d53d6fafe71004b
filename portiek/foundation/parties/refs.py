"""How a party is shown where only its reference is known."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.core.sight import Sight, Way, register_sight
from portiek.foundation.parties import permissions, queries
from portiek.foundation.parties.models import Address, Contact, Party, Unit


def _party(actor: Actor, key: int) -> Shown | None:
    found = Party.objects.filter(pk=key).first()
    if found is None:
        return None
    return Shown(found.name, reverse("parties:detail", args=[found.number]) if actor.is_staff else reverse("parties:mine"))


def _portal(actor: Actor, key: int) -> Shown | None:
    return Shown(queries.portal(actor).name, "") if key == actor.portal_id else None


def _unit(actor: Actor, key: int) -> Shown | None:
    found = Unit.objects.select_related("party").filter(pk=key).first() if actor.may(permissions.UNIT_MANAGE) else None
    if found is None:
        return None
    return Shown(found.name, reverse("parties:unit", args=[found.party.number, key]) if actor.is_staff else reverse("parties:my-unit", args=[key]))


def _sight_of_party(actor: Actor, key: int, party_id: int | None) -> Sight | None:
    own = key == actor.party_id
    shown = _party(actor, key) if own or (actor.is_staff and actor.may(permissions.VIEW)) else None
    return Sight(shown.label, shown.url, key, (Way(everybody=True),), (Way(permissions.VIEW),)) if shown else None


def _sight_of_unit(actor: Actor, key: int, party_id: int | None) -> Sight | None:
    shown, way = _unit(actor, key), Way(permissions.UNIT_MANAGE)
    return Sight(shown.label, shown.url, Unit.objects.values_list("party_id", flat=True).get(pk=key), (way,), (way,)) if shown else None


def _sight_of_address(actor: Actor, key: int, party_id: int | None) -> Sight | None:
    """Return who sees an address: everybody of its company, on the page of that company, and staff who see parties."""
    found = Address.objects.select_related("party").filter(pk=key, portal_id=actor.portal_id, is_active=True).first()
    if found is None or not (actor.may(permissions.VIEW) if actor.is_staff else found.party_id == actor.party_id):
        return None
    url = reverse("parties:tab", args=[found.party.number, "addresses"]) if actor.is_staff else reverse("parties:mine") + "#addresses"
    return Sight(found.label or found.name or found.street, url, found.party_id, (Way(everybody=True),), (Way(permissions.VIEW),))


def _sight_of_contact(actor: Actor, key: int, party_id: int | None) -> Sight | None:
    found, way = Contact.objects.select_related("party").filter(pk=key, portal_id=actor.portal_id, is_active=True).first() if actor.may(permissions.CONTACT_MANAGE) else None, Way(permissions.CONTACT_MANAGE)
    if found is None or not (actor.is_staff or found.party_id == actor.party_id):
        return None
    return Sight(found.name, reverse("parties:contact", args=[found.party.number, key]) if actor.is_staff else reverse("parties:my-contact", args=[key]), found.party_id, (way,), (way,))


register_sight("parties.address", _sight_of_address)
register_sight("parties.contact", _sight_of_contact)
register_ref("parties.party", _party)
register_sight("parties.party", _sight_of_party)
register_sight("parties.unit", _sight_of_unit)
register_ref("parties.unit", _unit)
register_ref("parties.portal", _portal)
