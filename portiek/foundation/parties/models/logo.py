"""A portal's logo."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portiek.core.db.models import PortalModel


class Logo(PortalModel):
    """The picture in the bar, drawn anew as PNG from what was uploaded."""

    party_reads = True
    gate = frozenset({"select"})

    digest = models.CharField(max_length=16)
    content = models.BinaryField()

    class Meta:
        db_table = "parties_logo"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal"], name="logo_once")]
