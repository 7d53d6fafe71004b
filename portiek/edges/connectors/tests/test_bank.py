"""From an account that four eyes accepted to the ERP: once, and its number in no place where somebody could read it."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import NotFound
from portiek.core.models import FactRow
from portiek.core.sealing import Unsealable
from portiek.edges.connectors import actions as connectors
from portiek.edges.connectors import contract, engine, sealed
from portiek.edges.connectors.models import Command
from portiek.foundation.banking import actions, queries
from portiek.foundation.notifications.models import Mail, Notification
from portiek.foundation.parties.models import Party
from portiek.foundation.tasks import queries as tasks
from portiek.foundation.tasks.models import Task

FIRST, SECOND = "NL91ABNA0417164300", "NL20INGB0001234567"


@pytest.fixture
def counts(world, cast, monkeypatch):
    """Let an account go all the way to counting; sending is left to the test."""

    def make(iban=FIRST):
        second = cast.acting("karin", "bakker")
        with scope(cast.sanne):
            change = actions.ask_change(cast.sanne, iban=iban, holder="Bouwbedrijf Bakker B.V.")
        with scope(second):
            actions.confirm_change(second, change=change)
        with scope(cast.olga):
            actions.accept_change(cast.olga, change=change)
        with scope(cast.system):
            assert actions.let_count(cast.system, change_id=change.pk, now=timezone.now() + timedelta(days=2))
        with monkeypatch.context() as patch:
            patch.setattr(engine, "push", lambda *_arguments: 0)
            run_jobs()
        return change

    return make


def in_the_books(world, party="10042"):
    return json.loads(world.store.meta(f"account {party}", "{}")).get("iban", "")


def command_of(world, change):
    with scope(world.actor):
        return Command.objects.get(kind="set_account", key=f"B-{change.pk}")


def asked_of(cast):
    with scope(cast.olga):
        return [task for task in tasks.waiting(cast.olga, limit=50) if task.kind == "connectors.account_stuck"]


def kept():
    """Return what the outbox, the log, tasks, messages and mails keep, as one text."""
    tables = [Command.objects.values_list("payload", "text", "key", "number"), FactRow.objects.values_list("payload", "text", "changes"), Task.objects.values_list("values"), Notification.objects.values_list("values"), Mail.objects.values_list("subject", "values")]
    return json.dumps([list(rows) for rows in tables], default=str).replace(" ", "").upper()


def test_an_accepted_account_arrives(world, counts, cast, client_of):
    change = counts()
    waiting = command_of(world, change)
    assert (waiting.state, waiting.payload["iban"], waiting.payload["party"]) == ("queued", "NL•• •••• 4300", "10042")
    assert FIRST not in json.dumps(waiting.payload) and in_the_books(world) == ""
    assert world.run().tried == 1
    done = command_of(world, change)
    assert (done.state, in_the_books(world)) == ("acknowledged", FIRST)
    # What is over keeps no secret.
    assert sealed.KEY not in done.payload and done.payload["iban"] == "NL•• •••• 4300"
    page = client_of("olga").get(_detail(change)).content.decode()
    assert "In de administratie" in page and "In het ERP" in page
    assert world.run().tried == 0 and not asked_of(cast)


def _detail(change):
    return reverse("banking:detail", args=[change.pk])


def test_the_number_is_read_nowhere_on_its_way(world, counts, cast, client_of, caplog):
    change = counts()
    world.store.set_faults(reject=f"IBAN {FIRST[:4]} {FIRST[4:8]} {FIRST[8:12]} {FIRST[12:16]} {FIRST[16:]} of nl91abna0417164300 is onbekend")
    with caplog.at_level(logging.DEBUG):
        world.run()
    run_jobs()
    stuck = command_of(world, change)
    assert stuck.state == "needs_human" and stuck.text == "IBAN ••• of ••• is onbekend"
    assert FIRST not in caplog.text
    olga = client_of("olga")
    for path in (reverse("connectors:command", args=[stuck.pk]), reverse("connectors:commands"), reverse("connectors:monitor"), reverse("connectors:cancel", args=[stuck.pk])):
        text = olga.get(path).content.decode()
        assert FIRST not in text.replace(" ", "") and stuck.payload[sealed.KEY]["iban"] not in text, path
    assert "•••• 4300" in olga.get(reverse("connectors:command", args=[stuck.pk])).content.decode()
    with scope(cast.system):
        assert FIRST not in kept() and "B-" in kept() and "ISONBEKEND" in kept()


def test_a_number_opens_in_its_own_command_alone(world, counts):
    first, other = command_of(world, counts()), Command(kind="set_account", key="B-999")
    other.portal_id, other.payload = first.portal_id, first.payload
    assert sealed.opened(first)["iban"] == FIRST
    with pytest.raises(Unsealable):
        sealed.opened(other)
    with scope(world.actor):
        Command.objects.filter(pk=first.pk).update(payload={**first.payload, "sealed": {"iban": "1.AAAA"}})
    world.run()
    with scope(world.actor):
        assert Command.objects.get(pk=first.pk).code == "sealed" and in_the_books(world) == ""


def test_only_the_portal_itself_reads_a_number(cast, counts):
    change = counts()
    for actor in (cast.sanne, cast.olga):
        with scope(actor), pytest.raises(NotFound):
            queries.whole_number(actor, queries.change(actor, change.pk))


@pytest.mark.parametrize(("switch", "seconds"), [({"after": 1}, 3), ({"before": 1}, 3), ({"after": 3}, 3), ({"down": True}, 0)])
def test_whatever_happens_it_is_looked_for_before_it_is_sent_again(world, counts, switch, seconds):
    change = counts()
    world.store.set_faults(**switch)
    world.run()
    assert command_of(world, change).state == "failed"
    if "down" in switch:
        world.store.set_faults()
    for _ in range(4):
        world.later(seconds=seconds)
        world.run()
    assert (command_of(world, change).state, in_the_books(world)) == ("acknowledged", FIRST)


def test_what_the_erp_has_already_is_not_written_again(world, counts, monkeypatch):
    world.store.set_meta("account 10042", json.dumps({"iban": FIRST}))
    change = counts()
    from portiek.edges.connectors.demo import DemoConnector

    def never(*_arguments):
        raise AssertionError("written again")

    monkeypatch.setattr(DemoConnector, "push", never)
    world.run()
    assert command_of(world, change).state == "acknowledged"


def test_nothing_of_the_erp_goes_back_to_it(world):
    world.run()
    run_jobs()
    with scope(world.actor):
        assert not Command.objects.filter(kind="set_account").exists()


def test_a_no_goes_to_who_accepts_accounts_and_is_sent_again(world, counts, cast, client_of):
    change = counts()
    world.store.set_faults(reject="Rekening is geblokkeerd")
    world.run()
    run_jobs()
    (task,) = asked_of(cast)
    assert "geblokkeerd" in task.detail and "4300" in task.detail and FIRST not in task.detail
    page = client_of("olga").get(_detail(change)).content.decode()
    assert "Rekening is geblokkeerd" in page and "/retry/" in page
    # The party reads nothing of the ERP.
    assert "geblokkeerd" not in client_of("sanne").get(_detail(change)).content.decode()
    assert client_of("dirk").get(_detail(change)).status_code in (403, 404)
    world.store.set_faults()
    with scope(cast.olga):
        connectors.retry_command(cast.olga, command=command_of(world, change))
    run_jobs()
    world.run()
    run_jobs()
    assert (command_of(world, change).state, in_the_books(world), asked_of(cast)) == ("acknowledged", FIRST, [])


def test_a_newer_account_takes_the_place_of_one_that_waits(world, counts, cast):
    first = counts()
    world.store.set_faults(reject="Nee")
    world.run()
    second = counts(SECOND)
    run_jobs()
    old, new = command_of(world, first), command_of(world, second)
    assert (old.state, new.state, sealed.opened(new)["replaces"]) == ("cancelled", "queued", FIRST) and not [task for task in asked_of(cast) if "4300" in task.detail]
    world.store.set_faults()
    world.run()
    assert (command_of(world, second).state, in_the_books(world)) == ("acknowledged", SECOND)


def test_a_party_that_the_erp_does_not_know_asks_for_a_person(world, counts, cast):
    with scope(cast.system):
        Party.objects.filter(number="10042").update(external_id=None)
    change = counts()
    assert command_of(world, change).state == "needs_human" and world.run().tried == 0
    run_jobs()
    assert len(asked_of(cast)) == 1
    with scope(cast.system):
        Party.objects.filter(number="10042").update(external_id="10042")
    with scope(cast.olga):
        connectors.retry_command(cast.olga, command=command_of(world, change))
    run_jobs()
    world.run()
    assert (command_of(world, change).state, in_the_books(world)) == ("acknowledged", FIRST)


def test_giving_it_up_is_said_in_its_own_words(world, counts, cast, client_of):
    change = counts()
    world.store.set_faults(reject="Nee")
    world.run()
    found, olga = command_of(world, change), client_of("olga")
    page = olga.get(reverse("connectors:cancel", args=[found.pk])).content.decode()
    assert "rekening" in page.lower() and "Order B-" not in page
    assert olga.post(reverse("connectors:cancel", args=[found.pk]), {"reason": "Met de hand ingevoerd"}).status_code == 302
    run_jobs()
    assert command_of(world, change).state == "cancelled" and sealed.KEY not in command_of(world, change).payload and not asked_of(cast)
    assert "Met de hand ingevoerd" in olga.get(_detail(change)).content.decode()


@pytest.mark.no_database
@pytest.mark.parametrize("payload", [{}, {"party": "1"}, {"iban": FIRST}, {"party": "1", "iban": "NL91 ABNA"}])
def test_a_payload_of_another_shape_is_refused_without_saying_the_number(payload):
    with pytest.raises(ValueError, match="set_account") as refused:
        contract.SetAccount.from_payload(payload)
    assert "ABNA" not in str(refused.value)
    assert FIRST not in repr(contract.SetAccount("1", FIRST)) + repr(contract.Command("set_account", "B-1", "x", payload={"iban": FIRST}))
