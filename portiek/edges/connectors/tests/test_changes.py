"""From an accepted change of a party's data to the ERP: once, and never over somebody else's change."""

from __future__ import annotations

import dataclasses

import pytest

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.edges.connectors import actions as connectors
from portiek.edges.connectors import contract, engine
from portiek.edges.connectors.models import Command
from portiek.foundation.parties.models import Address, Party
from portiek.foundation.proposals import actions
from portiek.foundation.tasks import queries as tasks


@pytest.fixture
def accepted(world, cast, monkeypatch):
    """Let Sanne propose and Peter accept; sending is left to the test."""

    def make(**values):
        with scope(cast.sanne):
            (proposal,) = actions.send(cast.sanne, Party.objects.get(pk=cast.sanne.party_id), values=values).proposed
        with scope(cast.peter):
            actions.accept(cast.peter, proposal=proposal)
        with monkeypatch.context() as patch:
            patch.setattr(engine, "push", lambda *_arguments: 0)
            run_jobs()
        return proposal

    return make


def in_the_books(world, number="10042"):
    return world.store.get(contract.PartyRecord, "party", number)


def change_in_the_erp(world, **values):
    with world.store.writing():
        party = dataclasses.replace(in_the_books(world), **values)
        world.store.put("party", party.external_id, party)


def command_of(world, proposal):
    with scope(world.actor):
        return Command.objects.get(kind="change_party", key=f"W-{proposal.pk}")


def test_an_accepted_change_arrives_and_comes_back(world, accepted):
    proposal = accepted(email="facturen@bakker.example")
    assert (world.fresh(proposal).state, in_the_books(world).email) == ("accepted", "administratie@bakker.example")
    ran = world.run()
    assert ran.tried == 1 and not ran.errors
    assert in_the_books(world).email == "facturen@bakker.example"
    assert world.fresh(proposal).state == "written"
    with scope(world.actor):
        party = Party.objects.get(number="10042")
        assert party.email == "facturen@bakker.example" and party.as_of is not None
    run_jobs()
    assert world.run().feeds["party"][1] == 0
    assert world.fresh(proposal).state == "written"


def test_an_address_of_the_administration(world, accepted, cast):
    with scope(cast.sanne):
        address = Address.objects.filter(party_id=cast.sanne.party_id, external_id__isnull=False).order_by("pk").first()
        (proposal,) = actions.send(cast.sanne, address, values={"street": "Industrieweg 14"}).proposed
    with scope(cast.peter):
        actions.accept(cast.peter, proposal=proposal)
    run_jobs()
    world.run()
    assert world.fresh(proposal).state == "written"
    assert world.fresh(address).street == "Industrieweg 14"
    assert any(item.street == "Industrieweg 14" for item in in_the_books(world).addresses)


@pytest.mark.parametrize(("switch", "seconds"), [({"after": 1}, 3), ({"before": 1}, 3), ({"after": 3}, 3), ({"down": True}, 0)])
def test_whatever_happens_it_is_looked_for_before_it_is_sent_again(world, accepted, switch, seconds):
    proposal = accepted(phone="038 999 99 99")
    world.store.set_faults(**switch)
    world.run()
    assert command_of(world, proposal).state == "failed"
    if "down" in switch:
        world.store.set_faults()
    for _ in range(4):
        world.later(seconds=seconds)
        world.run()
    assert (command_of(world, proposal).state, world.fresh(proposal).state) == ("acknowledged", "written")
    assert in_the_books(world).phone == "038 999 99 99"


def test_what_somebody_changed_in_the_erp_meanwhile_stays(world, accepted):
    proposal = accepted(email="facturen@bakker.example")
    change_in_the_erp(world, email="derde@bakker.example")
    world.run()
    found = world.fresh(proposal)
    assert (found.state, found.current) == ("outdated", {"email": "derde@bakker.example"})
    assert in_the_books(world).email == "derde@bakker.example"
    assert command_of(world, proposal).state == "cancelled"
    with scope(world.actor):
        assert Party.objects.get(number="10042").email == "derde@bakker.example"


def test_another_field_of_the_party_is_no_conflict(world, accepted):
    proposal = accepted(email="facturen@bakker.example")
    change_in_the_erp(world, phone="038 555")
    world.run()
    assert world.fresh(proposal).state == "written"
    assert (in_the_books(world).email, in_the_books(world).phone) == ("facturen@bakker.example", "038 555")


def test_a_no_of_the_erp_goes_to_staff_and_may_be_sent_again(world, accepted, cast):
    proposal = accepted(vat_number="NL861530182B01")
    world.store.set_faults(reject="Btw-nummer is al van debiteur 10077")
    world.run()
    found = world.fresh(proposal)
    assert (found.state, found.cause) == ("failed", "Btw-nummer is al van debiteur 10077")
    run_jobs()
    with scope(cast.olga):
        waiting = [task for task in tasks.waiting(cast.olga, limit=50) if task.kind == "proposals.proposal_failed"]
        assert len(waiting) == 1 and "10077" in waiting[0].detail
    world.store.set_faults()
    with scope(cast.olga):
        connectors.retry_command(cast.olga, command=command_of(world, proposal))
    run_jobs()
    world.run()
    run_jobs()
    assert world.fresh(proposal).state == "written"
    with scope(cast.olga):
        assert not [task for task in tasks.waiting(cast.olga, limit=50) if task.kind.startswith("proposals.")]


def test_giving_it_up_takes_it_out_of_the_outbox(world, accepted, cast):
    proposal = accepted(vat_number="NL861530182B01")
    world.store.set_faults(reject="Nee")
    world.run()
    with scope(cast.peter):
        actions.refuse(cast.peter, proposal=world.fresh(proposal), reason="Het nummer is van een ander bedrijf.")
    run_jobs()
    assert command_of(world, proposal).state == "cancelled"
    world.store.set_faults()
    assert world.run().tried == 0
    assert in_the_books(world).vat_number == "NL004495445B01"


def test_giving_up_the_command_tells_the_party_why(world, accepted, cast):
    proposal = accepted(vat_number="NL861530182B01")
    world.store.set_faults(reject="Nee")
    world.run()
    with scope(cast.olga):
        connectors.cancel_command(cast.olga, command=command_of(world, proposal), reason="Wij bellen u.")
    run_jobs()
    assert (world.fresh(proposal).state, world.fresh(proposal).reason) == ("refused", "Wij bellen u.")


@pytest.mark.no_database
@pytest.mark.parametrize("payload", [{}, {"party": "1"}, {"party": "1", "external_id": "1", "subject": "user", "old": {}, "new": {"x": "y"}},
                                     {"party": "1", "external_id": "1", "subject": "party", "old": {}, "new": {"x": "y"}}, {"party": "1", "external_id": "1", "subject": "party", "old": {}, "new": {}}])  # fmt: skip
def test_a_payload_of_another_shape_is_refused(payload):
    with pytest.raises(ValueError, match="change_party"):
        contract.ChangeParty.from_payload(payload)


def test_no_field_outside_the_record_can_be_written(world):
    party = in_the_books(world)
    wanted = contract.ChangeParty("10042", "party", "10042", {"credit_limit": "25000"}, {"credit_limit": "1"})
    with pytest.raises(ValueError, match="credit_limit"):
        wanted.current(party)
