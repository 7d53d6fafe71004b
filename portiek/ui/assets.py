"""Find the built files: style sheet, script, icons, by the names that the front-end build gave them."""

from __future__ import annotations

import functools
import json
from pathlib import Path

from django.conf import settings
from markupsafe import Markup, escape

FOLDER = Path(__file__).parent / "static" / "ui"


class NotBuilt(RuntimeError):
    """The front end has not been built, or lacks the file that is asked for."""


@functools.lru_cache(maxsize=4)
def _manifest(changed: float) -> dict[str, str]:
    manifest: dict[str, str] = json.loads((FOLDER / "manifest.json").read_text())
    return manifest


def manifest() -> dict[str, str]:
    """Return the names of the built files by their plain names. Raises NotBuilt."""
    try:
        return _manifest((FOLDER / "manifest.json").stat().st_mtime) if settings.DEBUG else _manifest(0)
    except FileNotFoundError:
        raise NotBuilt("The front end is not built yet: npm ci --ignore-scripts && npm run build") from None


def asset(name: str) -> str:
    """Return the URL of a built file, such as "app.css". Raises NotBuilt for an unknown one."""
    try:
        return f"{settings.STATIC_URL}ui/{manifest()[name]}"
    except KeyError:
        raise NotBuilt(f"The front-end build made no {name}.") from None


def source(name: str) -> bytes:
    """Return the contents of a built file that is answered at an address of its own. Raises NotBuilt for an unknown one."""
    asset(name)
    return (FOLDER / manifest()[name]).read_bytes()


def icon(name: str, extra: str = "") -> Markup:
    """Return an icon by its Lucide name; decorative, so hidden from a screen reader.

    The build reads the names from the calls: write them out, `icon("truck")`, never put together.
    """
    if settings.DEBUG:
        return _icon.__wrapped__(name, extra)
    return _icon(name, extra)


@functools.lru_cache(maxsize=512)
def _icon(name: str, extra: str) -> Markup:
    classes = f"icon {extra}" if extra else "icon"
    url = f"{asset('sprite.svg')}#{name}"
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>').format(escape(classes), url)
