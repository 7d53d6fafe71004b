"""The table of documents of products."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import PortalModel, TenantKey
from portiek.trade.catalog.models.assortment import held

# The party bought the product: at any time for what counts now, else when this version counted or later.
BOUGHT = """EXISTS (SELECT FROM orders_purchase b WHERE b.portal_id = sheets_document.portal_id AND b.product_id = sheets_document.product_id
 AND (sheets_document.is_current OR b.placed_at >= sheets_document.valid_from) OFFSET 0)"""


class ProductDocument(PortalModel):
    """One version of a document of a product. Versions of one document have product, kind, language and title in common; at most one of them is current.

    A party sees the current one of what its assortment holds, and of what it bought also those that counted when it did. The bytes belong to a file of the staff, which no party sees: name, size and hash stand here as well.
    """

    class Kind(models.TextChoices):
        SAFETY = "safety", _("Safety data sheet")
        PERFORMANCE = "performance", _("Declaration of performance")
        TECHNICAL = "technical", _("Product data sheet")
        MANUAL = "manual", _("Manual")
        DRAWING = "drawing", _("Drawing")
        CERTIFICATE = "certificate", _("Certificate")
        PICTURE = "picture", _("Picture")
        OTHER = "other", _("Other document")

    class State(models.TextChoices):
        READY = "ready", _("Here")
        LINK = "link", _("Elsewhere")
        ASKED = "asked", _("Being fetched")
        MISSING = "missing", _("Not there")

    tenancy = "assortment"
    party_reads = True
    party_using = f"state IN ('ready', 'link') AND ((is_current AND {held('sheets_document.product_id')}) OR {BOUGHT})"

    product = TenantKey("catalog.Product", db_index=False)
    # Its address, which nobody can guess.
    key = models.CharField(max_length=43)
    kind = models.CharField(max_length=11, choices=Kind)
    # ISO 639-1; empty: no words in it, or several languages.
    language = models.CharField(max_length=2, default="", blank=True)
    title = models.CharField(max_length=120, default="", blank=True)
    version = models.CharField(max_length=40, default="", blank=True)
    valid_from = models.DateField()
    added_at = models.DateTimeField()
    is_current = models.BooleanField(default=False)
    # Whether who bought the product is still to hear of it.
    is_news = models.BooleanField(default=False)
    file = TenantKey("files.StoredFile", null=True, blank=True, db_index=False)
    name = models.CharField(max_length=255, default="", blank=True)
    media_type = models.CharField(max_length=100, default="", blank=True)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="", blank=True)
    # What the ERP or a catalogue said, which staff leave alone; where it said it is, and why it could not be had there.
    from_erp = models.BooleanField(default=False)
    source = models.CharField(max_length=1000, default="", blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.READY)
    problem = models.CharField(max_length=20, default="", blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "sheets_document"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "key"], name="product_document_key"),
            models.UniqueConstraint(fields=["product", "kind", "language", "title", "portal"], name="product_document_current", condition=Q(is_current=True)),
            models.CheckConstraint(condition=Q(file__isnull=False) | ~Q(state="ready"), name="product_document_there"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["product", "-valid_from", "-id"], name="product_document_of"),
            models.Index(fields=["portal", "kind", "-valid_from", "-id"], name="product_document_new", condition=Q(is_current=True)),
            models.Index(fields=["portal", "product", "id"], name="product_document_listed", condition=Q(is_current=True)),
            models.Index(fields=["portal", "id"], name="product_document_news", condition=Q(is_news=True)),
            models.Index(fields=["portal", "tries", "id"], name="product_document_asked", condition=Q(state="asked")),
            models.Index(fields=["portal", "-id"], name="product_document_missing", condition=Q(state__in=("missing", "link"))),
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()
