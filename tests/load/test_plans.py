"""The lists at 100,000 rows, as party and as staff: no page reads more than a few rows of any table, whatever is asked of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import copy_database
from portiek.core.db import scope
from portiek.core.db.scope import token
from portiek.trade.catalog import queries as catalog
from portiek.trade.orders.actions.purchases import KEEP
from portiek.trade.orders.queries.budgets import ordered
from portiek.trade.pricing.queries.resolving import AGREED, LISTED
from portiek.trade.quotes.models import Quote, QuoteSearch
from tests.load.data import Size, fill, insert

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
    "quotes": "/quotes/",
    "quotes, our turn": "/quotes/?state=ours",
    "quotes, the customer's turn": "/quotes/?state=theirs",
    "quotes, ordered": "/quotes/?state=ordered",
    "quotes, ended": "/quotes/?state=ended",
    "quotes, mine": "/quotes/?mine=1",
    "quotes, common word": "/quotes/?q=project",
    "quotes, rare word": "/quotes/?q=ld70",
    "quotes, absent word": "/quotes/?q=bestaatniet",
    "quotes, a common and a rare word": "/quotes/?q=project+ld700",
    "bought before": "/orders/bought/",
    "bought before, common word": "/orders/bought/?q=standaard",
    "bought before, rare word": "/orders/bought/?q=bolognese",
    "invoices": "/invoices/",
    "invoices, open": "/invoices/?show=open",
    "invoices, paid": "/invoices/?show=paid",
    "payments": "/invoices/payments/",
    "catalogue": "/catalog/",
    "catalogue, common word": "/catalog/?q=standaard",
    "catalogue, rare word": "/catalog/?q=bolognese",
    "catalogue, absent word": "/catalog/?q=bestaatniet",
    "catalogue, a typing mistake": "/catalog/?q=gipspaat+standaard",
    "catalogue, narrowed": "/catalog/?is=dikte~12.5&stock=1",
    "catalogue, common word, narrowed": "/catalog/?q=standaard&is=dikte~12.5&stock=1",
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
OF_A_PARTY = (
    "bought before",
    "bought before, common word",
    "bought before, rare word",
    "addresses",
    "addresses, rare word",
    "choose an address",
    "choose an address, rare word",
    "cart",
    "colleagues",
    "colleagues, rare word",
    "roles",
    "choose a role",
)
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
STAFF = {
    "parties": "/parties/",
    "bought by a party": "/orders/bought/10042/",
    "sent mail": "/notifications/mails/",
    "addresses of a party": "/parties/10042/addresses/",
    "addresses of a party, rare word": "/parties/10042/addresses/?q=laan+9999",
}


@pytest.fixture(scope="module")
def large() -> Iterator[psycopg.Connection[Any]]:
    """Make a copy of the test database with 100,000 orders in it: the same people, so the same statements hold."""
    name = f"portiek_plans_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    url = copy_database(name)
    with psycopg.connect(url, autocommit=True) as owner:
        fill(owner, Size(ROWS, 20_000, 100_000, 10_000), products=False)
        fill_products_by_rows(owner)
        fill_purchases(owner)
        fill_quotes(owner)
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
    owner.execute("""INSERT INTO pricing_pricelistline (portal_id, price_list_id, product_id, min_quantity, price) SELECT l.portal_id, l.id, p.id, 1, p.list_price * 0.9
        FROM pricing_pricelist l JOIN catalog_product p ON p.portal_id = l.portal_id AND p.sku LIKE 'LD-%'""")
    owner.execute("INSERT INTO catalog_stock (portal_id, product_id, external_id, warehouse, available, as_of) SELECT portal_id, id, sku, 'ZW', 5, now() FROM catalog_product WHERE sku LIKE 'LD-%'")
    owner.execute("SET session_replication_role = origin")
    owner.execute("VACUUM ANALYZE")


def fill_purchases(owner: psycopg.Connection[Any]) -> None:
    """Say of what product each line is, and keep what was bought last: three thousand products of every party."""
    owner.execute(
        "UPDATE orders_order_line l SET product_id = p.id FROM catalog_product p WHERE l.product_id IS NULL AND p.portal_id = l.portal_id AND p.sku = 'LD-' || 1 + (l.order_id * 7 + l.position) % 3000"
    )
    for (portal,) in owner.execute("SELECT id FROM parties_portal").fetchall():
        owner.execute(KEEP.format(which="true"), [portal])
    owner.execute("VACUUM ANALYZE orders_purchase, orders_order_line")


def fill_quotes(owner: psycopg.Connection[Any]) -> None:
    """Add a quote for each order, in all states, of one line; what the search reads of them too."""
    owner.execute("SET session_replication_role = replica")
    insert(owner, Quote, "FROM orders_order o WHERE o.number LIKE 'L-%'", portal_id="o.portal_id", party_id="o.party_id", number="'OF-' || o.id", submit_key="'OF-' || o.id", user_id="o.user_id", user_name="o.user_name",
           status="(ARRAY['ordered','declined','expired','withdrawn','ordered','ordered','offered','requested','expired','needs_info'])[1 + o.id % 10]", owner_id="CASE WHEN o.id % 9 = 0 THEN (SELECT min(id) FROM accounts_user WHERE email = 'olga.smit@vandijk.example') END",
           reference="o.reference", currency="'EUR'", net="o.net", search="'of ' || o.id || ' of' || o.id || ' ' || o.search", requested_at="o.placed_at", changed_at="o.placed_at")  # fmt: skip
    insert(owner, QuoteSearch, "FROM quotes_quote q WHERE q.search LIKE 'of %'", portal_id="q.portal_id", party_id="q.party_id", quote_id="q.id", requested_at="q.requested_at", words="array_to_tsvector(string_to_array(q.search, ' '))")
    owner.execute("SET session_replication_role = origin")
    owner.execute("VACUUM ANALYZE quotes_quote, quotes_search")


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


@pytest.mark.parametrize("who", ["sanne", "olga"])
def test_own_prices_are_planned_once_a_connection_and_read_their_own_lines(large: psycopg.Connection[Any], cast: Any, who: str) -> None:
    actor, party, day = getattr(cast, who), cast.sanne.party_id, timezone.localdate()
    products = [key for (key,) in large.execute("SELECT id FROM catalog_product WHERE sku LIKE 'LD-%%' AND portal_id = %s ORDER BY popularity LIMIT 50", [actor.portal_id]).fetchall()]
    about = {"portal": actor.portal_id, "party": party, "unit": None, "products": products, "groups": ["GIPS", "HOUT"], "day": day}
    statements = [psycopg.ClientCursor(large).mogrify(statement, about) for statement in (LISTED, AGREED)]
    read(large, actor, statements)  # what planning itself reads
    found = read(large, actor, statements)
    assert 50 <= found.pop("pricing_pricelistline") <= 400 and max(found.values()) < 400, found
    # A plan of its own for these values would be gone by now; these are kept.
    kept = [ident for (ident,) in large.execute("SELECT ident FROM pg_backend_memory_contexts WHERE name = 'CachedPlan' AND ident ~ '^WITH (RECURSIVE chain.id, depth|at AS)'").fetchall()]
    assert len(kept) == 2, kept


@pytest.mark.parametrize(("who", "days"), [("sanne", 31), ("sanne", 366), ("olga", 366)])
def test_what_budgets_sum_is_read_from_an_index_alone(large: psycopg.Connection[Any], cast: Any, who: str, days: int) -> None:
    actor, party = getattr(cast, who), cast.sanne.party_id
    with scope(actor), CaptureQueriesContext(connection) as captured:
        ordered(actor, party or 0, timezone.localdate() - timedelta(days=days))
    statements = [item["sql"] for item in captured if item["sql"].startswith("SELECT")]
    assert len(statements) == 1
    assert read(large, actor, statements).get("orders_order", 0) <= 20  # of five thousand: the last page may hold what vacuum could not yet call seen by all


def test_the_check_itself_sees_a_whole_table_read(large: psycopg.Connection[Any], cast: Any) -> None:
    assert read(large, cast.olga, ["SELECT count(*) FROM orders_order WHERE reference = 'x'"])["orders_order"] >= ROWS
