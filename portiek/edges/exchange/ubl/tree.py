"""XML that somebody else made, read without a DOCTYPE, and XML of our own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
DOCUMENT = "urn:oasis:names:specification:ubl:schema:xsd:{}-2"
NAMES = {"cac": CAC, "cbc": CBC}
for _prefix, _address in (*NAMES.items(), *((kind.lower(), DOCUMENT.format(kind)) for kind in ("Order", "OrderChange", "OrderCancellation", "OrderResponse", "Catalogue"))):
    ElementTree.register_namespace(_prefix, _address)

Element = ElementTree.Element
MOST_BYTES = 2_000_000
DEEPEST = 32
# What no document of XML 1.0 can hold, not even as a reference.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Unreadable(ValueError):
    """What came is no XML that is read here; `code`: size, doctype, deep, xml, root or structure, `place` what lacks."""

    def __init__(self, code: str, place: str = "") -> None:
        super().__init__(code, place)
        self.code, self.place = code, place


def parse(content: bytes, *, doctype: str = "") -> Element:
    """Return the root of a document. Raises Unreadable, for a DOCTYPE as soon as it begins: no entity is ever declared, nothing is fetched.

    `doctype`: the root of a standard that asks for one (cXML); it may name a file, which is never fetched, and declare nothing.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable("size")
    builder, reader, depth = ElementTree.TreeBuilder(), expat.ParserCreate(namespace_separator="}"), 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise Unreadable("deep")
        builder.start(_clark(name), {_clark(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_clark(name))

    def declare(name: str, _system: str | None, _public: str | None, declares: int) -> None:
        if not doctype or name != doctype or declares:
            raise Unreadable("doctype")

    def refuse(*_arguments: Any) -> None:
        raise Unreadable("doctype")

    reader.buffer_text = True
    reader.StartElementHandler, reader.EndElementHandler, reader.CharacterDataHandler, reader.StartDoctypeDeclHandler = start, end, builder.data, declare
    # An entity that only the file could declare would be left out in silence.
    reader.SkippedEntityHandler = reader.EntityDeclHandler = refuse
    try:
        reader.Parse(content, True)
        return builder.close()
    except (expat.ExpatError, LookupError, ValueError) as problem:
        raise problem if isinstance(problem, Unreadable) else Unreadable("xml") from problem


def _clark(name: str) -> str:
    return "{" + name if "}" in name else name


def as_text(root: Element) -> str:
    """Return a document that was read as text, without what no reader needs: comments, and where it came from."""
    return ElementTree.tostring(root, encoding="unicode")


def find(node: Element | None, path: str) -> Element | None:
    """Return the first element at a path of cac: and cbc: names."""
    return None if node is None else node.find(path, NAMES)


def every(node: Element | None, path: str) -> Iterator[Element]:
    """Return the elements at a path."""
    return iter(()) if node is None else node.iterfind(path, NAMES)


def text(node: Element | None, path: str = "") -> str:
    """Return the text at a path without spaces around it; "" for none. No NUL can stand in XML."""
    found = find(node, path) if path else node
    return (found.text or "").strip() if found is not None else ""


def texts(node: Element | None, path: str) -> tuple[str, ...]:
    """Return every text at a path that is not empty."""
    return tuple(said for item in every(node, path) if (said := text(item)))


def number(node: Element | None, path: str = "") -> Decimal | None:
    """Return the decimal at a path (xs:decimal); None for none and for what is none."""
    return decimal(text(node, path))


def decimal(said: str) -> Decimal | None:
    """Read an xs:decimal: no exponent, no infinity; None for what is none."""
    try:
        return Decimal(said) if said and len(said) < 40 and set(said) <= set("+-.0123456789") else None
    except InvalidOperation:
        return None


def day(node: Element | None, path: str) -> date | None:
    """Return the day at a path, whatever its time zone; None for none and for what is none."""
    try:
        return date.fromisoformat(text(node, path)[:10])
    except ValueError:
        return None


def basic(name: str, value: Any, **attributes: str) -> Element | None:
    """Make a cbc: element, None for an empty value: `gather` leaves it out."""
    if value is None or value == "":
        return None
    made = Element(f"{{{CBC}}}{name}", {key: said for key, said in attributes.items() if said})
    made.text = f"{value:f}" if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else _UNWRITABLE.sub("", str(value))
    return made


def gather(name: str, *parts: Element | None) -> Element | None:
    """Make a cac: element of its parts; None of nothing."""
    kept = [part for part in parts if part is not None]
    if not kept:
        return None
    made = Element(f"{{{CAC}}}{name}")
    made.extend(kept)
    return made


def fragment(element: Element) -> bytes:
    """Return an element of a document whose root declares cac: and cbc:, for a document that is written piece by piece."""
    ElementTree.indent(element, level=1)
    written = ElementTree.tostring(element, encoding="utf-8", xml_declaration=False)
    for prefix, address in NAMES.items():
        # Its own beginning comes first: a text that says the same stays.
        written = written.replace(f' xmlns:{prefix}="{address}"'.encode(), b"", 1)
    return b"  " + written.rstrip() + b"\n"


def write(kind: str, *parts: Element | None) -> bytes:
    """Return a document of its parts."""
    root = Element(f"{{{DOCUMENT.format(kind)}}}{kind}")
    root.extend([part for part in parts if part is not None])
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
