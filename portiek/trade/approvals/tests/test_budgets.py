"""Budgets and cost centres from their pages to the order, with who tries to get past them."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import copy_database, run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.edges.api.cast import Machine, secret_of
from portiek.edges.connectors.effects import _fields
from portiek.foundation.accounts.models import Membership, Role
from portiek.foundation.notifications.models import Notification
from portiek.foundation.parties import actions as parties
from portiek.foundation.parties.models import Party
from portiek.trade.approvals import actions, queries, rules
from portiek.trade.approvals.models import Budget, CostCentre
from portiek.trade.approvals.tests.test_requests import approve, named, route, ruled
from portiek.trade.catalog.models import Product
from portiek.trade.orders import actions as ordering
from portiek.trade.orders import queries as orders
from portiek.trade.orders.document import order_document
from portiek.trade.orders.models import Order
from portiek.trade.orders.tests.test_absence import approver
from portiek.trade.orders.tests.test_submit import fill, submit

FIRST = timezone.localdate().replace(day=1)


@pytest.fixture(autouse=True)
def _nothing_before(request):
    """What the seeds ordered was long ago."""
    if request.node.get_closest_marker("no_database"):
        return
    cast = request.getfixturevalue("cast")
    with scope(cast.system):
        Order.objects.filter(party_id=cast.sanne.party_id).update(placed_at=timezone.now() - timedelta(days=800))


def net(actor, quantity="10"):
    """Return what one line of the first product comes to."""
    with scope(actor):
        return orders.proposal(actor, lines=[asked(actor, quantity)], details=orders.Details(), day=timezone.localdate()).basket.totals.net


def asked(actor, quantity="10"):
    sku = Product.objects.filter(is_active=True, list_price__isnull=False).order_by("sku").values_list("sku", flat=True)[0]
    return orders.Asked(code=sku, quantity=Decimal(quantity))


def budget(cast, amount, **more):
    given = {"name": "Materiaal", "amount": Decimal(amount), "period": "month", "starts_on": FIRST, **more}
    with scope(cast.sanne):
        return actions.make_budget(cast.sanne, given=actions.Budgeting(**given))


def order(actor, quantity="10", *, key="1", cost=""):
    with scope(actor):
        return ordering.place_order(actor, lines=[asked(actor, quantity)], details=orders.Details(cost_centre=cost), key=key * 32, said="0" * 32, now=timezone.now())


def cost(cast, code="210", name="Steiger Noord"):
    with scope(cast.sanne):
        return actions.make_cost_centre(cast.sanne, code=code, name=name)


def left(actor, code=""):
    with scope(actor):
        return [item.left for item in queries.left(actor, units=queries.units_of(actor), cost_centre=code, day=timezone.localdate())]


def test_above_a_budget_a_colleague_approves_and_reads_why(cast):
    amount = net(cast.youssef)
    budget(cast, amount * 2)
    assert order(cast.youssef).status == "submitted"
    assert order(cast.youssef, key="2").status == "submitted"
    third = order(cast.youssef, key="3")
    assert third.status == "pending_approval"
    with scope(cast.sanne):
        [at] = orders.detail(cast.sanne, third.number).approval.steps
        assert at.step.reasons == [{"budget": "Materiaal", "left": "0.00"}]
    assert approve(cast.sanne, third).status == "submitted"
    assert left(cast.youssef) == [-amount]


def test_what_waits_is_kept_free_and_what_is_refused_comes_back(cast):
    amount = net(cast.youssef)
    budget(cast, amount * 3)
    ruled(cast, named(cast.sanne))
    first = order(cast.youssef)
    assert first.status == "pending_approval" and left(cast.youssef) == [amount * 2]
    with scope(cast.sanne):
        ordering.reject_order(cast.sanne, order=first, seen=first.content_hash, reason="Nee", now=timezone.now())
    assert left(cast.youssef) == [amount * 3]
    second = order(cast.youssef, key="2")
    with scope(cast.youssef):
        ordering.withdraw_order(cast.youssef, order=second, now=timezone.now())
    assert left(cast.youssef) == [amount * 3]


def test_nothing_goes_above_a_hard_one_through_any_door(cast, client_of):
    amount = net(cast.youssef)
    budget(cast, amount - 1, hard=True)
    with pytest.raises(Refused, match=r"approvals\.above_budget"):
        order(cast.youssef)
    with scope(cast.youssef):
        basket = fill(cast.youssef, 1)
        with pytest.raises(Refused, match=r"approvals\.above_budget"):
            submit(cast.youssef, basket)
        key, sku = secret_of(cast.youssef), basket.lines[0].product.sku
    youssef = client_of("youssef")
    for path in ("/orders/cart/", "/orders/cart/review/"):
        page = youssef.get(path).content.decode()
        assert "boven het budget Materiaal" in page, path
    assert "disabled" in youssef.get("/orders/cart/review/").content.decode().partition("Bestel nu")[0].rpartition("<button")[2]
    answer = Machine(key).post("/orders:validate", {"lines": [{"sku": sku, "quantity": "10"}]}).json()
    assert answer["can_be_placed"] is False and [item["code"] for item in answer["problems"]] == ["approvals.above_budget"]
    assert Machine(key).post("/orders", {"lines": [{"sku": sku, "quantity": "10"}]}, idempotency_key="above").status_code == 422
    with scope(cast.system):
        assert not Order.objects.filter(user_id=cast.youssef.user_id, placed_at__gte=timezone.now() - timedelta(days=1)).exists()


def test_a_rule_says_who_approves_above_a_budget(cast):
    karin = approver(cast, "karin")
    amount = net(cast.youssef)
    budget(cast, amount)
    ruled(cast, named(karin), over_budget=True)
    assert order(cast.youssef).status == "submitted"
    second = order(cast.youssef, key="2")
    assert second.status == "pending_approval"
    with scope(cast.sanne), pytest.raises(Refused, match=r"approvals\.not_asked"):
        ordering.approve_order(cast.sanne, order=second, seen=second.content_hash, now=timezone.now())
    assert approve(karin, second).status == "submitted"
    assert route(cast, second) == [("approved", ["Karin Bakker"])]


def test_a_rule_above_a_budget_without_an_approver_is_said(cast, client_of):
    karin = approver(cast, "karin")
    ruled(cast, named(karin), over_budget=True, cost_centre=cost(cast).code)
    with scope(cast.system):
        Membership.objects.filter(user_id=karin.user_id, party_id=karin.party_id).update(is_active=False)
    page = client_of("sanne").get("/approvals/").content.decode()
    assert "voor kostenplaats 210 boven een budget" in page and "heeft geen mogelijke goedkeurder" in page


@pytest.mark.parametrize("whose", ["person", "unit", "cost"])
def test_a_budget_counts_for_its_own_alone(cast, whose):
    cost(cast)
    with scope(cast.sanne):
        above = parties.add_unit(cast.sanne, party=Party.objects.get(number="10042"), name="Vestiging")
        below = parties.add_unit(cast.sanne, party=above.party, name="Ploeg", kind="department", parent=above)
    with scope(cast.system):
        Membership.objects.filter(user_id=cast.youssef.user_id, party_id=cast.youssef.party_id).update(unit=below if whose == "unit" else None)
    youssef, amount = cast.youssef, net(cast.youssef)
    budget(cast, amount, **{"person": {"user_id": youssef.user_id}, "unit": {"unit_id": above.pk}, "cost": {"cost_centre": "210"}}[whose])
    code = "210" if whose == "cost" else ""
    assert order(youssef, cost=code).status == "submitted"
    assert order(youssef, key="2", cost=code).status == "pending_approval"
    # Of a colleague elsewhere, or for no cost centre.
    assert order(cast.sanne, key="3").status == "submitted"
    with scope(cast.sanne):
        [found] = queries.metered(cast.sanne, queries.budgets(cast.sanne), party_id=cast.sanne.party_id, day=timezone.localdate())
        assert (found.meter.spent, found.meter.waiting, found.meter.left) == (amount, amount, -amount)


def test_cost_centres_stand_on_the_order_and_all_it_becomes(cast, client_of):
    row = cost(cast)
    sanne = client_of("sanne")
    with scope(cast.sanne):
        fill(cast.sanne, 1)
    assert "210 Steiger Noord" in sanne.get("/orders/cart/").content.decode()
    assert sanne.post("/orders/cart/details/", {"reference": "", "address": "", "wanted_date": "", "note": "", "cost_centre": "999", "next": "review"}).status_code == 422
    assert sanne.post("/orders/cart/details/", {"reference": "", "address": "", "wanted_date": "", "note": "", "cost_centre": "210", "next": "review"}).status_code == 302
    assert "210 Steiger Noord" in sanne.get("/orders/cart/review/").content.decode()
    with scope(cast.sanne):
        placed = submit(cast.sanne, orders.basket(cast.sanne, day=timezone.localdate()))
        actions.name_cost_centre(cast.sanne, cost_centre=row, name="Steiger Zuid")
        key = secret_of(cast.sanne)
    assert (placed.cost_centre, placed.cost_name) == ("210", "Steiger Noord")
    assert "210 Steiger Noord" in sanne.get(f"/orders/{placed.number}/").content.decode()
    with scope(cast.sanne):
        assert order_document(orders.detail(cast.sanne, placed.number), placed.portal, with_tax=False).startswith(b"%PDF")
    with scope(cast.system):
        assert [(item.key, item.text) for item in _fields(placed)][:1] == [("cost_centre", "210 Steiger Noord")]
    answer = Machine(key).get(f"/orders/{placed.number}").json()
    assert (answer["cost_centre"], answer["cost_name"]) == ("210", "Steiger Noord")


def test_a_cost_centre_that_has_to_be_chosen_is_asked_at_every_door(cast, client_of):
    row = cost(cast)
    with scope(cast.sanne):
        actions.ask_cost_centre(cast.sanne, required=True)
    with pytest.raises(Refused) as refused:
        order(cast.youssef)
    assert [part.code for part in refused.value.parts] == ["approvals.cost_centre_needed"]
    with pytest.raises(Refused):
        order(cast.youssef, cost="999")
    with scope(cast.youssef):
        fill(cast.youssef, 1)
        with pytest.raises(Refused, match=r"approvals\.cost_centre_needed"):
            submit(cast.youssef, orders.basket(cast.youssef, day=timezone.localdate()))
    youssef = client_of("youssef")
    values = {"reference": "Bus 3", "address": "", "wanted_date": "", "note": "", "cost_centre": ""}
    assert youssef.post("/orders/cart/details/", values).status_code == 302
    assert youssef.post("/orders/cart/details/", {**values, "next": "review"}).status_code == 422
    assert order(cast.youssef, cost="210").cost_centre == "210"
    with scope(cast.sanne):
        actions.end_cost_centre(cast.sanne, cost_centre=row, ended=True)
    # With none left to choose, none is asked.
    assert order(cast.youssef, key="2").cost_centre == ""


def test_warned_once_in_a_period(cast):
    amount = net(cast.youssef)
    row = budget(cast, amount * Decimal("2.4"))
    order(cast.youssef)
    run_jobs()
    with scope(cast.system):
        assert not Notification.objects.filter(kind="approvals.budget_near").exists()
    order(cast.youssef, key="2")
    run_jobs()
    order(cast.youssef, key="3")
    run_jobs()
    with scope(cast.system):
        told = list(Notification.objects.filter(kind="approvals.budget_near").values_list("user_id", flat=True))
        assert told == [cast.sanne.user_id]
        assert Budget.objects.get(pk=row.pk).warned_on == FIRST


def values(**more):
    return {"name": "Gereedschap", "whose": "company", "person": "", "amount": "1.500,00", "period": "month", "starts_on": FIRST.isoformat(), "hard": "", **more}


def test_an_administrator_keeps_budgets(cast, client_of):
    sanne = client_of("sanne")
    assert "Nog geen budgetten" in sanne.get("/approvals/budgets/").content.decode()
    answer = sanne.post("/approvals/budgets/new/", values(whose="person", person=str(cast.youssef.user_id), hard="1"))
    assert answer.status_code == 302, answer.content.decode()
    page = sanne.get("/approvals/budgets/").content.decode()
    assert "Gereedschap" in page and "Youssef El Amrani" in page and "€\u00a01.500,00" in page
    with scope(cast.sanne):
        row = Budget.objects.get()
    assert 'value="1500,00"' in sanne.get(f"/approvals/budgets/{row.pk}/").content.decode()
    assert sanne.post(f"/approvals/budgets/{row.pk}/", values(amount="900", carries="on")).status_code == 302
    with scope(cast.sanne):
        row.refresh_from_db()
        assert (row.user_id, row.amount, row.carries, row.hard) == (None, 900, True, False)
    assert "Budget Gereedschap verwijderen?" in sanne.get(f"/approvals/budgets/{row.pk}/remove/").content.decode()
    assert sanne.post(f"/approvals/budgets/{row.pk}/remove/").status_code == 302
    assert "Nog geen budgetten" in sanne.get("/approvals/budgets/").content.decode()


@pytest.mark.parametrize(("more", "said"), [({"name": ""}, "id_name"), ({"amount": "0"}, "id_amount"), ({"starts_on": FIRST.replace(day=2).isoformat()}, "eerste dag"), ({"whose": "person"}, "Kies er een"), ({"whose": "person", "person": "999999"}, "")])
def test_what_does_not_fit_is_said(cast, client_of, more, said):
    answer = client_of("sanne").post("/approvals/budgets/new/", values(**more))
    assert answer.status_code == 422 and said in answer.content.decode().partition("summary-errors")[2]


def test_cost_centres_are_kept_on_their_page(cast, client_of):
    sanne = client_of("sanne")
    assert sanne.post("/approvals/cost-centres/", {"code": "210", "name": "Steiger Noord"}).status_code == 302
    for code, said in (("210", "al een kostenplaats"), ("a b", "code van ten hoogste"), ("", "verplicht")):
        answer = sanne.post("/approvals/cost-centres/", {"code": code, "name": "Nog een"})
        assert answer.status_code == 422 and said in answer.content.decode(), code
    with scope(cast.sanne):
        row = CostCentre.objects.get()
    assert sanne.post(f"/approvals/cost-centres/{row.pk}/", {"name": "Steiger Zuid"}).status_code == 302
    assert sanne.post("/approvals/cost-centres/asked/", {"required": "on"}).status_code == 302
    assert sanne.post(f"/approvals/cost-centres/{row.pk}/end/").status_code == 302
    page = sanne.get("/approvals/cost-centres/").content.decode()
    assert "Steiger Zuid" in page and "Niet meer te kiezen" in page
    assert sanne.post(f"/approvals/cost-centres/{row.pk}/resume/").status_code == 302


@pytest.mark.parametrize("path", ["budgets/{budget}/", "budgets/{budget}/remove/", "cost-centres/{cost}/", "cost-centres/{cost}/end/", "cost-centres/{cost}/resume/"])
def test_another_party_gets_404_and_who_has_no_right_403(cast, client_of, path):
    row, place = budget(cast, 100), cost(cast)
    for who, status in (("dirk", 404), ("youssef", 403), ("olga", 404), ("otto", 404), ("nadia2", 404)):
        answer = client_of(who).post("/approvals/" + path.format(budget=row.pk, cost=place.pk), {"name": "X"})
        assert answer.status_code in ((status,) if who in ("dirk", "youssef") else (403, 404)), who
    with scope(cast.sanne):
        assert (Budget.objects.get(pk=row.pk).removed_at, CostCentre.objects.get(pk=place.pk).ended_at, CostCentre.objects.get(pk=place.pk).name) == (None, None, "Steiger Noord")


def test_budgets_name_nobody_and_nothing_of_another_party(cast):
    with scope(cast.dirk):
        foreign = actions.make_cost_centre(cast.dirk, code="D1", name="Van Dirk")
    for more in ({"user_id": cast.dirk.user_id}, {"cost_centre": foreign.code}, {"unit_id": 10**9}):
        with pytest.raises(NotFound):
            budget(cast, 100, **more)
    with pytest.raises(Refused):
        order(cast.youssef, cost="D1")
    with scope(cast.youssef), pytest.raises(Forbidden):
        actions.make_budget(cast.youssef, given=actions.Budgeting("X", Decimal(1), "month", FIRST))
    row = budget(cast, 100)
    with scope(cast.dirk):
        assert not Budget.objects.filter(pk=row.pk).exists() and not CostCentre.objects.exclude(pk=foreign.pk).exists()
    with scope(cast.sanne), pytest.raises(IntegrityError), transaction.atomic():
        Budget.objects.filter(pk=row.pk).update(user_id=cast.sanne.user_id, cost_centre="210")


def test_one_sees_ones_own_and_the_company_sees_all(cast, client_of):
    budget(cast, 100, name="Van Sanne", user_id=cast.sanne.user_id)
    budget(cast, 100, name="Van Youssef", user_id=cast.youssef.user_id)
    page = client_of("youssef").get("/approvals/budgets/").content.decode()
    assert "Van Youssef" in page and "Van Sanne" not in page
    page = client_of("sanne").get("/approvals/budgets/").content.decode()
    assert "Van Youssef" in page and "Van Sanne" in page
    keys = {}
    for actor in (cast.sanne, cast.youssef, cast.dirk):
        with scope(actor):
            keys[actor.name] = secret_of(actor)
    for name, wanted in (("Sanne Bakker", ["Van Sanne", "Van Youssef"]), ("Youssef El Amrani", ["Van Youssef"]), ("Dirk de Vries", [])):
        assert [item["name"] for item in Machine(keys[name]).get("/budgets").json()["items"]] == wanted, name
    assert Machine(keys["Dirk de Vries"]).get("/cost-centres").json() == {"required": False, "items": []}


def test_staff_see_the_budgets_of_a_party(cast, client_of):
    budget(cast, 100, name="Van iedereen")
    assert "Van iedereen" in client_of("olga").get("/parties/10042/approvals/").content.decode()
    assert "Van iedereen" not in client_of("olga").get("/parties/10077/approvals/").content.decode()


def test_the_list_costs_the_same_for_any_number(cast, client_of):
    sanne = client_of("sanne")
    budget(cast, 100, name="Een", user_id=cast.youssef.user_id)
    order(cast.youssef)
    sanne.get("/approvals/budgets/")
    with CaptureQueriesContext(connection) as one:
        sanne.get("/approvals/budgets/")
    for place in range(8):
        budget(cast, 100, name=f"Nog {place}", user_id=cast.youssef.user_id, carries=True)
    with CaptureQueriesContext(connection) as many:
        sanne.get("/approvals/budgets/")
    assert len(many) == len(one)


def test_without_budgets_an_order_costs_one_statement_more(cast):
    youssef = cast.youssef
    with scope(youssef), CaptureQueriesContext(connection) as caught:
        assert queries.left(youssef, units=(), cost_centre="", day=timezone.localdate()) == ()
    assert len(caught) == 1


def test_the_rights_are_those_of_the_roles(cast):
    with scope(cast.system):
        rights = {row.code: set(row.rights) for row in Role.objects.filter(owner=None, code__in=["admin", "buyer", "approver", "finance"])}
    assert {"budget.view.company", "budget.manage"} <= rights["admin"] and "budget.view.own" in rights["buyer"] and "budget.view.company" in rights["approver"] & rights["finance"]
    assert rules.When(over_budget=True) != rules.When()


FORTY = """
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from portiek.config.cli import setup
setup()
from django.db import connection
from django.utils import timezone
from portiek.core.db import scope
from portiek.core.errors import Refused
from portiek.foundation.accounts.cast import Cast
from portiek.trade.approvals import actions as approvals
from portiek.trade.catalog.models import Product
from portiek.trade.orders import actions, queries
from portiek.trade.orders.models import Order
sanne, system = Cast().sanne, Cast().system
day = timezone.localdate()
with scope(system):
    Order.objects.filter(party_id=sanne.party_id).update(status="cancelled")
with scope(sanne):
    sku = Product.objects.filter(is_active=True, list_price__isnull=False).order_by("sku").values_list("sku", flat=True)[0]
    asked = [queries.Asked(code=sku, quantity=Decimal(10))]
    net = queries.proposal(sanne, lines=asked, details=queries.Details(), day=day).basket.totals.net
    approvals.make_budget(sanne, given=approvals.Budgeting("Hard", net * 3 + 1, "month", day.replace(day=1), hard=True))
def order(number):
    try:
        with scope(sanne):
            return actions.place_order(sanne, lines=asked, details=queries.Details(), key=f"{number:032x}", said="0" * 32, now=timezone.now()).status
    except Refused as refused:
        return refused.code
    finally:
        connection.close()
with ThreadPoolExecutor(20) as pool:
    answers = list(pool.map(order, range(20)))
with scope(sanne):
    print(answers.count("submitted"), answers.count("approvals.above_budget"), Order.objects.filter(party_id=sanne.party_id).exclude(status="cancelled").count(), flush=True)
"""


@pytest.mark.no_database
def test_twenty_orders_at_one_moment_stay_within_a_hard_budget():
    url = copy_database("portiek_budget")
    done = subprocess.run([sys.executable, "-c", FORTY], env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, timeout=180)
    assert done.stdout.split() == ["3", "17", "3"], done.stdout + done.stderr[-3000:]
