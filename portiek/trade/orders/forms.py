"""The shape of what people send about carts and orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from portiek.core.errors import wording
from portiek.core.money import MAX_QUANTITY
from portiek.foundation.fields import forms as own
from portiek.foundation.fields.models import Field
from portiek.foundation.imports.forms import ACCEPT
from portiek.foundation.parties.forms import AddressForm
from portiek.foundation.parties.models import Party
from portiek.trade.approvals.forms import ReferenceField
from portiek.trade.approvals.queries import Centres
from portiek.trade.approvals.referring import Reference
from portiek.trade.orders import delivering, rules
from portiek.trade.orders import wording as words
from portiek.trade.orders.models import OrderLine, Reply
from portiek.trade.orders.queries import Delivery
from portiek.trade.orders.replying import Otherwise
from portiek.ui import format
from portiek.ui.fields import Choices, DecimalField, PickField

ANY_DAY, NO_CENTRES, ANY_REFERENCE = Delivery(), Centres(), Reference()


def _quantity(**options: Any) -> DecimalField:
    return DecimalField(
        label=_("Quantity"), min_value=options.pop("least", Decimal("0.001")), max_value=MAX_QUANTITY, decimal_places=3, max_digits=10, **options
    )


class AddToCart(forms.Form):
    """A product, by any of its numbers, and how much."""

    product = forms.CharField(label=_("Article number, EAN or your own number"), max_length=64)
    quantity = _quantity()
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)


class ChangeLine(forms.Form):
    """Another quantity (0 takes the line out) or a note."""

    line = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    quantity = _quantity(least=Decimal(0), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    unit = forms.CharField(max_length=20, required=False)
    wanted_date = forms.DateField(label=_("Wanted date"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class DeliveryForm(forms.Form):
    """When the portal delivers."""

    days = forms.MultipleChoiceField(label=_("Delivery days"), required=False, choices=[(str(day), name) for day, name in WEEKDAYS.items()], widget=forms.CheckboxSelectMultiple)
    lead = forms.IntegerField(label=_("Days of handling before the delivery"), min_value=0, max_value=60, help_text=_("1: what is handled today comes on the next day at the earliest."))
    slots = forms.MultipleChoiceField(label=_("Parts of the day that buyers may choose"), required=False, choices=[(slot, words.SLOTS[slot]) for slot in delivering.SLOTS], widget=forms.CheckboxSelectMultiple)
    asks_parts = forms.BooleanField(label=_("Ask whether everything comes at once or what is there first"), required=False)
    pickup = forms.BooleanField(label=_("Buyers may pick up their goods"), required=False, help_text=_("What is picked up has no freight."))
    change_minutes = forms.IntegerField(label=_("Minutes in which an order may still be changed"), required=False, min_value=0, max_value=1440, help_text=_("So long an order waits before it is passed on, and never past the hour of its day. 0: it is passed on at once."))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for day, name in WEEKDAYS.items():
            self.fields[f"until{day}"] = forms.TimeField(label=_("Order until, on %(day)s") % {"day": name}, required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def clean(self) -> dict[str, Any]:
        """Ask on which day something is handled, where there are days of delivery."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("days") and not any(given.get(f"until{day}") for day in WEEKDAYS):
            self.add_error("until0", _("Say of at least one day until when orders of it are handled."))
        return given

    def values(self) -> dict[str, Any]:
        """Return what the action takes."""
        given = self.cleaned_data
        cutoffs = {day: given[f"until{day}"] for day in WEEKDAYS if given[f"until{day}"]}
        return {"days": [int(day) for day in given["days"]], "cutoffs": cutoffs, "lead": given["lead"], "slots": given["slots"], "asks_parts": given["asks_parts"], "pickup": given["pickup"], "change_minutes": given["change_minutes"] or 0}


def first_delivery(found: Delivery) -> dict[str, Any]:
    """Return what the form of the delivery begins with."""
    days = sorted(found.calendar.days) if found.calendar else []
    return {"days": [str(day) for day in days], "lead": found.lead, "slots": found.slots, "asks_parts": found.asks_parts, "pickup": found.pickup, "change_minutes": found.change_minutes, **{f"until{day}": hour for day, hour in found.cutoffs.items()}}


def _amount(label: Any, **options: Any) -> DecimalField:
    return DecimalField(label=label, min_value=Decimal("0.01"), max_digits=14, decimal_places=2, required=False, **options)


class Costs(forms.Form):
    """What an order costs besides its goods."""

    minimum = _amount(_("Order minimum, excl. VAT"), help_text=_("Below it nothing can be ordered, unless a fee comes on it. Empty: no minimum."))
    fee = _amount(_("Fee below the minimum, excl. VAT"), help_text=_("Empty: less than the minimum is refused."))
    fee_article = forms.CharField(label=_("Article number of the fee"), max_length=64, required=False, help_text=_("The article on which the administration books it. It says the name, and need not be in any assortment; the VAT is that of the goods."))
    freight = _amount(_("Freight of an order, excl. VAT"), help_text=_("Once an order, also when it comes in parts. Empty: no freight."))
    free_from = _amount(_("Free delivery from, excl. VAT"), help_text=_("Of the goods alone. Empty: never."))
    freight_article = forms.CharField(label=_("Article number of the freight"), max_length=64, required=False)


class NewCosts(Costs):
    """What an order costs besides its goods, and for whom."""

    kind = forms.ChoiceField(label=_("For a kind of party"), required=False, choices=[("", _("all kinds")), *((kind.value, kind.label) for kind in Party.Kind if kind != Party.Kind.SUPPLIER)])
    group = forms.ChoiceField(label=_("or a customer group"), required=False)
    customer = PickField(label=_("or one party"), nobody=_("no party in particular"), help_text=_("By name, number or city."))
    field_order = ("kind", "group", "customer", "minimum", "fee", "fee_article", "freight", "free_from", "freight_article")

    def __init__(self, *arguments: Any, groups: list[tuple[str, str]], among: Choices, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["customer"].among = among  # type: ignore[attr-defined]
        self.fields["group"].choices = [("", _("no group")), *groups]  # type: ignore[attr-defined]


def first_costs(rule: Any) -> dict[str, Any]:
    """Return what the form of a rule begins with."""
    articles = {f"{cost}_article": product.sku if (product := getattr(rule, f"{cost}_product")) else "" for cost in ("fee", "freight")}
    return {**{name: getattr(rule, name) for name in ("minimum", "fee", "freight", "free_from")}, **articles}


class Closing(forms.Form):
    """A day on which nothing moves."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    name = forms.CharField(label=_("Name"), max_length=80)


class BuyFor(forms.Form):
    """For which branch, department or project a cart is; empty: as one stands oneself."""

    unit = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


ONEOFF = "once"
MOST_BYTES = 2 * 1024 * 1024


class CartDetails(forms.Form):
    """What holds for the whole order."""

    reference = ReferenceField(label=_("Your reference"), max_length=80, required=False, help_text=_("Comes back on confirmation, packing slip and invoice."))
    address = forms.ChoiceField(label=_("Delivery address"), required=False)
    wanted_date = forms.DateField(label=_("Wanted date"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    slot = forms.ChoiceField(label=_("Part of the day"), required=False)
    shipping = forms.ChoiceField(label=_("Delivery"), required=False)
    cost_centre = forms.ChoiceField(label=_("Cost centre"), required=False)
    note = forms.CharField(label=_("Note to us"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *arguments: Any, addresses: list[Any], oneoff: str = "", usual: str = "", asked: Sequence[Field] = (), answers: Mapping[str, str] = MappingProxyType({}), going_on: bool = True, delivery: Delivery = ANY_DAY, centres: Centres = NO_CENTRES, reference: Reference = ANY_REFERENCE, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["reference"].ask(reference, needed=going_on)  # type: ignore[attr-defined]
        self.delivery = delivery
        now = timezone.localtime()
        if delivery.calendar and (until := delivery.calendar.handled(now)) and (earliest := delivery.calendar.earliest(now)):
            self.fields["wanted_date"].help_text = _("Order until %(until)s, and %(day)s is the first day that is possible.") % {"until": format.moment(until), "day": format.full_day(earliest)}
            self.fields["wanted_date"].widget.attrs["min"] = earliest.isoformat()
        self._choose("slot", [(slot, words.SLOTS[slot]) for slot in ("", *delivery.slots)] if delivery.slots else [])
        self._choose("shipping", [(way, words.SHIPPING[way]) for way in ("", *delivery.ways)] if delivery.ways else [])
        self._choose("cost_centre", [("", _("Choose one") if centres.needed else _("None")), *((code, f"{code} {name}") for code, name in centres.names.items())] if centres.names else [])
        if centres.names:
            self.fields["cost_centre"].required = centres.needed and going_on
        self.asked = asked
        # What has to be filled in may wait until one goes on to order.
        self.fields.update(own.fields_of(asked, answers, required=None if going_on else False))
        first = [("", _("As usual: %(address)s") % {"address": usual} if usual else _("As usual")), *([(ONEOFF, _("Once: %(address)s") % {"address": oneoff})] if oneoff else [])]
        self.fields["address"].choices = [*first, *((str(item.pk), f"{item.label}: {item}" if item.label else str(item)) for item in addresses)]  # type: ignore[attr-defined]

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        if choices:
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields[name]

    def parts(self) -> dict[str, Any]:
        """Return what was chosen about the delivery and the cost centre, where that is asked."""
        return {name: self.cleaned_data[name] for name in ("slot", "shipping", "cost_centre") if name in self.fields}

    def where(self) -> dict[str, Any]:
        """Return the chosen address, or that the one-off one stays."""
        chosen = self.cleaned_data["address"]
        return {"address_id": int(chosen) if chosen not in ("", ONEOFF) else None, "oneoff": chosen == ONEOFF}

    def answers(self) -> dict[str, str]:
        """Return what was filled in in the portal's own fields."""
        return own.given(self, self.asked)

    def clean_wanted_date(self) -> Any:
        """Take a day from today on, within two years."""
        day = self.cleaned_data["wanted_date"]
        if not rules.may_want(day, timezone.localdate()):
            raise ValidationError(_("Choose a day from today on."))
        for refused in self.delivery.wrong([("wanted_date", day)], now=timezone.localtime()):
            raise ValidationError(wording(refused))
        return day


class Oneoff(AddressForm):
    """An address for one order alone."""

    name = forms.CharField(label=_("Company or person"), max_length=200, required=False)

    field_order: ClassVar = ["name", "street", "postal_code", "city", "country"]  # type: ignore[misc]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        del self.fields["label"]


class Naming(forms.Form):
    """What a cart is called, and whether colleagues fill it too."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("For example a project or a van."))
    is_shared = forms.BooleanField(label=_("Colleagues fill it too"), required=False, help_text=_("They see it, put things in it, and who of them may order can order it."))

    def __init__(self, *arguments: Any, may_share: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if not may_share:
            del self.fields["is_shared"]

    def values(self) -> dict[str, Any]:
        """Return what the actions take."""
        return {"name": self.cleaned_data["name"], "is_shared": self.cleaned_data.get("is_shared", False)}


class Paste(forms.Form):
    """A list: pasted, or a file."""

    text = forms.CharField(
        label=_("Your list"),
        max_length=400_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("One product a line: number and quantity, straight from Excel or with ; between them."),
    )
    file = forms.FileField(label=_("Or a file"), max_length=200, required=False, allow_empty_file=True, help_text=_("Excel, LibreOffice or CSV; at most 2 MB."), widget=forms.FileInput(attrs={"accept": ACCEPT}))

    def clean_file(self) -> Any:
        """Take a file of at most 2 MB: it is read while one waits."""
        file = self.cleaned_data["file"]
        if file is not None and file.size > MOST_BYTES:
            raise ValidationError(_("This file is larger than 2 MB. Save only the columns that you need as a new file."))
        return file

    def clean(self) -> dict[str, Any]:
        """Take one of the two."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and not given.get("text") and not given.get("file"):
            self.add_error("text", _("Paste your list here, or choose a file."))
        return given


class Submit(forms.Form):
    """The last click: the cart's key and the fingerprint of what was seen."""

    key = forms.CharField(max_length=64)
    seen = forms.CharField(max_length=64)
    content = forms.CharField(max_length=200000, required=False)


class Decide(forms.Form):
    """A decision about an order as it was seen."""

    seen = forms.CharField(max_length=64)
    step = forms.IntegerField(min_value=1, max_value=99, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class Lowering(forms.Form):
    """How much of each line stays, and why; what is left open stays as it is."""

    seen = forms.CharField(max_length=64)
    step = forms.IntegerField(min_value=1, max_value=99, required=False)

    def __init__(self, *arguments: Any, lines: Sequence[Any], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.rows = []
        for line in lines:
            self.fields[f"quantity-{line.position}"] = _quantity(least=Decimal(0), required=False)
            self.fields[f"quantity-{line.position}"].label = _("How much of %(name)s stays") % {"name": line.name}
            self.fields[f"reason-{line.position}"] = forms.CharField(label=_("Reason for %(name)s") % {"name": line.name}, max_length=200, required=False)
            self.rows.append((line, self[f"quantity-{line.position}"], self[f"reason-{line.position}"]))

    def lower(self) -> dict[int, tuple[Decimal, str]]:
        """Return what was filled in, by the position of the line: how much stays, and why."""
        return {line.position: (quantity, self.cleaned_data[f"reason-{line.position}"]) for line, *_rest in self.rows if (quantity := self.cleaned_data[f"quantity-{line.position}"]) is not None}


class Export(forms.Form):
    """Over which days orders go into a file, and which kind of file."""

    since = forms.DateField(label=_("Ordered from"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Ordered until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    format = forms.ChoiceField(label=_("File"), choices=[("xlsx", "Excel"), ("csv", "CSV")])

    def clean(self) -> dict[str, Any]:
        """Take days in their order."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", _("The last day comes before the first."))
        return given


class Replies(forms.Form):
    """What is said of each line that was confirmed otherwise and waits; what is left open stays as confirmed."""

    def __init__(self, *arguments: Any, waiting: Sequence[Otherwise], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.rows = []
        for row in waiting:
            place, name = row.line.position, {"name": row.line.name}
            self.fields[f"reply-{place}"] = forms.ChoiceField(label=_("Your answer about %(name)s") % name, choices=[("", _("No answer")), ("accepted", _("I agree")), ("refused", _("I do not agree")), ("asked", _("I have a question"))], required=False)
            self.fields[f"text-{place}"] = forms.CharField(label=_("Why, or what you want to know about %(name)s") % name, max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
            self.fields[f"seen-{place}"] = forms.CharField(max_length=16, required=False)
            self.rows.append((row, self[f"reply-{place}"], self[f"text-{place}"]))

    def says(self) -> list[tuple[int, str, str, str]]:
        """Return what was filled in: position, what is said, what was seen, and the words."""
        given = self.cleaned_data
        return [(place, given[f"reply-{place}"], given[f"seen-{place}"], given[f"text-{place}"]) for row, *_rest in self.rows if given[f"reply-{(place := row.line.position)}"]]


class Question(forms.Form):
    """What somebody wants to know about an order or a line of it."""

    position = forms.TypedChoiceField(label=_("What is it about?"), coerce=int, empty_value=None, required=False)
    text = forms.CharField(label=_("Your question"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *arguments: Any, lines: Sequence[OrderLine], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["position"].choices = [("", _("The whole order")), *((line.position, f"{line.name} ({line.sku})") for line in lines)]  # type: ignore[attr-defined]


class Wish(Question):
    """What has to be different of an order or a line of it."""

    text = forms.CharField(label=_("What has to be different?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("For example another quantity, another address or a later day."))


class Answers(forms.Form):
    """What staff answer to what a party did not agree with, asked or wants otherwise; of the last, whether it was made so."""

    def __init__(self, *arguments: Any, waiting: Sequence[Reply], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.rows = []
        for row in waiting:
            name, wished = {"name": row.by_name}, row.kind == Reply.Kind.WISHED
            if wished:
                self.fields[f"done-{row.pk}"] = forms.TypedChoiceField(label=_("What came of it (%(name)s)") % name, coerce=lambda said: said == "yes", empty_value=None, choices=[("yes", _("The order is changed")), ("no", _("It cannot be changed"))], widget=forms.RadioSelect, required=False)
            self.fields[f"answer-{row.pk}"] = forms.CharField(label=_("Your answer to %(name)s") % name, max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
            self.rows.append((row, self[f"done-{row.pk}"] if wished else None, self[f"answer-{row.pk}"]))

    def answers(self) -> dict[int, tuple[str, bool | None]]:
        """Return the answers by the key of what they answer: the words, and whether it was made so."""
        return {row.pk: (self.cleaned_data[f"answer-{row.pk}"], self.cleaned_data.get(f"done-{row.pk}")) for row, *_fields in self.rows}


class Reason(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class Lookback(forms.Form):
    """For how many days the same reference is asked about."""

    days = forms.IntegerField(label=_("Days"), min_value=0, max_value=rules.MOST_LOOKBACK, help_text=_("0: never. A colleague's order of nearly the same products is asked about for a week, always."))
