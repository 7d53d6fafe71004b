"""The table of what an order costs besides its goods."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from portiek.core.db.models import PortalModel, TenantKey
from portiek.foundation.parties.models import Party


class CostRule(PortalModel):
    """From which amount excl. VAT a party may order, or which fee comes on less; what the delivery costs, and from which amount nothing: of one party, else of a group, else of a kind, else of all.

    Only sql/costs.sql reads it for a party, its own one alone. Nothing filled in is an exception: no minimum and no freight.
    """

    fn_reads = True

    kind = models.CharField(max_length=10, choices=Party.Kind, default="", blank=True)
    group = TenantKey("pricing.CustomerGroup", null=True, blank=True)
    customer = TenantKey("parties.Party", null=True, blank=True)
    minimum = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    fee = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    freight = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    free_from = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    # The articles that the ERP books them on: they say the name and the VAT, and lie in no assortment of need.
    fee_product = TenantKey("catalog.Product", null=True, blank=True, db_index=False)
    freight_product = TenantKey("catalog.Product", null=True, blank=True, db_index=False)

    class Meta:
        db_table = "orders_cost_rule"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "kind", "group", "customer"], name="cost_rule_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(group=None, customer=None) | Q(kind="", customer=None) | Q(kind="", group=None), name="cost_rule_for_one"),
            models.CheckConstraint(condition=Q(minimum=None) | Q(minimum__gt=0), name="cost_rule_minimum"),
            models.CheckConstraint(condition=Q(fee=None, fee_product=None) | Q(fee__gt=0, minimum__isnull=False, fee_product__isnull=False), name="cost_rule_fee"),
            models.CheckConstraint(condition=Q(freight=None, free_from=None, freight_product=None) | (Q(freight__gt=0, freight_product__isnull=False) & (Q(free_from=None) | Q(free_from__gt=0))), name="cost_rule_freight"),
        ]

    def __str__(self) -> str:
        return self.kind or str(self.customer_id or self.group_id or "")
