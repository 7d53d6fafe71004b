"""What is kept of one person's requests for an account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.erasing import goes, mention
from portiek.core.personal import Person, part, processing
from portiek.core.retention import term
from portiek.foundation.applications.models import Application


def _asked(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    rows = Application.objects.filter(portal_id=actor.portal_id, email=person.email.lower()).order_by("pk")
    return [{"company": row.company, "name": row.name, "email": row.email, "phone": row.phone, "remark": row.remark, "state": row.get_state_display(),
             "said": "\n".join(f"{item['by']}: {item['text']}" for item in row.talk), "reason": row.reason, "created_at": row.created_at} for row in rows]


part("applications.applications", _("Your requests for an account"), order=21, collect=_asked,
     columns={"company": _("Company"), "name": _("Name"), "email": _("E-mail address"), "phone": _("Telephone"), "remark": _("Remark"), "state": _("Status"), "said": _("Asked and answered"), "reason": _("Reason"),
              "created_at": _("Asked")})

processing("applications.applications", _("Requests for an account"), order=19, purpose=_("Deciding whether somebody becomes a customer."), ground=_("Steps before a contract, at the request of the person (GDPR art. 6(1)(b))."),
           persons=_("Who asks for an account"), term=_("As long as the relation lasts; a request that came to nothing as long as staff keep it."),
           fields={"applications.Application": {"company": _("Company"), "coc_number": _("Company"), "vat_number": _("Company"), "name": _("Name"), "email": _("E-mail address"), "phone": _("Telephone"), "remark": _("What was written"), "talk": _("What was written"),
                                                "reason": _("What was written"), "decided_name": _("Name")}})

goes("applications.Application", email=("email",))
mention("applications.Application", "company", "name", "remark", "talk", "reason", "decided_name")
term("applications.applications", _("Requests for an account that were decided, or whose asker stopped answering"), days=90, least=30, most=730, processing="applications.applications", email="email",
     old=lambda actor, before: Application.objects.filter(Q(decided_at__lt=before) | Q(state=Application.State.NEEDS_INFO, asked_at__lt=before), portal_id=actor.portal_id))
