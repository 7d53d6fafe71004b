"""Every operation of the API, with keys of everyone: isolated, the same answer for foreign and missing, nobody else's words, nothing changed elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.utils import timezone

from portiek.config.testing import other_database
from portiek.core.db import scope
from portiek.edges.api import actions
from portiek.edges.api.cast import Machine, secret_of
from portiek.edges.api.models import ApiKey
from portiek.edges.api.mount import schema
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.parties.cast import PEOPLE, PORTALS
from portiek.settlement.invoicing.models import Invoice
from portiek.trade.orders.models import Order, OrderLine
from tests.architecture.doors import _ORDER, _SKU, ACTORS, mark, plain, rows_of_others, strangers

pytestmark = pytest.mark.no_database
INVOICE = "SELECT portal_id, party_id, number FROM invoicing_invoice ORDER BY id"
# What stands in an address, by its beginning, as EXAMPLES of tests/architecture/doors.py says it of pages.
NAMED = {"/products/": _SKU, "/orders/": _ORDER, "/invoices/": INVOICE}
BODIES: dict[str, Any] = {
    "lookup_prices": {"lines": [{"sku": "GP-125-2600", "quantity": "60"}]},
    "validate_order": {"lines": [{"sku": "GP-125-2600", "quantity": "60"}]},
    "place_order": {"lines": [{"sku": "GP-125-2600", "quantity": "60"}]},
    "cancel_order": {},
    "approve_order": {"seen": "0" * 64},
    "reject_order": {"seen": "0" * 64, "reason": "x"},
}
# What says that an operation was there for this key: done, or refused by a rule.
REACHED = {200, 201, 409, 422}


@dataclass(frozen=True)
class Operation:
    """One operation of the description."""

    id: str
    method: str
    path: str
    parameters: tuple[str, ...]


def operations() -> list[Operation]:
    """Return every operation that is described: a contract test holds that nothing else is answered."""
    return [
        Operation(item["operationId"], method, path.removeprefix("/api/v1"), tuple(parameter["name"] for parameter in item["parameters"] if parameter["in"] == "query"))
        for path, methods in schema()["paths"].items()
        for method, item in methods.items()
    ]


@pytest.fixture(scope="module")
def marked() -> Iterator[str]:
    """A database of its own in which every tenant's words carry its canary."""
    with other_database("operations") as url:
        assert mark(url) > 20
        yield url


def machine_of(actor: Any, who: str, **options: Any) -> Machine:
    portal = next(person.portal for person in PEOPLE if person.key == who)
    return Machine(secret_of(actor, **options), next(item.host for item in PORTALS if item.slug == portal), raise_request_exception=False)


def call(machine: Machine, operation: Operation, path: str, **parameters: Any) -> tuple[Any, str]:
    """Call an operation and return its answer and everything that it says."""
    body = BODIES.get(operation.id)
    answer = machine.get(path, **parameters) if operation.method == "get" else machine.post(path, body, idempotency_key="the-same-for-all")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer, content.decode(errors="replace") + str(dict(answer.headers))


def test_every_body_is_known():
    assert {item.id for item in operations() if item.method == "post"} == set(BODIES)


def test_everyone_s_key_at_every_operation(marked: str):
    with psycopg.connect(marked) as owner:
        named = {start: owner.execute(query).fetchall() for start, query in NAMED.items()}
        addresses = owner.execute("SELECT portal_id, party_id, id FROM parties_address WHERE is_delivery AND is_active ORDER BY id").fetchall()
        parties = owner.execute("SELECT portal_id, number FROM parties_party ORDER BY id").fetchall()
    problems: list[str] = []
    reached: set[str] = set()
    for who, company in ACTORS:
        actor = Cast().acting(who, company)
        machine, portal, party = machine_of(actor, who), actor.portal_id, actor.party_id
        before = rows_of_others(marked, portal, party)
        for operation in operations():
            rows = next((rows for start, rows in named.items() if operation.path.startswith(start)), None)
            for kind, path in _paths(operation, rows, portal, party):
                answer, said = call(machine, operation, path)
                label = f"{who}: {operation.method} {path} ({kind})"
                if answer.status_code >= 500 or strangers(said, portal, party):
                    problems.append(f"{label}: {answer.status_code}, shows {sorted(strangers(said, portal, party))[:3]}")
                if answer.status_code in REACHED:
                    reached.add(operation.id)
                if kind == "foreign":
                    missing, _said = call(machine, operation, operation.path.replace("{number}", "X" * 9).replace("{sku}", "X" * 9))
                    if answer.status_code not in (403, 404) or (answer.status_code, plain(answer.content)) != (missing.status_code, plain(missing.content)):
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
        after = rows_of_others(marked, portal, party)
        problems += [f"{who}: changed {table} of others" for table in before if before[table] != after[table]]
    assert not problems, "\n".join(problems)
    assert reached == {item.id for item in operations()}, "nobody's key reached these"


def _paths(operation: Operation, rows: list[Any] | None, portal: int, party: int | None) -> Iterator[tuple[str, str]]:
    """Yield the operation's path with own, foreign and another portal's number."""
    if rows is None:
        yield "plain", operation.path
        return
    name = "{sku}" if "{sku}" in operation.path else "{number}"
    own = [row for row in rows if row[0] == portal and (party is None or row[1] in (None, party))]
    foreign = [row for row in rows if row[0] == portal and party is not None and row[1] not in (None, party)]
    other = [row for row in rows if row[0] != portal and not any(mine[2] == row[2] for mine in rows if mine[0] == portal)]
    yield from (("own", operation.path.replace(name, str(row[2]))) for row in own[:2])
    yield from (("foreign", operation.path.replace(name, str(row[2]))) for row in (foreign[:1] + other[:1]))


def _forged(operation: Operation, portal: int, parties: list[Any]) -> Iterator[tuple[str, str]]:
    """Yield parameters that name what is another's: parties, words of theirs, places in their lists."""
    if "party" in operation.parameters:
        yield from (("party", number) for of_portal, number in parties[:3] + [row for row in parties if row[0] != portal][:1])
    if "search" in operation.parameters:
        yield "search", "CNRY"
    if "cursor" in operation.parameters:
        yield "cursor", "W3siZCI6IjI5OTktMDEtMDFUMDA6MDA6MDArMDA6MDAifSw5OTk5OTldCg"  # [{"d":"2999-01-01T00:00:00+00:00"},999999]


def test_a_key_that_has_ended_opens_nothing(marked: str):
    """No key, a revoked, an expired, a changed one, one of the other portal: 401 at every operation, the same for what is and what is not."""
    sanne, otto = Cast().sanne, Cast().otto
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
            answer, said = call(machine, operation, operation.path.replace("{number}", "F-88213").replace("{sku}", "GP-125-2600"))
            if answer.status_code != 401 or answer["Content-Type"] != "application/problem+json" or "CNRY" in said:
                problems.append(f"{name}: {operation.method} {operation.path}: {answer.status_code}")
    assert not problems, "\n".join(problems)


def test_no_field_of_a_table_can_be_slipped_in(marked: str):
    """What is not in the description is refused, in the body and in each of its lines, and nothing is stored."""
    fields = {field.attname for model in (Order, OrderLine, Invoice) for field in model._meta.concrete_fields} | {"portal", "party", "is_staff", "user", "rights", "order_limit"}
    described = schema()["components"]["schemas"]
    machine = machine_of(Cast().sanne, "sanne")
    with scope(Cast().sanne):
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
    with scope(Cast().sanne):
        assert Order.objects.count() == before
