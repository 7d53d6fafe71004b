"""How the data of one person go (GDPR art. 17): beside what it marks, each module says in its `personal.py` what happens to the rows that hold them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from portiek.core.actor import Actor

Fate = Literal["goes", "nameless", "mention", "stays"]
# Stands for "an erased person" in the portal's language.
NAMELESS = "\0nameless"
NOW = "\0now"
BOOK_YEARS = 7
_SIGNS = re.compile(r"([.^$*+?()\[\]{}|\\-])")


@dataclass(frozen=True)
class Whom:
    """Whose data go: a user, a contact, or whoever has this address. `known`: names and addresses he had before; `parties`: he himself, as a private person who buys."""

    user_id: int = 0
    contact_id: int = 0
    email: str = ""
    name: str = ""
    known: tuple[str, ...] = ()
    parties: tuple[int, ...] = ()
    # Until when the books need what he bought himself.
    books_until: date | None = None

    def words(self) -> tuple[str, ...]:
        """Return what names him in a text. A short word alone, such as a first name, does not: it would take others with it."""
        found = (self.email, self.name, *self.known)
        return tuple(dict.fromkeys(word for word in (" ".join(item.split()) for item in found) if len(word) > 4 and (" " in word or "@" in word or len(word) > 7)))


@dataclass(frozen=True)
class Rule:
    """What happens to rows of a model. Whose they are is said by columns: of a user, a contact, an address, a party that is a person."""

    model: str
    fate: Fate
    user: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    email: tuple[str, ...] = ()
    party: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    at_gate: bool = False
    # Waits, with this ground, as long as the books need what he bought.
    books: bool = False
    ground: Any = ""
    order: int = 50

    @property
    def key(self) -> str:
        """What a plan knows it by."""
        return ":".join((self.model, self.fate, *self.user, *self.contact, *self.email, *self.party, *self.values, *self.fields))


_rules: dict[str, Rule] = {}
_books: dict[str, Callable[[Actor, Iterable[int]], date | None]] = {}


def _register(rule: Rule) -> None:
    if rule.key in _rules:
        raise ValueError(f"{rule.key} is said twice")
    _rules[rule.key] = rule


def goes(model: str, *, user: tuple[str, ...] = (), contact: tuple[str, ...] = (), email: tuple[str, ...] = (), party: tuple[str, ...] = (), at_gate: bool = False, books: bool = False, order: int = 50) -> None:
    """Say that his rows are removed. Rows that others refer to go after those (`order`)."""
    _register(Rule(model, "goes", user, contact, email, party, at_gate=at_gate, books=books, order=order))


def nameless(model: str, values: Mapping[str, Any], *, user: tuple[str, ...] = (), contact: tuple[str, ...] = (), email: tuple[str, ...] = (), party: tuple[str, ...] = (), at_gate: bool = False,
             books: bool = False, order: int = 50) -> None:
    """Say that his rows stay without what names him: `values` take the place of what stood there, {id} in one is the row's number."""
    _register(Rule(model, "nameless", user, contact, email, party, values, at_gate=at_gate, books=books, order=order))


def mention(model: str, *fields: str, at_gate: bool = False) -> None:
    """Say in which texts, values or names of anybody's rows his name and address are written over."""
    _register(Rule(model, "mention", fields=fields, at_gate=at_gate, order=60))


def stays(model: str, *fields: str, ground: Any, user: tuple[str, ...] = (), email: tuple[str, ...] = (), party: tuple[str, ...] = ()) -> None:
    """Say which fields stay as they are, why and until when."""
    _register(Rule(model, "stays", user, (), email, party, fields=fields, ground=ground))


def rules() -> list[Rule]:
    """Return every rule, in the order in which they are carried out."""
    return sorted(_rules.values(), key=lambda rule: rule.order)


def books(key: str, last: Callable[[Actor, Iterable[int]], date | None]) -> None:
    """Register what knows when the last thing was bought or paid that the books of these parties need."""
    _books[key] = last


def books_until(actor: Actor, parties: Iterable[int], today: date) -> date | None:
    """Return until when the books need these parties: seven years after the year of the last of it (art. 52 AWR); None when they do not."""
    wanted = list(parties)
    last = max((day for look in _books.values() if wanted and (day := look(actor, wanted)) is not None), default=None)
    until = date(last.year + BOOK_YEARS, 12, 31) if last else None
    return until if until and until >= today else None


def pattern(words: Iterable[str]) -> str:
    """Return a regular expression, for Python and PostgreSQL alike, that finds the words as whole words; empty when there are none."""
    found = [_SIGNS.sub(r"\\\1", word) for word in sorted(words, key=len, reverse=True)]
    return rf"(?<!\w)({'|'.join(found)})(?!\w)" if found else ""


def written_over(value: Any, words: Iterable[str], instead: str) -> Any:
    """Return a text or a JSON value in which the words are written over."""
    found = pattern(words)
    return _over(value, re.compile(found, re.IGNORECASE), instead) if found else value


def _over(value: Any, found: re.Pattern[str], instead: str) -> Any:
    if isinstance(value, str):
        return found.sub(instead.replace("\\", ""), value)
    if isinstance(value, list):
        return [_over(item, found, instead) for item in value]
    if isinstance(value, dict):
        return {_over(key, found, instead): _over(item, found, instead) for key, item in value.items()}
    return value
