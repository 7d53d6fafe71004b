"""The mailbox in which reports about our mail come in: read over IMAP (RFC 9051), what was read is marked as seen."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from portiek.foundation.notifications.reports import LARGEST

AT_ONCE = 100
PATIENCE = 30


class NotOpened(Exception):
    """The mailbox could not be read."""


def read_new(url: str, take: Callable[[bytes], None]) -> int:
    """Give each new mail of a mailbox to `take`, then mark it as seen; return how many. One that `take` fails on stays new. Raises NotOpened.

    `url`: imaps://user:password@host:993/INBOX, or imap+tls:// for STARTTLS on port 143; imap:// without either, for this machine alone.
    """
    parts = urlsplit(url)
    try:
        box = _opened(parts.scheme, parts.hostname or "", parts.port)
        try:
            box.login(unquote(parts.username or ""), unquote(parts.password or ""))
            _ok(box.select(f'"{unquote(parts.path.strip("/")) or "INBOX"}"'))
            # By number that stays the same (UID), and only so much of each as a report needs.
            (numbers,) = _ok(box.uid("SEARCH", "UNSEEN"))
            found = (numbers or b"").split()[:AT_ONCE]
            for number in found:
                for part in _ok(box.uid("FETCH", number.decode(), f"(BODY.PEEK[]<0.{LARGEST}>)")):
                    if isinstance(part, tuple):
                        take(part[1])
                _ok(box.uid("STORE", number.decode(), "+FLAGS.SILENT", r"(\Seen)"))
            return len(found)
        finally:
            box.logout()
    except (OSError, imaplib.IMAP4.error, ssl.SSLError) as problem:
        raise NotOpened(f"{type(problem).__name__}: {problem}"[:200]) from problem


def _opened(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    if scheme == "imaps":
        return imaplib.IMAP4_SSL(host, port or 993, ssl_context=ssl.create_default_context(), timeout=PATIENCE)
    if scheme not in ("imap", "imap+tls"):
        raise NotOpened(f"not a mailbox: {scheme}://")
    box = imaplib.IMAP4(host, port or 143, timeout=PATIENCE)
    if scheme == "imap+tls":
        box.starttls(ssl.create_default_context())
    return box


def _ok(answer: tuple[str, list[bytes | tuple[bytes, bytes]]]) -> list[bytes | tuple[bytes, bytes]]:
    said, found = answer
    if said != "OK":
        raise imaplib.IMAP4.error(repr(found)[:200])
    return found
