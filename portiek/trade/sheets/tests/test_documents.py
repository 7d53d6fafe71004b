"""Documents of products: the version that counts for who sees the product, the ones of then for who bought it, and word of a new safety data sheet."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from portiek.config.testing import run_jobs
from portiek.core import jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.models import FactRow
from portiek.foundation.accounts.models import Membership, Role
from portiek.foundation.files import actions as file_actions
from portiek.foundation.files.models import StoredFile
from portiek.foundation.notifications.models import Mail, Notification
from portiek.trade.catalog.models import AssortmentItem, Product
from portiek.trade.orders.models import Order, OrderLine, Purchase
from portiek.trade.sheets import actions, queries, rules
from portiek.trade.sheets.models import ProductDocument

SKU = "GP-125-2600"
PAGE = f"/product-documents/p/{SKU}/"
NOW = timezone.now()


def pdf(text: str) -> bytes:
    return b"%PDF-1.7 " + text.encode()


def given(text: str = "one", name: str = "blad.pdf") -> actions.Content:
    content = pdf(text)
    return actions.Content(name, len(content), io.BytesIO(content))


def add(cast, text="one", *, sku=SKU, kind="safety", language="nl", version="", days=0, title="", also=()) -> ProductDocument:
    with scope(cast.olga):
        product = Product.objects.get(portal_id=cast.olga.portal_id, sku=sku)
        return actions.add_document(cast.olga, product=product, also=also, kind=kind, language=language, title=title, version=version, valid_from=timezone.localdate() - timedelta(days=days), content=given(text))[0]


def bought(cast, actor, *, sku=SKU, days=30) -> None:
    """Let an order of an actor's company count as the last one with a product, so many days ago."""
    with scope(cast.system):
        product = Product.objects.get(portal_id=cast.olga.portal_id, sku=sku)
        Purchase.objects.filter(party_id=actor.party_id, product=product).delete()
        order = Order.objects.filter(party_id=actor.party_id).order_by("pk").first()
        line = OrderLine.objects.filter(order=order).first()
        Purchase.objects.create(portal_id=actor.portal_id, party_id=actor.party_id, product=product, user_id=order.user_id or 0, unit_id=order.unit_id, line=line, placed_at=timezone.now() - timedelta(days=days))


def never_bought(cast, actor, sku=SKU) -> None:
    with scope(cast.system):
        Purchase.objects.filter(party_id=actor.party_id, product__sku=sku).delete()


@pytest.fixture(autouse=True)
def _empty(cast):
    with scope(cast.system):
        ProductDocument.objects.all().delete()


def fetch(client, row) -> bytes | int:
    answer = client.get(f"/product-documents/{row.key}/")
    return b"".join(answer.streaming_content) if answer.status_code == 200 else answer.status_code


def test_staff_bring_one_in_and_customers_read_it(cast, client_of):
    olga = client_of("olga")
    assert "Nog geen documenten" in olga.get(PAGE).content.decode()
    file = SimpleUploadedFile("Veiligheid gips.pdf", pdf("one"), "text/html")
    sent = {"kind": "safety", "language": "nl", "title": "", "version": "3.2", "valid_from": "2026-01-05", "also": "SS-3535", "file": file}
    answer = olga.post(PAGE, sent)
    assert answer.status_code == 302 and answer["Location"] == PAGE, answer.content.decode()
    with scope(cast.olga):
        rows = list(ProductDocument.objects.order_by("product__sku").select_related("product"))
        assert [row.product.sku for row in rows] == [SKU, "SS-3535"] and rows[0].media_type == "application/pdf" and not rows[0].is_news, "the first one is no news"
        assert StoredFile.objects.get(pk=rows[0].file_id).party_id is None
        fact = FactRow.objects.filter(name="sheets.document.added", subject=f"catalog.product:{rows[0].product_id}").order_by("-pk")[0]
        assert fact.changes["version"] == ["", "3.2"]
    sanne = client_of("sanne")
    shown = sanne.get(f"/catalog/p/{SKU}/").content.decode()
    assert "Veiligheidsinformatieblad" in shown and "3.2" in shown and f"/product-documents/{rows[0].key}/" in shown and PAGE not in shown
    answer = sanne.get(f"/product-documents/{rows[0].key}/")
    assert b"".join(answer.streaming_content) == pdf("one") and answer["Content-Disposition"] == 'attachment; filename="Veiligheid gips.pdf"' and answer["X-Content-Type-Options"] == "nosniff"
    with scope(cast.system):
        assert FactRow.objects.get(name="sheets.document.downloaded").party_id == cast.sanne.party_id
    assert PAGE in olga.get(f"/catalog/p/{SKU}/").content.decode()


@pytest.mark.parametrize(("name", "content", "word"), [("x.exe", b"MZ", "geen bestand"), ("x.html", b"<script>", "geen bestand"), ("x.pdf", b"<html>", "niet wat"), ("x.svg", b"<svg", "geen bestand"), ("x.png", b"GIF89a", "niet wat")])
def test_what_is_no_document_is_refused_with_words(cast, client_of, name, content, word):
    answer = client_of("olga").post(PAGE, {"kind": "manual", "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422 and word in answer.content.decode()
    with scope(cast.olga):
        assert not ProductDocument.objects.exists()


def test_what_cannot_be_is_refused_with_words(cast, client_of, monkeypatch):
    olga = client_of("olga")
    tomorrow = (timezone.localdate() + timedelta(days=2)).isoformat()
    for sent, word in (({"also": "BESTAAT-NIET"}, "BESTAAT-NIET"), ({"valid_from": tomorrow}, "nog komen"), ({"language": "xx"}, "geldige"), ({"kind": "roman"}, "geldige"), ({"file": ""}, "verplicht")):
        answer = olga.post(PAGE, {"kind": "manual", "file": SimpleUploadedFile("x.pdf", pdf("one")), **sent})
        assert answer.status_code == 422 and word in answer.content.decode(), sent
    add(cast, "one", days=3)
    for text, days, code in (("one", 1, "sheets.same"), ("two", 9, "sheets.older")):
        with pytest.raises(Refused) as refused:
            add(cast, text, days=days)
        assert refused.value.code == code
    monkeypatch.setattr(rules, "MOST_BYTES", 5)
    with pytest.raises(Refused) as refused:
        add(cast, "three")
    assert refused.value.code == "sheets.size"


def test_nobody_but_staff_who_keep_products_bring_one_in(cast, client_of):
    row = add(cast)
    for key in ("sanne", "dirk", "mark", "els", "otto", "nadia2"):
        assert client_of(key).get(PAGE).status_code in (403, 404), key
        assert client_of(key).post(PAGE, {"kind": "manual", "file": SimpleUploadedFile("x.pdf", pdf("two"))}).status_code in (403, 404), key
        assert client_of(key).post(f"/product-documents/p/{row.pk}/remove/{SKU}/").status_code in (403, 404), key
    with scope(cast.sanne), pytest.raises(Forbidden):
        actions.remove_document(cast.sanne, document=row)
    assert client_of("olga").post(f"/product-documents/p/{row.pk}/remove/SS-3535/").status_code == 404, "a document of another product"
    with scope(cast.olga):
        assert ProductDocument.objects.count() == 1


def test_a_product_outside_the_assortment_has_no_documents(cast, client_of):
    """The attack: the address of a document is known, the product is in nobody's assortment and was never bought."""
    row = add(cast)
    for actor in (cast.sanne, cast.els, cast.dirk):
        never_bought(cast, actor)
    assert fetch(client_of("sanne"), row) == pdf("one")
    with scope(cast.system):
        AssortmentItem.objects.filter(product_id=row.product_id).delete()
    for key in ("sanne", "els", "dirk"):
        assert fetch(client_of(key), row) == 404, key
        with scope(getattr(cast, key)):
            assert not ProductDocument.objects.exists(), "the second lock"
            with pytest.raises(NotFound):
                queries.document(getattr(cast, key), row.key)
    assert fetch(client_of("otto"), row) == 404, "another portal"
    assert client_of("sanne").get("/product-documents/nobody-made-this/").status_code == 404
    with scope(cast.sanne):
        assert not StoredFile.objects.filter(pk=row.file_id).exists()


def test_a_newer_version_takes_its_place_and_who_bought_then_keeps_the_older_one(cast, client_of):
    old, new = add(cast, "one", version="1", days=400), add(cast, "two", version="2", days=10)
    never_bought(cast, cast.dirk)
    never_bought(cast, cast.els)
    bought(cast, cast.sanne, days=200)
    sanne, els = client_of("sanne"), client_of("els")
    shown = sanne.get(f"/catalog/p/{SKU}/").content.decode()
    assert new.key in shown and old.key in shown and "eerdere versie" in shown.lower() and shown.index(new.key) < shown.index(old.key)
    assert fetch(sanne, old) == pdf("one") and fetch(sanne, new) == pdf("two")
    shown = els.get(f"/catalog/p/{SKU}/").content.decode()
    assert new.key in shown and old.key not in shown, "she never bought it"
    assert fetch(els, old) == 404 and fetch(els, new) == pdf("two")
    with scope(cast.els):
        assert not ProductDocument.objects.filter(pk=old.pk).exists()
    bought(cast, cast.sanne, days=500)
    assert fetch(sanne, old) == 404, "what was bought before that version came, came with one before it"
    with scope(cast.system):
        AssortmentItem.objects.filter(product_id=old.product_id).delete()
    assert fetch(sanne, new) == pdf("two"), "the law gives who bought it the version of now, also when it is no longer in the assortment"
    assert fetch(els, new) == 404


def test_what_is_taken_away_gives_the_one_before_its_place_back(cast, client_of):
    old, new = add(cast, "one", version="1", days=40), add(cast, "two", version="2", days=10)
    answer = client_of("olga").post(f"/product-documents/p/{new.pk}/remove/{SKU}/")
    assert answer.status_code == 302
    with scope(cast.olga):
        assert ProductDocument.objects.get().pk == old.pk and ProductDocument.objects.get().is_current
        ProductDocument.objects.update(from_erp=True)
    assert "administratie" in client_of("olga").post(f"/product-documents/p/{old.pk}/remove/{SKU}/", follow=True).content.decode()
    with pytest.raises(Refused) as refused:
        add(cast, "three")
    assert refused.value.code == "sheets.of_erp"
    with scope(cast.system):
        file_actions.drop_orphans(cast.system, before=timezone.now() + timedelta(days=1))
        assert StoredFile.objects.filter(pk=old.file_id).exists() and not StoredFile.objects.filter(pk=new.file_id).exists()


def test_who_bought_it_hears_once_and_in_one_message(cast, client_of):
    for sku in (SKU, "SS-3535", "PU-750"):
        add(cast, "one", sku=sku, days=400)
    tell = jobs.jobs()["sheets.tell_news"]

    def told() -> list[tuple[int, dict]]:
        run_jobs()
        with scope(cast.system):
            return list(Notification.objects.filter(kind="sheets.new_version").order_by("pk").values_list("user_id", "values"))

    jobs.run_now(tell, cast.system.portal_id, {})
    assert told() == [], "a first sheet takes the place of none"
    with scope(cast.system):
        Purchase.objects.filter(product__sku__in=[SKU, "SS-3535", "PU-750"]).delete()
    bought(cast, cast.sanne, sku=SKU, days=600)
    bought(cast, cast.sanne, sku="SS-3535", days=3)
    bought(cast, cast.dirk, sku="SS-3535", days=800)
    for sku, days in ((SKU, 5), ("SS-3535", 5), ("SS-3535", 4), ("PU-750", 5)):
        add(cast, f"new {days}", sku=sku, days=days)
    add(cast, "manual", kind="manual")
    add(cast, "manual 2", kind="manual")
    jobs.run_now(tell, cast.system.portal_id, {})
    heard = told()
    people = [user for user, _values in heard]
    with scope(cast.system):
        of_bakker = set(Membership.objects.filter(party_id=cast.sanne.party_id, is_active=True).values_list("user_id", flat=True))
        assert cast.sanne.user_id in people and set(people) <= of_bakker and len(people) == len(set(people)), "nobody of De Vries: two years ago is too long"
        values = dict(heard)[cast.sanne.user_id]
        assert values["count"] == 2 and SKU in values["names"] and "SS-3535" in values["names"] and "PU-750" not in values["names"]
        fact = FactRow.objects.get(name="sheets.news.told")
        assert fact.party_id == cast.sanne.party_id and len(fact.payload["document_ids"]) == 2, "of what was replaced again before anybody heard, the last one"
        assert Mail.objects.filter(kind="sheets.new_version").exists()
    jobs.run_now(tell, cast.system.portal_id, {})
    assert told() == heard
    page = client_of("sanne").get("/product-documents/").content.decode()
    assert SKU in page and "SS-3535" in page and "PU-750" not in page and page.count("Downloaden") >= 2


def test_only_the_portal_itself_tells(cast):
    for actor in (cast.sanne, cast.olga):
        with scope(actor), pytest.raises(NotFound):
            actions.tell_news(actor, now=NOW)


def test_the_list_of_what_was_bought_is_one_s_own(cast, client_of):
    add(cast)
    bought(cast, cast.sanne)
    never_bought(cast, cast.dirk)
    assert SKU in client_of("sanne").get("/product-documents/").content.decode()
    other = client_of("dirk").get("/product-documents/").content.decode()
    assert SKU not in other and "Geen veiligheidsinformatiebladen" in other
    assert client_of("olga").get("/product-documents/").status_code in (403, 404)
    with scope(cast.system):
        role = Role.objects.get(pk=Membership.objects.get(user_id=cast.sanne.user_id).role_id)
        Role.objects.filter(pk=role.pk).update(rights=[code for code in role.rights if not code.startswith("order.view")])
    assert client_of("sanne").get("/product-documents/").status_code == 403
    with scope(cast.system):
        Role.objects.filter(pk=role.pk).update(rights=[*[code for code in role.rights if not code.startswith("order.view")], "order.view.own"])
        Purchase.objects.filter(party_id=cast.sanne.party_id, product__sku=SKU).update(user_id=cast.youssef.user_id)
    assert SKU not in client_of("sanne").get("/product-documents/").content.decode(), "what a colleague bought, for who sees his own orders alone"


def test_what_left_the_assortment_is_named_as_it_was_ordered(cast, client_of):
    row = add(cast)
    bought(cast, cast.sanne)
    with scope(cast.system):
        line = Purchase.objects.get(party_id=cast.sanne.party_id, product_id=row.product_id).line
        AssortmentItem.objects.filter(product_id=row.product_id).delete()
    page = client_of("sanne").get("/product-documents/").content.decode()
    assert line.sku in page and row.key in page and f"/catalog/p/{SKU}/" not in page


def test_the_list_costs_the_same_however_many(cast, client_of):
    sanne = client_of("sanne")

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert sanne.get("/product-documents/").status_code == 200
        return len(seen)

    add(cast, sku=SKU)
    bought(cast, cast.sanne)
    statements()
    one = statements()
    for sku in ("SS-3535", "SS-3525", "PU-750", "GB-50"):
        add(cast, sku=sku)
        bought(cast, cast.sanne, sku=sku)
    assert statements() == one


def test_machines_read_them(cast, machine_of):
    old, new = add(cast, "one", version="1", days=400), add(cast, "two", version="2", days=10)
    add(cast, "manual", kind="manual", sku="SS-3535")
    never_bought(cast, cast.sanne)
    sanne = machine_of(cast.sanne)
    found = sanne.get(f"/product-documents?sku={SKU}").json()
    assert [(item["key"], item["version"], item["kind"], item["url"]) for item in found["items"]] == [(new.key, "2", "safety", "")]
    assert [item["sku"] for item in sanne.get("/product-documents?kind=manual").json()["items"]] == ["SS-3535"]
    answer = sanne.get(f"/product-documents/{new.key}")
    assert b"".join(answer.streaming_content) == pdf("two")
    assert sanne.get(f"/product-documents/{old.key}").status_code == 404
    with scope(cast.system):
        AssortmentItem.objects.filter(product_id=new.product_id).delete()
    assert sanne.get(f"/product-documents/{new.key}").status_code == 404 and sanne.get(f"/product-documents?sku={SKU}").json()["items"] == []


def test_the_reader_s_own_language_comes_first(cast, client_of):
    for language in ("en", "de", "nl"):
        add(cast, language, language=language)
    with scope(cast.sanne):
        product = Product.objects.get(sku=SKU)
        with translation.override("nl"):
            assert [shown.any.language for shown in queries.documents_of(cast.sanne, [product.pk])[product.pk]] == ["nl", "de", "en"]
    shown = re.sub(r"\s+", " ", client_of("sanne").get(f"/catalog/p/{SKU}/").content.decode())
    assert "Nederlands" in shown and "Duits" in shown
