"""Which rules hold, in which steps it is decided, who may decide, and when nobody can."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest

from portiek.trade.approvals import rules
from portiek.trade.approvals.rules import Case, Person, Rule, Stage, When

SANNE, KARIN, YOUSSEF, PIET = (Person(1, "Sanne", frozenset({10}), frozenset({None})), Person(2, "Karin", frozenset({11}), frozenset({7})), Person(3, "Youssef", frozenset({11}), frozenset({8})), Person(4, "Piet", frozenset({12}), frozenset()))
ALL = [SANNE, KARIN, YOUSSEF, PIET]


def people(*keys, needs="any", up_to=None):
    return Stage("people", keys, needs=needs, up_to=None if up_to is None else Decimal(up_to))


def keys(found):
    return [item.stage.people or item.stage.who for item in found]


@pytest.mark.parametrize(("amount", "above", "expected"), [("1500", "1500", False), ("1500.01", "1500", True), ("0", "0", False), ("0.01", "0", True), ("99999", None, False)])
def test_an_amount(amount, above, expected):
    assert rules.holds(When(above=None if above is None else Decimal(above)), Case(Decimal(amount))) is expected


def test_a_rule_that_says_nothing_holds_for_nothing():
    assert not rules.holds(When(), Case(Decimal(10**9), {1: Decimal(1)}, "oneoff", (1,), frozenset({1}), 5))


@pytest.mark.parametrize(("wanted", "is_at", "expected"), [("", "usual", False), ("other", "usual", False), ("other", "other", True), ("other", "oneoff", True), ("oneoff", "other", False), ("oneoff", "oneoff", True)])
def test_an_address(wanted, is_at, expected):
    assert rules.holds(When(address=wanted), Case(Decimal(1), address=is_at)) is expected


@pytest.mark.parametrize(("category", "above", "expected"), [(1, None, True), (2, None, False), (1, "99", True), (1, "100", False), (2, "0", False)])
def test_a_category_counts_its_own_amount_alone(category, above, expected):
    case = Case(Decimal(5000), {1: Decimal(100)})
    assert rules.holds(When(category=category, above=None if above is None else Decimal(above)), case) is expected


CONDITIONS = {"above": (Decimal(100), Decimal(1000)), "category": (1, 2), "address": ("oneoff", "other"), "unit": (5, 6), "role": (10, 11), "new_articles": (True, True), "lines": (5, 6), "shipping": ("pickup", "whole"), "new_brands": (True, True)}


@pytest.mark.parametrize("said", list(product([False, True], repeat=9)))
def test_all_that_a_rule_says_must_be_so(said):
    """Of every combination of conditions: with all of them met it holds, with any one of them unmet it does not."""
    met = {"net": Decimal(500), "by_category": {1: Decimal(500)}, "address": "oneoff", "units": (5,), "roles": frozenset({10}), "new_articles": 1, "lines": 5, "shipping": "pickup", "new_brands": 1}
    when = {name: CONDITIONS[name][0] for name, here in zip(CONDITIONS, said, strict=True) if here}
    assert rules.holds(When(**when), Case(**met)) is any(said)
    unmet = {"above": {"net": Decimal(100), "by_category": {1: Decimal(100)}}, "category": {"by_category": {2: Decimal(500)}}, "address": {"address": "other"}, "unit": {"units": (6,)}, "role": {"roles": frozenset()}, "new_articles": {"new_articles": 0}, "lines": {"lines": 4}, "shipping": {"shipping": ""}, "new_brands": {"new_brands": 0}}
    for name in when:
        assert not rules.holds(When(**when), Case(**{**met, **unmet[name]})), name


@pytest.mark.parametrize(("net", "expected"), [("100", 1), ("1000", 1), ("1000.01", 2), ("5000", 2), ("5000.01", 3)])
def test_approves_up_to(net, expected):
    rule = Rule(1, When(above=Decimal(0)), (people(1, up_to=1000), people(2, up_to=5000), people(4)))
    assert len(rules.route([rule], Case(Decimal(net)))) == expected


def test_without_an_amount_each_step_follows():
    assert keys(rules.route([Rule(1, When(above=Decimal(0)), (people(1), people(2)))], Case(Decimal(1)))) == [(1,), (2,)]


def test_within_the_limit_and_without_a_rule_nobody_is_asked():
    assert rules.route([], Case(Decimal(10))) == []
    assert rules.route([Rule(1, When(above=Decimal(100)), (people(1),))], Case(Decimal(10))) == []


def test_above_the_limit_anybody_who_may():
    found = rules.route([], Case(Decimal(10), limit=Decimal(5)))
    assert (keys(found), found[0].rules) == (["anyone"], (0,))


def test_whoever_is_asked_in_particular_decides_for_anybody_too():
    found = rules.route([Rule(7, When(above=Decimal(1)), (people(1), people(2)))], Case(Decimal(10), limit=Decimal(5)))
    assert (keys(found), [item.rules for item in found]) == ([(1,), (2,)], [(0, 7), (7,)])


def test_who_would_be_asked_twice_is_asked_once():
    found = rules.route([Rule(1, When(above=Decimal(1)), (people(1, 2),)), Rule(2, When(above=Decimal(2)), (people(2, 1), people(4))), Rule(3, When(above=Decimal(3)), (people(1, 2, needs="all"),))], Case(Decimal(10)))
    assert [(item.stage.people, item.stage.needs, item.rules) for item in found] == [((1, 2), "any", (1, 2)), ((4,), "any", (2,)), ((1, 2), "all", (3,))]


def test_rules_are_followed_in_their_order():
    one, two = Rule(1, When(above=Decimal(1)), (people(1),)), Rule(2, When(above=Decimal(1)), (people(2),))
    assert keys(rules.route([one, two], Case(Decimal(9)))) == [(1,), (2,)]
    assert keys(rules.route([two, one], Case(Decimal(9)))) == [(2,), (1,)]


@pytest.mark.parametrize(("stage", "asker", "units", "expected"), [
    (Stage(), 1, (), [2, 3, 4]), (people(1, 2), 9, (), [1, 2]), (people(1), 1, (), []), (people(9), 1, (), []), (Stage("role", role=11), 9, (), [2, 3]), (Stage("role", role=11), 2, (), [3]), (Stage("role", role=99), 2, (), []),
    (Stage("unit"), 9, (6, 7), [2]), (Stage("unit"), 9, (), []), (Stage("unit"), 2, (7, 8), [3])])
def test_who_may_decide_is_never_who_asked(stage, asker, units, expected):
    assert [person.user_id for person in rules.able(stage, ALL, asker=asker, units=units)] == expected


@pytest.mark.parametrize(("needs", "who", "seats", "decided", "expected"), [
    ("any", "people", [1, 2], [1], True), ("all", "people", [1, 2], [1], False), ("all", "people", [1, 2], [1, 2], True), ("all", "people", [1, 2], [2, 1, 5], True), ("any", "people", [1, 2], [], False), ("all", "people", [], [], False),
    ("all", "anyone", [1, 2], [1], True), ("all", "people", [1], [1], True), ("all", "role", [1, 2], [1], False)])
def test_one_or_all_of_them(needs, who, seats, decided, expected):
    assert rules.is_done(Stage(who, needs=needs), seats, decided) is expected


@pytest.mark.parametrize(("stage", "units", "expected"), [
    (Stage(), None, False), (people(1), None, False), (people(9), None, True), (people(1, 9), None, False), (people(1, 9, needs="all"), None, True), (Stage("role", role=11), None, False), (Stage("role", role=99), None, True),
    (Stage("unit"), None, False), (Stage("unit"), {7, 9}, False), (Stage("unit"), {9}, True)])
def test_a_rule_without_a_possible_approver(stage, units, expected):
    assert rules.is_stuck(stage, ALL, units=units) is expected


def test_with_nobody_who_may_every_step_is_stuck():
    assert all(rules.is_stuck(stage, []) for stage in (Stage(), people(1), Stage("role", role=1), Stage("unit")))


OPEN = {"status": "pending", "step": "open", "asked_by": 3, "user": 1, "seen_step": 2, "current": 2, "may": True}


@pytest.mark.parametrize(("other", "expected"), [
    ({}, None), ({"seen_step": None}, None), ({"status": "approved"}, "approvals.decided"), ({"step": "approved"}, "approvals.decided"), ({"user": 3}, "approvals.own"), ({"user": 0}, "approvals.own"), ({"seen_step": 1}, "approvals.step_changed"),
    ({"seen_step": 3}, "approvals.step_changed"), ({"may": False}, "approvals.not_asked"), ({"user": 3, "may": True, "seen_step": 1}, "approvals.own")])
def test_why_somebody_cannot_decide(other, expected):
    assert rules.why_not(**{**OPEN, **other}) == expected


def test_a_usual_time_is_said_from_five_decisions_on():
    hours = [timedelta(hours=hour) for hour in (1, 2, 3, 40)]
    assert rules.usual_time(hours) is None
    assert rules.usual_time([*hours, timedelta(hours=4)]) == timedelta(hours=3)
