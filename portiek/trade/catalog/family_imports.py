"""Families of products, brought in from a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused, wording
from portiek.foundation.imports.kinds import Column, Outcome, Wrong, checked, importable
from portiek.trade.catalog import actions, permissions, queries
from portiek.trade.catalog.forms import NewFamily


def _take(actor: Actor, party: None, about: None, values: Mapping[str, str]) -> Outcome:
    """Make a product a version of a family, which is made where it is not there; what the family is called follows the last row that says so."""
    try:
        product = queries.product(actor, values["sku"])
    except NotFound:
        raise Wrong([("sku", say("There is no product with the number %(number)s.") % {"number": values["sku"]})]) from None
    try:
        family = queries.family(actor, values["code"])
    except NotFound:
        family = None
    data = checked(NewFamily({"name": family.name if family else values["code"], "folds": "on", **{name: text for name, text in values.items() if text and name != "sku"}}))
    try:
        if family is None:
            family = actions.make_family(actor, code=data["code"], name=data["name"], name_en=data["name_en"], axes=data["axes"])
            outcome: Outcome = "new"
        else:
            outcome = "changed" if actions.change_family(actor, family=family, values={name: data[name] for name in ("name", "name_en", "axes") if values.get(name)}) else "same"
        changed = actions.set_members(actor, family=family, skus=[product.sku], whole=False)
    except Refused as refused:
        raise Wrong([({"members": "sku"}.get(refused.field or "", refused.field or "code"), wording(refused))]) from None
    return "changed" if changed and outcome == "same" else outcome


importable("product-families", _("Families of products"), _("Which products are versions of one thing: a row for each version. What is not in the file stays as it is."), right=permissions.MANAGE, places=["portal"],
           columns=lambda actor, party: [Column("code", _("Code"), True, _("Of the family."), ("familiecode", "familie", "family"), "spaanplaatschroef"), Column("name", _("Name"), also=("naam", "familienaam"), example="Spaanplaatschroef verzinkt"),
                                         Column("name_en", _("Name in English"), also=("naam engels", "name english"), example="Chipboard screw, galvanised"), Column("sku", _("Article number"), True, also=("artikelnummer", "artikel", "sku", "item number"), example="SP-4540"),
                                         Column("axes", _("Differs in"), hint=_("Attributes by name, with commas between."), also=("verschilt in", "kenmerken", "assen"), example="Dikte, Lengte")],
           begin=lambda actor, party: None, take=_take, same=lambda values: values.get("sku", ""), back=lambda actor, party: reverse("catalog:families"), order=71)
