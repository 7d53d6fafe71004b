"""The template environment: translations, addresses and the components of ui.

Both are looked up a hundred times a page, so both remember what cannot change while the program runs.
"""

from __future__ import annotations

import functools
import re
from typing import Any
from urllib.parse import quote

from django.urls import NoReverseMatch, reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from portiek.ui.environment import UiExtension

# What Django leaves as it is in a path (django.urls.resolvers: RFC 3986 pchar and the slash).
PATH_SAFE = "/~:@!$&'()*+,;="
_places = [f"portiek{place}portiek" for place in range(4)]


def _url(name: str, *arguments: Any, **named: Any) -> str:
    if named or len(arguments) > len(_places):
        return reverse(name, args=arguments or None, kwargs=named or None)
    pattern = _pattern(name, len(arguments))
    # Whatever a converter writes otherwise (core/addresses.py: slash, tilde, dots alone) or refuses goes the long way.
    if pattern is None or not all(type(value) is str and value.strip(".") and "/" not in value and "~" not in value for value in arguments):
        return reverse(name, args=arguments or None)
    return pattern % tuple(quote(value, safe=PATH_SAFE) for value in arguments)


@functools.cache
def _pattern(name: str, arguments: int) -> str | None:
    """Return an address with %s for each of its words; None where a place takes something else than any word."""
    try:
        made = reverse(name, args=_places[:arguments] or None)
    except NoReverseMatch:
        return None
    pattern = re.sub(r"portiek\d+portiek", "%s", made.replace("%", "%%"))
    found = re.findall(r"portiek(\d+)portiek", made)
    return pattern if found == [str(place) for place in range(arguments)] else None


def _said(message: str, /, **values: Any) -> Markup:
    text = _word(translation.get_language(), message)
    return text % values if values else _plain(text)


@functools.cache
def _word(language: str | None, message: str) -> Markup:
    return Markup(translation.gettext(message))  # noqa: S704 - our own words; values put in are escaped


@functools.cache
def _plain(text: Markup) -> Markup:
    """Return a text without values, in which %% stands for a percent sign."""
    return text % {}


def environment(**options: Any) -> Environment:
    """Make the environment that Django's Jinja2 backend uses."""
    options["undefined"] = StrictUndefined
    made = Environment(**options, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do", UiExtension])
    made.install_gettext_callables(translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext, npgettext=translation.npgettext)  # type: ignore[attr-defined]
    made.globals.update(url=_url, language=translation.get_language, _=_said)
    return made
