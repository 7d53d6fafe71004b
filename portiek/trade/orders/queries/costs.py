"""Reads of what an order costs besides its goods."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.trade.catalog.models import Product
from portiek.trade.orders import costs
from portiek.trade.orders.models import CostRule


@dataclass(frozen=True)
class Charge:
    """A cost that comes on an order, `fee` or `freight`, or the part of one at a rate of VAT: the article that it is booked on, its amount excl. VAT, and its VAT in percent."""

    kind: str
    product: Product
    amount: Decimal
    rate: Decimal


@dataclass(frozen=True)
class Costs:
    """The rule of a party, with the article of each cost."""

    rule: costs.Rule = costs.Rule()  # noqa: RUF009  (frozen, so shared safely)
    articles: Mapping[str, Product] = field(default_factory=dict)

    def charges(self, due: costs.Due, goods: Iterable[tuple[Decimal, Decimal]]) -> tuple[Charge, ...]:
        """Return what comes on an order of these goods (amount, VAT in percent), as its lines: at the VAT of the goods, that of the article where those come to nothing."""
        rated, wanted = list(goods), [(kind, amount, self.articles[kind]) for kind, amount in ((costs.FEE, due.fee), (costs.FREIGHT, due.freight)) if amount]
        return tuple(Charge(kind, article, part, rate) for kind, amount, article in wanted for part, rate in costs.by_rate(amount, rated) or [(amount, article.tax_rate)])


def costs_of(actor: Actor) -> Costs:
    """Return the rule that holds for the actor's party: one statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ctx.order_costs()")
        row = cursor.fetchone()
    if row is None:
        return Costs()
    articles = {kind: Product(pk=values.pop("id"), portal_id=actor.portal_id, **{**values, "tax_rate": Decimal(values["tax_rate"])}) for kind, values in json.loads(row[4] or "{}").items()}
    return Costs(costs.Rule(*row[:4]), articles)


def cost_rules(actor: Actor) -> QuerySet[CostRule]:
    """Return the rules of order minimum and freight, for staff."""
    return CostRule.objects.filter(portal_id=actor.portal_id).select_related("group", "customer", "fee_product", "freight_product").order_by("customer__name", "group__name", "-kind", "pk")


def cost_rule(actor: Actor, key: int) -> CostRule:
    """Return one rule. Raises NotFound."""
    found = cost_rules(actor).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found
