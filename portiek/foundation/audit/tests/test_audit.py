"""The log: in words, one's own only, a file that runs nothing."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.models import FactRow
from portiek.foundation.audit import queries, words
from portiek.foundation.audit.csv_file import csv_bytes, safe_cell
from portiek.foundation.audit.queries import Wanted


def happened(actor: Actor, text="VD-1", name="parties.address.added", **more):
    more = {"party_id": actor.party_id, "subject": "test.thing:1", "at": timezone.now(), "payload": {"address_id": 1}, **more}
    with scope(actor):
        return FactRow.objects.create(portal_id=actor.portal_id, name=name, text=text, user_id=actor.user_id, user_name=actor.name, kind=actor.kind, **more)


@pytest.mark.parametrize(
    ("cell", "safe"),
    [("=1+1", "'=1+1"), ("+31", "'+31"), ("-2", "'-2"), ("@x", "'@x"), ("\tx", "'\tx"), ("\rx", "'\rx"), (" =x", "' =x"), ("a=b", "a=b"), ("", "")],
)
def test_a_cell_is_never_a_formula(cell, safe):
    assert safe_cell(cell) == safe


def test_a_file_opens_as_text():
    made = csv_bytes(["a"], [["=cmd|' /C calc'!A0"], ['x;"y']])
    assert made.startswith(b"\xef\xbb\xbf") and list(csv.reader(io.StringIO(made.decode("utf-8-sig")), delimiter=";")) == [
        ["a"],
        ["'=cmd|' /C calc'!A0"],
        ['x;"y'],
    ]


def test_history_in_words_one_statement(cast):
    sanne = cast.sanne
    happened(sanne, "Kade 3")
    with scope(sanne), translation.override("en"):
        with CaptureQueriesContext(connection) as caught:
            [entry] = queries.history(sanne, "test.thing:1")
        assert len(caught) == 1 and entry.text == "Sanne Bakker added the address Kade 3" and (entry.who, entry.by) == ("Sanne Bakker", "")
    with scope(cast.dirk):
        assert queries.history(cast.dirk, "test.thing:1") == []
    with scope(cast.peter):
        assert len(queries.history(cast.peter, "test.thing:1")) == 1


def test_in_whose_name(cast):
    system, key = cast.system, cast.sanne
    happened(system, party_id=None, subject="test.thing:2")
    happened(key, subject="test.thing:3", api_key_id=7)
    with scope(cast.peter), translation.override("en"):
        assert [(item.who, item.by) for item in queries.history(cast.peter, "test.thing:2")] == [("Portiek", "automatic")]
        assert [item.by for item in queries.history(cast.peter, "test.thing:3")] == ["API key 7"]


def test_filters(cast):
    sanne, youssef, today = cast.sanne, cast.youssef, timezone.localdate()
    old = happened(sanne, "old", at=timezone.now() - timedelta(days=40))
    new = happened(youssef, "new", subject="test.thing:9")
    with scope(cast.olga):

        def ids(**wanted):
            return {item.id for item in queries.export(cast.olga, Wanted(**wanted))} & {old.pk, new.pk}

        assert ids() == {old.pk, new.pk}
        assert ids(user_id=youssef.user_id) == ids(subject="test.thing:9") == {new.pk}
        assert ids(party_id=cast.dirk.party_id) == ids(name="parties.party.created") == set()
        assert new.pk in ids(since=today, until=today) and ids(since=today + timedelta(days=1)) == set()


def test_an_administrator_sees_his_own_company_only(cast, client_of):
    happened(cast.sanne, "only-of-bakker")
    happened(cast.peter, "only-of-staff", party_id=None)
    client = client_of("sanne")
    with CaptureQueriesContext(connection) as caught:
        page = client.get("/audit/").content.decode()
    assert len([query for query in caught if "SAVEPOINT" not in query["sql"]]) <= 8
    assert "only-of-bakker" in page and "only-of-staff" not in page
    assert "only-of-bakker" not in client_of("dirk").get("/audit/?party=10042").content.decode()
    assert "only-of-bakker" not in client_of("otto").get("/audit/").content.decode()
    staff = client_of("olga").get("/audit/?party=10042").content.decode()
    assert "only-of-bakker" in staff and "only-of-staff" not in staff
    for key in ("youssef", "karin", "peter"):
        assert client_of(key).get("/audit/").status_code == client_of(key).get("/audit/export/").status_code == 403


def test_the_file_holds_the_same(cast, client_of):
    happened(cast.sanne, "=HYPERLINK(1)", name="test.unworded.fact")
    answer = client_of("sanne").get("/audit/export/")
    assert answer["Content-Disposition"].startswith("attachment") and answer["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row) and any("HYPERLINK" in cell for row in rows for cell in row)
    assert "HYPERLINK" not in client_of("dirk").get("/audit/export/").content.decode()


@pytest.mark.parametrize("query", ["since=nonsense", "user=abc", "subject=x", "party=" + "9" * 50])
def test_bad_filters_are_said_and_harmless(client_of, query):
    assert client_of("olga").get(f"/audit/?{query}").status_code == 422


def test_each_fact_of_the_foundation_is_worded():
    from portiek.core.facts import facts

    below = ("parties.", "accounts.", "files.", "tasks.", "notifications.", "invoicing.")
    assert [name for name in facts() if name.startswith(below) and name not in words.worded()] == []
    with pytest.raises(ValueError, match="twice"):
        words.fact_words("files.file.stored", "x")
