"""How people may come in: decided by the portal for all, and by a party for its own people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.foundation.accounts import facts, permissions, rules
from portiek.foundation.accounts.models import LoginPolicy


def _set(actor: Actor, audience: str, ways: Sequence[str], second_step: str, since: date | None, strong: bool) -> None:
    mine = audience == ("staff" if actor.party_id is None else "party")
    if problem := rules.why_not_policy(ways, second_step=second_step, since=since, today=timezone.now().date(), strong=strong or not mine):
        raise Refused(problem, field="ways" if problem == "policy-no-way" else "second_step")
    kept = {"ways": [way for way in rules.WAYS if way in ways], "second_step": second_step, "since": since}
    LoginPolicy.objects.update_or_create(portal_id=actor.portal_id, party_id=actor.party_id, audience=audience, defaults=kept)  # type: ignore[misc]
    record(actor, facts.LoginPolicyChanged(audience=audience, ways=kept["ways"], second_step=second_step, since=since.isoformat() if since else ""), party_id=actor.party_id)  # type: ignore[arg-type]


@action(permissions.PORTAL_MANAGE)
def set_portal_policy(actor: Actor, *, audience: str, ways: Sequence[str], second_step: str, since: date | None, strong: bool) -> None:
    """Decide how staff, or the people of all parties, come in; `strong`: whether the actor came in by two steps. Raises Refused for what would shut himself or everybody out."""
    _set(actor, audience, ways, second_step, since, strong)


@action(permissions.USER_MANAGE)
def set_party_policy(actor: Actor, *, ways: Sequence[str], second_step: str, since: date | None, strong: bool) -> None:
    """Decide how the people of one's own party come in, within what the portal allows. Raises Refused as set_portal_policy."""
    _set(actor, "party", ways, second_step, since, strong)
