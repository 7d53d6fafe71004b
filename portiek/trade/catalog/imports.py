"""Own fields of products, what is in an assortment and who sees which one, brought in from a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.imports.kinds import Column, Outcome, Wrong, importable
from portiek.foundation.imports.own_fields import own_fields
from portiek.foundation.imports.people import company
from portiek.foundation.imports.rules import yes_no
from portiek.trade.catalog import actions, permissions, queries
from portiek.trade.catalog.fields import PRODUCT
from portiek.trade.catalog.models import Assortment

_SKU = Column("sku", _("Article number"), True, also=("artikelnummer", "artikel", "sku", "item number"), example="GP-125-2600")

own_fields("product-fields", _("Own fields of products"), _("A column for each own field of the portal. An empty cell takes out what was filled in; a column that is not there changes nothing."),
           subject=PRODUCT, number=_SKU, none=_("There is no product with the number {number}."),
           back=lambda: reverse("catalog:list"), order=60)


@dataclass
class Gathered:
    """The portal's assortments by code, and what a batch of rows puts into each or takes out of it."""

    assortments: Mapping[str, Assortment]
    put: dict[str, list[int]] = field(default_factory=dict)
    out: dict[str, list[int]] = field(default_factory=dict)


def _begin(actor: Actor, party: None) -> Gathered:
    return Gathered({found.code: found for found in queries.assortments(actor)})


def _assortment(about: Gathered, code: str) -> Assortment:
    found = about.assortments.get(code.strip())
    if found is None:
        raise Wrong([("assortment", say("There is no assortment with the code %(code)s.") % {"code": code})])
    return found


_ASSORTMENT = Column("assortment", _("Assortment"), True, _("Its code."), ("assortiment", "assortimentscode"), "particulier")


def _take_item(actor: Actor, party: None, about: Gathered, values: Mapping[str, str]) -> Outcome:
    """Say whether a product comes into an assortment or leaves it; what a batch does to an assortment is done at once, at its end."""
    found = _assortment(about, values["assortment"])
    try:
        product = queries.product(actor, values["sku"])
    except NotFound:
        raise Wrong([("sku", say("There is no product with the number %(number)s.") % {"number": values["sku"]})]) from None
    wanted = True if not values.get("inside") else yes_no(values["inside"])
    if wanted is None:
        raise Wrong([("inside", say("Write yes or no."))])
    if found.holds_all and not wanted:
        raise Wrong([("inside", say("This assortment fills itself with every product."))])
    if queries.holds(actor, [found.pk], product) == wanted:
        return "same"
    (about.put if wanted else about.out).setdefault(found.code, []).append(product.pk)
    return "new" if wanted else "changed"


def _finish_items(actor: Actor, party: None, about: Gathered) -> None:
    for code, ids in about.put.items():
        actions.add_products(actor, assortment=about.assortments[code], product_ids=ids)
    for code, ids in about.out.items():
        actions.remove_products(actor, assortment=about.assortments[code], product_ids=ids)


importable("assortment-products", _("Products of assortments"), _("Which product is in which assortment: who has the assortment sees it. A product that is not in the file stays as it is."),
           right=permissions.MANAGE, places=["portal"],
           columns=lambda actor, party: [_ASSORTMENT, _SKU, Column("inside", _("In it"), hint=_("Yes or no. Empty: yes."), also=("erin", "opnemen", "in"), example="ja", choices=["ja", "nee"])],
           begin=_begin, take=_take_item, same=lambda values: f"{values.get('assortment', '')} {values.get('sku', '')}", back=lambda actor, party: reverse("catalog:assortments"), order=65, finish=_finish_items)


def _take_given(actor: Actor, party: None, about: Gathered, values: Mapping[str, str]) -> Outcome:
    """Let a customer see exactly the assortments of his row."""
    whose = company(actor, values["party"])
    wanted = [_assortment(about, code) for code in re.split(r"[,;|]", values.get("assortment", "")) if code.strip()]
    had: set[Any] = {found.pk for found in queries.assortments(actor, party_id=whose.pk)}
    if had == {found.pk for found in wanted}:
        return "same"
    actions.give_assortments(actor, party=whose, assortments=wanted)
    return "changed" if had else "new"


importable("party-assortments", _("Assortments of customers"), _("Which customer sees which assortments; they come in place of those he had."), right=permissions.MANAGE, places=["portal"],
           columns=lambda actor, party: [Column("party", _("Customer number"), True, also=("klantnummer", "debiteurnummer", "relatienummer", "klant", "number of the company"), example="10042"),
                                         Column("assortment", _("Assortments"), True, _("Codes, with commas between."), ("assortimenten", "assortiment"), "alles")],
           begin=_begin, take=_take_given, same=lambda values: values.get("party", ""), back=lambda actor, party: reverse("catalog:assortments"), order=66)
