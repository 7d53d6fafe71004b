# ruff: noqa: E402 - the browser is imported only where there is one
"""An approval in two steps with a deputy, from the rule to the warehouse, in a real browser without a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from portiek.core.db import scope
from portiek.foundation.accounts import actions as accounts
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.accounts.models import Membership, Role
from tests.browser.walks import Site, chromium, needs_browser, staged

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
needs_browser()

from playwright.sync_api import Browser, Page, expect


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with staged("approving") as found:
        cast = Cast()
        system = cast.system
        sanne, nadia, karin = cast.sanne, cast.acting("nadia", "bakker"), cast.acting("karin", "bakker")
        with scope(system):
            role = Role.objects.create(portal_id=karin.portal_id, owner_id=karin.party_id, code="fiatteur", name="Goedkeurder", audience="party", rights=["order.approve", "order.view.company", "order.place", "cart.edit"])
            Membership.objects.filter(user_id__in=[nadia.user_id, karin.user_id], party_id=karin.party_id).update(role=role)
        with scope(sanne):
            accounts.end_own_absence(sanne)
        with scope(karin):
            accounts.set_own_absence(karin, first_day=timezone.localdate(), last_day=timezone.localdate() + timedelta(days=3), deputy_id=nadia.user_id)
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


def test_two_steps_with_a_deputy(site: Site, browser: Browser):
    page = opened(site, browser, "sanne", "/approvals/new/")
    page.get_by_label("Boven welk bedrag?").fill("100")
    page.get_by_role("checkbox", name="Sanne Bakker").first.check()
    page.get_by_text("Een verdere stap").first.click()
    page.locator("[name=who2]").select_option("people")
    page.locator("[name=people2]").and_(page.get_by_role("checkbox", name="Karin Bakker")).check()
    page.get_by_role("button", name="Regel maken").click()
    expect(page.get_by_text("gaan eerst langs Sanne Bakker, dan langs Karin Bakker.")).to_be_visible()

    page = opened(site, browser, "youssef", "/orders/cart/review/")
    for text in ("Stap 1: Sanne Bakker", "Stap 2: Karin Bakker", "vervangen door Nadia Peeters"):
        expect(page.get_by_text(text).first).to_be_visible()
    page.get_by_role("button", name="Vraag akkoord").click()
    expect(page.get_by_text("Wacht op akkoord").first).to_be_visible()
    order = page.url

    page = opened(site, browser, "nadia", order)
    expect(page.get_by_role("button", name="Keur order goed"), "not her turn yet").to_have_count(0)
    page = opened(site, browser, "sanne", order)
    page.get_by_role("button", name="Keur order goed").click()
    expect(page.get_by_text("Goedgekeurd door Sanne Bakker").first).to_be_visible()
    page = opened(site, browser, "nadia", order)
    expect(page.get_by_text("u beslist ook namens Karin Bakker")).to_be_visible()
    page.get_by_role("button", name="Keur order goed").click()
    expect(page.get_by_text("Goedgekeurd door Nadia Peeters").first).to_be_visible()
    expect(page.get_by_text("namens Karin Bakker").first).to_be_visible()
    page = opened(site, browser, "youssef", order)
    expect(page.get_by_role("heading", name="Ontvangen").first).to_be_visible()


def test_a_budget_of_a_cost_centre(site: Site, browser: Browser):
    """Made, chosen where one orders, and held: before anything is ordered one reads what is left and that it cannot be."""
    page = opened(site, browser, "sanne", "/approvals/cost-centres/")
    page.get_by_label("Code").fill("BUS3")
    page.get_by_label("Naam").fill("Bus 3")
    page.get_by_role("button", name="Kostenplaats maken").click()
    expect(page.get_by_role("link", name="BUS3")).to_be_visible()
    page.goto("/approvals/budgets/new/")
    page.get_by_label("Naam").fill("Bus 3")
    page.get_by_label("Van een kostenplaats").check()
    page.get_by_label("Welke kostenplaats?").select_option("BUS3")
    page.get_by_label("Bedrag per periode").fill("1,00")
    page.get_by_label("Het kan niet worden besteld").check()
    page.get_by_role("button", name="Budget maken").click()
    expect(page.get_by_text("kostenplaats BUS3")).to_be_visible()

    page = opened(site, browser, "youssef", "/catalog/")
    page.goto("/orders/cart/")
    page.get_by_label("Artikelnummer, EAN of uw eigen nummer").fill("GP-125-2600")
    page.locator("form.quick [name=quantity]").fill("60")
    page.locator("form.quick button.primary").click()
    page.get_by_label("Kostenplaats").select_option("BUS3")
    page.get_by_role("button", name="Controleer bestelling").click()
    expect(page.get_by_text("boven het budget Bus 3")).to_be_visible()
    expect(page.get_by_text("Budget Bus 3: nog")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Bestel nu|Vraag akkoord"))).to_be_disabled()
    page.goto("/orders/cart/")
    page.get_by_label("Kostenplaats").select_option("")
    page.get_by_role("button", name="Bewaren").click()
