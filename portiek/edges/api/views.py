"""Pages about the API: keys, and the description that the portal serves itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page, render
from portiek.core.permissions import rights as all_rights
from portiek.edges.api import actions, forms, permissions, queries
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
    return JsonResponse(schema())


@page(None)
def documentation(request: Request) -> HttpResponse:
    """Show the description as a page to read."""
    made = schema()
    operations = [(path, method, operation) for path, methods in made["paths"].items() for method, operation in methods.items()]
    groups: dict[str, list[Any]] = {}
    for path, method, operation in operations:
        groups.setdefault((operation.get("tags") or [_("Other")])[0], []).append(
            {"method": method.upper(), "path": path, "summary": operation.get("summary", ""), "text": operation.get("description", ""), "parameters": operation.get("parameters", []),
             "body": _body(operation, made), "answer": _fields(_schema_of(operation["responses"].get(200, {})), made)})
    return render(request, "api/documentation.html", {"groups": groups, "info": made["info"]})


def _schema_of(part: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = part.get("content", {}).get("application/json", {}).get("schema", {})
    return found


def _body(operation: dict[str, Any], made: dict[str, Any]) -> list[tuple[str, str]]:
    return _fields(_schema_of(operation.get("requestBody", {})), made)


def _fields(part: dict[str, Any], made: dict[str, Any], depth: int = 0) -> list[tuple[str, str]]:
    """Flatten a schema into (name, type) rows, two levels deep."""
    if "$ref" in part:
        part = made["components"]["schemas"][part["$ref"].rsplit("/", 1)[1]]
    if part.get("type") == "array":
        return [(f"[].{name}" if name else "[]", kind) for name, kind in _fields(part.get("items", {}), made, depth)]
    rows = []
    for name, field in part.get("properties", {}).items():
        inner = next((option for option in field.get("anyOf", []) if "$ref" in option or option.get("type") == "array"), field)
        nested = _fields(inner, made, depth + 1) if depth < 2 and ("$ref" in inner or inner.get("type") == "array") else []
        kinds = [option.get("type", "object") for option in field.get("anyOf", [field])]
        rows.append((name, " | ".join(kinds)))
        rows += [(f"{name}.{inner_name}" if not inner_name.startswith("[]") else f"{name}{inner_name}", kind) for inner_name, kind in nested if inner_name != "[]"]
    return rows


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
        return response
