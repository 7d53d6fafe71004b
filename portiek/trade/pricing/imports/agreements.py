"""Price agreements and discounts of customers, from a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.foundation.imports.kinds import Column, Outcome, Wrong, importable
from portiek.foundation.parties.models import Party, Unit
from portiek.foundation.parties.queries import units
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import actions, errors, permissions, queries, rules, words
from portiek.trade.pricing.imports.rows import COMPANY, CURRENCY, FROM, NUMBER, PRICE, PRODUCT, QUANTITY, TIERS_COLUMN, UNTIL, Gathered, begin, called, cells, group_of, party_of, product_of
from portiek.trade.pricing.models import Agreement

# Agreements: what one customer pays for an article, or gets off a group.

_AGREEMENT_COLUMNS = [
    COMPANY, NUMBER,
    Column("name", gettext_lazy("Name of the agreement"), hint=gettext_lazy("As the customer knows it. Empty for a new one: its number."), also=("naam", "omschrijving"), example="Jaarafspraak 2027"),
    PRODUCT, Column("discount_group", gettext_lazy("Discount group"), hint=gettext_lazy("In place of an article: a percentage off all of its products."), also=("kortingsgroep",)),
    QUANTITY, PRICE, Column("percent", gettext_lazy("Percentage off the list price"), hint=gettext_lazy("In place of a price."), also=("korting", "kortingspercentage", "discount"), example="12,5"),
    Column("agreed", gettext_lazy("Agreed quantity"), hint=gettext_lazy("How much of the article is to be taken before the last day. Empty: nothing was said."), also=("afgesproken hoeveelheid", "afnameverplichting", "afgesproken aantal"), example="500"),
    CURRENCY, Column("valid_from", gettext_lazy("From"), hint=gettext_lazy("Of the agreement as a whole, the same in all of its rows."), also=FROM.also, example=FROM.example), UNTIL, TIERS_COLUMN,
]  # fmt: skip
_AGREEMENT_COLUMNS.append(Column("unit", gettext_lazy("Branch or project"), hint=gettext_lazy("Its name or code, to make an agreement that counts for it alone. Empty: for the whole company."), also=("vestiging", "afdeling", "project", "unit"), example="Nieuwbouw Havenkwartier"))
OF_AGREEMENT = ("name", "valid_from", "valid_until", "tiers")


def _same_agreement(values: Mapping[str, str]) -> str:
    quantity = values.get("min_quantity", "").strip()
    return " ".join([*(values.get(name, "") for name in ("party", "number", "product", "discount_group")), "" if quantity in ("0", "1") else quantity])


def _unit(actor: Actor, party: Party, text: str) -> Unit | None:
    if not text:
        return None
    found = list(units(actor, party=party).filter(Q(name__iexact=text) | Q(code__iexact=text))[:2])
    if len(found) != 1:
        raise Wrong([("unit", _("There is no branch, department or project %(name)s, or more than one.") % {"name": text})])
    return found[0]


def _take_agreement(actor: Actor, party: None, about: Gathered, values: Mapping[str, str]) -> Outcome:
    """Put one line in an agreement of a customer, which is made where it is not there yet."""
    read = cells(about, values)
    whose, product, group = party_of(actor, about, values["party"]), product_of(actor, about, values.get("product", "")), group_of(actor, about, read["discount_group"])
    key, quantity = (values["party"], read["number"]), read["min_quantity"] or Decimal(0)
    here = {name: read[name] for name in OF_AGREEMENT if name in values}
    if different := [name for name, value in about.said.setdefault(key, here).items() if value != here[name]]:
        raise Wrong([(name, _("An earlier row says something else about agreement %(number)s.") % {"number": read["number"]}) for name in different])
    given = {name: value for name, value in here.items() if name not in ("name", "tiers") or value}
    found = queries.agreements(actor, party_id=whose.pk).filter(number=read["number"]).first()
    changed = False
    unit = _unit(actor, whose, values.get("unit", "").strip())
    if found is None:
        found = actions.create_agreement(actor, party=whose, number=read["number"], unit=unit, **{"name": read["number"], **given})
    elif unit and found.unit_id != unit.pk:
        raise Wrong([("unit", _("Agreement %(number)s is there already, and not for %(name)s.") % {"number": found.number, "name": unit.name})])
    elif given:
        changed = actions.change_agreement(actor, agreement=found, values=given)
    put = actions.put_agreement_line(actor, agreement=found, product=product, discount_group=group, min_quantity=quantity, price=read["price"], percent=read["percent"], values={"agreed": read["agreed"]} if "agreed" in values else {})
    _note_days(about, found, product, group, quantity)
    outcome = about.note(found, called(product.sku if product else group, quantity), put, read["price"] if read["price"] is not None else read["percent"])
    return "changed" if changed and outcome == "same" else outcome


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
           right=permissions.MANAGE, places=["portal"], columns=lambda actor, party: _AGREEMENT_COLUMNS, begin=begin, take=_take_agreement, same=_same_agreement, back=lambda actor, party: reverse("pricing:lists"),
           order=70, finish=_finish_agreements)


# Discounts of a customer on a group, where no price list has the product.

_DISCOUNT_COLUMNS = [COMPANY, Column("discount_group", gettext_lazy("Discount group"), True, also=("kortingsgroep",), example="GIPS"),
                     Column("percent", gettext_lazy("Percentage off the list price"), True, also=("korting", "kortingspercentage", "discount"), example="12,5"), FROM, UNTIL]  # fmt: skip


def _take_discount(actor: Actor, party: None, about: Gathered, values: Mapping[str, str]) -> Outcome:
    """Give a customer a percentage on a group; the one from the same day on is changed."""
    read = cells(about, values)
    whose, group = party_of(actor, about, values["party"]), group_of(actor, about, read["discount_group"])
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
           right=permissions.MANAGE, places=["portal"], columns=lambda actor, party: _DISCOUNT_COLUMNS, begin=begin, take=_take_discount,
           same=lambda values: " ".join(values.get(name, "") for name in ("party", "discount_group", "valid_from")), back=lambda actor, party: reverse("pricing:lists"), order=71)
