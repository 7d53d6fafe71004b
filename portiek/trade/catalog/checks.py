"""Whether a party sees products."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portiek.core.actor import Actor
from portiek.core.checks import Finding, check
from portiek.foundation.parties.models import Party
from portiek.foundation.parties.permissions import VIEW
from portiek.trade.catalog import permissions, queries


def _assortment(actor: Actor, party: Party) -> Finding | None:
    if party.kind == Party.Kind.SUPPLIER:
        return None
    mend = (_("To the assortments"), reverse("parties:tab", args=[party.number, "assortment"])) if actor.may(permissions.MANAGE) else None
    held = queries.assortments_of(actor, party.pk)
    if not held:
        return Finding("bad", _("No assortment was given to them, and the portal has no default one: the catalogue is empty."), mend)
    number = queries.products_in(actor, held)
    if not number:
        return Finding("bad", _("Their assortments hold no product that can be ordered: the catalogue is empty."), mend)
    return Finding("ok", ngettext("%(num)s product.", "%(num)s products.", number) % {"num": f"{number}+" if number >= queries.COUNTED else number})


check("assortment", gettext_lazy("Assortment"), right=VIEW, order=60, look=_assortment)
