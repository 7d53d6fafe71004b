"""The lists at 100,000 rows, as party and as staff: no page reads more than a few rows of any table, whatever is asked of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portiek.config.testing import copy_database
from portiek.core.db import scope
from portiek.core.db.scope import token
from portiek.trade.catalog import queries as catalog
from tests.load.data import Size, fill

pytestmark = pytest.mark.slow

ROWS = 100_000
MOST = 6_000
PAGES = {
    "orders": "/orders/",
    "orders, running": "/orders/?state=running",
    "orders, completed": "/orders/?state=done",
    "orders, mine": "/orders/?mine=1",
    "orders, common word": "/orders/?q=project",
    "orders, rare word": "/orders/?q=so70",
    "orders, absent word": "/orders/?q=bestaatniet",
    "orders, a common and a rare word": "/orders/?q=project+so700",
    "invoices": "/invoices/",
    "invoices, open": "/invoices/?show=open",
    "invoices, paid": "/invoices/?show=paid",
    "payments": "/invoices/payments/",
    "catalogue": "/catalog/",
    "catalogue, common word": "/catalog/?q=standaard",
    "catalogue, rare word": "/catalog/?q=bolognese",
    "log": "/audit/",
    "log, a group of facts": "/audit/?name=orders.",
    "log, a rare group": "/audit/?name=accounts.",
    "log, access by the portal": "/audit/?by=staff",
    "log, by keys": "/audit/?by=key",
    "log, a business number": "/audit/?number=VD-10042-0001",
    "notifications": "/notifications/",
    "tasks": "/tasks/",
    "start": "/",
    "addresses": "/parties/mine/",
    "addresses, rare word": "/parties/mine/?q=laan+9999",
    "choose an address": "/orders/cart/address/",
    "choose an address, rare word": "/orders/cart/address/?q=laan+9999",
    "cart": "/orders/cart/",
    "colleagues": "/colleagues/",
    "colleagues, rare word": "/colleagues/?q=persoon+1234",
    "roles": "/roles/",
    "choose a role": "/colleagues/invite/",
}
# These are a party's own; the staff's are at the party's number.
OF_A_PARTY = ("addresses", "addresses, rare word", "choose an address", "choose an address, rare word", "cart", "colleagues", "colleagues, rare word", "roles", "choose a role")
API = [
    "/orders?limit=200",
    "/orders?status=completed&limit=200",
    "/orders?search=so70&limit=200",
    "/orders?since=2020-01-01T00:00:00Z&limit=200",
    "/orders?changed_since=2020-01-01T00:00:00Z&limit=200",
    "/invoices?show=overdue&limit=200",
    "/payments?limit=200",
    "/products?limit=200",
]
STAFF = {"parties": "/parties/", "sent mail": "/notifications/mails/", "addresses of a party": "/parties/10042/addresses/", "addresses of a party, rare word": "/parties/10042/addresses/?q=laan+9999"}


@pytest.fixture(scope="module")
def large() -> Iterator[psycopg.Connection[Any]]:
    """Make a copy of the test database with 100,000 orders in it: the same people, so the same statements hold."""
    name = f"portiek_plans_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    url = copy_database(name)
    with psycopg.connect(url, autocommit=True) as owner:
        fill(owner, Size(ROWS, 20_000, 100_000, 10_000), products=False)
        fill_products_by_rows(owner)
        yield owner


def fill_products_by_rows(owner: psycopg.Connection[Any]) -> None:
    """Add products and what the search reads of them; through the actions it would be another database."""
    owner.execute("SET session_replication_role = replica")
    owner.execute("""
        INSERT INTO catalog_product (portal_id, external_id, sku, name, category_id, list_price, popularity, as_of)
        SELECT p.id, 'LD-' || i, 'LD-' || i, 'Gipsplaat ' || CASE WHEN i % 5 < 2 THEN 'standaard ' ELSE '' END || CASE WHEN i % 9000 = 7 THEN 'bolognese ' ELSE '' END || i,
         (SELECT min(id) FROM catalog_category c WHERE c.portal_id = p.id), i % 900 + 5, (i * 7919) % 100000, now() FROM parties_portal p, generate_series(1, 40000) i WHERE p.host = 'localhost'""")
    owner.execute(
        "INSERT INTO catalog_assortmentitem (portal_id, assortment_id, product_id) SELECT p.portal_id, a.id, p.id FROM catalog_product p JOIN catalog_assortment a ON a.portal_id = p.portal_id AND a.holds_all WHERE p.sku LIKE 'LD-%'"
    )
    owner.execute("""
        INSERT INTO catalog_productsearch (portal_id, product_id, category_id, popularity, is_active, assortments, words)
        SELECT p.portal_id, p.id, p.category_id, p.popularity, true, ARRAY(SELECT i.assortment_id FROM catalog_assortmentitem i WHERE i.product_id = p.id), to_tsvector('simple', p.name)
        FROM catalog_product p WHERE p.sku LIKE 'LD-%'""")
    owner.execute("INSERT INTO catalog_stock (portal_id, product_id, external_id, warehouse, available, as_of) SELECT portal_id, id, sku, 'ZW', 5, now() FROM catalog_product WHERE sku LIKE 'LD-%'")
    owner.execute("SET session_replication_role = origin")
    owner.execute("VACUUM ANALYZE")


def read(large: psycopg.Connection[Any], actor: Any, statements: list[str]) -> dict[str, int]:
    """Run statements in the actor's scope on the large database; return the rows read of each table, inside functions too."""
    role = "p_party" if actor.party_id else "p_staff"
    large.execute("SELECT pg_stat_force_next_flush()")  # what the last ones read is else counted here
    with large.transaction(force_rollback=True):
        large.pgconn.exec_(token(large, actor.portal_id, actor.party_id or 0, role, actor.user_id))
        for statement in statements:
            large.execute(statement)
        rows = large.execute("SELECT relname, seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE seq_tup_read + coalesce(idx_tup_fetch, 0) > 0").fetchall()
    return {name: int(count) for name, count in rows}


def statements_of(client: Any, path: str) -> list[str]:
    """Return the statements of a page, values filled in."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return [item["sql"] for item in captured if item["sql"].startswith(("SELECT", "WITH", "\nWITH"))]


@pytest.mark.parametrize("who", ["sanne", "olga"])
def test_no_list_reads_a_whole_table(large: psycopg.Connection[Any], client_of: Any, cast: Any, who: str) -> None:
    client, actor = client_of(who), getattr(cast, who)
    seen = {}
    for name, path in {name: path for name, path in (PAGES | (STAFF if who == "olga" else {})).items() if who != "olga" or name not in OF_A_PARTY}.items():
        statements = statements_of(client, path)
        assert statements, name
        seen |= {f"{name}: {table}": count for table, count in read(large, actor, statements).items() if count > MOST}
    assert not seen, f"{who}: rows read of a table of {ROWS:,}"


@pytest.mark.parametrize("who", ["sanne", "olga"])
def test_no_list_of_the_api_reads_a_whole_table(large: psycopg.Connection[Any], machine_of: Any, cast: Any, who: str) -> None:
    actor = getattr(cast, who)
    machine = machine_of(actor)
    seen = {}
    for path in API:
        seen |= {f"{path}: {table}": count for table, count in read(large, actor, statements_of(machine, path)).items() if count > MOST}
    assert not seen, f"{who}: rows read of a table of {ROWS:,}"


@pytest.mark.parametrize("who", ["sanne", "olga"])
def test_the_last_page_of_orders_costs_what_the_first_does(large: psycopg.Connection[Any], client_of: Any, cast: Any, who: str) -> None:
    from portiek.core.pages import _mark

    actor, client = getattr(cast, who), client_of(who)
    whose = ("party_id", actor.party_id) if actor.party_id else ("portal_id", actor.portal_id)
    row = large.execute(f"SELECT placed_at, id FROM orders_order WHERE {whose[0]} = %s ORDER BY placed_at, id OFFSET 30 LIMIT 1", [whose[1]]).fetchone()
    assert row is not None
    cursor = _mark({"placed_at": row[0], "id": row[1]}, ["placed_at", "id"])
    found = read(large, actor, statements_of(client, f"/orders/?after={quote(cursor)}"))
    assert 0 < found["orders_order"] <= 200, found


@pytest.mark.parametrize("code", ["gp-125-2600", "bb-1001", "8710000000012", "bestaat-niet"])
def test_a_code_is_found_without_reading_all_products(large: psycopg.Connection[Any], cast: Any, code: str) -> None:
    actor = cast.sanne
    with scope(actor), CaptureQueriesContext(connection) as captured:
        catalog.products_by_code(actor, [code])
    statements = [item["sql"] for item in captured if item["sql"].startswith("SELECT")]
    assert len(statements) in (2, 3)  # nothing found, nothing fetched
    found = read(large, actor, statements)
    assert max(found.values()) < 200, found


def test_the_check_itself_sees_a_whole_table_read(large: psycopg.Connection[Any], cast: Any) -> None:
    assert read(large, cast.olga, ["SELECT count(*) FROM orders_order WHERE reference = 'x'"])["orders_order"] >= ROWS
