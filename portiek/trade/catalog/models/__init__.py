"""Tables of products, stock, assortments and searching."""

from portiek.trade.catalog.models.assortment import MINE, Assortment, AssortmentCount, AssortmentItem, CustomerProduct, PartyAssortment, held
from portiek.trade.catalog.models.attribute import Attribute, EtimName, ProductAttribute
from portiek.trade.catalog.models.family import ProductFamily
from portiek.trade.catalog.models.picture import ProductPicture
from portiek.trade.catalog.models.place import Supply, Warehouse
from portiek.trade.catalog.models.product import CatalogSync, Category, FreshnessLimit, Product, ProductValue, Stock
from portiek.trade.catalog.models.relation import ProductRelation
from portiek.trade.catalog.models.saved import SavedSearch
from portiek.trade.catalog.models.search import FruitlessSearch, ProductSearch
from portiek.trade.catalog.models.unit import InUnit, Kept, ProductUnit
from portiek.trade.catalog.models.vocabulary import Synonym, VocabularyWord
from portiek.trade.catalog.models.watch import StockWatch

__all__ = [
    "MINE",
    "Assortment",
    "AssortmentCount",
    "AssortmentItem",
    "Attribute",
    "CatalogSync",
    "Category",
    "CustomerProduct",
    "EtimName",
    "FreshnessLimit",
    "FruitlessSearch",
    "InUnit",
    "Kept",
    "PartyAssortment",
    "Product",
    "ProductAttribute",
    "ProductFamily",
    "ProductPicture",
    "ProductRelation",
    "ProductSearch",
    "ProductUnit",
    "ProductValue",
    "SavedSearch",
    "Stock",
    "StockWatch",
    "Supply",
    "Synonym",
    "VocabularyWord",
    "Warehouse",
    "held",
]
