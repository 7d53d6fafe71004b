"""What merging and splitting do with the rows of this module: the tree, addresses, contacts, mandates, and who owns whom. Each is called inside the deed."""

from __future__ import annotations

from django.db.models import Exists, F, Max, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.merging import Deed
from portiek.foundation.parties import permissions, rules
from portiek.foundation.parties.models import Address, Contact, Party, Relation, Unit


@action(permissions.MERGE)
def take_units(actor: Actor, deed: Deed) -> None:
    """Put the tree, or the part that goes, under its new party: below the unit that took the place of the old one, else at the top, where doubles get another name."""
    rows = {row.pk: row for row in Unit.objects.select_for_update().filter(portal_id=actor.portal_id, party_id=deed.source).order_by("pk") if not deed.is_split or row.pk in deed.units}
    over = Unit.objects.filter(pk=deed.unit).first() if deed.unit else None
    taken = list(Unit.objects.filter(portal_id=actor.portal_id, party_id=deed.target, parent=over).values_list("name", flat=True))
    number = Party.objects.values_list("number", flat=True).get(pk=deed.source)
    for row in sorted(rows.values(), key=lambda row: len(row.path)):
        above = rows.get(row.parent_id or 0)
        if above is None:
            row.parent, row.name = over, rules.free_name(row.name, taken, number)
            taken.append(row.name)
            above = over
        row.party_id, row.path, row.place = deed.target, [*(above.path if above else ()), row.pk], rules.place_of(above.place if above else "", row.name, row.pk)
    Unit.objects.bulk_update(rows.values(), ["party", "parent", "name", "path", "place"], batch_size=500)


@action(permissions.MERGE)
def take_addresses(actor: Actor, deed: Deed) -> None:
    """Bring the addresses along as the party's own, since the administration knows them under another number: of a split those that its units use alone. What the other has already is put away."""
    found = Address.objects.filter(portal_id=actor.portal_id, party_id=deed.source)
    units = Unit.objects.filter(portal_id=actor.portal_id)
    if deed.is_split:
        here = units.filter(party_id=deed.source)
        used = units.filter(party_id=deed.target)
        found = found.filter(Q(pk__in=used.values("delivery_address")) | Q(pk__in=used.values("invoice_address")))
        found = found.exclude(Exists(here.filter(Q(delivery_address=OuterRef("pk")) | Q(invoice_address=OuterRef("pk")))))
    else:
        there = Address.objects.annotate(at=Lower("street"), town=Lower("city")).filter(portal_id=actor.portal_id, party_id=deed.target, is_active=True, postal_code=OuterRef("postal_code"), at=Lower(OuterRef("street")), town=Lower(OuterRef("city")))
        found.filter(Exists(there), is_active=True).exclude(Exists(units.filter(Q(delivery_address=OuterRef("pk")) | Q(invoice_address=OuterRef("pk"))))).update(is_active=False)
    found.update(party_id=deed.target, external_id=None)
    for name in ("delivery_address", "invoice_address"):
        units.filter(party_id=deed.target, **{f"{name}__party_id": deed.source}).update(**{name: None})


@action(permissions.MERGE)
def take_contacts(actor: Actor, deed: Deed) -> None:
    """Bring the contacts along as the party's own, of a split those of its units. Who is a contact there already is put away; who was erased does not come back."""
    found = Contact.objects.filter(portal_id=actor.portal_id, party_id=deed.source)
    if deed.is_split:
        found = found.filter(unit_id__in=deed.units)
    there = Contact.objects.annotate(at=Lower("email")).filter(portal_id=actor.portal_id, party_id=deed.target, is_active=True, at=Lower(OuterRef("email")))
    found.filter(Exists(there), is_active=True).exclude(email="").update(is_active=False)
    # The administration may name the same address twice; what is a party's own stands once.
    first = found.filter(is_active=True).exclude(email="").annotate(at=Lower("email")).values("at").annotate(last=Max("pk")).values("last")
    found.filter(is_active=True).exclude(email="").exclude(pk__in=list(first.values_list("last", flat=True))).update(is_active=False)
    found.filter(erased_at=None).update(external_id=None, email=Lower("email"))
    found.update(party_id=deed.target)


@action(permissions.MERGE)
def end_mandates(actor: Actor, deed: Deed) -> None:
    """End what the source gave and got: none of it was given by, or to, the company that it became."""
    if not deed.is_split:
        Relation.objects.filter(Q(giver_id=deed.source) | Q(agent_id=deed.source) | Q(asker_id=deed.source), portal_id=actor.portal_id, ended_at=None).update(ended_at=timezone.now(), ended_name=actor.name[:120])


@action(permissions.MERGE)
def take_children(actor: Actor, deed: Deed) -> None:
    """Let the target own what the source owned; one that was owned by the source itself is owned by who owned that."""
    if not deed.is_split:
        Party.objects.filter(portal_id=actor.portal_id, pk=deed.target, parent_id=deed.source).update(parent_id=Party.objects.values_list("parent_id", flat=True).get(pk=deed.source))
        Party.objects.filter(portal_id=actor.portal_id, parent_id=deed.source).exclude(pk=deed.target).update(parent_id=deed.target)
        Party.objects.filter(portal_id=actor.portal_id, pk=deed.target, parent_id=F("id")).update(parent_id=None)
