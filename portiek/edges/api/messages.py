"""What is sent to a webhook: Standard Webhooks, a thin body with ids and business numbers; the rest is asked for through the API."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook

from portiek import __version__
from portiek.core import refs
from portiek.core.actor import Actor
from portiek.core.events import Event, events
from portiek.core.facts import Fact

TEST = "webhook.test"


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


def headers(key: str, at: datetime, sent: str, secrets: Iterable[str]) -> dict[str, str]:
    """Return the headers of one try: its id, its moment, and a signature by each secret."""
    signed = " ".join(Webhook(secret).sign(key, at.astimezone(UTC), sent) for secret in secrets)
    return {
        "webhook-id": key, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signed,
        "Content-Type": "application/json", "User-Agent": f"Portiek/{__version__} (webhooks)",
    }  # fmt: skip


def may_choose(actor: Actor, event: Event) -> bool:
    """Whether somebody has the right to see what an event is about."""
    return event.right is None or actor.may(event.right)


def may_see(actor: Actor, name: str, subject: str) -> bool:
    """Whether somebody may see one thing that an event is about, now; inside his own scope."""
    if name == TEST:
        return True
    event = events().get(name)
    if event is None or not may_choose(actor, event):
        return False
    # Not every right goes as far as the whole company: what the API shows of it decides.
    return not (event.path.count("{}") and refs.is_known(subject)) or refs.show(actor, subject) is not None
