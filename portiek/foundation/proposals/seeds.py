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
    # Each name logs somebody in anew, in a scope of its own.
    olga, dirk, peter, sanne = cast.olga, cast.dirk, cast.peter, cast.sanne
    with scope(olga):
        actions.set_rules(olga, at_once=[("party", "phone"), ("contact", "phone")])
    with scope(dirk):
        refused = actions.send(dirk, parties.own_party(dirk), values={"name": "De Vries Kozijnen & Meer"}).proposed[0]
        withdrawn = actions.send(dirk, parties.own_party(dirk), values={"email": "administratie@devries.example"}).proposed[0]
        actions.withdraw(dirk, proposal=withdrawn)
    with scope(peter):
        actions.refuse(peter, proposal=refused, reason="Bij de Kamer van Koophandel staat nog de oude naam. Stuur ons het uittreksel zodra het is gewijzigd.")
    with scope(sanne):
        actions.send(sanne, parties.own_party(sanne), values={"email": "facturen@bakker.example"}, note="Onze administratie heeft een eigen postbus gekregen.")
