"""The tree of a party: branches, their departments and projects."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import PartyModel, TenantKey
from portiek.foundation.parties.models.parties import Address


class Unit(PartyModel):
    """A branch, department or project of a party, perhaps inside another one.

    `path` holds the ids from the top down to its own, so that a unit with all below it is one condition; `place` sorts the tree as it is read.
    """

    class Kind(models.TextChoices):
        BRANCH = "branch", _("Branch")
        DEPARTMENT = "department", _("Department")
        PROJECT = "project", _("Project")

    fn_reads = True
    gate = frozenset({"select"})
    party_writes = frozenset({"insert", "update"})

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.BRANCH, db_default=Kind.BRANCH)
    parent = TenantKey("self", null=True, blank=True)
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=20, default="", blank=True)
    # The "vestigingsnummer" of the Chamber of Commerce: twelve figures.
    branch_number = models.CharField(max_length=12, default="", db_default="", blank=True)
    delivery_address = TenantKey(Address, null=True, blank=True)
    invoice_address = TenantKey(Address, null=True, blank=True)
    is_active = models.BooleanField(default=True, db_default=True)
    path = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    place = models.CharField(max_length=1000, default="", db_default="", db_collation="C")

    class Meta:
        db_table = "parties_unit"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "parent", "name"], name="unit_name", nulls_distinct=False)]
        indexes: ClassVar = [models.Index(fields=["party", "place", "id"], name="unit_by_place")]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """How many units it stands in."""
        return max(len(self.path) - 1, 0)

    @property
    def indented(self) -> str:
        """The name in a list of choices, further in for each unit it stands in."""
        return "\u2003" * self.depth + self.name
