# ruff: noqa: E402 - the browser is imported only where there is one
"""The preview pages in a browser: nothing for axe to find, fingers hit what they aim at, the script does its work."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from portiek.ui import assets, preview

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
CHROMIUM = shutil.which("chromium")
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
          "form-action 'self'; base-uri 'none'; frame-ancestors 'none'")  # fmt: skip
NAMES = (*preview.PAGES, "gallery", "error")

if CHROMIUM is None:
    pytest.skip("no chromium on this machine", allow_module_level=True)
if not (assets.FOLDER / "manifest.json").exists():
    pytest.skip("the front end is not built (npm run build)", allow_module_level=True)

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serve the preview under the portal's content policy, with a search and a stream that tests can steer."""

    facts: ClassVar[list[str]] = []

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")  # as the portal: the times of files would hide a change within a second
        super().end_headers()

    def do_GET(self) -> None:
        if self.path.startswith("/search?"):
            body = (
                b'<div role="group" aria-label="Orders"><a role="option" href="/order.html">VD-20418</a><a role="option" href="/home.html">VD-20411</a></div>'
                if "palette=1" in self.path
                else b"<!doctype html><title>zoek</title>"
            )
            self._send("text/html", body)
        elif self.path == "/favicon.ico":
            self._send("image/x-icon", b"")
        elif self.path.startswith("/live/"):
            self._send(
                "text/event-stream", "".join(f"data: {fact}\n\n" for fact in self.facts).encode() + b"retry: 60000\n\n"
            )
        else:
            super().do_GET()

    def do_POST(self) -> None:
        threading.Event().wait(1.5)
        self._send("text/html", b"<!doctype html><title>klaar</title>")

    def _send(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("preview")
    preview.configure()
    preview.write(folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="nl-NL", reduced_motion="reduce")
    made = context.new_page()
    faults: list[str] = []
    made.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    made.on("pageerror", lambda error: faults.append(str(error)))
    yield made
    context.close()
    assert not faults, faults


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 400])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing(page: Page, site: tuple[str, Path], name: str, width: int, theme: Any) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    page.goto(f"{site[0]}/{name}.html")
    page.wait_for_selector("html[data-js]")
    for fold in page.locator("details.fold").all():
        fold.evaluate("element => { element.open = true }")
    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    assert not found.response["violations"], found.generate_report()
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{wide} px wider than the screen"


SMALL = """() => [...document.querySelectorAll('a, button, summary, select, input:not([type=hidden]), textarea')].filter(element => {
  if (!element.checkVisibility({ visibilityProperty: true }) || element.closest('.sr, .skip')) return false;
  const label = element.matches('[type=checkbox], [type=radio]') ? element.closest('label') : null;
  if (!label && element.matches('a') && getComputedStyle(element).display === 'inline') return false;  // a link in a sentence
  const box = (label ?? element).getBoundingClientRect();
  if (element.closest('.stepper')) return box.height < 37.5 || box.width < 39.5;  // 40 with the border they share
  return box.height < 39.5 || (box.width < 39.5 && !element.matches('a.title, .panel > header > a, .crumbs a'));
}).map(element => element.outerHTML.slice(0, 120) + JSON.stringify(element.getBoundingClientRect()))"""


@pytest.mark.parametrize("width", [1440, 400])
@pytest.mark.parametrize("name", NAMES)
def test_targets_are_40_pixels(page: Page, site: tuple[str, Path], name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site[0]}/{name}.html")
    page.wait_for_selector("html[data-js]")
    assert page.evaluate(SMALL) == []


def test_the_palette_is_a_combobox(page: Page, site: tuple[str, Path]) -> None:
    page.goto(f"{site[0]}/home.html")
    page.wait_for_selector("html[data-js]")
    page.keyboard.press("Control+k")
    page.keyboard.type("VD-2")
    page.wait_for_selector("[role=listbox] [role=option]")
    field = page.get_by_role("combobox")
    assert field.get_attribute("aria-expanded") == "true"
    assert not Axe().run(page, context="header.bar").response["violations"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert chosen.get_attribute("aria-selected") == "true"
    assert chosen.inner_text() == "VD-20411"
    page.keyboard.press("Escape")
    assert page.locator("[role=listbox]").is_hidden()
    page.keyboard.type("0")
    page.wait_for_selector("[role=listbox] [role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/order.html")


def test_search_works_without_the_list(page: Page, site: tuple[str, Path]) -> None:
    page.goto(f"{site[0]}/home.html")
    page.get_by_role("combobox").fill("glaswol")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=glaswol")


def test_the_stepper_goes_in_packages(page: Page, site: tuple[str, Path]) -> None:
    page.goto(f"{site[0]}/catalogue.html")
    page.wait_for_selector("html[data-js]")
    stepper = page.locator("pt-stepper").first
    field = stepper.locator("input")
    stepper.get_by_role("button", name="Meer").click()
    assert field.input_value() == "66"
    field.fill("7")
    stepper.get_by_role("button", name="Minder").click()
    assert field.input_value() == "6"
    field.press("ArrowUp")
    assert field.input_value() == "12"
    field.fill("0")
    stepper.get_by_role("button", name="Minder").click()
    assert field.input_value() == "0"


def test_the_theme_is_kept_in_a_cookie(page: Page, site: tuple[str, Path]) -> None:
    page.goto(f"{site[0]}/home.html")
    page.get_by_label("Mijn account").first.click()
    page.get_by_role("button", name="Donker").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}["theme"] == "dark"
    page.keyboard.press("Escape")
    assert page.get_by_role("button", name="Donker").is_hidden()


def test_a_form_is_sent_once_and_says_so(page: Page, site: tuple[str, Path]) -> None:
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    (site[1] / "post.html").write_text((site[1] / "form.html").read_text().replace('action="#"', 'action="/post"'))
    page.goto(f"{site[0]}/post.html")
    page.wait_for_selector("html[data-js]")
    busy = page.evaluate("""() => {
      const button = document.querySelector('form.form .button.primary');
      button.click();
      button.click();
      return button.getAttribute('aria-busy');
    }""")
    assert busy == "true"
    page.wait_for_url("**/post")
    assert len(asked) == 1


def test_a_live_part_changes_and_keeps_what_is_typed(page: Page, site: tuple[str, Path]) -> None:
    first = (site[1] / "order.html").read_text()
    live = first.replace("</body>", '<pt-live src="/live/?as=1" hidden></pt-live></body>')
    with_field = live.replace(
        '<div class="figure m">Vandaag 13:00', '<input aria-label="typ" id="typed"><div class="figure m">Vandaag 13:00'
    )
    Handler.facts = []
    (site[1] / "moving.html").write_text(with_field)
    page.goto(f"{site[0]}/moving.html")
    page.wait_for_selector("html[data-js]")
    page.fill("#typed", "halve zin")
    (site[1] / "moving.html").write_text(with_field.replace("13:00 – 15:00", "14:00 – 16:00"))
    page.evaluate(
        """new BroadcastChannel('pt-live:/live/?as=1').postMessage({name: 'orders.order.planned', refs: ['orders.order:1']})"""
    )
    page.wait_for_timeout(600)
    assert "13:00 – 15:00" in page.inner_text("#order")  # another order is none of ours
    page.evaluate(
        """new BroadcastChannel('pt-live:/live/?as=1').postMessage({name: 'orders.order.planned', refs: ['orders.order:20418']})"""
    )
    page.locator("#order").get_by_text("14:00 – 16:00").wait_for()
    assert page.input_value("#typed") == "halve zin"
    assert page.inner_text("#pt-say") == "De stand van order VD-20418 is bijgewerkt"


def test_the_stream_itself_is_heard(page: Page, site: tuple[str, Path]) -> None:
    Handler.facts = ['{"name": "orders.order.planned", "refs": ["orders.order:20418"]}']
    (site[1] / "stream.html").write_text(
        (site[1] / "order.html").read_text().replace("</body>", '<pt-live src="/live/?as=2" hidden></pt-live></body>')
    )
    page.add_init_script(
        "document.addEventListener('pt:fact', event => { document.documentElement.dataset.heard = event.detail.name })"
    )
    page.goto(f"{site[0]}/stream.html")
    page.wait_for_selector("html[data-heard='orders.order.planned']")


def test_the_shell_works_without_script(browser: Browser, site: tuple[str, Path]) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 400, "height": 800})
    made = context.new_page()
    made.goto(f"{site[0]}/catalogue.html")
    assert made.locator(".stepper button").first.is_hidden()
    assert made.locator(".stepper input").first.is_visible()
    made.get_by_text("Meer", exact=True).click()
    assert made.get_by_role("link", name="Vragen & klachten").is_visible()
    made.get_by_text("Waarom deze prijs?").nth(1).click()
    assert made.get_by_text("Dealerprijslijst 2026").nth(1).is_visible()
    context.close()
