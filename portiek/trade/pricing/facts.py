"""What is recorded about prices."""

from portiek.core.facts import Fact, fact


@fact("pricing.price_list.applied", public=True)
class PriceListApplied(Fact):
    """The lines of a price list came from the ERP and something in them was new."""

    price_list_id: int
    created: int
    changed: int
    removed: int


@fact("pricing.price_list.changed", public=True)
class PriceListChanged(Fact):
    """Staff changed lines of a price list of the portal's own."""

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


@fact("pricing.discount.set", public=True)
class DiscountSet(Fact):
    """A party gets another percentage on a discount group."""

    discount_group: str
    percent: str
