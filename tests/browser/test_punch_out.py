# ruff: noqa: E402 - the browser is imported only where there is one
"""Punch-out with a small buyer system on loopback, driven by a real browser: it opens the portal, somebody shops, the cart comes back, and its order comes in. Also without script."""

from __future__ import annotations

import html
import threading
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit
from urllib.request import Request, urlopen

import pytest
from django.conf import settings

from portiek.config.testing import collected_jobs, other_database, serving
from portiek.core.db import scope
from portiek.edges.punchout import actions, cxml
from portiek.edges.punchout.models import System
from portiek.edges.punchout.tests.test_cxml import envelope, order, setup
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.parties.models import Party
from portiek.trade.orders.models import Order, OrderLine
from tests.browser.walks import Site, chromium, needs_browser

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
needs_browser()

from playwright.sync_api import Browser, Page, expect

PLATE = "GP-125-2600"


class Buyer(BaseHTTPRequestHandler):
    """The purchasing system of a customer: /oci and /cxml open the shop, /back takes the cart, and an order of it is sent."""

    portal: ClassVar[str] = ""
    systems: ClassVar[dict[str, tuple[System, str]]] = {}
    came: ClassVar[list[dict[str, str]]] = []

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def do_GET(self) -> None:
        if self.path == "/oci":
            system, secret = self.systems["oci"]
            fields = {"USERNAME": system.login, "PASSWORD": secret, "HOOK_URL": f"{self.home}/back?basket=7", "~OkCode": "ADDI", "~TARGET": "_top", "~CALLER": "CTLG"}
            inputs = "".join(f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">' for name, value in fields.items())
            self._page(f'<form method="post" action="{self.portal}/punchout/oci/">{inputs}<button>Naar de winkel</button></form>')
        elif self.path == "/cxml":
            start = self.send_cxml(setup(hook=f"{self.home}/back")).findtext("Response/PunchOutSetupResponse/StartPage/URL")
            self._page(f'<a href="{html.escape(start or "")}">Naar de winkel</a>')

    def do_POST(self) -> None:
        self.came.append(dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode(), keep_blank_values=True)) | {"path": self.path})
        self._page("<h1>Winkelwagen ontvangen</h1>")

    def send_cxml(self, body: str) -> Any:
        """Send a request to the portal, as the server that it is."""
        return self.send(self.portal, self.systems["cxml"], body)

    @staticmethod
    def send(portal: str, system: tuple[System, str], body: str) -> Any:
        with urlopen(Request(f"{portal}/punchout/cxml/", envelope(system, body), {"Content-Type": "text/xml"}), timeout=20) as answer:
            return cxml.parse(answer.read(), doctype="cXML")

    def _page(self, body: str) -> None:
        said = f'<!doctype html><html lang="nl"><meta charset="utf-8"><title>Inkoop</title>{body}'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_arguments: Any) -> None:
        return None


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    server, kept = ThreadingHTTPServer(("127.0.0.1", 0), Buyer), settings.EGRESS_ALLOW
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f"127.0.0.1:{server.server_address[1]}"
    with pytest.MonkeyPatch.context() as patch, other_database("punchout") as url, collected_jobs():
        patch.setenv("EGRESS_ALLOW", host)
        settings.EGRESS_ALLOW = host
        olga, sanne = Cast().olga, Cast().sanne
        with scope(olga):
            party = Party.objects.get(number="10042")
            Buyer.systems = {kind: actions.add_system(olga, party=party, name=f"Inkoop {kind}", kind=kind, user_id=sanne.user_id, hosts=[host]) for kind in ("oci", "cxml")}
        with serving(url) as address:
            Buyer.portal = address
            found = Site(address, url)
            found.buyer = f"http://{host}"  # type: ignore[attr-defined]
            yield found
        settings.EGRESS_ALLOW = kept
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    with chromium() as found:
        yield found


def opened(site: Site, browser: Browser, way: str, **options: Any) -> Page:
    page = site.context(browser, None, **options).new_page()
    page.goto(f"{site.buyer}/{way}")  # type: ignore[attr-defined]
    page.locator("button, a").click()
    return page


def shopped(page: Page, *, quantity: str) -> None:
    """Put a product in the cart."""
    page.goto(f"{urlsplit(page.url).scheme}://{urlsplit(page.url).netloc}/orders/cart/")
    page.get_by_label("Artikelnummer, EAN of uw eigen nummer").fill(PLATE)
    page.locator("form.quick input[name=quantity]").fill(quantity)
    page.get_by_role("button", name="Toevoegen").click()
    expect(page.locator("td", has_text=PLATE)).to_be_visible()


def test_oci_opens_shops_and_comes_back(site: Site, browser: Browser) -> None:
    page = opened(site, browser, "oci")
    expect(page.get_by_text("U winkelt voor Inkoop oci")).to_be_visible()
    shopped(page, quantity="60")
    page.get_by_role("button", name="Terug naar Inkoop oci").click()
    expect(page.get_by_role("heading", name="Winkelwagen ontvangen")).to_be_visible()
    got = Buyer.came[-1]
    assert (got["path"], got["~OkCode"], got["NEW_ITEM-VENDORMAT[1]"], got["NEW_ITEM-QUANTITY[1]"]) == ("/back?basket=7", "ADDI", PLATE, "60") and Decimal(got["NEW_ITEM-PRICE[1]"]) > 0 and "csrfmiddlewaretoken" not in got


def test_two_people_of_one_system_shop_at_once(site: Site, browser: Browser) -> None:
    one, two = opened(site, browser, "oci"), opened(site, browser, "oci")
    shopped(one, quantity="60")
    shopped(two, quantity="120")
    for page, quantity in ((one, "60"), (two, "120")):
        page.get_by_role("button", name="Terug naar Inkoop oci").click()
        expect(page.get_by_role("heading", name="Winkelwagen ontvangen")).to_be_visible()
        assert Buyer.came[-1]["NEW_ITEM-QUANTITY[1]"] == quantity


def test_without_script_there_are_buttons(site: Site, browser: Browser) -> None:
    page = opened(site, browser, "cxml", java_script_enabled=False, viewport={"width": 400, "height": 800})
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_text("U winkelt voor Inkoop cxml")).to_be_visible()
    shopped(page, quantity="60")
    page.get_by_role("button", name="Terug naar Inkoop cxml").click()
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_role("heading", name="Winkelwagen ontvangen")).to_be_visible()


def test_cxml_opens_shops_comes_back_and_its_order_comes_in(site: Site, browser: Browser) -> None:
    page = opened(site, browser, "cxml")
    expect(page.get_by_text("U winkelt voor Inkoop cxml")).to_be_visible()
    shopped(page, quantity="180")
    page.get_by_role("button", name="Terug naar Inkoop cxml").click()
    expect(page.get_by_role("heading", name="Winkelwagen ontvangen")).to_be_visible()
    cart = cxml.parse(Buyer.came[-1]["cxml-urlencoded"].encode(), doctype="cXML").find("Message/PunchOutOrderMessage")
    assert cart.findtext("BuyerCookie") == "koekje&1"
    [item] = cart.findall("ItemIn")
    line = (item.findtext("ItemID/SupplierPartID"), item.get("quantity"), item.findtext("ItemDetail/UnitPrice/Money"), item.findtext("ItemDetail/UnitOfMeasure"))
    for _time in range(2):
        assert Buyer.send(site.address, Buyer.systems["cxml"], order([line], number="PO-77")).find("Response/Status").get("code") == "200"
    sanne = Cast().sanne
    with scope(sanne):
        placed = Order.objects.get(reference="PO-77")
        [made] = OrderLine.objects.filter(order=placed)
        assert (made.sku, made.quantity, made.price) == (PLATE, 180, Decimal(line[2]))
