"""Every write of the catalogue."""

from portiek.trade.catalog.actions.assortments import add_products, count_assortments, create_assortment, give_assortments, remove_products
from portiek.trade.catalog.actions.erp import apply_categories, apply_products, apply_stock
from portiek.trade.catalog.actions.portal import apply_popularity, clear_own_number, describe_product, import_own_numbers, set_category_icons, set_own_number
from portiek.trade.catalog.actions.searches import count_fruitless, drop_old_searches, note_fruitless

__all__ = [
    "add_products",
    "apply_categories",
    "apply_popularity",
    "apply_products",
    "apply_stock",
    "clear_own_number",
    "count_assortments",
    "count_fruitless",
    "create_assortment",
    "describe_product",
    "drop_old_searches",
    "give_assortments",
    "import_own_numbers",
    "note_fruitless",
    "remove_products",
    "set_category_icons",
    "set_own_number",
]
