"""Pages of price letters: one's own for parties; written, looked through and sent by staff."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.errors import Refused, wording
from portiek.core.pages import Page, Request, keyset, page, render
from portiek.core.refs import ref
from portiek.foundation.audit.shown import history_panel
from portiek.trade.letters import actions, document, forms, queries, rules
from portiek.trade.letters.models import Letter, LetterCopy, LetterLine
from portiek.trade.orders.permissions import VIEW as ORDERS
from portiek.trade.pricing.permissions import MANAGE, VIEW
from portiek.ui.csv_file import as_csv

State = Letter.State
DAY = timedelta(days=1)


def _links(found: Page, **kept: str) -> dict[str, str | None]:
    return {"previous": "?" + urlencode({**kept, "before": found.previous}) if found.previous else None, "next": "?" + urlencode({**kept, "after": found.next}) if found.next else None}


def _page(request: Request, found: Any, order: tuple[str, ...], size: int = 25) -> Page:
    return keyset(found, order, after=request.GET.get("after"), before=request.GET.get("before"), size=size)


@page(VIEW, audience="party")
def mine(request: Request) -> HttpResponse:
    """List the price letters that one's company got, last first."""
    found = _page(request, queries.copies(request.actor), queries.LATEST)
    return render(request, "letters/mine.html", {"copies": found.rows, "today": timezone.localdate(), "counts": _counts(request), **_links(found)})


def _counts(request: Request) -> bool:
    """Whether this person may know how much his company bought: who sees the orders of the whole of it."""
    return request.actor.reach(ORDERS) == "company"


def _shown(request: Request, found: LetterCopy, line: LetterLine) -> dict[str, Any]:
    """Return the amounts of a line as its reader sees them: persons with VAT, companies without."""
    policy, with_tax = request.portal.policy, request.member.with_tax and not request.actor.is_staff

    def said(amount: Decimal | None) -> Decimal | None:
        return policy.with_tax(amount, line.tax_rate) if with_tax and amount is not None else amount

    return {"line": line, "before": said(line.before), "after": said(line.after), "effect": said(line.effect), "percent": rules.percentage(line.before, line.after)}


@page(VIEW)
def copy(request: Request, key: int) -> HttpResponse:
    """Show a letter with one's own prices, what matters most first; to staff that of a customer, also before it is sent."""
    found = queries.copy(request.actor, key)
    lines = _page(request, queries.lines(request.actor, found), queries.WEIGHTIEST, 50)
    title, text = found.said()
    values = {"copy": found, "title": title, "text": text, "rows": [_shown(request, found, line) for line in lines.rows], "numbers": queries.numbers(request.actor, lines.rows),
              "counts": _counts(request), "with_tax": request.member.with_tax and not request.actor.is_staff, "until": found.effective_on - DAY, **_links(lines)}  # fmt: skip
    return render(request, "letters/copy.html", values)


@page(VIEW)
def table(request: Request, key: int) -> HttpResponse:
    """Return a letter as a spreadsheet: every product with the price of before and after."""
    found, counts = queries.copy(request.actor, key), _counts(request)
    lines = list(queries.lines(request.actor, found).order_by("-weight", "-id"))
    own, until = queries.numbers(request.actor, lines), found.effective_on - DAY
    heads = [_("Article number"), _("Own number"), _("Product"), _("Unit"), _("Old price"), _("Valid until"), _("New price"), _("Valid from"), _("Change in %"), _("Currency")]
    rows: list[list[str | Decimal | None]] = [[*heads, *([_("Bought in 12 months"), _("Effect on 12 months")] if counts else [])]]
    for line in lines:
        shown = _shown(request, found, line)
        words = [line.sku, own.get(line.product_id or 0, ""), line.label, line.unit]
        figures = [shown["before"], until.isoformat(), shown["after"], found.effective_on.isoformat(), shown["percent"], found.currency]
        rows.append([*words, *figures, *([line.quantity, shown["effect"]] if counts else [])])
    return HttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="prices-{found.effective_on.isoformat()}.csv"'})


@page(VIEW)
def pdf(request: Request, key: int) -> HttpResponse:
    """Return a letter as a document in the reader's language."""
    found = queries.copy(request.actor, key)
    lines = list(queries.lines(request.actor, found).order_by("-weight", "-id")[: document.MOST])
    made = document.letter_document(found, request.portal, [_shown(request, found, line) for line in lines], queries.numbers(request.actor, lines), with_tax=request.member.with_tax and not request.actor.is_staff, counts=_counts(request))
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="prices-{found.effective_on.isoformat()}.pdf"'})


def _status(found: Letter) -> tuple[str, str]:
    words = {State.MAKING: ("wait", _("Is being calculated")), State.READY: ("info", _("Not sent yet")), State.SENDING: ("wait", _("Is being sent")), State.SENT: ("ok", _("Sent"))}
    return words[State(found.state)]


@page(MANAGE, audience="staff")
def letters(request: Request) -> HttpResponse:
    """List the letters, newest first."""
    found = _page(request, queries.letters(request.actor), queries.NEWEST)
    return render(request, "letters/letters.html", {"rows": [(item, _status(item)) for item in found.rows], **_links(found)})


def _write(request: Request, letter: Letter | None) -> HttpResponse:
    form = forms.Write(request.POST if request.method == "POST" else None, initial={name: getattr(letter, name) for name in (*Letter.WRITTEN, "unbought")} if letter else {})
    if form.is_bound and form.is_valid():
        today = timezone.localdate()
        try:
            if letter is None:
                letter = actions.write_letter(request.actor, values=form.cleaned_data, today=today)
            else:
                actions.change_letter(request.actor, letter=letter, values=form.cleaned_data, today=today)
            messages.success(request, _("The prices of every customer are being calculated. Nothing is sent yet."))
            return HttpResponseRedirect(reverse("letters:letter", args=[letter.pk]))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return render(request, "letters/write.html", {"form": form, "letter": letter}, status=422 if form.is_bound else 200)


@page(MANAGE, "GET", "POST", audience="staff")
def new(request: Request) -> HttpResponse:
    """Write a letter."""
    return _write(request, None)


@page(MANAGE, "GET", "POST", audience="staff")
def change(request: Request, key: int) -> HttpResponse:
    """Change a letter that was not sent, and calculate it anew."""
    return _write(request, queries.letter(request.actor, key))


@page(MANAGE, audience="staff")
def letter(request: Request, key: int) -> HttpResponse:
    """Show a letter: how far it is, and what it means for each customer, the dearest first."""
    found = queries.letter(request.actor, key)
    busy = found.state in (State.MAKING, State.SENDING)
    values: dict[str, Any] = {"letter": found, "status": _status(found), "busy": busy, "looks": [(label, found.said(code)) for code, label in (("nl", _("In Dutch")), ("en", _("In English")))]}
    if request.htmx and busy:
        return render(request, "letters/letter.html#state", values)
    shown = _page(request, queries.copies(request.actor, letter=found), queries.DEAREST)
    return render(request, "letters/letter.html", {**values, "copies": shown.rows, "history": history_panel(request, ref("letters.letter", found.pk)), **_links(shown)})


@page(MANAGE, "GET", "POST", audience="staff")
def send(request: Request, key: int) -> HttpResponse:
    """Look once more, then send a letter."""
    found = queries.letter(request.actor, key)
    if request.method == "POST":
        try:
            actions.send_letter(request.actor, letter=found, now=timezone.now(), today=timezone.localdate())
            messages.success(request, _("The letter is being sent."))
        except Refused as refused:
            messages.error(request, wording(refused))
        return HttpResponseRedirect(reverse("letters:letter", args=[key]))
    return render(request, "letters/send.html", {"letter": found, "many": queries.copies(request.actor, letter=found).count()})


@page(MANAGE, "POST", audience="staff")
def drop(request: Request, key: int) -> HttpResponse:
    """Throw away a letter that was not sent."""
    try:
        actions.drop_letter(request.actor, letter=queries.letter(request.actor, key))
    except Refused as refused:
        messages.error(request, wording(refused))
        return HttpResponseRedirect(reverse("letters:letter", args=[key]))
    messages.success(request, _("The letter has been thrown away."))
    return HttpResponseRedirect(reverse("letters:letters"))
