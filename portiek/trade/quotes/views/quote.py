"""Pages of quotes for who asks for them, and those that both sides share: the list and one quote."""

from __future__ import annotations

import secrets
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.foundation.parties import queries as parties
from portiek.trade.orders import queries as orders
from portiek.trade.orders import wording as order_words
from portiek.trade.quotes import actions, document, forms, permissions, queries, rules
from portiek.trade.quotes import wording as words
from portiek.trade.quotes.models import PARTY, Draft, Quote
from portiek.trade.quotes.views.drafts import again, beside, kept, more, say, version_of


def done(quote: Quote) -> HttpResponse:
    """Go to the page of a quote."""
    return HttpResponseRedirect(reverse("quotes:detail", args=[quote.number]))


def refuse(form: Any, refused: Refused) -> None:
    """Say at each field of a form what is wrong with it, else above it."""
    for item in refused.parts or [refused]:
        where = form.where(item.field) if isinstance(form, forms.Rows) else item.field
        form.add_error(where if where in form.fields else None, wording(item))


@page(permissions.VIEW)
def list_quotes(request: Request) -> HttpResponse:
    """List quotes, what changed last first."""
    actor, search, state, mine = request.actor, request.GET.get("q", "")[:100], request.GET.get("state", ""), request.GET.get("mine") == "1"
    number = request.GET.get("party", "")[:20].replace("\0", "") if actor.is_staff else ""
    party = parties.party(actor, number) if number else None
    at = keyset(queries.quotes(actor, search=search, state=state, mine=mine, party_id=party.pk if party else None), queries.NEWEST, after=request.GET.get("after"), before=request.GET.get("before"))
    narrowed = {name: value for name, value in (("q", search), ("state", state), ("mine", "1" if mine else ""), ("party", number)) if value}
    named = [("", _("All")), ("ours", _("Our turn")), ("theirs", _("Customer's turn") if actor.is_staff else _("Your turn")), ("ordered", _("Ordered")), ("ended", _("Ended"))]
    chips = [(text, "?" + urlencode({**{name: value for name, value in narrowed.items() if name != "state"}, **({"state": code} if code else {})}), code == state, None) for code, text in named]
    # What one is still typing stands above the list itself, not among what was searched in it.
    drafts = list(queries.drafts(actor)[: rules.MOST_DRAFTS]) if not narrowed and at.previous is None else []
    return render(request, "quotes/list.html", {
        "drafts": drafts,
        "quotes": [(row, words.status(row, staff=actor.is_staff)) for row in at.rows], "search": search, "state": state, "mine": mine, "party": party, "chips": chips, "staff": actor.is_staff,
        "may_request": actor.may(permissions.REQUEST) and not actor.is_staff, "may_manage": actor.may(permissions.MANAGE),
        "next": "?" + urlencode({**narrowed, "after": at.next}) if at.next else None, "previous": "?" + urlencode({**narrowed, "before": at.previous}) if at.previous else None,
    })  # fmt: skip


@page(permissions.REQUEST, "GET", "POST", audience="party")
def new(request: Request) -> HttpResponse:
    """Ask for a quote: of the cart, of a product, or from nothing."""
    if request.method != "POST":
        draft = _draft(request, request.GET["draft"]) if "draft" in request.GET else None
        form = again(forms.Request, {**draft.values, "key": draft.key}) if draft else forms.Request(start=_start(request), initial=_whole(request))
        return render(request, "quotes/new.html", {"form": form, "draft": draft})
    if (press := request.POST.get("next")) in ("more", "draft"):
        status = 200
        try:
            actions.keep_request(request.actor, key=request.POST.get("key", "") or secrets.token_urlsafe(24), sent=request.POST.dict(), now=timezone.now())
            if press == "draft":
                return kept(request)
        except Refused as refused:
            # More rows may be asked for before anything is typed.
            if press == "draft" or refused.code != "quotes.empty":
                say(request, refused)
                status = 422 if press == "draft" else 200
        return render(request, "quotes/new.html", {"form": more(forms.Request, request), "draft": None}, status=status)
    form = forms.Request(request.POST, files=request.FILES)
    if form.is_valid():
        given, file = form.cleaned_data, form.cleaned_data["file"]
        upload = actions.Upload(file.name, file.content_type or "application/octet-stream", file) if file else None
        try:
            made = actions.request_quote(request.actor, lines=form.wishes(), key=given["key"], reference=given["reference"], note=given["note"], wanted_date=given["wanted_date"], file=upload, now=timezone.now(), today=timezone.localdate())
            return done(made)
        except Refused as refused:
            refuse(form, refused)
    return render(request, "quotes/new.html", {"form": form, "draft": None}, status=422)


def _draft(request: Request, key: str) -> Draft:
    found = queries.draft(request.actor, key)
    # What belongs to a quote is gone on with there.
    if found is None or found.version:
        raise NotFound
    return found


def _start(request: Request) -> list[dict[str, Any]]:
    """Return the lines that a request begins with: those of the cart, or a product."""
    if request.GET.get("from") == "cart":
        found = orders.basket(request.actor, day=timezone.localdate())
        return [{"what": item.product.sku, "quantity": item.line.quantity, "remark": item.line.note} for item in found.lines if item.product][: rules.MOST_LINES]
    code = request.GET.get("product", "")[:64].replace("\0", "")
    products = orders.lookup(request.actor, [code]).get(code, []) if code else []
    return [{"what": product.sku, "quantity": product.min_quantity} for product in products[:1]]


def _whole(request: Request) -> dict[str, Any]:
    cart = orders.basket(request.actor, day=timezone.localdate()).cart if request.GET.get("from") == "cart" else None
    return {"reference": cart.reference, "note": cart.note, "wanted_date": cart.wanted_date} if cart else {}


@page(permissions.VIEW)
def show(request: Request, number: str) -> HttpResponse:
    """Show one quote to the party and to staff."""
    return detail(request, queries.quote(request.actor, number))


def detail(request: Request, quote: Quote, *, status: int = 200, **more: Any) -> HttpResponse:
    """Draw the page of one quote; `more`: a form that was sent back."""
    actor, today = request.actor, timezone.localdate()
    found = queries.detail(actor, quote)
    wanted = request.GET.get("version", "")
    chosen = next((item for item in found.rounds if str(item.version.number) == wanted), found.latest)
    latest, staff, late = chosen is found.latest, actor.is_staff, queries.terms(actor).late
    open_lines = {line.key: line.quantity for line in rules.rest(found.offer.lines, found.called)} if found.offer else {}
    decidable = quote.status in (*rules.HELD, Quote.Status.EXPIRED)
    events = [SimpleNamespace(text=words.EVENTS[item.name], at=item.at, note=item.by, kind=words.FACT_WORDS[item.name].tone, icon=words.FACT_WORDS[item.name].icon) for item in queries.history(actor, quote) if item.name in words.EVENTS]
    priced = queries.prices_of(actor, quote, [(line.product_id, line.quantity) for line in chosen.lines], day=today) if staff else {}
    return render(request, "quotes/detail.html", {
        "quote": quote, "found": found, "chosen": chosen, "latest": latest, "staff": staff, "status": words.status(quote, staff=staff), "words": words, "order_words": order_words, "currency": quote.currency,
        "changes": words.differences(chosen, quote.currency), "names": {line.key: line.sku or line.name for line in chosen.lines}, "events": events, "prices": priced,
        "has_extras": any(line.optional or line.instead_of for line in chosen.lines), "over": rules.is_over(quote.valid_until, today),
        "left": open_lines, "ordered": [(order, *order_words.status(order)) for order in found.orders],
        "may_accept": actor.may(permissions.ACCEPT) and not staff and latest and found.offer is found.latest and (quote.status in rules.HELD or (late and quote.status == Quote.Status.EXPIRED)),
        "may_decline": actor.may(permissions.ACCEPT) and not staff and latest and decidable, "may_counter": actor.may(permissions.REQUEST) and not staff and latest and decidable,
        "may_withdraw": actor.may(permissions.REQUEST) and not staff and quote.user_id == actor.user_id and quote.status in (*rules.OURS, *rules.THEIRS, "expired"),
        "may_answer": actor.may(permissions.REQUEST) and not staff and quote.status == Quote.Status.NEEDS_INFO, "may_question": actor.may(permissions.REQUEST) and not staff and latest and quote.status in rules.HELD,
        "may_manage": (manages := actor.may(permissions.MANAGE) and staff), "may_take": manages and quote.status in (*rules.OURS, *rules.THEIRS) and quote.owner_id != actor.user_id,
        "may_offer": manages and quote.status in (*rules.OURS, *rules.THEIRS, "expired"), "may_ask": manages and quote.status in rules.ASKED, "may_reply": manages and quote.status in ("questioned", "expired") and bool(found.messages) and found.messages[-1].side == PARTY, "may_refuse": manages and quote.status in (*rules.OURS, *rules.THEIRS),
        "thread": words.thread(found), "accepted": [(item, order_words.status(item.order) if item.order else None) for item in queries.acceptances(actor, quote)], "text_form": more.get("text_form") or forms.Text(), "note_form": more.get("note_form") or forms.Text(prefix="note"), "reason_form": more.get("reason_form") or forms.Reason(initial={"version": quote.last}), "messages": more.get("said", []),
    }, status=status)  # fmt: skip


@page(permissions.VIEW)
def pdf(request: Request, number: str) -> HttpResponse:
    """Download the newest offer, or the one that is named, in the reader's language."""
    quote = queries.quote(request.actor, number)
    wanted = request.GET.get("version", "")
    return document.attached(request, quote, int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 5 else 0 if wanted else None)


@page(permissions.REQUEST, "GET", "POST", audience="party")
def counter(request: Request, number: str) -> HttpResponse:
    """Propose something else than was offered."""
    quote = queries.quote(request.actor, number)
    if quote.status not in (*rules.HELD, Quote.Status.EXPIRED):
        return done(quote)
    found = queries.detail(request.actor, quote)
    lines = found.latest.lines
    if request.method != "POST":
        if draft := queries.draft(request.actor, quote.number):
            return _counter(request, found, beside(forms.Counter, found, draft, lines), draft=draft)
        return _counter(request, found, forms.Counter(lines=lines, initial={"version": quote.last}))
    if (press := request.POST.get("next")) in ("more", "draft"):
        status = 200
        try:
            actions.keep_counter(request.actor, quote=quote, version=version_of(request), sent=request.POST.dict(), now=timezone.now())
            if press == "draft":
                return kept(request)
        except Refused as refused:
            say(request, refused)
            status = 422 if press == "draft" else 200
        return _counter(request, found, more(forms.Counter, request, lines=lines), status)
    form = forms.Counter(request.POST, lines=lines)
    if form.is_valid():
        try:
            return done(actions.counter_quote(request.actor, quote=quote, version=form.cleaned_data["version"], lines=form.wishes(), note=form.cleaned_data["note"], now=timezone.now()))
        except Refused as refused:
            refuse(form, refused)
    return _counter(request, found, form, 422)


def _counter(request: Request, found: queries.Detail, form: forms.Counter, status: int = 200, draft: Draft | None = None) -> HttpResponse:
    return render(request, "quotes/counter.html", {"quote": found.quote, "form": form, "called": found.called, "currency": found.quote.currency, "draft": draft}, status=status)


@page(permissions.ACCEPT, "POST", audience="party")
def decline(request: Request, number: str) -> HttpResponse:
    """Decline an offer with a reason."""
    quote, form = queries.quote(request.actor, number), forms.Reason(request.POST)
    if form.is_valid():
        try:
            return done(actions.decline_quote(request.actor, quote=quote, version=form.cleaned_data["version"] or 0, reason=form.cleaned_data["reason"], now=timezone.now()))
        except Refused as refused:
            refuse(form, refused)
    return detail(request, quote, status=422, reason_form=form)


@page(permissions.REQUEST, "POST", audience="party")
def withdraw(request: Request, number: str) -> HttpResponse:
    """Take back one's own request."""
    quote = queries.quote(request.actor, number)
    try:
        return done(actions.withdraw_quote(request.actor, quote=quote, now=timezone.now()))
    except Refused as refused:
        messages.error(request, wording(refused))
        return done(quote)


@page(permissions.REQUEST, "POST", audience="party")
def answer(request: Request, number: str) -> HttpResponse:
    """Answer a question."""
    quote, form = queries.quote(request.actor, number), forms.Text(request.POST)
    if form.is_valid():
        try:
            return done(actions.answer(request.actor, quote=quote, text=form.cleaned_data["text"], now=timezone.now()))
        except Refused as refused:
            refuse(form, refused)
    return detail(request, quote, status=422, text_form=form)


@page(permissions.REQUEST, "POST", audience="party")
def question(request: Request, number: str) -> HttpResponse:
    """Ask something about an offer, which stands."""
    quote, form = queries.quote(request.actor, number), forms.Text(request.POST)
    if form.is_valid():
        try:
            return done(actions.ask_about(request.actor, quote=quote, text=form.cleaned_data["text"], now=timezone.now()))
        except Refused as refused:
            refuse(form, refused)
    return detail(request, quote, status=422, text_form=form)
