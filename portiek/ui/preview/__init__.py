"""Whole pages with made-up data, to look at and to test: the quality that the components are for.

`python -m portiek.ui.preview OUT` writes them as plain files; no database, no log-in.
"""

from __future__ import annotations

import io
import shutil
from datetime import datetime, timedelta
from gettext import GNUTranslations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from portiek.ui import assets, brand, samples
from portiek.ui.environment import UiExtension
from portiek.ui.preview import data

HERE = Path(__file__).parent
UI = HERE.parent
PAGES = ("home", "catalogue", "order", "inbox", "form", "login")


def configure() -> None:
    """Set the few settings that formats and forms read, when no project has."""
    if not settings.configured:
        import django

        settings.configure(
            USE_I18N=True,
            USE_TZ=True,
            TIME_ZONE="Europe/Amsterdam",
            LANGUAGE_CODE="nl",
            STATIC_URL="/static/",
            DEBUG=True,
        )
        django.setup()


def translations(language: str) -> GNUTranslations:
    """Read the words of a language straight from its .po file."""
    compiled = io.BytesIO()
    with (UI / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def environment(language: str = "nl") -> Environment:
    """Make the template environment as the portal has it, with words straight from the .po file."""
    made = Environment(
        loader=FileSystemLoader([HERE / "templates", UI / "templates"]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", UiExtension],
    )
    if language == "nl":
        words = translations(language)
        made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    else:
        made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(language=lambda: language, url=lambda name, *_arguments: f"#{name}")
    return made


def pages(language: str = "nl") -> dict[str, str]:
    """Render every page; names and HTML."""
    configure()
    made = environment(language)
    now = datetime(2026, 11, 22, 9, 42, tzinfo=ZoneInfo("Europe/Amsterdam"))
    common: dict[str, Any] = {
        "csrf_input": Markup('<input type="hidden" name="csrfmiddlewaretoken" value="preview">'),
        "csrf_token": "preview",
        "now": now,
        "today": now.date(),
        "earlier": now - timedelta(days=1, hours=17),
        "portal": data.PORTAL,
        "data": data,
        "messages": [],
    }
    done = {}
    for name in PAGES:
        values = {**common, **data.context(name, now)}
        done[name] = made.get_template(f"preview/{name}.html").render(values)
    # The samples' own formats follow Django's language, so the gallery is drawn in the language of the settings.
    done["gallery"] = made.get_template("ui/gallery.html").render(
        {**common, **samples.page(made), "shell": data.shell("staff", "Onderdelen")}
    )
    done["error"] = made.get_template("ui/error.html").render(
        {**common, "status": 404, "request_id": "4f1c9a02be77d310"}
    )
    # The demo's texts are typed with plain spaces; a real amount comes from a format, which never breaks.
    return {name: html.replace("€ ", "€\u00a0") for name, html in done.items()}


def write(out: Path) -> None:
    """Write the pages and the built files they use into a folder that a web server can serve."""
    for name, html in pages().items():
        out.mkdir(parents=True, exist_ok=True)
        (out / f"{name}.html").write_text(html)
    shutil.copytree(assets.FOLDER, out / "static" / "ui", dirs_exist_ok=True)
    (out / "brand.css").write_text(brand.sheet(158, 85))
