"""What goes with a mail as a file: each module says of which kind of message, and makes it as its reader sees it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.sealing import unseal
from portiek.foundation.notifications import rules
from portiek.foundation.notifications.models import Mail
from portiek.foundation.notifications.queries import Reader

logger = logging.getLogger("portiek.mail")
# Bytes. Many mail servers take no mail above ten million, and a file grows by a third on its way.
LARGEST = 5_000_000


@dataclass(frozen=True)
class Enclosure:
    """A file that goes with a mail."""

    name: str
    media_type: str
    content: bytes


Enclose = Callable[[Actor, str, Mapping[str, Any]], Enclosure | None]
_makers: dict[str, Enclose] = {}


def encloses(kind: str, make: Enclose) -> None:
    """Say what goes with mails of a kind: `make(actor, subject, values)` reads as the reader of the mail, in his language; None: nothing. Raises ValueError when the kind has one."""
    if kind in _makers:
        raise ValueError(f"mails of {kind} have an enclosure already")
    _makers[kind] = make


def has_enclosure(kind: str) -> bool:
    """Whether a file can go with mails of a kind."""
    return kind in _makers


def enclosure(reader: Reader, mail: Mail) -> Enclosure | None:
    """Make what goes with a mail, in a scope of its reader, so that neither lock lets through what he may not see. A mail goes without what is too large or cannot be made."""
    try:
        with scope(reader.actor, read_only=True), translation.override(reader.language), timezone.override(reader.time_zone):
            made = _makers[mail.kind](reader.actor, mail.subject, json.loads(unseal(mail.values, rules.place_of(mail.key))))
    except Exception:  # whatever is wrong with a file: what the mail says is worth more, and its link leads to the page
        logger.exception("the enclosure of mail %s cannot be made", mail.key)
        return None
    if made and len(made.content) > LARGEST:
        logger.warning("the enclosure of mail %s is too large: %s bytes", mail.key, len(made.content))
        return None
    return made
