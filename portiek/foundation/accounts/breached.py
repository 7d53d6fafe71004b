"""Passwords that others know: Django's list of 20,000 common ones, and the operator's own list of breached ones."""

from __future__ import annotations

import gzip
import hashlib
import logging
from functools import lru_cache
from pathlib import Path
from typing import IO

import django.contrib.auth
from django.conf import settings

logger = logging.getLogger("portiek.accounts")
HASH = 40


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    with gzip.open(Path(django.contrib.auth.__file__).parent / "common-passwords.txt.gz", "rt", encoding="utf-8") as lines:
        return frozenset(line.strip() for line in lines)


def is_breached(password: str) -> bool:
    """Whether a password stands in one of the lists, in whatever capitals in that of the common ones."""
    if password.casefold() in _common():
        return True
    if not settings.BREACHED_PASSWORDS:
        return False
    try:
        with open(settings.BREACHED_PASSWORDS, "rb") as file:
            return listed(file, hashlib.sha1(password.encode("utf-8", "replace"), usedforsecurity=False).hexdigest().upper().encode())
    except OSError as problem:
        # A list that is gone keeps nobody out; the operator reads why it is not asked.
        logger.warning("the list of breached passwords cannot be read: %s", problem)
        return False


def listed(file: IO[bytes], wanted: bytes) -> bool:
    """Whether a hash begins a line of a file that is ordered by hash (`SHA1:count`, as Have I Been Pwned gives it), found by halving: some forty reads of a file of any size."""
    low, high = 0, file.seek(0, 2)
    # The line wanted, if it is there, begins at `low` or later and before `high`.
    while low < high:
        middle = (low + high) // 2
        file.seek(middle)
        if middle:
            file.seek(middle - 1)
            file.readline()
        at = file.tell()
        found = file.readline()[:HASH].upper()
        if at >= high or not found or found > wanted:
            high = middle
        elif found == wanted:
            return True
        else:
            low = file.tell()
    return False
