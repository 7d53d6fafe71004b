"""How a search forgives: words of one meaning, typing mistakes, compounds. Pure."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence

from portiek.trade.catalog.rules import STEM, folded, pieces, stem, word_queries

# Of words of one meaning: how many in one group, how long each, and how many groups a portal keeps.
MOST_TERMS, LONGEST_TERM, MOST_GROUPS = 12, 60, 2000
# Of words that are compared with what was typed; from FAR letters on two mistakes are forgiven, up to the length where that gives too many keys.
SHORTEST, LONGEST, FAR, TOO_LONG = 4, 20, 8, 16
# The shortest part of a compound that is looked for by itself, and what may stand between two parts.
PART, LINKS = 4, ("s", "en", "e", "n")

Terms = tuple[str, ...]
Synonyms = Mapping[str, Sequence[tuple[frozenset[str], Terms]]]


def terms(text: str) -> Terms:
    """Read words of one meaning, parted by "=", commas or lines: small letters without accents, each once."""
    found = (" ".join(" ".join(parts) for parts in pieces(part))[:LONGEST_TERM].strip() for part in re.split(r"[=,;\n\t|]", text))
    return tuple(dict.fromkeys(term for term in found if term))


def _needed(term: str) -> frozenset[str]:
    """Return the lexemes that a product must have to be called so: every word of the term, also as the end of a compound, in singular or plural."""
    return frozenset(stem(word) + STEM if word.isalpha() else word for word in term.split())


def synonyms(groups: Iterable[Sequence[str]]) -> Synonyms:
    """Return the groups by one lexeme of each of their terms, to look them up by the lexemes of a product."""
    found: dict[str, list[tuple[frozenset[str], Terms]]] = {}
    for group in groups:
        for term in group:
            needed = _needed(term)
            found.setdefault(max(needed, key=len), []).append((needed, tuple(group)))
    return found


def also_called(known: Iterable[str], groups: Synonyms) -> list[str]:
    """Return what a product with these lexemes is also called."""
    there = set(known)
    return sorted({term for lexeme in there if lexeme in groups for needed, group in groups[lexeme] if needed <= there for term in group}) if groups else []


def vocabulary(text: str) -> set[str]:
    """Return the words of a text that somebody may have meant with a typing mistake."""
    return {word for word in re.findall(r"[a-z]+", folded(text)) if SHORTEST <= len(word) <= LONGEST}


def near_keys(word: str, portal: int) -> list[int]:
    """Return by what a word is found when it is typed wrong: itself and what is left when a letter is dropped, from FAR letters on also two.

    Two words that are one letter apart (left out, added, changed or swapped) share a key. A key is a number, of one portal.
    """
    less = {word[:place] + word[place + 1 :] for place in range(len(word))}
    lesser = {item[:place] + item[place + 1 :] for item in less for place in range(len(item))} if FAR <= len(word) <= TOO_LONG else set()
    return sorted({zlib.crc32(f"{portal}:{item}".encode()) - 2**31 for item in {word, *less, *lesser}})


def distance(one: str, other: str) -> int:
    """Return how many letters are left out, added, changed or swapped between two words."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        now = [place]
        for at, against in enumerate(other, 1):
            cost = min(last[at] + 1, now[at - 1] + 1, last[at - 1] + (letter != against))
            if place > 1 and at > 1 and letter == other[at - 2] and one[place - 2] == against:
                cost = min(cost, before[at - 2] + 1)
            now.append(cost)
        before, last = last, now
    return last[-1]


def nearest(typed: str, candidates: Iterable[str]) -> list[str]:
    """Return the candidates that may have been meant, the likeliest first: one mistake in a word, two in a long one."""
    most = 2 if len(typed) >= FAR else 1
    ranked = sorted((distance(typed, word), word[:1] != typed[:1], abs(len(word) - len(typed)), word) for word in candidates)
    return [word for far, _first, _length, word in ranked if 0 < far <= most]


def is_mendable(parts: Sequence[str]) -> bool:
    """Whether a word of a search may be a typing mistake or a compound: letters alone, and enough of them."""
    return len(parts) == 1 and parts[0].isalpha() and SHORTEST <= len(parts[0]) <= 40


def whole(word: str) -> str:
    """Return the query of a whole word, in singular or plural, also as the end of a compound; never as the beginning of another word."""
    return f"{word[:60]} | {stem(word)[:60]}{STEM}"


def splits(word: str) -> list[tuple[str, str]]:
    """Return the two words that a compound may be made of, each way: "gipsplaatschroef" is also "gipsplaat" and "schroef"."""
    found = []
    for place in range(PART, len(word) - PART + 1):
        head, tail = word[:place], word[place:]
        found += [(head, tail), *((head[: -len(link)], tail) for link in LINKS if head.endswith(link) and len(head) - len(link) >= PART)]
    return found


def together(search: str) -> str:
    """Return one query for all words of a search."""
    return " & ".join(f"({query})" for query in word_queries(search))
