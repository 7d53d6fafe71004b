"""Drawing pictures of products anew: only what is a picture comes through, in two sizes, without what a file may carry along (places, names, code)."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000
# What a page shows at most, and three times what a row of a list does, for sharp screens.
LARGE, SMALL = 960, 156


@dataclass(frozen=True)
class Drawn:
    """A picture in its two sizes, as WebP."""

    large: bytes
    small: bytes

    @property
    def digest(self) -> str:
        """Say which picture it is: part of its address, so that another one is asked for anew."""
        return hashlib.sha256(self.large).hexdigest()[:16]


def drawn(content: bytes) -> Drawn | None:
    """Return a picture in its two sizes, or None for what is no PNG, JPEG or WebP within 20 MB and 40 megapixels."""
    if not content or len(content) > MAX_BYTES:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as given:
                if given.width * given.height > MAX_PIXELS:
                    return None
                # A JPEG is read no larger than it is needed.
                given.draft("RGB", (LARGE, LARGE))
                # What has a palette is made smaller as colours, not as numbers of colours.
                picture = given if given.mode in ("RGB", "RGBA") else given.convert("RGBA" if given.has_transparency_data else "RGB")
                picture.thumbnail((LARGE, LARGE))
                picture = ImageOps.exif_transpose(picture)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    return Drawn(_webp(picture), _webp(ImageOps.contain(picture, (SMALL, SMALL))))


def _webp(picture: Image.Image) -> bytes:
    made = io.BytesIO()
    # The pixels alone go along.
    picture.info = {}
    picture.save(made, "WEBP", quality=80)
    return made.getvalue()
