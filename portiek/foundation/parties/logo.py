"""Drawing an uploaded logo anew: only a picture comes through, small, without what a file may carry along."""

from __future__ import annotations

import io
import warnings

from PIL import Image, UnidentifiedImageError

MAX_BYTES = 2 * 1024 * 1024
MAX_PIXELS = 8_000_000
# Three times what the bar shows, for sharp screens.
SIZE = (720, 120)


def drawn(content: bytes) -> bytes | None:
    """Return the picture as PNG within 720 by 120 pixels, or None for what is no PNG, JPEG or WebP within 2 MB and 8 megapixels."""
    if not content or len(content) > MAX_BYTES:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as given:
                if given.width * given.height > MAX_PIXELS:
                    return None
                picture = given.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    picture.thumbnail(SIZE)
    made = io.BytesIO()
    picture.save(made, "PNG", optimize=True)
    return made.getvalue()
