"""Purchasing systems come in for what one company has: they go along with who shops through them."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.merging import moves

moves("punchout.System", label=_("Purchasing systems"), takes=lambda deed: Q(user_id__in=deed.people), order=47)
moves("punchout.Visit", label=_("Visits of purchasing systems"), takes=lambda deed: Q(user_id__in=deed.people), order=48)
