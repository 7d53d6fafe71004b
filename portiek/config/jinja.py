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
# What stands in a place until it is filled, by the type of what will fill it.
_places: dict[type, list[Any]] = {str: [f"portiek{place}portiek" for place in range(4)], int: [7340019500 + place for place in range(4)]}
_PLACE = re.compile(r"portiek(\d)portiek|734001950(\d)")


def _url(name: str, *arguments: Any, **named: Any) -> str:
    kinds = tuple(map(type, arguments))
    pattern = None if named or len(arguments) > 4 else _pattern(name, kinds)
    # Whatever a converter writes otherwise (core/addresses.py: slash, tilde, dots alone) or refuses goes the long way.
    if pattern is None or not all(value.strip(".") and "/" not in value and "~" not in value if type(value) is str else value >= 0 for value in arguments):
        return reverse(name, args=arguments or None, kwargs=named or None)
    return pattern % tuple(quote(value, safe=PATH_SAFE) if type(value) is str else value for value in arguments)


@functools.cache
def _pattern(name: str, kinds: tuple[type, ...]) -> str | None:
    """Return an address with %s for each of its words and numbers; None where a place takes something else."""
    try:
        made = reverse(name, args=[_places[kind][place] for place, kind in enumerate(kinds)] or None)
    except (KeyError, NoReverseMatch):
        return None
    found = [word or number for word, number in _PLACE.findall(made)]
    return _PLACE.sub("%s", made.replace("%", "%%")) if found == [str(place) for place in range(len(kinds))] else None


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
