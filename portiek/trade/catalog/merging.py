"""Own article numbers go along; what may be ordered does not: that is what the portal agreed with the other one."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.core.merging import Deed, moves, stays, warns
from portiek.trade.catalog.models import PartyAssortment


def _to_know(actor: Actor, deed: Deed) -> Iterable[str]:
    there = PartyAssortment.objects.filter(portal_id=actor.portal_id, party_id=deed.target).values("assortment_id")
    names = [] if deed.is_split else list(PartyAssortment.objects.filter(portal_id=actor.portal_id, party_id=deed.source).exclude(assortment_id__in=there).order_by("assortment__name").values_list("assortment__name", flat=True)[:20])
    if names:
        yield _("Can no longer be ordered from, since the company that stays does not have it: %(names)s.") % {"names": ", ".join(names)}


stays("catalog.PartyAssortment", label=gettext_lazy("Assortments"), ground=gettext_lazy("What the company that stays may order holds for everybody in it."))
stays("catalog.Supply", ground=gettext_lazy("The company that stays is supplied as it was."))
moves("catalog.SavedSearch", once=(("user_id", "name"),), takes=lambda deed: Q(user_id__in=deed.people))
moves("catalog.StockWatch", once=(("user_id", "product"),), takes=lambda deed: Q(user_id__in=deed.people))
moves("catalog.CustomerProduct", label=gettext_lazy("Own article numbers"), once=(("product",), ("number",)), says=gettext_lazy("The number that the company that stays uses remains."))
warns("catalog", _to_know)
