"""A committed copy of the test database in which every list has something: for tests that go over all pages and doors."""

from __future__ import annotations

import atexit
import functools
import io
import json
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import typst
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from PIL import Image

from portiek.config.testing import collected_jobs, other_database, run_jobs, seeded_files
from portiek.core import jobs
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.refs import ref
from portiek.core.sealing import seal
from portiek.core.sessions import token_hash
from portiek.edges.api import actions as api
from portiek.edges.api.models import ApiKey, WebhookDelivery
from portiek.edges.connectors import actions as connectors
from portiek.edges.connectors import contract
from portiek.edges.connectors.models import Connection
from portiek.edges.exchange import actions as exchange
from portiek.edges.exchange.ubl import records as ubl
from portiek.edges.exchange.ubl.change import write_cancellation
from portiek.edges.exchange.ubl.order import write_order
from portiek.edges.pages import actions as pages
from portiek.edges.punchout import actions as punchout
from portiek.foundation.accounts import actions as accounts
from portiek.foundation.accounts import authenticator
from portiek.foundation.accounts import queries as people
from portiek.foundation.accounts.cast import Cast, client_of
from portiek.foundation.accounts.models import Authenticator, EmailChange, Identity, Invitation, Passkey, Provider, RecoveryCode, Role, Session, User
from portiek.foundation.accounts.proofs.saml import described
from portiek.foundation.accounts.scim import WantedGroup
from portiek.foundation.accounts.seeds import portal_ids
from portiek.foundation.accounts.tests.saml_provider import Idp
from portiek.foundation.applications import actions as applications
from portiek.foundation.applications.models import Application
from portiek.foundation.audit import actions as audit
from portiek.foundation.banking import actions as banking
from portiek.foundation.fields import actions as fields
from portiek.foundation.fields.subjects import subjects
from portiek.foundation.files import actions as files
from portiek.foundation.notifications import actions as notifications
from portiek.foundation.notifications.models import Device
from portiek.foundation.notifications.rules import place_of_device
from portiek.foundation.parties import actions as parties
from portiek.foundation.parties.installation import create_portal
from portiek.foundation.parties.models import Contact, Party
from portiek.foundation.proposals import actions as proposals
from portiek.foundation.proposals.models import Proposal
from portiek.foundation.tasks import actions as tasks
from portiek.trade.approvals import actions as approvals
from portiek.trade.approvals import rules as approval_rules
from portiek.trade.approvals.models import CostCentre
from portiek.trade.catalog.models import Product
from portiek.trade.letters import actions as letters
from portiek.trade.orders.models import Order
from portiek.trade.orders.reactions import CHANGED, SHIPPED
from portiek.trade.pricing import actions as pricing
from portiek.trade.quotes import actions as quotes
from portiek.trade.sheets import actions as sheets

DRY = [("GP-125-2600", "60"), ("MS-C75-26", "48"), ("GW-75-81", "6")]
# An issuer that no call reaches: egress refuses it at once.
NOWHERE = "https://127.0.0.1"
# A key that no device has: the base point of P-256.
POINT = "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"
# Who has a second step, and its secret.
SECOND_STEP, SECRET = "karin@bakker.example", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
INVITED = "/invitation/een-uitnodiging-om-te-bekijken/"
CARTS = {"youssef": DRY, "sanne": DRY, "els": [("TV-6060-G", "12"), ("ZS-25", "1")], "dirk": [("BD-830", "4"), ("KZ-9016", "12")], "nadia2": [("BT-KB-15", "2")]}
# Spreadsheets that wait to be carried out, a row of each refused.
SHEETS = {"people": "email;naam;rol\nrik@nieuw.example;Rik Nieuw;Alleen lezen\nbas@nieuw.example;Bas Fout;Baas\n", "parties": "nummer;naam\n10990;Bouwbedrijf Lem\n10991;\n",
          "addresses": "straat;postcode;plaats\nKade 9;8261 AA;Kampen\nKade 10;12;Kampen\n"}
# What an ERP may send that the portal cannot take: of which feed, why, what it sent.
HELD = [
    ("product", "bad_code", "ProductRecord(external_id='P-9001', sku='')"),
    ("party", "email: not a text, or longer than 20000", "PartyRecord(external_id='C-77', number='10990', name='Bouwbedrijf Lem')"),
    ("invoice", "unknown_party", "InvoiceRecord(external_id='I-3', number='F-2026-0311', party='C-77')"),
]


@contextmanager
def furnished(name: str) -> Iterator[str]:
    """Serve this process from a database and a folder of files of its own that are furnished; yields the owner's URL. They are filled once a process and copied then."""
    template, files = _filled()
    with _own_folder() as folder, other_database(name, template) as url:
        shutil.copytree(files, folder, dirs_exist_ok=True)
        yield url


@functools.cache
def _filled() -> tuple[str, str]:
    kept = tempfile.mkdtemp(prefix="portiek-furnished-")
    atexit.register(shutil.rmtree, kept, ignore_errors=True)
    with _own_folder() as folder, other_database("furnished"):
        shutil.copytree(seeded_files(), folder, dirs_exist_ok=True)
        furnish()
        shutil.copytree(folder, kept, dirs_exist_ok=True)
        return str(connection.settings_dict["NAME"]), kept


@contextmanager
def _own_folder() -> Iterator[str]:
    """Keep files in a folder of its own for a while, in this process and in those that it starts."""
    with tempfile.TemporaryDirectory(prefix="portiek-data-") as folder, override_settings(DATA_DIR=Path(folder)), pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATA_DIR", folder)
        yield folder


def furnish() -> None:
    """Fill the database that this process serves from as people and jobs do: carts, keys, invitations, messages, files, what is stuck."""
    cast = Cast()
    with collected_jobs():
        for key, lines in CARTS.items():
            client = client_of(key)
            for code, quantity in lines:
                client.post("/orders/cart/add/", {"product": code, "quantity": quantity})
            client.post("/orders/carts/", {"name": "Bus 3", "is_shared": "on"})
            client.post("/orders/carts/use/", {"cart": ""})
            client.post("/orders/cart/paste/", {"text": f"artikel;aantal;opmerking\n{lines[0][0].replace('-', ' ')};7;achterom\nonzin;3\n{lines[-1][0]};veel"})
        for actor in (cast.sanne, cast.dirk, cast.olga, cast.otto, cast.nadia2):
            _own_role(actor)
        invite(cast.sanne, "karim@bakker.example", "Karim Aziz", "buyer")
        invite(cast.olga, "tom@vandijk.example", "Tom Mulder", "staff-service")
        for actor in (cast.sanne, cast.dirk, cast.olga, cast.otto, cast.nadia2):
            with scope(actor):
                api.create_key(actor, name="Webwinkel", rights=["catalog.view"], expires_at=timezone.now() + timedelta(days=300))
                client, _secret = api.create_key(actor, name="Boekhouding", rights=["catalog.view"], kind="client")
                api.renew_key(actor, key=client.pk)
                _hook(actor)
        for actor, colleague, of in ((cast.olga, cast.peter, None), (cast.otto, cast.otto, cast.nadia2.party_id)):
            with scope(actor):
                team = accounts.make_team(actor, name="Binnendienst", user_ids=[colleague.user_id])
                if of is not None:
                    accounts.set_care(actor, party=Party.objects.get(pk=of), user_id=colleague.user_id, team=team)
        # Two of Bakker, one of De Vries: far above what is ordered here.
        for actor in (cast.sanne, cast.sanne, cast.dirk):
            with scope(actor):
                approvals.make_rule(actor, when=approval_rules.When(above=Decimal(10**8)), stages=[approval_rules.Stage()])
                code = f"K{actor.user_id}{CostCentre.objects.count()}"
                approvals.make_cost_centre(actor, code=code, name="Kostenplaats")
                approvals.make_budget(actor, given=approvals.Budgeting("Budget", Decimal(10**8), "year", timezone.localdate().replace(month=1, day=1), cost_centre=code))
        for actor, deputy in ((cast.sanne, cast.youssef), (cast.dirk, cast.acting("karin", "devries")), (cast.peter, cast.fatima)):
            with scope(actor):
                accounts.set_own_absence(actor, first_day=timezone.localdate(), last_day=timezone.localdate() + timedelta(days=9), deputy_id=deputy.user_id)
        _elsewhere(cast)
        for actor in (cast.karin, cast.otto):
            _second_step(actor)
        party, colleague = cast.sanne.party_id, cast.youssef.user_id
        with scope(cast.system):
            # Of a colleague, so that it can be taken over.
            ApiKey.objects.filter(party_id=party, name="Boekhouding").update(user_id=colleague)
        _move(cast)
        for actor in (cast.olga, cast.otto):
            with scope(actor):
                audit.add_processing(actor, values={"label": "Nieuwsbrief van eigen makelij", "purpose": "Vertellen wat er nieuw is.", "ground": "Toestemming", "persons": "Wie zich aanmeldt", "data": "E-mailadres", "term": "Tot de afmelding"})
                audit.place_hold(actor, whom={1: "20011"}.get(actor.portal_id, "50001"), reason="Geschil over een levering")
                audit.keep_register(actor, values={"officer": "Mr. F. Gerrits", "measures": "Versleuteld en in lagen."})
        _draw(cast)
        _keep(cast)
        _propose(cast)
        _bank(cast)
        _mandates(cast)
        _merge(cast)
        _apply(cast)
        _tell(cast)
        _write_letters(cast)
        _feed(cast.sanne, cast.dirk, cast.nadia2)
        _quote(cast)
        _exchange(cast)
        _document(cast)
        _punch_out(cast)
        _differ(cast)
        for actor in (cast.peter, cast.otto):
            with scope(actor):
                pricing.create_price_list(actor, code="EIGEN", name="Lijst van het portaal zelf")
        _hold(cast.system)
        for key in ("sanne", "dirk", "olga", "otto", "nadia2"):
            client_of(key).post("/audit/export/", {"format": "csv"})
            client_of(key).post("/audit/mine/")
        for key in ("sanne", "dirk", "nadia2"):
            client_of(key).post("/prices/files/", {"format": "csv", "q": "a"})
        # Who asks to be erased in both portals; Karin has a second step and is of two companies.
        for key in ("karin", "nadia2"):
            client_of(key).post("/audit/mine/erasure/")
        _ask(cast)
        for key, what in (("sanne", "people"), ("dirk", "people"), ("olga", "parties"), ("otto", "people"), ("nadia2", "addresses")):
            client_of(key).post(f"/imports/new/{what}/", {"file": SimpleUploadedFile("lijst.csv", SHEETS[what].encode())})
        run_jobs()
        for actor in (cast.system, cast.system_of_brand):
            for name in ("audit.link", "audit.check"):
                jobs.run_now(jobs.jobs()[name], actor.portal_id, {})
        with scope(cast.system):
            _open_invitation()


def open_empty() -> dict[str, tuple[str, str]]:
    """Make a customer that has nothing yet and a portal that has nobody yet; return (host, session secret) of the administrator of each, by name."""
    portal_id = create_portal(slug="leeg", name="Portaal zonder klanten", host="leeg.localhost", hue=300, order_prefix="LG")
    portal = Actor.system(portal_id)
    with scope(portal):
        accounts.make_roles(portal)
        staff = _admit(portal, "eerste@leeg.example", "Noor Leeg", None, "staff-admin")
    system = Actor.system(portal_ids()["vandijk"])
    with scope(system):
        party = parties.create_party(system, number="10999", name="Nieuwe Klant B.V.", kind="customer")
        buyer = _admit(system, "bo@nieuweklant.example", "Bo Nieuw", party, "admin")
    return {"customer": ("localhost", _enter(system.portal_id, buyer, party)), "portal": ("leeg.localhost", _enter(portal_id, staff, None))}


def _admit(actor: Actor, email: str, name: str, party: Party | None, role: str) -> User:
    user = accounts.create_user(actor, email=email, name=name)
    accounts.grant_membership(actor, user=user, party=party, role=Role.objects.get(code=role))
    return user


def _enter(portal_id: int, user: User, party: Party | None) -> str:
    token = secrets.token_urlsafe(32)
    with scope(Actor.gate(portal_id)):
        Session.objects.create(portal_id=portal_id, user_id=user.pk, party_id=party and party.pk, token_hash=token_hash(token), expires_at=timezone.now() + timedelta(days=1))
    return token


def invite(actor: Actor, email: str, name: str, role: str) -> None:
    """Ask somebody in to the actor's own company."""
    with scope(actor):
        party = Party.objects.get(pk=actor.party_id) if actor.party_id else None
        accounts.invite(actor, email=email, name=name, role=Role.objects.get(code=role), party=party)


def _own_role(actor: Actor) -> None:
    with scope(actor):
        party = Party.objects.get(pk=actor.party_id) if actor.party_id else None
        accounts.make_role(actor, name="Werkvoorbereider", audience="party" if party else "staff", owner=party, rights=["catalog.view", "order.view.own" if party else "order.view"])


def _open_invitation() -> None:
    """Let the first invitation be opened at INVITED; its own link is only in a mail."""
    invitation = Invitation.objects.order_by("pk")[0]
    Invitation.objects.filter(pk=invitation.pk).update(token_hash=token_hash(INVITED.split("/")[2]))


def _elsewhere(cast: Any) -> None:
    """Let people log in elsewhere: with two companies and both portals, in use, somebody linked; what they are at is nowhere."""
    made = []
    metadata = described(Idp().metadata())
    for actor in (cast.sanne, cast.olga):
        with scope(actor):
            party = Party.objects.get(pk=actor.party_id) if actor.party_id else None
            row = accounts.add_provider(actor, kind="saml", party=party, label="SAML van elders", issuer=metadata.issuer, settings={"endpoints": metadata.endpoints, "keys": metadata.keys, "audience": "both"})
            accounts.switch_provider(actor, provider=row, is_active=True)
    for actor in (cast.sanne, cast.dirk, cast.olga, cast.otto):
        with scope(actor):
            party = Party.objects.get(pk=actor.party_id) if actor.party_id else None
            made.append((actor, accounts.add_provider(actor, kind="oidc", party=party, label="Account van elders", issuer=NOWHERE, settings={"client_id": "portiek", "audience": "both"})))
    run_jobs()
    for actor, row in made:
        system = Actor.system(actor.portal_id)
        with scope(system):
            accounts.note_check(system, provider_id=row.pk, problem="", endpoints={"authorization_endpoint": f"{NOWHERE}/authorize", "token_endpoint": f"{NOWHERE}/token", "jwks_uri": f"{NOWHERE}/keys"},
                                keys=[{"kty": "RSA", "kid": "1", "n": "AQAB", "e": "AQAB"}])
        with scope(actor):
            accounts.switch_provider(actor, provider=people.provider(actor, row.pk), is_active=True)
            Provider.objects.filter(pk=row.pk).update(slug=f"{'party' if actor.party_id else 'portal'}-{row.pk}")
            accounts.make_scim_token(actor, provider=row)
        gate = Actor.gate(actor.portal_id)
        with scope(gate):
            Identity.objects.create(portal_id=actor.portal_id, provider_id=row.pk, user_id=actor.user_id, subject=f"subject-{actor.user_id}")
            accounts.provision_group(gate, provider_id=row.pk, wanted=WantedGroup("Inkoop", "", ()))


def _second_step(actor: Actor) -> None:
    """Give somebody an authenticator app and recovery codes, as if he had scanned the picture."""
    with scope(Actor.gate(actor.portal_id)):
        Authenticator.objects.create(portal_id=actor.portal_id, user_id=actor.user_id, secret=seal(SECRET, authenticator.place(actor.user_id)), last_step=0)
        for code in authenticator.new_recovery_codes():
            RecoveryCode.objects.create(portal_id=actor.portal_id, user_id=actor.user_id, code_hash=authenticator.recovery_hash(actor.user_id, code))
        for name in ("Telefoon", "Laptop"):
            Passkey.objects.create(portal_id=actor.portal_id, user_id=actor.user_id, name=name, credential=name.encode(), public_key=b"-")


def _move(cast: Any) -> None:
    """Let people ask for another address; some lost the old one and wait for who manages people."""
    now = timezone.now()
    for actor, lost in ((cast.sanne, None), (cast.youssef, now), (cast.els, now), (cast.nadia2, now)):
        with scope(Actor.gate(actor.portal_id)):
            EmailChange.objects.create(portal_id=actor.portal_id, user_id=actor.user_id, old_email=f"oud-{actor.user_id}@verhuisd.example", new_email=f"nieuw-{actor.user_id}@verhuisd.example",
                                       asked_at=now, expires_at=now + timedelta(minutes=10), new_proved_at=lost, lost_at=lost)


def _draw(cast: Any) -> None:
    for actor, colour in ((cast.olga, "#1d5f8a"), (cast.otto, "#8a1d3f")):
        made = io.BytesIO()
        Image.new("RGB", (240, 80), colour).save(made, "PNG")
        with scope(actor):
            parties.change_portal(actor, values={}, logo=made.getvalue())


def _keep(cast: Any) -> None:
    """Let both portals make fields of their own, for the staff, to see and to fill in, and fill them in on what each company has."""
    for actor in (cast.olga, cast.otto):
        with scope(actor):
            for subject in subjects():
                for visibility in ("staff", "see", *(["fill"] if subject.key != "product" else [])):
                    fields.make_field(actor, subject=subject, label=f"Veld {visibility}", kind="text", visibility=visibility)
                for row in subject.model.objects.order_by("pk")[:12]:
                    fields.fill(actor, subject=subject, row=row, values={"veld_staff": f"Intern {row.pk}", "veld_see": f"Te zien {row.pk}"})
            pages.write_news(actor, values={"title": "Dicht op maandag", "title_en": "", "text": "Dan tellen wij.", "text_en": "", "link": "", "kinds": [], "first_day": timezone.localdate(), "last_day": None})
            pages.write_news(actor, values={"title": "Van vroeger", "title_en": "", "text": "", "text_en": "", "link": "/prices/", "kinds": ["dealer"], "first_day": timezone.localdate() - timedelta(days=9), "last_day": timezone.localdate() - timedelta(days=1)})
            fields.make_field(actor, subject=subjects()[0], label="Rayon", kind="choice", choices=["Noord", "Zuid"])
            fields.end_field(actor, field=fields.make_field(actor, subject=subjects()[0], label="Veld van vroeger", kind="text", visibility="see"))


def _hook(actor: Actor) -> None:
    """Set up a webhook that nobody answers to, with a message that was given up."""
    made, _secret = api.create_webhook(actor, name="Eigen pakket", url="https://hooks.eigenpakket.example/portaal", events=["stock.changed", "price.changed"])
    api.send_test(actor, webhook=made.key)
    paused, _secret = api.create_webhook(actor, name="Kassa", url="https://hooks.kassa.example/portaal", events=["stock.changed"])
    api.pause_webhook(actor, webhook=paused.key)
    WebhookDelivery.objects.filter(endpoint=made).update(state="failed", tries=10, error="status", status=503, milliseconds=41, answer="Service Unavailable", done_at=timezone.now())


def _exchange(cast: Any) -> None:
    """Electronic orders in both portals that wait: one for other prices, others to be mended; and a catalogue."""
    for actor, prefix, own in ((cast.sanne, "B", "GP-125-2600"), (cast.dirk, "D", "KZ-9016"), (cast.nadia2, "P", "BT-KB-15")):
        for sku, price in ((own, Decimal("0.01")), ("bestaat-niet", None), ("ook-niet", None)):
            line = ubl.OrderLine("1", ubl.Item("Plaat", sellers=sku), Decimal(60), price=price)
            document = ubl.Order(f"{prefix}-{sku}", timezone.localdate(), "EUR", ubl.Party("Inkoop"), ubl.Party("Verkoop"), (line,))
            with scope(actor):
                exchange.receive_order(actor, content=write_order(document), name=f"{prefix}.xml", now=timezone.now())
        with scope(actor):
            exchange.receive_order(actor, content=write_cancellation(ubl.Cancellation(f"{prefix}-terug", timezone.localdate(), "bestaat-niet", ubl.Party("Inkoop"), ubl.Party("Verkoop"))), now=timezone.now())
            exchange.ask_catalogue(actor, party=Party.objects.get(pk=actor.party_id), since="", day=timezone.localdate(), now=timezone.now())


def _punch_out(cast: Any) -> None:
    """Purchasing systems of three companies in both portals."""
    for staff, actor in ((cast.olga, cast.sanne), (cast.olga, cast.dirk), (cast.otto, cast.nadia2)):
        with scope(staff):
            punchout.add_system(staff, party=Party.objects.get(pk=actor.party_id), name="Inkoop", kind="oci", user_id=actor.user_id, hosts=["inkoop.nergens.example"])


def _write_letters(cast: Any) -> None:
    """A price letter that was sent and one that was not, in both portals, on the day on which the seeded prices end."""
    today = timezone.localdate()
    for actor in (cast.peter, cast.otto):
        for title in ("Nieuwe prijzen", "Nog een keer nieuwe prijzen"):
            with scope(actor):
                letter = letters.write_letter(actor, values={"title": title, "text": "Alles wordt duurder.", "title_en": "", "text_en": "", "effective_on": today.replace(year=today.year + 1, month=1, day=1)}, today=today)
            run_jobs()
            if title == "Nieuwe prijzen":
                with scope(actor):
                    letters.send_letter(actor, letter=letter, now=timezone.now(), today=today)
                run_jobs()


def _feed(*actors: Actor) -> None:
    """What these follow by program, after a first look."""
    for actor in actors:
        with scope(actor):
            pricing.open_feed(actor)
    run_jobs()


def _quote(cast: Any) -> None:
    """A quote that was asked and one that was offered and countered, of two customers and in both portals, with a question, an answer and a note of the staff."""
    now, today = timezone.now(), timezone.localdate()
    for actor, staff, sku in ((cast.sanne, cast.peter, "GP-125-2600"), (cast.dirk, cast.peter, "KZ-9016"), (cast.nadia2, cast.otto, "BT-KB-15")):
        with scope(actor):
            wishes = [quotes.Wish(sku, Decimal(60), Decimal(5), "Op pallets"), quotes.Wish("Plint op maat", Decimal(4))]
            asked = [quotes.request_quote(actor, lines=wishes, key=key, reference="Kade 8", note="Graag snel", now=now, today=today) for key in ("een", "twee")]
            quotes.keep_request(actor, key=f"half-{sku}", sent={"what-0": sku, "reference": "Kade 9"}, now=now)
        with scope(staff):
            quotes.keep_offer(staff, quote=asked[0], version=1, sent={"what-0": sku, "price-0": "4"}, now=now)
            quotes.ask_back(staff, quote=asked[1], text="Welke kleur?", now=now)
            quotes.note_for_staff(staff, quote=asked[1], text="Eerst overleggen", now=now)
        with scope(actor):
            quotes.answer(actor, quote=asked[1], text="Wit", now=now)
        with scope(staff):
            lines = [quotes.Offer(sku, Decimal(60), Decimal(4), key=1), quotes.Offer(sku, Decimal(90), Decimal(3), optional=True)]
            quotes.offer_quote(staff, quote=asked[1], version=1, lines=lines, valid_until=today + timedelta(days=20), conditions="Franco", note="Onze prijs", now=now, today=today)


def _differ(cast: Any) -> None:
    """Let two orders of both portals come back with VAT that is a cent and a euro more than the portal makes of it."""
    for system in (cast.system, cast.system_of_brand):
        with scope(system):
            for order, more in zip(Order.objects.filter(confirmed_at__isnull=False).exclude(status__in=["rejected", "cancelled"]).order_by("-pk"), (Decimal("0.01"), Decimal(1)), strict=False):
                Order.objects.filter(pk=order.pk).update(tax=order.tax + more, gross=order.gross + more)
        jobs.run_now(jobs.jobs()["parity.nightly"], system.portal_id, {})


def _tell(cast: Any) -> None:
    for actor, system in ((cast.sanne, cast.system), (cast.dirk, cast.system), (cast.els, cast.system), (cast.mark, cast.system), (cast.olga, cast.system), (cast.nadia2, cast.system_of_brand)):
        with scope(system):
            files.store(system, name="Productblad.pdf", media_type="application/pdf", content=_sheet(actor), party_id=actor.party_id)
            number = Order.objects.filter(**({"party_id": actor.party_id} if actor.party_id else {})).order_by("-pk").values_list("number", flat=True).first()
            for kind in (CHANGED, SHIPPED):
                notifications.notify(system, kind=kind, party_id=actor.party_id, user_ids=[actor.user_id], values={"number": number or "-"})
        gate = replace(Actor.gate(actor.portal_id), user_id=actor.user_id)
        with scope(gate):
            notifications.make_calendar(gate)
            # Where nobody is called: egress refuses it at once.
            address, key = json.dumps({"endpoint": f"{NOWHERE}/{actor.user_id}", "p256dh": POINT, "auth": "A" * 22}), token_hash(str(actor.user_id))
            Device.objects.create(portal_id=actor.portal_id, user_id=actor.user_id, session_id=Session.objects.filter(user_id=actor.user_id, ended_at=None).latest("pk").pk, key=key, name="Firefox, Android", made_at=timezone.now(),
                                  address=seal(address, place_of_device(key)))


def _propose(cast: Any) -> None:
    """Let each company propose a change of its data, and staff refuse one; each has a contact."""
    for actor, system in ((cast.sanne, cast.system), (cast.dirk, cast.system), (cast.els, cast.system), (cast.mark, cast.system), (cast.nadia2, cast.system_of_brand)):
        with scope(system):
            Contact.objects.create(portal_id=actor.portal_id, party_id=actor.party_id, name="Henk Post", role="Planning", phone="038 000 00 01")
        with scope(actor):
            proposals.send(actor, Party.objects.get(pk=actor.party_id), values={"email": "nieuw@post.example", "phone": "038 000 00 02"}, note="Wij zijn verhuisd.")
    peter, party = cast.peter, cast.sanne.party_id
    with scope(peter):
        proposals.refuse(peter, proposal=Proposal.objects.filter(party_id=party, field="phone").get(), reason="Dit nummer is niet in gebruik.")


def _apply(cast: Any) -> None:
    """Let two companies ask each portal for an account, as if they had proved their addresses; one is asked back."""
    now = timezone.now()
    for staff in (cast.peter, cast.otto):
        with scope(staff):
            for number in (1, 2):
                made = Application.objects.create(portal_id=staff.portal_id, state="asked", company=f"Aanvrager {number} B.V.", coc_number=f"6123456{number}", name="Ans Vrager", email=f"ans{number}@vrager.example",
                                                  code_expires_at=now, created_at=now, asked_at=now)  # fmt: skip
            applications.ask_back(staff, application=made, text="Wat wilt u bestellen?")


def _bank(cast: Any) -> None:
    """Leave a change of a bank account that waits for staff, and others that wait for a colleague."""
    for actor, iban in ((cast.sanne, "NL91ABNA0417164300"), (cast.dirk, "NL20INGB0001234567"), (cast.nadia2, "DE89370400440532013000")):
        with scope(actor):
            made = banking.ask_change(actor, iban=iban, holder=f"Rekening van {actor.name}")
        if actor.party_id == cast.sanne.party_id:
            second = cast.acting("karin", "bakker")
            with scope(second):
                banking.confirm_change(second, change=made)


def _mandates(cast: Any) -> None:
    """Let a dealer act for a company, and somebody of the other portal wait for an answer."""
    olga, sanne, dirk, nadia = cast.olga, cast.sanne, cast.dirk, cast.nadia2
    with scope(olga):
        parties.set_relation(olga, kind="dealer", giver=Party.objects.get(pk=sanne.party_id), agent=Party.objects.get(pk=dirk.party_id), rights=["order.view"], starts_on=timezone.localdate(), reference="Volmacht van dit jaar")
    with scope(nadia):
        parties.ask_relation(nadia, kind="agent", gives=True, number="59999", rights=["order.view"], starts_on=timezone.localdate())


def _merge(cast: Any) -> None:
    """Let staff of both portals make two companies one in which nobody works."""
    for actor in (cast.olga, cast.otto):
        with scope(actor):
            source, target = (parties.create_party(actor, number=number, name=f"Aannemer {number}", kind="customer") for number in ("10980", "10981"))
            parties.ask_merge(actor, source=source, target=target, as_branch=True, reason="Eén onderneming geworden")


def _ask(cast: Any) -> None:
    """Let staff of both portals ask people something in words; one has asked back."""
    for staff, asked in ((cast.peter, (cast.youssef, cast.dirk, cast.sanne, cast.els)), (cast.otto, (cast.nadia2,))):
        with scope(staff):
            made = [tasks.ask_person(staff, party=Party.objects.get(pk=person.party_id), title="Stuur het certificaat", text="Dat van dit jaar.", user_id=person.user_id) for person in asked]
        with scope(asked[0]):
            tasks.question(asked[0], task=made[0], text="Welk jaar?")


def _document(cast: Cast) -> None:
    """Leave a document of what each of the cast orders and of each portal's newest product. Those of the seeds have no bytes here: they were made where the template was."""
    paper: bytes = typst.compile(b"Prestatieverklaring")
    for actor, codes in ((cast.olga, {code for lines in CARTS.values() for code, _quantity in lines}), (cast.otto, {code for code, _quantity in CARTS["nadia2"]})):
        with scope(actor):
            there = Product.objects.filter(portal_id=actor.portal_id)
            found = [*there.filter(sku__in=codes), *there.order_by("-pk")[:1]]
            sheets.add_document(actor, product=found[0], also=[item.sku for item in found[1:]], kind="performance", language="nl", title="Van de proef", version="1", valid_from=timezone.localdate(), content=sheets.Content("prestatie.pdf", len(paper), io.BytesIO(paper)))


def _sheet(actor: Actor) -> bytes:
    """Return a PDF that says whose it is, as tests/architecture/marks.py marks the words of tables."""
    made: bytes = typst.compile(f"Van CNRY-{actor.portal_id}-{actor.party_id or 0}z".encode())
    return made


def _hold(system: Actor) -> None:
    """Leave an order that the ERP does not take, and records that the portal does not take."""
    with scope(system):
        connection = Connection.objects.get()
        order = Order.objects.get(number="VD-10077-0002")
        connectors.queue_command(system, connection=connection, key=order.number, kind="create_order", aggregate=ref("orders.order", order.pk), payload={"lines": []},
                                 problem="Artikel KZ-9016 is niet bekend in het ERP.")  # fmt: skip
        for number, (entity, text, sent) in enumerate(HELD, start=1):
            connectors.quarantine(system, connection_id=connection.pk, entity=entity, changes={}, problems={f"X-{number}": contract.Problem(text, sent)})
