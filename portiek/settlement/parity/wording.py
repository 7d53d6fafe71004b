"""Causes and ways to calculate in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portiek.settlement.parity import rules
from portiek.settlement.parity.models import Cause, Check
from portiek.ui import format


def cause(found: Cause) -> str:
    """Return what is the matter."""
    return {
        "price": _("The price of one unit is another than the one agreed"),
        "price_rounding": _("Prices have fewer decimals in the ERP"),
        "tiers": _("The ERP rounds the average of tiers that each have their own price"),
        "line_rounding": _("Amounts of lines are rounded in another way"),
        "amount": _("Amounts of lines are not quantity times price"),
        "tax_rounding": _("VAT is rounded in another way"),
        "tax": _("VAT comes out differently, and not by rounding"),
        "sum": _("Totals are not the sum of the lines"),
    }.get(found.code, found.code)


def help_of(found: Cause) -> str:
    """Return what to look at."""
    if found.fits:
        return _("They agree when the portal calculates with %(way)s.") % {"way": way(found.fits)}
    return {
        "price": _("Compare the price in the ERP with the agreement or price list that decided here. On an invoice: with what was confirmed on the order."),
        "tiers": _("Here each tier has its own price, and a line the average of them with six decimals. Have the ERP keep six decimals, or let these tiers count for the whole quantity."),
        "amount": _("The ERP takes something off, or adds something, per line."),
        "tax": _("Most often another VAT rate: of the product, or of the customer."),
        "sum": _("There is a discount, a cost or a line in the ERP that did not come over."),
    }.get(found.code, "")


def way(fits: str) -> str:
    """Return a way to calculate, as one says it."""
    words = []
    for name, value in rules.settings(fits).items():
        if name == "price_digits":
            words.append(ngettext("%(count)s decimal in prices", "%(count)s decimals in prices", int(value)) % {"count": value})
        else:
            words.append({"tax_per=line": _("VAT rounded per line"), "tax_per=document": _("VAT rounded over the whole document"), "mode=half_up": _("half a cent rounded up"), "mode=half_even": _("half a cent rounded to the even cent")}.get(f"{name}={value}", value))
    return _(" and ").join(words)


def result(check: Check) -> str:
    """Return how a check went."""
    if not check.documents:
        return _("nothing to check since %(day)s") % {"day": format.day(check.since)}
    if not check.differing:
        return ngettext("%(count)s checked: it agrees to the cent", "%(count)s checked: all agree to the cent", check.documents) % {"count": format.quantity(check.documents)}
    return _("%(differing)s of %(count)s differ") % {"differing": format.quantity(check.differing), "count": format.quantity(check.documents)}


def advice(checks: Mapping[str, Check]) -> list[str]:
    """Return how the portal might better calculate, where more documents agree then."""
    found = []
    for name, check in checks.items():
        if better := rules.best(check.tried):
            values = {"what": Cause.Document(name).label, "way": way(better), "then": format.quantity(check.tried[better]), "now": format.quantity(check.tried[""]), "all": format.quantity(check.documents)}
            found.append(_("%(what)s: with %(way)s, amounts and VAT of %(then)s of %(all)s agree; now of %(now)s.") % values)
    return found
