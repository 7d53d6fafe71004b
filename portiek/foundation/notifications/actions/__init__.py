"""Every write about what people are told, by noun: telling, the outbox, what people choose, their calendars, their devices."""

from portiek.foundation.notifications import errors as errors
from portiek.foundation.notifications.actions.calendars import end_calendar, make_calendar
from portiek.foundation.notifications.actions.choosing import ALL, Chosen, choose, set_rhythm, set_standards, switch_off
from portiek.foundation.notifications.actions.mailing import claim_mail, drop_old_mails, mail_now, mark_sent, try_again
from portiek.foundation.notifications.actions.pushing import add_device, drop_old_pushes, gather_pushes, remove_device, renew_device, settle_pushes, take_pushes, try_device
from portiek.foundation.notifications.actions.reporting import BOUNCED_TASK, bounced, mark_failed, take_report, try_address, works_again
from portiek.foundation.notifications.actions.telling import gather, mark_read, notify, plan_again, tell, withdraw
from portiek.foundation.notifications.actions.texts import reset_text, set_text, try_text

__all__ = [
    "ALL", "BOUNCED_TASK", "Chosen", "add_device", "bounced", "choose", "claim_mail", "drop_old_mails", "drop_old_pushes", "end_calendar", "gather", "gather_pushes", "mail_now", "make_calendar", "mark_failed",
    "mark_read", "mark_sent", "notify", "plan_again", "remove_device", "renew_device", "reset_text", "set_rhythm", "set_standards", "set_text", "settle_pushes", "switch_off", "take_pushes", "take_report", "tell",
    "try_address", "try_again", "try_device", "try_text", "withdraw", "works_again",
]
