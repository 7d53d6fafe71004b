"""How an import is shown where only its reference is known."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.refs import Shown, register_ref
from portiek.foundation.imports import queries


def _import(actor: Actor, key: int) -> Shown | None:
    try:
        return Shown(queries.import_(actor, key).name, reverse("imports:detail", args=[key]))
    except NotFound:
        return None


register_ref("imports.import", _import)
