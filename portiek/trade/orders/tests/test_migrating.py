"""What was approved before there were requests (migration 0012) stays readable and can still be decided."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from portiek.config.testing import copy_database

PROGRAM = """
from datetime import timedelta
from decimal import Decimal
import psycopg
from portiek.config.cli import setup, migrate_now
setup()
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from portiek.config.settings import environment
from portiek.core.db.roles import install_roles
owner = connections["owner"].settings_dict
with psycopg.connect(host=owner["HOST"], port=owner["PORT"], user=owner["USER"], password=owner["PASSWORD"], dbname=owner["NAME"], autocommit=True) as raw:
    install_roles(raw, environment().logins(), str(owner["NAME"]))
BEFORE = ("orders", "0011_invoice_address")
call_command("migrate", *BEFORE, database="owner", verbosity=0, interactive=False)
then = MigrationExecutor(connections["owner"]).loader.project_state([BEFORE]).apps
Portal, Party = then.get_model("parties", "Portal"), then.get_model("parties", "Party")
Order, Approval = then.get_model("orders", "Order"), then.get_model("orders", "Approval")
now = timezone.now()
portal = Portal.objects.using("owner").create(slug="toen", name="Toen B.V.", host="toen.example")
party = Party.objects.using("owner").create(portal_id=portal.pk, number="1", name="Klant", kind="customer")
own = {"portal_id": portal.pk, "party_id": party.pk}
def waited(number, status, days, limit="1500", **decided):
    order = Order.objects.using("owner").create(**own, number=number, net=Decimal("2000"), placed_at=now - timedelta(days=days), content_hash=number * 8, status="pending_approval" if status == "pending" else "submitted")
    Approval.objects.using("owner").create(**own, order_id=order.pk, status=status, content_hash=number * 8, order_limit=Decimal(limit), requested_by=7, requested_at=now - timedelta(days=days), **decided)
    return order
by = {"decided_by": 8, "decided_name": "Sanne Bakker"}
waited("P-1", "approved", 300, decided_at=now - timedelta(days=299), decided_instead_of="Karin Bakker", period="month", **by)
again = waited("P-2", "rejected", 40, decided_at=now - timedelta(days=39), reason="Te duur", **by)
Approval.objects.using("owner").create(**own, order_id=again.pk, status="pending", content_hash="n" * 64, order_limit=Decimal("900"), requested_by=7, requested_at=now - timedelta(days=2))
waited("P-3", "withdrawn", 20)
waited("P-4", "pending", 60)
Order.objects.using("owner").create(**own, number="P-5", placed_at=now)
connections["owner"].close()
migrate_now()
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.trade.approvals import queries
from portiek.trade.approvals.models import Decision, Request
from portiek.trade.orders.models import Order
system = Actor.system(portal.pk)
with scope(system):
    for order in Order.objects.order_by("number"):
        route = queries.route(system, order.approval_id)
        if route is None:
            print(order.number, "none")
            continue
        [at] = route.steps
        asked = route.request
        last = route.decided
        print(order.number, asked.status, at.step.status, asked.number, f"{asked.limit:.0f}", asked.period or "-", asked.subject == f"orders.order:{order.pk}", asked.expires_at > now + timedelta(days=20), at.step.key, at.step.reasons[0]["limit"],
              f"{last.name}/{last.instead_of}/{last.reason}/{last.seats}" if last else "-", route.current is not None, sep="|")
    print(Request.objects.count(), Decision.objects.count())
"""
SEEN = """P-1|approved|approved|P-1|1500|month|True|True|anyone:::any|1500.00|Sanne Bakker/Karin Bakker//[8]|False
P-2|pending|open|P-2|900|-|True|True|anyone:::any|900.00|-|True
P-3|withdrawn|over|P-3|1500|-|True|True|anyone:::any|1500.00|-|False
P-4|pending|open|P-4|1500|-|True|True|anyone:::any|1500.00|-|True
P-5 none
5 2"""


@pytest.mark.no_database
def test_old_approvals_become_requests():
    """On a database of then with rows in it: decided, rejected and asked again, withdrawn, waiting for longer than a request is open, never asked."""
    url = copy_database("portiek_before_requests", template="template0")
    done = subprocess.run([sys.executable, "-c", PROGRAM], env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, timeout=300)
    assert done.stdout.strip() == SEEN, done.stdout + done.stderr[-3000:]
