"""How far a right goes: of a company's orders, who sees only his own or his branch's meets no other, at no door of the pages and the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest

from portiek.core.actor import Actor
from portiek.edges.api.cast import Machine, secret_of
from portiek.foundation.accounts.cast import Cast
from tests.architecture.doors import _ORDER, EXAMPLES, doors
from tests.architecture.test_every_operation import BODIES, operations
from tests.architecture.visit import Visitor, address, due, visitors
from tests.stage import furnished

pytestmark = pytest.mark.no_database


@dataclass(frozen=True)
class Narrowed:
    """Youssef, whose orders are his own or his branch's; the numbers that he may see, and those of his colleagues that he may not."""

    visitor: Visitor
    machine: Machine
    seen: set[str]
    hidden: set[str]


@pytest.fixture(params=["own", "unit"])
def narrowed(request: pytest.FixtureRequest) -> Iterator[Narrowed]:
    with furnished("reach") as url:
        visitor = visitors(url, [("youssef", None), ("sanne", None)])["youssef-own"]
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute("UPDATE accounts_role SET rights = array_replace(rights, 'order.view.company', %s) WHERE code = 'buyer'", [f"order.view.{request.param}"])
            branch = owner.execute("SELECT id FROM parties_unit WHERE party_id = %s ORDER BY id LIMIT 1", [visitor.party]).fetchone()
            branch = branch or owner.execute("INSERT INTO parties_unit (portal_id, party_id, code, name, is_active) VALUES (%s, %s, 'N', 'Noord', true) RETURNING id", [visitor.portal, visitor.party]).fetchone()
            below = owner.execute("SELECT id FROM parties_unit WHERE %s = ANY(path) AND id <> %s ORDER BY id LIMIT 1", [*branch, *branch]).fetchone() or branch
            beside = owner.execute("SELECT id FROM parties_unit WHERE party_id = %s AND NOT %s = ANY(path) ORDER BY id LIMIT 1", [visitor.party, *branch]).fetchone() or (None,)
            # Of what others of the company ordered a quarter is of his branch, a quarter of a department inside it, the rest of another branch.
            owner.execute("UPDATE accounts_membership SET unit_id = %s WHERE user_id = %s AND party_id = %s", [*branch, visitor.user, visitor.party])
            owner.execute("UPDATE orders_order o SET unit_id = CASE n.place %% 4 WHEN 0 THEN %s::bigint WHEN 1 THEN %s::bigint ELSE %s::bigint END FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM orders_order WHERE party_id = %s) n WHERE n.id = o.id",
                          [*branch, *below, *beside, visitor.party])  # fmt: skip
            mine = "user_id = %(user)s" if request.param == "own" else "unit_id IN (%(unit)s, %(below)s)"
            rows = owner.execute(f"SELECT number, ({mine}) IS TRUE FROM orders_order WHERE party_id = %(party)s", {"user": visitor.user, "unit": branch[0], "below": below[0], "party": visitor.party}).fetchall()
        yield Narrowed(visitor.enter(), Machine(secret_of(Cast().acting("youssef", None)), raise_request_exception=False), {number for number, own in rows if own}, {number for number, own in rows if not own})


def shown(text: str, numbers: set[str]) -> set[str]:
    """Return the numbers that stand in a text."""
    return set(re.findall("|".join(re.escape(number) for number in sorted(numbers, key=len, reverse=True)), text))


def walk(narrowed: Narrowed) -> tuple[list[str], set[str]]:
    """Visit every page; return what is wrong, and the numbers of his own that were seen."""
    visitor, problems, own = narrowed.visitor, [], set[str]()
    for door in doors():
        if due(visitor, door.access[0], door.access[2]) or door.name == "live":
            continue
        if EXAMPLES.get(door.name) == _ORDER:
            for method in door.methods:
                for number in sorted(narrowed.hidden)[:3]:
                    answer = visitor.ask(method, address(door, [number]), {"reason": "x", "seen": "0" * 64})
                    if answer.status != 404:
                        problems.append(f"{method} {address(door, [number])}: {answer.status}")
        elif not door.arguments and "GET" in door.methods:
            for data in ({}, {"q": sorted(narrowed.hidden)[0]}, {"q": sorted(narrowed.hidden)[0], "palette": "1"}):
                answer = visitor.ask("GET", "/" + door.route, data)
                found = shown(answer.all.replace(f'value="{data.get("q")}"', "").replace(f"q={data.get('q')}", ""), narrowed.hidden - {data.get("q", "")})
                if found or (data and f"/orders/{data['q']}/" in answer.all):
                    problems.append(f"GET /{door.route} {data}: {sorted(found)[:3]}")
                own |= shown(answer.all, narrowed.seen)
    return problems, own


def test_no_page_names_what_is_beyond_reach(narrowed: Narrowed):
    assert narrowed.seen and narrowed.hidden
    problems, own = walk(narrowed)
    assert not problems, "\n".join(problems)
    assert own, "his own orders are nowhere either: the walk would find nothing"


def test_a_right_that_reaches_too_far_would_be_found(narrowed: Narrowed, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Actor, "reach", lambda actor, right: "company")
    problems = "\n".join(walk(narrowed)[0])
    number = sorted(narrowed.hidden)[0]
    assert f"GET /orders/{number}/: 200" in problems and f"POST /orders/{number}/cancel/: " in problems and "GET /orders/ " in problems and "GET /search/ " in problems


def test_no_operation_names_what_is_beyond_reach(narrowed: Narrowed):
    problems, own = [], set[str]()
    for operation in operations():
        if due(narrowed.visitor, operation.right, operation.audience):
            continue
        if operation.path.startswith("/orders/{number}"):
            for number in sorted(narrowed.hidden)[:3]:
                path = operation.path.replace("{number}", number)
                answer = narrowed.machine.get(path) if operation.method == "get" else narrowed.machine.post(path, BODIES[operation.id], idempotency_key=number)
                if answer.status_code != 404:
                    problems.append(f"{operation.method} {path}: {answer.status_code}")
        elif operation.method == "get" and "{" not in operation.path:
            for parameters in ({}, {"search": sorted(narrowed.hidden)[0]} if "search" in operation.parameters else {}):
                text = narrowed.machine.get(operation.path, **parameters).content.decode()
                if found := shown(text, narrowed.hidden):
                    problems.append(f"{operation.path} {parameters}: {sorted(found)[:3]}")
                own |= shown(text, narrowed.seen)
    assert not problems, "\n".join(problems)
    assert own
