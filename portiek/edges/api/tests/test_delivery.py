"""The postman with real threads, on a database of his own: receivers that hang hold up nobody, and a postman who dies loses nothing."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest
from django.test import override_settings

from portiek.config.testing import other_database
from portiek.core.db import scope
from portiek.edges.api import actions, delivery
from portiek.edges.api.tests.test_webhooks import set_up, tell
from portiek.foundation.accounts.cast import Cast
from portiek.trade.orders.facts import OrderConfirmed
from portiek.trade.orders.models import Order

pytestmark = pytest.mark.no_database


def queue(cast, party_id, number):
    """Record that many events of a party and put them in the queue, as the reaction does."""
    from portiek.core.facts import About, load
    from portiek.core.models import FactRow

    with scope(cast.system):
        order = Order.objects.filter(party_id=party_id).first()
        for _one in range(number):
            tell(cast.system, happened=OrderConfirmed(order_id=order.pk), order=order)
        rows = FactRow.objects.filter(name=OrderConfirmed.name, subject=f"orders.order:{order.pk}").order_by("-pk")[:number]
        actions.queue_events(cast.system, happened=[(load(row), About.of(row)) for row in reversed(rows)])


def test_one_who_hangs_or_drips_delays_no_other(receivers):
    with other_database("postman") as url:
        cast = Cast()
        sanne = cast.sanne
        hangs, drips, fails, well, fine = receivers("hang"), receivers("drip-head"), receivers(500), receivers(), receivers()
        for receiver in (hangs, drips, fails, well, fine):
            set_up(sanne, receiver)
        queue(cast, sanne.party_id, 30)
        with override_settings(WEBHOOK_SECONDS=3):
            postman = threading.Thread(target=delivery.send_due, args=(cast.system,), kwargs={"seconds": 1})
            began = time.monotonic()
            postman.start()
            well.wait_for(30)
            fine.wait_for(30)
            # All of it is there while the one who hangs still holds its own place.
            assert (len(well.got), len(fine.got)) == (30, 30) and len(hangs.got) == len(drips.got) == 1
            postman.join(20)
            assert not postman.is_alive() and time.monotonic() - began < 12
        with psycopg.connect(url) as owner:
            found = owner.execute("SELECT w.url, d.state, count(*), max(d.tries) FROM api_webhook_delivery d JOIN api_webhook w ON w.id = d.endpoint_id GROUP BY 1, 2").fetchall()
            leases = owner.execute("SELECT count(*) FROM api_webhook WHERE leased_until IS NOT NULL").fetchone()
        assert {(address, state): number for address, state, number, _tries in found} == {
            (well.url, "delivered"): 30, (fine.url, "delivered"): 30, (hangs.url, "waiting"): 30, (drips.url, "waiting"): 30, (fails.url, "waiting"): 30,
        }  # fmt: skip
        assert leases == (0,)


def test_two_postmen_do_not_bring_the_same(receivers):
    with other_database("postmen"):
        cast = Cast()
        sanne = cast.sanne
        receiver = receivers()
        set_up(sanne, receiver)
        queue(cast, sanne.party_id, 60)
        both = [threading.Thread(target=delivery.send_due, args=(cast.system,), kwargs={"seconds": 5}) for _one in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join(60)
        ids = [headers["webhook-id"] for headers, _body in receiver.got]
        assert len(ids) == len(set(ids)) == 60


def test_what_a_dead_postman_left_is_brought_when_his_lease_is_over(receivers):
    with other_database("postmort") as url:
        cast = Cast()
        sanne = cast.sanne
        receiver = receivers()
        set_up(sanne, receiver)
        queue(cast, sanne.party_id, 1)
        with scope(cast.system):
            assert len(actions.take_endpoints(cast.system, sound=5, shaky=5)) == 1
        assert delivery.send_due(cast.system, seconds=1) == 0 and receiver.got == []
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute("UPDATE api_webhook SET leased_until = now() - interval '1 second'")
        assert delivery.send_due(cast.system, seconds=5) == 1 and len(receiver.got) == 1


def test_those_who_fail_never_take_every_place(receivers):
    with other_database("shaky"):
        cast = Cast()
        sanne = cast.sanne
        receiver = receivers()
        for _number in range(4):
            set_up(sanne, receiver)
        queue(cast, sanne.party_id, 1)
        with scope(cast.system):
            from portiek.edges.api.models import WebhookEndpoint

            WebhookEndpoint.objects.update(failures=1)
            assert len(actions.take_endpoints(cast.system, sound=9, shaky=3)) == 3
