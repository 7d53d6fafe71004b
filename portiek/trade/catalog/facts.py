"""What is recorded about the catalogue."""

from portiek.core.facts import Fact, fact


@fact("catalog.product.applied", public=True)
class ProductsApplied(Fact):
    """A batch of products came from the ERP and something in it was new."""

    created: int
    changed: int


@fact("catalog.category.applied")
class CategoriesApplied(Fact):
    """A batch of categories came from the ERP and something in it was new."""

    created: int
    changed: int


@fact("catalog.stock.applied", public=True)
class StockApplied(Fact):
    """A batch of stock came from the ERP and something in it was new."""

    created: int
    changed: int


@fact("catalog.product.described")
class ProductDescribed(Fact):
    """Staff changed what the portal itself says about a product."""

    product_id: int


@fact("catalog.assortment.changed", public=True)
class AssortmentChanged(Fact):
    """Products were added to or taken out of an assortment."""

    assortment_id: int
    added: int
    removed: int


@fact("catalog.assortment.given", public=True)
class AssortmentGiven(Fact):
    """A party sees other assortments than before."""

    assortment_ids: list[int]


@fact("catalog.number.set")
class OwnNumberSet(Fact):
    """A party gave a product its own number, or took it away."""

    product_id: int
    number: str
