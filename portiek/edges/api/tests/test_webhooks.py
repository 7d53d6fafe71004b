"""Webhooks: whom they tell what, signed how, tried how often, and who cannot make them say more."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import override_settings
from django.utils import timezone
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from portiek.config.testing import recorded, run_jobs
from portiek.core.actions import action
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.events import events
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.edges.api import actions, facts, jobs, messages, rules
from portiek.edges.api.models import WebhookDelivery, WebhookEndpoint
from portiek.edges.api.tests.receiver import closed_port
from portiek.foundation.accounts.cast import client_of
from portiek.foundation.accounts.models import Membership, Role
from portiek.foundation.notifications.models import Notification
from portiek.trade.catalog.facts import StockApplied
from portiek.trade.orders.facts import OrderConfirmed, OrderShipped
from portiek.trade.orders.models import Order

pytestmark = pytest.mark.usefixtures("here")
VECTORS = Path(__file__).resolve().parents[4].parent / "shared" / "webhooks" / "vectors.json"
ORDER_EVENTS = ["order.confirmed", "order.shipped"]


@action(None)
def tell(actor, *, happened, order=None):
    whose = {"party_id": order.party_id, "subject": ref("orders.order", order.pk), "text": order.number} if order else {}
    record(actor, happened, **whose)


def confirm(cast, party_id, number=None):
    """Let the ERP confirm an order of a party, and bring the webhooks of it."""
    with scope(cast.system):
        order = Order.objects.filter(party_id=party_id, **({"number": number} if number else {})).order_by("pk").first()
        tell(cast.system, happened=OrderConfirmed(order_id=order.pk), order=order)
    run_jobs()
    return order


def set_up(actor, receiver, chosen=("order.confirmed",), name="Eigen pakket"):
    with scope(actor):
        made, secret = actions.create_webhook(actor, name=name, url=receiver if isinstance(receiver, str) else receiver.url, events=list(chosen))
    return made, secret


def rows(cast, **wanted):
    with scope(cast.system):
        return list(WebhookDelivery.objects.filter(**wanted).order_by("pk"))


def endpoint(cast, made):
    with scope(cast.system):
        return WebhookEndpoint.objects.get(pk=made.pk)


def test_an_event_arrives_signed_thin_and_once(cast, receivers):
    receiver = receivers()
    made, secret = set_up(cast.sanne, receiver)
    order = confirm(cast, cast.sanne.party_id)
    [(headers, body)] = receiver.got
    assert Webhook(secret).verify(body, headers) == json.loads(body)
    # The specification's own words, without the library: HMAC-SHA256 over id.timestamp.body.
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}" and headers["content-type"] == "application/json"
    said = json.loads(body)
    assert set(said) == {"type", "timestamp", "data"} and said["type"] == "order.confirmed" and said["timestamp"].endswith("Z")
    # Ids and business numbers: nothing else of the order leaves the house.
    assert said["data"] == {"order_id": order.pk, "number": order.number, "party": "10042", "url": f"http://localhost:8000/api/v1/orders/{order.number}"}
    [row] = rows(cast)
    assert (row.state, row.tries, row.status, row.key) == ("delivered", 1, 204, headers["webhook-id"])
    with scope(cast.system):
        actions.queue_events(cast.system, happened=[])
    run_jobs()
    assert len(receiver.got) == 1 and endpoint(cast, made).next_at is None


def test_the_address_in_a_message_gives_the_rest(cast, receivers, machine_of):
    receiver = receivers()
    set_up(cast.sanne, receiver)
    order = confirm(cast, cast.sanne.party_id)
    path = json.loads(receiver.got[0][1])["data"]["url"].partition("/api/v1")[2]
    assert machine_of(cast.sanne).get(path).json()["number"] == order.number


def test_each_company_hears_its_own_and_the_portal_all(cast, receivers):
    sannes, dirks, portals, other = receivers(), receivers(), receivers(), receivers()
    for actor, receiver in ((cast.sanne, sannes), (cast.dirk, dirks), (cast.olga, portals), (cast.otto, other)):
        set_up(actor, receiver)
    confirm(cast, cast.sanne.party_id)
    assert [len(receiver.got) for receiver in (sannes, dirks, portals, other)] == [1, 0, 1, 0]
    confirm(cast, cast.dirk.party_id)
    assert [len(receiver.got) for receiver in (sannes, dirks, portals, other)] == [1, 1, 2, 0]


def test_of_the_whole_portal_a_party_hears_that_it_happened_and_no_more(cast, receivers):
    dirks, portals = receivers(), receivers()
    set_up(cast.dirk, dirks, ["stock.changed"])
    set_up(cast.olga, portals, ["stock.changed"])
    with scope(cast.system):
        tell(cast.system, happened=StockApplied(created=70, changed=4123))
    run_jobs()
    assert set(json.loads(dirks.got[0][1])["data"]) == {"url"} and b"4123" not in dirks.got[0][1]
    assert json.loads(portals.got[0][1])["data"]["changed"] == 4123


def test_only_what_was_chosen(cast, receivers):
    receiver = receivers()
    set_up(cast.sanne, receiver, ["invoice.posted"])
    confirm(cast, cast.sanne.party_id)
    assert receiver.got == [] and rows(cast) == []


def test_nobody_chooses_what_he_may_not_see(cast, client_of):
    karin = cast.acting("karin", "bakker")
    with scope(karin), pytest.raises(Forbidden):
        actions.create_webhook(karin, name="x", url="https://example.com/", events=["invoice.posted"])
    with scope(cast.sanne), pytest.raises(Refused, match="webhook-lacking"):
        actions.create_webhook(cast.sanne, name="x", url="https://example.com/", events=["party.created"])
    with scope(cast.sanne), pytest.raises(Refused, match="webhook-lacking"):
        actions.create_webhook(cast.sanne, name="x", url="https://example.com/", events=["order.invented"])
    with scope(cast.sanne), pytest.raises(Refused, match="no-events"):
        actions.create_webhook(cast.sanne, name="x", url="https://example.com/", events=[])
    assert client_of("youssef").get("/api/webhooks/").status_code == 403


def test_a_right_that_was_taken_away_is_gone_at_once(cast, receivers):
    receiver = receivers()
    set_up(cast.sanne, receiver)
    with scope(cast.system):
        Role.objects.filter(code="admin").update(rights=["apikey.manage"])
    confirm(cast, cast.sanne.party_id)
    assert receiver.got == [] and [(row.state, row.error) for row in rows(cast)] == [("dropped", "not-allowed")]


def test_who_sees_his_own_orders_only_hears_of_those_only(cast, receivers):
    receiver = receivers()
    with scope(cast.system):
        role = Role.objects.get(code="admin")
        Role.objects.filter(pk=role.pk).update(rights=["apikey.manage", "order.view.own"])
        own = Order.objects.filter(party_id=cast.sanne.party_id).order_by("pk").first()
        foreign = Order.objects.filter(party_id=cast.sanne.party_id).exclude(pk=own.pk).order_by("pk").first()
        Order.objects.filter(pk=own.pk).update(user_id=cast.sanne.user_id)
        Order.objects.filter(pk=foreign.pk).update(user_id=cast.youssef.user_id)
    set_up(cast.sanne, receiver)
    confirm(cast, cast.sanne.party_id, foreign.number)
    assert receiver.got == []
    confirm(cast, cast.sanne.party_id, own.number)
    assert [json.loads(body)["data"]["number"] for _headers, body in receiver.got] == [own.number]


def test_it_ends_with_the_membership_and_a_colleague_can_take_over(cast, receivers):
    receiver, sanne, youssef = receivers(), cast.sanne, cast.youssef
    made, _secret = set_up(sanne, receiver)
    with scope(cast.system):
        admin = Role.objects.get(code="admin")
        Membership.objects.filter(user_id=sanne.user_id).update(is_active=False)
        Membership.objects.filter(user_id=youssef.user_id).update(role=admin)
    confirm(cast, sanne.party_id)
    assert receiver.got == [] and (endpoint(cast, made).state, endpoint(cast, made).reason) == ("disabled", "owner")
    with scope(cast.system):
        assert Notification.objects.filter(kind="api.webhook_owner").values_list("user_id", flat=True).get() == youssef.user_id
    youssef = cast.youssef
    with scope(youssef):
        actions.resume_webhook(youssef, webhook=made.key)
    run_jobs()
    assert len(receiver.got) == 1 and endpoint(cast, made).user_id == youssef.user_id


def test_a_closed_company_hears_nothing(cast, receivers):
    from portiek.foundation.parties.models import Party

    receiver, sanne = receivers(), cast.sanne
    set_up(sanne, receiver)
    with scope(cast.system):
        Party.objects.filter(pk=sanne.party_id).update(is_active=False)
    confirm(cast, sanne.party_id)
    assert receiver.got == []


@pytest.mark.parametrize(("answer", "code", "status"), [(500, "status", 500), (302, "status", 302), (404, "status", 404), ("hang", "timeout", None), ("drip", "timeout", None), ("drip-head", "timeout", None)])
def test_what_is_not_taken_is_tried_again(cast, receivers, answer, code, status):
    elsewhere = receivers()
    receiver = receivers(answer, {"Location": elsewhere.url})
    made, _secret = set_up(cast.sanne, receiver)
    with override_settings(WEBHOOK_SECONDS=1):
        confirm(cast, cast.sanne.party_id)
    [row] = rows(cast)
    assert (row.state, row.tries, row.error, row.status) == ("waiting", 1, code, status) and elsewhere.got == []
    assert row.milliseconds < 3000 and timedelta(0) < row.next_at - timezone.now() <= timedelta(seconds=6)
    receiver.answer, receiver.more = 200, {}
    with time_machine.travel(timezone.now() + timedelta(seconds=8)), scope(cast.system):
        WebhookEndpoint.objects.update(next_at=timezone.now() - timedelta(minutes=1))
        jobs.webhooks_due(cast.system)
        # It is the database's clock that says whose turn it is.
        WebhookDelivery.objects.update(next_at=timezone.now() - timedelta(minutes=1))
    run_jobs()
    [row] = rows(cast)
    assert (row.state, row.tries, row.status, row.answer) == ("delivered", 2, 200, "answer of the receiver")
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]
    assert endpoint(cast, made).failures == 0 and endpoint(cast, made).failing_since is None


def test_of_an_endless_answer_only_the_first_is_read(cast, receivers):
    receiver = receivers("huge")
    set_up(cast.sanne, receiver)
    confirm(cast, cast.sanne.party_id)
    [row] = rows(cast)
    assert row.state == "delivered" and row.answer == "x" * 500


def test_what_comes_while_the_receiver_is_down_waits_in_order(cast, receivers):
    receiver = receivers(503)
    made, _secret = set_up(cast.sanne, receiver, ORDER_EVENTS)
    for _number in range(5):
        confirm(cast, cast.sanne.party_id)
    assert len(receiver.got) == 1 and [row.tries for row in rows(cast)] == [1, 0, 0, 0, 0]
    receiver.answer = 200
    with scope(cast.system):
        WebhookEndpoint.objects.update(next_at=timezone.now() - timedelta(minutes=1))
        WebhookDelivery.objects.update(next_at=timezone.now() - timedelta(minutes=1))
        jobs.webhooks_due(cast.system)
    run_jobs()
    sent = [headers["webhook-id"] for headers, _body in receiver.got[1:]]
    assert sent == [row.key for row in rows(cast)] and {row.state for row in rows(cast)} == {"delivered"}
    assert endpoint(cast, made).next_at is None


def test_who_is_gone_is_switched_off_at_once_and_told(cast, receivers):
    receiver = receivers(410)
    made, _secret = set_up(cast.sanne, receiver)
    confirm(cast, cast.sanne.party_id)
    found = endpoint(cast, made)
    assert (found.state, found.reason) == ("disabled", "gone")
    with scope(cast.system):
        assert cast.sanne.user_id in Notification.objects.filter(kind="api.webhook_gone").values_list("user_id", flat=True)
        assert any(isinstance(fact, facts.WebhookDisabled) and fact.reason == "gone" for fact in recorded())
    confirm(cast, cast.sanne.party_id)
    assert len(receiver.got) == 1 and len(rows(cast)) == 1


def test_who_fails_for_days_is_switched_off(cast, receivers):
    made, _secret = set_up(cast.sanne, receivers(500))
    with scope(cast.system):
        WebhookEndpoint.objects.update(failures=30, failing_since=timezone.now() - rules.FAILING - timedelta(minutes=1))
    confirm(cast, cast.sanne.party_id)
    assert (endpoint(cast, made).state, endpoint(cast, made).reason) == ("disabled", "failing")


def test_nothing_is_listening(cast):
    port = closed_port()
    with override_settings(EGRESS_ALLOW=f"127.0.0.1:{port}"):
        set_up(cast.sanne, f"http://127.0.0.1:{port}/")
        confirm(cast, cast.sanne.party_id)
    [row] = rows(cast)
    assert (row.error, row.answer) == ("unreachable", "")


def test_the_last_try_gives_up_and_a_person_can_send_it_again(cast, receivers):
    receiver = receivers(500)
    made, _secret = set_up(cast.sanne, receiver)
    confirm(cast, cast.sanne.party_id)
    with scope(cast.system):
        WebhookDelivery.objects.update(tries=len(rules.WAITS), next_at=timezone.now() - timedelta(minutes=1))
        WebhookEndpoint.objects.update(next_at=timezone.now() - timedelta(minutes=1))
        jobs.webhooks_due(cast.system)
    run_jobs()
    [row] = rows(cast)
    assert (row.state, row.tries) == ("failed", 10) and endpoint(cast, made).next_at is None
    receiver.answer = 200
    client = client_of("sanne")
    assert client.post(f"/api/webhooks/{made.key}/messages/{row.key}/again/").status_code == 302
    run_jobs()
    assert [row.state for row in rows(cast)] == ["delivered"] and receiver.got[-1][0]["webhook-id"] == row.key


def test_what_waited_too_long_is_given_up_without_a_try(cast, receivers):
    receiver = receivers()
    made, _secret = set_up(cast.sanne, receiver)
    with scope(cast.sanne):
        actions.pause_webhook(cast.sanne, webhook=made.key)
    confirm(cast, cast.sanne.party_id)
    with scope(cast.system):
        WebhookDelivery.objects.update(queued_at=timezone.now() - rules.GIVEN_UP - timedelta(minutes=1))
    with scope(cast.sanne):
        actions.resume_webhook(cast.sanne, webhook=made.key)
    run_jobs()
    assert receiver.got == [] and [(row.state, row.error) for row in rows(cast)] == [("failed", "too-late")]


def test_paused_it_keeps_and_then_sends(cast, receivers):
    receiver = receivers()
    made, _secret = set_up(cast.sanne, receiver)
    client = client_of("sanne")
    assert client.post(f"/api/webhooks/{made.key}/pause/").status_code == 302
    confirm(cast, cast.sanne.party_id)
    assert receiver.got == []
    assert client.post(f"/api/webhooks/{made.key}/test/").status_code == 422
    assert client.post(f"/api/webhooks/{made.key}/resume/").status_code == 302
    run_jobs()
    assert len(receiver.got) == 1


def test_a_period_is_sent_again_with_what_was_missed(cast, receivers):
    receiver, begin = receivers(), timezone.now() - timedelta(minutes=1)
    made, _secret = set_up(cast.sanne, receiver)
    confirm(cast, cast.sanne.party_id)
    with scope(cast.system):
        WebhookEndpoint.objects.update(state="disabled")
    confirm(cast, cast.sanne.party_id)
    confirm(cast, cast.dirk.party_id)
    client = client_of("sanne")
    client.post(f"/api/webhooks/{made.key}/resume/")
    stamp = "%Y-%m-%dT%H:%M:%S"
    local = timezone.localtime
    sent = client.post(f"/api/webhooks/{made.key}/replay/", {"since": local(begin).strftime(stamp), "until": local(timezone.now() + timedelta(minutes=1)).strftime(stamp)})
    assert sent.status_code == 302, sent.content
    run_jobs()
    ids = [headers["webhook-id"] for headers, _body in receiver.got]
    assert len(ids) == 3 and ids[0] == ids[1] != ids[2]  # the first again, then the missed one; nothing of another company
    assert client.post(f"/api/webhooks/{made.key}/replay/", {"since": "2026-01-02T00:00", "until": "2026-01-01T00:00"}).status_code == 422


def test_for_a_day_both_secrets_sign(cast, receivers):
    receiver = receivers()
    made, old = set_up(cast.sanne, receiver)
    with scope(cast.sanne):
        new = actions.rotate_secret(cast.sanne, webhook=made.key)
    assert old != new
    confirm(cast, cast.sanne.party_id)
    headers, body = receiver.got[0]
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (old, new):
        Webhook(secret).verify(body, headers)
    with scope(cast.system):
        WebhookEndpoint.objects.update(old_until=timezone.now() - timedelta(seconds=1))
    confirm(cast, cast.sanne.party_id)
    headers, body = receiver.got[1]
    Webhook(new).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(body, headers)


def test_the_secret_is_shown_once_and_sealed(cast, receivers):
    receiver = receivers()
    client = client_of("sanne")
    made = client.post("/api/webhooks/new/", {"name": "Pakket", "url": receiver.url, "events": ["order.confirmed"], "signing": "v1"})
    assert made.status_code == 201 and b"whsec_" in made.content
    with scope(cast.system):
        row = WebhookEndpoint.objects.get()
    assert "whsec_" not in row.secret
    assert b"whsec_" not in client.get(f"/api/webhooks/{row.key}/").content
    again = client.post(f"/api/webhooks/{row.key}/secret/")
    assert again.status_code == 200 and b"whsec_" in again.content


def test_a_test_is_sent(cast, receivers):
    receiver = receivers()
    made, secret = set_up(cast.sanne, receiver)
    assert client_of("sanne").post(f"/api/webhooks/{made.key}/test/").status_code == 302
    run_jobs()
    headers, body = receiver.got[0]
    assert Webhook(secret).verify(body, headers)["type"] == messages.TEST


@pytest.mark.parametrize("path", ["", "change/"])
def test_another_company_s_webhook_is_not_there(cast, client_of, path):
    made, _secret = set_up(cast.sanne, "https://example.com/hook")
    assert client_of("sanne").get(f"/api/webhooks/{made.key}/{path}").status_code == 200
    for key in ("dirk", "otto", "nadia2"):
        assert client_of(key).get(f"/api/webhooks/{made.key}/{path}").status_code == 404


@pytest.mark.parametrize("deed", ["pause", "resume", "secret", "test", "remove", "replay"])
def test_another_company_does_nothing_with_it(cast, client_of, deed):
    made, _secret = set_up(cast.sanne, "https://example.com/hook")
    for key in ("dirk", "otto", "nadia2"):
        assert client_of(key).post(f"/api/webhooks/{made.key}/{deed}/").status_code == 404
    assert client_of("youssef").post(f"/api/webhooks/{made.key}/{deed}/").status_code == 403
    assert endpoint(cast, made).state == "active"


def test_a_message_of_another_webhook_is_not_sent_again(cast, client_of, receivers):
    receiver = receivers()
    set_up(cast.sanne, receiver)
    other, _secret = set_up(cast.dirk, receiver)
    confirm(cast, cast.sanne.party_id)
    [row] = rows(cast)
    assert client_of("dirk").post(f"/api/webhooks/{other.key}/messages/{row.key}/again/").status_code == 404


def test_staff_see_and_stop_a_party_s_webhook_but_never_speak_for_it(cast, client_of):
    made, _secret = set_up(cast.sanne, "https://example.com/hook")
    olga = client_of("olga")
    assert b"https://example.com/hook" in olga.get("/parties/10042/programs/").content
    assert olga.get(f"/api/webhooks/{made.key}/").status_code == 200
    assert olga.post(f"/api/webhooks/{made.key}/pause/").status_code == 302 and endpoint(cast, made).state == "paused"
    for deed in ("resume", "secret", "change"):
        assert olga.post(f"/api/webhooks/{made.key}/{deed}/", {"name": "x"}).status_code == 404
    assert client_of("peter").get(f"/api/webhooks/{made.key}/").status_code == 403
    assert olga.post(f"/api/webhooks/{made.key}/remove/").status_code == 302
    assert client_of("sanne").get(f"/api/webhooks/{made.key}/").status_code == 404


def test_removed_it_keeps_no_secret_and_sends_nothing(cast, receivers):
    receiver = receivers(503)
    made, _secret = set_up(cast.sanne, receiver)
    confirm(cast, cast.sanne.party_id)
    with scope(cast.sanne):
        actions.remove_webhook(cast.sanne, webhook=made.key)
    row = endpoint(cast, made)
    assert (row.state, row.secret, row.old_secret, [one.state for one in rows(cast)]) == ("removed", "", "", ["dropped"])
    confirm(cast, cast.sanne.party_id)
    assert len(receiver.got) == 1


def test_there_is_an_end_to_how_many(cast, monkeypatch):
    monkeypatch.setattr(rules, "ENDPOINTS", 2)
    for _number in range(2):
        set_up(cast.sanne, "https://example.com/hook")
    with pytest.raises(Refused, match="webhook-full"):
        set_up(cast.sanne, "https://example.com/hook")
    set_up(cast.dirk, "https://example.com/hook")


def test_only_the_portal_itself_fills_and_empties_the_queue(cast):
    with scope(cast.olga):
        for act, options in [(actions.queue_events, {"happened": []}), (actions.take_endpoints, {"sound": 1, "shaky": 1}), (actions.take_batch, {"webhook": 1}), (actions.settle, {"webhook": 1, "outcomes": []}),
                             (actions.drop_old_deliveries, {"now": timezone.now()})]:  # fmt: skip
            with pytest.raises(NotFound):
                act(cast.olga, **options)


def test_the_log_is_removed_after_a_month(cast, receivers):
    made, _secret = set_up(cast.sanne, receivers())
    confirm(cast, cast.sanne.party_id)
    confirm(cast, cast.sanne.party_id)
    first = rows(cast)[0]
    with scope(cast.sanne):
        actions.remove_webhook(cast.sanne, webhook=made.key)
    with scope(cast.system):
        WebhookDelivery.objects.filter(pk=first.pk).update(queued_at=timezone.now() - timedelta(days=31))
        jobs.drop_old_deliveries(cast.system)
        assert WebhookDelivery.objects.count() == 1 and WebhookEndpoint.objects.filter(pk=made.pk).exists()
        WebhookDelivery.objects.update(queued_at=timezone.now() - timedelta(days=31))
        jobs.drop_old_deliveries(cast.system)
        assert not WebhookEndpoint.objects.filter(pk=made.pk).exists()


def test_every_list_is_there_in_both_languages(cast, client_of, receivers):
    receiver = receivers()
    made, _secret = set_up(cast.sanne, receiver, ORDER_EVENTS)
    confirm(cast, cast.sanne.party_id)
    client = client_of("sanne")
    for path in ("/api/webhooks/", f"/api/webhooks/{made.key}/", f"/api/webhooks/{made.key}/?state=delivered", "/api/webhooks/new/", f"/api/webhooks/{made.key}/change/", "/api/keys/"):
        assert client.get(path).status_code == 200, path
    assert "Aangekomen" in client.get(f"/api/webhooks/{made.key}/").content.decode()


def test_the_log_costs_the_same_however_long(cast, client_of):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    made, _secret = set_up(cast.sanne, "https://example.com/hook")
    client = client_of("sanne")
    counts = []
    for number in (1, 40):
        with scope(cast.system):
            now = timezone.now()
            WebhookDelivery.objects.bulk_create([WebhookDelivery(portal_id=made.portal_id, party_id=made.party_id, endpoint=made, key=messages.new_key(), event="order.confirmed", body="{}", queued_at=now, next_at=now) for _one in range(number)])
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/api/webhooks/{made.key}/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.no_database
def test_every_event_says_what_it_is():
    for name, item in events().items():
        assert item.facts and str(item.label) and name.count(".") == 1


@pytest.mark.no_database
def test_the_waits_are_those_of_the_docs():
    assert [rules.next_try(tries, 0.0) for tries in range(1, 11)] == [*rules.WAITS, None]
    assert timedelta(days=3) < sum(rules.WAITS, timedelta(0)) < rules.GIVEN_UP
    assert [rules.rest(failures) for failures in (1, 2, 3, 9, 500)] == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20), timedelta(minutes=15), timedelta(minutes=15)]
    assert rules.rest(1, "60") == timedelta(minutes=1) and rules.rest(1, "999999999") == timedelta(minutes=15) and rules.rest(1, "soon") == timedelta(seconds=5)


@pytest.mark.no_database
@pytest.mark.skipif(not VECTORS.exists(), reason="the test vectors of Standard Webhooks are not kept here")
def test_we_sign_as_the_vectors_do():
    """What the vectors accept, we would have sent; what they refuse, we would not."""
    from datetime import UTC, datetime

    checked = 0
    for vector in json.loads(VECTORS.read_text()):
        body, headers = base64.b64decode(vector["body_base64"]).decode(), vector["headers"]
        with time_machine.travel(datetime.fromtimestamp(vector["now"], UTC), tick=False):
            if not vector["accept"]:
                with pytest.raises(WebhookVerificationError):
                    Webhook(vector["secret"]).verify(body, headers)
                continue
            Webhook(vector["secret"]).verify(body, headers, json_parse=False)
            at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
            ours = messages.headers(headers["webhook-id"], at, body, [vector["secret"]])
            assert ours["webhook-signature"] in headers["webhook-signature"].split(" ") and ours["webhook-timestamp"] == headers["webhook-timestamp"]
            checked += 1
    assert checked >= 4


def test_a_shipment_is_told_with_its_ids(cast, receivers):
    receiver = receivers()
    set_up(cast.sanne, receiver, ORDER_EVENTS)
    with scope(cast.system):
        order = Order.objects.filter(party_id=cast.sanne.party_id).first()
        tell(cast.system, happened=OrderShipped(order_id=order.pk, shipment_id=9), order=order)
    run_jobs()
    assert json.loads(receiver.got[0][1])["data"]["shipment_id"] == 9
