# ruff: noqa: E402 - the browser is imported only where there is one
"""A price letter that is understood: staff write it, look at what it means, send it; a customer reads what it costs him and can add it up himself."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from portiek.config.testing import collected_jobs, run_jobs
from portiek.core.jobs import jobs, run_now
from tests.browser.walks import Site, chromium, needs_browser, staged

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
needs_browser()

from playwright.sync_api import Browser, Page, expect


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with staged("priceletter") as found:
        yield found


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    with chromium() as found:
        yield found


def worked(site: Site, name: str) -> None:
    """Do the worker's part for the newest letter."""
    [(key, portal)] = site.rows("SELECT id, portal_id FROM letters_letter ORDER BY id DESC LIMIT 1")
    with collected_jobs():
        run_now(jobs()[name], portal, {"letter_id": key})
        run_jobs()


def figure(text: str) -> Decimal:
    """Read an amount as it stands on the page."""
    return Decimal(re.sub(r"[^\d,−-]", "", text).replace("−", "-").replace(",", "."))


def cells(page: Page, label: str) -> list[str]:
    return [cell.inner_text() for cell in page.locator(f"#rows td[data-label='{label}']").all()]


def test_written_sent_read_and_added_up(site: Site, browser: Browser):
    day = date(timezone.localdate().year + 1, 1, 1)  # the seeded price of VH-38-89 rises then
    peter = site.context(browser, "peter", viewport={"width": 1440, "height": 900}).new_page()
    peter.goto("/price-letters/written/new/")
    peter.locator("[name=title]").fill("Nieuwe houtprijzen")
    peter.locator("[name=text]").fill("Hout is duurder geworden.")
    peter.locator("[name=effective_on]").fill(day.isoformat())
    peter.get_by_role("button", name="Voor elke klant doorrekenen").click()
    expect(peter.get_by_text("De prijzen van elke klant worden doorgerekend").first).to_be_visible()
    worked(site, "letters.make")
    peter.reload()
    row = peter.get_by_role("row", name=re.compile("Bouwbedrijf Bakker"))
    expected = row.locator("td[data-label*='Effect']").last.inner_text()
    peter.get_by_role("link", name="Versturen").click()
    peter.get_by_role("button", name="Verstuur de prijsbrief").click()
    worked(site, "letters.send")

    sanne = site.context(browser, "sanne", viewport={"width": 400, "height": 900}).new_page()
    sanne.goto("/notifications/")
    told = sanne.locator(".todo", has_text="Nieuwe houtprijzen").first
    told.get_by_role("button").click()
    expect(sanne.get_by_text("Hout is duurder geworden.")).to_be_visible()
    expect(sanne.get_by_text(re.compile(r"de oude gelden tot en met .*31 december")).first).to_be_visible()
    total = sanne.get_by_text(expected, exact=True).first
    expect(total, "what staff saw is what the customer reads").to_be_visible()
    before, after, bought, effect = (cells(sanne, label) for label in ("Oude prijs", "Nieuwe prijs", "12 maanden", "Effect"))
    assert len(effect) >= 1
    for old, new, quantity, difference in zip(before, after, bought, effect, strict=True):
        pieces = Decimal(re.sub(r"[^\d,]", "", quantity.split("\xa0")[0]).replace(",", "."))
        assert abs(pieces * (figure(new) - figure(old)) - figure(difference)) <= Decimal("0.01"), (old, new, quantity, difference)
    assert sum(map(figure, effect)) == figure(expected), "the lines add up to what stands above them"

    with sanne.expect_download() as found:
        sanne.get_by_role("link", name="Als spreadsheet").click()
    rows = list(csv.reader(io.StringIO(found.value.path().read_text("utf-8-sig")), delimiter=";"))
    assert len(rows) == 1 + len(effect) and rows[1][0] in sanne.locator("#rows").inner_text()
    sanne.locator("#rows a.title").first.click()
    expect(sanne.get_by_text(re.compile(r"Vanaf .*1 jan")).first, "the page of the product tells it too").to_be_visible()
