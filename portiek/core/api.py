"""The API's side of the house: the same queries and actions, own schemas, problems as RFC 9457, keys that make a retry safe.

A module's `api.py` makes a `Router` and declares each operation with `endpoint`; portiek.edges.api mounts them all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Generic, TypeVar

import ninja
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from ninja.decorators import decorate_view
from ninja.errors import HttpError, ValidationError
from pydantic import AfterValidator, ConfigDict, Field, PlainSerializer

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import Conflict, Forbidden, NotFound, Refused, wording
from portiek.core.pages import SAFE, Page, keyset

T = TypeVar("T")
MAX_KEY = 255


def _printable(text: str) -> str:
    if "\0" in text:
        raise ValueError("a text holds no NUL character")
    return text


Text = Annotated[str, Field(max_length=2000), AfterValidator(_printable)]
# Amounts and quantities travel as text, so that no reader makes floats of them.
Money = Annotated[Decimal, PlainSerializer(str, return_type=str), Field(description="Decimal as text, in the portal's currency")]
Quantity = Annotated[Decimal, Field(gt=0, lt=Decimal("10000000"), max_digits=10, decimal_places=3), PlainSerializer(str, return_type=str)]


class Schema(ninja.Schema):
    """The base of every schema: unknown fields are refused, not ignored."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", from_attributes=True)


class Problem(ninja.Schema):
    """What went wrong (RFC 9457). `pointer` names the field or line; `code` is stable, `detail` is for people."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    code: str = ""
    pointer: str | None = None


class Listing(ninja.Schema, Generic[T]):
    """One page of a list; `next` is the cursor of the next one."""

    items: list[T]
    next: str | None = None


Limit = Annotated[int, Field(ge=1, le=200)]
Cursor = Annotated[str, Field(max_length=400), AfterValidator(_printable)]


def page_of(found: QuerySet[Any], order: list[str], cursor: str, limit: int) -> dict[str, Any]:
    """Return one page of a query set as a Listing."""
    page: Page = keyset(found, order, after=cursor or None, size=limit)
    return {"items": page.rows, "next": page.next}


def endpoint(register: Callable[..., Any], path: str, right: str | None, *, response: Any, audience: str | None = None, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare one operation with the right it needs. It runs in the scope of the key's party; GET is read-only; errors roll back.

    POST takes an `Idempotency-Key` header: the same key with the same body gives the first answer again, with another body 422.
    """

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        decorate_view(lambda run: _guarded(run, right, audience))(function)
        answers = {200: response, **dict.fromkeys((400, 401, 403, 404, 409, 422, 429), Problem)}
        made = register(path, response=answers, **options)(function)
        made.access = (right, [register.__name__.upper()], audience)
        return made

    return declare


def _guarded(run: Callable[..., HttpResponse], right: str | None, audience: str | None) -> Callable[..., HttpResponse]:
    def guard(request: HttpRequest, **arguments: Any) -> HttpResponse:
        actor: Actor | None = request.key_actor  # type: ignore[attr-defined]
        if actor is None:
            answer = problem(401, "unauthorized", "A valid API key is needed: Authorization: Bearer ptk_...")
            answer["WWW-Authenticate"] = 'Bearer realm="portiek"'
            return answer
        if audience and (audience == "staff") != actor.is_staff:
            return problem(404, "not-found", "There is nothing here.")
        if right is not None and not actor.may(right):
            return problem(403, "forbidden", f"This key lacks the right {right}.")
        request.actor = actor  # type: ignore[attr-defined]
        with translation.override(actor.language), scope(actor, read_only=request.method in SAFE):
            return _once(request, actor, lambda: run(request, **arguments))

    return guard


def _once(request: HttpRequest, actor: Actor, call: Callable[[], HttpResponse]) -> HttpResponse:
    key = request.headers.get("Idempotency-Key", "")
    if request.method in SAFE or not key:
        return _rolled(call())
    if len(key) > MAX_KEY or not key.isprintable():
        return problem(400, "idempotency-key", f"An Idempotency-Key has at most {MAX_KEY} printable characters.")
    from portiek.core.models import Idempotent

    body = hashlib.sha256(request.body).digest()
    place = {"portal_id": actor.portal_id, "party_id": actor.party_id, "route": f"{request.method} {request.path}"[:200], "key": key}
    try:
        # A second request with this key waits here until the first has committed.
        with transaction.atomic():
            row = Idempotent.objects.create(**place, body=body, at=timezone.now())
    except IntegrityError:
        row = Idempotent.objects.get(**place)
        if bytes(row.body) != body:
            return problem(422, "idempotency-key-reused", "This Idempotency-Key was used with another body.")
        again = HttpResponse(row.answer, status=row.status, content_type="application/json")
        again["Idempotent-Replay"] = "true"
        return again
    answer = _rolled(call())
    if answer.status_code < 400:
        row.status, row.answer = answer.status_code, answer.content.decode()
        row.save(update_fields=["status", "answer"])
    return answer


def _rolled(answer: HttpResponse) -> HttpResponse:
    """Undo what an operation did before its error: the framework turns errors into answers."""
    if answer.status_code >= 400:
        transaction.set_rollback(True)
    return answer


def problem(status: int, code: str, detail: str, *, title: str = "", pointer: str | None = None, **more: Any) -> HttpResponse:
    """Return a problem document (RFC 9457 section 3)."""
    made = Problem(type=f"/api/problems#{code}", title=title or TITLES.get(status, "Error"), status=status, detail=detail, code=code, pointer=pointer)
    return JsonResponse({**made.model_dump(exclude_none=True), **more}, status=status, content_type="application/problem+json")


TITLES = {400: "Bad request", 401: "Not known", 403: "Not allowed", 404: "Not found", 409: "Changed meanwhile", 422: "Refused", 429: "Too many requests", 500: "Our fault"}


def register_problems(api: ninja.NinjaAPI) -> None:
    """Word each kind of error as a problem document."""

    def refused(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(409 if isinstance(error, Conflict) else 422, error.code, wording(error), pointer=error.field)

    def invalid(request: HttpRequest, error: Any) -> HttpResponse:
        errors = [{"pointer": "/".join(str(part) for part in item.get("loc", ())), "detail": str(item.get("msg", ""))} for item in error.errors]
        return problem(422, "invalid", "; ".join(f"{item['pointer']}: {item['detail']}" for item in errors)[:1000], pointer=errors[0]["pointer"] if errors else None, errors=errors)

    api.add_exception_handler(Refused, refused)
    api.add_exception_handler(ValidationError, invalid)
    api.add_exception_handler(Forbidden, lambda request, error: problem(403, "forbidden", f"This key lacks the right {error.right}."))  # type: ignore[misc]
    api.add_exception_handler(NotFound, lambda request, error: problem(404, "not-found", "There is nothing here, or not for you."))
    api.add_exception_handler(HttpError, lambda request, error: problem(error.status_code, "bad-request", str(error)))  # type: ignore[misc]


__all__ = ["Cursor", "Limit", "Listing", "Money", "Problem", "Quantity", "Schema", "Text", "endpoint", "page_of", "problem", "register_problems"]
