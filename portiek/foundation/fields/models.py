"""Tables of fields, and the shape of the tables that hold their values."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import PartyModel, PortalModel, TenantKey
from portiek.foundation.fields.rules import LONGEST

# What a policy asks of a value: whether a party may see its field, or fill it in. Told anew at each statement, so that a field that is closed is closed at once.
SEEN = "field_id IN (SELECT f.id FROM fields_field f WHERE f.visibility <> 'staff' AND f.ended_at IS NULL)"
FILLED = "field_id IN (SELECT f.id FROM fields_field f WHERE f.visibility = 'fill' AND f.ended_at IS NULL)"


class FieldQuerySet(models.QuerySet["Field"]):
    """Filters of fields."""

    def of(self, subject: str) -> FieldQuerySet:
        """Those of one kind of object that are in use, in their order."""
        return self.filter(subject=subject, ended_at=None).order_by("position", "pk")


class Field(PortalModel):
    """A field that the portal adds to every party, product or order. `key` is its name in the API and above a column of a spreadsheet: it and the kind stay as they were made."""

    class Subject(models.TextChoices):
        PARTY = "party", _("Companies and persons")
        PRODUCT = "product", _("Products")
        ORDER = "order", _("Orders")

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", pgettext_lazy("kind of field", "Number")
        DATE = "date", _("Date")
        CHOICE = "choice", _("Choice")
        YES_NO = "yes_no", _("Yes or no")
        URL = "url", _("Web address")

    class Visibility(models.TextChoices):
        STAFF = "staff", _("Staff only")
        SEE = "see", _("The party sees it")
        FILL = "fill", _("The party fills it in")

    party_reads = True
    party_using = "portal_id = (SELECT ctx.claim(1, 'party')) AND visibility <> 'staff' AND ended_at IS NULL"

    subject = models.CharField(max_length=7, choices=Subject)
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=80)
    label_en = models.CharField(max_length=80, default="", blank=True)
    help = models.CharField(max_length=200, default="", blank=True)
    help_en = models.CharField(max_length=200, default="", blank=True)
    kind = models.CharField(max_length=6, choices=Kind)
    choices = models.JSONField(default=list)
    required = models.BooleanField(default=False)
    visibility = models.CharField(max_length=5, choices=Visibility, default=Visibility.STAFF)
    position = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = FieldQuerySet.as_manager()

    class Meta:
        db_table = "fields_field"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "subject", "key"], name="field_key")]
        indexes: ClassVar = [models.Index(fields=["portal", "subject", "position", "id"], condition=Q(ended_at=None), name="field_in_use")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The label in the language of the moment."""
        return self.label_en if self.label_en and get_language() == "en" else self.label

    @property
    def hint(self) -> str:
        """The help in the language of the moment."""
        return self.help_en if self.help_en and get_language() == "en" else self.help


class Value(models.Model):
    """What a field says of one object, in the one way in which its kind is written (rules.read). Nothing filled in is no row."""

    field = TenantKey(Field, db_index=False)
    value = models.CharField(max_length=LONGEST)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.value


class PartyValue(Value, PartyModel):
    """A field of a party. The party sees and fills in what is meant for it, and no other field exists for it."""

    party_using = f"party_id = (SELECT ctx.claim(2, 'party')) AND {SEEN}"
    party_writes = frozenset({"insert", "update", "delete"})
    party_check = FILLED

    class Meta:
        db_table = "fields_party_value"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "field"], name="party_value_once")]
        indexes: ClassVar = [models.Index(fields=["field", "value", "party"], name="party_value_found")]

