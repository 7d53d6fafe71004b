"""The cast as actors and as browsers, for tests: rights are read from the database, as a request does."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.db.gate import ask
from portiek.core.sessions import token_hash
from portiek.foundation.accounts.identify import _actor
from portiek.foundation.accounts.models import Session, User
from portiek.foundation.accounts.rules import SESSION_DAYS
from portiek.foundation.accounts.seeds import portal_ids
from portiek.foundation.parties.cast import PARTIES, PEOPLE, PORTALS
from portiek.foundation.parties.models import Party


class Cast:
    """Actors by first name: `Cast().sanne`; `Cast().acting("karin", "devries")` for her second company; `system` the portal itself."""

    def __getattr__(self, name: str) -> Actor:
        if name.startswith("_"):
            raise AttributeError(name)
        return self.acting(name)

    def acting(self, key: str, party: str | None = None) -> Actor:
        """Return one of the cast, acting for his first company or the named one."""
        host, token = open_session(key, party)
        found = ask("identify", host, token_hash(token))
        return _actor(found["portal"]["id"], found["member"])

    @property
    def system(self) -> Actor:
        """The first portal itself."""
        return Actor.system(portal_ids()["vandijk"])

    @property
    def system_of_brand(self) -> Actor:
        """The second portal itself."""
        return Actor.system(portal_ids()["brand"])


def open_session(key: str, party: str | None = None) -> tuple[str, str]:
    """Log one of the cast in without a password and return (host, session secret)."""
    person = next(person for person in PEOPLE if person.key == key)
    portal = next(item for item in PORTALS if item.slug == person.portal)
    chosen = party or person.places[0][0]
    gate = Actor.gate(portal_ids()[portal.slug])
    token = secrets.token_urlsafe(32)
    with scope(gate):
        user = User.objects.get(email=person.email)
        number = next((item.number for item in PARTIES if item.key == chosen), None)
        company = Party.objects.get(number=number) if number else None
        Session.objects.create(portal_id=gate.portal_id, user=user, party=company, token_hash=token_hash(token), expires_at=timezone.now() + timedelta(days=SESSION_DAYS))
    return portal.host, token


def client_of(key: str | None, party: str | None = None, **options: Any) -> Any:
    """Return a test client that is logged in as one of the cast (None: nobody, on the first portal)."""
    from django.test import Client

    if key is None:
        return Client(headers={"host": PORTALS[0].host}, **options)
    host, token = open_session(key, party)
    client = Client(headers={"host": host}, **options)
    client.cookies[settings.SESSION_COOKIE] = token
    return client
