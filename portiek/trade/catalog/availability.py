"""What may be promised of products: what the ERP says is available, in the warehouses that count for the reader, less what was ordered here and is not in its figures yet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.trade.catalog import rules
from portiek.trade.catalog.models import Product, Stock, Supply, Warehouse
from portiek.trade.catalog.queries import stock

# What of products was ordered here and is not in the ERP's figures of that moment, by id; the second text is the one warehouse that counts, or empty.
Look = Callable[[Actor, Sequence[int], datetime | None, str], Mapping[int, Decimal]]
_looks: list[Look] = []


def promises(look: Look) -> Look:
    """Register what knows of orders that the ERP's figures lack."""
    _looks.append(look)
    return look


# The day on which what takes so many working days to get comes when it is ordered now, by those days.
Comings = Callable[[Actor, Collection[int]], Mapping[int, date]]
_comings: list[Comings] = []


def arrivals(look: Comings) -> Comings:
    """Register what knows on which days goods come."""
    _comings.append(look)
    return look


@dataclass(frozen=True, slots=True)
class Availability:
    """The stock of one product for one reader. `rows`: every warehouse as the ERP said; `place`: the one that counts, None: all of them together; `comes`: when what is not there comes by its lead time."""

    rows: Sequence[Stock]
    place: Warehouse | None
    promised: Decimal
    as_of: datetime | None
    standing: rules.Standing
    comes: date | None = None
    # Longer ago than the portal takes for certain.
    old: bool = False

    @property
    def expected(self) -> date | None:
        """When what is not there comes: the receipt that the ERP announced, else by the lead time. None where neither says."""
        return self.standing.expected_at or self.comes

    @property
    def available(self) -> Decimal | None:
        """What may be promised; None where nothing is known."""
        return None if self.standing.state == "unknown" else self.standing.available


def supplied_from(actor: Actor, party_id: int | None) -> Warehouse | None:
    """Return the one warehouse whose stock counts for a party; None: all of them."""
    row = Supply.objects.filter(portal_id=actor.portal_id, party_id=party_id).select_related("warehouse").first() if party_id else None
    return row.warehouse if row else None


def availability(actor: Actor, products: Iterable[Product], *, party_id: int | None = None) -> dict[int, Availability]:
    """Return what there is of these products for the actor's party, or for staff the one that is named: two statements, however many, and two more where something has a lead time."""
    wanted = {product.pk: product for product in products}
    if not wanted:
        return {}
    rows = stock(actor, wanted, party_id=party_id if actor.is_staff else actor.party_id)
    first = next((there[0] for there in rows.values()), None)
    last, place = (first.heard, Warehouse(portal_id=actor.portal_id, **first.supplied) if first.supplied else None) if first else (None, None)
    old = first is not None and rules.is_old(last, first.hours, timezone.now())
    promised: dict[int, Decimal] = {}
    for look in _looks if rows else ():
        for key, quantity in look(actor, list(rows), last, place.code if place else "").items():
            promised[key] = promised.get(key, Decimal(0)) + quantity
    leads = {product.lead for product in wanted.values() if product.lead is not None}
    comes = {lead: day for look in _comings if leads for lead, day in look(actor, leads).items()}
    made = {}
    for key, product in wanted.items():
        lead = product.lead
        there = rows.get(key, [])
        counted = [(row.available, row.expected_at, row.expected_quantity) for row in there if place is None or row.warehouse == place.code]
        # A warehouse that the ERP says nothing of holds nothing, as long as it says something of others.
        standing = rules.standing(counted or ([(Decimal(0), None, None)] if there else []), product.min_quantity, promised.get(key, Decimal(0)))
        made[key] = Availability(there, place, promised.get(key, Decimal(0)), last or max((row.as_of for row in there if row.as_of), default=None), standing, None if lead is None else comes.get(lead), old)
    return made
