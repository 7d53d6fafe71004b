"""What changed since the last visit: to whom, of what, and what counts as a visit."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.edges.pages import rules
from portiek.edges.pages.models import Presence
from portiek.foundation.accounts.models import Membership, Role
from portiek.settlement.invoicing.facts import InvoiceIssued, InvoicePaid
from portiek.trade.orders.facts import OrderConfirmed, OrderShipped, OrderSubmitted
from portiek.trade.orders.models import Order

# Far ahead: what was signed before the time of the database is refused. 2037 has the days of 2026.
MONDAY = datetime(2037, 11, 23, 9, 30, tzinfo=UTC)  # 10:30 in Amsterdam
TITLE = "Sinds uw vorige bezoek"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MONDAY, tick=False) as found:
        yield found


@action(None)
def _happen(actor: Actor, *, facts):
    for fact, party_id, subject, text in facts:
        record(actor, fact, party_id=party_id, subject=subject, text=text)


def happens(actor: Actor, *facts):
    with scope(actor):
        _happen(actor, facts=facts)


def confirmed(person: Actor, key=7, number="B-4711"):
    return OrderConfirmed(order_id=key), person.party_id, ref("orders.order", key), number


def home(client) -> str:
    return client.get("/").content.decode()


def test_what_others_did_while_one_was_away_and_only_until_the_next_visit(cast, client_of, clock):
    client = client_of("sanne")
    assert TITLE not in home(client)
    clock.shift(timedelta(minutes=5))
    happens(cast.system, confirmed(cast.sanne))
    assert TITLE not in home(client)  # she is still here
    clock.shift(timedelta(days=3))
    happens(cast.system, (InvoiceIssued(invoice_id=3), cast.sanne.party_id, ref("invoicing.invoice", 3), "F-3"), (InvoiceIssued(invoice_id=4), cast.sanne.party_id, ref("invoicing.invoice", 4), "F-4"))
    for _again in range(2):  # looking once more changes nothing
        page = home(client)
        assert TITLE in page and 'href="/orders/B-4711/">Order B-4711 is bevestigd</a>' in page and 'href="/invoices/">2 facturen zijn binnengekomen</a>' in page and "F-4, F-3" in page
        clock.shift(timedelta(hours=3))
    clock.shift(timedelta(hours=5))
    assert TITLE not in home(client)  # all that was in the visit before


def test_a_thing_is_said_once_by_the_last_that_happened_to_it(cast, client_of, clock):
    client = client_of("sanne")
    home(client)
    clock.shift(timedelta(days=1))
    happens(cast.system, confirmed(cast.sanne), (OrderShipped(order_id=7, shipment_id=1), cast.sanne.party_id, ref("orders.order", 7), "B-4711"))
    page = home(client)
    assert "Order B-4711 is onderweg" in page and "Order B-4711 is bevestigd" not in page


def test_nothing_of_another_company_or_of_oneself(cast, client_of, clock):
    clients = {who: client_of(who) for who in ("sanne", "dirk", "nadia2", "youssef")}
    for client in clients.values():
        home(client)
    clock.shift(timedelta(days=1))
    happens(cast.sanne, (OrderSubmitted(order_id=7), cast.sanne.party_id, ref("orders.order", 7), "B-4711"))
    assert all("B-4711" not in home(clients[who]) for who in ("sanne", "dirk", "nadia2"))


def test_only_as_far_as_rights_reach(cast, client_of, clock):
    """Who sees his own orders alone hears of those; who lacks the right to invoices hears of none."""
    with scope(cast.system):
        role = Role.objects.create(portal_id=cast.youssef.portal_id, name="Eigen", audience="party", rights=["order.view.own"], owner_id=cast.youssef.party_id)
        Membership.objects.filter(user_id=cast.youssef.user_id, party_id=cast.youssef.party_id).update(role=role)
        own = Order.objects.filter(party_id=cast.youssef.party_id, user_id=cast.youssef.user_id).first()
        others = Order.objects.filter(party_id=cast.youssef.party_id).exclude(user_id=cast.youssef.user_id).first()
        assert own and others
    client = client_of("youssef")
    home(client)
    clock.shift(timedelta(days=1))
    happens(cast.system, confirmed(cast.youssef, own.pk, own.number), confirmed(cast.youssef, others.pk, others.number), (InvoicePaid(invoice_id=3), cast.youssef.party_id, ref("invoicing.invoice", 3), "F-3"))
    page = home(client)
    assert f"Order {own.number} is bevestigd" in page and f"Order {others.number} is bevestigd" not in page and "F-3" not in page


def test_staff_hear_of_their_own_customers_first_and_not_of_colleagues_work(cast, client_of, clock):
    client = client_of("peter")
    home(client)
    clock.shift(timedelta(days=1))
    happens(cast.system, confirmed(cast.mark, 8, "B-8"), confirmed(cast.sanne, 7, "B-7"))  # nobody looks after Mark's
    happens(cast.olga, (InvoicePaid(invoice_id=3), cast.dirk.party_id, ref("invoicing.invoice", 3), "F-3"))
    page = home(client)
    assert page.index("Order B-7 is bevestigd") < page.index("Uw klanten") < page.index("Order B-8 is bevestigd") and "F-3" not in page
    other = client_of("otto")
    home(other)
    clock.shift(timedelta(days=1))
    happens(cast.system, confirmed(cast.dirk, 9, "B-9"))
    assert "B-9" not in home(other)


def test_each_company_of_a_person_has_its_own_visits(cast, client_of, clock):
    bakker, devries = client_of("karin", "bakker"), client_of("karin", "devries")
    home(bakker)
    clock.shift(timedelta(days=1))
    happens(cast.system, confirmed(cast.dirk, 8, "B-8"), confirmed(cast.sanne, 7, "B-7"))
    assert "B-7" in home(bakker) and "B-8" not in home(bakker)
    assert TITLE not in home(devries)  # there she was never


def test_nobody_reads_when_a_colleague_looked(cast, client_of):
    home(client_of("sanne"))
    for actor in (cast.youssef, cast.dirk):
        with scope(actor):
            assert not Presence.objects.exists()
    with scope(cast.youssef), pytest.raises(ProgrammingError), transaction.atomic():
        Presence.objects.create(portal_id=cast.sanne.portal_id, party_id=cast.sanne.party_id, user_id=cast.sanne.user_id, seen_at=MONDAY)


def test_a_visit_is_kept_now_and_then_and_the_block_costs_two_statements(cast, client_of, clock):
    client = client_of("sanne")
    home(client)

    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as found:
            home(client)
        return [query["sql"] for query in found]

    clock.shift(timedelta(minutes=10))
    assert not [sql for sql in asked() if sql.startswith(("INSERT", "UPDATE"))]
    clock.shift(timedelta(days=1))
    happens(cast.system, *(confirmed(cast.sanne, key, f"B-{key}") for key in range(30)))
    home(client)
    told = [sql for sql in asked() if "pages_presence" in sql or "core_fact" in sql]
    assert len(told) == 2 and "LIMIT 500" in told[1]


@pytest.mark.parametrize(("hours", "another"), [(0, False), (3.9, False), (4.1, True), (100, True)])
def test_a_pause(hours, another):
    assert rules.is_another_visit(MONDAY, MONDAY + timedelta(hours=hours)) is another
