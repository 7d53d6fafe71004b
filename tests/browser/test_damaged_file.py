# ruff: noqa: E402 - the browser is imported only where there is one
"""A damaged file of three hundred lines becomes a cart in a few clicks, right to the cent."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import psycopg
import pytest
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.money import Totals
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.parties.models import Portal
from portiek.trade.catalog.models import Product
from portiek.trade.orders.queries.cart import _quantity_rule
from portiek.trade.pricing.queries import Wanted, prices
from portiek.ui.format import money
from tests.browser.walks import Site, chromium, needs_browser, staged

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
needs_browser()

from playwright.sync_api import Browser, expect

LINES, UNKNOWN = 300, 5


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with staged("damaged") as found:
        yield found


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    with chromium() as found:
        yield found


@dataclass
class Sheet:
    """A file as a spreadsheet and a hand leave it, and what was meant by it: quantities by product."""

    rows: list[list[str]] = field(default_factory=lambda: [["Artikelnr.", "Aantal", "Opmerking", "Kenmerk"]])
    meant: dict[int, Decimal] = field(default_factory=dict)

    def line(self, code: str, typed: str, product: Product | None, quantity: str, note: str = "") -> None:
        """Write one line."""
        self.rows.append([code, typed, note, "Werf Óverschie"])
        if product is not None:
            self.meant[product.pk] = self.meant.get(product.pk, Decimal(0)) + Decimal(quantity)

    def content(self) -> bytes:
        """Return the file: semicolons, Windows-1252."""
        text = io.StringIO()
        csv.writer(text, delimiter=";").writerows(self.rows)
        return text.getvalue().encode("cp1252")


def _damaged(site: Site, products: list[Product], party: int) -> Sheet:
    """Write three hundred lines of these products, each damaged in its own way; the last few are nothing that we know."""
    sheet = Sheet()
    with psycopg.connect(site.database, autocommit=True) as owner:
        owner.execute("DELETE FROM catalog_customerproduct WHERE party_id = %s", [party])
        for place, product in enumerate(products):
            owner.execute("UPDATE catalog_product SET ean = %s, min_quantity = %s, step_quantity = %s WHERE id = %s", [f"00871234{place:05d}", 1, ("1", "6", "0.5")[place % 3], product.pk])
            owner.execute("INSERT INTO catalog_customerproduct (portal_id, party_id, product_id, number) VALUES (%s, %s, %s, %s)", [product.portal_id, party, product.pk, f"000{7000 + place}"])
        # The number of two products: somebody has to choose.
        owner.execute("UPDATE catalog_product SET ean = '8712340000017' WHERE id = ANY (%s)", [[products[0].pk, products[1].pk]])
    ways = 7
    for number in range(LINES - UNKNOWN - 2):
        place = 2 + number % (len(products) - 2)
        product, way = products[place], (number // (len(products) - 2) + number) % ways
        if way == 0:
            sheet.line(product.sku, "3", product, "3", "één voor één")
        elif way == 1:
            sheet.line(product.sku.lower().replace("-", " "), "12", product, "12")
        elif way == 2:
            sheet.line(f"871234{place:05d}", "4", product, "4")
        elif way == 3:
            sheet.line(f"{7000 + place}", "7 st.", product, "7")
        elif way == 4:
            sheet.line(f"{7000 + place},0", "2,5", product, "2.5")
        elif way == 5:
            sheet.line(f" '{product.sku} ", "1.000", product, "1000")
        else:
            sheet.line(product.sku, "", None, "0")
    sheet.line("8712340000017", "6", products[1], "6")
    sheet.line(products[0].sku, "veel", products[0], "8")
    sheet.line("ZOEK-MIJ", "9", products[2], "9")
    for number in range(UNKNOWN - 1):
        sheet.line(("8,71234E+12", "KNAUF-9", "=1+1", "zomaar iets")[number], "5", None, "0")
    return sheet


def _worth(sanne: Actor, sheet: Sheet) -> Totals:
    """Return what the meant quantities come to, asked of the prices alone."""
    with scope(sanne):
        there = Product.objects.in_bulk(list(sheet.meant))
        wanted = [Wanted(pk, _quantity_rule(there[pk]).fit(quantity).quantity or Decimal(0)) for pk, quantity in sheet.meant.items()]
        found = prices(sanne, wanted, day=timezone.localdate(), party_id=sanne.party_id)
        policy = Portal.objects.get(pk=sanne.portal_id).policy
        return policy.totals((policy.line(item.quantity, found[item.product_id, item.quantity].net or Decimal(0)), there[item.product_id].tax_rate) for item in wanted)


def test_a_damaged_file_becomes_a_cart(site: Site, browser: Browser):
    page = site.context(browser, "sanne", viewport={"width": 1440, "height": 900}).new_page()
    sanne = Cast().sanne
    with scope(sanne):
        products = list(Product.objects.filter(is_active=True, list_price__isnull=False, sku__contains="-").order_by("sku")[:40])
    assert len(products) > 15
    party = sanne.party_id
    assert party
    sheet = _damaged(site, products, party)
    assert len(sheet.rows) == LINES + 1
    with psycopg.connect(site.database, autocommit=True) as owner:
        owner.execute("DELETE FROM orders_cart_line WHERE party_id = %s", [party])
    page.goto("/orders/cart/paste/")
    page.get_by_label("Of een bestand").set_input_files({"name": "werf 12.csv", "mimeType": "text/csv", "buffer": sheet.content()})
    page.get_by_role("button", name="Bekijken").click()
    page.wait_for_url(re.compile(r"/orders/cart/paste/[0-9a-f]{32}/"))
    expect(page.get_by_role("heading", name=f"{UNKNOWN + 2} regels vragen om u")).to_be_visible()
    expect(page.get_by_text("Een rekenblad heeft de laatste cijfers van dit nummer weggelaten")).to_be_visible()
    row = {text: page.locator("tr", has=page.locator("code", has_text=text)) for text in ("8712340000017", "ZOEK-MIJ")}
    row["8712340000017"].get_by_label(re.compile(re.escape(products[1].sku))).check()
    row["ZOEK-MIJ"].get_by_role("searchbox").fill(products[2].sku)
    page.get_by_label(f"Aantal van {products[0].label}").fill("8")
    # All at once, and no other line is lost by it.
    page.get_by_role("button", name="Opnieuw kijken").first.click()
    expect(page.get_by_role("heading", name=f"{UNKNOWN - 1} regels vragen om u")).to_be_visible()
    page.reload()
    totals = _worth(sanne, sheet)
    expect(page.get_by_text(f"{money(totals.net)} excl. btw")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download deze regels").click()
    back = list(csv.reader(io.StringIO(taken.value.path().read_text("cp1252")), delimiter=";"))
    assert back[0] == [*sheet.rows[0], "Reden"]
    assert [line[0] for line in back[1:]] == ["8,71234E+12", "KNAUF-9", "'=1+1", "zomaar iets"]
    page.get_by_role("button", name=re.compile("^Voeg .* regels toe")).click()
    page.wait_for_url("**/orders/cart/")
    expect(page.get_by_text(money(totals.gross)).last).to_be_visible()
    expect(page.get_by_label("Uw kenmerk")).to_have_value("Werf Óverschie")
    rows = site.rows("SELECT l.product_id, l.quantity FROM orders_cart_line l JOIN orders_cart c ON c.id = l.cart_id WHERE c.party_id = %s AND c.user_id = %s AND c.is_open", party, sanne.user_id)
    with scope(sanne):
        there = Product.objects.in_bulk(list(sheet.meant))
    assert dict(rows) == {pk: _quantity_rule(there[pk]).fit(quantity).quantity for pk, quantity in sheet.meant.items()}
