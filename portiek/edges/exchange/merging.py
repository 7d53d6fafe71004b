"""Electronic orders were sent by one company's system and go along with what was ordered of them."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.merging import Deed, moves, step
from portiek.edges.exchange import actions, queries
from portiek.trade.orders.models import Order


def _catalogues(actor: Actor, deed: Deed) -> int:
    return queries.catalogues_of(actor, deed).count()


# Before the files: those of catalogues go with what nothing refers to.
step("exchange.Catalogue", label=_("Catalogues"), says=_("Are thrown away, since they tell the prices of the company that goes. In a split they stay."), count=_catalogues, do=actions.drop_catalogues, ends=True, order=40)
moves("exchange.Message", label=_("Electronic orders"), takes=lambda deed: Q(order__in=Order.objects.filter(party_id=deed.target)) | Q(order=None, user_id__in=deed.people), order=45)
