"""The catalogue holds nothing of people; here that is said, for the register."""

from __future__ import annotations

from portiek.core.personal import not_personal

not_personal("what is sold", "catalog.Assortment", "catalog.Category", "catalog.CustomerProduct", "catalog.Product", "catalog.ProductValue", "catalog.ProductSearch", "catalog.Stock")
