"""Files of the log: what the asker may see and nothing else, nothing that runs, fetched by him alone, gone after a week."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from portiek.config.testing import run_jobs
from portiek.core import jobs
from portiek.core.db import scope
from portiek.core.models import FactRow
from portiek.foundation.accounts.models import Membership
from portiek.foundation.audit import actions, queries
from portiek.foundation.audit import jobs as audit_jobs
from portiek.foundation.audit.models import Export
from portiek.foundation.audit.queries import Wanted
from portiek.foundation.audit.tests.test_audit import happened
from portiek.foundation.files.models import StoredFile


def made(client, **filters) -> bytes:
    """Ask for a file as the page does, let it be made, and fetch it."""
    asked = client.post("/audit/export/", filters)
    assert asked.status_code == 302 and asked["Location"] == "/audit/files/"
    run_jobs()
    page = client.get("/audit/files/").content.decode()
    number = re.search(r"/audit/files/(\d+)/", page)[1]
    answer = client.get(f"/audit/files/{number}/")
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment"), answer.status_code
    return b"".join(answer.streaming_content)


def test_a_csv_opens_as_text_and_runs_nothing(cast, client_of):
    happened(cast.sanne, "=HYPERLINK(1)", name="test.unworded.fact", changes={"name": ["@a", "+b"]})
    rows = list(csv.reader(io.StringIO(made(client_of("sanne"), format="csv").decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:2] == ["Wanneer", "Wie"] and any("HYPERLINK" in cell for row in rows for cell in row)
    assert all(not cell.lstrip(" ").startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_an_excel_file_holds_text_alone(cast, client_of):
    happened(cast.sanne, "=1+1", name="test.unworded.fact")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(made(client_of("sanne"), format="xlsx"))).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "Wanneer" and all(isinstance(cell, str) for row in rows for cell in row) and any("=1+1" in cell for row in rows for cell in row)


@pytest.mark.parametrize("format", ["csv", "xlsx", "jsonl"])
def test_nothing_of_others_is_in_it(cast, client_of, format):
    """T56: each party's and portal's words carry a canary; a file holds its asker's alone."""
    for actor, word in ((cast.sanne, "CANARY-BAKKER"), (cast.dirk, "CANARY-DEVRIES"), (cast.nadia2, "CANARY-BRAND")):
        happened(actor, word, changes={"name": ["", word]})
    happened(cast.peter, "CANARY-STAFF", party_id=None)
    for key, seen in (("sanne", {"BAKKER"}), ("dirk", {"DEVRIES"}), ("olga", {"BAKKER", "DEVRIES", "STAFF"}), ("otto", {"BRAND"})):
        content = made(client_of(key), format=format, party="10077" if key == "sanne" else "")
        text = str(CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()) if format == "xlsx" else content.decode()
        assert {word for word in ("BAKKER", "DEVRIES", "BRAND", "STAFF") if f"CANARY-{word}" in text} == seen, key


def test_the_filters_hold(cast, client_of):
    happened(cast.sanne, "wanted", name="orders.order.held")
    happened(cast.sanne, "unwanted", name="orders.order.resumed")
    happened(cast.sanne, "too old", name="orders.order.held", at=timezone.now() - timedelta(days=9))
    content = made(client_of("olga"), format="jsonl", name="orders.order.held", party="10042", since=timezone.localdate().isoformat()).decode()
    texts = [json.loads(line)["what"]["text"] for line in content.splitlines()[1:]]
    assert "wanted" in texts and "unwanted" not in texts
    assert client_of("olga").post("/audit/export/", {"format": "exe"})["Location"] == "/audit/"


def test_it_is_fetched_by_its_asker_alone(cast, client_of):
    made(client_of("sanne"), format="csv")
    with scope(cast.system):
        found = Export.objects.select_related("file").get(user_id=cast.sanne.user_id)
        assert FactRow.objects.filter(subject=f"audit.export:{found.pk}").count() == 3  # asked, ready, fetched
        Membership.objects.filter(user_id=cast.youssef.user_id).update(role_id=Membership.objects.get(user_id=cast.sanne.user_id).role_id)
    for key in ("youssef", "olga", "dirk", "otto"):
        assert client_of(key).get(f"/audit/files/{found.pk}/").status_code == 404
        assert client_of(key).get(f"/files/{found.file.key}/").status_code in (403, 404)
    assert client_of("sanne").get(f"/files/{found.file.key}/").status_code == 404, "the page of all files has no right to it"
    assert client_of("karin", "bakker").get(f"/audit/files/{found.pk}/").status_code == 403


def test_who_lost_the_right_gets_no_file(cast, client_of):
    client, user_id = client_of("sanne"), cast.sanne.user_id
    client.post("/audit/export/", {"format": "csv"})
    with scope(cast.system):
        Membership.objects.filter(user_id=user_id).update(is_active=False)
    run_jobs()
    with scope(cast.system):
        found = Export.objects.get(user_id=user_id)
        assert found.state == "failed" and found.file_id is None


def test_five_at_once_and_progress(cast, client_of, monkeypatch):
    monkeypatch.setattr(audit_jobs, "BATCH", 5)
    client = client_of("sanne")
    for _number in range(5):
        client.post("/audit/export/", {"format": "csv"})
    assert client.post("/audit/export/", {"format": "csv"}).status_code == 422
    assert 'hx-trigger="every 2s"' in client.get("/audit/files/").content.decode()
    run_jobs()
    shown = client.get("/audit/files/", headers={"hx-request": "true", "hx-request-type": "partial"}).content.decode()
    assert "hx-trigger" not in shown and "<html" not in shown and shown.count("Downloaden") == 5
    with scope(cast.system):
        rows = Export.objects.filter(user_id=cast.sanne.user_id).values_list("rows", "total")
        assert all(count == total > 5 for count, total in rows)


def test_a_file_is_gone_after_a_week(cast, client_of):
    made(client_of("sanne"), format="csv")
    with scope(cast.system):
        old = timezone.now() - timedelta(days=8)
        Export.objects.update(asked_at=old)
        key = Export.objects.get(user_id=cast.sanne.user_id).file.key
    jobs.run_now(jobs.jobs()["audit.drop_exports"], cast.system.portal_id, {})
    with scope(cast.system):
        assert not Export.objects.exists() and StoredFile.objects.filter(key=key).exists()
        from portiek.foundation.files import actions as files

        files.drop_orphans(cast.system, before=timezone.now() + timedelta(days=1))
        assert not StoredFile.objects.filter(key=key).exists()


def test_a_program_asks_for_no_file(cast):
    from dataclasses import replace

    from portiek.core.errors import Refused

    with scope(cast.sanne), pytest.raises(Refused, match="audit-export-person"):
        actions.ask_export(replace(cast.sanne, api_key_id=1), wanted=Wanted(), format="csv")
    with scope(cast.sanne):
        assert queries.exports(cast.sanne) == []
