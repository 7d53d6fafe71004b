"""Recurring orders: when a turn comes, that it is ordered once and within the rights of who made it, and that it waits when it became too dear."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.models import FactRow
from portiek.foundation.accounts.models import Membership
from portiek.foundation.notifications.models import Notification
from portiek.foundation.tasks.models import Task
from portiek.trade.approvals import actions as approvals
from portiek.trade.catalog.models import Product, ProductRelation
from portiek.trade.lists import actions as lists_actions
from portiek.trade.lists.queries import Wish
from portiek.trade.orders import actions as orders_actions
from portiek.trade.orders.models import Order
from portiek.trade.orders.queries.cart import orderable
from portiek.trade.recurring import actions, jobs, queries, rules
from portiek.trade.recurring.actions import Settings
from portiek.trade.recurring.models import Recurring, RecurringLine, Turn

DAY = timedelta(days=1)


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(("start", "rhythm", "every", "month_day", "then"), [("2026-11-23", "week", 1, 23, "2026-11-30"), ("2026-11-23", "week", 3, 23, "2026-12-14"), ("2026-01-31", "month", 1, 31, "2026-02-28"), ("2026-02-28", "month", 1, 31, "2026-03-31"),
                                                                                 ("2026-11-15", "month", 3, 15, "2027-02-15"), ("2028-01-30", "month", 1, 30, "2028-02-29"), ("2026-12-31", "month", 12, 31, "2027-12-31")])  # fmt: skip
def test_the_turn_after_one(start, rhythm, every, month_day, then):
    assert rules.following(day(start), rhythm=rhythm, every=every, month_day=month_day) == day(then)


def test_what_was_missed_is_not_made_up_for():
    assert rules.next_after(day("2026-11-02"), day("2026-11-23"), rhythm="week", every=1, month_day=2) == day("2026-11-30")
    assert rules.next_after(day("2026-11-30"), day("2026-11-23"), rhythm="week", every=1, month_day=30) == day("2026-12-07")


@pytest.mark.parametrize(("lines", "limit", "dear"), [([("10", "10", "1")], "5", False), ([("10", "10.50", "1")], "5", False), ([("10", "10.51", "1")], "5", True), ([("10", "12", "1")], None, False), ([(None, "12", "1")], "5", False), ([("10", None, "1")], "5", False),
                                                      ([("10", "9", "100"), ("1", "1.10", "1")], "5", True), ([("10", "10.01", "1")], "0", True), ([("10", "9", "1")], "0", False)])  # fmt: skip
def test_a_line_or_the_whole_above_the_limit_is_too_dear(lines, limit, dear):
    number = lambda text: None if text is None else Decimal(text)  # noqa: E731
    assert rules.too_dear([(number(was), number(now), Decimal(quantity)) for was, now, quantity in lines], number(limit)) is dear


@pytest.fixture(autouse=True)
def none_yet(cast):
    with scope(cast.system):
        for model in (Turn, RecurringLine, Recurring):
            model.objects.all().delete()


def made(actor, name="Werkplaats", codes=("GP-125-2600", "SS-3535"), days=0, **more):
    with scope(actor):
        found = {item.sku: item.pk for item in orderable(actor).filter(sku__in=codes)}
        today = timezone.localdate()
        return actions.make_recurring(actor, settings=Settings(name, today + days * DAY, **more), wishes=[Wish(found[code], Decimal(60)) for code in codes], today=today)


def run(cast):
    """Let the hour come, as the worker does."""
    with scope(cast.system):
        jobs.look(cast.system)
    run_jobs()


def now_of(cast, found):
    with scope(cast.system):
        return Recurring.objects.get(pk=found.pk)


def turns_of(cast, found):
    with scope(cast.system):
        return list(Turn.objects.filter(recurring_id=found.pk).select_related("order").order_by("due_on"))


def dearer(cast, found, share="0.5"):
    """Let it have cost less last time."""
    with scope(cast.system):
        for line in RecurringLine.objects.filter(recurring_id=found.pk):
            line.price *= Decimal(share)
            line.save(update_fields=["price"])


def test_a_turn_is_one_order_of_who_made_it(cast):
    found, today = made(cast.sanne, every=2, reference="Voorraad"), timezone.localdate()
    run(cast)
    [turn] = turns_of(cast, found)
    assert turn.state == "placed" and turn.order.user_id == cast.sanne.user_id and turn.order.party_id == cast.sanne.party_id and turn.order.reference == "Voorraad" and turn.order.line_count == 2
    assert now_of(cast, found).next_on == today + 14 * DAY
    with scope(cast.sanne):
        actions.change_recurring(cast.sanne, key=found.pk, settings=Settings("Werkplaats", today, every=2), today=today)
    run(cast)
    assert len(turns_of(cast, found)) == 1 and now_of(cast, found).next_on == today + 14 * DAY
    # The job runs again, and again after somebody put the clock of the series back as a crash would: one day is one order.
    run(cast)
    with scope(cast.system):
        Recurring.objects.filter(pk=found.pk).update(next_on=today)
        Turn.objects.filter(pk=turn.pk).update(state="coming", order=None)
        orders = Order.objects.count()
    run(cast)
    assert [item.order_id for item in turns_of(cast, found)] == [turn.order_id]
    with scope(cast.system):
        assert Order.objects.count() == orders
        assert "recurring.order.ordered" in [row.name for row in FactRow.objects.filter(subject=f"recurring.order:{found.pk}")]


def test_above_his_limit_it_waits_for_approval_as_any_order(cast):
    found = made(cast.youssef, codes=("HR-1000", "GP-125-2600"))
    run(cast)
    [turn] = turns_of(cast, found)
    assert turn.order.status == "pending_approval" and turn.order.user_id == cast.youssef.user_id


def test_without_the_right_it_stops_and_the_administrator_hears(cast):
    found = made(cast.youssef)
    with scope(cast.system):
        Membership.objects.filter(user_id=cast.youssef.user_id).update(is_active=False)
        orders = Order.objects.count()
    run(cast)
    assert now_of(cast, found).state == "stopped"
    with scope(cast.system):
        assert Order.objects.count() == orders and not Turn.objects.filter(recurring_id=found.pk, state="placed").exists()
        assert Notification.objects.filter(kind="recurring.order_stopped", user_id=cast.sanne.user_id).count() == 1
    # It was his own; now who manages those of colleagues sees it, and lets it go on in her name.
    with scope(cast.sanne):
        taken = actions.take_over(cast.sanne, key=found.pk, today=timezone.localdate())
    assert taken.state == "active" and taken.user_id == cast.sanne.user_id
    run(cast)
    assert turns_of(cast, found)[0].order.user_id == cast.sanne.user_id


def test_its_owner_hears_before_what_is_not_as_last_time(cast):
    found = made(cast.sanne, days=3)
    dearer(cast, found, "0.98")
    with scope(cast.system):
        Product.objects.filter(sku="SS-3535").update(is_active=False)
    run(cast)
    run(cast)
    with scope(cast.system):
        [told] = Notification.objects.filter(kind="recurring.order_coming", user_id=cast.sanne.user_id)
        assert "prijs +2%" in told.values["changes"].replace("\xa0", "").replace("2,0", "2") and "niet meer in uw assortiment" in told.values["changes"]
    assert [(turn.state, turn.order) for turn in turns_of(cast, found)] == [("coming", None)]


def test_what_cannot_be_ordered_is_left_out_and_said(cast):
    found = made(cast.sanne)
    with scope(cast.system):
        Product.objects.filter(sku="SS-3535").update(is_active=False)
    run(cast)
    [turn] = turns_of(cast, found)
    assert turn.state == "placed" and turn.order.line_count == 1 and "niet meer in uw assortiment" in turn.said
    with scope(cast.system):
        assert Notification.objects.filter(kind="recurring.order_partly", user_id=cast.sanne.user_id).exists()
        Product.objects.filter(sku="GP-125-2600").update(is_active=False)
        Recurring.objects.filter(pk=found.pk).update(next_on=timezone.localdate() - DAY)
    run(cast)
    failed = turns_of(cast, found)[0]
    assert failed.state == "failed" and "niets opnieuw" in failed.said
    assert now_of(cast, found).next_on > timezone.localdate()


def test_a_successor_takes_its_place(cast):
    found = made(cast.sanne, days=2)
    with scope(cast.system):
        old, new = Product.objects.get(sku="SS-3535"), Product.objects.get(sku="SS-3525")
        Product.objects.filter(pk=old.pk).update(is_active=False)
        ProductRelation.objects.create(portal_id=old.portal_id, product=old, other=new, kind="successor", position=1)
    with scope(cast.sanne):
        look = queries.look(cast.sanne, queries.recurring(cast.sanne, found.pk), {}, day=timezone.localdate())
        [gone] = [row for row in look.rows if row.problem == "gone"]
        assert gone.successor.sku == "SS-3525"
        actions.take_successor(cast.sanne, key=found.pk, line=gone.line.pk, today=timezone.localdate())
        assert {line.sku for line in queries.lines(cast.sanne, found)} == {"GP-125-2600", "SS-3525"}
        with pytest.raises(Refused, match="not_now"):
            actions.take_successor(cast.sanne, key=found.pk, line=gone.line.pk, today=timezone.localdate())


def test_too_dear_waits_for_a_yes(cast):
    found = made(cast.sanne, limit_percent=Decimal(10))
    dearer(cast, found)
    run(cast)
    run(cast)
    [turn] = turns_of(cast, found)
    assert turn.state == "waits" and turn.order is None
    with scope(cast.system):
        [task] = Task.objects.open().filter(kind="recurring.order_accept")
        assert task.user_id == cast.sanne.user_id
    with scope(cast.sanne):
        with pytest.raises(Refused, match="changed"), transaction.atomic():
            actions.accept_prices(cast.sanne, key=found.pk, seen="0" * 64, now=timezone.now())
        seen = queries.look(cast.sanne, queries.recurring(cast.sanne, found.pk), {}, day=timezone.localdate()).seen
    # Whoever else manages it: it is ordered as her, so she says yes.
    with scope(cast.youssef), pytest.raises(NotFound):
        actions.accept_prices(cast.youssef, key=found.pk, seen=seen, now=timezone.now())
    with scope(cast.sanne):
        assert actions.accept_prices(cast.sanne, key=found.pk, seen=seen, now=timezone.now()).state == "placed"
        with pytest.raises(Refused, match="not_now"):
            actions.accept_prices(cast.sanne, key=found.pk, seen=seen, now=timezone.now())
    with scope(cast.system):
        assert not Task.objects.open().filter(kind="recurring.order_accept").exists()


def test_who_does_not_answer_is_asked_anew_the_next_time(cast):
    found, today = made(cast.sanne, limit_percent=Decimal(10)), timezone.localdate()
    dearer(cast, found)
    run(cast)
    with scope(cast.system):
        Turn.objects.filter(recurring_id=found.pk).update(due_on=today - 7 * DAY)
        Recurring.objects.filter(pk=found.pk).update(next_on=today - 7 * DAY)
    run(cast)
    assert [turn.state for turn in turns_of(cast, found)] == ["lapsed"] and now_of(cast, found).next_on == today
    run(cast)
    assert [turn.state for turn in turns_of(cast, found)] == ["lapsed", "waits"]
    # When it is no longer dearer it needs no yes.
    dearer(cast, found, "2")
    run(cast)
    assert [turn.state for turn in turns_of(cast, found)] == ["lapsed", "placed"]


def test_one_time_is_changed_skipped_paused_and_ended(cast):
    found, today = made(cast.sanne, days=4), timezone.localdate()
    with scope(cast.sanne):
        plates, screws = queries.lines(cast.sanne, found)
        actions.save_lines(cast.sanne, key=found.pk, quantities={plates.pk: Decimal(80), screws.pk: Decimal(0)}, once=True)
        look = queries.look(cast.sanne, queries.recurring(cast.sanne, found.pk), queries.turn(cast.sanne, found).changed, day=today)
        assert [(row.quantity, row.problem) for row in look.rows] == [(80, ""), (None, "out")]
        with pytest.raises(Refused, match="not_now"), transaction.atomic():
            actions.skip(cast.sanne, key=found.pk, due_on=today, today=today)
        skipped = actions.skip(cast.sanne, key=found.pk, due_on=today + 4 * DAY, today=today)
        assert skipped.next_on == today + 11 * DAY
        # What was changed for one time is over with it.
        assert [row.quantity for row in queries.look(cast.sanne, skipped, {}, day=today).rows] == [60, 60]
        actions.pause(cast.sanne, key=found.pk)
        with pytest.raises(Refused, match="not_now"), transaction.atomic():
            actions.pause(cast.sanne, key=found.pk)
        Recurring.objects.filter(pk=found.pk, party_id=cast.sanne.party_id).update(next_on=today - 3 * DAY)
    run(cast)
    with scope(cast.sanne):
        assert actions.resume(cast.sanne, key=found.pk, today=today).next_on == today + 4 * DAY
        actions.save_lines(cast.sanne, key=found.pk, quantities={screws.pk: Decimal(0), plates.pk: Decimal(20)}, once=False)
        assert [(line.sku, line.quantity) for line in queries.lines(cast.sanne, found)] == [("GP-125-2600", 20)]
        with pytest.raises(Refused, match="nothing"), transaction.atomic():
            actions.save_lines(cast.sanne, key=found.pk, quantities={plates.pk: Decimal(0)}, once=False)
        assert actions.end(cast.sanne, key=found.pk).next_on is None
        with pytest.raises(Refused, match="not_now"):
            actions.resume(cast.sanne, key=found.pk, today=today)
    assert [turn.state for turn in turns_of(cast, found)] == ["skipped"]


def test_the_last_turn_ends_it(cast):
    found = made(cast.sanne, left=1)
    run(cast)
    now = now_of(cast, found)
    assert (now.state, now.next_on, now.left) == ("ended", None, 0)
    until = made(cast.sanne, "Tot volgende week", until=timezone.localdate() + 6 * DAY)
    run(cast)
    assert now_of(cast, until).state == "ended"


def test_who_sees_and_manages_one(cast):
    own = made(cast.youssef, "Van Youssef")
    for other in (cast.sanne, cast.dirk):
        with scope(other):
            assert not Recurring.objects.filter(pk=own.pk).exists() and not RecurringLine.objects.filter(recurring_id=own.pk).update(quantity=1)
            for write in (lambda: actions.skip(other, key=own.pk, due_on=own.next_on, today=timezone.localdate()), lambda: actions.pause(other, key=own.pk), lambda: actions.end(other, key=own.pk)):  # noqa: B023
                with pytest.raises(NotFound), transaction.atomic():
                    write()
    with scope(cast.youssef), pytest.raises(Refused, match="not_shared"):
        actions.make_recurring(cast.youssef, settings=Settings("Voor allen", timezone.localdate(), scope=rules.COMPANY), wishes=[Wish(orderable(cast.youssef).first().pk, Decimal(1))], today=timezone.localdate())
    shared = made(cast.sanne, "Van allen", scope=rules.COMPANY)
    with scope(cast.youssef):
        assert queries.recurring(cast.youssef, shared.pk).name == "Van allen"
        with pytest.raises(NotFound):
            actions.pause(cast.youssef, key=shared.pk)
    with scope(cast.sanne), pytest.raises(ProgrammingError), transaction.atomic():
        Recurring.objects.create(portal_id=cast.sanne.portal_id, party_id=cast.sanne.party_id, user_id=cast.youssef.user_id, private_to=cast.youssef.user_id, name="Onder een andere naam", next_on=timezone.localdate())
    # Who manages it cannot hide it from herself.
    with scope(cast.system):
        Recurring.objects.filter(pk=shared.pk).update(user_id=cast.youssef.user_id)
    with scope(cast.sanne), pytest.raises(Refused, match="not_private"):
        actions.change_recurring(cast.sanne, key=shared.pk, settings=Settings("Van allen", timezone.localdate()), today=timezone.localdate())
    # Who may fill a cart but place no order makes none, and nobody makes one on somebody's behalf.
    reader = replace(cast.youssef, rights=cast.youssef.rights - {"order.place"})
    with scope(reader), pytest.raises(Forbidden):
        actions.make_recurring(reader, settings=Settings("X", timezone.localdate()), wishes=[], today=timezone.localdate())
    behalf = replace(cast.youssef, by_user_id=cast.olga.user_id)
    with scope(behalf), pytest.raises(Refused, match="behalf"):
        actions.make_recurring(behalf, settings=Settings("X", timezone.localdate()), wishes=[], today=timezone.localdate())


def test_no_other_order_is_placed_than_his_own(cast):
    """A turn taken by anybody but its owner, or by a person under another's scope, is refused."""
    found = made(cast.sanne, scope=rules.COMPANY)
    for other in (cast.youssef, cast.dirk):
        with scope(other), pytest.raises(NotFound):
            actions.take_turn(other, key=found.pk, now=timezone.now())
        with scope(other), pytest.raises(NotFound):
            actions.stop_recurring(other, key=found.pk)


def test_pages(cast, client_of):
    sanne, today = client_of("sanne"), timezone.localdate()
    assert "Nog geen terugkerende orders" in sanne.get("/recurring-orders/").content.decode()
    with scope(cast.sanne):
        listed = lists_actions.make_list(cast.sanne, name="Wekelijks", wishes=[Wish(orderable(cast.sanne).get(sku=code).pk, Decimal(60)) for code in ("GP-125-2600", "SS-3535")])
        orders_actions.add_to_cart(cast.sanne, code="BD-830", quantity=Decimal(4))
    here = f"/recurring-orders/new/?thing=list:{listed.pk}"
    assert "Wekelijks" in sanne.get(here).content.decode() and sanne.get("/recurring-orders/new/").status_code == 200
    form = {"name": "Wekelijks", "next_on": (today + 4 * DAY).isoformat(), "every": "2", "rhythm": "week", "remind_days": "3", "limit_percent": "10", "address": "", "scope": "person"}
    assert sanne.post(here, {**form, "next_on": (today - DAY).isoformat()}).status_code == 422
    assert sanne.post(here, {**form, "name": ""}).status_code == 422
    answer = sanne.post(here, form)
    assert answer.status_code == 302
    detail = answer["Location"]
    page = sanne.get(detail).content.decode()
    assert "elke 2 weken op" in page and "Besteld als Sanne Bakker" in page
    assert sanne.post("/recurring-orders/new/", {**form, "thing": "cart", "name": "Van de winkelwagen", "rhythm": "month"}).status_code == 302
    with scope(cast.sanne):
        found = queries.all_recurring(cast.sanne).get(name="Wekelijks")
        line = queries.lines(cast.sanne, found).first()
        order = Order.objects.filter(party_id=cast.sanne.party_id).first()
    assert sanne.get(f"/recurring-orders/new/?thing=order:{order.number}").status_code == 200
    assert sanne.post(f"{detail}lines/", {f"quantity-{line.pk}": "80", "once": "1"}).status_code == 302
    assert "anders 60" in sanne.get(detail).content.decode()
    assert sanne.post(f"{detail}lines/", {f"quantity-{line.pk}": "x"}).status_code == 422 and sanne.post(f"{detail}lines/", {}).status_code == 422
    assert sanne.post(f"{detail}add/", {"product": "BD-830", "quantity": "2"}).status_code == 302
    assert "geen artikel" in sanne.post(f"{detail}add/", {"product": "BESTAAT-NIET", "quantity": "1"}).content.decode()
    assert sanne.get(f"{detail}change/").status_code == 200
    assert sanne.post(f"{detail}change/", {**form, "every": "3", "scope": "company"}).status_code == 302
    assert sanne.post(f"{detail}skip/", {"due_on": today.isoformat()}).status_code == 422 and sanne.post(f"{detail}skip/", {}).status_code == 422
    assert sanne.post(f"{detail}skip/", {"due_on": (today + 4 * DAY).isoformat()}).status_code == 302
    for deed in ("pause", "resume"):
        assert sanne.post(f"{detail}{deed}/").status_code == 302 and sanne.post(f"{detail}{deed}/").status_code == 422
    assert sanne.post(f"{detail}accept/", {"seen": "x"}).status_code == 422 and sanne.post(f"{detail}successor/", {"line": str(line.pk)}).status_code == 422
    youssef, dirk = client_of("youssef"), client_of("dirk")
    assert youssef.get(detail).status_code == 200 and "Deze keer overslaan" not in youssef.get(detail).content.decode()
    for client in (youssef, dirk):
        for path in ("change/", "end/", "take-over/"):
            assert client.get(f"{detail}{path}").status_code in (403, 404)
        for path in ("lines/", "add/", "successor/", "skip/", "accept/", "pause/", "resume/", "change/", "end/"):
            assert client.post(f"{detail}{path}", {}).status_code == 404, path
    assert dirk.get(detail).status_code == 404 and dirk.get(here).status_code == 404 and client_of("peter").get(detail).status_code == 404
    page = client_of("peter").get("/parties/10042/recurring/").content.decode()
    assert "elke 3 weken" in page and "Sanne Bakker" in page
    assert sanne.get(f"{detail}end/").status_code == 200 and sanne.post(f"{detail}end/").status_code == 302
    assert sanne.post(f"{detail}end/").status_code == 422


def test_its_owner_takes_over_from_a_colleague(cast, client_of):
    with scope(cast.system):
        Recurring.objects.filter(pk=made_shared(cast).pk).update(user_id=cast.youssef.user_id, user_name="Youssef El Amrani")
        found = Recurring.objects.get()
    here = f"/recurring-orders/{found.pk}/take-over/"
    assert client_of("sanne").get(here).status_code == 200
    assert client_of("youssef").get(here).status_code in (403, 404) and client_of("dirk").post(here).status_code == 404
    assert client_of("sanne").post(here).status_code == 302 and client_of("sanne").post(here).status_code == 422
    assert now_of(cast, found).user_name == "Sanne Bakker"


def made_shared(cast):
    return made(cast.sanne, scope=rules.COMPANY, days=4)


def test_many_lines_cost_no_more_statements(cast):
    found = made(cast.sanne, codes=("SS-3535",), days=4)

    sanne = cast.sanne

    def count():
        with scope(sanne, read_only=True), CaptureQueriesContext(connection) as caught:
            queries.look(sanne, queries.recurring(sanne, found.pk), {}, day=timezone.localdate())
        return len(caught)

    few = count()
    with scope(cast.sanne):
        actions.put_on(cast.sanne, key=found.pk, wishes=[Wish(key, Decimal(1)) for key in orderable(cast.sanne).values_list("pk", flat=True)[:60]], today=timezone.localdate())
        assert queries.lines(cast.sanne, found).count() > 20
    assert count() == few


def test_over_the_api(cast, machine_of):
    mine, theirs = made(cast.sanne, "Eigen", days=4), made(cast.dirk, codes=("BD-830",), days=4)
    key, here = machine_of(cast.sanne), f"/recurring-orders/{mine.pk}"
    [row] = key.get("/recurring-orders").json()["items"]
    assert (row["name"], row["next_on"], row["owner"]) == ("Eigen", (timezone.localdate() + 4 * DAY).isoformat(), "Sanne Bakker")
    assert [line["sku"] for line in key.get(here).json()["lines"]] == ["GP-125-2600", "SS-3535"]
    for path in (f"/recurring-orders/{theirs.pk}", "/recurring-orders/x"):
        assert key.get(path).status_code == 404 and key.post(f"{path}:pause", None).status_code == 404
    skip = {"due_on": row["next_on"]}
    assert key.post(f"{here}:skip", skip).json()["turns"][0]["state"] == "skipped" and key.post(f"{here}:skip", skip).json()["code"] == "recurring.not_now"
    assert key.post(f"{here}:skip", {"due_on": 7}).status_code == 422
    assert key.post(f"{here}:pause", None).json()["state"] == "paused" and key.post(f"{here}:resume", None).json()["state"] == "active"


def test_the_page_of_what_waits_and_of_what_is_gone(cast, client_of):
    found = made(cast.sanne, limit_percent=Decimal(10), scope=rules.COMPANY)
    dearer(cast, found)
    run(cast)
    here = f"/recurring-orders/{found.pk}/"
    page = client_of("sanne").get(here).content.decode()
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    assert "Duurder dan u toestaat" in page and len(seen) == 64 and "Wacht op akkoord" in client_of("sanne").get("/recurring-orders/").content.decode()
    # A colleague sees that it waits, and the yes is not his.
    assert "Duurder dan u toestaat" in client_of("youssef").get(here).content.decode() and 'name="seen"' not in client_of("youssef").get(here).content.decode()
    assert client_of("sanne").post(f"{here}accept/", {"seen": seen}).status_code == 302
    assert "Besteld" in client_of("sanne").get(here).content.decode()
    order = turns_of(cast, found)[0].order
    assert "Vanzelf besteld, als Werkplaats van Sanne Bakker" in client_of("sanne").get(f"/orders/{order.number}/").content.decode()
    with scope(cast.system):
        old = Product.objects.get(sku="SS-3535")
        Product.objects.filter(pk=old.pk).update(is_active=False)
        ProductRelation.objects.create(portal_id=old.portal_id, product=old, other=Product.objects.get(sku="SS-3525"), kind="successor", position=1)
        line = RecurringLine.objects.get(recurring_id=found.pk, sku="SS-3535")
    assert "kwam ervoor in de plaats" in client_of("sanne").get(here).content.decode()
    assert client_of("sanne").post(f"{here}successor/", {"line": str(line.pk)}).status_code == 302


def test_a_company_that_asks_a_cost_centre_gets_it_each_time(cast):
    with scope(cast.sanne):
        approvals.make_cost_centre(cast.sanne, code="R1", name="Regio 1")
        approvals.ask_cost_centre(cast.sanne, required=True)
    for wrong, code in (("", "approvals.cost_centre_needed"), ("R2", "approvals.unknown_cost_centre")):
        with pytest.raises(Refused) as refused:
            made(cast.sanne, cost_centre=wrong)
        assert refused.value.code == code
    found = made(cast.sanne, cost_centre="R1")
    run(cast)
    with scope(cast.system):
        order = Turn.objects.get(recurring_id=found.pk, state=rules.PLACED).order
        assert order.cost_centre == "R1" and order.cost_name == "Regio 1"
