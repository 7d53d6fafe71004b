"""The pages of files: what staff see and do, what others do not."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.edges.connectors.files.tests.conftest import connected
from portiek.edges.connectors.models import FileDelivery, FileMapping, FileRow
from portiek.foundation.tasks.models import Task
from portiek.trade.catalog.models import Product

HEADS = "nr;naam;prijs"
PAGES = ["", "bring/", "kinds/product/", "kinds/order.lines/", "kinds/party/", "kinds/agreement/", "kinds/discount/", "kinds/floor/", "{d}/", "{d}/rows/2/"]
POSTS = ["look/", "bring/", "kinds/product/", "{d}/confirm/", "{d}/drop/", "{d}/retry/", "{d}/rows/2/"]


@pytest.fixture
def ours(cast, tmp_path, monkeypatch):
    """A connection by files of the first portal beside its ERP, with a file of which one row stays out."""
    from django.conf import settings

    monkeypatch.setattr(settings, "FILES_ROOT", tmp_path)
    made = connected(cast.system, tmp_path, "vandijk")
    made.map("product", external_id="nr", name="naam", list_price={"column": "prijs", "change": "comma"})
    made.put("product.csv", [HEADS, "F1;<script>alert(1)</script>;duur", "F2;Zaag;8,00"])
    made.look()
    made.base, made.key = f"/connectors/{made.connection.pk}/files/", made.last().pk
    return made


def csv(text, name="product-2.csv"):
    return SimpleUploadedFile(name, text.encode(), "text/csv")


@pytest.mark.parametrize("path", PAGES)
def test_staff_see_every_page_and_nothing_in_it_runs(ours, client_of, path):
    answer = client_of("olga").get(ours.base + path.format(d=ours.key))
    assert answer.status_code == 200 and b"<script>alert" not in answer.content


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", ["sanne", "dirk", "otto"])
def test_others_do_not_know_these_pages(ours, client_of, path, who):
    assert client_of(who).get(ours.base + path.format(d=ours.key)).status_code == 404


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(("who", "status"), [("peter", 403), ("sanne", 404), ("otto", 404)])
def test_only_who_may_does(ours, client_of, path, who, status):
    with scope(ours.actor):
        before = [list(model.objects.order_by("pk").values()) for model in (FileDelivery, FileMapping, FileRow)]
    assert client_of(who).post(ours.base + path.format(d=ours.key), {"layout": "product", "file": csv(HEADS), "pattern": "x"}).status_code == status
    with scope(ours.actor):
        assert [list(model.objects.order_by("pk").values()) for model in (FileDelivery, FileMapping, FileRow)] == before


def test_who_may_only_look_sees_no_buttons(ours, client_of):
    page = client_of("peter").get(f"{ours.base}{ours.key}/").content.decode()
    assert "product.csv" in page and "/rows/2/" not in page and client_of("peter").get(ours.base + "bring/").status_code == 403


@pytest.mark.parametrize("path", ["999999/", "kinds/nothing/", "999999/rows/1/", "{d}/rows/3/"])
def test_what_is_not_there_is_not_found(ours, client_of, path):
    assert client_of("olga").get(ours.base + path.format(d=ours.key)).status_code == 404


def test_a_connection_of_another_vendor_has_no_files(ours, client_of, cast):
    from portiek.edges.connectors.models import Connection

    with scope(cast.system):
        demo = Connection.objects.get(vendor="demo")
    assert client_of("olga").get(f"/connectors/{demo.pk}/files/").status_code == 404


def test_from_a_first_file_to_products(ours, client_of):
    """Bring, choose the columns, look at what would come of it, take it over: and what is refused says why by row."""
    olga = client_of("olga")
    answer = olga.post(ours.base + "bring/", {"layout": "stock", "file": csv("artikel;magazijn;voorraad\nF2;A;7\nF9;A;3\nF2;B;veel\n", "voorraad.csv")})
    assert answer.status_code == 302 and answer.url == ours.base + "kinds/stock/"
    page = olga.get(answer.url).content.decode()
    assert "voorraad.csv" in page and "F2 · F9" in page
    run_jobs()
    fields = {"pattern": "voorraad*", "c_product": "artikel", "c_warehouse": "magazijn", "c_on_hand": "voorraad"}
    assert olga.post(answer.url, {**fields, "c_on_hand": ""}).status_code == 422
    assert olga.post(answer.url, {**fields, "k_expected_at": "morgen"}).status_code == 422
    saved = olga.post(answer.url, fields)
    assert saved.status_code == 302
    run_jobs()
    detail = olga.get(saved.url).content.decode()
    with scope(ours.actor):
        found = FileDelivery.objects.get(layout="stock")
        assert (found.state, found.new, found.refused) == ("ready", 1, 2)
    report = olga.get(f"/files/{_report(ours, found)}/")
    text = b"".join(report.streaming_content).decode("utf-8-sig") if report.streaming else report.content.decode("utf-8-sig")
    rows = text.splitlines()
    assert rows[0].startswith("artikel;magazijn;voorraad;") and rows[1].startswith("F2;A;7;") and rows[2].startswith("F9;A;3;") and "artikel" in rows[2].split(";", 4)[4] and "veel" in rows[3]
    assert "/confirm/" in detail
    assert client_of("sanne").get(f"/files/{_report(ours, found)}/").status_code == 404
    assert olga.post(f"{saved.url}confirm/").status_code == 302
    run_jobs()
    with scope(ours.actor):
        assert FileDelivery.objects.get(layout="stock").state == "done"
    assert olga.post(f"{saved.url}confirm/").status_code == 302  # over: said, not done twice


def _report(ours, found):
    with scope(ours.actor):
        return FileDelivery.objects.select_related("report").get(pk=found.pk).report.key


def test_a_file_that_is_tried_leaves_nothing(ours, client_of):
    client_of("olga").post(ours.base + "bring/", {"layout": "product", "file": csv(f"{HEADS}\nF7;Nieuw;1,00\n")})
    run_jobs()
    with scope(ours.actor):
        assert FileDelivery.objects.order_by("-pk").first().state == "ready" and not Product.objects.filter(external_id="F7").exists()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"a;b\n\x00"])
def test_what_is_no_file_is_refused_with_words(ours, client_of, content):
    answer = client_of("olga").post(ours.base + "bring/", {"layout": "product", "file": SimpleUploadedFile("x.csv", content)})
    assert answer.status_code == 422 and b"traceback" not in answer.content.lower()


def test_a_row_is_mended_on_its_page(ours, client_of):
    olga = client_of("olga")
    page = olga.get(f"{ours.base}{ours.key}/rows/2/").content.decode()
    assert "duur" in page
    assert olga.post(f"{ours.base}{ours.key}/rows/2/", {"cell_0": "F1", "cell_1": "Boor", "cell_2": "12,50"}).status_code == 302
    run_jobs()
    with scope(ours.actor):
        assert not FileRow.objects.exists() and FileDelivery.objects.get().refused == 0


def test_a_mapping_has_versions_and_says_what_changed(ours, client_of):
    olga = client_of("olga")
    form = {"pattern": "product*", "whole": "on", "c_external_id": "nr", "c_name": "naam", "c_list_price": "prijs", "h_list_price": "comma", "k_tax_rate": "21"}
    olga.post(ours.base + "kinds/product/", form)
    olga.post(ours.base + "kinds/product/", form)
    from portiek.config.testing import recorded

    with scope(ours.actor):
        assert list(FileMapping.objects.order_by("version").values_list("version", flat=True)) == [1, 2] and FileMapping.objects.get(version=2).made_by == "Olga Smit"
        assert [fact.fields for fact in recorded() if type(fact).__name__ == "FileMappingSaved"][-1] == ["pattern", "tax_rate"]


def test_staff_are_asked_about_a_file_that_is_held_until_it_is_over(ours, client_of):
    ours.put("product-2.csv", ["nr;omschrijving", "F1;Boor"])
    ours.look()
    run_jobs()
    with scope(ours.actor):
        assert Task.objects.filter(kind="connectors.file_held", done_at=None).count() == 1
    assert "omschrijving" in client_of("olga").get(f"{ours.base}{ours.last().pk}/").content.decode()
    client_of("olga").post(f"{ours.base}{ours.last().pk}/drop/")
    run_jobs()
    with scope(ours.actor):
        assert not Task.objects.filter(kind="connectors.file_held", done_at=None).exists()


def test_the_monitor_leads_to_the_files(ours, client_of):
    assert ours.base in client_of("olga").get("/connectors/").content.decode() and ours.base in client_of("peter").get("/connectors/").content.decode()


def test_a_list_of_files_takes_as_many_statements_however_long(ours, client_of):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    olga, counts = client_of("olga"), []
    for number in (0, 8):
        for place in range(number):
            ours.put(f"product-{place}.csv", [HEADS, f"F1;Boor {place};1,00"])
        ours.look()
        with CaptureQueriesContext(connection) as made:
            olga.get(ours.base)
        counts.append(len(made))
    assert counts[0] == counts[1]
