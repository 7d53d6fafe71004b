"""Words of one meaning, and the vocabulary of a portal: what its products are called."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import connection

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.parties.models import Portal
from portiek.trade.catalog import errors, facts, permissions, spelling
from portiek.trade.catalog.actions.learning import _learn, _word
from portiek.trade.catalog.actions.searches import _only_system
from portiek.trade.catalog.models import ProductSearch, Synonym, VocabularyWord

BATCH = 2000


@action(permissions.MANAGE)
def make_synonym(actor: Actor, *, terms: Sequence[str]) -> Synonym:
    """Say that words mean the same: whoever searches for one finds the products of all. Raises Refused."""
    kept = _checked(actor, terms, own=None)
    if Synonym.objects.filter(portal_id=actor.portal_id).count() >= spelling.MOST_GROUPS:
        raise Refused(errors.SYNONYMS_MOST, field="terms", most=spelling.MOST_GROUPS)
    made = Synonym.objects.create(portal_id=actor.portal_id, name=kept[0], terms=kept)
    _told(actor, made, (), kept)
    return made


@action(permissions.MANAGE)
def change_synonym(actor: Actor, *, synonym: Synonym, terms: Sequence[str]) -> bool:
    """Change which words mean the same; return whether something differed. Raises Refused."""
    kept = _checked(actor, terms, own=synonym)
    if kept == synonym.terms:
        return False
    was, synonym.name, synonym.terms = synonym.terms, kept[0], kept
    synonym.save(update_fields=["name", "terms"])
    _told(actor, synonym, was, kept)
    return True


@action(permissions.MANAGE)
def remove_synonym(actor: Actor, *, synonym: Synonym) -> None:
    """Say that words do not mean the same any more."""
    _told(actor, synonym, synonym.terms, ())
    synonym.delete()


def _told(actor: Actor, found: Synonym, was: Sequence[str], now: Sequence[str]) -> None:
    words = sorted({*was, *now})
    record(actor, facts.SynonymsChanged(synonym_id=found.pk, terms=words), subject=ref("catalog.synonym", found.pk), text=found.name, changes={"terms": (" = ".join(was), " = ".join(now))})


def _checked(actor: Actor, terms: Sequence[str], *, own: Synonym | None) -> list[str]:
    """Return the words as they are kept. Raises Refused: too few, too many, or one that has another meaning already."""
    # One after the other: two at once could give one word two meanings.
    Portal.objects.select_for_update().get(pk=actor.portal_id)
    kept = list(spelling.terms("\n".join(terms)))
    if not 2 <= len(kept) <= spelling.MOST_TERMS:
        raise Refused(errors.SYNONYM_WORDS, field="terms", most=spelling.MOST_TERMS)
    other = Synonym.objects.filter(portal_id=actor.portal_id, terms__overlap=kept).exclude(pk=own.pk if own else 0).first()
    if other is not None:
        raise Refused(errors.SYNONYM_TAKEN, field="terms", word=next(word for word in kept if word in other.terms), group=" = ".join(other.terms))
    return kept


@action(None)
def word_again(actor: Actor, *, terms: Collection[str]) -> int:
    """Write anew what products are found by that are called by one of these words. System only; returns how many there are."""
    _only_system(actor)
    queries = [" & ".join(f"({spelling.whole(word)})" for word in term.split()) for term in terms]
    with connection.cursor() as cursor:
        cursor.execute("SELECT product_id FROM catalog_productsearch WHERE portal_id = %s AND words @@ (SELECT to_tsquery('simple', %s)) ORDER BY product_id", [actor.portal_id, " | ".join(f"({query})" for query in queries)])
        ids = [row[0] for row in cursor.fetchall()]
    for first in range(0, len(ids), BATCH):
        _word(actor, ids[first : first + BATCH])
    return len(ids)


@action(None)
def keep_vocabulary(actor: Actor) -> None:
    """Bring the vocabulary in line with what products are called now: what came before it was kept, and what is called so no more. System only."""
    _only_system(actor)
    there: set[str] = set()
    for source in ProductSearch.objects.filter(portal_id=actor.portal_id, is_active=True).values_list("source", flat=True).iterator(chunk_size=BATCH):
        there |= spelling.vocabulary(source)
    _learn(actor, there)
    gone = [pk for pk, word in VocabularyWord.objects.filter(portal_id=actor.portal_id).values_list("pk", "word") if word not in there]
    VocabularyWord.objects.filter(pk__in=gone).delete()
