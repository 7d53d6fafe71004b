"""Fill a database with much of everything, by set-based statements of its owner; run as a program in the environment of that database.

The cast's first portal and the builder Bakker get the most: Sanne, who works there, is the one who measures.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import psycopg
from django.db import connections
from django.db.models import JSONField
from psycopg import sql

PORTAL, PARTY, USER = "localhost", "10042", "sanne@bakker.example"
NOUNS = (
    "gipsplaat",
    "profiel",
    "schroef",
    "isolatieplaat",
    "kozijn",
    "balk",
    "tegel",
    "mortel",
    "kit",
    "plug",
    "anker",
    "lat",
    "deur",
    "scharnier",
    "slot",
    "buis",
    "goot",
    "rooster",
    "folie",
    "tape",
    "lijm",
    "verf",
    "kwast",
    "emmer",
    "steiger",
    "ladder",
    "zaagblad",
    "boor",
    "beitel",
    "handschoen",
    "helm",
    "bril",
    "lamp",
    "kabel",
    "stekker",
    "doos",
    "beugel",
)
KINDS = ("verzinkt", "wit", "zwart", "grijs", "eiken", "vuren", "kunststof", "aluminium", "roestvast", "messing", "beton")
# A word that two of five products have, one that a handful has, one that nothing has; each with a beginning to type.
COMMON, RARE, ABSENT = "standaard", "bolognese", "xylofoon"
BATCH = 5_000


@dataclass(frozen=True)
class Size:
    """How much of everything one database holds; a tenth of the orders is Bakker's."""

    orders: int
    products: int
    price_lines: int
    parties: int
    price_lists: int = 10

    @property
    def name(self) -> str:
        """The database's name."""
        return f"load_{self.orders}"


SIZES = [
    Size(1_000, 2_000, 10_000, 100),
    Size(10_000, 20_000, 100_000, 1_000),
    Size(100_000, 200_000, 1_000_000, 10_000),
    Size(1_000_000, 200_000, 25_000_000, 10_000, 250),
]
QUICK = [Size(1_000, 2_000, 10_000, 100), Size(10_000, 2_000, 10_000, 1_000), Size(100_000, 20_000, 100_000, 1_000)]


def insert(connection: psycopg.Connection[Any], model: Any, source: str, **given: str) -> None:
    """Insert one row for each row of `source` (FROM ...); columns that are not given take the model's own default."""
    columns, values = [], []
    for field in model._meta.concrete_fields:
        if field.column in given:
            columns.append(field.column)
            values.append(given.pop(field.column))
        elif not (field.primary_key or field.null or field.has_db_default()):
            columns.append(field.column)
            values.append(_default(field))
    assert not given, f"{model.__name__} has no {sorted(given)}"
    connection.execute(f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(values)} {source}")


def _default(field: Any) -> str:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return "now()"
    value = field.get_default()
    if isinstance(field, JSONField):
        return f"'{'{}' if value == {} else '[]'}'::jsonb"
    if isinstance(value, list):
        return "'{}'"
    return sql.Literal(value).as_string(None)


def fill_orders(connection: psycopg.Connection[Any], size: Size, portal: int, party: int, user: int) -> None:
    """Add parties and orders with two lines each, over two years; the facts that tell of them too."""
    from portiek.core.models import FactRow
    from portiek.foundation.parties.models import Address, Party
    from portiek.trade.orders.models import Order, OrderLine, OrderSearch

    insert(
        connection,
        Party,
        f"FROM generate_series(1, {size.parties}) i",
        portal_id=str(portal),
        number="'L' || i",
        name="'Aannemer ' || md5(i::text)",
        external_id="'L' || i",
        as_of="now()",
    )
    connection.execute("CREATE TEMP TABLE load_party AS SELECT row_number() OVER (ORDER BY id) - 1 AS place, id FROM parties_party WHERE number LIKE 'L%'")
    connection.execute("CREATE INDEX ON load_party (place, id); ANALYZE load_party")
    insert(
        connection,
        Address,
        "FROM load_party",
        portal_id=str(portal),
        party_id="id",
        street="'Dorpsstraat ' || id",
        city="'Plaats ' || id % 500",
        external_id="'LA' || id",
    )
    insert(
        connection,
        Address,
        "FROM generate_series(1, 20) i",
        portal_id=str(portal),
        party_id=str(party),
        street="'Bouwplaats ' || i",
        city="'Plaats ' || i",
        external_id="'LB' || i",
    )
    states = "(ARRAY['completed','completed','completed','completed','completed','completed','confirmed','in_progress','submitted','cancelled'])[1 + (i * 7) % 10]"
    insert(
        connection,
        Order,
        f"FROM generate_series(1, {size.orders}) i LEFT JOIN load_party p ON i % 10 <> 0 AND p.place = (i::bigint * 7919) % {size.parties}",
        portal_id=str(portal),
        party_id=f"coalesce(p.id, {party})",
        number="'L-' || i",
        external_id="'L-' || i",
        submit_key="'L-' || i",
        user_id=f"CASE WHEN i % 10 = 0 THEN {user} ELSE 0 END",
        user_name="'Sanne Bakker'",
        status=states,
        delivery="CASE WHEN i % 10 < 6 THEN 'delivered' ELSE 'none' END",
        sync="'acknowledged'",
        reference="'Project ' || i % 977",
        address="""'{"name": "Bouwplaats", "street": "Parkweg 12", "postal_code": "8013 PX", "city": "Zwolle", "country": "NL", "label": ""}'::jsonb""",
        net="(i % 5000) + 10.25",
        tax="round(((i % 5000) + 10.25) * 0.21, 2)",
        gross="round(((i % 5000) + 10.25) * 1.21, 2)",
        line_count="2",
        erp_number="'SO' || i",
        search="'l ' || i || ' l' || i || ' so' || i || ' project ' || i % 977 || ' ld ' || 1 + i % 999 || ' ld' || 1 + i % 999",
        placed_at=f"now() - make_interval(secs => (({size.orders} - i) * (63072000.0 / {size.orders})))",
        as_of="now()",
        transmitted_at="now()",
        confirmed_at="now()",
    )
    insert(  # the trigger that does it sleeps meanwhile
        connection,
        OrderSearch,
        "FROM orders_order o WHERE o.number LIKE 'L-%'",
        portal_id=str(portal),
        party_id="o.party_id",
        order_id="o.id",
        placed_at="o.placed_at",
        words="array_to_tsvector(string_to_array(o.search, ' '))",
    )
    insert(
        connection,
        OrderLine,
        "FROM orders_order o, generate_series(1, 2) n WHERE o.number LIKE 'L-%'",
        portal_id=str(portal),
        party_id="o.party_id",
        order_id="o.id",
        position="n",
        sku="'LD-' || 1 + (o.id * n) % 999",
        name="'Gipsplaat'",
        unit="'stuk'",
        quantity="n * 3",
        price="7.25",
        list_price="9.25",
        tax_rate="21",
        amount="n * 21.75",
    )
    insert(
        connection,
        FactRow,
        "FROM orders_order o WHERE o.number LIKE 'L-%'",
        portal_id=str(portal),
        party_id="o.party_id",
        name="'orders.order.submitted'",
        payload="jsonb_build_object('order_id', o.id)",
        subject="'orders.order:' || o.id",
        text="o.number",
        user_name="'Sanne Bakker'",
        kind="'party'",
        at="o.placed_at",
    )


def fill_invoices(connection: psycopg.Connection[Any], size: Size, portal: int, party: int) -> None:
    """Add an invoice for each second order, one of ten still open."""
    from django.apps import apps

    if not apps.is_installed("portiek.settlement.invoicing"):
        return
    from portiek.settlement.invoicing.models import Invoice, InvoiceLine, InvoiceOrder

    insert(
        connection,
        Invoice,
        "FROM orders_order o WHERE o.number LIKE 'L-%' AND (o.id / 10) % 2 = 0",
        portal_id=str(portal),
        party_id="o.party_id",
        number="'F' || o.number",
        external_id="'F' || o.number",
        state="CASE WHEN o.id % 10 = 0 THEN 'open' ELSE 'paid' END",
        invoice_date="o.placed_at::date",
        due_date="o.placed_at::date + 30",
        net="o.net",
        tax="o.tax",
        gross="o.gross",
        open_amount="CASE WHEN o.id % 10 = 0 THEN o.gross ELSE 0 END",
        as_of="now()",
        reference="o.reference",
    )
    insert(
        connection,
        InvoiceLine,
        "FROM invoicing_invoice v WHERE v.number LIKE 'FL-%'",
        portal_id=str(portal),
        party_id="v.party_id",
        invoice_id="v.id",
        position="1",
        sku="'LD-1'",
        description="'Gipsplaat'",
        quantity="3",
        unit="'stuk'",
        unit_price="7.25",
        amount="v.net",
        tax_rate="21",
    )
    insert(
        connection,
        InvoiceOrder,
        "FROM invoicing_invoice v WHERE v.number LIKE 'FL-%'",
        portal_id=str(portal),
        party_id="v.party_id",
        invoice_id="v.id",
        number="substr(v.number, 2)",
    )


def product_records(first: int, last: int, *, price_add: int = 0) -> list[Any]:
    """Return the records of products by place, as an ERP would say them."""
    from portiek.trade.catalog.records import ProductRecord

    made = []
    for i in range(first, last + 1):
        words = [NOUNS[i % len(NOUNS)], KINDS[i // len(NOUNS) % len(KINDS)]]
        if i % 5 < 2:
            words.append(COMMON)
        if i % 40_000 == 999:
            words.append(RARE)
        name = " ".join(words).capitalize() + f" {i % 400} × {i // 400 % 400} mm"
        made.append(
            ProductRecord(
                external_id=f"LD-{i}",
                sku=f"LD-{i}",
                name=name,
                category="afbouw" if i % 3 else "hout",
                list_price=Decimal(i % 900 + 5 + price_add),
                discount_group="GIPS",
                ean=f"{8_700_000_000_000 + i}",
                version=f"1.{price_add}",
            )
        )
    return made


def batches(size: Size) -> Iterator[tuple[int, int]]:
    """Yield the first and last place of each batch of products."""
    for first in range(1, size.products + 1, BATCH):
        yield first, min(first + BATCH - 1, size.products)


def fill_products(connection: psycopg.Connection[Any], size: Size, portal: int, party: int) -> None:
    """Add products through the actions that an ERP's feed uses, then stock, an assortment of half of them and price lines."""
    from portiek.core.actor import Actor
    from portiek.core.db import scope
    from portiek.trade.catalog import actions
    from portiek.trade.catalog.models import Assortment, AssortmentItem, PartyAssortment, Stock
    from portiek.trade.pricing.models import PriceList, PriceListLine

    actor = Actor.system(portal)
    for first, last in batches(size):
        with scope(actor):
            actions.apply_products(actor, records=product_records(first, last))
    connection.execute("UPDATE catalog_product SET popularity = (id * 7919) % 100000 WHERE sku LIKE 'LD-%'")
    insert(connection, Assortment, "", portal_id=str(portal), code="'load'", name="'Helft'")
    half = "(SELECT id FROM catalog_assortment WHERE code = 'load')"
    insert(
        connection,
        AssortmentItem,
        "FROM catalog_product p WHERE p.sku LIKE 'LD-%' AND p.id % 2 = 0",
        portal_id=str(portal),
        assortment_id=half,
        product_id="p.id",
    )
    connection.execute(f"DELETE FROM catalog_partyassortment WHERE party_id = {party}")
    insert(connection, PartyAssortment, "", portal_id=str(portal), party_id=str(party), assortment_id=half)
    connection.execute("""UPDATE catalog_productsearch s SET popularity = p.popularity,
        assortments = ARRAY(SELECT i.assortment_id FROM catalog_assortmentitem i WHERE i.product_id = p.id) FROM catalog_product p WHERE p.id = s.product_id AND p.sku LIKE 'LD-%'""")
    insert(
        connection,
        Stock,
        "FROM catalog_product p WHERE p.sku LIKE 'LD-%'",
        portal_id=str(portal),
        product_id="p.id",
        external_id="p.sku",
        warehouse="'ZW'",
        warehouse_name="'Zwolle'",
        on_hand="p.id % 500",
        available="p.id % 500",
        as_of="now()",
    )
    insert(
        connection,
        PriceList,
        f"FROM generate_series(1, {size.price_lists}) i",
        portal_id=str(portal),
        code="'load-' || i",
        name="'Lijst ' || i",
        external_id="'load-' || i",
        as_of="now()",
    )
    per = max(1, size.price_lines // size.price_lists)
    insert(
        connection,
        PriceListLine,
        f"""FROM pricing_pricelist l, generate_series(1, {per}) n JOIN (SELECT row_number() OVER (ORDER BY id) AS place, id, list_price FROM catalog_product WHERE sku LIKE 'LD-%') p
        ON p.place = 1 + (n - 1) % {size.products} WHERE l.code LIKE 'load-%'""",
        portal_id=str(portal),
        price_list_id="l.id",
        product_id="p.id",
        min_quantity=f"1 + ((n - 1) / {size.products}) * 10",
        price=f"round(p.list_price * (0.9 - ((n - 1) / {size.products}) * 0.02), 2)",
    )
    connection.execute(f"DELETE FROM pricing_partypricelist WHERE party_id = {party}")
    for position, code in enumerate(("load-1", "load-2"), start=1):
        connection.execute(f"INSERT INTO pricing_partypricelist (portal_id, party_id, price_list_id, position) SELECT {portal}, {party}, id, {position} FROM pricing_pricelist WHERE code = '{code}'")
    with scope(actor):
        actions.count_assortments(actor)


def fill_addresses(connection: psycopg.Connection[Any], party: int) -> None:
    """Give the measured customer ten thousand addresses, and the other parties one more each."""
    from portiek.foundation.parties.models import Address

    insert(connection, Address, f"FROM parties_party p, generate_series(1, 10000) i WHERE p.id = {party} OR i = 1", portal_id="p.portal_id", party_id="p.id", label="'Project ' || i",
           street="'Laan ' || i", postal_code="'8013 PX'", city="'Stad ' || i % 50", country="'NL'", is_delivery="true", is_invoice="false", is_active="true")  # fmt: skip


def fill_people(connection: psycopg.Connection[Any], portal: int, party: int) -> None:
    """Give the measured customer five hundred roles of its own and two thousand people with one of them each."""
    from portiek.foundation.accounts.models import Membership, Role, User

    insert(connection, Role, "FROM generate_series(1, 500) i", portal_id=str(portal), owner_id=str(party), code="'load-' || i", name="'Rol ' || i", audience="'party'",
           rights="ARRAY['catalog.view', 'order.view.own']")  # fmt: skip
    insert(connection, User, "FROM generate_series(1, 2000) i", portal_id=str(portal), email="'load' || i || '@bakker.example'", name="'Persoon ' || lpad(i::text, 4, '0')")
    insert(connection, Membership, f"FROM accounts_user u JOIN accounts_role r ON r.owner_id = {party} AND r.code = 'load-' || 1 + u.id % 500 WHERE u.email LIKE 'load%'",
           portal_id=str(portal), party_id=str(party), user_id="u.id", role_id="r.id")  # fmt: skip


def fill(connection: psycopg.Connection[Any], size: Size, *, products: bool = True) -> None:
    """Fill a migrated and seeded database. Foreign keys and the live trigger are off meanwhile; what goes in keeps them."""
    portal = _one(connection, "SELECT id FROM parties_portal WHERE host = %s", PORTAL)
    party = _one(connection, "SELECT id FROM parties_party WHERE number = %s AND portal_id = %s", PARTY, portal)
    user = _one(connection, "SELECT id FROM accounts_user WHERE email = %s AND portal_id = %s", USER, portal)
    connection.execute("SET session_replication_role = replica")
    if products:
        fill_products(connection, size, portal, party)
    fill_orders(connection, size, portal, party, user)
    fill_invoices(connection, size, portal, party)
    fill_addresses(connection, party)
    fill_people(connection, portal, party)
    connection.execute("SET session_replication_role = origin")
    connection.execute("VACUUM ANALYZE")


def _one(connection: psycopg.Connection[Any], statement: str, *arguments: Any) -> int:
    row = connection.execute(statement, arguments).fetchone()
    assert row is not None, statement
    return int(row[0])


def main() -> None:
    """Fill the database of DATABASE_URL to the size named by its number of orders (and `quick`); `base`: migrate it and seed the cast."""
    from portiek.config.cli import migrate_now, setup
    from portiek.config.environment import environment

    setup()
    connections["default"].settings_dict["OPTIONS"]["options"] = ""  # no limit of time on a statement
    if sys.argv[1] == "base":
        migrate_now()
        from portiek.config.demo import seed_all

        seed_all("small")
        return
    chosen = next(size for size in (QUICK if "quick" in sys.argv else SIZES) if str(size.orders) == sys.argv[1])
    with psycopg.connect(environment().dsn(), autocommit=True) as connection:
        fill(connection, chosen)


if __name__ == "__main__":
    main()
