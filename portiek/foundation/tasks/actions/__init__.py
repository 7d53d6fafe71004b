"""Every write about tasks, by noun: asking and ending, what people do with one, reminders."""

from portiek.foundation.tasks import errors as errors
from portiek.foundation.tasks.actions.asking import REF, Asked, ask, ask_many, settle, settle_many
from portiek.foundation.tasks.actions.doing import answer, ask_person, finish, hand_over, question
from portiek.foundation.tasks.actions.reminding import let_rest, remind_due, remind_now, take_up_again

__all__ = ["REF", "Asked", "answer", "ask", "ask_many", "ask_person", "finish", "hand_over", "let_rest", "question", "remind_due", "remind_now", "settle", "settle_many", "take_up_again"]
