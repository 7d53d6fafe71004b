"""Tasks through the API: what waits, one with its history, settled, handed over; nobody else's, and nothing that a person alone does."""

import pytest

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.models import FactRow
from portiek.edges.api.cast import Machine, secret_of
from portiek.foundation.parties.models import Party
from portiek.foundation.tasks import actions
from portiek.foundation.tasks.models import Task

RIGHT = "task.program"


def asked(cast, whom, title="Stuur het certificaat"):
    with scope(cast.peter):
        made = actions.ask_person(cast.peter, party=Party.objects.get(pk=whom.party_id), title=title, text="Dat van <b>dit</b> jaar", user_id=whom.user_id)
    run_jobs()
    return made


@pytest.fixture
def machine(cast):
    return Machine(secret_of(cast.sanne, RIGHT))


def test_listed_read_and_settled(cast, machine):
    task = asked(cast, cast.sanne)
    [row] = [item for item in machine.get("/tasks").json()["items"] if item["number"] == str(task.pk)]
    assert (row["kind"], row["title"], row["for_name"], row["turn"], row["done_at"]) == ("tasks.own", "Stuur het certificaat", "Sanne Bakker", "asked", None)
    assert row["path"] == f"/tasks/{task.pk}/" and "<b>" not in row["title"]
    one = machine.get(f"/tasks/{task.pk}").json()
    assert [step["what"] for step in one["steps"]] == ["asked"]
    done = machine.post(f"/tasks/{task.pk}:done", {"note": "Zie bijlage"}, idempotency_key="a")
    assert done.status_code == 200 and done.json()["done_at"] and done.json()["steps"][-1]["text"] == "Zie bijlage"
    assert machine.post(f"/tasks/{task.pk}:done", {"note": "Zie bijlage"}, idempotency_key="a")["Idempotent-Replay"] == "true"
    assert machine.post(f"/tasks/{task.pk}:done", {}).json()["code"] == "tasks-done"
    assert str(task.pk) in [item["number"] for item in machine.get("/tasks", show="done").json()["items"]]
    with scope(cast.system):
        fact = FactRow.objects.filter(name="tasks.task.done").latest("pk")
        assert fact.api_key_id and fact.text == "Stuur het certificaat"


def test_handed_over_by_address(cast, machine):
    task = asked(cast, cast.sanne)
    for wrong in ("dirk@devries.example", "peter@vandijk.example", "niemand@nergens.example", "sanne@bakker.example"):
        answer = machine.post(f"/tasks/{task.pk}:hand-over", {"to": wrong})
        assert (answer.status_code, answer.json()["code"], answer.json()["pointer"]) == (422, "tasks-who", "#/to"), wrong
    answer = machine.post(f"/tasks/{task.pk}:hand-over", {"to": "Youssef@bakker.example", "note": "Jij weet dit"})
    assert answer.status_code == 200 and answer.json()["for_name"] == "Youssef El Amrani"
    assert machine.get(f"/tasks/{task.pk}").status_code == 404, "it is no longer this key's: the right user.manage is another"
    with scope(cast.system):
        assert Task.objects.get(pk=task.pk).user_id == cast.youssef.user_id


def test_nobody_elses(cast, machine):
    """Another company's, a colleague's, the staff's and what does not exist answer alike; the whole company only to a key that may manage its people."""
    others = [asked(cast, cast.dirk).pk, asked(cast, cast.youssef).pk, 987654321, "9" * 40, "x"]
    answers = [machine.get(f"/tasks/{number}") for number in others] + [machine.post(f"/tasks/{number}:done", {}) for number in others] + [machine.post(f"/tasks/{number}:hand-over", {"to": "sanne@bakker.example"}) for number in others]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "not-found")}
    assert machine.get("/tasks", show="company").json()["items"] == []
    whole = Machine(secret_of(cast.sanne, RIGHT, "user.manage"))
    numbers = [item["number"] for item in whole.get("/tasks", show="company").json()["items"]]
    assert str(others[1]) in numbers and str(others[0]) not in numbers
    assert machine.get("/tasks", show="alles").status_code == 422


def test_the_right_is_needed_and_an_approval_ends_by_approving(cast):
    assert Machine(secret_of(cast.sanne, "order.view.company")).get("/tasks").status_code == 403
    assert Machine(None).get("/tasks").status_code == 401
    with scope(cast.system):
        actions.ask(cast.system, kind="orders.order_approve", subject="orders.order:1", party_id=cast.sanne.party_id, right="order.approve", values={"number": "VD-1", "name": "Youssef", "amount": "1", "limit": "1"})
        task = Task.objects.get(kind="orders.order_approve", subject="orders.order:1")
    approver = Machine(secret_of(cast.sanne, RIGHT, "order.approve"))
    assert str(task.pk) in [item["number"] for item in approver.get("/tasks").json()["items"]]
    assert approver.post(f"/tasks/{task.pk}:done", {}).json()["code"] == "tasks-own"
    assert str(task.pk) not in [item["number"] for item in Machine(secret_of(cast.sanne, RIGHT)).get("/tasks").json()["items"]], "a key without the right is not asked"
    with scope(cast.system):
        actions.ask(cast.system, kind="orders.order_approve", subject="orders.order:2", party_id=cast.sanne.party_id, user_id=cast.sanne.user_id, values={"number": "VD-2", "name": "Youssef", "amount": "1", "limit": "1"})
        named = Task.objects.get(subject="orders.order:2")
    narrow = Machine(secret_of(cast.sanne, RIGHT))
    assert str(named.pk) not in [item["number"] for item in narrow.get("/tasks").json()["items"]] and narrow.get(f"/tasks/{named.pk}").status_code == 404, "also not by its maker's name"
    assert approver.get(f"/tasks/{named.pk}").status_code == 200
