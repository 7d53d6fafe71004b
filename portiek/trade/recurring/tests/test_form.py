"""The form of a recurring order: short, with what is rare folded away."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from portiek.core.db import scope
from portiek.trade.orders import actions as orders_actions


def test_what_is_rare_is_folded_away_until_something_is_wrong_in_it(cast, client_of):
    """How often stands on one line; the folds are closed, and the one with an error is open."""
    sanne = client_of("sanne")
    with scope(cast.sanne):
        orders_actions.add_to_cart(cast.sanne, code="BD-830", quantity=Decimal(4))
    html = sanne.get("/recurring-orders/new/?thing=cart").content.decode()
    assert html.count('<details class="fold"><summary>') == 2 and html.index('name="rhythm"') < html.index('<details class="fold">') < html.index('name="remind_days"')
    for name in ("name", "next_on", "every", "rhythm", "until", "left", "remind_days", "limit_percent", "reference", "address", "wanted_days", "note", "scope"):
        assert html.count(f' name="{name}"') >= 1, name
    sent = {"name": "Deuren", "next_on": timezone.localdate().isoformat(), "every": "1", "rhythm": "week", "remind_days": "3", "address": "", "scope": "person"}
    html = sanne.post("/recurring-orders/new/?thing=cart", {**sent, "remind_days": "veel"}).content.decode()
    assert html.count('<details class="fold" open><summary>Einddatum') == 1 and html.count('<details class="fold"><summary>') == 1
