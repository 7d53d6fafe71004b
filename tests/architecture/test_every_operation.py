"""Every operation of the API, with keys of everyone: isolated, the same answer for foreign and missing, nobody else's words, nothing changed elsewhere."""

from __future__ import annotations

import functools
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.utils import timezone

from portiek.config.testing import collected_jobs, other_database, seeded_files
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.edges.api import actions
from portiek.edges.api.cast import Machine, secret_of
from portiek.edges.api.models import ApiKey
from portiek.edges.api.mount import schema
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.parties.cast import PEOPLE, PORTALS
from portiek.settlement.invoicing.models import Invoice
from portiek.trade.orders.models import Order, OrderLine
from tests.architecture.doors import _CONTACT, _ELECTRONIC, _INVOICE, _MANDATE, _MESSAGE, _ORDER, _QUOTE, _SHEET, _SKU, _WEBHOOK, ACTORS, values_of
from tests.architecture.marks import Others, mark, numbers_of_others, plain, strangers
from tests.architecture.visit import NAMES, Visitor, due, visitors, words_of
from tests.stage import _document, _exchange, _feed, _mandates, _own_folder, _quote, _write_letters

pytestmark = pytest.mark.no_database
# What stands in an address, by its beginning, as EXAMPLES of tests/architecture/doors.py says it of pages.
NAMED = {"/products/": _SKU, "/own-numbers/": _SKU, "/orders/": _ORDER, "/quotes/": _QUOTE, "/invoices/": _INVOICE, "/contacts/": _CONTACT, "/mandates/": _MANDATE, "/price-letters/": "SELECT portal_id, party_id, id FROM letters_copy WHERE sent_at IS NOT NULL ORDER BY id", "/order-lists/": "SELECT portal_id, party_id, id FROM lists_list WHERE user_id = 0 ORDER BY id", "/product-documents/": _SHEET.replace("ORDER BY d.id", "ORDER BY d.id DESC"), "/recurring-orders/": "SELECT portal_id, party_id, id FROM recurring_order WHERE private_to = 0 ORDER BY id", "/tasks/": "SELECT portal_id, party_id, id FROM tasks_task ORDER BY id",
         "/webhooks/{webhook}/messages/{message}": _MESSAGE, "/webhooks/": _WEBHOOK, "/electronic-orders/{message}/response": "SELECT portal_id, party_id, key FROM exchange_message WHERE kind <> 'order' ORDER BY id", "/electronic-orders/": _ELECTRONIC, "/catalogues/": "SELECT portal_id, party_id, key FROM exchange_catalogue ORDER BY id"}
BODIES: dict[str, Any] = {
    "lookup_availability": {"lines": [{"sku": "GP-125-2600", "quantity": "60"}]},
    "lookup_prices": {"lines": [{"sku": "GP-125-2600", "quantity": "60"}]},
    "set_own_number": {"own_number": "VAN-EEN-PROGRAMMA"},
    "remove_own_number": None,
    "validate_order": {"lines": [{"sku": "GP-125-2600", "quantity": "60"}]},
    "place_order": {"lines": [{"sku": "GP-125-2600", "quantity": "60"}]},
    "send_electronic_order": "geen XML",
    "make_catalogue": {},
    "cancel_order": {},
    "reply_lines": {"lines": [{"position": 1, "reply": "accepted", "seen": "0"}]},
    "ask_about": {"text": "x"},
    "ask_change": {"text": "x"},
    "answer_reply": {"id": 1, "answer": "x"},
    "approve_order": {"seen": "0" * 64},
    "request_quote": {"lines": [{"what": "GP-125-2600", "quantity": "60"}]},
    "accept_quote": {"seen": "0" * 64},
    "decline_quote": {"version": 1, "reason": "x"},
    "counter_quote": {"version": 1, "lines": [{"what": "GP-125-2600", "quantity": "70"}]},
    "question_quote": {"text": "x"},
    "answer_quote": {"text": "x"},
    "withdraw_quote": None,
    "make_order_list": {"name": "Van een programma", "lines": [{"sku": "GP-125-2600", "quantity": "60"}]},
    "add_to_order_list": {"lines": [{"sku": "GP-125-2600", "quantity": "60"}]},
    "order_from_list": {},
    "skip_recurring_order": {"due_on": "2099-01-01"},
    **dict.fromkeys(["open_product_feed", "close_product_feed"]),
    **dict.fromkeys(["pause_recurring_order", "resume_recurring_order"]),
    "finish_task": {},
    "hand_over_task": {"to": "niemand@nergens.example"},
    "reject_order": {"seen": "0" * 64, "reason": "x"},
    "add_contact": {"name": "Nieuw Mens"},
    "change_contact": {"role": "Planning"},
    "remove_contact": None,
    "fill_company_fields": {"fields": {}},
    "ask_mandate": {"way": "gives", "number": "NERGENS", "kind": "agent", "rights": ["order.view"], "starts_on": "2099-01-01"},
    "confirm_mandate": None,
    "end_mandate": None,
    **{name: {"name": "Magazijn", "url": "https://93.184.216.34/haak", "events": ["order.confirmed"]} for name in ("create_webhook", "change_webhook")},
    **dict.fromkeys(["pause_webhook", "resume_webhook", "rotate_webhook", "test_webhook", "remove_webhook", "resend_message"]),
    "replay_webhook": {"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"},
}
SENT = {"GP-125-2600"}  # stands in the bodies: an answer may repeat it
# What says that an operation was there for this key: done, or refused by a rule.
REACHED = {200, 201, 409, 422}


@dataclass(frozen=True)
class Operation:
    """One operation of the description."""

    id: str
    method: str
    path: str
    parameters: tuple[str, ...]
    right: str | None
    audience: str | None


@functools.cache
def operations() -> list[Operation]:
    """Return every operation that is described, those that take away last: a contract test holds that nothing else is answered."""
    return sorted([
        Operation(item["operationId"], method, path.removeprefix("/api/v1"), tuple(parameter["name"] for parameter in item["parameters"] if parameter["in"] == "query"), item["x-right"], item["x-audience"])
        for path, methods in schema()["paths"].items()
        for method, item in methods.items()
    ], key=lambda operation: operation.id.startswith("remove"))


@dataclass(frozen=True)
class Stage:
    """A database of its own in which every tenant's words carry its canary, and a key of everyone, made before."""

    url: str
    visitors: dict[str, Visitor]
    actors: dict[str, Actor]
    machines: dict[str, Machine]


@pytest.fixture(scope="module")
def marked() -> Iterator[Stage]:
    with _own_folder() as folder, other_database("operations") as url:
        shutil.copytree(seeded_files(), folder, dirs_exist_ok=True)
        cast = visitors(url)
        _mandates(Cast())
        with collected_jobs():
            _write_letters(Cast())
            _quote(Cast())
            _exchange(Cast())
            _document(Cast())
        actors = {name: Cast().acting(who, company) for name, (who, company) in zip(NAMES, ACTORS, strict=True)}
        machines = {name: machine_of(actor, visitor.key) for (name, actor), visitor in zip(actors.items(), cast.values(), strict=True)}
        for actor in (actor for actor in actors.values() if actor.may("apikey.manage")):
            with scope(actor):
                made, _secret = actions.create_webhook(actor, name="Pakket", url="https://93.184.216.34/haak", events=["order.confirmed"])
                actions.send_test(actor, webhook=made.key)
        assert mark(url) > 60
        with collected_jobs():
            _feed(*(actors[name] for name in ("sanne-own", "dirk-own", "nadia2-own")))  # after the marks, which what is told then holds
        yield Stage(url, cast, actors, machines)


def machine_of(actor: Actor, who: str, *rights: str, **options: Any) -> Machine:
    portal = next(person.portal for person in PEOPLE if person.key == who)
    return Machine(secret_of(actor, *rights, **options), next(item.host for item in PORTALS if item.slug == portal), raise_request_exception=False)


def call(machine: Machine, operation: Operation, path: str, **parameters: Any) -> tuple[Any, str]:
    """Call an operation and return its answer and everything that it says."""
    body = BODIES.get(operation.id)
    answer = machine.get(path, **parameters) if operation.method == "get" else machine.post(path, body, idempotency_key="the-same-for-all")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer, words_of(answer, content) + str(dict(answer.headers))


def test_every_body_is_known():
    assert {item.id for item in operations() if item.method == "post"} == set(BODIES)


def test_everyone_s_key_at_every_operation(marked: Stage):
    with psycopg.connect(marked.url) as owner:
        named = {start: owner.execute(query).fetchall() for start, query in NAMED.items()}
        addresses = owner.execute("SELECT portal_id, party_id, id FROM parties_address WHERE is_delivery AND is_active ORDER BY id").fetchall()
        parties = owner.execute("SELECT portal_id, number FROM parties_party ORDER BY id").fetchall()
    problems: list[str] = []
    reached: set[str] = set()
    for who, visitor in marked.visitors.items():
        machine, portal, party = marked.machines[who], visitor.portal, visitor.party
        numbers = numbers_of_others(marked.url, portal, party)
        with Others(marked.url, portal, party, visitor.user) as others:
            for operation in operations():
                rows = next((rows for start, rows in named.items() if operation.path.startswith(start)), None)
                for kind, path in _paths(operation, rows, portal, party):
                    answer, said = call(machine, operation, path)
                    label = f"{who}: {operation.method} {path} ({kind})"
                    expected = due(visitor, operation.right, operation.audience)
                    problems += [f"{label}: {problem}" for problem in judged(visitor, expected, kind, answer.status_code, said, numbers, path)]
                    if changed := others.changed():
                        problems.append(f"{label}: changed {changed} of others")
                    if answer.status_code in REACHED:
                        reached.add(operation.id)
                    if kind == "foreign":
                        nowhere = {"number": "X", "sku": "X", "contact": "9", "mandate": "9", "letter": "9", "webhook": "X", "message": "X", "catalogue": "X", "document": "X", "order_list": "9", "recurring": "9"}
                        missing, _said = call(machine, operation, re.sub(r"{(\w+)}", lambda found: nowhere[found[1]] * 9, operation.path))  # noqa: B023
                        if (answer.status_code, plain(answer.content)) != (missing.status_code, plain(missing.content)):
                            problems.append(f"{label}: {answer.status_code}, missing gives {missing.status_code}")
                for name, value in _forged(operation, portal, parties):
                    answer, said = call(machine, operation, operation.path, **{name: value})
                    if answer.status_code >= 500 or strangers(said, portal, party):
                        problems.append(f"{who}: {operation.path}?{name}={value[:20]}: {answer.status_code}, shows {sorted(strangers(said, portal, party))[:3]}")
            for address in {(of_portal, of_party): key for of_portal, of_party, key in addresses if (of_portal, of_party) != (portal, party)}.values():
                for path in ("/orders", "/orders:validate"):
                    answer = machine.post(path, {**BODIES["place_order"], "address": address}, idempotency_key=f"address-{address}")
                    if answer.status_code not in (200, 403, 404, 422) or (answer.status_code == 200 and answer.json()["can_be_placed"]):
                        problems.append(f"{who}: {path} with the address {address}: {answer.status_code}")
            if changed := others.changed():
                problems.append(f"{who}: changed {changed} of others")
    assert not problems, "\n".join(problems)
    assert reached == {item.id for item in operations()}, "nobody's key reached these"


def judged(visitor: Visitor, expected: int | None, kind: str, status: int, said: str, numbers: Any, sent: str) -> list[str]:
    """Return what is wrong with one answer: a fault of ours, an operation open to a key that may not come, another's words or numbers."""
    problems = []
    if status >= 500:
        problems.append(f"{status}")
    if expected and status != expected:
        problems.append(f"{status} to a key that must get {expected}")
    if kind == "foreign" and not expected and status != 404:
        problems.append(f"{status} where nothing of its company is")
    if seen := strangers(said, visitor.portal, visitor.party):
        problems.append(f"shows {sorted(seen)[:3]}")
    if seen := {number for number in numbers.findall(said) if number not in sent and number not in SENT}:
        problems.append(f"shows the numbers {sorted(seen)[:3]}")
    return problems


def test_a_key_without_the_right_is_refused(marked: Stage):
    """Every right but the one that the operation asks for: 403, whatever the operation and whoever the key's maker."""
    with psycopg.connect(marked.url) as owner:
        named = {start: owner.execute(query).fetchall() for start, query in NAMED.items()}
    problems, tried = [], set()
    for who in ("sanne-own", "olga-own"):
        visitor, actor = marked.visitors[who], marked.actors[who]
        for right in sorted({operation.right for operation in operations() if operation.right and visitor.may(operation.right)}):
            machine = machine_of(actor, visitor.key, *sorted(given for given in actor.rights if given != right and not given.startswith(right + ".")), name=f"not {right}")
            for operation in operations():
                if operation.right != right or due(visitor, right, operation.audience):
                    continue
                rows = next((rows for start, rows in named.items() if operation.path.startswith(start)), None)
                _kind, path = next(_paths(operation, rows, visitor.portal, visitor.party))
                answer, _said = call(machine, operation, path)
                tried.add(operation.id)
                if answer.status_code != 403:
                    problems.append(f"{who}: {operation.method} {path}: {answer.status_code} without {right}")
    assert not problems, "\n".join(problems)
    assert tried == {operation.id for operation in operations() if operation.right}, "nobody was refused these"


def test_an_operation_that_forgets_the_right_or_the_audience_would_be_found(marked: Stage, monkeypatch: pytest.MonkeyPatch):
    visitor, machine = marked.visitors["youssef-own"], marked.machines["youssef-own"]
    none = numbers_of_others(marked.url, visitor.portal, visitor.party)
    closed = [operation for operation in operations() if "{" not in operation.path and operation.method == "get" and due(visitor, operation.right, operation.audience) == 403]
    assert closed
    monkeypatch.setattr(Actor, "may", lambda actor, right: True)
    for operation in closed:
        answer, said = call(machine, operation, operation.path)
        assert "200 to a key that must get 403" in judged(visitor, 403, "plain", answer.status_code, said, none, operation.path)
    monkeypatch.undo()
    staff, machine = marked.visitors["olga-own"], marked.machines["olga-own"]
    closed = [operation for operation in operations() if due(staff, operation.right, operation.audience) == 404]
    assert closed
    monkeypatch.setattr(Actor, "is_staff", property(lambda actor: False))
    found = set()
    for operation in closed:
        answer, said = call(machine, operation, operation.path.replace("{number}", "VD-10042-0004"))
        if answer.status_code != 404:  # with some the second lock holds: without a company there is nothing
            assert f"{answer.status_code} to a key that must get 404" in judged(staff, 404, "plain", answer.status_code, said, none, operation.path)
            found.add(operation.id)
    assert found


def _paths(operation: Operation, rows: list[Any] | None, portal: int, party: int | None) -> Iterator[tuple[str, str]]:
    """Yield the operation's path with own, foreign and another portal's number."""
    if rows is None:
        yield "plain", operation.path
        return
    own, here = values_of(rows, portal, party), values_of(rows, portal, None)
    foreign = [value for value in here if value not in own]
    other = [values for values in (tuple(str(value) for value in row[2:]) for row in rows if row[0] != portal) if values not in here]
    yield from (("own", _filled(operation, values)) for values in own[:2])
    yield from (("foreign", _filled(operation, values)) for values in (foreign[:1] + other[:1]))


def _filled(operation: Operation, values: tuple[str, ...]) -> str:
    """Return the path with what it names."""
    left = iter(values)
    return re.sub(r"{\w+}", lambda _found: next(left), operation.path)


def _forged(operation: Operation, portal: int, parties: list[Any]) -> Iterator[tuple[str, str]]:
    """Yield parameters that name what is another's: parties, words of theirs, places in their lists."""
    if "party" in operation.parameters:
        yield from (("party", number) for of_portal, number in parties[:3] + [row for row in parties if row[0] != portal][:1])
    if "search" in operation.parameters:
        yield "search", "CNRY"
    if "cursor" in operation.parameters:
        yield "cursor", "W3siZCI6IjI5OTktMDEtMDFUMDA6MDA6MDArMDA6MDAifSw5OTk5OTldCg"  # [{"d":"2999-01-01T00:00:00+00:00"},999999]


def test_a_key_that_has_ended_opens_nothing(marked: Stage):
    """No key, a revoked, an expired, a changed one, one of the other portal: 401 at every operation, the same for what is and what is not."""
    sanne, otto = marked.actors["sanne-own"], marked.actors["otto-own"]
    revoked = machine_of(sanne, "sanne", name="revoked")
    with scope(sanne):
        key = ApiKey.objects.get(name="revoked").pk
        actions.revoke_key(sanne, key=key, now=timezone.now())
    live = secret_of(sanne)
    machines = {
        "none": Machine(None),
        "revoked": revoked,
        "expired": machine_of(sanne, "sanne", expires_at=timezone.now() - timedelta(seconds=1)),
        "changed": Machine(live[:-1] + ("A" if live[-1] != "A" else "B")),
        "the other portal's": Machine(secret_of(otto)),
        "at the other portal": Machine(live, "brand.localhost"),
        "at no portal": Machine(live, "elsewhere.example"),
    }
    problems = []
    for name, machine in machines.items():
        for operation in operations():
            answer, said = call(machine, operation, operation.path.replace("{number}", "F-88213").replace("{sku}", "GP-125-2600").replace("{contact}", "1").replace("{webhook}", "x").replace("{message}", "x"))
            if answer.status_code != 401 or answer["Content-Type"] != "application/problem+json" or "CNRY" in said:
                problems.append(f"{name}: {operation.method} {operation.path}: {answer.status_code}")
    assert not problems, "\n".join(problems)


def test_no_field_of_a_table_can_be_slipped_in(marked: Stage):
    """What is not in the description is refused, in the body and in each of its lines, and nothing is stored."""
    fields = {field.attname for model in (Order, OrderLine, Invoice) for field in model._meta.concrete_fields} | {"portal", "party", "is_staff", "user", "rights", "order_limit"}
    described = schema()["components"]["schemas"]
    machine = marked.machines["sanne-own"]
    with scope(marked.actors["sanne-own"]):
        before = Order.objects.count()
    problems = []
    for path, name, line in (("/orders", "OrderIn", "LineIn"), ("/orders:validate", "OrderIn", "LineIn"), ("/prices:lookup", "PriceQuestion", "PriceLine")):
        body = {"lines": [{"sku": "GP-125-2600", "quantity": "60"}]}
        tries = [({**body, field: 1}, field) for field in sorted(fields - set(described[name]["properties"]))]
        tries += [({"lines": [{**body["lines"][0], field: "0.01"}]}, f"lines.{field}") for field in sorted(fields - set(described[line]["properties"]))]
        for sent, field in tries:
            answer = machine.post(path, sent, idempotency_key="slipped")
            if answer.status_code != 422 or answer.json()["code"] != "invalid":
                problems.append(f"{path} {field}: {answer.status_code}")
    assert not problems, "\n".join(problems)
    with scope(marked.actors["sanne-own"]):
        assert Order.objects.count() == before
