"""What every write of prices asks first: whose a row is, and what became of a line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from portiek.core.errors import Refused
from portiek.foundation.parties.models import Party
from portiek.trade.pricing import errors
from portiek.trade.pricing.models import Agreement, CustomerGroup, FreeGoods, GroupAgreement, GroupDiscount, PartyDiscount, PriceFloor, PriceList, Surcharge


@dataclass(frozen=True, slots=True)
class Put:
    """What became of a line, and what was agreed before."""

    outcome: Literal["new", "changed", "same"]
    old: Decimal | None = None


def _own(row: PriceList | Agreement | PartyDiscount | CustomerGroup | GroupAgreement | GroupDiscount | Surcharge | PriceFloor | FreeGoods) -> None:
    """Refuse to change what the ERP keeps. Raises Refused."""
    if row.external_id:
        raise Refused(errors.OF_THE_ERP)


def _hold(party_id: int) -> None:
    """Let whoever agrees something with this party wait, so that two of them do not overlook each other. Its orders go on."""
    Party.objects.select_for_update(no_key=True).only("pk").get(pk=party_id)
