"""Tables of price lists, agreements, discounts, customer groups, surcharges, minimum prices, free goods, exchange rates and feeds."""

from portiek.trade.pricing.models.agreements import Agreement, AgreementLine, PartyDiscount
from portiek.trade.pricing.models.feeds import FeedItem, ProductFeed
from portiek.trade.pricing.models.files import PriceFile
from portiek.trade.pricing.models.floors import CostPrice, PriceFloor
from portiek.trade.pricing.models.free import FreeGoods
from portiek.trade.pricing.models.groups import CustomerGroup, GroupAgreement, GroupAgreementLine, GroupDiscount, GroupMember, GroupPriceList
from portiek.trade.pricing.models.lists import MINE, PartyPriceList, PriceList, PriceListLine
from portiek.trade.pricing.models.rates import ExchangeRate
from portiek.trade.pricing.models.shared import Tiers
from portiek.trade.pricing.models.surcharges import Surcharge

__all__ = [
    "MINE",
    "Agreement",
    "AgreementLine",
    "CostPrice",
    "CustomerGroup",
    "ExchangeRate",
    "FeedItem",
    "FreeGoods",
    "GroupAgreement",
    "GroupAgreementLine",
    "GroupDiscount",
    "GroupMember",
    "GroupPriceList",
    "PartyDiscount",
    "PartyPriceList",
    "PriceFile",
    "PriceFloor",
    "PriceList",
    "PriceListLine",
    "ProductFeed",
    "Surcharge",
    "Tiers",
]
