"""Quotes keep their number and go along, with all that hangs on them; a split takes those of its units."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.merging import moves, stays

# After the orders and files that it refers to: one that was ordered goes where its order went.
moves("quotes.Quote", label=_("Quotes"), takes=lambda deed: Q(order__party_id=deed.target) | Q(order=None, unit__in=deed.units), loses=("unit", "file"), order=55)
moves("quotes.Version", hangs_on="quote", order=60)
moves("quotes.QuoteSearch", hangs_on="quote", order=60)
moves("quotes.Called", hangs_on="quote", loses=("order",), order=60)
moves("quotes.Acceptance", hangs_on="quote", loses=("order",), order=60)
moves("quotes.Message", hangs_on="quote", order=60)
moves("quotes.Line", hangs_on="version", order=65)
moves("quotes.Draft", takes=lambda deed: Q(user_id__in=deed.people), order=30)
stays("quotes.Counter", ground=_("Counts the quotes of each company apart: no number is given twice."))
