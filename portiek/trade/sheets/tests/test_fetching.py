"""Documents that a catalogue names: fetched by the one way out, kept as a link where a program gets none, and listed with why where there is none."""

import io
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import override_settings
from django.utils import timezone
from PIL import Image

from portiek.config.testing import run_jobs
from portiek.core import jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound
from portiek.trade.catalog.models import Product, ProductPicture
from portiek.trade.sheets import actions, fetching, queries, rules
from portiek.trade.sheets.models import ProductDocument
from portiek.trade.sheets.records import DocumentsRecord, SheetRecord

SKU = "GP-125-2600"
PDF, PNG = b"%PDF-1.7 ", b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def _empty(cast):
    with scope(cast.system):
        ProductDocument.objects.all().delete()


@pytest.fixture
def maker() -> Iterator[dict]:
    """A server of a maker of products: `pages` by path, as (status, body, headers); `asked` counts."""
    pages: dict = {}
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            status, body, headers = pages.get(self.path, (404, b"", {}))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with override_settings(EGRESS_ALLOW=f"127.0.0.1:{server.server_port}"):
            yield {"at": f"http://127.0.0.1:{server.server_port}", "pages": pages, "asked": asked}
    finally:
        server.shutdown()
        server.server_close()


def said(cast, *documents: SheetRecord, sku: str = SKU):
    with scope(cast.system):
        key = Product.objects.get(portal_id=cast.system.portal_id, sku=sku).external_id
        found = actions.apply_documents(cast.system, records=[DocumentsRecord(str(key), documents)])
    run_jobs()
    return found


def there(cast, actor=None) -> list[tuple[str, str, str, bool, str]]:
    actor = actor or cast.system
    with scope(actor):
        return [(row.kind, row.state, row.version, row.is_current, row.problem) for row in ProductDocument.objects.filter(product__sku=SKU).order_by("pk")]


def test_what_a_catalogue_names_is_fetched_and_counts(cast, client_of, maker):
    maker["pages"] |= {"/vib%20gips.pdf": (200, PDF + b"1", {}), "/foto": (200, PNG + b"1", {"Content-Type": "text/html"})}
    done = said(cast, SheetRecord("safety", maker["at"] + "/vib%20gips.pdf", language="nl", version="1", valid_from=date(2026, 1, 5)), SheetRecord("picture", maker["at"] + "/foto"))
    assert done.changed == 1 and there(cast) == [("safety", "ready", "1", True, ""), ("picture", "ready", "", True, "")]
    shown = client_of("sanne").get(f"/catalog/p/{SKU}/").content.decode()
    assert "Veiligheidsinformatieblad" in shown and "127.0.0.1" not in shown
    with scope(cast.system):
        names = {row.kind: (row.name, row.media_type, row.valid_from.isoformat()) for row in ProductDocument.objects.all()}
    assert names["safety"] == ("vib gips.pdf", "application/pdf", "2026-01-05") and names["picture"][:2] == ("foto.png", "image/png")
    asked = len(maker["asked"])
    done = said(cast, SheetRecord("safety", maker["at"] + "/vib%20gips.pdf", language="nl", version="1", valid_from=date(2026, 1, 5)), SheetRecord("picture", maker["at"] + "/foto"))
    assert done.unchanged == 1 and len(maker["asked"]) == asked, "what is so already is not fetched again"


def test_a_newer_version_counts_when_it_is_here_and_the_same_bytes_are_no_version(cast, maker):
    maker["pages"] |= {"/1.pdf": (200, PDF + b"1", {}), "/2.pdf": (200, PDF + b"2", {}), "/copy.pdf": (200, PDF + b"2", {})}
    said(cast, SheetRecord("safety", maker["at"] + "/1.pdf", version="1"))
    with scope(cast.system):
        actions.apply_documents(cast.system, records=[DocumentsRecord(str(Product.objects.get(portal_id=cast.system.portal_id, sku=SKU).external_id), (SheetRecord("safety", maker["at"] + "/2.pdf", version="2"),))])
    assert there(cast) == [("safety", "ready", "1", True, ""), ("safety", "asked", "2", False, "")]
    assert there(cast, cast.sanne) == [("safety", "ready", "1", True, "")], "nobody sees what is not here yet"
    run_jobs()
    assert there(cast) == [("safety", "ready", "1", False, ""), ("safety", "ready", "2", True, "")]
    with scope(cast.system):
        assert ProductDocument.objects.get(version="2").is_news
    said(cast, SheetRecord("safety", maker["at"] + "/copy.pdf", version="2b"))
    assert there(cast) == [("safety", "ready", "1", False, ""), ("safety", "ready", "2b", True, "")]
    said(cast)
    assert [row[3] for row in there(cast)] == [False, False], "a catalogue that names it no longer withdraws it"


def test_one_address_of_many_products_is_asked_once(cast, maker):
    maker["pages"] |= {"/dop.pdf": (200, PDF, {})}
    with scope(cast.system):
        keys = Product.objects.filter(portal_id=cast.system.portal_id, sku__in=[SKU, "SS-3535", "PU-750"]).values_list("external_id", flat=True)
        actions.apply_documents(cast.system, records=[DocumentsRecord(str(key), (SheetRecord("performance", maker["at"] + "/dop.pdf"),)) for key in keys])
    run_jobs()
    assert maker["asked"] == ["/dop.pdf"]
    with scope(cast.system):
        assert ProductDocument.objects.filter(is_current=True, state="ready").count() == 3


def test_what_cannot_be_had_is_a_link_or_missing_with_why(cast, client_of, maker, monkeypatch):
    monkeypatch.setattr(rules, "MOST_BYTES", 100)
    maker["pages"] |= {"/large.pdf": (200, PDF + b"x" * 200, {}), "/login.pdf": (403, b"", {}), "/moved.pdf": (302, b"", {"Location": "http://169.254.169.254/"}), "/page": (200, b"<html>", {}), "/broken.pdf": (503, b"", {})}
    at = maker["at"]
    said(cast, *[SheetRecord(kind, source, title=str(place)) for place, (kind, source) in enumerate([("manual", f"{at}/large.pdf"), ("manual", f"{at}/login.pdf"), ("manual", f"{at}/moved.pdf"), ("manual", f"{at}/page"), ("manual", f"{at}/gone.pdf"), ("manual", f"{at}/broken.pdf"),
                                                                                                       ("manual", "handleiding.pdf"), ("manual", "http://10.0.0.1/x.pdf"), ("manual", "https://169.254.169.254/latest/"), ("manual", "file:///etc/passwd"), ("manual", "javascript:alert(1)")])])
    wanted = [("link", "size"), ("link", "refused"), ("link", "refused"), ("link", "kind"), ("missing", "gone"), ("asked", "unreachable"), *[("missing", "address")] * 5]
    assert [(row[1], row[4]) for row in there(cast)] == wanted
    rest = jobs.jobs()["sheets.fetch_rest"]
    for _time in range(2):
        jobs.run_now(rest, cast.system.portal_id, {})
    assert there(cast)[5][1] == "missing" and maker["asked"].count("/broken.pdf") == 3
    page = client_of("olga").get("/product-documents/missing/").content.decode()
    assert "handleiding.pdf" in page and "169.254.169.254" in page and page.count("Opnieuw ophalen") == 7
    shown = client_of("sanne").get(f"/catalog/p/{SKU}/").content.decode()
    assert f'href="{at}/login.pdf"' in shown and "169.254" not in shown and "javascript:" not in shown and "handleiding.pdf" not in shown
    with scope(cast.system):
        broken, name = (ProductDocument.objects.get(source=source) for source in (f"{at}/broken.pdf", "handleiding.pdf"))
        link = ProductDocument.objects.get(source=f"{at}/login.pdf")
    assert client_of("sanne").get(f"/product-documents/{link.key}/").status_code == 404, "nothing of it is here"
    for key in ("sanne", "dirk", "otto"):
        assert client_of(key).get("/product-documents/missing/").status_code in (200, 403, 404) and "handleiding.pdf" not in client_of(key).get("/product-documents/missing/").content.decode()
        assert client_of(key).post(f"/product-documents/missing/{broken.pk}/again/").status_code in (403, 404)
    maker["pages"] |= {"/broken.pdf": (200, PDF, {})}
    assert client_of("olga").post(f"/product-documents/missing/{broken.pk}/again/").status_code == 302
    run_jobs()
    assert ("manual", "ready", "", True, "") in there(cast)
    assert "https" in client_of("olga").post(f"/product-documents/missing/{name.pk}/again/", follow=True).content.decode()
    assert client_of("olga").post("/product-documents/missing/999999/again/").status_code == 404


def test_what_staff_brought_in_stays_beside_it(cast, maker):
    maker["pages"] |= {"/1.pdf": (200, PDF, {})}
    with scope(cast.olga):
        product = Product.objects.get(portal_id=cast.olga.portal_id, sku=SKU)
        actions.add_document(cast.olga, product=product, kind="certificate", language="", title="", version="", valid_from=timezone.localdate(), content=actions.Content("keur.pdf", 9, io.BytesIO(PDF)))
    said(cast, SheetRecord("manual", maker["at"] + "/1.pdf"))
    said(cast)
    assert [(row[0], row[3]) for row in there(cast)] == [("certificate", True), ("manual", False)]


def test_two_of_a_kind_are_told_apart_by_their_files(cast, maker):
    maker["pages"] |= {f"/{name}.png": (200, PNG + name.encode(), {}) for name in ("voor", "achter")}
    pictures = [SheetRecord("picture", f"{maker['at']}/{name}.png") for name in ("voor", "achter")]
    said(cast, *pictures, SheetRecord("roman", maker["at"] + "/voor.png"), SheetRecord("picture", ""))
    with scope(cast.system):
        assert sorted(ProductDocument.objects.filter(is_current=True).values_list("title", flat=True)) == ["", "achter.png"]
    assert said(cast, *pictures).unchanged == 1


def test_only_the_portal_itself_fetches_and_an_unknown_product_is_named(cast):
    for actor in (cast.sanne, cast.olga):
        with scope(actor):
            for deed, values in ((actions.keep_fetched, {"name": "x", "media_type": "x", "content": b"x"}), (actions.keep_link, {"problem": "x"}), (actions.note_unfetched, {"problem": "x", "for_good": True})):
                with pytest.raises(NotFound):
                    deed(actor, key=1, **values)
    with scope(cast.sanne), pytest.raises(Forbidden):
        actions.apply_documents(cast.sanne, records=[])
    with scope(cast.system):
        assert [problem.code for problem in actions.apply_documents(cast.system, records=[DocumentsRecord("nobody", ())]).problems] == ["unknown_product"]


@pytest.mark.parametrize("source", ["http://127.0.0.1:9/x.pdf", "http://localhost/x.pdf", "https://[::1]/x.pdf"])
def test_nothing_inside_is_ever_asked(source):
    got = fetching.fetch(source)
    assert (got.problem, got.for_good, got.content) == ("address", True, b"")


def picture(colour: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (300, 200), colour).save(made, "PNG")
    return made.getvalue()


def test_a_picture_that_a_catalogue_names_is_shown_with_the_product(cast, client_of, maker):
    bare = "GP-125-3000"

    def shown() -> str:
        with scope(cast.system):
            return Product.objects.get(portal_id=cast.system.portal_id, sku=bare).picture

    maker["pages"] |= {"/voor.png": (200, picture("red"), {}), "/achter.png": (200, picture("blue"), {})}
    front, back = SheetRecord("picture", maker["at"] + "/voor.png", title="Voor"), SheetRecord("picture", maker["at"] + "/achter.png", title="Achter")
    said(cast, front, back, sku=bare)
    first = shown()
    assert first and f"/catalog/pictures/{first}.webp" in client_of("sanne").get(f"/catalog/p/{bare}/").content.decode()
    said(cast, back, sku=bare)
    assert shown() not in ("", first), "the next one takes the place of one that is no longer named"
    said(cast, sku=bare)
    assert shown() == ""


def test_pictures_that_were_there_before_products_showed_any_are_shown_at_night(cast, maker):
    maker["pages"]["/foto.png"] = (200, picture("red"), {})
    said(cast, SheetRecord("picture", maker["at"] + "/foto.png"), sku="GP-125-3000")
    with scope(cast.system):
        product = Product.objects.get(portal_id=cast.system.portal_id, sku="GP-125-3000")
        ProductPicture.objects.filter(product=product).delete()
        Product.objects.filter(pk=product.pk).update(picture="")
        assert queries.unshown(cast.system) == [product.pk]
        actions.show_pictures(cast.system, product_ids=queries.unshown(cast.system))
        assert Product.objects.get(pk=product.pk).picture and queries.unshown(cast.system) == []
