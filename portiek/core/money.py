"""Amounts, prices and quantities: decimals always, and the one place that rounds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Literal

CENT = Decimal("0.01")
AVERAGE = Decimal("0.000001")
MAX_QUANTITY = Decimal("9999999.999")


@dataclass(frozen=True)
class Policy:
    """How one portal calculates, so that its totals equal those of its ERP to the cent.

    `mode`: half_up (0.005 up) or half_even (to the even cent). `tax_per`: VAT rounded per line, or per rate over the document.
    `price_digits`: decimals of a unit price.
    """

    currency: str = "EUR"
    mode: Literal["half_up", "half_even"] = "half_up"
    tax_per: Literal["line", "document"] = "document"
    price_digits: int = 4

    def _round(self, value: Decimal, step: Decimal) -> Decimal:
        return value.quantize(step, ROUND_HALF_UP if self.mode == "half_up" else ROUND_HALF_EVEN)

    def amount(self, value: Decimal) -> Decimal:
        """Round an amount to cents."""
        return self._round(value, CENT)

    def price(self, value: Decimal) -> Decimal:
        """Round a unit price to the portal's digits."""
        return self._round(value, Decimal(1).scaleb(-self.price_digits))

    def average(self, total: Decimal, quantity: Decimal) -> Decimal:
        """Return what one unit costs when all of them cost `total`, in the six digits that lines of orders keep: times the quantity, up to ten thousand, it is the total to the cent again."""
        return self._round(total / quantity, AVERAGE)

    def line(self, quantity: Decimal, unit_price: Decimal) -> Decimal:
        """Return the amount of a line, in cents."""
        return self.amount(quantity * unit_price)

    def with_tax(self, amount: Decimal, rate: Decimal) -> Decimal:
        """Return an amount or unit price including VAT (in percent), in cents, a unit price in as many digits as it has without: what persons read. Orders are calculated without."""
        digits = max(2, -int(amount.normalize().as_tuple().exponent)) if amount else 2
        return self._round(amount * (100 + rate) / 100, Decimal(1).scaleb(-digits))

    def totals(self, lines: Iterable[tuple[Decimal, Decimal]]) -> Totals:
        """Return net, VAT and gross of lines given as (amount in cents, VAT in percent)."""
        per_rate: dict[Decimal, Decimal] = {}
        net = tax = Decimal("0.00")
        for amount, rate in lines:
            net += amount
            if self.tax_per == "line":
                tax += self.amount(amount * rate / 100)
            per_rate[rate] = per_rate.get(rate, Decimal("0.00")) + amount
        if self.tax_per == "document":
            tax = sum((self.amount(base * rate / 100) for rate, base in per_rate.items()), Decimal("0.00"))
        return Totals(net, tax, net + tax)


@dataclass(frozen=True)
class Totals:
    """The three amounts under a document, in cents of the portal's currency."""

    net: Decimal
    tax: Decimal
    gross: Decimal
