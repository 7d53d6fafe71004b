"""What staff tell on the home page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.pages import Request, keyset, page, render
from portiek.edges.pages import actions, forms, queries
from portiek.edges.pages.models import NewsItem
from portiek.foundation.parties.models import Party
from portiek.foundation.parties.permissions import PORTAL_MANAGE


def _status(item: NewsItem) -> tuple[str, str]:
    today = timezone.localdate()
    if item.ended_at or (item.last_day and item.last_day < today):
        return "rest", _("Over")
    return ("wait", _("Not yet")) if item.first_day > today else ("ok", _("On the home page"))


def _for_whom(item: NewsItem) -> str:
    return ", ".join(str(Party.Kind(kind).label) for kind in item.kinds) or _("Everybody")


@page(PORTAL_MANAGE, audience="staff")
def list_news(request: Request) -> HttpResponse:
    """List the news, newest first."""
    found = keyset(queries.news(request.actor), queries.NEWEST, after=request.GET.get("after"), before=request.GET.get("before"), size=25)
    return render(request, "pages/news.html", {"rows": [(item, item.said()[0], _for_whom(item), _status(item)) for item in found.rows], "page": found})


def _write(request: Request, item: NewsItem | None) -> HttpResponse:
    initial = {name: getattr(item, name) for name in actions.WRITTEN} if item else {"first_day": timezone.localdate()}
    form = forms.News(request.POST if request.method == "POST" else None, initial=initial)
    valid = form.is_bound and form.is_valid()
    if valid and not request.POST.get("preview"):
        if item is None:
            actions.write_news(request.actor, values=form.values())
        else:
            actions.change_news(request.actor, item=item, values=form.values())
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("pages:all-news"))
    shown = NewsItem(**form.values()) if valid else item
    looks = [(label, shown.said(code)) for code, label in (("nl", _("In Dutch")), ("en", _("In English")))] if shown else []
    return render(request, "pages/write_news.html", {"form": form, "item": item, "status": _status(item) if item else None, "looks": looks, "link": shown.link if shown else ""},
                  status=422 if form.is_bound and not valid else 200)


@page(PORTAL_MANAGE, "GET", "POST", audience="staff")
def new_news(request: Request) -> HttpResponse:
    """Write news, with a preview."""
    return _write(request, None)


@page(PORTAL_MANAGE, "GET", "POST", audience="staff")
def change_news(request: Request, key: int) -> HttpResponse:
    """Change news, with a preview."""
    return _write(request, queries.news_item(request.actor, key))


@page(PORTAL_MANAGE, "POST", audience="staff")
def end_news(request: Request, key: int) -> HttpResponse:
    """Take news off the home page."""
    actions.end_news(request.actor, item=queries.news_item(request.actor, key))
    messages.success(request, _("It is no longer on the home page."))
    return HttpResponseRedirect(reverse("pages:all-news"))
