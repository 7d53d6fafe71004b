"""The portal's own fields of products, brought in from a spreadsheet."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.foundation.imports.kinds import Column
from portiek.foundation.imports.own_fields import own_fields
from portiek.trade.catalog.fields import PRODUCT

own_fields("product-fields", _("Own fields of products"), _("A column for each own field of the portal. An empty cell takes out what was filled in; a column that is not there changes nothing."),
           subject=PRODUCT, number=Column("sku", _("Article number"), True, also=("artikelnummer", "artikel", "sku", "item number"), example="GP-125-2600"), none=_("There is no product with the number {number}."),
           back=lambda: reverse("catalog:list"), order=60)
