"""The scope: nothing without it, nothing beyond it, nothing forged."""

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


def test_no_scope_of_a_party_without_a_party():
    with pytest.raises(NoScope), scope(Actor(portal_id=1, kind="party")):
        pass


def test_a_read_only_scope_refuses_writes(cast):
    with pytest.raises(Exception, match="read-only"), scope(cast.peter, read_only=True):
        Party.objects.filter(number="10042").update(name="x")
