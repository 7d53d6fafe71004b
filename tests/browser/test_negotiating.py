# ruff: noqa: E402 - the browser is imported only where there is one
"""A quote, negotiated to an order in a real browser on a phone without a script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.walks import Site, chromium, needs_browser, staged

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
needs_browser()

from playwright.sync_api import Browser, Page, expect


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with staged("negotiating") as found:
        yield found


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    with chromium() as found:
        yield found


def opened(site: Site, browser: Browser, who: str, path: str) -> Page:
    page: Page = site.context(browser, who, java_script_enabled=False, viewport={"width": 400, "height": 900}).new_page()
    answer = page.goto(path)
    assert answer and answer.status == 200
    return page


def test_from_a_product_to_the_order(site: Site, browser: Browser):
    sanne = opened(site, browser, "sanne", "/catalog/p/GP-125-2600/")
    sanne.get_by_role("link", name="Offerte aanvragen").click()
    sanne.locator("[name=quantity-0]").fill("1200")
    sanne.locator("[name=target-0]").fill("5,60")
    sanne.locator("[name=what-1]").fill("Gebogen plint op maat")
    sanne.locator("[name=quantity-1]").fill("40")
    sanne.locator("[name=reference]").fill("Oosterhof")
    sanne.get_by_role("button", name="Offerte aanvragen").last.click()
    expect(sanne.get_by_text("Aangevraagd: wij zijn aan zet").first).to_be_visible()
    quote = sanne.url

    peter = opened(site, browser, "peter", quote)
    peter.get_by_role("link", name="Offerte maken").click()
    expect(peter.get_by_text("wil € 5,60 betalen").first).to_be_visible()
    peter.locator("[name=price-0]").fill("6,10")
    peter.get_by_role("button", name="Meer regels").click()
    expect(peter.locator("[name=price-0]"), "nothing that was typed is lost").to_have_value("6,10")
    peter.locator("[name=what-2]").fill("SS-3535")
    peter.locator("[name=quantity-2]").fill("24")
    peter.locator("[name=price-2]").fill("8,90")
    peter.locator("[name=optional-2]").check()
    peter.get_by_role("button", name="Aanbod versturen").last.click()
    expect(peter.get_by_text("Aangeboden: de klant is aan zet").first).to_be_visible()

    sanne.goto(quote)
    expect(sanne.get_by_text("Aangeboden: u bent aan zet").first).to_be_visible()
    expect(sanne.get_by_text("niet aangeboden").first).to_be_visible()
    sanne.get_by_role("link", name="Tegenvoorstel doen").click()
    sanne.locator("[name=target-0]").fill("5,70")
    sanne.locator("[name=what-1]").fill("")
    sanne.locator("[name=quantity-1]").fill("")
    sanne.get_by_role("button", name="Voorstel versturen").last.click()
    expect(sanne.get_by_text("Wordt uitgewerkt: wij zijn aan zet").first).to_be_visible()

    peter.goto(quote)
    peter.get_by_role("link", name="Nieuwe versie").click()
    peter.locator("[name=price-0]").fill("5,80")
    peter.get_by_role("button", name="Aanbod versturen").last.click()
    expect(peter.get_by_text("Wat anders is dan in versie 3")).to_be_visible()

    sanne.goto(quote)
    sanne.get_by_role("link", name="Accepteren en bestellen").click()
    sanne.locator("[name=line]").check()
    sanne.get_by_role("button", name="Reken met deze keuze").click()
    expect(sanne.get_by_text("€ 7.173,60").first).to_be_visible()
    sanne.get_by_label("Hoedanigheid").fill("Inkoper")
    sanne.get_by_role("button", name="Accepteren en bestellen").click()
    expect(sanne.get_by_text("Afgesproken prijzen")).to_be_visible()
    expect(sanne.locator("#order td.num").get_by_text("€ 5,80").first).to_be_visible()
    sanne.get_by_role("link", name="Bekijk de offerte").click()
    expect(sanne.get_by_text("Besteld").first).to_be_visible()
