"""Which price counts: by the table, and properties that hold for every set of lines."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portiek.core.money import Policy
from portiek.trade.pricing import rules
from portiek.trade.pricing.records import PriceLineRecord, PriceListRecord
from portiek.trade.pricing.rules import Candidate, price_of

pytestmark = pytest.mark.no_database
D = Decimal
TODAY = date(2026, 11, 22)
POLICY = Policy()
PRODUCT, GROUP, LIST, DISCOUNT = "product_agreement", "group_agreement", "price_list", "discount_group"


def line(kind, net=None, *, percent=None, least=0, source=1, key=None, start=None, end=None, rank=(0, 0)):
    return Candidate(
        kind,
        source,
        key or source,
        f"{kind} {source}",
        D(least),
        D(net) if net is not None else None,
        D(percent) if percent is not None else None,
        start,
        end,
        rank,
    )


def net(candidates, quantity=1, listed="10", day=TODAY, least="1"):
    return price_of(candidates, list_price=D(listed) if listed is not None else None, quantity=D(quantity), day=day, policy=POLICY, least=D(least)).net


YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("candidates", "quantity", "expected"),
    [
        ([], 1, "10"),
        ([line(DISCOUNT, percent="20")], 1, "8"),
        ([line(LIST, "7"), line(DISCOUNT, percent="50")], 1, "7"),
        ([line(LIST, "7", rank=(0, 2), source=2), line(LIST, "8", rank=(0, 1), source=1)], 1, "8"),
        ([line(LIST, "7", rank=(1, 1), source=2), line(LIST, "9", rank=(0, 2), source=1)], 1, "9"),
        ([line(GROUP, percent="40"), line(LIST, "5")], 1, "6"),
        ([line(PRODUCT, "9"), line(GROUP, percent="40"), line(LIST, "5")], 1, "9"),
        ([line(PRODUCT, percent="10")], 1, "9"),
        # A source without a tier for the quantity is passed over.
        ([line(PRODUCT, "4", least=100), line(LIST, "7")], 99, "7"),
        ([line(PRODUCT, "4", least=100), line(LIST, "7")], 100, "4"),
        # All-units tiers: the largest quantity not above the wanted one.
        ([line(LIST, "7", key=1), line(LIST, "6", least=50, key=2), line(LIST, "5", least=200, key=3)], 49, "7"),
        ([line(LIST, "7", key=1), line(LIST, "6", least=50, key=2), line(LIST, "5", least=200, key=3)], 50, "6"),
        ([line(LIST, "7", key=1), line(LIST, "6", least=50, key=2), line(LIST, "5", least=200, key=3)], 1000, "5"),
        # A tier may cost more: a list is a list.
        ([line(LIST, "7", key=1), line(LIST, "8", least=50, key=2)], 60, "8"),
        # Ties: the lowest agreement; the line of a list that began last; the highest discount.
        ([line(PRODUCT, "6", source=1), line(PRODUCT, "5", source=2)], 1, "5"),
        ([line(PRODUCT, "6", source=1), line(PRODUCT, percent="50", source=2)], 1, "5"),
        ([line(LIST, "7", key=1), line(LIST, "6", key=2, start=YESTERDAY)], 1, "6"),
        ([line(LIST, "7", key=1, start=YESTERDAY), line(LIST, "6", key=2)], 1, "7"),
        ([line(DISCOUNT, percent="5", source=1), line(DISCOUNT, percent="15", source=2)], 1, "8.5"),
        # Days: both ends count; what is to come does not.
        ([line(LIST, "7", start=TODAY, end=TODAY)], 1, "7"),
        ([line(LIST, "7", start=TOMORROW)], 1, "10"),
        ([line(LIST, "7", end=YESTERDAY)], 1, "10"),
        # On request: the list decides that there is no price.
        ([line(LIST)], 1, None),
        ([line(LIST), line(DISCOUNT, percent="20")], 1, None),
        ([line(LIST, "0")], 1, "0"),
        ([line(DISCOUNT, percent="100")], 1, "0"),
    ],
)
def test_the_order_of_the_rules(candidates, quantity, expected):
    assert net(candidates, quantity) == (D(expected) if expected is not None else None)
    assert net(list(reversed(candidates)), quantity) == (D(expected) if expected is not None else None)


def test_without_a_list_price_a_percentage_decides_nothing():
    assert net([line(DISCOUNT, percent="20")], listed=None) is None
    assert net([line(PRODUCT, percent="20"), line(LIST, "7")], listed=None) == 7


def test_rounding_is_the_portal_s():
    price = price_of([line(DISCOUNT, percent="33.33")], list_price=D("0.0999"), quantity=D(1), day=TODAY, policy=Policy(price_digits=2))
    assert (price.list_price, price.net) == (D("0.10"), D("0.07"))


def test_the_explanation_tells_what_an_agreement_replaces():
    found = price_of(
        [line(LIST, "7.22", key=1), line(LIST, "6.79", least=50, key=2), line(PRODUCT, "6.48", source=9, end=date(2026, 12, 31))],
        list_price=D("9.25"),
        quantity=D(60),
        day=TODAY,
        policy=POLICY,
        least=D(1),
    )
    assert [(step.kind, step.before, step.after) for step in found.explanation] == [
        ("list_price", None, D("9.25")),
        ("price_list", D("9.25"), D("7.22")),
        ("tier", D("7.22"), D("6.79")),
        ("product_agreement", D("6.79"), D("6.48")),
    ]
    assert found.valid_until == date(2026, 12, 31)
    assert found.upcoming == (date(2027, 1, 1), D("6.79"))
    assert found.tiers == ((D(1), D("6.48")),)


def test_a_percentage_is_explained_off_the_list_price():
    found = price_of([line(LIST, "7"), line(GROUP, percent="12.5")], list_price=D(10), quantity=D(1), day=TODAY, policy=POLICY)
    assert [(step.kind, step.before, step.after, step.percent) for step in found.explanation] == [
        ("list_price", None, D(10), None),
        ("group_agreement", D(10), D("8.75"), D("12.5")),
    ]


def test_what_is_to_come_is_seen_and_not_used():
    found = price_of([line(LIST, "7", key=1), line(LIST, "6.5", key=2, start=TOMORROW)], list_price=D(10), quantity=D(1), day=TODAY, policy=POLICY)
    assert (found.net, found.upcoming) == (D(7), (TOMORROW, D("6.5")))


def test_tiers_start_at_the_smallest_order():
    found = price_of(
        [line(LIST, "7", key=1), line(LIST, "6", least=10, key=2), line(LIST, "5", least=24, key=3)],
        list_price=D(10),
        quantity=D(12),
        day=TODAY,
        policy=POLICY,
        least=D(12),
    )
    assert found.tiers == ((D(12), D(6)), (D(24), D(5)))


money = st.decimals(0, 100, places=2)
days = st.none() | st.dates(TODAY - timedelta(days=3), TODAY + timedelta(days=3))


@st.composite
def candidates(draw):
    made, sliced = [], draw(st.booleans())
    for key in range(draw(st.integers(0, 9))):
        kind = draw(st.sampled_from([PRODUCT, GROUP, LIST, DISCOUNT, "surcharge"]))
        percent = draw(st.decimals(0, 100, places=1)) if kind in (GROUP, DISCOUNT) or (kind == PRODUCT and draw(st.booleans())) else None
        source = draw(st.integers(1, 3))
        start, end = draw(days), draw(days)
        if start and end and end < start:
            start, end = end, start
        made.append(
            Candidate(
                kind,
                source,
                key,
                f"{kind} {source}",
                D(draw(st.integers(0, 20))),
                None if percent is not None or (kind == LIST and draw(st.integers(0, 9)) == 0) else draw(money),
                percent,
                start,
                end,
                (draw(st.integers(0, 2)), source) if kind == LIST else (0, 0),
                None,
                sliced and source == 2,
            )
        )
    # A list has one rank.
    ranks = {item.source_id: item.rank for item in made if item.kind == LIST}
    return [replace(item, rank=ranks[item.source_id]) if item.kind == LIST else item for item in made]


@settings(max_examples=300, deadline=None)
@given(candidates(), st.none() | money, st.integers(1, 30), st.randoms())
def test_for_any_lines(found, listed, quantity, chance):
    ask = {"list_price": listed, "day": TODAY, "policy": POLICY, "least": D(1)}
    price = price_of(found, quantity=D(quantity), **ask)
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert price_of(shuffled, quantity=D(quantity), **ask) == price, "the order in which lines are fetched decides nothing"
    reached = [tier for tier in price.table if tier.quantity <= quantity][-1]
    assert reached.sliced or reached.price == price.net, "the table of tiers says what the price is"
    assert all(price_of(found, quantity=tier.quantity, **ask).net == tier.net for tier in price.table), "and what each of its quantities costs"
    assert all((one.price, one.sliced) != (two.price, two.sliced) for one, two in zip(price.table, price.table[1:], strict=False))
    slices = [step for step in price.explanation if step.kind == "slice"]
    if price.net is not None and price.explanation[-1].kind == "average":
        own = slices[-next(n for n in range(1, len(slices) + 1) if sum(step.units for step in slices[-n:]) == quantity) :]
        assert price.net == POLICY.average(sum(step.units * step.after for step in own), D(quantity)), "the slices add up to the price"
    assert price.explanation[-1].after == price.net, "the explanation ends in the price"
    if price.upcoming:
        day, after = price.upcoming
        assert day > TODAY and after != price.net
        assert price_of(found, quantity=D(quantity), **{**ask, "day": day}).net == after
        assert price_of(found, quantity=D(quantity), **{**ask, "day": day - timedelta(days=1)}).net == price.net
    past = [item for item in found if not (item.valid_until and item.valid_until < TODAY)]
    assert price_of(past, quantity=D(quantity), **ask) == price, "what is over decides nothing"
    assert price.net is None or price.net >= 0


@pytest.mark.parametrize(
    ("product", "group", "price", "percent", "wrong"),
    [
        (True, "", D(1), None, None),
        (True, "", None, D(5), None),
        (False, "G", None, D(5), None),
        (True, "G", D(1), None, "target"),
        (False, "", D(1), None, "target"),
        (True, "", None, None, "reward"),
        (True, "", D(1), D(5), "reward"),
        (False, "G", D(1), None, "reward"),
    ],
)
def test_lines_of_an_agreement(product, group, price, percent, wrong):
    assert rules.wrong_line(product, group, price, percent) == wrong


def _incremental(*steps, kind=LIST):
    return [replace(line(kind, net, least=least, key=place), sliced=True) for place, (least, net) in enumerate(steps, 1)]


STEPS = [("1", "7.00"), ("50", "6.00"), ("200", "5.00")]


@pytest.mark.parametrize(("quantity", "total"), [(1, "7"), (49, "343"), (50, "349"), (60, "409"), (199, "1243"), (200, "1248"), (1000, "5248")])
def test_incremental_tiers_cost_each_their_own(quantity, total):
    found = price_of(_incremental(*STEPS), list_price=D(10), quantity=D(quantity), day=TODAY, policy=POLICY, least=D(1))
    assert POLICY.line(D(quantity), found.net) == D(total)
    assert [(tier.quantity, tier.price, tier.sliced) for tier in found.table] == [(D(1), D(7), True), (D(50), D(6), True), (D(200), D(5), True)]
    assert found.jumps == (), "nothing gets cheaper by reaching a tier, so that no hint is worth it"


def test_incremental_tiers_are_explained_slice_by_slice():
    found = price_of(_incremental(*STEPS), list_price=D(10), quantity=D(60), day=TODAY, policy=POLICY)
    assert [(step.kind, step.units, step.after) for step in found.explanation] == [
        ("list_price", None, D(10)), ("price_list", None, D(7)), ("slice", D(49), D(7)), ("slice", D(11), D(6)), ("average", None, D("6.816667")),
    ]  # fmt: skip
    assert [step.kind for step in price_of(_incremental(*STEPS), list_price=D(10), quantity=D(49), day=TODAY, policy=POLICY).explanation] == ["list_price", "price_list"]


@pytest.mark.parametrize(("step", "quantity", "total"), [("12", 48, "336"), ("12", 60, "408"), ("0.5", 50, "349.5"), ("0.5", "50.5", "352.5")])
def test_a_tier_begins_after_the_last_quantity_below_it_that_is_sold(step, quantity, total):
    found = price_of(_incremental(*STEPS), list_price=D(10), quantity=D(quantity), day=TODAY, policy=POLICY, step=D(step))
    assert POLICY.line(D(quantity), found.net) == D(total)


def test_what_is_on_request_in_one_tier_has_no_price_from_there_on():
    lines = _incremental(("1", "7.00"), ("50", None))
    assert (price_of(lines, list_price=D(10), quantity=D(49), day=TODAY, policy=POLICY).net, price_of(lines, list_price=D(10), quantity=D(50), day=TODAY, policy=POLICY).net) == (D(7), None)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), money), min_size=1, max_size=5, unique_by=lambda pair: pair[0]), st.integers(1, 9998))
def test_a_line_of_incremental_tiers_is_the_sum_of_its_slices_and_never_falls(steps, quantity):
    lines = _incremental(*((str(least), str(net)) for least, net in steps))

    def amount(number):
        return POLICY.line(D(number), price_of(lines, list_price=None, quantity=D(number), day=TODAY, policy=POLICY).net)

    first = min(least for least, _net in steps)
    if quantity < first:
        return
    ordered = [(max(least - 1, 0) if least != first else 0, net) for least, net in sorted(steps)]
    own = sum(max(min(quantity, end) - start, 0) * net for (start, net), end in zip(ordered, [*(start for start, _net in ordered[1:]), quantity], strict=True))
    assert amount(quantity) == own, "to the cent, for up to ten thousand"
    assert amount(quantity + 1) >= amount(quantity)


def test_bad_lists_are_named():
    assert rules.wrong_list(PriceListRecord("1", "a", "A")) is None
    assert rules.wrong_list(PriceListRecord("", "a", "A")) == "bad_code"
    assert rules.wrong_list(PriceListRecord("1", "a", "A", currency="EURO")) == "bad_name"
    assert rules.wrong_list(PriceListRecord("1", "a", "A", tiers="each")) == "bad_tiers"
    assert rules.wrong_list_line(PriceLineRecord("p", D(1), D(1))) is None
    assert rules.wrong_list_line(PriceLineRecord("p", D(-1), D(1))) == "bad_quantity"
    assert rules.wrong_list_line(PriceLineRecord("p", D(1), D("NaN"))) == "bad_price"
    assert rules.wrong_list_line(PriceLineRecord("p", D(1), D(1), TODAY, YESTERDAY)) == "bad_days"
    assert rules.wrong_list_line(PriceLineRecord("p", D(1), D(1), note="x" * 201)) == "too_long"
