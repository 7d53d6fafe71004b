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

# How a node is drawn, and of everything how it is drawn without the focus; `differs`: one sees that it, or what it stands in, has it.
DRAWN = """
  const drawn = node => {
    const style = getComputedStyle(node), clear = /, 0\\)$/;
    return [style.outlineStyle === 'none' || !parseFloat(style.outlineWidth) || clear.test(style.outlineColor) ? '' : [style.outlineStyle, style.outlineWidth, style.outlineColor],
      style.boxShadow, parseFloat(style.borderTopWidth) ? style.borderColor : '', style.backgroundColor].join(';');
  };
  const around = '.stepper, .search form, .check, .drop', rest = window.atRest ??= new WeakMap();
  for (const node of document.querySelectorAll(`a, button, summary, input, select, textarea, [tabindex], ${around}`)) if (!node.matches(':focus, :focus-within')) rest.set(node, drawn(node));
  const differs = node => node && rest.has(node) && rest.get(node) !== drawn(node);
  const called = element => (element.getAttribute('aria-label') || (element.labels && element.labels[0] ? element.labels[0].innerText : '') || element.innerText || element.getAttribute('placeholder') || element.id || '').trim();
  const ringed = element => differs(element) || differs(element.closest(around)) || element.matches('main, h1, .summary-errors');
  const inSight = element => { const box = element.getBoundingClientRect(); return element.checkVisibility() && box.bottom > 0 && box.top < innerHeight; };
"""
# What has the focus: what it is called, and whether it is lost or one sees that it is there: by what differs from when it had not the focus, which is noted
# of everything at each look. `known`: it was there at the last look.
FOCUSED = f"""() => {{
  {DRAWN}
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  return {{name: called(element), tag: element.tagName.toLowerCase(), known: rest.has(element), ring: ringed(element), seen: inSight(element)}};
}}"""


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

    def to(self, name: str, *, back: bool = False, most: int = 160) -> Hands:
        """Go with Tab (or Shift+Tab) to what is called so; every stop on the way must be visible."""
        wanted, keys = re.compile(name), ("Shift+Tab", "Tab") if back else ("Tab", "Shift+Tab")
        at = self.at
        for _step in range(most):
            at = self.press(keys[0]).at
            if at and not at["known"]:  # it came between two looks: look at it without the focus first
                assert self.press(keys[1]).at != at, f"{self.page.url}: caught in {at}"
                at = self.press(keys[0]).at
            if at is None:  # past the end of the page: the browser's own buttons
                continue
            assert at["ring"], f"{self.page.url}: one does not see that {at} has the focus"
            assert at["seen"], f"{self.page.url}: {at} has the focus out of sight"
            if wanted.search(at["name"]):
                return self
        raise AssertionError(f"{self.page.url}: no {name} by Tab")

    def go(self, url: str, key: str = "Enter") -> Hands:
        """Press Enter on what has the focus, and arrive: at another page or at this one anew."""
        with self.page.expect_navigation(url=re.compile(url)):
            self.press(key)
        self.page.wait_for_selector("html[data-js]")
        return self

    def reads(self, text: str) -> Hands:
        """See this text on the page."""
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()
        return self

    def keeps_its_place(self) -> str:
        """After something was changed in place, the focus is still somewhere: return where."""
        self.page.wait_for_function("document.activeElement !== document.body")
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


@pytest.mark.parametrize("flaw", [
    ":focus, :focus-within { outline: 0 !important }",
    "a, button { box-shadow: 0 0 0 2px red; outline: 2px solid blue !important }",  # always there, so it says nothing
    "a:focus, button:focus { outline-color: transparent !important }",
])  # fmt: skip
def test_a_focus_that_nobody_sees_would_be_found(site: Site, browser: Browser, flaw: str):
    hands = opened(site, browser, "karin", "/")
    hands.to("Mijn account")
    hands.page.evaluate("style => { const sheet = new CSSStyleSheet(); sheet.replaceSync(style); document.adoptedStyleSheets = [sheet] }", flaw)
    with pytest.raises(AssertionError, match="one does not see"):
        hands.to("^Facturen")


def test_log_in_by_code(site: Site, browser: Browser):
    hands = opened(site, browser, None, "/login/")
    hands.type("dirk@devries.example").to("Mail mij een code").go("/login/code/")
    hands.to("Code uit de mail").type("000000").go("/login/code/").reads("niet de code")
    hands.to("Code uit de mail").type(site.mailed_code("dirk@devries.example")).go(r":\d+/$").reads("Dirk")


def test_log_in_by_password_and_out_again(site: Site, browser: Browser):
    hands = opened(site, browser, None, "/login/")
    assert hands.at and "E-mailadres" in hands.at["name"], "one can type at once"
    hands.type("sanne@bakker.example").to("Gebruik mijn wachtwoord").go("/login/password/")
    hands.to("Wachtwoord").type(PASSWORD).go(r":\d+/$")
    hands.to("Naar de inhoud").press("Enter")
    expect(hands.page.locator("#main")).to_be_focused()
    hands.to("Mijn account", back=True).press("Enter")
    out = hands.page.get_by_role("button", name="Uitloggen")
    expect(out).to_be_visible()
    hands.press("Escape")
    expect(out).to_be_hidden()
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
    hands.to("Bestel nu|Vraag akkoord").go(r"/orders/VD-10077-\d+/").reads("Met het toetsenbord")


def test_the_palette(site: Site, browser: Browser):
    """Ctrl K from anywhere, arrows through what is found, Esc to let it go, Enter to go there."""
    hands = opened(site, browser, "olga", "/connectors/")
    field, options = hands.page.get_by_role("combobox", name="Zoeken"), hands.page.locator("[role=listbox] [role=option]")
    hands.to("Uitgaand").press("Control+k")
    expect(field).to_be_focused()
    hands.type("gips")
    options.nth(1).wait_for()
    plain = options.first.evaluate("option => getComputedStyle(option).backgroundColor")
    hands.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "no id")
    expect(options.first).not_to_have_css("background-color", plain)
    hands.press("ArrowDown", "ArrowUp", "ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    hands.press("Escape")
    expect(options.first).to_be_hidden()
    expect(field).to_be_focused()
    hands.press("Control+a").type("bouwbedrijf bakker")
    hands.page.get_by_role("option", name="Bouwbedrijf Bakker B.V.").wait_for()
    hands.press("ArrowDown").go("/parties/10042/").reads("Bouwbedrijf Bakker B.V.")


def test_an_own_number_and_find_the_product_by_it(site: Site, browser: Browser):
    hands = opened(site, browser, "sanne", "/catalog/p/VV-25/")
    hands.to("Uw eigen artikelnummer").type("EMMER-7").to("Sla nummer op").go("/catalog/p/VV-25/").reads("U vindt dit artikel nu ook onder EMMER-7")
    hands.press("Control+k").type("EMMER-7")
    hands.page.wait_for_selector("[role=listbox] [role=option][href*='VV-25']")
    hands.press("ArrowDown").go("/catalog/p/VV-25/").reads("uw nummer EMMER-7")


def test_add_in_the_catalogue_and_stay_there(site: Site, browser: Browser):
    hands = opened(site, browser, "youssef", "/catalog/")
    hands.to("Waarom deze prijs").press("Enter")
    expect(hands.page.locator(".product details[open]")).to_have_count(1)
    hands.press("Enter").to("Doe .* in de winkelwagen").press("Enter")
    hands.page.locator(".toast", has_text="winkelwagen").wait_for()
    assert "in de winkelwagen" in hands.keeps_its_place()


def test_approve_an_order(site: Site, browser: Browser):
    hands = opened(site, browser, "sanne", "/")
    hands.to("Te fiatteren").go("/orders/to-approve/")
    hands.to("Bekijken").go("/orders/VD-10042-0007/")
    hands.to("Keur order goed").go("/orders/VD-10042-0007/").reads("Goedgekeurd door Sanne Bakker")


def test_a_pasted_list_that_a_colleague_rejects(site: Site, browser: Browser):
    """Youssef pastes a list of more than he may order; Sanne says why not."""
    hands = opened(site, browser, "youssef", "/catalog/")
    hands.to("Winkelwagen, ").go("/orders/cart/")
    hands.to("Plak een lijst").go("/orders/cart/paste/")
    hands.to("Uw lijst").type("BD-830 60\nonzin 3\n").to("Bekijken").go("/orders/cart/paste/").reads("Niet in uw assortiment")
    hands.to("Voeg 1 regel toe").go("/orders/cart/$")
    expect(hands.page.locator("#cart-body tr", has_text="BD-830").get_by_label("Aantal van")).to_have_value("60")
    hands.to("Controleer bestelling").go("/orders/cart/review/")
    hands.to("Vraag akkoord").go(r"/orders/VD-10042-\d+/").reads("Wacht op akkoord")
    number = hands.page.url.split("/")[-2]
    hands = opened(site, browser, "sanne", "/orders/")
    hands.to(number).go(f"/orders/{number}/")
    hands.to("Afkeuren met een reden").press("Enter").to("Keur order af").go(f"/orders/{number}/")
    hands.to("Reden").type("Dat hebben we nog").to("Keur order af").go(f"/orders/{number}/")
    hands.reads("Afgekeurd door Sanne Bakker").reads("Dat hebben we nog")


def test_an_order_from_the_list_and_why_it_costs_that(site: Site, browser: Browser):
    hands = opened(site, browser, "youssef", "/orders/")
    hands.to("VD-10042-0005").go("/orders/VD-10042-0005/")
    hands.to("Waarom deze prijs").press("Space")
    expect(hands.page.locator("details[open] .why").first).to_be_visible()


def test_order_again(site: Site, browser: Browser):
    hands = opened(site, browser, "nadia2", "/orders/")
    hands.to("BT-50001-0001").go("/orders/BT-50001-0001/")
    hands.to("Opnieuw bestellen").go("/orders/cart/paste/")
    hands.to("Voeg 1 regel toe").go("/orders/cart/$")
    expect(hands.page.locator("#cart-body tr", has_text="BT-VP-35")).to_be_visible()


def test_cancel_an_order_or_ask_for_it(site: Site, browser: Browser):
    hands = opened(site, browser, "sanne", "/orders/")
    hands.to("VD-10042-0008").go("/orders/VD-10042-0008/")
    hands.to("^Annuleren").go("/orders/VD-10042-0008/cancel/")
    hands.to("Reden").type("Dubbel besteld").to("Annuleer order").go("/orders/VD-10042-0008/$").reads("Geannuleerd").reads("Dubbel besteld")
    hands.to("^Orders", back=True).go("/orders/$")
    hands.to("VD-10042-0006").go("/orders/VD-10042-0006/")
    hands.to("Vraag om te annuleren").go("/orders/VD-10042-0006/cancel/")
    hands.to("Reden").type("Bouw ligt stil").to("Vraag om te annuleren").go("/orders/VD-10042-0006/$").reads("is gevraagd om te annuleren")


def test_download_an_invoice(site: Site, browser: Browser):
    hands = opened(site, browser, "karin", "/")
    hands.to("^Facturen").go("/invoices/")
    hands.to("F-88213").go("/invoices/F-88213/")
    hands.to("Download")
    with hands.page.expect_download() as download:
        hands.press("Enter")
    assert download.value.suggested_filename.endswith(".pdf")


def test_switch_company(site: Site, browser: Browser):
    """By the menu of the bar; what one then sees is the other company's."""
    hands = opened(site, browser, "karin", "/orders/")
    hands.to("Bouwbedrijf Bakker B.V.").press("Enter").to("Kozijnhuis De Vries").go(r":\d+/$").reads("U werkt nu voor Kozijnhuis De Vries")
    hands.to("^Orders").go("/orders/$").to("VD-10077-").go("/orders/VD-10077-")


def test_staff_look_into_a_price(site: Site, browser: Browser):
    hands = opened(site, browser, "peter", "/")
    hands.to("Prijsonderzoek").go("/prices/explain/")
    hands.to("Toon prijs").go("/prices/explain/")
    expect(hands.page.locator(".summary-errors")).to_be_focused()
    hands.to("^Klantnummer$").type("10042").to("^Artikelnummer$").type("GP-125-2600").to("Toon prijs").go(r"/prices/explain/\?.*party=10042").reads("voor Bouwbedrijf Bakker B.V.")
    expect(hands.page.locator(".why").first).to_be_visible()


def test_staff_make_a_customer_in_one_form(site: Site, browser: Browser):
    hands = opened(site, browser, "peter", "/parties/")
    hands.to("Nieuwe klant").go("/parties/new/")
    hands.to("Klant toevoegen").go("/parties/new/")
    expect(hands.page.locator(".summary-errors")).to_be_focused()  # one is told at once what is missing
    hands.to("Nummer").press("Enter")  # from the list of what is missing to the field itself
    expect(hands.page.locator("[name=number]")).to_be_focused()
    hands.type("10555").to("^Naam").type("Toetsenbord B.V.").to("Naam van de eerste beheerder").type("Tessa Toets")
    hands.to("E-mailadres van de eerste").type("tessa@toets.example").to("Prijslijst").type("Aannemers")
    hands.to("Klant toevoegen").go("/parties/10555/")
    expect(hands.page.get_by_role("heading", name="Toetsenbord B.V.")).to_be_visible()
    hands.to("Gebruikers").go("/parties/10555/users/").reads("tessa@toets.example")
    hands.to("^Prijzen$").go("/parties/10555/prices/").reads("Aannemers 2026")


def test_the_monitor(site: Site, browser: Browser):
    """Send what is stuck again, pause the connection with a reason, let it go on."""
    hands = opened(site, browser, "olga", "/connectors/")
    again = hands.page.get_by_role("button", name="Probeer opnieuw")
    expect(again).to_have_count(1)
    hands.to("Probeer opnieuw").go("/connectors/$")
    expect(again).to_have_count(0)
    assert site.rows("SELECT state FROM connectors_command WHERE key = 'VD-10077-0002'") == [("queued",)]
    hands.to("^Pauzeren").go(r"/connectors/\d+/pause/")
    hands.to("Reden").type("Jaarafsluiting").to("^Pauzeren").go("/connectors/$").reads("Jaarafsluiting")
    hands.to("Hervatten").go("/connectors/$")
    expect(hands.page.get_by_text("Jaarafsluiting")).to_have_count(0)


def test_on_a_phone_with_a_keyboard(site: Site, browser: Browser):
    page = site.context(browser, "sanne", viewport={"width": 400, "height": 860}).new_page()
    page.goto("/")
    page.wait_for_selector("html[data-js]")
    hands = Hands(page)
    hands.to("^Meer$").press("Enter").to("Bedrijfsgegevens").go("/parties/mine/")
