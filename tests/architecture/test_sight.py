"""What "Who can see this?" claims of each person is what that person meets at the page itself (T06): asked at the doors, not by the same sum done twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portiek.core.db import scope
from portiek.core.sight import kinds, sight
from portiek.edges.api import actions as api
from portiek.edges.api.models import ApiKey, WebhookEndpoint
from portiek.foundation.accounts import actions, queries
from portiek.foundation.accounts.models import LoginPolicy, Membership, Provider, Role, User
from portiek.foundation.accounts.seeds import portal_ids
from portiek.foundation.banking import actions as banking
from portiek.foundation.banking.models import BankChange
from portiek.foundation.parties import actions as parties
from portiek.foundation.parties.models import Address, Contact, Party, Relation, Unit
from portiek.foundation.proposals import actions as proposals
from portiek.foundation.proposals.models import Proposal
from portiek.foundation.tasks import actions as tasks
from portiek.foundation.tasks.models import Task
from portiek.settlement.invoicing.models import Invoice
from portiek.trade.catalog.models import Product
from portiek.trade.letters.models import Letter, LetterCopy
from portiek.trade.orders.models import Order
from portiek.trade.pricing.models import Agreement
from portiek.trade.quotes import actions as quotes
from portiek.trade.quotes.models import Quote

STAFF, BAKKER = ("olga", "peter", "fatima"), ("sanne", "youssef", "karin", "nadia")
STRANGERS = ("dirk", "mark", "els")
# Where each kind of object stands: (table, the party's page, the page of the staff), with what goes into the address.
PAGES: dict[str, tuple[Any, Any, Any]] = {
    "orders.order": (Order, lambda row: reverse("orders:detail", args=[row.number]), None),
    "invoicing.invoice": (Invoice, lambda row: reverse("invoicing:detail", args=[row.number]), None),
    "catalog.product": (Product, lambda row: reverse("catalog:detail", args=[row.sku]), None),
    "parties.party": (Party, lambda row: reverse("parties:mine"), lambda row: reverse("parties:detail", args=[row.number])),
    "parties.unit": (Unit, lambda row: reverse("parties:my-unit", args=[row.pk]), lambda row: reverse("parties:unit", args=[row.party.number, row.pk])),
    "tasks.task": (Task, lambda row: reverse("tasks:detail", args=[row.pk]), None),
    "proposals.proposal": (Proposal, lambda row: reverse("proposals:detail", args=[row.pk]), None),
    "banking.change": (BankChange, lambda row: reverse("banking:detail", args=[row.pk]), None),
    "parties.address": (Address, lambda row: reverse("parties:mine"), lambda row: reverse("parties:tab", args=[row.party.number, "addresses"])),
    "parties.contact": (Contact, lambda row: reverse("parties:my-contact", args=[row.pk]), lambda row: reverse("parties:contact", args=[row.party.number, row.pk])),
    "accounts.role": (Role, lambda row: reverse("accounts:role", args=[row.pk]), None),
    "accounts.provider": (Provider, lambda row: reverse("accounts:provider", args=[row.pk]), None),
    "api.webhook": (WebhookEndpoint, lambda row: reverse("api:webhook", args=[row.key]), None),
    "pricing.agreement": (Agreement, lambda row: reverse("pricing:my-agreement", args=[row.number]), lambda row: reverse("pricing:agreement", args=[row.party.number, row.number])),
    "quotes.quote": (Quote, lambda row: reverse("quotes:detail", args=[row.number]), None),
    "letters.copy": (LetterCopy, lambda row: reverse("letters:copy", args=[row.pk]), None),
}
FEW = 3


def place(name: str) -> Membership:
    return Membership.objects.get(user__name=name, party__number="10042")


def own_role(actor: Any, name: str, *rights: str) -> Role:
    return actions.make_role(actor, name=name, audience="party", owner=Party.objects.get(number="10042"), rights=list(rights))


def narrow(cast: Any) -> None:
    """Give Nadia what reaches only her own, and Karin what reaches Kampen alone, with an order of each and one of another branch."""
    with scope(cast.sanne):
        own, unit = own_role(cast.sanne, "Alleen eigen", "order.view.own", "catalog.view"), own_role(cast.sanne, "Alleen de vestiging", "order.view.unit", "order.view.own", "catalog.view")
        Membership.objects.filter(pk=place("Nadia Peeters").pk).update(role=own)
        Membership.objects.filter(pk=place("Karin Bakker").pk).update(role=unit, unit=Unit.objects.get(name="Kampen"))
    with scope(cast.system):
        rows = list(Order.objects.filter(party__number="10042").order_by("pk")[:3])
        for row, person, town in zip(rows, ("nadia", "karin", "youssef"), ("Deventer", "Zwolle", "Kampen"), strict=True):
            Order.objects.filter(pk=row.pk).update(user_id=getattr(cast, person).user_id, unit=Unit.objects.get(name=town))


def widen(cast: Any) -> None:
    """Give Karin a second place, so that she is of no one branch, and Nadia the whole beside her own."""
    narrow(cast)
    with scope(cast.sanne):
        more = own_role(cast.sanne, "Erbij", "catalog.view")
    with scope(cast.system):
        party, karin, nadia = Party.objects.get(number="10042"), User.objects.get(name="Karin Bakker"), User.objects.get(name="Nadia Peeters")
        actions.grant_membership(cast.system, user=karin, party=party, role=more, order_limit=None)
        actions.grant_membership(cast.system, user=nadia, party=party, role=Role.objects.get(code="viewer"), order_limit=None)


def withhold(cast: Any) -> None:
    """Withhold one right from everybody, one from the kind and one from the company."""
    with scope(cast.olga):
        actions.set_ceiling(cast.olga, kind="", party=None, withheld=["invoice.view"])
        actions.set_ceiling(cast.olga, kind="customer", party=None, withheld=["agreement.view"])
        actions.set_ceiling(cast.olga, kind="", party=Party.objects.get(number="10042"), withheld=["order.view", "bank.view"])


def end(cast: Any) -> None:
    """End the access of one, and take a second from the portal."""
    with scope(cast.system):
        Membership.objects.filter(pk=place("Youssef El Amrani").pk).update(is_active=False)
        User.objects.filter(name="Nadia Peeters").update(is_active=False)


@pytest.fixture
def things(cast: Any) -> Iterator[None]:
    """What the cast's seeds lack: a task of each sort, a proposal, a bank account, price letters."""
    with scope(cast.peter):
        bakker = Party.objects.get(number="10042")
        for who in (None, cast.youssef.user_id):
            tasks.ask_person(cast.peter, party=bakker, title="Stuur het certificaat", text="", user_id=who)
    with scope(cast.system):
        tasks.ask(cast.system, kind=tasks_kind(), subject="orders.order:1", party_id=bakker.pk, right="order.approve", values={"number": "1"})
        tasks.ask(cast.system, kind=tasks_kind(), subject="orders.order:2", right="order.manage", values={"number": "2"})
        for sent_at in (None, timezone.now()):
            letter = Letter.objects.create(portal_id=bakker.portal_id, title="Nieuwe prijzen", effective_on="2027-01-01")
            LetterCopy.objects.create(portal_id=bakker.portal_id, letter=letter, party=bakker, title="Nieuwe prijzen", effective_on="2027-01-01", currency="EUR", line_count=0, bought=0, effect=0, made_at=timezone.now(), sent_at=sent_at)
        tasks.ask(cast.system, kind=tasks_kind(), subject="orders.order:3", user_id=cast.fatima.user_id, values={"number": "3"})
    for actor in (cast.sanne, cast.youssef):
        with scope(actor):
            quotes.request_quote(actor, lines=[quotes.Wish("GP-125-2600", Decimal(60))], key=actor.name, now=timezone.now(), today=timezone.localdate())
    with scope(cast.sanne):
        proposals.send(cast.sanne, Party.objects.get(pk=cast.sanne.party_id), values={"email": "nieuw@bakker.example"}, note="")
        banking.ask_change(cast.sanne, iban="NL91ABNA0417164300", holder="Bakker")
        own_role(cast.sanne, "Eigen rol", "catalog.view")
        api.create_key(cast.sanne, name="Boekhouding", rights=["order.view.company", "invoice.view"])
    for actor in (cast.sanne, cast.olga):
        with scope(actor):
            party = Party.objects.get(pk=actor.party_id) if actor.party_id else None
            actions.add_provider(actor, kind="oidc", party=party, label="Entra", issuer="https://login.example", settings={"client_id": "x", "audience": "both"})
            api.create_webhook(actor, name="Boekhouding", url="https://93.184.216.34/haak", events=["order.confirmed"])
    yield


def tasks_kind() -> str:
    from portiek.foundation.tasks.kinds import kinds as known

    return next(code for code in sorted(known()) if code.startswith("orders."))


def objects(kind: str) -> list[Any]:
    model = PAGES[kind][0]
    rows = model.objects.filter(portal_id=portal_ids()["vandijk"]).order_by("pk")
    names = {field.name for field in model._meta.concrete_fields}
    if kind == "tasks.task":
        return list(rows[:12])
    if kind == "accounts.role":
        return [*rows.filter(owner=None)[:FEW], rows.filter(code="admin").get(), *rows.filter(owner__isnull=False)]
    if kind in ("accounts.provider", "api.webhook"):
        return list(rows.select_related("party"))
    if kind == "parties.party":
        return list(rows.filter(number="10042"))
    return list((rows.filter(party__number="10042").select_related("party") if "party" in names else rows)[:FEW])


def test_every_kind_of_object_with_a_sight_is_tried():
    assert set(kinds()) == set(PAGES)


@pytest.mark.parametrize("change", [None, narrow, widen, withhold, end], ids=lambda change: change.__name__ if change else "as_it_is")
def test_the_claim_is_what_the_page_answers(cast: Any, client_of: Any, things: None, change: Any):
    if change:
        change(cast)
    with scope(cast.system):
        rows = [(kind, row) for kind in PAGES for row in objects(kind)]
        keys = {key: getattr(User.objects.filter(email=email).first(), "pk", 0) for key, email in
                [("olga", "olga.smit@vandijk.example"), ("peter", "peter@vandijk.example"), ("fatima", "fatima@vandijk.example"), ("sanne", "sanne@bakker.example"), ("youssef", "youssef@bakker.example"),
                 ("karin", "karin@bakker.example"), ("nadia", "nadia@peeters.example")]}
    askers = {key: getattr(cast, key) for key in ("sanne", "olga")}
    clients = {key: client_of(key, *(["bakker"] if key == "karin" else [])) for key in (*STAFF, *BAKKER, *STRANGERS)}
    answers, wrong, counted = {}, [], {True: 0, False: 0}
    for kind, row in rows:
        _model, of_party, of_staff = PAGES[kind]
        for key, client in clients.items():
            url = (of_staff or of_party)(row) if key in STAFF else of_party(row)
            answers[kind, row.pk, key] = client.get(url).status_code == 200
    for asker, actor in askers.items():
        for kind, row in rows:
            with scope(actor, read_only=True):
                found = sight(actor, f"{kind}:{row.pk}")
                if found is None:
                    assert not answers[kind, row.pk, asker], (asker, kind, row.pk)
                    continue
                sides = [(False, BAKKER)] if not actor.is_staff else [(True, STAFF), *([(False, BAKKER)] if found.party_id == Party.objects.get(number="10042").pk else [])]
                for staff, people in sides:
                    can = set(queries.seers(actor, found, staff=staff, sees=True).values_list("pk", flat=True))
                    cannot = set(queries.seers(actor, found, staff=staff, sees=False).values_list("pk", flat=True))
                    chains = {chain.person.user_id: chain for shown in (True, False) for chain in queries.seeing(actor, found, staff=staff, sees=shown, size=100).chains}
                    assert not can & cannot
                    for key in people:
                        claim = keys[key] in can
                        counted[claim] += 1
                        if claim is not answers[kind, row.pk, key] or (not chains[keys[key]].broken) is not claim or (keys[key] in cannot) is claim:
                            wrong.append((asker, kind, row.pk, key, "claimed" if claim else "denied", chains[keys[key]].broken))
    assert not wrong, wrong
    assert min(counted.values()) > 20, counted


def test_who_sees_it_on_a_mandate_is_said_and_is_so(cast: Any, client_of: Any, things: None):
    with scope(cast.olga):
        row = parties.set_relation(cast.olga, kind="dealer", giver=Party.objects.get(number="10042"), agent=Party.objects.get(number="10077"), rights=["order.view", "invoice.view"], starts_on=timezone.localdate())
    with scope(cast.system):
        rows = [(kind, item) for kind in PAGES for item in objects(kind)]
    dirk, counted = client_of("dirk"), {True: 0, False: 0}
    assert dirk.post("/company/", {"company": f"m{row.pk}"}).status_code == 302
    for asker in (cast.sanne, cast.olga):
        for kind, item in rows:
            with scope(asker, read_only=True):
                found = sight(asker, f"{kind}:{item.pk}")
                claim = None if found is None or found.party_id != row.giver_id else [one.name for one in queries.seeing_on_mandate(asker, found)] == ["Dirk de Vries"]
            if claim is not None:
                counted[claim] += 1
                assert claim is (dirk.get(PAGES[kind][1](item)).status_code == 200), (kind, item.pk)
    assert min(counted.values()) >= 6, counted
    order = next(item for kind, item in rows if kind == "orders.order")
    page = client_of("sanne").get(f"/who/orders.order:{order.pk}/").content.decode()
    assert "Dirk de Vries" in page and "Machtiging van Bouwbedrijf Bakker B.V. aan Kozijnhuis De Vries" in page
    assert "Machtiging van Bouwbedrijf" in dirk.get(f"/who/orders.order:{order.pk}/").content.decode()
    with scope(cast.sanne):
        parties.end_relation(cast.sanne, relation=Relation.objects.get(pk=row.pk))
    assert "Dirk de Vries" not in client_of("sanne").get(f"/who/orders.order:{order.pk}/").content.decode()


def test_other_companies_hear_nothing(cast: Any, client_of: Any, things: None):
    with scope(cast.system):
        foreign = [f"{kind}:{row.pk}" for kind in ("orders.order", "invoicing.invoice", "parties.party", "parties.unit", "tasks.task", "proposals.proposal", "banking.change", "pricing.agreement", "parties.address", "parties.contact", "accounts.role", "accounts.provider", "api.webhook")
                   for row in objects(kind) if (kind not in ("tasks.task", "accounts.provider", "api.webhook") or (row.party is not None and row.party.number == "10042")) and (kind != "accounts.role" or row.owner_id)]
    for key in ("dirk", "mark", "els", "nadia2", "otto"):
        client = client_of(key)
        missing = client.get("/who/orders.order:999999999/")
        assert missing.status_code == 404
        for reference in foreign:
            answer = client.get(f"/who/{reference}/")
            assert answer.status_code == 404, (key, reference)
    for odd in ("orders.order:0", "orders.order:", "orders.order:-1", "orders.order:1e3", "nothing:1", ":", "orders.order:99999999999999999999", "orders.order:²"):
        assert client_of("olga").get(f"/who/{odd}/").status_code == 404, odd


def test_programs_that_read_it_are_named(cast: Any, client_of: Any, things: None):
    """As far as its own rights and those of whoever answers for it reach: a key, a client, none that ended, and none that reads something else."""
    with scope(cast.system):
        order, product, change = Order.objects.filter(party__number="10042").first(), Product.objects.first(), BankChange.objects.get()
    with scope(cast.sanne):
        api.create_key(cast.sanne, name="Webwinkel", rights=["catalog.view"], kind="client")
    with scope(cast.olga):
        api.create_key(cast.olga, name="Magazijn", rights=["order.view"])
    sanne, olga = client_of("sanne"), client_of("olga")
    page = sanne.get(f"/who/orders.order:{order.pk}/").content.decode()
    assert "Boekhouding" in page and "Sanne Bakker is verantwoordelijk" in page and "Webwinkel" not in page and "Magazijn" not in page
    assert "Webwinkel" in sanne.get(f"/who/catalog.product:{product.pk}/").content.decode()
    assert "Programma's die dit lezen" not in sanne.get(f"/who/banking.change:{change.pk}/").content.decode()
    assert "Boekhouding" not in client_of("youssef").get(f"/who/orders.order:{order.pk}/").content.decode()
    assert "Boekhouding" in olga.get(f"/who/orders.order:{order.pk}/").content.decode()
    assert "Magazijn" in olga.get(f"/who/orders.order:{order.pk}/?side=staff").content.decode()
    with scope(cast.system):
        ApiKey.objects.filter(name="Boekhouding").update(revoked_at=timezone.now())
    assert "Boekhouding" not in sanne.get(f"/who/orders.order:{order.pk}/").content.decode()


def test_what_the_log_in_asks_is_said(cast: Any, client_of: Any, things: None):
    """Of the side that is shown: what the portal asks and what the company asks beside it."""
    with scope(cast.system):
        order, own = Order.objects.filter(party__number="10042").first(), Provider.objects.get(party__number="10042")
        LoginPolicy.objects.all().delete()
        LoginPolicy.objects.create(portal_id=1, party_id=cast.sanne.party_id, audience="party", second_step="managers", since=timezone.localdate() + timedelta(days=9))
        LoginPolicy.objects.create(portal_id=1, audience="staff", second_step="everybody", since=timezone.localdate() + timedelta(days=9))
    sanne, olga, path = client_of("sanne"), client_of("olga"), f"/who/orders.order:{order.pk}/"
    page = sanne.get(path).content.decode()
    assert "Wie mensen of het portaal beheert alleen met een tweede stap, vanaf" in page and "Alleen met een tweede stap" not in page
    assert "Alleen met een tweede stap, vanaf" in olga.get(path + "?side=staff").content.decode()
    with scope(cast.system):
        LoginPolicy.objects.filter(party__isnull=False).update(provider=own)
    assert "Alleen wie inlogt met Entra" in olga.get(path).content.decode()


def test_the_rights_of_all_at_once_are_those_of_each(cast: Any):
    """ctx.rights_in says of a place what ctx.rights_of says of each of its people, also below a ceiling, with own roles and ended places."""
    party = cast.sanne.party_id
    for change in (widen, withhold, end):
        change(cast)
        for place_id in (None, party):
            with scope(cast.system), connection.cursor() as cursor:
                cursor.execute("SELECT m.user_id, ctx.rights_of(1, m.user_id, %s::bigint) FROM accounts_membership m WHERE m.portal_id = 1 AND m.party_id IS NOT DISTINCT FROM %s::bigint GROUP BY 1", [place_id, place_id])
                each = {user: rights for user, rights in cursor.fetchall() if rights}
                cursor.execute("SELECT user_id, rights FROM ctx.rights_in(1, %s)", [place_id])
                assert dict(cursor.fetchall()) == each and each


def test_who_manages_nobody_learns_of_himself_alone(cast: Any, client_of: Any):
    with scope(cast.system):
        order = Order.objects.filter(party__number="10042").first()
    page = client_of("youssef").get(f"/who/orders.order:{order.pk}/?show=not&q=Karin").content.decode()
    assert "Waarom zie ik dit?" in page and "Rol Inkoper" in page and "Sanne Bakker" in page
    assert "Karin Bakker" not in page and "karin@bakker.example" not in page


def test_the_first_broken_link_is_named_with_a_way_to_mend_it(cast: Any, client_of: Any):
    narrow(cast)
    with scope(cast.system):
        first, _second, order = Order.objects.filter(party__number="10042").order_by("pk")[:3]
        invoice = Invoice.objects.filter(party__number="10042").first()
        nadia = place("Nadia Peeters").pk
    sanne = client_of("sanne")
    page = sanne.get(f"/who/orders.order:{order.pk}/?show=not").content.decode()
    assert "reikt alleen tot wat van hem of haar zelf is; dit is van Youssef El Amrani" in page
    assert f'href="/colleagues/{nadia}/"' in page and "Andere rol geven" in page
    assert "reikt tot Kampen; dit hoort bij Deventer" in sanne.get(f"/who/orders.order:{first.pk}/?show=not").content.decode()
    assert "Rol Alleen de vestiging" in sanne.get(f"/who/orders.order:{order.pk}/").content.decode()
    withhold(cast)
    page = client_of("olga").get(f"/who/invoicing.invoice:{invoice.pk}/?show=not").content.decode()
    assert "houdt dat bij iedereen weg" in page and 'href="/roles/ceiling/all/"' in page
    end(cast)
    page = client_of("olga").get(f"/who/orders.order:{order.pk}/?show=not").content.decode()
    assert "Heeft geen toegang meer." in page and 'href="/roles/ceiling/of/10042/"' in page


def test_a_product_outside_a_companys_assortment_is_said_to_be(cast: Any, client_of: Any):
    with scope(cast.system):
        key = Product.objects.filter(portal_id=portal_ids()["vandijk"]).first().pk
    olga = client_of("olga")
    assert "Mark Visser" in olga.get(f"/who/catalog.product:{key}/?of=20011&show=not").content.decode()
    page = olga.get(f"/who/catalog.product:{key}/?of=20011&show=not").content.decode()
    assert "in geen van de assortimenten" in page and "/parties/20011/assortment/" in page
    assert "Sanne Bakker" in olga.get(f"/who/catalog.product:{key}/?of=10042").content.decode()
    assert olga.get(f"/who/catalog.product:{key}/?of=50001").status_code == 404


def test_it_costs_the_same_for_two_thousand_people(cast: Any, client_of: Any):
    with scope(cast.system):
        order, bakker, role = Order.objects.filter(party__number="10042").first(), Party.objects.get(number="10042"), Role.objects.get(code="buyer")
    client = client_of("sanne")
    client.get(f"/who/orders.order:{order.pk}/")
    with CaptureQueriesContext(connection) as before:
        client.get(f"/who/orders.order:{order.pk}/")
    with scope(cast.system):
        made = User.objects.bulk_create([User(portal_id=cast.system.portal_id, email=f"man{i}@bakker.example", name=f"Man {i:04}") for i in range(2000)])
        Membership.objects.bulk_create([Membership(portal_id=cast.system.portal_id, party=bakker, user=user, role=role) for user in made])
    with CaptureQueriesContext(connection) as after:
        page = client.get(f"/who/orders.order:{order.pk}/").content.decode()
    assert len(after) == len(before)
    assert page.count("@bakker.example") <= 26 and "after=" in page
    assert "Man 1999" in client.get(f"/who/orders.order:{order.pk}/?q=man1999").content.decode()


def test_a_missing_right_is_named_and_whom_to_ask(client_of: Any):
    answer = client_of("youssef").get("/invoices/")
    page = answer.content.decode()
    assert answer.status_code == 403 and "Facturen en betalingen bekijken" in page and "Sanne Bakker" in page
