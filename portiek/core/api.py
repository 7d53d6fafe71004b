"""The API's side of the house: the same queries and actions, own schemas, problems as RFC 9457, keys that make a retry safe.

A module's `api.py` makes a `Router` and declares each operation with `endpoint`; portiek.edges.api mounts them all.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Generic, TypeVar

import ninja
from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from ninja.decorators import decorate_view
from ninja.errors import HttpError, ValidationError
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from portiek.core import traces
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import Conflict, Forbidden, NotFound, Refused, wording
from portiek.core.features import is_off
from portiek.core.pace import Pace
from portiek.core.pages import SAFE, Page, keyset

T = TypeVar("T")
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}($|T)")
KEY = re.compile(r"[!-~]{1,255}")
QUANTITY = re.compile(r"(?=.*[1-9])[0-9]{1,7}(\.[0-9]{1,3})?")
PROBLEM_PAGE = "/api/docs/"
# What a program may meet anywhere, beside what the rules of an operation refuse.
PROBLEMS = {
    "bad-request": gettext_lazy("The request is no JSON, or cannot be read otherwise."),
    "unauthorized": gettext_lazy("There is no key, or it was revoked, has ended, or its maker has left."),
    "forbidden": gettext_lazy("The key lacks the right that the operation needs."),
    "outside": gettext_lazy("The key is used from an address that is none of those it may be used from."),
    "not-found": gettext_lazy("It does not exist, or not for this key."),
    "method": gettext_lazy("The address exists, but not with this method."),
    "invalid": gettext_lazy("Something that was sent has another shape than described; `errors` names each place."),
    "unknown-parameter": gettext_lazy("The operation has no parameter of this name."),
    "idempotency-key": gettext_lazy("The Idempotency-Key is missing or no key."),
    "idempotency-key-reused": gettext_lazy("This Idempotency-Key was used with another body."),
    "idempotency-key-in-use": gettext_lazy("A request with this Idempotency-Key is still being answered."),
    "too-many-requests": gettext_lazy("Too many requests in a minute; `Retry-After` says when to go on."),
    "server-error": gettext_lazy("Our fault. Send it again later with the same Idempotency-Key."),
}


def _decimal(given: Any) -> Decimal:
    if not isinstance(given, str) or not QUANTITY.fullmatch(given):
        raise PydanticCustomError("quantity", "{sentence}", {"sentence": _("A quantity is a decimal above zero as text, such as “2.5”, with at most 7 digits before the point and 3 after it.")})
    return Decimal(given)


def one_of(values: Sequence[str]) -> Any:
    """Return what says of a text in a schema that it is one of these codes: `Annotated[str, one_of(...)]`, or `Annotated[str, one_of(...)] | None`."""
    return Field(pattern=f"^({'|'.join(values)})$", json_schema_extra={"enum": [*values]})


# No text of ours holds a NUL character: PostgreSQL takes none.
Text = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]
# Texts by name; without the last word a name that is no text would be described as free to hold anything.
Texts = Annotated[dict[Text, Text], Field(json_schema_extra={"additionalProperties": False})]
# A business key in a path, read by the converter of core/addresses.py.
Key = Annotated[Text, Field(description=gettext_noop("As it is listed; in the address a slash is written ~1 and a tilde ~0."))]
# Amounts and quantities travel as text, so that no reader makes floats of them.
Number = Annotated[Decimal, PlainSerializer(lambda value: f"{value:f}", return_type=str), Field(json_schema_extra={"format": "decimal"})]
Money = Number
Quantity = Annotated[
    Decimal,
    BeforeValidator(_decimal),
    WithJsonSchema({"type": "string", "format": "decimal", "pattern": f"^{QUANTITY.pattern}$", "examples": ["2.5"]}),
]


def _iso(given: Any) -> Any:
    # A bare number would else be taken for seconds since 1970.
    if not isinstance(given, str) or not ISO.match(given):
        raise PydanticCustomError("day", "{sentence}", {"sentence": _("Write a day as 2026-11-22, a moment as 2026-11-22T09:42:00Z.")})
    return given


def _utc(given: datetime) -> datetime:
    try:
        return given.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("moment", "{sentence}", {"sentence": _("A moment lies within the years 1 to 9999 of UTC.")}) from None


Day = Annotated[date, BeforeValidator(_iso)]
Moment = Annotated[AwareDatetime, BeforeValidator(_iso), AfterValidator(_utc)]


class Schema(ninja.Schema):
    """The base of every schema: unknown fields are refused, not ignored."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", from_attributes=True)


class ProblemPart(ninja.Schema):
    """What is wrong in one place of what was sent."""

    pointer: str
    detail: str
    code: str = ""


class Problem(ninja.Schema):
    """What went wrong (RFC 9457). `code` is stable; `detail` and `kept` (what became of your data) are for people.

    `pointer` names the place in the body as a JSON Pointer fragment (`#/lines/0/sku`), else `query:name`, `path:name` or `header:name`.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    kept: str = ""
    pointer: str | None = None
    errors: list[ProblemPart] | None = None


class Listing(ninja.Schema, Generic[T]):
    """One page of a list; `next` is the cursor of the next one."""

    items: list[T]
    next: str | None = None


Limit = Annotated[int, Field(ge=1, le=200)]
Cursor = Annotated[Text, Field(max_length=400)]


def row_key(text: str) -> int:
    """Return the key of a row that stands in an address. Raises NotFound for what is none, as for a row that is not there."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound
    return int(text)


def page_of(found: QuerySet[Any], order: list[str], cursor: str, limit: int) -> dict[str, Any]:
    """Return one page of a query set as a Listing."""
    page: Page = keyset(found, order, after=cursor or None, size=limit)
    return {"items": page.rows, "next": page.next}


def endpoint(
    register: Callable[..., Any], path: str, right: str | None, *, response: Any, audience: str | None = None, status: int = 200, once: bool = False,
    media_type: str = "", takes: str = "", refuses: Sequence[str] = (), shown_once: Sequence[str] = (), **options: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare one operation with the right it needs. It runs in the scope of the key's party; GET is read-only; errors roll back.

    POST takes an `Idempotency-Key` header: the same key with the same body gives the first answer again, with another body 422. `once`:
    it must be there. `media_type`: what a file's answer is, with None as response. `takes`: what the body is, where it is no JSON. `refuses`: the codes of what its rules say no to. `shown_once`: fields of the answer that
    are kept nowhere, so that they are null when the first answer is given again.
    """

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        method = register.__name__.upper()
        known = frozenset(inspect.signature(function).parameters)
        decorate_view(lambda run: _guarded(run, right, audience, known, once, shown_once))(function)
        codes = [400, 401, 403, 422, 429, *([404] if right or "{" in path or audience or "party" in known else []), *([409] if method not in SAFE else [])]
        more: dict[str, Any] = {"x-right": right, "x-audience": audience, "x-refuses": [*refuses]}
        if method not in SAFE:
            more["parameters"] = [_key_header(once)]
        if takes:
            more["requestBody"] = {"required": True, "content": {takes: {"schema": {"type": "string", "format": "binary"}}}}
        if media_type:
            file = {"content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}
            more["responses"] = {200: file, 206: {"description": "The part of it that `Range` asks for", **file}, 416: {"description": "`Range` begins beyond its end"}}
        answers = {status: response, **dict.fromkeys(sorted(codes), Problem)}
        made = register(path, response=answers, operation_id=function.__name__, openapi_extra=more, **options)(function)
        made.access = (right, [method], audience)
        return made

    return declare


def _key_header(required: bool) -> dict[str, Any]:
    return {
        "in": "header", "name": "Idempotency-Key", "required": required, "schema": {"type": "string", "pattern": f"^{KEY.pattern}$"},
        "description": gettext_noop("Your own name of this one request: sent again with it, it is answered as the first time and done once."),
    }


def _guarded(run: Callable[..., HttpResponse], right: str | None, audience: str | None, known: frozenset[str], once: bool, shown_once: Sequence[str]) -> Callable[..., HttpResponse]:
    def guard(request: HttpRequest, **arguments: Any) -> HttpResponse:
        actor: Actor | None = request.key_actor  # type: ignore[attr-defined]
        if actor is None:
            answer = problem(401, "unauthorized", _("A valid API key is needed: Authorization: Bearer ptk_..."))
            # RFC 6750 section 3.1: an error is named to who showed something only.
            answer["WWW-Authenticate"] = 'Bearer realm="portiek"' + (', error="invalid_token"' if request.headers.get("Authorization") else "")
            return answer
        with translation.override(actor.language):
            if refusal := _refusal(request, actor, right, audience, known):
                return refusal
            request.actor = actor  # type: ignore[attr-defined]
            with scope(actor, read_only=request.method in SAFE):
                answer = _once(request, actor, once, shown_once, lambda: run(request, **arguments))
            traces.keep(request, actor, answer.status_code)
            return answer

    return guard


pace = Pace()


def _refusal(request: HttpRequest, actor: Actor, right: str | None, audience: str | None, known: frozenset[str]) -> HttpResponse | None:
    """Return why this key's request is not taken up at all, or None when it is."""
    if wait := pace.wait((actor.portal_id, actor.party_id), settings.API_PER_MINUTE, time.monotonic()):
        answer = problem(429, "too-many-requests", _("More than {count} requests a minute. Go on after {seconds} seconds.").format(count=settings.API_PER_MINUTE, seconds=wait))
        answer["Retry-After"] = str(wait)
        return answer
    if audience and (audience == "staff") != actor.is_staff:
        return problem(404, "not-found", _("There is nothing here, or not for you."))
    if right is not None and not actor.may(right):
        with scope(actor, read_only=True):
            off = is_off(actor, right)
        if off:
            return problem(404, "not-found", _("There is nothing here, or not for you."))
        answer = problem(403, "forbidden", _("This key lacks the right {right}.").format(right=right))
        answer["WWW-Authenticate"] = f'Bearer realm="portiek", error="insufficient_scope", scope="{right}"'
        return answer
    # A mistyped filter would otherwise quietly give everything.
    unknown = next((name for name in request.GET if name not in known), None)
    if unknown is not None:
        return problem(422, "unknown-parameter", _("This operation has no parameter “{name}”.").format(name=unknown[:60]), pointer=f"query:{unknown[:60]}")
    return None


def _once(request: HttpRequest, actor: Actor, needed: bool, shown_once: Sequence[str], call: Callable[[], HttpResponse]) -> HttpResponse:
    key = request.headers.get("Idempotency-Key")
    if request.method in SAFE or (key is None and not needed):
        return _rolled(call())
    if key is None or not KEY.fullmatch(key):
        return problem(400, "idempotency-key", _("Send an Idempotency-Key of at most 255 printable characters without spaces, another for each new request."), pointer="header:Idempotency-Key")
    from portiek.core.models import Idempotent

    body = hashlib.sha256(request.body).digest()
    place = {"portal_id": actor.portal_id, "party_id": actor.party_id, "route": f"{request.method} {request.path}"[:200], "key": key}
    try:
        # A second request with this key waits here until the first has committed.
        with transaction.atomic():
            row = Idempotent.objects.create(**place, body=body, at=timezone.now())
    except OperationalError:  # waited as long as a statement may
        answer = problem(409, "idempotency-key-in-use", _("A request with this Idempotency-Key is still being answered. Send it again in a moment."), pointer="header:Idempotency-Key")
        answer["Retry-After"] = "5"
        return _rolled(answer)
    except IntegrityError:
        row = Idempotent.objects.get(**place)
        if bytes(row.body) != body:
            return problem(422, "idempotency-key-reused", _("This Idempotency-Key was used with another body."), pointer="header:Idempotency-Key")
        again = HttpResponse(row.answer, status=row.status, content_type="application/json; charset=utf-8")
        again["Idempotent-Replay"] = "true"
        return again
    answer = _rolled(call())
    if answer.status_code < 400:
        row.status, row.answer = answer.status_code, answer.content.decode() if not shown_once else json.dumps({**json.loads(answer.content), **dict.fromkeys(shown_once)})
        row.save(update_fields=["status", "answer"])
    return answer


def _rolled(answer: HttpResponse) -> HttpResponse:
    """Undo what an operation did before its error: the framework turns errors into answers."""
    if answer.status_code >= 400:
        transaction.set_rollback(True)
    return answer


TITLES = {
    400: gettext_lazy("Not understood"),
    401: gettext_lazy("Not known"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("Another method"),
    409: gettext_lazy("Changed meanwhile"),
    422: gettext_lazy("Refused"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("Our fault"),
}


def problem(status: int, code: str, detail: str, *, title: str = "", kept: str = "", pointer: str | None = None, errors: Sequence[dict[str, Any]] = ()) -> HttpResponse:
    """Return a problem document (RFC 9457 section 3). Every error is rolled back, so nothing was changed unless `kept` says otherwise."""
    made = Problem(
        type=f"{PROBLEM_PAGE}#{code}", title=title or str(TITLES[status]), status=status, code=code, detail=detail, kept=kept or _("Nothing was changed."),
        pointer=pointer, errors=[ProblemPart(**part) for part in errors] or None,
    )
    return JsonResponse(made.model_dump(exclude_none=True), status=status, content_type="application/problem+json")


def _pointer(place: Sequence[Any]) -> str:
    """Name a place in what was sent; of a body the name of our own argument is left out. RFC 6901 section 3."""
    if place[:1] == ("body",):
        return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place[2:])
    return ":".join(str(part) for part in place)


# What pydantic refuses, in words of ours; its figures stand in its context.
WRONG: dict[str, Any] = {
    "missing": gettext_lazy("This is needed."),
    "extra_forbidden": gettext_lazy("There is no such field."),
    "string_type": gettext_lazy("This is a text."),
    "string_too_long": gettext_lazy("At most {max_length} characters."),
    "string_too_short": gettext_lazy("At least {min_length} characters."),
    "string_pattern_mismatch": gettext_lazy("This holds a character that cannot be kept."),
    "too_long": gettext_lazy("At most {max_length}."),
    "too_short": gettext_lazy("At least {min_length}."),
    "list_type": gettext_lazy("This is a list."),
    "model_attributes_type": gettext_lazy("This is an object with fields."),
    "model_type": gettext_lazy("This is an object with fields."),
    "int_parsing": gettext_lazy("This is a whole number."),
    "int_type": gettext_lazy("This is a whole number."),
    "int_from_float": gettext_lazy("This is a whole number."),
    "greater_than_equal": gettext_lazy("At least {ge}."),
    "less_than_equal": gettext_lazy("At most {le}."),
    "literal_error": gettext_lazy("Choose one of {expected}."),
}


def _wrong(item: Mapping[str, Any]) -> str:
    told = WRONG.get(str(item.get("type")))
    return str(told).format_map(item.get("ctx", {})) if told else str(item.get("msg", ""))


def register_problems(api: ninja.NinjaAPI) -> None:
    """Word each kind of error as a problem document."""

    def refused(request: HttpRequest, error: Any) -> HttpResponse:
        parts = [{"pointer": f"#/{part.field}", "detail": wording(part), "code": part.code} for part in error.parts]
        return problem(409 if isinstance(error, Conflict) else 422, error.code, wording(error), pointer=f"#/{error.field}" if error.field else None, errors=parts)

    def invalid(request: HttpRequest, error: Any) -> HttpResponse:
        errors = [{"pointer": _pointer(tuple(item.get("loc", ()))), "detail": _wrong(item), "code": str(item.get("type", ""))} for item in error.errors]
        detail = "; ".join(f"{item['pointer']}: {item['detail']}" for item in errors)[:1000]
        return problem(422, "invalid", detail, pointer=errors[0]["pointer"] if errors else None, errors=errors)

    api.add_exception_handler(Refused, refused)
    api.add_exception_handler(ValidationError, invalid)
    api.add_exception_handler(Forbidden, lambda request, error: problem(403, "forbidden", _("This key lacks the right {right}.").format(right=error.right)))  # type: ignore[misc]
    api.add_exception_handler(NotFound, lambda request, error: problem(404, "not-found", _("There is nothing here, or not for you.")))
    api.add_exception_handler(HttpError, lambda request, error: problem(error.status_code, "bad-request", str(error)))  # type: ignore[misc]


__all__ = ["PROBLEMS", "Cursor", "Day", "Limit", "Listing", "Moment", "Money", "Number", "Problem", "Quantity", "Schema", "Text", "endpoint", "one_of", "page_of", "problem", "register_problems"]
