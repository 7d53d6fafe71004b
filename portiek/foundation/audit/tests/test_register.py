"""The register of processing: made from the marks, added to by staff, taken along as a file in which nothing runs; nobody else's."""

import csv
import io
import zipfile

import pytest
from django.utils import translation

from portiek.config.testing import recorded
from portiek.core.db import scope
from portiek.core.personal import processings
from portiek.foundation.audit import facts
from portiek.foundation.audit.models import OwnProcessing

LINE = {"label": "Nieuwsbrief", "purpose": "Klanten op de hoogte houden.", "ground": "Toestemming", "persons": "Abonnees", "data": "E-mailadres", "term": "Tot afmelding", "receivers": "Mailbureau"}


@pytest.fixture
def olga(client_of):
    return client_of("olga")


def rows_of(client):
    answer = client.get("/audit/register/file/csv/")
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_every_processing_of_the_program_stands_there(olga):
    page = olga.get("/audit/register/").content.decode()
    with translation.override("nl"):
        assert not [str(item.label) for item in processings() if str(item.label) not in page or str(item.term) not in page]
    labels = {row[0] for row in rows_of(olga)}
    assert {"Accounts en toegang", "Bestellingen en leveringen", "Facturen en betalingen"} <= labels and len([row for row in rows_of(olga) if len(row) == 7]) == len(processings()) + 1


def test_staff_add_change_and_remove_their_own(cast, olga):
    assert olga.post("/audit/register/new/", {**LINE, "purpose": ""}).status_code == 422
    assert olga.post("/audit/register/new/", LINE).status_code == 302
    with scope(cast.system):
        row = OwnProcessing.objects.get()
    assert "Nieuwsbrief" in olga.get("/audit/register/").content.decode()
    assert olga.post(f"/audit/register/{row.pk}/", {**LINE, "term": "Twee jaar"}).status_code == 302
    assert ["Nieuwsbrief", LINE["purpose"], "Toestemming", "Abonnees", "E-mailadres", "Twee jaar", "Mailbureau"] in rows_of(olga)
    assert olga.post(f"/audit/register/{row.pk}/remove/").status_code == 302 and "Nieuwsbrief" not in olga.get("/audit/register/").content.decode()
    with scope(cast.system):
        assert [fact.what for fact in recorded() if isinstance(fact, facts.RegisterChanged)] == ["added", "changed", "removed"]


def test_the_head_stands_in_page_and_file(olga):
    assert olga.post("/audit/register/head/", {"officer": "Mr. F. Gerrits", "receivers": "Hoster B.V.", "transfers": "", "measures": "Versleuteld."}).status_code == 302
    assert "Mr. F. Gerrits" in olga.get("/audit/register/").content.decode()
    assert ["Functionaris gegevensbescherming", "Mr. F. Gerrits"] in rows_of(olga)


def test_words_are_text_wherever_they_go(olga):
    olga.post("/audit/register/new/", {**LINE, "label": "=HYPERLINK(1)", "data": "<script>alert(1)</script>"})
    page = olga.get("/audit/register/").content.decode()
    assert "<script>alert" not in page and any(row[0] == "'=HYPERLINK(1)" for row in rows_of(olga) if row)
    book = zipfile.ZipFile(io.BytesIO(olga.get("/audit/register/file/xlsx/").content))
    assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode() and "=HYPERLINK(1)" in book.read("xl/sharedStrings.xml").decode()
    assert olga.get("/audit/register/file/html/").status_code == 404


@pytest.mark.parametrize("key", ["sanne", "dirk", "els"])
def test_no_company_sees_it(client_of, key):
    for path in ("", "file/csv/", "file/xlsx/", "new/", "head/"):
        assert client_of(key).get(f"/audit/register/{path}").status_code == 404


def test_another_portal_has_its_own(cast, client_of, olga):
    olga.post("/audit/register/new/", LINE)
    with scope(cast.system):
        key = OwnProcessing.objects.get().pk
    otto = client_of("otto")
    assert "Nieuwsbrief" not in otto.get("/audit/register/").content.decode()
    assert otto.get(f"/audit/register/{key}/").status_code == 404 and otto.post(f"/audit/register/{key}/", LINE).status_code == 404
    assert otto.post(f"/audit/register/{key}/remove/").status_code == 404
    assert client_of("peter").post(f"/audit/register/{key}/remove/").status_code == 403
    with scope(cast.system):
        assert OwnProcessing.objects.filter(pk=key).exists()


def test_two_hundred_lines_are_enough(cast, olga):
    with scope(cast.system):
        OwnProcessing.objects.bulk_create([OwnProcessing(portal_id=cast.system.portal_id, **LINE) for _number in range(200)])
    assert olga.post("/audit/register/new/", LINE).status_code == 422
