"""The portal's own colour: hue and chroma in a small style sheet, because a page allows no inline styles."""

from __future__ import annotations

MAX_CHROMA = 0.2  # beyond this no screen shows the difference; the contrast test holds up to here

SHEET = ":root{{--brand-h:{hue};--brand-c:{chroma}}}\n"


def sheet(hue: int, chroma: int) -> str:
    """Return the style sheet of a portal; hue in degrees, chroma in thousandths; out of range is brought back."""
    return SHEET.format(hue=hue % 360, chroma=min(max(chroma, 0), round(MAX_CHROMA * 1000)) / 1000)
