"""Whether a party sees prices of its own."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.core.checks import Finding, check
from portiek.foundation.parties.models import Party
from portiek.foundation.parties.permissions import VIEW
from portiek.trade.pricing import permissions, queries


def _prices(actor: Actor, party: Party) -> Finding | None:
    if party.kind == Party.Kind.SUPPLIER:
        return None
    today = timezone.localdate()
    lists = [row.price_list.name for row in queries.assigned_lists(actor, party_id=party.pk)]
    running = queries.agreements(actor, party_id=party.pk).filter(Q(valid_until=None) | Q(valid_until__gte=today), valid_from__lte=today).order_by("pk")[:5]
    groups = list(queries.groups(actor, party_id=party.pk).filter(is_active=True).order_by("pk").values_list("name", flat=True)[:5])
    names = [*lists, *groups, *(row.name for row in running)]
    mend = (_("To the prices"), reverse("parties:tab", args=[party.number, "prices"])) if actor.may(permissions.VIEW) else None
    lacking = set(queries.lists_without_rate(actor, currency=party.portal.currency, day=today).values_list("name", flat=True)) & set(lists)
    if lacking:
        return Finding("warn", _("There is no exchange rate for %(names)s: its prices do not count.") % {"names": ", ".join(sorted(lacking))}, mend)
    if names:
        return Finding("ok", ", ".join(names[:4]) + ("…" if len(names) > 4 else "."))
    return Finding("warn", _("No price list, no customer group and no agreement that runs: they see list prices, or “on request”."), mend)


check("prices", gettext_lazy("Prices"), right=VIEW, order=70, look=_prices)
