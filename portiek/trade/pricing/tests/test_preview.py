"""What a change of prices would mean, before it is one; and why a price is what it is."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation
from pypdf import PdfReader

from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.models import FactRow
from portiek.core.money import Policy
from portiek.foundation.parties.models import Party, Unit
from portiek.trade.catalog import actions as catalog
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import actions, preview, queries, words
from portiek.trade.pricing.candidates import considered
from portiek.trade.pricing.models import Agreement, AgreementLine, GroupAgreementLine, GroupDiscount, PartyDiscount, PartyPriceList, PriceList, PriceListLine
from portiek.trade.pricing.rules import Candidate, price_of
from portiek.ui import format

D = Decimal
SKU = "GP-125-2600"
# Of which nothing else is agreed.
FREE = "MS-M5"
PATH = "/prices/parties/10042/agreements/T-1/"


def line(kind="price_list", source=1, key=1, price="2", least="0", **more):
    return Candidate(kind, source, key, f"{kind} {source}", D(least), None if price is None else D(price), **more)


def reasons(*lines, quantity="10", list_price="5"):
    found = considered(lines, list_price=D(list_price) if list_price else None, quantity=D(quantity), day=date(2026, 11, 23), policy=Policy())
    return [(item.candidate.line_id, item.reason, item.net) for item in found]


def test_every_line_says_why_it_does_not_count():
    assert reasons(
        line("product_agreement", 1, 1, "3"),
        line("product_agreement", 2, 2, "4"),
        line("product_agreement", 1, 3, "2", "50"),
        line("product_agreement", 3, 4, "1", valid_from=date(2026, 12, 1)),
        line("price_list", 5, 5, "2.5"),
        line("discount_group", 6, 6, None, percent=D(10)),
    ) == [(1, "wins", D(3)), (3, "quantity", D(2)), (2, "tie", D(4)), (4, "later", D(1)), (5, "after", D("2.5")), (6, "after", D("4.5"))]


def test_a_list_says_which_of_its_lines_counts():
    assert reasons(line(key=1, price="3"), line(key=2, price="2", least="5"), line(key=3, price="2.2", least="5", valid_from=date(2026, 1, 1))) == [(3, "wins", D("2.2")), (1, "tier", D(3)), (2, "newer", D(2))]


def test_a_percentage_without_a_list_price_says_so():
    assert reasons(line("discount_group", 6, 6, None, percent=D(10)), list_price=None) == [(6, "no_list_price", None)]


def test_what_is_for_a_group_or_a_branch_says_so_and_comes_at_its_place():
    branch, own, group = line("product_agreement", 7, 1, "4", rank=(0, -1)), line("product_agreement", 1, 2, "3"), line("product_agreement", 1, 3, "2", rank=(1, 0), group="Bouwgroep")
    assert reasons(group, own, branch) == [(1, "wins", D(4)), (2, "after", D(3)), (3, "after", D(2))]
    # Agreements of parties and of groups are numbered apart.
    assert reasons(group, own) == [(2, "wins", D(3)), (3, "after", D(2))]
    with translation.override("en"):
        assert words.considered(considered([group], list_price=None, quantity=D(1), day=date(2026, 11, 23), policy=Policy())[0]) == "Agreement on the product: product_agreement 1, for group Bouwgroep"
        assert "for the branch, department or project" in words.considered(considered([branch], list_price=None, quantity=D(1), day=date(2026, 11, 23), policy=Policy())[0])


def test_tiers_of_which_each_has_its_own_price_count_beside_each_other():
    tiers = [line(key=1, price="3", sliced=True), line(key=2, price="2", least="6", sliced=True), line(key=3, price="1", least="50", sliced=True)]
    average = price_of(tiers, list_price=D(5), quantity=D(10), day=date(2026, 11, 23), policy=Policy()).net
    assert average == D("2.5")
    assert reasons(*tiers) == [(2, "wins", average), (1, "slice", D(3)), (3, "quantity", D(1))]


def test_a_surcharge_comes_on_top_of_what_decided():
    extra = [line("surcharge", 1, 8, None, percent=D(10)), line("surcharge", 2, 9, "0.05", valid_from=date(2026, 12, 1))]
    assert reasons(*extra, line(key=1, price="3")) == [(1, "wins", D(3)), (8, "on_top", D("0.3")), (9, "later", D("0.05"))]


@pytest.fixture
def agreement(cast):
    with scope(cast.peter):
        return actions.create_agreement(cast.peter, party=Party.objects.get(number="10042"), number="T-1", name="Proef")


def now(cast, sku=SKU, party="10042"):
    with scope(cast.peter):
        product, found = Product.objects.get(sku=sku), Party.objects.get(number=party)
        return queries.standing_price(cast.peter, product.pk, product.min_quantity, day=timezone.localdate(), party_id=found.pk).net


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_line_is_looked_at_before_it_is_added(cast, client_of, agreement):
    before, peter = now(cast, FREE), client_of("peter")
    with scope(cast.peter):
        facts = FactRow.objects.count()
    answer = peter.post(PATH, {"product": FREE, "price": "0,37", "min_quantity": "1", "preview": "1"})
    page = text(answer)
    assert answer.status_code == 200
    assert "0,37" in page
    assert format.money(before, language="nl").split()[-1] in page
    assert 'value="0,37"' in page
    with scope(cast.peter):
        assert not AgreementLine.objects.filter(agreement=agreement).exists()
        assert FactRow.objects.count() == facts
    assert now(cast, FREE) == before
    assert peter.post(PATH, {"product": FREE, "price": "0,37", "min_quantity": "1", "preview": ""}).status_code == 302
    assert now(cast, FREE) == D("0.37")


def test_what_is_refused_is_refused_when_it_is_looked_at(cast, client_of, agreement):
    answer = client_of("peter").post(PATH, {"product": SKU, "price": "1", "percent": "5", "preview": "1"})
    assert answer.status_code == 422
    assert 'id="preview"' not in answer.content.decode()


def test_a_discount_shows_the_products_of_its_group_or_those_that_are_named(cast, client_of):
    with scope(cast.peter):
        group = Product.objects.exclude(discount_group="").order_by("sku").values_list("discount_group", flat=True)[0]
        sku = Product.objects.filter(discount_group=group, is_active=True).order_by("sku").values_list("sku", flat=True)[0]
        PartyDiscount.objects.filter(party__number="10042", discount_group=group).delete()
        held = PartyDiscount.objects.count()
    path = "/prices/parties/10042/discounts/set/"
    page = text(client_of("peter").post(path, {"discount_group": group, "percent": "50", "preview": "1"}))
    assert sku in page and "50%" in page
    page = text(client_of("peter").post(path, {"discount_group": group, "percent": "50", "preview": "1", "look_products": f"{SKU}, ONZIN-1"}))
    assert SKU in page and "ONZIN-1" in page
    with scope(cast.peter):
        assert PartyDiscount.objects.count() == held


def test_the_days_of_an_agreement_and_a_price_list_are_looked_at_too(cast, client_of, agreement):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with scope(cast.peter):
        actions.add_agreement_line(cast.peter, agreement=agreement, product=Product.objects.get(sku=FREE), price=D("0.37"))
        code = PriceList.objects.filter(is_active=True).exclude(pk__in=PartyPriceList.objects.filter(party__number="10042").values("price_list")).order_by("pk").values_list("code", flat=True)[0]
    page = text(client_of("peter").post(PATH + "change/", {"name": "Anders", "tiers": "all_units", "valid_from": tomorrow.isoformat(), "preview": "1", "look_day": timezone.localdate().isoformat()}))
    assert "0,37" in page and 'id="preview"' in page
    page = text(client_of("peter").post("/prices/parties/10042/lists/assign/", {"price_list": code, "position": "9", "preview": "1"}))
    assert 'id="preview"' in page
    with scope(cast.peter):
        assert Agreement.objects.get(pk=agreement.pk).name == "Proef"
        assert not PartyPriceList.objects.filter(party__number="10042", position=9).exists()


@pytest.fixture
def own_list(cast):
    with scope(cast.peter):
        made = actions.create_price_list(cast.peter, code="EIGEN", name="Eigen lijst")
        actions.assign_price_list(cast.peter, party=Party.objects.get(number="20011"), price_list=made, position=1) if not PartyPriceList.objects.filter(party__number="20011", position=1).exists() else actions.assign_price_list(cast.peter, party=Party.objects.get(number="20011"), price_list=made, position=50)
        return made


def test_a_price_in_an_own_list_is_looked_at_for_named_customers_and_saved(cast, client_of, own_list):
    with scope(cast.peter):
        keys = {party.number: party.pk for party in Party.objects.filter(number__in=["10042", "20011"])}
        sku = Product.objects.filter(is_active=True).exclude(pk__in=PriceListLine.objects.values("product_id")).exclude(list_price=None).order_by("sku").values_list("sku", flat=True)[0]
    peter, form = client_of("peter"), {"product": sku, "price": "0,41", "min_quantity": "", "parties": [str(keys["10042"]), str(keys["20011"])]}
    page = text(peter.post("/prices/lists/EIGEN/price/", {**form, "preview": "1"}))
    assert "10042" in page and "20011" in page and "0,41" in page
    with scope(cast.peter):
        assert not PriceListLine.objects.filter(price_list=own_list).exists()
    assert peter.post("/prices/lists/EIGEN/price/", {**form, "parties": [str(key) for key in keys.values()] * 3, "preview": "1"}).status_code in (200, 422)
    assert peter.post("/prices/lists/EIGEN/price/", form).status_code == 302
    with scope(cast.peter):
        assert [row.price for row in PriceListLine.objects.filter(price_list=own_list)] == [D("0.41")]
        assert [row.changes for row in FactRow.objects.filter(name="pricing.price_list.changed").order_by("-pk")[:1]] == [{sku: ["", "0.41"]}]


def test_who_may_not_change_a_price_cannot_look_either(cast, client_of, own_list):
    assert client_of("sanne").get("/prices/lists/EIGEN/price/").status_code == 404
    assert client_of("otto").get("/prices/lists/EIGEN/price/").status_code == 404
    assert client_of("fatima").get("/prices/lists/EIGEN/price/").status_code == 403
    assert client_of("peter").get("/prices/lists/DEALER-2026/price/").status_code == 404  # the ERP's
    with scope(cast.fatima), pytest.raises(Forbidden):
        preview.compared(cast.fatima, change=lambda: actions.set_discount(cast.fatima, party=Party.objects.get(number="10042"), discount_group="X", percent=D(5)), parties=[Party.objects.get(number="10042")], products=[Product.objects.get(sku=SKU)], day=timezone.localdate())
    with scope(cast.sanne), pytest.raises(NotFound):
        queries.considered(cast.sanne, Product.objects.get(sku=SKU).pk, D(1), day=timezone.localdate(), party_id=cast.sanne.party_id)


def test_a_customer_of_another_portal_is_no_choice(cast, client_of, own_list):
    with scope(cast.system_of_brand):
        stranger = Party.objects.get(number="50001").pk
    answer = client_of("peter").post("/prices/lists/EIGEN/price/", {"product": SKU, "price": "1", "parties": [str(stranger)], "preview": "1"})
    assert answer.status_code == 422


def test_a_refused_price_says_why(cast, own_list):
    with scope(cast.peter), pytest.raises(Refused):
        actions.set_list_price(cast.peter, price_list=own_list, product=Product.objects.get(sku=SKU), min_quantity=D(0), price=D(1), valid_from=date(2026, 2, 1), valid_until=date(2026, 1, 1))


def test_the_price_check_names_what_did_not_win(client_of):
    page = text(client_of("peter").get(f"/prices/explain/?party=10042&product={SKU}"))
    assert "Alles wat meetelde" in page
    assert "Deze geldt" in page


def test_an_agreement_is_a_paper_for_both_sides_and_nobody_else(cast, client_of):
    assert client_of("sanne").get("/prices/agreements/A-2026-118/pdf/").content.startswith(b"%PDF")
    with scope(cast.sanne):
        line = AgreementLine.objects.filter(agreement__number="A-2026-118", product__isnull=False).select_related("product").first()
        catalog.set_own_number(cast.sanne, product=line.product, number="EIGEN-7")
    for who, path in (("sanne", "/prices/agreements/A-2026-118/pdf/"), ("peter", "/prices/parties/10042/agreements/A-2026-118/pdf/")):
        text = " ".join(PdfReader(io.BytesIO(client_of(who).get(path).content)).pages[0].extract_text().split())
        assert "uw nummer EIGEN-7" in text
    assert client_of("peter").get("/prices/parties/10042/agreements/A-2026-118/pdf/").content.startswith(b"%PDF")
    assert client_of("karin").get("/prices/agreements/A-2026-118/pdf/").status_code == 403
    assert client_of("dirk").get("/prices/agreements/A-2026-118/pdf/").status_code == 404
    assert client_of("otto").get("/prices/parties/10042/agreements/A-2026-118/pdf/").status_code == 404


def test_lists_are_said_in_their_order_down_to_the_last(cast, client_of):
    with scope(cast.peter):
        last = actions.create_price_list(cast.peter, code="L3", name="Lijst L3")
        second = actions.create_price_list(cast.peter, code="L2", name="Lijst L2", fallback=last)
        first = actions.create_price_list(cast.peter, code="L1", name="Lijst L1", fallback=second)
        of_group = actions.create_price_list(cast.peter, code="L0", name="Lijst L0")
        sanne = Party.objects.get(number="10042")
        actions.assign_price_list(cast.peter, party=sanne, price_list=first, position=90)
        group = actions.create_group(cast.peter, code="PROEF", name="Proefgroep")
        actions.add_member(cast.peter, group=group, party=sanne)
        actions.assign_group_list(cast.peter, group=group, price_list=of_group, position=1)
    with scope(cast.sanne):
        asked = [(item.price_list.code, item.group, item.behind.code if item.behind else "") for item in queries.lists_in_order(cast.sanne, party_id=cast.sanne.party_id)]
    # Every list of her own and of her groups is asked before what one of them falls back on.
    assert [item for item in asked if item[0] in ("L0", "L1", "L2", "L3")] == [("L1", "", ""), ("L0", "Proefgroep", ""), ("L2", "", "L1"), ("L3", "", "L2")]
    page = text(client_of("sanne").get("/prices/"))
    assert page.index("Lijst L1") < page.index("Lijst L0") < page.index("Lijst L2") < page.index("Lijst L3")


def test_a_line_for_a_branch_is_looked_at_as_that_branch_pays(cast, client_of):
    with scope(cast.peter):
        party = Party.objects.get(number="10042")
        unit = Unit.objects.filter(party=party, is_active=True).order_by("pk")[0]
        actions.create_agreement(cast.peter, party=party, number="T-2", name="Voor de vestiging", unit=unit)
    page = text(client_of("peter").post("/prices/parties/10042/agreements/T-2/", {"product": FREE, "price": "0,38", "preview": "1"}))
    # Beside the field that was filled in, also as what would be paid then.
    assert "0,38" in page.replace('value="0,38"', "")


def test_one_looks_before_a_line_or_a_list_of_a_customer_is_taken_away(cast, client_of):
    peter, here = client_of("peter"), "/prices/parties/10042/"
    with scope(cast.peter):
        parkweg = Agreement.objects.get(number="A-2026-118")
        row = AgreementLine.objects.get(agreement=parkweg, product__sku=SKU)
        count = FactRow.objects.count()
    path = f"{here}agreements/A-2026-118/lines/{row.pk}/remove/"
    page = text(peter.post(path, {"preview": "1"}))
    assert "6,48" in page and "Parkweg" in page and 'name="look_products"' in page and 'name="parties"' not in page
    assert SKU in page and "10042" not in text(peter.post(path, {"preview": "1", "look_products": FREE})).split('id="preview"')[1].split("</section>")[0]
    assert peter.post(path, {"preview": "1", "look_products": FREE, "look_day": "31-31"}).status_code == 422
    withdraw = f"{here}lists/AANNEMER-2026/withdraw/"
    assert "Aannemer" in text(peter.post(withdraw, {"preview": "1", "look_products": FREE})) and FREE in text(peter.post(withdraw, {"preview": "1", "look_products": f"{FREE}, NIETS"}))
    with scope(cast.peter):
        assert AgreementLine.objects.filter(pk=row.pk).exists() and PartyPriceList.objects.filter(party_id=parkweg.party_id, price_list__code="AANNEMER-2026").exists() and FactRow.objects.count() == count
    for who, status in (("sanne", 404), ("otto", 404), ("fatima", 403)):
        assert client_of(who).post(path, {"preview": "1"}).status_code == status and client_of(who).post(withdraw, {"preview": "1"}).status_code == status, who
    paid = now(cast)
    assert peter.post(path).status_code == 302 and now(cast) > paid
    assert peter.post(withdraw, {"look_products": FREE}).status_code == 302
    with scope(cast.peter):
        assert not AgreementLine.objects.filter(pk=row.pk).exists() and not PartyPriceList.objects.filter(party_id=parkweg.party_id, price_list__code="AANNEMER-2026").exists()


def test_one_looks_before_something_of_a_group_is_taken_away_at_members_or_whom_one_names(cast, client_of):
    peter, here = client_of("peter"), "/prices/groups/BOUW-IJSSEL/"
    with scope(cast.peter):
        bakker, other = Party.objects.get(number="10042"), Party.objects.get(number="10077")
        line, off = GroupAgreementLine.objects.filter(agreement__number="IJ-2026").order_by("pk").first(), GroupDiscount.objects.get(group__code="BOUW-IJSSEL")
        count = FactRow.objects.count()
    paths = [f"{here}agreements/IJ-2026/lines/{line.pk}/remove/", f"{here}discounts/{off.pk}/remove/", f"{here}lists/IJSSEL-2026/withdraw/"]
    for path in paths:
        page = text(peter.post(path, {"preview": "1"}))
        assert bakker.name in page and 'name="parties"' in page, path
        shown = text(peter.post(path, {"preview": "1", "look_products": "", "parties": str(other.pk)})).split('id="preview"')[1].split("</section>")[0]
        assert other.name in shown and bakker.name not in shown, path
        for who, status in (("sanne", 404), ("otto", 404), ("fatima", 403)):
            assert client_of(who).post(path, {"preview": "1"}).status_code == status, who
    assert peter.post(f"{here}discounts/{off.pk + 999}/remove/", {"preview": "1"}).status_code == peter.post(f"{here}agreements/IJ-2026/lines/{line.pk + 999}/remove/").status_code == 404
    with scope(cast.peter):
        assert GroupAgreementLine.objects.filter(pk=line.pk).exists() and GroupDiscount.objects.filter(pk=off.pk).exists() and FactRow.objects.count() == count
    for path in paths:
        assert peter.post(path).status_code == 302 and peter.post(path).status_code == 404, path
