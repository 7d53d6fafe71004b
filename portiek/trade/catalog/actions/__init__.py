"""Every write of the catalogue."""

from portiek.trade.catalog.actions.assortments import add_products, count_assortments, create_assortment, give_assortments, remove_products
from portiek.trade.catalog.actions.attributes import apply_attributes, change_attribute, make_attribute, remove_attribute, set_attributes
from portiek.trade.catalog.actions.erp import apply_categories, apply_products, apply_stock
from portiek.trade.catalog.actions.etim import name_etim
from portiek.trade.catalog.actions.families import change_family, make_family, remove_family, set_members
from portiek.trade.catalog.actions.freshness import note_heard, set_freshness
from portiek.trade.catalog.actions.pictures import apply_pictures, keep_fetched_picture, remove_picture, set_picture, take_picture
from portiek.trade.catalog.actions.portal import apply_popularity, clear_own_number, describe_product, import_own_numbers, set_category_icons, set_number_of_party, set_own_number
from portiek.trade.catalog.actions.relations import apply_relations, relate_products, settle_relations
from portiek.trade.catalog.actions.saved import drop_search, looked, save_search, set_how_often
from portiek.trade.catalog.actions.searches import count_fruitless, drop_old_searches, note_fruitless
from portiek.trade.catalog.actions.stock import choose_supply, drop_old_watches, end_watches, unwatch_stock, watch_stock
from portiek.trade.catalog.actions.units import set_units
from portiek.trade.catalog.actions.vocabulary import change_synonym, keep_vocabulary, make_synonym, remove_synonym, word_again

__all__ = [
    "add_products",
    "apply_attributes",
    "apply_categories",
    "apply_pictures",
    "apply_popularity",
    "apply_products",
    "apply_relations",
    "apply_stock",
    "change_attribute",
    "change_family",
    "change_synonym",
    "choose_supply",
    "clear_own_number",
    "count_assortments",
    "count_fruitless",
    "create_assortment",
    "describe_product",
    "drop_old_searches",
    "drop_old_watches",
    "drop_search",
    "end_watches",
    "give_assortments",
    "import_own_numbers",
    "keep_fetched_picture",
    "keep_vocabulary",
    "looked",
    "make_attribute",
    "make_family",
    "make_synonym",
    "name_etim",
    "note_fruitless",
    "note_heard",
    "relate_products",
    "remove_attribute",
    "remove_family",
    "remove_picture",
    "remove_products",
    "remove_synonym",
    "save_search",
    "set_attributes",
    "set_category_icons",
    "set_freshness",
    "set_how_often",
    "set_members",
    "set_number_of_party",
    "set_own_number",
    "set_picture",
    "set_units",
    "settle_relations",
    "take_picture",
    "unwatch_stock",
    "watch_stock",
    "word_again",
]
