"""Whether a party has invoices to see."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.core.checks import Finding, check
from portiek.foundation.parties.models import Party
from portiek.settlement.invoicing import permissions, queries
from portiek.ui.format import day


def _invoices(actor: Actor, party: Party) -> Finding:
    last = queries.scoped(actor, party.pk).order_by("-invoice_date", "-pk").first()
    return Finding("ok", _("The last one is %(number)s, of %(day)s.") % {"number": last.number, "day": day(last.invoice_date)}) if last else Finding("warn", _("No invoice of theirs was read from the books."))


check("invoices", gettext_lazy("Invoices"), right=permissions.VIEW, order=85, look=_invoices)
