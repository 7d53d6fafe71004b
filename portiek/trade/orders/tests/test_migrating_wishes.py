"""What was wanted otherwise of orders before it was one table with questions (migration 0030) goes along, with its tasks and the choices of how to hear of them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from portiek.config.testing import copy_database
from portiek.trade.orders.tests.test_migrating import PROGRAM as EARLIER

PROGRAM = EARLIER[: EARLIER.index("BEFORE =")] + """
BEFORE = [("orders", "0029_cart_unit"), ("tasks", "0004_instead_of"), ("notifications", "0006_devices")]
for name, migration in BEFORE:
    call_command("migrate", name, migration, database="owner", verbosity=0, interactive=False)
then = MigrationExecutor(connections["owner"]).loader.project_state(BEFORE).apps
make = lambda app, model, **values: then.get_model(app, model).objects.using("owner").create(**values)
now = timezone.now()
portal = make("parties", "Portal", slug="toen", name="Toen B.V.", host="toen.example")
party = make("parties", "Party", portal_id=portal.pk, number="1", name="Klant", kind="customer")
own = {"portal_id": portal.pk, "party_id": party.pk}
for number, kinds in (("P-1", ["orders.order_change"]), ("P-2", ["orders.order_change", "orders.order_answer"])):
    order = make("orders", "Order", **own, number=number, placed_at=now)
    said = {**own, "order_id": order.pk, "user_id": 7, "by_name": "Sanne", "at": now}
    make("orders", "Reply", **said, kind="asked", text="Wanneer?")
    make("orders", "Wish", **said, text="Naar de Kade", is_done=True, answer="", answered_by="Peter", answered_by_id=8, answered_at=now)
    make("orders", "Wish", **said, text="Minder")
    for kind in kinds:
        make("tasks", "Task", portal_id=portal.pk, kind=kind, subject=f"orders.order:{order.pk}", right="order.manage", ranks_at=now, asked_at=now)
make("notifications", "Standard", portal_id=portal.pk, kind="task:orders.order_change", mail="daily", obliged=False)
connections["owner"].close()
migrate_now()
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.foundation.notifications.models import Standard
from portiek.foundation.tasks.models import Task
from portiek.trade.orders.models import Reply
with scope(Actor.system(portal.pk)):
    print([(row.order.number, row.kind, row.text, row.is_done, row.answered_by, row.waits) for row in Reply.objects.select_related("order").order_by("order__number", "pk")])
    print(sorted((row.kind, row.done_at is None) for row in Task.objects.all()), list(Standard.objects.values_list("kind", flat=True)))
"""
SEEN = """[('P-1', 'asked', 'Wanneer?', None, '', True), ('P-1', 'wished', 'Naar de Kade', True, 'Peter', False), ('P-1', 'wished', 'Minder', None, '', True), ('P-2', 'asked', 'Wanneer?', None, '', True), ('P-2', 'wished', 'Naar de Kade', True, 'Peter', False), ('P-2', 'wished', 'Minder', None, '', True)]
[('orders.order_answer', False), ('orders.order_answer', True), ('orders.order_answer', True)] ['task:orders.order_answer']"""


@pytest.mark.no_database
def test_old_wishes_become_replies():
    """On a database of then: of one order a wish waits, of the other a question too."""
    url = copy_database("portiek_before_one_reply", template="template0")
    done = subprocess.run([sys.executable, "-c", PROGRAM], env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, timeout=300)
    assert done.stdout.strip() == SEEN, done.stdout + done.stderr[-3000:]
