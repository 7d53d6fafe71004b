"""A company's own numbers of products, brought in from a spreadsheet: by itself, and by staff for many companies at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.imports.kinds import Column, Outcome, Wrong, importable
from portiek.foundation.imports.people import company
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import actions, permissions, queries
from portiek.trade.catalog.models import Product

MOST = 64
_SKU = Column("sku", _("Article number"), True, _("Ours, or its EAN."), ("artikelnummer", "artikel", "sku", "ean", "artikelnummer leverancier", "item number"), "GP-125-2600")
_NUMBER = Column("number", _("Own number"), hint=_("Empty: none any more."), also=("eigen nummer", "uw nummer", "ons nummer", "klantartikelnummer", "eigen artikelnummer"), example="BB-1001")


def _product(actor: Actor, values: Mapping[str, str]) -> Product:
    found = [item for item in queries.products_by_code(actor, [values["sku"]]).get(values["sku"], []) if values["sku"].upper() in (item.sku.upper(), item.ean)]
    try:
        # By its own number alone a row would find what an earlier row has just named.
        return found[0] if len(found) == 1 else queries.product(actor, values["sku"])
    except NotFound:
        raise Wrong([("sku", say("There is no product with the number %(number)s.") % {"number": values["sku"]})]) from None


def _number(values: Mapping[str, str]) -> str:
    if len(number := values.get("number", "").strip()) > MOST:
        raise Wrong([("number", say("A number has %(most)s characters at most.") % {"most": MOST})])
    return number


def _take(actor: Actor, party: Party, about: None, values: Mapping[str, str]) -> Outcome:
    """Keep, change or forget one number; staff do so for the company that it is about."""
    product, number = _product(actor, values), _number(values)
    had = queries.own_numbers(actor, [product.pk], party_id=party.pk).get(product.pk, "")
    if had == number:
        return "same"
    if actor.is_staff:
        actions.set_number_of_party(actor, party=party, product=product, number=number)
    elif number:
        actions.set_own_number(actor, product=product, number=number)
    else:
        actions.clear_own_number(actor, product=product)
    return "changed" if had else "new"


importable("own-numbers", _("Own article numbers"), _("Your own numbers of our products: you find and order by them, and they stand on orders, quotes and agreements. A product that is not in the file keeps its number."),
           right=permissions.OWN_NUMBER, places=["party"], columns=lambda actor, party: [_SKU, _NUMBER], begin=lambda actor, party: None, take=_take,
           same=lambda values: values.get("sku", "").casefold(), together=True, back=lambda actor, party: reverse("catalog:list"), order=71)


def _take_of_all(actor: Actor, party: None, about: dict[str, Any], values: Mapping[str, str]) -> Outcome:
    if values["party"] not in about:
        about[values["party"]] = company(actor, values["party"])
    return _take(actor, about[values["party"]], None, values)


importable("party-own-numbers", _("Own article numbers of customers"), _("What customers call products themselves, with the number of each customer. A product that is not in the file keeps its number."),
           right=permissions.MANAGE, places=["portal"],
           columns=lambda actor, party: [Column("party", _("Customer number"), True, also=("klantnummer", "debiteurnummer", "relatienummer", "klant", "number of the company"), example="10042"), _SKU, _NUMBER],
           begin=lambda actor, party: {}, take=_take_of_all, same=lambda values: f"{values.get('party', '')} {values.get('sku', '').casefold()}", together=True, back=lambda actor, party: reverse("catalog:list"), order=72)
