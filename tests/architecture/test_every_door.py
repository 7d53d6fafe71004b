"""Every address, by everyone: declared, isolated, the same answer for foreign and missing, nobody else's words, nothing changed elsewhere."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.test import Client
from django.urls import resolve, reverse

from portiek.core.actor import REACHES, Actor
from portiek.core.permissions import rights
from portiek.foundation.accounts.cast import open_session
from tests.architecture.doors import EXAMPLES, PERSONAL, Door, doors, values_of
from tests.architecture.marks import CANARY, NOT_WORDS, OWNERS, Others, mark, numbers_of_others, plain, strangers
from tests.architecture.source import ROOT
from tests.architecture.visit import NAMES, Answer, Visitor, address, due, visitors
from tests.stage import furnished

pytestmark = pytest.mark.no_database
NOT_WALKED = {"live": "a stream: portiek/core/tests/test_live.py"}
# Doors at which no cookie counts, or none alone, so that nobody can be led to them by a forged form.
NO_COOKIE = {**dict.fromkeys(["punchout:oci", "punchout:cxml"], "a purchasing system shows its password"), "api:token": "a client shows its secret", "api:revoke-token": "a client shows its secret", "notifications:device-renew": "the browser shows the old address of its device, which nobody else knows"}
# Pages whose examples are made up of the cast: their numbers are nobody's.
EXAMPLES_SHOWN = {"ui:gallery", "api:description", "api:documentation"}
# What keeps a page of one person from the next, in his browser and on the way to it.
PRIVATE = re.compile(r"'Cache-Control': '[^']*(private|no-store)")
# Doors that do the same again for what is not so any more: his own with another thing of his own is no mistake.
AGAIN = {"pricing:withdraw": "a price list is withdrawn from a party by two tabs at once", "parties:merge-into": "with itself, or with what is part of another already, staff are led on to the party that stays"}


@pytest.fixture
def cast_of_marked() -> Iterator[dict[str, Visitor]]:
    """A database of its own, fresh for every walk, in which every tenant's words carry its canary; yields the visitors."""
    with furnished("doors") as url:
        found = visitors(url)
        assert mark(url) > 60
        yield found


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


def test_every_address_with_an_argument_has_an_example(cast_of_marked: dict[str, Visitor]):
    missing = sorted(door.name for door in doors() if door.arguments and door.name not in EXAMPLES)
    assert not missing, missing
    rows = examples(next(iter(cast_of_marked.values())).url)
    empty = [name for name, query in EXAMPLES.items() if "WHERE false" not in query and not rows[name]]
    assert not empty, f"no row to try these with: {empty}; give tests/stage.py one"


def test_every_exception_names_a_column():
    """What is not marked, and whose rows are, is said of columns and tables that are there."""
    from portiek.core.db.secure import tenant_models

    columns = {name for model in tenant_models() for field in model._meta.concrete_fields for name in (field.column, f"{model._meta.db_table}.{field.column}")}
    assert not set(NOT_WORDS) - columns
    assert not set(OWNERS) - {model._meta.db_table for model in tenant_models()}


def examples(url: str) -> dict[str, list[Any]]:
    """Return what may stand in the addresses, by the name of the URL."""
    with psycopg.connect(url) as owner:
        return {name: owner.execute(query).fetchall() for name, query in EXAMPLES.items()}


def walk(visitor: Visitor, chosen: Iterable[Door]) -> list[str]:
    """Send one visitor to doors, with what is his, another's, and both at once; return what is wrong."""
    problems: list[str] = []
    rows, numbers = examples(visitor.url), numbers_of_others(visitor.url, visitor.portal, visitor.party)
    with psycopg.connect(visitor.url) as owner:
        personal = {name: {str(value): user for value, user in owner.execute(query).fetchall()} for name, query in PERSONAL.items()}
    visitor.enter()
    with Others(visitor.url, visitor.portal, visitor.party, visitor.user) as others:
        for door in chosen:
            for method in door.methods:
                for kind, arguments, missing in _arguments(door, rows.get(door.name, []), visitor, personal.get(door.name)):
                    answer = visitor.ask(method, address(door, arguments))
                    label = f"{method} {address(door, arguments)} ({kind})"
                    problems += [f"{label}: {problem}" for problem in judged(visitor, door, answer, kind, arguments, numbers)]
                    if method != "GET" and (changed := others.changed()):
                        problems.append(f"{label}: changed {changed} of others")
                    if method != "GET" and door.name.startswith("accounts:"):  # it may have ended or changed the session
                        visitor.enter()
                    for absent in missing:
                        problems += [f"{label}: {problem}" for problem in differences(answer, arguments, visitor.ask(method, address(door, absent)), absent)]
        if changed := others.changed():
            problems.append(f"changed {changed} of others")
    return problems


def judged(visitor: Visitor, door: Door, answer: Answer, kind: str, arguments: list[str], numbers: Any) -> list[str]:
    """Return what is wrong with one answer: a fault of ours, a door open to who may not come, another's words or numbers."""
    expected = due(visitor, door.access[0], door.access[2])
    problems = []
    if answer.status >= 500:
        problems.append(f"{answer.status}")
    if expected and answer.status != expected:
        problems.append(f"{answer.status} to who must get {expected}")
    if kind not in ("plain", "own") and not expected and answer.status != 404:
        problems.append(f"{answer.status} where nothing of his is")
    if answer.status == 200 and door.access[0] != "public" and not PRIVATE.search(answer.all):
        problems.append("may be kept and shown to somebody else: no Cache-Control of private or no-store")
    if seen := strangers(visitor.without_own_names(answer.all), visitor.portal, visitor.party):
        problems.append(f"shows {sorted(seen)[:3]}")
    if door.name not in EXAMPLES_SHOWN and (seen := {found for found in numbers.findall(answer.all) if not any(found in given for given in arguments)}):
        problems.append(f"shows the numbers {sorted(seen)[:3]}")
    return problems


def differences(answer: Answer, arguments: list[str], missing: Answer, absent: list[str]) -> list[str]:
    """Return in what the answer for what is another's differs from the answer for what is nowhere."""

    def same(text: str) -> str:
        for there, given in zip(absent, arguments, strict=True):
            text = text.replace(quote(there), quote(given)).replace(there, given) if there != given else text
        return text

    problems = []
    if (answer.status, answer.location) != (missing.status, same(missing.location)):
        problems.append(f"{answer.status} {answer.location}, missing gives {missing.status} {missing.location}")
    if answer.said != tuple(same(text) for text in missing.said):
        problems.append(f"says {answer.said}, of missing {missing.said}")
    if plain(answer.body) != same(plain(missing.body)):
        problems.append("the page differs from that of what is missing")
    return problems


def _arguments(door: Door, rows: list[Any], visitor: Visitor, personal: dict[str, int] | None) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """Yield what may stand in the address: his own, another's, the other portal's, and his own with one part of another's; each with what is nowhere, to compare."""
    if not door.arguments:
        yield "plain", [], []
        return
    mine = [values for values in values_of(rows, visitor.portal, visitor.party) if personal is None or personal[values[0]] == visitor.user]
    here = [values for values in values_of(rows, visitor.portal, None) if values not in mine]
    there = list(dict.fromkeys(tuple(str(value) for value in row[2:]) for row in rows if row[0] != visitor.portal))
    there = [values for values in there if values not in mine and values not in here]
    for values in mine[:2]:
        yield "own", list(values), []
    foreign = here[:1] + ([values for values in here if personal and personal[values[0]] != visitor.user][:1] if personal else []) + there[:1]
    for values in foreign:
        yield "foreign", list(values), [_absent(list(values), place) for place in range(len(values)) if not _is_word(door, place)]
    if len(door.arguments) > 1 and mine:
        for place in range(len(door.arguments)):
            if _is_word(door, place):
                continue
            for others in ([] if door.name in AGAIN else [*mine, *here], there):
                mixed = [[*mine[0][:place], values[place], *mine[0][place + 1 :]] for values in others]
                for values in [values for values in mixed if tuple(values) not in mine][:1]:
                    yield "own with another's", values, [_absent(values, place)]


def _is_word(door: Door, place: int) -> bool:
    """Whether a part of an address is one of a few words, not somebody's."""
    return door.arguments[place] in ("tab", "entity", "what", "vendor")


def _absent(arguments: list[str], place: int) -> list[str]:
    value = arguments[place]
    # Of a word of a few letters such as a language: letters that no page has by chance, in an address of a picture for one.
    other = hashlib.sha256(value.encode()).hexdigest()[: len(value)] if len(value) > 3 else "Q" * len(value)
    changed = str(int(value) + 987654321) if value.isdigit() else other
    return [*arguments[:place], changed, *arguments[place + 1 :]]


@pytest.mark.parametrize("name", NAMES)
def test_everyone_at_every_door(cast_of_marked: dict[str, Visitor], name: str):
    problems = walk(cast_of_marked[name], [door for door in doors() if door.name not in NOT_WALKED])
    assert not problems, f"{len(problems)}:\n" + "\n".join(problems)
    assert CANARY.search(cast_of_marked[name].enter().ask("GET", "/account/").all), "nothing on a page is marked: the walk would find nothing"


def test_the_words_of_a_pdf_are_read(cast_of_marked: dict[str, Visitor]):
    visitor = cast_of_marked["sanne-own"].enter()
    (number,) = values_of(examples(visitor.url)["orders:pdf"], visitor.portal, visitor.party)[0]
    said = visitor.ask("GET", f"/orders/{number}/pdf/").all
    assert CANARY.search(said) and not strangers(said, visitor.portal, visitor.party)
    assert strangers(said, visitor.portal, (visitor.party or 0) + 1)


def test_nobody_comes_in_without_a_session(cast_of_marked: dict[str, Visitor]):
    """On the hosts of both portals, with what is on the one and the other: to the log-in, whatever it is, and nothing changes."""
    url = next(iter(cast_of_marked.values())).url
    rows, problems = examples(url), []
    with Others(url, 0, None) as everything:
        for host in sorted({visitor.host for visitor in cast_of_marked.values()}):
            client = Client(headers={"host": host}, raise_request_exception=False)
            for door in (door for door in doors() if door.access[0] != "public" and door.name != "live"):
                kept = [values for portal in (1, 2) for values in values_of(rows[door.name], portal, None)[:1]] if door.arguments else [()]
                for method, values in itertools.product(door.methods, kept):
                    label = f"{method} {address(door, list(values))} at {host}"
                    answer = Answer.of(client.generic(method, address(door, list(values))))
                    partial = Answer.of(client.generic(method, address(door, list(values)), headers={"hx-request": "true"}))
                    if answer.status != 302 or not answer.location.startswith("/login/") or partial.status != 401:
                        problems.append(f"{label}: {answer.status} {answer.location}, to htmx {partial.status}")
                    if CANARY.search(answer.all + partial.all):
                        problems.append(f"{label}: shows {CANARY.findall(answer.all + partial.all)[:3]}")
        assert everything.changed() == []
    assert not problems, "\n".join(problems)


def test_no_form_is_taken_without_its_proof_of_origin(cast_of_marked: dict[str, Visitor]):
    """Every POST of everyone without the token, and with one that was made up: 403, and nothing changes, whoever would have the right."""
    rows, problems = examples(cast_of_marked["sanne-own"].url), []
    posts = [door for door in doors() if "POST" in door.methods and door.name not in NO_COOKIE]
    with Others(cast_of_marked["sanne-own"].url, 0, None) as everything:
        for name in ("sanne-own", "olga-own", "nobody"):
            visitor = cast_of_marked["sanne-own" if name == "nobody" else name].enter(enforce_csrf_checks=True)
            if name == "nobody":
                visitor.client.cookies.clear()
            everything.changed()  # a session was made
            visitor.client.get("/login/" if name == "nobody" else "/account/")  # gives the cookie, which alone is no proof
            assert "csrf" in visitor.client.cookies
            for door in posts:
                values = values_of(rows[door.name], visitor.portal, visitor.party)[:1] if door.arguments else [()]
                for data in ({}, {"csrfmiddlewaretoken": "A" * 64}) if values or door.name == "accounts:accept" else ():
                    path = address(door, list(values[0]) if values else ["x"])
                    answer = visitor.ask("POST", path, data)
                    if answer.status != 403:
                        problems.append(f"{name}: POST {path}: {answer.status}")
        assert everything.changed() == []
    assert not problems, "\n".join(problems)


def test_a_session_of_one_portal_is_nobody_in_the_other():
    from django.conf import settings

    _host, token = open_session("sanne")
    client = Client(headers={"host": "brand.localhost"})
    client.cookies[settings.SESSION_COOKIE] = token
    assert client.get("/").status_code == 302


def test_a_planted_leak_would_be_found():
    assert strangers("x CNRY-2-0 y", 1, 7) == {"CNRY-2-0"}
    assert strangers("x CNRY-1-8 y", 1, 7) == {"CNRY-1-8"}
    assert strangers("x CNRY-1-8_70 y", 1, 7) == {"CNRY-1-8_70"}
    assert strangers("cnry-1-0.olga@vandijk.example", 1, 7) == {"cnry-1-0"}
    assert strangers("CNRY-1-8 CNRY-1-0", 1, None) == set()
    assert strangers("CNRY-1-all CNRY-1-7 CNRY-1-8_7", 1, 7) == set()
    assert strangers("CNRY-1-8z0381234567", 1, 7) == {"CNRY-1-8"}


def test_each_right_closes_its_doors(cast_of_marked: dict[str, Visitor]):
    """Whoever comes in by a right stays out without it: taken from every role, one after the other."""
    problems = []
    rows = examples(cast_of_marked["sanne-own"].url)
    able = [visitor.enter() for visitor in cast_of_marked.values()]
    with psycopg.connect(able[0].url, autocommit=True) as owner:
        kept = owner.execute("SELECT id, rights FROM accounts_role").fetchall()
        for right in sorted({door.access[0] for door in doors()} - {None, "public"}):
            owner.execute("UPDATE accounts_role SET rights = ARRAY(SELECT x FROM unnest(rights) x WHERE x <> ALL (%s))", [[right, *(f"{right}.{reach}" for reach in REACHES)]])
            for door in (door for door in doors() if door.access[0] == right):
                visitor = next((visitor for visitor in able if due(visitor, right, door.access[2]) is None and (not door.arguments or values_of(rows[door.name], visitor.portal, visitor.party))), None)
                if visitor is None:
                    problems.append(f"{door.name}: nobody of the cast comes in by {right}")
                    continue
                for method in door.methods:
                    answer = visitor.ask(method, address(door, list(values_of(rows[door.name], visitor.portal, visitor.party)[0]) if door.arguments else []))
                    if answer.status != 403:
                        problems.append(f"{visitor.key}: {method} {door.name}: {answer.status} without {right}")
            for role, given in kept:
                owner.execute("UPDATE accounts_role SET rights = %s WHERE id = %s", [given, role])
    assert not problems, "\n".join(problems)


def _doors(*names: str) -> list[Door]:
    return [door for door in doors() if door.name in names]


def test_a_door_that_forgets_the_right_would_be_found(cast_of_marked: dict[str, Visitor], monkeypatch: pytest.MonkeyPatch):
    chosen = _doors("accounts:colleagues", "audit:list", "pricing:lists", "orders:approve")
    assert walk(cast_of_marked["youssef-own"], chosen) == []
    monkeypatch.setattr(Actor, "may", lambda actor, right: True)
    found = "\n".join(walk(cast_of_marked["youssef-own"], chosen))
    assert "GET /colleagues/ (plain): 200 to who must get 403" in found
    assert "GET /audit/ (plain): 200 to who must get 403" in found
    assert "/approve/ (own): " in found and "/approve/ (foreign): 404 to who must get 403" in found
    assert "/prices/lists/" not in found  # the audience is asked first
    monkeypatch.undo()
    assert walk(cast_of_marked["fatima-own"], _doors("parties:change")) == []
    monkeypatch.setattr(Actor, "may", lambda actor, right: True)
    assert "POST /parties/10042/change/ (own): 422 to who must get 403" in "\n".join(walk(cast_of_marked["fatima-own"], _doors("parties:change")))


def test_a_door_that_forgets_the_audience_would_be_found(cast_of_marked: dict[str, Visitor]):
    def forgets(name: str, arguments: list[str]) -> Any:
        view = resolve(reverse(name, args=arguments)).func
        return next(cell for variable, cell in zip(view.__code__.co_freevars, view.__closure__, strict=True) if variable == "audience")

    cells = [forgets("notifications:mails", []), forgets("pricing:mine", []), forgets("parties:detail", ["10042"])]
    kept = [cell.cell_contents for cell in cells]
    try:
        for cell in cells:
            cell.cell_contents = None
        assert "GET /notifications/mails/ (plain): 403 to who must get 404" in "\n".join(walk(cast_of_marked["sanne-own"], _doors("notifications:mails")))
        assert "GET /prices/ (plain): " in "\n".join(walk(cast_of_marked["olga-own"], _doors("pricing:mine")))
        assert "GET /parties/10077/ (foreign): 403 to who must get 404" in "\n".join(walk(cast_of_marked["sanne-own"], _doors("parties:detail")))
    finally:
        for cell, audience in zip(cells, kept, strict=True):
            cell.cell_contents = audience


def test_a_changed_row_of_others_would_be_found(cast_of_marked: dict[str, Visitor]):
    """What a party may not have written: another's row, the portal's, the staff's, a colleague's person; its own is its own."""
    sanne = cast_of_marked["sanne-own"]
    (other,) = [visitor.party for name, visitor in cast_of_marked.items() if name == "dirk-own"]
    with Others(sanne.url, sanne.portal, sanne.party, sanne.user) as others, psycopg.connect(sanne.url, autocommit=True) as owner:
        for statement, table in (
            (f"UPDATE parties_party SET last_order = last_order + 1 WHERE id = {other}", "parties_party"),
            (f"UPDATE catalog_product SET popularity = popularity + 1 WHERE portal_id = {sanne.portal}", "catalog_product"),
            (f"UPDATE accounts_user SET language = 'en' WHERE id = {cast_of_marked['youssef-own'].user}", "accounts_user"),
            ("DELETE FROM connectors_quarantine WHERE id = (SELECT min(id) FROM connectors_quarantine)", "connectors_quarantine"),
            ("UPDATE accounts_membership SET order_limit = 1 WHERE party_id IS NULL", "accounts_membership"),
        ):
            owner.execute(statement)
            assert others.changed() == [table], statement
        owner.execute(f"UPDATE parties_party SET last_order = last_order + 1 WHERE id = {sanne.party}")
        owner.execute(f"UPDATE accounts_user SET language = 'nl' WHERE id = {sanne.user}")
        assert others.changed() == []


def test_a_difference_with_what_is_missing_would_be_found():
    there, missing = Answer(302, "/orders/7/", ("Bakker 7",), b"<p>7</p>", ""), Answer(302, "/orders/9/", ("Bakker 9",), b"<p>9</p>", "")
    assert differences(there, ["7"], missing, ["9"]) == []
    for change in ({"status": 403}, {"location": "/orders/"}, {"said": ()}, {"body": b'<p data-since="3">7</p>'}):
        assert len(differences(replace(there, **change), ["7"], missing, ["9"])) == 1
    assert plain(b'<pt-live data-topics="x" data-since="7">') == plain(b'<pt-live data-topics="x" data-since="8">')
