"""Dutch is whole: every English sentence of the program has its translation, with the same names in it."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from portiek.config.words import FOLDERS, missing
from portiek.core.facts import facts
from portiek.foundation.audit.words import worded

pytestmark = pytest.mark.no_database
NAMES = re.compile(r"%\((\w+)\)s|\{(\w+)\}")


def test_everything_has_dutch():
    found = missing()
    assert not found, "\n".join(found)


def test_every_fact_is_worded():
    """The log shows facts to people: one without words would show its name."""
    assert not [name for name in facts() if name not in worded()]


def test_a_translation_fills_the_same_names():
    problems = []
    for base in FOLDERS.values():
        path = base / "locale" / "nl" / "LC_MESSAGES" / "django.po"
        if not path.exists():
            continue
        with path.open("rb") as file:
            for message in read_po(file, locale="nl"):
                if not message.id or not message.string or isinstance(message.id, tuple):
                    continue
                wanted, given = ({a or b for a, b in NAMES.findall(str(text))} for text in (message.id, message.string))
                if not given <= wanted:
                    problems.append(f"{message.id}: {given - wanted}")
    assert not problems, "\n".join(problems)


def test_dutch_does_not_apologise_or_shout():
    problems = []
    for base in FOLDERS.values():
        path = base / "locale" / "nl" / "LC_MESSAGES" / "django.po"
        if path.exists():
            with path.open("rb") as file:
                for message in read_po(file, locale="nl"):
                    text = " ".join(message.string) if isinstance(message.string, tuple) else str(message.string or "")
                    if message.id and re.search(r"\b(helaas|oeps)\b|!(\s|$)", text, re.I):
                        problems.append(text)
    assert not problems, "\n".join(problems)


def test_a_sentence_has_one_dutch():
    """All modules fill one dictionary: of two translations the first module's would be read everywhere."""
    found: dict[tuple[str | None, str], dict[str, str]] = {}
    for name, base in FOLDERS.items():
        path = base / "locale" / "nl" / "LC_MESSAGES" / "django.po"
        if path.exists():
            with path.open("rb") as file:
                for message in read_po(file, locale="nl"):
                    if message.id:
                        found.setdefault((message.context, str(message.id)), {})[name] = str(message.string)
    problems = [f"{context or ''} {text}: {dutch}" for (context, text), dutch in found.items() if len(set(dutch.values())) > 1]
    assert not problems, "\n".join(problems)
