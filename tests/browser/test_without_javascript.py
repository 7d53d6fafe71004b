# ruff: noqa: E402 - the browser is imported only where there is one
"""The core paths with scripts switched off: slower, and whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from portiek.foundation.parties.cast import PASSWORD
from tests.browser.walks import Site, chromium, needs_browser, staged
from tests.stage import INVITED

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
needs_browser()

from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with staged("plainly") as found:
        yield found


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    with chromium() as found:
        yield found


def opened(site: Site, browser: Browser, who: str | None, path: str, width: int = 1440) -> Page:
    page: Page = site.context(browser, who, java_script_enabled=False, viewport={"width": width, "height": 900}).new_page()
    answer = page.goto(path)
    assert answer and answer.status == 200
    return page


def test_log_in_switch_language_and_out(site: Site, browser: Browser):
    page = opened(site, browser, None, "/login/")
    page.get_by_label("E-mailadres").fill("sanne@bakker.example")
    page.get_by_role("button", name="Gebruik mijn wachtwoord").click()
    page.get_by_label("Wachtwoord").fill("niet goed")
    page.get_by_role("button", name="Inloggen").click()
    assert page.get_by_text("horen niet bij elkaar").first.is_visible()
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    assert page.get_by_role("heading", level=1).inner_text().endswith("Sanne")
    assert page.locator(".js-only:visible").count() == 0, "what needs a script is not shown"
    page.get_by_label("Mijn account").click()
    page.get_by_role("button", name="English").click()
    assert page.get_by_role("heading", name="Running orders").is_visible()
    page.get_by_label("My account").click()
    page.get_by_role("button", name="Nederlands").click()
    page.get_by_label("Mijn account").click()
    page.get_by_role("button", name="Uitloggen").click()
    page.wait_for_url("**/login/**")


def test_come_in_by_invitation(site: Site, browser: Browser):
    page = opened(site, browser, None, INVITED)
    page.get_by_label("Wachtwoord").fill("een lang genoeg wachtwoord")
    page.get_by_role("button", name="Kom binnen").click()
    page.wait_for_url(re.compile(r":\d+/$"))
    assert page.get_by_role("heading", level=1).inner_text().endswith("Karim")


@pytest.mark.parametrize("width", [1440, 400])
def test_search_fill_the_cart_and_order(site: Site, browser: Browser, width: int):
    page = opened(site, browser, "dirk", "/", width)
    page.get_by_label("Zoeken").first.fill("binnendeur")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Binnendeur opdek wit 830 × 2115").click()
    page.get_by_text("Waarom deze prijs?").click()
    page.get_by_label(re.compile("^Aantal van")).fill("8")
    page.get_by_role("button", name="In winkelwagen").click()
    page.wait_for_url("**/orders/cart/")
    row = page.locator("tr", has_text="BD-830")
    row.get_by_label(re.compile("^Aantal van")).fill("10")
    row.get_by_role("button", name="Wijzigen").click()
    assert row.get_by_label(re.compile("^Aantal van")).input_value() == "10"
    row.get_by_text("opmerking").first.click()
    row.get_by_label(re.compile("^Opmerking bij")).fill("Rechtsdraaiend")
    row.get_by_role("button", name="Bewaren").click()
    page.get_by_label("Uw kenmerk").fill("Zonder script")
    page.get_by_role("button", name="Controleer bestelling").click()
    page.wait_for_url("**/orders/cart/review/")
    assert page.get_by_text("Rechtsdraaiend").is_visible()
    page.get_by_role("button", name="Bestel nu").click()
    page.wait_for_url("**/orders/VD-10077-*/")
    assert page.get_by_text("Zonder script").is_visible()


def test_paste_a_list(site: Site, browser: Browser):
    page = opened(site, browser, "youssef", "/orders/cart/paste/")
    page.get_by_label("Uw lijst").fill("GP-125-2600;10\nonzin;3")
    page.get_by_role("button", name="Bekijken").click()
    assert page.get_by_text("Niet in uw assortiment").is_visible()
    page.get_by_role("button", name=re.compile("Voeg 1 regel")).click()
    page.wait_for_url("**/orders/cart/")
    page.get_by_role("link", name="Maak de winkelwagen leeg").click()
    page.get_by_role("button", name="Maak de winkelwagen leeg").click()
    assert page.get_by_text("Uw winkelwagen is leeg").is_visible()


def test_approve_and_reject(site: Site, browser: Browser):
    page = opened(site, browser, "sanne", "/orders/to-approve/")
    page.get_by_role("link", name="Youssef El Amrani").click()
    page.get_by_text("Afkeuren met een reden").click()
    page.get_by_label("Reden").fill("Dat hebben we nog")
    page.get_by_role("button", name="Keur order af").click()
    assert page.get_by_text("Afgekeurd door Sanne Bakker").first.is_visible()
    assert page.get_by_text("Dat hebben we nog").first.is_visible()


def test_orders_and_invoices(site: Site, browser: Browser):
    page = opened(site, browser, "karin", "/orders/")
    page.get_by_label("Zoek in orders").last.fill("steiger")
    page.get_by_role("button", name="Zoeken").last.click()
    assert page.get_by_role("link", name="VD-10042-0004").is_visible() and page.get_by_role("link", name="VD-10042-0005").count() == 0
    page.get_by_role("link", name="VD-10042-0004").click()
    page.get_by_role("link", name="Facturen").first.click()
    page.get_by_role("link", name="F-88213").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download kopie").click()
    assert download.value.suggested_filename.endswith(".pdf")
    page.get_by_text("Bouwbedrijf Bakker B.V.").first.click()
    page.get_by_role("button", name="Kozijnhuis De Vries").first.click()
    assert page.get_by_text("U werkt nu voor Kozijnhuis De Vries").is_visible()


def test_the_menu_of_a_phone(site: Site, browser: Browser):
    page = opened(site, browser, "olga", "/", 400)
    page.get_by_text("Meer", exact=True).click()
    page.get_by_role("link", name="Koppelingen").last.click()
    page.get_by_role("button", name="Probeer opnieuw").click()
    page.wait_for_url("**/connectors/")


def test_staff_make_a_customer(site: Site, browser: Browser):
    page = opened(site, browser, "peter", "/parties/new/")
    page.get_by_role("button", name="Klant toevoegen").click()
    assert page.get_by_role("alert").is_visible()
    page.get_by_label("Nummer", exact=True).fill("10556")
    page.get_by_label("Naam", exact=True).fill("Zonder Script B.V.")
    page.get_by_label("Naam van de eerste beheerder").fill("Zoë Zonder")
    page.get_by_label("E-mailadres van de eerste").fill("zoe@zonder.example")
    page.get_by_label("Prijslijst").select_option(label="Aannemers 2026")
    page.get_by_role("button", name="Klant toevoegen").click()
    page.wait_for_url("**/parties/10556/")
    page.get_by_role("link", name="Prijzen", exact=True).click()
    assert page.get_by_role("link", name="Aannemers 2026").is_visible()


def test_pause_the_connection(site: Site, browser: Browser):
    page = opened(site, browser, "olga", "/connectors/")
    page.get_by_role("link", name="Pauzeren").first.click()
    page.get_by_label("Reden").fill("Onderhoud")
    page.get_by_role("button", name="Pauzeren").click()
    assert page.get_by_text("Onderhoud").is_visible()
    page.get_by_role("button", name="Hervatten").first.click()
    assert page.get_by_text("Onderhoud").count() == 0
