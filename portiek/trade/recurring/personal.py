"""What recurring orders keep of one person: those that are placed as him, and what was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.erasing import NAMELESS, mention, nameless
from portiek.core.personal import Person, not_personal, part, processing
from portiek.trade.recurring.models import Recurring


def _recurring(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return Recurring.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values("name", "user_name", "reference", "note", "next_on", "made_at")


part("recurring.orders", _("Your recurring orders"), order=45, collect=_recurring, columns={"name": _("Name"), "user_name": _("By"), "reference": _("Your reference"), "note": _("Note"), "next_on": _("Next time"), "made_at": _("Made")})

processing("recurring.orders", _("Recurring orders"), order=23, purpose=_("Ordering the same again without a person."), ground=_("Performance of a contract (GDPR art. 6(1)(b))."), persons=_("Who orders"),
           term=_("As long as the recurring order is kept; without its maker it stops."), receivers=_("Nobody; the orders that come of it go to the ERP."),
           fields={"recurring.Recurring": {"user_id": _("Orders"), "private_to": _("Orders"), "user_name": _("Name"), "changed_by": _("Name"), "name": _("What was written"), "reference": _("What was written"), "note": _("What was written"), "answers": _("What was written")},
                   "recurring.RecurringLine": {"note": _("What was written")}})
not_personal("what is ordered, when, and what became of it", "recurring.Recurring.state", "recurring.Recurring.rhythm", "recurring.Recurring.slot", "recurring.Recurring.cost_centre", "recurring.Recurring.shipping", "recurring.RecurringLine.sku", "recurring.RecurringLine.name", "recurring.RecurringLine.pack_code", "recurring.RecurringLine.pack_label", "recurring.Turn.state", "recurring.Turn.changed", "recurring.Turn.said")
nameless("recurring.Recurring", {"user_name": NAMELESS}, user=("user_id",))
mention("recurring.Recurring", "name", "changed_by", "reference", "note", "answers")
mention("recurring.RecurringLine", "note")
