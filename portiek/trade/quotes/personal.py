"""What quotes keep of people: who asked, who made it, and what was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.erasing import NAMELESS, goes, mention, nameless
from portiek.core.personal import Person, not_personal, part, processing
from portiek.core.retention import term
from portiek.trade.quotes.models import Acceptance, Draft, Message, Note, Quote, Version


def _quotes(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return Quote.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values("number", "requested_at", "user_name", "reference", "reason")


def _written(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rounds = Version.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values_list("quote__number", "at", "name", "note")
    said = Message.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values_list("quote__number", "at", "name", "text")
    noted = Note.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values_list("quote__number", "at", "name", "text")
    return [{"number": number, "at": at, "name": name, "text": text} for number, at, name, text in (*rounds, *said, *noted)]


def _accepted(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return [{"number": item.quote.number, "at": item.at, "name": item.name, "capacity": item.capacity, "conditions": item.terms} for item in Acceptance.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).select_related("quote").order_by("pk")]


def _drafts(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return [{"changed_at": item.changed_at, "text": "\n".join(item.values.values())} for item in Draft.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk")]


part("quotes.quotes", _("Quotes that you asked for"), order=44, collect=_quotes, columns={"number": _("Number"), "requested_at": _("Requested"), "user_name": _("By"), "reference": _("Your reference"), "reason": _("Reason")})
part("quotes.accepted", _("Quotes that you accepted"), order=45, collect=_accepted, columns={"number": _("Number"), "at": _("When"), "name": _("Name"), "capacity": _("Capacity"), "conditions": _("Conditions")})
part("quotes.written", _("What you wrote about quotes"), order=45, collect=_written, columns={"number": _("Number"), "at": _("When"), "name": _("By"), "text": _("What was written")})
part("quotes.drafts", _("Quotes that you did not send yet"), order=45, collect=_drafts, columns={"changed_at": _("Changed"), "text": _("What was written")})

processing("quotes.quotes", _("Quotes"), order=23, purpose=_("Offering prices and negotiating about them."), ground=_("Steps before a contract, at the request of who asks (GDPR art. 6(1)(b))."),
           persons=_("Who asks for a quote, who makes it and who accepts it"), term=_("Seven years after the year of the quote, as with the orders that come of them."), receivers=_("Nobody; the number of a quote goes to the ERP with its order."),
           fields={"quotes.Quote": {"user_id": _("Asks"), "user_name": _("Name"), "by_name": _("Name"), "owner_id": _("Makes the quote"), "owner_name": _("Name"), "reference": _("What was written"), "reason": _("What was written"), "search": _("What was written")},
                   "quotes.Version": {"user_id": _("Asks or offers"), "name": _("Name"), "note": _("What was written"), "conditions": _("What was written")}, "quotes.Line": {"name": _("What was written"), "remark": _("What was written")},
                   "quotes.Acceptance": {"user_id": _("Accepts"), "name": _("Name"), "by_name": _("Name"), "capacity": _("Capacity")},
                   "quotes.Message": {"user_id": _("Asks or offers"), "name": _("Name"), "text": _("What was written")}, "quotes.Note": {"user_id": _("Makes the quote"), "name": _("Name"), "text": _("What was written")}, "quotes.Draft": {"user_id": _("Asks or offers"), "values": _("What was written")}})
not_personal("a number, a key or what is asked for", "quotes.Quote.number", "quotes.Quote.submit_key", "quotes.Quote.status", "quotes.Quote.ended_side", "quotes.Version.side", "quotes.Message.side", "quotes.Line.sku", "quotes.Line.unit", "quotes.Line.unit_code", "quotes.Counter", "quotes.Called", "quotes.Acceptance.terms_name", "quotes.Acceptance.terms_version", "quotes.Acceptance.terms_link", "quotes.Terms", "quotes.Draft.side", "quotes.Draft.key")

goes("quotes.Draft", user=("user_id",))
nameless("quotes.Quote", {"user_name": NAMELESS}, user=("user_id",))
nameless("quotes.Version", {"name": NAMELESS}, user=("user_id",))
nameless("quotes.Acceptance", {"name": NAMELESS, "capacity": ""}, user=("user_id",))
nameless("quotes.Message", {"name": NAMELESS}, user=("user_id",))
nameless("quotes.Note", {"name": NAMELESS}, user=("user_id",))
mention("quotes.Quote", "by_name", "owner_name", "reference", "reason", "search")
mention("quotes.Version", "note", "conditions")
mention("quotes.Acceptance", "by_name", "capacity")
mention("quotes.Line", "name", "remark")
mention("quotes.Message", "text")
mention("quotes.Note", "text")
mention("quotes.Draft", "values")
term("quotes.drafts", _("Quotes and offers that were not sent yet"), days=30, least=1, most=365, processing="quotes.quotes", party="party_id", user="user_id", old=lambda actor, before: Draft.objects.filter(portal_id=actor.portal_id, changed_at__lt=before))
