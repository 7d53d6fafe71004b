"""Own assortment and prices as a catalogue (T19): what the catalogue page and the resolver say, what changed since, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import recorded, run_jobs
from portiek.core import jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.merging import Deed
from portiek.edges.exchange import actions, facts, queries
from portiek.edges.exchange.models import Catalogue, Setup
from portiek.edges.exchange.ubl import checks
from portiek.edges.exchange.ubl.catalogue import read_catalogue
from portiek.edges.exchange.ubl.tree import parse
from portiek.foundation.files import queries as files
from portiek.foundation.files.models import StoredFile
from portiek.foundation.notifications.models import Notification
from portiek.foundation.parties import actions as parties
from portiek.foundation.parties.models import Merge, Party
from portiek.trade.catalog import actions as catalog
from portiek.trade.catalog.models import AssortmentItem, Product
from portiek.trade.catalog.queries import own_numbers, products
from portiek.trade.catalog.records import UnitRecord
from portiek.trade.pricing.queries import Wanted, prices

PLATE = "GP-125-2600"
PAGE = "/electronic-orders/catalogues/"


def ask(actor, *, since="", of=None):
    with scope(actor):
        party = Party.objects.get(pk=(of or actor).party_id)
        made = actions.ask_catalogue(actor, party=party, since=since, day=timezone.localdate(), now=timezone.now())
    run_jobs()
    with scope(of or actor):
        return queries.catalogue(of or actor, made.key)


def read(actor, found):
    with scope(actor):
        content = files.path(actor, found.file).read_bytes()
    root = parse(content)
    assert not [item for item in checks.check_catalogue(root) if item.stops]
    return read_catalogue(root)


def test_it_holds_the_own_assortment_at_the_own_prices_and_no_more(cast):
    with scope(cast.olga):
        actions.change_setup(cast.olga, prices=Setup.Prices.HOLD, scheme="0088", identifier="8712345678906")
    head, lines = read(cast.sanne, ask(cast.sanne))
    with scope(cast.sanne):
        mine = {item.sku: item for item in products(cast.sanne)}
        numbers = own_numbers(cast.sanne, [item.pk for item in mine.values()])
        wanted = [Wanted(mine[line.id].pk, step.quantity) for line in lines for step in line.prices]
        found = prices(cast.sanne, wanted, day=timezone.localdate())
    assert (head.action, head.since, head.seller.endpoint.value, head.buyer.codes[0].value) == ("Add", "", "8712345678906", "8712345678906")
    assert [line.id for line in lines] == sorted(mine) and len(lines) > 5
    for line in lines:
        product = mine[line.id]
        assert (line.action, line.item.sellers, line.item.buyers, line.unit, line.least, line.step, line.rate) == ("Add", product.sku, numbers.get(product.pk, ""), product.unit_code, product.min_quantity, product.step_quantity, product.tax_rate)
        assert [step.price for step in line.prices] == [found[product.pk, step.quantity].net for step in line.prices]
        assert line.orderable == bool(line.prices)
    assert any(len(line.prices) > 1 for line in lines) and any(line.item.buyers for line in lines) and any(line.item.standard for line in lines)
    # Another company's own numbers and products are not in it.
    _head, others = read(cast.dirk, ask(cast.dirk))
    assert {line.id for line in others} != {line.id for line in lines} and not {line.item.buyers for line in others} & {line.item.buyers for line in lines} - {""}


def test_packs_and_what_is_said_of_a_product_stand_in_it(cast):
    with scope(cast.olga):
        catalog.set_units(cast.olga, product=Product.objects.get(sku=PLATE), units=[UnitRecord("XBE", "bundel", Decimal(4))], max_quantity=None, own_lead_days=None)
    _head, lines = read(cast.sanne, ask(cast.sanne))
    said = next(line for line in lines if line.id == PLATE).properties
    assert ("bundel", "4", "XBE", "UNECERec20", Decimal(4)) in [(item.name, item.value, item.code, item.of, item.quantity) for item in said]


def test_what_changed_since_says_of_each_line_what_to_do_with_it(cast):
    first = ask(cast.sanne)
    same = ask(cast.sanne, since=first.key)
    assert (same.state, same.file, same.lines) == ("same", None, 0)
    with scope(cast.system):
        gone = Product.objects.get(sku="MS-C75-26")
        AssortmentItem.objects.filter(product=gone).delete()
        Product.objects.filter(sku=PLATE).update(name="Gipsplaat met een nieuwe naam", name_en="")
    second = ask(cast.sanne, since=first.key)
    head, lines = read(cast.sanne, second)
    assert (head.action, head.since, second.added, second.changed, second.removed) == ("Update", first.key, 0, 1, 1)
    assert [(line.id, line.action, bool(line.prices)) for line in lines] == [(PLATE, "Update", True), ("MS-C75-26", "Delete", False)]
    # What was taken in last is what the next one goes on from: back in the assortment, it is new.
    with scope(cast.system):
        for item in AssortmentItem.objects.filter(product__sku=PLATE):
            AssortmentItem.objects.create(portal_id=item.portal_id, assortment_id=item.assortment_id, product=gone)
    _head, lines = read(cast.sanne, ask(cast.sanne, since=second.key))
    assert [(line.id, line.action) for line in lines] == [("MS-C75-26", "Add")]
    assert read(cast.sanne, ask(cast.sanne))[0].action == "Replace"


def test_an_assortment_without_products_and_an_earlier_one_that_is_gone_are_refused(cast):
    first = ask(cast.sanne)
    for since in ("bestaat-niet", ask(cast.dirk).key):
        with scope(cast.sanne), pytest.raises(Refused) as caught:
            actions.ask_catalogue(cast.sanne, party=Party.objects.get(pk=cast.sanne.party_id), since=since, day=timezone.localdate(), now=timezone.now())
        assert caught.value.code == "exchange.catalogue-since"
    with scope(cast.sanne):
        made = actions.ask_catalogue(cast.sanne, party=Party.objects.get(pk=cast.sanne.party_id), since=first.key, day=timezone.localdate(), now=timezone.now())
    with scope(cast.system):
        Catalogue.objects.filter(pk=first.pk).delete()
    run_jobs()
    with scope(cast.sanne):
        assert queries.catalogue(cast.sanne, made.key).state == "failed"
    with scope(cast.system):
        AssortmentItem.objects.all().delete()
    with scope(cast.sanne), pytest.raises(Refused) as caught:
        actions.ask_catalogue(cast.sanne, party=Party.objects.get(pk=cast.sanne.party_id), since="", day=timezone.localdate(), now=timezone.now())
    assert caught.value.code == "exchange.catalogue-empty"


def test_more_products_cost_no_more_statements(cast):
    with scope(cast.sanne):
        ids = queries.catalogue_ids(cast.sanne)
        counted = []
        for some in (ids[:3], ids):
            with CaptureQueriesContext(connection) as seen:
                assert len(queries.catalogue_lines(cast.sanne, some, day=timezone.localdate())) == len(some)
            counted.append(len(seen))
    assert counted[0] == counted[1] < 14


def test_three_at_a_time_and_so_many_a_day(cast, monkeypatch):
    with scope(cast.sanne):
        party = Party.objects.get(pk=cast.sanne.party_id)
        for _turn in range(3):
            actions.ask_catalogue(cast.sanne, party=party, since="", day=timezone.localdate(), now=timezone.now())
        with pytest.raises(Refused) as caught:
            actions.ask_catalogue(cast.sanne, party=party, since="", day=timezone.localdate(), now=timezone.now())
    assert caught.value.code == "exchange.catalogue-many"
    run_jobs()
    monkeypatch.setattr("portiek.edges.exchange.rules.CATALOGUES_A_DAY", 3)
    with scope(cast.sanne), pytest.raises(Refused) as caught:
        actions.ask_catalogue(cast.sanne, party=party, since="", day=timezone.localdate(), now=timezone.now())
    assert caught.value.code == "exchange.catalogue-day"


def test_who_sees_no_prices_or_is_of_another_company_has_none_made(cast):
    first = ask(cast.sanne)
    with scope(cast.sanne):
        mine, other = Party.objects.get(pk=cast.sanne.party_id), Party(pk=cast.dirk.party_id)
    for actor, party, error in ((cast.sanne, other, NotFound), (replace(cast.sanne, rights=cast.sanne.rights - {"price.view"}), mine, Forbidden), (replace(cast.sanne, rights=cast.sanne.rights - {"catalog.view"}), mine, Forbidden),
                                (replace(cast.olga, rights=cast.olga.rights - {"price.explain"}), mine, Forbidden)):
        with scope(actor), pytest.raises(error):
            actions.ask_catalogue(actor, party=party, since="", day=timezone.localdate(), now=timezone.now())
    # A visit of a purchasing system shops and does nothing else; a branch with prices of its own sees its own.
    with scope(cast.sanne):
        with pytest.raises(Refused):
            actions.ask_catalogue(replace(cast.sanne, by_user_id=-5), party=mine, since="", day=timezone.localdate(), now=timezone.now())
        with pytest.raises(NotFound):
            queries.catalogue(replace(cast.sanne, unit_id=1), first.key)


def test_a_person_has_one_made_and_others_get_404(cast, client_of):
    sanne = client_of("sanne")
    assert "Nog geen catalogus gemaakt" in sanne.get(PAGE).content.decode()
    assert sanne.post(PAGE, {"since": ""}).status_code == 302
    run_jobs()
    with scope(cast.sanne):
        found = queries.catalogues(cast.sanne).get()
        assert Notification.objects.filter(user_id=cast.sanne.user_id, kind="exchange.catalogue_ready").count() == 1
    page = sanne.get(PAGE).content.decode()
    assert f"{PAGE}{found.key}.xml" in page and f'value="{found.key}"' in page
    assert sanne.post(PAGE, {"since": "bestaat-niet"}).status_code == 422
    answer = sanne.get(f"{PAGE}{found.key}.xml")
    assert answer.status_code == 200 and b"".join(answer.streaming_content).startswith(b"<?xml")
    with scope(cast.system):
        assert facts.CatalogueDownloaded(catalogue_id=found.pk) in recorded()
    for who in ("dirk", "otto", "nadia2"):
        assert client_of(who).get(f"{PAGE}{found.key}.xml").status_code == 404
    assert found.key not in client_of("dirk").get(PAGE).content.decode()


def test_staff_have_one_made_of_a_customer(cast, client_of):
    olga = client_of("olga")
    with scope(cast.olga):
        number = Party.objects.get(pk=cast.sanne.party_id).number
    assert olga.post(f"{PAGE}of/{number}/", {"since": ""}).status_code == 302
    run_jobs()
    with scope(cast.olga):
        found = queries.catalogues(cast.olga, party_id=cast.sanne.party_id).get()
    _head, lines = read(cast.olga, found)
    with scope(cast.sanne):
        assert [line.id for line in lines] == sorted(item.sku for item in products(cast.sanne))
    for address in (f"{PAGE}of/{number}/", f"/parties/{number}/electronic/"):
        page = olga.get(address)
        assert page.status_code == 200 and f"{PAGE}{found.key}.xml" in page.content.decode()
    assert olga.get(f"{PAGE}{found.key}.xml").status_code == 200
    for who in ("sanne", "otto"):
        assert client_of(who).get(f"{PAGE}of/{number}/").status_code == 404


def test_a_program_asks_for_one_and_fetches_it(cast, machine_of):
    machine = machine_of(cast.sanne)
    made = machine.post("/catalogues", {})
    assert made.status_code == 201 and made.json()["state"] == "asked", made.content
    key = made.json()["id"]
    early = machine.get(f"/catalogues/{key}/document")
    assert (early.status_code, early.json()["code"]) == (422, "exchange.catalogue-not-ready")
    run_jobs()
    said = machine.get(f"/catalogues/{key}").json()
    assert said["state"] == "ready" and said["added"] == said["progress"] == said["total"] > 5 and machine.get("/catalogues").json()["items"] == [said]
    answer = machine.get(f"/catalogues/{key}/document")
    assert answer["Content-Type"] == "application/xml" and read_catalogue(parse(b"".join(answer.streaming_content)))[0].number == key
    assert machine.post("/catalogues", {"since": key}).json()["since"] == key
    assert machine.post("/catalogues", {"since": "nee"}).status_code == 422
    other = machine_of(cast.dirk)
    assert {other.get(f"/catalogues/{key}{rest}").status_code for rest in ("", "/document")} == {404} and other.post("/catalogues", {"since": key}).status_code == 422
    with scope(cast.system):
        assert [item.lines for item in recorded() if isinstance(item, facts.CatalogueReady)] == [said["added"]]


def test_a_catalogue_goes_when_its_term_is_over_and_is_given_up_after_a_day(cast):
    ask(cast.sanne)
    with scope(cast.sanne):
        left = actions.ask_catalogue(cast.sanne, party=Party.objects.get(pk=cast.sanne.party_id), since="", day=timezone.localdate(), now=timezone.now())
    with scope(cast.system):
        Catalogue.objects.update(at=timezone.now() - timedelta(days=2))
    jobs.run_now(jobs.jobs()["exchange.drop_old_messages"], cast.system.portal_id, {})
    with scope(cast.system):
        assert list(Catalogue.objects.order_by("pk").values_list("pk", "state"))[1] == (left.pk, "failed")
        Catalogue.objects.update(at=timezone.now() - timedelta(days=31))
    jobs.run_now(jobs.jobs()["exchange.drop_old_messages"], cast.system.portal_id, {})
    with scope(cast.system):
        assert not Catalogue.objects.exists()


def test_a_company_that_becomes_part_of_another_leaves_none(cast):
    found = ask(cast.sanne)
    with scope(cast.olga):
        source = Party.objects.get(pk=cast.sanne.party_id)
        target = parties.create_party(cast.olga, number="10901", name="Bouw Noord B.V.", kind=source.kind)
        made = parties.ask_merge(cast.olga, source=source, target=target, as_branch=True, reason="Overgenomen")
    run_jobs()
    with scope(cast.system):
        assert Merge.objects.get(pk=made.pk).state == "done"
        assert not Catalogue.objects.filter(key=found.key).exists()
        assert StoredFile.objects.get(pk=found.file_id).party_id == target.pk


def test_a_branch_that_becomes_a_company_takes_none(cast):
    found = ask(cast.sanne)
    with scope(cast.olga):
        merged, split = (queries.catalogues_of(cast.olga, Deed(source=cast.sanne.party_id, target=0, is_split=is_split)) for is_split in (False, True))
        assert found.key in {item.key for item in merged} and not split.exists()
