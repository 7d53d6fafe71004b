"""A real server on a furnished database, one Chromium, and the list of every page with somebody who may see it."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.core import mail
from django.db import connections
from django.urls import reverse

from portiek.config.testing import collected_jobs, run_jobs, serving
from portiek.core.jobs import run_now
from portiek.foundation.accounts.cast import Cast, client_of, open_session
from portiek.foundation.accounts.jobs import mail_code
from portiek.ui import assets
from tests.architecture.doors import EXAMPLES, Door, doors, values_of
from tests.stage import furnished

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
# How long a step may take, in milliseconds: machines are slow and loaded, and only a test that fails waits so long.
PATIENCE = 30_000
# Answers that are no page, and why.
NO_PAGE = {
    "healthz": "text for a load balancer",
    "readyz": "text for a load balancer",
    "live": "a stream",
    "orders:cart_quick": "what stands under a field while one types: tests/browser/test_quick.py",
    "lists:put-on": "asks what is put on a list: portiek/trade/lists/tests",
    "ui:brand": "a style sheet",
    "api:description": "JSON",
    "accounts:elsewhere-metadata": "XML",
    "audit:export": "CSV",
    **dict.fromkeys(["orders:pdf", "orders:packing_slip"], "PDF"),
    **dict.fromkeys(["orders:lines_csv", "orders:lines_xlsx"], "a file"),
    "sheets:download": "a file",
    "quotes:pdf": "PDF",
    "invoicing:pdf": "PDF",
    "files:download": "a file",
    "audit:package": "a file",
    "audit:register-file": "a file",
    **dict.fromkeys(["imports:template", "imports:template-of", "imports:report"], "a spreadsheet"),
    "tasks:turns": "a file",
    "orders:draft_errors": "a file",
    **dict.fromkeys(["letters:table", "letters:pdf", "lists:download", "exchange:catalogue", "exchange:change-response", "exchange:example", "exchange:download", "exchange:response", "pricing:file", "pricing:my-agreement-pdf", "pricing:agreement-pdf"], "a file"),
    "notifications:feed": "a calendar",
    **dict.fromkeys(["catalog:picture", "catalog:thumbnail", "pages:logo", "pages:icon"], "a picture"),
    "pages:manifest": "JSON",
    "push-worker": "a script",
    "oauth-metadata": "JSON",
    "ui:gallery": "a page: portiek/ui/tests/test_browser.py looks at it in the same way",
}
# Pages of the way in: they need a step before them.
ON_THE_WAY = {"accounts:login", "accounts:code", "accounts:password", "accounts:accept", "accounts:elsewhere", "accounts:elsewhere-return", "accounts:step", "accounts:set-up", "accounts:step-recovery", "accounts:look-as-user", "accounts:act-for-user", "notifications:off", "accounts:email-stop", "punchout:start", "applications:state", "applications:prove"}
# Pages that one side alone has here: who works for several companies chooses one; of the stage Sanne alone wants another address.
PARTY_ALONE = {"accounts:choose", "accounts:email-codes"}
PARTY = ["youssef", "sanne", "dirk", "els", "mark", "karin", "nadia2"]
STAFF = ["olga", "peter", "fatima", "otto"]
# What shows most: everybody's.
EVERYONE = {"pages:home"}
# Pages that differ much from one row to the next: so many of them.
SEVERAL = {"orders:detail": 8, "parties:tab": 9, "connectors:quarantined": 3, "catalog:detail": 2}


def needs_browser() -> None:
    """Skip the module where there is no browser or no front end."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine", allow_module_level=True)
    if not (assets.FOLDER / "manifest.json").exists():
        pytest.skip("the front end is not built (npm run build)", allow_module_level=True)


@dataclass(frozen=True)
class Visit:
    """One page and who looks at it; `who` is one of the cast."""

    who: str
    door: str
    path: str


@dataclass
class Site:
    """A running portal with its committed database; `port` is that of both portals."""

    address: str
    database: str

    def session(self, who: str, company: str | None = None) -> tuple[str, str]:
        """Return (address, session secret) of one of the cast, newly logged in: another test may have ended or changed an earlier session."""
        host, token = open_session(who, company)
        return f"http://{host}:{urlsplit(self.address).port}", token

    def context(self, browser: Any, who: str | None, **options: Any) -> Any:
        """Open a browser context, logged in as one of the cast (None: nobody)."""
        base, token = self.session(who) if who else (self.address, "")
        made = browser.new_context(base_url=base, locale="nl-NL", timezone_id="Europe/Amsterdam", reduced_motion="reduce", **options)
        made.set_default_timeout(PATIENCE)
        if token:
            made.add_cookies([{"name": settings.SESSION_COOKIE, "value": token, "url": base}])
        return made

    def mailed_code(self, email: str) -> str:
        """Do the worker's part for who has just asked for a code: mail it; return the figures in the mail."""
        [(portal, code)] = self.rows("SELECT portal_id, id FROM accounts_login_code WHERE email = %s ORDER BY id DESC LIMIT 1", email)
        with collected_jobs():
            run_now(mail_code.job, portal, {"code_id": code})
            run_jobs()
        assert mail.outbox[-1].to == [email]
        return re.findall(r"\b\d{6}\b", mail.outbox[-1].subject)[0]

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Ask the database as its owner."""
        with psycopg.connect(self.database) as owner:
            return owner.execute(query, values).fetchall()


@contextmanager
def staged(name: str) -> Iterator[Site]:
    """Serve a furnished copy of the database."""
    with furnished(name) as url, serving(url) as address:
        yield Site(address, url)


@contextmanager
def chromium() -> Iterator[Any]:
    """Run one browser."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps a loop in this thread, where Django would refuse to ask the database.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        yield found
        found.close()
        connections.close_all()  # those of the loop are others than those outside it


def visits(site: Site) -> list[Visit]:
    """Return every page with a party and a member of staff who may see it, made from the addresses: whoever has had fewest gets the next one."""
    cast, had = Cast(), Counter[str]()
    actors = {who: getattr(cast, who) for who in PARTY + STAFF}
    clients = {who: client_of(who) for who in PARTY + STAFF}
    with psycopg.connect(site.database) as owner:
        examples = {name: owner.execute(query).fetchall() for name, query in EXAMPLES.items()}
    found: list[Visit] = []
    for door in pages():
        for people in (PARTY, STAFF):
            may = sorted((who for who in people if _may(actors[who], door)), key=lambda who: had[who])
            for who in may:
                paths = [reverse(door.name, args=arguments) for arguments in _places(door, examples, actors[who])]
                chosen = [path for path in paths[: SEVERAL.get(door.name, 1)] if clients[who].get(path, follow=False).status_code == 200]
                found += [Visit(who, door.name, path) for path in chosen]
                had[who] += len(chosen)
                if chosen and door.name not in EVERYONE:
                    break
    return found


def pages() -> list[Door]:
    """Return the addresses that answer a page to somebody who is in."""
    return [door for door in doors() if "GET" in door.methods and door.name not in NO_PAGE and door.name not in ON_THE_WAY]


def _may(actor: Any, door: Door) -> bool:
    right, _methods, audience = door.access
    return (audience is None or (audience == "staff") == actor.is_staff) and (right in (None, "public") or actor.may(right))


def _places(door: Door, examples: dict[str, list[Any]], actor: Any) -> list[list[str]]:
    """Return what may stand in the address for this actor, his own first."""
    if not door.arguments:
        return [[]]
    return [list(values) for values in values_of(examples[door.name], actor.portal_id, actor.party_id)]
