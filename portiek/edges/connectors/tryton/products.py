"""Categories and products."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from portiek.edges.connectors.contract import CategoryRecord, FamilyRecord, ProductRecord
from portiek.edges.connectors.tryton.client import Row
from portiek.edges.connectors.tryton.lookups import Lookups, convert_price, convert_quantity, identity, number, text

PRICE_DIGITS = Decimal("0.0001")
FIELDS = (
    "code",
    "active",
    "list_price_used",
    "identifiers.type",
    "identifiers.code",
    "template",
    "template.code",
    "template.products",
    "template.active",
    "template.salable",
    "template.type",
    "template.default_uom",
    "template.sale_uom",
    "template.categories",
    "template.account_category.customer_taxes_used",
    "template.weight",
    "template.weight_uom",
)


def round_price(value: Decimal) -> Decimal:
    """Round as Tryton rounds prices: four digits, half to even. Source: `product.round_price`."""
    return value.quantize(PRICE_DIGITS)


def read_categories(lookups: Lookups, ids: Sequence[int]) -> dict[int, CategoryRecord | None]:
    """Read categories by id; accounting categories, or those gone, give None."""
    rows = lookups.client.read("product.category", ids, ["code", "parent", "accounting", "name"])
    names = _texts(lookups, "product.category", list(rows), ["name"])
    return {
        id_: CategoryRecord(
            external_id=str(id_),
            code=text(rows[id_]["code"]),
            names={language: text(row[id_]["name"]) for language, row in names.items()},
            parent=identity(rows[id_]["parent"]),
            active=True,
        )
        if id_ in rows and not rows[id_]["accounting"]
        else None
        for id_ in ids
    }


def _texts(lookups: Lookups, model: str, ids: Sequence[int], fields: list[str]) -> dict[str, dict[int, Row]]:
    fields = [*fields, "active"] if model == "product.product" else fields
    return {code: lookups.client.read(model, ids, fields, language=code) for code in lookups.client.options.languages}


def _images(lookups: Lookups, templates: Sequence[int]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    fields = ["template", "product", "last_modified_at"]
    order = [("sequence", "ASC NULLS FIRST"), ("id", "ASC")]
    for row in lookups.client.rows("product.image", [("template", "in", list(templates))], fields, order):
        found.setdefault(row["template"], []).append(row)
    return found


def image_of(rows: Sequence[Row], product: int) -> Row | None:
    """Choose a product's picture: its own before its template's."""
    own = [row for row in rows if row["product"] == product]
    shared = [row for row in rows if row["product"] is None]
    return next(iter(own + shared), None)


def _product(
    lookups: Lookups, row: Row, names: dict[str, dict[int, Row]], images: Sequence[Row], templates: dict[str, dict[int, Row]]
) -> ProductRecord | None:
    template = row["template."]
    stock_unit = lookups.units[template["default_uom"]]
    unit = lookups.units[template["sale_uom"] or template["default_uom"]]
    price = row["list_price_used"]
    if price is not None:
        price = round_price(convert_price(price, stock_unit, unit))
    weight = None
    if template["weight"] and lookups.kilogram and template["weight_uom"] in lookups.units:
        kilos = convert_quantity(template["weight"], lookups.units[template["weight_uom"]], lookups.kilogram)
        # the weight is of one stock unit
        weight = number(round(kilos * convert_quantity(1.0, unit, stock_unit), 6))
    taxes = (template.get("account_category.") or {}).get("customer_taxes_used") or ()
    image = image_of(images, row["id"])
    identifiers = {i["type"]: i["code"] for i in reversed(row["identifiers."] or ())}
    categories = tuple(str(c) for c in template["categories"] or ())
    return ProductRecord(
        external_id=str(row["id"]),
        sku=text(row["code"]),
        names={language: text(rows[row["id"]]["name"]) for language, rows in names.items()},
        descriptions={language: text(rows[row["id"]]["description"]) for language, rows in names.items()},
        category=categories[0] if categories else None,
        categories=categories,
        unit=unit.record,
        quantity_step=unit.rounding,
        min_quantity=unit.rounding,
        ean=text(identifiers.get("ean")),
        list_price=price,
        tax_rate=sum((lookups.tax_rates.get(t, Decimal(0)) for t in taxes), Decimal(0)),
        weight=weight,
        is_service=template["type"] == "service",
        image=f"{image['id']}:{image['last_modified_at'].isoformat()}" if image else None,
        active=bool(row["active"] and template["active"] and template["salable"]),
        family=_family(row["template"], template, templates),
    )


def _family(id_: int, template: Row, names: dict[str, dict[int, Row]]) -> FamilyRecord | None:
    """A template with several variants is a family; one with a single variant is that product."""
    if len(template["products"] or ()) < 2:
        return None
    return FamilyRecord(str(id_), text(template["code"]) or f"T{id_}", {language: text(rows[id_]["name"]) for language, rows in names.items() if id_ in rows})


def read_products(lookups: Lookups, ids: Sequence[int]) -> dict[int, ProductRecord | None]:
    """Read products by id; those gone give None."""
    rows = lookups.client.read("product.product", ids, FIELDS)
    names = _texts(lookups, "product.product", list(rows), ["name", "description"])
    images = _images(lookups, [row["template"] for row in rows.values()])
    several = sorted({row["template"] for row in rows.values() if len(row["template."]["products"] or ()) > 1})
    templates = _texts(lookups, "product.template", several, ["name"]) if several else {}
    return {
        id_: _product(lookups, rows[id_], names, images.get(rows[id_]["template"], ()), templates) if id_ in rows else None
        for id_ in ids
    }
