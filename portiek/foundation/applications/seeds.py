"""Requests for an account in the demo alone: one that waits and looks like a customer who is there, one that was asked back, one that was rejected."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.applications import actions
from portiek.foundation.applications.models import Application

ASKED = [
    ("Bakker Onderhoud B.V.", "12345678", "Jelle Bakker", "jelle@bakker.example", "Wij zijn de onderhoudstak van Bouwbedrijf Bakker en willen zelf bestellen."),
    ("Timmerwerken Oosterhof", "61234567", "Ilse Oosterhof", "ilse@oosterhof.example", "Vaste klant aan de balie, graag op rekening."),
    ("Webshop Snel & Goed", "70123456", "R. Snel", "info@snelengoed.example", ""),
]


def seed(size: str) -> None:
    """Let three companies ask, as if each had proved its address."""
    if size != "demo":
        return
    peter = Cast().peter
    with scope(peter):
        now = timezone.now()
        made = [Application.objects.create(portal_id=peter.portal_id, state=Application.State.ASKED, company=company, coc_number=number, name=name, email=email, remark=remark, code_expires_at=now,
                                           created_at=now - timedelta(days=days), asked_at=now - timedelta(days=days)) for days, (company, number, name, email, remark) in enumerate(ASKED)]
        actions.ask_back(peter, application=made[1], text="Kunt u een recent uittreksel van de Kamer van Koophandel mailen? Dan zetten wij het account voor u klaar.")
        actions.reject(peter, application=made[2], reason="Wij leveren alleen aan bouwbedrijven, aannemers en particulieren in de regio.")
