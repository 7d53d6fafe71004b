"""The folder of one connection on somebody's SFTP server: the same parts and the same promises as a folder of our own."""

from __future__ import annotations

import hashlib
import os
from contextlib import ExitStack
from tempfile import TemporaryFile
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from portiek.core.egress import EgressRefused, Unreachable
from portiek.edges.connectors.files.folder import CAME, MOST_BYTES, OUT, READ, SENT, UNFINISHED, Astray, Found
from portiek.edges.connectors.files.options import FilesOptions

if TYPE_CHECKING:
    from portiek.core.sftp import Entry, Sftp

# So many files are looked at in one go; the others come next time.
MOST_FILES = 5000


class Remote:
    """A folder on an SFTP server, as a context: it logs in once. `sighted`: what lay there at the last look, by name, as (size, modified, since)."""

    is_far = True

    def __init__(self, options: FilesOptions, sighted: dict[str, Any] | None = None) -> None:
        self.options, self.sighted = options, sighted or {}

    def __enter__(self) -> Self:
        # Half a second to load, and most connections need it never.
        from portiek.core import sftp

        options = self.options
        password, key = (item.get_secret_value() if item else None for item in (options.password, options.private_key))
        with ExitStack() as opened:
            try:
                self.server: Sftp = opened.enter_context(sftp.Sftp(sftp.Account(options.host, options.port, options.user, password, key, options.host_key)))
            except EgressRefused as problem:
                raise Astray("sftp.private", f"{options.host}:{options.port}") from problem
            except sftp.UnknownKey as problem:
                raise Astray("sftp.host_key", str(problem)) from problem
            except sftp.NotAllowed as problem:
                raise Astray("sftp.denied", str(problem)) from problem
            except (Unreachable, OSError) as problem:
                raise Astray("sftp.unreachable", str(problem)) from problem
            for part in (CAME, READ, OUT, SENT):
                self._make(part)
            self._opened = opened.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None) -> None:
        self._opened.close()

    def _make(self, part: str) -> None:
        try:
            self.server.make_folder(self._path(part))
        except OSError as problem:
            # Without `done` a file is remembered; the others are needed.
            if part != READ:
                raise Astray("sftp.folder", f"{self._path(part)}: {problem}") from problem

    def _path(self, *parts: str) -> str:
        return "/".join([*([self.options.path.rstrip("/")] if self.options.path else []), *parts])

    # -- in

    def whole(self, *, pickup: str, quiet: float, now: float) -> list[Found]:
        """Return the files that came and are written to no more. A server's clock is its own: a file counts as quiet when two looks so far apart see the same of it."""
        try:
            entries = self.server.entries(self._path(CAME), most=MOST_FILES)
        except OSError as problem:
            raise Astray("sftp.folder", f"{self._path(CAME)}: {problem}") from problem
        names, found, before = {entry.name for entry in entries}, [], self.sighted
        self.sighted = {}
        for entry in entries:
            if not _may_be_file(entry):
                continue
            if pickup == "ready":
                if not names & {f"{entry.name}.ready", f"{entry.name.rpartition('.')[0]}.ready"}:
                    continue
            elif quiet:
                size, modified, since = before.get(entry.name, (None, None, now))
                since = since if (size, modified) == (entry.size, entry.modified) else now
                if now - since < quiet:
                    self.sighted[entry.name] = (entry.size, entry.modified, since)
                    continue
            found.append(Found(entry.name, entry.size, float(entry.modified)))
        return sorted(found, key=lambda item: (item.modified, item.name))

    def open(self, found: Found) -> tuple[int, str]:
        """Fetch a file that came and return a handle of the copy and its digest. Raises Astray for what is no plain file, or was written to meanwhile."""
        path, digest = self._path(CAME, found.name), hashlib.sha256()
        with TemporaryFile(prefix="portiek-") as kept:
            try:
                self.server.read(path, kept, most=min(found.size, MOST_BYTES))
                after = self.server.entry(path)
            except OSError as problem:
                raise Astray("sftp.file", f"{found.name}: {problem}") from problem
            if not after.is_plain or (after.size, after.modified) != (found.size, int(found.modified)) or kept.tell() != found.size:
                raise Astray("sftp.file", f"{found.name} is being written")
            kept.seek(0)
            while chunk := kept.read(1 << 20):
                digest.update(chunk)
            kept.seek(0)
            return os.dup(kept.fileno()), digest.hexdigest()

    def put_away(self, name: str, mark: str) -> bool:
        """Move a file that was read to the folder done; False where that may not be, and then it is remembered by its name and time."""
        try:
            self.server.move(self._path(CAME, name), self._path(READ, f"{mark}-{name}"))
            for sign in (f"{name}.ready", f"{name.rpartition('.')[0]}.ready"):
                self.server.remove(self._path(CAME, sign))
        except OSError:
            return False
        return True

    # -- out

    def is_sent(self, name: str) -> bool:
        """Whether a file was brought for good, also when it was taken away since; what broke off in its last step is finished. Raises OSError."""
        if not self.server.exists(self._path(SENT, name)):
            return False
        waiting = self._path(OUT, f".{name}.tmp")
        if self.server.exists(waiting):
            self.server.move(waiting, self._path(OUT, name))
        return True

    def send(self, name: str, content: bytes) -> None:
        """Bring a file once, whole or not at all: its name appears when all of it is there. Raises OSError."""
        waiting = self._path(OUT, f".{name}.tmp")
        self.server.remove(waiting)
        self.server.write(waiting, content)
        # Written down before it is seen, so that who dies here does not send it twice; is_sent finishes it.
        self.server.write(self._path(SENT, name), b"")
        self.is_sent(name)


def _may_be_file(entry: Entry) -> bool:
    return entry.is_plain and not entry.name.startswith((".", "~")) and not entry.name.casefold().endswith(UNFINISHED) and len(entry.name) <= 200 and entry.name.isprintable()
