"""People at their own browsers, and the letters they get."""

from __future__ import annotations

import base64
import email
import email.policy
import os
import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from tests.journeys.processes import ROOT, wait_for

PICTURES = ROOT / "docs" / "screenshots"
WIDE, PHONE = {"width": 1440, "height": 820}, {"width": 400, "height": 860}
PASSWORD = "welkom-bij-portiek"


class Person:
    """Somebody at a browser of his own, with one page open. What the page complains about is kept in `faults`."""

    def __init__(self, browser: Browser, home: str, name: str) -> None:
        self.name, self.home = name, home
        self.context = browser.new_context(viewport=WIDE, locale="nl-NL", timezone_id="Europe/Amsterdam", reduced_motion="reduce", accept_downloads=True)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.faults: list[str] = []
        self.page.on("console", lambda message: self.faults.append(f"{message.text} {message.location.get('url', '')} on {self.page.url}") if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def go(self, path: str) -> Page:
        """Open an address of the portal."""
        self.page.goto(self.home + path if path.startswith("/") else path)
        return self.page

    def log_in(self, address: str) -> Page:
        """Come in with e-mail address and password."""
        page = self.go("/login/")
        page.get_by_label("E-mailadres").fill(address)
        page.get_by_role("button", name="wachtwoord").click()
        page.get_by_label("Wachtwoord").fill(PASSWORD)
        page.locator("main form button.primary").first.click()
        page.wait_for_url(self.home + "/")
        return page

    def accept(self, link: str) -> Page:
        """Come in for the first time, by the link of an invitation."""
        page = self.go(link)
        page.get_by_label("Wachtwoord").fill(PASSWORD)
        page.locator("main form button.primary").click()
        page.wait_for_url(self.home + "/")
        return page

    def stays(self) -> None:
        """Mark the document that is open: `stayed` then tells whether it was ever left or loaded again."""
        self.page.evaluate("window.journey = performance.timeOrigin")

    @property
    def stayed(self) -> bool:
        """Whether the marked document is still the open one."""
        return bool(self.page.evaluate("window.journey === performance.timeOrigin"))

    def picture(self, name: str, *, phone: bool = False) -> None:
        """Keep how the page looks, whole, at 1440 pixels and perhaps at 400 too; only when SCREENSHOTS is set."""
        if not os.environ.get("SCREENSHOTS"):
            return
        for size, end in ((WIDE, ""), (PHONE, "-phone"))[: 1 + phone]:
            self._shoot(size, f"{name}{end}")
        self.page.set_viewport_size(WIDE)  # type: ignore[arg-type]

    def _shoot(self, size: dict[str, int], name: str) -> None:
        self.page.set_viewport_size(size)  # type: ignore[arg-type]
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(height, 1700))})
        self.page.evaluate("document.activeElement?.blur(), scrollTo(0, 0), document.fonts.ready")
        session = self.context.new_cdp_session(self.page)
        # WebP, which Playwright itself cannot write: a quarter of the size.
        shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": 88})
        session.detach()
        (PICTURES / f"{name}.webp").write_bytes(base64.b64decode(shot["data"]))


@dataclass(frozen=True)
class Letter:
    """A mail as its reader sees it."""

    to: str
    title: str
    text: str

    @property
    def link(self) -> str:
        """The first address in it."""
        found = re.search(r"https?://\S+", self.text)
        assert found, self.text
        return found[0]


class Letters:
    """The mail that went out: without a mail server the portal keeps it as files."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "mail"

    def all(self) -> list[Letter]:
        """Return every letter, oldest first."""
        found = []
        for path in sorted(self.folder.glob("*"), key=lambda item: (item.stat().st_mtime_ns, item.name)):
            for part in re.split(rb"^-{79}\n", path.read_bytes(), flags=re.MULTILINE):
                if part.strip():
                    letter = email.message_from_bytes(part.lstrip(), policy=email.policy.default)
                    body = letter.get_body(("plain",))
                    found.append(Letter(str(letter["To"]), str(letter["Subject"]), body.get_content() if body else ""))
        return found

    def wait(self, to: str, words: str, seconds: float = 60) -> Letter:
        """Return the newest letter to somebody whose title holds these words, waiting for it."""
        found: Letter = wait_for(
            lambda: next((letter for letter in reversed(self.all()) if letter.to == to and words in letter.title), None),
            seconds,
            f"no letter to {to} about {words!r}, only {[(letter.to, letter.title) for letter in self.all()]}",
        )
        return found


def seen(locator: Locator, seconds: float = 60) -> Locator:
    """Wait until something is on the screen and return it."""
    locator.first.wait_for(timeout=seconds * 1000)
    return locator.first
