"""What things cost is nobody's own; of people, prices hold who had a price list made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.erasing import goes, mention
from portiek.core.personal import Person, not_personal, part, processing
from portiek.core.retention import term
from portiek.trade.pricing.models import PriceFile


def _files(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return PriceFile.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values("asked_at", "day", "wanted", "state")


part("pricing.files", _("Price lists that you had made"), order=44, collect=_files, columns={"asked_at": _("When"), "day": _("Day"), "wanted": _("What it is narrowed to"), "state": _("Status")})
not_personal("what things cost", "pricing.Agreement", "pricing.AgreementLine", "pricing.CostPrice", "pricing.CustomerGroup", "pricing.ExchangeRate", "pricing.FeedItem", "pricing.FreeGoods", "pricing.GroupAgreement", "pricing.GroupAgreementLine", "pricing.GroupDiscount", "pricing.PartyDiscount", "pricing.PriceFloor", "pricing.PriceList", "pricing.PriceListLine", "pricing.ProductFeed", "pricing.Surcharge")
processing("pricing.files", _("Price lists that people have made"), order=49, purpose=_("Giving somebody the prices of his company as a file."), ground=_("Performance of a contract (GDPR art. 6(1)(b)): he asks for it himself."),
           persons=_("Who asks for one"), term=_("A week, unless the portal chose another term."), receivers=_("Nobody."), fields={"pricing.PriceFile": {"user": _("Who asked for it"), "wanted": _("What it is narrowed to")}})
goes("pricing.PriceFile", user=("user",), order=20)
mention("pricing.PriceFile", "wanted")
term("pricing.files", _("Price lists that people have made"), days=7, least=1, most=90, processing="pricing.files", party="party_id", user="user_id", old=lambda actor, before: PriceFile.objects.filter(portal_id=actor.portal_id, asked_at__lt=before))
