"""Every form of every page, by everyone: another's id in it is as good as none, a field that it does not have changes nothing, nobody else's rows change; then the jobs and mails of it all."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import models
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from portiek.config import testing
from portiek.core import jobs
from portiek.core.db.secure import tenant_models
from portiek.foundation.notifications.tokens import token_of
from portiek.foundation.parties.cast import PASSWORD
from portiek.trade.orders.reactions import SHIPPED
from tests.architecture.doors import EXAMPLES, Door, doors, values_of
from tests.architecture.forms import Form, fitting, forms_of
from tests.architecture.marks import CANARY, Others, mark, plain, strangers
from tests.architecture.visit import Answer, Visitor, address, due, visitors
from tests.stage import CARTS, INVITED, NOWHERE, furnished

pytestmark = pytest.mark.no_database
# Fields that offer a choice and name nobody's thing.
NO_ID = {
    "next": "a path of this portal",
    "key": "a fresh random key for one order",
    "content": "what the cart was, signed: whoever has it has seen it",
    "secret": "of an app that is being set up, sealed for its person",
    "seen": "a hash of what was seen",
    "quantity": "a number",
    "day": "a day of the calendar",
    **dict.fromkeys(["language", "theme", "palette", "show", "state", "kind", "way", "what", "vendor", "mine", "all"], "a word of the program"),
}
# Typed, and yet the name of a thing: the address that has the same.
TYPED = {"product": "catalog:detail", "sku": "catalog:detail", "party": "parties:detail"}
# What a form needs beside what fits its fields by their kind.
FITS: dict[str, dict[str, str]] = {
    **{name: {"postal_code": "8013 PX", "country": "NL"} for name in ("parties:my-address-new", "parties:address-new", "parties:my-address", "parties:address")},
    "catalog:assortment": {"codes": "GP-125-2600", "do": "add"},
    "catalog:describe": {"specs": "Brandklasse: A1"}, "catalog:relate": {"successor": "", "alternative": "GB-50", "accessory": ""}, "catalog:attributes": {"name": "Gatmaat", "code": "gatmaat"}, "catalog:attribute": {"name": "Brandklasse"},
    "catalog:families": {"axes": "Kleur", "members": "GB-50", "code": "gaasband"}, "catalog:family": {"axes": "Kleur", "members": "SS-3525"},
    "catalog:synonyms": {"terms": "stoeptegel = trottoirtegel"}, "catalog:synonym": {"terms": "plint = vloerlijst"},
    "pricing:agreement": {"price": "3.20", "percent": "", "discount_group": "", "min_quantity": "5", "preview": "", "look_products": ""},
    **{name: {"preview": "", "look_products": ""} for name in ("pricing:agreement-change", "pricing:assign", "pricing:discount-set", "pricing:list-price", "pricing:list-change")},
    "pricing:files": {"category": "", "day": ""},
    **{name: {"preview": "", "look_products": ""} for name in ("pricing:line-remove", "pricing:withdraw", "pricing:group-withdraw", "pricing:group-discount-remove", "pricing:group-line-remove", "pricing:member-remove", "pricing:surcharge-remove", "pricing:floor-remove")},
    "pricing:list-new": {"currency": ""},
    **{name: {"issuer": NOWHERE, "domains": "nergens.example", "makes_members": "", "secret": ""} for name in ("accounts:provider-new", "accounts:provider-new-of", "accounts:provider")},
    **{name: {"coc_number": "12345678", "vat_number": "", "branch_number": "", "rsin": "", "duns": "", "gln": "", "parent": ""} for name in ("parties:new", "parties:change")},
    **{name: {"branch_number": ""} for name in ("parties:unit", "parties:unit-new", "parties:my-unit", "parties:my-unit-new")},
    "applications:new": {"coc_number": "61234567", "vat_number": ""}, "applications:approve": {"party": "new"},
    "banking:ask": {"iban": "NL91ABNA0417164300"},
    "tasks:ask": {"link": "/orders/"},
    **{name: {"link": "/prices/", "first_day": "2026-01-05", "last_day": "", "preview": ""} for name in ("pages:new-news", "pages:news")},
    **{name: {"effective_on": (timezone.localdate() + timedelta(days=60)).isoformat()} for name in ("letters:new", "letters:change")},
    **{name: {"above": "100", "who1": "anyone", "needs1": "any", "up_to1": "", "new_articles": "", "new_brands": "", **dict.fromkeys(["category", "lines", "role", "unit", "address", "shipping", "cost_centre", "who2", "who3", "role1", "role2", "role3", "up_to2"], "")} for name in ("approvals:rule", "approvals:rule-new")},
    **{name: {"whose": "company", "person": "", "starts_on": "2026-01-01", "hard": "", **dict.fromkeys(["unit", "cost_centre"], "")} for name in ("approvals:budget", "approvals:budget-new")},
    **{name: {"shape": "", "required": ""} for name in ("approvals:reference", "approvals:reference-of")},
    **{name: {"next_on": (timezone.localdate() + timedelta(days=14)).isoformat(), "until": "", "left": "", "every": "2", "remind_days": "3", "limit_percent": "10", "wanted_days": ""} for name in ("recurring:new", "recurring:change")},
    "orders:delivery": {**{f"until{day}": "15:00" for day in range(7)}, "change_minutes": "0"},
    "orders:lower": {f"{name}-{place}": value for place in range(1, 9) for name, value in (("quantity", "12"), ("reason", "Te veel"))},
    "quotes:terms": {"name": "", "version": "", "link": ""},  # without conditions, or accepting would ask for agreement that its forms did not
    "accounts:me": {"birth_day": "", "birth_month": ""},
    "notifications:standards": {f"mail-{kind}": "daily" for kind in ("audit.export_ready", "pricing.file_ready", "exchange.catalogue_ready", "task:orders.lines_reply")},  # what nobody may turn off is mailed
    "audit:list": {"name": "", "subject": ""},
    **{name: {"o_place": "folder", "o_host": "", "o_path": "", "o_host_key": "", "o_private_key": ""} for name in ("connectors:add", "connectors:change")},
    **{name: {"hosts": "inkoop.nergens.example"} for name in ("punchout:new", "punchout:change")},
    **{name: {"since": ""} for name in ("exchange:catalogues", "exchange:catalogues-of")},
    "exchange:setup": {"prices": "own", "scheme": "", "identifier": ""},
    "api:create_key": {"networks": "203.0.113.7"}, "api:key_networks": {"networks": "203.0.113.0/24"},
    **{name: {"url": "https://93.184.216.34/haak"} for name in ("api:webhook-new", "api:webhook-change")},  # no name, so that nobody is asked where it is
}
# They take away what other forms still need: sent after those, and who shuts another out last of all.
LATER = re.compile(r"finish|remove|reset|revoke|cancel|empty|submit|withdraw|logout|switch|password|pause|end-sessions|provider-off|unlink|policy|orders:draft$|letters:(send|drop)|exchange:(mend|drop)|recurring:(skip|end)|applications:(approve|reject|door)")
LAST = re.compile(r"colleague-end|draft[-_]drop|orders:carts$|cart_(use|move|drop)|role-look|role-preview|look-as-user|act-for-user")
# Of staff: what a party asked them would be gone before they can do anything else with it.
LAST_OF_STAFF = re.compile(r"orders:cancel|address-remove")
# Pages that are looked at for more rows than the newest: what they offer differs much.
MANY = {"exchange:message": 4, "catalog:detail": 2, "quotes:accept": 9, "quotes:part": 9, "quotes:counter": 9, "tasks:detail": 5, "parties:tab": 11, "parties:address": 2, "orders:detail": 5, "orders:hold": 5, "orders:cancel": 5, "orders:wish": 5, "accounts:colleague": 4, "accounts:colleague-absence": 4}
# (name of the URL, method) that nobody reaches here, and why.
NOT_REACHED: dict[tuple[str, str], str] = {
    **dict.fromkeys([("applications:prove", "POST"), ("applications:state", "GET"), ("applications:state", "POST")],
                    "the code of a mail, and the link that comes of it: portiek/foundation/applications/tests"),
    ("pages:icon", "GET"): "its address says how it looks: portiek/edges/pages/tests/test_installing.py",
    ("live", "GET"): "a stream: portiek/core/tests/test_live.py",
    ("accounts:elsewhere-finish", "POST"): "what a provider sends: portiek/foundation/accounts/tests/test_openid.py",
    **dict.fromkeys([("accounts:step", "GET"), ("accounts:set-up", "GET"), ("accounts:set-up", "POST"), ("accounts:step", "POST"), ("accounts:step-recovery", "GET"), ("accounts:step-recovery", "POST"), ("accounts:add-app", "POST")],
                    "the codes of an app: portiek/foundation/accounts/tests/test_second_step.py"),
    **dict.fromkeys([("accounts:passkey", "POST"), ("accounts:add-passkey", "POST"), ("accounts:set-up-passkey", "POST")], "the answer of a device: portiek/foundation/accounts/tests/test_passkeys.py"),
    **dict.fromkeys([("accounts:act-for-user", "POST"), ("accounts:look-as-user", "POST"), ("accounts:along-stop", "POST"), ("accounts:role-preview", "POST")],
                    "who looks along writes nothing more: portiek/foundation/accounts/tests/test_along.py"),
    **dict.fromkeys([("accounts:colleague-email", "POST"), ("accounts:email-codes", "POST"), ("accounts:email-lost", "POST"), ("accounts:email-stop", "GET"), ("accounts:email-stop", "POST")],
                    "the codes and links of mails: portiek/foundation/accounts/tests/test_addresses.py"),
    ("accounts:hand-over", "POST"): "wants another colleague: portiek/foundation/accounts/tests/test_caring.py",
    **dict.fromkeys([("imports:new", "POST"), ("imports:new-of", "POST"), ("imports:drop", "POST")], "a spreadsheet: portiek/foundation/imports/tests/test_people.py"),
    **dict.fromkeys([("connectors:files-bring", "POST"), ("connectors:files-map", "POST")], "a file, and its columns: portiek/edges/connectors/files/tests/test_pages.py"),
    ("connectors:files-key", "POST"): "a server has to show a key: portiek/edges/connectors/files/tests/test_sftp_pages.py",
    ("notifications:feed", "GET"): "the secret of a calendar: portiek/foundation/notifications/tests/test_calendar.py",
    **dict.fromkeys([("notifications:devices", "POST"), ("notifications:device-renew", "POST")], "what a browser makes: portiek/foundation/notifications/tests/test_push.py"),
    ("notifications:text-preview", "POST"): "the second button of a form: portiek/foundation/notifications/tests/test_texts.py",
    ("accounts:policy-lift", "POST"): "nobody comes in through a provider alone: portiek/foundation/accounts/tests/test_alone.py",
    ("accounts:provider-on", "POST"): "a check has to succeed first: portiek/foundation/accounts/tests/test_openid.py",
    ("audit:of-people", "POST"): "wants a reason and a colleague: portiek/foundation/audit/tests/test_own_data.py",
    ("audit:confirm-erasure", "POST"): "wants a second colleague: portiek/foundation/audit/tests/test_erasure.py",
    ("banking:accept", "POST"): "somebody stopped it before: portiek/foundation/banking/tests",
    ("proposals:refuse", "POST"): "another decided before: portiek/foundation/proposals/tests/test_proposals.py",
    ("orders:address_once", "POST"): "the cart is empty by then: portiek/trade/orders/tests",
    ("orders:open_day", "POST"): "no day is closed here: portiek/trade/orders/tests/test_delivery.py",
    **dict.fromkeys([("orders:costs_new", "POST"), ("orders:costs_change", "POST")], "wants amounts that belong together and articles that are there: portiek/trade/orders/tests/test_costs.py"),
    ("orders:keep", "POST"): "the order is cancelled by then: portiek/trade/orders/tests",
    **dict.fromkeys([("parties:unit-restore", "POST"), ("parties:my-unit-restore", "POST")], "no unit is ended here: portiek/foundation/parties/tests/test_units.py"),
    ("api:token", "POST"): "a client shows its secret: portiek/edges/api/tests/test_clients.py",
    ("api:revoke-token", "POST"): "a client shows its secret: portiek/edges/api/tests/test_clients.py",
    ("audit:holds", "POST"): "wants the number of a company or the address of a person: portiek/foundation/audit/tests/test_retention.py",
    ("parties:mandate-new", "POST"): "wants the number of another company: portiek/foundation/accounts/tests/test_mandates.py",
    ("parties:my-mandate-confirm", "POST"): "nobody asked his company: portiek/foundation/accounts/tests/test_mandates.py",
    ("parties:split", "POST"): "wants a number that nobody has, and units: portiek/foundation/parties/tests/test_splitting.py",
    ("audit:erasures", "POST"): "wants the address of somebody who is not being erased yet: portiek/foundation/audit/tests/test_erasure.py",
    ("catalog:set-picture", "POST"): "a file: portiek/trade/catalog/tests/test_pictures.py",
    ("catalog:units", "POST"): "lines of their own shape: portiek/trade/orders/tests/test_units.py",
    ("catalog:saved", "POST"): "what is kept stands in the address: portiek/trade/catalog/tests/test_saved.py",
    ("catalog:wait", "POST"): "what is out of stock: portiek/trade/orders/tests/test_availability.py",
    **dict.fromkeys([("catalog:families", "POST"), ("catalog:family", "POST")], "wants products of its own: portiek/trade/catalog/tests/test_families.py"),
    ("orders:cart_details", "POST"): "its cost centre is ended by then: portiek/trade/orders/tests",
    ("punchout:new", "POST"): "wants somebody who may shop: portiek/edges/punchout/tests/test_oci.py",
    **dict.fromkeys([("recurring:resume", "POST"), ("recurring:skip", "POST")], "which turn was seen, and one that is paused: portiek/trade/recurring/tests"),
    **dict.fromkeys([("punchout:oci", "POST"), ("punchout:cxml", "POST"), ("punchout:return", "POST"), ("punchout:start", "GET"), ("punchout:start", "POST")], "a system shows its password: portiek/edges/punchout/tests"),
    ("sheets:of-product", "POST"): "a file: portiek/trade/sheets/tests",
    ("exchange:upload", "POST"): "a document: portiek/edges/exchange/tests/test_receive.py",
    **dict.fromkeys([("lists:lines", "POST"), ("lists:put-on", "GET")], "what is put on a list stands in the address, and a list's lines are gone by then: portiek/trade/lists/tests"),
    **dict.fromkeys([("recurring:accept", "POST"), ("recurring:successor", "POST"), ("recurring:take-over", "POST")], "nothing became dearer, went out of sale or stopped here: portiek/trade/recurring/tests"),
    ("lists:successor", "POST"): "nothing on a list went out of sale here: portiek/trade/lists/tests",
    ("pricing:group-agreement", "POST"): "wants a product and a price that fit: portiek/trade/pricing/tests/test_groups.py",
    **dict.fromkeys([("pricing:surcharge", "POST"), ("pricing:surcharge-new", "POST")], "wants a percentage or an amount, and one thing that it is on: portiek/trade/pricing/tests/test_surcharges.py"),
    ("pricing:floor-new", "POST"): "wants an amount or a percentage, and one thing that it is for: portiek/trade/pricing/tests/test_floors.py",
    ("pricing:free-new", "POST"): "wants an article that is there and a number that fits it: portiek/trade/orders/tests/test_free.py",
    ("pricing:rates", "POST"): "wants three capitals of another currency: portiek/trade/pricing/tests/test_rates.py",
    **dict.fromkeys([("quotes:answer", "POST"), ("quotes:reply", "POST")], "nobody asks by then: portiek/trade/quotes/tests"),
    ("accounts:care", "POST"): "nobody is looked after by then: portiek/foundation/accounts/tests/test_caring.py",
    **dict.fromkeys([("orders:lower", "POST"), ("orders:withdraw", "POST")], "the order is decided by then: portiek/trade/approvals/tests/test_lowering.py, portiek/trade/orders/tests/test_limits.py"),
    **dict.fromkeys([("orders:reply", "POST"), ("orders:questions", "POST")], "nothing of the newest order was confirmed otherwise, or asked: portiek/trade/orders/tests/test_replies.py"),
    **dict.fromkeys([("orders:change", "POST"), ("orders:release", "POST")], "every order is passed on at once here: portiek/trade/orders/tests/test_changing.py"),
    ("accounts:code", "POST"): "the figures of a mail: portiek/foundation/accounts/tests/test_entering.py",
}
# Staff see everybody of their portal, whatever the list of names offers.
WHOLE_PORTAL = {("audit:list", "user"), ("audit:list", "about")}
# What an address takes beside what its forms show.
TAKES = {"orders:cart_change": {"note", "wanted_date"}, "lists:put-on": {"name"}, "proposals:mine": {"phone"}}  # what was under way when the form was seen
SLIPPED = ("slipped-in", "424242", "4242.42", "2031-03-03")


@dataclass
class Offer:
    """One form as one visitor saw it first: where it goes and what it has."""

    action: str
    name: str
    form: Form


@dataclass
class Stage:
    """A marked database, its visitors, what each was offered, and which door was opened to anybody at all."""

    url: str
    visitors: dict[str, Visitor]
    offers: dict[str, dict[Any, list[Offer]]] = field(default_factory=dict)
    values: dict[tuple[str, str], dict[str, set[str]]] = field(default_factory=dict)
    reached: set[tuple[str, str]] = field(default_factory=set)
    typed: dict[tuple[str, str], set[str]] = field(default_factory=dict)  # what of one's own may be typed, by visitor and field

    def came(self, name: str, method: str, answer: Answer) -> None:
        if 200 <= answer.status < 400 and (not answer.location.startswith("/login/") or name.startswith("accounts:log")):
            self.reached.add((name, method))


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with furnished("forms") as url:
        made = Stage(url, visitors(url))
        assert mark(url) > 60
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute("UPDATE notifications_mail SET state = 'failed' WHERE portal_id = 1")
            owner.execute("UPDATE accounts_user SET mail_fails_since = now() WHERE id = %s", [made.visitors["els-own"].user])
        _orders_that_wait(made.visitors["youssef-own"].enter())
        rows = _rows(url)
        made.typed = {(who, name): {value for (value,) in values_of(rows[TYPED[name]], visitor.portal, visitor.party)} for who, visitor in made.visitors.items() for name in TYPED}
        _look(made, [door for door in doors() if door.name != "live"], made.visitors)
        yield made


def _orders_that_wait(visitor: Visitor) -> None:
    """Leave three more orders above the limit, one to approve, one to reject and one to withdraw, and fill the cart again."""
    for number in range(4):
        for product, quantity in CARTS[visitor.key]:
            visitor.ask("POST", "/orders/cart/add/", {"product": product, "quantity": f"{quantity}0"})
        for path, action in (("/orders/cart/", "/orders/cart/details/"), ("/orders/cart/review/", "/orders/cart/submit/")) if number < 3 else ():
            form = next(form for form in forms_of(visitor.ask("GET", path).body) if form.action == action)
            assert visitor.ask("POST", action, {name: fitting(name, wanted, number) for name, wanted in form.fields.items()}).status == 302


def _rows(url: str) -> dict[str, list[Any]]:
    with psycopg.connect(url) as owner:
        return {name: owner.execute(query).fetchall() for name, query in EXAMPLES.items()}


def _look(stage: Stage, pages: list[Door], chosen: Iterable[str]) -> None:
    """Open every page that has something for each visitor and keep its forms: the newest two of a kind."""
    rows, stage.offers = _rows(stage.url), {name: {} for name in stage.visitors}
    for name in chosen:
        visitor = stage.visitors[name].enter()
        for door in pages:
            if "GET" in door.methods:
                _look_at(stage, name, visitor, door, rows)


def _look_at(stage: Stage, name: str, visitor: Visitor, door: Door, rows: dict[str, list[Any]]) -> None:
    seen = stage.offers[name]
    for arguments in values_of(rows[door.name], visitor.portal, visitor.party)[-MANY.get(door.name, 1) :] if door.arguments else [()]:
        path = address(door, list(arguments))
        answer = visitor.ask("GET", path)
        stage.came(door.name, "GET", answer)
        for form in forms_of(answer.body) if answer.status == 200 and b"<form" in answer.body else []:
            action = (form.action or path).split("?")[0]
            view = resolve(action).view_name if action.startswith("/") else ""
            if not view:
                continue
            kept = seen.setdefault((form.method, view, tuple(sorted(form.fields))), [])
            kept[:] = [*[offer for offer in kept if offer.action != action][-1:], Offer(action, view, form)]
            for each, wanted in form.fields.items():
                stage.values.setdefault((view, each), {}).setdefault(name, set()).update(value for value in [wanted.value, *wanted.options] if value)


def _turn(offer: Offer, visitor: Visitor) -> int:
    return 2 if LAST.search(offer.name) or (visitor.staff and LAST_OF_STAFF.search(offer.name)) else 1 if LATER.search(offer.name) else 0


def _fitting(stage: Stage, who: str, offer: Offer, number: int) -> dict[str, str]:
    typed = {name: sorted(stage.typed[who, name])[0] for name in offer.form.fields if stage.typed.get((who, name))}
    made = {name: fitting(name, wanted, number) for name, wanted in offer.form.fields.items() if wanted.kind != "checkbox" or wanted.value}
    return made | typed | {name: value for name, value in FITS.get(offer.name, {}).items() if name in offer.form.fields}


def _strange(stage: Stage, who: str, offer: Offer, each: str, rows: dict[str, list[Any]]) -> list[str]:
    """Return values for a field that others were offered and this visitor was not: of another in his portal, and of the other portal."""
    visitor, wanted = stage.visitors[who], offer.form.fields[each]
    if each in TYPED:
        mine, here = values_of(rows[TYPED[each]], visitor.portal, visitor.party), values_of(rows[TYPED[each]], visitor.portal, None)
        other = [str(row[2]) for row in rows[TYPED[each]] if row[0] != visitor.portal and (str(row[2]),) not in here]
        return [value for (value,) in here if (value,) not in mine][:1] + other[:1]
    # What stood in a field when the form was opened: text.
    if each in NO_ID or each.startswith("initial-") or wanted.kind not in ("hidden", "select", "radio", "checkbox", "button"):
        return []
    offered = stage.values[offer.name, each]
    company = [name for name, other in stage.visitors.items() if (other.portal, other.party) == (visitor.portal, visitor.party)]
    # What one may see is one's own, whoever was shown it here.
    mine = set().union(*(offered.get(name, set()) for name in company), (f"product:{sku}" for sku in stage.typed[who, "product"]))
    here = set().union(*(values for name, values in offered.items() if stage.visitors[name].portal == visitor.portal)) - mine
    there = set().union(*(values for name, values in offered.items() if stage.visitors[name].portal != visitor.portal)) - mine - here
    if visitor.staff and (offer.name, each) in WHOLE_PORTAL:
        here = set()
    return sorted(here)[:1] + sorted(there)[:1]


def _nowhere(value: str) -> str:
    return re.sub(r"\d+", lambda found: str(int(found[0]) + 987654321), value, count=1) if re.match(r"\d+", value) else hashlib.sha256(value.encode()).hexdigest()[: max(len(value), 8)]


def _slips(offer: Offer, visitor: Visitor, other: Visitor) -> dict[str, str]:
    """Return every field of every table that the form has not, with what would be seen if it were kept."""
    made = {"portal": str(other.portal), "party": str(other.party or 0), "user": str(other.user), "is_staff": "on", "rights": "slipped-in", "role": "424242"}
    for model in tenant_models():
        for item in model._meta.concrete_fields:
            number, day = "4242.42" if isinstance(item, models.DecimalField) else "424242", "2031-03-03"
            made[item.attname] = number if isinstance(item, models.IntegerField | models.DecimalField | models.ForeignKey) else day if isinstance(item, models.DateField) else "on" if isinstance(item, models.BooleanField) else "slipped-in"
    made |= {"portal_id": str(other.portal), "party_id": str(other.party or 424242), "user_id": str(other.user)}
    return {name: value for name, value in made.items() if name not in offer.form.fields and name not in TAKES.get(offer.name, ())}


def _same(answer: Answer, values: tuple[str, str]) -> tuple[Any, ...]:
    """Return what of an answer must be the same for two values."""

    def blank(text: str) -> str:
        for value in values:
            text = re.sub(rf"(?<![\w.-]){re.escape(value)}(?![\w.-])", "·", text)
        return text

    return answer.status, blank(answer.location), tuple(blank(text) for text in answer.said), blank(plain(answer.body))


def _send(stage: Stage, who: str, others: Others, offer: Offer, data: dict[str, str], label: str, problems: list[str]) -> Answer:
    visitor = stage.visitors[who]
    answer = visitor.ask(offer.form.method.upper(), offer.action, data)
    stage.came(offer.name, offer.form.method.upper(), answer)
    if answer.status >= 500:
        problems.append(f"{label}: {answer.status}")
    if seen := strangers(visitor.without_own_names(answer.all), visitor.portal, visitor.party):
        problems.append(f"{label}: shows {sorted(seen)[:3]}")
    if changed := others.changed():
        problems.append(f"{label}: changed {changed} of others")
    if offer.name.startswith("accounts:"):
        visitor.enter()
    return answer


def test_every_form_of_everyone(stage: Stage):
    """Ids of others in every form first, then each form as it fits with fields that it has not; at last the jobs and the mails that came of it."""
    problems: list[str] = []
    tried = 0
    rows = _rows(stage.url)
    for who, visitor in stage.visitors.items():
        with Others(stage.url, visitor.portal, visitor.party, visitor.user) as others:
            for offer in (offers[-1] for offers in stage.offers[who].values()):
                for each in offer.form.fields:
                    for value in _strange(stage, who, offer, each, rows):
                        tried += 1
                        nowhere, label = _nowhere(value), f"{who}: {offer.form.method} {offer.action} {each}={value[:40]}"
                        data = _fitting(stage, who, offer, tried)
                        foreign = _same(_send(stage, who, others, offer, {**data, each: value}, label, problems), (value, nowhere))
                        missing = _same(_send(stage, who, others, offer, {**data, each: nowhere}, f"{label}, missing", problems), (value, nowhere))
                        if foreign != missing:
                            problems.append(f"{label}: {foreign[:3]}, missing gives {missing[:3]}")
    assert tried > 60
    problems += _nobody(stage)
    offers_then = stage.offers
    every = {(door.name, method) for door in doors() for method in door.methods}
    for turn in (0, 1, 2):
        for who, visitor in stage.visitors.items():
            stranger = next(other for other in stage.visitors.values() if other.portal != visitor.portal or (visitor.party and other.party not in (None, visitor.party)))
            with Others(stage.url, visitor.portal, visitor.party, visitor.user) as others:
                for offer in (offer for offers in offers_then[who].values() for offer in offers if _turn(offer, visitor) == turn):
                    tried += 1
                    slips = _slips(offer, visitor, stranger) if offer.form.method == "post" else {}
                    _send(stage, who, others, offer, {**slips, **_fitting(stage, who, offer, tried)}, f"{who}: {offer.form.method} {offer.action} {sorted(offer.form.fields)}", problems)
        problems += _again(stage, every - stage.reached - set(NOT_REACHED))
    problems += _slipped_in(stage.url) + _jobs(stage) + _mails(mail.outbox)
    assert len(mail.outbox) > 5
    assert not problems, f"{len(problems)}:\n" + "\n".join(problems)
    left = sorted(every - stage.reached - set(NOT_REACHED))
    assert left == [], f"nobody came in here: {left}"
    assert (reached := sorted(set(NOT_REACHED) & stage.reached)) == [], f"these are reached: take them off the list: {reached}"


def _again(stage: Stage, left: set[tuple[str, str]]) -> list[str]:
    """Look again at the pages around what nobody reached yet, since one form makes place for another, and send what they offer now."""
    problems: list[str] = []
    modules = {name.partition(":")[0] for name, _method in left}
    ends = [door for door in doors() if any(name == door.name for name, _method in left)]
    _look(stage, [door for door in doors() if door.name.partition(":")[0] in modules], [who for who, visitor in stage.visitors.items() if any(due(visitor, door.access[0], door.access[2]) is None for door in ends)])
    for who, visitor in stage.visitors.items():
        with Others(stage.url, visitor.portal, visitor.party, visitor.user) as others:
            for offer in (offer for offers in stage.offers[who].values() for offer in offers):
                if (offer.name, offer.form.method.upper()) in left - stage.reached:
                    _send(stage, who, others, offer, _fitting(stage, who, offer, 1), f"{who}: {offer.form.method} {offer.action}, again", problems)
    return problems


def _slipped_in(url: str) -> list[str]:
    """Return the rows that hold what was slipped in."""
    found = []
    with psycopg.connect(url) as owner:
        for model in tenant_models():
            rows = owner.execute(f'SELECT t::text FROM "{model._meta.db_table}" t WHERE t::text ~ %s LIMIT 3', ["|".join(re.escape(word) for word in SLIPPED)]).fetchall()
            found += [f"{model._meta.db_table} keeps what was slipped in: {row[:300]}" for (row,) in rows]
    return found


def _nobody(stage: Stage) -> list[str]:
    """Go the way in as who is nobody yet."""
    problems = []
    with psycopg.connect(stage.url) as owner:
        slug, saml = (owner.execute("SELECT slug FROM accounts_provider WHERE party_id IS NULL AND kind = %s ORDER BY id LIMIT 1", [kind]).fetchone()[0] for kind in ("oidc", "saml"))
        (els,) = owner.execute("SELECT email FROM accounts_user WHERE id = %s", [stage.visitors["els-own"].user]).fetchone()
    for known, steps in (
        ("", [("/login/", {"email": "wie@nergens.example", "way": "code"}), ("/login/code/", {"code": "123456"}), ("/theme/", {"theme": "dark"})]),
        (els, [("/login/", {"email": els, "way": "password"}), ("/login/password/", {"password": PASSWORD})]),
        ("", [(f"/login/with/{slug}/", {}), (f"/login/with/{slug}/return/", {"state": "x"}), (f"/login/with/{saml}/", {}), (f"/login/with/{saml}/saml/", {"SAMLResponse": "x"}), (f"/login/with/{saml}/metadata/", {})]),
        ("", [(INVITED, {"name": "Karim Aziz"})]),
        ("", [(f"/notifications/off/{token_of(stage.visitors['els-own'].portal, stage.visitors['els-own'].user, SHIPPED)}/", {"List-Unsubscribe": "One-Click"})]),
    ):
        client = Client(headers={"host": "localhost"}, raise_request_exception=False)
        for path, data in steps:
            for method in ("GET", "POST"):
                answer = Answer.of(client.get(path) if method == "GET" else client.post(path, data))
                stage.came(resolve(path).view_name, method, answer)
                # Who holds an invitation sees who asked him in, and to what; who types an address sees it.
                if answer.status >= 500 or (path != INVITED and {found for found in CANARY.findall(answer.all.replace(known or "-", "")) if found[1] != "all"}):
                    problems.append(f"nobody: {method} {path}: {answer.status}, shows {sorted(strangers(answer.all, 0, None))[:3]}")
    client = Client(headers={"host": "localhost"})
    (brand,) = set(re.findall(rb"/ui/brand/[^\"]+", client.get("/login/").content))
    stage.came("ui:brand", "GET", Answer.of(client.get(brand.decode())))
    return problems


def _jobs(stage: Stage) -> list[str]:
    """Run what was deferred, a portal at a time: nothing of the other portal changes."""
    problems = []
    for portal in sorted({visitor.portal for visitor in stage.visitors.values()}):
        with Others(stage.url, portal, None) as others:
            ran = 0
            while mine := [item for item in testing._deferred if item[0] == portal]:
                for item in mine:
                    testing._deferred.remove(item)
                    jobs.run_now(item[1].job, item[0], item[2])
                    ran += 1
                    if changed := others.changed():
                        problems.append(f"{item[1].job.name} {item[2]}: changed {changed} of another portal")
            assert ran > 5
    return problems


def _mails(messages: list[Any]) -> list[str]:
    """Return what mails tell people of others: the address of a mail says whose reader it has."""
    problems = []
    for message in messages:
        text = "\n".join([message.subject, message.body, *(part.content for part in getattr(message, "alternatives", ())), str(message.extra_headers), message.from_email])
        for to in message.recipients():
            whose = CANARY.search(to)
            if whose is None:
                continue
            parties = [None] if whose[2] == "all" else [int(party) or None for party in whose[2].split("_")]
            seen = set.intersection(*(strangers(text, int(whose[1]), party) for party in parties))
            if seen:
                problems.append(f"the mail “{message.subject}” to {to} shows {sorted(seen)[:3]}")
    return problems


def test_what_is_kept_or_mailed_would_be_found(stage: Stage):
    """The plants: a field that was slipped in, another's word in a mail, an answer that tells another's id from none."""
    with psycopg.connect(stage.url, autocommit=True) as owner:
        owner.execute("UPDATE parties_unit SET name = name || ' slipped-in' WHERE id = (SELECT min(id) FROM parties_unit)")
        assert len(_slipped_in(stage.url)) == 1
        owner.execute("UPDATE parties_unit SET name = replace(name, ' slipped-in', '')")
    assert _slipped_in(stage.url) == []
    to = ["cnry-1-7z.sanne@bakker.example"]
    assert _mails([EmailMessage("Order CNRY-1-7z", "CNRY-1-allz", to=to)]) == []
    for text in ("CNRY-1-8z", "CNRY-1-0z", "CNRY-2-7z"):
        assert len(_mails([EmailMessage("Order", text, to=to)])) == 1
    assert _mails([EmailMessage("Order", "CNRY-1-8z CNRY-1-7z", to=["cnry-1-7_8z.karin@bakker.example"])]) == []
    assert _same(Answer(422, "", (), b"<p>7 is no choice</p>", ""), ("7", "9")) == _same(Answer(422, "", (), b"<p>9 is no choice</p>", ""), ("7", "9"))
    assert _same(Answer(422, "", (), b"<p>7 is Bakker</p>", ""), ("7", "9")) != _same(Answer(422, "", (), b"<p>9 is no choice</p>", ""), ("7", "9"))
