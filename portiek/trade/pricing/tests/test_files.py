"""Price lists as files: the prices of the page and no others, for who asked alone, gone after a week."""

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from portiek.config.testing import run_jobs
from portiek.core import jobs
from portiek.core.db import scope
from portiek.core.models import FactRow
from portiek.foundation.accounts.models import Membership, Role
from portiek.foundation.files.models import StoredFile
from portiek.foundation.notifications.models import Notification
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Category, CustomerProduct, Product
from portiek.trade.pricing import actions, queries
from portiek.trade.pricing import jobs as pricing_jobs
from portiek.trade.pricing.actions import files as file_actions
from portiek.trade.pricing.models import PriceFile, PriceListLine
from portiek.ui import format

D = Decimal
PAGE = "/prices/files/"
# How the CSV's columns are called by place.
SKU, OWN, NAME, FROM, PRICE, COUNTS = 1, 2, 4, 6, 7, 9


def made(client, **asked) -> bytes:
    """Ask for a file as the page does, let it be made, and fetch it."""
    answer = client.post(PAGE, {"format": "csv", **asked})
    assert answer.status_code == 302 and answer["Location"] == PAGE, answer.content.decode()
    run_jobs()
    number = re.search(rf"{PAGE}(\d+)/", client.get(PAGE).content.decode())[1]
    answer = client.get(f"{PAGE}{number}/")
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    return b"".join(answer.streaming_content)


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))[1:]


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\xa0", " ").replace("\u202f", " "))


def test_pdf_csv_and_excel_have_the_prices_of_the_page(cast, client_of):
    client = client_of("sanne")
    with scope(cast.sanne):
        tiered = sorted({line.product_id for line in PriceListLine.objects.filter(min_quantity__gt=1)})
        there = queries.printed(cast.sanne, queries.printable_ids(cast.sanne, {}), day=timezone.localdate(), with_tax=False)
        several = [item for item in there if len(item.price.table) > 1][:5]
        assert tiered and len(several) >= 3 and len(there) > len(several)
    rows = lines(made(client))
    pdf = flat(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(made(client, format="pdf"))).pages))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(made(client, format="xlsx"))).get_sheet_by_index(0).to_python()
    assert {row[SKU] for row in rows} == {item.product.sku for item in there} == {row[SKU] for row in sheet[1:]}
    for item in several:
        page = flat(client.get(f"/catalog/p/{item.product.sku}/").content.decode())
        told = [(row[FROM], row[PRICE]) for row in rows if row[SKU] == item.product.sku]
        assert told == [(format.decimal_input(tier.quantity), format.decimal_input(tier.price)) for tier in item.price.table]
        assert [(D(str(row[FROM])), D(str(row[PRICE]))) for row in sheet[1:] if row[SKU] == item.product.sku] == [(tier.quantity, tier.price) for tier in item.price.table]
        said = [flat(format.money(tier.price, "EUR")) for tier in item.price.table]
        assert all(text in page for text in said), f"the page of {item.product.sku}"
        assert " ".join(said) in pdf, f"the PDF of {item.product.sku}"
    assert "Prijslijst" in pdf and "Prijzen geldig op" in pdf and flat(format.full_day(timezone.localdate())) in pdf and "Van Dijk" in pdf


def test_it_stands_by_category_with_own_numbers(cast, client_of):
    with scope(cast.sanne):
        own = CustomerProduct.objects.filter(party_id=cast.sanne.party_id).select_related("product").first()
    rows = lines(made(client_of("sanne")))
    assert {row[OWN] for row in rows if row[SKU] == own.product.sku} == {own.number}
    groups = [row[0] for row in rows]
    assert len(set(groups)) > 1 and sum(one != two for one, two in pairwise(groups)) == len(set(groups)) - 1
    foreign = lines(made(client_of("dirk")))
    assert own.number not in {row[OWN] for row in foreign} and {row[SKU] for row in rows} - {row[SKU] for row in foreign}, "of another company, its own numbers and assortment"


def test_it_holds_what_the_catalogue_was_narrowed_to(cast, client_of):
    client = client_of("sanne")
    with scope(cast.sanne):
        category = Category.objects.get(pk=Product.objects.get(sku="GP-125-2600").category_id)
        some = {item.sku for item in Product.objects.filter(category=category, is_active=True)}
    assert {row[SKU] for row in lines(made(client, category=category.code))} == some
    assert f'href="{PAGE}?q=gips&amp;stock=1"' in client.get("/catalog/?q=gips&stock=1").content.decode()
    page = client.get(f"{PAGE}?q=gips&stock=1").content.decode()
    assert '<input type="hidden" name="q" value="gips">' in page and "“gips”" in page
    found = {row[SKU] for row in lines(made(client, q="gips"))}
    assert "GP-125-2600" in found and len(found) < len(lines(made(client)))
    with scope(cast.sanne):
        shown = {item.sku for item in queries.printable(cast.sanne, {"q": "gips", "stock": "1"})}
    assert {row[SKU] for row in lines(made(client, q="gips", stock="1"))} == shown <= found


def test_a_later_day_has_the_prices_of_that_day(cast, client_of):
    day = timezone.localdate() + timedelta(days=30)
    with scope(cast.peter):
        party = Party.objects.get(number="10042")
        agreement = actions.create_agreement(cast.peter, party=party, number="LATER", name="Later", valid_from=day, valid_until=None)
        actions.add_agreement_line(cast.peter, agreement=agreement, product=Product.objects.get(portal_id=cast.peter.portal_id, sku="GP-125-3000"), discount_group="", min_quantity=D(0), price=D("1.23"), percent=None)
    client = client_of("sanne")

    def price(**asked):
        return next(row[PRICE] for row in lines(made(client, **asked)) if row[SKU] == "GP-125-3000")

    assert price(day=day.isoformat()) == "1,23" != price()


def test_a_person_reads_prices_with_vat(cast):
    with scope(cast.sanne):
        ids = queries.printable_ids(cast.sanne, {})[:5]
        without, having = (queries.printed(cast.sanne, ids, day=timezone.localdate(), with_tax=with_tax) for with_tax in (False, True))
        policy = without[0].product.portal.policy
        assert [item.price.net for item in having] == [None if item.price.net is None else policy.with_tax(item.price.net, item.product.tax_rate) for item in without]
        assert having[0].price.net > without[0].price.net


def test_it_is_fetched_by_its_asker_alone(cast, client_of):
    made(client_of("sanne"))
    with scope(cast.system):
        found = PriceFile.objects.select_related("file").get(user_id=cast.sanne.user_id)
        assert FactRow.objects.filter(subject=f"pricing.file:{found.pk}").count() == 3  # asked, ready, fetched
        assert Notification.objects.filter(kind="pricing.file_ready").values_list("user_id", flat=True).get() == cast.sanne.user_id
        Membership.objects.filter(user_id=cast.youssef.user_id).update(role_id=Membership.objects.get(user_id=cast.sanne.user_id).role_id)
    for key in ("youssef", "peter", "dirk", "otto", "nadia2"):
        assert client_of(key).get(f"{PAGE}{found.pk}/").status_code == 404, key
        assert client_of(key).get(f"/files/{found.file.key}/").status_code in (403, 404)
    assert client_of("sanne").get(f"/files/{found.file.key}/").status_code == 404, "the page of all files has no right to it"
    assert client_of("sanne").get(f"{PAGE}999999/").status_code == 404
    with scope(cast.dirk):
        assert not PriceFile.objects.exists()


def _without(cast, right):
    with scope(cast.system):
        role = Role.objects.get(pk=Membership.objects.get(user_id=cast.sanne.user_id).role_id)
        Role.objects.filter(pk=role.pk).update(rights=[code for code in role.rights if not code.startswith(right)])


@pytest.mark.parametrize("right", ["price.view", "catalog.view"])
def test_both_rights_are_needed_when_asked_and_when_made(cast, client_of, right):
    client = client_of("sanne")
    assert client.post(PAGE, {"format": "csv"}).status_code == 302
    _without(cast, right)
    run_jobs()
    with scope(cast.system):
        found = PriceFile.objects.get(user_id=cast.sanne.user_id)
        assert found.state == "failed" and found.file_id is None
    assert client.get(PAGE).status_code == 403 and client.post(PAGE, {"format": "csv"}).status_code == 403
    assert PAGE not in client.get("/catalog/").content.decode() and PAGE not in client.get("/prices/").content.decode()


def test_five_at_once_and_progress(cast, client_of, monkeypatch):
    monkeypatch.setattr(pricing_jobs, "PORTION", 5)
    client = client_of("sanne")
    for _number in range(5):
        client.post(PAGE, {"format": "csv"})
    assert client.post(PAGE, {"format": "csv"}).status_code == 422
    assert 'hx-trigger="every 2s"' in client.get(PAGE).content.decode()
    run_jobs()
    shown = client.get(PAGE, headers={"hx-request": "true", "hx-request-type": "partial"}).content.decode()
    assert "hx-trigger" not in shown and "<html" not in shown and len(re.findall(rf'href="{PAGE}\d+/"', shown)) == 5
    with scope(cast.system):
        assert all(rows == total > 5 for rows, total in PriceFile.objects.values_list("rows", "total"))


def test_a_portion_costs_the_same_whatever_its_number(cast):
    sanne, costs = cast.sanne, []
    with scope(sanne):
        ids = queries.printable_ids(sanne, {})
        for some in (ids[:2], ids):
            with CaptureQueriesContext(connection) as seen:
                assert len(queries.printed(sanne, some, day=timezone.localdate(), with_tax=False)) == len(some)
            costs.append(len(seen))
    assert costs == [3, 3] and len(ids) > 10


def test_what_is_refused_is_told(cast, client_of, monkeypatch):
    client = client_of("sanne")
    today = timezone.localdate()
    for asked, word in (({"q": "bestaatniet"}, "geen artikel"), ({"day": (today - timedelta(days=1)).isoformat()}, "vandaag"), ({"day": (today + timedelta(days=400)).isoformat()}, "vandaag"), ({"format": "exe"}, "geldige"), ({"category": "NIETS"}, "geldige")):
        answer = client.post(PAGE, {"format": "csv", **asked})
        assert answer.status_code == 422 and word in answer.content.decode(), asked
    monkeypatch.setattr(file_actions, "MOST_PRINTED", 3)
    answer = client.post(PAGE, {"format": "pdf"})
    assert answer.status_code == 422 and "hoogstens 3 artikelen" in answer.content.decode()
    assert client.post(PAGE, {"format": "xlsx"}).status_code == 302


def test_a_file_is_gone_after_a_week(cast, client_of):
    made(client_of("sanne"))
    with scope(cast.system):
        PriceFile.objects.update(asked_at=timezone.now() - timedelta(days=8))
        key = PriceFile.objects.get(user_id=cast.sanne.user_id).file.key
    jobs.run_now(jobs.jobs()["pricing.drop_files"], cast.system.portal_id, {})
    with scope(cast.system):
        from portiek.foundation.files import actions as files

        assert not PriceFile.objects.exists()
        files.drop_orphans(cast.system, before=timezone.now() + timedelta(days=1))
        assert not StoredFile.objects.filter(key=key).exists()


def test_only_categories_of_the_own_assortment_are_offered(cast, client_of):
    with scope(cast.system):
        hidden = Category.objects.create(portal_id=cast.system.portal_id, external_id="geheim", code="GEHEIM", name="Zwartkoppen")
    sanne = client_of("sanne")
    assert hidden.name not in sanne.get(PAGE).content.decode()
    assert sanne.post(PAGE, {"format": "csv", "category": hidden.code}).status_code == 422
