"""Tables of warehouses: which there are, and which one supplies whom."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portiek.core.db.models import PartyModel, PortalModel, TenantKey


class Warehouse(PortalModel):
    """A place with stock, as the ERP names it: kept as stock comes in."""

    party_reads = True
    fn_reads = True

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120, default="", db_default="")

    class Meta:
        db_table = "catalog_warehouse"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "code"], name="warehouse_code")]

    def __str__(self) -> str:
        return self.name or self.code


class Supply(PartyModel):
    """The one warehouse from which a party is supplied: its stock alone counts for that party. Without a row all of them do."""

    fn_reads = True

    warehouse = TenantKey(Warehouse)

    class Meta:
        db_table = "catalog_supply"
        constraints: ClassVar = [models.UniqueConstraint(fields=["party", "portal"], name="supply_once")]
