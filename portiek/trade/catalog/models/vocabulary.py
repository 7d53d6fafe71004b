"""Tables of words: what means the same, and what a search with a typing mistake may have meant."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from portiek.core.db.models import PortalModel


class Synonym(PortalModel):
    """Words of one meaning, by which the same products are found. Staff keep them; `name` is the first of them."""

    name = models.CharField(max_length=60)
    terms = ArrayField(models.CharField(max_length=60))

    class Meta:
        db_table = "catalog_synonym"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "name", "id"], name="synonym_by_name")]


class VocabularyWord(PortalModel):
    """A word by which products are found, with the numbers that it shares with words typed wrong (`spelling.near_keys`).

    Parties do not read it: what stands in it may be of products that they do not see. Only ctx.catalog_near does, and answers with words of products in the assortment.
    """

    fn_reads = True

    word = models.CharField(max_length=20)
    near = ArrayField(models.IntegerField())

    class Meta:
        db_table = "catalog_vocabulary"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "word"], name="vocabulary_word")]
        indexes: ClassVar = [GinIndex(fields=["near"], name="vocabulary_near")]
