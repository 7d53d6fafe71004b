"""What is recorded about prices."""

from portiek.core.facts import Fact, fact


@fact("pricing.price_list.applied", public=True)
class PriceListApplied(Fact):
    """The lines of a price list came from the ERP and something in them was new."""

    price_list_id: int
    created: int
    changed: int
    removed: int


@fact("pricing.price_list.made", public=True)
class PriceListMade(Fact):
    """Staff made a price list of the portal's own."""

    price_list_id: int


@fact("pricing.price_list.changed", public=True)
class PriceListChanged(Fact):
    """Staff changed a price list of the portal's own, or lines of it."""

    price_list_id: int
    created: int
    changed: int


@fact("pricing.price_list.assigned", public=True)
class PriceListAssigned(Fact):
    """A party is served by a price list."""

    price_list_id: int
    position: int


@fact("pricing.price_list.withdrawn", public=True)
class PriceListWithdrawn(Fact):
    """A party is no longer served by a price list."""

    price_list_id: int


@fact("pricing.agreement.made", public=True)
class AgreementMade(Fact):
    """Something was agreed with a party."""

    agreement_id: int


@fact("pricing.agreement.changed", public=True)
class AgreementChanged(Fact):
    """The lines or the days of an agreement changed."""

    agreement_id: int


@fact("pricing.group.made")
class GroupMade(Fact):
    """Staff made a customer group, or the ERP named one."""

    group_id: int


@fact("pricing.group.changed", public=True)
class GroupChanged(Fact):
    """What the members of a customer group pay changed, or its name."""

    group_id: int


@fact("pricing.group.joined", public=True)
class GroupJoined(Fact):
    """A party is in a customer group."""

    group_id: int


@fact("pricing.group.left", public=True)
class GroupLeft(Fact):
    """A party is no longer in a customer group."""

    group_id: int


@fact("pricing.surcharge.changed", public=True)
class SurchargeChanged(Fact):
    """Staff made, changed or took away a surcharge."""

    surcharge_id: int


@fact("pricing.floor.changed")
class FloorChanged(Fact):
    """Staff made, changed or took away a minimum price."""

    floor_id: int


@fact("pricing.free_goods.changed")
class FreeGoodsChanged(Fact):
    """Staff made, changed or took away what comes free of charge with an article."""

    free_goods_id: int


@fact("pricing.cost.set")
class CostSet(Fact):
    """Staff said what a product costs the portal."""

    product_id: int


@fact("pricing.file.asked")
class PriceFileAsked(Fact):
    """Somebody had his company's prices made as a file."""

    price_file_id: int


@fact("pricing.file.ready")
class PriceFileReady(Fact):
    """A price list that somebody asked for is ready."""

    price_file_id: int
    rows: int


@fact("pricing.file.downloaded")
class PriceFileDownloaded(Fact):
    """Somebody fetched his price list."""

    price_file_id: int
@fact("pricing.feed.opened")
class FeedOpened(Fact):
    """A company follows what changes in its products, prices and stock."""

    feed_id: int


@fact("pricing.feed.closed")
class FeedClosed(Fact):
    """A company no longer follows that, or its program had not said for a month that it still does."""

    feed_id: int


@fact("pricing.rate.set")
class RateSet(Fact):
    """Staff said what a currency is worth, or took a rate away (empty)."""

    currency: str
    rate: str


@fact("pricing.discount.set", public=True)
class DiscountSet(Fact):
    """A party gets another percentage on a discount group."""

    discount_group: str
    percent: str
