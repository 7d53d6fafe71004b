"""SCIM 2.0 (RFC 7644) for the machine of an identity provider: its own people and groups, in its own company."""

from __future__ import annotations

import functools
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from portiek.core.actor import Actor
from portiek.core.addresses import whole
from portiek.core.db import scope
from portiek.core.db.gate import ask
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pace import Pace
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import actions, queries, scim
from portiek.foundation.accounts.models import ScimGroup, ScimUser

SHAPE = re.compile(r"[Bb]earer +(pts_[A-Za-z0-9_-]{43})")
MAX_BYTES = 1024 * 1024
pace = Pace()


@dataclass(frozen=True)
class Caller:
    """Whose machine calls: `reader` sees its company alone, `writer` stands at the gate, for this provider only."""

    reader: Actor
    writer: Actor
    provider_id: int
    host: str

    def address(self, name: str, *arguments: str) -> str:
        """Return the whole address of a resource."""
        return whole(self.host, reverse(f"accounts:scim:{name}", args=arguments))


def answer(found: Any, status: int = 200) -> HttpResponse:
    """Return JSON as SCIM (RFC 7644 section 3.1)."""
    return HttpResponse(b"" if found is None else json.dumps(found).encode(), status=status, content_type="application/scim+json")


def refusal(status: int, detail: str, kind: str = "") -> HttpResponse:
    """Return an error as SCIM (RFC 7644 section 3.12)."""
    return answer({"schemas": [scim.ERROR], "status": str(status), "detail": detail, **({"scimType": kind} if kind else {})}, status)


def _caller(request: HttpRequest) -> Caller | None:
    match = SHAPE.fullmatch(request.headers.get("Authorization", ""))
    found = ask("scim_token", request.META.get("HTTP_HOST", "").partition(":")[0].lower(), token_hash(match[1])) if match else None
    if found is None:
        return None
    gate = replace(Actor.gate(found["portal"], found["language"]), name=found["label"])
    reader = Actor(portal_id=found["portal"], kind="staff" if found["party"] is None else "party", party_id=found["party"], name=found["label"], language=found["language"])
    return Caller(reader, gate, found["provider"], found["host"])


def endpoint(*methods: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Declare an address of SCIM: who calls is known by his token alone; what goes wrong is said as SCIM and rolled back."""

    def declare(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @functools.wraps(view)
        def run(request: HttpRequest, **given: Any) -> HttpResponse:
            arguments = {name: str(value) for name, value in given.items()}
            caller = _caller(request)
            if caller is None:
                denied = refusal(401, "A valid token is needed: Authorization: Bearer pts_...")
                denied["WWW-Authenticate"] = 'Bearer realm="scim"'
                return denied
            if wait := pace.wait((caller.reader.portal_id, caller.provider_id), settings.API_PER_MINUTE, time.monotonic()):
                late = refusal(429, f"Too many requests. Go on after {wait} seconds.")
                late["Retry-After"] = str(wait)
                return late
            if request.method not in methods:
                other = refusal(405, f"This address answers {', '.join(methods)}.")
                other["Allow"] = ", ".join(methods)
                return other
            with translation.override("en"):
                return _run(view, request, caller, arguments)

        run.access = ("scim", [*methods], None)  # type: ignore[attr-defined]
        return run

    return declare


def _run(view: Callable[..., HttpResponse], request: HttpRequest, caller: Caller, arguments: dict[str, str]) -> HttpResponse:
    reads = request.method == "GET"
    try:
        with scope(caller.reader if reads else caller.writer, read_only=reads):
            try:
                return view(request, caller, **arguments)
            except (scim.Problem, Refused, NotFound):
                transaction.set_rollback(True)
                raise
    except scim.Problem as problem:
        return refusal(problem.status, problem.detail, problem.kind)
    except Refused as refused:
        status, kind = {"scim-taken": (409, "uniqueness"), "scim-address": (400, "mutability"), "scim-member": (400, "invalidValue")}.get(refused.code, (409, ""))
        return refusal(status, wording(refused), kind)
    except NotFound:
        return refusal(404, "There is nothing here, or not for this token.")


def _body(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > MAX_BYTES:
        raise scim.Problem(413, "The request is larger than 1 MB.")
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or b"\\u0000" in request.body:
        raise scim.Problem(400, "The request is no JSON object.", "invalidSyntax")
    return found


def _number(text: str | None, otherwise: int, most: int) -> int:
    if text is None:
        return otherwise
    if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
        raise scim.Problem(400, "startIndex and count are whole numbers.", "invalidValue")
    return min(max(int(text), 0), most)


def _listed(request: HttpRequest, found: QuerySet[Any], fields: dict[str, str], show: Callable[[list[Any]], list[dict[str, Any]]]) -> HttpResponse:
    """Return a page of what fits the filter (RFC 7644 section 3.4.2)."""
    for name, value in scim.terms(request.GET["filter"]) if request.GET.get("filter") else []:
        if name not in fields:
            raise scim.Problem(400, f"There is no filter on {name}.", "invalidFilter")
        known = name != "id" or re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value)
        found = found.filter(**{fields[name]: value == "true" if name == "active" else value.replace("\0", "")}) if known else found.none()
    start, count = max(_number(request.GET.get("startindex", request.GET.get("startIndex")), 1, 1_000_000), 1), _number(request.GET.get("count"), 100, scim.MOST)
    rows = list(found[start - 1 : start - 1 + count])
    return answer({"schemas": [scim.LISTING], "totalResults": found.count(), "startIndex": start, "itemsPerPage": len(rows), "Resources": show(rows)})


def _meta(caller: Caller, kind: str, row: ScimUser | ScimGroup) -> dict[str, str]:
    return {"resourceType": kind, "created": row.created_at.isoformat(), "lastModified": row.changed_at.isoformat(), "location": caller.address(f"{kind.lower()}", str(row.key))}


def _users(actor: Actor, caller: Caller, rows: list[ScimUser]) -> list[dict[str, Any]]:
    groups = queries.scim_groups_of(actor, rows)
    return [{"schemas": [scim.USER], "id": str(row.key), **({"externalId": row.external_id} if row.external_id else {}), "userName": row.user_name, "displayName": row.name, "name": {"formatted": row.name},
             "emails": [{"value": row.email, "type": "work", "primary": True}], "active": row.is_active,
             "groups": [{"value": str(group.key), "display": group.display_name, "$ref": caller.address("group", str(group.key))} for group in groups.get(row.pk, [])], "meta": _meta(caller, "User", row)} for row in rows]


def _groups(actor: Actor, caller: Caller, rows: list[ScimGroup], members: bool = True) -> list[dict[str, Any]]:
    people = queries.scim_members_of(actor, rows) if members else {}
    return [{"schemas": [scim.GROUP], "id": str(row.key), **({"externalId": row.external_id} if row.external_id else {}), "displayName": row.display_name,
             **({"members": [{"value": str(person.key), "display": person.name, "$ref": caller.address("user", str(person.key))} for person in people.get(row.pk, [])]} if members else {}),
             "meta": _meta(caller, "Group", row)} for row in rows]


@endpoint("GET", "POST")
def users(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the provider's people, or keep one more."""
    if request.method == "GET":
        fields = {"username": "user_name__iexact", "externalid": "external_id", "displayname": "name", "active": "is_active", "id": "key", "emails.value": "email__iexact", "emails": "email__iexact"}
        return _listed(request, queries.scim_users(caller.reader, provider_id=caller.provider_id), fields, lambda rows: _users(caller.reader, caller, rows))
    made = actions.provision_user(caller.writer, provider_id=caller.provider_id, wanted=scim.wanted_user(_body(request)))
    return _made(_users(caller.writer, caller, [made])[0])


def _made(resource: dict[str, Any]) -> HttpResponse:
    response = answer(resource, 201)
    response["Location"] = resource["meta"]["location"]
    return response


def _one(found: QuerySet[Any], key: str) -> Any:
    row = found.filter(key=key).first()
    if row is None:
        raise NotFound
    return row


@endpoint("GET", "PUT", "PATCH", "DELETE")
def user(request: HttpRequest, caller: Caller, key: str) -> HttpResponse:
    """Show, replace, change or end one person."""
    actor = caller.reader if request.method == "GET" else caller.writer
    row = _one(queries.scim_users(actor, provider_id=caller.provider_id), key)
    if request.method == "DELETE":
        actions.remove_provisioned(actor, provider_id=caller.provider_id, key=key)
        return answer(None, 204)
    shown = _users(actor, caller, [row])[0]
    if request.method != "GET":
        body = _body(request)
        wanted = scim.wanted_user(_renamed(shown, scim.patched(shown, body)) if request.method == "PATCH" else body)
        row = actions.change_provisioned(actor, provider_id=caller.provider_id, key=key, wanted=wanted)
        shown = _users(actor, caller, [row])[0]
    return answer(shown)


def _renamed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Let a changed part of the name count: we keep one name, and show it as two attributes."""
    if after.get("displayName") == before["displayName"] and after.get("name") != before["name"]:
        name = dict(after.get("name") or {})
        if name.get("formatted") == before["name"]["formatted"] and len(name) > 1:
            name.pop("formatted")
        return {**after, "displayName": None, "name": name}
    return after


@endpoint("GET", "POST")
def groups(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the provider's groups, or keep one more."""
    if request.method == "GET":
        fields, members = {"displayname": "display_name", "externalid": "external_id", "id": "key"}, "members" not in request.GET.get("excludedAttributes", "").lower()
        return _listed(request, queries.scim_groups(caller.reader, provider_id=caller.provider_id), fields, lambda rows: _groups(caller.reader, caller, rows, members))
    made = actions.provision_group(caller.writer, provider_id=caller.provider_id, wanted=scim.wanted_group(_body(request)))
    return _made(_groups(caller.writer, caller, [made])[0])


@endpoint("GET", "PUT", "PATCH", "DELETE")
def group(request: HttpRequest, caller: Caller, key: str) -> HttpResponse:
    """Show, replace, change or forget one group."""
    actor = caller.reader if request.method == "GET" else caller.writer
    row = _one(queries.scim_groups(actor, provider_id=caller.provider_id), key)
    if request.method == "DELETE":
        actions.remove_group(actor, provider_id=caller.provider_id, key=key)
        return answer(None, 204)
    shown = _groups(actor, caller, [row], "members" not in request.GET.get("excludedAttributes", "").lower() or request.method != "GET")[0]
    if request.method != "GET":
        body = _body(request)
        wanted = scim.wanted_group(scim.patched(shown, body) if request.method == "PATCH" else body)
        row = actions.change_group(actor, provider_id=caller.provider_id, key=key, wanted=wanted)
        shown = _groups(actor, caller, [row])[0]
    return answer(shown)


@endpoint("GET")
def service(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Say what of SCIM is spoken here (RFC 7643 section 5)."""
    return answer({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"], "patch": {"supported": True}, "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": scim.MOST}, "changePassword": {"supported": False}, "sort": {"supported": False}, "etag": {"supported": False},
        "authenticationSchemes": [{"type": "oauthbearertoken", "name": "Bearer token", "description": "A token of the provider, made on its page in the portal.", "primary": True}],
        "meta": {"resourceType": "ServiceProviderConfig", "location": caller.address("service")},
    })  # fmt: skip


def _kinds(caller: Caller) -> list[dict[str, Any]]:
    return [{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"], "id": name, "name": name, "endpoint": f"/{name}s", "schema": schema,
             "meta": {"resourceType": "ResourceType", "location": caller.address("kind", name)}} for name, schema in (("User", scim.USER), ("Group", scim.GROUP))]


@functools.cache
def _schemas() -> list[dict[str, Any]]:
    """Return the standard's own schemas, cut to the attributes that are kept."""
    from scim2_models import Group, User

    kept = {"User": {"userName", "displayName", "name", "emails", "active", "groups"}, "Group": {"displayName", "members"}}
    made = []
    for model in (User, Group):
        schema = model.to_schema().model_dump()
        schema["attributes"] = [item for item in schema["attributes"] if item["name"] in kept[schema["name"]]]
        for item in schema["attributes"]:
            if item["name"] == "name":
                item["subAttributes"] = [part for part in item["subAttributes"] if part["name"] in ("formatted", "givenName", "familyName")]
        made.append(schema)
    return made


def _all(rows: list[dict[str, Any]]) -> HttpResponse:
    return answer({"schemas": [scim.LISTING], "totalResults": len(rows), "startIndex": 1, "itemsPerPage": len(rows), "Resources": rows})


@endpoint("GET")
def kinds(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the kinds of resources."""
    return _all(_kinds(caller))


@endpoint("GET")
def kind(request: HttpRequest, caller: Caller, key: str) -> HttpResponse:
    """Show one kind of resources."""
    return answer(next((row for row in _kinds(caller) if row["id"] == key), None) or _nothing())


@endpoint("GET")
def schemas(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the schemas."""
    return _all(_schemas())


@endpoint("GET")
def schema(request: HttpRequest, caller: Caller, key: str) -> HttpResponse:
    """Show one schema."""
    return answer(next((row for row in _schemas() if row["id"] == key), None) or _nothing())


def _nothing() -> Any:
    raise NotFound
