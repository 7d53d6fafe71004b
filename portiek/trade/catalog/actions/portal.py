"""What the portal itself adds to products: words, attributes, popularity, and a party's own numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import connection

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import errors, facts, permissions
from portiek.trade.catalog.actions.attributes import set_attributes
from portiek.trade.catalog.models import Category, CustomerProduct, Product


@action(permissions.OWN_NUMBER)
def set_own_number(actor: Actor, *, product: Product, number: str) -> CustomerProduct:
    """Give a product the party's own number. Raises Refused when the party uses it for another product; NotFound for who acts for no party."""
    if actor.party_id is None:
        raise NotFound
    if not number.strip():
        raise Refused(errors.NUMBER_NEEDED, field="number")
    return _number(actor, actor.party_id, product, number.strip())


def _number(actor: Actor, party_id: int, product: Product, number: str) -> CustomerProduct:
    other = CustomerProduct.objects.filter(party_id=party_id, number=number).exclude(product=product).select_related("product").first()
    if other is not None:
        raise Refused(errors.NUMBER_TAKEN, field="number", product=other.product.label)
    made, _new = CustomerProduct.objects.update_or_create(portal_id=actor.portal_id, party_id=party_id, product=product, defaults={"number": number})
    record(actor, facts.OwnNumberSet(product_id=product.pk, number=number), party_id=party_id, subject=ref("catalog.product", product.pk), text=product.sku)
    return made


@action(permissions.OWN_NUMBER)
def clear_own_number(actor: Actor, *, product: Product) -> None:
    """Forget the party's own number of a product. Raises NotFound for who acts for no party."""
    if actor.party_id is None:
        raise NotFound
    _forget(actor, actor.party_id, product)


def _forget(actor: Actor, party_id: int, product: Product) -> None:
    gone, _each = CustomerProduct.objects.filter(party_id=party_id, product=product).delete()
    if gone:
        record(actor, facts.OwnNumberSet(product_id=product.pk, number=""), party_id=party_id, subject=ref("catalog.product", product.pk), text=product.sku)


@action(permissions.MANAGE)
def set_number_of_party(actor: Actor, *, party: Party, product: Product, number: str) -> None:
    """Say for a party what its own number of a product is; empty takes it away. Raises Refused when the party uses it for another product; NotFound for another portal's party."""
    if party.portal_id != actor.portal_id:
        raise NotFound
    if number.strip():
        _number(actor, party.pk, product, number.strip())
    else:
        _forget(actor, party.pk, product)


@action(permissions.MANAGE)
def describe_product(actor: Actor, *, product: Product, summary: str, specs: Sequence[tuple[str, str]] | None = None) -> None:
    """Change what the portal says beside the ERP: a text, and attributes with their values (None: as they are). No sync touches these. Raises Refused."""
    if specs is not None:
        set_attributes(actor, product=product, pairs=specs)
    if product.summary != summary:
        product.summary = summary
        product.save(update_fields=["summary"])
        record(actor, facts.ProductDescribed(product_id=product.pk), subject=ref("catalog.product", product.pk), text=product.sku)


@action(permissions.MANAGE)
def apply_popularity(actor: Actor, *, figures: Mapping[int, int]) -> None:
    """Set how popular products are (product id to figure): the order of every list."""
    with connection.cursor() as cursor:
        for table, key in (("catalog_product", "id"), ("catalog_productsearch", "product_id")):
            cursor.execute(
                f"""UPDATE {table} p SET popularity = i.figure FROM unnest(%s::bigint[], %s::int[]) i(id, figure) WHERE p.{key} = i.id AND p.popularity
            <> i.figure""",
                [list(figures), list(figures.values())],
            )


@action(permissions.MANAGE)
def set_category_icons(actor: Actor, *, icons: Mapping[str, str]) -> None:
    """Give categories their icons (code to name); the ERP knows none."""
    for code, name in icons.items():
        Category.objects.filter(portal_id=actor.portal_id, code=code).update(icon=name)


@action(permissions.MANAGE)
def import_own_numbers(actor: Actor, *, party: Party, numbers: Mapping[int, str]) -> int:
    """Take over a party's own numbers (product id to number) from its files; those it has stay. Returns how many were new."""
    made = CustomerProduct.objects.bulk_create(
        [CustomerProduct(portal_id=actor.portal_id, party=party, product_id=key, number=number) for key, number in numbers.items()], ignore_conflicts=True
    )
    for item in made:
        record(
            actor,
            facts.OwnNumberSet(product_id=item.product_id, number=item.number),
            party_id=party.pk,
            subject=ref("catalog.product", item.product_id),
            text=item.number,
        )
    return len(made)
