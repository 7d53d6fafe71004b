"""What a file may be called, and which part of it is asked for."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

MAX_NAME_BYTES = 255
# What no file name holds: separators, what Windows forbids, controls, and signs that turn the reading direction ("exe.fdp" read as "pdf.exe").
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]')
_DEVICE = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,49}/[a-z0-9][a-z0-9!#$&^_.+-]{0,48}")
# What a browser could run is handed out as bytes.
_ACTIVE = re.compile(r"html|xml|svg|script|multipart|message")


def clean_name(name: str) -> str:
    """Return a name that every system can keep, at most 255 bytes of UTF-8, with its extension; "file" when nothing is left."""
    last = re.split(r"[/\\]", name.replace("\0", ""))[-1]
    found = _FORBIDDEN.sub("", unicodedata.normalize("NFC", last.encode("utf-8", "ignore").decode())).strip(" .")
    found = f"_{found}" if _DEVICE.match(found) else found or "file"
    if len(found.encode()) <= MAX_NAME_BYTES:
        return found
    stem, dot, extension = found.rpartition(".")
    if not dot or not stem or len(extension.encode()) > 20:
        stem, dot, extension = found, "", ""
    room = MAX_NAME_BYTES - len((dot + extension).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip() + dot + extension


def media_type(given: str) -> str:
    """Return a media type a download may carry; anything odd or active becomes plain bytes."""
    bare = given.split(";")[0].strip().lower()
    return bare if _TYPE.fullmatch(bare) and not _ACTIVE.search(bare) else "application/octet-stream"


def disposition(name: str) -> str:
    """Return the Content-Disposition of a download. RFC 6266 section 4.3, with the ASCII name first for old programs."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", plain).strip() or "file"
    encoded = "" if plain == name else "; filename*=UTF-8''" + quote(name, safe="")
    return f'attachment; filename="{plain}"{encoded}'


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """Return (first, last) of a single range, or None when the whole is to be sent. Raises ValueError for a range beyond the end. RFC 9110 section 14."""
    found = _RANGE.fullmatch(header.strip())
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = min(int(found[2]), size)
        if not length:
            raise ValueError("beyond the end")
        return size - length, size - 1
    first, last = int(found[1]), min(int(found[2] or size - 1), size - 1)
    if first >= size:
        raise ValueError("beyond the end")
    return (first, last) if first <= last else None
