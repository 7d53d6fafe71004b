"""Files that come by the folder: read once, taken over whole, and nothing is lost by a bad one."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from portiek.config.testing import recorded
from portiek.core.db import scope
from portiek.edges.connectors import engine
from portiek.edges.connectors.files import actions, collecting
from portiek.edges.connectors.files.options import FilesOptions
from portiek.edges.connectors.models import Feed, FileDelivery, FileRecord, Freshness, Quarantine
from portiek.foundation.parties.models import Address, Contact
from portiek.trade.catalog import queries as catalog
from portiek.trade.catalog.models import Product, ProductAttribute
from portiek.trade.orders.models import Order, OrderLine
from portiek.trade.pricing.models import PriceListLine
from portiek.trade.sheets.models import ProductDocument

PRODUCTS = ["nr;naam;prijs;btw", "F1;Boor;12,50;21", "F2;Zaag;8,00;21", "F3;Hamer;15,00;21"]


def map_products(files, **more):
    files.map("product", external_id="nr", name="naam", list_price={"column": "prijs", "change": "comma"}, tax_rate={"column": "btw", "change": "percent"}, **more)


def products(files):
    with scope(files.actor):
        return {row.external_id: (row.name, row.list_price, row.is_active) for row in Product.objects.filter(external_id__startswith="F")}


def test_a_file_becomes_products_and_is_put_away(files):
    map_products(files)
    files.put("product-1.csv", PRODUCTS)
    ran = files.run()
    assert ran.feeds["product"] == (3, 3) and not ran.errors
    assert products(files) == {"F1": ("Boor", Decimal("12.50"), True), "F2": ("Zaag", Decimal("8.00"), True), "F3": ("Hamer", Decimal("15.00"), True)}
    last = files.last()
    assert (last.state, last.total, last.new, last.refused) == ("done", 3, 3, 0)
    assert [path.name.partition("-")[2] for path in (files.place / "done").iterdir()] == ["product-1.csv"] and not list((files.place / "in").iterdir())
    assert files.look() == 0
    with scope(files.actor):
        assert [fact.new for fact in recorded() if type(fact).__name__ == "FileLoaded" and fact.connection_id == files.connection.pk] == [3]
        assert Freshness.objects.get(entity="product").source == "Bestanden" and not Freshness.objects.filter(entity="stock").exists()
        assert Feed.objects.get(connection=files.connection, entity="stock").last_ok is None and not Feed.objects.get(connection=files.connection, entity="stock").is_loading


def test_what_a_whole_file_lacks_is_put_away_and_what_changed_changes(files):
    map_products(files)
    files.put("product-1.csv", PRODUCTS)
    files.run()
    files.put("product-2.csv", [*PRODUCTS[:2], "F2;Zaag groot;9,00;21"])
    assert files.run().feeds["product"] == (2, 2)
    assert products(files) == {"F1": ("Boor", Decimal("12.50"), True), "F2": ("Zaag groot", Decimal("9.00"), True), "F3": ("Hamer", Decimal("15.00"), False)}
    assert (files.last().same, files.last().changed, files.last().gone) == (1, 1, 1)


def test_a_file_of_changes_puts_nothing_away(files):
    map_products(files)
    files.put("product-1.csv", PRODUCTS)
    files.run()
    files.put("product-delta-2.csv", [PRODUCTS[0], "F2;Zaag groot;9,00;21"])
    files.run()
    assert products(files)["F3"][2] and products(files)["F2"][0] == "Zaag groot"


def test_the_same_file_is_read_once_but_what_was_before_may_come_back(files):
    map_products(files)
    files.put("product-1.csv", PRODUCTS)
    files.look()
    files.put("product-2.csv", PRODUCTS)
    assert files.look() == 0
    with scope(files.actor):
        assert FileDelivery.objects.filter(connection=files.connection).count() == 1
    files.put("product-3.csv", [*PRODUCTS[:3], "F3;Hamer;16,00;21"])
    files.put("product-4.csv", PRODUCTS)
    assert files.look() == 2
    files.run()
    assert products(files)["F3"][1] == Decimal("15.00")


def test_a_folder_that_cannot_be_written_is_remembered_by_digest(files, monkeypatch):
    from portiek.edges.connectors.files.folder import Folder

    map_products(files)
    monkeypatch.setattr(Folder, "put_away", lambda self, name, mark: False)
    files.put("product-1.csv", PRODUCTS)
    files.put("product-2.csv", [*PRODUCTS[:3], "F3;Hamer;16,00;21"], age=30)
    assert files.look() == 2 and files.look() == 0 and files.look() == 0


def test_a_bad_row_stays_out_alone_and_its_product_stays(files):
    map_products(files)
    files.put("product-1.csv", PRODUCTS)
    files.run()
    files.put("product-2.csv", [PRODUCTS[0], "F1;Boor;duur;21", "F2;Zaag;8,50;21", ";Naamloos;1,00;21", "F2;Zaag nog eens;9,00;21"])
    files.run()
    assert products(files) == {"F1": ("Boor", Decimal("12.50"), True), "F2": ("Zaag", Decimal("8.50"), True), "F3": ("Hamer", Decimal("15.00"), True)}  # F3 too: who knows what the nameless row was
    assert [(row.number, row.external_id, row.field, row.code, row.detail) for row in files.rows()] == [(2, "F1", "list_price", "not_a_number", "duur"), (4, "", "external_id", "empty", ""), (5, "F2", "external_id", "twice", "F2")]
    assert files.last().refused == 3 and files.last().report_id is not None


def test_a_row_is_mended_and_only_that_one_is_read_again(files, cast):
    map_products(files)
    files.put("product-1.csv", [PRODUCTS[0], "F1;Boor;duur;21", "F2;Zaag;8,00;21"])
    files.run()
    files.put("product-delta.csv", [PRODUCTS[0], "F2;Zaag;9,00;21"])
    files.run()
    with scope(files.actor):
        first = FileDelivery.objects.filter(connection=files.connection).order_by("pk").first()
    with scope(cast.otto):
        actions.mend_row(cast.otto, delivery=first, row=files.rows()[0], cells=["F1", "Boor", "11,00", "21"])
    files.run()
    assert products(files) == {"F1": ("Boor", Decimal("11.00"), True), "F2": ("Zaag", Decimal("9.00"), True)} and files.rows() == []


def test_a_column_says_what_products_are_versions_of(files):
    map_products(files, family="familie", family_name="familienaam", family_axes="assen")
    files.put("product-1.csv", ["nr;naam;prijs;btw;familie;familienaam;assen", "F1;Boor 5;1,00;21;BOOR;Boren;dikte", "F2;Boor 6;2,00;21;BOOR;Boren;dikte", "F3;Zaag;3,00;21;;;"])
    files.run()
    with scope(files.actor):
        found = {row.external_id: row.family and (row.family.code, row.family.name, row.family.axes) for row in Product.objects.filter(external_id__startswith="F").select_related("family")}
    assert found == {"F1": ("BOOR", "Boren", ["dikte"]), "F2": ("BOOR", "Boren", ["dikte"]), "F3": None}


def test_a_lead_time_comes_along(files):
    map_products(files, lead_days="levertijd")
    files.put("product-1.csv", ["nr;naam;prijs;btw;levertijd", "F1;Boor;12,50;21;10", "F2;Zaag;8,00;21;", "F3;Bijl;8,00;21;400"])
    files.run()
    with scope(files.actor):
        assert dict(Product.objects.filter(external_id__startswith="F").values_list("external_id", "lead_days")) == {"F1": 10, "F2": None}


def test_a_brand_comes_along_and_lists_are_narrowed_by_it(files):
    map_products(files, brand="merk")
    files.put("product-1.csv", ["nr;naam;prijs;btw;merk", "F1;Boorhamer;12,50;21;Noordvast", "F2;Boorhouder;8,00;21; Kerncraft ", "F3;Boorstaal;8,00;21;"])
    files.run()
    with scope(files.actor):
        assert brands() == {"F1": "Noordvast", "F2": "Kerncraft"}
        facet = catalog.offered(files.actor, search="boor")[0]
        assert (facet.attribute.code, facet.attribute.name, facet.attribute.name_en, facet.attribute.position) == ("brand", "Merk", "Brand", 1)
        assert {value.value for value in facet.values} == {"Kerncraft", "Noordvast"}
        narrowed = catalog.narrowed(files.actor, ["brand~Noordvast"])
        assert list(catalog.products(files.actor, search="boor", traits=narrowed.traits).values_list("external_id", flat=True)) == ["F1"]
    files.put("product-2.csv", ["nr;naam;prijs;btw;merk", "F1;Boorhamer;12,50;21;Bouwmeer", "F2;Boorhouder;8,00;21;", "F3;Boorstaal;8,00;21;"])
    files.run()
    with scope(files.actor):
        assert brands() == {"F1": "Bouwmeer"}


def brands():
    return dict(ProductAttribute.objects.filter(attribute__code="brand", product__external_id__startswith="F").values_list("product__external_id", "value"))


def test_a_picture_comes_along_by_its_address(files):
    map_products(files, picture="foto")
    files.put("product-1.csv", ["nr;naam;prijs;btw;foto", "F1;Boor;12,50;21;https://beelden.example/boor.jpg", "F2;Zaag;8,00;21;"])
    files.run()
    with scope(files.actor):
        found = ProductDocument.objects.filter(product__external_id__in=["F1", "F2"]).values_list("product__external_id", "kind", "source")
        assert list(found) == [("F1", "picture", "https://beelden.example/boor.jpg")]


def test_a_later_file_settles_a_bad_row(files):
    map_products(files)
    files.put("product-1.csv", [PRODUCTS[0], "F1;Boor;duur;21", "F2;Zaag;8,00;21"])
    files.run()
    files.put("product-2.csv", PRODUCTS)
    files.run()
    assert files.rows() == [] and products(files)["F1"][1] == Decimal("12.50")


@pytest.mark.parametrize(("rows", "code"), [
    (["nr;omschrijving;prijs;btw", "F1;Boor;1,00;21"], "columns"), (["nr;naam;prijs;btw"], "no_rows"), ([PRODUCTS[0], *(f"F{n};X;duur;21" for n in range(20))], "many_refused"), ([PRODUCTS[0], "F1;Boor;12,50;21"], "fewer"), ([PRODUCTS[0], *(f"G{n};X;1,00;21" for n in range(20))], "many_gone"),
])  # fmt: skip
def test_a_file_that_is_wholly_wrong_waits_for_a_person(files, cast, rows, code):
    map_products(files)
    many = [PRODUCTS[0], *(f"F{n};Artikel {n};1,00;21" for n in range(20))]
    files.put("product-1.csv", many)
    files.run()
    before = products(files)
    files.put("product-2.csv", rows)
    files.run()
    held = files.last()
    assert (held.state, held.code) == ("held", code) and products(files) == before and len(before) == 20
    files.put("product-delta-3.csv", [PRODUCTS[0], "F1;Anders;1,00;21"])
    files.run()
    assert products(files) == before  # what comes after it waits too
    with scope(cast.otto):
        (actions.drop_file if code in ("columns", "many_refused") else actions.confirm_file)(cast.otto, delivery=held)
    files.run()
    with scope(files.actor):
        active = {row.external_id for row in Product.objects.filter(external_id__regex="^[FG]", is_active=True)}
    assert products(files)["F1"][0] == "Anders"
    assert active == {"columns": set(before), "many_refused": set(before), "no_rows": {"F1"}, "fewer": {"F1"}, "many_gone": {"F1", *(f"G{n}" for n in range(20))}}[code]


def test_a_newer_whole_file_overtakes_one_that_waits(files):
    map_products(files)
    files.put("product-1.csv", ["nr;omschrijving", "F1;Boor"])
    files.look()
    files.put("product-2.csv", PRODUCTS)
    files.run()
    with scope(files.actor):
        assert list(FileDelivery.objects.filter(connection=files.connection).order_by("pk").values_list("state", "code")) == [("dropped", "overtaken"), ("done", "")]


def test_a_kind_that_nobody_explained_waits_with_its_first_rows(files):
    files.put("product-1.csv", PRODUCTS)
    files.look()
    found = files.last()
    assert (found.state, found.heads, found.sample[0]) == ("unmapped", ["nr", "naam", "prijs", "btw"], ["F1", "Boor", "12,50", "21"])
    map_products(files)
    files.run()
    assert len(products(files)) == 3


def test_orders_with_lines_in_two_files_in_either_order(files):
    files.map("party", external_id="id", name="naam", addresses__street="straat", addresses__city="plaats", addresses__postal_code="postcode", addresses__country={"column": "land", "constant": "NL"}, contacts__name="contact", contacts__email="mail")
    map_products(files)
    files.map("order", external_id="id", party="klant", order_date="datum", state={"column": "st", "table": {"5": "completed", "1": "confirmed"}})
    files.map("order.lines", of="id", product="art", quantity="aantal", unit_price="prijs", discount={"column": "korting", "change": "fraction"})
    files.put("party.csv", ["id;naam;straat;plaats;postcode;land;contact;mail", "K1;Klant Een;Dam 1;Tiel;4001 AA;;Jan;jan@klant.example", "K2;Klant Twee;;;;Duitsland;;"])
    files.put("product.csv", PRODUCTS)
    files.put("order-lines.csv", ["id;art;aantal;prijs;korting", "O1;F1;2;10.00;0.25", "O1;F2;1;8.00;0", "O2;F1;1;10.00;0"])
    files.run()
    files.put("order.csv", ["id;klant;datum;st", "O1;K1;31-01-2026;5", "O2;K1;2026-02-01;1", "O3;K9;2026-02-01;1"])
    ran = files.run()
    assert ran.feeds["order"] == (3, 2)
    with scope(files.actor):
        order = Order.objects.get(external_id="O1")
        assert (order.net, order.party.name, order.status) == (Decimal("23.00"), "Klant Een", "completed")
        assert list(OrderLine.objects.filter(order=order).order_by("position").values_list("sku", "amount")) == [("F1", Decimal("15.00")), ("F2", Decimal("8.00"))]
        assert list(Address.objects.filter(party__external_id="K1").values_list("street", "country")) == [("Dam 1", "NL")] and Contact.objects.get(party__external_id="K1").email == "jan@klant.example"
        assert Quarantine.objects.get(entity="order").reason.startswith("unknown_party")
    # What it refers to comes: it goes in by itself.
    files.put("party-delta.csv", ["id;naam;straat;plaats;postcode;land;contact;mail", "K9;Klant Negen;;;;;;"])
    files.look()
    engine.run_once(files.connection)
    engine.heal(files.actor, files.connection.pk)
    with scope(files.actor):
        assert Order.objects.filter(external_id="O3").exists() and not Quarantine.objects.filter(entity="order").exists()
    # A line less: the order is read again.
    files.put("order-lines-2.csv", ["id;art;aantal;prijs;korting", "O1;F1;2;10.00;0.25", "O2;F1;1;10.00;0"])
    files.run()
    with scope(files.actor):
        assert [line.amount for line in files_record(files, "O1").lines] == [Decimal("15.0000")]


def files_record(files, key):
    from portiek.edges.connectors.files.books import FileBooks
    from portiek.edges.connectors.files.connector import FilesConnector

    return FilesConnector(FilesOptions(), None, books=FileBooks(files.actor, files.connection.pk, inside=True), folder=None).fetch("order", key).data


def test_a_wrong_line_keeps_its_whole_record_out(files):
    map_products(files)
    files.put("product.csv", PRODUCTS)
    files.map("price_list", external_id="lijst", name="lijst", lines__product="art", lines__price="prijs", lines__min_quantity="vanaf")
    files.put("price_list.csv", ["lijst;art;prijs;vanaf", "A;F1;10.00;1", "A;F1;9.00;10", "B;F1;8.00;1", "B;F2;veel;1"])
    files.run()
    with scope(files.actor):
        assert list(PriceListLine.objects.filter(price_list__external_id="A").order_by("min_quantity").values_list("price", flat=True)) == [Decimal("10.000000"), Decimal("9.000000")]
        assert not PriceListLine.objects.filter(price_list__external_id="B").exists()
        assert FileDelivery.objects.get(connection=files.connection, layout="price_list").refused == 2
    assert len(files.rows()) == 1


def test_a_worker_that_dies_begins_anew_and_nothing_is_twice(files, monkeypatch):
    map_products(files)
    files.put("product.csv", [PRODUCTS[0], *(f"F{n};Artikel {n};1,00;21" for n in range(2500))])
    real, calls = actions.write_records, []

    def dies(*given, **named):
        calls.append(1)
        if len(calls) == 2:
            raise SystemExit("killed")
        return real(*given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(actions, "write_records", dies)
        with pytest.raises(SystemExit):
            files.look()
    assert files.last().state == "loading"
    assert files.look() == 1
    with scope(files.actor):
        assert len(set(FileRecord.objects.filter(connection=files.connection, layout="product").values_list("seq", flat=True))) == FileRecord.objects.filter(connection=files.connection).count() == 2500


def test_the_names_of_others_mean_nothing(files, cast, tmp_path):
    """The folder of another portal is not looked into, and its files are not seen."""
    map_products(files)
    other = tmp_path / "vandijk" / "erp" / "in"
    other.mkdir(parents=True)
    (other / "product.csv").write_text("\n".join(PRODUCTS))
    os.utime(other / "product.csv", (0, 0))
    assert files.look() == 0
    files.put("product.csv", PRODUCTS)
    files.look()
    with scope(cast.system):
        assert not FileDelivery.objects.exists() and not FileRecord.objects.exists()


def test_when_it_is_time():
    zone, noon = ZoneInfo("Europe/Amsterdam"), datetime(2026, 6, 1, 10, 0, tzinfo=UTC)  # 12:00 there
    often, timed = FilesOptions(every_minutes=5), FilesOptions(every_minutes=0, at_times=("11:30", "23:00"))
    assert collecting.is_due(often, None, noon, zone) and collecting.is_due(often, noon - timedelta(minutes=5), noon, zone) and not collecting.is_due(often, noon - timedelta(minutes=4), noon, zone)
    assert collecting.is_due(timed, noon - timedelta(minutes=31), noon, zone) and not collecting.is_due(timed, noon - timedelta(minutes=29), noon, zone)
    assert collecting.is_due(timed, noon - timedelta(hours=14), noon, zone)  # that of yesterday evening was missed
    with pytest.raises(ValueError, match="time"):
        FilesOptions(at_times=("25:00",))


def test_staff_hear_of_it_once_when_no_file_comes(files, cast, monkeypatch):
    from portiek.edges.connectors import actions as connections
    from portiek.edges.connectors.models import Connection

    with scope(files.actor):
        connections.change_connection(files.actor, connection=files.connection, label="Bestanden", options=FilesOptions(quiet=0, every_minutes=0, expect_by="00:00"), enabled=True)
        Connection.objects.filter(pk=files.connection.pk).update(created_at=timezone.now() - timedelta(days=2))
    files.look()
    files.look()
    with scope(files.actor):
        assert [type(fact).__name__ for fact in recorded()].count("FilesMissing") == 1
