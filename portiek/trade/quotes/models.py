"""Tables of quotes: the quote, its versions with their lines, what was asked to and fro, and what staff keep to themselves."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import PartyModel, PortalModel, TenantKey

PARTY, STAFF = "party", "staff"
RUNNING = ("requested", "in_review", "needs_info", "offered", "questioned", "accepted")
LISTED = {"ours": ("requested", "in_review", "questioned"), "theirs": ("needs_info", "offered"), "ended": ("declined", "expired", "withdrawn")}
# Of a quote somebody else of the party asked for, nothing more is seen than of the quote itself.
OF_QUOTE = "party_id = (SELECT ctx.claim(2, 'party'))"
# What one person is typing is nobody else's, whoever of the party asks.
OWN = "side = 'party' AND user_id = (SELECT ctx.claim(4, 'party'))"


class Side(models.TextChoices):
    """Who said or did something."""

    PARTY = PARTY, _("Customer")
    STAFF = STAFF, _("Seller")


class Quote(PartyModel):
    """A quote as it stands. `last`: the number of its newest version; amounts and the last day are those of the newest offer.

    A party sets what becomes of it, never that it is offered, until when or for how much: that is the staff's alone.
    """

    log_follows = True

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        IN_REVIEW = "in_review", _("Is being worked out")
        NEEDS_INFO = "needs_info", _("Question")
        OFFERED = "offered", _("Offered")
        QUESTIONED = "questioned", _("Offered, with a question")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        EXPIRED = "expired", _("Expired")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        ORDERED = "ordered", _("Ordered")

    party_writes = frozenset({"insert", "update (status, last, reason, ended_side, order_id, search, changed_at)"})
    party_check = "status IN ('requested', 'in_review', 'questioned', 'accepted', 'declined', 'withdrawn', 'ordered')"
    party_before = "true"

    number = models.CharField(max_length=40)
    submit_key = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status, default=Status.REQUESTED)
    last = models.PositiveSmallIntegerField(default=1)
    user_id = models.BigIntegerField()
    user_name = models.CharField(max_length=120)
    by_name = models.CharField(max_length=120, default="", blank=True)
    unit = TenantKey("parties.Unit", null=True, blank=True)
    reference = models.CharField(max_length=80, default="", blank=True)
    wanted_date = models.DateField(null=True)
    file = TenantKey("files.StoredFile", null=True, blank=True, db_index=False)
    owner_id = models.BigIntegerField(null=True)
    owner_name = models.CharField(max_length=120, default="", blank=True)
    currency = models.CharField(max_length=3)
    net = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    valid_until = models.DateField(null=True)
    # Why it was declined, by which side.
    reason = models.CharField(max_length=300, default="", blank=True)
    ended_side = models.CharField(max_length=5, choices=Side, default="", blank=True)
    order = TenantKey("orders.Order", null=True, blank=True, db_index=False)
    # What it is found by (orders.rules.search_text), which the database copies into QuoteSearch (sql/search.sql).
    search = models.TextField(default="", db_default="", blank=True)
    requested_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "quotes_quote"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "number"], name="quote_number"),
            models.UniqueConstraint(fields=["portal", "party", "submit_key"], name="quote_submit_key"),
            models.UniqueConstraint(fields=["portal", "order"], name="quote_order"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["party", "-changed_at", "-id"], name="quote_party_new"),
            models.Index(fields=["portal", "-changed_at", "-id"], name="quote_portal_new"),
            models.Index(fields=["party", "status", "-changed_at", "-id"], name="quote_party_status"),
            models.Index(fields=["portal", "status", "-changed_at", "-id"], name="quote_portal_status"),
            models.Index(fields=["portal", "owner_id", "-changed_at", "-id"], name="quote_owner"),
            models.Index(fields=["party", "user_id", "-changed_at", "-id"], name="quote_asker"),
            # A list of several states is read from an index of its own; one state has the one above.
            *(models.Index(fields=[whose, "-changed_at", "-id"], condition=Q(status__in=states), name=f"quote_{whose}_{name}") for name, states in LISTED.items() for whose in ("party", "portal")),
            models.Index(fields=["portal", "valid_until"], condition=Q(status__in=("offered", "questioned")), name="quote_expires"),
        ]

    def __str__(self) -> str:
        return self.number


class QuoteSearch(PartyModel):
    """What the search reads of a quote, apart from it, as OrderSearch is of an order: written by a trigger, read by the function of sql/search.sql alone, and every hit is fetched through the quote's own row security."""

    party_writes = frozenset({"insert", "update (words)"})
    fn_reads = True

    quote = TenantKey(Quote, on_delete=models.CASCADE, db_index=False)
    requested_at = models.DateTimeField()
    words = SearchVectorField()

    class Meta:
        db_table = "quotes_search"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "quote"], name="quote_search_once")]
        indexes: ClassVar = [
            models.Index(fields=["party", "requested_at", "quote"], name="quote_search_party"),
            models.Index(fields=["portal", "requested_at", "quote"], name="quote_search_portal"),
            GinIndex(Func("party_id", template="(ARRAY[%(expressions)s])"), "words", name="quote_search_words"),
        ]


class Version(PartyModel):
    """One round: what was asked (side party, without prices) or offered (side staff). It never changes, but for a name that is erased."""

    party_writes = frozenset({"insert"})
    party_check = "side = 'party' AND valid_until IS NULL"
    staff_writes = frozenset({"insert", "update (party_id, name, note, conditions)"})

    quote = TenantKey(Quote, on_delete=models.CASCADE, db_index=False)
    number = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=5, choices=Side)
    note = models.CharField(max_length=2000, default="", blank=True)
    conditions = models.CharField(max_length=2000, default="", blank=True)
    valid_until = models.DateField(null=True)
    net = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    tax = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    gross = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    content_hash = models.CharField(max_length=64)
    user_id = models.BigIntegerField()
    name = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        db_table = "quotes_version"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "quote", "number"], name="quote_version_once")]


class Line(PartyModel):
    """A line of a version; `key` is the same in all versions. `target`: what the party wants to pay; `price`: what is offered, None: nothing.

    `usual`: what the party would pay without the quote at that moment. `instead_of`: the key of the line for which it is an alternative.
    """

    party_writes = frozenset({"insert"})
    party_check = "price IS NULL AND usual IS NULL AND list_price IS NULL"
    staff_writes = frozenset({"insert", "update (party_id, remark, name)"})

    version = TenantKey(Version, on_delete=models.CASCADE, db_index=False)
    key = models.PositiveSmallIntegerField()
    product = TenantKey("catalog.Product", null=True, blank=True)
    sku = models.CharField(max_length=64, default="", blank=True)
    name = models.CharField(max_length=300)
    unit = models.CharField(max_length=40, default="", blank=True)
    unit_code = models.CharField(max_length=3, default="", blank=True)
    quantity = models.DecimalField(max_digits=13, decimal_places=3)
    target = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    remark = models.CharField(max_length=300, default="", blank=True)
    price = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    list_price = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    usual = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    optional = models.BooleanField(default=False)
    instead_of = models.PositiveSmallIntegerField(null=True)

    class Meta:
        db_table = "quotes_line"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "party", "version", "key"], name="quote_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0) & (Q(price__isnull=True) | Q(price__gte=0)), name="quote_line_amounts"),
        ]

    def __str__(self) -> str:
        return self.name


class Called(PartyModel):
    """A line of a quote (`key`) that was ordered, whole or in part, as the line at `position` of an order. Without an order, that one belongs to another company by now."""

    party_writes = frozenset({"insert"})
    party_check = "quantity > 0"
    staff_writes = frozenset({"insert", "update (party_id, order_id)"})

    quote = TenantKey(Quote, on_delete=models.CASCADE, db_index=False)
    order = TenantKey("orders.Order", null=True, blank=True)
    key = models.PositiveSmallIntegerField()
    position = models.PositiveIntegerField()
    # As it was ordered; what it is now, the line of the order says.
    quantity = models.DecimalField(max_digits=13, decimal_places=3)

    class Meta:
        db_table = "quotes_called"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(quantity__gt=0), name="quote_called_quantity")]
        indexes: ClassVar = [models.Index(fields=["portal", "party", "quote", "id"], name="quote_called_of")]


class Acceptance(PartyModel):
    """Who accepted a version (`content_hash`: what it held), whole or in part, in which capacity and on which conditions, and the order that was placed with it. It never changes, but for a name that is erased.

    Without an order, that one belongs to another company by now.
    """

    party_writes = frozenset({"insert"})
    # Nobody signs as a colleague.
    party_check = "user_id = (SELECT ctx.claim(4, 'party'))"
    staff_writes = frozenset({"insert", "update (party_id, order_id, name, capacity, by_name)"})

    quote = TenantKey(Quote, on_delete=models.CASCADE, db_index=False)
    order = TenantKey("orders.Order", null=True, blank=True)
    version = models.PositiveSmallIntegerField()
    content_hash = models.CharField(max_length=64)
    user_id = models.BigIntegerField()
    name = models.CharField(max_length=120)
    by_name = models.CharField(max_length=120, default="", blank=True)
    capacity = models.CharField(max_length=120, default="", blank=True)
    # The general conditions of the portal as they were called; empty where it named none.
    terms_name = models.CharField(max_length=120, default="", blank=True)
    terms_version = models.CharField(max_length=40, default="", blank=True)
    terms_link = models.CharField(max_length=300, default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "quotes_acceptance"
        indexes: ClassVar = [models.Index(fields=["portal", "party", "quote", "id"], name="quote_acceptance_of"), models.Index(fields=["portal", "user_id", "-id"], name="quote_acceptance_by")]

    def __str__(self) -> str:
        return self.name

    @property
    def terms(self) -> str:
        """What the general conditions were called, with their version; empty where there were none."""
        return f"{self.terms_name}, {self.terms_version}" if self.terms_name else ""


class Message(PartyModel):
    """What one side asks or answers beside the versions."""

    party_writes = frozenset({"insert"})
    party_check = "side = 'party'"
    staff_writes = frozenset({"insert", "update (party_id, name, text)"})

    quote = TenantKey(Quote, on_delete=models.CASCADE, db_index=False)
    side = models.CharField(max_length=5, choices=Side)
    text = models.CharField(max_length=2000)
    user_id = models.BigIntegerField()
    name = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        db_table = "quotes_message"
        indexes: ClassVar = [models.Index(fields=["portal", "party", "quote", "id"], name="quote_message_of")]


class Note(PortalModel):
    """What staff note for themselves: a table of its own, which no party can read whatever a page asks."""

    quote = TenantKey(Quote, on_delete=models.CASCADE, db_index=False)
    text = models.CharField(max_length=2000)
    user_id = models.BigIntegerField()
    name = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        db_table = "quotes_note"
        indexes: ClassVar = [models.Index(fields=["portal", "quote", "id"], name="quote_note_of")]


class Draft(PartyModel):
    """What one person typed of a request, or (side staff) of an offer, and did not send yet: as he typed it, so half of it may be wrong. Nobody else looks at it.

    `key`: that of the request that it becomes, or the number of the quote that it is an offer for; `version`: the newest one of that quote when it was typed.
    """

    party_using = f"party_id = (SELECT ctx.claim(2, 'party')) AND {OWN}"
    party_check = OWN
    party_writes = frozenset({"insert", "update", "delete"})

    side = models.CharField(max_length=5, choices=Side)
    user_id = models.BigIntegerField()
    key = models.CharField(max_length=64)
    version = models.PositiveSmallIntegerField(default=0)
    values = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "quotes_draft"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "user_id", "key"], name="quote_draft_once")]
        indexes: ClassVar = [models.Index(fields=["portal", "user_id", "-changed_at", "-id"], name="quote_draft_of_person"), models.Index(fields=["portal", "changed_at"], name="quote_draft_changed")]

    def __str__(self) -> str:
        return self.key

    @property
    def lines(self) -> list[str]:
        """What its lines are about, as it was typed."""
        return [text for name, text in self.values.items() if name.startswith("what-")]


class Counter(PartyModel):
    """How many quotes a party ever asked for: its next number."""

    party_writes = frozenset({"insert", "update"})

    last = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "quotes_counter"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party"], name="quote_counter_once")]


class Terms(PortalModel):
    """For how many days an offer holds when nobody says otherwise, whether one that expired can still be accepted (`late`), and on which general conditions (`name`, empty: none)."""

    party_reads = True

    days = models.PositiveSmallIntegerField()
    late = models.BooleanField(default=False)
    name = models.CharField(max_length=120, default="", blank=True)
    version = models.CharField(max_length=40, default="", blank=True)
    link = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        db_table = "quotes_terms"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal"], name="quote_terms_once")]

    @property
    def called(self) -> str:
        """What the general conditions are called, with their version; empty where there are none."""
        return f"{self.name}, {self.version}" if self.name else ""
