"""What the search reads of products: their words, the synonyms they bring along, and what joins the vocabulary."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection

from portiek.core.actor import Actor
from portiek.trade.catalog import rules, spelling
from portiek.trade.catalog.models import Synonym, VocabularyWord


def _synonyms(actor: Actor) -> spelling.Synonyms:
    """Return the portal's words of one meaning."""
    return spelling.synonyms(Synonym.objects.filter(portal_id=actor.portal_id).values_list("terms", flat=True))


def _learn(actor: Actor, words: Collection[str]) -> None:
    """Add to the vocabulary what is not in it; two at once may bring the same word."""
    known = set(VocabularyWord.objects.filter(portal_id=actor.portal_id, word__among=words).values_list("word", flat=True))
    new = [VocabularyWord(portal_id=actor.portal_id, word=word, near=spelling.near_keys(word, actor.portal_id)) for word in sorted(set(words) - known)]
    VocabularyWord.objects.bulk_create(new, ignore_conflicts=True, batch_size=2000)


def _run(statement: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        found: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
    return found


def _word(actor: Actor, ids: list[int]) -> None:
    """Write what the search reads of products; words are made again only where the text differs."""
    rows = _run(
        """
        SELECT p.id, p.sku, p.ean, trim(p.name || ' ' || p.variant), trim(p.name_en || ' ' || p.variant_en), left(p.description, 400), coalesce(c.name || ' ' || c.name_en, ''), p.category_id, p.is_active,
         p.popularity, s.source
        FROM catalog_product p LEFT JOIN catalog_category c ON c.id = p.category_id AND c.portal_id = p.portal_id
        LEFT JOIN catalog_productsearch s ON s.product_id = p.id AND s.portal_id = p.portal_id WHERE p.id = ANY (%s::bigint[])""",
        [ids],
    )
    new: list[list[Any]] = []
    synonyms = _synonyms(actor)
    for key, sku, ean, name, name_en, description, category, category_id, active, popularity, was in rows:
        text = f"{name} {name_en} {category}"
        also = spelling.also_called(rules.lexemes("", text), synonyms) if synonyms else []
        source = "\n".join((sku, ean, name, name_en, category, description, *also))
        if source != was:
            # tsvector keeps no empty lexeme; the words of the description are found by their stem alone.
            new.append(
                [
                    key,
                    category_id,
                    active,
                    popularity,
                    source,
                    rules.folded(" ".join((name, name_en, category, description))),
                    " ".join(rules.lexemes(f"{sku} {ean}", " ".join((text, *also)))),
                ]
            )
    _run(
        """UPDATE catalog_productsearch s SET category_id = p.category_id, is_active = p.is_active FROM catalog_product p
            WHERE p.id = s.product_id AND p.id = ANY (%s::bigint[]) AND (s.category_id, s.is_active) IS DISTINCT FROM (p.category_id, p.is_active)""",
        [ids],
    )
    if new:
        _run(
            """
            INSERT INTO catalog_productsearch (portal_id, product_id, category_id, is_active, popularity, source, words, assortments)
            SELECT %s, i.id, i.category, i.active, i.popularity, i.source, to_tsvector('dutch', i.told) || array_to_tsvector(string_to_array(i.words, ' ')),
             ARRAY(SELECT h.assortment_id FROM catalog_assortmentitem h WHERE h.product_id = i.id)
            FROM unnest(%s::bigint[], %s::bigint[], %s::bool[], %s::int[], %s::text[], %s::text[], %s::text[]) i(id, category, active, popularity,
             source, told, words)
            ON CONFLICT (product_id, portal_id) DO UPDATE SET source = excluded.source, words = excluded.words""",
            [actor.portal_id, *map(list, zip(*new, strict=True))],
        )
        _learn(actor, set().union(*(spelling.vocabulary(row[4]) for row in new)))
