"""Every write of prices, by noun."""

from portiek.trade.pricing.actions.agreements import add_agreement_line, change_agreement, create_agreement, end_agreements_of_gone_units, put_agreement_line, remove_agreement_line, tell_agreements
from portiek.trade.pricing.actions.discounts import set_discount
from portiek.trade.pricing.actions.erp import apply_price_lists
from portiek.trade.pricing.actions.feeds import close_feed, end_feeds, finish_look, keep_told, open_feed
from portiek.trade.pricing.actions.files import ask_price_file, drop_price_files, give_up_price_file, keep_price_file, note_file_progress, note_price_file_download
from portiek.trade.pricing.actions.floors import add_floor, change_floor, remove_floor, set_cost
from portiek.trade.pricing.actions.free import add_free_goods, change_free_goods, remove_free_goods
from portiek.trade.pricing.actions.groups import (
    add_group_line,
    add_member,
    apply_members,
    assign_group_list,
    change_group,
    change_group_agreement,
    create_group,
    create_group_agreement,
    put_group_line,
    remove_group_discount,
    remove_group_line,
    remove_member,
    set_group_discount,
    tell_group_agreements,
    withdraw_group_list,
)
from portiek.trade.pricing.actions.lists import assign_price_list, change_price_list, create_price_list, put_list_line, set_list_price, tell_lists, withdraw_price_list
from portiek.trade.pricing.actions.own import Put
from portiek.trade.pricing.actions.rates import remove_rate, set_rate
from portiek.trade.pricing.actions.surcharges import add_surcharge, change_surcharge, remove_surcharge
from portiek.trade.pricing.actions.terms import apply_agreements, apply_discounts, apply_floors, apply_surcharges

__all__ = [
    "Put",
    "add_agreement_line",
    "add_floor",
    "add_free_goods",
    "add_group_line",
    "add_member",
    "add_surcharge",
    "apply_agreements",
    "apply_discounts",
    "apply_floors",
    "apply_members",
    "apply_price_lists",
    "apply_surcharges",
    "ask_price_file",
    "assign_group_list",
    "assign_price_list",
    "change_agreement",
    "change_floor",
    "change_free_goods",
    "change_group",
    "change_group_agreement",
    "change_price_list",
    "change_surcharge",
    "close_feed",
    "create_agreement",
    "create_group",
    "create_group_agreement",
    "create_price_list",
    "drop_price_files",
    "end_agreements_of_gone_units",
    "end_feeds",
    "finish_look",
    "give_up_price_file",
    "keep_price_file",
    "keep_told",
    "note_file_progress",
    "note_price_file_download",
    "open_feed",
    "put_agreement_line",
    "put_group_line",
    "put_list_line",
    "remove_agreement_line",
    "remove_floor",
    "remove_free_goods",
    "remove_group_discount",
    "remove_group_line",
    "remove_member",
    "remove_rate",
    "remove_surcharge",
    "set_cost",
    "set_discount",
    "set_group_discount",
    "set_list_price",
    "set_rate",
    "tell_agreements",
    "tell_group_agreements",
    "tell_lists",
    "withdraw_group_list",
    "withdraw_price_list",
]
