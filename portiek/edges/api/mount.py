"""One API out of the modules' routers, and who calls it."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import import_module
from typing import Any

import ninja
from django.apps import apps
from django.http import HttpRequest
from django.utils.module_loading import module_has_submodule

from portiek import __version__
from portiek.core.actor import REACHES, Actor
from portiek.core.api import register_problems
from portiek.core.db.gate import ask
from portiek.core.permissions import rights
from portiek.core.visitor import address_of
from portiek.edges.api.rules import key_of
from portiek.foundation.accounts.standing import made

DESCRIPTION = """The same queries and actions as the pages, for machines. One key belongs to one company and has some of its maker's rights and his order limit.

- Send `Authorization: Bearer ptk_...`. A key never stands in an address. A client fetches a token first (OAuth 2, client credentials) and sends that.
- Lists are cut by cursor: pass `next` as `cursor` until it is null.
- Send an `Idempotency-Key` with every POST: a retry then gives the first answer again, for a week. An error is not kept: mend it and send the same key again.
- Errors are problem documents (RFC 9457) with a stable `code`. After an error nothing was changed.
- Amounts, prices and quantities are decimals as text; units are UN/ECE Recommendation 20 codes; times are UTC.
- Who asks too often gets 429 with `Retry-After`, in seconds."""


@lru_cache(maxsize=1)
def api() -> ninja.NinjaAPI:
    """Return the API with every module's router."""
    made = ninja.NinjaAPI(title="Portiek", version=__version__, description=DESCRIPTION, docs_url=None, openapi_url=None, urls_namespace="api-v1")
    register_problems(made)
    for config in apps.get_app_configs():
        if config.name.startswith("portiek.") and module_has_submodule(config.module, "api") and config.name != "portiek.core":
            routes = getattr(import_module(f"{config.name}.api"), "routes", [])
            for prefix, router in routes:
                made.add_router(prefix, router)
    return made


@cache
def schema() -> dict[str, Any]:
    """Return the description (OpenAPI 3.1), the same on every run; made once a process and never changed."""
    made: dict[str, Any] = api().get_openapi_schema(path_prefix="/api/v1/")
    made["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "An API key of your company"},
        "client": {"type": "oauth2", "description": "A client of your company, which fetches a token every half hour", "flows": {"clientCredentials": {"tokenUrl": "/api/oauth/token", "scopes": {}}}},
    }
    made["components"]["responses"] = {"Problem": {"description": "What went wrong, and that nothing was changed", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}}
    for methods in made["paths"].values():
        for operation in methods.values():
            answers = operation["responses"].items()
            operation["responses"] = {str(status): {"$ref": "#/components/responses/Problem"} if int(status) >= 400 and "content" in answer else answer for status, answer in answers}
            for parameter in operation["parameters"]:
                _without_null(parameter["schema"])
    made["security"] = [{"key": []}, {"client": []}]
    made["servers"] = []
    asked = {operation["x-right"] for methods in made["paths"].values() for operation in methods.values() if operation["x-right"]}
    known = rights()
    made["components"]["securitySchemes"]["client"]["flows"]["clientCredentials"]["scopes"] = {
        code: "" for right in sorted(asked) for code in [right, *(f"{right}.{reach}" for reach in REACHES if known[right].scoped)]
    }
    return made


def _without_null(given: dict[str, Any]) -> None:
    """Say of what may be left out of an address only what it is: nothing there can be null."""
    while "anyOf" in given:
        for kind in given.pop("anyOf"):
            given.update(kind if kind != {"type": "null"} else {})


class Outside(Exception):
    """A key or client that is right, and comes from where it may not be used; `actor` is who it would be."""

    def __init__(self, actor: Actor) -> None:
        super().__init__(actor.api_key_id)
        self.actor = actor


def caller(request: HttpRequest) -> Actor | None:
    """Return who calls, by the key or the token in the header; a cookie is no key. Raises Outside."""
    hashed = key_of(request.headers.get("Authorization", ""))
    return _found(ask("api_key", _host(request), hashed, _address(request))) if hashed is not None else None


def client(request: HttpRequest, name: str, secret_hash: bytes) -> Actor | None:
    """Return the client of this portal that shows its secret, or None. Raises Outside."""
    return _found(ask("api_client", _host(request), name, secret_hash, _address(request)))


def _address(request: HttpRequest) -> str | None:
    address = address_of(request)
    # A zone (fe80::1%eth0) says on which of our own cables it came in: PostgreSQL knows none.
    return str(address).partition("%")[0] if address else None


def _host(request: HttpRequest) -> str:
    host: str = request.META.get("HTTP_HOST", "").partition(":")[0].lower()
    return "" if "\0" in host else host


def _found(found: Any) -> Actor | None:
    if not found:
        return None
    actor = made(found["portal"], found["party"], found["user"], found, frozenset(found["rights"]), found["key"])
    if not found["within"]:
        raise Outside(actor)
    return actor


def scopes() -> list[str]:
    """Return the rights that operations ask for, as scopes of a token, with each reach that a role may have."""
    return list(schema()["components"]["securitySchemes"]["client"]["flows"]["clientCredentials"]["scopes"])
