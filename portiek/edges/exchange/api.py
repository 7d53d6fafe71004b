"""Electronic orders for machines: send one, see what became of it, fetch what is answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router, Status
from pydantic import Field

from portiek.core import traces
from portiek.core.api import Cursor, Key, Limit, Listing, Schema, Text, endpoint, one_of, page_of
from portiek.core.errors import Refused
from portiek.edges.exchange import actions, permissions, queries, wording
from portiek.edges.exchange.models import Catalogue, Message
from portiek.edges.exchange.ubl.response import write_response
from portiek.foundation.files import queries as files
from portiek.foundation.files.download import attachment
from portiek.foundation.parties.models import Portal
from portiek.foundation.parties.queries import own_party
from portiek.trade.orders import queries as orders

router = Router(tags=["electronic-orders"])
routes = [("", router)]
Id = Annotated[Text, Field(max_length=24, description=_("The `id` of a message"))]


class FindingOut(Schema):
    """What was found about a message."""

    code: Annotated[str, Field(description=_("Of Peppol where it is one of its rules (PEPPOL-T01-R001)"))]
    level: Annotated[str, one_of(["stop", "mend", "ask", "say"]), Field(description=_("stop: it is not taken; mend: a person mends it; ask: a person agrees to our prices; say: good to know"))]
    line: Annotated[str, Field(description=_("Your number of the line, empty for the whole"))]
    detail: str


class ElectronicOrderOut(Schema):
    """An electronic order and what became of it."""

    id: str
    kind: Annotated[str, one_of(Message.Kind.values), Field(description=_("An order, or what changes or cancels one"))]
    number: Annotated[str, Field(description=_("Your own number of the document"))]
    state: Annotated[str, one_of(Message.State.values)]
    received_at: datetime
    order: Annotated[str | None, Field(description=_("Our number of the order that it became, or that it is about"))]
    answer: Annotated[str, one_of(["", "AP", "CA", "RE"]), Field(description=_("What we answered last: AP accepted, CA with changes, RE not accepted"))]
    findings: list[FindingOut]


def _out(row: Message) -> dict[str, Any]:
    findings = [{"code": item.code, "level": item.level, "line": item.place, "detail": item.text} for item in wording.said(row)]
    return {"id": row.key, "kind": row.kind, "number": row.number, "state": row.state, "received_at": row.at, "order": row.order.number if row.order else None, "answer": row.answer, "findings": findings}


@endpoint(router.get, "/electronic-orders", permissions.VIEW, response=Listing[ElectronicOrderOut], summary=_("List electronic orders"), description=_("What your systems sent, within reach of the key, newest first."))
def list_electronic_orders(request: HttpRequest, state: Annotated[str, one_of(["", *Message.State.values])] = "", cursor: Cursor = "", limit: Limit = Query(50)) -> Any:  # type: ignore[type-arg]
    """Answer a page of messages."""
    page = page_of(queries.messages(request.actor, state=state), ["-id"], cursor, limit)  # type: ignore[attr-defined]
    return {"items": [_out(row) for row in page["items"]], "next": page["next"]}


@endpoint(router.post, "/electronic-orders", permissions.PLACE, response=ElectronicOrderOut, audience="party", status=201, takes="application/xml", refuses=("exchange.too-many",), summary=_("Send an order, a change or a cancellation as UBL"),
          description=_("Send an order as XML (Peppol BIS Order 3). It is placed at once when nothing stands in its way; else `state` and `findings` say why not, and nothing is lost. The same document is the same message, and your number "
                        "of an order makes one order: no Idempotency-Key is needed. An Order Change or Order Cancellation is carried out while a person could still do so, or says why not; nothing of it is done by half."))
def send_electronic_order(request: HttpRequest) -> Any:
    """Take it."""
    return Status(201, _out(actions.receive_order(request.actor, content=request.body, now=timezone.now())))  # type: ignore[attr-defined]


@endpoint(router.get, "/electronic-orders/{message}", permissions.VIEW, response=ElectronicOrderOut, summary=_("One electronic order"), description=_("What became of a message."))
def get_electronic_order(request: HttpRequest, message: Id) -> Any:
    """Answer a message."""
    return _out(queries.message(request.actor, message))  # type: ignore[attr-defined]


@endpoint(router.get, "/electronic-orders/{message}/response", permissions.VIEW, response=None, media_type="application/xml", summary=_("What is answered to a change or cancellation, as UBL"),
          description=_("Peppol Order Response of advanced ordering: received (AB) while the seller decides, accepted (AP) or not accepted (RE) with why. Of an order: `/orders/{number}/response`."))
def get_change_response(request: HttpRequest, message: Id) -> Any:
    """Answer the document."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.change_response(actor, queries.message(actor, message), portal=Portal.objects.get(pk=actor.portal_id), day=timezone.localdate())
    return HttpResponse(write_response(found), content_type="application/xml")


@endpoint(router.get, "/orders/{key:number}/response", permissions.VIEW, response=None, media_type="application/xml", summary=_("What is answered to an order, as UBL"),
          description=_("The seller's answer at this moment (Peppol BIS Order Response 3): received (AB), accepted (AP), accepted with changes line by line (CA) or not accepted (RE). To your own numbers, where the order came as UBL."))
def get_order_response(request: HttpRequest, number: Key) -> Any:
    """Answer the document."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.response(actor, orders.order(actor, number), portal=Portal.objects.get(pk=actor.portal_id), day=timezone.localdate())
    return HttpResponse(write_response(found), content_type="application/xml")


class CatalogueQuestion(Schema):
    """Which catalogue is asked for."""

    since: Annotated[Id | None, Field(description=_("The `id` of an earlier one: only what changed since then; null: everything"))] = None


class CatalogueOut(Schema):
    """A catalogue of the own assortment and prices."""

    id: Annotated[str, Field(description=_("Stands in the document as its number"))]
    state: Annotated[str, one_of(Catalogue.State.values), Field(description=_("asked: it is being made; ready: fetch it; same: nothing changed, so that there is no document; failed: ask for a whole one"))]
    asked_at: datetime
    day: Annotated[date, Field(description=_("On which its prices hold"))]
    since: str | None
    progress: Annotated[int, Field(description=_("Products that were looked at"))]
    total: int
    added: int
    changed: int
    removed: int


def _catalogue(row: Catalogue) -> dict[str, Any]:
    return {"id": row.key, "state": row.state, "asked_at": row.at, "day": row.day, "since": row.since or None, "progress": row.done, "total": row.total, "added": row.added, "changed": row.changed, "removed": row.removed}


@endpoint(router.get, "/catalogues", permissions.PRICES, response=Listing[CatalogueOut], audience="party", summary=_("List catalogues"), description=_("Those that were made of your own assortment and prices, newest first."))
def list_catalogues(request: HttpRequest, cursor: Cursor = "", limit: Limit = Query(50)) -> Any:  # type: ignore[type-arg]
    """Answer a page of catalogues."""
    page = page_of(queries.catalogues(request.actor), ["-id"], cursor, limit)  # type: ignore[attr-defined]
    return {"items": [_catalogue(row) for row in page["items"]], "next": page["next"]}


@endpoint(router.post, "/catalogues", permissions.PRICES, response=CatalogueOut, audience="party", status=201, refuses=("exchange.catalogue-many", "exchange.catalogue-day", "exchange.catalogue-empty", "exchange.catalogue-since", "exchange.catalogue-visit"),
          summary=_("Have a catalogue made"), description=_("Have your own assortment and prices made as UBL (Peppol BIS Catalogue 3), everything or what changed since an earlier one. The event `catalogue.ready` says when it can be fetched; or ask for its state."))
def make_catalogue(request: HttpRequest, question: CatalogueQuestion) -> Any:
    """Ask for it."""
    actor = request.actor  # type: ignore[attr-defined]
    return Status(201, _catalogue(actions.ask_catalogue(actor, party=own_party(actor), since=question.since or "", day=timezone.localdate(), now=timezone.now())))


@endpoint(router.get, "/catalogues/{catalogue}", permissions.PRICES, response=CatalogueOut, audience="party", summary=_("One catalogue"), description=_("How far a catalogue is."))
def get_catalogue(request: HttpRequest, catalogue: Id) -> Any:
    """Answer a catalogue."""
    return _catalogue(queries.catalogue(request.actor, catalogue))  # type: ignore[attr-defined]


@endpoint(router.get, "/catalogues/{catalogue}/document", permissions.PRICES, response=None, audience="party", media_type="application/xml", refuses=("exchange.catalogue-not-ready",), summary=_("A catalogue as UBL"), description=_("The document, once the catalogue is ready."))
def get_catalogue_document(request: HttpRequest, catalogue: Id) -> Any:
    """Answer the document."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.catalogue(actor, catalogue)
    if found.file is None:
        raise Refused("exchange.catalogue-not-ready")
    traces.leave(request, actions.note_catalogue_download, found=found)
    answer = attachment(request, files.path(actor, found.file), name=found.file.name, media_type=found.file.media_type, etag=found.file.sha256)
    if answer.status_code < 300:
        answer["Content-Type"] = "application/xml"  # shown by no browser: the answer is a file in a sandbox
    return answer
