"""What the catalogue holds of people: what somebody may type in a search field, and what he waits for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.erasing import goes, mention
from portiek.core.personal import Person, not_personal, part, processing
from portiek.core.retention import term
from portiek.trade.catalog.models import FruitlessSearch, SavedSearch, StockWatch

not_personal("what is sold", "catalog.Assortment", "catalog.Attribute", "catalog.Category", "catalog.CustomerProduct", "catalog.EtimName", "catalog.FreshnessLimit", "catalog.Product", "catalog.ProductAttribute", "catalog.ProductFamily", "catalog.ProductPicture", "catalog.ProductRelation", "catalog.ProductSearch", "catalog.ProductUnit", "catalog.ProductValue", "catalog.Stock", "catalog.Synonym", "catalog.VocabularyWord", "catalog.Warehouse")
processing("catalog.searches", _("Searches that found nothing"), order=46, purpose=_("Seeing what customers miss in the assortment."), ground=_("Legitimate interest (GDPR art. 6(1)(f)): words are counted without who typed them; what looks like an e-mail address or a long number is not kept."),
           persons=_("Nobody in particular"), term=_("A year, unless the portal chose another term."), receivers=_("Nobody."), fields={"catalog.FruitlessSearch": {"words": _("Words that were searched for")}})
mention("catalog.FruitlessSearch", "words")
term("catalog.searches", _("Searches that found nothing"), days=365, least=7, most=730, processing="catalog.searches", old=lambda actor, before: FruitlessSearch.objects.filter(portal_id=actor.portal_id, day__lt=before.date()))


def _watches(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return StockWatch.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values("product__sku", "product__name", "asked_at")


part("catalog.watches", _("Products that you wait for"), order=44, collect=_watches, columns={"product__sku": _("Article number"), "product__name": _("Product"), "asked_at": _("When")})
processing("catalog.watches", _("Telling when something is in stock again"), order=47, purpose=_("Telling somebody who asked for it that a product is there again."), ground=_("Performance of a contract (GDPR art. 6(1)(b)): he asks for it himself."),
           persons=_("Who asked for it"), term=_("Until it is told, and a year at most."), receivers=_("Nobody."), fields={"catalog.StockWatch": {"user_id": _("Waits")}})
goes("catalog.StockWatch", user=("user_id",))


def _saved(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return SavedSearch.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values("name", "words", "often")


part("catalog.saved", _("Saved searches"), order=45, collect=_saved, columns={"name": _("Name"), "words": _("Words"), "often": _("Hear what is new")})
processing("catalog.saved", _("Searches that people keep"), order=48, purpose=_("Finding again what somebody looks for, and telling him what is new in it as often as he chose."), ground=_("Performance of a contract (GDPR art. 6(1)(b)): he asks for it himself."),
           persons=_("Who keeps them"), term=_("Until he takes them away or his access ends."), receivers=_("Nobody."), fields={"catalog.SavedSearch": {"user_id": _("Whose it is"), "name": _("Name"), "words": _("Words"), "narrowed": _("What it is narrowed to")}})
goes("catalog.SavedSearch", user=("user_id",))
term("catalog.watches", _("Products that people wait for"), days=365, least=30, most=730, processing="catalog.watches", party="party_id", user="user_id", old=lambda actor, before: StockWatch.objects.filter(portal_id=actor.portal_id, asked_at__lt=before))
