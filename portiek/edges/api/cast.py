"""Programs with a key of one of the cast, for tests."""

from __future__ import annotations

import json
from typing import Any

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.edges.api import actions
from portiek.foundation.parties.cast import PORTALS


class Machine:
    """A program that calls one portal's API with a key, or with none."""

    def __init__(self, key: str | None, host: str = PORTALS[0].host, **options: Any) -> None:
        from django.test import Client

        self.client = Client(**options)
        self.headers = {"host": host, **({"authorization": f"Bearer {key}"} if key else {})}

    def get(self, path: str, **parameters: Any) -> Any:
        """Ask for something."""
        return self.client.get(f"/api/v1{path}", parameters, headers=self.headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """Send something; `idempotency_key="a"` is a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers={**self.headers, **named})


def secret_of(actor: Actor, *rights: str, name: str = "Webshop", **options: Any) -> str:
    """Make a key with some rights of one of the cast, or all of them, as he would himself if he might, and return its secret."""
    may = Actor(**{**{field: getattr(actor, field) for field in actor.__dataclass_fields__}, "rights": actor.rights | {"apikey.manage"}})
    with scope(may):
        return actions.create_key(may, name=name, rights=list(rights) or sorted(actor.rights), **options)[1]
