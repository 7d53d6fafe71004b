"""The catalogue holds nothing of people, but for what somebody may type in a search field; here that is said, for the register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portiek.core.erasing import mention
from portiek.core.personal import not_personal, processing
from portiek.core.retention import term
from portiek.trade.catalog.models import FruitlessSearch

not_personal("what is sold", "catalog.Assortment", "catalog.Category", "catalog.CustomerProduct", "catalog.Product", "catalog.ProductValue", "catalog.ProductSearch", "catalog.Stock")
processing("catalog.searches", _("Searches that found nothing"), order=46, purpose=_("Seeing what customers miss in the assortment."), ground=_("Legitimate interest (GDPR art. 6(1)(f)): words are counted without who typed them; what looks like an e-mail address or a long number is not kept."),
           persons=_("Nobody in particular"), term=_("A year, unless the portal chose another term."), receivers=_("Nobody."), fields={"catalog.FruitlessSearch": {"words": _("Words that were searched for")}})
mention("catalog.FruitlessSearch", "words")
term("catalog.searches", _("Searches that found nothing"), days=365, least=7, most=730, processing="catalog.searches", old=lambda actor, before: FruitlessSearch.objects.filter(portal_id=actor.portal_id, day__lt=before.date()))
