"""The way of a request: URL, `@page` (log-in, right, method, transaction, row security), one query or action, template."""

from __future__ import annotations

import base64
import functools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.messages import get_messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.template import engines
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from markupsafe import Markup

from portiek.core import slots, traces
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused, wording
from portiek.core.features import is_off
from portiek.core.permissions import rights

SAFE = ("GET", "HEAD")


class Request(HttpRequest):
    """A request after the middleware: which portal, who, and whether HTMX asks."""

    portal: Any
    actor: Actor
    member: Any
    TIME_ZONE: str
    htmx: bool


def page(right: str | None, *methods: str, audience: str | None = None, scoped: bool = True, along: bool = False) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Declare a page: who may open it and by which methods (GET unless named).

    None as right: every logged-in member. `audience` "staff" or "party": for the others the page does not exist.
    GET runs in a read-only transaction. `scoped=False`: the view opens its scopes itself, one after the other, since some of what it
    needs (sessions, passwords) only the gate may touch: see gate_of. `along`: also who only looks along, or works on somebody's behalf, may
    send it: to stop doing so.
    """
    allowed = _methods(methods)

    def declare(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def run(request: Request, *arguments: Any, **options: Any) -> HttpResponse:
            if request.method not in allowed:
                return _not_allowed(request, allowed)
            actor = getattr(request, "actor", None)
            if actor is None:
                return _to_login(request)
            if audience and (audience == "staff") != actor.is_staff:
                raise NotFound
            if right is not None and not actor.may(right):
                return _lacking(request, right)
            if actor.shops and right is None and not along:
                return HttpResponseRedirect(reverse(settings.SHOP_URL)) if request.method in SAFE else _shops(request)
            # The one place that keeps who looks along from writing, and who works on another's behalf from what is personal: name, password, sessions, settings.
            if request.method not in SAFE and not along and (actor.read_only or (actor.by_user_id and (right is None or not scoped))):
                return _along(request)
            return _in_scope(request, actor, view, arguments, options, scoped)

        run.access = (right, allowed, audience)  # type: ignore[attr-defined]
        return run

    return declare


def public(*methods: str, scoped: bool = True, along: bool = False) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Declare a page for who is not logged in, in the scope of the gate: log-in, invitation. `scoped=False`: as for `page`; `along`: also for who looks along as somebody."""
    allowed = _methods(methods)

    def declare(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def run(request: Request, *arguments: Any, **options: Any) -> HttpResponse:
            if request.method not in allowed:
                return _not_allowed(request, allowed)
            if request.portal is None:
                raise NotFound
            actor: Actor | None = getattr(request, "actor", None)
            if request.method not in SAFE and not along and actor is not None and (actor.read_only or actor.by_user_id):
                return _along(request)
            return _in_scope(request, Actor.gate(request.portal.id, request.LANGUAGE_CODE), view, arguments, options, scoped)

        run.access = ("public", allowed, None)  # type: ignore[attr-defined]
        return run

    return declare


def _along(request: HttpRequest) -> HttpResponse:
    return error(request, 403, _("You are looking along, or working on somebody's behalf: this is not yours to do."), _("Nothing was changed."), _("Stop looking along first, with the button at the top."))


def _shops(request: HttpRequest) -> HttpResponse:
    return error(request, 403, _("You shop for your own purchasing system: this is not part of it."), _("Nothing was changed."), _("Go on in the catalogue, or go back to your system with the button at the top."))


def _not_allowed(request: HttpRequest, allowed: list[str]) -> HttpResponse:
    response = error(request, 405, _("This address does not work in this way."), _("Nothing was changed."), _("Go back and use the buttons of the page."))
    response["Allow"] = ", ".join(allowed)
    return response


def _methods(methods: tuple[str, ...]) -> list[str]:
    given = list(methods) or ["GET"]
    return [*given, "HEAD"] if "GET" in given else given


def gate_of(request: Request) -> Actor:
    """Return the actor of the gate who writes for the person of this request: his session, his password, his own name."""
    actor: Actor | None = getattr(request, "actor", None)
    gate = Actor.gate(request.portal.id, request.LANGUAGE_CODE)
    return replace(gate, user_id=actor.user_id, name=actor.name) if actor else gate


def local_path(given: str | None, default: str = "/") -> str:
    """Return a path of this portal to go on to, or the default for anything else: another host, a scheme, a trick."""
    text = given or ""
    if not text.startswith("/") or text[1:2] in ("/", "\\") or "\\" in text or any(ord(sign) < 33 or ord(sign) == 127 for sign in text):
        return default
    return text if len(text) <= 2000 and url_has_allowed_host_and_scheme(text, allowed_hosts=None) else default


def _in_scope(request: Request, actor: Actor, view: Callable[..., HttpResponse], arguments: Any, options: Any, scoped: bool = True) -> HttpResponse:
    request.actor = actor
    try:
        if not scoped:
            return view(request, *arguments, **options)
        with scope(actor, read_only=request.method in SAFE):
            response = view(request, *arguments, **options)
        traces.keep(request, actor, response.status_code)
        return response
    except Refused as refused:
        return error(request, 422, wording(refused), _("Nothing was changed."), _("Go back, change what is named and try again."))
    except Forbidden as forbidden:
        return _lacking(request, forbidden.right)


def _lacking(request: HttpRequest, right: str) -> HttpResponse:
    """Say by name which right lacks, and whom of one's own company to ask for it. Raises NotFound where the portal withholds it from the whole company: no colleague can give it."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is not None and actor.kind == "party":
        with scope(actor, read_only=True):
            if is_off(actor, right):
                raise NotFound
    known = rights().get(right)
    happened = _("You do not have the right “%(right)s”.") % {"right": known.label} if known else _("You do not have the right to do this.")
    return error(request, 403, happened, _("Nothing was changed."), _("Ask the administrator of your company for it."), ask="shell.helpers")


def _to_login(request: Request) -> HttpResponse:
    if request.portal is None:
        raise NotFound
    target = reverse(settings.LOGIN_URL)
    if request.method in SAFE:
        target += "?" + urlencode({"next": request.get_full_path()})
    if getattr(request, "htmx", False):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = target
        return response
    return HttpResponseRedirect(target)


def render(request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    """Render a page, or with `name.html#block` one block of it, inside the open scope."""
    name, _hash, block = template.partition("#")
    found = engines["jinja2"].get_template(name).template  # type: ignore[attr-defined]
    values = {**(context or {}), "request": request, "shell": None if block else _shell(request, bool((context or {}).get("bare")))}
    _fill_csrf(request, values)
    if not block:
        # What an earlier request left, and what this one has to say.
        values["messages"] = [*get_messages(request), *values.get("messages", ())]
    if block:
        made = found.new_context(values)
        html = "".join(found.blocks[block](made))
    else:
        html = found.render(values)
    response = HttpResponse(html, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def part(request: HttpRequest, template: str, context: dict[str, Any] | None = None) -> Markup:
    """Return a piece of a page, for a slot."""
    values = {**(context or {}), "request": request}
    _fill_csrf(request, values)
    return Markup(engines["jinja2"].get_template(template).template.render(values))  # type: ignore[attr-defined]  # noqa: S704  rendered with autoescape


def _fill_csrf(request: HttpRequest, values: dict[str, Any]) -> None:
    # Made once a page, however many forms it has: each call would mask the secret anew.
    values["csrf_token"] = token = SimpleLazyObject(lambda: get_token(request))
    values["csrf_input"] = SimpleLazyObject(lambda: format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token))


@functools.lru_cache(maxsize=1)
def _shell_maker() -> Callable[[HttpRequest, bool], Any]:
    maker: Callable[[HttpRequest, bool], Any] = import_string(settings.SHELL)
    return maker


def _shell(request: HttpRequest, bare: bool) -> Any:
    return _shell_maker()(request, bare)


def error(request: HttpRequest, status: int, happened: str, kept: str = "", todo: str = "", *, ask: str = "") -> HttpResponse:
    """Return the page that says what happened, what was kept and what to do now: with the menu for who is logged in, bare and without the database for others and for our own faults.

    `ask`: a slot that says it better than `todo`, where there is a database to ask.
    """
    actor: Actor | None = getattr(request, "actor", None)
    values = {"status": status, "happened": happened, "kept": kept, "todo": todo}
    # The middleware of messages runs last: without it a form of the menu would have no proof of origin.
    if status >= 500 or actor is None or actor.kind == "auth" or not hasattr(request, "_messages"):
        return render(request, "ui/error.html", {**values, "bare": True}, status=status)
    with scope(actor, read_only=True):
        values["todo"] = next((said for _filling, said in slots.rendered(ask, request)), todo) if ask else todo
        return render(request, "ui/error.html", values, status=status)


@dataclass(frozen=True)
class Page:
    """One page of a list: its rows and the cursors of its neighbours (None at an end)."""

    rows: list[Any]
    next: str | None
    previous: str | None


def keyset(found: QuerySet[Any], order: Sequence[str], *, after: str | None = None, before: str | None = None, size: int = 25) -> Page:
    """Cut one page out of an ordered list by the values of its last row, at the same cost at any depth.

    `order` ends in a unique column and goes one way only: all up or all down. A cursor that is not ours counts as the first page.
    """
    down = order[0].startswith("-")
    columns = [column.lstrip("-") for column in order]
    if any(column.startswith("-") is not down for column in order):
        raise ValueError("a keyset goes one way")
    cursor = _cursor(after or before, len(columns))
    back = cursor is not None and before is not None and after is None
    rows = found.order_by(*order)
    try:
        rows = rows.filter(_beyond(columns, cursor, down is not back)) if cursor is not None else rows
    except (TypeError, ValueError):  # a day where a number stands: of another list
        cursor, back = None, False
    if back:
        rows = rows.reverse()
    got = list(rows[: size + 1])
    more, got = len(got) > size, got[:size]
    if back:
        got.reverse()
    newer = more if back else cursor is not None
    older = True if back else more
    return Page(got, _mark(got[-1], columns) if got and older else None, _mark(got[0], columns) if got and newer else None)


def _beyond(columns: list[str], values: list[Any], less: bool) -> Q:
    """Return (a, b) < (x, y) spelled so that the index on a serves it: a <= x AND (a < x OR b < y)."""
    sign = "lt" if less else "gt"
    beyond = Q(**{f"{columns[-1]}__{sign}": values[-1]})
    for column, value in list(zip(columns, values, strict=True))[-2::-1]:
        beyond = Q(**{f"{column}__{sign}e": value}) & (Q(**{f"{column}__{sign}": value}) | beyond)
    return beyond


def _mark(row: Any, columns: list[str]) -> str:
    values = []
    for column in columns:
        value = row
        for part in column.split("__"):
            value = value[part] if isinstance(value, dict) else getattr(value, part)
        values.append({"d": value.isoformat()} if isinstance(value, datetime | date) else {"n": str(value)} if isinstance(value, Decimal) else value)
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def bound(text: str | None) -> int | None:
    """Return the number in a cursor of one column, for a query that cuts its parts itself; None when it is not ours."""
    found = _cursor(text, 1)
    return found[0] if found and isinstance(found[0], int) else None


def _cursor(text: str | None, length: int) -> list[Any] | None:
    """Read a cursor; anything that we did not make is None."""
    if not text or len(text) > 400:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != length:
            return None
        return [_value(value) for value in values]
    except (ValueError, TypeError, ArithmeticError):
        return None


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        if "d" in value:
            text = str(value["d"])
            return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
        number = Decimal(str(value["n"]))
        if not number.is_finite():
            raise ValueError("not a number")
        return number
    if isinstance(value, bool) or not isinstance(value, int | str) or (isinstance(value, int) and abs(value) >= 2**63) or (isinstance(value, str) and "\0" in value):
        raise ValueError("not a cursor")
    return value
