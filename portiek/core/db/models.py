"""What every table starts from: its key, its portal, its party and its tenancy."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from django.db import models

Tenancy = Literal["party", "portal", "assortment", "global"]


class Tenant(models.Model):
    """The declarations from which `secure()` makes grants and policies.

    `party_writes` names what a party may do with rows of its own: a subset of insert, update, delete; `update (column)` limits it to a column.
    """

    tenancy: ClassVar[Tenancy] = "portal"
    party_reads: ClassVar[bool] = False
    party_writes: ClassVar[frozenset[str]] = frozenset()
    # What more must hold of a row that a party writes, before and after: "state = 'proposed'".
    party_check: ClassVar[str] = ""
    # What must hold before, where that is something else.
    party_before: ClassVar[str] = ""
    staff_reads: ClassVar[bool] = True
    # What the gate (log-in, invitation) may do with rows of its portal.
    gate: ClassVar[frozenset[str]] = frozenset()
    # What staff may do; facts, for one, are never changed.
    staff_writes: ClassVar[frozenset[str]] = frozenset({"insert", "update", "delete"})
    # Columns that hold the portal and the party (the tables of portals and parties name their own key).
    portal_column: ClassVar[str] = "portal_id"
    party_column: ClassVar[str] = "party_id"
    # Another expression than the tenancy's own for what a party sees.
    party_using: ClassVar[str] = ""
    # Whether the functions of the gate (session, invitation) read this table.
    fn_reads: ClassVar[bool] = False
    # Whether what happened to a row is read by the party that it went to when its own became part of that one (docs/decisions/0044).
    log_follows: ClassVar[bool] = False
    # Columns that those functions change.
    fn_updates: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True


class PortalModel(Tenant):
    """A row of one portal: its staff see it; its parties only when `party_reads` says so."""

    id = models.BigAutoField(primary_key=True)
    portal = models.ForeignKey("parties.Portal", on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+")

    class Meta:
        abstract = True


class PartyModel(PortalModel):
    """A row of one party in one portal: the party and the portal's staff see it."""

    tenancy: ClassVar[Tenancy] = "party"
    party_reads: ClassVar[bool] = True

    party = models.ForeignKey("parties.Party", on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+")

    class Meta:
        abstract = True


class OptionalPartyModel(PortalModel):
    """A row of one portal that may be about one party: without one it is for staff alone."""

    tenancy: ClassVar[Tenancy] = "party"
    party_reads: ClassVar[bool] = True

    party = models.ForeignKey("parties.Party", on_delete=models.PROTECT, db_constraint=False, db_index=False, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True


class ErpOwned(models.Model):
    """Fields of a row that comes from the ERP: a sync finds it by `external_id`, skips it when `erp_version` is the same, and stamps `as_of`."""

    external_id = models.CharField(max_length=64, null=True, blank=True)
    erp_version = models.CharField(max_length=64, default="", db_default="")
    as_of = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class TenantKey(models.ForeignKey):  # type: ignore[type-arg]
    """A foreign key whose database constraint also holds the portal (and the party, where both tables have one).

    Foreign-key checks bypass row security, so a key without the tenant would let one party's line hang on another's order.
    The composite constraint is made by `secure()`.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **options: Any) -> None:
        options.setdefault("related_name", "+")
        options["db_constraint"] = False
        super().__init__(to, on_delete, **options)

    def deconstruct(self) -> Any:
        """Describe the field to migrations as an ordinary foreign key without a constraint."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.ForeignKey", arguments, options
