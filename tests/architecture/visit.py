"""Who comes to a door, what came of it, and what he must be told: the judging of the engine, apart, so that planted flaws can be judged too."""

from __future__ import annotations

import io
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from portiek.core.sessions import token_hash
from portiek.foundation.parties.cast import PARTIES, PEOPLE, PORTALS
from tests.architecture.doors import ACTORS, Door


@dataclass
class Visitor:
    """One of the cast in one company. His rights are read from the tables, not asked of the house, which is on trial."""

    url: str
    key: str
    portal: int
    party: int | None
    user: int
    host: str
    rights: frozenset[str]
    client: Client = field(default_factory=Client)
    names: list[str] | None = None

    @property
    def staff(self) -> bool:
        return self.party is None

    def may(self, right: str) -> bool:
        """Whether he has a right, within any reach."""
        return any(given == right or (given.startswith(right + ".") and given.rpartition(".")[2] in ("own", "unit", "company")) for given in self.rights)

    def enter(self, **options: Any) -> Visitor:
        """Log in anew: a session of his own, by id, since his e-mail may be marked."""
        token = secrets.token_urlsafe(32)
        with psycopg.connect(self.url, autocommit=True) as owner:
            owner.execute("INSERT INTO accounts_session (portal_id, user_id, party_id, token_hash, created_at, expires_at, proved_at, user_agent) VALUES (%s, %s, %s, %s, now(), now() + interval '30 days', now(), '')",
                          [self.portal, self.user, self.party, token_hash(token)])  # fmt: skip
        self.client = Client(headers={"host": self.host}, raise_request_exception=False, **options)
        self.client.cookies[settings.SESSION_COOKIE] = token
        return self

    def without_own_names(self, text: str) -> str:
        """Leave the names of his other companies out of a text: the menu offers them to him, on every page."""
        if self.names is None:
            with psycopg.connect(self.url) as owner:
                rows = owner.execute("SELECT p.name FROM accounts_membership m JOIN parties_party p ON p.id = m.party_id WHERE m.user_id = %s AND m.is_active AND m.party_id <> %s", [self.user, self.party or 0]).fetchall()
            self.names = [name for (name,) in rows]
        for name in self.names:
            text = text.replace(name, "")
        return text

    def ask(self, method: str, url: str, data: dict[str, Any] | None = None, **options: Any) -> Answer:
        """Ask for a page, without what an earlier one left to be said."""
        self.client.cookies.pop("messages", None)
        send = self.client.post if method == "POST" else self.client.get
        return Answer.of(send(url, data or {}, **options))


def words_of(response: Any, body: bytes) -> str:
    """Return what an answer says: its text, or that of its PDF, in which words may be broken off at a hyphen."""
    if response.headers.get("Content-Type") != "application/pdf":
        return body.decode(errors="replace")
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages).replace("-\n", "-")


@dataclass(frozen=True)
class Answer:
    """What came back, in what can be compared."""

    status: int
    location: str
    said: tuple[str, ...]
    body: bytes
    all: str

    @staticmethod
    def of(response: Any) -> Answer:
        body = b"".join(response.streaming_content) if response.streaming else response.content
        queued = getattr(getattr(response.wsgi_request, "_messages", None), "_queued_messages", ())
        whole = words_of(response, body) + str(dict(response.headers)) + response.cookies.output()
        return Answer(response.status_code, response.headers.get("Location", ""), tuple(str(message) for message in queued), body, whole)


def visitors(url: str, chosen: Sequence[tuple[str, str | None]] = tuple(ACTORS)) -> dict[str, Visitor]:
    """Return the cast by name and company. Asked before anything is marked."""
    found = {}
    with psycopg.connect(url) as owner:
        for key, company in chosen:
            person = next(person for person in PEOPLE if person.key == key)
            portal = next(item for item in PORTALS if item.slug == person.portal)
            (portal_id,) = owner.execute("SELECT id FROM parties_portal WHERE slug = %s", [portal.slug]).fetchone()
            (user,) = owner.execute("SELECT id FROM accounts_user WHERE portal_id = %s AND email = %s", [portal_id, person.email]).fetchone()
            number = next((item.number for item in PARTIES if item.key == (company or person.places[0][0])), None)
            party = owner.execute("SELECT id FROM parties_party WHERE portal_id = %s AND number = %s", [portal_id, number]).fetchone() if number else None
            given = owner.execute("SELECT unnest(r.rights) FROM accounts_membership m JOIN accounts_role r ON r.id = m.role_id WHERE m.user_id = %s AND m.is_active AND m.party_id IS NOT DISTINCT FROM %s",
                                  [user, party[0] if party else None]).fetchall()  # fmt: skip
            found[f"{key}-{company or 'own'}"] = Visitor(url, key, portal_id, party[0] if party else None, user, portal.host, frozenset(right for (right,) in given))
    return found


def due(visitor: Visitor, right: str | None, audience: str | None) -> int | None:
    """Return what must be answered to who may not come at all: 404 for another audience, 403 without the right; None to who may."""
    if audience and (audience == "staff") != visitor.staff:
        return 404
    if right not in (None, "public") and not visitor.may(right):
        return 403
    return None


def address(door: Door, arguments: Sequence[str]) -> str:
    return reverse(door.name, args=list(arguments))


NAMES = [f"{key}-{company or 'own'}" for key, company in ACTORS]
