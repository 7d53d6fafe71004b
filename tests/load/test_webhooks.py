"""A thousand events to twenty receivers of which one hangs: nineteen hear everything, once, in order, and none waits for the twentieth."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable

import psycopg
import pytest

from portiek.config.testing import other_database
from portiek.core.db import scope
from portiek.edges.api import actions, delivery
from portiek.edges.api.tests.conftest import receivers  # noqa: F401  a fixture
from portiek.edges.api.tests.receiver import Receiver
from portiek.edges.api.tests.test_delivery import queue
from portiek.foundation.accounts.cast import Cast

pytestmark = [pytest.mark.no_database, pytest.mark.slow]
EVENTS, RECEIVERS = int(os.environ.get("WEBHOOK_EVENTS", "1000")), 20


def test_a_thousand_events_to_twenty_of_which_one_hangs(receivers: Callable[..., Receiver], monkeypatch: pytest.MonkeyPatch):  # noqa: F811
    from django.conf import settings

    monkeypatch.setattr(settings, "WEBHOOK_SECONDS", 10.0)
    with other_database("postload") as url:
        cast = Cast()
        olga = cast.olga
        found = [receivers("hang"), *(receivers() for _one in range(RECEIVERS - 1))]
        for number, receiver in enumerate(found):
            with scope(olga):
                actions.create_webhook(olga, name=f"Ontvanger {number}", url=receiver.url, events=["order.confirmed"])
        began = time.monotonic()
        queue(cast, cast.sanne.party_id, EVENTS)
        queued = time.monotonic() - began
        postman = threading.Thread(target=delivery.send_due, args=(cast.system,), kwargs={"seconds": 600})
        began = time.monotonic()
        postman.start()
        for receiver in found[1:]:
            receiver.wait_for(EVENTS, seconds=600)
        took = time.monotonic() - began
        found[0].ended.set()
        postman.join(60)
        print(f"{EVENTS} events queued for {RECEIVERS} receivers in {queued:.1f} s, brought to the {RECEIVERS - 1} that answer in {took:.1f} s: {EVENTS * (RECEIVERS - 1) / took:.0f} a second")
        for receiver in found[1:]:
            ids = [headers["webhook-id"] for headers, _body in receiver.got]
            assert len(ids) == len(set(ids)) == EVENTS
            assert all(json.loads(body)["type"] == "order.confirmed" for _headers, body in receiver.got)
        with psycopg.connect(url) as owner:
            orders = owner.execute("SELECT d.endpoint_id, array_agg(d.key ORDER BY d.id) FROM api_webhook_delivery d WHERE d.state = 'delivered' GROUP BY 1").fetchall()
        sent = {tuple(headers["webhook-id"] for headers, _body in receiver.got) for receiver in found[1:]}
        assert {tuple(keys) for _endpoint, keys in orders if len(keys) == EVENTS} == sent
        # One try each time it is left alone, never one a message.
        assert len(found[0].got) <= 2 + int(took / 10)
