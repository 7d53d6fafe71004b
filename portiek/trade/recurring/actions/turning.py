"""What becomes of a turn: told before, ordered on its day as who made it, or waiting for his yes."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Conflict, NotFound, Refused, wording
from portiek.core.refs import ref
from portiek.foundation.notifications.actions import notify
from portiek.foundation.tasks.actions import ask, settle
from portiek.trade.orders import actions as orders
from portiek.trade.orders.permissions import PLACE
from portiek.trade.orders.queries.party import party_of
from portiek.trade.recurring import errors, facts, kinds, permissions, queries, rules
from portiek.trade.recurring import wording as words
from portiek.trade.recurring.actions.making import _go_on, _of_turn, _tell, _touched
from portiek.trade.recurring.models import Recurring, RecurringLine, Turn
from portiek.trade.recurring.queries import Look


def _own(actor: Actor, key: int) -> Recurring:
    """Return an active one that is placed as the actor, held. Raises NotFound."""
    found = Recurring.objects.select_for_update().filter(party_id=party_of(actor), pk=key, user_id=actor.user_id, state=rules.ACTIVE).first()
    if found is None:
        raise NotFound
    return found


def _values(found: Recurring, look: Look, **more: Any) -> dict[str, Any]:
    count = len(look.asked)
    return {"key": found.pk, "name": found.name, "day": found.next_on, "lines": ngettext("%(num)s line", "%(num)s lines", count) % {"num": count}, "amount": look.proposal.basket.totals.gross, "changes": words.changes(look), **more}


def _say(actor: Actor, found: Recurring, kind: str, values: dict[str, Any]) -> None:
    notify(actor, kind=kind, subject=ref("recurring.order", found.pk), party_id=found.party_id, user_ids=[found.user_id], values=values, event=f"{kind}:{found.pk}:{values['day']}")


@action(PLACE)
def take_turn(actor: Actor, *, key: int, now: datetime) -> None:
    """Do what the clock asks of one that is placed as the actor: tell of the next turn some days before, and order it on its day. Doing it twice changes nothing. Raises NotFound for one that is not his."""
    found, today = _own(actor, key), timezone.localdate(now)
    assert found.next_on is not None
    if found.next_on > today + timedelta(days=found.remind_days):
        return
    turn = _of_turn(found)
    if turn.state == rules.PLACED:
        # Somebody chose a day anew that was ordered already.
        _go_on(found, max(today, found.next_on))
        found.save(update_fields=["next_on", "state", "changed_at"])
        return
    look = queries.look(actor, found, turn.changed, day=max(today, found.next_on))
    if look.too_dear and turn.state == rules.WAITS:
        _lapse(actor, found, turn, now)
    elif look.too_dear:
        _wait(actor, found, turn, look)
    elif found.next_on <= today:
        _order(actor, found, turn, look, now)
    elif turn.told_at is None and found.remind_days:
        _say(actor, found, kinds.COMING, _values(found, look))
    if turn.told_at is None:
        turn.told_at = now
        turn.save(update_fields=["told_at", "at"])


def _wait(actor: Actor, found: Recurring, turn: Turn, look: Look) -> None:
    """Ask its owner whether it may be ordered at what it costs now."""
    turn.state = rules.WAITS
    turn.save(update_fields=["state", "at"])
    assert found.next_on is not None
    due_at = timezone.make_aware(datetime.combine(found.next_on, datetime.max.time().replace(microsecond=0)))
    ask(actor, kind=kinds.WAITS, subject=ref("recurring.order", found.pk), party_id=found.party_id, user_id=found.user_id, values=_values(found, look), due_at=due_at)
    _tell(actor, found, facts.RecurringWaits(recurring_id=found.pk))


def _lapse(actor: Actor, found: Recurring, turn: Turn, now: datetime) -> None:
    """Give up a turn that nobody answered when the one after it comes: that one asks anew."""
    today = timezone.localdate(now)
    assert found.next_on is not None
    if rules.following(found.next_on, rhythm=found.rhythm, every=found.every, month_day=found.month_day) > today:
        return
    turn.state = rules.LAPSED
    turn.save(update_fields=["state", "at"])
    _go_on(found, today - timedelta(days=1))
    _touched(actor, found, "next_on", "state")
    settle(actor, kind=kinds.WAITS, subject=ref("recurring.order", found.pk))
    _tell(actor, found, facts.RecurringFailed(recurring_id=found.pk))


def _order(actor: Actor, found: Recurring, turn: Turn, look: Look, now: datetime) -> None:
    """Place the order of a turn, without the lines that cannot be ordered, or keep why it could not be; then go on to the next one."""
    settle(actor, kind=kinds.WAITS, subject=ref("recurring.order", found.pk))
    day, left_out = turn.due_on, [row for row in look.rows if row.problem and row.problem != "out"]
    try:
        if look.problems:
            raise Refused(look.problems[0].code, parts=look.problems, **look.problems[0].values)
        if not look.asked:
            raise Refused(errors.NOTHING)
        # The key is that of the day, so that one day makes one order, whatever happens in between.
        code = hashlib.sha256(f"recurring:{found.pk}:{day}".encode()).hexdigest()[:32]
        with transaction.atomic():
            order = orders.place_order(actor, lines=look.asked, details=look.details, key=code, said=code, now=now)
            if order.placed_at == now and order.content_hash != look.seen:
                raise Conflict("orders.content_changed")
    except Conflict:
        # A price changed in between: the job looks once more.
        raise
    except Refused as refused:
        turn.state, turn.said = rules.FAILED, "; ".join(dict.fromkeys(wording(item) for item in refused.parts or [refused]))[:500]
        turn.save(update_fields=["state", "said", "at"])
        _say(actor, found, kinds.FAILED, {"key": found.pk, "name": found.name, "day": day, "changes": turn.said})
        _tell(actor, found, facts.RecurringFailed(recurring_id=found.pk))
    else:
        turn.state, turn.order, turn.said = rules.PLACED, order, "; ".join(words.change(row) for row in left_out)[:500]
        turn.save(update_fields=["state", "order", "said", "at"])
        _remember(found, look)
        found.left = None if found.left is None else found.left - 1
        if left_out:
            _say(actor, found, kinds.PARTLY, {"key": found.pk, "name": found.name, "day": day, "number": order.number, "changes": turn.said})
        _tell(actor, found, facts.RecurringOrdered(recurring_id=found.pk, order_id=order.pk))
    _go_on(found, timezone.localdate(now))
    found.save(update_fields=["next_on", "state", "left", "changed_at"])
    if found.state == rules.ENDED:
        _tell(actor, found, facts.RecurringEnded(recurring_id=found.pk))


def _remember(found: Recurring, look: Look) -> None:
    """Keep what each line costs now: the next time is compared with that."""
    for row in look.rows:
        if row.now is not None and not row.problem:
            row.line.price = row.now
    RecurringLine.objects.bulk_update([row.line for row in look.rows if not row.problem], ["price"])


@action(PLACE)
def accept_prices(actor: Actor, *, key: int, seen: str, now: datetime) -> Turn:
    """Say yes to what a turn costs now, as it was seen: it is ordered on its day, or at once when that has come. Raises Refused for another content than was seen, and for a turn that does not wait; NotFound for a colleague's."""
    found = _own(actor, key)
    turn = _of_turn(found)
    if turn.state != rules.WAITS:
        raise Refused(errors.NOT_NOW)
    assert found.next_on is not None
    today = timezone.localdate(now)
    look = queries.look(actor, found, turn.changed, day=max(today, found.next_on))
    if look.seen != seen:
        raise Refused(errors.CHANGED)
    _remember(found, look)
    turn.state = rules.COMING
    turn.save(update_fields=["state", "at"])
    settle(actor, kind=kinds.WAITS, subject=ref("recurring.order", found.pk))
    _tell(actor, found, facts.RecurringAccepted(recurring_id=found.pk))
    if found.next_on <= today:
        _order(actor, found, turn, look, now)
    return turn


@action(None)
def stop_recurring(actor: Actor, *, key: int) -> None:
    """Stop one whose maker may not order any more, and tell who manages those of colleagues, who then see it. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    found = Recurring.objects.select_for_update().filter(portal_id=actor.portal_id, pk=key, state=rules.ACTIVE).first()
    if found is None:
        return
    found.state, found.private_to = rules.STOPPED, 0
    _touched(actor, found, "state", "private_to")
    Turn.objects.filter(party_id=found.party_id, recurring=found, state__in=(rules.COMING, rules.WAITS)).delete()
    settle(actor, kind=kinds.WAITS, subject=ref("recurring.order", found.pk))
    _tell(actor, found, facts.RecurringStopped(recurring_id=found.pk))
    notify(actor, kind=kinds.STOPPED, subject=ref("recurring.order", found.pk), party_id=found.party_id, right=permissions.MANAGE, values={"key": found.pk, "name": found.name, "person": found.user_name}, event=f"recurring-stopped:{found.pk}:{found.next_on}")
