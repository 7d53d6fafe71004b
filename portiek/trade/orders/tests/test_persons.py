"""A person reads every price with VAT, from the catalogue to the order; what is ordered is calculated without, as a company's is."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from portiek.core.db import scope
from portiek.core.money import Policy
from portiek.trade.orders.models import Cart, Order


def test_with_tax_rounds_to_cents():
    assert Policy().with_tax(Decimal("12.80"), Decimal(21)) == Decimal("15.49")
    assert Policy().with_tax(Decimal("0.0345"), Decimal(21)) == Decimal("0.0417") and Policy().with_tax(Decimal("9.9900"), Decimal(21)) == Decimal("12.09")
    assert Policy(mode="half_even").with_tax(Decimal("0.50"), Decimal(1)) == Decimal("0.50")


def test_every_page_of_the_way(client_of, cast):
    els = client_of("els")

    def page(path: str) -> str:
        text: str = els.get(path).content.decode().replace("\xa0", " ")
        return text

    for path in ("/catalog/?q=TV-6060-G", "/catalog/p/TV-6060-G/"):
        assert "€ 15,49" in page(path) and "12,80" not in page(path)
        assert "excl. btw" not in page(path)
    els.post("/orders/cart/add/", {"product": "TV-6060-G", "quantity": "12"})
    els.post("/orders/cart/add/", {"product": "ZS-25", "quantity": "1"})
    for path in ("/catalog/", "/orders/cart/", "/orders/cart/review/"):
        assert "€ 245,45" in page(path), path  # the whole, to the cent
    for path in ("/orders/cart/", "/orders/cart/review/"):
        assert "€ 15,49" in page(path) and "€ 185,86" in page(path) and "153,60" not in page(path)
    pasted = els.post("/orders/cart/paste/", {"text": "TV-6060-G 2"}, follow=True).content.decode().replace("\xa0", " ")
    assert "€ 30,98" in pasted and "25,60" not in pasted
    fields = {name: re.search(f'name="{name}" value="([^"]+)"', page("/orders/cart/review/")).group(1) for name in ("key", "seen", "content")}
    placed = els.post("/orders/cart/submit/", fields)["Location"]
    assert "€ 245,45 incl. btw" in page(placed) and "€ 185,86" in page(placed) and "153,60" not in page(placed)
    for path in ("/", "/orders/"):
        assert "€ 245,45" in page(path) and "€ 202,85" not in page(path)
    with scope(cast.els):
        order = Order.objects.get(number=placed.split("/")[2])
        assert (order.net, order.gross) == (Decimal("202.85"), Decimal("245.45"))
    staff = client_of("peter").get(placed).content.decode()
    assert "202,85" in staff and "excl. btw" in staff


def test_the_bar_says_lines_and_amount_of_today(client_of, cast):
    client = client_of("sanne")

    def bar() -> str:
        return re.search(r'id="pt-cart".*?</a>', client.get("/notifications/").content.decode().replace("\xa0", " "), re.S)[0]

    assert "€" not in bar()
    client.post("/orders/cart/add/", {"product": "GP-125-2600", "quantity": "60"})
    assert "€ 388,80" in bar() and ">1<" in bar()
    with scope(cast.sanne):  # yesterday's amount may be wrong by now: the bar says nothing
        cart = Cart.objects.get(is_open=True)
        Cart.objects.update(shown_on=cart.shown_on - timedelta(days=1))
    assert "€" not in bar() and ">1<" in bar()
    assert "€ 388,80" in client.get("/orders/cart/").content.decode().replace("\xa0", " ")


def test_a_note_with_a_line(client_of, cast):
    client = client_of("sanne")
    client.post("/orders/cart/add/", {"product": "GP-125-2600", "quantity": "60"})
    text = client.get("/orders/cart/").content.decode()
    line = re.search(r'name="line" value="(\d+)"', text)[1]
    assert re.search(rf'name="line" value="{line}"><input[^>]* name="note"', text)
    assert client.post("/orders/cart/change/", {"line": line, "note": "Achterom leveren"}).status_code == 302
    assert "Achterom leveren" in client.get("/orders/cart/").content.decode()
    assert "Achterom leveren" in client.get("/orders/cart/review/").content.decode()
