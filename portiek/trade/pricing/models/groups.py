"""Tables of customer groups: who is in one, and what its members pay."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from portiek.core.db.models import ErpOwned, PartyModel, PortalModel, TenantKey
from portiek.trade.pricing.models.lists import PriceList
from portiek.trade.pricing.models.shared import Tiers, window

# The groups in use of the party in scope; read once a statement.
MINE = "(SELECT ctx.price_groups())::bigint[]"


class CustomerGroup(ErpOwned, PortalModel):
    """Customers who pay the same: an association of buyers, a chain, a trade. A party sees the groups that it is in."""

    party_reads = True
    party_using = f"id = ANY ({MINE})"
    fn_reads = True

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True, db_default=True)

    class Meta:
        db_table = "pricing_customergroup"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "code"], name="customer_group_code"),
            models.UniqueConstraint(fields=["portal", "external_id"], name="customer_group_external"),
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(PartyModel):
    """A party is in a group."""

    fn_reads = True

    group = TenantKey(CustomerGroup)

    class Meta:
        db_table = "pricing_groupmember"
        constraints: ClassVar = [models.UniqueConstraint(fields=["party", "group", "portal"], name="group_member")]


class GroupPriceList(PortalModel):
    """The members of a group are served by a price list, after those of their own."""

    party_reads = True
    party_using = f"group_id = ANY ({MINE})"
    fn_reads = True

    group = TenantKey(CustomerGroup, db_index=False)
    price_list = TenantKey(PriceList)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        db_table = "pricing_grouppricelist"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "price_list", "portal"], name="group_price_list"),
            models.UniqueConstraint(fields=["group", "position", "portal"], name="group_price_list_position"),
        ]


class GroupAgreement(ErpOwned, PortalModel):
    """What was agreed with a group for a time. Both days count; None: open."""

    party_reads = True
    party_using = f"group_id = ANY ({MINE})"

    group = TenantKey(CustomerGroup, db_index=False)
    number = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    note = models.TextField(default="", blank=True)
    tiers = models.CharField(max_length=11, choices=Tiers, default=Tiers.ALL_UNITS, db_default=Tiers.ALL_UNITS)
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "pricing_groupagreement"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "number", "portal"], name="group_agreement_number"),
            models.UniqueConstraint(fields=["portal", "external_id"], name="group_agreement_external"),
            window("group_agreement_window"),
        ]

    def __str__(self) -> str:
        return self.name


class GroupAgreementLine(PortalModel):
    """A price or a percentage for one product, or a percentage for a discount group, from `min_quantity` on."""

    party_reads = True
    party_using = f"group_id = ANY ({MINE})"

    group = TenantKey(CustomerGroup, db_index=False)
    agreement = TenantKey(GroupAgreement)
    product = TenantKey("catalog.Product", null=True, blank=True, db_index=False)
    discount_group = models.CharField(max_length=20, default="", blank=True)
    min_quantity = models.DecimalField(max_digits=12, decimal_places=3, default=0)
    price = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        db_table = "pricing_groupagreementline"
        indexes: ClassVar = [
            models.Index(fields=["group", "product"], name="group_agreement_of_product"),
            models.Index(fields=["group", "discount_group"], name="group_agreement_of_group", condition=~Q(discount_group="")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "product", "discount_group", "min_quantity", "portal"], name="group_agreement_line", nulls_distinct=False),
            models.CheckConstraint(condition=Q(product__isnull=False, discount_group="") | (Q(product__isnull=True) & ~Q(discount_group="")), name="group_agreement_line_target"),
            models.CheckConstraint(
                condition=Q(price__isnull=False, percent__isnull=True, product__isnull=False) | Q(price__isnull=True, percent__isnull=False), name="group_agreement_line_reward"
            ),
            models.CheckConstraint(condition=Q(price__isnull=True) | Q(price__gte=0), name="group_agreement_line_price"),
            models.CheckConstraint(condition=Q(percent__isnull=True) | Q(percent__gte=0, percent__lte=100), name="group_agreement_line_percent"),
            models.CheckConstraint(condition=Q(min_quantity__gte=0), name="group_agreement_line_quantity"),
        ]


class GroupDiscount(ErpOwned, PortalModel):
    """A percentage off the list price of one discount group for the members of a group, where no price list has the product and they have none of their own."""

    party_reads = True
    party_using = f"group_id = ANY ({MINE})"

    group = TenantKey(CustomerGroup, db_index=False)
    discount_group = models.CharField(max_length=20)
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "pricing_groupdiscount"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "discount_group", "valid_from", "portal"], name="group_discount", nulls_distinct=False),
            models.UniqueConstraint(fields=["portal", "external_id"], name="group_discount_external"),
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="group_discount_percent"),
            window("group_discount_window"),
        ]
