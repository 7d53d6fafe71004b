"""Every write of recurring orders."""

from portiek.trade.recurring import errors as errors
from portiek.trade.recurring.actions.making import Settings, change_recurring, end, make_recurring, pause, put_on, resume, save_lines, skip, take_over, take_successor
from portiek.trade.recurring.actions.turning import accept_prices, stop_recurring, take_turn

__all__ = ["Settings", "accept_prices", "change_recurring", "end", "make_recurring", "pause", "put_on", "resume", "save_lines", "skip", "stop_recurring", "take_over", "take_successor", "take_turn"]
