"""From an order in the portal to an order in the ERP: once, and never lost."""

from __future__ import annotations

import dataclasses

import pytest

from portiek.core.db import scope
from portiek.edges.connectors import contract, effects
from portiek.edges.connectors.kinds import STUCK
from portiek.edges.connectors.models import Command, Connection
from portiek.foundation.fields import actions as fields
from portiek.foundation.tasks.models import Task
from portiek.trade.orders.fields import ORDER
from portiek.trade.orders.models import Order


def test_an_order_arrives_and_is_acknowledged(world, as_sent):
    order = as_sent(lines=3)
    command = world.command(order)
    assert (command.state, command.key) == ("queued", order.number)
    assert world.fresh(order).sync == "queued"
    ran = world.run()
    assert ran.tried == 1 and not ran.errors
    command, order = world.fresh(command), world.fresh(order)
    assert command.state == "acknowledged" and command.number.startswith("VO")
    assert (order.sync, order.erp_number, order.external_id) == ("acknowledged", command.number, command.external_id)
    assert order.status == Order.Status.TRANSMITTED
    assert world.store.count("order") == 1


def test_its_life_in_the_erp_comes_back(world, as_sent):
    order = as_sent(lines=2)
    world.run()
    world.later(seconds=70)
    world.run()
    assert world.fresh(order).status == Order.Status.CONFIRMED
    world.later(hours=4)
    ran = world.run()
    assert not ran.errors
    assert world.fresh(order).status == Order.Status.COMPLETED
    assert world.fresh(order).delivery in ("shipped", "delivered")


def test_the_echo_of_our_own_write_changes_nothing(world, as_sent):
    as_sent()
    world.run()
    ran = world.run()
    assert ran.feeds["order"] == (0, 0) or ran.feeds["order"][1] == 0


@pytest.mark.parametrize(
    ("switch", "seconds"), [({"after": 1}, 3), ({"before": 1}, 3), ({"late": 30.0}, 40), ({"after": 3}, 3), ({"raises": 2}, 3), ({"down": True}, 0)]
)
def test_whatever_happens_an_order_is_there_once(world, as_sent, switch, seconds):
    order = as_sent()
    world.store.set_faults(**switch)
    world.run()
    command = world.command(order)
    assert command.state == "failed"
    # Where it was booked the feed saw it before the answer came.
    assert world.fresh(order).sync == ("acknowledged" if "after" in switch else "failed")
    if "down" in switch:
        world.store.set_faults()
    for _ in range(4):
        world.later(seconds=seconds)
        world.run()
    assert world.fresh(command).state == "acknowledged"
    assert world.store.count("order") == 1
    assert world.fresh(order).sync == "acknowledged"


def test_after_a_time_out_nobody_looks_before_the_erp_can_be_done(world, as_sent):
    order = as_sent()
    world.store.set_faults(after=1)
    world.run()
    command = world.command(order)
    assert command.maybe_done and command.code == "unsure"
    assert (command.next_try_at - command.created_at).total_seconds() >= 2


@pytest.mark.parametrize(("switch", "code"), [({"reject": "Debiteur geblokkeerd"}, "rejected"), ({"warns": "Marge te laag, toch bevestigen?"}, "decision")])
def test_a_no_of_the_erp_goes_to_a_person_in_its_words(world, as_sent, switch, code, cast):
    from portiek.foundation.tasks import queries as tasks

    order = as_sent()
    world.store.set_faults(**switch)
    world.run()
    command = world.command(order)
    assert (command.state, command.code, command.text) == ("needs_human", code, next(iter(switch.values())))
    assert world.fresh(order).sync == "needs_human"
    with scope(cast.olga):
        assert any(order.number in str(task.title) for task in tasks.waiting(cast.olga))
    assert world.run().tried == 0


def test_one_stuck_order_does_not_hold_up_the_others(world, as_sent):
    first = as_sent("VD-T-1")
    world.store.set_faults(reject="nee")
    world.run()
    world.store.set_faults()
    second = as_sent("VD-T-2", party="10077")
    world.run()
    assert world.command(first).state == "needs_human"
    assert world.command(second).state == "acknowledged"
    with scope(world.actor):
        assert [task.about_id for task in Task.objects.open().filter(kind=STUCK)] == [first.party_id]  # who looks after them hears first


def test_what_breaks_the_connector_is_parked_after_five_times(world, as_sent):
    order, other = as_sent("VD-T-1"), as_sent("VD-T-2")
    world.store.set_faults(raises=5)
    for _ in range(6):
        with scope(world.actor):
            Command.objects.filter(key="VD-T-2").update(taken_until="2099-01-01T00:00:00Z")
        world.run()
    parked = world.command(order)
    assert (parked.state, parked.code, parked.faults) == ("needs_human", "poison", 5)
    with scope(world.actor):
        Command.objects.filter(key="VD-T-2").update(taken_until=None)
    world.run()
    assert world.command(other).state == "acknowledged"


def test_a_week_end_without_erp_gives_up_on_no_order(world, as_sent):
    order = as_sent()
    world.store.set_faults(down=True)
    for _ in range(30):
        world.run()
    command = world.command(order)
    assert command.state == "failed" and command.tries == 0
    connection = world.fresh(world.connection)
    assert connection.down_since and connection.probe_at
    world.store.set_faults()
    world.run()
    assert world.command(order).state == "acknowledged"
    assert world.fresh(world.connection).down_since is None


def test_when_it_is_down_only_the_probe_goes_out(world, as_sent):
    from portiek.edges.connectors import engine

    as_sent()
    world.store.set_faults(down=True)
    for _ in range(3):
        world.run()
    assert world.fresh(world.connection).down_since
    with scope(world.actor):
        Command.objects.update(next_try_at=world.connection.created_at)
    assert engine.push(world.actor, world.connection.pk) == 0


def test_a_paused_connection_sends_nothing(world, as_sent, cast):
    from portiek.edges.connectors import actions, engine

    order = as_sent()
    with scope(cast.olga):
        actions.pause(cast.olga, connection=world.connection, reason="Onderhoud")
    assert world.run().tried == 0
    assert engine.push(world.actor, world.connection.pk) == 0
    with scope(cast.olga):
        actions.resume(cast.olga, connection=world.connection)
    world.run()
    assert world.command(order).state == "acknowledged"


def test_a_product_the_erp_does_not_know_waits_for_a_person_and_is_made_anew(world, as_sent, cast):
    from portiek.config.testing import run_jobs
    from portiek.edges.connectors import actions
    from portiek.trade.catalog.models import Product

    with scope(world.actor):
        first = Product.objects.filter(list_price__gt=0).order_by("pk").first()
        known = first.external_id
        Product.objects.filter(pk=first.pk).update(external_id=None)
    order = as_sent()
    command = world.command(order)
    assert (command.state, command.code) == ("needs_human", "unmapped") and first.sku in command.text
    with scope(world.actor):
        Product.objects.filter(pk=first.pk).update(external_id=known)
    with scope(cast.olga):
        actions.retry_command(cast.olga, command=command)
    run_jobs()
    world.run()
    assert world.command(order).state == "acknowledged"


def test_a_cancelled_command_cancels_the_order_with_the_reason(world, as_sent, cast):
    from portiek.config.testing import run_jobs
    from portiek.edges.connectors import actions

    order = as_sent()
    world.store.set_faults(reject="nee")
    world.run()
    with scope(cast.olga):
        actions.cancel_command(cast.olga, command=world.command(order), reason="Dubbel besteld")
    run_jobs()
    assert world.command(order).state == "cancelled"
    order = world.fresh(order)
    assert order.status == Order.Status.CANCELLED and order.reason == "Dubbel besteld"


def test_another_worker_does_not_write_at_the_same_time(world, as_sent):
    from portiek.edges.connectors import actions

    order = as_sent()
    with scope(world.actor):
        assert actions.take_writer(world.actor, connection=world.connection, token="other", seconds=60)
    assert world.run().tried == 0
    with scope(world.actor):
        actions.release_writer(world.actor, connection=world.connection, token="other")
    world.run()
    assert world.command(order).state == "acknowledged"


def test_what_a_dead_worker_left_is_looked_for_first(world, as_sent):
    from portiek.edges.connectors import actions
    from portiek.edges.connectors.contract import Command as Asked

    order = as_sent()
    with scope(world.actor):
        taken = actions.take_command(world.actor, connection=world.connection, token="dead", seconds=-1)
    # It had booked the order when it died.
    from portiek.edges.connectors import vendors

    vendors.made("demo", None, portal="vandijk").push(Asked("create_order", taken.key, taken.aggregate, payload=taken.payload))
    world.run()
    assert world.command(order).state == "acknowledged"
    assert world.store.count("order") == 1


def test_shipments_invoices_their_paper_and_payments_come_in(world, as_sent):
    from portiek.settlement.invoicing.models import Invoice, Payment
    from portiek.trade.orders.models import Shipment

    order = as_sent(lines=2)
    world.run()
    world.later(hours=5)
    ran = world.run()
    assert not ran.errors and ran.documents >= 1
    with scope(world.actor):
        found = list(Invoice.objects.filter(party=order.party).order_by("-pk")[:1])
        assert found[0].pdf_id and found[0].open_amount == 0 and found[0].number.startswith("VF")
        assert Payment.objects.filter(party=order.party, external_id__startswith="B").exists()
        assert Shipment.objects.filter(party=order.party, external_id__startswith="P").exists()


def test_papers_are_fetched_by_one_worker_at_a_time(world, as_sent):
    from portiek.edges.connectors import actions, documents
    from portiek.edges.connectors.sessions import open_session
    from portiek.settlement.invoicing.models import Invoice

    as_sent(lines=2)
    world.run()
    world.later(hours=5)
    feed = world.feed("invoice")
    world.run()
    with scope(world.actor):
        Invoice.objects.filter(pdf__isnull=False).update(pdf=None)
        assert actions.take_feed(world.actor, feed=feed, token="another", seconds=60)
    session = open_session(world.actor, world.connection, "vandijk")
    assert documents.fetch_missing(session) == 0
    with scope(world.actor):
        actions.release_feed(world.actor, feed=feed, token="another")
    assert documents.fetch_missing(session) >= 1
    assert world.feed("invoice").lease_until is None


def with_papers(world, as_sent):
    """Let an invoice with its paper come in, then lose the paper; return a session."""
    from portiek.edges.connectors.sessions import open_session
    from portiek.settlement.invoicing.models import Invoice

    as_sent(lines=2)
    world.run()
    world.later(hours=5)
    world.run()
    with scope(world.actor):
        assert Invoice.objects.filter(pdf__isnull=False).update(pdf=None)
    return open_session(world.actor, world.connection, "vandijk")


def test_no_paper_is_fetched_while_the_invoices_are_paused(world, as_sent, cast):
    from portiek.edges.connectors import actions, documents

    session = with_papers(world, as_sent)
    with scope(cast.olga):
        actions.pause(cast.olga, connection=world.connection, entity="invoice")
    assert documents.fetch_missing(session) == 0
    with scope(cast.olga):
        actions.resume(cast.olga, connection=world.connection, entity="invoice")
    assert documents.fetch_missing(session) >= 1


def test_the_feed_is_let_alone_while_no_paper_is_missing_and_let_go_when_fetching_breaks(world, as_sent, monkeypatch):
    from portiek.edges.connectors import documents

    session = with_papers(world, as_sent)

    def broken(*_arguments):
        raise SystemExit("the worker is told to stop")

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(documents, "_fetch", broken)
        documents.fetch_missing(session)
    assert world.feed("invoice").lease_until is None
    while documents.fetch_missing(session):
        pass
    before = world.feed("invoice").last_run
    assert documents.fetch_missing(session) == 0
    assert world.feed("invoice").last_run == before


@pytest.mark.parametrize("switch", [{"slow": 0.05}, {"down": True}])
def test_a_slow_or_silent_erp_holds_up_no_page(world, client_of, monkeypatch, switch):
    import re

    from portiek.config.testing import run_jobs
    from portiek.edges.connectors.demo import faults

    met, meet = [], faults.meet

    def listen(store):
        met.append(store)
        meet(store)

    monkeypatch.setattr(faults, "meet", listen)
    world.store.set_faults(**switch)
    client = client_of("sanne")
    client.post("/orders/cart/add/", {"product": "GP-125-2600", "quantity": "60"})
    review = client.get("/orders/cart/review/").content.decode()
    fields = {name: re.search(f'name="{name}" value="([^"]+)"', review).group(1) for name in ("key", "seen", "content")}
    place = client.post("/orders/cart/submit/", fields).headers["Location"]
    assert "GP-125-2600" in client.get(place).content.decode() and client.get("/orders/").status_code == 200
    # Nobody asked the ERP anything while somebody waited for a page.
    assert not met
    run_jobs()
    asked = len(met)
    assert asked
    assert client.get(place).status_code == 200 and len(met) == asked
    with scope(world.actor):
        command = Command.objects.get(kind="create_order", key=place.split("/")[2])
    assert command.state == ("acknowledged" if "slow" in switch else "failed")
    world.store.set_faults()
    for _ in range(2):
        world.run()
    assert world.fresh(command).state == "acknowledged" and world.fresh(command).tries == 1
    assert world.store.count("order") == 1


def test_an_acknowledgement_that_comes_twice_books_one_order(world, as_sent):
    from portiek.config.testing import recorded
    from portiek.edges.connectors import actions, engine, pushing

    order = as_sent()
    session = engine._session(world.actor, world.connection.pk)
    with scope(world.actor):
        command = actions.take_command(world.actor, connection=world.connection, token="one", seconds=60)
    outcome, answer = pushing._attempt(session, command)

    def told():
        with scope(world.actor):
            return recorded()

    assert pushing._settle(session, command, outcome, answer)
    once, booked = told(), world.fresh(order)
    assert (booked.sync, booked.external_id) == ("acknowledged", answer.external_id)
    # The same answer again, then one that calls it another order; nothing of them is kept.
    assert pushing._settle(session, command, outcome, answer)
    assert pushing._settle(session, command, outcome, dataclasses.replace(answer, external_id="S-other", number="VO-other", data=None))
    assert told() == once and world.fresh(order).erp_number == booked.erp_number and world.fresh(command).external_id == answer.external_id
    with scope(world.actor):
        actions.release_writer(world.actor, connection=world.connection, token="one")
    # The feed tells it twice as well.
    world.store.set_faults(twice=True)
    assert world.run().tried == 0 and world.store.count("order") == 1
    with scope(world.actor):
        assert Order.objects.filter(external_id=answer.external_id).count() == 1


def test_the_answers_of_the_buyer_go_along_and_what_staff_keep_does_not(world, as_sent, cast):
    with scope(cast.olga):
        for label, visibility in (("Meldnummer", "fill"), ("Rit", "staff")):
            fields.make_field(cast.olga, subject=ORDER, label=label, kind="text", visibility=visibility)
        order = Order.objects.order_by("pk").first()
        fields.fill(cast.olga, subject=ORDER, row=order, values={"meldnummer": "P2611", "rit": "KANARIE-94"})
    with scope(cast.system):
        payload, _problem = effects.order_payload(order, Connection.objects.get())
    assert contract.NewOrder.from_payload(payload).fields == (contract.NewOrderField("meldnummer", "Meldnummer", "P2611", "P2611"),)
    assert contract.NewOrder.from_payload(payload).remarks.endswith("Meldnummer: P2611") and "KANARIE-94" not in str(payload)


def test_an_order_goes_to_the_place_that_the_erp_does_not_know(world, as_sent, cast):
    place = {"label": "", "name": "Werf Noord", "street": "Kade 9", "postal_code": "8013 PX", "city": "Zwolle", "country": "NL"}
    made = []
    for number in ("VD-T-1", "VD-T-2"):
        order = as_sent(number)
        with scope(world.actor):
            Order.objects.filter(pk=order.pk).update(address=place, address_external_id="")
            command = world.command(order)
            payload, problem = effects.order_payload(Order.objects.get(pk=order.pk), Connection.objects.get())
            assert not problem and payload["delivery_address"] is None and payload["deliver_to"]["street"] == "Kade 9"
            Command.objects.filter(pk=command.pk).update(payload=payload)
        world.run()
        order = world.fresh(order)
        made.append(world.store.get(contract.OrderRecord, "order", order.external_id))
        assert order.address == place
    party = world.store.get(contract.PartyRecord, "party", made[0].party)
    (known,) = [address for address in party.addresses if address.street == "Kade 9"]
    # Made once, for these orders: nobody finds it among the addresses to choose from.
    assert {record.delivery_address for record in made} == {known.external_id} and not known.active


def test_a_known_address_goes_by_its_id_alone(world, as_sent):
    order = as_sent()
    with scope(world.actor):
        Order.objects.filter(pk=order.pk).update(address={"name": "Werf"}, address_external_id="A7")
        payload, _problem = effects.order_payload(Order.objects.get(pk=order.pk), Connection.objects.get())
    assert (payload["delivery_address"], payload["deliver_to"]) == ("A7", None)
