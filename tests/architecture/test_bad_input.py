"""Whatever comes in: kept harmlessly, or refused with a page that says why, and then nothing is changed. Never a 500."""

from __future__ import annotations

import itertools
import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve

from portiek.core.db.secure import tenant_models
from portiek.edges.api.cast import Machine, secret_of
from portiek.foundation.accounts.cast import Cast, client_of
from portiek.foundation.parties.cast import PORTALS
from tests.architecture.doors import _MESSAGE as MESSAGE
from tests.architecture.doors import _ORDER as ORDER
from tests.architecture.doors import _SKU as SKU
from tests.architecture.doors import _WEBHOOK as WEBHOOK
from tests.architecture.doors import EXAMPLES, Door, doors, values_of
from tests.architecture.forms import Form, fitting, forms_of
from tests.architecture.source import ROOT
from tests.architecture.test_every_operation import BODIES, operations
from tests.stage import INVITED, furnished

pytestmark = pytest.mark.no_database
SHARED = ROOT.parent / "shared" / "security"
ALL = os.environ.get("HOSTILE") == "all"
SCRIPTS = ['<script>alert("kwaad")</script>', '"><img src=x onerror=kwaad()>', "'-kwaad()-'", "{{ 7*'7' }}", "javascript:kwaad()"]
OURS = [
    "\0", "a\0b", "\u202egnirts", "'; --", "'; DROP TABLE orders_order; --", "%00%0d%0aSet-Cookie: x=1", "a\r\nX-Evil: 1", "A" * 12000, "-1", "0", "1e308", "1e999", "-1e999", "NaN", "Infinity", "-0", "1,5e3",
    "999999999999999999999", "9" * 400, "0.00000000000000000001", "1.2.3,4", "0x10", "٣", "½", "../../etc/passwd", "..%2f..%2f", "ﷺ" * 300, "😀", "👩‍👩‍👧‍👦" * 50, "\ufeff", "\u2028", "مرحبا", "true", "null", "[]", "{}",
    "=cmd|' /C calc'!A0", "0000-00-00", "0000-01-01", "9999-12-31", "9999-99-99", "2026-02-31", "31-02-2026", "1-1-1", "24:61", "NL", "xx-XX", " ", "\t", "_%", "\\", "%", "{user}", "%(x)s", "%s", "a@b", "a@" + "b" * 300 + ".nl",
    *SCRIPTS,
]  # fmt: skip
PARAMETERS = ("q", "after", "before", "state", "mine", "category", "party", "day", "show", "kind", "all", "next", "palette", "from", "until", "since", "who", "user", "what", "name", "product", "quantity", "subject", "status")
REFUSED = {400, 403, 404, 405, 409, 410, 413, 415, 422, 429}
# What is said beside a refusal: an error at a field, their list, a notice, or the page of errors itself.
SAID = re.compile(r'class="(?:[a-z -]*\b)?(?:error|summary-errors|notice (?:stop|wait)|facts stacked)\b')
# They end or change the session of who sends them, or are for programs that show a secret: tried by their own tests.
NOT_HERE = {"punchout:oci", "punchout:cxml", "api:token", "api:revoke-token", "accounts:logout", "accounts:switch", "accounts:role-look", "accounts:role-preview", "accounts:look-as-user", "accounts:act-for-user", "live"}
# What the examples of tests/architecture/test_every_operation.py leave out.
_WHOLE_ORDER = {"reference": "x", "note": "x", "wanted_date": "2027-01-04", "address": None, "lines": [{"sku": "GP-125-2600", "quantity": "60", "note": "x"}]}
FULL: dict[str, Any] = {"place_order": _WHOLE_ORDER, "validate_order": _WHOLE_ORDER, "lookup_prices": {"day": "2026-11-23"}, "lookup_availability": {"day": "2026-11-23"}, "cancel_order": {"reason": "x"}}
MUST_BE_SEEN: dict[str | None, set[str]] = {
    "sanne": {"accounts:invite", "accounts:me", "api:create_key", "catalog:own-number", "orders:cart_add", "orders:cart_details", "orders:list", "orders:paste", "orders:submit", "pages:search", "parties:my-address-new"},
    "olga": {"accounts:colleague", "catalog:assortment", "catalog:describe", "connectors:add", "connectors:feed", "orders:list", "parties:address-new", "parties:change", "parties:new", "pricing:agreement-new", "pricing:assign", "pricing:discount-set"},
    None: {"accounts:accept", "accounts:language", "accounts:login"},
}  # fmt: skip


def strings() -> list[str]:
    """Return hostile strings: ours, and those of others where they are (a sample, unless `make hostile` asks for all)."""
    found = list(OURS)
    if SHARED.exists():
        found += json.loads((SHARED / "naughty-strings.json").read_text())[:: 1 if ALL else 9]
        for path in sorted(SHARED.rglob("*.txt")):
            lines = [line for line in path.read_text(errors="replace").splitlines() if line.strip() and not line.startswith("#")]
            found += lines if ALL else lines[:: max(1, len(lines) // 3)][:3]
    return found


def next_of(bad: Iterator[str], few: int) -> list[str]:
    """Return the strings that come next: few, or with `make hostile` three times as many, of a list that is ten times as long."""
    return list(itertools.islice(bad, few * (3 if ALL else 1)))


class Attack:
    """A furnished database, a client, and the count of everything, to see what a refused request left behind."""

    def __init__(self, url: str, who: str | None) -> None:
        self.url, self.who = url, who
        self.problems: list[str] = []
        self.sent = 0
        self._owner = psycopg.connect(url, autocommit=True)
        # Attempts to log in are counted on purpose, sessions slide.
        tables = sorted({model._meta.db_table for model in tenant_models()} - {"accounts_session", "accounts_attempt", "accounts_login_code"})
        self._count = " UNION ALL ".join(f"SELECT '{table}', count(*), coalesce(max(xmin::text::bigint), 0) FROM \"{table}\"" for table in tables)
        self.log_in()
        self.before = self.counts()

    def log_in(self) -> None:
        self.client: Client = client_of(self.who, raise_request_exception=False)

    def counts(self) -> dict[str, Any]:
        """Return rows and last change of every table."""
        return {table: found for table, *found in self._owner.execute(self._count).fetchall()}

    def pages(self) -> Iterator[str]:
        """Yield the address of every page this person may open, as far as the rows go."""
        examples = {name: self._owner.execute(query).fetchall() for name, query in EXAMPLES.items()}
        for door in doors():
            if "GET" in door.methods and door.name not in NOT_HERE:
                yield from (path for path in paths(door, examples.get(door.name, []))[: 8 if door.name == "parties:tab" else 3])

    def check(self, label: str, answer: Any) -> None:
        """Keep what is wrong with an answer: our own fault, a refusal without words, or one that changed something."""
        self.sent += 1
        status = answer.status_code
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if status >= 500 or not (200 <= status < 400 or status in REFUSED):
            self.problems.append(f"{label}: {status}")
        if status in REFUSED and answer["Content-Type"].startswith("text/html") and not SAID.search(body.decode(errors="replace")):
            self.problems.append(f"{label}: {status} without a word")
        if answer.request["REQUEST_METHOD"] == "GET":  # in a transaction that cannot write, but for the fact that a file was fetched
            if answer.has_header("Content-Disposition"):
                self.before = self.counts()
            return
        if status in REFUSED:
            after = self.counts()
            if after != self.before:
                self.problems.append(f"{label}: {status}, and yet {[table for table in after if after[table] != self.before[table]]} changed")
            self.before = after
        else:
            self.before = self.counts()
        if status == 302 and "/login" in answer["Location"] and self.who:
            self.log_in()

    def done(self, least: int) -> None:
        self._owner.close()
        assert not self.problems, f"{len(self.problems)} of {self.sent}:\n" + "\n".join(self.problems[:40])
        assert self.sent > least


def paths(door: Door, rows: Iterable[Any]) -> list[str]:
    """Return the addresses of a door for the rows of the first portal."""
    if not door.arguments:
        return ["/" + door.route]
    return [filled(door, list(values)) for values in values_of(list(rows), 1, None)]


def filled(door: Door, values: list[str]) -> str:
    """Write a door's address with these values, whether or not its converters would take them."""
    given = iter(values)
    route = re.sub(r"<[^>]+>|\(\?P<\w+>[^)]*\)", lambda _match: quote(next(given), safe="/") if "path:" in _match[0] else quote(next(given), safe=""), door.route)
    return "/" + re.sub(r"[\^$]", "", route)


@pytest.fixture
def database() -> Iterator[str]:
    """A database of its own: what was sent before may have taken a right, a role or an invitation away."""
    with furnished("badinput") as url:
        yield url


@pytest.mark.parametrize("who", ["sanne", "olga", None])
def test_every_field_of_every_form(database: str, who: str | None):
    """One field at a time is hostile, the others fit, so that each reaches as deep as it can."""
    attack = Attack(database, who)
    seen: dict[Any, tuple[Form, str]] = {}
    for path in [*attack.pages(), *([INVITED] if who is None else [])]:
        answer = attack.client.get(path)
        if answer.status_code == 200 and not answer.streaming and "html" in answer["Content-Type"]:
            for form in forms_of(answer.content):
                action = (form.action or path).split("?")[0]
                name = resolve(action).view_name if action.startswith("/") else ""
                if name and name not in NOT_HERE:
                    seen.setdefault((form.method, name, tuple(sorted(form.fields))), (form, action))
    assert {name for _method, name, _fields in seen} >= MUST_BE_SEEN[who]
    bad, number = itertools.cycle(strings()), itertools.count()
    for form, action in seen.values():
        for name, wanted in form.fields.items():
            for text in next_of(bad, 3 if wanted.kind in ("hidden", "button", "checkbox", "radio", "select") else 5):
                data = {other: fitting(other, item, next(number)) for other, item in form.fields.items()} | {name: text}
                send = attack.client.post if form.method == "post" else attack.client.get
                attack.check(f"{form.method} {action} {name}={text[:40]!r}", send(action, data))
    if who:
        kept_as_text(attack)
    attack.done(3 * sum(len(form.fields) for form, _action in seen.values()) - 1)


@pytest.mark.parametrize("who", ["sanne", "olga", None])
def test_every_parameter_of_every_page(database: str, who: str | None):
    attack = Attack(database, who)
    bad, names = itertools.cycle(strings()), itertools.cycle(PARAMETERS)
    for path in attack.pages():
        answer = attack.client.get(path)
        # Those that the page itself uses, in links and forms, and some of all.
        used = re.findall(r"[?&;](\w+)=", answer.content.decode(errors="replace")) if not answer.streaming else []
        used += [name for form in forms_of(answer.content) if form.method == "get" for name in form.fields] if not answer.streaming else []
        for name in {*used, *itertools.islice(names, 4)}:
            for text in next_of(bad, 1):
                attack.check(f"GET {path}?{name}={text[:40]!r}", attack.client.get(path, {name: text}))
        attack.check(f"GET {path}?q=%ff", attack.client.get(path + "?q=%ff%fe&q=%C0%AF&%00=1"))
    attack.done(40)


@pytest.mark.parametrize("who", ["sanne", "olga"])
def test_every_value_in_an_address(database: str, who: str):
    attack = Attack(database, who)
    texts = [text for text in strings() if text and "/" not in text and len(text) < 2000]
    bad = itertools.cycle(texts)
    for door in doors():
        if not door.arguments or door.name in NOT_HERE:
            continue
        for place in range(len(door.arguments)):
            for text in next_of(bad, 5):
                values = ["1"] * len(door.arguments)
                values[place] = text
                for method in door.methods:
                    attack.check(f"{method} {door.name} {text[:40]!r}", attack.client.generic(method, filled(door, values)))
    attack.done(300)


def shapes() -> dict[str, dict[str, Any]]:
    """Return bodies that are no form: name to what the client is given."""
    urlencoded = "application/x-www-form-urlencoded"
    return {
        "JSON": {"data": '{"name": ["x"]}', "content_type": "application/json"},
        "broken UTF-8": {"data": b"name=%ff%fe&number=\xff\xfe&reason=\xc3\x28", "content_type": urlencoded},
        "unknown charset": {"data": b"name=x", "content_type": urlencoded + "; charset=klingon"},
        "no type": {"data": b"\0\0\0", "content_type": ""},
        "half a multipart": {"data": b"--x\r\nContent-Disposition: form-data; name=", "content_type": "multipart/form-data; boundary=x"},
        "multipart without boundary": {"data": b"name=x", "content_type": "multipart/form-data"},
        "the same field many times": {"data": b"&".join(b"name=%d&number=%d&reason=x&line=1:1&quantity=2&product=x" % (n, n) for n in range(60)), "content_type": urlencoded},
        "too many fields": {"data": b"&".join(b"f%d=1" % n for n in range(2500)), "content_type": urlencoded},
    }


@pytest.mark.parametrize("who", ["sanne", "olga", None])
def test_bodies_that_are_no_form(database: str, who: str | None):
    attack = Attack(database, who)
    examples = {name: attack._owner.execute(query).fetchall() for name, query in EXAMPLES.items()}
    posts = [(door, path) for door in doors() if "POST" in door.methods and door.name not in NOT_HERE for path in paths(door, examples.get(door.name, []))[:1]]
    for door, path in posts:
        for label, body in shapes().items():
            attack.check(f"POST {door.name} {label}", attack.client.generic("POST", path, **body))
    attack.done(20 if who is None else 200)


# What JSON can hold where a word, a number or a list belongs.
KINDS: list[Any] = [None, True, 0, -1, 1.5, 1e308, 10**40, [], {}, ["x"], {"x": 1}, [[[[]]]]]


def spoiled(value: Any, bad: Iterator[str]) -> Iterator[tuple[str, Any]]:
    """Yield a body with one of its values, or the whole, in every shape that it should not have."""
    for other in [*KINDS, *next_of(bad, 8)]:
        if other != value:
            yield f"= {str(other)[:40]!r}", other
    if isinstance(value, dict):
        for name, item in value.items():
            yield from ((f".{name}{where}", {**value, name: other}) for where, other in spoiled(item, bad))
            yield f" without {name}", {key: kept for key, kept in value.items() if key != name}
        yield from ((f" with {text[:40]!r}", {**value, text: 1}) for text in next_of(bad, 2))
    elif isinstance(value, list) and value:
        yield from ((f"[0]{where}", [other, *value[1:]]) for where, other in spoiled(value[0], bad))
        yield "twice", [*value, *value]
        yield "too many", value * 1001


def test_every_value_of_every_operation(database: str):
    """The API: every value of every body, every parameter and every place in an address."""
    attack = Attack(database, "sanne")
    bad = itertools.cycle(strings())
    machine = Machine(secret_of(Cast().acting("sanne", None)), raise_request_exception=False)
    attack._owner.execute("UPDATE api_key SET last_used_at = now() + interval '1 day'")  # else a call marks it now and then
    attack.before = attack.counts()
    own = {name: attack._owner.execute(query).fetchall()[0] for name, query in (("number", ORDER), ("sku", SKU), ("webhook", WEBHOOK), ("message", MESSAGE))}

    def answered(label: str, answer: Any) -> None:
        attack.check(label, answer)
        if answer.status_code in REFUSED and not (answer["Content-Type"] == "application/problem+json" and answer.json()["code"] and answer.json()["detail"]):
            attack.problems.append(f"{label}: {answer.status_code} without a word")

    for operation in operations():
        path = operation.path.replace("{number}", own["number"][2]).replace("{sku}", own["sku"][2]).replace("{webhook}", own["webhook"][2]).replace("{message}", own["message"][3])
        if operation.method == "post":
            sent = BODIES[operation.id] or {}
            full = sent | FULL.get(operation.id, {}) if isinstance(sent, dict) else {}  # what is no JSON has no values of its own
            for where, body in spoiled(full, bad):
                answered(f"{operation.id}{where}", machine.post(path, body, idempotency_key=secrets.token_hex(8)))
            for text in next_of(bad, 5):
                if text.isascii() and text.isprintable():
                    answered(f"{operation.id} key {text[:40]!r}", machine.post(path, full, idempotency_key=text))
            for label, shape in shapes().items():
                answered(f"{operation.id} {label}", machine.client.generic("POST", f"/api/v1{path}", headers=machine.headers, **shape))
        for name in operation.parameters:
            for text in next_of(bad, 8):
                answered(f"{operation.id}?{name}={text[:40]!r}", machine.get(path, **{name: text}))
        for place in re.findall(r"{\w+}", operation.path):
            for text in next_of(bad, 8):
                send = machine.get if operation.method == "get" else lambda path, id=operation.id: machine.post(path, BODIES[id], idempotency_key=secrets.token_hex(8))
                answered(f"{operation.id} {place}={text[:40]!r}", send(operation.path.replace(place, quote(text, safe=""))))
    attack.done(600)


def test_a_body_that_is_too_large(database: str):
    attack = Attack(database, "sanne")
    for path in ("/orders/cart/paste/", "/account/", "/orders/cart/details/"):
        answer = attack.client.generic("POST", path, b"text=" + b"A" * (5 * 1024 * 1024), content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (400, 413)
        attack.check(f"POST {path} 5 MB", answer)
    answer = attack.client.post("/orders/cart/paste/", {"text": SimpleUploadedFile("lijst.csv", b"x" * 1000)})
    attack.check("a file where text belongs", answer)
    attack.done(3)


def test_hostile_headers_and_cookies(database: str):
    for name, value in [("host", "evil.example"), ("host", "a" * 300), ("host", "localhost\0"), ("x-forwarded-host", "evil.example"), ("accept-language", "x" * 5000), ("hx-request", "true"), ("hx-target", "\0<>" * 50),
                        ("hx-request-type", "partial"), ("referer", "javascript:kwaad()"), ("user-agent", "\u00ff<script>" * 200), ("content-type", "a/b; c=\x01")]:  # fmt: skip
        for path in ("/", "/login/", "/orders/", "/nowhere/"):
            client = client_of("sanne", raise_request_exception=False)
            answer = client.get(path, headers={"host": PORTALS[0].host, name: value})
            assert answer.status_code < 500, (name, value[:20], path)
            assert "evil.example" not in answer.content.decode(errors="replace") and "evil.example" not in str(answer.headers)
    for cookie in ("portiek", "csrf", "messages", "theme", "language", "device", "entering"):
        for text in ("\0", "x" * 5000, "é", SCRIPTS[0], "eyJ9.e30.x"):
            client = Client(headers={"host": PORTALS[0].host}, raise_request_exception=False)
            client.cookies[cookie] = text
            for path in ("/login/", "/"):
                answer = client.get(path)
                assert answer.status_code < 500, (cookie, text[:20], path)
                assert SCRIPTS[0] not in answer.content.decode(errors="replace")


def kept_as_text(attack: Attack) -> None:
    """After all that every page still opens, and nothing that was kept is markup or script on it."""
    for form, data in (("/account/", {"name": SCRIPTS[1], "language": "nl"}), ("/orders/cart/details/", {"reference": SCRIPTS[0], "note": SCRIPTS[1]})):
        attack.client.post(form, data)
    for path in attack.pages():
        answer = attack.client.get(path)
        if answer.streaming or "html" not in answer["Content-Type"]:
            continue
        text = answer.content.decode()
        if answer.status_code >= 500:
            attack.problems.append(f"{path}: {answer.status_code} after all that")
        if any(script in text for script in SCRIPTS[:2]):
            attack.problems.append(f"{path} shows what was kept as markup")
        if re.search(r"(?<!\d)7777777(?!\d)", text):
            attack.problems.append(f"{path} runs what was kept as a template")
        if re.search(r'href="\s*javascript:', text, re.I):
            attack.problems.append(f"{path} links to what was kept")
