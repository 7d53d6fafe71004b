"""cXML: a system asks for a visit or sends an order; a browser comes in by the one-time address that it got."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt

from portiek.core.actor import Actor
from portiek.core.addresses import whole
from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, gate_of, public, render
from portiek.edges.exchange import actions as exchange
from portiek.edges.exchange import queries as electronic
from portiek.edges.exchange import wording as electronic_words
from portiek.edges.exchange.models import Message
from portiek.edges.exchange.reading import buyer
from portiek.edges.exchange.ubl import records as ubl
from portiek.edges.exchange.ubl.order import write_order
from portiek.edges.exchange.ubl.tree import Unreadable
from portiek.edges.punchout import actions, cxml, rules
from portiek.edges.punchout.models import System
from portiek.edges.punchout.views.visit import nobody, plain_hosts, refused_page, shop, shopper
from portiek.foundation.accounts.standing import standing
from portiek.foundation.accounts.views.entering import visit_of
from portiek.foundation.parties.queries import own_party
from portiek.trade.orders.permissions import PLACE

# What cXML calls its answers; the HTTP status is 200 for each that could be read, as cXML has it.
TEXTS = {200: "OK", 201: "Accepted", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 406: "Not Acceptable", 409: "Conflict", 429: "Too Many Requests", 501: "Not Implemented"}


def _answer(request: Request, code: int, said: str = "", *, start: str = "", status: int = 200) -> HttpResponse:
    return HttpResponse(cxml.write_status(code, TEXTS[code], said, payload=f"{request.id}@{request.portal.host}", now=timezone.localtime(), start=start), content_type="text/xml; charset=utf-8", status=status)  # type: ignore[attr-defined]


@csrf_exempt  # a program posts here, which shows its secret; no cookie counts
@public("POST", scoped=False, along=True)
def receive(request: Request) -> HttpResponse:
    """Take a request of a system: a visit that is asked for (PunchOutSetupRequest), or an order (OrderRequest)."""
    gate, now, came = gate_of(nobody(request)), timezone.now(), visit_of(request)
    try:
        asked = cxml.read_request(request.body)
        setup = cxml.read_setup(asked.body) if asked.kind == "PunchOutSetupRequest" else None
    except Unreadable as problem:
        return _answer(request, 400, wording(Refused(f"exchange.{problem.code}", what=problem.place)), status=400)
    with scope(gate):
        known = actions.prove(gate, login=asked.sender.identity, secret=asked.secret, kind=System.Kind.CXML, came=came, now=now)
    if known.system is None:
        return _answer(request, 429 if known.problem == "punchout.too-many" else 401, wording(Refused(known.problem)))
    if setup is not None:
        return _announce(request, gate, known.system, asked, setup)
    return _order(request, known.system, asked) if asked.kind == "OrderRequest" else _answer(request, 501, wording(Refused("punchout.function")))


def _announce(request: Request, gate: Actor, system: System, asked: cxml.Request, setup: cxml.Setup) -> HttpResponse:
    problem = "" if rules.origin(setup.address, system.hosts, plain_hosts()) else "punchout.return"
    problem = problem or ("" if shopper(gate.portal_id, system) else "punchout.person")
    carried: dict[str, Any] = {"cookie": setup.cookie, "buyer": [asked.buyer.domain, asked.buyer.identity], "seller": [asked.seller.domain, asked.seller.identity], "items": [[sku, f"{quantity:f}"] for sku, quantity in setup.items[: rules.MOST_LINES]], "product": setup.product}
    with scope(gate):
        if problem:
            actions.refuse(gate, system=system, problem=problem, now=timezone.now())
            return _answer(request, 403, wording(Refused(problem)))
        ticket = actions.announce_visit(gate, system=system, return_url=setup.address, carried=carried, now=timezone.now())
    return _answer(request, 200, start=whole(request.portal.host, reverse("punchout:start", args=[ticket])))


def _order(request: Request, system: System, asked: cxml.Request) -> HttpResponse:
    """Take an order as any electronic order, in the name of who shops through the system."""
    portal = Actor.system(request.portal.id)
    with scope(portal, read_only=True):
        actor = standing(portal, party_id=system.party_id, user_id=system.user_id)
    if actor is None or not actor.may(PLACE):
        return _answer(request, 403, wording(Refused("punchout.person")))
    with scope(actor):
        ours = electronic.setup(actor)
        try:
            order = cxml.read_order(asked.body, buyer=buyer(own_party(actor)), seller=ubl.Party(request.portal.name, ubl.Code(ours.scheme, ours.identifier) if ours.identifier else None))
            made = exchange.receive_order(actor, content=write_order(order), name=f"{order.number}.xml", channel=Message.Channel.SYSTEM, now=timezone.now())
        except Unreadable as problem:
            return _answer(request, 400, wording(Refused(f"exchange.{problem.code}", what=problem.place)))
        except Refused as refused:
            return _answer(request, 429, wording(refused))
        said = "; ".join(dict.fromkeys(item.text for item in electronic_words.said(made)))
        if made.state == Message.State.REFUSED:
            return _answer(request, 406, said)
        return _answer(request, 200 if made.order_id else 201, electronic_words.status(made)[1] if made.order_id else f"{electronic_words.status(made)[1]}: {said}")


@public("GET", "POST", scoped=False, along=True)
def start(request: Request, ticket: str) -> HttpResponse:
    """Let a browser in by a one-time address: looking at it opens nothing, its button does, by itself where there is script."""
    if request.method != "POST":
        with scope(request.actor, read_only=True):
            return render(request, "punchout/start.html", {"ticket": ticket, "bare": True})
    gate, now = gate_of(nobody(request)), timezone.now()
    try:
        with scope(gate):
            token, found = actions.open_announced(gate, ticket=ticket, came=visit_of(request), now=now)
    except NotFound:
        return refused_page(request, "punchout.over")
    path, who = settings.SHOP_URL, shopper(gate.portal_id, found.system)
    if who is not None and found.session_id is not None and found.carried["items"]:
        actor = replace(who, by_user_id=-found.session_id, by_name=found.system.name)
        with scope(actor):
            left = actions.put_back(actor, items=[(sku, quantity) for sku, quantity in found.carried["items"]])
        path = "orders:cart"
        if left:
            messages.warning(request, ngettext("%(count)s line of your cart can no longer be ordered so.", "%(count)s lines of your cart can no longer be ordered so.", left) % {"count": left})
    elif who is not None and found.carried["product"]:
        return shop(request, token, reverse("catalog:detail", args=[found.carried["product"]]))
    return shop(request, token, reverse(path))
