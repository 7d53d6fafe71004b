"""What staff of the demo asks people of the cast in words; the other tasks follow from orders and invoices."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.foundation.accounts.models import User
from portiek.foundation.accounts.seeds import portal_ids
from portiek.foundation.parties.models import Party
from portiek.foundation.tasks import actions, permissions

# Of which party, of whom, what, why, before how many days from now.
ASKED = [
    ("10042", "sanne@bakker.example", "Stuur uw vrijstelling van btw verlegd", "Voor het werk aan de Rieteweg. Een scan is genoeg.", 5),
    ("10077", "dirk@devries.example", "Bevestig de maten van kozijn KZ-9016", "De fabriek begint donderdag.", 2),
    ("20011", "mark@gipsnoord.example", "Nieuw veiligheidsblad van de gipsplaten", "Het oude is van voor 2023.", 9),
]


def seed(size: str) -> None:
    """Let Peter ask, in a demo alone: tests ask for themselves."""
    if size != "demo":
        return
    system = Actor.system(portal_ids()["vandijk"])
    with scope(system):
        peter = User.objects.get(email="peter@vandijk.example")
        people = {user.email: user.pk for user in User.objects.filter(email__in=[email for _number, email, *_rest in ASKED])}
    actor = replace(system, kind="staff", user_id=peter.pk, name=peter.name, rights=frozenset({permissions.ASK}))
    with scope(actor):
        for number, email, title, text, days in ASKED:
            actions.ask_person(actor, party=Party.objects.get(number=number), title=title, text=text, due_at=timezone.now() + timedelta(days=days), user_id=people[email])
