"""The bytes: one file per content and portal, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import IO

from django.conf import settings

CHUNK = 256 * 1024
_SHA = re.compile(r"[0-9a-f]{64}")


def folder(portal_id: int) -> Path:
    """Return where a portal's files are. No portal shares bytes with another, so that the one can be removed whole."""
    return Path(settings.DATA_DIR) / "files" / str(int(portal_id))


def path_of(portal_id: int, sha256: str) -> Path:
    """Return the place of a content. Raises ValueError for what is not a hash."""
    if not _SHA.fullmatch(sha256):
        raise ValueError("not a hash")
    return folder(portal_id) / sha256[:2] / sha256


def write(portal_id: int, content: bytes | IO[bytes]) -> tuple[str, int]:
    """Keep a content and return (hash, size). On disk before it has its name, so that a power cut leaves no half file."""
    waiting = folder(portal_id) / "new"
    waiting.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = waiting / secrets.token_hex(16)
    digest, size = hashlib.sha256(), 0
    try:
        with open(temporary, "xb") as out:
            for chunk in _chunks(content):
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        place = path_of(portal_id, digest.hexdigest())
        place.parent.mkdir(exist_ok=True, mode=0o700)
        os.replace(temporary, place)
        _sync_folder(place.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return digest.hexdigest(), size


def _chunks(content: bytes | IO[bytes]) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    while chunk := content.read(CHUNK):
        yield chunk


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(path: Path, first: int, last: int) -> Iterator[bytes]:
    """Yield the bytes from `first` to `last`, a chunk at a time."""
    left = last - first + 1
    with open(path, "rb") as source:
        source.seek(first)
        while left > 0 and (chunk := source.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


def old(portal_id: int, before: float) -> list[str]:
    """Return the contents that were written before a moment (seconds since 1970), and remove what was never finished since."""
    for left in folder(portal_id).glob("new/*"):
        if _written_at(left) < before:
            left.unlink(missing_ok=True)
    return [path.name for path in folder(portal_id).glob("??/*") if _SHA.fullmatch(path.name) and _written_at(path) < before]


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # finished or removed at this moment
        return inf


def remove(portal_id: int, sha256: str, before: float) -> None:
    """Remove a content, unless it is written again at this moment: it is set aside first, and put back when it turns out to be new."""
    place = path_of(portal_id, sha256)
    aside = folder(portal_id) / "new" / secrets.token_hex(16)
    try:
        os.replace(place, aside)
    except FileNotFoundError:
        return
    if aside.stat().st_mtime < before:
        aside.unlink()
    else:
        os.replace(aside, place)
