"""Recurring orders go along with the company; a split takes those of the people who go. Those of a branch become the company's, since branches get new places."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.merging import moves

moves("recurring.Recurring", label=_("Recurring orders"), takes=lambda deed: Q(user_id__in=deed.people), loses=("unit", "for_unit", "address"), order=32)
moves("recurring.RecurringLine", hangs_on="recurring", order=50)
moves("recurring.Turn", hangs_on="recurring", loses=("order",), order=52)
