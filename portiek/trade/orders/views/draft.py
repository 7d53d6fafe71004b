"""Pages of lists on their way into the cart: bring one in, see what each line becomes, mend it, put it in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portiek.core import slots
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page, render
from portiek.foundation.files import rules as names
from portiek.foundation.imports.reading import read_sent
from portiek.trade.orders import actions, forms, left_over, permissions, queries, reading, repairing, rules
from portiek.trade.orders import wording as words
from portiek.trade.orders.models import Draft

# How long one waits for a file to be read.
SECONDS = 6


@page(permissions.CART, "GET", "POST", audience="party")
def paste(request: Request) -> HttpResponse:
    """Take a pasted list or a file, and go on to what each line of it becomes."""
    form = forms.Paste(request.POST, request.FILES) if request.method == "POST" else forms.Paste()
    if form.is_bound and form.is_valid():
        try:
            return HttpResponseRedirect(reverse("orders:draft", args=[_brought(request, form).key]))
        except Refused as refused:
            form.add_error("file" if form.cleaned_data["file"] else "text", wording(refused))
    values = {"form": form, "drafts": queries.drafts(request.actor)[:10], "most": rules.MAX_LINES}
    return render(request, "orders/paste.html", values, status=422 if form.is_bound else 200)


def _brought(request: Request, form: forms.Paste) -> Draft:
    if file := form.cleaned_data["file"]:
        sheet = read_sent(file, seconds=SECONDS)
        rows = repairing.parted([(sheet.first, sheet.heads), *sheet.rows])
        return actions.bring_in(request.actor, kind=Draft.Kind.FILE, name=names.clean_name(file.name), rows=rows, written=sheet.written)
    sign, rows = repairing.table(form.cleaned_data["text"])
    return actions.bring_in(request.actor, kind=Draft.Kind.PASTED, name="", rows=rows, written={"separator": sign, "encoding": "utf-8-sig"})


def _shown(request: Request, key: str, *, problem: str = "", status: int = 200) -> HttpResponse:
    with_tax = request.member.with_tax
    draft = queries.draft(request.actor, key)
    look = reading.look(queries.look(request.actor, draft, policy=request.portal.policy, day=timezone.localdate()), with_tax=with_tax)
    values: dict[str, Any] = {"draft": draft, "look": look, "words": words, "with_tax": with_tax, "currency": request.portal.currency, "problem": problem, "most": rules.MAX_LINES, "lying": queries.cart_lines(request.actor), "again": draft.kind == Draft.Kind.ORDER, "columns": [], "along": queries.not_approved(request.actor, draft), "ways": slots.rendered("orders.draft.ways", request, draft=draft)}
    if draft.kind not in Draft.KNOWN:
        rows = [draft.heads, *(cells for _number, cells in draft.rows[:3])] if draft.heads else [cells for _number, cells in draft.rows[:3]]
        values["columns"] = [(place, meaning, [cells[place] for cells in rows if place < len(cells)]) for place, meaning in enumerate(draft.columns)]
    return render(request, "orders/draft.html#draft" if request.htmx else "orders/draft.html", values, status=status)


@page(permissions.CART, "GET", "POST", audience="party")
def show_draft(request: Request, draft: str) -> HttpResponse:
    """Show what each line becomes; keep what was decided about them; with `add` put the good ones in the cart."""
    if request.method != "POST":
        return _shown(request, draft)
    given = request.POST
    before = queries.draft(request.actor, draft)
    there = [number for number, _cells in before.rows]
    rows = {name: [int(row) for row in given.getlist(name) if row.isascii() and row.isdigit() and len(row) < 9] for name in ("out", "undo")}
    left = actions.decide(request.actor, key=draft, picks=repairing.choices(given, "pick", there), quantities=repairing.choices(given, "quantity", there), finds=repairing.choices(given, "find", there), out=rows["out"], undone=rows["undo"])
    if "add" not in given:
        problem = ngettext("One search waits for your next look.", "%(num)s searches wait for your next look.", left) % {"num": left} if left else ""
        return _shown(request, draft, problem=problem) if request.htmx or problem else HttpResponseRedirect(reverse("orders:draft", args=[draft]))
    try:
        added, seen = actions.add_draft(request.actor, key=draft, day=timezone.localdate())
    except Refused as refused:
        # What was decided is kept all the same; then this is no refusal of the whole.
        now = queries.draft(request.actor, draft)
        kept = (now.chosen, now.out, now.undone) != (before.chosen, before.out, before.undone)
        return _shown(request, draft, problem=wording(refused), status=200 if kept else 422)
    if rest := len(seen.wrong) + seen.more:
        messages.warning(request, ngettext("%(added)s lines are in your cart. One line is not; it waits under “Paste a list”.", "%(added)s lines are in your cart. %(num)s lines are not; they wait under “Paste a list”.", rest) % {"added": len(added), "num": rest})
    answer = HttpResponseRedirect(reverse("orders:cart"))
    if request.htmx:
        answer = HttpResponse(status=200)  # type: ignore[assignment]
        answer["HX-Redirect"] = reverse("orders:cart")
    return answer


@page(permissions.CART, "POST", audience="party")
def choose_columns(request: Request, draft: str) -> HttpResponse:
    """Say what each column is."""
    width = len(queries.draft(request.actor, draft).columns)
    try:
        actions.choose_columns(request.actor, key=draft, columns=[request.POST.get(f"column-{place}", "") for place in range(width)], has_heads="heads" in request.POST)
    except Refused as refused:
        return _shown(request, draft, problem=wording(refused), status=422)
    return HttpResponseRedirect(reverse("orders:draft", args=[draft]))


@page(permissions.CART, audience="party")
def download_errors(request: Request, draft: str) -> HttpResponse:
    """Hand out the lines that cannot be added, in the layout in which they came."""
    found = queries.draft(request.actor, draft)
    content, media, ending = left_over.file_of(queries.look(request.actor, found, policy=request.portal.policy, day=timezone.localdate()))
    answer = HttpResponse(content, content_type=media)
    answer["Content-Disposition"] = names.disposition(names.clean_name(f"{found.name.rpartition('.')[0] or found.name or _('list')}-{_('rest')}.{ending}"))
    return answer


@page(permissions.CART, "POST", audience="party")
def drop(request: Request, draft: str) -> HttpResponse:
    """Put a list away."""
    actions.drop_draft(request.actor, key=draft)
    return HttpResponseRedirect(reverse("orders:paste"))
