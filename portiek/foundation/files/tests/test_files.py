"""Files: whole or not at all, attachments only, nobody else's."""

import asyncio
import io
import os
import time
from datetime import timedelta

import pytest
import time_machine
from django.test import RequestFactory
from django.test.client import AsyncRequestFactory
from django.utils import timezone

from portiek.config.testing import recorded
from portiek.core.db import scope
from portiek.core.errors import NotFound
from portiek.foundation.files import actions, download, facts, jobs, queries, rules, storage
from portiek.foundation.files.models import StoredFile

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def _folder(tmp_path, settings=None):
    from django.test import override_settings

    with override_settings(DATA_DIR=tmp_path):
        yield


def store(actor, name="factuur.pdf", content=PDF, **more):
    with scope(actor):
        return actions.store(actor, name=name, media_type="application/pdf", content=content, **{"party_id": actor.party_id, **more})


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("factuur.pdf", "factuur.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\x.pdf", "x.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("exe\u202efdp.txt", "exefdp.txt"),
        ("con.txt", "_con.txt"),
        ("", "file"),
        ("...", "file"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("factuur é.pdf", "factuur é.pdf"),
        ("NUL", "_NUL"),
        ("\ud800.pdf", "pdf"),
    ],
)
def test_names(given, kept):
    assert rules.clean_name(given) == kept


def test_a_long_name_keeps_its_extension():
    made = rules.clean_name("é" * 300 + ".pdf")
    assert len(made.encode()) <= 255 and made.endswith("é.pdf")


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("factuur.pdf", 'attachment; filename="factuur.pdf"'),
        ('a"b;c.pdf', "attachment; filename=\"a_b_c.pdf\"; filename*=UTF-8''a%22b%3Bc.pdf"),
        ("factuur é.pdf", "attachment; filename=\"factuur e.pdf\"; filename*=UTF-8''factuur%20%C3%A9.pdf"),
        ("文.pdf", "attachment; filename=\".pdf\"; filename*=UTF-8''%E6%96%87.pdf"),
    ],
)
def test_disposition(name, header):
    assert rules.disposition(name) == header


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-9", (0, 9)),
        ("bytes=90-", (90, 99)),
        ("bytes=-10", (90, 99)),
        ("bytes=0-999", (0, 99)),
        ("bytes=0-1,5-6", None),
        ("lines=0-1", None),
        ("bytes=9-2", None),
    ],
)
def test_ranges(header, part):
    assert rules.byte_range(header, 100) == part


def test_a_range_beyond_the_end():
    with pytest.raises(ValueError, match="beyond"):
        rules.byte_range("bytes=100-", 100)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("application/pdf", "application/pdf"),
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("x", "application/octet-stream"),
        ("text/csv; charset=utf-8", "text/csv"),
        ("a/b\r\nX: y", "application/octet-stream"),
    ],
)
def test_media_types(given, kept):
    assert rules.media_type(given) == kept


def test_kept_once_by_content_and_read_back(cast):
    first, second = store(cast.sanne), store(cast.sanne, name="kopie.pdf", content=io.BytesIO(PDF))
    assert first.sha256 == second.sha256 and first.key != second.key
    with scope(cast.sanne), queries.open(cast.sanne, first) as source:
        assert source.read() == PDF
    kept = [path for path in storage.folder(first.portal_id).rglob("*") if path.is_file()]
    assert len(kept) == 1 and os.stat(kept[0].parent).st_mode & 0o077 == 0


def test_a_failed_write_leaves_nothing(cast):
    class Broken(io.BytesIO):
        def read(self, *size):
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        storage.write(1, Broken())
    assert [path for path in storage.folder(1).rglob("*") if path.is_file()] == []


def test_download_is_an_attachment_that_runs_nothing(cast, client_of):
    stored = store(cast.sanne, name="x.html")
    answer = client_of("sanne").get(f"/files/{stored.key}/")
    assert answer.status_code == 200 and b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment;") and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'" and answer["Content-Length"] == str(len(PDF))


def test_a_part_of_a_file(cast, client_of):
    stored, client = store(cast.sanne), client_of("sanne")
    part = client.get(f"/files/{stored.key}/", headers={"range": "bytes=5-14"})
    assert part.status_code == 206 and b"".join(part.streaming_content) == PDF[5:15] and part["Content-Range"] == f"bytes 5-14/{len(PDF)}"
    assert client.get(f"/files/{stored.key}/", headers={"range": f"bytes={len(PDF)}-"}).status_code == 416
    changed = client.get(f"/files/{stored.key}/", headers={"range": "bytes=0-1", "if-range": '"old"'})
    assert changed.status_code == 200 and b"".join(changed.streaming_content) == PDF
    assert client.head(f"/files/{stored.key}/")["Content-Length"] == str(len(PDF))


def test_another_party_another_portal_and_nobody(cast, client_of):
    stored = store(cast.sanne)
    unknown = client_of("dirk").get("/files/unknown/")
    assert client_of("dirk").get(f"/files/{stored.key}/").status_code == unknown.status_code == 404
    assert client_of("otto").get(f"/files/{stored.key}/").status_code == 404
    assert client_of(None).get(f"/files/{stored.key}/").status_code == 302
    assert client_of("peter").get(f"/files/{stored.key}/").status_code == 200
    with pytest.raises(Exception, match="row-level security"), scope(cast.dirk):
        actions.store(cast.dirk, name="x", media_type="text/plain", content=b"x", party_id=stored.party_id)


def test_a_file_needs_the_right_of_its_document(cast, client_of):
    stored = store(cast.sanne, right="audit.view")
    assert client_of("youssef").get(f"/files/{stored.key}/").status_code == 404
    assert client_of("sanne").get(f"/files/{stored.key}/").status_code == 200
    with scope(cast.youssef), pytest.raises(NotFound):
        queries.file(cast.youssef, stored.key)


def test_a_stored_file_never_changes(cast):
    stored = store(cast.sanne)
    with pytest.raises(Exception, match="permission denied"), scope(cast.sanne):
        StoredFile.objects.filter(pk=stored.pk).update(name="other")
    # Of staff only a name in it changes, when that person is erased; what is in the file never.
    with pytest.raises(Exception, match="permission denied"), scope(cast.peter):
        StoredFile.objects.filter(pk=stored.pk).update(sha256="0" * 64)


@pytest.mark.no_database
def test_under_asgi_chunks_come_one_at_a_time(tmp_path):
    place = tmp_path / "big"
    place.write_bytes(b"x" * (storage.CHUNK * 3 + 5))
    made = download.attachment(AsyncRequestFactory().get("/"), place, name="big", media_type="x/y", etag="e")
    assert made.is_async

    async def sizes():
        return [len(chunk) async for chunk in made.streaming_content]

    assert asyncio.run(sizes()) == [storage.CHUNK] * 3 + [5]
    assert not download.attachment(RequestFactory().get("/"), place, name="big", media_type="x/y", etag="e").is_async


def test_an_empty_file(cast, client_of):
    stored = store(cast.sanne, content=b"")
    answer = client_of("sanne").get(f"/files/{stored.key}/")
    assert answer.status_code == 200 and answer.content == b"" and answer["Content-Length"] == "0"


def test_a_file_that_nothing_refers_to_goes_after_a_day(cast):
    from portiek.settlement.invoicing.actions import attach_pdf
    from portiek.settlement.invoicing.models import Invoice

    lost, twin = store(cast.sanne, content=b"lost"), store(cast.sanne, content=b"%PDF-1.7 kept")
    with scope(cast.system):
        attach_pdf(cast.system, invoice=Invoice.objects.get(number="F-88213"), content=b"%PDF-1.7 kept")
        kept = Invoice.objects.get(number="F-88213").pdf
    other = store(cast.system_of_brand, content=b"lost")
    half = storage.folder(lost.portal_id) / "new" / "half"
    half.write_bytes(b"x")
    jobs.drop_orphans(cast.system)
    assert half.exists() and queries.path(cast.sanne, lost)  # not a day old yet
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        new = store(cast.sanne, content=b"new")
        jobs.drop_orphans(cast.system)
    with scope(cast.system):
        assert set(StoredFile.objects.filter(pk__in=[lost.pk, new.pk, kept.pk, twin.pk]).values_list("pk", flat=True)) == {new.pk, kept.pk}
        assert [fact.files for fact in recorded() if isinstance(fact, facts.FilesDropped)] == [2]
    assert not half.exists()
    with pytest.raises(NotFound):
        queries.path(cast.sanne, lost)
    assert queries.path(cast.sanne, kept).read_bytes() == b"%PDF-1.7 kept"  # its twin went, the content stays
    assert queries.path(cast.sanne, new).read_bytes() == b"new"
    assert queries.path(cast.otto, other).read_bytes() == b"lost"  # another portal's is its own


def test_a_content_that_is_written_again_at_that_moment_stays(cast):
    stored = store(cast.sanne, content=b"again")
    before = time.time() - 86400
    storage.remove(stored.portal_id, stored.sha256, before)  # its mark of age is new by now
    assert storage.path_of(stored.portal_id, stored.sha256).read_bytes() == b"again"


def test_only_the_portal_itself_drops_files(cast):
    for actor in (cast.sanne, cast.olga):
        with scope(actor), pytest.raises(NotFound):
            actions.drop_orphans(actor, before=timezone.now())
