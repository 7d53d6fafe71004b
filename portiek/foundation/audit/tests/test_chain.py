"""The chain: whoever changes, removes, adds or moves a row as the owner of the database is found; no action waits for it; a file proves it outside."""

import json
import threading
from datetime import timedelta

import psycopg
import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from portiek.config.cli import main
from portiek.config.testing import other_database, run_jobs
from portiek.core import jobs
from portiek.core.actions import action
from portiek.core.db import scope
from portiek.core.db.scope import token
from portiek.core.facts import record
from portiek.core.models import FactRow
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.accounts.facts import UserChanged
from portiek.foundation.audit import queries, rules
from portiek.foundation.audit.models import Chain, Check, Link
from portiek.foundation.audit.tests.test_audit import happened
from portiek.foundation.audit.tests.test_exports import made
from portiek.foundation.tasks.models import Task


def link(actor):
    jobs.run_now(jobs.jobs()["audit.link"], actor.portal_id, {})


def check(actor):
    jobs.run_now(jobs.jobs()["audit.check"], actor.portal_id, {})
    with scope(actor):
        return queries.checks(actor)[0]


@pytest.fixture
def chained(cast):
    """A chain over the facts of the cast, and five more that came after it began."""
    link(cast.system)
    facts = [happened(cast.sanne, f"nr {number}") for number in range(5)]
    link(cast.system)
    return facts


def test_every_fact_gets_one_place_in_order(cast, chained):
    with scope(cast.system):
        links = list(Link.objects.order_by("position").values_list("position", "fact_id"))
        assert [position for position, _fact in links] == list(range(1, len(links) + 1))
        assert sorted(fact for _position, fact in links) == list(FactRow.objects.filter(portal_id=cast.system.portal_id).order_by("pk").values_list("pk", flat=True))
        assert Chain.objects.get().position == len(links)
    found = check(cast.system)
    assert found.problem == "" and found.places == len(links) and found.seal.startswith(f"{len(links)}:")
    link(cast.system)  # what the check recorded
    assert check(cast.system).places == len(links) + 1
    with scope(cast.system_of_brand):
        assert not Link.objects.filter(portal_id=cast.system.portal_id).exists()


@pytest.mark.no_database
def test_no_role_of_the_app_changes_or_removes_a_fact():
    with other_database("audit_roles") as url, psycopg.connect(url, autocommit=True) as owner:
        for role, party in (("p_party", 1), ("p_staff", 0), ("p_auth", 0), ("p_system", 0), ("p_fn", 0)):
            for statement in ("UPDATE core_fact SET payload = '{}'", "UPDATE core_fact SET at = now()", "UPDATE core_fact SET user_id = 1", "DELETE FROM core_fact", "TRUNCATE core_fact",
                              "DELETE FROM audit_link", "UPDATE audit_link SET digest = ''", "UPDATE audit_link SET position = 1"):  # fmt: skip
                with pytest.raises(psycopg.errors.InsufficientPrivilege), owner.transaction():
                    owner.pgconn.exec_(token(owner, 1, party, role if role in ("p_party", "p_staff", "p_auth") else "p_staff", 1))
                    owner.execute(f"SET LOCAL ROLE {role}")
                    owner.execute(statement)
        for role in ("p_party", "p_staff", "p_auth"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), owner.transaction():
                owner.pgconn.exec_(token(owner, 1, 1 if role == "p_party" else 0, role, 1))
                owner.execute("UPDATE core_fact SET text = ''")


def test_a_broken_chain_is_told_and_a_whole_one_settles_it(cast, chained, client_of, monkeypatch):
    real = queries.check
    monkeypatch.setattr(queries, "check", lambda actor: queries.Found(3, problem="words", position=4, fact_id=chained[1].pk))
    check(cast.system)
    run_jobs()
    with scope(cast.system):
        assert Task.objects.open().filter(kind="audit.chain_broken").count() == 1
    assert any("niet zoals het verzegeld" in item.subject for item in mail.outbox) and {item.to[0] for item in mail.outbox} == {"olga.smit@vandijk.example"}
    page = client_of("olga").get("/audit/check/").content.decode()
    assert "Verbroken" in page and "de woorden van een regel zijn gewijzigd" in page
    monkeypatch.setattr(queries, "check", real)
    assert check(cast.system).problem == ""
    with scope(cast.system):
        assert not Task.objects.open().filter(kind="audit.chain_broken").exists()
    assert client_of("sanne").get("/audit/check/").status_code == client_of("sanne").post("/audit/check/now/").status_code == 404
    assert client_of("peter").get("/audit/check/").status_code == client_of("peter").post("/audit/check/now/").status_code == 403


def test_the_seal_is_mailed_to_who_asked(cast, chained, client_of):
    assert client_of("olga").post("/audit/check/seal/", {"mailed": "yes"}).status_code == 302
    assert client_of("olga").post("/audit/check/now/").status_code == 302
    run_jobs()
    [seal] = [item for item in mail.outbox if "zegel" in item.subject.lower()]
    with scope(cast.system):
        assert Check.objects.order_by("-pk").first().seal in seal.body
    client_of("olga").post("/audit/check/seal/", {"mailed": "no"})
    mail.outbox.clear()
    check(cast.system)
    run_jobs()
    assert mail.outbox == []


def test_a_file_proves_itself(cast, chained, client_of, tmp_path, capsys):
    with scope(cast.system):
        seal = queries.seal(cast.system)
    content = made(client_of("olga"), format="jsonl").decode().splitlines()
    path = tmp_path / "log.jsonl"

    def verified(lines, *options):
        path.write_text("\n".join(lines) + "\n")
        return main(["audit", "verify", str(path), *options]), capsys.readouterr()

    status, said = verified(content, "--seal", seal)
    assert status == 0 and "0 gaps" in said.out and seal.split(":")[0] in said.out
    places = [json.loads(line) for line in content[1:]]
    sealed = [number for number, place in enumerate(places, start=1) if place["position"]]
    changed = json.loads(content[sealed[3]])
    changed["what"]["text"] = "iets anders"
    assert verified([*content[: sealed[3]], json.dumps(changed), *content[sealed[3] + 1 :]])[0] == 1
    changed = json.loads(content[sealed[3]])
    changed["fact"]["user"] = 99
    assert verified([*content[: sealed[3]], json.dumps(changed), *content[sealed[3] + 1 :]])[0] == 1
    status, said = verified([*content[: sealed[3]], *content[sealed[3] + 1 :]])
    assert status == 0 and "1 gaps" in said.out
    assert verified([*content, content[sealed[2]]])[0] == verified(content[1:])[0] == verified(content, "--seal", "3:" + "0" * 64)[0] == 1
    assert main(["audit", "verify", str(tmp_path / "absent")]) == 1
    # A party's own file proves its own rows, with gaps where others' are.
    own = made(client_of("sanne"), format="jsonl").decode().splitlines()
    status, said = verified(own)
    assert status == 0 and len(own) > 5 and json.loads(own[0])["seal"] == ""
    assert all(json.loads(line)["fact"]["party"] == cast.sanne.party_id for line in own[1:])


def test_the_rules_by_hand():
    who, what = rules.words_digest(b"a" * 16, "Olga"), rules.words_digest(b"b" * 16, ["VD-1", {}])
    digest = rules.link_digest(b"0" * 32, 7, "2026-11-22T09:00:00.000000+00:00", {"id": 1}, who, what)
    place = {"position": 7, "linked_at": "2026-11-22T09:00:00.000000+00:00", "previous": (b"0" * 32).hex(), "digest": digest.hex(), "fact": {"id": 1},
             "who": {"user_name": "Olga", "salt": (b"a" * 16).hex(), "digest": who.hex()}, "what": {"text": "VD-1", "changes": {}, "salt": (b"b" * 16).hex(), "digest": what.hex()}}  # fmt: skip
    assert rules.why_not_sealed(place) is None
    erased = {**place, "who": {**place["who"], "user_name": "", "salt": None}, "what": {**place["what"], "text": "", "salt": None}}
    assert rules.why_not_sealed(erased) is None
    assert rules.why_not_sealed({**erased, "who": {**erased["who"], "user_name": "Olga"}}) == "words-after-erasure"
    assert rules.why_not_sealed({**place, "linked_at": "2026-11-22T09:00:00.000001+00:00"}) == rules.why_not_sealed({**place, "position": 8}) == "fact"
    assert rules.why_not_sealed({**place, "previous": (b"1" * 32).hex()}) == "fact"
    for bad in ({}, {**place, "who": None}, {**place, "digest": 3}, {**place, "previous": "zz"}):
        assert rules.why_not_sealed(bad) in ("unreadable", "fact")
    now = timezone.now()
    assert rules.why_not_in_time(at=now, earlier=None) is rules.why_not_in_time(at=now, earlier=now + timedelta(hours=5)) is None
    assert rules.why_not_in_time(at=now, earlier=now + timedelta(hours=7)) == "inserted"


@action(None)
def record_one(actor, *, text):
    """Record something as any action does."""
    record(actor, UserChanged(user_id=actor.user_id, what="name"), party_id=actor.party_id, text=text)


@pytest.mark.no_database
def test_no_action_waits_for_the_chain():
    """While the chain is being made longer, facts are recorded; they get their places afterwards."""
    with other_database("audit_waits") as url:
        cast = Cast()
        system = cast.system
        link(system)
        sanne = cast.sanne
        ready, go = threading.Event(), threading.Event()

        def hold():
            with psycopg.connect(url) as other:
                other.execute("SELECT 1 FROM audit_chain FOR UPDATE")
                ready.set()
                go.wait(20)

        holder = threading.Thread(target=hold)
        holder.start()
        try:
            assert ready.wait(20)
            with scope(sanne):
                connection.cursor().execute("SET LOCAL lock_timeout = '5s'")
                record_one(sanne, text="meanwhile")
        finally:
            go.set()
            holder.join()
        link(system)
        with scope(system):
            assert Link.objects.filter(fact_id=FactRow.objects.get(text="meanwhile").pk).count() == 1


@pytest.mark.no_database
def test_what_commits_late_still_gets_its_place():
    """A fact with a lower number than those already chained: its transaction took longer."""
    with other_database("audit_late") as url, psycopg.connect(url) as slow:
        cast = Cast()
        link(cast.system)
        slow.execute("INSERT INTO core_fact (portal_id, name, payload, subject, text, changes, user_id, user_name, by_user_id, by_name, mandate_id, kind, at) VALUES (%s, 'orders.order.held', '{}', '', 'late', '{}', 0, '', 0, '', 0, 'system', now())",
                     [cast.system.portal_id])  # fmt: skip
        happened(cast.sanne, "quick")
        link(cast.system)
        slow.commit()
        link(cast.system)
        with scope(cast.system):
            late, quick = (Link.objects.get(fact_id=FactRow.objects.get(text=text).pk).position for text in ("late", "quick"))
        assert late > quick and check(cast.system).problem == ""


