"""Orders as files: written once, answered by a file, looked for before anything is written again."""

from __future__ import annotations

import csv
import json

import pytest

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.edges.connectors import engine
from portiek.edges.connectors.files.tests.conftest import connected
from portiek.edges.connectors.models import Command, Connection
from portiek.edges.connectors.tests.world import World
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.orders.models import Order, OrderLine


@pytest.fixture
def ours(cast, tmp_path, monkeypatch):
    """The first portal, with files in the place of its ERP; it knows its products and parties."""
    from django.conf import settings

    monkeypatch.setattr(settings, "FILES_ROOT", tmp_path)
    with scope(cast.system):
        Connection.objects.update(enabled=False)
    made = connected(cast.system, tmp_path, "vandijk")
    made.map("order_answer", external_id="onze", number="hun", state={"column": "st", "table": {"ok": "accepted", "nee": "rejected"}}, text="waarom")
    made.map("order", external_id="nr", reference="onze", party="klant", state={"constant": "confirmed"})
    made.map("order.lines", of="nr", product="artikel", quantity="aantal", unit_price={"column": "prijs", "change": "point"})
    return made


def place(ours, number="VD-F-1"):
    """Place an order and let its reactions write it."""
    order = World(ours.actor, ours.connection, None).order(number, lines=2)
    run_jobs()
    return order


def command(ours, number="VD-F-1"):
    with scope(ours.actor):
        return Command.objects.get(key=number, kind="create_order")


def sync(ours, order):
    with scope(ours.actor):
        found = Order.objects.get(pk=order.pk)
        return found.sync, found.erp_number, found.status


def answer(ours, *rows):
    ours.put("order_answer-1.csv", ["onze;hun;st;waarom", *rows])
    ours.look()
    engine.run_once(ours.connection)


def out(ours):
    return sorted(path.name for path in (ours.place / "out").iterdir())


def test_an_order_is_a_file_and_waits_for_its_answer(ours):
    order = place(ours)
    assert out(ours) == ["order-VD-F-1.jsonl"] and command(ours).code == "pending" and sync(ours, order)[0] == "sent"
    written = json.loads((ours.place / "out" / "order-VD-F-1.jsonl").read_text())
    with scope(ours.actor):
        assert written["reference"] == "VD-F-1" and len(written["lines"]) == 2 and written["party"] == order.party.external_id
        assert {line["product"] for line in written["lines"]} <= set(Product.objects.values_list("external_id", flat=True))
    answer(ours, "VD-F-1;SO-77;ok;")
    assert command(ours).state == "acknowledged" and sync(ours, order) == ("acknowledged", "SO-77", "transmitted")


def test_the_erp_takes_it_away_and_it_is_not_written_again(ours):
    place(ours)
    (ours.place / "out" / "order-VD-F-1.jsonl").unlink()
    for _ in range(3):
        engine.run_once(ours.connection)
    assert out(ours) == []
    # Also when the worker died between the file and the note of it.
    with scope(ours.actor):
        Command.objects.update(state="queued", code="", maybe_done=True)
    engine.run_once(ours.connection)
    assert out(ours) == [] and command(ours).code == "pending"


def test_a_refusal_is_a_task_with_its_reason(ours):
    order = place(ours)
    answer(ours, "VD-F-1;;nee;Debiteur geblokkeerd")
    assert (command(ours).state, command(ours).text) == ("needs_human", "Debiteur geblokkeerd") and sync(ours, order)[0] == "needs_human"


def test_the_order_of_the_erp_answers_too_and_brings_its_lines(ours):
    order = place(ours)
    with scope(ours.actor):
        lines = [f"S1;{line.product.external_id};{line.quantity};{line.price}" for line in OrderLine.objects.filter(order=order).select_related("product")]
        party = Party.objects.get(pk=order.party_id).external_id
    ours.put("order-lines-1.csv", ["nr;artikel;aantal;prijs", *lines])
    ours.put("order-1.csv", ["nr;onze;klant", f"S1;VD-F-1;{party}"])
    ours.look()
    engine.run_once(ours.connection)
    assert command(ours).state == "acknowledged"
    with scope(ours.actor):
        assert Order.objects.get(pk=order.pk).external_id == "S1" and Order.objects.filter(number="S1").count() == 0


def test_an_answer_about_another_order_is_not_ours(ours):
    place(ours)
    answer(ours, "VD-F-2;SO-1;ok;", "vd-f-1;SO-2;ok;")
    assert command(ours).code == "pending"


def test_as_csv_with_a_row_a_line_and_without_answers(ours, cast):
    from portiek.edges.connectors import actions
    from portiek.edges.connectors.files.options import FilesOptions

    with scope(ours.actor):
        actions.change_connection(ours.actor, connection=ours.connection, label="Bestanden", options=FilesOptions(orders="csv", answers=False), enabled=True)
    order = place(ours)
    rows = list(csv.DictReader((ours.place / "out" / "order-VD-F-1.csv").open(newline=""), delimiter=";"))
    assert [row["position"] for row in rows] == ["1", "2"] and rows[0]["reference"] == "VD-F-1" and sync(ours, order)[0] == "acknowledged"


def test_a_folder_that_is_full_or_away_loses_no_order(ours, monkeypatch):
    from portiek.edges.connectors.files.folder import Folder

    def full(self, name, content):
        raise OSError(28, "No space left on device", name)

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "send", full)
        place(ours)
    assert command(ours).state == "failed" and command(ours).code == "unreachable"
    engine.run_once(ours.connection)
    assert out(ours) == ["order-VD-F-1.jsonl"]


def test_a_cancelled_order_is_a_file_too(ours, cast):
    from django.utils import timezone

    from portiek.trade.orders import actions as orders

    order = place(ours)
    answer(ours, "VD-F-1;SO-77;ok;")
    with scope(cast.system):
        orders.cancel_order(cast.system, order=Order.objects.get(pk=order.pk), reason="te laat", now=timezone.now())
    run_jobs()
    assert "cancel-VD-F-1.jsonl" in out(ours)
