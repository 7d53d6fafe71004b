"""An ERP of files: how each kind of file is read, the files that came, and what they said: the books that the feeds are served from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Collate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portiek.core.db.models import PortalModel, TenantKey
from portiek.edges.connectors.models.connection import Connection


class FileSource(PortalModel):
    """Of a connection by files: when its folder was looked into, and the counter of its books. Its row is the lock of who writes them."""

    connection = TenantKey(Connection, on_delete=models.CASCADE)
    seq = models.BigIntegerField(default=0)
    looked_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    # The day of which staff were told that no file came.
    missed_on = models.DateField(null=True, blank=True)
    # Of an SFTP server: files that may still be written to, by name as (size, modified, seen so since).
    sighted = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "connectors_filesource"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "connection"], name="file_source_once")]


class FileMapping(PortalModel):
    """How one kind of file becomes records; each change is a new version, and the highest one counts."""

    connection = TenantKey(Connection, on_delete=models.CASCADE)
    layout = models.CharField(max_length=30)
    version = models.PositiveIntegerField()
    body = models.JSONField(default=dict)
    made_by = models.CharField(max_length=120, default="", blank=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "connectors_filemapping"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "connection", "layout", "version"], name="file_mapping_version")]


class FileDelivery(PortalModel):
    """One file that came, by the folder or by hand, with what came of it."""

    class State(models.TextChoices):
        UNMAPPED = "unmapped", _("Its columns are not known yet")
        WAITING = "waiting", _("Waits its turn")
        READING = "reading", _("Being looked at")
        READY = "ready", _("Waits for you")
        HELD = "held", _("Held")
        CONFIRMED = "confirmed", _("Is taken over next")
        LOADING = "loading", _("Being taken over")
        DONE = "done", _("Taken over")
        REFUSED = "refused", _("Cannot be taken")
        DROPPED = "dropped", pgettext_lazy("state", "Put away")

    connection = TenantKey(Connection, on_delete=models.CASCADE)
    layout = models.CharField(max_length=30)
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    modified_at = models.DateTimeField(null=True, blank=True)
    file = TenantKey("files.StoredFile", null=True, blank=True, db_index=False)
    report = TenantKey("files.StoredFile", null=True, blank=True, db_index=False)
    # Brought by a person, who looks at what would come of it first.
    by_hand = models.BooleanField(default=False)
    brought_by = models.CharField(max_length=120, default="", blank=True)
    # It holds everything there is, so what it lacks is gone.
    is_whole = models.BooleanField(default=True)
    mapping_version = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    code = models.CharField(max_length=40, default="", blank=True)
    detail = models.CharField(max_length=500, default="", blank=True)
    heads = models.JSONField(default=list)
    sample = models.JSONField(default=list)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    came_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "connectors_filedelivery"
        indexes: ClassVar = [
            models.Index(fields=["portal", "connection", "-id"], name="file_delivery_list"),
            models.Index(fields=["portal", "connection", "layout", "-id"], name="file_delivery_layout"),
            models.Index(fields=["portal", "came_at"], name="file_delivery_came"),
        ]

    def __str__(self) -> str:
        return self.name


class FileRow(PortalModel):
    """A row of a file that stays out, with its cells: to be mended, or tried again."""

    delivery = TenantKey(FileDelivery, on_delete=models.CASCADE)
    number = models.PositiveIntegerField()
    # The record it is about; empty when the row does not say.
    external_id = models.CharField(max_length=64, default="", blank=True)
    cells = models.JSONField(default=list)
    # The field, the code of what is wrong, the value.
    field = models.CharField(max_length=60, default="", blank=True)
    code = models.CharField(max_length=40)
    detail = models.CharField(max_length=300, default="", blank=True)
    mended_by = models.CharField(max_length=120, default="", blank=True)

    class Meta:
        db_table = "connectors_filerow"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "delivery", "number"], name="file_row_number")]


class FileRecord(PortalModel):
    """What the files said last of one record, or of one part of a record (`parent`): the books of an ERP that has no other. `body` None: gone."""

    connection = TenantKey(Connection, on_delete=models.CASCADE)
    layout = models.CharField(max_length=30)
    external_id = models.CharField(max_length=80)
    parent = models.CharField(max_length=64, default="", blank=True)
    # The number that the portal gave an order.
    reference = models.CharField(max_length=80, default="", blank=True)
    seq = models.BigIntegerField()
    version = models.CharField(max_length=32)
    body = models.JSONField(null=True, blank=True)

    class Meta:
        db_table = "connectors_filerecord"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "connection", "layout", "external_id"], name="file_record_once")]
        indexes: ClassVar = [
            models.Index(fields=["portal", "connection", "layout", "seq"], name="file_record_seq"),
            models.Index(fields=["portal", "connection", "layout", "parent"], name="file_record_parent", condition=~Q(parent="")),
            # Of a long price list: its lines by product.
            models.Index(F("portal"), F("connection"), F("parent"), Collate(KT("body__product"), "C"), F("external_id"), name="file_record_product", condition=Q(layout="price_list.lines")),
            models.Index(fields=["portal", "connection", "reference"], name="file_record_reference", condition=~Q(reference="")),
        ]
