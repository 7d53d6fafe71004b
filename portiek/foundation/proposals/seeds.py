"""Proposals of the cast, in the demo alone: one that waits, one that was refused, one that was withdrawn; telephone numbers are accepted by rule."""

from __future__ import annotations

from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.parties import queries as parties
from portiek.foundation.proposals import actions


def seed(size: str) -> None:
    """Let the cast propose."""
    if size != "demo":
        return
    cast = Cast()
    with scope(cast.olga):
        actions.set_rules(cast.olga, at_once=[("party", "phone"), ("contact", "phone")])
    with scope(cast.dirk):
        refused = actions.send(cast.dirk, parties.own_party(cast.dirk), values={"name": "De Vries Kozijnen & Meer"}).proposed[0]
        withdrawn = actions.send(cast.dirk, parties.own_party(cast.dirk), values={"email": "administratie@devries.example"}).proposed[0]
        actions.withdraw(cast.dirk, proposal=withdrawn)
    with scope(cast.peter):
        actions.refuse(cast.peter, proposal=refused, reason="Bij de Kamer van Koophandel staat nog de oude naam. Stuur ons het uittreksel zodra het is gewijzigd.")
    with scope(cast.sanne):
        actions.send(cast.sanne, parties.own_party(cast.sanne), values={"email": "facturen@bakker.example"}, note="Onze administratie heeft een eigen postbus gekregen.")
