"""The API's description as a page to read, in the reader's language: English in the description itself, as it is the same for all."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markupsafe import Markup, escape

from portiek.core.api import PROBLEMS
from portiek.core.errors import worded
from portiek.core.events import events
from portiek.core.permissions import rights

GROUPS = {
    "products": gettext_lazy("Products and stock"),
    "prices": gettext_lazy("Prices"),
    "orders": gettext_lazy("Orders"),
    "electronic-orders": gettext_lazy("Electronic orders"),
    "invoices": gettext_lazy("Invoices and payments"),
    "company": gettext_lazy("Own company"),
    "contacts": gettext_lazy("Contacts"),
    "mandates": gettext_lazy("Mandates"),
    "tasks": gettext_lazy("Tasks"),
    "webhooks": gettext_lazy("Webhooks"),
}
KINDS: dict[tuple[str, str], Any] = {
    ("string", ""): gettext_lazy("text"),
    ("string", "decimal"): gettext_lazy("decimal as text"),
    ("string", "date"): gettext_lazy("date"),
    ("string", "date-time"): gettext_lazy("moment"),
    ("integer", ""): gettext_lazy("whole number"),
    ("boolean", ""): gettext_lazy("true or false"),
    ("array", ""): gettext_lazy("list"),
    ("object", ""): gettext_lazy("object"),
}
CONVENTIONS = [
    (gettext_lazy("Lists"), gettext_lazy("Come in pages: send `next` back as `cursor` until it is null.")),
    (
        gettext_lazy("Retries"),
        gettext_lazy(
            "Send an Idempotency-Key with every POST: the same request with the same key is done once and answered as the first time, for a week. "
            "An error is not kept: mend it and send it again with the same key."
        ),
    ),
    (
        gettext_lazy("Errors"),
        gettext_lazy(
            "Are problem documents (RFC 9457): `code` is stable, `pointer` names the place, `kept` says what became of your data. After an error nothing was changed."
        ),
    ),
    (
        gettext_lazy("Numbers"),
        gettext_lazy("Amounts, prices and quantities are decimals as text, with their currency or unit beside them; units are UN/ECE Recommendation 20 codes."),
    ),
    (gettext_lazy("Times"), gettext_lazy("Are in UTC, days without a time are those of the portal.")),
    (gettext_lazy("Pace"), gettext_lazy("Who asks too often gets 429; `Retry-After` says after how many seconds to go on.")),
]
DEEP = 3


@dataclass(frozen=True)
class Row:
    """One field or parameter."""

    name: str
    kind: str
    text: Markup
    needed: bool


@dataclass(frozen=True)
class Operation:
    """One operation: what it does, who may, what goes in and what comes out."""

    id: str
    method: str
    path: str
    summary: str
    text: Markup
    right: str
    parameters: list[Row]
    body: list[Row]
    example: str
    answer: list[Row]
    refuses: list[str]
    media_type: str
    takes: str


def groups(made: dict[str, Any]) -> dict[str, list[Operation]]:
    """Return the operations of a description by their group."""
    found: dict[str, list[Operation]] = {}
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            tag = operation["tags"][0]
            found.setdefault(str(GROUPS.get(tag, tag.capitalize())), []).append(_operation(made, path.removeprefix("/api/v1"), method.upper(), operation))
    order = [str(name) for name in GROUPS.values()]
    return dict(sorted(found.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)))


def conventions() -> list[tuple[str, Markup]]:
    """Return what holds for every operation."""
    return [(str(name), coded(str(text))) for name, text in CONVENTIONS]


def told_of() -> list[tuple[str, str, str]]:
    """Return what a webhook can be told of: name, words, the right that sees it."""
    known = rights()
    return [(item.name, str(item.label), str(known[item.right].label) if item.right else "") for _name, item in sorted(events().items())]


def problems(made: dict[str, Any]) -> list[tuple[str, Markup]]:
    """Return the codes that a program may meet, each with what it means."""
    refused = {code for methods in made["paths"].values() for operation in methods.values() for code in operation["x-refuses"]}
    texts = worded()
    return [(code, coded(re.sub(r"{\w+}", "…", str(text)))) for code, text in [*PROBLEMS.items(), *((code, texts[code]) for code in sorted(refused))]]


def coded(text: str) -> Markup:
    """Return a text with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704  escaped before


def _operation(made: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Operation:
    summary, text = operation["summary"], operation["description"]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    media_type, answer = next(iter(next(iter(operation["responses"].values())).get("content", {"": {}}).items()))
    parameters = [
        Row(item["name"], _kind(made, item["schema"]), _text(item["schema"], item.get("description", "")), item["required"]) for item in operation["parameters"]
    ]
    examples = _resolved(made, body).get("examples", []) if body else []
    return Operation(
        operation["operationId"],
        method,
        path,
        _(summary),
        coded(_(text)),
        str(rights()[operation["x-right"]].label),
        parameters,
        _rows(made, body),
        json.dumps(examples[0], indent=2, ensure_ascii=False) if examples else "",
        _rows(made, answer.get("schema", {})),
        operation["x-refuses"],
        media_type if media_type != "application/json" else "",
        next((kind for kind in operation.get("requestBody", {}).get("content", {}) if kind != "application/json"), ""),
    )


def _resolved(made: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = made["components"]["schemas"][part["$ref"].rsplit("/", 1)[1]] if "$ref" in part else part
    return found


def _inner(part: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Return what a field holds, and whether it may be null."""
    kinds = [kind for kind in part.get("anyOf", []) if kind != {"type": "null"}]
    return (kinds[0], True) if kinds else (part, False)


def _kind(made: dict[str, Any], part: dict[str, Any]) -> str:
    inner, nullable = _inner(part)
    found = _resolved(made, inner)
    kind = str(KINDS.get((found.get("type", "object"), found.get("format", "")), KINDS["string", ""]))
    return _("{kind} or null").format(kind=kind) if nullable else kind


def _text(part: dict[str, Any], given: str = "") -> Markup:
    inner, _nullable = _inner(part)
    said = given or part.get("description", "") or ("" if "$ref" in inner else inner.get("description", ""))
    codes = [code for code in inner.get("enum", []) if code]
    texts = [_(said) if said else "", _("One of: {codes}.").format(codes=", ".join(codes)) if codes else ""]
    if "maximum" in inner and inner["maximum"] < 2**31:
        texts.append(_("At most {number}.").format(number=inner["maximum"]))
    return coded(" ".join(text for text in texts if text))


def _rows(made: dict[str, Any], part: dict[str, Any], before: str = "", depth: int = 0) -> list[Row]:
    """Flatten a schema into rows; a field of an object in a list is named `lines[].sku`."""
    found = _resolved(made, part)
    if found.get("type") == "array":
        return _rows(made, found.get("items", {}), f"{before}[]", depth)
    rows = []
    for name, field in found.get("properties", {}).items():
        full = f"{before}.{name}" if before else name
        rows.append(Row(full, _kind(made, field), _text(field), name in found.get("required", ())))
        inner, _nullable = _inner(field)
        if depth < DEEP and ("$ref" in inner or inner.get("type") == "array"):
            rows += _rows(made, inner, full, depth + 1)
    return rows
