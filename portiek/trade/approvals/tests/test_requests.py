"""From asking to the last decision, with what people try who are not asked."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core import permissions
from portiek.core.db import scope
from portiek.core.errors import Conflict, Forbidden, NotFound, Refused
from portiek.foundation.accounts import actions as accounts
from portiek.foundation.accounts.models import Membership, Role
from portiek.foundation.notifications.models import Notification
from portiek.foundation.tasks.models import Task
from portiek.trade.approvals import actions as approvals
from portiek.trade.approvals import queries, rules
from portiek.trade.approvals.models import Decision, Request, Rule, Step
from portiek.trade.orders import actions
from portiek.trade.orders import queries as orders
from portiek.trade.orders.models import Order
from portiek.trade.orders.tests.test_absence import approver, away
from portiek.trade.orders.tests.test_submit import fill, submit


def named(*actors, needs="any", up_to=None):
    return rules.Stage("people", tuple(actor.user_id for actor in actors), needs=needs, up_to=up_to)


def ruled(cast, *stages, **when):
    """Make a rule of Bakker: from the first cent on unless `when` says otherwise."""
    with scope(cast.sanne):
        return approvals.make_rule(cast.sanne, when=rules.When(**(when or {"above": Decimal(0)})), stages=stages)


def placed(actor, count=2):
    with scope(actor):
        return submit(actor, fill(actor, count))


def approve(actor, order, **more):
    with scope(actor):
        return actions.approve_order(actor, order=order, seen=order.content_hash, now=timezone.now(), **more)


def route(cast, order):
    with scope(cast.system):
        return [(at.step.status, [row.name for row in at.decisions]) for at in orders.detail(cast.system, order.number).approval.steps]


def waiting(actor):
    with scope(actor):
        return list(orders.to_approve(actor).values_list("number", flat=True))


def test_two_steps_one_after_the_other(cast):
    karin = approver(cast, "karin")
    ruled(cast, named(cast.sanne), named(karin))
    order = placed(cast.youssef)
    assert order.status == "pending_approval"
    assert order.number in waiting(cast.sanne) and order.number not in waiting(karin)
    with scope(karin), pytest.raises(Refused, match=r"approvals\.not_asked"):
        actions.approve_order(karin, order=order, seen=order.content_hash, now=timezone.now())
    assert approve(cast.sanne, order).status == "pending_approval"
    assert order.number in waiting(karin) and order.number not in waiting(cast.sanne)
    with scope(cast.sanne), pytest.raises(Refused, match=r"approvals\.not_asked"):
        actions.approve_order(cast.sanne, order=order, seen=order.content_hash, now=timezone.now())
    assert approve(karin, order).status == "submitted"
    assert route(cast, order) == [("approved", ["Sanne Bakker"]), ("approved", ["Karin Bakker"])]


def test_a_later_step_cannot_be_decided_first(cast):
    karin = approver(cast, "karin")
    ruled(cast, named(cast.sanne), named(karin))
    order = placed(cast.youssef)
    for step in (1, 2):
        with scope(karin), pytest.raises(Refused, match=r"approvals\.(not_asked|step_changed)"):
            actions.approve_order(karin, order=order, seen=order.content_hash, step=step, now=timezone.now())
    approve(cast.sanne, order, step=1)
    with scope(karin), pytest.raises(Refused, match=r"approvals\.step_changed"):
        actions.approve_order(karin, order=order, seen=order.content_hash, step=1, now=timezone.now())
    assert approve(karin, order, step=2).status == "submitted"


def test_all_of_them(cast):
    karin = approver(cast, "karin")
    ruled(cast, named(cast.sanne, karin, needs="all"))
    order = placed(cast.youssef)
    assert approve(karin, order).status == "pending_approval"
    with scope(karin), pytest.raises(Refused, match=r"approvals\.decided_already"):
        actions.approve_order(karin, order=order, seen=order.content_hash, now=timezone.now())
    assert order.number not in waiting(karin) and order.number in waiting(cast.sanne)
    assert approve(cast.sanne, order).status == "submitted"


def test_a_deputy_decides_for_two_of_all(cast):
    """Karin is asked herself and stands in for Sanne: one decision, both seats, both names."""
    karin = approver(cast, "karin")
    ruled(cast, named(cast.sanne, karin, needs="all"))
    order = placed(cast.youssef)
    away(cast.sanne, karin)
    assert approve(karin, order).status == "submitted"
    with scope(cast.system):
        row = Decision.objects.get(step__request__number=order.number)
        assert (row.name, row.instead_of, set(row.seats)) == ("Karin Bakker", "Sanne Bakker", {karin.user_id, cast.sanne.user_id})


def test_the_deputy_of_who_is_named(cast):
    karin = approver(cast, "karin")
    ruled(cast, named(cast.sanne))
    order = placed(cast.youssef)
    assert order.number not in waiting(karin)
    away(cast.sanne, karin)
    assert order.number in waiting(karin)
    assert approve(karin, order).status == "submitted"


def test_the_same_person_is_not_asked_twice(cast):
    karin = approver(cast, "karin")
    ruled(cast, named(cast.sanne), named(cast.sanne, karin))
    order = placed(cast.youssef)
    assert approve(cast.sanne, order).status == "submitted"
    assert route(cast, order) == [("approved", ["Sanne Bakker"]), ("approved", ["Sanne Bakker"])]


def test_nobody_approves_his_own(cast):
    karin = approver(cast, "karin")
    ruled(cast, named(cast.sanne, karin))
    order = placed(cast.sanne)
    assert order.status == "pending_approval"
    with scope(cast.sanne), pytest.raises(Refused, match=r"orders\.own_order"):
        actions.approve_order(cast.sanne, order=order, seen=order.content_hash, now=timezone.now())
    with scope(cast.sanne), pytest.raises(Refused, match=r"approvals\.own"):
        approvals.decide(cast.sanne, request=order.approval, approve=True, now=timezone.now())
    # Not with SQL either.
    with scope(cast.sanne), pytest.raises(IntegrityError), transaction.atomic():
        step = Step.objects.get(request=order.approval)
        Decision.objects.create(portal_id=order.portal_id, party_id=order.party_id, step=step, approved=True, user_id=cast.sanne.user_id, name="x", asked_by=cast.sanne.user_id, content_hash="", at=timezone.now())
    assert approve(karin, order).status == "submitted"


def test_nobody_of_another_party(cast):
    ruled(cast, named(cast.sanne))
    order = placed(cast.youssef)
    for stranger in (cast.dirk, cast.otto, cast.olga):
        with scope(stranger), pytest.raises((NotFound, Forbidden)):
            actions.approve_order(stranger, order=order, seen=order.content_hash, now=timezone.now())
        with scope(stranger), pytest.raises((NotFound, Forbidden)):
            approvals.decide(stranger, request=order.approval, approve=True, now=timezone.now())
    with scope(cast.dirk):
        assert not (Rule.objects.exists() or Request.objects.filter(number=order.number).exists())
        assert (Step.objects.filter(request_id=order.approval_id).count(), Step.objects.filter(request_id=order.approval_id).update(status="approved")) == (0, 0)
        with pytest.raises(DatabaseError), transaction.atomic():
            Request.objects.create(portal_id=order.portal_id, party_id=order.party_id, subject="x", number="x", content_hash="", net=1, asked_by=1, asked_at=timezone.now(), expires_at=timezone.now())


def test_another_content_than_was_seen(cast):
    ruled(cast, named(cast.sanne))
    order = placed(cast.youssef)
    with scope(cast.sanne), pytest.raises(Conflict):
        actions.approve_order(cast.sanne, order=order, seen="0" * 64, now=timezone.now())
    assert route(cast, order) == [("open", [])]


def test_the_second_of_two_who_decide_finds_it_decided(cast):
    karin = approver(cast, "karin")
    ruled(cast, named(cast.sanne, karin))
    order = placed(cast.youssef)
    approve(karin, order)
    with scope(cast.sanne), pytest.raises(Refused, match=r"orders\.decided"):
        actions.approve_order(cast.sanne, order=order, seen=order.content_hash, now=timezone.now())
    with scope(cast.sanne), pytest.raises(Refused, match=r"orders\.decided"):
        actions.reject_order(cast.sanne, order=order, seen=order.content_hash, reason="te laat", now=timezone.now())


def test_one_rejection_ends_it(cast):
    karin = approver(cast, "karin")
    ruled(cast, named(cast.sanne, karin, needs="all"), named(karin))
    order = placed(cast.youssef)
    with scope(karin):
        actions.reject_order(karin, order=order, seen=order.content_hash, reason="te duur", now=timezone.now())
    assert route(cast, order) == [("rejected", ["Karin Bakker"]), ("over", [])]


def test_who_lost_his_place_or_his_right_decides_no_more(cast):
    karin = approver(cast, "karin")
    ruled(cast, named(cast.sanne, karin, needs="all"))
    order = placed(cast.youssef)
    with scope(cast.sanne):
        accounts.end_membership(cast.sanne, membership=Membership.objects.get(user_id=karin.user_id, party_id=karin.party_id))
    with scope(cast.acting("karin", "devries")) as _open, pytest.raises((NotFound, Forbidden)):
        actions.approve_order(cast.acting("karin", "devries"), order=order, seen=order.content_hash, now=timezone.now())
    # All of them: those who are left.
    assert approve(cast.sanne, order).status == "submitted"


def test_a_step_by_role_asks_who_has_it_at_that_moment(cast):
    karin = approver(cast, "karin")
    with scope(cast.system):
        role = Role.objects.get(code="approver-karin")
    ruled(cast, rules.Stage("role", role=role.pk))
    order = placed(cast.youssef)
    assert order.number in waiting(karin) and order.number not in waiting(cast.sanne)
    assert approve(karin, order).status == "submitted"


def test_a_step_with_nobody_goes_to_who_makes_the_rules(cast):
    """N8: an order never waits for nobody."""
    karin = approver(cast, "karin")
    ruled(cast, named(karin))
    with scope(cast.sanne):
        accounts.end_membership(cast.sanne, membership=Membership.objects.get(user_id=karin.user_id, party_id=karin.party_id))
    run_jobs()
    with scope(cast.sanne):
        assert Task.objects.open().filter(kind="approvals.rule_stuck", right="rule.manage").count() == 1
    order = placed(cast.youssef)
    run_jobs()
    with scope(cast.sanne):
        assert Task.objects.open().filter(kind="orders.order_approve", subject=f"orders.order:{order.pk}", right="rule.manage").exists()
    assert order.number in waiting(cast.sanne)
    assert approve(cast.sanne, order).status == "submitted"


def test_a_mended_rule_warns_no_more(cast):
    karin = approver(cast, "karin")
    rule = ruled(cast, named(karin))
    with scope(cast.sanne):
        accounts.end_membership(cast.sanne, membership=Membership.objects.get(user_id=karin.user_id, party_id=karin.party_id))
    run_jobs()
    with scope(cast.sanne):
        approvals.change_rule(cast.sanne, rule=rule, when=rules.When(above=Decimal(0)), stages=[named(cast.sanne)])
    run_jobs()
    with scope(cast.sanne):
        assert not Task.objects.open().filter(kind="approvals.rule_stuck").exists()


def test_after_its_term_who_makes_the_rules_may_too_and_then_it_goes_back(cast):
    karin = approver(cast, "karin")
    ruled(cast, named(karin))
    order = placed(cast.youssef)
    run_jobs()
    now = timezone.now()
    with scope(cast.sanne), pytest.raises(Refused, match=r"approvals\.not_asked"):
        actions.approve_order(cast.sanne, order=order, seen=order.content_hash, now=now)
    with scope(cast.system):
        before = approvals.escalate_due(cast.system, now=now)
        assert approvals.escalate_due(cast.system, now=now + rules.PATIENCE) >= 1 and before == 0
        assert approvals.escalate_due(cast.system, now=now + rules.PATIENCE) == 0
    run_jobs()
    with scope(cast.sanne):
        assert Task.objects.open().filter(subject=f"orders.order:{order.pk}", right="rule.manage").exists()
    assert order.number in waiting(cast.sanne)
    with scope(cast.system):
        assert actions.expire_approvals(cast.system, now=now + rules.OPEN_FOR + timedelta(hours=1)) >= 1
    run_jobs()
    with scope(cast.youssef):
        found = orders.detail(cast.youssef, order.number)
        assert (found.order.status, found.approval.request.status) == ("rejected", "expired")
        assert Notification.objects.filter(kind="orders.approval_expired", user_id=cast.youssef.user_id).exists()
        assert not Task.objects.open().filter(subject=f"orders.order:{order.pk}").exists()
    with scope(cast.sanne), pytest.raises(Refused, match=r"orders\.decided"):
        actions.approve_order(cast.sanne, order=order, seen=order.content_hash, now=now)


def test_each_step_asks_its_own_people(cast):
    karin = approver(cast, "karin")
    ruled(cast, named(cast.sanne), named(karin))
    order = placed(cast.youssef)
    subject = f"orders.order:{order.pk}"

    def asked():
        run_jobs()
        with scope(cast.sanne):
            return list(Task.objects.open().filter(subject=subject, kind="orders.order_approve").values_list("user_id", flat=True))

    assert asked() == [cast.sanne.user_id]
    approve(cast.sanne, order)
    assert asked() == [karin.user_id]
    approve(karin, order)
    assert asked() == []


def test_rules_that_changed_meanwhile_leave_what_waits_alone(cast):
    karin = approver(cast, "karin")
    rule = ruled(cast, named(cast.sanne))
    order = placed(cast.youssef)
    with scope(cast.sanne):
        approvals.remove_rule(cast.sanne, rule=rule)
    ruled(cast, named(karin))
    assert approve(cast.sanne, order).status == "submitted"


def test_paused_rules_hold_nothing(cast):
    rule = ruled(cast, named(cast.sanne))
    with scope(cast.sanne):
        approvals.pause_rule(cast.sanne, rule=rule, paused=True)
    assert placed(cast.youssef).status == "submitted"
    with scope(cast.sanne):
        approvals.pause_rule(cast.sanne, rule=rule, paused=False)
    assert placed(cast.youssef).status == "pending_approval"


def test_articles_that_were_never_ordered(cast):
    ruled(cast, named(cast.sanne), new_articles=True)
    with scope(cast.system):
        Order.objects.filter(party_id=cast.youssef.party_id).update(status="cancelled")
    first = placed(cast.youssef)
    assert first.status == "pending_approval"
    approve(cast.sanne, first)
    assert placed(cast.youssef).status == "submitted"


def test_who_asks_with_which_role(cast):
    with scope(cast.system):
        mine = Membership.objects.get(user_id=cast.youssef.user_id, party_id=cast.youssef.party_id).role_id
    ruled(cast, named(cast.sanne), role=mine)
    assert placed(cast.youssef).status == "pending_approval"
    karin = approver(cast, "karin")
    assert placed(karin).status == "submitted"


def test_a_category(cast):
    with scope(cast.youssef):
        category = next(item.product.category_id for item in fill(cast.youssef).lines if item.product.category_id)
    ruled(cast, named(cast.sanne), category=category)
    with scope(cast.youssef):
        assert submit(cast.youssef, orders.basket(cast.youssef, day=timezone.localdate())).status == "pending_approval"
    with scope(cast.sanne):
        approvals.change_rule(cast.sanne, rule=Rule.objects.get(), when=rules.When(category=category, above=Decimal(10**9)), stages=[named(cast.sanne)])
    assert placed(cast.youssef).status == "submitted"


@pytest.mark.parametrize(("when", "stages", "problem"), [
    ({}, [rules.Stage()], "approvals.empty_rule"), ({"above": Decimal(1)}, [], "approvals.no_steps"), ({"above": Decimal(1)}, [rules.Stage("people")], "approvals.no_people"), ({"above": Decimal(1)}, [rules.Stage("role")], "approvals.no_role"),
    ({"above": Decimal(1)}, [rules.Stage(up_to=Decimal(5)), rules.Stage("people", (0,))], "approvals.people_gone"), ({"above": Decimal(1)}, [rules.Stage(up_to=Decimal(5)), rules.Stage(up_to=Decimal(4))], "approvals.up_to")])
def test_rules_that_say_nothing_useful(cast, when, stages, problem):
    with scope(cast.sanne), pytest.raises(Refused, match=problem.replace(".", r"\.")):
        approvals.make_rule(cast.sanne, when=rules.When(**when), stages=stages)


def test_rules_of_ones_own_party_alone(cast):
    """What is another's is not there, whether as a rule or inside one; who has no right to it makes none."""
    rule = ruled(cast, named(cast.sanne))
    with scope(cast.dirk):
        for deed in (lambda: approvals.remove_rule(cast.dirk, rule=rule), lambda: approvals.pause_rule(cast.dirk, rule=rule, paused=True), lambda: approvals.raise_rule(cast.dirk, rule=rule),
                     lambda: approvals.change_rule(cast.dirk, rule=rule, when=rules.When(above=Decimal(1)), stages=[rules.Stage()]), lambda: queries.rule(cast.dirk, rule.pk)):
            with pytest.raises(NotFound):
                deed()
        with pytest.raises(Refused, match=r"approvals\.people_gone"):
            approvals.make_rule(cast.dirk, when=rules.When(above=Decimal(1)), stages=[named(cast.sanne)])
        with pytest.raises(NotFound):
            approvals.make_rule(cast.dirk, when=rules.When(unit=10**9), stages=[rules.Stage()])
    with scope(cast.youssef), pytest.raises(Forbidden):
        approvals.make_rule(cast.youssef, when=rules.When(above=Decimal(1)), stages=[rules.Stage()])


def test_a_usual_time_of_the_last_decisions(cast):
    ruled(cast, named(cast.sanne))
    keys = [rules.Stage("people", (cast.sanne.user_id,)).key]
    for done in range(5):
        with scope(cast.sanne):
            assert queries.usual_times(cast.sanne, keys) == {}
        order = placed(cast.youssef)
        with scope(cast.system):
            Step.objects.filter(request_id=order.approval_id).update(opened_at=timezone.now() - timedelta(hours=done + 1))
        approve(cast.sanne, order)
    with scope(cast.sanne):
        assert round(queries.usual_times(cast.sanne, keys)[keys[0]] / timedelta(hours=1)) == 3


def test_who_acts_on_a_mandate_decides_where_anybody_may_and_nowhere_else(cast):
    """He is no colleague: not asked by name or role, nor when the first step is another's."""
    agent = dataclasses.replace(cast.sanne, user_id=cast.dirk.user_id, name="Dirk de Vries, Kozijnhuis De Vries", mandate_id=1, rights=frozenset({"order.approve", "order.view.company"}))
    rule = ruled(cast, named(cast.sanne))
    order = placed(cast.youssef)
    assert order.number not in waiting(agent)
    with scope(agent), pytest.raises(Refused, match=r"approvals\.not_asked"):
        actions.approve_order(agent, order=order, seen=order.content_hash, now=timezone.now())
    with scope(cast.sanne):
        approvals.change_rule(cast.sanne, rule=rule, when=rules.When(above=Decimal(0)), stages=[rules.Stage()])
    assert approve(agent, placed(cast.youssef)).status == "submitted"


def test_who_looks_along_decides_nothing(cast):
    """Neither who looks as a user nor who works on his behalf has the right at all."""
    assert {item.code for item in permissions.rights().values() if item.code in ("order.approve", "rule.manage") and item.behalf} == set()
    order = (ruled(cast, named(cast.sanne)), placed(cast.youssef))[1]
    along = dataclasses.replace(cast.sanne, by_user_id=cast.olga.user_id, by_name="Olga Smit", rights=cast.sanne.rights - {"order.approve", "rule.manage"})
    with scope(along), pytest.raises(Forbidden):
        actions.approve_order(along, order=order, seen=order.content_hash, now=timezone.now())
