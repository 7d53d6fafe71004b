"""A rule that nobody can decide by any more is said at once, also when a role or the ceiling took the right away; and who reads it reads his own language."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Refused
from portiek.foundation.accounts import actions as accounts
from portiek.foundation.accounts.models import Role
from portiek.foundation.parties.models import Party
from portiek.foundation.tasks import actions as doing
from portiek.foundation.tasks import queries as tasks
from portiek.foundation.tasks.models import Task
from portiek.trade.approvals import queries, shown, wording
from portiek.trade.approvals.models import Step
from portiek.trade.approvals.tests.test_requests import named, placed, ruled
from portiek.trade.catalog.models import Category, Product
from portiek.trade.orders import queries as orders
from portiek.trade.orders.tests.test_absence import approver


def warned(actor):
    with scope(actor):
        return Task.objects.open().filter(kind="approvals.rule_stuck", party_id=actor.party_id).count()


def test_a_role_that_loses_the_right_warns_at_once_and_no_more_when_it_has_it_again(cast):
    karin = approver(cast, "karin")
    ruled(cast, named(karin))
    run_jobs()
    assert warned(cast.sanne) == 0
    with scope(cast.system):
        role = Role.objects.get(code="approver-karin")
        held = list(role.rights)
        Role.objects.filter(pk=role.pk).update(owner_id=cast.sanne.party_id)
        role = Role.objects.get(pk=role.pk)
    for rights, expected in (([right for right in held if right != "order.approve"], 1), (held, 0)):
        with scope(cast.sanne):
            accounts.change_role(cast.sanne, role=role, name=role.name, rights=rights)
        run_jobs()
        assert warned(cast.sanne) == expected


def test_a_ceiling_that_takes_the_right_warns_every_party_that_has_rules(cast):
    ruled(cast, named(cast.sanne))
    run_jobs()
    assert warned(cast.sanne) == 0
    for withheld, expected in ((["order.approve"], 1), ([], 0)):
        with scope(cast.olga):
            accounts.set_ceiling(cast.olga, withheld=withheld)
        run_jobs()
        assert warned(cast.sanne) == expected


def test_who_approves_reads_why_in_his_own_language(cast):
    with scope(cast.system):
        category = Product.objects.get(sku="GP-125-2600").category
        Category.objects.filter(pk=category.pk).update(name="Gipsplaten", name_en="Plasterboard")
        role = Role.objects.get(code="junior", owner=None)
    with scope(cast.sanne), translation.override("nl"):
        rule = queries.rule(cast.sanne, ruled(cast, named(cast.sanne), above=Decimal(1), category=category.pk, role=role.pk).pk)
        values = wording.kept(rule)
    said = {}
    for language in ("nl", "en"):
        with translation.override(language):
            said[language] = wording.reason(values)
    assert "Gipsplaten" in said["nl"] and "Inkoper met fiattering" in said["nl"]
    assert "Plasterboard" in said["en"] and "Inkoper" not in said["en"]


def test_what_was_kept_before_names_had_two_languages_still_reads(cast):
    with translation.override("en"):
        assert wording.reason({"rule": 1, "above": "500", "category": "Gipsplaten", "role": "Inkoper"}) == "above €500.00 of Gipsplaten by Inkoper"


def test_the_page_says_that_a_decision_counts_once(cast):
    karin = approver(cast, "karin")
    ruled(cast, named(cast.sanne), named(cast.sanne, karin))
    order = placed(cast.youssef)
    with scope(cast.youssef):
        stops = shown.route(cast.youssef, queries.route(cast.youssef, order.approval_id), "EUR")
    assert [stop.again for stop in stops] == [False, True]


def test_only_parties_with_rules_are_asked(cast):
    ruled(cast, named(cast.sanne))
    with scope(cast.system):
        assert queries.parties_with_rules(cast.system) == [Party.objects.get(number="10042").pk]
    with scope(cast.sanne):
        assert queries.parties_with_rules(cast.sanne) == []


def test_a_task_is_handed_over_to_who_may_decide_alone(cast):
    karin = approver(cast, "karin")
    ruled(cast, named(cast.sanne))
    order = placed(cast.youssef)
    run_jobs()
    with scope(cast.sanne):
        task = Task.objects.open().get(kind="orders.order_approve", subject=f"orders.order:{order.pk}", user_id=cast.sanne.user_id)
        offered = tasks.colleagues(cast.sanne, task)
        assert [value for value, _name, _hint in offered.find("", 9)] == []
        assert offered.one(str(karin.user_id)) is None
        with pytest.raises(Refused, match=r"tasks-who"):
            doing.hand_over(cast.sanne, task=task, user_id=karin.user_id)
    ruled(cast, named(cast.sanne, karin))
    other = placed(cast.youssef)
    run_jobs()
    with scope(cast.sanne):
        assert orders.deciders(cast.sanne, f"orders.order:{other.pk}") == {cast.sanne.user_id}
        Step.objects.filter(request=other.approval_id, status="open").update(people=[cast.sanne.user_id, karin.user_id])
        assert orders.deciders(cast.sanne, f"orders.order:{other.pk}") == {cast.sanne.user_id, karin.user_id}
        task = Task.objects.open().get(kind="orders.order_approve", subject=f"orders.order:{other.pk}", user_id=cast.sanne.user_id)
        assert [value for value, _name, _hint in tasks.colleagues(cast.sanne, task).find("", 9)] == [str(karin.user_id)]
    with scope(cast.dirk):
        assert orders.deciders(cast.dirk, f"orders.order:{other.pk}") == set()
