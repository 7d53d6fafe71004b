"""Tables of electronic ordering."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import PartyModel, PortalModel, TenantKey


class Setup(PortalModel):
    """How a portal takes electronic orders, and its own electronic address; without a row as the defaults say."""

    class Prices(models.TextChoices):
        HOLD = "hold", _("Wait until somebody of the customer agrees to our prices")
        OWN = "own", _("Take the order at our prices, and say so")

    party_reads = True

    prices = models.CharField(max_length=4, choices=Prices, default=Prices.HOLD)
    # As in Peppol: of which scheme (ICD, EAS) and which number; empty: none.
    scheme = models.CharField(max_length=4, default="", blank=True)
    identifier = models.CharField(max_length=50, default="", blank=True)

    class Meta:
        db_table = "exchange_setup"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal"], name="exchange_setup_once")]

    def __str__(self) -> str:
        return self.identifier


class Catalogue(PartyModel):
    """The own assortment and prices of a party, or of one of its branches, as a document (T19), whole or what changed `since` an earlier one; made by a job.

    `contents`: a digest of each product's line by its id, of the whole assortment, packed (rules.pack): what the next one is compared with.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Being made")
        READY = "ready", _("Ready")
        SAME = "same", _("Nothing changed")
        FAILED = "failed", _("Not made")

    party_writes = frozenset({"insert"})

    user_id = models.BigIntegerField()
    unit_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=24)
    # The key of the earlier one; it goes when its term is over, and this one stays.
    since = models.CharField(max_length=24, default="", blank=True)
    action = models.CharField(max_length=7, default="", blank=True)
    language = models.CharField(max_length=2, default="nl")
    day = models.DateField()
    state = models.CharField(max_length=6, choices=State, default=State.ASKED)
    # Products that were looked at, of how many; and how many lines of each kind stand in it.
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    contents = models.BinaryField(null=True)
    file = TenantKey("files.StoredFile", null=True, db_index=False)
    at = models.DateTimeField()

    class Meta:
        db_table = "exchange_catalogue"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "key"], name="exchange_catalogue_key")]
        indexes: ClassVar = [models.Index(fields=["party", "-id"], name="exchange_catalogue_party"), models.Index(fields=["portal", "at"], name="exchange_catalogue_old")]

    def __str__(self) -> str:
        return self.key

    @property
    def lines(self) -> int:
        """How many lines stand in it."""
        return self.added + self.changed + self.removed


class Message(PartyModel):
    """A document that a party's purchasing system sent, what was found about it and what became of it: an order, or what changes or takes back one.

    `number` is the sender's own for the document; `content` the document as XML without a DOCTYPE, empty for what was none.
    """

    class State(models.TextChoices):
        ORDERED = "ordered", _("Ordered")
        HELD = "held", _("Waits for your agreement")
        TO_MEND = "to_mend", _("Has lines to mend")
        LISTED = "listed", _("Mended in a list")
        DROPPED = "dropped", _("Was put away")
        REFUSED = "refused", _("Not taken")
        DONE = "done", _("Carried out")
        ASKED = "asked", _("Asked of the seller")

    class Kind(models.TextChoices):
        ORDER = "order", _("Order")
        CHANGE = "change", _("Order change")
        CANCEL = "cancel", _("Cancellation")

    class Channel(models.TextChoices):
        API = "api", _("API")
        UPLOAD = "upload", _("Uploaded")
        SYSTEM = "system", _("Purchasing system")

    OPEN: ClassVar = [State.HELD, State.TO_MEND]

    party_writes = frozenset({"insert", "update (state, findings, order_id, amended, done_at)"})

    user_id = models.BigIntegerField()
    user_name = models.CharField(max_length=120, default="")
    unit_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=24)
    channel = models.CharField(max_length=6, choices=Channel)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.ORDER, db_default=Kind.ORDER)
    name = models.CharField(max_length=255, default="", blank=True)
    number = models.CharField(max_length=80, default="", blank=True)
    # Of the party and the document, so that two parties that become one have no message twice.
    digest = models.CharField(max_length=64)
    content = models.TextField(default="", blank=True)
    # The order as it stands after changes that came later, as XML; empty: as it was sent.
    amended = models.TextField(default="", db_default="", blank=True)
    state = models.CharField(max_length=8, choices=State)
    # What was found about it: code, level (stop, mend, ask, say), place (the sender's id of a line) and values.
    findings = models.JSONField(default=list)
    order = TenantKey("orders.Order", null=True)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    # The code of the answer that was made last (T76), and when.
    answer = models.CharField(max_length=2, default="", blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_message"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "party", "key"], name="exchange_message_key"),
            # The same document sent again is the same message; one that was not taken or was put away may come again.
            models.UniqueConstraint(fields=["portal", "party", "digest"], condition=~Q(state__in=["refused", "dropped"]), name="exchange_message_once"),
            # An order came by one message; others may change it or take it back.
            models.UniqueConstraint(fields=["portal", "party", "order"], condition=Q(kind="order"), name="exchange_message_order"),
        ]
        indexes: ClassVar = [models.Index(fields=["party", "-id"], name="exchange_message_party"), models.Index(fields=["portal", "-id"], name="exchange_message_portal"), models.Index(fields=["portal", "at"], name="exchange_message_old"),
                             models.Index(fields=["party", "at"], name="exchange_message_day")]

    def __str__(self) -> str:
        return self.number or self.name
