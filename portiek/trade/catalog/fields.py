"""Fields of the portal's own making on products."""

from __future__ import annotations

from django.urls import reverse

from portiek.foundation.fields.subjects import subject
from portiek.trade.catalog import permissions, queries
from portiek.trade.catalog.models import Product, ProductValue

PRODUCT = subject("product", model=Product, values=ProductValue, holder="product", ref="catalog.product", right=permissions.MANAGE, fills="", find=queries.product, party_of=lambda row: None,
                  number_of=lambda row: row.sku, url=lambda actor, row: reverse("catalog:detail", args=[row.sku]), order=20)  # fmt: skip
