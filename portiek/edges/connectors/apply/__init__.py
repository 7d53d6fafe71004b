"""From the contract's records to each module's own: who takes what, and what becomes of one that cannot be taken."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.edges.connectors import records, wording
from portiek.edges.connectors.apply import goods, money, people, terms, trade
from portiek.edges.connectors.contract import Change, Problem
from portiek.trade.catalog import actions as catalog

logger = logging.getLogger("portiek.connectors")
Taker = Callable[[Actor, Sequence[Change]], dict[str, str]]
TAKERS: dict[str, Taker] = {
    "category": goods.categories,
    "product": goods.products,
    "price_list": goods.price_lists,
    "stock": goods.stock,
    "surcharge": terms.surcharges,
    "floor": terms.floors,
    "party": people.parties,
    "agreement": terms.agreements,
    "discount": terms.discounts,
    "order": trade.orders,
    "shipment": trade.shipments,
    "invoice": money.invoices,
    "payment": money.payments,
}


def take(actor: Actor, entity: str, changes: Sequence[Change]) -> tuple[list[Change], dict[str, Problem]]:
    """Take changes in; return those that are in the portal now, and why the others are not.

    What a module refuses as a whole is tried again in halves, so that one bad record stops nobody but itself. Never raises for what a record holds.
    Not an action: each module's own action makes its savepoint, so that a failed one leaves no facts.
    """
    problems: dict[str, Problem] = {}
    good: list[Change] = []
    for change in changes:
        problem = records.problem_of(change)
        if problem is not None:
            problems[change.external_id] = problem
        else:
            good.append(change)
    if good:
        told = _halves(actor, TAKERS[entity], good)
        by_key = {change.external_id: change for change in good}
        problems |= {key: Problem(text, records.shown(by_key[key].data)) for key, text in told.items() if key in by_key}
    return [change for change in good if change.external_id not in problems], problems


def _halves(actor: Actor, taker: Taker, changes: Sequence[Change]) -> dict[str, str]:
    try:
        with transaction.atomic():
            return taker(actor, changes)
    except PermissionDenied:
        raise
    except (DatabaseError, Refused, ValueError, ArithmeticError, LookupError, TypeError, AttributeError) as error:
        if len(changes) == 1:
            logger.info("a record of the ERP was put aside: %s", type(error).__name__)
            return {changes[0].external_id: _text(error)}
    middle = len(changes) // 2
    return _halves(actor, taker, changes[:middle]) | _halves(actor, taker, changes[middle:])


def _text(error: Exception) -> str:
    if isinstance(error, Refused):
        return error.code
    # The first line names the rule; the others of a database's answer repeat the data.
    first = str(error).splitlines()[0] if str(error) else ""
    said = first if isinstance(error, ValueError) and wording.is_known(first) else f"{'database' if isinstance(error, DatabaseError) else 'mapping'}: {type(error).__name__}: {first}"
    return said[:300]


def stamp(actor: Actor, entity: str) -> None:
    """Tell the module that its figures are the ERP's as of now, also when nothing changed."""
    if entity in goods.STAMPED:
        goods.STAMPED[entity](actor, [])
    elif entity in goods.PRICED:
        catalog.note_heard(actor, kind=entity)
    elif entity in ("invoice", "payment"):
        money.stamp(actor)
