"""What may be kept as a document of a product. Pure."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

MOST_BYTES = 20 * 1024 * 1024
# Of one product, all versions together.
MOST = 200
# How often something is asked for that does not answer.
MOST_TRIES = 3
# The law asks for a year (REACH, article 31(9)); what was built in last year is still worked on.
BOUGHT_WITHIN = timedelta(days=731)
LANGUAGES = ("nl", "en", "de", "fr", "pl", "es", "it", "pt", "ro", "bg", "tr", "uk", "cs", "sk", "hu", "lt", "lv", "da", "sv", "nb")
_ZIP = (b"PK\x03\x04",)
# By the end of its name: what a file is handed out as, and how it begins (nothing: in any way).
_TYPES: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)), "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)), "jpg": ("image/jpeg", (b"\xff\xd8\xff",)), "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)), "webp": ("image/webp", (b"RIFF",)),
    "dwg": ("application/octet-stream", (b"AC10",)), "dxf": ("application/octet-stream", ()), "stp": ("application/octet-stream", (b"ISO-10303-21",)), "step": ("application/octet-stream", (b"ISO-10303-21",)), "ifc": ("application/octet-stream", (b"ISO-10303-21",)),
    "docx": ("application/octet-stream", _ZIP), "xlsx": ("application/octet-stream", _ZIP), "odt": ("application/octet-stream", _ZIP), "ods": ("application/octet-stream", _ZIP), "zip": ("application/zip", _ZIP),
}  # fmt: skip
PICTURES = ("image/png", "image/jpeg", "image/webp")
ACCEPTED = ",".join(f".{ending}" for ending in _TYPES)


def media_type(name: str, first: bytes) -> str:
    """Return as what a file is handed out, by its name and its first bytes. Raises ValueError with the code of why it is not kept."""
    known = _TYPES.get(name.rpartition(".")[2].lower())
    if known is None:
        raise ValueError("kind")
    if known[1] and not first.startswith(known[1]):
        raise ValueError("content")
    return known[0]


def ending(first: bytes) -> str:
    """Return how the name of a file ends that has none, by its first bytes: a PDF or a picture; nothing for what is neither."""
    return next((name for name in ("pdf", "png", "jpg", "webp") if first.startswith(_TYPES[name][1])), "")


def file_name(source: str) -> str:
    """Return what a file is called at its address."""
    try:
        return unquote(PurePosixPath(urlsplit(source).path).name) or "document"
    except ValueError:
        return "document"
