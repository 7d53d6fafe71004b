"""A price is one price: list, page, cart, pasted list, spreadsheet, order list, API, order, paper and letter say the same, whatever was agreed; and its explanation leads to it."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from lxml import html
from pypdf import PdfReader

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.edges.exchange import actions as exchange
from portiek.edges.exchange import queries as exchanged
from portiek.edges.exchange.ubl.catalogue import read_catalogue
from portiek.edges.exchange.ubl.tree import parse
from portiek.foundation.accounts.models import Membership
from portiek.foundation.files import queries as files
from portiek.foundation.parties import actions as parties
from portiek.foundation.parties.models import Party, Portal
from portiek.trade.catalog import actions as catalog
from portiek.trade.catalog.models import Assortment, Product, ProductUnit
from portiek.trade.catalog.records import AttributesRecord, FamilyRecord, ProductRecord, SaidRecord
from portiek.trade.letters import actions as letters
from portiek.trade.letters.models import LetterLine
from portiek.trade.orders.models import Order
from portiek.trade.pricing import queries, rules
from portiek.trade.pricing.models import (
    Agreement,
    AgreementLine,
    CostPrice,
    CustomerGroup,
    FreeGoods,
    GroupAgreement,
    GroupAgreementLine,
    GroupDiscount,
    GroupMember,
    PartyDiscount,
    PartyPriceList,
    PriceFloor,
    PriceList,
    PriceListLine,
    Surcharge,
    Tiers,
)
from portiek.ui import format

BUYERS = ("sanne", "dirk", "els")
PRODUCTS = 6


def squeezed(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").split())


def around(chance: random.Random, today: date) -> tuple[date | None, date | None]:
    """Return days of validity: open, over, of today or still to come."""
    start = chance.choice([None, today, today - timedelta(days=chance.randint(1, 90)), today + timedelta(days=chance.randint(1, 60))])
    end = chance.choice([None, today, today + timedelta(days=chance.randint(0, 90)), today - timedelta(days=chance.randint(1, 30))])
    return (start, end) if start is None or end is None or start <= end else (end, start)


def agree(chance: random.Random, party: Party, products: list[Product], today: date) -> None:
    """Write lists, agreements, discounts, surcharges, minimum prices and free goods of every kind for a party, at random."""
    kept = {"portal_id": party.portal_id, "party_id": party.pk}
    PartyDiscount.objects.filter(party=party).delete()
    groups = sorted({item.discount_group for item in products if item.discount_group})
    position = max(PartyPriceList.objects.filter(party=party).values_list("position", flat=True), default=0)
    base = PriceList.objects.create(portal_id=party.portal_id, code=f"B-{chance.random()}"[:40], name="Onderop")
    own = PriceList.objects.create(portal_id=party.portal_id, code=f"O-{chance.random()}"[:40], name="Eigen lijst", fallback=chance.choice([None, base]), tiers=chance.choice(Tiers.values))
    PartyPriceList.objects.create(**kept, price_list=own, position=position + 1)
    for price_list in (base, own):
        for product in chance.sample(products, chance.randint(1, len(products))):
            for quantity in {Decimal(0), *(product.min_quantity + product.step_quantity * chance.randint(0, 9) for _ in range(chance.randint(0, 3)))}:
                start, end = around(chance, today)
                price = chance.choice([None, *[Decimal(chance.randint(1, 900_000)) / 10_000] * 9])
                PriceListLine.objects.create(portal_id=party.portal_id, price_list=price_list, product=product, min_quantity=quantity, price=price, valid_from=start, valid_until=end)
    for number in range(chance.randint(0, 3)):
        start, end = around(chance, today)
        agreement = Agreement.objects.create(**kept, number=f"P-{number}", name=f"Afspraak {number}", valid_from=start, valid_until=end, tiers=chance.choice(Tiers.values))
        for product in chance.sample(products, chance.randint(1, 3)):
            for quantity in {Decimal(0), product.min_quantity + product.step_quantity * chance.randint(0, 9)}:
                reward: dict[str, Decimal] = chance.choice([{"price": Decimal(chance.randint(0, 900_000)) / 10_000}, {"percent": Decimal(chance.randint(0, 10_000)) / 100}])
                AgreementLine.objects.create(**kept, agreement=agreement, product=product, min_quantity=quantity, **reward)
        for group in chance.sample(groups, min(len(groups), 1)):
            AgreementLine.objects.create(**kept, agreement=agreement, discount_group=group, percent=Decimal(chance.randint(0, 10_000)) / 100)
    chain = CustomerGroup.objects.create(portal_id=party.portal_id, code=f"G-{chance.random()}"[:40], name="Inkoopgroep", is_active=chance.choice([True, True, False]))
    GroupMember.objects.create(**kept, group=chain)
    start, end = around(chance, today)
    shared = GroupAgreement.objects.create(portal_id=party.portal_id, group=chain, number="G-1", name="Afspraak van de groep", valid_from=start, valid_until=end, tiers=chance.choice(Tiers.values))
    for product in chance.sample(products, 2):
        GroupAgreementLine.objects.create(portal_id=party.portal_id, group=chain, agreement=shared, product=product, price=Decimal(chance.randint(0, 900_000)) / 10_000)
    for group in groups[:1]:
        GroupDiscount.objects.create(portal_id=party.portal_id, group=chain, discount_group=group, percent=Decimal(chance.randint(0, 10_000)) / 100)
    for group in chance.sample(groups, min(len(groups), 2)):
        PartyDiscount.objects.create(**kept, discount_group=group, percent=Decimal(chance.randint(0, 10_000)) / 100)
    for product in chance.sample(products, 2):
        Surcharge.objects.create(portal_id=party.portal_id, name="Toeslag", product=product, **chance.choice([{"percent": Decimal(chance.randint(1, 2000)) / 100}, {"amount": Decimal(chance.randint(1, 90_000)) / 10_000}]))
    PriceFloor.objects.filter(portal_id=party.portal_id).delete()
    for product in chance.sample(products, 2):
        PriceFloor.objects.create(portal_id=party.portal_id, product=product, amount=Decimal(chance.randint(1, 900_000)) / 10_000, agreements_below=chance.choice([True, False]))
    for group in groups[:1]:
        PriceFloor.objects.create(portal_id=party.portal_id, discount_group=group, percent=Decimal(chance.randint(0, 9000)) / 100)
    FreeGoods.objects.filter(portal_id=party.portal_id).delete()
    for product in chance.sample(products, 3):
        FreeGoods.objects.create(portal_id=party.portal_id, name="Actie", product=product, buy=chance.randint(1, 40), give=product.step_quantity * chance.randint(1, 3), customer=chance.choice([None, party]))
    for product in products:
        CostPrice.objects.update_or_create(portal_id=party.portal_id, product=product, defaults={"cost": Decimal(chance.randint(1, 500_000)) / 10_000})


class Shop:
    """One buyer and everything that tells him a price."""

    def __init__(self, actor: Any, client: Any, staff: Any, machine: Any) -> None:
        self.actor, self.client, self.staff, self.machine = actor, client, staff, machine

    def page(self, path: str, **parameters: Any) -> Any:
        answer = self.client.get(path, parameters)
        assert answer.status_code == 200, (path, answer.status_code)
        return html.fromstring(answer.content)

    def rows(self, page: Any) -> Iterator[tuple[str, str, str]]:
        """Give the lines of a page with a price and an amount, by article number as it stands there."""
        for row in page.xpath("//tr[td[@class='num' and starts-with(@data-label, 'Prijs')]]"):
            sku = squeezed(row.xpath("string(.//small[@class='muted'][1])")).split(" ")[0]
            price, amount = (squeezed(row.xpath(f"string(td[starts-with(@data-label, '{head}')]/descendant-or-self::*[self::div or not(div)][1]/text()[1])")) for head in ("Prijs", "Bedrag"))
            yield sku, price, amount

    def lookup(self, wanted: list[tuple[str, Decimal]], day: date | None = None) -> dict[str, dict[str, Any]]:
        answer = self.machine.post("/prices:lookup", {"lines": [{"sku": sku, "quantity": str(quantity)} for sku, quantity in wanted], **({"day": day.isoformat()} if day else {})})
        assert answer.status_code == 200, answer.content
        return {line["sku"]: line for line in answer.json()}


@pytest.fixture
def shop_of(cast: Any, client_of: Callable[..., Any], machine_of: Callable[..., Any]) -> Callable[[str], Shop]:
    return lambda who: Shop(getattr(cast, who), client_of(who), client_of("peter"), machine_of(getattr(cast, who)))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("who", BUYERS)
def test_every_door_tells_the_same_price(cast: Any, shop_of: Callable[[str], Shop], who: str, seed: int) -> None:
    chance, today, shop = random.Random(f"{who}{seed}"), timezone.localdate(), shop_of(who)
    with scope(shop.actor, read_only=True):
        seen = list(Product.objects.filter(is_active=True).order_by("sku"))
        portal = Portal.objects.get(pk=shop.actor.portal_id)
    products = chance.sample(seen, PRODUCTS)
    with scope(cast.system):
        party = Party.objects.get(pk=shop.actor.party_id)
        agree(chance, party, products, today)
    wanted = {item.sku: item.min_quantity + item.step_quantity * chance.randint(0, 12) for item in products}
    least = {item.sku: max(item.min_quantity, Decimal(1)) for item in products}
    by_sku, policy = {item.sku: item for item in products}, portal.policy

    # The resolver itself, and its explanation.
    with scope(shop.actor, read_only=True):
        truth = {item.sku: queries.standing_price(shop.actor, item.pk, wanted[item.sku], day=today) for item in products}
        first = {item.sku: queries.standing_price(shop.actor, item.pk, least[item.sku], day=today) for item in products}
    for sku, price in truth.items():
        assert price.explanation[-1].after == price.net, (sku, price)
        assert all(before.after == after.before for before, after in zip(price.explanation, price.explanation[1:], strict=False) if after.kind == "tier"), (sku, price)
        tier = next(tier for tier in reversed(price.table) if tier.quantity <= wanted[sku])
        assert tier.sliced or tier.price == price.net, (sku, price)

    with_tax = party.kind == "person"

    def said(net: Decimal | None, sku: str) -> str:
        if net is None:
            return "op aanvraag"
        return squeezed(format.money(policy.with_tax(net, by_sku[sku].tax_rate) if with_tax else net, "EUR"))

    # The list and the page of the product.
    for sku in wanted:
        listed = [article for article in shop.page("/catalog/", q=sku).xpath("//article[contains(@class, 'product')]") if article.xpath(f".//small[starts-with(., '{sku},')]")]
        assert [squeezed(article.xpath("string(.//div[contains(@class, 'price')]/b)")) for article in listed] == [said(first[sku].net, sku)], sku
        assert squeezed(shop.page(f"/catalog/p/{sku}/").xpath("string(//*[contains(@class, 'figure')][1])")) == said(first[sku].net, sku), sku

    # The API, today and on other days; staff look into the same price.
    found = shop.lookup(list(wanted.items()))
    assert {sku: None if line["net"] is None else Decimal(line["net"]) for sku, line in found.items()} == {sku: price.net for sku, price in truth.items()}
    assert all(Decimal(line["explanation"][-1]["after"]) == Decimal(line["net"]) for line in found.values() if line["net"] is not None)
    for day in (today + timedelta(days=chance.randint(1, 70)), today - timedelta(days=chance.randint(1, 70))):
        then = shop.lookup(list(wanted.items()), day)
        sku = chance.choice(list(wanted))
        answer = shop.staff.get("/prices/explain/", {"party": party.number, "product": sku, "quantity": format.quantity(wanted[sku]).replace(".", ""), "day": day.strftime("%d-%m-%Y")})
        assert answer.status_code == 200, answer.content.decode()
        net = then[sku]["net"]
        assert squeezed(html.fromstring(answer.content).xpath("string(//*[contains(@class, 'figure')][1])")) == ("op aanvraag" if net is None else squeezed(format.money(Decimal(net), "EUR"))), (
            sku,
            day,
        )

    # A pasted list and a spreadsheet, the cart, the check of an order by program.
    orderable = {sku: quantity for sku, quantity in wanted.items() if truth[sku].net is not None}
    amounts = {sku: policy.line(quantity, truth[sku].net) for sku, quantity in orderable.items()}  # type: ignore[arg-type]
    shown = {sku: (said(truth[sku].net, sku), squeezed(format.money(policy.with_tax(amount, by_sku[sku].tax_rate) if with_tax else amount, "EUR"))) for sku, amount in amounts.items()}
    text = "artikel;aantal\n" + "".join(f"{sku};{format.quantity(quantity).replace('.', '')}\n" for sku, quantity in wanted.items())
    sheet = io.BytesIO()
    with xlsxwriter.Workbook(sheet, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["artikel", "aantal"])
        for row, (sku, quantity) in enumerate(wanted.items(), start=1):
            page.write_string(row, 0, sku)
            page.write_number(row, 1, float(quantity))
    drafts = [shop.client.post("/orders/cart/paste/", {"text": text}), shop.client.post("/orders/cart/paste/", {"file": SimpleUploadedFile("lijst.xlsx", sheet.getvalue())})]
    for draft in drafts:
        assert draft.status_code == 302, draft.content.decode()
        assert {sku: (price, amount) for sku, price, amount in shop.rows(shop.page(draft["Location"]))} == shown
    # A letter of what changes: both prices at the quantity that is usual, as the API says them of both days.
    day = today + timedelta(days=chance.randint(1, 60))
    with scope(cast.peter):
        letter = letters.write_letter(cast.peter, values={"title": "Nieuwe prijzen", "text": "", "title_en": "", "text_en": "", "effective_on": day, "unbought": True}, today=today)
    with scope(cast.system):
        while letters.make_copies(cast.system, letter_id=letter.pk, now=timezone.now(), today=today, size=20):
            pass
        told = list(LetterLine.objects.filter(copy__letter=letter, copy__party=party, sku__in=list(wanted)).values_list("sku", "usual", "before", "after"))
    for sku, usual, *told_prices in told:
        assert [None if line["net"] is None else Decimal(line["net"]) for line in (shop.lookup([(sku, usual)], when)[sku] for when in (day - timedelta(days=1), day))] == told_prices, (sku, usual)
    if not orderable:
        return

    # An order list.
    kept = shop.machine.post("/order-lists", {"name": "Vast", "lines": [{"sku": sku, "quantity": str(quantity)} for sku, quantity in orderable.items()]}, idempotency_key=f"l-{who}-{seed}")
    assert kept.status_code == 201, kept.content
    listing = shop.page(f"/order-lists/{kept.json()['id']}/").text_content()
    assert all(figure in squeezed(listing) for figures in shown.values() for figure in figures[:1]), shown
    added = shop.client.post(drafts[0]["Location"], {"add": "1"})
    assert added.status_code == 302, added.content.decode()
    assert {sku: (price, amount) for sku, price, amount in shop.rows(shop.page("/orders/cart/"))} == shown
    lines = [{"sku": sku, "quantity": str(quantity)} for sku, quantity in orderable.items()]
    tried = shop.machine.post("/orders:validate", {"lines": lines}).json()
    assert {line["sku"]: (Decimal(line["price"]), Decimal(line["amount"])) for line in tried["lines"]} == {sku: (truth[sku].net, amounts[sku]) for sku in orderable}
    totals = policy.totals((amount, by_sku[sku].tax_rate) for sku, amount in amounts.items())
    assert [Decimal(tried[name]) for name in ("net", "tax", "gross")] == [totals.net, totals.tax, totals.gross]

    # The order by program, its page and its paper.
    made = shop.machine.post("/orders", {"lines": lines}, idempotency_key=f"{who}-{seed}").json()
    assert {line["sku"]: (Decimal(line["price"]), Decimal(line["amount"])) for line in made["lines"] if line["free_of"] is None} == {sku: (truth[sku].net, amounts[sku]) for sku in orderable}
    given = {sku: price.free.units for sku, price in truth.items() if price.free and price.free.units}
    assert given == {sku: Decimal(line["free"]["units"]) for sku, line in found.items() if line["free"] and Decimal(line["free"]["units"])} == {line["sku"]: Decimal(line["free"]) for line in tried["lines"] if Decimal(line["free"])}
    assert given == {line["sku"]: Decimal(line["quantity"]) for line in made["lines"] if line["free_of"] is not None and Decimal(line["amount"]) == 0}
    with scope(shop.actor, read_only=True):
        order = Order.objects.get(number=made["number"])
        assert [order.net, order.tax, order.gross] == [totals.net, totals.tax, totals.gross]
    paper = squeezed(" ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(shop.client.get(f"/orders/{order.number}/pdf/").content)).pages))
    own = squeezed(shop.page(f"/orders/{order.number}/").text_content())
    for sku, figures in shown.items():
        assert all(figure in paper and figure in own for figure in figures), (sku, figures, paper)


@pytest.mark.parametrize("who", BUYERS)
def test_what_is_fetched_tells_the_same_price_and_of_nothing_else(cast: Any, shop_of: Callable[[str], Shop], who: str) -> None:
    """A price list as a file, the catalogue that an ERP reads, another unit and another day in one question; what is outside the assortment stands in none."""
    chance, today, shop = random.Random(f"file {who}"), timezone.localdate(), shop_of(who)
    with scope(shop.actor, read_only=True):
        seen = list(Product.objects.filter(is_active=True).order_by("sku"))
    products = chance.sample(seen, PRODUCTS)
    with scope(cast.system):
        party = Party.objects.get(pk=shop.actor.party_id)
        agree(chance, party, products, today)
        hidden = Product.objects.create(portal_id=party.portal_id, external_id="geheim", sku="GEHEIM-4242", name="Zwartkopplaat", ean="8712345042424", unit_label="stuk", list_price=12, tax_rate=21, category=products[0].category, is_active=True)
        PriceListLine.objects.create(portal_id=party.portal_id, price_list=PartyPriceList.objects.filter(party=party).order_by("position")[0].price_list, product=hidden, price=Decimal("3.21"), min_quantity=0)
        for product in [*products, hidden]:
            ProductUnit.objects.create(portal_id=party.portal_id, product=product, code="XZZ", label="krat", label_en="crate", factor=max(product.min_quantity, Decimal(1)) * 4 * product.step_quantity)

    # What is to come, as the lookup of that very day says it; in crates what it is in the sales unit.
    asked = [{"sku": item.sku, "quantity": "2", "unit": "krat"} for item in products]
    crates = shop.machine.post("/prices:lookup", {"lines": asked}).json()
    loose = [{"sku": item["sku"], "quantity": item["quantity"]} for item in crates]
    assert [{**item, "pack": None} for item in crates] == shop.machine.post("/prices:lookup", {"lines": loose}).json()
    for line in crates:
        assert Decimal(line["quantity"]) == Decimal(line["pack"]["factor"]) * 2
        if line["upcoming"]:
            then = shop.machine.post("/prices:lookup", {"lines": [{"sku": line["sku"], "quantity": line["quantity"], "day": line["upcoming"]["valid_from"]}]}).json()[0]
            assert then["net"] == line["upcoming"]["net"] != line["net"], line

    # Own price list as a file, and the catalogue of Peppol (T19): each tier as the resolver has it.
    assert shop.client.post("/prices/files/", {"format": "csv"}).status_code == 302
    with scope(shop.actor):
        catalogue = exchange.ask_catalogue(shop.actor, party=party, since="", day=today, now=timezone.now()).key
    run_jobs()
    number = re.search(r"/prices/files/(\d+)/", shop.client.get("/prices/files/").content.decode())[1]  # type: ignore[index]
    listed = b"".join(shop.client.get(f"/prices/files/{number}/").streaming_content).decode("utf-8-sig")
    with scope(shop.actor):
        sent = files.path(shop.actor, exchanged.catalogue(shop.actor, catalogue).file).read_bytes()
    _head, lines = read_catalogue(parse(sent))
    rows = list(csv.reader(io.StringIO(listed), delimiter=";"))[1:]
    with_tax = party.kind == "person"
    with scope(shop.actor, read_only=True):
        for item in products:
            price = queries.standing_price(shop.actor, item.pk, item.min_quantity, day=today)
            shown = rules.including(price, partial(item.portal.policy.with_tax, rate=item.tax_rate)) if with_tax else price
            told = [(row[6], row[7]) for row in rows if row[1] == item.sku]
            assert told == [(format.decimal_input(tier.quantity), "op aanvraag" if tier.price is None else format.decimal_input(tier.price)) for tier in shown.table], item.sku
            [line] = [line for line in lines if line.id == item.sku]
            assert [step.price for step in line.prices] == [queries.standing_price(shop.actor, item.pk, step.quantity, day=today).net for step in line.prices], item.sku

    # Outside the assortment: by number, by EAN and by unit as unknown as what is not there, and in no file.
    answers = shop.machine.post("/prices:lookup", {"lines": [{"sku": word, "quantity": "1", "unit": unit} for word in (hidden.sku, hidden.ean, "NERGENS-717") for unit in ("", "krat")]}).json()
    assert {(answer["result"], answer["net"], answer["unit"]) for answer in answers} == {("unknown", None, "")}
    assert hidden.sku not in listed and hidden.sku.encode() not in sent and hidden.ean not in listed and hidden.ean.encode() not in sent
    assert {row[1] for row in rows} == {item.sku for item in seen} == {line.id for line in lines}


@pytest.mark.parametrize("who", BUYERS)
def test_every_version_of_a_family_tells_the_same_price(cast: Any, shop_of: Callable[[str], Shop], who: str) -> None:
    """The row that stands for all versions, their table, several at once; the cheapest one is outside the assortment and stands in none."""
    chance, today, shop = random.Random(f"family {who}"), timezone.localdate(), shop_of(who)
    family = FamilyRecord("F-BOUT", "matrixbout", "Matrixbout", "", ("maat", "kleur"))
    kinds = [(f"MXB-{size}-{colour}", size, colour) for size in ("4", "6", "8") for colour in ("blauw", "wit")]
    with scope(cast.system):
        party = Party.objects.get(pk=shop.actor.party_id)
        known = Product.objects.filter(is_active=True).exclude(discount_group="").order_by("sku")[0]
        records = [ProductRecord(f"x-{sku}", sku, "Matrixbout", category=known.category.external_id, discount_group=known.discount_group, list_price=Decimal(chance.randint(100, 900_000)) / 10_000, family=family) for sku, _size, _colour in kinds]
        catalog.apply_products(cast.system, records=records)
        catalog.apply_attributes(cast.system, records=[AttributesRecord(f"x-{sku}", (SaidRecord("maat", "Maat", "number", size, "", "mm"), SaidRecord("kleur", "Kleur", "text", colour))) for sku, size, colour in kinds])
        products = list(Product.objects.filter(sku__in=[sku for sku, _size, _colour in kinds]).order_by("sku"))
        hidden = Product.objects.create(portal_id=party.portal_id, external_id="x-geheim", sku="MXB-GEHEIM", name="Matrixbout", list_price=Decimal("0.02"), tax_rate=21, unit_label="stuk", category=known.category, family=products[0].family, is_active=True)
        for assortment in Assortment.objects.all():
            catalog.add_products(cast.system, assortment=assortment, product_ids=[item.pk for item in products])
        agree(chance, party, products, today)
        PriceFloor.objects.filter(portal_id=party.portal_id).delete()
        PriceListLine.objects.create(portal_id=party.portal_id, price_list=PartyPriceList.objects.filter(party=party).order_by("position")[0].price_list, product=hidden, price=Decimal("0.01"), min_quantity=0)
    with scope(shop.actor, read_only=True):
        policy = Portal.objects.get(pk=party.portal_id).policy
        first = {item.sku: queries.standing_price(shop.actor, item.pk, item.min_quantity, day=today).net for item in products}
    with_tax, rates = party.kind == "person", {item.sku: item.tax_rate for item in products}

    def said(net: Decimal | None, sku: str) -> str:
        return "op aanvraag" if net is None else squeezed(format.money(policy.with_tax(net, rates[sku]) if with_tax else net, "EUR"))

    lowest = min((net, sku) for sku, net in first.items() if net is not None)
    [row] = shop.page("/catalog/", q="matrixbout").xpath("//article[contains(@class, 'product')]")
    assert squeezed(row.xpath("string(.//div[contains(@class, 'price')]/b)")) == f"vanaf {said(*lowest)}" and "6 uitvoeringen" in squeezed(row.text_content())
    cells = {squeezed(small.xpath("string(a)")): squeezed(small.xpath("string(text()[1])")) for small in shop.page(f"/catalog/p/{products[0].sku}/").xpath("//form[@id='versions']//td/small[a]")}
    assert cells == {sku: said(net, sku) for sku, net in first.items()}
    assert {cell.get("data-label"): squeezed(cell.xpath("string(b)")) for cell in shop.page("/catalog/compare/", p=[item.sku for item in products[:4]]).xpath("//td[b]")} == {item.sku: said(first[item.sku], item.sku) for item in products[:4]}

    # Several at once from the table; what is on request cannot be ordered.
    wanted = {sku: Decimal(chance.randint(1, 20)) for sku, net in first.items() if net is not None}
    with scope(shop.actor, read_only=True):
        net = {item.sku: queries.standing_price(shop.actor, item.pk, wanted[item.sku], day=today).net for item in products if item.sku in wanted}
    wanted = {sku: quantity for sku, quantity in wanted.items() if net[sku] is not None}
    done = shop.client.post("/orders/cart/several/", {f"quantity-{sku}": str(quantity) for sku, quantity in wanted.items()})
    assert done.status_code == 302, done.content.decode()
    lines = {sku: (said(net[sku], sku), squeezed(format.money(policy.with_tax(amount, rates[sku]) if with_tax else amount, "EUR"))) for sku, quantity in wanted.items() if (amount := policy.line(quantity, net[sku])) is not None}  # type: ignore[arg-type]
    assert {sku: (price, amount) for sku, price, amount in shop.rows(shop.page("/orders/cart/"))} == lines
    assert {sku: None if line["net"] is None else Decimal(line["net"]) for sku, line in shop.lookup(list(wanted.items())).items()} == {sku: net[sku] for sku in wanted}

    # Outside the assortment: no row, no cell, no page, nothing beside the others and nothing in the cart.
    for path, parameters in (("/catalog/", {"q": "matrixbout"}), (f"/catalog/p/{products[0].sku}/", {}), ("/catalog/compare/", {"p": [products[0].sku, products[1].sku, hidden.sku]})):
        assert hidden.sku not in shop.page(path, **parameters).text_content(), path
    assert shop.client.get(f"/catalog/p/{hidden.sku}/").status_code == 404
    assert shop.client.post("/orders/cart/several/", {f"quantity-{hidden.sku}": "1"}).status_code == 422


@pytest.mark.parametrize("who", BUYERS[:2])
def test_what_was_agreed_for_a_project_counts_for_it_at_every_door(cast: Any, shop_of: Callable[[str], Shop], who: str) -> None:
    """Who belongs to the project, a cart and an order by program that name it pay its price; the company, another project and another company do not."""
    chance, today, shop = random.Random(f"unit {who}"), timezone.localdate(), shop_of(who)
    with scope(shop.actor, read_only=True):
        products = chance.sample(list(Product.objects.filter(is_active=True, list_price__isnull=False).order_by("sku")), PRODUCTS)
        portal = Portal.objects.get(pk=shop.actor.portal_id)
    with scope(cast.system):
        party, stranger = Party.objects.get(pk=shop.actor.party_id), Party.objects.get(pk=getattr(cast, BUYERS[1 - BUYERS.index(who)]).party_id)
        agree(chance, party, products, today)
        site, yard, foreign = (parties.add_unit(cast.system, party=whose, name=name, kind="project") for whose, name in ((party, "Havenblok"), (party, "Werf Noord"), (stranger, "Kade West")))
        for unit in (site, yard, foreign):
            made = Agreement.objects.create(portal_id=party.portal_id, party_id=unit.party_id, number=f"U-{unit.pk}", name=unit.name, unit=unit)
            for product in products:
                AgreementLine.objects.create(portal_id=party.portal_id, party_id=unit.party_id, agreement=made, product=product, min_quantity=0, price=Decimal(chance.randint(1_000_000, 9_000_000)) / 10_000)
    wanted, by_sku, policy = {item.sku: item.min_quantity + item.step_quantity * chance.randint(0, 12) for item in products}, {item.sku: item for item in products}, portal.policy
    lines = [{"sku": sku, "quantity": str(quantity)} for sku, quantity in wanted.items()]

    def truth(unit_id: int | None, least: bool = False) -> dict[str, Decimal | None]:
        with scope(shop.actor, read_only=True):
            return {sku: queries.standing_price(shop.actor, item.pk, max(item.min_quantity, Decimal(1)) if least else wanted[sku], day=today, unit_id=unit_id).net for sku, item in by_sku.items()}

    whole, inside, beside = truth(None), truth(site.pk), truth(yard.pk)
    assert None not in inside.values() and all(len({whole[sku], inside[sku], beside[sku]}) == 3 for sku in wanted), "the prices tell the doors apart"

    def figures(nets: dict[str, Decimal | None]) -> dict[str, tuple[str, str]]:
        return {sku: (squeezed(format.money(net, "EUR")), squeezed(format.money(policy.line(wanted[sku], net), "EUR"))) for sku, net in nets.items() if net is not None}

    def looked_up() -> dict[str, Decimal | None]:
        return {sku: None if line["net"] is None else Decimal(line["net"]) for sku, line in shop.lookup(list(wanted.items())).items()}

    # Who stands for the company: its own prices, until the cart or the order names a project; one of another company is nobody's.
    assert looked_up() == whole
    for sku, quantity in wanted.items():
        if whole[sku] is not None:
            assert shop.client.post("/orders/cart/add/", {"product": sku, "quantity": format.quantity(quantity).replace(".", "")}).status_code in (200, 302), sku
    assert {sku: (price, amount) for sku, price, amount in shop.rows(shop.page("/orders/cart/"))} == figures(whole)
    ordered = {sku: net for sku, net in inside.items() if whole[sku] is not None}
    for unit, nets in ((site, ordered), (yard, {sku: beside[sku] for sku in ordered})):
        assert shop.client.post("/orders/cart/for/", {"unit": unit.pk}).status_code == 302
        assert {sku: (price, amount) for sku, price, amount in shop.rows(shop.page("/orders/cart/"))} == figures(nets)
        review = squeezed(shop.page("/orders/cart/review/").text_content())
        assert all(figure in review for told in figures(nets).values() for figure in told)
    assert shop.client.post("/orders/cart/for/", {"unit": foreign.pk}).status_code in (404, 422)
    for unit, nets in ((site, inside), (yard, beside)):
        assert {line["sku"]: Decimal(line["price"]) for line in shop.machine.post("/orders:validate", {"lines": lines, "for_unit": unit.pk}).json()["lines"]} == nets
    assert shop.machine.post("/orders:validate", {"lines": lines, "for_unit": foreign.pk}).json()["problems"]
    made = shop.machine.post("/orders", {"lines": lines, "for_unit": site.pk}, idempotency_key=f"unit-{who}").json()
    assert {line["sku"]: Decimal(line["price"]) for line in made["lines"] if line["free_of"] is None} == inside and made["for_unit"]["id"] == site.pk
    paper = " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(shop.client.get(f"/orders/{made['number']}/pdf/").content)).pages)
    own = squeezed(shop.page(f"/orders/{made['number']}/").text_content())
    assert all(figure in squeezed(paper) and figure in own for told in figures(inside).values() for figure in told)

    # Who belongs to the project has its prices from the list on.
    with scope(cast.system):
        assert Membership.objects.filter(user_id=shop.actor.user_id, party=party).update(unit=site) == 1
    first = truth(site.pk, least=True)
    assert looked_up() == inside
    for sku in wanted:
        listed = [article for article in shop.page("/catalog/", q=sku).xpath("//article[contains(@class, 'product')]") if article.xpath(f".//small[starts-with(., '{sku},')]")]
        shown = [squeezed(article.xpath("string(.//div[contains(@class, 'price')]/b)")) for article in listed]
        assert shown == [squeezed(shop.page(f"/catalog/p/{sku}/").xpath("string(//*[contains(@class, 'figure')][1])"))] == [squeezed(format.money(first[sku], "EUR"))], sku
