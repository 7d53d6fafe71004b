"""Every address, by everyone: declared, isolated, the same answer for foreign and missing, nobody else's words, nothing changed elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.urls import reverse

from portiek.config.testing import other_database
from portiek.core.permissions import rights
from portiek.foundation.accounts.cast import client_of, open_session
from tests.architecture.doors import ACTORS, EXAMPLES, Door, doors, mark, plain, rows_of_others, strangers
from tests.architecture.source import ROOT
from tests.stage import furnish

pytestmark = pytest.mark.no_database
FURNISHED: dict[str, int] = {}  # how many rows each address could be tried with when the stage was set


@pytest.fixture(scope="module")
def marked() -> Iterator[str]:
    """A database of its own in which every tenant's words carry its canary."""
    with other_database("doors") as url:
        furnish()
        assert mark(url) > 20
        with psycopg.connect(url) as owner:  # before anybody removes what he may remove
            FURNISHED.update({name: len(owner.execute(query).fetchall()) for name, query in EXAMPLES.items()})
        yield url


def who(url: str, key: str, company: str | None) -> tuple[Any, int, int | None]:
    """Return (client, portal, party) of one of the cast, freshly logged in."""
    client = client_of(key, company, raise_request_exception=False)
    host = client.defaults.get("HTTP_HOST") or client.defaults["host"]
    with psycopg.connect(url) as owner:
        portal, party = owner.execute("SELECT portal_id, party_id FROM accounts_session ORDER BY id DESC LIMIT 1").fetchone()
    assert host
    return client, portal, party


def test_every_address_declares_who_may_come():
    known = set(rights())
    for door in doors():
        assert door.access is not None, f"{door.name} ({door.route}) declares no right"
        right = door.access[0]
        assert right in (None, "public") or right in known, f"{door.name} asks for an unknown right {right}"


def test_the_addresses_are_those_that_were_reviewed():
    """A new address is a changed file: tests/architecture/routes.txt."""
    lines = sorted(f"{door.route}  {door.name}  {' '.join(door.access[1])}  {door.access[0]}  {door.access[2] or ''}".rstrip() for door in doors())
    path = ROOT / "tests" / "architecture" / "routes.txt"
    kept = path.read_text().splitlines() if path.exists() else []
    if kept != lines:
        path.write_text("\n".join(lines) + "\n")
    assert kept == lines, "the addresses changed: routes.txt was written anew; review it and commit it"


def test_every_address_with_an_argument_has_an_example(marked: str):
    missing = sorted(door.name for door in doors() if door.arguments and door.name not in EXAMPLES)
    assert not missing, missing
    empty = [name for name, query in EXAMPLES.items() if "WHERE false" not in query and not FURNISHED[name]]
    assert not empty, f"no row to try these with: {empty}; give tests/stage.py one"


@pytest.mark.parametrize(("key", "company"), ACTORS, ids=[f"{key}-{company or 'own'}" for key, company in ACTORS])
def test_everyone_at_every_door(marked: str, key: str, company: str | None):
    client, portal, party = who(marked, key, company)
    with psycopg.connect(marked) as owner:
        examples = {name: owner.execute(query).fetchall() for name, query in EXAMPLES.items()}
    before = rows_of_others(marked, portal, party)
    problems: list[str] = []
    for door in doors():
        for method in door.methods:
            if door.name in ("accounts:logout", "live"):
                continue
            for kind, arguments in _arguments(door, examples, portal, party):
                url = reverse(door.name, args=arguments)
                if kind == "foreign":  # no message of an earlier request on the page
                    client, _portal, _party = who(marked, key, company)
                answer = client.generic(method, url) if method != "POST" else client.post(url, {})
                label = f"{method} {url} ({kind})"
                if door.name.startswith("accounts:") and method == "POST":  # it may have ended or changed the session
                    client, _portal, _party = who(marked, key, company)
                if answer.status_code >= 500:
                    problems.append(f"{label}: {answer.status_code}")
                    continue
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                seen = strangers(body.decode(errors="replace") + str(dict(answer.headers)), portal, party)
                if seen:
                    problems.append(f"{label}: shows {sorted(seen)[:3]}")
                if kind == "foreign":
                    if answer.status_code in (302, 403, 405) and answer.status_code == _missing(client, door, method, arguments).status_code:
                        continue
                    missing = _missing(client, door, method, arguments)
                    if answer.status_code != 404 or missing.status_code != 404 or plain(answer.content) != plain(missing.content).replace(_mutated(arguments)[0], arguments[0]):
                        problems.append(f"{label}: {answer.status_code}, missing gives {missing.status_code}" + ("" if answer.status_code != 404 else ", and they differ"))
    assert not problems, "\n".join(problems)
    after = rows_of_others(marked, portal, party)
    assert {table for table in before if before[table] != after[table]} == set()


def _arguments(door: Door, examples: dict[str, list[Any]], portal: int, party: int | None) -> Iterator[tuple[str, list[str]]]:
    """Yield own, foreign and other portals' values for the address's arguments."""
    if not door.arguments:
        yield "plain", []
        return
    rows = examples.get(door.name, [])
    own = [row for row in rows if row[0] == portal and (party is None or row[1] in (None, party))]
    foreign = [row for row in rows if row[0] == portal and party is not None and row[1] not in (None, party)]
    other = [row for row in rows if row[0] != portal and not any(mine[2:] == row[2:] for mine in rows if mine[0] == portal)]
    yield from (("own", [str(value) for value in row[2:]]) for row in own[:2])
    yield from (("foreign", [str(value) for value in row[2:]]) for row in (foreign[:1] + other[:1]))


def _mutated(arguments: list[str]) -> list[str]:
    value = arguments[0]
    changed = str(int(value) + 987654321) if value.isdigit() else hashlib.sha256(value.encode()).hexdigest()[: len(value)]
    return [changed, *arguments[1:]]


def _missing(client: Any, door: Door, method: str, arguments: list[str]) -> Any:
    url = reverse(door.name, args=_mutated(arguments))
    return client.generic(method, url) if method != "POST" else client.post(url, {})


def test_nobody_comes_in_without_a_session(marked: str):
    client = client_of(None, raise_request_exception=False)
    problems = []
    for door in doors():
        if door.access[0] == "public" or door.arguments or door.name == "live":
            continue
        for method in door.methods:
            answer = client.generic(method, reverse(door.name))
            if answer.status_code not in (302, 401, 404) or (answer.status_code == 302 and "login" not in answer["Location"]):
                problems.append(f"{method} {door.route}: {answer.status_code}")
    assert not problems, "\n".join(problems)


def test_a_session_of_one_portal_is_nobody_in_the_other(marked: str):
    from django.conf import settings
    from django.test import Client

    _host, token = open_session("sanne")
    client = Client(headers={"host": "brand.localhost"})
    client.cookies[settings.SESSION_COOKIE] = token
    assert client.get("/").status_code == 302


def test_a_planted_leak_would_be_found():
    assert strangers("x CNRY-2-0-own y", 1, 7) == {"CNRY-2-0-own"}
    assert strangers("x CNRY-1-8-own y", 1, 7) == {"CNRY-1-8-own"}
    assert strangers("CNRY-1-8-own", 1, None) == set()
    assert strangers("CNRY-1-0-shared CNRY-1-7-own", 1, 7) == set()
