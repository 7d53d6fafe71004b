"""Lines struck or lowered by who approves: only less, with a reason, by who is asked, of what was seen."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Conflict, Forbidden, NotFound, Refused
from portiek.foundation.notifications.models import Notification
from portiek.trade.approvals.tests.test_requests import approve, named, placed, route, ruled
from portiek.trade.orders import actions
from portiek.trade.orders import queries as orders
from portiek.trade.orders.models import LineChange, Order, OrderLine
from portiek.trade.orders.tests.test_absence import approver
from portiek.trade.orders.tests.test_submit import fill, submit


def lower(actor, order, lines, seen=None, step=None):
    with scope(actor):
        return actions.lower_order(actor, order=order, seen=seen or order.content_hash, step=step, lines={place: actions.Lower(Decimal(quantity), reason) for place, (quantity, reason) in lines.items()}, now=timezone.now())


def lines_of(cast, order):
    with scope(cast.system):
        return {row.position: row for row in OrderLine.objects.select_related("product").filter(order=order)}


def test_struck_and_lowered_the_buyer_sees_and_hears_it(cast, client_of):
    karin = approver(cast, "karin")
    ruled(cast, named(cast.sanne), named(karin))
    with scope(cast.youssef):
        order = submit(cast.youssef, fill(cast.youssef, 3, "2000"))
    before = lines_of(cast, order)
    approve(cast.sanne, order)
    half = before[2].quantity - before[2].product.step_quantity
    done = lower(karin, order, {1: ("0", "Ligt nog op de werf"), 2: (half, "Eén pak minder is genoeg")})
    after = lines_of(cast, order)
    assert sorted(after) == [2, 3] and after[2].quantity == half and after[3].quantity == before[3].quantity
    assert (done.net, done.line_count, done.gross) == (after[2].amount + after[3].amount, 2, done.net + done.tax) and done.net < order.net
    assert done.content_hash != order.content_hash
    # What Sanne approved was more: it stands.
    assert route(cast, order) == [("approved", ["Sanne Bakker"]), ("open", [])]
    with scope(karin), pytest.raises(Conflict):
        actions.approve_order(karin, order=order, seen=order.content_hash, now=timezone.now())
    assert approve(karin, done).status == "submitted"
    run_jobs()
    page = client_of("youssef").get(f"/orders/{order.number}/").content.decode()
    assert "Ligt nog op de werf" in page and "Eén pak minder is genoeg" in page and "Gewijzigd voor het fiatteren" in page
    with scope(cast.youssef):
        assert Notification.objects.filter(kind="orders.order_lowered", user_id=cast.youssef.user_id).count() == 1


@pytest.mark.parametrize(("lines", "code"), [
    ({1: ("10", "meer")}, "orders.cannot_lower"), ({1: ("11", "meer")}, "orders.cannot_lower"), ({1: ("-1", "min")}, "orders.cannot_lower"), ({1: ("NaN", "niets")}, "orders.cannot_lower"), ({1: ("0", " ")}, "orders.cannot_lower"),
    ({1: ("0", "weg"), 2: ("0", "weg")}, "orders.all_struck"), ({}, "orders.nothing_lowered"), ({99: ("0", "weg")}, "orders.nothing_lowered")])
def test_only_less_and_with_a_reason(cast, lines, code):
    ruled(cast, named(cast.sanne))
    order = placed(cast.youssef)
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        lower(cast.sanne, order, lines)
    with scope(cast.system):
        assert Order.objects.get(pk=order.pk).content_hash == order.content_hash and not LineChange.objects.filter(order=order).exists()


def test_only_who_is_asked_now_and_of_what_he_saw(cast):
    karin = approver(cast, "karin")
    ruled(cast, named(cast.sanne), named(karin))
    order = placed(cast.youssef)
    lines = {1: ("0", "weg")}
    for who, problem in ((karin, Refused), (cast.dirk, (NotFound, Forbidden)), (cast.olga, (NotFound, Forbidden)), (cast.youssef, Forbidden)):
        with pytest.raises(problem):
            lower(who, order, lines)
    with pytest.raises(Conflict):
        lower(cast.sanne, order, lines, seen="0" * 64)
    with pytest.raises(Refused, match=r"approvals\.step_changed"):
        lower(cast.sanne, order, lines, step=2)
    approve(cast.sanne, order)
    approve(karin, order)
    with pytest.raises(Refused, match=r"orders\.decided"):
        lower(karin, order, lines)


def test_row_security_holds_lines_of_what_no_longer_waits(cast):
    """Whatever a statement asks: of an order that is on its way nobody of the party touches a line."""
    order = placed(cast.sanne)
    assert order.status == "submitted"
    with scope(cast.sanne), transaction.atomic():
        found = OrderLine.objects.filter(order=order)
        assert (found.count(), found.update(amount=1), found._raw_delete(found.db)) == (2, 0, 0)


def test_the_page_of_it(cast, client_of):
    ruled(cast, named(cast.sanne))
    order = placed(cast.youssef)
    here, sanne = f"/orders/{order.number}/lower/", client_of("sanne")
    page = sanne.get(here).content.decode()
    assert 'name="quantity-1"' in page and 'name="reason-2"' in page
    assert sanne.post(here, {"seen": order.content_hash, "step": "1", "quantity-1": "0"}).status_code == 422
    assert sanne.post(here, {"seen": order.content_hash, "step": "1", "quantity-1": "0", "reason-1": "Niet nodig"}).status_code == 302
    assert "Niet nodig" in sanne.get(f"/orders/{order.number}/").content.decode()
    for who, status in (("dirk", 404), ("youssef", 403), ("otto", 403)):
        assert client_of(who).get(here).status_code in (status, 404), who
    with scope(cast.youssef):
        assert orders.detail(cast.youssef, order.number).order.line_count == 1
