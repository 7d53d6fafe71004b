# ruff: noqa: E402 - the browser is imported only where there is one
"""Quick order by scanning: with the camera where the browser reads barcodes, with a scanner that types anywhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast
from portiek.trade.catalog.models import Product, ProductUnit
from tests.browser.walks import Site, chromium, needs_browser, staged

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
needs_browser()

from playwright.sync_api import Browser, Page, expect

# A browser that reads barcodes: what it sees is what the test holds before it.
CAMERA = """
window.BarcodeDetector = class {
  static getSupportedFormats() { return Promise.resolve(["ean_13"]); }
  detect() { return Promise.resolve(window.held ? [{ rawValue: window.held }] : []); }
};
const canvas = document.createElement("canvas");
navigator.mediaDevices.getUserMedia = () => {
  if (window.refused) return Promise.reject(new DOMException("no", "NotAllowedError"));
  canvas.getContext("2d");
  window.stream = canvas.captureStream(10);
  return Promise.resolve(window.stream);
};
setInterval(() => { const ink = canvas.getContext("2d"); ink.fillStyle = `rgb(${Date.now() % 255},0,0)`; ink.fillRect(0, 0, 9, 9); }, 50);
"""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with staged("scan") as found:
        yield found


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    with chromium() as found:
        yield found


def cart(site: Site, browser: Browser, *, reads: bool) -> Page:
    page = site.context(browser, "sanne", viewport={"width": 400, "height": 800}).new_page()
    page.add_init_script(CAMERA if reads else "delete window.BarcodeDetector")
    page.goto("/orders/cart/")
    expect(page.locator("form.quick")).to_have_attribute("data-ready", "")
    return page


def test_the_camera_adds_what_it_sees(site: Site, browser: Browser) -> None:
    with scope(Cast().sanne):
        box = ProductUnit.objects.select_related("product").get(product__sku="MK-310-W", code="XBX")
    page = cart(site, browser, reads=True)
    page.get_by_role("button", name="Scannen").click()
    expect(page.get_by_text("Houd de streepjescode voor de camera")).to_be_visible()
    page.evaluate(f"window.held = '{box.ean}'")
    expect(page.locator("td", has_text=box.product.label)).to_be_visible()
    expect(page.get_by_text("= 12 koker", exact=True)).to_be_visible()


def test_a_camera_that_may_not_be_used_says_so(site: Site, browser: Browser) -> None:
    page = cart(site, browser, reads=True)
    page.evaluate("window.refused = true")
    page.get_by_role("button", name="Scannen").click()
    expect(page.get_by_text("De camera kan niet gebruikt worden")).to_be_visible()


def test_a_scanner_that_types_adds_one_after_the_other(site: Site, browser: Browser) -> None:
    with scope(Cast().sanne):
        codes = {sku: Product.objects.get(sku=sku).ean for sku in ("SS-3525", "STK-5M")}
    page = cart(site, browser, reads=False)
    expect(page.get_by_role("button", name="Scannen")).to_be_hidden()
    page.get_by_label("Artikelnummer, EAN of uw eigen nummer").focus()
    # A scanner waits for no answer: nothing of the second number may be lost while the first is added.
    page.keyboard.type("".join(f"{ean}\n" for ean in codes.values()))
    for sku in codes:
        expect(page.locator("td", has_text=sku)).to_be_visible()
    expect(page.get_by_label("Artikelnummer, EAN of uw eigen nummer")).to_be_focused()


def test_a_number_that_is_refused_comes_back_to_be_mended(site: Site, browser: Browser) -> None:
    page = cart(site, browser, reads=False)
    field = page.get_by_label("Artikelnummer, EAN of uw eigen nummer")
    field.fill("SS-3525X")
    field.press("Enter")
    expect(page.get_by_role("status").filter(has_text="SS-3525X")).to_be_visible()
    expect(field).to_have_value("SS-3525X")
    expect(field).to_be_focused()
