"""The floor: a bare page (session look-up, one query, 25 rows, one template) in front of everything that is Portiek's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.urls import resolve
from django.utils import timezone
from jinja2 import Environment

from portiek.core.sessions import token_hash
from portiek.foundation.accounts.models import Session
from portiek.trade.orders.models import Order

TEMPLATE = Environment(autoescape=True).from_string("""<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Bestellingen</title><link rel="stylesheet" href="/static/x.css"></head>
<body><nav><a href="/">Overzicht</a></nav><h1>Bestellingen</h1><p>{{ name }}</p><table><thead><tr><th>Bestelling</th><th>Kenmerk</th><th>Status</th><th>Bedrag</th></tr></thead><tbody>
{% for row in rows %}<tr><td><a href="/orders/{{ row.number }}/">{{ row.number }}</a> {{ row.at }}</td><td>{{ row.reference }}</td><td>{{ row.status }}</td><td>{{ row.net }}</td></tr>
{% endfor %}</tbody></table></body></html>""")


def floor(request: HttpRequest) -> HttpResponse:
    """List 25 orders of the session's party. No scope, no row security, no shell: a database user that may read everything."""
    session = (
        Session.objects.using("floor")
        .select_related("user")
        .filter(token_hash=token_hash(request.COOKIES.get(settings.SESSION_COOKIE, "")), ended_at__isnull=True, expires_at__gt=timezone.now())
        .first()
    )
    if session is None:
        return HttpResponseForbidden()
    found = Order.objects.using("floor").filter(party_id=session.party_id).order_by("-placed_at", "-id").only("number", "placed_at", "reference", "status", "net")[:25]
    rows = [{"number": row.number, "at": row.placed_at.strftime("%d-%m-%Y"), "reference": row.reference, "status": row.status, "net": f"€ {row.net}"} for row in found]
    return HttpResponse(TEMPLATE.render(name=session.user.name, rows=rows))


class BeforeAll:
    """Answer the addresses of the benchmark before any middleware of the portal runs, and count the statements of who asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/bench/"):
            found = resolve(request.path, "tests.load.urls")
            answer: HttpResponse = found.func(request)
            return answer
        if "X-Count" not in request.headers:
            return self.get_response(request)
        counted = []

        def count(execute: Any, statement: Any, parameters: Any, many: bool, context: Any) -> Any:
            counted.append(str(statement)[:300])
            return execute(statement, parameters, many, context)

        with connection.execute_wrapper(count):
            answer = self.get_response(request)
        # The look-up of portal and session goes around Django's cursor.
        answer["X-Statements"] = str(len(counted) + 1)
        return answer
