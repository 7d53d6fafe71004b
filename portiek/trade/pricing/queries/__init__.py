"""Every read of prices, by noun."""

from portiek.trade.pricing.queries.agreements import agreement, agreement_line, agreement_lines, agreements, agreements_beside, sees
from portiek.trade.pricing.queries.asked import Answer, Question, asked_prices
from portiek.trade.pricing.queries.feeds import Changes, changes, feed, feeds, feeds_of, reader_of, told, told_ids
from portiek.trade.pricing.queries.files import Printed, price_file, price_file_made, price_file_to_make, price_files, printable, printable_ids, printed
from portiek.trade.pricing.queries.floors import FLOORS_BY, cost, floor, floors
from portiek.trade.pricing.queries.free import Given, free_good, free_goods, my_free_goods
from portiek.trade.pricing.queries.groups import (
    MEMBERS_BY,
    group,
    group_agreement,
    group_agreement_line,
    group_agreement_lines,
    group_agreements,
    group_discount,
    group_discounts,
    group_lists,
    group_members,
    groups,
)
from portiek.trade.pricing.queries.lists import Asked, assigned_lists, discounts, lists_in_order, price_list, price_list_lines, price_lists, served_by
from portiek.trade.pricing.queries.rates import lists_without_rate, rate, rates
from portiek.trade.pricing.queries.resolving import Wanted, considered, prices, standing_price, unheard
from portiek.trade.pricing.queries.surcharges import surcharge, surcharges
from portiek.trade.pricing.rules import Price, Step

__all__ = [
    "FLOORS_BY",
    "MEMBERS_BY",
    "Answer",
    "Asked",
    "Changes",
    "Given",
    "Price",
    "Printed",
    "Question",
    "Step",
    "Wanted",
    "agreement",
    "agreement_line",
    "agreement_lines",
    "agreements",
    "agreements_beside",
    "asked_prices",
    "assigned_lists",
    "changes",
    "considered",
    "cost",
    "discounts",
    "feed",
    "feeds",
    "feeds_of",
    "floor",
    "floors",
    "free_good",
    "free_goods",
    "group",
    "group_agreement",
    "group_agreement_line",
    "group_agreement_lines",
    "group_agreements",
    "group_discount",
    "group_discounts",
    "group_lists",
    "group_members",
    "groups",
    "lists_in_order",
    "lists_without_rate",
    "my_free_goods",
    "price_file",
    "price_file_made",
    "price_file_to_make",
    "price_files",
    "price_list",
    "price_list_lines",
    "price_lists",
    "prices",
    "printable",
    "printable_ids",
    "printed",
    "rate",
    "rates",
    "reader_of",
    "sees",
    "served_by",
    "standing_price",
    "surcharge",
    "surcharges",
    "told",
    "told_ids",
    "unheard",
]
