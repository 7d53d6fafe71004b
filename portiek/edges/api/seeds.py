"""What the programs of the demo's companies come in with, and what they were told; with size "demo" only, since tests begin with none."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.sealing import seal
from portiek.edges.api import messages, rules
from portiek.edges.api.models import ApiKey, WebhookDelivery, WebhookEndpoint
from portiek.foundation.accounts.models import User
from portiek.foundation.accounts.seeds import portal_ids
from portiek.foundation.parties.models import Party
from portiek.trade.orders.models import Order

# (number of the party, e-mail address of who made it, kind, name, rights, days since it was used)
KEYS = [
    ("10042", "sanne@bakker.example", ApiKey.Kind.KEY, "Calculatie", ["catalog.view", "price.view"], 0),
    ("10042", "sanne@bakker.example", ApiKey.Kind.CLIENT, "Boekhouding", ["invoice.download", "invoice.view", "order.view.company"], 1),
    ("10077", "dirk@devries.example", ApiKey.Kind.KEY, "Webwinkel kozijnen", ["catalog.view", "order.place", "order.view.company", "price.view"], 0),
]
# Paused, so that a demo calls nobody: (number of the party, e-mail address, name, address, events)
WEBHOOKS = [
    ("10042", "sanne@bakker.example", "Boekhouding", "https://koppeling.bakker.example/portaal", ["invoice.paid", "invoice.posted", "order.changed", "order.confirmed"]),
    ("10077", "dirk@devries.example", "Webwinkel kozijnen", "https://webwinkel.devries.example/haken/vandijk", ["order.shipped", "price.changed", "stock.changed"]),
]
# What became of the messages of a webhook: (state, tries, status, milliseconds, error, answer)
CAME = [("delivered", 1, 204, 84, "", ""), ("delivered", 1, 204, 91, "", ""), ("delivered", 3, 200, 1340, "", "ok"), ("failed", 10, 503, 212, "status", "Service Unavailable"), ("delivered", 1, 204, 77, "", "")]


def seed(size: str) -> None:
    """Make keys, clients and webhooks with a log."""
    if size != "demo":
        return
    portal_id, now = portal_ids()["vandijk"], timezone.now()
    with scope(Actor.system(portal_id)):
        parties, users = {party.number: party for party in Party.objects.filter(number__in={row[0] for row in KEYS})}, {user.email: user for user in User.objects.filter(email__in={row[1] for row in KEYS})}
        for number, email, kind, name, rights, days in KEYS:
            # Nobody knows the secret: it is of the row's own words, hashed, and no such key has this shape.
            made = ApiKey.objects.create(portal_id=portal_id, party=parties[number], user=users[email], kind=kind, name=name, rights=rights, key_hash=rules.hash_of(f"{number} {name}"), last_used_at=now - timedelta(days=days, minutes=7),
                                         client_id="ptc_voorbeeld1234567" if kind == ApiKey.Kind.CLIENT else None, prefix="pts_Vb3kQ9" if kind == ApiKey.Kind.CLIENT else "ptk_Vb3kQ9")  # fmt: skip
            ApiKey.objects.filter(pk=made.pk).update(created_at=now - timedelta(days=40), networks=["203.0.113.24", "2001:db8:42::/48"] if kind == ApiKey.Kind.CLIENT else [])
        for number, email, name, url, events in WEBHOOKS:
            key, (secret, public) = messages.new_key()[4:24], messages.new_secret(messages.SHARED if number == "10042" else messages.ASYMMETRIC)
            webhook = WebhookEndpoint.objects.create(portal_id=portal_id, party=parties[number], user=users[email], key=key, name=name, url=url, events=events, secret=seal(secret, messages.place_of(key)), public_key=public,
                                                     state=WebhookEndpoint.State.PAUSED, last_ok_at=now - timedelta(hours=3))  # fmt: skip
            orders = list(Order.objects.filter(party=parties[number]).order_by("pk").values_list("number", flat=True)[: len(CAME)])
            rows = []
            for place, ((state, tries, status, milliseconds, error, answer), order) in enumerate(zip(CAME, orders, strict=False)):
                at = now - timedelta(hours=30 - 6 * place)
                event = next((item for item in events if item.startswith("order.")), events[0])
                rows.append(WebhookDelivery(portal_id=portal_id, party=parties[number], endpoint=webhook, key=messages.new_key(), event=event, text=order, queued_at=at, next_at=at, done_at=at, state=state, tries=tries, status=status,
                                            milliseconds=milliseconds, error=error, answer=answer, body=messages.body(event, at, {"number": order, "party": number})))  # fmt: skip
            WebhookDelivery.objects.bulk_create(rows)
