"""The folder of one connection on the server: files that came, files that go. Nothing outside it is ever opened, also not by a link in it."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CAME, READ, OUT, SENT = "in", "done", "out", "sent"
MOST_BYTES = 1024 * 1024 * 1024
# What programs call a file that they are still writing.
UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".ready")
_SAFE = re.compile(r"[A-Za-z0-9_\-][A-Za-z0-9._\-]{0,99}")


class Astray(Exception):
    """A folder that is not where it must be, or cannot be used: the text says why, or a code that has words (wording.NOTES) and what it is about."""

    def __str__(self) -> str:
        return ": ".join(map(str, self.args))


@dataclass(frozen=True)
class Found:
    """A file that came and is whole. `modified`: seconds since 1970."""

    name: str
    size: int
    modified: float


class Folder:
    """One connection's folder below that of its portal. `root` is the operator's; `portal` and `name` were checked for their signs."""

    is_far = False
    # A local file says itself since when nothing was written to it.
    sighted: Mapping[str, Any] = {}

    def __init__(self, root: Path, portal: str, name: str) -> None:
        self.root, self.place = root, root / portal / name

    def __enter__(self) -> Folder:
        return self.made()

    def __exit__(self, *raised: object) -> None:
        """Nothing is kept open."""

    def made(self) -> Folder:
        """Make what is missing of the folder. Raises Astray when a link leads out of the portal's own part, or it cannot be made."""
        try:
            for part in (CAME, READ, OUT, SENT):
                # Looked at before it is made: a link on the way would make folders elsewhere.
                self._inside(self.place / part)
                (self.place / part).mkdir(parents=True, exist_ok=True, mode=0o770)
                self._inside(self.place / part)
        except OSError as problem:
            raise Astray(f"{self.place}: {problem.strerror}") from problem
        return self

    def _inside(self, path: Path) -> None:
        # Resolved, only links change a path: then it is not where its name says.
        if path.resolve() != self.root.resolve() / path.relative_to(self.root):
            raise Astray(f"{path} is a link, or stands behind one")

    def whole(self, *, pickup: str, quiet: float, now: float) -> list[Found]:
        """Return the files that came and are written to no more, in the order of their time and name."""
        found = []
        with os.scandir(self.place / CAME) as entries:
            for entry in entries:
                if entry.name.startswith((".", "~")) or entry.name.casefold().endswith(UNFINISHED) or len(entry.name) > 200 or not entry.is_file(follow_symlinks=False) or not entry.name.isprintable():
                    continue
                with suppress(FileNotFoundError):
                    told = entry.stat(follow_symlinks=False)
                    if pickup == "ready":
                        if not any((self.place / CAME / name).is_file() for name in (f"{entry.name}.ready", f"{entry.name.rpartition('.')[0]}.ready")):
                            continue
                    # Both clocks: a copy may keep the time of what it copies, but not that of its own last change.
                    elif now - max(told.st_mtime, told.st_ctime) < quiet:
                        continue
                    found.append(Found(entry.name, told.st_size, told.st_mtime))
        return sorted(found, key=lambda item: (int(item.modified), item.name))

    def open(self, found: Found) -> tuple[int, str]:
        """Open a file that came and return its handle and digest. Raises Astray for what is no plain file, or was written to meanwhile."""
        try:
            handle = os.open(self.place / CAME / found.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as problem:
            raise Astray(f"{found.name}: {problem.strerror}") from problem
        try:
            told = os.fstat(handle)
            # A second name of a file elsewhere is a way out as well.
            if not stat.S_ISREG(told.st_mode) or told.st_nlink > 1:
                raise Astray(f"{found.name} is no plain file")
            digest = hashlib.sha256()
            while chunk := os.read(handle, 1 << 20):
                digest.update(chunk)
            after = os.fstat(handle)
            if (after.st_size, after.st_mtime) != (found.size, found.modified):
                raise Astray(f"{found.name} is being written")
            os.lseek(handle, 0, os.SEEK_SET)
        except BaseException:
            os.close(handle)
            raise
        return handle, digest.hexdigest()

    def put_away(self, name: str, mark: str) -> bool:
        """Move a file that was read to the folder done; False where the folder cannot be written, and then it is remembered by its digest alone."""
        try:
            os.rename(self.place / CAME / name, self.place / READ / f"{mark}-{name}")
            for sign in (f"{name}.ready", f"{name.rpartition('.')[0]}.ready"):
                with suppress(FileNotFoundError):
                    os.unlink(self.place / CAME / sign)
        except OSError:
            return False
        return True

    # -- out

    def is_sent(self, name: str) -> bool:
        """Whether a file was written for good, also when it was taken away since; what broke off in its last step is finished."""
        if not (self.place / SENT / name).exists():
            return False
        with suppress(FileNotFoundError):
            os.rename(self.place / OUT / f".{name}.tmp", self.place / OUT / name)
        return True

    def send(self, name: str, content: bytes) -> None:
        """Write a file once, whole or not at all: its name appears when all of it is on disk. Raises OSError."""
        waiting = self.place / OUT / f".{name}.tmp"
        waiting.unlink(missing_ok=True)
        handle = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o660)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        # Written down before it is seen, so that who dies here does not send it twice; is_sent finishes it.
        kept = os.open(self.place / SENT / name, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o660)
        os.fsync(kept)
        os.close(kept)
        self.is_sent(name)


def file_name(kind: str, key: str, ending: str) -> str:
    """Return the name of the file of a command; a key with signs that no name may have gets a digest beside it."""
    plain = f"{kind}-{key}"
    if not _SAFE.fullmatch(plain) or plain.endswith("."):
        plain = re.sub(r"[^A-Za-z0-9_\-]", "_", plain)[:80] + "-" + hashlib.sha256(key.encode()).hexdigest()[:10]
    return f"{plain}.{ending}"
