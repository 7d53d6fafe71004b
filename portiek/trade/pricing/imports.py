"""Customer prices, discounts and the portal's own price lists, brought in from a spreadsheet; what the administration keeps is refused row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.foundation.imports.cells import Amount, Day
from portiek.foundation.imports.kinds import Column, Outcome, Wrong, checked, importable
from portiek.foundation.imports.people import company
from portiek.foundation.imports.rules import bare
from portiek.foundation.parties.models import Party
from portiek.foundation.parties.queries import portal
from portiek.trade.catalog import queries as catalog
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import actions, errors, permissions, queries, rules, words
from portiek.trade.pricing.models import Agreement, PriceList
from portiek.ui.fields import DecimalField

ON_REQUEST = {"on request", "op aanvraag"}
Days = tuple[date | None, date | None]


@dataclass
class Gathered:
    """What rows share: the portal's currency, what was found already, what the file said of each agreement, and what is to be recorded of the batch."""

    currency: str
    parties: dict[str, Party] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    groups: dict[str, bool] = field(default_factory=dict)
    said: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    taken: dict[tuple[Any, ...], list[tuple[str, Days]]] = field(default_factory=dict)
    changed: dict[int, tuple[Any, dict[str, tuple[Any, Any]]]] = field(default_factory=dict)

    def note(self, row: Agreement | PriceList, what: str, put: actions.Put, new: Any) -> Outcome:
        """Keep what became of a line until the batch is over; return it."""
        if put.outcome != "same":
            self.changed.setdefault(row.pk, (row, {}))[1][what] = (put.old, new)
        return put.outcome


def _begin(actor: Actor, party: None) -> Gathered:
    return Gathered(portal(actor).currency)


class Row(forms.Form):
    """The cells that all kinds of prices may have."""

    number = forms.CharField(max_length=40, required=False)
    name = forms.CharField(max_length=120, required=False)
    code = forms.CharField(max_length=40, required=False)
    discount_group = forms.CharField(max_length=20, required=False)
    min_quantity = DecimalField(min_value=0, max_digits=12, decimal_places=3, required=False)
    price = Amount(min_value=0, max_digits=14, decimal_places=4, required=False)
    percent = DecimalField(min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False)
    agreed = DecimalField(min_value=Decimal("0.001"), max_digits=14, decimal_places=3, required=False)
    valid_from = Day(required=False)
    valid_until = Day(required=False)
    note = forms.CharField(max_length=200, required=False)
    position = forms.IntegerField(min_value=1, max_value=99, required=False)


_COMPANY = Column("party", gettext_lazy("Customer number"), True, also=("klantnummer", "debiteurnummer", "relatienummer", "klant", "number of the company"), example="10042")
_NUMBER = Column("number", gettext_lazy("Agreement"), True, gettext_lazy("The number of the price agreement; one that is not there yet is made."), ("afspraak", "afspraaknummer", "prijsafspraak", "contract"), "A-2027-001")
_PRODUCT = Column("product", gettext_lazy("Article number"), also=("artikelnummer", "artikel", "sku", "item number"), example="GP-125-2600")
_QUANTITY = Column("min_quantity", gettext_lazy("From quantity"), hint=gettext_lazy("Empty: from the first."), also=("vanaf aantal", "staffel", "minimum"), example="50")
_PRICE = Column("price", gettext_lazy("Price per unit"), hint=gettext_lazy("Net, excl. VAT: 6,48 or 6.48."), also=("prijs", "nettoprijs", "stuksprijs", "price"), example="6,48")
_CURRENCY = Column("currency", gettext_lazy("Currency"), hint=gettext_lazy("Empty: that of the portal."), also=("valuta", "munt"), example="EUR")
_FROM = Column("valid_from", gettext_lazy("From"), hint=gettext_lazy("Such as 1-1-2027. Empty: from now on."), also=("vanaf", "geldig vanaf", "ingangsdatum", "begindatum"), example="1-1-2027")
_UNTIL = Column("valid_until", gettext_lazy("Until and including"), hint=gettext_lazy("Empty: no end."), also=("tot en met", "t/m", "geldig tot", "einddatum"), example="31-12-2027")


def _party(actor: Actor, about: Gathered, number: str) -> Party:
    if number not in about.parties:
        about.parties[number] = company(actor, number)
    return about.parties[number]


def _product(actor: Actor, about: Gathered, number: str) -> Product | None:
    if number and number not in about.products:
        try:
            about.products[number] = catalog.product(actor, number)
        except NotFound:
            raise Wrong([("product", _("There is no product with the number %(number)s.") % {"number": number})]) from None
    return about.products.get(number)


def _group(actor: Actor, about: Gathered, code: str) -> str:
    if code and code not in about.groups:
        about.groups[code] = catalog.is_discount_group(actor, code)
    if code and not about.groups[code]:
        raise Wrong([("discount_group", _("No product has the discount group %(code)s.") % {"code": code})])
    return code


def _read(about: Gathered, values: Mapping[str, str]) -> dict[str, Any]:
    """Return the cells of a row that are there, read. Raises Wrong, also for another currency and for days the wrong way round."""
    problems = [("currency", _("Prices here are in %(currency)s.") % {"currency": about.currency})] if values.get("currency", about.currency).upper() not in ("", about.currency) else []
    read = checked(Row({name: text for name, text in values.items() if name != "currency"}), more=problems)
    if read["valid_from"] and read["valid_until"] and read["valid_until"] < read["valid_from"]:
        raise Wrong([("valid_until", _("The last day lies before the first."))])
    return read


# Agreements: what one customer pays for an article, or gets off a group.

_AGREEMENT_COLUMNS = [
    _COMPANY, _NUMBER,
    Column("name", gettext_lazy("Name of the agreement"), hint=gettext_lazy("As the customer knows it. Empty for a new one: its number."), also=("naam", "omschrijving"), example="Jaarafspraak 2027"),
    _PRODUCT, Column("discount_group", gettext_lazy("Discount group"), hint=gettext_lazy("In place of an article: a percentage off all of its products."), also=("kortingsgroep",)),
    _QUANTITY, _PRICE, Column("percent", gettext_lazy("Percentage off the list price"), hint=gettext_lazy("In place of a price."), also=("korting", "kortingspercentage", "discount"), example="12,5"),
    Column("agreed", gettext_lazy("Agreed quantity"), hint=gettext_lazy("How much of the article is to be taken before the last day. Empty: nothing was said."), also=("afgesproken hoeveelheid", "afnameverplichting", "afgesproken aantal"), example="500"),
    _CURRENCY, Column("valid_from", gettext_lazy("From"), hint=gettext_lazy("Of the agreement as a whole, the same in all of its rows."), also=_FROM.also, example=_FROM.example), _UNTIL,
]  # fmt: skip
OF_AGREEMENT = ("name", "valid_from", "valid_until")


def _same_agreement(values: Mapping[str, str]) -> str:
    quantity = values.get("min_quantity", "").strip()
    return " ".join([*(values.get(name, "") for name in ("party", "number", "product", "discount_group")), "" if quantity in ("0", "1") else quantity])


def _take_agreement(actor: Actor, party: None, about: Gathered, values: Mapping[str, str]) -> Outcome:
    """Put one line in an agreement of a customer, which is made where it is not there yet."""
    read = _read(about, values)
    whose, product, group = _party(actor, about, values["party"]), _product(actor, about, values.get("product", "")), _group(actor, about, read["discount_group"])
    key, quantity = (values["party"], read["number"]), read["min_quantity"] or Decimal(0)
    here = {name: read[name] for name in OF_AGREEMENT if name in values}
    if different := [name for name, value in about.said.setdefault(key, here).items() if value != here[name]]:
        raise Wrong([(name, _("An earlier row says something else about agreement %(number)s.") % {"number": read["number"]}) for name in different])
    given = {name: value for name, value in here.items() if name != "name" or value}
    found = queries.agreements(actor, party_id=whose.pk).filter(number=read["number"]).first()
    changed = False
    if found is None:
        found = actions.create_agreement(actor, party=whose, number=read["number"], **{"name": read["number"], **given})
    elif given:
        changed = actions.change_agreement(actor, agreement=found, values=given)
    put = actions.put_agreement_line(actor, agreement=found, product=product, discount_group=group, min_quantity=quantity, price=read["price"], percent=read["percent"], values={"agreed": read["agreed"]} if "agreed" in values else {})
    _note_days(about, found, product, group, quantity)
    outcome = about.note(found, _what(product.sku if product else group, quantity), put, read["price"] if read["price"] is not None else read["percent"])
    return "changed" if changed and outcome == "same" else outcome


def _what(code: str, quantity: Decimal) -> str:
    """Return what a line is about, for the log."""
    return f"{code} ({quantity.normalize():f}+)" if quantity > 1 else code


def _note_days(about: Gathered, agreement: Agreement, product: Product | None, group: str, quantity: Decimal) -> None:
    """Refuse what an earlier row of the file says of the same days, as the action does: while it is tried that row is undone already."""
    days, place = (agreement.valid_from, agreement.valid_until), (agreement.party_id, product.pk if product else 0, group, rules.same_step(quantity))
    for number, when in about.taken.get(place, []):
        if number != agreement.number and rules.overlap(days, when):
            raise Refused(errors.AGREED_ELSEWHERE, field="number", number=number, days=words.days(*when))
    about.taken.setdefault(place, []).append((agreement.number, days))


def _finish_agreements(actor: Actor, party: None, about: Gathered) -> None:
    actions.tell_agreements(actor, changed=list(about.changed.values()))


importable("agreements", gettext_lazy("Customer prices"), gettext_lazy("Price agreements of many customers at once: a price or a percentage for an article or a discount group. A line that is not in the file stays."),
           right=permissions.MANAGE, places=["portal"], columns=lambda actor, party: _AGREEMENT_COLUMNS, begin=_begin, take=_take_agreement, same=_same_agreement, back=lambda actor, party: reverse("pricing:lists"),
           order=70, finish=_finish_agreements)


# Discounts of a customer on a group, where no price list has the product.

_DISCOUNT_COLUMNS = [_COMPANY, Column("discount_group", gettext_lazy("Discount group"), True, also=("kortingsgroep",), example="GIPS"),
                     Column("percent", gettext_lazy("Percentage off the list price"), True, also=("korting", "kortingspercentage", "discount"), example="12,5"), _FROM, _UNTIL]  # fmt: skip


def _take_discount(actor: Actor, party: None, about: Gathered, values: Mapping[str, str]) -> Outcome:
    """Give a customer a percentage on a group; the one from the same day on is changed."""
    read = _read(about, values)
    whose, group = _party(actor, about, values["party"]), _group(actor, about, read["discount_group"])
    found = queries.discounts(actor, party_id=whose.pk).filter(discount_group=group, valid_from=read["valid_from"]).first()
    days = (read["valid_from"], read["valid_until"] if "valid_until" in values or found is None else found.valid_until)
    if found and (found.percent, found.valid_until) == (read["percent"], days[1]):
        return "same"
    for _number, when in about.taken.get((whose.pk, group), []):
        if when[0] != days[0] and rules.overlap(days, when):
            raise Refused(errors.DISCOUNT_ELSEWHERE, field="valid_from", days=words.days(*when))
    actions.set_discount(actor, party=whose, discount_group=group, percent=read["percent"], valid_from=days[0], valid_until=days[1])
    about.taken.setdefault((whose.pk, group), []).append(("", days))
    return "changed" if found else "new"


importable("discounts", gettext_lazy("Discounts of customers"), gettext_lazy("A percentage per customer and discount group; it counts where no price list has the product."),
           right=permissions.MANAGE, places=["portal"], columns=lambda actor, party: _DISCOUNT_COLUMNS, begin=_begin, take=_take_discount,
           same=lambda values: " ".join(values.get(name, "") for name in ("party", "discount_group", "valid_from")), back=lambda actor, party: reverse("pricing:lists"), order=71)


# Lines of the portal's own price lists; those of the administration are refused.

_CODE = Column("code", gettext_lazy("Code of the price list"), True, also=("prijslijst", "prijslijstcode", "lijst", "price list"), example="ACTIE-2027")
_LINE_COLUMNS = [
    _CODE, Column("name", gettext_lazy("Name of the price list"), hint=gettext_lazy("Fill it in to make a list that is not there yet."), also=("naam", "omschrijving"), example="Acties 2027"),
    Column("product", gettext_lazy("Article number"), True, also=_PRODUCT.also, example=_PRODUCT.example), _QUANTITY,
    Column("price", gettext_lazy("Price per unit"), True, hint=gettext_lazy("Net, excl. VAT: 6,48 or 6.48; or: on request."), also=_PRICE.also, example="6,48"), _CURRENCY,
    Column("valid_from", gettext_lazy("From"), hint=gettext_lazy("Of two lines for the same days the one counts that began last."), also=_FROM.also, example=_FROM.example), _UNTIL,
    Column("note", gettext_lazy("Note"), also=("opmerking", "notitie")),
]  # fmt: skip


def _list(actor: Actor, code: str, name: str, currency: str) -> tuple[PriceList, bool]:
    try:
        return queries.price_list(actor, code), False
    except NotFound:
        if not name:
            raise Wrong([("code", _("There is no price list with the code %(code)s. Give its name as well to make one.") % {"code": code})]) from None
        return actions.create_price_list(actor, code=code, name=name, currency=currency), True


def _take_line(actor: Actor, party: None, about: Gathered, given: Mapping[str, str]) -> Outcome:
    """Put one line in a price list of the portal's own."""
    asked = bare(given["price"]) in {bare(word) for word in ON_REQUEST}
    values = {**given, "price": ""} if asked else given
    read = _read(about, values)
    product = _product(actor, about, given["product"])
    assert product is not None  # a required column
    chosen, _made = _list(actor, read["code"], read["name"], about.currency)
    quantity = read["min_quantity"] or Decimal(0)
    put = actions.put_list_line(actor, price_list=chosen, product=product, min_quantity=quantity, price=read["price"], valid_from=read["valid_from"],
                                values={name: read[name] for name in ("valid_until", "note") if name in values})
    return about.note(chosen, _what(product.sku, quantity), put, _("on request") if read["price"] is None else read["price"])


def _same_line(values: Mapping[str, str]) -> str:
    quantity = values.get("min_quantity", "").strip()
    return " ".join([*(values.get(name, "") for name in ("code", "product", "valid_from")), "" if quantity in ("0", "1") else quantity])


importable("price-lines", gettext_lazy("Lines of own price lists"), gettext_lazy("Prices of lists that the portal keeps itself; lists of the administration are changed there. A line that is not in the file stays: end it with a last day."),
           right=permissions.MANAGE, places=["portal"], columns=lambda actor, party: _LINE_COLUMNS, begin=_begin, take=_take_line, same=_same_line, back=lambda actor, party: reverse("pricing:lists"), order=72,
           finish=lambda actor, party, about: actions.tell_lists(actor, changed=list(about.changed.values())))


# Which customer has which price list.

_ASSIGNED_COLUMNS = [_COMPANY, _CODE, Column("position", gettext_lazy("Position"), hint=gettext_lazy("1 is asked first. Empty: 1."), also=("positie", "volgorde"), example="1")]


def _take_assignment(actor: Actor, party: None, about: Gathered, values: Mapping[str, str]) -> Outcome:
    """Serve a customer by a price list, or move it to another position."""
    read = _read(about, values)
    whose = _party(actor, about, values["party"])
    chosen, _made = _list(actor, read["code"], "", about.currency)
    found = next((item for item in queries.assigned_lists(actor, party_id=whose.pk) if item.price_list_id == chosen.pk), None)
    position = read["position"] or (found.position if found else 1)
    if found and found.position == position:
        return "same"
    actions.assign_price_list(actor, party=whose, price_list=chosen, position=position)
    return "changed" if found else "new"


importable("party-price-lists", gettext_lazy("Price lists of customers"), gettext_lazy("Which customer is served by which price list, in which order."), right=permissions.MANAGE, places=["portal"],
           columns=lambda actor, party: _ASSIGNED_COLUMNS, begin=_begin, take=_take_assignment, same=lambda values: f"{values.get('party', '')} {values.get('code', '')}",
           back=lambda actor, party: reverse("pricing:lists"), order=73)
