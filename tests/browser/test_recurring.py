# ruff: noqa: E402 - the browser is imported only where there is one
"""A recurring order in a real browser on a phone without a script: made of an order list, changed once, skipped, paused, and ordered by the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from portiek.config.testing import collected_jobs, run_jobs
from portiek.core.jobs import run_now
from portiek.foundation.accounts.seeds import portal_ids
from portiek.trade.recurring.jobs import look
from tests.browser.walks import Site, chromium, needs_browser, staged

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
needs_browser()

from playwright.sync_api import Browser, expect


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with staged("recurring") as found:
        yield found


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    with chromium() as found:
        yield found


def test_from_a_list_to_an_order_by_the_clock(site: Site, browser: Browser):
    page = site.context(browser, "sanne", java_script_enabled=False, viewport={"width": 400, "height": 900}).new_page()
    page.goto("/order-lists/")
    page.get_by_role("link", name="Wekelijks werkplaats").click()
    page.get_by_role("link", name="Terugkerend bestellen").click()
    today = timezone.localdate()
    page.locator("[name=name]").fill("Elke maandag")
    page.locator("[name=next_on]").fill((today + timedelta(days=5)).isoformat())
    page.locator("[name=every]").fill("2")
    page.get_by_role("button", name="Terugkerende order maken").click()
    expect(page.get_by_text("elke 2 weken op").first).to_be_visible()

    page.locator("[name^=quantity-]").first.fill("80")
    page.get_by_role("button", name="Alleen").click()
    expect(page.get_by_text("anders 60").first).to_be_visible()
    page.get_by_role("button", name="Deze keer overslaan").click()
    expect(page.get_by_text("Overgeslagen").first).to_be_visible()
    expect(page.get_by_text("anders 60"), "what was changed for one time is over with it").to_have_count(0)
    page.get_by_role("button", name="Pauzeren").click()
    expect(page.get_by_text("Gepauzeerd").first).to_be_visible()
    page.get_by_role("button", name="Verder", exact=True).click()
    expect(page.get_by_text("Actief").first).to_be_visible()

    page.locator("summary[aria-label='Meer']").click()
    page.get_by_role("link", name="Ritme, adres en delen").click()
    page.locator("[name=next_on]").fill(today.isoformat())
    page.get_by_role("button", name="Bewaren").click()
    with collected_jobs():
        run_now(look.job, portal_ids()["vandijk"], {})  # type: ignore[attr-defined]
        run_jobs()
    page.reload()
    expect(page.get_by_text("Besteld", exact=True).first).to_be_visible()
    page.locator("main table a[href^='/orders/']").first.click()
    expect(page.get_by_text("Vanzelf besteld, als Elke maandag").first).to_be_visible()
