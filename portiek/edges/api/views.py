"""Pages about the API: keys, and the description that the portal serves itself."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.api import problem
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page, render
from portiek.core.permissions import rights as all_rights
from portiek.edges.api import actions, documentation, forms, permissions, queries
from portiek.edges.api.mount import caller, schema


def _choices(request: Request) -> list[tuple[str, Any]]:
    return [(code, label) for code in sorted(request.actor.rights) if (label := _label(code))]


def _label(code: str) -> Any:
    """Return the words of a right, whatever its reach; "" for one that no module knows."""
    found = all_rights().get(code.removesuffix(".own").removesuffix(".unit").removesuffix(".company"))
    return found.label if found else ""


@page(permissions.APIKEY_MANAGE, "GET")
def keys(request: Request) -> HttpResponse:
    """List the company's keys and offer to make one."""
    return render(request, "api/keys.html", {"keys": list(queries.keys(request.actor)), "form": forms.NewKey(rights=_choices(request)), "secret": None, "now": timezone.now(), "label": _label})


@page(permissions.APIKEY_MANAGE, "POST")
def create_key(request: Request) -> HttpResponse:
    """Make a key and show its secret, this once."""
    form = forms.NewKey(request.POST, rights=_choices(request))
    secret = None
    if form.is_valid():
        try:
            _key, secret = actions.create_key(request.actor, **form.cleaned_data)
            form = forms.NewKey(rights=_choices(request))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    context = {"keys": list(queries.keys(request.actor)), "form": form, "secret": secret, "now": timezone.now(), "label": _label}
    return render(request, "api/keys.html", context, status=201 if secret else 422)


@page(permissions.APIKEY_MANAGE, "POST")
def revoke_key(request: Request, key: int) -> HttpResponse:
    """End a key."""
    actions.revoke_key(request.actor, key=key, now=timezone.now())
    return redirect("api:keys")


def description(request: HttpRequest) -> HttpResponse:
    """Serve the OpenAPI 3.1 document; it holds no data of anyone."""
    return HttpResponse(_written(), content_type="application/json")


@cache
def _written() -> bytes:
    return json.dumps(schema(), ensure_ascii=False).encode()


@page(None)
def read_documentation(request: Request) -> HttpResponse:
    """Show the description as a page to read."""
    made = schema()
    context = {
        "groups": documentation.groups(made), "conventions": documentation.conventions(), "problems": documentation.problems(made), "version": made["info"]["version"],
        "base": request.build_absolute_uri("/api/v1"),
    }
    return render(request, "api/documentation.html", context)


description.access = ("public", ["GET", "HEAD"], None)  # type: ignore[attr-defined]


class KeyMiddleware:
    """Find the caller of the API by his key, and only there."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/v1/"):
            request.actor = None  # type: ignore[attr-defined]
            request.key_actor = caller(request)  # type: ignore[attr-defined]
        response: HttpResponse = self.get_response(request)
        if response.status_code == 405 and hasattr(request, "key_actor"):
            answer = problem(405, "method", _("This address is answered to {methods} only.").format(methods=response["Allow"]))
            answer["Allow"] = response["Allow"]
            return answer
        return response
