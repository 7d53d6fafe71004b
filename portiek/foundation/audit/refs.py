"""How an erasure is shown where only its reference is known: by its number, never by a name."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.foundation.accounts.permissions import PORTAL_MANAGE
from portiek.foundation.audit.models import Erasure


def _erasure(actor: Actor, key: int) -> Shown | None:
    if not actor.is_staff or not actor.may(PORTAL_MANAGE) or not Erasure.objects.filter(portal_id=actor.portal_id, pk=key).exists():
        return None
    return Shown(_("Erasure no. %(number)s") % {"number": key}, reverse("audit:erasure", args=[key]))


register_ref("audit.erasure", _erasure)
