"""Prices are agreed with one company: those of the one that stays hold."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.core.merging import Deed, stays, warns
from portiek.trade.pricing.models import Agreement


def _to_know(actor: Actor, deed: Deed) -> Iterable[str]:
    found = Agreement.objects.filter(Q(valid_until=None) | Q(valid_until__gte=timezone.localdate()), portal_id=actor.portal_id, party_id=deed.source)
    names = [] if deed.is_split else list(found.order_by("name", "pk").values_list("name", flat=True)[:20])
    if names:
        yield _("No longer count: the agreements %(names)s. Make them anew at the company that stays where they must go on.") % {"names": ", ".join(names)}


stays("pricing.PartyPriceList", label=gettext_lazy("Price lists"), ground=gettext_lazy("Those of the company that stays hold for everybody in it."))
stays("pricing.Agreement", label=gettext_lazy("Agreements"), ground=gettext_lazy("Count no longer: prices of the company that stays hold."))
stays("pricing.AgreementLine", ground=gettext_lazy("Part of an agreement."))
stays("pricing.PartyDiscount", label=gettext_lazy("Discounts"), ground=gettext_lazy("Count no longer: prices of the company that stays hold."))
warns("pricing", _to_know)
