"""Tables of price lists, agreements and discounts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from portiek.core.db.models import ErpOwned, PartyModel, PortalModel, TenantKey

# The price lists of the party in scope with those they fall back on; read once a statement.
MINE = "(SELECT ctx.price_lists())::bigint[]"


def _window(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")), name=name)


class PriceList(ErpOwned, PortalModel):
    """A list of absolute net prices; a party sees those assigned to it and what they fall back on."""

    party_reads = True
    party_using = f"id = ANY ({MINE})"
    fn_reads = True

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3, default="EUR", db_default="EUR")
    fallback = TenantKey("pricing.PriceList", null=True, blank=True)
    is_active = models.BooleanField(default=True, db_default=True)

    class Meta:
        db_table = "pricing_pricelist"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "code"], name="price_list_code"),
            models.UniqueConstraint(fields=["portal", "external_id"], name="price_list_external"),
        ]

    def __str__(self) -> str:
        return self.name


class PriceListLine(PortalModel):
    """One step of a list: `price` per unit for the whole quantity from `min_quantity` on; None: on request. Both days count; None: open."""

    party_reads = True
    party_using = f"price_list_id = ANY ({MINE})"

    price_list = TenantKey(PriceList, db_index=False)
    product = TenantKey("catalog.Product", db_index=False)
    min_quantity = models.DecimalField(max_digits=12, decimal_places=3, default=0, db_default=0)
    price = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, default="", db_default="", blank=True)

    class Meta:
        db_table = "pricing_pricelistline"
        constraints: ClassVar = [
            # Serves the resolver too: list and product lead.
            models.UniqueConstraint(fields=["price_list", "product", "min_quantity", "valid_from", "portal"], name="price_list_line", nulls_distinct=False),
            models.CheckConstraint(condition=Q(price__isnull=True) | Q(price__gte=0), name="price_list_line_price"),
            models.CheckConstraint(condition=Q(min_quantity__gte=0), name="price_list_line_quantity"),
            _window("price_list_line_window"),
        ]


class PartyPriceList(PartyModel):
    """A price list is assigned to a party; the lowest position is asked first."""

    fn_reads = True

    price_list = TenantKey(PriceList)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        db_table = "pricing_partypricelist"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "price_list", "portal"], name="party_price_list"),
            models.UniqueConstraint(fields=["party", "position", "portal"], name="party_price_list_position"),
        ]


class Agreement(ErpOwned, PartyModel):
    """What was agreed with one party for a time. Both days count; None: open."""

    number = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    note = models.TextField(default="", blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "pricing_agreement"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "number", "portal"], name="agreement_number"),
            models.UniqueConstraint(fields=["portal", "external_id"], name="agreement_external"),
            _window("agreement_window"),
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
            _window("party_discount_window"),
        ]
