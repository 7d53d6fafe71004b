"""The forms of a page, read as a browser would, and values that fit them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Field:
    """One field of a form: what kind, and something that fits."""

    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    """One form of a page."""

    method: str
    action: str
    fields: dict[str, Field] = field(default_factory=dict)


class Reader(HTMLParser):
    """Reads the forms of a page, with kinds and options."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._select: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._form = Form(given.get("method", "get").lower(), given.get("action", ""))
            self.found.append(self._form)
        elif tag == "option" and self._select is not None:
            self._select.options.append(given.get("value", ""))
            if "selected" in given:
                self._select.value = given.get("value", "")
        elif self._form and name and name != "csrfmiddlewaretoken":
            if tag == "select":
                self._select = self._form.fields.setdefault(name, Field("select"))
            elif tag == "textarea":
                self._form.fields[name] = Field("textarea")
            elif tag == "input":
                kind = given.get("type", "text")
                known = self._form.fields.setdefault(name, Field(kind, given.get("value", "")))
                if kind in ("radio", "checkbox"):
                    known.options.append(given.get("value", ""))
            elif tag == "button" and "formnovalidate" not in given:  # that one searches, and sends nothing off
                self._form.fields.setdefault(name, Field("button", given.get("value", ""))).options.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None


def forms_of(content: bytes) -> list[Form]:
    """Return the forms of a page."""
    reader = Reader()
    reader.feed(content.decode(errors="replace"))
    return reader.found


def fitting(name: str, wanted: Field, number: int) -> str:
    """Return something that a field takes, so that a form is refused for its one bad field only."""
    if wanted.options and wanted.kind != "button":
        return wanted.value if wanted.value in wanted.options and wanted.value else next((item for item in wanted.options if item), "")
    if wanted.value:
        return wanted.value
    if wanted.kind == "email" or "email" in name:
        return f"n{number}@bad.example"
    return {"date": "2026-12-31", "number": "1", "password": "een lang wachtwoord"}.get(wanted.kind, f"N{number}" if name in ("number", "code", "name", "label") else "1")
