"""Lines of the portal's own price lists, who is served by which, and who is in which customer group, from a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.imports.kinds import Column, Outcome, Wrong, importable
from portiek.foundation.imports.rules import bare
from portiek.trade.pricing import actions, permissions, queries
from portiek.trade.pricing.imports.rows import COMPANY, CURRENCY, FROM, PRICE, PRODUCT, QUANTITY, TIERS_COLUMN, UNTIL, Gathered, begin, called, cells, party_of, product_of
from portiek.trade.pricing.models import PriceList

ON_REQUEST = {"on request", "op aanvraag"}

# Lines of the portal's own price lists; those of the administration are refused.

CODE = Column("code", gettext_lazy("Code of the price list"), True, also=("prijslijst", "prijslijstcode", "lijst", "price list"), example="ACTIE-2027")
_LINE_COLUMNS = [
    CODE, Column("name", gettext_lazy("Name of the price list"), hint=gettext_lazy("Fill it in to make a list that is not there yet."), also=("naam", "omschrijving"), example="Acties 2027"),
    Column("product", gettext_lazy("Article number"), True, also=PRODUCT.also, example=PRODUCT.example), QUANTITY,
    Column("price", gettext_lazy("Price per unit"), True, hint=gettext_lazy("Net, excl. VAT: 6,48 or 6.48; or: on request."), also=PRICE.also, example="6,48"), CURRENCY,
    Column("valid_from", gettext_lazy("From"), hint=gettext_lazy("Of two lines for the same days the one counts that began last."), also=FROM.also, example=FROM.example), UNTIL,
    Column("note", gettext_lazy("Note"), also=("opmerking", "notitie")), TIERS_COLUMN,
]  # fmt: skip


def list_of(actor: Actor, code: str, name: str, currency: str) -> tuple[PriceList, bool]:
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
    read = cells(about, values)
    product = product_of(actor, about, given["product"])
    assert product is not None  # a required column
    chosen, made = list_of(actor, read["code"], read["name"], about.currency)
    if read["tiers"] and about.lists.setdefault(read["code"], read["tiers"]) != read["tiers"]:
        raise Wrong([("tiers", _("An earlier row says something else about price list %(code)s.") % {"code": read["code"]})])
    changed = actions.change_price_list(actor, price_list=chosen, values={"tiers": read["tiers"]}) if read["tiers"] else False
    quantity = read["min_quantity"] or Decimal(0)
    put = actions.put_list_line(actor, price_list=chosen, product=product, min_quantity=quantity, price=read["price"], valid_from=read["valid_from"],
                                values={name: read[name] for name in ("valid_until", "note") if name in values})
    outcome = about.note(chosen, called(product.sku, quantity), put, _("on request") if read["price"] is None else read["price"])
    return "changed" if changed and not made and outcome == "same" else outcome


def _same_line(values: Mapping[str, str]) -> str:
    quantity = values.get("min_quantity", "").strip()
    return " ".join([*(values.get(name, "") for name in ("code", "product", "valid_from")), "" if quantity in ("0", "1") else quantity])


importable("price-lines", gettext_lazy("Lines of own price lists"), gettext_lazy("Prices of lists that the portal keeps itself; lists of the administration are changed there. A line that is not in the file stays: end it with a last day."),
           right=permissions.MANAGE, places=["portal"], columns=lambda actor, party: _LINE_COLUMNS, begin=begin, take=_take_line, same=_same_line, back=lambda actor, party: reverse("pricing:lists"), order=72,
           finish=lambda actor, party, about: actions.tell_lists(actor, changed=list(about.changed.values())))


# Which customer has which price list.

_ASSIGNED_COLUMNS = [COMPANY, CODE, Column("position", gettext_lazy("Position"), hint=gettext_lazy("1 is asked first. Empty: 1."), also=("positie", "volgorde"), example="1")]


def _take_assignment(actor: Actor, party: None, about: Gathered, values: Mapping[str, str]) -> Outcome:
    """Serve a customer by a price list, or move it to another position."""
    read = cells(about, values)
    whose = party_of(actor, about, values["party"])
    chosen, _made = list_of(actor, read["code"], "", about.currency)
    found = next((item for item in queries.assigned_lists(actor, party_id=whose.pk) if item.price_list_id == chosen.pk), None)
    position = read["position"] or (found.position if found else 1)
    if found and found.position == position:
        return "same"
    actions.assign_price_list(actor, party=whose, price_list=chosen, position=position)
    return "changed" if found else "new"


importable("party-price-lists", gettext_lazy("Price lists of customers"), gettext_lazy("Which customer is served by which price list, in which order."), right=permissions.MANAGE, places=["portal"],
           columns=lambda actor, party: _ASSIGNED_COLUMNS, begin=begin, take=_take_assignment, same=lambda values: f"{values.get('party', '')} {values.get('code', '')}",
           back=lambda actor, party: reverse("pricing:lists"), order=73)


# Which customer is in which group.

_GROUP_COLUMNS = [
    COMPANY, Column("code", gettext_lazy("Code of the customer group"), True, also=("klantgroep", "klantengroep", "groep", "customer group", "group"), example="INKOOP-OOST"),
    Column("name", gettext_lazy("Name of the customer group"), hint=gettext_lazy("Fill it in to make a group that is not there yet."), also=("naam", "omschrijving"), example="Inkoopcombinatie Oost"),
]  # fmt: skip


def _take_member(actor: Actor, party: None, about: Gathered, values: Mapping[str, str]) -> Outcome:
    """Put a customer in a group, which is made where it is not there yet."""
    read = cells(about, values)
    whose = party_of(actor, about, values["party"])
    try:
        group = queries.group(actor, read["code"])
    except NotFound:
        if not read["name"]:
            raise Wrong([("code", _("There is no customer group with the code %(code)s. Give its name as well to make one.") % {"code": read["code"]})]) from None
        group = actions.create_group(actor, code=read["code"], name=read["name"])
    return "new" if actions.add_member(actor, group=group, party=whose) else "same"


importable("group-members", gettext_lazy("Customers in groups"), gettext_lazy("Which customer is in which customer group. Who is not in the file stays where he is."), right=permissions.MANAGE, places=["portal"],
           columns=lambda actor, party: _GROUP_COLUMNS, begin=begin, take=_take_member, same=lambda values: f"{values.get('party', '')} {values.get('code', '')}",
           back=lambda actor, party: reverse("pricing:groups"), order=74)
