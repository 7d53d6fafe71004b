"""What punch-out keeps of a person: through whom a system shops."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.erasing import NAMELESS, goes, mention, nameless
from portiek.core.personal import Person, not_personal, part, processing
from portiek.core.retention import term
from portiek.edges.punchout.models import System, Visit


def _visits(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return Visit.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values("at", "system__name", "state")


def _systems(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return System.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).order_by("pk").values("party__name", "name", "is_active")


part("punchout.systems", _("Purchasing systems that shop in your name"), order=45, collect=_systems, columns={"party__name": _("Company"), "name": _("System"), "is_active": _("In use")})
part("punchout.visits", _("Visits of purchasing systems in your name"), order=45, collect=_visits, columns={"at": _("When"), "system__name": _("System"), "state": _("Status")})
processing("punchout.visits", _("Purchasing systems of customers"), order=23, purpose=_("Letting somebody shop from the purchasing system of his own company."), ground=_("Performance of a contract (GDPR art. 6(1)(b))."),
           persons=_("In whose name a system shops"), term=_("Ninety days; what was ordered stays as an order."), receivers=_("The purchasing system of the customer."),
           fields={"punchout.System": {"user": _("Name"), "name": _("Name")}, "punchout.Visit": {"user_id": _("Orders"), "return_url": _("Orders"), "carried": _("Orders"), "lines": _("Orders")}})
not_personal("a number, a key or its hash", "punchout.System.login", "punchout.System.hosts", "punchout.Visit.key", "punchout.Visit.session_id", "punchout.Visit.reason")
nameless("punchout.System", {"name": NAMELESS, "is_active": False}, user=("user",))
mention("punchout.System", "name")
goes("punchout.Visit", party=("party",), user=("user_id",), books=True, order=11)
mention("punchout.Visit", "return_url", "carried", "lines")
term("punchout.visits", _("Visits of purchasing systems"), days=90, least=7, most=3650, processing="punchout.visits", party="party_id", user="user_id", old=lambda actor, before: Visit.objects.filter(portal_id=actor.portal_id, at__lt=before))
