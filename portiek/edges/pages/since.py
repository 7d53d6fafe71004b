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


def _quote(words: Any, icon: str, *facts: str) -> Kind:
    return Kind(tuple(f"quotes.quote.{fact}" for fact in facts), "quote.view", words, icon, "quotes:detail", "quotes:list")


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
    _quote(ngettext_lazy("An offer came for quote %(number)s", "Offers came for %(num)s quotes", "num"), "file-check", "offered"),
    _quote(ngettext_lazy("There is a question about quote %(number)s", "There are questions about %(num)s quotes", "num"), "file-pen-line", "asked_back", "questioned"),
    _quote(ngettext_lazy("A question about quote %(number)s was answered", "Questions about %(num)s quotes were answered", "num"), "file-pen-line", "answered", "replied"),
    _quote(ngettext_lazy("Quote %(number)s was asked", "%(num)s quotes were asked", "num"), "file-pen-line", "requested", "countered"),
    _quote(ngettext_lazy("Quote %(number)s was accepted", "%(num)s quotes were accepted", "num"), "file-check", "accepted"),
    _quote(ngettext_lazy("Quote %(number)s was declined or expired", "%(num)s quotes were declined or expired", "num"), "file-x", "declined", "expired"),
    _invoice(ngettext_lazy("Invoice %(number)s came in", "%(num)s invoices came in", "num"), "receipt-euro", "issued"),
    _invoice(ngettext_lazy("Invoice %(number)s was paid", "%(num)s invoices were paid", "num"), "receipt-euro", "paid"),
)
