"""A committed copy of the test database in which every list has something: for tests that go over all pages and doors."""

from __future__ import annotations

import io
import secrets
from datetime import timedelta
from typing import Any

import typst
from django.utils import timezone
from PIL import Image

from portiek.config.testing import collected_jobs, run_jobs
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.refs import ref
from portiek.core.sessions import token_hash
from portiek.edges.api import actions as api
from portiek.edges.api.models import ApiKey, WebhookDelivery
from portiek.edges.connectors import actions as connectors
from portiek.edges.connectors import contract
from portiek.edges.connectors.models import Connection
from portiek.foundation.accounts import actions as accounts
from portiek.foundation.accounts.cast import Cast, client_of
from portiek.foundation.accounts.models import Invitation, Role, Session, User
from portiek.foundation.accounts.seeds import portal_ids
from portiek.foundation.files import actions as files
from portiek.foundation.notifications import actions as notifications
from portiek.foundation.parties import actions as parties
from portiek.foundation.parties.installation import create_portal
from portiek.foundation.parties.models import Party
from portiek.trade.orders.models import Order
from portiek.trade.orders.reactions import CHANGED, SHIPPED

DRY = [("GP-125-2600", "60"), ("MS-C75-26", "48"), ("GW-75-81", "6")]
INVITED = "/invitation/een-uitnodiging-om-te-bekijken/"
CARTS = {"youssef": DRY, "sanne": DRY, "els": [("TV-6060-G", "12"), ("ZS-25", "1")], "dirk": [("BD-830", "4"), ("KZ-9016", "12")], "nadia2": [("BT-KB-15", "2")]}
# What an ERP may send that the portal cannot take: of which feed, why, what it sent.
HELD = [
    ("product", "bad_code", "ProductRecord(external_id='P-9001', sku='')"),
    ("party", "email: not a text, or longer than 20000", "PartyRecord(external_id='C-77', number='10990', name='Bouwbedrijf Lem')"),
    ("invoice", "unknown_party", "InvoiceRecord(external_id='I-3', number='F-2026-0311', party='C-77')"),
]


def furnish() -> None:
    """Fill the database that this process serves from as people and jobs do: carts, keys, invitations, messages, files, what is stuck."""
    cast = Cast()
    with collected_jobs():
        for key, lines in CARTS.items():
            client = client_of(key)
            for code, quantity in lines:
                client.post("/orders/cart/add/", {"product": code, "quantity": quantity})
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
        party, colleague = cast.sanne.party_id, cast.youssef.user_id
        with scope(cast.system):
            # Of a colleague, so that it can be taken over.
            ApiKey.objects.filter(party_id=party, name="Boekhouding").update(user_id=colleague)
        _draw(cast)
        _tell(cast)
        _hold(cast.system)
        run_jobs()
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


def _draw(cast: Any) -> None:
    for actor, colour in ((cast.olga, "#1d5f8a"), (cast.otto, "#8a1d3f")):
        made = io.BytesIO()
        Image.new("RGB", (240, 80), colour).save(made, "PNG")
        with scope(actor):
            parties.change_portal(actor, values={}, logo=made.getvalue())


def _hook(actor: Actor) -> None:
    """Set up a webhook that nobody answers to, with a message that was given up."""
    made, _secret = api.create_webhook(actor, name="Eigen pakket", url="https://hooks.eigenpakket.example/portaal", events=["stock.changed", "price.changed"])
    api.send_test(actor, webhook=made.key)
    paused, _secret = api.create_webhook(actor, name="Kassa", url="https://hooks.kassa.example/portaal", events=["stock.changed"])
    api.pause_webhook(actor, webhook=paused.key)
    WebhookDelivery.objects.filter(endpoint=made).update(state="failed", tries=10, error="status", status=503, milliseconds=41, answer="Service Unavailable", done_at=timezone.now())


def _tell(cast: Any) -> None:
    for actor, system in ((cast.sanne, cast.system), (cast.dirk, cast.system), (cast.els, cast.system), (cast.mark, cast.system), (cast.olga, cast.system), (cast.nadia2, cast.system_of_brand)):
        with scope(system):
            files.store(system, name="Productblad.pdf", media_type="application/pdf", content=_sheet(actor), party_id=actor.party_id)
            number = Order.objects.filter(**({"party_id": actor.party_id} if actor.party_id else {})).order_by("-pk").values_list("number", flat=True).first()
            for kind in (CHANGED, SHIPPED):
                notifications.notify(system, kind=kind, party_id=actor.party_id, user_ids=[actor.user_id], values={"number": number or "-"})


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
