"""Tables of punch-out."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import PartyModel, TenantKey


class System(PartyModel):
    """A purchasing system of a party that may open the portal. `login` is the name that it gives; of its secret only a hash is kept (192 random bits)."""

    class Kind(models.TextChoices):
        OCI = "oci", _("OCI (4.0 and 5.0)")
        CXML = "cxml", _("cXML")

    gate = frozenset({"select"})

    login = models.CharField(max_length=24)
    secret_hash = models.BinaryField(max_length=32)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=4, choices=Kind)
    # Somebody of the party: a visit shops at his prices and in his assortment, with as much of that as he may.
    user = TenantKey("accounts.User")
    # Where a cart may go back to: host, or host:port.
    hosts = ArrayField(models.CharField(max_length=260))
    is_active = models.BooleanField(default=True, db_default=True)

    class Meta:
        db_table = "punchout_system"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "login"], name="punchout_system_login")]
        indexes: ClassVar = [models.Index(fields=["party", "-id"], name="punchout_system_party"), models.Index(fields=["portal", "-id"], name="punchout_system_portal")]

    def __str__(self) -> str:
        return self.name


class Visit(PartyModel):
    """One time that a system came in, with what it brought along and what went back. One that was refused is kept too, so that who connects a system sees why."""

    class State(models.TextChoices):
        ASKED = "asked", _("Was announced")
        OPEN = "open", _("Shops")
        RETURNED = "returned", _("Waits for the order")
        ORDERED = "ordered", _("Ordered")
        REFUSED = "refused", _("Was refused")

    party_writes = frozenset({"update (state, lines, returned_at, order_id)"})
    gate = frozenset({"select", "insert", "update"})

    system = TenantKey(System)
    key = models.CharField(max_length=24)
    user_id = models.BigIntegerField()
    # The session that it opened; its cart is that session's alone.
    session_id = models.BigIntegerField(null=True)
    # Of the one-time address that a browser comes in by, where the system announced the visit first.
    ticket_hash = models.BinaryField(max_length=32, null=True)
    state = models.CharField(max_length=8, choices=State)
    reason = models.CharField(max_length=40, default="", blank=True)
    return_url = models.CharField(max_length=1000, default="", blank=True)
    # What the system wants to have back as it gave it.
    carried = models.JSONField(default=dict)
    lines = models.JSONField(default=list)
    at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)
    order = TenantKey("orders.Order", null=True)

    class Meta:
        db_table = "punchout_visit"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "key"], name="punchout_visit_key"),
            models.UniqueConstraint(fields=["portal", "session_id"], name="punchout_visit_session"),
            models.UniqueConstraint(fields=["portal", "ticket_hash"], name="punchout_visit_ticket"),
        ]
        indexes: ClassVar = [models.Index(fields=["portal", "system", "-id"], name="punchout_visit_system"), models.Index(fields=["portal", "at"], name="punchout_visit_old"),
                             models.Index(fields=["party", "-id"], name="punchout_visit_waits", condition=models.Q(state="returned"))]

    def __str__(self) -> str:
        return self.key
