"""SCIM 2.0 (RFC 7643, RFC 7644) as far as it is spoken here: what a filter asks, what a PATCH makes of a resource, what of a resource is kept. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

USER, GROUP = "urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:core:2.0:Group"
LISTING, PATCH, ERROR = "urn:ietf:params:scim:api:messages:2.0:ListResponse", "urn:ietf:params:scim:api:messages:2.0:PatchOp", "urn:ietf:params:scim:api:messages:2.0:Error"
MOST = 200
MOST_MEMBERS = 5000
PATH = re.compile(r"(?P<name>[A-Za-z][\w-]*)(\[(?P<filter>[^\]]{1,500})\])?(\.(?P<sub>[A-Za-z][\w-]*))?")
TERM = re.compile(r"""\s*(?P<name>[A-Za-z][\w.-]*)\s+(?P<how>[A-Za-z]{2})\s+(?P<value>"(?:[^"\\]|\\.)*"|true|false)\s*""", re.I)


class Problem(Exception):
    """What is said no to: status and scimType of RFC 7644 section 3.12, with words."""

    def __init__(self, status: int, detail: str, kind: str = "") -> None:
        super().__init__(detail)
        self.status, self.detail, self.kind = status, detail, kind


def terms(text: str) -> list[tuple[str, str]]:
    """Return the (attribute, value) that a filter asks to be equal, all of them. Raises Problem for anything but `eq` joined by `and`."""
    found: list[tuple[str, str]] = []
    rest = text
    while True:
        match = TERM.match(rest)
        if match is None or match["how"].lower() != "eq" or len(text) > 1000:
            raise Problem(400, "Only attributes that are equal (eq) to a value, joined by and, can be asked for.", "invalidFilter")
        value = match["value"]
        found.append((match["name"].lower(), re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value.lower()))
        rest = rest[match.end():]
        if not rest:
            return found
        if not rest.lower().startswith("and "):
            raise Problem(400, "Only attributes that are equal (eq) to a value, joined by and, can be asked for.", "invalidFilter")
        rest = rest[4:]


def patched(resource: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resource after the operations of a PATCH (RFC 7644 section 3.5.2), as Entra ID and Okta write them too. Raises Problem."""
    operations = _get(body, "operations")
    if not isinstance(operations, list) or not 0 < len(operations) <= 1000 or not all(isinstance(item, dict) for item in operations):
        raise Problem(400, "Operations is a list of operations.", "invalidSyntax")
    made = deepcopy(dict(resource))
    for operation in operations:
        how, path, value = str(_get(operation, "op") or "").lower(), _get(operation, "path"), _get(operation, "value")
        if how not in ("add", "replace", "remove"):
            raise Problem(400, "An operation is add, replace or remove.", "invalidSyntax")
        if path in (None, ""):
            if how == "remove" or not isinstance(value, dict):
                raise Problem(400, "Without a path the value is an object of attributes.", "noTarget")
            for name, item in value.items():
                _apply(made, how, str(name), item)
        else:
            _apply(made, how, str(path), value)
    return made


def _get(body: Mapping[str, Any], name: str) -> Any:
    """Return an attribute; their names have no case (RFC 7643 section 2.1)."""
    return next((value for key, value in body.items() if isinstance(key, str) and key.lower() == name), None)


def _apply(made: dict[str, Any], how: str, path: str, value: Any) -> None:
    for schema in (USER, GROUP):
        if path.lower().startswith(schema.lower() + ":"):
            path = path[len(schema) + 1:]
    if path.lower().startswith("urn:"):  # an extension, of which nothing is kept
        return
    match = PATH.fullmatch(path)
    if match is None:
        raise Problem(400, f"This path cannot be read: {path[:100]}", "invalidPath")
    name = next((key for key in made if key.lower() == match["name"].lower()), match["name"])
    if match["filter"]:
        _apply_to_some(made, how, name, terms(match["filter"]), match["sub"], value)
    elif match["sub"]:
        inner = made.get(name)
        inner = dict(inner) if isinstance(inner, dict) else {}
        sub = next((key for key in inner if key.lower() == match["sub"].lower()), match["sub"])
        if how == "remove":
            inner.pop(sub, None)
        else:
            inner[sub] = value
        made[name] = inner
    elif how == "remove":
        _remove(made, name, value)
    elif how == "add" and isinstance(made.get(name), list):
        given = value if isinstance(value, list) else [value]
        made[name] = [*made[name], *(item for item in given if item not in made[name])]
    else:
        made[name] = value


def _remove(made: dict[str, Any], name: str, value: Any) -> None:
    """Take an attribute away, or of a list what is named in the value, as Entra ID asks it."""
    if isinstance(made.get(name), list) and isinstance(value, list):
        gone = {_value(item) for item in value}
        made[name] = [item for item in made[name] if _value(item) not in gone]
    else:
        made.pop(name, None)


def _value(item: Any) -> str:
    return str(_get(item, "value")) if isinstance(item, dict) else str(item)


def _apply_to_some(made: dict[str, Any], how: str, name: str, wanted: Iterable[tuple[str, str]], sub: str | None, value: Any) -> None:
    rows = [dict(row) for row in made.get(name, []) if isinstance(row, dict)] if isinstance(made.get(name), list) else []
    wanted = list(wanted)

    def fits(row: Mapping[str, Any]) -> bool:
        return all(str(_get(row, key)).lower() == asked.lower() for key, asked in wanted)

    if how == "remove":
        made[name] = [row for row in rows if not fits(row)]
        return
    hit = [row for row in rows if fits(row)]
    if not hit:  # what is not there yet is made, as Entra ID expects of `emails[type eq "work"].value`
        hit = [dict(wanted)]
        rows += hit
    for row in hit:
        if sub:
            row[sub] = value
        elif isinstance(value, dict):
            row.update(value)
    made[name] = rows


@dataclass(frozen=True)
class WantedUser:
    """What of a User is kept."""

    user_name: str
    external_id: str
    name: str
    email: str
    is_active: bool


def _text(given: Any, length: int, what: str) -> str:
    if given is None:
        return ""
    if not isinstance(given, str) or len(given) > length or any(ord(sign) < 32 for sign in given):
        raise Problem(400, f"{what} is a text of at most {length} signs.", "invalidValue")
    return given.strip()


def wanted_user(body: Mapping[str, Any]) -> WantedUser:
    """Read a User. Raises Problem without a userName or an e-mail address."""
    user_name = _text(_get(body, "username"), 254, "userName")
    name = _get(body, "name")
    parts = name if isinstance(name, dict) else {}
    full = _text(_get(body, "displayname"), 120, "displayName") or _text(_get(parts, "formatted"), 120, "name.formatted")
    full = full or " ".join(filter(None, (_text(_get(parts, part), 60, f"name.{part}") for part in ("givenname", "familyname"))))
    emails = _get(body, "emails")
    rows = [row for row in emails if isinstance(row, dict)] if isinstance(emails, list) else []
    chosen = next((row for row in rows if truth(_get(row, "primary"), False)), rows[0] if rows else {})
    email = (_text(_get(chosen, "value"), 254, "emails.value") or (user_name if "@" in user_name else "")).lower()
    if not user_name:
        raise Problem(400, "A user has a userName.", "invalidValue")
    if not re.fullmatch(r"[^@\s\"<>,;:\\()\[\]]+@[^@\s\"<>,;:\\()\[\]]+\.[^@\s\"<>,;:\\()\[\]]+", email) or not email.isascii():
        raise Problem(400, "A user has an e-mail address, in emails or as userName.", "invalidValue")
    return WantedUser(user_name, _text(_get(body, "externalid"), 255, "externalId"), full or email.partition("@")[0], email, truth(_get(body, "active"), True))


def truth(given: Any, otherwise: bool) -> bool:
    """Read a boolean, also as the text that Entra ID sends. Raises Problem."""
    if given is None:
        return otherwise
    if isinstance(given, bool):
        return given
    if isinstance(given, str) and given.lower() in ("true", "false"):
        return given.lower() == "true"
    raise Problem(400, "This is true or false.", "invalidValue")


@dataclass(frozen=True)
class WantedGroup:
    """What of a Group is kept; `members` are keys of users."""

    display_name: str
    external_id: str
    members: tuple[str, ...]


def wanted_group(body: Mapping[str, Any]) -> WantedGroup:
    """Read a Group. Raises Problem without a displayName."""
    display_name = _text(_get(body, "displayname"), 200, "displayName")
    if not display_name:
        raise Problem(400, "A group has a displayName.", "invalidValue")
    members = _get(body, "members") or []
    if not isinstance(members, list) or len(members) > MOST_MEMBERS:
        raise Problem(400, f"members is a list of at most {MOST_MEMBERS}.", "invalidValue")
    return WantedGroup(display_name, _text(_get(body, "externalid"), 255, "externalId"), tuple(dict.fromkeys(_value(item) for item in members)))
