"""Prices of the cast: lists with tiers, an agreement of Bakker and a group that he is in, a discount of De Vries; with size "demo" a price for most products."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.accounts.seeds import portal_ids
from portiek.foundation.imports.actions import bring_in
from portiek.foundation.imports.kinds import kind
from portiek.foundation.parties.models import Party, Unit
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import actions
from portiek.trade.pricing.models import CustomerGroup, PriceList, Tiers
from portiek.trade.pricing.records import PriceLineRecord, PriceListRecord

# sku: (price, then quantity and price of each tier)
DEALER = {
    "GP-125-2600": ("7.22", ("50", "6.79"), ("200", "6.55")),
    "GP-125-3000": ("8.35", ("50", "7.90")),
    "GPI-125-2600": ("10.10",),
    "MS-C75-26": ("4.37", ("48", "4.12")),
    "MS-U75-30": ("3.98",),
    "GW-75-81": ("33.60", ("8", "31.90")),
    "SW-100-48": ("29.50", ("10", "27.90")),
    "SS-3535": ("9.75",),
    "SS-3525": ("8.90",),
    "PU-750": ("6.20", ("120", "5.85")),
    "KZ-9016": ("46.50", ("20", "43.90")),
    "KZ-RAL7016": ("53.60",),
    "BD-830": ("49.90",),
    "OSB-18": ("22.40", ("50", "20.90")),
    "MP-18": ("59.60",),
}
BUILDER = {
    "VH-38-89": ("6.45", ("100", "5.98")),
    "VH-44-69": ("7.30",),
    "MS-M5": ("4.95", ("40", "4.60")),
    "CB-C2025": ("5.25", ("40", "4.95")),
    "PIR-80-26": ("47.50",),
    "PU-750": ("6.35",),
}
# Tiers of which each has its own price.
TIMBER = {"UW-12": ("43.10", ("10", "40.90"), ("30", "38.50")), "VH-50-150": ("23.80", ("20", "22.40"), ("60", "20.95"))}
INSTALLER = {"BT-KB-15": ("22.90", ("20", "21.40")), "BT-VP-35": ("2450.00",), "SS-3535": ("3.80",)}
# What Peter brought in for next year, with a row of each kind that is refused.
SHEET = """Klantnummer;Prijsafspraak;Naam van de afspraak;Artikelnummer;Kortingsgroep;Vanaf aantal;Prijs per eenheid;Korting;Vanaf;Tot en met
10042;J-{year}-01;Jaarafspraak {year};GP-125-2600;;;6,35;;1-1-{year};31-12-{year}
10042;J-{year}-01;Jaarafspraak {year};GP-125-2600;;200;6,10;;1-1-{year};31-12-{year}
10042;J-{year}-01;Jaarafspraak {year};;CHEM;;;12,5;1-1-{year};31-12-{year}
10077;J-{year}-02;Kozijnen {year};KZ-9016;;;44,90;;1-1-{year};31-12-{year}
10077;J-{year}-02;Kozijnen {year};KZ-RAL7016;;;51,75;;1-1-{year};30-6-{year}
10999;J-{year}-03;Proefafspraak;MS-M5;;;4,60;;1-1-{year};
10077;J-{year}-02;Kozijnen {year};KZ-7016;;;51,75;;1-1-{year};31-12-{year}
"""


def seed(size: str) -> None:
    """Make lists, assignments, agreements and discounts of both portals; in the demo a spreadsheet of customer prices waits for Peter."""
    ids, year = portal_ids(), timezone.localdate().year
    _vandijk(Actor.system(ids["vandijk"]), size, year)
    if size == "demo":
        peter, text = Cast().peter, SHEET.replace("{year}", str(year + 1)).encode()
        with scope(peter):
            bring_in(peter, kind=kind("agreements"), party=None, name=f"klantprijzen {year + 1}.csv", content=io.BytesIO(text), size=len(text))
    brand = Actor.system(ids["brand"])
    with scope(brand):
        actions.apply_price_lists(
            brand, records=[PriceListRecord("INST-2026", "INST-2026", "Installateurs 2026", lines=_lines(INSTALLER, year))], as_of=timezone.now()
        )
        actions.assign_price_list(brand, party=Party.objects.get(number="50001"), price_list=PriceList.objects.get(code="INST-2026"), position=1)


def _vandijk(actor: Actor, size: str, year: int) -> None:
    with scope(actor):
        dealer, builder = _lines(DEALER, year), _lines(BUILDER, year)
        if size == "demo":
            dealer += _more(set(DEALER) | set(BUILDER))
        # A price that is known but does not count yet.
        builder += (PriceLineRecord("VH-38-89", Decimal(1), Decimal("6.70"), date(year + 1, 1, 1), None, "Nieuwe prijs"),)
        if size == "demo":
            dealer, builder = dealer + _next_year(DEALER, year + 1), builder + _next_year({sku: steps for sku, steps in BUILDER.items() if sku != "VH-38-89"}, year + 1)
        actions.apply_price_lists(
            actor,
            as_of=timezone.now(),
            records=[
                PriceListRecord("DEALER-2026", "DEALER-2026", "Dealerprijslijst 2026", lines=dealer),
                PriceListRecord("AANNEMER-2026", "AANNEMER-2026", "Aannemers 2026", lines=builder, fallback="DEALER-2026"),
            ],
        )
        lists = {item.code: item for item in PriceList.objects.all()}
        for party in Party.objects.filter(kind__in=("customer", "dealer")):
            actions.assign_price_list(actor, party=party, price_list=lists["DEALER-2026" if party.kind == "dealer" else "AANNEMER-2026"], position=1)
        timber = actions.create_price_list(actor, code="HOUT-2026", name="Balken en platen 2026", tiers=Tiers.INCREMENTAL)
        sold = {item.sku: item for item in Product.objects.filter(sku__in=TIMBER)}
        for line in _lines(TIMBER, year):
            actions.put_list_line(actor, price_list=timber, product=sold[line.product], min_quantity=line.min_quantity, price=line.price, valid_from=line.valid_from, values={"valid_until": line.valid_until})
        bakker, devries = Party.objects.get(number="10042"), Party.objects.get(number="10077")
        actions.assign_price_list(actor, party=bakker, price_list=timber, position=2)
        products = {item.sku: item for item in Product.objects.filter(sku__in=("GP-125-2600", "VV-25", "TV-6060-G"))}
        park = actions.create_agreement(
            actor,
            party=bakker,
            number="A-2026-118",
            name="Projectafspraak Parkweg 12",
            valid_until=date(year, 12, 31),
            note="Voor 42 appartementen. Leveren op afroep, aan Parkweg 12 in Zwolle.",
        )
        actions.add_agreement_line(actor, agreement=park, product=products["GP-125-2600"], price=Decimal("6.48"), agreed=Decimal(600))
        actions.add_agreement_line(actor, agreement=park, product=products["VV-25"], price=Decimal("17.90"), min_quantity=Decimal(10), agreed=Decimal(40))
        actions.add_agreement_line(actor, agreement=park, discount_group="TUIN", percent=Decimal("12.5"))
        site = actions.create_agreement(actor, party=bakker, number="P-2604", name="Havenkwartier, afbouw", unit=Unit.objects.get(party=bakker, name="Nieuwbouw Havenkwartier"), note="Alleen voor wat op de bouwplaats in Kampen komt.")
        for sku, price in (("GP-125-3000", "7.45"), ("GW-75-81", "31.25")):
            actions.add_agreement_line(actor, agreement=site, product=Product.objects.get(sku=sku), price=Decimal(price))
        _group(actor, bakker, year)
        actions.add_surcharge(actor, name="Brandstoftoeslag", product=Product.objects.get(sku="ZS-25"), discount_group="", percent=None, amount=Decimal("1.25"), valid_from=date(year, 1, 1), valid_until=date(year + 1, 3, 31))
        if size == "demo":
            actions.add_surcharge(actor, name="Staaltoeslag", product=None, discount_group="STAAL", percent=Decimal("2.5"), amount=None, valid_from=date(year, 1, 1), valid_until=date(year + 1, 3, 31))
        _floors(actor, size)
        _free(actor, size, year)
        _dollars(actor, size, year)
        actions.set_discount(actor, party=bakker, discount_group="PBM", percent=Decimal(15))
        actions.set_discount(actor, party=bakker, discount_group="CHEM", percent=Decimal(10))
        actions.set_discount(actor, party=devries, discount_group="KOZIJN", percent=Decimal(25))


def _floors(actor: Actor, size: str) -> None:
    """Keep minimum prices: of an article, of chemicals, and in the demo one that raises what De Vries would pay for windows."""
    products = {item.sku: item for item in Product.objects.filter(sku__in=("GP-125-2600", "MK-310-W", "PU-750", "KZ-RAL7016"))}
    actions.add_floor(actor, product=products["GP-125-2600"], discount_group="", amount=None, percent=Decimal(10), cost=Decimal("5.42"))
    actions.add_floor(actor, product=None, discount_group="CHEM", amount=None, percent=Decimal("12.5"), agreements_below=True)
    for sku, cost in (("MK-310-W", "4.10"), ("PU-750", "4.85")):
        actions.set_cost(actor, product=products[sku], cost=Decimal(cost))
    if size == "demo":
        actions.add_floor(actor, product=products["KZ-RAL7016"], discount_group="", amount=Decimal("54.50"), percent=None)


def _free(actor: Actor, size: str, year: int) -> None:
    """Give something free of charge: to everybody with an article, and in the demo to the members of an association of buyers with another."""
    products = {item.sku: item for item in Product.objects.filter(sku__in=("SK-310-T", "PU-750"))}
    actions.add_free_goods(actor, name="Najaarsactie kit", product=products["SK-310-T"], buy=Decimal(24), give=products["SK-310-T"].step_quantity, valid_until=date(year + 1, 1, 31))
    if size == "demo":
        actions.add_free_goods(actor, name="Ledenactie Bouwgroep IJssel", product=products["PU-750"], buy=Decimal(60), give=products["PU-750"].step_quantity, group=CustomerGroup.objects.get(code="BOUW-IJSSEL"), valid_until=date(year, 12, 31))


def _dollars(actor: Actor, size: str, year: int) -> None:
    """Keep the rate of the dollar, and in the demo a list of imported goods in it."""
    actions.set_rate(actor, currency="USD", rate=Decimal("0.92"), valid_from=date(year, 1, 1), source=f"ECB, 2 januari {year}")
    if size == "demo":
        imported = actions.create_price_list(actor, code="IMPORT-USD", name="Import gereedschap", currency="USD")
        actions.put_list_line(actor, price_list=imported, product=Product.objects.get(sku="MS-M5"), min_quantity=Decimal(0), price=Decimal("4.95"), valid_from=None, values={})


def _group(actor: Actor, bakker: Party, year: int) -> None:
    """Put Bakker and some others in an association of buyers with a list, an agreement and a discount of its own."""
    group = actions.create_group(actor, code="BOUW-IJSSEL", name="Bouwgroep IJssel")
    for party in [bakker, *Party.objects.filter(kind=Party.Kind.CUSTOMER, number__gte="10100").order_by("number")[:6]]:
        actions.add_member(actor, group=group, party=party)
    actions.assign_group_list(actor, group=group, price_list=actions.create_price_list(actor, code="IJSSEL-2026", name="Bouwgroep IJssel 2026"), position=1)
    sold = {item.sku: item for item in Product.objects.filter(sku__in=("GW-45-135", "EPS-60-10", "GB-50"))}
    for sku, price in (("GW-45-135", "34.90"), ("EPS-60-10", "17.95")):
        actions.put_list_line(actor, price_list=PriceList.objects.get(code="IJSSEL-2026"), product=sold[sku], min_quantity=Decimal(1), price=Decimal(price), valid_from=None, values={})
    agreed = actions.create_group_agreement(actor, group=group, number="IJ-2026", name="Jaarafspraak 2026", valid_until=date(year, 12, 31), note="Voor alle leden van Bouwgroep IJssel.")
    for least, price in (("0", "3.75"), ("20", "3.55")):
        actions.add_group_line(actor, agreement=agreed, product=sold["GB-50"], discount_group="", min_quantity=Decimal(least), price=Decimal(price), percent=None)
    actions.set_group_discount(actor, group=group, discount_group="BEV", percent=Decimal("7.5"))


def _lines(prices: Mapping[str, tuple[str | tuple[str, str], ...]], year: int) -> tuple[PriceLineRecord, ...]:
    """Return the lines of a list: a price from one on, and each tier."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    made = []
    for sku, steps in prices.items():
        for step in steps:
            quantity, price = step if isinstance(step, tuple) else ("1", step)
            made.append(PriceLineRecord(sku, Decimal(quantity), Decimal(price), first, last))
    return tuple(made)


def _next_year(prices: Mapping[str, tuple[str | tuple[str, str], ...]], year: int) -> tuple[PriceLineRecord, ...]:
    """Return the same lines for the year after: most a little dearer, every fourth cheaper."""
    cent = Decimal("0.01")
    made = []
    for index, line in enumerate(_lines(prices, year)):
        factor = Decimal("0.97") if index % 4 == 3 else Decimal("1.02") + Decimal(index % 3) / 100
        made.append(replace(line, price=(line.price * factor).quantize(cent) if line.price is not None else None))
    return tuple(made)


def _more(known: set[str]) -> tuple[PriceLineRecord, ...]:
    """Return a dealer price for four of five products, with a tier for every other one."""
    made = []
    cent = Decimal("0.01")
    for index, (sku, price, least) in enumerate(Product.objects.order_by("pk").values_list("sku", "list_price", "min_quantity")):
        if sku in known or price is None or index % 5 == 4:
            continue
        net = (price * Decimal(100 - 12 - index % 14) / 100).quantize(cent)
        made.append(PriceLineRecord(sku, Decimal(1), net))
        if index % 2:
            made.append(PriceLineRecord(sku, least * 10 if least > 1 else Decimal(25), (net * Decimal("0.94")).quantize(cent)))
    return tuple(made)
