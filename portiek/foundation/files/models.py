"""The table of stored files."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portiek.core.db.models import OptionalPartyModel


class StoredFile(OptionalPartyModel):
    """One file of a party, or of the staff alone. Its bytes are found by `sha256`; its address is `key`, which nobody can guess."""

    party_writes = frozenset({"insert"})
    # Names of people in it can be erased, and it goes along when its party becomes part of another one.
    staff_writes = frozenset({"insert", "delete", "update (name, stored_by, party_id)"})

    key = models.CharField(max_length=43)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    # Who may fetch it beside its party: the right of the document it belongs to.
    right = models.CharField(max_length=60)
    stored_by = models.CharField(max_length=120, default="", blank=True)
    stored_at = models.DateTimeField()

    class Meta:
        db_table = "files_file"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "key"], name="file_key")]
        indexes: ClassVar = [models.Index(fields=["portal", "sha256"], name="file_content")]
