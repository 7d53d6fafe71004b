"""What has no Dutch yet: `python -m portiek.config.words`. A test demands that there is nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from portiek.config.modules import MODULES, folder

METHODS = [("**/tests/**", "ignore"), ("**/migrations/**", "ignore"), ("**/static/**", "ignore"), ("**/preview/**", "ignore"), ("**.py", "python"), ("**.html", "jinja2.ext.babel_extract")]
KEYWORDS: dict[str, Any] = {"_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}
FOLDERS = {**{name: folder(name) for name in MODULES}, "portiek.config": Path(__file__).resolve().parent}


def used(module: str) -> dict[str, str]:
    """Return the English sentences of a module with where each stands."""
    found = {}
    options = {"**.html": {"trimmed": "true", "silent": "false", "newstyle_gettext": "true", "extensions": "jinja2.ext.do", "trim_blocks": "true", "lstrip_blocks": "true"}}
    for path, line, message, _comments, context in extract_from_dir(str(FOLDERS[module]), METHODS, options, keywords=KEYWORDS, comment_tags=()):
        for text in message[:1] if isinstance(message, tuple) else (message,):
            if text:
                found[f"{context}\x04{text}" if context else text] = f"{path}:{line}"
    return found


def known() -> dict[str, bool]:
    """Return every sentence of the catalogues and whether it is translated."""
    found: dict[str, bool] = {}
    for base in FOLDERS.values():
        path = base / "locale" / "nl" / "LC_MESSAGES" / "django.po"
        if path.exists():
            with path.open("rb") as file:
                for message in read_po(file, locale="nl"):
                    if message.id and not message.fuzzy:
                        key = message.id[0] if isinstance(message.id, tuple) else message.id
                        text = message.string if isinstance(message.string, tuple) else (message.string,)
                        found[f"{message.context}\x04{key}" if message.context else key] = all(text)  # type: ignore[index]
    return found


def missing() -> list[str]:
    """Return what has no Dutch, with its place."""
    dutch = known()
    return [f"{module}/{place}: {text}" for module in FOLDERS for text, place in used(module).items() if not dutch.get(text)]


if __name__ == "__main__":
    print("\n".join(missing()) or "Everything has Dutch.")
