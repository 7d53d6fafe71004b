"""Forms of quotes that are filled in later: what was typed is kept, drawn again and thrown away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, page
from portiek.trade.quotes import actions, forms, queries, rules
from portiek.trade.quotes.models import Draft, Line


def again(form: Any, values: Mapping[str, str], **options: Any) -> Any:
    """Return a form with what was typed before, nothing checked."""
    return form(initial=dict(values), start=[{}] * max(rules.rows_of(values), len(options.get("lines", ()))), **options)


def beside(form: Any, found: queries.Detail, draft: Draft, lines: Sequence[Line]) -> Any:
    """Return a form about a quote as it was typed before; where the quote has a newer version since, that one with what still holds."""
    if draft.version == found.quote.last:
        return again(form, {**draft.values, "version": str(draft.version)}, lines=lines)
    made = form(lines=lines)
    made.initial.update(rules.carried(draft.values, [line.sku or line.name for line in lines]), version=found.quote.last)
    return made


def version_of(request: Request) -> int:
    """Return the version that a form was typed beside; 0 where it says none."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 5 else 0


def more(form: Any, request: Request, **options: Any) -> Any:
    """Return a form with what was typed and rows added, nothing checked."""
    count = form(request.POST, **options).count + forms.EMPTY + 2
    return form(initial={name: value for name, value in request.POST.items() if name != "rows"}, start=[{}] * count, empty=0, **options)


def kept(request: Request) -> HttpResponse:
    """Say that a draft was kept, and go to the list where it stands."""
    messages.success(request, _("Kept as a draft, for you alone.") + (" " + _("Choose the file again when you send it.") if request.FILES else ""))
    return HttpResponseRedirect(reverse("quotes:list"))


def say(request: Request, refused: Refused) -> None:
    """Say why a draft was not kept."""
    messages.error(request, wording(refused))


@page(None, "POST")
def drop(request: Request, key: str) -> HttpResponse:
    """Throw away a draft of one's own."""
    if queries.draft(request.actor, key) is None:
        raise NotFound
    actions.drop_draft(request.actor, key=key)
    messages.success(request, _("The draft was thrown away."))
    return HttpResponseRedirect(reverse("quotes:list"))
