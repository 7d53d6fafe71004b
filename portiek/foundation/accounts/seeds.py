"""The people of the cast, each with his places and the demo's password."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.db.gate import ask
from portiek.foundation.accounts import actions
from portiek.foundation.accounts.models import Membership, Role, User
from portiek.foundation.accounts.proofs import saml
from portiek.foundation.accounts.rules import WAYS
from portiek.foundation.parties.cast import PARTIES, PASSWORD, PEOPLE, PORTALS
from portiek.foundation.parties.models import Party

# Who is away, who stands in, for how many days from now.
AWAY = [("fatima@vandijk.example", "peter@vandijk.example", 9), ("nadia@peeters.example", "youssef@bakker.example", 4)]


def portal_ids() -> dict[str, int]:
    """Return the ids of the cast's portals by slug."""
    hosts = {portal.host: portal.slug for portal in PORTALS}
    return {hosts[host]: number for number, _language, host in ask("portals") if host in hosts}


def seed(size: str) -> None:
    """Make roles, users, memberships, cards and passwords."""
    for slug, portal_id in portal_ids().items():
        actor = Actor.system(portal_id)
        people = [person for person in PEOPLE if person.portal == slug]
        with scope(actor):
            actions.make_roles(actor)
            roles = {role.code: role for role in Role.objects.all()}
            parties = {item.key: Party.objects.get(number=item.number) for item in PARTIES if item.portal == slug}
            users: dict[str, User] = {}
            for person in people:
                users[person.key] = actions.create_user(actor, email=person.email, name=person.name, language=person.language)
                for key, role, limit in person.places:
                    actions.grant_membership(actor, user=users[person.key], party=parties[key] if key else None, role=roles[role], order_limit=Decimal(limit) if limit else None)
                if person.function:
                    card = actions.set_card(actor, user=users[person.key], function=person.function, phone="038 123 45 67")
                    if person.key in ("peter", "otto"):
                        for party in Party.objects.exclude(kind="supplier"):
                            actions.set_care(actor, party=party, user_id=card.user_id)
            if slug == "vandijk":
                inside = actions.make_team(actor, name="Binnendienst Zwolle", user_ids=[users["peter"].pk, users["fatima"].pk])
                actions.set_care(actor, party=parties["bakker"], user_id=users["peter"].pk, team=inside)
                actions.set_care(actor, party=parties["devries"], user_id=None, team=inside)
            # Staff are advised a second step now and need one in two months.
            actions.set_portal_policy(actor, audience="staff", ways=WAYS, second_step="everybody", since=timezone.now().date() + timedelta(days=60), strong=True)
        gate = Actor.gate(portal_id)
        with scope(gate):
            for person in people:
                actions.set_password(gate, user=users[person.key], password=PASSWORD)
    if size == "demo":
        _away()
        _guest()
        _provider()


def _provider() -> None:
    """Let Bakker set up its own provider: described, tried and not in use, so that its people come in as before and nobody is called.

    SAML, of which a check is made on what was pasted alone; nobody has the key of its certificate.
    """
    actor, key = Actor.system(portal_ids()["vandijk"]), ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "login.bakker.example")]), timezone.now()
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
    signed = made.not_valid_before(now - timedelta(days=30)).not_valid_after(now + timedelta(days=700)).sign(key, hashes.SHA256())
    settings = {"domains": ["bakker.example"], "endpoints": {"sso": "https://login.bakker.example/saml/sso"}, "keys": [saml.certificate(signed.public_bytes(Encoding.PEM).decode())]}
    with scope(actor):
        row = actions.add_provider(actor, kind="saml", party=Party.objects.get(number="10042"), label="Bakker-account", issuer="https://login.bakker.example/saml", settings=settings)
        actions.note_check(actor, provider_id=row.pk, problem="")


def _guest() -> None:
    """Let Karin keep the books of De Vries for twelve days more."""
    actor = Actor.system(portal_ids()["vandijk"])
    with scope(actor):
        row = Membership.objects.select_related("role").get(portal_id=actor.portal_id, user__email="karin@bakker.example", party__number="10077")
        actions.change_membership(actor, membership=row, role=row.role, until=timezone.localdate() + timedelta(days=12))


def _away() -> None:
    """Let Fatima and Nadia be away this week: Peter and Youssef stand in."""
    actor = Actor.system(portal_ids()["vandijk"])
    today = timezone.localdate()
    with scope(actor):
        places = {row.user.email: row for row in Membership.objects.select_related("user", "role").filter(portal_id=actor.portal_id, user__email__in=[pair[side] for pair in AWAY for side in (0, 1)])}
        for email, deputy, days in AWAY:
            actions.set_absence_of(actor, membership=places[email], first_day=today, last_day=today + timedelta(days=days), deputy_id=places[deputy].user_id)
