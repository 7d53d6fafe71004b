"""Agreements of customer groups, from a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.foundation.imports.kinds import Column, Outcome, Wrong, importable
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import actions, errors, permissions, queries, rules, words
from portiek.trade.pricing.imports.rows import CURRENCY, FROM, NUMBER, PRICE, PRODUCT, QUANTITY, TIERS_COLUMN, UNTIL, Gathered, begin, called, cells, group_of, product_of
from portiek.trade.pricing.models import CustomerGroup, GroupAgreement

COLUMNS = [
    Column("code", gettext_lazy("Code of the customer group"), True, also=("klantgroep", "klantengroep", "groep", "customer group", "group"), example="INKOOP-OOST"), NUMBER,
    Column("name", gettext_lazy("Name of the agreement"), hint=gettext_lazy("As its members know it. Empty for a new one: its number."), also=("naam", "omschrijving"), example="Jaarafspraak 2027"),
    PRODUCT, Column("discount_group", gettext_lazy("Discount group"), hint=gettext_lazy("In place of an article: a percentage off all of its products."), also=("kortingsgroep",)),
    QUANTITY, PRICE, Column("percent", gettext_lazy("Percentage off the list price"), hint=gettext_lazy("In place of a price."), also=("korting", "kortingspercentage", "discount"), example="12,5"),
    CURRENCY, Column("valid_from", gettext_lazy("From"), hint=gettext_lazy("Of the agreement as a whole, the same in all of its rows."), also=FROM.also, example=FROM.example), UNTIL, TIERS_COLUMN,
]  # fmt: skip
OF_AGREEMENT = ("name", "valid_from", "valid_until", "tiers")


def _group(actor: Actor, code: str) -> CustomerGroup:
    try:
        return queries.group(actor, code)
    except NotFound:
        raise Wrong([("code", _("There is no customer group with the code %(code)s.") % {"code": code})]) from None


def _take(actor: Actor, party: None, about: Gathered, values: Mapping[str, str]) -> Outcome:
    """Put one line in an agreement of a customer group, which is made where it is not there yet."""
    read = cells(about, values)
    whose, product, discounted = _group(actor, read["code"]), product_of(actor, about, values.get("product", "")), group_of(actor, about, read["discount_group"])
    quantity, here = read["min_quantity"] or Decimal(0), {name: read[name] for name in OF_AGREEMENT if name in values}
    if different := [name for name, value in about.said.setdefault((read["code"], read["number"]), here).items() if value != here[name]]:
        raise Wrong([(name, _("An earlier row says something else about agreement %(number)s.") % {"number": read["number"]}) for name in different])
    given = {name: value for name, value in here.items() if name not in ("name", "tiers") or value}
    found = queries.group_agreements(actor, group_ids=[whose.pk]).filter(number=read["number"]).first()
    changed = False
    if found is None:
        found = actions.create_group_agreement(actor, group=whose, number=read["number"], **{"name": read["number"], **given})
    elif given:
        changed = actions.change_group_agreement(actor, agreement=found, values=given)
    put = actions.put_group_line(actor, agreement=found, product=product, discount_group=discounted, min_quantity=quantity, price=read["price"], percent=read["percent"])
    _note_days(about, found, product, discounted, quantity)
    outcome = about.note(found, called(product.sku if product else discounted, quantity), put, read["price"] if read["price"] is not None else read["percent"])
    return "changed" if changed and outcome == "same" else outcome


def _note_days(about: Gathered, agreement: GroupAgreement, product: Product | None, discounted: str, quantity: Decimal) -> None:
    """Refuse what an earlier row of the file says of the same days, as the action does: while it is tried that row is undone already."""
    days, place = (agreement.valid_from, agreement.valid_until), (agreement.group_id, product.pk if product else 0, discounted, rules.same_step(quantity))
    for number, when in about.taken.get(place, []):
        if number != agreement.number and rules.overlap(days, when):
            raise Refused(errors.AGREED_ELSEWHERE, field="number", number=number, days=words.days(*when))
    about.taken.setdefault(place, []).append((agreement.number, days))


def _same(values: Mapping[str, str]) -> str:
    quantity = values.get("min_quantity", "").strip()
    return " ".join([*(values.get(name, "") for name in ("code", "number", "product", "discount_group")), "" if quantity in ("0", "1") else quantity])


importable("group-agreements", gettext_lazy("Prices of customer groups"), gettext_lazy("Price agreements of customer groups: a price or a percentage for an article or a discount group. A line that is not in the file stays."),
           right=permissions.MANAGE, places=["portal"], columns=lambda actor, party: COLUMNS, begin=begin, take=_take, same=_same, back=lambda actor, party: reverse("pricing:groups"), order=75,
           finish=lambda actor, party, about: actions.tell_group_agreements(actor, changed=list(about.changed.values())))
