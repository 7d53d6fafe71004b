# ruff: noqa: E402 - the browser is imported only where there is one
"""Every core path with the keyboard alone: no mouse, and nothing that puts the focus somewhere for the person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from portiek.foundation.parties.cast import PASSWORD
from tests.browser.walks import Site, chromium, needs_browser, staged

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
needs_browser()

from playwright.sync_api import Browser, Page, expect

# What has the focus: what it is called, whether one sees that it has the focus, and whether it is lost.
FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const label = element.labels && element.labels[0] ? element.labels[0].innerText : '';
  const name = (element.getAttribute('aria-label') || label || element.innerText || element.getAttribute('placeholder') || element.id || '').trim();
  const shows = node => {
    const style = getComputedStyle(node);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  };
  const box = element.getBoundingClientRect();
  const ring = shows(element) || [...function* () { for (let node = element.parentElement; node && node !== document.body; node = node.parentElement) yield node; }()]
    .some(node => node.matches(':focus-within') && node.matches('.stepper, .search form, .check, .drop') && shows(node));
  return {name, tag: element.tagName.toLowerCase(), ring: ring || element.matches('main, h1, .summary-errors'), seen: element.checkVisibility() && box.bottom > 0 && box.top < innerHeight};
}"""


class Hands:
    """Ten fingers on a keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def at(self) -> dict[str, Any] | None:
        """What has the focus now."""
        found: dict[str, Any] | None = self.page.evaluate(FOCUSED)
        return found

    def press(self, *keys: str) -> Hands:
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def type(self, text: str) -> Hands:
        self.page.keyboard.type(text)
        return self

    def to(self, name: str, *, back: bool = False, most: int = 120) -> Hands:
        """Go with Tab (or Shift+Tab) to what is called so; every stop on the way must be visible."""
        wanted = re.compile(name)
        for _step in range(most):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            at = self.at
            if at is None:  # past the end of the page: the browser's own buttons
                continue
            assert at["ring"], f"{self.page.url}: one does not see that {at} has the focus"
            assert at["seen"], f"{self.page.url}: {at} has the focus out of sight"
            if wanted.search(at["name"]):
                return self
        raise AssertionError(f"{self.page.url}: no {name} by Tab")

    def go(self, url: str) -> Hands:
        """Press Enter on what has the focus, and arrive."""
        self.press("Enter")
        self.page.wait_for_url(re.compile(url))
        self.page.wait_for_selector("html[data-js]")
        return self

    def keeps_its_place(self) -> str:
        """After something was changed in place, the focus is still somewhere: return where."""
        at = self.at
        assert at and at["seen"], f"{self.page.url}: the focus is lost: {at}"
        return str(at["name"])


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with staged("keyboard") as found:
        yield found


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    with chromium() as found:
        yield found


def opened(site: Site, browser: Browser, who: str | None, path: str) -> Hands:
    page = site.context(browser, who, viewport={"width": 1440, "height": 900}).new_page()
    page.goto(path)
    page.wait_for_selector("html[data-js]")
    return Hands(page)


def test_log_in_by_password_and_out_again(site: Site, browser: Browser):
    hands = opened(site, browser, None, "/login/")
    assert hands.at and "E-mailadres" in hands.at["name"], "one can type at once"
    hands.type("sanne@bakker.example").to("Gebruik mijn wachtwoord").go("/login/password/")
    hands.to("Wachtwoord").type(PASSWORD).go(r":\d+/$")
    hands.to("Naar de inhoud").press("Enter")
    assert hands.page.evaluate("document.activeElement.id") == "main"
    hands.to("Mijn account", back=True).press("Enter")
    assert hands.page.get_by_role("button", name="Uitloggen").is_visible()
    hands.press("Escape")
    assert hands.page.get_by_role("button", name="Uitloggen").is_hidden()
    assert hands.at and hands.at["name"] == "Mijn account", "Esc gives the focus back to the button of the menu"
    hands.press("Space").to("Uitloggen").go("/login/")


def test_from_search_to_an_order(site: Site, browser: Browser):
    """Ctrl K, a product, its quantity, the cart, the last look, the order."""
    hands = opened(site, browser, "dirk", "/")
    hands.press("Control+k").type("kozijnprofiel")
    hands.page.wait_for_selector("[role=listbox] [role=option]")
    hands.press("ArrowDown").go("/catalog/p/KZ-")
    hands.to("Aantal van").press("ArrowUp", "ArrowUp").to("In winkelwagen").go("/orders/cart/")
    hands.to("Aantal van")
    amount = hands.page.locator("#pt-cart .wide")
    before = amount.inner_text()
    hands.press("ArrowUp")
    expect(amount).not_to_have_text(before)
    assert "Aantal van" in hands.keeps_its_place()
    lines = hands.page.locator("#cart-body tbody tr")
    many = lines.count()
    hands.to("Haal .* eruit").press("Enter")
    expect(lines).to_have_count(many - 1)
    assert hands.keeps_its_place()
    hands.to("Uw kenmerk").type("Met het toetsenbord").to("Controleer bestelling").go("/orders/cart/review/")
    hands.to("Bestel nu|Vraag akkoord").go(r"/orders/VD-10077-\d+/")
    assert hands.page.get_by_text("Met het toetsenbord").is_visible()


def test_add_in_the_catalogue_and_stay_there(site: Site, browser: Browser):
    hands = opened(site, browser, "youssef", "/catalog/")
    hands.to("Waarom deze prijs").press("Enter")
    assert hands.page.locator(".product details[open]").count() == 1
    hands.press("Enter").to("Doe .* in de winkelwagen").press("Enter")
    hands.page.locator(".toast", has_text="winkelwagen").wait_for()
    assert "in de winkelwagen" in hands.keeps_its_place()


def test_approve_an_order(site: Site, browser: Browser):
    hands = opened(site, browser, "sanne", "/")
    hands.to("Te fiatteren").go("/orders/to-approve/")
    hands.to("Bekijken").go("/orders/VD-10042-0007/")
    hands.to("Keur order goed").press("Enter")
    hands.page.get_by_text("Goedgekeurd door Sanne Bakker").first.wait_for()


def test_an_order_from_the_list_and_why_it_costs_that(site: Site, browser: Browser):
    hands = opened(site, browser, "youssef", "/orders/")
    hands.to("VD-10042-0005").go("/orders/VD-10042-0005/")
    hands.to("Waarom deze prijs").press("Space")
    assert hands.page.locator("details[open] .why").first.is_visible()


def test_download_an_invoice(site: Site, browser: Browser):
    hands = opened(site, browser, "karin", "/")
    hands.to("^Facturen").go("/invoices/")
    hands.to("F-88213").go("/invoices/F-88213/")
    hands.to("Download")
    with hands.page.expect_download() as download:
        hands.press("Enter")
    assert download.value.suggested_filename.endswith(".pdf")


def test_switch_company(site: Site, browser: Browser):
    hands = opened(site, browser, "karin", "/")
    hands.to("Bouwbedrijf Bakker B.V.").press("Enter").to("Kozijnhuis De Vries").press("Enter")
    hands.page.get_by_text("U werkt nu voor Kozijnhuis De Vries").wait_for()


def test_staff_make_a_customer_in_one_form(site: Site, browser: Browser):
    hands = opened(site, browser, "peter", "/parties/")
    hands.to("Nieuwe klant").go("/parties/new/")
    hands.to("Klant toevoegen").press("Enter")
    hands.page.wait_for_selector(".summary-errors")
    assert hands.page.evaluate("document.activeElement.className") == "summary-errors", "one is told at once what is missing"
    hands.to("Nummer").press("Enter")  # from the list of what is missing to the field itself
    assert hands.page.evaluate("document.activeElement.name") == "number"
    hands.type("10555").to("^Naam").type("Toetsenbord B.V.").to("Naam van de eerste beheerder").type("Tessa Toets")
    hands.to("E-mailadres van de eerste").type("tessa@toets.example").to("Prijslijst").press("ArrowDown")
    hands.to("Klant toevoegen").go("/parties/10555/")
    assert hands.page.get_by_role("heading", name="Toetsenbord B.V.").is_visible()
    hands.to("Gebruikers").go("/parties/10555/users/")
    assert hands.page.get_by_text("tessa@toets.example").is_visible()


def test_the_monitor(site: Site, browser: Browser):
    """Send what is stuck again, pause the connection with a reason, let it go on."""
    hands = opened(site, browser, "olga", "/connectors/")
    hands.to("Probeer opnieuw").go("/connectors/$")
    hands.to("^Pauzeren").go(r"/connectors/\d+/pause/")
    hands.to("Reden").type("Jaarafsluiting").to("^Pauzeren").go("/connectors/$")
    assert hands.page.get_by_text("Jaarafsluiting").is_visible()
    hands.to("Hervatten").go("/connectors/$")
    assert hands.page.get_by_text("Jaarafsluiting").is_hidden()


def test_on_a_phone_with_a_keyboard(site: Site, browser: Browser):
    page = site.context(browser, "sanne", viewport={"width": 400, "height": 860}).new_page()
    page.goto("/")
    page.wait_for_selector("html[data-js]")
    hands = Hands(page)
    hands.to("^Meer$").press("Enter").to("Bedrijfsgegevens").go("/parties/mine/")
