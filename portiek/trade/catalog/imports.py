"""Own fields of products, their units, what is in an assortment and who sees which one, brought in from a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused, wording
from portiek.foundation.imports.kinds import Column, Outcome, Wrong, checked, importable
from portiek.foundation.imports.own_fields import own_fields
from portiek.foundation.imports.people import company
from portiek.foundation.imports.rules import chosen, yes_no
from portiek.trade.catalog import actions, permissions, queries, spelling
from portiek.trade.catalog.etim import CODE
from portiek.trade.catalog.fields import PRODUCT
from portiek.trade.catalog.forms import NewAttribute
from portiek.trade.catalog.models import Assortment
from portiek.trade.catalog.packs import units_of
from portiek.trade.catalog.records import UnitRecord
from portiek.ui.format import parse_decimal

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


def _take_synonyms(actor: Actor, party: None, about: None, values: Mapping[str, str]) -> Outcome:
    """Make a group of words of one meaning, or add what is new to the group that has one of them."""
    terms = list(spelling.terms(values["terms"]))
    known = queries.synonyms_with(actor, terms)
    if not known:
        actions.make_synonym(actor, terms=terms)
        return "new"
    if len(known) > 1:
        raise Wrong([("terms", say("These words stand in several groups: %(groups)s.") % {"groups": "; ".join(" = ".join(found.terms) for found in known)})])
    return "changed" if actions.change_synonym(actor, synonym=known[0], terms=[*known[0].terms, *terms]) else "same"


importable("synonyms", _("Words of one meaning"), _("Words by which customers know the same products. Words that are added to a group that is there join it; nothing is taken away."), right=permissions.MANAGE, places=["portal"],
           columns=lambda actor, party: [Column("terms", _("Words that mean the same"), True, _("With an equals sign or a comma between them."), ("synoniemen", "woorden", "synonyms"), "gipsplaat = rigips = gips plaat")],
           begin=lambda actor, party: None, take=_take_synonyms, same=lambda values: " ".join(spelling.terms(values.get("terms", ""))), back=lambda actor, party: reverse("catalog:synonyms"), order=67)


def _number(values: Mapping[str, str], column: str) -> Decimal | None:
    """Read a number; empty is none."""
    try:
        return parse_decimal(values[column]) if values.get(column, "").strip() else None
    except ValueError:
        raise Wrong([(column, say("Write a number, such as 12 or 2.5."))]) from None


def _lead(values: Mapping[str, str]) -> int | None:
    """Read a lead time; empty is none."""
    text = values["lead"].strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= 365):
        raise Wrong([("lead", say("Write a whole number of working days, 365 at most."))])
    return int(text) if text else None


def _take_unit(actor: Actor, party: None, about: None, values: Mapping[str, str]) -> Outcome:
    """Add or change one unit of a product, and how much of it may be ordered at most and how long it takes to get where the file says so; other units stay."""
    try:
        product = queries.product(actor, values["sku"])
    except NotFound:
        raise Wrong([("sku", say("There is no product with the number %(number)s.") % {"number": values["sku"]})]) from None
    own = {unit.code: UnitRecord(unit.code, unit.label, unit.factor, unit.label_en, unit.ean, unit.weight) for unit in units_of(actor, [product.pk]).get(product.pk, []) if not unit.is_erp}
    code, wanted = values.get("code", "").strip().upper(), dict(own)
    if code:
        factor = _number(values, "factor")
        if factor is None:
            raise Wrong([("factor", say("Write a number, such as 12 or 2.5."))])
        wanted[code] = UnitRecord(code, values.get("label", "").strip(), factor, values.get("label_en", "").strip(), values.get("ean", "").strip(), _number(values, "weight"))
    most = _number(values, "most") if "most" in values else product.max_quantity
    lead = _lead(values) if "lead" in values else product.own_lead_days
    if wanted == own and most == product.max_quantity and lead == product.own_lead_days:
        return "same"
    actions.set_units(actor, product=product, units=list(wanted.values()), max_quantity=most, own_lead_days=lead)
    return "changed" if code in own or not code else "new"


importable("product-units", _("Units of products"), _("Other units in which products are ordered, such as a box of twelve, and how much of one in one order at most. Units that are not in the file stay, and so do those of the administration."),
           right=permissions.MANAGE, places=["portal"],
           columns=lambda actor, party: [_SKU, Column("code", _("Code of the unit"), hint=_("Of UN/ECE Recommendation 20, or 21 with an X in front. Empty: the row is about the most and the lead time alone."), also=("eenheidscode", "eenheid", "unit"), example="XBX"),
                                         Column("label", _("Name"), also=("naam", "omschrijving"), example="doos"), Column("factor", _("How much of the sales unit"), also=("aantal", "inhoud", "factor"), example="12"),
                                         Column("ean", _("EAN"), also=("gtin", "barcode"), example="8712345678906"), Column("label_en", _("Name in English"), also=("naam engels",), example="box"),
                                         Column("weight", _("Weight in kg"), also=("gewicht",), example="4,5"), Column("most", _("At most in one order"), also=("maximum", "max"), example=""), Column("lead", _("Lead time in working days"), also=("levertijd", "levertijd in werkdagen", "lead time"), example="")],
           begin=lambda actor, party: None, take=_take_unit, same=lambda values: f"{values.get('sku', '')} {values.get('code', '')}", back=lambda actor, party: reverse("catalog:list"), order=68)


def _take_attribute(actor: Actor, party: None, about: None, values: Mapping[str, str]) -> Outcome:
    """Make an attribute, or change how one is called."""
    form = NewAttribute({"position": "100", "narrows": "on", **values, "kind": chosen(values["kind"], _KINDS) or values["kind"]})
    data = checked(form)
    try:
        found = queries.attribute(actor, data["code"])
    except NotFound:
        actions.make_attribute(actor, **data)
        return "new"
    if found.kind != data["kind"]:
        raise Wrong([("kind", say("What kind it is cannot be changed."))])
    return "changed" if actions.change_attribute(actor, attribute=found, values={name: data[name] for name in ("name", "name_en", "unit") if name in values}) else "same"


_KINDS = {"text": ("tekst", "text", "alphanumeric", "alfanumeriek", "a"), "number": ("getal", "number", "numeric", "numeriek", "n"), "range": ("bereik", "range", "r"), "logic": ("ja/nee", "logic", "logisch", "boolean", "l")}
_ATTRIBUTE_CODE = Column("code", _("Code"), True, _("That of ETIM where there is one, as in: EF000008"), ("kenmerkcode", "featurecode", "etim"), "EF000008")
importable("attributes", _("Attributes"), _("What can be said of products: a code, a name, a kind and a unit each."), right=permissions.MANAGE, places=["portal"],
           columns=lambda actor, party: [_ATTRIBUTE_CODE, Column("name", _("Name"), True, also=("naam", "kenmerk"), example="Breedte"), Column("name_en", _("Name in English"), also=("naam engels", "name english"), example="Width"),
                                         Column("kind", _("Kind"), True, also=("soort", "type"), example="getal", choices=["tekst", "getal", "bereik", "ja/nee"]), Column("unit", _("Unit"), also=("eenheid",), example="mm")],
           begin=lambda actor, party: None, take=_take_attribute, same=lambda values: values.get("code", ""), back=lambda actor, party: reverse("catalog:attributes"), order=68)


@dataclass
class Called:
    """What codes of ETIM are called already, and what a batch of rows says of them."""

    known: Mapping[str, tuple[str, str]]
    said: dict[str, tuple[str, str]] = field(default_factory=dict)


def _take_etim(actor: Actor, party: None, about: Called, values: Mapping[str, str]) -> Outcome:
    """Say what a code of ETIM is called; an English name that is not there stays as it was. A batch is written at its end."""
    code, name = values["code"].strip().upper(), values["name"].strip()
    if not CODE.fullmatch(code):
        raise Wrong([("code", say("This is no code of ETIM: EC, EF, EV or EU and figures."))])
    was = about.known.get(code)
    wanted = (name[:80], values["name_en"].strip()[:80] if "name_en" in values else was[1] if was else "")
    if was == wanted:
        return "same"
    about.said[code] = wanted
    return "changed" if was else "new"


def _finish_etim(actor: Actor, party: None, about: Called) -> None:
    actions.name_etim(actor, names=about.said)
    about.said.clear()


importable("etim-names", _("Names of ETIM codes"), _("What classes, features, values and units of ETIM are called. Catalogues write the codes alone; products get the names at once."), right=permissions.MANAGE, places=["portal"],
           columns=lambda actor, party: [Column("code", _("Code"), True, _("EC, EF, EV or EU and figures"), ("etim code", "artclassid", "featureid", "valueid", "unitofmeasid"), "EV006034"),
                                         Column("name", _("Name"), True, also=("naam", "omschrijving", "nederlands", "description nl"), example="Staal"), Column("name_en", _("Name in English"), also=("naam engels", "engels", "english", "description en"), example="Steel")],
           begin=lambda actor, party: Called(queries.etim_names(actor)), take=_take_etim, same=lambda values: values.get("code", "").strip().upper(), back=lambda actor, party: reverse("catalog:attributes"), order=69, finish=_finish_etim)


def _take_said(actor: Actor, party: None, about: None, values: Mapping[str, str]) -> Outcome:
    """Say one thing of one product; an empty value takes it away."""
    try:
        product = queries.product(actor, values["sku"])
    except NotFound:
        raise Wrong([("sku", say("There is no product with the number %(number)s.") % {"number": values["sku"]})]) from None
    try:
        return "changed" if actions.set_attributes(actor, product=product, pairs=[(values["attribute"], values.get("value", ""))], whole=False) else "same"
    except Refused as refused:
        raise Wrong([("attribute", wording(refused))]) from None


importable("product-attributes", _("Attributes of products"), _("What is said of products: a row for each attribute of each. An empty value takes it away; what is not in the file stays as it is."), right=permissions.MANAGE, places=["portal"],
           columns=lambda actor, party: [_SKU, Column("attribute", _("Attribute"), True, _("Its name or its code."), ("kenmerk", "feature", "kenmerkcode", "eigenschap"), "Breedte"), Column("value", _("Value"), also=("waarde",), example="1200 mm")],
           begin=lambda actor, party: None, take=_take_said, same=lambda values: f"{values.get('sku', '')} {values.get('attribute', '').casefold()}", back=lambda actor, party: reverse("catalog:attributes"), order=69)


_RELATIONS = {"successor": ("opvolger", "vervanger", "successor"), "alternative": ("alternatief", "alternative"), "accessory": ("toebehoren", "accessoire", "accessory")}


def _take_relation(actor: Actor, party: None, about: None, values: Mapping[str, str]) -> Outcome:
    """Let one product lead to another; a new successor comes in the place of the one before."""
    try:
        product = queries.product(actor, values["sku"])
    except NotFound:
        raise Wrong([("sku", say("There is no product with the number %(number)s.") % {"number": values["sku"]})]) from None
    kind = chosen(values["kind"], _RELATIONS)
    if kind is None:
        raise Wrong([("kind", say("Write successor, alternative or accessory."))])
    try:
        return "changed" if actions.relate_products(actor, product=product, kind=kind, skus=[values["other"]], whole=False) else "same"
    except Refused as refused:
        raise Wrong([("other", wording(refused))]) from None


importable("product-relations", _("Successors, alternatives and accessories"), _("Which product leads to which other one. What is not in the file stays as it is."), right=permissions.MANAGE, places=["portal"],
           columns=lambda actor, party: [_SKU, Column("kind", _("Kind"), True, also=("soort", "type", "relatie"), example="opvolger", choices=["opvolger", "alternatief", "toebehoren"]), Column("other", _("Other product"), True, _("Its article number."), ("ander artikel", "naar", "artikelnummer 2"), "GP-125-3000")],
           begin=lambda actor, party: None, take=_take_relation, same=lambda values: f"{values.get('sku', '')} {values.get('kind', '').casefold()} {values.get('other', '')}", back=lambda actor, party: reverse("catalog:list"), order=70)
