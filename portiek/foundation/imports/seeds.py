"""Spreadsheets of the cast, in the demo alone: each waits to be looked at by who brought it in."""

from __future__ import annotations

import io

from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.imports import actions
from portiek.foundation.imports.kinds import kind
from portiek.foundation.parties import queries as parties

PEOPLE = """E-mailadres;Naam;Rol;Vestiging;Bestellimiet;Personeelsnummer
tom.bakker@bakker.example;Tom Bakker;Inkoper;Kampen;1.500,00;1042
lisa.degroot@bakker.example;Lisa de Groot;Inkoper met fiattering;Deventer;;1043
ahmed.yildiz@bakker.example;Ahmed Yildiz;Service / monteur;P-2611;;1044
youssef@bakker.example;Youssef El Amrani;Inkoper;;1500;1021
werkplaats@bakker;Werkplaats;Inkoper;;;1045
eva.smit@bakker.example;Eva Smit;Voorman;Kampen;;1046
"""
COMPANIES = """Klantnummer;Naam;Soort;KvK-nummer;Plaats;Betaaltermijn
10801;Schildersbedrijf Kleurrijk;klant;71234567;Zwolle;14
10802;Tegelhandel Veluwe;dealer;71234568;Apeldoorn;30
10803;Zaagwerk Noord;leverancier;123;Assen;30
"""


def seed(size: str) -> None:
    """Let Sanne bring colleagues in and Olga companies."""
    if size != "demo":
        return
    cast = Cast()
    for actor, what, name, text in ((cast.sanne, "people", "collega's 2026.csv", PEOPLE), (cast.olga, "parties", "nieuwe relaties.csv", COMPANIES)):
        with scope(actor):
            party = parties.own_party(actor) if actor.party_id else None
            actions.bring_in(actor, kind=kind(what), party=party, name=name, content=io.BytesIO(text.encode()), size=len(text))
