"""Whether the ERP knows a party, so that orders, invoices and prices can come."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.core.checks import Finding, check
from portiek.edges.connectors import permissions, queries
from portiek.foundation.parties.models import Party
from portiek.foundation.parties.permissions import VIEW


def _known(actor: Actor, party: Party) -> Finding | None:
    if not queries.enabled_ids(actor):
        return None
    if party.external_id:
        return Finding("ok", _("Known there as %(number)s.") % {"number": party.external_id})
    mend = (_("To the connections"), reverse("connectors:monitor")) if actor.may(permissions.VIEW) else None
    return Finding("bad", _("The administration does not know this company: no orders, invoices or prices come from there, and its orders cannot go there."), mend)


check("erp", gettext_lazy("Administration"), right=VIEW, order=90, look=_known)
