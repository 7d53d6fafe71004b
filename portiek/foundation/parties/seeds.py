"""The portals and parties of the cast; with size "demo" three hundred more."""

from __future__ import annotations

import random
from datetime import timedelta

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.foundation.parties import actions
from portiek.foundation.parties.cast import PARTIES, PORTALS
from portiek.foundation.parties.installation import create_portal
from portiek.foundation.parties.models import Party, Unit
from portiek.foundation.parties.permissions import mandatable
from portiek.foundation.parties.rules import READING

# Who works at Bakker without an account: name, function, e-mail, telephone, where.
CONTACTS = [("Henk de Boer", "Uitvoerder", "henk.deboer@bakker.example", "06 123 00 401", "Kampen"), ("Wilma Bakker", "Administratie", "wilma@bakker.example", "038 444 12 11", ""),
            ("Rachid Aouad", "Voorman", "", "06 123 00 402", "Verbouwing Sassenpoort")]
CITIES = [("Zwolle", "80"), ("Kampen", "82"), ("Deventer", "74"), ("Meppel", "79"), ("Hoogeveen", "79"), ("Almelo", "76"), ("Apeldoorn", "73"), ("Utrecht", "35"), ("Assen", "94")]
TRADES = ["Bouwbedrijf", "Aannemersbedrijf", "Klussenbedrijf", "Timmerbedrijf", "Stukadoorsbedrijf", "Dakdekkersbedrijf", "Hoveniersbedrijf", "Afbouw", "Renovatiebedrijf", "Installatiebedrijf"]
NAMES = ["Mulder", "Hendriks", "Smits", "Bosch", "Kuiper", "Dekker", "Vos", "Brouwer", "Post", "Huisman", "Koster", "Prins", "Wolters", "Schouten", "Van Leeuwen", "Kramer", "Veenstra",
         "Postma", "Hoekstra", "Bijlsma", "Timmer", "Zandstra", "Kok", "Verhoeven", "Willems", "Peters", "Jacobs", "Scholten", "Blom", "Dijkstra"]
# What stands inside the branches of the cast: the branch, kind, name, code.
INSIDE = [("Zwolle", "department", "Inkoop", "100"), ("Zwolle", "department", "Werkplaats", "120"), ("Zwolle", "project", "Verbouwing Sassenpoort", "P-2611"), ("Kampen", "project", "Nieuwbouw Havenkwartier", "P-2604")]


def seed(size: str) -> None:
    """Make the two portals and their parties."""
    ids = {portal.slug: create_portal(slug=portal.slug, name=portal.name, host=portal.host, hue=portal.hue, order_prefix=portal.order_prefix, email=portal.email, phone=portal.phone)
           for portal in PORTALS}
    for slug, portal_id in ids.items():
        actor = Actor.system(portal_id)
        with scope(actor):
            for party in (item for item in PARTIES if item.portal == slug):
                made = actions.create_party(actor, number=party.number, name=party.name, kind=party.kind, **party.more)
                actions.add_address(actor, party=made, street=party.street, postal_code=party.postal_code, city=party.city, is_invoice=True)
                for unit in party.units:
                    actions.add_unit(actor, party=made, name=unit)
                for above, kind, name, code in (row for row in INSIDE if row[0] in party.units):
                    actions.add_unit(actor, party=made, name=name, kind=kind, code=code, parent=Unit.objects.get(party=made, name=above))
                for name, role, email, phone, place in CONTACTS if party.key == "bakker" else ():
                    actions.add_contact(actor, party=made, name=name, role=role, email=email, phone=phone, unit=Unit.objects.filter(party=made, name=place).first())
                for unit in party.units:
                    if unit != party.city:
                        actions.add_address(actor, party=made, label=unit, street=f"Bouwplaats {unit} 1", postal_code="8000 AA", city=unit)
    if size == "demo":
        _more(Actor.system(ids["vandijk"]), 296)
        _mandates(Actor.system(ids["vandijk"]))


def _mandates(actor: Actor) -> None:
    """Let the dealer act for two customers, and the builder's parent company look at its books until the end of the year."""
    today = timezone.localdate()
    with scope(actor):
        named = {party.number: party for party in Party.objects.filter(number__in=["10042", "10077", "10100", "10101", "10103"])}
        for giver, agent, kind, days, rights in (("10100", "10077", "dealer", 180, (*READING, "cart.edit", "order.place")), ("10101", "10077", "dealer", None, (*READING, "cart.edit", "order.place")), ("10042", "10103", "parent", 40, READING)):
            wanted = [code for code in rights if code in mandatable()]
            actions.set_relation(actor, kind=kind, giver=named[giver], agent=named[agent], rights=wanted, starts_on=today - timedelta(days=30), ends_on=today + timedelta(days=days) if days else None, reference=f"M-{giver}")


def _more(actor: Actor, number: int) -> None:
    chance = random.Random(20)
    with scope(actor):
        for index in range(number):
            kind = "supplier" if index % 12 == 11 else "dealer" if index % 9 == 8 else "person" if index % 15 == 14 else "customer"
            surname = NAMES[index % len(NAMES)]
            city, postal = chance.choice(CITIES)
            name = f"{chance.choice(['Jan', 'Maria', 'Piet', 'Anneke'])} {surname}" if kind == "person" else f"{TRADES[(index * 7) % len(TRADES)]} {surname} {city}"
            made = actions.create_party(actor, number=str({"supplier": 20100, "person": 30100}.get(kind, 10100) + index), name=name, kind=kind,
                                        credit_limit=None if kind in ("supplier", "person") else str(chance.choice([5000, 10000, 25000, 50000])))
            actions.add_address(actor, party=made, street=f"{chance.choice(['Handelsweg', 'Kerkstraat', 'Ambachtsweg', 'Nijverheidsstraat', 'Havenkade'])} {chance.randint(1, 180)}",
                                postal_code=f"{postal}{chance.randint(10, 99)} {chance.choice(['AB', 'CD', 'GH', 'PX'])}", city=city, is_invoice=True)
