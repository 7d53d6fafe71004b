"""How a rule is shown where only its reference is known."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.trade.approvals.queries import rule_by_key


def _rule(actor: Actor, key: int) -> Shown | None:
    found = rule_by_key(actor, key)
    return Shown(_("Approval rule"), "" if actor.is_staff or found.removed_at else reverse("approvals:rule", args=[key])) if found else None


register_ref("approvals.rule", _rule)
