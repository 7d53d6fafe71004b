"""What is worth saying to who comes back: kinds of things that happened, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import ngettext_lazy


@dataclass(frozen=True)
class Kind:
    """Facts that are said in one line: in the words for one and for several, with where one leads and where the list of them is."""

    facts: tuple[str, ...]
    right: str
    words: Any
    icon: str
    url: str
    list_url: str


def _order(words: Any, icon: str, *facts: str) -> Kind:
    return Kind(tuple(f"orders.order.{fact}" for fact in facts), "order.view", words, icon, "orders:detail", "orders:list")


def _invoice(words: Any, icon: str, *facts: str) -> Kind:
    return Kind(tuple(f"invoicing.invoice.{fact}" for fact in facts), "invoice.view", words, icon, "invoicing:detail", "invoicing:list")


# In the order in which they are said.
KINDS = (
    _order(ngettext_lazy("Order %(number)s was confirmed with changes", "%(num)s orders were confirmed with changes", "num"), "git-compare", "changed"),
    _order(ngettext_lazy("Order %(number)s was not approved", "%(num)s orders were not approved", "num"), "circle-x", "rejected"),
    _order(ngettext_lazy("Order %(number)s was cancelled", "%(num)s orders were cancelled", "num"), "circle-x", "cancelled"),
    _order(ngettext_lazy("Order %(number)s is on hold", "%(num)s orders are on hold", "num"), "circle-pause", "held"),
    _order(ngettext_lazy("Order %(number)s was confirmed", "%(num)s orders were confirmed", "num"), "package", "confirmed"),
    _order(ngettext_lazy("Order %(number)s is on its way", "%(num)s orders are on their way", "num"), "truck", "shipped"),
    _order(ngettext_lazy("Order %(number)s was delivered", "%(num)s orders were delivered", "num"), "package", "delivered"),
    _order(ngettext_lazy("Order %(number)s was placed", "%(num)s orders were placed", "num"), "package", "submitted", "imported"),
    _invoice(ngettext_lazy("Invoice %(number)s came in", "%(num)s invoices came in", "num"), "receipt-euro", "issued"),
    _invoice(ngettext_lazy("Invoice %(number)s was paid", "%(num)s invoices were paid", "num"), "receipt-euro", "paid"),
)
