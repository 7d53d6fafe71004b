"""Lists go along with the company; those of a branch become the company's, since branches get new places."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.merging import moves

moves("lists.OrderList", label=_("Order lists"), once=(("user_id", "name"),), says=_("A list with the name of one that the company that stays has, remains with the company that goes."), takes=lambda deed: Q(user_id__in=deed.people) | Q(unit__in=deed.units), loses=("unit",), order=30)
moves("lists.ListLine", hangs_on="list", order=50)
