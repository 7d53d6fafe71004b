"""What happens to a party's own rows when it becomes part of another one, or part of it a party of its own; and to those of the core."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.merging import Deed, refuses, stays, step, warns
from portiek.foundation.parties import actions, rules
from portiek.foundation.parties.models import Address, Contact, Party, Relation, Unit


def _units(actor: Actor, deed: Deed) -> QuerySet[Unit]:
    found = Unit.objects.filter(portal_id=actor.portal_id, party_id=deed.source)
    return found.filter(pk__in=deed.units) if deed.is_split else found


def _addresses(actor: Actor, deed: Deed) -> int:
    if not deed.is_split:
        return Address.objects.filter(portal_id=actor.portal_id, party_id=deed.source, is_active=True).count()
    goes, rest = _units(actor, deed), Unit.objects.filter(portal_id=actor.portal_id, party_id=deed.source).exclude(pk__in=deed.units)
    used, kept = ({key for pair in found.values_list("delivery_address", "invoice_address") for key in pair if key} for found in (goes, rest))
    return len(used - kept)


def _contacts(actor: Actor, deed: Deed) -> int:
    found = Contact.objects.filter(portal_id=actor.portal_id, party_id=deed.source, is_active=True)
    return (found.filter(unit_id__in=deed.units) if deed.is_split else found).count()


def _mandates(actor: Actor, deed: Deed) -> int:
    return 0 if deed.is_split else Relation.objects.filter(Q(giver_id=deed.source) | Q(agent_id=deed.source), portal_id=actor.portal_id, ended_at=None).count()


def _children(actor: Actor, deed: Deed) -> int:
    return 0 if deed.is_split else Party.objects.filter(portal_id=actor.portal_id, parent_id=deed.source).exclude(pk=deed.target).count()


def _in_the_way(actor: Actor, deed: Deed) -> Iterable[Refused]:
    depth = max((row.depth for row in _units(actor, deed)), default=-1) + 1
    if deed.as_branch and depth >= rules.MAX_DEPTH:
        yield Refused("unit-too-deep")


def _to_know(actor: Actor, deed: Deed) -> Iterable[str]:
    if deed.is_split:
        yield _("Invoices, agreements and prices stay where they are. Orders of the new company go to the administration once that knows it by its number.")


stays("core.FactRow", ground=gettext_lazy("The log says what happened at which company; it is sealed."))
stays("core.Idempotent", ground=gettext_lazy("Keys of calls that were made."))
stays("parties.Merge", "source", "target", ground=gettext_lazy("It says what became of which company."))
step("parties.Unit", label=gettext_lazy("Branches, departments and projects"), says=gettext_lazy("With all that stands in them. A name that is taken there gets the number behind it."), count=lambda actor, deed: _units(actor, deed).count(), do=actions.take_units, order=5)
step("parties.Address", label=gettext_lazy("Addresses"), says=gettext_lazy("Kept in the portal from now on. One that is there already comes along once."), count=_addresses, do=actions.take_addresses, order=10)
step("parties.Contact", label=gettext_lazy("Contacts"), says=gettext_lazy("Kept in the portal from now on. Who is a contact there already comes along once."), count=_contacts, do=actions.take_contacts, order=20)
step("parties.Relation", "asker", "giver", "agent", label=gettext_lazy("Mandates"), says=gettext_lazy("End, whoever gave them. Set anew what has to stay."), count=_mandates, ends=True, do=actions.end_mandates)
step("parties.Party", "parent", "merged_into", label=gettext_lazy("Companies that it owns"), says=gettext_lazy("Are owned by the company that stays."), count=_children, do=actions.take_children)
refuses("parties", _in_the_way)
warns("parties", _to_know)
