"""The scope: nothing without it, nothing beyond it, nothing forged."""

from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

from portiek.core.actor import Actor
from portiek.core.db import NoScope, scope
from portiek.core.db.scope import token
from portiek.foundation.parties.models import Party


def test_a_query_without_a_scope_is_an_error():
    with pytest.raises(Exception, match=r"permission denied|scope"):
        list(Party.objects.all())


def test_a_party_sees_itself_and_staff_see_their_portal(cast):
    with scope(cast.sanne):
        assert [party.name for party in Party.objects.all()] == ["Bouwbedrijf Bakker B.V."]
    with scope(cast.peter):
        assert Party.objects.count() == 4
    with scope(cast.otto):
        assert [party.name for party in Party.objects.all()] == ["Installatiebedrijf Peeters"]


@pytest.mark.parametrize("forge", ["SELECT set_config('portiek.ctx', '1.1.staff.1.9999999999.00', true)", "SET LOCAL portiek.ctx = '1.1.staff.1.9999999999.00'"])
def test_sql_cannot_forge_a_scope(cast, forge):
    with pytest.raises(Exception, match=r"permission denied|invalid scope"), scope(cast.sanne), connection.cursor() as cursor:
        cursor.execute(forge)
        cursor.execute("SELECT count(*) FROM parties_party")


def test_a_scope_of_another_connection_or_time_is_refused(cast):
    with scope(cast.sanne):
        raw = connection.connection
        for made in (token(raw, 1, 1, "p_party", 1, valid=-1), token(raw, 1, 1, "p_party", 1).replace(b".party.", b".staff.")):
            raw.execute("SAVEPOINT s")
            raw.pgconn.exec_(made)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                raw.execute("SELECT count(*) FROM parties_party")
            raw.execute("ROLLBACK TO s")


def test_a_scope_made_on_another_connection_is_refused(cast):
    """What one connection's process signed is worth nothing on another: a token that leaks cannot be carried over."""
    from portiek.config.environment import environment

    with scope(cast.sanne):
        mine = token(connection.connection, cast.sanne.portal_id, cast.sanne.party_id, "p_party", cast.sanne.user_id)
        name = connection.connection.info.dbname
    with psycopg.connect(urlsplit(environment().dsn("p_app"))._replace(path=f"/{name}").geturl()) as other:
        other.execute("SELECT 1")  # begins
        other.pgconn.exec_(mine)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="invalid scope"):
            other.execute("SELECT count(*) FROM parties_party")
        other.rollback()
        other.execute("SELECT 1")
        other.pgconn.exec_(token(other, cast.sanne.portal_id, cast.sanne.party_id, "p_party", cast.sanne.user_id))
        assert other.execute("SELECT count(*) FROM parties_party").fetchone() == (1,)
        other.rollback()


@pytest.mark.parametrize("place", range(6), ids=["portal", "party", "role", "user", "until", "signature"])
def test_a_scope_with_one_part_changed_is_refused(cast, place):
    """Each part is signed: portal, party, kind, user, the end of its time; and the signature itself counts to its last sign."""
    with scope(cast.sanne):
        raw = connection.connection
        parts = token(raw, cast.sanne.portal_id, cast.sanne.party_id, "p_party", cast.sanne.user_id).decode().split("'")[1].split(".")
        raw.execute("SAVEPOINT s")
        raw.pgconn.exec_(f"SET LOCAL portiek.ctx = '{'.'.join(parts)}'".encode())
        assert raw.execute("SELECT count(*) FROM parties_party").fetchone() == (1,)
        changed = parts[place][:-1] + ("0" if parts[place][-1] != "0" else "1") if place == 5 else {2: "staff"}.get(place) or str(int(parts[place]) + 1)
        raw.pgconn.exec_(f"SET LOCAL portiek.ctx = '{'.'.join([*parts[:place], changed, *parts[place + 1 :]])}'".encode())
        # As the role that the changed text names: a party's role would be refused for the kind alone.
        raw.pgconn.exec_(b"SET LOCAL ROLE p_staff" if place == 2 else b"SET LOCAL ROLE p_party")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="invalid scope"):
            raw.execute("SELECT count(*) FROM parties_party")
        raw.execute("ROLLBACK TO s")


@pytest.mark.no_database
def test_nothing_of_a_scope_is_left_on_its_connection(cast):
    """After the end, by commit or by an error, the connection that the next request gets has no scope and the role that may read nothing."""
    sanne = cast.sanne

    def left() -> tuple[str, str]:
        raw = connection.connection
        found = raw.execute("SELECT coalesce(current_setting('portiek.ctx', true), ''), current_user").fetchone()
        raw.rollback()
        return found

    with scope(sanne):
        list(Party.objects.all())
        process = connection.connection.info.backend_pid
    assert connection.connection.info.backend_pid == process
    assert left() == ("", "p_app")
    with pytest.raises(RuntimeError), scope(sanne):
        list(Party.objects.all())
        raise RuntimeError
    assert left() == ("", "p_app")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.connection.execute("SELECT count(*) FROM parties_party")
    connection.connection.rollback()
    connection.close()


def test_no_scope_of_a_party_without_a_party():
    with pytest.raises(NoScope), scope(Actor(portal_id=1, kind="party")):
        pass


def test_a_read_only_scope_refuses_writes(cast):
    with pytest.raises(Exception, match="read-only"), scope(cast.peter, read_only=True):
        Party.objects.filter(number="10042").update(name="x")
