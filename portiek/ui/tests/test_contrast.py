"""Whatever hue a portal brings, text keeps 4.5:1 and edges keep 3:1, in both themes."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from portiek.ui import brand

TOKENS = (Path(__file__).parent.parent / "css" / "tokens.css").read_text()
COLOUR = re.compile(r"oklch\(([\d.]+) ([\d.]+|var\(--brand-c\)) ([\d.]+|var\(--brand-h\))\)|white")
BACKS = ("paper", "surface", "raised", "sunken")
TEXTS = {
    "ink": (*BACKS, "brand-soft", "ok-soft", "wait-soft", "stop-soft", "info-soft"),
    "ink-2": (*BACKS, "brand-soft"),
    "brand": (*BACKS, "brand-soft", "info-soft", "wait-soft", "ok-soft", "stop-soft"),  # a link in a notice
    "brand-strong": (*BACKS, "brand-soft"),
    "on-brand": ("brand", "brand-strong"),
    **{tone: (*BACKS, f"{tone}-soft") for tone in ("ok", "wait", "stop", "info")},
}
EDGES = {"line-strong": ("paper", "surface", "raised"), "brand": BACKS}
CHROMAS = (0, 40, 85, 130, round(brand.MAX_CHROMA * 1000))


def _theme(dark: bool) -> dict[str, str]:
    found = {}
    for name, value in re.findall(r"--([\w-]+):\s*light-dark\((.+?)\);", TOKENS):
        sides = [side.group(0) for side in COLOUR.finditer(value)]
        if len(sides) == 2:  # the veil behind a dialog is see-through and carries no text
            found[name] = sides[dark]
    return found


def _linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """OKLCH to linear sRGB (Björn Ottosson's matrices)."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    l_ = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_,
        -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_,
        -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_,
    )


def _luminance(colour: str, hue: float, chroma: float, *, reduce: bool) -> float:
    """Relative luminance; out of gamut a browser clips each channel, or lowers the chroma: both must do."""
    if colour == "white":
        return 1.0
    match = COLOUR.fullmatch(colour)
    assert match
    lightness = float(match[1])
    c = chroma if "var" in match[2] else float(match[2])
    h = hue if "var" in match[3] else float(match[3])
    if reduce:
        low, high = 0.0, c
        if not all(-1e-4 <= channel <= 1 + 1e-4 for channel in _linear(lightness, c, h)):
            for _step in range(20):
                middle = (low + high) / 2
                fits = all(-1e-4 <= channel <= 1 + 1e-4 for channel in _linear(lightness, middle, h))
                low, high = (middle, high) if fits else (low, middle)
            c = low
    red, green, blue = (min(max(channel, 0.0), 1.0) for channel in _linear(lightness, c, h))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _worst(front: str, back: str, theme: dict[str, str]) -> tuple[float, int, int]:
    own = any("var" in theme[name] for name in (front, back))
    worst = (99.0, 0, 0)
    for chroma in CHROMAS if own else (0,):
        for hue in range(360) if own else (0,):
            for reduce in (False, True):
                one = _luminance(theme[front], hue, chroma / 1000, reduce=reduce)
                two = _luminance(theme[back], hue, chroma / 1000, reduce=reduce)
                ratio = (max(one, two) + 0.05) / (min(one, two) + 0.05)
                worst = min(worst, (ratio, hue, chroma))
    return worst


@pytest.mark.no_database
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXTS, 4.5), (EDGES, 3.0)], ids=["text", "edges"])
def test_contrast_holds_for_every_hue(pairs: dict[str, tuple[str, ...]], least: float, dark: bool) -> None:
    theme = _theme(dark)
    faults = []
    for front, backs in pairs.items():
        for back in backs:
            ratio, hue, chroma = _worst(front, back, theme)
            if ratio < least:
                faults.append(f"--{front} on --{back}: {ratio:.2f} at hue {hue}, chroma {chroma / 1000}")
    assert not faults, "\n".join(faults)


@pytest.mark.no_database
def test_a_colour_out_of_range_is_brought_back() -> None:
    assert brand.sheet(518, 900) == ":root{--brand-h:158;--brand-c:0.2}\n"
