"""Webhooks for machines: a program sets up, changes and tests its own, and looks at what became of its messages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query, Router, Status
from pydantic import ConfigDict, Field

from portiek.core.api import Cursor, Limit, Listing, Moment, Schema, Text, endpoint, one_of, page_of
from portiek.core.egress import is_found
from portiek.core.errors import Refused
from portiek.edges.api import actions, messages, queries, rules
from portiek.edges.api.actions.webhooks import ADDRESS
from portiek.edges.api.models import WebhookDelivery, WebhookEndpoint
from portiek.edges.api.permissions import APIKEY_MANAGE

router = Router(tags=["webhooks"])
routes = [("", router)]
REFUSES = ("api.webhook-address", "api.webhook-no-events", "api.webhook-lacking")
Id = Annotated[Text, Field(max_length=24, description=_("The `id` of a webhook"))]
MessageId = Annotated[Text, Field(max_length=40, description=_("The `id` of a message, which is its webhook-id"))]
Url = Annotated[str, Field(min_length=1, max_length=rules.URL_LENGTH, pattern=r"^[^\x00]*$", description=_("Begins with https:// and answers on the public internet"))]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00\s][^\x00]*$")]
Events = Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=100, description=_("Names of events; the key needs the right that each asks for"))]
Signing = Annotated[str, one_of([messages.SHARED, messages.ASYMMETRIC]), Field(description=_("How messages are signed (Standard Webhooks): v1 by a shared secret, v1a by ed25519"))]
EXAMPLE: dict[str, Any] = {"name": "Magazijn", "url": "https://magazijn.bakker.example/portiek", "events": ["order.confirmed", "order.shipped"]}


class WebhookOut(Schema):
    """An address that is told of events."""

    id: str
    name: str
    url: str
    events: list[str]
    state: Annotated[str, one_of([*WebhookEndpoint.State.values[:3]])]
    reason: Annotated[str, Field(description=_("Why the portal switched it off: gone (410), failing for five days, or owner: nobody answers for it"))]
    signing: Signing
    public_key: Annotated[str | None, Field(description=_("What messages are checked with, of v1a"))]
    failures: Annotated[int, Field(description=_("Tries that failed since the last one that went well"))]
    created_at: datetime
    last_ok_at: datetime | None


class WebhookMade(WebhookOut):
    """A webhook with its secret."""

    secret: Annotated[str | None, Field(description=_("What messages are checked with, of v1: said this once and kept nowhere. Null of v1a, and where the answer to an Idempotency-Key is given again: make a new one then"))]


class WebhookChange(Schema):
    """What a webhook is called, where it goes and what it tells."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})
    name: Name
    url: Url
    events: Events


class WebhookIn(WebhookChange):
    """A new webhook."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", json_schema_extra={"examples": [{**EXAMPLE, "signing": messages.ASYMMETRIC}]})
    signing: Signing = messages.SHARED


class PeriodIn(Schema):
    """A period of events."""

    since: Moment
    until: Moment


class MessageOut(Schema):
    """One event for a webhook, and what became of it."""

    id: str
    event: str
    state: Annotated[str, one_of(WebhookDelivery.State.values)]
    tries: int
    queued_at: datetime
    done_at: datetime | None
    next_at: Annotated[datetime | None, Field(description=_("When it is tried again"))]
    status: Annotated[int | None, Field(description=_("What the receiver answered last"))]
    error: str
    body: str


def _values(asked: WebhookChange) -> dict[str, Any]:
    """Return what was sent, its name looked up as on the page: whether it is unknown or private is not told apart. Raises Refused."""
    if not is_found(asked.url):
        raise Refused(ADDRESS, field="url")
    return asked.model_dump()


def _out(row: WebhookEndpoint) -> dict[str, Any]:
    return {"id": row.key, "name": row.name, "url": row.url, "events": row.events, "state": row.state, "reason": row.reason, "signing": messages.ASYMMETRIC if row.public_key else messages.SHARED,
            "public_key": row.public_key or None, "failures": row.failures, "created_at": row.created_at, "last_ok_at": row.last_ok_at}


def _made(row: WebhookEndpoint, shown: str) -> dict[str, Any]:
    return {**_out(row), "secret": None if row.public_key else shown}


def _message(row: WebhookDelivery) -> dict[str, Any]:
    return {"id": row.key, "event": row.event, "state": row.state, "tries": row.tries, "queued_at": row.queued_at, "done_at": row.done_at, "next_at": row.next_at if row.state == WebhookDelivery.State.WAITING else None,
            "status": row.status, "error": row.error, "body": row.body}


@endpoint(router.get, "/webhooks", APIKEY_MANAGE, response=Listing[WebhookOut], summary=_("List webhooks"), description=_("The webhooks of the own company of which the key may see every event, newest first."))
def list_webhooks(request: HttpRequest, cursor: Cursor = "", limit: Limit = Query(50)) -> Any:  # type: ignore[type-arg]
    """Answer a page of webhooks."""
    actor = request.actor  # type: ignore[attr-defined]
    page = page_of(queries.webhooks(actor), ["-id"], cursor, limit)
    return {"items": [_out(row) for row in page["items"] if messages.may_handle(actor, row.events)], "next": page["next"]}


@endpoint(router.post, "/webhooks", APIKEY_MANAGE, response=WebhookMade, status=201, refuses=(*REFUSES, "api.webhook-full"), shown_once=("secret",), summary=_("Set up a webhook"),
          description=_("Have an address told of events. Who made the key answers for it: it tells only what he may see, and stops with his access."))
def create_webhook(request: HttpRequest, asked: WebhookIn) -> Any:
    """Set it up."""
    return Status(201, _made(*actions.create_webhook(request.actor, **_values(asked))))  # type: ignore[attr-defined]


# The verbs stand before the webhook itself, or `{webhook}` would take them for an id.
@endpoint(router.post, "/webhooks/{key:webhook}:change", APIKEY_MANAGE, response=WebhookOut, refuses=REFUSES, summary=_("Change a webhook"),
          description=_("Give it another name, address or events; all three are sent. Who made the key answers for it from now on."))
def change_webhook(request: HttpRequest, webhook: Id, asked: WebhookChange) -> Any:
    """Change it."""
    actions.change_webhook(request.actor, webhook=webhook, **_values(asked))  # type: ignore[attr-defined]
    return _again(request, webhook)


@endpoint(router.post, "/webhooks/{key:webhook}:pause", APIKEY_MANAGE, response=WebhookOut, summary=_("Pause a webhook"), description=_("Send nothing for now: what happens is kept for three days, and sent when it goes on."))
def pause_webhook(request: HttpRequest, webhook: Id) -> Any:
    """Pause it."""
    actions.pause_webhook(request.actor, webhook=_own(request, webhook))  # type: ignore[attr-defined]
    return _again(request, webhook)


@endpoint(router.post, "/webhooks/{key:webhook}:resume", APIKEY_MANAGE, response=WebhookOut, refuses=REFUSES, summary=_("Switch a webhook on"), description=_("Let one that was paused, or switched off by the portal, go on with what waits."))
def resume_webhook(request: HttpRequest, webhook: Id) -> Any:
    """Let it go on."""
    actions.resume_webhook(request.actor, webhook=webhook)  # type: ignore[attr-defined]
    return _again(request, webhook)


@endpoint(router.post, "/webhooks/{key:webhook}:rotate", APIKEY_MANAGE, response=WebhookMade, shown_once=("secret",), summary=_("Give a webhook a new secret"), description=_("Sign by a new secret or key; for a day the old one signs too, so that no message is refused meanwhile."))
def rotate_webhook(request: HttpRequest, webhook: Id) -> Any:
    """Make a new secret."""
    shown = actions.rotate_secret(request.actor, webhook=webhook)  # type: ignore[attr-defined]
    return _made(queries.own_webhook(request.actor, webhook), shown)  # type: ignore[attr-defined]


@endpoint(router.post, "/webhooks/{key:webhook}:test", APIKEY_MANAGE, response=WebhookOut, refuses=("api.webhook-state",), summary=_("Send a test"), description=_("Send an event that says nothing but that it is a test: webhook.test."))
def test_webhook(request: HttpRequest, webhook: Id) -> Any:
    """Send a test."""
    actions.send_test(request.actor, webhook=_own(request, webhook))  # type: ignore[attr-defined]
    return _again(request, webhook)


@endpoint(router.post, "/webhooks/{key:webhook}:replay", APIKEY_MANAGE, response=WebhookOut, refuses=("api.webhook-state", "api.webhook-period"), summary=_("Send a period again"),
          description=_("Send the events of a period again, also those that were missed while it was off. Each message keeps its webhook-id."))
def replay_webhook(request: HttpRequest, webhook: Id, asked: PeriodIn) -> Any:
    """Send a period again."""
    actions.replay_period(request.actor, webhook=_own(request, webhook), **asked.model_dump())  # type: ignore[attr-defined]
    return _again(request, webhook)


@endpoint(router.post, "/webhooks/{key:webhook}:remove", APIKEY_MANAGE, response=WebhookOut, summary=_("Remove a webhook"), description=_("Take it away with its secret and what still waits. This cannot be undone."))
def remove_webhook(request: HttpRequest, webhook: Id) -> Any:
    """Remove it, and answer what it was."""
    found = queries.own_webhook(request.actor, webhook)  # type: ignore[attr-defined]
    actions.remove_webhook(request.actor, webhook=webhook)  # type: ignore[attr-defined]
    return _out(found)


@endpoint(router.post, "/webhooks/{key:webhook}/messages/{key:message}:again", APIKEY_MANAGE, response=WebhookOut, refuses=("api.webhook-state",), summary=_("Send a message again"), description=_("Send one message again, under the id it had."))
def resend_message(request: HttpRequest, webhook: Id, message: MessageId) -> Any:
    """Send it again."""
    actions.replay_delivery(request.actor, webhook=_own(request, webhook), delivery=message)  # type: ignore[attr-defined]
    return _again(request, webhook)


@endpoint(router.get, "/webhooks/{key:webhook}/messages", APIKEY_MANAGE, response=Listing[MessageOut], summary=_("List the messages of a webhook"), description=_("What was sent, waits or was given up in the last thirty days, newest first."))
def list_messages(
    request: HttpRequest,
    webhook: Id,
    state: Annotated[str, one_of(WebhookDelivery.State.values)] | None = None,
    cursor: Cursor = "",
    limit: Limit = Query(50),  # type: ignore[type-arg]
) -> Any:
    """Answer a page of messages."""
    actor = request.actor  # type: ignore[attr-defined]
    page = queries.deliveries(actor, webhook=queries.own_webhook(actor, webhook), state=state or "", after=cursor or None, size=limit)
    return {"items": [_message(row) for row in page.rows], "next": page.next}


@endpoint(router.get, "/webhooks/{key:webhook}", APIKEY_MANAGE, response=WebhookOut, summary=_("One webhook"), description=_("Where it goes, what it tells and how it does."))
def get_webhook(request: HttpRequest, webhook: Id) -> Any:
    """Answer it."""
    return _again(request, webhook)


def _own(request: HttpRequest, key: str) -> str:
    """Return the key of a webhook of the own company: a program of the portal handles none of a party. Raises NotFound."""
    return str(queries.own_webhook(request.actor, key).key)  # type: ignore[attr-defined]


def _again(request: HttpRequest, key: str) -> dict[str, Any]:
    return _out(queries.own_webhook(request.actor, key))  # type: ignore[attr-defined]
