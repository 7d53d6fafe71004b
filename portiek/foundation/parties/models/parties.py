"""Tables of portals and parties."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portiek.core.db.models import ErpOwned, PartyModel, Tenant, TenantKey
from portiek.core.money import Policy


class Portal(Tenant):
    """The company that runs a portal, its address on the web, its colour and the way it calculates."""

    tenancy = "portal"
    portal_column = "id"
    party_reads = True
    fn_reads = True
    gate = frozenset({"select"})
    # Neither its address on the web nor the way it calculates: those are the operator's.
    staff_writes = frozenset({"update (name, hue, chroma, language, email, phone, logo, greets_birthdays)"})

    id = models.BigAutoField(primary_key=True)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    host = models.CharField(max_length=253, unique=True)
    hue = models.PositiveSmallIntegerField(default=158)
    chroma = models.DecimalField(max_digits=4, decimal_places=3, default="0.085")
    # The digest of its logo, which is the logo's address; empty without one.
    logo = models.CharField(max_length=16, default="", db_default="", blank=True)
    language = models.CharField(max_length=2, default="nl")
    time_zone = models.CharField(max_length=36, default="Europe/Amsterdam")
    address_form = models.CharField(max_length=2, default="u", choices=[("u", "u"), ("je", "je")])
    email = models.CharField(max_length=254, default="")
    phone = models.CharField(max_length=40, default="")
    order_prefix = models.CharField(max_length=4, default="P")
    currency = models.CharField(max_length=3, default="EUR")
    rounding_mode = models.CharField(max_length=10, default="half_up", choices=[("half_up", "half_up"), ("half_even", "half_even")])
    tax_per = models.CharField(max_length=8, default="document", choices=[("line", "line"), ("document", "document")])
    price_digits = models.PositiveSmallIntegerField(default=4)
    # Whether people may have themselves congratulated.
    greets_birthdays = models.BooleanField(default=True, db_default=True)

    class Meta:
        db_table = "parties_portal"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(hue__lt=360), name="portal_hue")]

    def __str__(self) -> str:
        return self.name

    @property
    def policy(self) -> Policy:
        """How this portal calculates."""
        return Policy(self.currency, self.rounding_mode, self.tax_per, self.price_digits)  # type: ignore[arg-type]


class Party(ErpOwned, Tenant):
    """A customer, dealer, supplier or person of one portal. Name, numbers and terms are the ERP's."""

    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        DEALER = "dealer", _("Dealer")
        SUPPLIER = "supplier", _("Supplier")
        PERSON = "person", pgettext_lazy("kind of party", "Person")

    tenancy = "party"
    party_column = "id"
    party_reads = True
    # The counter moves with each order that somebody of the party places; the language of its documents is its own choice.
    party_writes = frozenset({"update (language, last_order)"})
    fn_reads = True
    gate = frozenset({"select"})

    id = models.BigAutoField(primary_key=True)
    portal = models.ForeignKey(Portal, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    number = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CUSTOMER)
    language = models.CharField(max_length=2, default="nl")
    vat_number = models.CharField(max_length=20, default="", blank=True)
    coc_number = models.CharField(max_length=12, default="", blank=True)
    # Of the place of business ("vestigingsnummer"), of the legal person ("RSIN"), of Dun & Bradstreet, of GS1.
    branch_number = models.CharField(max_length=12, default="", db_default="", blank=True)
    rsin = models.CharField(max_length=9, default="", db_default="", blank=True)
    duns = models.CharField(max_length=9, default="", db_default="", blank=True)
    gln = models.CharField(max_length=13, default="", db_default="", blank=True)
    email = models.CharField(max_length=254, default="", blank=True)
    phone = models.CharField(max_length=40, default="", blank=True)
    # The company that owns this one. It sees nothing of it by that alone.
    parent = TenantKey("self", null=True, blank=True)
    credit_limit = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    payment_days = models.PositiveSmallIntegerField(default=30)
    # Numbers given to this party's orders; a counter per party, so that a number tells nothing about the portal's trade.
    last_order = models.PositiveIntegerField(default=0, db_default=0)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Since when the person that it is was erased: what names him is not taken from the ERP again.
    erased_at = models.DateTimeField(null=True, blank=True)
    # The party that it became part of: its number leads there, and what the ERP sends for it lands there. Never a chain.
    merged_into = TenantKey("self", null=True, blank=True)

    class Meta:
        db_table = "parties_party"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "number"], name="party_number"),
            models.UniqueConstraint(fields=["portal", "external_id"], name="party_external"),
            models.CheckConstraint(condition=Q(merged_into=None) | Q(is_active=False), name="party_merged_is_closed"),
        ]
        indexes: ClassVar = [models.Index(fields=["portal", "name", "id"], name="party_by_name"), models.Index(fields=["portal", "kind", "name", "id"], name="party_by_kind"),
                             *(models.Index(fields=["portal", number], condition=~Q(**{number: ""}), name=f"party_{number}") for number in ("coc_number", "vat_number", "gln", "duns"))]

    def __str__(self) -> str:
        return self.name


class Address(ErpOwned, PartyModel):
    """Where a party is, gets its goods or its invoices. One with an external id is the ERP's; the others are the party's own."""

    party_writes = frozenset({"insert", "update"})
    fn_reads = True

    label = models.CharField(max_length=80, default="", blank=True)
    name = models.CharField(max_length=200, default="", blank=True)
    street = models.CharField(max_length=200)
    postal_code = models.CharField(max_length=12, default="", blank=True)
    city = models.CharField(max_length=120)
    country = models.CharField(max_length=2, default="NL")
    is_delivery = models.BooleanField(default=True)
    is_invoice = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    # When an order last went there: who orders again finds it on top.
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "parties_address"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "external_id"], name="address_external")]
        # The index for words is made in sql/addresses.sql.
        indexes: ClassVar = [
            models.Index(fields=["party", "city", "id"], name="address_by_city"),
            models.Index(models.F("party"), models.F("used_at").desc(nulls_last=True), models.F("city"), models.F("id"), name="address_by_use"),
        ]

    def __str__(self) -> str:
        return f"{self.street}, {self.postal_code} {self.city}".strip()


class Contact(ErpOwned, PartyModel):
    """A person at a party who need not be a user. One with an external id is the ERP's; the others are the party's own."""

    party_writes = frozenset({"insert", "update"})
    party_check = "external_id IS NULL"

    name = models.CharField(max_length=120)
    role = models.CharField(max_length=80, default="", blank=True)
    email = models.CharField(max_length=254, default="", blank=True)
    phone = models.CharField(max_length=40, default="", blank=True)
    unit = TenantKey("parties.Unit", null=True, blank=True)
    note = models.CharField(max_length=500, default="", db_default="", blank=True)
    is_active = models.BooleanField(default=True)
    # Since when he was erased: the ERP does not bring him back.
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "parties_contact"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "external_id"], name="contact_external"),
            # Of a company's own; what stands twice in the ERP is its own affair.
            models.UniqueConstraint(fields=["portal", "party", "email"], condition=Q(is_active=True, external_id=None) & ~Q(email=""), name="contact_email_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["party", "name", "id"], name="contact_by_name")]

    def __str__(self) -> str:
        return self.name
