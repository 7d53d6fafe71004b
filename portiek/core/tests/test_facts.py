"""A fact and the jobs of its reactions come with the change or not at all; a reaction has its effect once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from portiek.config.testing import other_database
from portiek.core import facts, jobs
from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.models import FactRow, ReactionDone
from portiek.foundation.parties.models import Contact, Party

NAME = "core.test.happened"
QUEUED = "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%%test_facts%%'"


@pytest.fixture
def reaction() -> Iterator[Any]:
    """A fact with one reaction, which writes a contact and then does what `then` says; unknown again afterwards."""
    then: list[Any] = []

    @facts.fact(NAME)
    class Happened(facts.Fact):
        party_id: int

    @facts.reacts_to(Happened)
    def writes(actor: Actor, fact: Any, about: facts.About) -> None:
        Contact.objects.create(portal_id=actor.portal_id, party_id=fact.party_id, name=f"of fact {about.fact_id}")
        for call in then:
            call()

    @action(None)
    def happen(actor: Actor, *, party: int, fails: bool = False) -> None:
        facts.record(actor, Happened(party_id=party), party_id=party)
        if fails:
            raise RuntimeError("after the fact")

    (react,) = facts.reactions()[NAME]
    happen.react, happen.then = react, then  # type: ignore[attr-defined]
    try:
        yield happen
    finally:
        name = react.job.name  # type: ignore[attr-defined]
        for registered, key in ((facts._facts, NAME), (facts._reactions, NAME), (jobs._jobs, name)):
            registered.pop(key)  # type: ignore[attr-defined]
        jobs.app.tasks.pop(name)


def counts(actor: Actor) -> tuple[int, int, int]:
    """Return how many facts, done-rows and contacts the reaction's fact left."""
    with scope(actor):
        return FactRow.objects.filter(name=NAME).count(), ReactionDone.objects.filter(reaction__contains="test_facts").count(), Contact.objects.filter(name__startswith="of fact").count()


@pytest.mark.no_database
def test_a_reaction_is_queued_in_the_transaction_of_its_fact(cast, reaction):
    with other_database("facts") as url, psycopg.connect(url, autocommit=True) as owner:
        system = cast.system
        with pytest.raises(RuntimeError), scope(system):
            reaction(system, party=Party.objects.get(number="10042").pk, fails=True)
        assert owner.execute(QUEUED).fetchone() == (0,)
        assert counts(system) == (0, 0, 0)
        # Caught, the transaction goes on, and still neither fact nor job.
        with scope(system):
            with pytest.raises(RuntimeError):
                reaction(system, party=Party.objects.get(number="10042").pk, fails=True)
            Party.objects.filter(number="10042").update(phone="1")
        assert owner.execute(QUEUED).fetchone() == (0,)
        with scope(system):
            reaction(system, party=Party.objects.get(number="10042").pk)
            assert owner.execute(QUEUED).fetchone() == (0,), "seen before the commit"
        assert owner.execute(QUEUED).fetchone() == (1,)
        assert owner.execute("SELECT args FROM procrastinate_jobs WHERE task_name LIKE '%test_facts%'").fetchone()[0]["portal"] == system.portal_id
        assert counts(system) == (1, 0, 0)


@pytest.mark.no_database
def test_a_reaction_that_runs_again_or_twice_at_once_has_one_effect(cast, reaction):
    with other_database("facts"):
        system = cast.system
        with scope(system):
            reaction(system, party=Party.objects.get(number="10042").pk)
            first = FactRow.objects.get(name=NAME).pk
        job = reaction.react.job
        for _ in range(2):
            jobs.run_now(job, system.portal_id, {"fact": first})
        assert counts(system) == (1, 1, 1)

        with scope(system):
            reaction(system, party=Party.objects.get(number="10042").pk)
            second = FactRow.objects.filter(name=NAME).latest("pk").pk
        # Long enough that the other one begins meanwhile, and waits for this one's done-row.
        reaction.then.append(lambda: time.sleep(0.4))
        problems: list[Exception] = []

        def run() -> None:
            try:
                jobs.run_now(job, system.portal_id, {"fact": second})
            except Exception as problem:
                problems.append(problem)
            finally:
                connection.close()

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert problems == []
        assert counts(system) == (2, 2, 2)


@pytest.mark.no_database
def test_a_reaction_that_fails_leaves_nothing_and_may_try_again(cast, reaction):
    def fail() -> None:
        raise RuntimeError("no")

    with other_database("facts"):
        system = cast.system
        with scope(system):
            reaction(system, party=Party.objects.get(number="10042").pk)
            fact = FactRow.objects.get(name=NAME).pk
        reaction.then.append(fail)
        with pytest.raises(RuntimeError, match="no"):
            jobs.run_now(reaction.react.job, system.portal_id, {"fact": fact})
        assert counts(system) == (1, 0, 0)
        reaction.then.clear()
        jobs.run_now(reaction.react.job, system.portal_id, {"fact": fact})
        assert counts(system) == (1, 1, 1)


@pytest.mark.no_database
def test_a_reaction_of_one_portal_does_not_read_a_fact_of_another(cast, reaction):
    with other_database("facts"):
        system = cast.system
        with scope(system):
            reaction(system, party=Party.objects.get(number="10042").pk)
            fact = FactRow.objects.get(name=NAME).pk
        jobs.run_now(reaction.react.job, cast.system_of_brand.portal_id, {"fact": fact})
        assert counts(system) == (1, 0, 0)
        assert counts(cast.system_of_brand) == (0, 0, 0)
