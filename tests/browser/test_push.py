# ruff: noqa: E402 - the browser is imported only where there is one
"""Messages on a device in a real browser: switched on by a click, shown by its worker, switched off.

Chromium has no service of its maker here, so `PushManager.subscribe` is a stand-in in these pages alone; what it gives is of the shape that browsers give, and messages are handed to the worker over
the browser's own wire. That they are encrypted, signed and really brought is tested in portiek/foundation/notifications/tests/test_push.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.walks import Site, chromium, needs_browser, staged
from tests.stage import POINT

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
needs_browser()

from playwright.sync_api import Browser, Page, expect

MADE = {"endpoint": "https://push.maker.example/a-device", "expirationTime": None, "keys": {"p256dh": POINT, "auth": "A" * 22}}
SUBSCRIBE = f"""
let held = null;
PushManager.prototype.getSubscription = async () => held;
PushManager.prototype.subscribe = async options => {{
  if (!options.userVisibleOnly || options.applicationServerKey.byteLength !== 65) throw new Error("not as a browser wants it");
  return held = {{ toJSON: () => ({json.dumps(MADE)}), unsubscribe: async () => {{ held = null; return true; }} }};
}};
"""
OPEN = """async () => (await (await navigator.serviceWorker.getRegistration('/')).getNotifications()).map(item => ({title: item.title, body: item.body, lang: item.lang, tag: item.tag, data: item.data}))"""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with staged("push") as found:
        yield found


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    with chromium() as found:
        yield found


def workers(page: Page) -> tuple[Any, list[dict[str, Any]]]:
    """Return a page's wire and the workers that it tells of from now on."""
    wire, seen = page.context.new_cdp_session(page), []
    wire.on("ServiceWorker.workerRegistrationUpdated", lambda event: seen.extend(event["registrations"]))
    wire.send("ServiceWorker.enable")
    return wire, seen


def test_on_by_a_click_shown_by_the_worker_and_off(site: Site, browser: Browser):
    context = site.context(browser, "sanne")
    context.grant_permissions(["notifications"])
    context.add_init_script(SUBSCRIBE)
    page = context.new_page()
    page.goto("/notifications/")
    page.get_by_role("link", name="Berichten op uw apparaten").click()
    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0  # nothing by itself
    wire, seen = workers(page)
    page.get_by_role("button", name="Zet aan voor dit apparaat").click()
    expect(page.get_by_text("Er komen berichten binnen op dit apparaat")).to_be_visible()
    assert site.rows("SELECT count(*) FROM notifications_device d JOIN accounts_user u ON u.id = d.user_id WHERE u.email = 'sanne@bakker.example' AND d.name LIKE 'Chrome%%'") == [(1,)]

    said = {"title": "Van Dijk Bouwmaterialen", "body": "Order 4711 is onderweg", "url": "/orders/", "lang": "nl", "tag": "een"}
    registration = seen[-1]
    assert registration["scopeURL"].endswith("/") and registration["scopeURL"].count("/") == 3
    for number in ("4711", "4712"):
        wire.send("ServiceWorker.deliverPushMessage", {"origin": registration["scopeURL"].rstrip("/"), "registrationId": registration["registrationId"], "data": json.dumps({**said, "body": f"Order {number} is onderweg"})})
    page.wait_for_function(f"async () => {{ const open = await ({OPEN})(); return open.length === 1 && open[0].body.includes('4712') }}")  # the newer one in the place of the older
    assert page.evaluate(OPEN) == [{"title": said["title"], "body": "Order 4712 is onderweg", "lang": "nl", "tag": "een", "data": "/orders/"}]
    wire.send("ServiceWorker.deliverPushMessage", {"origin": registration["scopeURL"].rstrip("/"), "registrationId": registration["registrationId"], "data": "geen JSON"})
    page.wait_for_function(f"async () => (await ({OPEN})()).length === 2")  # what cannot be read is shown as something too

    page.get_by_role("button", name="Zet uit").click()
    expect(page.get_by_text("Op dat apparaat komen geen berichten meer binnen.")).to_be_visible()
    expect(page.get_by_role("button", name="Zet aan voor dit apparaat")).to_be_visible()
    context.close()


def test_a_browser_that_holds_messages_back_says_what_to_do(site: Site, browser: Browser):
    context = site.context(browser, "youssef")
    context.add_init_script("Object.defineProperty(Notification, 'permission', {get: () => 'denied'})")
    page = context.new_page()
    page.goto("/notifications/devices/")
    expect(page.get_by_text("Uw browser houdt berichten van dit portaal tegen.")).to_be_visible()
    expect(page.get_by_role("button", name="Zet aan voor dit apparaat")).to_be_hidden()
    context.close()


def test_an_iphone_hears_of_the_home_screen_and_an_old_browser_that_it_cannot(site: Site, browser: Browser):
    for agent, words in (("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1", "Zet op beginscherm"), ("Mozilla/5.0 (X11; Linux) Old", "Deze browser kan geen berichten tonen")):
        context = site.context(browser, "youssef", user_agent=agent)
        context.add_init_script("delete window.PushManager")
        page = context.new_page()
        page.goto("/notifications/devices/")
        expect(page.get_by_text(words)).to_be_visible()
        expect(page.get_by_role("button", name="Zet aan voor dit apparaat")).to_have_count(0)
        context.close()


def test_logging_out_leaves_no_worker(site: Site, browser: Browser):
    context = site.context(browser, "sanne")
    context.grant_permissions(["notifications"])
    context.add_init_script(SUBSCRIBE)
    page = context.new_page()
    page.goto("/notifications/devices/")
    page.get_by_role("button", name="Zet aan voor dit apparaat").click()
    expect(page.get_by_text("Er komen berichten binnen op dit apparaat")).to_be_visible()
    page.locator("details.menu summary[aria-label='Mijn account']").click()
    page.get_by_role("button", name="Uitloggen").click()
    page.wait_for_url("**/login/")
    page.wait_for_function("async () => (await navigator.serviceWorker.getRegistrations()).length === 0")
    context.close()


def test_the_portal_can_stand_on_a_home_screen(site: Site, browser: Browser):
    context = site.context(browser, "sanne")
    page = context.new_page()
    page.goto("/")
    found = page.context.new_cdp_session(page).send("Page.getAppManifest")
    assert found["errors"] == [] and json.loads(found["data"])["name"] == "Van Dijk Bouwmaterialen"
    for item in json.loads(found["data"])["icons"]:
        answer = page.request.get(item["src"])
        assert answer.status == 200 and answer.headers["content-type"] == "image/png"
    assert page.request.get(page.locator("link[rel=apple-touch-icon]").get_attribute("href")).status == 200
    context.close()
