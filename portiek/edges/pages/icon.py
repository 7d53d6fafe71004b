"""The icon of a portal on a home screen: its initial on its colour."""

from __future__ import annotations

import functools
import hashlib
import io
from typing import Any

from PIL import Image, ImageDraw, ImageFont


def mark(portal: Any) -> str:
    """Return what changes when the icon of a portal does."""
    return hashlib.sha256(f"{portal.name[:1].upper()}:{portal.hue}:{portal.chroma}".encode()).hexdigest()[:12]


@functools.lru_cache(maxsize=64)
def drawn(initial: str, colour: str, size: int) -> bytes:
    """Draw a letter on a colour as PNG, with room around it, since phones cut the corners off."""
    picture = Image.new("RGB", (size, size), colour)
    ImageDraw.Draw(picture).text((size / 2, size / 2), initial, fill="#ffffff", anchor="mm", font=ImageFont.load_default(size * 0.5))
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
