"""How people hear of things: each chooses for himself, at the gate; the portal says what holds for who did not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.facts import record
from portiek.core.jobs import defer, named
from portiek.core.refs import ref
from portiek.foundation.accounts.permissions import PORTAL_MANAGE
from portiek.foundation.notifications import facts, queries, rules
from portiek.foundation.notifications.kinds import kinds
from portiek.foundation.notifications.models import Choice, Rhythm, Standard

ALL = "*"


@dataclass(frozen=True)
class Chosen:
    """How a person wants to hear of one kind."""

    kind: str
    bell: bool
    mail: rules.Way
    # On his devices; None: as it was.
    push: bool | None = None


def _person(actor: Actor) -> int:
    if actor.kind != "auth" or not actor.user_id:
        raise Forbidden("who chooses is the person himself")
    return actor.user_id


@action(None)
def choose(actor: Actor, *, chosen: Sequence[Chosen]) -> None:
    """Keep how the person of the gate wants to hear of some kinds. Unknown kinds and those that nobody chooses are refused; what is obliged stays on by mail."""
    user_id, known, standards, before = _person(actor), kinds(), queries.standards(actor), queries.choices(actor)
    for item in chosen:
        if item.kind not in known or known[item.kind].secret or item.mail not in rules.WAYS:
            raise Refused("notifications-choice")
        standard = standards[item.kind]
        mail = rules.way(standard.mail, chosen=item.mail, obliged=standard.obliged, mail_off=False)
        push = before[item.kind].push if item.push is None and item.kind in before else item.push
        if item.bell and mail == standard.mail and push in (None, standard.push):
            Choice.objects.filter(user_id=user_id, kind=item.kind).delete()
        else:
            Choice.objects.update_or_create(portal_id=actor.portal_id, user_id=user_id, kind=item.kind, defaults={"bell": item.bell, "mail": mail, "push": push})
    record(actor, facts.ChoicesChanged(user_id=user_id), subject=ref("accounts.user", user_id), text=actor.name)
    defer(actor, named("notifications.plan_again"), user=user_id)


@action(None)
def set_rhythm(actor: Actor, *, hour: int, days_off: Sequence[int], quiet_from: int | None, quiet_until: int | None, mail_off: bool) -> None:
    """Keep when the person of the gate reads mail. Hours 0 to 23 on his own clock, days 0 (Monday) to 6."""
    user_id = _person(actor)
    hours = [item for item in (hour, quiet_from, quiet_until) if item is not None]
    if not all(0 <= item < 24 for item in hours) or not set(days_off) <= set(range(7)) or len(set(days_off)) == 7 or (quiet_from is None) is not (quiet_until is None):
        raise Refused("notifications-rhythm")
    values: dict[str, Any] = {"hour": hour, "days_off": sorted(set(days_off)), "quiet_from": quiet_from, "quiet_until": quiet_until, "mail_off": mail_off}
    Rhythm.objects.update_or_create(portal_id=actor.portal_id, user_id=user_id, defaults=values)
    defer(actor, named("notifications.plan_again"), user=user_id)


@action(None)
def switch_off(actor: Actor, *, token: str, all_mail: bool = False) -> queries.Unsubscribed:
    """Switch the mail of a token off: of its one kind, or whatever is not obliged. Only at the gate; whoever holds the mail may. Raises NotFound."""
    if actor.kind != "auth":
        raise NotFound
    found = queries.unsubscribed(actor, token)
    if all_mail or found.kind == ALL:
        Rhythm.objects.update_or_create(portal_id=actor.portal_id, user_id=found.user_id, defaults={"mail_off": True})
    elif not queries.standards(actor)[found.kind].obliged:
        Choice.objects.update_or_create(portal_id=actor.portal_id, user_id=found.user_id, kind=found.kind, defaults={"mail": "off"})
    record(actor, facts.MailSwitchedOff(user_id=found.user_id, kind=ALL if all_mail else found.kind), subject=ref("accounts.user", found.user_id), text=found.name)
    defer(actor, named("notifications.plan_again"), user=found.user_id)
    return found


@action(PORTAL_MANAGE)
def set_standards(actor: Actor, *, standards: Mapping[str, tuple[rules.Way, bool]]) -> None:
    """Say how everybody hears of kinds by mail as long as he chose nothing, and which of them nobody turns off."""
    known = kinds()
    for code, (mail, obliged) in standards.items():
        if code not in known or known[code].secret or mail not in rules.WAYS or (obliged and mail == "off"):
            raise Refused("notifications-standard")
        if (mail, obliged) == (known[code].mail, known[code].obliged):
            Standard.objects.filter(kind=code).delete()
        else:
            Standard.objects.update_or_create(portal_id=actor.portal_id, kind=code, defaults={"mail": mail, "obliged": obliged or known[code].obliged})
    record(actor, facts.StandardsChanged(), text="")
