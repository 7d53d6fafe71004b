"""The template environment: translations, addresses and the components of ui."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined

from portiek.ui.environment import UiExtension


def _url(name: str, *arguments: Any, **named: Any) -> str:
    return reverse(name, args=arguments or None, kwargs=named or None)


def environment(**options: Any) -> Environment:
    """Make the environment that Django's Jinja2 backend uses."""
    options["undefined"] = StrictUndefined
    made = Environment(**options, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do", UiExtension])
    made.install_gettext_callables(translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext, npgettext=translation.npgettext)  # type: ignore[attr-defined]
    made.globals.update(url=_url, language=translation.get_language)
    return made
