"""A portal's colour as people pick it and as programs that read mail know it: #rrggbb; and whether words upon it can be read."""

from __future__ import annotations

import math

from portiek.ui.brand import MAX_CHROMA

MAIL_LIGHTNESS = 0.44  # dark enough for white words upon it, at any hue


def hex_of(hue: int, chroma: float, lightness: float = MAIL_LIGHTNESS) -> str:
    """Return an OKLCH colour as #rrggbb. CSS Color 4, section 10.1; what sRGB cannot show is clipped."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long, middle, short = (
        (lightness + x * a + y * b) ** 3 for x, y in ((0.3963377774, 0.2158037573), (-0.1055613458, -0.0638541728), (-0.0894841775, -1.2914855480))
    )
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _gamma(min(max(value, 0.0), 1.0))):02x}" for value in linear)


def _gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def oklch_of(colour: str) -> tuple[int, float]:
    """Return hue in whole degrees and chroma (at most what a portal may have) of #rrggbb. CSS Color 4, section 10.1."""
    red, green, blue = (_plain(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    long, middle, short = (
        math.cbrt(x * red + y * green + z * blue)
        for x, y, z in ((0.4122214708, 0.5363325363, 0.0514459929), (0.2119034982, 0.6806995451, 0.1073969566), (0.0883024619, 0.2817188376, 0.6299787005))
    )
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return round(math.degrees(math.atan2(b, a))) % 360, min(round(math.hypot(a, b), 3), MAX_CHROMA)


def contrast(one: str, two: str) -> float:
    """Return how much two colours differ in brightness, from 1 to 21. WCAG 2.2, relative luminance."""
    light, dark = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_plain(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _plain(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
