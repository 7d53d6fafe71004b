"""Whether a party has orders to see."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.core.checks import Finding, check
from portiek.foundation.parties.models import Party
from portiek.trade.orders import permissions, queries
from portiek.ui.format import day


def _orders(actor: Actor, party: Party) -> Finding | None:
    if party.kind == Party.Kind.SUPPLIER:
        return None
    last = queries.orders(actor, party_id=party.pk).order_by("-placed_at", "-pk").first()
    return Finding("ok", _("The last one is %(number)s, of %(day)s.") % {"number": last.number, "day": day(last.placed_at)}) if last else Finding("warn", _("There is no order of theirs in the portal yet: neither made here nor read from the administration."))


check("orders", gettext_lazy("Orders"), right=permissions.VIEW, order=80, look=_orders)
