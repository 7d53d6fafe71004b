"""Tables of what is agreed with one party."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from portiek.core.db.models import ErpOwned, PartyModel, TenantKey
from portiek.trade.pricing.models.shared import Tiers, window


class Agreement(ErpOwned, PartyModel):
    """What was agreed with one party for a time, or with one of its branches, departments or projects (`unit`) and all that stands in it. Both days count; None: open."""

    unit = TenantKey("parties.Unit", null=True, blank=True, db_index=False)
    number = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    note = models.TextField(default="", blank=True)
    tiers = models.CharField(max_length=11, choices=Tiers, default=Tiers.ALL_UNITS, db_default=Tiers.ALL_UNITS)
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "pricing_agreement"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "number", "portal"], name="agreement_number"),
            models.UniqueConstraint(fields=["portal", "external_id"], name="agreement_external"),
            window("agreement_window"),
        ]

    def __str__(self) -> str:
        return self.name


class AgreementLine(PartyModel):
    """A price, or a percentage off the list price, for one product or one discount group, from a quantity on.

    `agreed`: how many units of the product are to be taken in the days of the agreement. None: nothing was said.
    """

    agreement = TenantKey(Agreement)
    product = TenantKey("catalog.Product", null=True, blank=True, db_index=False)
    discount_group = models.CharField(max_length=20, default="", blank=True)
    min_quantity = models.DecimalField(max_digits=12, decimal_places=3, default=0)
    price = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    agreed = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)

    class Meta:
        db_table = "pricing_agreementline"
        indexes: ClassVar = [
            models.Index(fields=["party", "product"], name="agreement_of_product"),
            models.Index(fields=["party", "discount_group"], name="agreement_of_group", condition=~Q(discount_group="")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["party", "agreement", "product", "discount_group", "min_quantity", "portal"], name="agreement_line", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(product__isnull=False, discount_group="") | (Q(product__isnull=True) & ~Q(discount_group="")), name="agreement_line_target"
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=False, percent__isnull=True, product__isnull=False) | Q(price__isnull=True, percent__isnull=False),
                name="agreement_line_reward",
            ),
            models.CheckConstraint(condition=Q(price__isnull=True) | Q(price__gte=0), name="agreement_line_price"),
            models.CheckConstraint(condition=Q(percent__isnull=True) | Q(percent__gte=0, percent__lte=100), name="agreement_line_percent"),
            models.CheckConstraint(condition=Q(min_quantity__gte=0), name="agreement_line_quantity"),
            models.CheckConstraint(condition=Q(agreed__isnull=True) | Q(agreed__gt=0, product__isnull=False), name="agreement_line_agreed"),
        ]


class PartyDiscount(ErpOwned, PartyModel):
    """A percentage off the list price of one discount group, where no price list has the product."""

    discount_group = models.CharField(max_length=20)
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "pricing_partydiscount"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "discount_group", "valid_from", "portal"], name="party_discount", nulls_distinct=False),
            models.UniqueConstraint(fields=["portal", "external_id"], name="party_discount_external"),
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="party_discount_percent"),
            window("party_discount_window"),
        ]
