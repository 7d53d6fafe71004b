# ruff: noqa: E402 - the browser is imported only where there is one
"""A passkey in a real browser with a device of its own (WebAuthn's virtual authenticator): added, used without an address, of no use in the other portal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from portiek.foundation.parties.cast import PASSWORD
from tests.browser.walks import Site, chromium, needs_browser, staged

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
needs_browser()

from playwright.sync_api import Browser, Page, expect


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with staged("passkeys") as found:
        yield found


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    with chromium() as found:
        yield found


def plug_in(page: Page) -> tuple[Any, str]:
    """Give a page's browser a device that asks its owner and is always told yes; return its session and name."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    return wire, wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def kept(wire: Any, device: str) -> list[dict[str, Any]]:
    """Return the passkeys that the device holds."""
    found: list[dict[str, Any]] = wire.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    return found


def test_add_log_out_log_in_and_not_elsewhere(site: Site, browser: Browser):
    context = site.context(browser, "sanne")
    page = context.new_page()
    wire, device = plug_in(page)
    page.goto("/account/security/")
    page.get_by_role("link", name="Voeg een toegangssleutel toe").click()
    page.get_by_label("Naam van dit apparaat").fill("Proeflaptop")
    page.get_by_role("button", name="Maak de toegangssleutel").click()
    page.wait_for_url("**/account/security/")
    expect(page.get_by_text("Proeflaptop")).to_be_visible()
    [mine] = kept(wire, device)
    assert mine["rpId"] == "localhost" and mine["isResidentCredential"]

    wire.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": device, "enabled": False})  # what is offered quietly would be taken at once
    page.locator("details.menu summary[aria-label='Mijn account']").click()
    page.get_by_role("button", name="Uitloggen").click()
    page.wait_for_url("**/login/")
    wire.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": device, "enabled": True})
    page.reload()  # what is offered quietly is taken in a moment, without a click
    page.wait_for_url(re.compile(r":\d+/$"))
    page.goto("/account/security/")
    expect(page.get_by_text("laatst gebruikt")).to_be_visible()

    # The device does not show the passkey to the other portal, and that portal does not know it.
    other = page.context.new_page()
    wire, elsewhere = plug_in(other)
    wire.send("WebAuthn.addCredential", {"authenticatorId": elsewhere, "credential": {key: mine[key] for key in ("credentialId", "isResidentCredential", "rpId", "privateKey", "signCount", "userHandle")}})
    other.goto(site.address.replace("localhost", "brand.localhost") + "/login/")
    other.get_by_role("button", name="Inloggen met een toegangssleutel").click()
    expect(other.get_by_text("Er is geen toegangssleutel getoond")).to_be_visible(timeout=70_000)
    wire.send("WebAuthn.addCredential", {"authenticatorId": elsewhere, "credential": {**{key: mine[key] for key in ("isResidentCredential", "privateKey", "signCount", "userHandle")}, "rpId": "brand.localhost", "credentialId": "AQIDBA=="}})
    other.reload()
    expect(other.get_by_text("niet (meer) van dit portaal")).to_be_visible()
    context.close()


def test_who_must_have_a_second_step_sets_up_a_passkey(site: Site, browser: Browser):
    """Obliged, with none yet: the way in leads to the set-up alone; a passkey made there opens the door, now and at the next log-in."""
    with psycopg.connect(site.database) as owner:
        owner.execute("INSERT INTO accounts_login_policy (portal_id, party_id, audience, ways, second_step) SELECT portal_id, id, 'party', '{code,password,passkey}', 'everybody' FROM parties_party WHERE number = '10077' AND portal_id = 1")
    context = site.context(browser, None)
    page = context.new_page()
    wire, device = plug_in(page)
    page.goto("/login/")
    page.get_by_label("E-mailadres").fill("dirk@devries.example")
    page.get_by_role("button", name="Gebruik mijn wachtwoord").click()
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.wait_for_url("**/login/setup/")
    page.goto("/orders/")
    expect(page).to_have_url(re.compile("/login/"))
    page.goto("/login/setup/")
    page.get_by_role("button", name="Maak een toegangssleutel").click()
    expect(page.get_by_role("heading", name="Uw herstelcodes")).to_be_visible()
    assert len(kept(wire, device)) == 1
    page.get_by_role("link", name="Ik heb ze bewaard").click()
    page.wait_for_url(re.compile(r":\d+/$"))
    page.locator("details.menu summary[aria-label='Mijn account']").click()
    page.get_by_role("button", name="Uitloggen").click()
    page.wait_for_url(re.compile(r":\d+/$"))  # what is offered quietly is taken in a moment, without a click
    context.close()
