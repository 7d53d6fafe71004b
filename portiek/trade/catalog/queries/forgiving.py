"""What a search that found nothing may have meant: asked only then, and never with a word of a product that the actor does not see."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.pages import Page, keyset
from portiek.trade.catalog import rules, spelling
from portiek.trade.catalog.models import Category, Product, Synonym
from portiek.trade.catalog.queries.product import _side, categories, facets, page
from portiek.trade.catalog.queries.relations import successors

INSTEAD, WITHOUT, BRANCHES = 3, 4, 4


@dataclass(frozen=True)
class Help:
    """What to say where a search finds nothing: searches that do find with words put right, searches that do with a word less (and that word), categories that are called so, what came in the place of a product that is not sold any more."""

    instead: list[str] = field(default_factory=list)
    without: list[tuple[str, str]] = field(default_factory=list)
    branches: list[Category] = field(default_factory=list)
    successor: Product | None = None


def forgiven(actor: Actor, search: str) -> Help:
    """Return what a search that found nothing may have meant. At most seven statements."""
    replaced = successors(actor, [search]).get(search)
    if replaced is not None:
        return Help(successor=replaced)
    words = [" ".join(parts) for parts in rules.told(search)[: rules.MAX_WORDS]]
    if not words:
        return Help()
    meant = _meant(actor, words)
    changed = any(found[:1] != [word] for word, found in zip(words, meant, strict=True))
    best = [found[0] if found else None for found in meant]
    tries: list[str] = []
    if changed and all(best):
        tries = [" ".join(word or "" for word in best)]
        for place, found in enumerate(meant):
            tries += [" ".join([*(word or "" for word in best[:place]), other, *(word or "" for word in best[place + 1 :])]) for other in found[1:INSTEAD]]
    # Without what nobody knows, else without one of the words.
    lost = [place for place, word in enumerate(best) if word is None] or range(len(best)) if len(words) > 1 else []
    less = {" ".join(word for at, word in enumerate(best) if at != place and word): words[place] for place in lost}
    there = _found(actor, [*(spelling.together(text) for text in tries), *(spelling.together(text) for text in less if text)])
    instead = [text for text in dict.fromkeys(tries) if spelling.together(text) in there][:INSTEAD]
    without = [(text, word) for text, word in less.items() if text and spelling.together(text) in there][:WITHOUT]
    return Help(instead, [] if instead else without, _branches(actor, [word for word in best if word]))


def _found(actor: Actor, queries: list[str]) -> set[str]:
    """Return which of these queries find something that the actor sees."""
    if not queries:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ctx.catalog_has(%s, %s)", [_side(actor), list(dict.fromkeys(queries))])
        return {row[0] for row in cursor.fetchall()}


def _meant(actor: Actor, words: list[str]) -> list[list[str]]:
    """Return what each word may have meant, the likeliest first: itself where it is known, else two words that it is made of, else words like it."""
    itself = {word: spelling.together(word) for word in words}
    parts = {word: spelling.splits(word) if spelling.is_mendable([word]) else [] for word in words}
    there = _found(actor, [*itself.values(), *(spelling.whole(part) for pairs in parts.values() for pair in pairs for part in pair)])
    known = {word for word in words if itself[word] in there}
    made = {word: [f"{head} {tail}" for head, tail in parts[word] if {spelling.whole(head), spelling.whole(tail)} <= there] for word in words if word not in known}
    left = [word for word in made if not made[word] and spelling.is_mendable([word])]
    if left:
        with connection.cursor() as cursor:
            cursor.execute("SELECT t.word, n FROM unnest(%s::text[], %s::text[]) t(word, keys), ctx.catalog_near(%s, string_to_array(t.keys, ' ')::int[]) n",
                           [left, [" ".join(map(str, spelling.near_keys(word, actor.portal_id))) for word in left], _side(actor)])
            like: dict[str, list[str]] = {}
            for word, near in cursor.fetchall():
                like.setdefault(word, []).append(near)
        made |= {word: spelling.nearest(word, like.get(word, ())) for word in left}
    return [[word] if word in known else made[word] for word in words]


def _branches(actor: Actor, words: list[str]) -> list[Category]:
    """Return the categories with products of one's own that are called by one of the words."""
    asked = {spelling_of for word in words for part in word.split() for spelling_of in (part, rules.stem(part) + rules.STEM)}
    counts = facets(actor).counts
    return [item for item in categories(actor) if counts.get(item.pk) and asked & set(rules.lexemes("", f"{item.name} {item.name_en}"))][:BRANCHES]


def guessed(actor: Actor, search: str, *, size: int) -> list[Any]:
    """Return the first products of what a search that found nothing most likely meant."""
    found = forgiven(actor, search) if search.strip() else Help()
    return [found.successor] if found.successor else list(page(actor, search=found.instead[0], size=size).rows) if found.instead else []


def synonyms(actor: Actor, *, after: str | None = None, before: str | None = None) -> Page:
    """Return one page of words of one meaning, by the first of them."""
    return keyset(Synonym.objects.filter(portal_id=actor.portal_id), ("name", "id"), after=after, before=before, size=50)


def synonym(actor: Actor, key: int) -> Synonym:
    """Return one group of words of one meaning. Raises NotFound."""
    found = Synonym.objects.filter(portal_id=actor.portal_id, pk=key).first()
    if found is None:
        raise NotFound
    return found


def synonyms_with(actor: Actor, terms: list[str]) -> list[Synonym]:
    """Return the groups that hold one of these words."""
    return list(Synonym.objects.filter(portal_id=actor.portal_id, terms__overlap=terms).order_by("pk"))
