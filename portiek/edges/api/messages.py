"""What is sent to a webhook: Standard Webhooks, a thin body with ids and business numbers; the rest is asked for through the API."""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from standardwebhooks import Webhook

from portiek import __version__
from portiek.core import refs
from portiek.core.actor import Actor
from portiek.core.events import Event, events
from portiek.core.facts import Fact

TEST = "webhook.test"
# How a message is signed (Standard Webhooks, "Signature scheme"): by a secret that both sides hold, or by a key of ours that the receiver has the public half of.
SHARED, ASYMMETRIC = "v1", "v1a"
SECRET, PRIVATE, PUBLIC = "whsec_", "whsk_", "whpk_"


def place_of(key: str) -> str:
    """Return the place that a webhook's secret is sealed for."""
    return f"api_webhook.secret:{key}"


def new_key() -> str:
    """Return a webhook-id."""
    return "msg_" + secrets.token_urlsafe(18)


def body(kind: str, at: datetime, data: dict[str, Any]) -> str:
    """Return the body of a message."""
    moment = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"type": kind, "timestamp": moment, "data": data}, ensure_ascii=False, separators=(",", ":"))


def data(event: Event, happened: Fact, *, text: str, party: str, link: str) -> dict[str, Any]:
    """Return what an event says: the ids of its fact, the business number, whose it is and where the API tells the rest."""
    found = asdict(happened)  # type: ignore[call-overload]
    return {**found, **({event.text: text} if text else {}), **({"party": party} if party else {}), **({"url": link} if link else {})}


def new_secret(signing: str) -> tuple[str, str]:
    """Return a new secret to sign with, and its public half ("" where there is none)."""
    if signing == SHARED:
        return SECRET + b64encode(secrets.token_bytes(32)).decode(), ""
    key = Ed25519PrivateKey.generate()
    return PRIVATE + b64encode(key.private_bytes_raw()).decode(), PUBLIC + b64encode(key.public_key().public_bytes_raw()).decode()


def _signature(secret: str, key: str, at: datetime, sent: str) -> str:
    if not secret.startswith(PRIVATE):
        return str(Webhook(secret).sign(key, at.astimezone(UTC), sent))
    signed = Ed25519PrivateKey.from_private_bytes(b64decode(secret.removeprefix(PRIVATE))).sign(f"{key}.{int(at.timestamp())}.{sent}".encode())
    return f"{ASYMMETRIC},{b64encode(signed).decode()}"


def headers(key: str, at: datetime, sent: str, secrets: Iterable[str]) -> dict[str, str]:
    """Return the headers of one try: its id, its moment, and a signature by each secret."""
    signed = " ".join(_signature(secret, key, at, sent) for secret in secrets)
    return {
        "webhook-id": key, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signed,
        "Content-Type": "application/json", "User-Agent": f"Portiek/{__version__} (webhooks)",
    }  # fmt: skip


def may_choose(actor: Actor, event: Event) -> bool:
    """Whether somebody has the right to see what an event is about."""
    return event.right is None or actor.may(event.right)


def may_handle(actor: Actor, chosen: Iterable[str]) -> bool:
    """Whether somebody may set up a webhook of these events: who manages those of his company, any; a program, those alone of which it may see each event."""
    known = events()
    return not actor.api_key_id or all(may_choose(actor, known[name]) for name in chosen if name in known)


def may_see(actor: Actor, name: str, subject: str) -> bool:
    """Whether somebody may see one thing that an event is about, now; inside his own scope."""
    if name == TEST:
        return True
    event = events().get(name)
    if event is None or not may_choose(actor, event):
        return False
    # Not every right goes as far as the whole company: what the API shows of it decides.
    return not (event.path.count("{}") and refs.is_known(subject)) or refs.show(actor, subject) is not None
