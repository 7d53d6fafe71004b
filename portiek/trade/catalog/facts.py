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


@fact("catalog.picture.changed")
class PictureChanged(Fact):
    """Another picture of a product is shown than before, or none: staff brought it in or took it away, or it came from a catalogue or the ERP."""

    product_id: int


@fact("catalog.family.changed")
class FamilyChanged(Fact):
    """Staff made, changed or took away a family of products, or said which products are its versions."""

    family_id: int


@fact("catalog.units.set")
class UnitsSet(Fact):
    """Staff said in which other units a product is ordered, or how much of it at most."""

    product_id: int


@fact("catalog.supply.chosen")
class SupplyChosen(Fact):
    """A party is supplied from another warehouse than before; 0: from all of them together."""

    warehouse_id: int


@fact("catalog.number.set")
class OwnNumberSet(Fact):
    """A party gave a product its own number, or took it away."""

    product_id: int
    number: str


@fact("catalog.synonyms.changed")
class SynonymsChanged(Fact):
    """Staff said which words mean the same; `terms` are those that did and those that do."""

    synonym_id: int
    terms: list[str]


@fact("catalog.attribute.changed")
class AttributeChanged(Fact):
    """Staff made, changed or took away something that can be said of products."""

    attribute_id: int


@fact("catalog.etim.named")
class EtimNamed(Fact):
    """Codes of ETIM got names, or other ones."""

    names: int


@fact("catalog.relations.applied")
class RelationsApplied(Fact):
    """What the ERP says that products lead to came in, and something in it was new."""

    products: int


@fact("catalog.attributes.applied")
class AttributesApplied(Fact):
    """What the ERP says of products came in, and something in it was new."""

    products: int


@fact("catalog.freshness.changed")
class FreshnessChanged(Fact):
    """Staff said after how many hours stock and prices of the ERP count as old."""

    hours: int
    prices: int = 0
