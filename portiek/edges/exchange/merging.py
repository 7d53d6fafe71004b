"""Electronic orders were sent by one company's system and go along with what was ordered of them."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.merging import moves, stays
from portiek.trade.orders.models import Order

stays("exchange.Catalogue", ground=_("Catalogues are of the prices of the former company."))
moves("exchange.Message", label=_("Electronic orders"), takes=lambda deed: Q(order__in=Order.objects.filter(party_id=deed.target)) | Q(order=None, user_id__in=deed.people), order=45)
