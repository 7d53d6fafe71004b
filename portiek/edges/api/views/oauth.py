"""OAuth 2 for a company's own programs: a client shows its secret and gets a token (RFC 6749 section 4.4), gives it back (RFC 7009), finds out how (RFC 8414).

There is no other grant: nobody is redirected, no code is handed out, no token is renewed.
"""

from __future__ import annotations

import base64
import binascii
import re
import time
from collections.abc import Callable
from urllib.parse import unquote_plus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse, QueryDict
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from portiek.core.actor import Actor
from portiek.core.addresses import whole
from portiek.core.db import scope
from portiek.core.pace import Pace
from portiek.core.visitor import visitor
from portiek.edges.api import actions, rules
from portiek.edges.api.middleware import note_outside
from portiek.edges.api.mount import Outside, client, scopes

FORM = "application/x-www-form-urlencoded"
LONGEST = 16_384
PER_CLIENT, PER_PLACE = 60, 240
NAME, SECRET = re.compile(r"ptc_[A-Za-z0-9_-]{16}"), re.compile(r"pts_[A-Za-z0-9_-]{43}")
pace = Pace()


class Wrong(Exception):
    """What is wrong with a request, as RFC 6749 section 5.2 names it."""

    def __init__(self, code: str, text: str, status: int = 400, wait: int = 0) -> None:
        super().__init__(code)
        self.code, self.text, self.status, self.wait = code, text, status, wait


def _answering(answer: Callable[[HttpRequest, dict[str, str], Actor], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Make a door of what answers a client that showed its secret."""

    def run(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            given = _given(request)
            made = answer(request, given, _client(request, given))
        except Wrong as wrong:
            # In English: these words are for who writes the program (RFC 6749 section 5.2 leaves no room for others).
            made = JsonResponse({"error": wrong.code, "error_description": wrong.text}, status=wrong.status)
            if wrong.status == 401:
                made["WWW-Authenticate"] = 'Basic realm="portiek"'
            if wrong.wait:
                made["Retry-After"] = str(wrong.wait)
        made["Cache-Control"], made["Pragma"] = "no-store", "no-cache"
        return made

    run.__doc__, run.__name__, run.access = answer.__doc__, answer.__name__, ("public", ["POST"], None)  # type: ignore[attr-defined]
    return csrf_exempt(run)


def _given(request: HttpRequest) -> dict[str, str]:
    """Read the form: each parameter once; one without a value counts as left out (RFC 6749 section 3.2)."""
    if request.content_type != FORM or request.META.get("QUERY_STRING"):
        raise Wrong("invalid_request", f"Send the parameters as {FORM}, in the body.")
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST:
        raise Wrong("invalid_request", "The request is too long.")
    try:
        found = QueryDict(request.body, encoding="utf-8")
    except ValueError:
        raise Wrong("invalid_request", "The parameters cannot be read.") from None
    if any(len(values) > 1 for _name, values in found.lists()):
        raise Wrong("invalid_request", "A parameter was sent twice.")
    return {name: value for name, value in found.items() if value and isinstance(value, str)}


def _client(request: HttpRequest, given: dict[str, str]) -> Actor:
    """Return the client that shows its secret, in the header or in the body, never in both."""
    now = time.monotonic()
    if wait := pace.wait(("place", visitor(request)), PER_PLACE, now):
        raise Wrong("temporarily_unavailable", "Too many requests.", 429, wait)
    header = request.headers.get("Authorization", "")
    if header and ("client_secret" in given or ("client_id" in given and given["client_id"] != _basic(header)[0])):
        raise Wrong("invalid_request", "Show the client's secret in one way only.")
    name, secret = _basic(header) if header else (given.get("client_id", ""), given.get("client_secret", ""))
    if NAME.fullmatch(name) and (wait := pace.wait(("client", name), PER_CLIENT, now)):
        raise Wrong("temporarily_unavailable", "Too many requests.", 429, wait)
    try:
        found = client(request, name, rules.hash_of(secret)) if NAME.fullmatch(name) and SECRET.fullmatch(secret) else None
    except Outside as outside:
        note_outside(request, outside.actor)
        raise Wrong("unauthorized_client", "The client may not be used from this address.", 403) from None
    if found is None:
        raise Wrong("invalid_client", "There is no such client, its secret is another, or it has ended.", 401)
    return found


def _basic(header: str) -> tuple[str, str]:
    """Return name and secret of a Basic header (RFC 6749 section 2.3.1); empty when it cannot be read."""
    kind, _space, value = header.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        name, _colon, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)


@_answering
def token(request: HttpRequest, given: dict[str, str], actor: Actor) -> HttpResponse:
    """Give a client a token."""
    if given.get("grant_type") != "client_credentials":
        raise Wrong("unsupported_grant_type" if "grant_type" in given else "invalid_request", "The grant_type is client_credentials.")
    rights = rules.asked(given.get("scope"), actor.rights)
    if rights is None:
        raise Wrong("invalid_scope", "The client has not all of these rights, or none at all any more.")
    with scope(actor):
        made = actions.issue_token(actor, rights=rights)
    return JsonResponse({"access_token": made, "token_type": "Bearer", "expires_in": rules.TOKEN_SECONDS, "scope": " ".join(rights)})


@_answering
def revoke(request: HttpRequest, given: dict[str, str], actor: Actor) -> HttpResponse:
    """End a token of this client; what is none of it is answered as if it were."""
    if "token" not in given:
        raise Wrong("invalid_request", "Name the token.")
    with scope(actor):
        actions.revoke_token(actor, token=given["token"])
    return HttpResponse()


def metadata(request: HttpRequest) -> HttpResponse:
    """Say where tokens are given and how (RFC 8414); it holds no data of anyone."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    portal = getattr(request, "portal", None)
    if portal is None:
        raise Http404
    issuer = whole(portal.host, "")
    methods = ["client_secret_basic", "client_secret_post"]
    return JsonResponse({
        "issuer": issuer, "token_endpoint": issuer + reverse("api:token"), "revocation_endpoint": issuer + reverse("api:revoke-token"), "grant_types_supported": ["client_credentials"], "response_types_supported": [],
        "token_endpoint_auth_methods_supported": methods, "revocation_endpoint_auth_methods_supported": methods, "scopes_supported": scopes(), "service_documentation": issuer + reverse("api:documentation"),
    })  # fmt: skip


metadata.access = ("public", ["GET", "HEAD"], None)  # type: ignore[attr-defined]
