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

from playwright.sync_api import Browser, Page, expect


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
    expect(page.get_by_text("horen niet bij elkaar").first).to_be_visible()
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Sanne$"))
    expect(page.locator(".js-only:visible"), "what needs a script is not shown").to_have_count(0)
    page.get_by_label("Mijn account").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Running orders")).to_be_visible()
    page.get_by_label("My account").click()
    page.get_by_role("button", name="Nederlands").click()
    page.get_by_label("Mijn account").click()
    page.get_by_role("button", name="Uitloggen").click()
    page.wait_for_url("**/login/**")


def test_log_in_by_code(site: Site, browser: Browser):
    page = opened(site, browser, None, "/login/")
    page.get_by_label("E-mailadres").fill("dirk@devries.example")
    page.get_by_role("button", name="Mail mij een code").click()
    page.wait_for_url("**/login/code/")
    page.get_by_label("Code uit de mail").fill("000000")
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_text("Dit is niet de code")).to_be_visible()
    page.get_by_label("Code uit de mail").fill(site.mailed_code("dirk@devries.example"))
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Dirk$"))


def test_come_in_by_invitation(site: Site, browser: Browser):
    page = opened(site, browser, None, INVITED)
    page.get_by_label("Wachtwoord").fill("een lang genoeg wachtwoord")
    page.get_by_role("button", name="Kom binnen").click()
    page.wait_for_url(re.compile(r":\d+/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Karim$"))


@pytest.mark.parametrize("width", [1440, 400])
def test_search_fill_the_cart_and_order(site: Site, browser: Browser, width: int):
    page = opened(site, browser, "dirk", "/", width)
    page.get_by_label("Zoeken").first.fill("binnendeur")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Binnendeur opdek wit 830 × 2115").click()
    expect(page.locator(".why")).to_be_visible()
    page.get_by_text("Waarom deze prijs?").click()
    expect(page.locator(".why")).to_be_hidden()
    page.get_by_label(re.compile("^Aantal van")).fill("8")
    page.get_by_role("button", name="In winkelwagen").click()
    page.wait_for_url("**/orders/cart/")
    row = page.locator("tr", has_text="BD-830")
    row.get_by_label(re.compile("^Aantal van")).fill("10")
    row.get_by_role("button", name="Wijzigen").click()
    expect(row.get_by_label(re.compile("^Aantal van"))).to_have_value("10")
    row.get_by_text("opmerking").first.click()
    row.get_by_label(re.compile("^Opmerking bij")).fill("Rechtsdraaiend")
    row.get_by_role("button", name="Bewaren").click()
    page.get_by_label("Uw kenmerk").fill("Zonder script")
    page.get_by_role("button", name="Controleer bestelling").click()
    page.wait_for_url("**/orders/cart/review/")
    expect(page.get_by_text("Rechtsdraaiend")).to_be_visible()
    page.get_by_role("button", name="Bestel nu").click()
    page.wait_for_url("**/orders/VD-10077-*/")
    expect(page.get_by_text("Zonder script")).to_be_visible()


def test_paste_a_list(site: Site, browser: Browser):
    page = opened(site, browser, "youssef", "/orders/cart/paste/")
    page.get_by_label("Uw lijst").fill("GP-125-2600;10\nonzin;3")
    page.get_by_role("button", name="Bekijken").click()
    expect(page.get_by_text("Niet in uw assortiment")).to_be_visible()
    page.get_by_role("searchbox", name="regel 2").fill("MS-C75-26")
    page.get_by_role("button", name="Opnieuw kijken").first.click()
    expect(page.get_by_text("Niet in uw assortiment")).to_have_count(0)
    page.get_by_role("button", name=re.compile("Voeg 2 regels")).click()
    page.wait_for_url("**/orders/cart/")
    page.locator(".page-head .menu > summary").click()
    page.get_by_role("link", name="Maak de winkelwagen leeg").click()
    page.get_by_role("button", name="Maak de winkelwagen leeg").click()
    expect(page.get_by_text("Uw winkelwagen is leeg")).to_be_visible()


def test_above_the_limit_one_order_is_approved_and_one_rejected(site: Site, browser: Browser):
    """Nadia may order up to 500; Sanne decides."""
    page = opened(site, browser, "nadia", "/")
    for text in ("Wordt goedgekeurd", "Wordt afgekeurd"):
        page.goto("/catalog/p/BD-830/")
        page.get_by_label(re.compile("^Aantal van")).fill("20")
        page.get_by_role("button", name="In winkelwagen").click()
        page.wait_for_url("**/orders/cart/")
        page.get_by_label("Uw kenmerk").fill(text)
        page.get_by_role("button", name="Controleer bestelling").click()
        page.get_by_role("button", name="Vraag akkoord").click()
        page.wait_for_url("**/orders/VD-10042-*/")
        expect(page.get_by_text("Wacht op akkoord van een collega")).to_be_visible()
    page = opened(site, browser, "sanne", "/")
    page.get_by_role("link", name="Te fiatteren").first.click()
    page.locator("tr", has_text="Wordt goedgekeurd").get_by_role("link", name="Bekijken").click()
    page.get_by_role("button", name="Keur order goed").click()
    expect(page.get_by_text("Goedgekeurd door Sanne Bakker").first).to_be_visible()
    page.get_by_role("link", name="Te fiatteren").first.click()
    page.locator("tr", has_text="Wordt afgekeurd").get_by_role("link", name="Bekijken").click()
    page.get_by_text("Afkeuren met een reden").click()
    page.get_by_role("button", name="Keur order af").click()
    expect(page.get_by_label("Reden"), "the fold stays open around what is wrong").to_be_visible()
    page.get_by_label("Reden").fill("Dat hebben we nog")
    page.get_by_role("button", name="Keur order af").click()
    expect(page.get_by_text("Afgekeurd door Sanne Bakker").first).to_be_visible()
    expect(page.get_by_text("Dat hebben we nog").first).to_be_visible()


def test_order_again(site: Site, browser: Browser):
    page = opened(site, browser, "nadia2", "/orders/BT-50001-0001/")
    page.get_by_role("button", name="Opnieuw bestellen").click()
    page.wait_for_url("**/orders/cart/paste/*/")
    page.get_by_role("button", name=re.compile("Voeg 1 regel")).click()
    page.wait_for_url("**/orders/cart/")
    expect(page.locator("tr", has_text="BT-VP-35")).to_be_visible()


def test_cancel_an_order_or_ask_for_it(site: Site, browser: Browser):
    page = opened(site, browser, "sanne", "/orders/VD-10042-0008/")
    page.get_by_role("link", name="Annuleren", exact=True).click()
    page.get_by_label("Reden").fill("Dubbel besteld")
    page.get_by_role("button", name="Annuleer order").click()
    page.wait_for_url("**/orders/VD-10042-0008/")
    expect(page.get_by_role("heading", name="Geannuleerd")).to_be_visible()
    page.goto("/orders/VD-10042-0006/")
    page.get_by_role("link", name="Vraag om te annuleren").click()
    page.get_by_label("Reden").fill("Bouw ligt stil")
    page.get_by_role("button", name="Vraag om te annuleren").click()
    expect(page.get_by_text("is gevraagd om te annuleren")).to_be_visible()


def test_an_own_number_and_find_the_product_by_it(site: Site, browser: Browser):
    page = opened(site, browser, "sanne", "/catalog/p/VV-25/")
    page.get_by_label("Uw eigen artikelnummer").fill("EMMER-7")
    page.get_by_role("button", name="Sla nummer op").click()
    expect(page.get_by_text("U vindt dit artikel nu ook onder EMMER-7")).to_be_visible()
    page.get_by_label("Zoeken").first.fill("EMMER-7")
    page.keyboard.press("Enter")
    page.locator("main a[href*='VV-25']").click()
    expect(page.get_by_text("uw nummer EMMER-7")).to_be_visible()


def test_orders_and_invoices(site: Site, browser: Browser):
    page = opened(site, browser, "karin", "/orders/")
    page.get_by_label("Zoek in orders").last.fill("steiger")
    page.get_by_role("button", name="Zoeken").last.click()
    expect(page.get_by_role("link", name="VD-10042-0004")).to_be_visible()
    expect(page.get_by_role("link", name="VD-10042-0005")).to_have_count(0)
    page.get_by_role("link", name="VD-10042-0004").click()
    page.get_by_role("link", name="Facturen").first.click()
    page.get_by_role("link", name="F-88213").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download kopie").click()
    assert download.value.suggested_filename.endswith(".pdf")
    page.get_by_text("Bouwbedrijf Bakker B.V.").first.click()
    page.get_by_role("button", name="Kozijnhuis De Vries").first.click()
    expect(page.get_by_text("U werkt nu voor Kozijnhuis De Vries")).to_be_visible()


def test_the_menu_of_a_phone(site: Site, browser: Browser):
    page = opened(site, browser, "olga", "/", 400)
    page.get_by_text("Meer", exact=True).click()
    page.get_by_role("link", name="Koppelingen").last.click()
    again = page.get_by_role("button", name="Probeer opnieuw")
    expect(again).to_have_count(1)
    again.click()
    expect(again).to_have_count(0)
    assert site.rows("SELECT state FROM connectors_command WHERE key = 'VD-10077-0002'") == [("queued",)]


def test_staff_look_into_a_price(site: Site, browser: Browser):
    page = opened(site, browser, "peter", "/prices/explain/")
    page.get_by_label("Klantnummer").fill("10042")
    page.get_by_label("Artikelnummer").fill("GP-125-2600")
    page.get_by_role("button", name="Toon prijs").click()
    expect(page.get_by_text("voor Bouwbedrijf Bakker B.V.")).to_be_visible()
    expect(page.locator(".why").first).to_be_visible()


def test_staff_make_a_customer(site: Site, browser: Browser):
    page = opened(site, browser, "peter", "/parties/new/")
    page.get_by_role("button", name="Klant toevoegen").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Nummer", exact=True).fill("10556")
    page.get_by_label("Naam", exact=True).fill("Zonder Script B.V.")
    page.get_by_label("Naam van de eerste beheerder").fill("Zoë Zonder")
    page.get_by_label("E-mailadres van de eerste").fill("zoe@zonder.example")
    page.get_by_label("Prijslijst").select_option(label="Aannemers 2026")
    page.get_by_role("button", name="Klant toevoegen").click()
    page.wait_for_url("**/parties/10556/")
    page.get_by_role("link", name="Prijzen", exact=True).click()
    expect(page.get_by_role("link", name="Aannemers 2026")).to_be_visible()


def test_pause_the_connection(site: Site, browser: Browser):
    page = opened(site, browser, "olga", "/connectors/")
    page.get_by_role("link", name="Pauzeren").first.click()
    page.get_by_label("Reden").fill("Onderhoud")
    page.get_by_role("button", name="Pauzeren").click()
    expect(page.get_by_text("Onderhoud")).to_be_visible()
    page.get_by_role("button", name="Hervatten").first.click()
    expect(page.get_by_role("link", name="Pauzeren").first).to_be_visible()
    expect(page.get_by_text("Onderhoud")).to_have_count(0)
