# ruff: noqa: E402 - the browser is imported only where there is one
"""Every page about people with the Tab key: it comes to each control, one sees where it is, and it is caught nowhere. And to choose one out of many without a mouse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.foundation.accounts.models import Membership, Role, User
from portiek.foundation.parties.models import Party
from tests.browser.test_keyboard import DRAWN, opened
from tests.browser.walks import PARTY, STAFF, Site, Visit, chromium, needs_browser, staged, visits

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
needs_browser()

from playwright.sync_api import Browser, Page, expect

ABOUT_PEOPLE = {"accounts", "api", "applications", "audit", "banking", "fields", "imports", "notifications", "pages", "parties", "proposals", "tasks"}
# Note what can have the focus, of a group of radio buttons one; and from now on what gets it, and whether one sees that.
WATCH = f"""() => {{
  document.activeElement.blur();  // a field in which one can type at once is looked at without the focus too
  document.querySelectorAll('details.fold, details.operation').forEach(element => {{ element.open = true }});
  {DRAWN}
  const groups = new Set(), first = node => node.type !== 'radio' || (group => !groups.has(group) && groups.add(group))(`${{[...document.forms].indexOf(node.form)}} ${{node.name}}`);
  const due = [...document.querySelectorAll('a[href], button, summary, input, select, textarea, [tabindex], iframe, audio[controls], video[controls]')]
    .filter(node => node.tabIndex >= 0 && node.type !== 'hidden' && !node.matches(':disabled') && !node.closest('[inert]') && node.checkVisibility({{visibilityProperty: true}}) && first(node));
  const say = node => `${{node.tagName.toLowerCase()}} ${{called(node).slice(0, 60)}}`;
  const came = new Set(), wrong = new Set();
  document.addEventListener('focusin', event => {{
    came.add(event.target.type === 'radio' ? `${{[...document.forms].indexOf(event.target.form)}} ${{event.target.name}}` : event.target);
    if (!ringed(event.target)) wrong.add(`one does not see that it has the focus: ${{say(event.target)}}`);
    if (!inSight(event.target)) wrong.add(`it has the focus out of sight: ${{say(event.target)}}`);
  }});
  window.walked = () => [...wrong, ...due.filter(node => node.isConnected && node.checkVisibility() && !came.has(node.type === 'radio' ? `${{[...document.forms].indexOf(node.form)}} ${{node.name}}` : node)).map(node => `Tab does not come to it: ${{say(node)}}`)];
  // The parts of a day and a time are stops of their own.
  return due.length + 8 * document.querySelectorAll('[type=date], [type=datetime-local], [type=time]').length;
}}"""
LEFT = "() => window.walked()"
# Beyond what the page has: the browser's own places between its end and its beginning.
MORE = 6


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with staged("taborder") as found:
        yield found


@pytest.fixture(scope="module")
def plan(site: Site) -> list[Visit]:
    return [visit for visit in visits(site) if visit.door.partition(":")[0] in ABOUT_PEOPLE]


@pytest.fixture(scope="module")
def browser(plan: list[Visit]) -> Iterator[Browser]:
    with chromium() as found:
        yield found


def walk(page: Page) -> list[str]:
    """Go through the page at hand with Tab; return what is wrong."""
    page.wait_for_selector("html[data-js]")
    for _step in range(int(page.evaluate(WATCH)) + MORE):
        page.keyboard.press("Tab")
    return [f"{page.url}: {text}" for text in page.evaluate(LEFT)]


@pytest.mark.parametrize("who", [*PARTY, *STAFF])
def test_tab_comes_to_every_control(site: Site, plan: list[Visit], browser: Browser, who: str):
    problems: list[str] = []
    page = site.context(browser, who, viewport={"width": 1440, "height": 900}).new_page()
    for visit in (visit for visit in plan if visit.who == who):
        answer = page.goto(visit.path)
        assert answer and answer.status == 200, f"{visit}: {answer and answer.status}"
        problems += walk(page)
    page.context.close()
    assert not problems, "\n".join(problems)


def test_every_module_is_walked_through(plan: list[Visit]):
    assert {visit.door.partition(":")[0] for visit in plan} == ABOUT_PEOPLE and len(plan) > 120


@pytest.mark.parametrize(("flaw", "said"), [
    ("document.querySelector('main form input:not([type=hidden])').addEventListener('keydown', event => event.key === 'Tab' && event.preventDefault())", "Tab does not come to it"),
    ("const sheet = new CSSStyleSheet(); sheet.replaceSync('main input, main input:focus { all: unset !important }'); document.adoptedStyleSheets = [sheet]", "one does not see"),
])  # fmt: skip
def test_what_is_wrong_would_be_found(site: Site, browser: Browser, flaw: str, said: str):
    page = site.context(browser, "sanne").new_page()
    page.goto("/account/")
    page.wait_for_selector("html[data-js]")
    assert walk(page) == []
    page.reload()
    page.wait_for_selector("html[data-js]")
    page.evaluate(f"() => {{ {flaw} }}")
    assert any(said in text for text in walk(page))
    page.context.close()


@pytest.fixture(scope="module")
def many(site: Site, browser: Browser) -> None:
    """Sixty roles and sixty colleagues more at Bakker, so that one has to search."""
    with scope(Actor.system(1)):
        party, buyer = Party.objects.get(number="10042"), Role.objects.get(code="buyer")
        Role.objects.bulk_create([Role(portal_id=1, owner=party, code=f"veel-{n}", name=f"Functie {n:03}", audience="party", rights=["catalog.view"]) for n in range(60)])
        people = User.objects.bulk_create([User(portal_id=1, email=f"collega{n}@bakker.example", name=f"Collega {n:03}") for n in range(60)])
        Membership.objects.bulk_create([Membership(portal_id=1, party=party, user=user, role=buyer) for user in people])


def test_a_role_out_of_many_is_chosen_by_keys(site: Site, browser: Browser, many: None):
    """Type, Tab to what was found, an arrow to the second one, Enter."""
    hands = opened(site, browser, "sanne", "/colleagues/invite/")
    hands.to("^Naam").type("Ada Nieuw").to("^E-mailadres").type("ada@bakker.example")
    hands.to("Zoek.*: Rol").type("functie 05")
    found = hands.page.locator("input[name=role]")
    expect(found).to_have_count(10)
    assert "Zoek" in hands.keeps_its_place(), "what is found comes below while one types on"
    hands.to("Functie 050").press("Space", "ArrowDown")
    assert hands.at and hands.at["name"] == "Functie 051" and hands.at["ring"]
    hands.go("/colleagues/")
    assert site.rows("SELECT r.name FROM accounts_invitation i JOIN accounts_role r ON r.id = i.role_id WHERE i.email = 'ada@bakker.example'") == [("Functie 051",)]


def test_enter_in_the_field_searches_and_sends_nothing(site: Site, browser: Browser, many: None):
    hands = opened(site, browser, "sanne", "/colleagues/invite/")
    hands.to("^Naam").type("Bo Nieuw").to("^E-mailadres").type("bo@bakker.example").to("Zoek.*: Rol").type("functie 059").press("Enter")
    expect(hands.page.locator("input[name=role]")).to_have_count(1)
    expect(hands.page.get_by_label("Naam", exact=True)).to_have_value("Bo Nieuw")
    assert site.rows("SELECT 1 FROM accounts_invitation WHERE email = 'bo@bakker.example'") == []
