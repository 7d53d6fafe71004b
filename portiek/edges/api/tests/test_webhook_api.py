"""Webhooks set up by a program: what the page does, by the same actions, and never more than its key may see."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils import timezone
from standardwebhooks import Webhook

from portiek.config.testing import recorded, run_jobs
from portiek.core.db import scope
from portiek.core.models import Idempotent
from portiek.edges.api import facts, messages
from portiek.edges.api.cast import Machine, secret_of
from portiek.edges.api.models import WebhookEndpoint
from portiek.edges.api.tests.test_webhooks import confirm, endpoint, rows, set_up
from portiek.foundation.accounts.cast import client_of as browser_of

pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def machine(cast):
    """A program of Bakker that may do whatever Sanne may."""
    return Machine(secret_of(cast.sanne))


def asked(receiver, **more):
    return {"name": "Magazijn", "url": receiver.url, "events": ["order.confirmed"], **more}


def test_a_program_sets_up_its_own_webhook_and_hears(cast, receivers, machine):
    receiver = receivers()
    answer = machine.post("/webhooks", asked(receiver))
    made = answer.json()
    assert answer.status_code == 201 and made["secret"].startswith("whsec_") and (made["signing"], made["public_key"], made["state"]) == ("v1", None, "active")
    confirm(cast, cast.sanne.party_id)
    [(headers, body)] = receiver.got
    assert Webhook(made["secret"]).verify(body, headers)["type"] == "order.confirmed"
    assert "secret" not in machine.get(f"/webhooks/{made['id']}").json() and [row["id"] for row in machine.get("/webhooks").json()["items"]] == [made["id"]]
    [message] = machine.get(f"/webhooks/{made['id']}/messages").json()["items"]
    assert (message["id"], message["state"], message["status"], message["next_at"]) == (headers["webhook-id"], "delivered", 204, None) and json.loads(message["body"]) == json.loads(body)
    assert machine.get(f"/webhooks/{made['id']}/messages", state="failed").json()["items"] == []
    with scope(cast.system):
        row = WebhookEndpoint.objects.get(key=made["id"])
        assert row.user_id == cast.sanne.user_id and facts.WebhookCreated(webhook_id=row.pk, url=receiver.url) in recorded()


def test_the_whole_life_of_one(cast, receivers, machine):
    receiver, other = receivers(), receivers()
    key = machine.post("/webhooks", asked(receiver)).json()["id"]
    assert machine.post(f"/webhooks/{key}:pause", None).json()["state"] == "paused"
    assert machine.post(f"/webhooks/{key}:test", None).json()["code"] == "api.webhook-state"
    assert machine.post(f"/webhooks/{key}:resume", None).json()["state"] == "active"
    changed = machine.post(f"/webhooks/{key}:change", {"name": "Ander", "url": other.url, "events": ["order.shipped", "order.confirmed"]}).json()
    assert (changed["name"], changed["url"], changed["events"]) == ("Ander", other.url, ["order.confirmed", "order.shipped"])
    assert machine.post(f"/webhooks/{key}:test", None).status_code == 200
    run_jobs()
    assert [json.loads(body)["type"] for _headers, body in other.got] == [messages.TEST] and receiver.got == []
    [sent] = machine.get(f"/webhooks/{key}/messages").json()["items"]
    assert machine.post(f"/webhooks/{key}/messages/{sent['id']}:again", None).status_code == 200
    run_jobs()
    assert [headers["webhook-id"] for headers, _body in other.got] == [sent["id"]] * 2
    now = timezone.now()
    assert machine.post(f"/webhooks/{key}:replay", {"since": (now - timedelta(hours=1)).isoformat(), "until": now.isoformat()}).status_code == 200
    assert machine.post(f"/webhooks/{key}:replay", {"since": (now - timedelta(days=90)).isoformat(), "until": now.isoformat()}).json()["code"] == "api.webhook-period"
    assert machine.post(f"/webhooks/{key}:remove", None).status_code == 200 and machine.get(f"/webhooks/{key}").status_code == 404 and machine.get("/webhooks").json()["items"] == []


def test_its_secret_is_said_once_and_kept_nowhere(cast, receivers, machine):
    """Also not among the answers that are kept for a retry."""
    first = machine.post("/webhooks", asked(receivers()), idempotency_key="een")
    again = machine.post("/webhooks", asked(receivers()) | {"url": first.json()["url"]}, idempotency_key="een")
    assert again["Idempotent-Replay"] == "true" and again.json() == {**first.json(), "secret": None} and again.status_code == 201
    rotated = machine.post(f"/webhooks/{first.json()['id']}:rotate", None, idempotency_key="twee").json()["secret"]
    with scope(cast.system):
        kept = " ".join(Idempotent.objects.values_list("answer", flat=True))
        assert first.json()["secret"] not in kept and rotated not in kept and "whsec_" not in kept
        assert rotated not in " ".join(WebhookEndpoint.objects.values_list("secret", flat=True))
    confirm(cast, cast.sanne.party_id)


def test_a_program_handles_only_what_it_may_see_every_event_of(cast, receivers, machine):
    """It could else have what it may not see sent to an address of its own: by changing where an old one goes, or reading what was sent."""
    made, _secret = set_up(cast.sanne, receivers(), ("order.confirmed", "invoice.posted"))
    confirm(cast, cast.sanne.party_id)
    less, path = Machine(secret_of(cast.sanne, "apikey.manage", "order.view.company")), f"/webhooks/{made.key}"
    [sent] = rows(cast)
    tries = [less.get(path), less.get(f"{path}/messages"), less.post(f"{path}:change", asked(receivers())), less.post(f"{path}/messages/{sent.key}:again", None),
             less.post(f"{path}:replay", {"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}), *(less.post(f"{path}:{verb}", None) for verb in ("pause", "resume", "rotate", "test", "remove"))]
    assert [answer.status_code for answer in tries] == [404] * 10 and less.get("/webhooks").json()["items"] == []
    assert less.post("/webhooks", asked(receivers(), events=["invoice.posted"])).json()["code"] == "api.webhook-lacking"
    assert less.post("/webhooks", asked(receivers())).status_code == 201 and machine.get(path).status_code == 200
    assert endpoint(cast, made).state == "active"


def test_another_company_a_program_without_the_right_and_one_of_the_portal(cast, receivers, machine):
    made = machine.post("/webhooks", asked(receivers())).json()
    path = f"/webhooks/{made['id']}"
    for who in (Machine(secret_of(cast.dirk)), Machine(secret_of(cast.olga)), Machine(secret_of(cast.otto), host="brand.localhost")):
        tries = [who.get(path), who.get(f"{path}/messages"), who.post(f"{path}:change", asked(receivers())), *(who.post(f"{path}:{verb}", None) for verb in ("pause", "resume", "rotate", "test", "remove"))]
        assert [answer.status_code for answer in tries] == [404] * 8 and made["id"] not in who.get("/webhooks").content.decode()
    poor = Machine(secret_of(cast.sanne, "order.view.company"))
    assert poor.get("/webhooks").status_code == 403 and poor.post("/webhooks", asked(receivers())).status_code == 403
    assert machine.get(path).json()["state"] == "active"


@pytest.mark.parametrize("url", ["http://magazijn.bakker.example/", "https://10.0.0.1/", "https://localhost/", "https://169.254.169.254/latest", "https://[::1]/", "ftp://x.example/", "https://user:pass@x.example/"])
def test_an_address_inside_is_refused(cast, machine, url):
    """T40: the same rule as on the page."""
    assert machine.post("/webhooks", {"name": "X", "url": url, "events": ["order.confirmed"]}).json()["code"] == "api.webhook-address"


def test_signed_by_a_key_of_ours(cast, receivers, machine):
    """ed25519 (v1a): the receiver holds nothing that could sign; for a day the old key signs too."""
    receiver = receivers()
    made = machine.post("/webhooks", asked(receiver, signing="v1a")).json()
    assert made["secret"] is None and made["signing"] == "v1a" and made["public_key"].startswith("whpk_")
    confirm(cast, cast.sanne.party_id)
    [(headers, body)] = receiver.got
    assert is_signed(made["public_key"], headers, body) and not is_signed(made["public_key"], headers, body + b" ") and not is_signed(made["public_key"], {**headers, "webhook-timestamp": "1"}, body)
    rotated = machine.post(f"/webhooks/{made['id']}:rotate", None).json()
    assert rotated["secret"] is None and rotated["public_key"] != made["public_key"]
    machine.post(f"/webhooks/{made['id']}:test", None)
    run_jobs()
    headers, body = receiver.got[-1]
    assert is_signed(made["public_key"], headers, body) and is_signed(rotated["public_key"], headers, body) and len(headers["webhook-signature"].split(" ")) == 2
    with scope(cast.system):
        row = WebhookEndpoint.objects.get(key=made["id"])
        assert "whsk_" not in row.secret and row.public_key == rotated["public_key"]


def is_signed(public, headers, body):
    """Whether one of the signatures is of this key, as the specification says it and without our own code."""
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public.removeprefix("whpk_")))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    for version, _comma, value in (part.partition(",") for part in headers["webhook-signature"].split(" ")):
        try:
            assert version == "v1a"
            key.verify(base64.b64decode(value), signed)
            return True
        except InvalidSignature:
            continue
    return False


def test_the_page_offers_both_ways_and_shows_the_public_key(cast, receivers):
    receiver, browser = receivers(), browser_of("sanne")
    form = {"name": "Magazijn", "url": receiver.url, "events": ["order.confirmed"]}
    assert browser.post("/api/webhooks/new/", form).status_code == 422, "nothing is chosen for him"
    page = browser.post("/api/webhooks/new/", {**form, "signing": "v1a"})
    assert page.status_code == 201 and "whsk_" not in page.content.decode()
    with scope(cast.system):
        row = WebhookEndpoint.objects.get()
    assert row.public_key in page.content.decode().replace("&#43;", "+") and row.public_key in browser.get(f"/api/webhooks/{row.key}/").content.decode().replace("&#43;", "+")
    old = row.public_key
    answer = browser.post(f"/api/webhooks/{row.key}/secret/").content.decode()
    assert old not in answer and "whpk_" in answer and "whsk_" not in answer
    assert 'name="signing"' not in browser.get(f"/api/webhooks/{row.key}/change/").content.decode()


@pytest.mark.no_database
def test_ed25519_as_its_standard_has_it():
    """RFC 8032 section 7.1, test 1, over what Standard Webhooks has signed."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    at = datetime(2026, 11, 23, 9, 0, 0, 900000, UTC)
    headers = messages.headers("msg_1", at, '{"a":"é"}', [messages.PRIVATE + base64.b64encode(seed).decode()])
    assert headers["webhook-signature"].startswith("v1a,") and headers["webhook-timestamp"] == str(int(at.timestamp()))
    assert is_signed(messages.PUBLIC + base64.b64encode(public).decode(), headers, '{"a":"é"}'.encode())
    secret, public = messages.new_secret(messages.ASYMMETRIC)
    assert is_signed(public, messages.headers("msg_2", at, "{}", [secret]), b"{}") and messages.new_secret(messages.SHARED)[1] == ""

