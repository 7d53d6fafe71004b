"""The file of a person's own data: JSON for machines, a page in each language that opens without the portal, and his files."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import engines
from django.utils import timezone, translation

from portiek.core.personal import Part

Rows = list[dict[str, Any]]


def plain(rows: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> Rows:
    """Return rows as JSON holds them: the named fields alone."""
    return [{name: _plain(row.get(name)) for name in columns} for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def write(path: Path, about: dict[str, Any], tables: list[tuple[Part, Rows]], files: Iterable[tuple[str, Path]]) -> None:
    """Write the file; a name in it is never a path that leads out of the folder in which it is opened."""
    kept = list(files)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("data.json", json.dumps({**about, "data": {part.key: rows for part, rows in tables}, "files": [name for name, _path in kept]}, ensure_ascii=False, indent=1))
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                values = {"about": about, "language": language, "tables": [(part.label, [(name, str(label)) for name, label in part.columns.items()], rows) for part, rows in tables],
                          "files": [name for name, _path in kept]}
                made.writestr(f"index.{language}.html", engines["jinja2"].get_template("audit/package.html").render(values))
        for name, place in kept:
            made.write(place, f"files/{name}")
