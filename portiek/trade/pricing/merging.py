"""Prices are agreed with one company: those of the one that stays hold."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.core.merging import Deed, moves, stays, step, warns
from portiek.trade.pricing import actions
from portiek.trade.pricing.models import Agreement


def _to_know(actor: Actor, deed: Deed) -> Iterable[str]:
    found = Agreement.objects.filter(Q(valid_until=None) | Q(valid_until__gte=timezone.localdate()), portal_id=actor.portal_id, party_id=deed.source)
    names = [] if deed.is_split else list(found.order_by("name", "pk").values_list("name", flat=True)[:20])
    if names:
        yield _("No longer count: the agreements %(names)s. Make them anew at the company that stays where they must go on.") % {"names": ", ".join(names)}


def _of_units(actor: Actor, deed: Deed) -> int:
    found = Agreement.objects.filter(portal_id=actor.portal_id, party_id=deed.source, is_active=True)
    return (found.filter(unit__in=deed.units) if deed.is_split else found).count()


stays("pricing.PartyPriceList", label=gettext_lazy("Price lists"), ground=gettext_lazy("Those of the company that stays hold for everybody in it."))
step("pricing.Agreement", label=gettext_lazy("Agreements"), says=gettext_lazy("Count no longer: prices of the company that stays hold. In a split only those of a branch, department or project that goes end."), count=_of_units, do=actions.end_agreements_of_gone_units, ends=True)
stays("pricing.AgreementLine", ground=gettext_lazy("Part of an agreement."))
stays("pricing.GroupMember", label=gettext_lazy("Customer groups"), ground=gettext_lazy("Those of the company that stays hold."))
moves("pricing.PriceFile")
stays("pricing.ProductFeed", label=gettext_lazy("Feeds of products and prices"), ground=gettext_lazy("They tell what the company that is gone paid, and end by themselves."))
stays("pricing.FeedItem", ground=gettext_lazy("Part of a feed."))
stays("pricing.FreeGoods", "customer", ground=gettext_lazy("What comes with it free of charge for the company that stays holds for everybody in it."))
stays("pricing.PartyDiscount", label=gettext_lazy("Discounts"), ground=gettext_lazy("Count no longer: prices of the company that stays hold."))
warns("pricing", _to_know)
