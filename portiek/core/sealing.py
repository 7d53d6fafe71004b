"""Secrets at rest: AES-256-GCM with the place they belong to as associated data, so that a value moved to another row does not open."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY_ID = "1"


class Unsealable(ValueError):
    """The value was made with another key or for another place."""


def seal(text: str, place: str) -> str:
    """Encrypt a text for one place (`table.column:key`)."""
    nonce = os.urandom(12)
    box = AESGCM(bytes.fromhex(settings.SEALING_KEY)).encrypt(nonce, text.encode(), place.encode())
    return f"{KEY_ID}.{base64.urlsafe_b64encode(nonce + box).decode()}"


def unseal(sealed: str, place: str) -> str:
    """Decrypt a sealed text. Raises Unsealable."""
    key_id, _, body = sealed.partition(".")
    try:
        raw = base64.urlsafe_b64decode(body)
        if key_id != KEY_ID:
            raise ValueError(key_id)
        return AESGCM(bytes.fromhex(settings.SEALING_KEY)).decrypt(raw[:12], raw[12:], place.encode()).decode()
    except (InvalidTag, ValueError) as problem:
        raise Unsealable(place) from problem


def digest(text: str, place: str) -> str:
    """Return what tells under which text something is known, to nobody without the key: for lists of who must not come back."""
    return hmac.new(bytes.fromhex(settings.SEALING_KEY), f"{place}:{text}".encode(), hashlib.sha256).hexdigest()
