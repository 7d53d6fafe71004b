"""Where everyone starts, and search."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core import search as finders
from portiek.core import traces
from portiek.core.pages import Request, page, render
from portiek.edges.pages import actions, panels, queries, rules
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.accounts import rules as account_rules
from portiek.foundation.tasks import queries as tasks
from portiek.trade.catalog.fruitless import found_nothing

IN_PALETTE, ON_PAGE = 4, 12


def greeting(name: str, hour: int) -> str:
    """Greet by the time of day."""
    words = {"night": _("Good night %(name)s"), "morning": _("Good morning %(name)s"), "afternoon": _("Good afternoon %(name)s"), "evening": _("Good evening %(name)s")}
    return words[rules.part_of_day(hour)] % {"name": rules.first_name(name)}


def _birthday(request: Request, today: date) -> str:
    """Congratulate who asked for it, on his day; never while somebody else looks along."""
    actor = request.actor
    born = None if actor.read_only or actor.by_user_id else accounts.birthday(actor)
    if born is None or not account_rules.is_birthday(born.day, born.month, today) or not accounts.portal(actor).greets_birthdays:
        return ""
    return _("Congratulations on your birthday, %(name)s") % {"name": rules.first_name(request.member.name)}


def _since(request: Request) -> dict[str, Any]:
    """Return what changed since the last visit and when that ended; note that there is one now, once the page is made."""
    actor, now = request.actor, timezone.now()
    seen = queries.presence(actor)
    if not actor.read_only and not actor.by_user_id and (seen is None or not rules.is_noted(seen.seen_at, now)):
        traces.leave(request, actions.note_presence, now=now)
    if seen is None:
        return {"changes": [], "since": None}
    since, fact = (seen.seen_at, seen.seen_fact) if rules.is_another_visit(seen.seen_at, now) else (seen.before_at, seen.before_fact)
    found = queries.changes(actor, after=fact, since=max(since, now - rules.FURTHEST)) if since else []
    return {"changes": [(_said(item), item) for item in found], "since": since}


def _said(item: queries.Change) -> tuple[str, str]:
    """Return a change in words, and where it leads: to the thing itself, or to the list of such things."""
    one = len(item.numbers) == 1
    return item.kind.words % {"num": len(item.numbers), "number": item.numbers[0]}, reverse(item.kind.url, args=item.numbers) if one else reverse(item.kind.list_url)


@page(None)
def home(request: Request) -> HttpResponse:
    """Greet, show what waits first, and then what runs."""
    actor, now = request.actor, timezone.localtime()
    values: dict[str, Any] = {"greeting": _birthday(request, now.date()) or greeting(request.member.name, now.hour), "waiting": tasks.waiting(actor), "kind": request.member.party_kind, **_since(request)}
    if actor.is_staff:
        return render(request, "pages/work.html", {**values, "orders": panels.orders(actor, limit=8), "stuck": panels.stuck(actor), "may_parties": actor.may("party.view")})
    values["news"] = queries.news_for(actor, today=now.date())
    care = accounts.looking_after(actor, actor.party_id or 0)
    if request.member.party_kind == "supplier":
        return render(request, "pages/supplier.html", {**values, "care": care})
    return render(request, "pages/home.html", {**values, "care": care, "orders": panels.orders(actor, with_tax=request.member.with_tax), "balance": panels.balance(actor, today=now.date()),
                                               "may_order": actor.may("cart.edit"), "may_agreements": actor.may("agreement.view")})


@page(None)
def search(request: Request) -> HttpResponse:
    """Find products, orders, invoices, parties and pages: a page, or the short list under the search field."""
    text, short = request.GET.get("q", "").strip()[:100], request.GET.get("palette") == "1"
    groups = [{"label": item.label, "entries": hits} for item, hits in finders.found(request.actor, text, limit=IN_PALETTE if short else ON_PAGE)]
    if short:
        return render(request, "pages/palette.html#list", {"groups": groups, "query": text})
    if text and not any(group["entries"] for group in groups):
        found_nothing(request, text)
    return render(request, "pages/search.html", {"groups": groups, "query": text})
