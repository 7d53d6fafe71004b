# ruff: noqa: E402 - the browser is imported only where there is one
"""Logging in with a real OpenID provider in a real browser: one person, one address, two portals, two users who never meet (T32)."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from django.conf import settings

from portiek.config.testing import collected_jobs, other_database, run_jobs, serving
from portiek.core.db import scope
from portiek.foundation.accounts import actions, queries
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.accounts.models import Provider
from portiek.foundation.parties.cast import PASSWORD
from tests.browser.walks import PATIENCE, Site, chromium, needs_browser
from tests.journeys.openid_server import PERSON

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
needs_browser()

from playwright.sync_api import Page, expect

SECRET = "een geheim van de client"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def provider(port: int, redirects: list[str]) -> Iterator[str]:
    """Run the provider in a process of its own; yield its issuer."""
    running = subprocess.Popen([sys.executable, "-W", "ignore", "-m", "tests.journeys.openid_server", str(port), SECRET, *redirects], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    issuer = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urlopen(f"{issuer}/.well-known/openid-configuration", timeout=2).close()
                break
            except OSError:
                assert running.poll() is None, "the provider ended"
                time.sleep(0.1)
        yield issuer
    finally:
        running.terminate()
        running.wait(15)


def _set_up(issuer: str, number: int, actor: Any) -> Provider:
    with scope(actor):
        return actions.add_provider(actor, kind="oidc", party=None, label="Elders", issuer=issuer, settings={"client_id": f"portal-{number}", "secret": SECRET, "audience": "both"})


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    port, kept = _free_port(), settings.EGRESS_ALLOW
    with pytest.MonkeyPatch.context() as patch, other_database("elsewhere") as url, collected_jobs():
        patch.setenv("EGRESS_ALLOW", f"127.0.0.1:{port}")
        settings.EGRESS_ALLOW = os.environ["EGRESS_ALLOW"]
        cast = Cast()
        made = [(actor, _set_up(f"http://127.0.0.1:{port}", number, actor)) for number, actor in enumerate((cast.olga, cast.otto))]
        with serving(url) as address:
            redirects = [f"http://{host}:{urlsplit(address).port}/login/with/{row.slug}/return/" for host, (_actor, row) in zip(("localhost", "brand.localhost"), made, strict=True)]
            with provider(port, redirects):
                run_jobs()
                for actor, row in made:
                    with scope(actor):
                        found = queries.provider(actor, row.pk)
                        assert found.problem == "", found.problem
                        actions.switch_provider(actor, provider=found, is_active=True)
                yield Site(address, url)
        settings.EGRESS_ALLOW = kept


def through_the_provider(page: Page) -> None:
    """Log in at the provider, in as far as it asks."""
    name, _email, password = PERSON
    page.get_by_placeholder("jdoe or john.doe@example.com").fill(name)
    page.get_by_role("button", name=re.compile("Continue|Sign in|Log in")).click()
    page.locator("input[type=password]").fill(password)
    page.get_by_role("button", name=re.compile("Continue|Sign in|Log in")).click()


def by_password(page: Page, base: str) -> None:
    page.goto(f"{base}/login/")
    page.get_by_label("E-mailadres").fill(PERSON[1])
    page.get_by_role("button", name="Gebruik mijn wachtwoord").click()
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Nadia"))


def log_out(page: Page) -> None:
    page.locator("details.menu summary[aria-label='Mijn account']").click()
    page.get_by_role("button", name="Uitloggen").click()
    page.wait_for_url("**/login/**")


def test_one_person_two_portals(site: Site):
    """With script he links his accounts and logs in with them; then without script, in another browser, with the same links."""
    for script in (True, False):
        _two_portals(site, script)


def _two_portals(site: Site, script: bool) -> None:
    port = urlsplit(site.address).port
    first, second = f"http://localhost:{port}", f"http://brand.localhost:{port}"

    def carried_on(page: Page) -> None:
        if not script:
            page.get_by_role("button", name="Verder").click()

    with chromium() as browser:
        context = browser.new_context(locale="nl-NL", timezone_id="Europe/Amsterdam", reduced_motion="reduce", java_script_enabled=script)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        if script:  # nobody is linked yet
            page.goto(f"{first}/login/")
            page.get_by_role("link", name="Inloggen met Elders").click()
            through_the_provider(page)
            expect(page.get_by_text("daar hoort hier nog geen account bij")).to_be_visible()
            for base, company in ((first, "Bouwbedrijf Bakker B.V."), (second, "Installatiebedrijf Peeters")):
                page.goto(f"{base}/login/")
                page.get_by_role("link", name="Inloggen met Elders").click()
                expect(page.get_by_text("daar hoort hier nog geen account bij"), "the other portal's link is none here").to_be_visible()
                by_password(page, base)
                page.goto(f"{base}/account/security/")
                page.get_by_role("button", name="Koppelen", exact=True).click()
                expect(page.get_by_text("U kunt nu inloggen met Elders")).to_be_visible()
                page.goto(f"{base}/account/")
                expect(page.get_by_role("main").get_by_text(company).first).to_be_visible()
                log_out(page)
        for base, company, other in ((first, "Bouwbedrijf Bakker B.V.", "Installatiebedrijf Peeters"), (second, "Installatiebedrijf Peeters", "Bouwbedrijf Bakker B.V.")):
            page.goto(f"{base}/login/?next=/account/")
            page.get_by_role("link", name="Inloggen met Elders").click()
            if not script and base == first:
                through_the_provider(page)
            carried_on(page)
            page.wait_for_url(f"{base}/account/")
            expect(page.get_by_role("main").get_by_text(company).first).to_be_visible()
            expect(page.get_by_text(other)).to_have_count(0)
        linked = site.rows("SELECT i.portal_id, i.user_id, i.subject, u.email FROM accounts_identity i JOIN accounts_user u ON u.id = i.user_id ORDER BY i.portal_id")
        assert [(portal, subject, email) for portal, _user, subject, email in linked] == [(1, PERSON[0], PERSON[1]), (2, PERSON[0], PERSON[1])]
        assert linked[0][1] != linked[1][1]
        context.close()
