"""Days on which lines are wanted, in lists on their way into a cart and in an order that is ordered again."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal

from portiek.core.db import scope
from portiek.trade.orders import actions, queries
from portiek.trade.orders.models import CartLine, OrderLine
from portiek.trade.orders.tests.test_drafts import DAY, brought, goods, looked  # noqa: F401  (a fixture)
from portiek.trade.orders.tests.test_submit import submit


def test_a_column_of_wanted_days_goes_along_into_the_cart_and_into_ordering_again(cast, goods, client_of):  # noqa: F811
    sanne, first, later = cast.sanne, DAY() + timedelta(days=10), DAY() + timedelta(days=20)
    rows = [("GP-125-2600", "60", f"{first.day}-{first.month}-{first.year}"), ("MS-C75-26", "12", "31-02-2026"), ("SS-3535", "6", "2020-01-01"), ("BD-830", "2", later.isoformat()), ("BD-830", "1", first.isoformat())]
    text = "\n".join("\t".join(row) for row in [("Artikel", "Aantal", "Leverdatum"), *rows])
    draft = brought(sanne, text)
    assert draft.columns == ["code", "quantity", "date"]
    seen = [(row.state, row.wanted, [repair.what for repair in row.repairs]) for row in looked(sanne, draft).rows]
    # What cannot be read, or is over, is said and left out; the line itself survives. Lines that go together have the first day.
    assert seen == [("ok", first, []), ("ok", None, ["day"]), ("ok", None, ["day"]), ("ok", first, ["days"]), ("merged", first, [])]
    page = client_of("sanne").get(f"/orders/cart/paste/{draft.key}/").content.decode()
    assert "31-02-2026" in page and "gewenst op" in page
    with scope(sanne):
        actions.add_draft(sanne, key=draft.key, day=DAY())
        assert dict(CartLine.objects.filter(cart__is_open=True).values_list("product__sku", "wanted_date")) == {"GP-125-2600": first, "MS-C75-26": None, "SS-3535": None, "BD-830": first}
        actions.add_many(sanne, wanted=[(goods["GP-125-2600"].pk, Decimal(60))], days={goods["GP-125-2600"].pk: later})  # what a line has already stays
        assert CartLine.objects.get(product__sku="GP-125-2600").wanted_date == first
        order = submit(sanne, queries.basket(sanne, day=DAY()))
        again = actions.order_again(sanne, order=order)
    assert {row.product.sku: (row.wanted, row.repairs) for row in looked(sanne, again).rows} == {"GP-125-2600": (first, ()), "MS-C75-26": (None, ()), "SS-3535": (None, ()), "BD-830": (first, ())}
    with scope(cast.system):
        OrderLine.objects.filter(order=order).update(wanted_date=DAY() - timedelta(days=1))
    with scope(sanne):
        again = actions.order_again(sanne, order=order)
    assert {(row.wanted, row.repairs) for row in looked(sanne, again).rows} == {(None, ())}  # a day that is over is no news


def test_a_day_on_which_nothing_comes_becomes_the_next_one_that_can(cast, goods):  # noqa: F811
    with scope(cast.peter):
        actions.set_delivery(cast.peter, days=[0], cutoffs={day: time(23, 59) for day in range(7)}, lead=1, slots=[], asks_parts=False)
    tuesday = next(day for day in (DAY() + timedelta(days=14 + ahead) for ahead in range(7)) if day.weekday() == 1)
    draft = brought(cast.sanne, f"Artikel;Aantal;Gewenste datum\nGP-125-2600;60;{tuesday.isoformat()}")
    [row] = looked(cast.sanne, draft).rows
    assert (row.wanted, [repair.what for repair in row.repairs]) == (tuesday + timedelta(days=6), ["day"])
    with scope(cast.sanne):
        actions.decide(cast.sanne, key=draft.key, picks={}, quantities={}, finds={}, out=[], undone=[row.number])
    [row] = looked(cast.sanne, draft).rows
    assert (row.state, row.wanted) == ("ok", None)  # as it was typed it cannot be
