"""What is said of lines that were confirmed otherwise, asked about orders and wanted otherwise of them, for machines."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import ConfigDict, Field

from portiek.core.api import Key, Schema, Text, endpoint, one_of
from portiek.trade.orders import actions, permissions, queries, rules
from portiek.trade.orders.models import Reply

router = Router(tags=["orders"])


class ReplyOut(Schema):
    """What the buyer said of a line, asked or wants otherwise, and what the seller answered."""

    id: int
    position: Annotated[int | None, Field(description=_("Of which line; null: of the whole order"))]
    reply: Annotated[str, one_of(Reply.Kind.values)]
    seen: Annotated[str, Field(description=_("Which confirmation of the line it is about; empty for what is asked about the line or order as such"))]
    text: str
    by: str
    at: datetime
    done: Annotated[bool | None, Field(description=_("Whether what was `wished` is changed; null: not answered, or nothing was wished"))]
    answer: str
    answered_by: str
    answered_at: Annotated[datetime | None, Field(description=_("Null: not answered; what is accepted needs no answer"))]


class LineReplyIn(Schema):
    """What is said of one line."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    position: Annotated[int, Field(ge=1, le=2**31 - 1)]
    reply: Annotated[str, one_of(rules.REPLIES)]
    seen: Annotated[Text, Field(min_length=1, max_length=16, description=_("What `confirmed.seen` of the line was when you looked"))]
    text: Annotated[Text, Field(max_length=1000, description=_("Why not, or the question; not needed to accept"))] = ""


class RepliesIn(Schema):
    """What is said of lines that were confirmed otherwise."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"lines": [{"position": 1, "reply": "refused", "seen": "4f1c0a9be2d37786", "text": "We need all of it at once."}]}]})
    lines: Annotated[list[LineReplyIn], Field(min_length=1, max_length=rules.MAX_LINES)]


class QuestionIn(Schema):
    """What is asked about an order or a line of it."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    position: Annotated[int | None, Field(ge=1, le=2**31 - 1, description=_("About which line; left out: the whole order"))] = None
    text: Annotated[Text, Field(min_length=1, max_length=1000)]


class AnswerIn(Schema):
    """An answer to one reply."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    id: Annotated[int, Field(ge=1, le=2**63 - 1)]
    done: Annotated[bool | None, Field(description=_("Of what was `wished`, and of nothing else: whether the order is changed"))] = None
    answer: Annotated[Text, Field(max_length=1000, description=_("Needed, but to say that what was wished is done"))] = ""


def shown(row: Reply) -> dict[str, Any]:
    """Return a reply as the API tells it."""
    return {**{name: getattr(row, name) for name in ("position", "seen", "text", "at", "answer", "answered_by", "answered_at")}, "id": row.pk, "reply": row.kind, "by": row.by_name, "done": row.is_done}


@endpoint(router.post, "/orders/{key:number}:reply", permissions.PLACE, response=list[ReplyOut], audience="party",
          refuses=("orders.ended", "orders.nothing_replied", "orders.cannot_reply", "orders.as_ordered", "orders.confirmed_anew", "orders.replied_already", "orders.asked_already", "orders.say_why"), summary=_("Say what you think of changed lines"),
          description=_("Accept, refuse or ask about lines that the seller confirmed otherwise than they were ordered (`confirmed.answer` 1, 3 or 7), as you saw them: all of what is said, or nothing. A line of which nothing is said stays as confirmed."))
def reply_lines(request: HttpRequest, number: Key, asked: RepliesIn) -> Any:
    """Keep what is said."""
    actor = request.actor  # type: ignore[attr-defined]
    says = [actions.Say(line.position, line.reply, line.seen, line.text) for line in asked.lines]
    return [shown(row) for row in actions.reply_lines(actor, order=queries.order(actor, number), says=says, now=timezone.now())]


@endpoint(router.post, "/orders/{key:number}:ask", permissions.VIEW, response=ReplyOut, audience="party", refuses=("orders.question_needed", "orders.no_such_line", "orders.most_questions"), summary=_("Ask about an order"),
          description=_("Ask the seller something about an order of your own company, or about one of its lines; a person answers."))
def ask_about(request: HttpRequest, number: Key, asked: QuestionIn) -> Any:
    """Ask it."""
    actor = request.actor  # type: ignore[attr-defined]
    return shown(actions.ask_about(actor, order=queries.order(actor, number), position=asked.position, text=asked.text, now=timezone.now()))


@endpoint(router.post, "/orders/{key:number}:ask-change", permissions.CANCEL, response=ReplyOut, audience="party", refuses=("orders.ended", "orders.wish_early", "orders.asked_already", "orders.question_needed", "orders.no_such_line", "orders.most_questions"), summary=_("Ask for a change of an order"),
          description=_("Ask the seller to carry an order of your own company, or one of its lines, out otherwise than it was placed, once it is passed on; one such wish is open at a time. A person answers; what is changed comes as with any order."))
def ask_change(request: HttpRequest, number: Key, asked: QuestionIn) -> Any:
    """Ask for it."""
    actor = request.actor  # type: ignore[attr-defined]
    return shown(actions.ask_change(actor, order=queries.order(actor, number), position=asked.position, text=asked.text, now=timezone.now()))


@endpoint(router.post, "/orders/{key:number}:answer", permissions.MANAGE, response=ReplyOut, audience="staff", refuses=("orders.nothing_answered", "orders.answered_already", "orders.say_whether", "orders.answer_needed"), summary=_("Answer a buyer about an order"),
          description=_("Answer what the buyer refused, asked or wished, by the `id` of his reply. What is changed of the order itself comes from the administration."))
def answer_reply(request: HttpRequest, number: Key, asked: AnswerIn) -> Any:
    """Answer it."""
    actor = request.actor  # type: ignore[attr-defined]
    return shown(actions.answer_replies(actor, order=queries.order(actor, number), answers={asked.id: actions.Answer(asked.answer, asked.done)}, now=timezone.now())[0])
