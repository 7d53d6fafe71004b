"""The catalogue of the cast: forty products of Van Dijk and a dozen of Brand; with size "demo" four thousand more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.accounts.seeds import portal_ids
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import actions
from portiek.trade.catalog.demo_attributes import attributes
from portiek.trade.catalog.demo_pictures import show_pictures
from portiek.trade.catalog.demo_range import CATEGORIES, generated
from portiek.trade.catalog.models import Assortment, Product
from portiek.trade.catalog.records import CategoryRecord, ProductRecord, StockRecord, UnitRecord

# code, name, English name, category, unit, discount group, list price, smallest order and step, stock (None: not known; "0+days": expected)
VANDIJK = [
    ("GP-125-2600", "Gipsplaat AK 12,5 mm, 1200 × 2600", "Plasterboard AK 12.5 mm, 1200 × 2600", "afbouw", "stuk", "GIPS", "9.25", "1", "1240", 980),
    ("GP-125-3000", "Gipsplaat AK 12,5 mm, 1200 × 3000", "Plasterboard AK 12.5 mm, 1200 × 3000", "afbouw", "stuk", "GIPS", "10.70", "1", "320", 610),
    ("GPB-15-2600", "Gipsplaat brandwerend 15 mm, 1200 × 2600", "Fire-resistant plasterboard 15 mm", "afbouw", "stuk", "GIPS", "14.85", "1", "0+11", 540),
    ("GPI-125-2600", "Gipsplaat geïmpregneerd 12,5 mm", "Moisture-resistant plasterboard 12.5 mm", "afbouw", "stuk", "GIPS", "12.95", "1", "410", 500),
    ("MS-C75-26", "Metal stud C-profiel 75 mm, 2600", "Metal stud C 75 mm, 2600", "profielen", "stuk", "STAAL", "5.60", "12", "380", 940),
    ("MS-U75-30", "Metal stud U-profiel 75 mm, 3000", "Metal stud U 75 mm, 3000", "profielen", "stuk", "STAAL", "5.10", "12", "288", 720),
    ("MS-C50-26", "Metal stud C-profiel 50 mm, 2600", "Metal stud C 50 mm, 2600", "profielen", "stuk", "STAAL", "4.55", "12", "516", 430),
    ("GW-75-81", "Glaswol 75 mm, rol 8,1 m²", "Glass wool 75 mm, roll 8.1 m²", "isolatie", "rol", "ISO", "41.50", "1", "12+3x200", 900),
    ("GW-45-135", "Glaswol 45 mm, rol 13,5 m²", "Glass wool 45 mm, roll 13.5 m²", "isolatie", "rol", "ISO", "38.20", "1", "64", 460),
    ("SW-100-48", "Steenwolplaat 100 mm, pak 4,8 m²", "Stone wool board 100 mm, pack 4.8 m²", "isolatie", "pak", "ISO", "36.90", "1", "90", 420),
    ("PIR-80-26", "PIR-isolatieplaat 80 mm, 1200 × 2600", "PIR board 80 mm, 1200 × 2600", "isolatie", "stuk", "ISO", "58.40", "1", "44", 520),
    ("EPS-60-10", "EPS-isolatieplaat 60 mm, pak 4 m²", "EPS board 60 mm, pack 4 m²", "isolatie", "pak", "ISO", "19.75", "1", "130", 310),
    ("SS-3535", "Snelbouwschroef 3,5 × 35, 1000 st.", "Drywall screw 3.5 × 35, 1000 pcs", "bevestiging", "doos", "BEV", "13.20", "1", "0+10", 860),
    ("SS-3525", "Snelbouwschroef 3,5 × 25, 1000 st.", "Drywall screw 3.5 × 25, 1000 pcs", "bevestiging", "doos", "BEV", "11.80", "1", "212", 640),
    ("SP-4540", "Spaanplaatschroef 4,5 × 40, 500 st.", "Chipboard screw 4.5 × 40, 500 pcs", "bevestiging", "doos", "BEV", "14.60", "1", "96", 380),
    ("KP-860", "Keilbout M8 × 60, 50 st.", "Wedge anchor M8 × 60, 50 pcs", "bevestiging", "doos", "BEV", "22.40", "1", "40", 210),
    ("PU-750", "PUR-schuim 750 ml", "PU foam 750 ml", "bevestiging", "bus", "CHEM", "7.95", "12", "600", 830),
    ("MK-310-W", "Montagekit wit 310 ml", "Mounting adhesive white 310 ml", "bevestiging", "koker", "CHEM", "6.40", "12", "384", 700),
    ("SK-310-T", "Sanitairkit transparant 310 ml", "Sanitary sealant clear 310 ml", "bevestiging", "koker", "CHEM", "7.10", "12", "240", 450),
    ("VV-25", "Voegenvuller 25 kg", "Joint filler 25 kg", "afbouw", "zak", "GIPS", "21.30", "1", "160", 590),
    ("GB-50", "Gaasband 48 mm, rol 50 m", "Joint tape 48 mm, roll 50 m", "afbouw", "rol", "GIPS", "4.15", "1", "300", 470),
    ("HP-20", "Hoekprofiel aluminium 2600", "Corner bead aluminium 2600", "profielen", "stuk", "STAAL", "3.85", "10", "450", 330),
    ("VH-44-69", "Vurenhout geschaafd 44 × 69, 3000", "Planed spruce 44 × 69, 3000", "hout", "stuk", "HOUT", "8.90", "1", "520", 760),
    ("VH-38-89", "Vurenhout SLS 38 × 89, 3000", "Spruce SLS 38 × 89, 3000", "hout", "stuk", "HOUT", "7.85", "1", "640", 780),
    ("VH-50-150", "Vurenhout balk C24 50 × 150, 4500", "Spruce beam C24 50 × 150, 4500", "hout", "stuk", "HOUT", "24.60", "1", "84", 400),
    ("MP-18", "Multiplex okoumé 18 mm, 1220 × 2440", "Okoumé plywood 18 mm, 1220 × 2440", "hout", "plaat", "HOUT", "74.50", "1", "58", 490),
    ("OSB-18", "OSB-3 plaat 18 mm, 1220 × 2440", "OSB-3 board 18 mm, 1220 × 2440", "hout", "plaat", "HOUT", "27.90", "1", "140", 680),
    ("UW-12", "Underlayment 18 mm, 1220 × 2440", "Underlayment 18 mm, 1220 × 2440", "hout", "plaat", "HOUT", "44.20", "1", "0+18", 350),
    ("KZ-9016", "Kozijnprofiel kunststof wit 70 mm, 6000", "uPVC window profile white 70 mm, 6000", "kozijnen", "stuk", "KOZIJN", "62.00", "1", "36", 240),
    (
        "KZ-RAL7016",
        "Kozijnprofiel kunststof antraciet 70 mm, 6000",
        "uPVC window profile anthracite 70 mm",
        "kozijnen",
        "stuk",
        "KOZIJN",
        "71.50",
        "1",
        "22",
        230,
    ),
    ("HR-1000", "HR++ glas 1000 × 1200", "Double glazing HR++ 1000 × 1200", "kozijnen", "stuk", "KOZIJN", "118.00", "1", None, 220),
    ("BD-830", "Binnendeur opdek wit 830 × 2115", "Interior door white 830 × 2115", "kozijnen", "stuk", "KOZIJN", "64.90", "1", "28", 360),
    ("MS-M5", "Metselmortel M5, zak 25 kg", "Masonry mortar M5, bag 25 kg", "ruwbouw", "zak", "MORTEL", "5.95", "1", "840", 650),
    ("CB-C2025", "Betonmortel C20/25, zak 25 kg", "Concrete mix C20/25, bag 25 kg", "ruwbouw", "zak", "MORTEL", "6.35", "1", "760", 630),
    ("KZB-10", "Kalkzandsteen lijmblok 100 mm", "Sand-lime block 100 mm", "ruwbouw", "stuk", "STEEN", "2.18", "48", "4800", 370),
    ("BS-WF-R", "Baksteen waalformaat rood", "Facing brick red", "ruwbouw", "stuk", "STEEN", "0.4350", "520", "31200", 410),
    ("TV-6060-G", "Terrastegel beton grijs 60 × 60", "Paving slab grey 60 × 60", "tuin", "stuk", "TUIN", "12.80", "1", "190", 280),
    ("ZS-25", "Straatzand, bigbag 1 m³", "Paving sand, big bag 1 m³", "tuin", "bigbag", "TUIN", "48.00", "1", "20", 260),
    ("WH-60", "Werkhandschoen maat 10", "Work glove size 10", "gereedschap", "paar", "PBM", "3.95", "1", "480", 320),
    ("STK-5M", "Rolbandmaat 5 m", "Tape measure 5 m", "gereedschap", "stuk", "PBM", "8.95", "1", "75", 180),
]
BRAND = [
    ("BT-KB-15", "Koperen buis 15 mm, lengte 5 m", "Copper pipe 15 mm, 5 m", "leidingen", "stuk", "KOPER", "28.40", "1", "140", 300),
    ("BT-KB-22", "Koperen buis 22 mm, lengte 5 m", "Copper pipe 22 mm, 5 m", "leidingen", "stuk", "KOPER", "42.10", "1", "90", 280),
    ("BT-PF-15", "Persfitting knie 15 mm", "Press elbow 15 mm", "leidingen", "stuk", "KOPER", "3.15", "10", "700", 260),
    ("BT-ML-16", "Meerlagenbuis 16 mm, rol 100 m", "Multilayer pipe 16 mm, roll 100 m", "leidingen", "rol", "KUNST", "138.00", "1", "24", 220),
    ("BT-VP-35", "Warmtepomp lucht-water 3,5 kW", "Air-water heat pump 3.5 kW", "verwarming", "stuk", "WARMTE", "2890.00", "1", "0+21", 200),
    ("BT-RD-22", "Paneelradiator type 22, 600 × 1000", "Panel radiator type 22, 600 × 1000", "verwarming", "stuk", "WARMTE", "189.00", "1", "31", 180),
    ("BT-TK-01", "Thermostaatkraan haaks ½ inch", "Thermostatic valve angled ½ inch", "verwarming", "stuk", "WARMTE", "24.50", "1", "88", 160),
    ("BT-XMVK", "Installatiekabel XMvK 3 × 2,5, rol 100 m", "Installation cable XMvK 3 × 2.5, 100 m", "elektra", "rol", "KABEL", "96.00", "1", "46", 250),
    ("BT-GK-12", "Groepenkast 12 groepen", "Consumer unit 12 circuits", "elektra", "stuk", "KABEL", "412.00", "1", "9", 140),
    ("BT-WCD-W", "Wandcontactdoos wit", "Wall socket white", "elektra", "stuk", "KABEL", "6.85", "10", "520", 240),
    ("SS-3535", "Snelbouwschroef Brand 3,5 × 35, 200 st.", "Brand drywall screw 3.5 × 35, 200 pcs", "elektra", "doos", "KABEL", "4.90", "1", "60", 100),
    ("BT-SH-20", "Zadelbeugel 20 mm, 100 st.", "Saddle clip 20 mm, 100 pcs", "elektra", "doos", "KABEL", "9.40", "1", "150", 120),
]
# By number: other units as (code, name, English name, how much, EAN's own figures).
UNITS = {
    "GP-125-2600": [("XPX", "pallet", "pallet", "50")],
    "MK-310-W": [("XBX", "doos", "box", "12"), ("XPX", "pallet", "pallet", "576")],
    "PU-750": [("XBX", "doos", "box", "12")],
    "BS-WF-R": [("XPX", "pallet", "pallet", "520")],
    "BT-WCD-W": [("XBX", "doos", "box", "10")],
}
# How much of it at most in one order.
MOST = {"ZS-25": "10"}
# What Els and De Vries do not see: each lacks what the other's trade is about.
HIDDEN_FROM_PERSONS = {"KZ-9016", "KZ-RAL7016", "HR-1000", "KP-860", "BS-WF-R", "VH-50-150"}
DEALER_RANGE = {"kozijnen", "hout", "bevestiging"}


# What customers looked for and did not find: the words, how often, how many days ago.
FRUITLESS = [("bouwdroger", 9, 2), ("bouwdroger", 6, 11), ("stucloper 65 cm", 7, 1), ("dakkapel", 5, 6), ("kozijn op maat", 4, 3), ("leemstuc", 2, 20), ("gipsplat groen", 2, 5)]
# Who keeps a search: name, words, how often he hears of what is new.
SAVED = [("sanne", "Gips voor de wanden", "gips", "weekly"), ("dirk", "Kozijnen", "kozijn", "daily"), ("nadia2", "Koper", "koper", "never")]
# Words by which customers know the same things.
SYNONYMS = [("gipsplaat", "gipskartonplaat", "rigips", "gyproc"), ("schroef", "vijs"), ("glaswol", "isolatiedeken"), ("pur", "montageschuim"), ("keilbout", "doorsteekanker"), ("kozijn", "raamwerk"), ("multiplex", "plywood", "triplex")]


def seed(size: str) -> None:
    """Make categories, products, stock and assortments of both portals."""
    ids = portal_ids()
    _portal(Actor.system(ids["vandijk"]), "vandijk", VANDIJK, size)
    _portal(Actor.system(ids["brand"]), "brand", BRAND, size)
    for who, name, words, often in SAVED:
        actor = getattr(Cast(), who)
        with scope(actor):
            actions.save_search(actor, name=name, words=words, category=None, narrowed=[], stocked=False, often=often, now=timezone.now())


def _portal(actor: Actor, slug: str, rows: Sequence[tuple[Any, ...]], size: str) -> None:
    now = timezone.now()
    with scope(actor):
        wide = actions.create_assortment(actor, code="alles", name="Volledig assortiment", holds_all=True)
        actions.apply_categories(
            actor,
            records=[
                CategoryRecord(code, code, name, english, position=place)
                for place, (code, name, english, _icon, portal) in enumerate(CATEGORIES)
                if portal == slug
            ],
            as_of=now,
        )
        actions.set_category_icons(actor, icons={code: icon for code, _name, _english, icon, portal in CATEGORIES if portal == slug})
        for terms in SYNONYMS if slug == "vandijk" else ():
            actions.make_synonym(actor, terms=terms)
        for words, times, days in FRUITLESS if slug == "vandijk" else ():
            actions.count_fruitless(actor, words=words, day=timezone.localdate() - timedelta(days=days), times=times)
        products, stock, popularity = (
            [_product(row) for row in rows],
            [item for row in rows for item in _stock(row)],
            {str(row[0]): int(str(row[9])) for row in rows},
        )
        if size == "demo" and slug == "vandijk":
            more = generated(4000 - len(rows))
            products += [item for item, _stocked, _popular in more]
            stock += [item for _product, item, _popular in more if item is not None]
            popularity |= {item.sku: popular for item, _stocked, popular in more}
        actions.apply_products(actor, records=products, as_of=now)
        actions.apply_stock(actor, records=stock, as_of=now)
        if slug == "vandijk":
            actions.apply_attributes(actor, records=attributes(products, branded=size == "demo"), as_of=now)
            actions.make_attribute(actor, code="kant", name="Lange zijde", name_en="Long edge", kind="text", position=200, narrows=False)
            actions.make_attribute(actor, code="brandklasse", name="Brandklasse", name_en="Reaction to fire", kind="text", position=150)
            actions.make_attribute(actor, code="temperatuur", name="Verwerkingstemperatuur", name_en="Application temperature", kind="range", unit="°C", position=160, narrows=False)
        found = dict(Product.objects.values_list("sku", "pk"))
        actions.apply_popularity(actor, figures={found[sku]: figure for sku, figure in popularity.items()})
        plate = Product.objects.filter(sku="GP-125-2600").first()
        if plate:
            actions.describe_product(
                actor,
                product=plate,
                summary="Gipskartonplaat voor wanden en plafonds in droge ruimten. De lange zijden zijn afgeschuind, zodat voegen vlak worden afgewerkt.",
                specs=[("Lange zijde", "afgeschuind (AK)"), ("Brandklasse", "A2-s1, d0")] if slug == "vandijk" else None,
            )
        for sku, most in MOST.items():
            if product := Product.objects.filter(sku=sku).first():
                actions.set_units(actor, product=product, units=[], max_quantity=Decimal(most), own_lead_days=None)
        if size == "demo" and slug == "vandijk":
            for place, product in enumerate(Product.objects.filter(sku__in=[item.sku for item, stocked, _popular in more if stocked is None or stocked.available <= 0]).order_by("pk")[:400]):
                Product.objects.filter(pk=product.pk).update(**{"own_lead_days" if place % 4 else "lead_days": (3, 5, 10, 15)[place % 4]})
        if slug == "vandijk":
            _related(actor)
            profile = actions.make_family(actor, code="kozijnprofiel-70", name="Kozijnprofiel kunststof 70 mm, 6000", name_en="uPVC window profile 70 mm, 6000", axes=["Kleur"])
            actions.set_members(actor, family=profile, skus=["KZ-9016", "KZ-RAL7016"])
        show_pictures(actor)
        _given(actor, slug, wide)
        actions.count_assortments(actor)


def _related(actor: Actor) -> None:
    """One product that is no longer sold and what came in its place; what may be taken instead, and what goes along."""
    actions.apply_products(actor, records=[ProductRecord("GP-95-2600", "GP-95-2600", "Gipsplaat AK 9,5 mm, 1200 × 2600", "Plasterboard AK 9.5 mm, 1200 × 2600", category="afbouw", list_price=Decimal("8.10"), discount_group="GIPS", active=False)])
    found = {item.sku: item for item in Product.objects.filter(sku__in=["GP-95-2600", "GP-125-2600"])}
    for sku, kind, others in [("GP-95-2600", "successor", ["GP-125-2600"]), ("GP-125-2600", "alternative", ["GPI-125-2600", "GPB-15-2600"]), ("GP-125-2600", "accessory", ["SS-3525", "VV-25", "GB-50"])]:
        actions.relate_products(actor, product=found[sku], kind=kind, skus=others)


def _given(actor: Actor, slug: str, wide: Assortment) -> None:
    parties = {party.number: party for party in Party.objects.exclude(kind="supplier")}
    if slug == "brand":
        for party in parties.values():
            actions.give_assortments(actor, party=party, assortments=[wide])
        return
    persons = actions.create_assortment(actor, code="particulier", name="Particulier")
    actions.add_products(actor, assortment=persons, product_ids=Product.objects.exclude(sku__in=HIDDEN_FROM_PERSONS).values_list("pk", flat=True))
    dealers = actions.create_assortment(actor, code="kozijnen", name="Kozijnen en hout")
    actions.add_products(actor, assortment=dealers, product_ids=Product.objects.filter(category__code__in=DEALER_RANGE).values_list("pk", flat=True))
    for number, party in parties.items():
        given = {"30005": persons, "10077": dealers}.get(number) or (persons if party.kind == "person" else wide)
        actions.give_assortments(actor, party=party, assortments=[given])
    bakker = parties["10042"]
    plate = Product.objects.get(sku="GP-125-2600")
    # The party itself would do this; the seeds act as the portal, so the row is made by an import of its numbers.
    actions.import_own_numbers(actor, party=bakker, numbers={plate.pk: "BB-1001"})


def _product(row: tuple[Any, ...]) -> ProductRecord:
    sku, name, english, category, unit, group, price, least, _stock, _popular = row
    return ProductRecord(
        external_id=str(sku),
        sku=str(sku),
        name=str(name),
        name_en=str(english),
        category=category,
        unit_label=str(unit),
        ean=_ean(str(sku)),
        min_quantity=Decimal(str(least)),
        step_quantity=Decimal(str(least)),
        list_price=Decimal(str(price)),
        discount_group=str(group),
        units=tuple(UnitRecord(code, label, Decimal(factor), english, _ean(f"{sku}{code}")) for code, label, english, factor in UNITS[str(sku)]) if sku in UNITS else None,
    )


def _stock(row: tuple[Any, ...]) -> list[StockRecord]:
    sku, text = str(row[0]), row[8]
    if text is None:
        return []
    there, _plus, coming = str(text).partition("+")
    days, _times, much = coming.partition("x")
    return [
        StockRecord(
            external_id=f"{sku}-ZW",
            product=sku,
            warehouse="ZW",
            warehouse_name="Zwolle",
            on_hand=Decimal(there),
            available=Decimal(there),
            expected_at=timezone.localdate() + timedelta(days=int(days)) if days else None,
            expected_quantity=Decimal(much or 100) if days else None,
        )
    ]


def _ean(sku: str) -> str:
    """Return a stable EAN-13 in the range for use inside a company (prefix 2), with its check digit."""
    body = "2" + f"{int.from_bytes(sku.encode(), 'big') % 10**11:011d}"
    return body + str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10)
