"""What comes on an order besides its goods: what is lacking to the order minimum, a fee for a small order, freight. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

CENT, ZERO = Decimal("0.01"), Decimal("0.00")
FEE, FREIGHT = "fee", "freight"


@dataclass(frozen=True)
class Due:
    """What comes on an order of some goods, and how much more of them changes that; 0: nothing. `lacks`: to the minimum, which refuses the order where there is no `fee`. `to_free`: until there is no freight."""

    fee: Decimal = ZERO
    freight: Decimal = ZERO
    lacks: Decimal = ZERO
    to_free: Decimal = ZERO

    @property
    def refused(self) -> bool:
        """Whether it cannot be ordered so."""
        return self.lacks > 0 and not self.fee


@dataclass(frozen=True)
class Rule:
    """Of goods excl. VAT: from which amount an order may be placed, or below which a `fee` comes on it; what the delivery costs, and from which amount nothing. None: there is none."""

    minimum: Decimal | None = None
    fee: Decimal | None = None
    freight: Decimal | None = None
    free_from: Decimal | None = None

    def due(self, goods: Decimal, *, collected: bool = False) -> Due:
        """Return what comes on goods of an amount; `collected` by the buyer they have no freight."""
        lacks = max(self.minimum - goods, ZERO) if self.minimum is not None else ZERO
        to_free = max(self.free_from - goods, ZERO) if self.freight is not None and self.free_from is not None and not collected else ZERO
        freight = ZERO if self.freight is None or collected or (self.free_from is not None and not to_free) else self.freight
        return Due(self.fee if lacks and self.fee is not None else ZERO, freight, lacks, to_free)


def by_rate(amount: Decimal, goods: Iterable[tuple[Decimal, Decimal]]) -> list[tuple[Decimal, Decimal]]:
    """Part a cost over the rates of the goods (amount, VAT in percent), in proportion to what they come to, as (part, rate) with the highest rate first; the largest takes what rounding leaves. Nothing for goods that come to nothing."""
    per: dict[Decimal, Decimal] = {}
    for net, rate in goods:
        per[rate] = per.get(rate, ZERO) + net
    whole = sum(per.values(), ZERO)
    if whole <= 0:
        return []
    parts = {rate: (amount * net / whole).quantize(CENT, ROUND_DOWN) for rate, net in per.items()}
    largest = max(per, key=lambda rate: (per[rate], rate))
    parts[largest] += amount - sum(parts.values(), ZERO)
    return [(parts[rate], rate) for rate in sorted(parts, reverse=True) if parts[rate]]
