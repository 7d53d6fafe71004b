"""Lists on their way into a cart: brought in, repaired, mended, put in; and nobody else's."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused
from portiek.foundation.imports.tests.files import ods
from portiek.trade.catalog.models import CustomerProduct, Product
from portiek.trade.orders import actions, queries, repairing
from portiek.trade.orders.models import Cart, CartLine, Draft, Layout, Order, OrderLine
from portiek.trade.orders.tests.test_submit import fill, submit

DAY = timezone.localdate


def brought(actor, text):
    sign, rows = repairing.table(text)
    with scope(actor):
        return actions.bring_in(actor, kind="pasted", name="", rows=rows, written={"separator": sign, "encoding": "utf-8-sig"})


def looked(actor, draft):
    """Return what each line of a list would become."""
    with scope(actor, read_only=True):
        found = queries.draft(actor, draft.key)
        return queries.look(actor, found, policy=found.portal.policy, day=DAY())


def states(actor, text):
    return [(row.state, row.product.sku if row.product else "", row.quantity, tuple(repair.what for repair in row.repairs)) for row in looked(actor, brought(actor, text)).rows]


@pytest.fixture
def goods(cast):
    """Products with numbers that spreadsheets damage, and an own number of Bakker's."""
    with scope(cast.system):
        found = {item.sku: item for item in Product.objects.filter(sku__in=["GP-125-2600", "MS-C75-26", "SS-3535", "BD-830"])}
        Product.objects.filter(sku="GP-125-2600").update(ean="0712345678904", min_quantity=1, step_quantity=1)
        Product.objects.filter(sku="MS-C75-26").update(ean="8712345000019", min_quantity=12, step_quantity=12)
        Product.objects.filter(sku__in=["SS-3535", "BD-830"]).update(min_quantity=1, step_quantity=1)
        CustomerProduct.objects.filter(product__in=found.values()).delete()
        CustomerProduct.objects.create(portal_id=cast.system.portal_id, party_id=cast.sanne.party_id, product=found["SS-3535"], number="000471")
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("gp-125-2600;4", ("ok", "GP-125-2600", Decimal(4), ())),
        ("GP 125 2600;4", ("ok", "GP-125-2600", Decimal(4), ("signs",))),
        ("GP1252600;4", ("ok", "GP-125-2600", Decimal(4), ("signs",))),
        ("712345678904;4", ("ok", "GP-125-2600", Decimal(4), ("zeros",))),
        ("00712345678904;4", ("ok", "GP-125-2600", Decimal(4), ("zeros",))),
        ("08712345000019;12", ("ok", "MS-C75-26", Decimal(12), ("zeros",))),
        ("8,712345000019E+12;12", ("ok", "MS-C75-26", Decimal(12), ("science",))),
        ("8,71235E+12;12", ("science", "", None, ())),
        ("471;2", ("ok", "SS-3535", Decimal(2), ("zeros",))),
        ("471,0;2", ("ok", "SS-3535", Decimal(2), ("zeros",))),
        ("MS-C75-26;5", ("adjusted", "MS-C75-26", Decimal(12), ("below_minimum",))),
        ("MS-C75-26;13", ("adjusted", "MS-C75-26", Decimal(24), ("not_a_step",))),
        ("SS-3535;3 st.", ("ok", "SS-3535", Decimal(3), ("measure",))),
        ("SS-3535;1.000", ("ok", "SS-3535", Decimal(1000), ())),
        ("SS-3535;veel", ("not_a_quantity", "SS-3535", None, ())),
        ("SS-3535;-3", ("not_a_quantity", "SS-3535", None, ())),
        ("SS-3535;1e5", ("not_a_quantity", "SS-3535", None, ())),
        ("SS-3535;9999999999", ("not_a_quantity", "SS-3535", None, ())),
        ("SS-3535;0", ("empty", "", None, ())),
        ("nowhere;3", ("unknown", "", None, ())),
        ("=cmd|' /C calc'!A0;3", ("unknown", "", None, ())),
    ],
)
def test_what_a_line_becomes(cast, goods, text, found):
    assert states(cast.sanne, text) == [found]


def test_an_own_number_of_another_company_is_no_number_here(cast, goods):
    assert states(cast.dirk, "471;2")[0][0] == "unknown"
    assert states(cast.dirk, "000471;2")[0][0] == "unknown"


def test_doubles_are_added_up_before_they_are_made_fit(cast, goods):
    draft = brought(cast.sanne, "sku;aantal;opmerking\nMS-C75-26;6;boven\nSS-3535;1;\nms c75 26;6;achter")
    rows = looked(cast.sanne, draft).rows
    assert [(row.state, row.quantity, row.into, row.note) for row in rows] == [("ok", Decimal(12), 0, "boven; achter"), ("ok", Decimal(1), 0, ""), ("merged", Decimal(6), 2, "achter")]


def test_a_number_of_two_products_is_chosen_and_the_others_stay(cast, goods):
    with scope(cast.system):
        Product.objects.filter(sku="BD-830").update(ean="8712345000019")
    draft = brought(cast.sanne, "8712345000019;12\nnowhere;3\nSS-3535;2")
    rows = looked(cast.sanne, draft).rows
    assert [row.state for row in rows] == ["ambiguous", "unknown", "ok"]
    assert {item.sku for item in rows[0].candidates} == {"MS-C75-26", "BD-830"}
    with scope(cast.sanne):
        actions.decide(cast.sanne, key=draft.key, picks={1: str(goods["BD-830"].pk)}, quantities={}, finds={}, out=[], undone=[])
        actions.decide(cast.sanne, key=draft.key, picks={}, quantities={}, finds={2: "GP-125-2600"}, out=[], undone=[])
    assert [(row.state, row.product.sku) for row in looked(cast.sanne, draft).rows] == [("ok", "BD-830"), ("ok", "GP-125-2600"), ("ok", "SS-3535")]


def test_a_search_offers_what_it_finds_and_never_what_is_not_ones_own(cast, goods):
    draft = brought(cast.sanne, "nowhere;3")
    with scope(cast.sanne):
        actions.decide(cast.sanne, key=draft.key, picks={}, quantities={}, finds={1: "gipsplaat"}, out=[], undone=[])
    [row] = looked(cast.sanne, draft).rows
    assert row.find == "gipsplaat" and 1 < len(row.candidates) <= 6
    with scope(cast.system):
        hidden = Product.objects.create(portal_id=cast.system.portal_id, sku="VERBORGEN", name="Gipsplaat geheim", list_price=1)
    with scope(cast.sanne):
        actions.decide(cast.sanne, key=draft.key, picks={1: str(hidden.pk)}, quantities={}, finds={}, out=[], undone=[])
    assert looked(cast.sanne, draft).rows[0].product is None


def test_a_repair_is_undone_line_by_line(cast, goods):
    draft = brought(cast.sanne, "471;2\nMS-C75-26;5\nSS-3535;3 st.")
    with scope(cast.sanne):
        actions.decide(cast.sanne, key=draft.key, picks={}, quantities={}, finds={}, out=[], undone=[1, 2, 3])
    assert [row.state for row in looked(cast.sanne, draft).rows] == ["unknown", "not_sold", "not_a_quantity"]
    with scope(cast.sanne):
        actions.decide(cast.sanne, key=draft.key, picks={}, quantities={2: "24"}, finds={}, out=[3], undone=[2])
    assert [row.state for row in looked(cast.sanne, draft).rows] == ["ok", "ok", "out"]


def test_good_lines_go_and_the_rest_stays(cast, goods):
    draft = brought(cast.sanne, "sku;aantal;opmerking;referentie\nMS-C75-26;5;boven;Parkweg 9\nnowhere;3;;\nSS-3535;2;;\nGP-125-2600;;;")
    with scope(cast.sanne):
        _added, seen = actions.add_draft(cast.sanne, key=draft.key, day=DAY())
        cart = Cart.objects.get(user_id=cast.sanne.user_id, is_open=True)
        assert cart.reference == "Parkweg 9"
        lines = {line.product.sku: (line.quantity, line.note) for line in CartLine.objects.filter(cart=cart).select_related("product")}
        assert lines == {"MS-C75-26": (Decimal(12), "boven"), "SS-3535": (Decimal(2), "")}
        assert queries.basket(cast.sanne, day=DAY()).totals == seen.totals
    assert [row.code for row in looked(cast.sanne, draft).rows] == ["nowhere"]
    with scope(cast.sanne), pytest.raises(Refused, match="nothing_to_add"):
        actions.add_draft(cast.sanne, key=draft.key, day=DAY())
    with scope(cast.sanne):
        actions.drop_draft(cast.sanne, key=draft.key)
        assert not Draft.objects.filter(key=draft.key).exists()


def test_what_columns_are_is_remembered_for_the_company_alone(cast, goods):
    text = "Wat;Hoe vaak;Zaak\n3;GP-125-2600;x\n4;SS-3535;y"
    draft = brought(cast.sanne, text)
    assert draft.columns == ["code", "quantity", ""]
    with scope(cast.sanne):
        actions.choose_columns(cast.sanne, key=draft.key, columns=["quantity", "code", "reference"], has_heads=True)
        for wrong in (["quantity", "", ""], ["code", "quantity", "quantity"], ["code", "nonsense", ""]):
            with pytest.raises(Refused, match="no_such_columns"):
                actions.choose_columns(cast.sanne, key=draft.key, columns=wrong, has_heads=True)
    assert [(row.state, row.quantity) for row in looked(cast.sanne, draft).rows] == [("ok", 3), ("ok", 4)]
    assert brought(cast.youssef, text).columns == ["quantity", "code", "reference"]
    assert brought(cast.dirk, text).columns == ["code", "quantity", ""]
    with scope(cast.dirk):
        assert not Layout.objects.exists()


def test_more_than_one_order_holds_is_said_and_kept(cast, goods, monkeypatch):
    monkeypatch.setattr("portiek.trade.orders.rules.MAX_LINES", 3)
    draft = brought(cast.sanne, "SS-3535;1\nGP-125-2600;1\nnowhere;1\nBD-830;1\nBD-830;2")
    with scope(cast.sanne):
        _added, seen = actions.add_draft(cast.sanne, key=draft.key, day=DAY())
    assert seen.more == 2
    assert [row.code for row in looked(cast.sanne, draft).rows] == ["nowhere", "BD-830", "BD-830"]


def test_ten_lists_of_one_person_are_kept(cast, goods):
    made = [brought(cast.sanne, f"SS-3535;{number}") for number in range(1, 13)]
    with scope(cast.sanne):
        assert [item.key for item in queries.drafts(cast.sanne)] == [item.key for item in made[:1:-1]]


def test_a_list_costs_the_same_at_any_length(cast, goods):
    def cost(text):
        sanne = cast.sanne
        draft = brought(sanne, text)
        with scope(sanne, read_only=True):
            found = queries.draft(sanne, draft.key)
            policy = found.portal.policy
            with CaptureQueriesContext(connection) as seen:
                queries.look(sanne, found, policy=policy, day=DAY())
            return len(seen)

    few = cost("471;2\nGP1252600;3\nnowhere;1\n7;1")
    assert cost("\n".join(["471;2", "GP1252600;3", *(f"nowhere{number};1" for number in range(200)), *(f"{number};1" for number in range(200))])) == few <= 20


# --- pages


def paste(client, text, **more):
    answer = client.post("/orders/cart/paste/", {"text": text, **more})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def test_a_pasted_list_enters_after_the_preview_only(client_of, cast, goods):
    client = client_of("sanne")
    path = paste(client, "artikel;aantal\nGP-125-2600;12\nSS-3535;2\nnowhere;3\nBD-830;veel")
    page = client.get(path).content.decode()
    assert "nowhere" in page and "2 regels vragen om u" in page
    with scope(cast.sanne):
        assert queries.cart_lines(cast.sanne) == 0
    assert client.post(path, {"add": "1"})["Location"] == "/orders/cart/"
    with scope(cast.sanne):
        assert {item.product.sku for item in queries.basket(cast.sanne, day=DAY()).lines} == {"GP-125-2600", "SS-3535"}
    assert path in client.get("/orders/cart/paste/").content.decode()
    assert client.post(path, {"add": "1"}).status_code == 422
    assert client.post(path, {"quantity-5": "2", "find-4": "MS-C75-26", "out": ["4"], "add": "1"})["Location"] == "/orders/cart/"
    assert client.get(path).status_code == 404
    with scope(cast.sanne):
        assert {item.product.sku for item in queries.basket(cast.sanne, day=DAY()).lines} == {"GP-125-2600", "SS-3535", "BD-830"}


def test_a_look_by_script_answers_the_list_alone(client_of, cast, goods):
    client = client_of("sanne")
    path = paste(client, "nowhere;3")
    answer = client.post(path, {"find-1": "SS-3535"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "<html" not in answer.content.decode() and "SS-3535" in answer.content.decode()
    assert client.post(path, {"add": "1"}, headers={"HX-Request": "true"})["HX-Redirect"] == "/orders/cart/"


def test_nobody_elses_list(client_of, cast, goods):
    path = paste(client_of("sanne"), "SS-3535;2")
    for who in ("youssef", "dirk", "nadia2"):
        client = client_of(who)
        assert client.get(path).status_code == client.get(f"{path}errors/").status_code == 404, who
        assert client.post(path, {"add": "1"}).status_code == client.post(f"{path}drop/").status_code == client.post(f"{path}columns/", {"column-0": "code"}).status_code == 404, who
    key = path.split("/")[-2]
    with scope(cast.dirk):
        assert not Draft.objects.filter(key=key).exists()
        assert Draft.objects.update(name="kwaad") == 0 and Draft.objects.all().delete()[0] == 0
    with scope(cast.youssef), pytest.raises(NotFound):
        queries.draft(cast.youssef, key)
    assert client_of("sanne").get(path).status_code == 200


def file(content, name="lijst.csv"):
    return SimpleUploadedFile(name, content)


def sent(client, content, name="lijst.csv"):
    answer = client.post("/orders/cart/paste/", {"file": file(content, name)})
    assert answer.status_code == 302, re.findall(r'class="error[^>]*>([^<]+)', answer.content.decode())
    return answer["Location"]


TABLE = [["Artikelnummer", "Aantal", "Opmerking"], ["SS-3535", "2,5", "één"], ["nérgens", "3", "=1+1"], ["471", "1", ""]]


def xlsx(rows):
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet = book.add_worksheet()
    for line, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write_string(line, place, cell)
    book.close()
    return made.getvalue()


@pytest.mark.parametrize(("encoding", "sign"), [("utf-8", ";"), ("utf-8-sig", ","), ("cp1252", ";"), ("utf-8", "\t"), ("utf-16", ";")])
def test_a_file_goes_back_as_it_came_with_the_reason_behind(client_of, cast, goods, encoding, sign):
    text = io.StringIO()
    csv.writer(text, delimiter=sign).writerows(TABLE)
    client = client_of("sanne")
    with scope(cast.system):
        Product.objects.filter(sku="SS-3535").update(min_quantity="0.5", step_quantity="0.5")
    path = sent(client, text.getvalue().encode(encoding))
    with scope(cast.sanne):
        rows = looked_at(cast.sanne, path)
    assert [(row.state, row.quantity) for row in rows] == [("ok", Decimal("3.5")), ("unknown", None), ("merged", Decimal(1))]
    assert rows[0].note == "één"
    back = client.get(f"{path}errors/")
    assert ".csv" in back["Content-Disposition"]
    content = b"".join(back) if back.streaming else back.content
    assert content.startswith(b"\xef\xbb\xbf") is (encoding == "utf-8-sig")
    assert list(csv.reader(io.StringIO(content.decode(encoding)), delimiter=sign)) == [[*TABLE[0], "Reden"], ["nérgens", "3", "'=1+1", "Niet in uw assortiment"]]


def looked_at(actor, path):
    found = queries.draft(actor, path.split("/")[-2])
    return queries.look(actor, found, policy=found.portal.policy, day=DAY()).rows


@pytest.mark.parametrize(("make", "name"), [(xlsx, "lijst.xlsx"), (ods, "lijst.ods")])
def test_a_spreadsheet_goes_back_as_one(client_of, cast, goods, make, name):
    client = client_of("sanne")
    path = sent(client, make(TABLE), name)
    back = client.get(f"{path}errors/")
    assert "lijst-rest.xlsx" in back["Content-Disposition"]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(back.content)).get_sheet_by_index(0).to_python()
    assert sheet == [[*TABLE[0], "Reden"], ["nérgens", "3", "'=1+1", "Niet in uw assortiment"]]
    again = sent(client, back.content, "lijst-rest.xlsx")
    assert "nérgens" in client.get(again).content.decode()


@pytest.mark.parametrize("content", [b"", b"\0" * 100, b"PK\x03\x04" + b"x" * 100, b"%PDF-1.7", (";" * 1_000_000).encode(), b"a;" * 500_000 + b"b", b'"' + b"x;" * 600_000, b"\n" * 1000])
def test_a_hostile_file_is_refused_in_words(client_of, cast, content):
    answer = client_of("sanne").post("/orders/cart/paste/", {"file": file(content)})
    assert answer.status_code == 422
    with scope(cast.sanne):
        assert not Draft.objects.filter(user_id=cast.sanne.user_id, name="lijst.csv").exists()


def test_a_file_that_is_too_large_and_none_at_all(client_of):
    client = client_of("sanne")
    assert "groter dan 2 MB" in client.post("/orders/cart/paste/", {"file": file(b"x;1\n" * 600_000)}).content.decode()
    assert client.post("/orders/cart/paste/", {}).status_code == 422
    for text in (" \n\n ", "artikel;aantal", ";;;\n;;"):
        assert client.post("/orders/cart/paste/", {"text": text}).status_code == 422


@pytest.mark.parametrize("values", [{"column-0": "x"}, {}, {"column-0": "quantity", "column-1": "quantity"}, {"column-0": "code", "heads": "on"}])
def test_columns_that_cannot_be(client_of, cast, goods, values):
    client = client_of("sanne")
    path = paste(client, "SS-3535;2")
    assert client.post(f"{path}columns/", values).status_code == 422


def test_columns_are_said_on_the_page(client_of, cast, goods):
    client = client_of("sanne")
    path = paste(client, "2;SS-3535\n3;BD-830")
    assert client.post(f"{path}columns/", {"column-0": "quantity", "column-1": "code"}).status_code == 302
    assert "2 regels zijn goed" in client.get(path).content.decode()


# --- an order again


def test_what_changed_since_an_order_is_shown_before_the_cart_is_touched(client_of, cast, goods):
    with scope(cast.sanne):
        for sku, quantity in (("GP-125-2600", "6"), ("MS-C75-26", "12"), ("SS-3535", "3"), ("BD-830", "2")):
            actions.add_to_cart(cast.sanne, code=sku, quantity=Decimal(quantity))
        order = submit(cast.sanne, queries.basket(cast.sanne, day=DAY()))
    with scope(cast.system):
        Product.objects.filter(sku="MS-C75-26").update(min_quantity=48, step_quantity=48)
        Product.objects.filter(sku="SS-3535").update(is_active=False)
        order.refresh_from_db()
        line = order_line(order, "BD-830")
        line.price -= Decimal("1.5")
        line.save(update_fields=["price"])
    client = client_of("sanne")
    path = client.post(f"/orders/{order.number}/reorder/")["Location"]
    with scope(cast.sanne):
        assert queries.cart_lines(cast.sanne) == 0
        rows = {row.code: row for row in looked_at(cast.sanne, path)}
    assert rows["SS-3535"].state == "unknown" and rows["SS-3535"].name
    assert (rows["MS-C75-26"].state, rows["MS-C75-26"].quantity, rows["MS-C75-26"].then_quantity) == ("adjusted", Decimal(48), Decimal(12))
    assert rows["BD-830"].dearer == Decimal("1.5") and not rows["GP-125-2600"].is_changed
    assert client.post(f"{path}columns/", {"column-0": "code"}).status_code == 422
    page = client.get(path).content.decode()
    assert "2 regels zijn sindsdien veranderd" in page and "Eén regel vraagt om u" in page and "Eén regel is goed" in page
    client.post(path, {"add": "1"})
    with scope(cast.sanne):
        assert {item.product.sku: item.line.quantity for item in queries.basket(cast.sanne, day=DAY()).lines} == {"GP-125-2600": 6, "MS-C75-26": 48, "BD-830": 2}


def order_line(order, sku):
    return OrderLine.objects.get(order=order, sku=sku)


def test_an_order_of_another_company_is_not_ordered_again(client_of, cast):
    with scope(cast.sanne):
        order = submit(cast.sanne, fill(cast.sanne, 1))
    assert client_of("dirk").post(f"/orders/{order.number}/reorder/").status_code == 404
    with scope(cast.dirk):
        with pytest.raises(NotFound):
            actions.order_again(cast.dirk, order=Order(pk=order.pk, party_id=order.party_id))
        assert not Draft.objects.exists()


def test_old_lists_go(cast, goods):
    draft = brought(cast.sanne, "SS-3535;2")
    fresh = brought(cast.sanne, "SS-3535;2")
    with scope(cast.system):
        Draft.objects.filter(pk=draft.pk).update(changed_at=timezone.now() - timedelta(days=15))
        assert actions.drop_old_drafts(cast.system, now=timezone.now()) == 1
        assert Draft.objects.filter(pk=fresh.pk).exists()
    with scope(cast.sanne), pytest.raises(NotFound):
        actions.drop_old_drafts(cast.sanne, now=timezone.now())
