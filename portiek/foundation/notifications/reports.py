"""Reports of mail servers about mail of ours: what came back (RFC 3464), what a reader complained of (RFC 5965). Reading only: no database, no network.

A report is believed for one thing alone: that it holds the token of a mail, which only who got that mail can know.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Literal

Outcome = Literal["bounced", "soft", "refused", "delayed", "complained"]
LARGEST = 512 * 1024
TOKEN = re.compile(r"[.+]([0-9a-f]{20})@")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.])(4[25]\d|5[05]\d)[ -]")


@dataclass(frozen=True)
class Report:
    """What became of a mail: `text` is the answer of the server that refused it, one line."""

    tokens: tuple[str, ...]
    outcome: Outcome
    text: str


# What says that the address itself is at fault, and what says that the sender or the mail is.
_GONE = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
_WORDS_OF_ADDRESS = re.compile(r"user|recipient|mailbox|account|address|unknown|no such|not exist", re.I)
_WORDS_OF_MAIL = re.compile(r"spam|spf|dkim|dmarc|sender|policy|blocked|banned|black ?list|relay|frequency|reputation|/query/", re.I)


def outcome_of(status: str, code: str = "", text: str = "") -> Outcome:
    """Return what an answer means for the address: gone for good only when it says so. RFC 3463: 4.x.x and a full mailbox may pass; the rest is about this mail."""
    if status.startswith("4.") or status == "5.2.2" or (not status and code.startswith("4")):
        return "soft"
    if status in _GONE:
        return "bounced"
    if status in ("", "5.0.0", "5.5.0") and code in ("550", "551", "553") and _WORDS_OF_ADDRESS.search(text) and not _WORDS_OF_MAIL.search(text):
        return "bounced"
    return "refused"


def of_answer(text: str) -> Outcome:
    """Return what the answer of a mail server to a mail of ours means, such as "550 5.1.1 User unknown"."""
    return outcome_of(next(iter(_STATUS.findall(text)), ""), next(iter(_CODE.findall(text)), ""), text)


def read(raw: bytes) -> Report | None:
    """Return what a mail reports, or None when it reports nothing that can be used: an ordinary mail, an automatic answer, a success, a mail of somebody else's."""
    raw = raw[:LARGEST]
    message = email.message_from_bytes(raw)
    tokens = tuple(dict.fromkeys(TOKEN.findall(raw.decode("latin-1"))))
    kind = str(message.get_param("report-type", "") or "").lower()
    found = _complaint(message) if kind == "feedback-report" else _delivery(message)
    if found is None and _from_a_server(message):
        found = _plain(message)
    return Report(tokens, *found) if found and tokens else None


def _complaint(message: Message) -> tuple[Outcome, str] | None:
    for part in message.walk():
        if part.get_content_type() == "message/feedback-report":
            text = _text_of(part)
            kind = re.search(r"^feedback-type:\s*(\S+)", text, re.I | re.M)
            if kind and kind[1].lower() in ("abuse", "fraud", "opt-out", "opt-out-list", "miscategorized"):
                return "complained", kind[1].lower()
    return None


def _delivery(message: Message) -> tuple[Outcome, str] | None:
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = [_fields(block) for block in re.split(r"\n\s*\n", _text_of(part))]
        for fields in (fields for fields in blocks if "action" in fields or "status" in fields):
            action, diagnostic = fields.get("action", "failed").lower(), fields.get("diagnostic-code", "")
            status = next(iter(_STATUS.findall(fields.get("status", ""))), "")
            said = next(iter(_STATUS.findall(diagnostic)), "")
            # The server that refused says more than the one that reports: "5.0.0" of the one, "550 5.1.1" of the other.
            status = said if said and status.endswith(".0.0") else status
            text = _line(diagnostic or fields.get("status", ""))
            if action.startswith("delayed"):
                return "delayed", text
            if action.startswith("failed"):
                return outcome_of(status, next(iter(_CODE.findall(diagnostic + " ")), ""), diagnostic), text
    return None


def _from_a_server(message: Message) -> bool:
    """Whether a server wrote this, and no program that answers for a person who is away."""
    sender = str(message.get("From", "")).lower()
    return str(message.get("Return-Path", "")).strip() == "<>" or "mailer-daemon" in sender or "postmaster" in sender


def _plain(message: Message) -> tuple[Outcome, str] | None:
    """Read a report in plain words, as older servers write them: before the mail that it holds."""
    part = next((part for part in message.walk() if part.get_content_type() == "text/plain"), None)
    if part is None:
        return None
    text = re.split(r"^-{2,}.*(?:copy|original|below|returned).*$|^(?:Message-ID|Received|Return-Path):", _text_of(part), maxsplit=1, flags=re.I | re.M)[0]
    status, code = next(iter(_STATUS.findall(text)), ""), next(iter(_CODE.findall(text)), "")
    if (not status and not code) or status.startswith("2."):
        return None
    found = re.search(re.escape(status or code), text)
    said = _line(text[max(0, found.start() - 60) : found.start() + 180] if found else text)
    return outcome_of(status, code, said), said


def _text_of(part: Message) -> str:
    payload = part.get_payload()
    if isinstance(payload, list):
        return "\n\n".join(item.as_string() for item in payload)
    raw = part.get_payload(decode=True)
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(payload)


def _fields(block: str) -> dict[str, str]:
    return dict(_pairs(re.sub(r"\n[ \t]+", " ", block)))


def _pairs(block: str) -> Iterator[tuple[str, str]]:
    for line in block.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


def _line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:300]
