"""The shape of what people fill in about prices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portiek.foundation.parties.models import Unit
from portiek.trade.pricing.models import PriceFile, Tiers
from portiek.trade.pricing.preview import MOST_PARTIES
from portiek.ui.fields import Choices, DecimalField, PicksField

A_YEAR = timedelta(days=366)
TIERS_HELP = _("For the whole quantity: who buys 60 pays the price from 50 for all 60. Each its own: the first 49 keep the first price.")


class Day(forms.DateField):
    """A day, with the browser's calendar."""

    widget = forms.DateInput


class Lens(forms.Form):
    """For whom and on which day a price is looked at."""

    party = forms.CharField(max_length=20, required=False)
    day = Day(required=False)


class OwnPrices(forms.Form):
    """A price list to have made: of which products, of which day, as what."""

    category = forms.ChoiceField(label=_("Products"), required=False)
    day = Day(label=_("Prices valid on"), required=False, help_text=_("Today when you leave it empty."))
    format = forms.ChoiceField(label=_("File"), choices=PriceFile.Format)

    def __init__(self, *arguments: Any, categories: Iterable[tuple[str, str]], today: date, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._today = today
        self.fields["category"].choices = [("", _("All products")), *categories]  # type: ignore[attr-defined]

    def clean_day(self) -> date | None:
        """Refuse a day that is over, since prices of then are not kept, and one too far away."""
        day: date | None = self.cleaned_data["day"]
        if day and not self._today <= day <= self._today + A_YEAR:
            raise forms.ValidationError(_("Choose today or a day within a year from now."))
        return day


class Explain(forms.Form):
    """A price to look into."""

    party = forms.CharField(label=_("Customer number"), max_length=20)
    product = forms.CharField(label=_("Article number"), max_length=64)
    quantity = DecimalField(label=_("Quantity"), min_value=0, max_digits=12, decimal_places=3, required=False)
    day = Day(label=_("On"), required=False)
    unit = forms.ChoiceField(label=_("Branch or project"), required=False)

    def __init__(self, *arguments: Any, units: Iterable[Unit] = (), **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["unit"].choices = [("", _("Whole company")), *((str(unit.pk), unit.indented) for unit in units)]  # type: ignore[attr-defined]
        if len(self.fields["unit"].choices) == 1:  # type: ignore[attr-defined]
            del self.fields["unit"]


class Look(forms.Form):
    """What is looked at before a change is made."""

    look_products = forms.CharField(label=_("Articles to look at"), max_length=400, required=False, help_text=_("Numbers with a comma between, at most ten. Empty: what the change touches."))
    look_day = Day(label=_("Prices on"), required=False)


class Taking(Look):
    """What is looked at before something is taken away, and of which customers where it counts for several."""

    parties = PicksField(label=_("What would these customers pay?"), help_text=_("At most five. Empty: the first ones by name that it counts for."))

    def __init__(self, *arguments: Any, among: Choices, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["parties"].among = among  # type: ignore[attr-defined]

    def clean_parties(self) -> list[str]:
        """Take five at most."""
        if len(self.cleaned_data["parties"]) > MOST_PARTIES:
            raise forms.ValidationError(_("Choose five customers at most."))
        return list(self.cleaned_data["parties"])


class ListPrice(forms.Form):
    """A price in a list of the portal's own."""

    product = forms.CharField(label=_("Article number"), max_length=64)
    min_quantity = DecimalField(label=_("From quantity"), min_value=0, max_digits=12, decimal_places=3, required=False)
    price = DecimalField(label=_("Price per unit"), min_value=0, max_digits=14, decimal_places=4)
    valid_from = Day(label=_("From"), required=False)
    valid_until = Day(label=_("Until and including"), required=False)
    parties = PicksField(label=_("What would these customers pay?"), help_text=_("At most five. Only to look at: the price counts for everybody whom the list serves."))

    def __init__(self, *arguments: Any, among: Choices, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["parties"].among = among  # type: ignore[attr-defined]

    clean_parties = Taking.clean_parties


class NewAgreement(forms.Form):
    """What is agreed with a party."""

    number = forms.CharField(label=_("Number"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As the customer knows it, such as: Project agreement Parkweg 12"))
    unit = forms.ChoiceField(label=_("For"), required=False, help_text=_("Of a branch, department or project it counts for orders of whoever belongs to it or to what stands in it"))
    valid_from = Day(label=_("From"), required=False)
    valid_until = Day(label=_("Until and including"), required=False)
    tiers = forms.ChoiceField(label=_("Tiers"), choices=Tiers.choices, help_text=TIERS_HELP)
    note = forms.CharField(label=_("Conditions"), max_length=2000, required=False, widget=forms.Textarea)


    def __init__(self, *arguments: Any, units: Iterable[Unit] = (), **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._units = {str(unit.pk): unit for unit in units}
        if self._units:
            self.fields["unit"].choices = [("", _("Whole company")), *((key, unit.indented) for key, unit in self._units.items())]  # type: ignore[attr-defined]
        elif "unit" in self.fields:
            del self.fields["unit"]

    def clean_unit(self) -> Unit | None:
        """Return the unit itself."""
        return self._units.get(self.cleaned_data["unit"])


class ChangeAgreement(NewAgreement):
    """What is agreed with a party, but for its number and whose it is."""

    number = None  # type: ignore[assignment]
    unit = None  # type: ignore[assignment]


class NewLine(forms.Form):
    """A line of an agreement."""

    product = forms.CharField(label=_("Article number"), max_length=64, required=False)
    discount_group = forms.CharField(label=_("or discount group"), max_length=20, required=False)
    min_quantity = DecimalField(label=_("From quantity"), min_value=0, max_digits=12, decimal_places=3, required=False)
    price = DecimalField(label=_("Price per unit"), min_value=0, max_digits=14, decimal_places=4, required=False)
    percent = DecimalField(label=_("or percentage off the list price"), min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False)
    agreed = DecimalField(label=_("Agreed quantity"), min_value=Decimal("0.001"), max_digits=14, decimal_places=3, required=False, help_text=_("How much of the article is to be taken before the last day. Both sides see how far that is."))


class GroupLine(NewLine):
    """A line of an agreement with a group: no quantity is agreed with all together."""

    agreed = None  # type: ignore[assignment]


class NewGroup(forms.Form):
    """A customer group."""

    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("Letters, figures and dashes, such as INKOOP-OOST"))
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As its members know it: they read it where a price says how it came about"))


class ChangeGroup(NewGroup):
    """A customer group, but for its code."""

    code = None  # type: ignore[assignment]
    is_active = forms.BooleanField(label=_("In use"), required=False)


class Member(forms.Form):
    """Who is put in a group."""

    party = forms.CharField(label=_("Customer number"), max_length=20)


class ChangeSurcharge(forms.Form):
    """What comes on top of a price."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("As customers read it, such as: Steel surcharge"))
    percent = DecimalField(label=_("Percentage of the price"), min_value=Decimal("0.01"), max_value=100, max_digits=5, decimal_places=2, required=False)
    amount = DecimalField(label=_("or amount per unit"), min_value=Decimal("0.0001"), max_digits=14, decimal_places=4, required=False)
    valid_from = Day(label=_("From"), required=False)
    valid_until = Day(label=_("Until and including"), required=False)


class NewSurcharge(ChangeSurcharge):
    """What comes on top of a price, and of which."""

    product = forms.CharField(label=_("Article number"), max_length=64, required=False)
    discount_group = forms.CharField(label=_("or discount group"), max_length=20, required=False)
    field_order = ("name", "product", "discount_group", "percent", "amount", "valid_from", "valid_until")


class ChangeFloor(forms.Form):
    """What something never costs less than."""

    amount = DecimalField(label=_("Minimum price per unit"), min_value=Decimal("0.0001"), max_digits=14, decimal_places=4, required=False)
    percent = DecimalField(label=_("or percentage on top of the cost price"), min_value=0, max_value=9999, max_digits=6, decimal_places=2, required=False)
    cost = DecimalField(label=_("Cost price of the article"), min_value=0, max_digits=14, decimal_places=4, required=False, help_text=_("Customers never see it. Empty: as it is. Without a cost price a percentage does not count."))
    agreements_below = forms.BooleanField(label=_("Agreements may go below it"), required=False, help_text=_("Otherwise an agreement with a customer or a group is raised to it as well"))
    valid_from = Day(label=_("From"), required=False)
    valid_until = Day(label=_("Until and including"), required=False)
    parties = PicksField(label=_("What would these customers pay?"), help_text=_("At most five. Only to look at: a minimum price counts for everybody."))

    def __init__(self, *arguments: Any, among: Choices, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["parties"].among = among  # type: ignore[attr-defined]

    clean_parties = ListPrice.clean_parties


class NewFloor(ChangeFloor):
    """What something never costs less than, and what that is."""

    product = forms.CharField(label=_("Article number"), max_length=64, required=False)
    discount_group = forms.CharField(label=_("or discount group"), max_length=20, required=False)
    field_order = ("product", "discount_group", "amount", "percent", "cost", "agreements_below", "valid_from", "valid_until", "parties")


class ChangeFree(forms.Form):
    """What comes free of charge."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("As customers read it, such as: Spring promotion"))
    buy = DecimalField(label=_("With each full quantity of"), min_value=Decimal("0.001"), max_digits=12, decimal_places=3)
    give = DecimalField(label=_("Free of charge"), min_value=Decimal("0.001"), max_digits=12, decimal_places=3, help_text=_("How many more of the same article come with it"))
    valid_from = Day(label=_("From"), required=False)
    valid_until = Day(label=_("Until and including"), required=False)
    parties = PicksField(label=_("What would these customers get?"), help_text=_("At most five. Only to look at: for whom it counts does not change."))

    def __init__(self, *arguments: Any, among: Choices, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["parties"].among = among  # type: ignore[attr-defined]

    clean_parties = ListPrice.clean_parties


class NewFree(ChangeFree):
    """What comes free of charge, with what and for whom."""

    product = forms.CharField(label=_("Article number"), max_length=64)
    customer = forms.CharField(label=_("Only for one customer, by number"), max_length=20, required=False)
    group = forms.ChoiceField(label=_("or a customer group"), required=False)
    price_list = forms.ChoiceField(label=_("or who is served by a price list"), required=False, help_text=_("Nothing filled in: for everybody"))
    field_order = ("name", "product", "buy", "give", "customer", "group", "price_list", "valid_from", "valid_until", "parties")

    def __init__(self, *arguments: Any, groups: list[tuple[str, str]], lists: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["group"].choices = [("", _("no group")), *groups]  # type: ignore[attr-defined]
        self.fields["price_list"].choices = [("", _("no price list")), *lists]  # type: ignore[attr-defined]


class Rate(forms.Form):
    """What a currency is worth."""

    currency = forms.RegexField(r"^[A-Z]{3}$", label=_("Currency"), max_length=3, help_text=_("Three capitals, such as USD"))
    rate = DecimalField(label=_("One of it is worth"), min_value=Decimal("0.00000001"), max_digits=18, decimal_places=8, help_text=_("In the currency in which everybody here pays"))
    valid_from = Day(label=_("From"))
    valid_until = Day(label=_("Until and including"), required=False, help_text=_("Empty: until there is a next one"))
    source = forms.CharField(label=_("Source"), max_length=80, help_text=_("Who says so, such as: ECB, 1 December"))


class NewPriceList(forms.Form):
    """A price list of the portal's own."""

    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("Letters, figures and dashes, such as ACTIE-2027"))
    name = forms.CharField(label=_("Name"), max_length=120)
    currency = forms.RegexField(r"^[A-Z]{3}$", label=_("Currency"), max_length=3, required=False, help_text=_("Empty: the one in which customers pay. In another one its prices count at the exchange rate of the day"))
    tiers = forms.ChoiceField(label=_("Tiers"), choices=Tiers.choices, help_text=TIERS_HELP)
    fallback = forms.ChoiceField(label=_("Falls back on"), required=False, help_text=_("The list that is asked for what this one lacks"))

    def __init__(self, *arguments: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["fallback"].choices = [("", _("the list price")), *choices]  # type: ignore[attr-defined]


class ChangePriceList(NewPriceList):
    """A price list of the portal's own, but for its code and currency."""

    code = None  # type: ignore[assignment]
    currency = None  # type: ignore[assignment]
    is_active = forms.BooleanField(label=_("In use"), required=False)


class Assign(forms.Form):
    """A price list for a party."""

    price_list = forms.ChoiceField(label=_("Price list"))
    position = forms.IntegerField(label=_("Position"), min_value=1, max_value=99, initial=1, help_text=_("1 is asked first"))

    def __init__(self, *arguments: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["price_list"].choices = choices  # type: ignore[attr-defined]


class Discount(forms.Form):
    """A percentage for a discount group."""

    discount_group = forms.CharField(label=_("Discount group"), max_length=20)
    percent = DecimalField(label=_("Percentage off the list price"), min_value=0, max_value=100, max_digits=5, decimal_places=2)
    valid_from = Day(label=_("From"), required=False)
    valid_until = Day(label=_("Until and including"), required=False)
