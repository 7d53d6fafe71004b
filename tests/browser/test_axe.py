# ruff: noqa: E402 - the browser is imported only where there is one
"""Every page as a person meets it: nothing for axe to find in both themes, wide and on a phone, nothing that sticks out, no error in the console."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pyotp
import pytest
from django.conf import settings

from portiek.foundation.parties.cast import PASSWORD
from tests.browser.walks import PARTY, PARTY_ALONE, STAFF, Site, Visit, chromium, needs_browser, pages, staged, visits
from tests.stage import INVITED, SECOND_STEP, open_empty

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
needs_browser()

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Axe().axe_script
LOOK = """async tags => {
  document.querySelectorAll('details.fold, details.operation').forEach(element => { element.open = true });
  const found = await axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
  return found.violations.flatMap(one => one.nodes.slice(0, 2).map(node => `${one.id}: ${node.target} ${node.html.slice(0, 160)} ${(node.any[0] || {}).message || ''}`));
}"""
PLAIN = """() => ({
  lang: document.documentElement.lang, title: document.title,
  headings: [...document.querySelectorAll('h1')].filter(item => item.checkVisibility()).length,
  wide: document.documentElement.scrollWidth - innerWidth,
})"""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with staged("axe") as found:
        yield found


@pytest.fixture(scope="module")
def plan(site: Site) -> list[Visit]:
    return visits(site)


@pytest.fixture(scope="module")
def browser(plan: list[Visit]) -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def empty(site: Site) -> dict[str, tuple[str, str]]:
    return open_empty()


@contextmanager
def watched(context: Any, problems: list[str]) -> Iterator[Page]:
    """Open a page whose complaints are problems, and so is every answer of 4xx or 5xx; but a page that the test itself goes to may say 4xx."""
    page = context.new_page()

    def answered(answer: Response) -> None:
        if answer.status >= (500 if answer.request.is_navigation_request() else 400):
            problems.append(f"{page.url}: {answer.status} for {answer.request.resource_type} {answer.url}")

    context.on("response", answered)
    # The browser tells of answers too, and not which of them was the page.
    page.on("console", lambda message: problems.append(f"{page.url}: {message.text}") if message.type == "error" and "the server responded with a status of" not in message.text else None)
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    yield page
    context.close()


def look(page: Page, *, lang: str = "nl") -> list[str]:
    """Look at the page at hand in both themes, wide and as on a phone; return what is wrong."""
    page.wait_for_selector("html[data-js]")
    page.evaluate(AXE)
    problems = []
    for width, height in ((1440, 900), (400, 860)):
        page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            problems += [f"{width}, {theme}: {text}" for text in page.evaluate(LOOK, TAGS)]
        plain = page.evaluate(PLAIN)
        if plain["wide"] > 0:
            problems.append(f"{width}: {plain['wide']} px wider than the screen")
    if plain["lang"] != lang or plain["headings"] != 1 or not plain["title"]:
        problems.append(str(plain))
    page.set_viewport_size({"width": 1440, "height": 900})
    return [f"{page.url} {text}" for text in problems]


def test_every_page_has_a_visitor_of_each_side_that_may_see_it(plan: list[Visit]):
    seen = {(visit.door, visit.who in STAFF) for visit in plan}
    for door in pages():
        _right, _methods, audience = door.access
        for staff in (False, True):
            if audience in (None, "staff" if staff else "party") and not (staff and door.name in PARTY_ALONE):
                assert (door.name, staff) in seen, f"nobody of the {'staff' if staff else 'parties'} sees {door.name}: give the stage an example"
    assert {visit.who for visit in plan} == {*PARTY, *STAFF}


@pytest.mark.parametrize("who", [*PARTY, *STAFF])
def test_axe_finds_nothing(site: Site, plan: list[Visit], browser: Browser, who: str):
    problems: list[str] = []
    with watched(site.context(browser, who), problems) as page:
        for visit in (visit for visit in plan if visit.who == who):
            answer = page.goto(visit.path)
            assert answer and answer.status == 200, f"{visit}: {answer and answer.status}"
            problems += look(page)
    assert not problems, "\n".join(problems)


def test_what_is_wrong_would_be_found(site: Site, browser: Browser):
    """A flaw of the dark alone that is no colour, one in the frame, a picture and a background request that are refused; but not the page that was gone to."""
    problems: list[str] = []
    with watched(site.context(browser, "youssef"), problems) as page:
        page.goto("/invoices/")  # 403
        assert look(page) == problems == []
        page.evaluate("""() => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync('@media (prefers-color-scheme: dark) { h1 { display: none } }');
          document.adoptedStyleSheets = [sheet];
          document.querySelector('.bar .places').append(Object.assign(document.createElement('a'), {href: '/'}));
        }""")
        found = {line.split(": ", 2)[0].split(" ", 1)[1] + " " + line.split(": ", 2)[1] for line in look(page) if ": " in line}
        assert found >= {f"{width}, {theme} link-name" for width in (1440, 400) for theme in ("light", "dark")} | {f"{width}, dark page-has-heading-one" for width in (1440, 400)}
        for script in ("new Image().src = '/nergens.png'", "void fetch('/invoices/')"):
            with page.expect_response(lambda answer: answer.status >= 400):
                page.evaluate(script)
    assert [text.split(": ")[1].split(" http")[0] for text in problems] == ["404 for image", "403 for fetch"]


@pytest.mark.parametrize("who", ["karin", "youssef", "olga", "nadia2"])
def test_the_open_menus(site: Site, browser: Browser, who: str):
    """The company switcher, one's own menu and the rest of the phone's places, as far as this person has them."""
    problems: list[str] = []
    with watched(site.context(browser, who), problems) as page:
        page.goto("/")
        menus = page.locator("details.menu")
        for menu in menus.all():
            page.set_viewport_size({"width": 400 if "more" in (menu.get_attribute("class") or "") else 1440, "height": 860})
            menu.locator("summary").click()
            problems += look(page)
            assert menu.get_attribute("open") is not None
        assert menus.count() == (3 if who == "karin" else 2)
    assert not problems, "\n".join(problems)


def test_the_way_in(site: Site, browser: Browser):
    """Log in by code and by password, a wrong password, an invitation, one that is over."""
    problems: list[str] = []
    with watched(site.context(browser, None), problems) as page:
        page.goto("/login/")
        problems += look(page)
        page.get_by_label("E-mailadres").fill("sanne@bakker.example")
        page.get_by_role("button", name="Mail mij een code").click()
        page.wait_for_url("**/login/code/")
        problems += look(page)
        page.get_by_role("button", name="Gebruik mijn wachtwoord").click()
        page.wait_for_url("**/login/password/")
        problems += look(page)
        page.get_by_label("Wachtwoord").fill("niet het goede")
        page.get_by_role("button", name="Inloggen").click()
        page.get_by_text("horen niet bij elkaar").first.wait_for()
        problems += look(page)
        page.goto("/login/")
        page.get_by_label("E-mailadres").fill(SECOND_STEP)
        page.get_by_role("button", name="Gebruik mijn wachtwoord").click()
        page.get_by_label("Wachtwoord").fill(PASSWORD)
        page.get_by_role("button", name="Inloggen").click()
        page.wait_for_url("**/login/step/")
        problems += look(page)
        page.get_by_role("link", name="Geen telefoon").click()
        page.wait_for_url("**/login/step/recovery/")
        problems += look(page)
        page.goto("/nergens/")
        problems += look(page)
        page.goto(INVITED)
        problems += look(page)
        page.goto("/invitation/dat-was-er-nooit/")
        problems += look(page)
        page.goto("/login/")
        page.get_by_role("button", name="English").click()
        page.wait_for_selector("html[lang=en]")
        problems += look(page, lang="en")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("mode", ["look", "act"])
def test_going_along_with_a_customer(site: Site, browser: Browser, mode: str):
    """The page that asks why, without a reason, and the frame while it lasts."""
    [(place,)] = site.rows("SELECT m.id FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id AND u.portal_id = m.portal_id WHERE m.portal_id = 1 AND u.email = 'youssef@bakker.example' AND m.party_id IS NOT NULL AND m.is_active ORDER BY m.id LIMIT 1")
    problems: list[str] = []
    with watched(site.context(browser, "olga"), problems) as page:
        page.goto(f"/colleagues/{place}/{mode}/")
        problems += look(page)
        button = page.locator("main form button:not([type=button])").last
        button.click()
        page.locator(".summary-errors, [aria-invalid=true]").first.wait_for()
        problems += look(page)
        page.get_by_label("Waarom").fill("Meekijken met een bestelling")
        button.click()
        page.wait_for_url(re.compile(r":\d+/$"))
        problems += look(page)
    assert not problems, "\n".join(problems)


def test_the_obliged_set_up(site: Site, browser: Browser):
    """Both ways to a second step, a wrong code, and the recovery codes."""
    with psycopg.connect(site.database) as owner:
        owner.execute("INSERT INTO accounts_login_policy (portal_id, party_id, audience, ways, second_step) SELECT portal_id, id, 'party', '{code,password,passkey}', 'everybody' FROM parties_party WHERE number = '10077' AND portal_id = 1")
    problems: list[str] = []
    try:
        with watched(site.context(browser, None), problems) as page:
            page.goto("/login/")
            page.get_by_label("E-mailadres").fill("dirk@devries.example")
            page.get_by_role("button", name="Gebruik mijn wachtwoord").click()
            page.get_by_label("Wachtwoord").fill(PASSWORD)
            page.get_by_role("button", name="Inloggen").click()
            page.wait_for_url("**/login/setup/")
            problems += look(page)
            page.get_by_label("Code uit uw app").fill("123456")
            page.get_by_role("button", name="Verder").click()
            page.locator("[aria-invalid=true]").wait_for()
            problems += look(page)
            secret = page.locator("code").first.inner_text().replace(" ", "").upper()
            page.get_by_label("Code uit uw app").fill(pyotp.TOTP(secret).now())
            page.get_by_role("button", name="Verder").click()
            page.get_by_role("heading", name="Uw herstelcodes").wait_for()
            problems += look(page)
    finally:
        with psycopg.connect(site.database) as owner:
            owner.execute("DELETE FROM accounts_login_policy WHERE party_id IS NOT NULL")
    assert not problems, "\n".join(problems)


# Who, where, what he does there, and what the page then answers.
MISTAKES: list[tuple[str, str, Callable[[Page], Any] | None, int]] = [
    ("olga", "/parties/new/", lambda page: page.get_by_role("button", name="Klant toevoegen").click(), 422),
    ("olga", "/connectors/new/tryton/", lambda page: page.get_by_role("button", name="Bewaren en verbinding testen").click(), 422),
    ("youssef", "/orders/cart/", lambda page: (page.get_by_label("Artikelnummer").fill("bestaat niet"), page.get_by_role("button", name="Toevoegen").click()), 422),
    ("sanne", "/account/security/", lambda page: (page.get_by_label("Nieuw wachtwoord").fill("kort"), page.get_by_role("button", name="Wachtwoord instellen").click()), 422),
    ("sanne", "/api/keys/", lambda page: page.get_by_role("button", name="Maken", exact=True).click(), 422),
    ("youssef", "/orders/cart/paste/", lambda page: (page.get_by_label("Uw lijst").fill("GP-125-2600 10\nonzin 3\nMS-C75-26 5"), page.get_by_role("button", name="Bekijken").click()), 200),
    ("els", "/search/?q=bestaat+echt+niet", None, 200),
    ("youssef", "/invoices/", None, 403),
    ("dirk", "/orders/VD-99999-0001/", None, 404),
]


@pytest.mark.parametrize(("who", "path", "do", "status"), MISTAKES, ids=[f"{who}{path}" for who, path, _do, _status in MISTAKES])
def test_after_a_mistake(site: Site, browser: Browser, who: str, path: str, do: Callable[[Page], Any] | None, status: int):
    problems: list[str] = []
    with watched(site.context(browser, who), problems) as page:
        answer = page.goto(path)
        if do:
            # The quick order form answers in place, the others with a page.
            in_place = path == "/orders/cart/"
            with page.expect_response(lambda answer: answer.request.method == "POST") if in_place else page.expect_navigation() as went:
                do(page)
            answer = went.value
            if in_place:
                page.locator("[aria-invalid=true]").first.wait_for()
                problems = [problem for problem in problems if f": {status} for fetch " not in problem]
        assert answer and answer.status == status
        problems += look(page)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("whose", ["customer", "portal"])
def test_nothing_there_yet(site: Site, browser: Browser, whose: str, empty: dict[str, tuple[str, str]]):
    """Every list of who has nothing: an empty state is a page too."""
    host, token = empty[whose]
    problems: list[str] = []
    base = site.address.replace("localhost", host)
    context = browser.new_context(base_url=base, locale="nl-NL", reduced_motion="reduce")
    context.add_cookies([{"name": settings.SESSION_COOKIE, "value": token, "url": base}])
    looked = 0
    with watched(context, problems) as page:
        for door in pages():
            if not door.arguments and door.name != "api:documentation" and (door.access[2] in (None, "party" if whose == "customer" else "staff")):
                answer = page.goto("/" + door.route)
                if answer and answer.status == 200 and not page.url.endswith("/login/company/"):
                    problems += look(page)
                    looked += 1
    assert looked > 15
    assert not problems, "\n".join(problems)
