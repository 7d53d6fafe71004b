"""Whether mail reaches the people of a party."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.core.checks import Finding, check
from portiek.foundation.notifications import permissions, queries
from portiek.foundation.parties.models import Party
from portiek.foundation.parties.permissions import VIEW


def _mail(actor: Actor, party: Party) -> Finding:
    failing = queries.unreachable(actor, party_id=party.pk)
    if not failing:
        return Finding("ok", _("No address of theirs is known not to work."))
    mend = (_("To the mail"), reverse("parties:tab", args=[party.number, "mail"])) if actor.may(permissions.MAIL_VIEW) else None
    return Finding("warn", _("Mail comes back from: %(names)s.") % {"names": ", ".join(failing)}, mend)


check("mail", gettext_lazy("Mail"), right=VIEW, order=100, look=_mail)
