"""Pages of quotes for who makes them."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page, render
from portiek.trade.orders import wording as order_words
from portiek.trade.quotes import actions, forms, permissions, queries, rules
from portiek.trade.quotes.models import Draft, Line, Quote
from portiek.trade.quotes.views.drafts import beside, kept, more, say, version_of
from portiek.trade.quotes.views.quote import detail, done, refuse


@page(permissions.MANAGE, "POST", audience="staff")
def take(request: Request, number: str) -> HttpResponse:
    """Take up a quote."""
    quote = queries.quote(request.actor, number)
    try:
        return done(actions.take_up(request.actor, quote=quote, now=timezone.now()))
    except Refused as refused:
        messages.error(request, wording(refused))
        return done(quote)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def offer(request: Request, number: str) -> HttpResponse:
    """Price a quote line by line and send it as a new version."""
    quote = queries.quote(request.actor, number)
    if quote.status not in (*rules.OURS, *rules.THEIRS, Quote.Status.EXPIRED):
        return done(quote)
    found, today = queries.detail(request.actor, quote), timezone.localdate()
    lines = found.latest.lines
    if request.method != "POST":
        day = today + timedelta(days=queries.terms(request.actor).days)
        last = found.offer.version if found.offer else None
        if draft := queries.draft(request.actor, quote.number):
            return _offer(request, found, beside(forms.Offering, found, draft, _begun(found)), draft=draft)
        return _offer(request, found, forms.Offering(lines=_begun(found), initial={"version": quote.last, "valid_until": day, "conditions": last.conditions if last else ""}))
    if (press := request.POST.get("next")) in ("more", "draft"):
        status = 200
        try:
            actions.keep_offer(request.actor, quote=quote, version=version_of(request), sent=request.POST.dict(), now=timezone.now())
            if press == "draft":
                return kept(request)
        except Refused as refused:
            say(request, refused)
            status = 422 if press == "draft" else 200
        return _offer(request, found, more(forms.Offering, request, lines=lines), status)
    form = forms.Offering(request.POST, lines=lines)
    if form.is_valid():
        given = form.cleaned_data
        try:
            sent = actions.offer_quote(request.actor, quote=quote, version=given["version"], lines=form.offers(), valid_until=given["valid_until"], conditions=given["conditions"], note=given["note"], now=timezone.now(), today=today)
            messages.success(request, _("Version %(version)s was sent to %(name)s.") % {"version": sent.last, "name": quote.user_name})
            return done(sent)
        except Refused as refused:
            refuse(form, refused)
    return _offer(request, found, form, 422)


def _begun(found: queries.Detail) -> list[Line]:
    """Return the newest lines with the prices that were offered before: what the customer proposes has none."""
    before = {line.key: line for line in found.offer.lines} if found.offer else {}
    for line in found.latest.lines:
        if line.price is None and line.key in before:
            line.price = before[line.key].price
    return found.latest.lines


def _offer(request: Request, found: queries.Detail, form: forms.Offering, status: int = 200, draft: Draft | None = None) -> HttpResponse:
    lines = found.latest.lines
    priced = queries.prices_of(request.actor, found.quote, [(line.product_id, line.quantity) for line in lines], day=timezone.localdate())
    return render(request, "quotes/offer.html", {"quote": found.quote, "found": found, "form": form, "prices": priced, "order_words": order_words, "currency": found.quote.currency, "draft": draft}, status=status)


@page(permissions.MANAGE, "POST", audience="staff")
def ask(request: Request, number: str) -> HttpResponse:
    """Ask the customer something."""
    quote, form = queries.quote(request.actor, number), forms.Text(request.POST)
    if form.is_valid():
        try:
            return done(actions.ask_back(request.actor, quote=quote, text=form.cleaned_data["text"], now=timezone.now()))
        except Refused as refused:
            refuse(form, refused)
    return detail(request, quote, status=422, text_form=form)


@page(permissions.MANAGE, "POST", audience="staff")
def reply(request: Request, number: str) -> HttpResponse:
    """Answer what the customer asked about an offer."""
    quote, form = queries.quote(request.actor, number), forms.Text(request.POST)
    if form.is_valid():
        try:
            return done(actions.reply(request.actor, quote=quote, text=form.cleaned_data["text"], now=timezone.now()))
        except Refused as refused:
            refuse(form, refused)
    return detail(request, quote, status=422, text_form=form)


@page(permissions.MANAGE, "POST", audience="staff")
def note(request: Request, number: str) -> HttpResponse:
    """Note something for the staff alone."""
    quote, form = queries.quote(request.actor, number), forms.Text(request.POST, prefix="note")
    if form.is_valid():
        actions.note_for_staff(request.actor, quote=quote, text=form.cleaned_data["text"], now=timezone.now())
        return done(quote)
    return detail(request, quote, status=422, note_form=form)


@page(permissions.MANAGE, "POST", audience="staff")
def refuse_quote(request: Request, number: str) -> HttpResponse:
    """Make no offer, with a reason."""
    quote, form = queries.quote(request.actor, number), forms.Reason(request.POST)
    if form.is_valid():
        try:
            return done(actions.refuse_quote(request.actor, quote=quote, reason=form.cleaned_data["reason"], now=timezone.now()))
        except Refused as refused:
            refuse(form, refused)
    return detail(request, quote, status=422, reason_form=form)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def terms(request: Request) -> HttpResponse:
    """Choose for how long quotes hold, and on which conditions they are accepted."""
    now = queries.terms(request.actor)
    form = forms.Terms(request.POST if request.method == "POST" else None, initial={name: getattr(now, name) for name in ("days", "late", "name", "version", "link")})
    if form.is_bound and form.is_valid():
        try:
            actions.set_terms(request.actor, **form.cleaned_data)
            return HttpResponseRedirect(reverse("quotes:list"))
        except Refused as refused:
            refuse(form, refused)
    return render(request, "quotes/terms.html", {"form": form}, status=422 if form.is_bound else 200)
