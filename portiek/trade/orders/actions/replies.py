"""Writes of what a party says of lines that were confirmed otherwise, asks about orders and wants otherwise of them; staff answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.trade.orders import facts, permissions, rules
from portiek.trade.orders.actions.order import _locked, _tell
from portiek.trade.orders.models import Order, OrderLine, Reply
from portiek.trade.orders.queries.replies import replies
from portiek.trade.orders.replying import Otherwise, otherwise, unanswered, why_not_wish


@dataclass(frozen=True)
class Say:
    """What is said of a line: accepted, refused or asked; why, or what is asked; and the confirmation that was seen."""

    position: int
    kind: str
    seen: str
    text: str = ""


@dataclass(frozen=True)
class Answer:
    """What staff answer; and of what is wanted otherwise, whether it was made so."""

    text: str
    done: bool | None = None


def _own(actor: Actor, order: Order) -> Order:
    """Hold an order of the actor's own party. Raises NotFound for another's, also to staff: nobody answers for a customer."""
    found = _locked(actor, order)
    if found.party_id != actor.party_id:
        raise NotFound
    return found


@action(permissions.PLACE)
def reply_lines(actor: Actor, *, order: Order, says: Sequence[Say], now: datetime) -> list[Reply]:
    """Agree, not agree or ask about lines that were confirmed otherwise than they were ordered: all of what is said, or nothing.

    Raises NotFound for another company's order, Refused when it is over, when nothing is said, or with a part for each line about which that cannot be said (any more).
    """
    found = _own(actor, order)
    if found.status in rules.ENDED:
        raise Refused("orders.ended")
    if not says:
        raise Refused("orders.nothing_replied")
    about = {row.line.position: row for row in otherwise(OrderLine.objects.filter(order=found, party_id=found.party_id), replies(actor, found))}
    times = Counter(item.position for item in says)
    wrong = [refused for place, item in enumerate(says) for refused in _problem(place, item, about.get(item.position), twice=times[item.position] > 1)]
    if wrong:
        raise Refused("orders.cannot_reply", parts=wrong)
    made = Reply.objects.bulk_create([_reply(actor, found, item.position, item.kind, item.seen, item.text, now) for item in says])
    kinds = Counter(item.kind for item in says)
    record(actor, facts.LinesReplied(order_id=found.pk, accepted=kinds["accepted"], refused=kinds["refused"], asked=kinds["asked"]), party_id=found.party_id, subject=ref("orders.order", found.pk), text=found.number,
           changes={about[item.position].line.sku: ("", item.kind) for item in says})
    return made


def _reply(actor: Actor, order: Order, position: int | None, kind: str, seen: str, text: str, now: datetime) -> Reply:
    return Reply(portal_id=order.portal_id, party_id=order.party_id, order=order, position=position, kind=kind, seen=seen, text=text.strip()[:1000], user_id=actor.user_id, by_name=actor.name[:120], at=now)


def _problem(place: int, item: Say, row: Otherwise | None, *, twice: bool) -> list[Refused]:
    if row is None:
        return [Refused("orders.as_ordered", field=f"lines/{place}/position")]
    code = rules.why_not_reply(item.kind, item.text, current=item.seen == row.seen, decided=row.decided is not None or twice, asked=row.asked is not None and row.asked.waits)
    return [Refused(code, field=f"lines/{place}/{'text' if code == 'orders.say_why' else 'reply'}", name=row.line.name)] if code else []


@action(permissions.VIEW)
def ask_about(actor: Actor, *, order: Order, position: int | None, text: str, now: datetime) -> Reply:
    """Ask the staff something about an order of one's own company, or about one of its lines. Raises NotFound for another company's, Refused without words, for a line that is not there and when too much is open."""
    found = _own(actor, order)
    made = _asked(actor, found, Reply.Kind.ASKED, position, text, replies(actor, found), now)
    _tell(actor, found, facts.QuestionAsked(order_id=found.pk, reply_id=made.pk))
    return made


@action(permissions.CANCEL)
def ask_change(actor: Actor, *, order: Order, position: int | None, text: str, now: datetime) -> Reply:
    """Ask the staff to carry an order of one's own company, or a line of it, out otherwise than it was placed. Raises NotFound and Refused as `ask_about` does, and Refused when it is over, can still be changed without asking, or something was asked already."""
    found = _own(actor, order)
    said = replies(actor, found)
    if problem := why_not_wish(found, said):
        raise Refused(problem)
    made = _asked(actor, found, Reply.Kind.WISHED, position, text, said, now)
    _tell(actor, found, facts.ChangeAsked(order_id=found.pk, reply_id=made.pk))
    return made


def _asked(actor: Actor, order: Order, kind: str, position: int | None, text: str, said: Sequence[Reply], now: datetime) -> Reply:
    if not text.strip():
        raise Refused("orders.question_needed", field="text")
    if position is not None and not OrderLine.objects.filter(order=order, party_id=order.party_id, position=position).exists():
        raise Refused("orders.no_such_line", field="position")
    if len(unanswered(order, said)) >= rules.MOST_QUESTIONS:
        raise Refused("orders.most_questions", most=rules.MOST_QUESTIONS)
    made = _reply(actor, order, position, kind, "", text, now)
    made.save(force_insert=True)
    return made


@action(permissions.MANAGE)
def answer_replies(actor: Actor, *, order: Order, answers: Mapping[int, Answer], now: datetime) -> list[Reply]:
    """Answer what a party did not agree with, asked or wants otherwise of an order, by the keys of the replies; what is left open stays so. Raises Refused when nothing is answered, a colleague was first, or with the `id` of an answer that does not say enough."""
    found = _locked(actor, order)
    said = replies(actor, found)
    rows = [row for row in said if (given := answers.get(row.pk)) is not None and (given.text.strip() or given.done is not None)]
    if not rows:
        raise Refused("orders.nothing_answered")
    waiting = {row.pk for row in unanswered(found, said)}
    for row in rows:
        given = answers[row.pk]
        if row.pk not in waiting:
            raise Refused("orders.answered_already")
        if code := rules.why_not_answer(given.text, given.done, wished=row.kind == Reply.Kind.WISHED):
            raise Refused(code, field="done" if code == "orders.say_whether" else "answer", id=row.pk)
        row.answer, row.is_done, row.answered_at, row.answered_by, row.answered_by_id = given.text.strip()[:1000], given.done, now, actor.name[:120], actor.user_id
        _tell(actor, found, facts.ReplyAnswered(order_id=found.pk, reply_id=row.pk) if given.done is None else facts.ChangeAnswered(order_id=found.pk, reply_id=row.pk, done=given.done))
    Reply.objects.bulk_update(rows, ["answer", "is_done", "answered_at", "answered_by", "answered_by_id"])
    return rows
