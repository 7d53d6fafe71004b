"""How a price letter is shown where only its reference is known."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.refs import Shown, register_ref
from portiek.core.sight import Sight, Way, register_sight
from portiek.trade.letters import queries
from portiek.trade.pricing.permissions import VIEW


def _letter(actor: Actor, key: int) -> Shown | None:
    found = queries.letters(actor).filter(pk=key).first() if actor.is_staff and actor.may(VIEW) else None
    return Shown(str(found), reverse("letters:letter", args=[found.pk])) if found else None


def _copy(actor: Actor, key: int) -> Shown | None:
    try:
        found = queries.copy(actor, key) if actor.may(VIEW) else None
    except NotFound:
        return None
    return Shown(str(found), reverse("letters:copy", args=[found.pk])) if found else None


def _sight(actor: Actor, key: int, party_id: int | None) -> Sight | None:
    shown, way = _copy(actor, key), Way(VIEW)
    if shown is None:
        return None
    found = queries.copy(actor, key)
    return Sight(shown.label, shown.url, found.party_id, (way,), (way,), "" if found.sent_at else _("The letter was not sent yet."))


register_ref("letters.letter", _letter)
register_ref("letters.copy", _copy)
register_sight("letters.copy", _sight)
