"""Tables of carts, orders and shipments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import ErpOwned, PartyModel, TenantKey
from portiek.core.money import MAX_QUANTITY
from portiek.foundation.fields.models import FILLED, SEEN, Value

WRITES = frozenset({"insert", "update", "delete"})
ZERO = Decimal("0")


class Cart(PartyModel):
    """What one user is about to order for one party: his cart without a name, or one of those that he named. `key` is the submit key: one cart makes one order at most.

    What an order costs is never kept here: `shown_...` is what the bar shows, the totals of the last change and their day.
    """

    party_writes = WRITES

    user_id = models.BigIntegerField()
    # Filled on his behalf by one of the staff: a cart of its own, so that it never mixes with his.
    by_user_id = models.BigIntegerField(default=0, db_default=0)
    key = models.CharField(max_length=32)
    is_open = models.BooleanField(default=True)
    name = models.CharField(max_length=80, default="", db_default="", blank=True)
    # Colleagues fill it too, and who of them may order does.
    is_shared = models.BooleanField(default=False, db_default=False)
    reference = models.CharField(max_length=80, default="", blank=True)
    note = models.CharField(max_length=1000, default="", blank=True)
    wanted_date = models.DateField(null=True, blank=True)
    # Which part of that day, and whether all comes at once (delivering.SLOTS, WHOLE, PARTS), or is picked up (PICKUP); empty: as it comes.
    slot = models.CharField(max_length=10, default="", db_default="", blank=True)
    shipping = models.CharField(max_length=6, default="", db_default="", blank=True)
    address = TenantKey("parties.Address", null=True, blank=True, on_delete=models.SET_NULL)
    cost_centre = models.CharField(max_length=20, default="", db_default="", blank=True)
    # For which branch, department or project it is; none: as who fills it stands.
    unit = TenantKey("parties.Unit", null=True, blank=True, on_delete=models.SET_NULL, db_index=False)
    # An address for this order alone; empty: one of the address book, or as usual.
    oneoff = models.JSONField(default=dict, db_default={}, blank=True)
    # What the portal asks with every order, by the name of its own field.
    answers = models.JSONField(default=dict, db_default={}, blank=True)
    shown_net = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    shown_gross = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    shown_on = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "orders_cart"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "party", "user_id", "by_user_id", "name"], condition=Q(is_open=True), name="cart_open_name"),
            models.UniqueConstraint(fields=["portal", "party", "key"], name="cart_key"),
        ]

    def __str__(self) -> str:
        return self.key


class CartLine(PartyModel):
    """A product and how much of it. `shown_...` is what it cost when the cart last looked; no price is one that cannot be ordered so."""

    party_writes = WRITES

    cart = TenantKey(Cart, on_delete=models.CASCADE)
    product = TenantKey("catalog.Product")
    # In sales units, also where it is ordered in another unit (`pack`).
    quantity = models.DecimalField(max_digits=10, decimal_places=3)
    pack = TenantKey("catalog.ProductUnit", null=True, blank=True, on_delete=models.SET_NULL)
    note = models.CharField(max_length=200, default="", blank=True)
    # Of this line alone; none: that of the cart.
    wanted_date = models.DateField(null=True, blank=True)
    # Who put it in or changed it last, which a shared cart says.
    by_name = models.CharField(max_length=120, default="", db_default="", blank=True)
    shown_price = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    shown_rate = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    shown_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "orders_cart_line"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "party", "cart", "product"], name="cart_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0, quantity__lte=MAX_QUANTITY), name="cart_line_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"


# What a list of orders shows.
LISTED = (
    "id",
    "number",
    "placed_at",
    "user_name",
    "reference",
    "status",
    "delivery",
    "sync",
    "confirmed_at",
    "cancel_asked_at",
    "line_count",
    "net",
    "gross",
    "currency",
    "party__name",
)


RUNNING = ["submitted", "transmitted", "confirmed", "confirmed_with_changes", "in_progress", "on_hold"]
STOPPED = ["rejected", "cancelled"]
# What a customer still waits for: not only what the ERP works on, also what it is done with and has not arrived.
UNDER_WAY = Q(status__in=["pending_approval", *RUNNING]) | Q(status="completed", delivery__in=["partial", "shipped"])


class OrderQuerySet(models.QuerySet["Order"]):
    """Filters of orders."""

    def listed(self) -> models.QuerySet[Order, Any]:
        """Return orders as a list shows them: named tuples of few columns. Twenty-five whole orders would cost as much as the rest of the page."""
        return self.values_list(*LISTED, named=True)


class Order(ErpOwned, PartyModel):
    """An order and its four axes: status, delivery, invoice, sync. Amounts are those of the order as it stands, in `currency`.

    `number` is ours and the idempotency key in the ERP; `erp_number` is the ERP's own.
    """

    log_follows = True

    class Status(models.TextChoices):
        PENDING_APPROVAL = "pending_approval", _("Waits for approval")
        SUBMITTED = "submitted", _("Received")
        TRANSMITTED = "transmitted", _("Passed on")
        CONFIRMED = "confirmed", _("Confirmed")
        CHANGED = "confirmed_with_changes", _("Confirmed with changes")
        IN_PROGRESS = "in_progress", _("In progress")
        COMPLETED = "completed", _("Completed")
        ON_HOLD = "on_hold", _("On hold")
        REJECTED = "rejected", _("Not accepted")
        CANCELLED = "cancelled", _("Cancelled")

    class Delivery(models.TextChoices):
        NONE = "none", _("Not shipped yet")
        BACKORDERED = "backordered", _("Follows later")
        PARTIAL = "partial", _("Partly shipped")
        SHIPPED = "shipped", _("Shipped")
        DELIVERED = "delivered", _("Delivered")

    class Invoice(models.TextChoices):
        NONE = "none", _("Not invoiced yet")
        PARTIAL = "partial", _("Partly invoiced")
        INVOICED = "invoiced", _("Invoiced")

    class Sync(models.TextChoices):
        NONE = "none", _("Not passed on")
        QUEUED = "queued", _("Is being passed on")
        SENT = "sent", _("Sent")
        ACKNOWLEDGED = "acknowledged", _("Booked")
        FAILED = "failed", _("Is tried again")
        NEEDS_HUMAN = "needs_human", _("Waits for a person")

    class Origin(models.TextChoices):
        PORTAL = "portal", _("Portal")
        API = "api", _("API")
        ERP = "erp", _("Phone, e-mail or counter")

    fn_reads = True
    RUNNING: ClassVar = RUNNING
    party_writes = frozenset({"insert", "update"})

    number = models.CharField(max_length=40)
    submit_key = models.CharField(max_length=64, null=True)
    origin = models.CharField(max_length=6, choices=Origin, default=Origin.PORTAL)
    user_id = models.BigIntegerField(default=0)
    user_name = models.CharField(max_length=120, default="")
    # Who of the staff placed it on his behalf.
    by_name = models.CharField(max_length=120, default="", db_default="")
    unit = TenantKey("parties.Unit", null=True, blank=True)
    status = models.CharField(max_length=24, choices=Status, default=Status.SUBMITTED)
    delivery = models.CharField(max_length=12, choices=Delivery, default=Delivery.NONE)
    invoice = models.CharField(max_length=12, choices=Invoice, default=Invoice.NONE)
    sync = models.CharField(max_length=12, choices=Sync, default=Sync.NONE)
    sync_reason = models.CharField(max_length=300, default="")
    sync_at = models.DateTimeField(null=True)
    # Why it stands still, was refused or cancelled: a person's words, shown to both sides.
    reason = models.CharField(max_length=300, default="")
    held_status = models.CharField(max_length=24, default="")
    cancel_asked_at = models.DateTimeField(null=True)
    # Until when who ordered may change it. As long as this says a moment the ERP is not told of the order; none: it is, or nothing was to be waited for.
    changeable_until = models.DateTimeField(null=True, blank=True)
    reference = models.CharField(max_length=80, default="")
    note = models.CharField(max_length=1000, default="")
    wanted_date = models.DateField(null=True)
    slot = models.CharField(max_length=10, default="", db_default="", blank=True)
    shipping = models.CharField(max_length=6, default="", db_default="", blank=True)
    cost_centre = models.CharField(max_length=20, default="", db_default="", blank=True)
    cost_name = models.CharField(max_length=80, default="", db_default="", blank=True)
    # The address as it was; what is ordered does not move when an address does.
    address = models.JSONField(default=dict)
    address_external_id = models.CharField(max_length=64, default="")
    # Of who orders for a branch, department or project with an address of its own for invoices; empty: as usual.
    invoice_address = models.JSONField(default=dict)
    invoice_address_external_id = models.CharField(max_length=64, default="")
    currency = models.CharField(max_length=3, default="EUR")
    net = models.DecimalField(max_digits=14, decimal_places=2, default=ZERO)
    tax = models.DecimalField(max_digits=14, decimal_places=2, default=ZERO)
    gross = models.DecimalField(max_digits=14, decimal_places=2, default=ZERO)
    line_count = models.PositiveIntegerField(default=0)
    content_hash = models.CharField(max_length=64, default="")
    # What a colleague decides, or decided, about it; none: who ordered could do so by himself.
    approval = TenantKey("approvals.Request", null=True, blank=True, db_index=False)
    # What its prices were agreed in, such as a quote with its version; empty: in nothing in particular.
    agreed = models.CharField(max_length=60, default="", db_default="", blank=True)
    erp_number = models.CharField(max_length=40, default="")
    # What it is found by (rules.search_text), which the database copies into OrderSearch (sql/search.sql).
    search = models.TextField(default="")
    placed_at = models.DateTimeField()
    transmitted_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    expected_on = models.DateField(null=True)
    # Set by the database at every write (sql/changed.sql), so that no write is forgotten.
    changed_at = models.DateTimeField(db_default=Now())

    objects = OrderQuerySet.as_manager()

    class Meta:
        db_table = "orders_order"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "number"], name="order_number"),
            models.UniqueConstraint(fields=["portal", "party", "submit_key"], name="order_submit_key"),
            models.UniqueConstraint(fields=["portal", "external_id"], name="order_external"),
        ]
        indexes: ClassVar = [
            # What budgets sum, read from the index alone.
            models.Index(fields=["party", "placed_at"], include=["portal", "status", "user_id", "unit", "cost_centre", "net"], name="order_spent"),
            models.Index(fields=["party", "-placed_at", "-id"], name="order_party_new"),
            models.Index(fields=["party", "status", "-placed_at", "-id"], name="order_party_status"),
            models.Index(fields=["party", "user_id", "-placed_at", "-id"], name="order_party_user"),
            models.Index(fields=["portal", "-placed_at", "-id"], name="order_portal_new"),
            models.Index(fields=["portal", "status", "-placed_at", "-id"], name="order_portal_status"),
            # Lists of several states at once: what runs, what stopped. Among ten thousand completed orders there may be five.
            models.Index(fields=["party", "-placed_at", "-id"], condition=UNDER_WAY, name="order_party_running"),
            models.Index(fields=["portal", "-placed_at", "-id"], condition=UNDER_WAY, name="order_portal_running"),
            models.Index(fields=["party", "-placed_at", "-id"], condition=Q(status__in=STOPPED), name="order_party_stopped"),
            models.Index(fields=["portal", "-placed_at", "-id"], condition=Q(status__in=STOPPED), name="order_portal_stopped"),
            models.Index(fields=["portal", "sync", "-placed_at", "-id"], condition=~Q(sync__in=["none", "acknowledged"]), name="order_portal_sync"),
            # What the clock has to let go: a handful among a million.
            models.Index(fields=["portal", "changeable_until"], condition=Q(changeable_until__isnull=False), name="order_changeable"),
            models.Index(fields=["party", "changed_at", "id"], name="order_party_changed"),
            models.Index(fields=["portal", "changed_at", "id"], name="order_portal_changed"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderValue(Value, PartyModel):
    """A field of the portal's own making on an order. A party fills it in with the order and never changes it after."""

    party_using = f"party_id = (SELECT ctx.claim(2, 'party')) AND {SEEN}"
    party_writes = frozenset({"insert"})
    party_check = FILLED

    order = TenantKey(Order, on_delete=models.CASCADE, db_index=False)

    class Meta:
        db_table = "orders_order_value"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "order", "field"], name="order_value_once")]
        indexes: ClassVar = [models.Index(fields=["order", "field"], name="order_value_order"), models.Index(fields=["field", "value", "order"], name="order_value_found")]


class OrderSearch(PartyModel):
    """What the search reads of an order, apart from it: an order that moves on touches no text index.

    Written by a trigger from `Order.search`. Only the function of sql/search.sql reads it, and every hit is fetched through the order's own row security.
    """

    party_writes = frozenset({"insert"})
    fn_reads = True

    order = TenantKey(Order, on_delete=models.CASCADE, db_index=False)
    placed_at = models.DateTimeField()
    words = SearchVectorField()

    class Meta:
        db_table = "orders_ordersearch"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "order"], name="order_search_once")]
        indexes: ClassVar = [
            models.Index(fields=["party", "placed_at", "order"], name="order_search_party"),
            models.Index(fields=["portal", "placed_at", "order"], name="order_search_portal"),
            GinIndex(Func("party_id", template="(ARRAY[%(expressions)s])"), "words", name="order_search_words"),
        ]


class OrderLine(PartyModel):
    """A line as it was ordered, and what the ERP made of it. Names and prices are what the buyer saw."""

    class Answer(models.TextChoices):
        """What the seller answered; codes of UNCL1229 as Peppol Order Response uses them."""

        NONE = "", _("No answer yet")
        ADDED = "1", _("Added")
        CHANGED = "3", _("Changed")
        ACCEPTED = "5", _("Accepted")
        REFUSED = "7", _("Not accepted")

    class Charge(models.TextChoices):
        """What a line is that is no goods."""

        NONE = "", _("Goods")
        FEE = "fee", _("Fee for a small order")
        FREIGHT = "freight", _("Freight")

    fn_reads = True
    # An approver takes off as long as it waits; after that nobody of the party touches a line.
    party_writes = frozenset({"insert", "update (quantity, price, amount, explanation)", "delete"})
    party_check = "quantity > 0"
    party_before = "EXISTS (SELECT FROM orders_order o WHERE o.portal_id = orders_order_line.portal_id AND o.id = orders_order_line.order_id AND o.status = 'pending_approval')"

    order = TenantKey(Order, on_delete=models.CASCADE)
    position = models.PositiveIntegerField()
    product = TenantKey("catalog.Product", null=True)
    sku = models.CharField(max_length=64)
    own_number = models.CharField(max_length=64, default="")
    name = models.CharField(max_length=300)
    unit = models.CharField(max_length=40, default="")
    # UN/ECE Recommendation 20; empty where the ERP did not say.
    unit_code = models.CharField(max_length=3, default="", db_default="", blank=True)
    quantity = models.DecimalField(max_digits=13, decimal_places=3)
    # The unit in which it was ordered, where that is not the sales unit; quantity and price are always of the sales unit.
    pack_code = models.CharField(max_length=3, default="", db_default="", blank=True)
    pack_label = models.CharField(max_length=40, default="", db_default="", blank=True)
    pack_factor = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    price = models.DecimalField(max_digits=14, decimal_places=6)
    list_price = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    tax_rate = models.DecimalField(max_digits=6, decimal_places=3)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    explanation = models.JSONField(default=list)
    note = models.CharField(max_length=200, default="")
    wanted_date = models.DateField(null=True)
    # None: the ERP has not answered about it.
    confirmed_quantity = models.DecimalField(max_digits=13, decimal_places=3, null=True)
    confirmed_price = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    confirmed_on = models.DateField(null=True)
    # When what was not there was expected, as it was said when it was ordered.
    expected_on = models.DateField(null=True, blank=True)
    confirmed_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    # What the ERP delivers in its place, by its number and name; empty: what was ordered.
    confirmed_sku = models.CharField(max_length=64, default="", db_default="", blank=True)
    confirmed_name = models.CharField(max_length=300, default="", db_default="", blank=True)
    answer = models.CharField(max_length=2, choices=Answer, default=Answer.NONE, blank=True)
    shipped_quantity = models.DecimalField(max_digits=13, decimal_places=3, default=ZERO)
    external_id = models.CharField(max_length=64, default="")
    # A cost that came on the order besides its goods, booked on an article of its own.
    charge = models.CharField(max_length=7, choices=Charge, default=Charge.NONE, db_default="", blank=True)
    # The position of the line of the same article that this one comes with free of charge.
    free_of = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        db_table = "orders_order_line"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "order", "position"], name="order_line_position")]
        indexes: ClassVar = [models.Index(fields=["portal", "party", "product"], name="order_line_product")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"


class LineChange(PartyModel):
    """What an approver took off an order: a line struck (`quantity_after` 0) or lowered, with the reason that its buyer reads."""

    party_writes = frozenset({"insert"})

    order = TenantKey(Order, on_delete=models.CASCADE, db_index=False)
    position = models.PositiveIntegerField()
    sku = models.CharField(max_length=64)
    name = models.CharField(max_length=300)
    unit = models.CharField(max_length=40, default="")
    quantity = models.DecimalField(max_digits=13, decimal_places=3)
    quantity_after = models.DecimalField(max_digits=13, decimal_places=3)
    price = models.DecimalField(max_digits=14, decimal_places=6)
    price_after = models.DecimalField(max_digits=14, decimal_places=6)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    amount_after = models.DecimalField(max_digits=14, decimal_places=2)
    reason = models.CharField(max_length=200)
    user_id = models.BigIntegerField()
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        db_table = "orders_line_change"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(quantity_after__lt=models.F("quantity"), quantity_after__gte=0, amount_after__lte=models.F("amount")), name="line_change_lowers")]
        indexes: ClassVar = [models.Index(fields=["portal", "party", "order", "id"], name="line_change_order")]
