"""Decisions about prices, by noun. Pure: no database, no clock."""

from portiek.trade.pricing.rules.lines import overlap, same_step, within, wrong_line, wrong_list, wrong_list_line
from portiek.trade.pricing.rules.meter import Meter, meter
from portiek.trade.pricing.rules.price import Candidate, Free, Price, Step, Tier, including, price_of
from portiek.trade.pricing.rules.terms import wrong_agreement, wrong_agreement_line, wrong_discount, wrong_floor, wrong_surcharge

__all__ = [
    "Candidate",
    "Free",
    "Meter",
    "Price",
    "Step",
    "Tier",
    "including",
    "meter",
    "overlap",
    "price_of",
    "same_step",
    "within",
    "wrong_agreement",
    "wrong_agreement_line",
    "wrong_discount",
    "wrong_floor",
    "wrong_line",
    "wrong_list",
    "wrong_list_line",
    "wrong_surcharge",
]
