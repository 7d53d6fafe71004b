# ruff: noqa: E402 - the browser is imported only where there is one
"""Quick order by keyboard alone: what is typed is said under the fields, suggestions are walked with arrow keys, and who types fast is not kept waiting."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest

from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast
from portiek.trade.catalog.models import Product
from tests.browser.walks import Site, chromium, needs_browser, staged

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
needs_browser()

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, expect

FIELD = "Artikelnummer, EAN of uw eigen nummer"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with staged("quick") as found:
        yield found


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    with chromium() as found:
        yield found


def cart(site: Site, browser: Browser, width: int = 1280) -> Page:
    page = site.context(browser, "sanne", viewport={"width": width, "height": 900}).new_page()
    page.goto("/orders/cart/")
    expect(page.locator("form.quick")).to_have_attribute("data-ready", "")
    page.get_by_label(FIELD).focus()
    return page


def sendings(page: Page) -> list[tuple[str, str]]:
    """Gather what is added from now on: the number and the quantity."""
    found: list[tuple[str, str]] = []

    def seen(request: Request) -> None:
        if request.url.endswith("/orders/cart/add/"):
            given = parse_qs(request.post_data or "")
            found.append((given["product"][0], given["quantity"][0]))

    page.on("request", seen)
    return found


def flaws(page: Page) -> list[str]:
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in Axe().run(page, context="form.quick").response["violations"]]


@pytest.mark.parametrize("width", [1280, 400])
def test_a_suggestion_is_chosen_and_ordered_by_keyboard(site: Site, browser: Browser, width: int) -> None:
    page = cart(site, browser, width)
    field, said, options = page.get_by_role("combobox", name=FIELD), page.locator("#quick-said"), page.locator("#quick-palette [role=option]")
    sent = sendings(page)
    page.keyboard.type("gips")
    expect(said).to_contain_text("suggesties: kies met de pijltjestoetsen")
    expect(field).to_have_attribute("aria-expanded", "true")
    assert flaws(page) == []
    assert options.first.evaluate("one => { const box = one.getBoundingClientRect(); return document.elementFromPoint(box.x + 20, box.y + 20).closest('[role=option]') === one && box.right <= innerWidth; }"), "something lies over the list"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options.nth(1).get_attribute("id") or "no id")
    sku = str(options.nth(1).get_attribute("data-value"))
    page.keyboard.press("Enter")
    expect(field).to_have_value(sku)
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(said).to_contain_text(sku)
    assert sent == [], "choosing is not ordering yet"
    page.keyboard.press("Tab")
    page.keyboard.type("24")  # what stood in the field is chosen whole by Tab
    expect(said).to_contain_text("24")
    expect(said).to_contain_text("€")
    assert flaws(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("td", has_text=sku)).to_be_visible()
    assert sent == [(sku, "24")]
    expect(said).to_be_empty()
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    expect(page.locator("#cart-said")).to_contain_text("De winkelwagen komt nu op")


def test_typing_on_forgets_what_was_chosen_and_escape_closes(site: Site, browser: Browser) -> None:
    page = cart(site, browser)
    field, options = page.get_by_role("combobox", name=FIELD), page.locator("#quick-palette [role=option]")
    page.keyboard.type("gips")
    expect(options.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    expect(field).to_be_focused()
    expect(field).to_have_value("gips")
    page.keyboard.type("p")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    # Typed on and sent at once: what is sent is what stands there, and not what was chosen of other words.
    page.keyboard.type("xyz\n")
    expect(page.get_by_role("status").filter(has_text="gipspxyz")).to_be_visible()
    expect(field).to_have_value("gipspxyz")


def test_a_scan_while_suggestions_stand_there_is_not_lost(site: Site, browser: Browser) -> None:
    with scope(Cast().sanne):
        ean = Product.objects.get(sku="STK-5M").ean
    page = cart(site, browser)
    sent = sendings(page)
    page.keyboard.type("gips")
    expect(page.locator("#quick-palette [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+a")
    page.keyboard.type(f"{ean}\n{ean}\n")
    expect(page.locator("td", has_text="STK-5M")).to_be_visible()
    for _again in range(200):
        if len(sent) > 1:
            break
        page.wait_for_timeout(100)
    assert sent == [(ean, "1"), (ean, "1")]
    expect(page.locator("#quick-palette")).to_be_hidden()
    expect(page.locator("#quick-said")).to_be_empty()
