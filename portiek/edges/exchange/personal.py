"""What electronic orders keep of a person: who sent them, and whom the document names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.erasing import NAMELESS, goes, mention, nameless
from portiek.core.personal import Person, not_personal, part, processing
from portiek.core.retention import term
from portiek.edges.exchange.models import Catalogue, Message


def _messages(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return Message.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values("at", "number", "name", "user_name", "state")


def _catalogues(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return Catalogue.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values("at", "day", "state")


part("exchange.catalogues", _("Catalogues that you had made"), order=44, collect=_catalogues, columns={"at": _("When"), "day": _("Day"), "state": _("Status")})
part("exchange.messages", _("Electronic orders that you sent"), order=44, collect=_messages, columns={"at": _("When"), "number": _("Number"), "name": _("File"), "user_name": _("By"), "state": _("Status")})
processing("exchange.messages", _("Electronic orders"), order=22, purpose=_("Taking orders of customers' own systems, and answering them."), ground=_("Performance of a contract (GDPR art. 6(1)(b))."),
           persons=_("Who sends an order; who is named in it as contact or receiver"), term=_("Ninety days; what was ordered stays as an order."), receivers=_("Nobody beside the customer."),
           fields={"exchange.Message": {"user_id": _("Orders"), "user_name": _("Name"), "name": _("File"), "content": _("What was written"), "amended": _("What was written"), "findings": _("What was written")}, "exchange.Catalogue": {"user_id": _("Who asked for it")}})
not_personal("a number, a key or its hash", "exchange.Message.unit_id", "exchange.Message.key", "exchange.Message.number", "exchange.Message.digest", "exchange.Message.answer", "exchange.Setup.scheme", "exchange.Setup.identifier", "exchange.Catalogue.unit_id", "exchange.Catalogue.key", "exchange.Catalogue.since", "exchange.Catalogue.action", "exchange.Catalogue.language", "exchange.Catalogue.contents")
goes("exchange.Message", party=("party",), books=True, order=10)
nameless("exchange.Message", {"user_name": NAMELESS}, user=("user_id",))
mention("exchange.Message", "name", "content", "amended", "findings")
term("exchange.messages", _("Electronic orders"), days=90, least=7, most=3650, processing="exchange.messages", party="party_id", user="user_id", old=lambda actor, before: Message.objects.filter(portal_id=actor.portal_id, at__lt=before))
goes("exchange.Catalogue", user=("user_id",), party=("party",), order=10)
term("exchange.catalogues", _("Catalogues of own prices"), days=30, least=7, most=365, processing="exchange.messages", party="party_id", user="user_id", old=lambda actor, before: Catalogue.objects.filter(portal_id=actor.portal_id, at__lt=before))
