"""At a hundred thousand invoices each list and the balance read an index, as party and as staff."""

from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone

from portiek.config.testing import copy_database
from portiek.core.actor import Actor
from portiek.core.db.scope import token
from portiek.settlement.invoicing import queries

FILL = """
INSERT INTO invoicing_invoice
 (portal_id, party_id, external_id, number, state, is_credit, invoice_date, due_date, currency, reference, net, tax, gross, open_amount)
SELECT %s, %s, 'big:' || n, 'Z-' || n, CASE WHEN n %% 20 = 0 THEN 'open' ELSE 'paid' END, false,
 current_date - (n / 60)::int, current_date - (n / 60)::int + 30, 'EUR', '', 100, 21, 121,
 CASE WHEN n %% 20 = 0 THEN 121 ELSE 0 END FROM generate_series(1, 100000) n"""


pytestmark = [pytest.mark.slow, pytest.mark.no_database]


@pytest.fixture(scope="module")
def big():
    """A database of its own, filled, committed and analysed: the planner knows what it would know in a real one."""
    with psycopg.connect(copy_database("portiek_plans"), autocommit=True) as raw:
        portal, party = raw.execute("SELECT portal_id, id FROM parties_party WHERE number = '10042'").fetchone()
        # The test server commits without waiting; a vacuum marks a page as visible to all only once its rows' commit is on disk.
        raw.execute("SET synchronous_commit = on")
        raw.execute(FILL, [portal, party])
        raw.execute("VACUUM ANALYZE invoicing_invoice")
        yield raw, Actor(portal_id=portal, kind="party", party_id=party, user_id=1), Actor(portal_id=portal, kind="staff", user_id=1)


def as_role(raw, actor, sql, values):
    raw.pgconn.exec_(token(raw, actor.portal_id, actor.party_id or 0, "p_party" if actor.party_id else "p_staff", actor.user_id))
    return raw.execute(sql, values).fetchall()


@pytest.mark.parametrize("who", [1, 2], ids=["party", "staff"])
def test_no_list_reads_a_whole_table(big, who):
    raw, actor, today = big[0], big[who], timezone.localdate()
    base = queries.scoped(actor)
    is_open = base.exclude(open_amount=0).order_by("due_date", "id")
    lists = {
        "all": base.order_by("-invoice_date", "-id"),
        "paid": base.filter(open_amount=0).order_by("-invoice_date", "-id"),
        "open": is_open,
        "overdue": is_open.filter(open_amount__gt=0, due_date__lt=today),
        "deep": base.filter(invoice_date__lte=today - timedelta(days=1500)).order_by("-invoice_date", "-id"),
    }
    for name, found in lists.items():
        sql, values = found[:26].query.sql_with_params()
        with raw.transaction():
            text = "\n".join(row[0] for row in as_role(raw, actor, f"EXPLAIN {sql}", values))
        assert "Seq Scan on invoicing_invoice" not in text and "Sort" not in text, f"{name}: {text}"


@pytest.mark.parametrize("who", [1, 2], ids=["party", "staff"])
def test_the_balance_comes_from_the_index_alone(big, who):
    raw, actor, today = big[0], big[who], timezone.localdate()
    named = {
        "today": today,
        "soon": today,
        "party": actor.party_id or 0,
        "portal": actor.portal_id,
        **{f"d{days}": today - timedelta(days=days) for days in (30, 60, 90)},
    }
    sql = queries._BALANCE.format(whose="party_id = %(party)s" if actor.party_id else "portal_id = %(portal)s")
    with raw.transaction():
        text = "\n".join(row[0] for row in as_role(raw, actor, f"EXPLAIN {sql}", named))
    assert "Index Only Scan using invoice_" in text, text
    with raw.transaction():
        # Once before: the first call of a connection reads the catalogue of the database as well, some two hundred pages.
        as_role(raw, actor, sql, named)
        lines = [row[0] for row in as_role(raw, actor, f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) {sql}", named)]
    pages = sum(int(part.split("=")[1]) for part in lines[1].split() if "=" in part)
    # Pages and not milliseconds, which say more of the machine: 5,000 open ones of 100,000 fit in some seventy, the table has over two thousand.
    assert 0 < pages < 200, "\n".join(lines)
