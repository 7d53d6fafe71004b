"""Pages of electronic ordering."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core import traces
from portiek.core.errors import Forbidden, NotFound, Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.edges.exchange import actions, forms, permissions, queries, reading, rules
from portiek.edges.exchange import wording as words
from portiek.edges.exchange.models import Catalogue, Message, Setup
from portiek.edges.exchange.ubl.order import write_order
from portiek.edges.exchange.ubl.response import write_response
from portiek.foundation.files import queries as files
from portiek.foundation.files import rules as names
from portiek.foundation.files.download import attachment
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party
from portiek.trade.orders import queries as orders
from portiek.ui import format


@page(permissions.VIEW)
def messages_list(request: Request) -> HttpResponse:
    """List the messages that came in, newest first."""
    return _listed(request, forms.Upload())


def _listed(request: Request, form: forms.Upload, *, status: int = 200) -> HttpResponse:
    state = request.GET.get("state", "")
    found = keyset(queries.messages(request.actor, state=state), list(queries.NEWEST), after=request.GET.get("after"), before=request.GET.get("before"), size=25)
    chips = [(label, f"?state={code}" if code else "?", code == state, None) for code, label in [("", _("All")), *words.states(staff=request.actor.is_staff)]]
    rest = f"&state={state}" if state in Message.State.values else ""
    values = {"form": form, "found": found.rows, "chips": chips, "words": words, "staff": request.actor.is_staff, "state": state, "may_send": request.actor.may(permissions.PLACE) and not request.actor.is_staff,
              "may_manage": request.actor.is_staff and request.actor.may(permissions.MANAGE), "previous": f"?before={found.previous}{rest}" if found.previous else None, "next": f"?after={found.next}{rest}" if found.next else None}  # fmt: skip
    return render(request, "exchange/messages.html", values, status=status)


@page(permissions.PLACE, "POST", audience="party")
def upload(request: Request) -> HttpResponse:
    """Take an order as a file, and show what came of it."""
    form = forms.Upload(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = actions.receive_order(request.actor, content=file.read(), name=names.clean_name(file.name), now=timezone.now())
            return HttpResponseRedirect(reverse("exchange:message", args=[made.key]))
        except Refused as refused:
            form.add_error("file", wording(refused))
    return _listed(request, form, status=422)


@page(permissions.PLACE, "POST", audience="party")
def try_message(request: Request) -> HttpResponse:
    """Show what would be found about a document, or about an example of the reader's own company, if it were sent now: nothing is ordered."""
    form = forms.Upload(request.POST, request.FILES)
    try:
        if "example" in request.POST:
            name, content = "", write_order(queries.example(request.actor, portal=request.portal, day=timezone.localdate()))
        elif form.is_valid():
            name, content = names.clean_name(form.cleaned_data["file"].name), form.cleaned_data["file"].read()
        else:
            return _listed(request, form, status=422)
    except Refused as refused:
        messages.error(request, wording(refused))
        return HttpResponseRedirect(reverse("exchange:messages"))
    order, found = queries.tried(request.actor, content, policy=request.portal.policy, now=timezone.now())
    agreed = ["exchange.price"] if queries.setup(request.actor).prices == Setup.Prices.OWN else []
    would = Message(state=rules.verdict(found, agreed), findings=[item.kept() for item in found])
    return render(request, "exchange/tried.html", {"name": name, "document": order, "said": words.said(would), "would": would, "status": words.status(would)})


@page(permissions.PLACE, audience="party")
def example(request: Request) -> HttpResponse:
    """Hand out an order as the reader's own company would send it."""
    try:
        found = queries.example(request.actor, portal=request.portal, day=timezone.localdate())
    except Refused:
        raise NotFound from None
    return _file(write_order(found), f"{found.number}.xml")


@page(permissions.VIEW)
def show_message(request: Request, key: str) -> HttpResponse:
    """Show one message: what was found about it and what became of it."""
    return _shown(request, key)


def _shown(request: Request, key: str, *, problem: str = "", status: int = 200) -> HttpResponse:
    found, actor = queries.message(request.actor, key), request.actor
    document = reading.document(found) if found.number and found.kind != Message.Kind.CANCEL else None
    own = not actor.is_staff and found.state in Message.OPEN
    values: dict[str, Any] = {
        "message": found, "document": document, "said": words.said(found), "words": words, "staff": actor.is_staff, "problem": problem, "status": words.status(found, staff=actor.is_staff),
        "may_agree": own and found.state == Message.State.HELD and actor.may(permissions.PLACE), "may_mend": own and actor.may(permissions.CART), "may_drop": own and actor.may(permissions.PLACE),
        "order": orders.order_by_id(actor, found.order_id) if found.order_id else None,
    }  # fmt: skip
    return render(request, "exchange/message.html", values, status=status)


@page(permissions.PLACE, "POST", audience="party")
def agree(request: Request, key: str) -> HttpResponse:
    """Order at our prices."""
    try:
        found = actions.agree(request.actor, key=key, now=timezone.now())
    except Refused as refused:
        return _shown(request, key, problem=wording(refused), status=422)
    if found.order is not None:
        messages.success(request, _("Order %(number)s has been placed.") % {"number": found.order.number})
    return HttpResponseRedirect(reverse("exchange:message", args=[key]))


@page(permissions.CART, "POST", audience="party")
def mend(request: Request, key: str) -> HttpResponse:
    """Put the lines in a list, to mend them there."""
    try:
        return HttpResponseRedirect(reverse("orders:draft", args=[actions.mend(request.actor, key=key, now=timezone.now()).key]))
    except Refused as refused:
        return _shown(request, key, problem=wording(refused), status=422)


@page(permissions.PLACE, "POST", audience="party")
def drop(request: Request, key: str) -> HttpResponse:
    """Put a message away."""
    try:
        actions.drop(request.actor, key=key, now=timezone.now())
    except Refused as refused:
        return _shown(request, key, problem=wording(refused), status=422)
    return HttpResponseRedirect(reverse("exchange:messages"))


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/xml")
    answer["Content-Disposition"] = names.disposition(names.clean_name(name))
    return answer


@page(permissions.VIEW)
def download(request: Request, key: str) -> HttpResponse:
    """Hand out a message as it was read."""
    found = queries.message(request.actor, key)
    return _file(found.content.encode(), f"{found}.xml")


@page(permissions.VIEW)
def download_response(request: Request, number: str) -> HttpResponse:
    """Hand out what is answered to an order, as UBL."""
    found = queries.response(request.actor, orders.order(request.actor, number), portal=request.portal, day=timezone.localdate())
    return _file(write_response(found), f"{found.number}.xml")


@page(permissions.VIEW)
def download_change_response(request: Request, key: str) -> HttpResponse:
    """Hand out what is answered to a change or a cancellation, as UBL."""
    found = queries.change_response(request.actor, queries.message(request.actor, key), portal=request.portal, day=timezone.localdate())
    return _file(write_response(found), f"{found.number}.xml")


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def setup(request: Request) -> HttpResponse:
    """Choose how electronic orders are taken."""
    ours = queries.setup(request.actor)
    form = forms.Setup(request.POST if request.method == "POST" else None, initial={"prices": ours.prices, "scheme": ours.scheme, "identifier": ours.identifier})
    if form.is_bound and form.is_valid():
        actions.change_setup(request.actor, **form.cleaned_data)
        messages.success(request, _("How electronic orders are taken has been saved."))
        return HttpResponseRedirect(reverse("exchange:messages"))
    return render(request, "exchange/setup.html", {"form": form}, status=422 if form.is_bound else 200)


@page(permissions.PRICES, "GET", "POST", audience="party")
def catalogues(request: Request) -> HttpResponse:
    """Have the own assortment and prices made as a catalogue, and show those that were made."""
    return _catalogues(request, parties.own_party(request.actor), reverse("exchange:catalogues"))


@page(permissions.EXPLAIN, "GET", "POST", audience="staff")
def catalogues_of(request: Request, number: str) -> HttpResponse:
    """Have a party's assortment and prices made as a catalogue, and show those that were made."""
    party = parties.party(request.actor, number)
    return _catalogues(request, party, reverse("exchange:catalogues-of", args=[party.number]))


def _catalogues(request: Request, party: Party, address: str) -> HttpResponse:
    if not request.actor.may(permissions.PRODUCTS):
        raise Forbidden(permissions.PRODUCTS)
    unit = None if request.actor.is_staff else request.actor.unit_id
    earlier = [(item.key, _("What changed since %(moment)s") % {"moment": format.moment(item.at)}) for item in queries.to_go_on_from(request.actor, party_id=party.pk, unit_id=unit).order_by("-pk")[:12]]
    form = forms.AskCatalogue(request.POST if request.method == "POST" else None, earlier=earlier)
    if form.is_bound and form.is_valid():
        try:
            actions.ask_catalogue(request.actor, party=party, since=form.cleaned_data["since"], day=timezone.localdate(), now=timezone.now())
            messages.success(request, _("The catalogue is being made. It stands here as soon as it is ready."))
            return HttpResponseRedirect(address)
        except Refused as refused:
            form.add_error("since", wording(refused))
    found = keyset(queries.catalogues(request.actor, party_id=party.pk), list(queries.NEWEST), after=request.GET.get("after"), before=request.GET.get("before"), size=25)
    values = {"form": form, "found": found.rows, "party": party, "address": address, "words": words, "staff": request.actor.is_staff, "busy": any(item.state == Catalogue.State.ASKED for item in found.rows), "has_address": bool(queries.setup(request.actor).identifier),
              "previous": f"?before={found.previous}" if found.previous else None, "next": f"?after={found.next}" if found.next else None}  # fmt: skip
    return render(request, "exchange/catalogues.html" + ("#files" if request.headers.get("HX-Request-Type") == "partial" else ""), values, status=422 if form.errors else 200)


@page(permissions.PRICES)
def download_catalogue(request: Request, key: str) -> HttpResponse:
    """Hand out a catalogue."""
    found = queries.catalogue(request.actor, key)
    if found.file is None:
        raise NotFound
    traces.leave(request, actions.note_catalogue_download, found=found)
    return attachment(request, files.path(request.actor, found.file), name=found.file.name, media_type=found.file.media_type, etag=found.file.sha256)
