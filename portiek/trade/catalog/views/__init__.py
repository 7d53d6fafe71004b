"""Pages of the catalogue."""

from portiek.trade.catalog.views.attributes import attribute, attribute_remove, attributes
from portiek.trade.catalog.views.comparing import compare
from portiek.trade.catalog.views.families import families, family, family_remove
from portiek.trade.catalog.views.freshness import set_freshness
from portiek.trade.catalog.views.pictures import picture, remove_picture, set_picture, thumbnail
from portiek.trade.catalog.views.product import (
    assortment,
    assortments,
    choose_supply,
    describe,
    detail,
    fruitless,
    give,
    list_products,
    own_number,
    party_assortments,
    relate,
    set_units,
    wait,
    waiting,
)
from portiek.trade.catalog.views.saved import saved, saved_change
from portiek.trade.catalog.views.vocabulary import synonym, synonym_remove, synonyms

__all__ = [
    "assortment",
    "assortments",
    "attribute",
    "attribute_remove",
    "attributes",
    "choose_supply",
    "compare",
    "describe",
    "detail",
    "families",
    "family",
    "family_remove",
    "fruitless",
    "give",
    "list_products",
    "own_number",
    "party_assortments",
    "picture",
    "relate",
    "remove_picture",
    "saved",
    "saved_change",
    "set_freshness",
    "set_picture",
    "set_units",
    "synonym",
    "synonym_remove",
    "synonyms",
    "thumbnail",
    "wait",
    "waiting",
]
