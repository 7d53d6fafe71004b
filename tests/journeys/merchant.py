"""A wholesaler on the day he opens his portal: a Tryton server, an installation of the portal beside it, and people at their browsers."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.erp.tryton.erp_staff import ErpStaff
from tests.erp.tryton.server import TrytonServer, TrytonUnavailableHere
from tests.journeys.people import Letters, Person, seen
from tests.journeys.processes import ROOT, Installation, environment, free_port, installed
from tests.journeys.relay import Relay

BAKKER = "Bouwbedrijf Bakker B.V."
NUMBER = "10042"
ERP = "Van Dijk ERP"
# What the operator of an installation does before anybody can log in: a portal, its roles and its first administrator.
OPEN = """
from portiek.config.cli import database, migrate_now, setup
with database():
    setup()
    migrate_now()
    from portiek.core.actor import Actor
    from portiek.core.db import scope
    from portiek.foundation.accounts import actions
    from portiek.foundation.accounts.models import Role
    from portiek.foundation.parties.cast import PASSWORD, PEOPLE, PORTALS
    from portiek.foundation.parties.installation import create_portal
    made, olga = PORTALS[0], PEOPLE[0]
    number = create_portal(slug=made.slug, name=made.name, host=made.host, hue=made.hue, order_prefix=made.order_prefix, email=made.email, phone=made.phone)
    with scope(Actor.system(number)) as actor:
        actor = Actor.system(number)
        actions.make_roles(actor)
        user = actions.create_user(actor, email=olga.email, name=olga.name, language="nl")
        actions.grant_membership(actor, user=user, party=None, role=Role.objects.get(code="staff-admin"), order_limit=None)
    with scope(Actor.gate(number)):
        actions.set_password(Actor.gate(number), user=user, password=PASSWORD)
"""


@dataclass
class Merchant:
    """The ERP and the portal, with who works in them."""

    erp: TrytonServer
    staff: ErpStaff
    relay: Relay
    portal: Installation
    letters: Letters
    olga: Person
    sanne: Person
    youssef: Person

    @property
    def people(self) -> list[Person]:
        """Everybody with a browser."""
        return [self.olga, self.sanne, self.youssef]

    def synchronise(self, *entities: str) -> None:
        """Let Olga press "Nu" on the monitor; the worker does the reading."""
        page = self.olga.go("/connectors/")
        for entity in entities:
            page.locator(f'form[action$="/feeds/{entity}/now/"] button').click()
            page.wait_for_load_state()

    def sales(self, reference: str) -> list[dict[str, object]]:
        """Return what the ERP has under a number of ours."""
        return list(self.staff.client.rows("sale.sale", [("reference", "=", reference)], ["number", "state", "untaxed_amount", "total_amount"]))


@contextlib.contextmanager
def merchant(browser: Browser) -> Iterator[Merchant]:
    """Open the portal of a wholesaler that runs Tryton, and let everybody in the way people get in."""
    folder = Path(tempfile.mkdtemp(prefix="portiek-merchant-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user than root
    data, port = folder / "data", free_port()
    try:
        with tryton() as erp, Relay(erp.port) as relay:
            staff = ErpStaff(erp)
            more = {"EGRESS_ALLOW": f"127.0.0.1:{relay.port}"}
            made = subprocess.run([sys.executable, "-c", OPEN], cwd=ROOT, env=environment(data, port, **more), capture_output=True, text=True)
            assert made.returncode == 0, made.stderr
            with installed("serve", data, port=port, **more) as portal:
                home = f"http://localhost:{port}"
                people = [Person(browser, home, name) for name in ("Olga Smit", "Sanne Bakker", "Youssef El Amrani")]
                world = Merchant(erp, staff, relay, portal, Letters(data), *people)
                connect(world)
                let_in(world)
                yield world
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def tryton() -> Iterator[TrytonServer]:
    """Run the ERP in which the customer has the number he has everywhere in the demo. Skips the test where it cannot be installed."""
    erp = TrytonServer()
    try:
        erp.prepare()
        with contextlib.closing(sqlite3.connect(erp.database_file)) as books, books:
            books.execute("UPDATE party_party SET code = ? WHERE name = ?", (NUMBER, BAKKER))  # the ERP itself hands its numbers out
        erp.start()
    except TrytonUnavailableHere as problem:
        pytest.skip(f"no test ERP here: {problem}")
    with contextlib.ExitStack() as stack:
        stack.push(erp.__exit__)
        yield erp


def connect(world: Merchant) -> None:
    """Olga connects the ERP and waits for its first load."""
    page = world.olga.log_in("olga.smit@vandijk.example")
    page = world.olga.go("/connectors/new/tryton/")
    page.get_by_label("Naam", exact=True).fill(ERP)
    for name, value in {"url": f"http://127.0.0.1:{world.relay.port}", "database": world.erp.database, "user": world.erp.login, "password": world.erp.password, "order_warehouse": "ZWO"}.items():
        page.locator(f"[name=o_{name}]").fill(value)
    page.locator("[name=o_order_until]").select_option("quotation")
    page.locator("main form.form button.primary").click()
    page.wait_for_url("**/connectors/")
    world.olga.stays()
    seen(page.locator("#connectors-monitor").get_by_text("Alles loopt"), 240)
    assert world.olga.stayed
    assert page.locator("#connectors-monitor tbody tr").count() == 9
    world.olga.picture("00-erp-connected")


def let_in(world: Merchant) -> None:
    """Olga opens the assortment and asks Sanne in; Sanne asks Youssef in, with a limit."""
    page = world.olga.go("/catalog/assortments/")
    page.get_by_label("Naam", exact=True).fill("Volledig assortiment")
    page.get_by_label("Code").fill("alles")
    page.locator("[name=holds_all]").check()
    page.locator("aside form button.primary").click()
    page.wait_for_url("**/catalog/assortments/alles/")
    page = world.olga.go(f"/parties/{NUMBER}/assortment/")
    page.get_by_label("Volledig assortiment").check()
    page.locator("form[action$='/assortments/'] button.primary").click()
    invite(world, world.olga, f"/colleagues/of/{NUMBER}/invite/", world.sanne, "sanne@bakker.example", "Beheerder", None)
    invite(world, world.sanne, "/colleagues/invite/", world.youssef, "youssef@bakker.example", "Inkoper", Decimal(1500))


def invite(world: Merchant, by: Person, path: str, whom: Person, address: str, role: str, limit: Decimal | None) -> None:
    """Ask somebody in, who opens the link in his mail."""
    page = by.go(path)
    page.locator("[name=name]").fill(whom.name)
    page.locator("[name=email]").fill(address)
    page.locator("label.check", has=page.get_by_text(role, exact=True)).locator("input").check()
    if limit is not None:
        page.locator("[name=order_limit]").fill(str(limit))
    page.locator("main form.form button.primary").click()
    whom.accept(world.letters.wait(address, "").link)
