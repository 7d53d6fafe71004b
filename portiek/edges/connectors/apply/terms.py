"""Agreements, discounts, surcharges and minimum prices: to pricing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import cast

from portiek.core.actor import Actor
from portiek.edges.connectors import contract
from portiek.edges.connectors.apply.goods import parted
from portiek.edges.connectors.contract import Change
from portiek.trade.catalog.records import Problem
from portiek.trade.pricing import actions, records

HUNDRED = Decimal(100)


def _percent(rate: Decimal | None) -> Decimal | None:
    return None if rate is None else rate * HUNDRED


def _told(problems: Iterable[Problem]) -> dict[str, str]:
    return {problem.external_id: problem.code for problem in problems}


def agreements(actor: Actor, changes: Sequence[Change]) -> dict[str, str]:
    """Hand agreements over; one that is gone counts no longer, and can still be read."""
    there, gone = parted(changes)
    made = []
    for data in (cast("contract.AgreementRecord", change.data) for change in there):
        lines = tuple(records.AgreementLineRecord(line.product, line.discount_group, line.min_quantity, line.price, _percent(line.discount), line.agreed) for line in data.lines)
        made.append(records.AgreementRecord(data.external_id, data.number, data.name, data.party, data.group, data.valid_from, data.valid_until, data.note, data.tiers, lines, data.active))
    return _told(actions.apply_agreements(actor, records=made, gone=gone))


def discounts(actor: Actor, changes: Sequence[Change]) -> dict[str, str]:
    """Hand discounts over; one that is gone is no more."""
    there, gone = parted(changes)
    found = [cast("contract.DiscountRecord", change.data) for change in there]
    return _told(actions.apply_discounts(actor, records=[records.DiscountRecord(data.external_id, data.party, data.discount_group, data.discount * HUNDRED, data.valid_from, data.valid_until, data.group) for data in found], gone=gone))


def surcharges(actor: Actor, changes: Sequence[Change]) -> dict[str, str]:
    """Hand surcharges over; one that is gone is no more."""
    there, gone = parted(changes)
    found = [cast("contract.SurchargeRecord", change.data) for change in there]
    return _told(actions.apply_surcharges(actor, records=[records.SurchargeRecord(data.external_id, data.name, data.product, data.discount_group, _percent(data.rate), data.amount, data.valid_from, data.valid_until) for data in found], gone=gone))


def floors(actor: Actor, changes: Sequence[Change]) -> dict[str, str]:
    """Hand minimum prices over; one that is gone is no more."""
    there, gone = parted(changes)
    found = [cast("contract.FloorRecord", change.data) for change in there]
    return _told(actions.apply_floors(actor, records=[records.FloorRecord(data.external_id, data.product, data.discount_group, data.amount, _percent(data.markup), data.agreements_below, data.valid_from, data.valid_until) for data in found], gone=gone))
