"""What order lists keep of one person: his own lists, and his name where he changed one that is shared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.erasing import goes, mention
from portiek.core.personal import Person, not_personal, part, processing
from portiek.trade.lists.models import OrderList


def _lists(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return OrderList.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values("name", "made_at", "changed_at")


part("lists.lists", _("Your order lists"), order=44, collect=_lists, columns={"name": _("Name"), "made_at": _("Made"), "changed_at": _("Changed")})

processing("lists.lists", _("Order lists"), order=22, purpose=_("Ordering again what is needed again and again."), ground=_("Performance of a contract (GDPR art. 6(1)(b))."), persons=_("Who orders"),
           term=_("As long as the list is kept; one's own goes with the person."), receivers=_("Nobody."),
           fields={"lists.OrderList": {"user_id": _("Orders"), "changed_by": _("Name"), "name": _("What was written")}, "lists.ListLine": {"note": _("What was written")}})
not_personal("what is ordered", "lists.ListLine.sku", "lists.ListLine.name", "lists.ListLine.pack_code", "lists.ListLine.pack_label")
goes("lists.ListLine", user=("list__user_id",), order=10)
goes("lists.OrderList", user=("user_id",), order=20)
mention("lists.OrderList", "name", "changed_by")
mention("lists.ListLine", "note")
