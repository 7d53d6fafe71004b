"""What somebody does to the log who holds the whole database: each change, removal, addition and move is found."""

import psycopg
import pytest

from portiek.config.testing import collected_jobs, other_database
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.audit.tests.test_audit import happened
from portiek.foundation.audit.tests.test_chain import check, link

pytestmark = pytest.mark.no_database
TABLES = ("core_fact", "audit_link", "audit_chain")


@pytest.fixture(scope="module")
def kept():
    """A committed database with a chain, and a copy of its rows to put back after each attack."""
    with other_database("audit_chain") as url, collected_jobs(), psycopg.connect(url, autocommit=True) as owner:
        cast = Cast()
        link(cast.system)
        facts = [happened(cast.sanne, f"nr {number}").pk for number in range(5)]
        link(cast.system)
        owner.execute("SET session_replication_role = replica")
        owner.execute("CREATE SCHEMA kept")
        for table in TABLES:
            owner.execute(f"CREATE TABLE kept.{table} AS SELECT * FROM {table}")
        yield cast.system, cast.sanne.party_id, facts, owner


@pytest.fixture
def attack(kept):
    """The portal, a party, the numbers of five facts, and a function that does something as who holds the whole database."""
    system, party, facts, owner = kept
    yield system, party, facts, owner.execute
    for table in TABLES:
        owner.execute(f"DELETE FROM {table}")
        owner.execute(f"INSERT INTO {table} SELECT * FROM kept.{table}")
    assert check(system).problem == ""


TAMPERING = {
    "text": ("UPDATE core_fact SET text = 'nr 9' WHERE id = %(second)s", "words"),
    "name of who did it": ("UPDATE core_fact SET user_name = 'Iemand Anders' WHERE id = %(second)s", "words"),
    "what changed": ("UPDATE core_fact SET changes = '{\"role\": [\"a\", \"b\"]}' WHERE id = %(second)s", "words"),
    "payload": ("UPDATE core_fact SET payload = '{\"address_id\": 2}' WHERE id = %(second)s", "fact"),
    "moment": ("UPDATE core_fact SET at = at - interval '1 second' WHERE id = %(second)s", "fact"),
    "who": ("UPDATE core_fact SET user_id = user_id + 1 WHERE id = %(second)s", "fact"),
    "party": ("UPDATE core_fact SET party_id = NULL WHERE id = %(second)s", "fact"),
    "kind": ("UPDATE core_fact SET kind = 'system' WHERE id = %(second)s", "fact"),
    "key": ("UPDATE core_fact SET api_key_id = 5 WHERE id = %(second)s", "fact"),
    "fact removed": ("DELETE FROM core_fact WHERE id = %(second)s", "removed"),
    "place removed": ("DELETE FROM audit_link WHERE fact_id = %(second)s", "removed"),
    "fact and place removed": ("WITH a AS (DELETE FROM core_fact WHERE id = %(second)s) DELETE FROM audit_link WHERE fact_id = %(second)s", "removed"),
    "last removed": ("WITH a AS (DELETE FROM core_fact WHERE id = %(last)s) DELETE FROM audit_link WHERE fact_id = %(last)s", "removed"),
    "place of nothing": ("UPDATE audit_link SET fact_id = fact_id + 1000000 WHERE fact_id = %(second)s", "removed"),
    "words gone, as if erased": ("WITH a AS (UPDATE core_fact SET text = '', changes = '{}' WHERE id = %(second)s) UPDATE audit_link SET what_salt = NULL WHERE fact_id = %(second)s", "words"),
    "digest made to fit": ("UPDATE audit_link SET digest = sha256('x') WHERE fact_id = %(second)s", "fact"),
    "end made to fit": ("UPDATE audit_chain SET digest = sha256('x')", "removed"),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_what_the_owner_does_to_a_row_is_found(attack, what):
    system, _party, facts, run = attack
    statement, problem = TAMPERING[what]
    place = run("SELECT position FROM audit_link WHERE fact_id = %s", [facts[1]]).fetchone()[0]
    run(statement % {"second": facts[1], "third": facts[2], "last": facts[4]} if "%(" in statement else statement)
    found = check(system)
    assert found.problem == problem
    if "second" in statement:
        assert found.position == place


def test_two_rows_that_change_places_are_found(attack):
    system, _party, facts, run = attack
    second, third = (run("SELECT id, position FROM audit_link WHERE fact_id = %s", [fact]).fetchone() for fact in facts[1:3])
    for key, position in ((second[0], 10**9), (third[0], second[1]), (second[0], third[1])):
        run("UPDATE audit_link SET position = %s WHERE id = %s", [position, key])
    assert check(system).problem == "removed"


INSERT = """INSERT INTO core_fact (portal_id, party_id, name, payload, subject, text, changes, user_id, user_name, by_user_id, by_name, mandate_id, kind, at)
 VALUES (%s, %s, 'orders.order.approved', '{}', '', 'planted', '{}', 1, 'Olga', 0, '', 0, 'staff', now() - %s * interval '1 hour')"""


def test_a_row_put_in_afterwards_is_found(attack):
    """With a moment in the past: it would have had its place long ago, had it been there."""
    system, party, _facts, run = attack
    run(INSERT, [system.portal_id, party, 0])
    link(system)
    assert check(system).problem == "", "what happens now can always be added"
    run(INSERT, [system.portal_id, party, 48])
    link(system)
    assert check(system).problem == "inserted"


def test_a_row_put_in_below_without_a_place_is_found(attack):
    system, party, facts, run = attack
    run(INSERT, [system.portal_id, party, 48])
    run("UPDATE core_fact SET id = (SELECT min(id) - 1 FROM core_fact) WHERE text = 'planted'")
    run("UPDATE audit_chain SET floor = %s", [facts[0]])
    assert check(system).problem == "inserted"


