"""In the demo: the purchasing system of Bakker, and how its visits went."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.edges.punchout import rules
from portiek.edges.punchout.models import System, Visit
from portiek.edges.punchout.rules import Line
from portiek.foundation.accounts.models import User
from portiek.foundation.accounts.seeds import portal_ids
from portiek.foundation.parties.models import Party
from portiek.trade.orders.models import OrderLine

# (hours ago, state, reason)
VISITS = [(74, Visit.State.ORDERED, ""), (50, Visit.State.REFUSED, "punchout.return"), (49, Visit.State.RETURNED, ""), (3, Visit.State.RETURNED, "")]


def seed(size: str) -> None:
    """Make a system with visits; nothing but in the demo."""
    if size != "demo":
        return
    portal_id, now = portal_ids()["vandijk"], timezone.now()
    with scope(Actor.system(portal_id)):
        party, user = Party.objects.get(number="10042"), User.objects.get(email="sanne@bakker.example")
        # Nobody knows the password.
        system = System.objects.create(portal_id=portal_id, party=party, login="po_5d1f0c7ab3e94826", secret_hash=rules.hash_of(secrets.token_urlsafe(24)), name="SAP Ariba", user=user, kind=System.Kind.OCI, hosts=["s1.ariba.com", "inkoop.bakker.example"])
        bought = list(OrderLine.objects.filter(party=party, order__status="completed").select_related("order").order_by("order_id", "position")[:12])
        for hours, state, reason in VISITS:
            order = bought[0].order if state == Visit.State.ORDERED and bought else None
            took = [] if reason else [line for line in bought if order is None or line.order_id == order.pk][: 3 if order is None else 12]
            lines = [Line(line.sku, line.name, f"{line.quantity:f}", line.unit_code, f"{line.price:f}", "EUR").kept() for line in took]
            Visit.objects.create(portal_id=portal_id, party=party, system=system, key=secrets.token_hex(12), user_id=user.pk, state=state, reason=reason, lines=lines, order=order, at=now - timedelta(hours=hours), returned_at=None if reason else now - timedelta(hours=hours) + timedelta(minutes=9))
