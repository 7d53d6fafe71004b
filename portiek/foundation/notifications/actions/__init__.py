"""Every write about what people are told, by noun: telling, the outbox, what people choose, their calendars."""

from portiek.foundation.notifications import errors as errors
from portiek.foundation.notifications.actions.calendars import end_calendar, make_calendar
from portiek.foundation.notifications.actions.choosing import ALL, Chosen, choose, set_rhythm, set_standards, switch_off
from portiek.foundation.notifications.actions.mailing import claim_mail, drop_old_mails, mail_now, mark_sent, try_again
from portiek.foundation.notifications.actions.reporting import BOUNCED_TASK, bounced, mark_failed, take_report, try_address, works_again
from portiek.foundation.notifications.actions.telling import gather, mark_read, notify, plan_again, tell, withdraw

__all__ = [
    "ALL", "BOUNCED_TASK", "Chosen", "bounced", "choose", "claim_mail", "drop_old_mails", "end_calendar", "gather", "mail_now", "make_calendar", "mark_failed", "mark_read", "mark_sent", "notify", "plan_again",
    "set_rhythm", "set_standards", "switch_off", "take_report", "tell", "try_address", "try_again", "withdraw", "works_again",
]
