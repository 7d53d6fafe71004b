"""Tables of requests for an account. Nobody of a party sees them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import PortalModel, TenantKey


class Application(PortalModel):
    """Somebody's request for an account. At the gate it is written before there is a party; until its address is proved, staff do not see it.

    `talk` holds what staff asked back and what was answered: [{"by": name, "staff": true, "text": ..., "at": ...}].
    """

    class State(models.TextChoices):
        UNPROVED = "unproved", _("Address not proved")
        ASKED = "asked", _("Waits for us")
        NEEDS_INFO = "needs_info", _("Waits for the asker")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")

    gate = frozenset({"select", "insert", "update"})

    state = models.CharField(max_length=10, choices=State, default=State.UNPROVED)
    company = models.CharField(max_length=200)
    coc_number = models.CharField(max_length=12, default="", blank=True)
    vat_number = models.CharField(max_length=20, default="", blank=True)
    name = models.CharField(max_length=120)
    email = models.CharField(max_length=254)
    phone = models.CharField(max_length=40, default="", blank=True)
    remark = models.CharField(max_length=1000, default="", blank=True)
    language = models.CharField(max_length=2, default="nl")
    code_hash = models.BinaryField(max_length=32, default=b"")
    code_tries = models.PositiveSmallIntegerField(default=0)
    code_expires_at = models.DateTimeField()
    created_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    talk = models.JSONField(default=list)
    reason = models.CharField(max_length=1000, default="", blank=True)
    decided_name = models.CharField(max_length=120, default="", blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    given = TenantKey("parties.Party", null=True, blank=True)

    class Meta:
        db_table = "applications_application"
        indexes: ClassVar = [
            models.Index(fields=["portal", "-id"], condition=~Q(state="unproved"), name="application_list"),
            models.Index(fields=["portal", "state", "-id"], name="application_state"),
        ]

    def __str__(self) -> str:
        return self.company


class Door(PortalModel):
    """Whether a portal takes requests for an account; without a row it does."""

    gate = frozenset({"select"})

    is_open = models.BooleanField(default=True)

    class Meta:
        db_table = "applications_door"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal"], name="door_once")]
