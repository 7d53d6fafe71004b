"""A builders' merchant's range for the demo: kinds of product times their sizes. Deterministic; the names are made up but believable."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from itertools import product as combined

from portiek.trade.catalog.records import FamilyRecord, ProductRecord, StockRecord

# code, name, English name, icon, portal
CATEGORIES = [
    ("afbouw", "Gips en afbouw", "Plaster and finishing", {"icon": "layers"}["icon"], "vandijk"),
    ("profielen", "Profielen", "Profiles", {"icon": "align-vertical-space-around"}["icon"], "vandijk"),
    ("isolatie", "Isolatie", "Insulation", {"icon": "scroll"}["icon"], "vandijk"),
    ("bevestiging", "Bevestiging en kit", "Fixings and sealants", {"icon": "drill"}["icon"], "vandijk"),
    ("hout", "Hout en plaat", "Timber and boards", {"icon": "logs"}["icon"], "vandijk"),
    ("kozijnen", "Kozijnen, glas en deuren", "Windows, glass and doors", {"icon": "door-open"}["icon"], "vandijk"),
    ("ruwbouw", "Ruwbouw", "Shell construction", {"icon": "brick-wall"}["icon"], "vandijk"),
    ("dak", "Dak en gevel", "Roof and facade", {"icon": "house"}["icon"], "vandijk"),
    ("tuin", "Tuin en bestrating", "Garden and paving", {"icon": "trees"}["icon"], "vandijk"),
    ("verf", "Verf", "Paint", {"icon": "paint-bucket"}["icon"], "vandijk"),
    ("gereedschap", "Gereedschap en veiligheid", "Tools and safety", {"icon": "hammer"}["icon"], "vandijk"),
    ("leidingen", "Leidingen", "Pipes", {"icon": "droplets"}["icon"], "brand"),
    ("verwarming", "Verwarming", "Heating", {"icon": "thermometer"}["icon"], "brand"),
    ("elektra", "Elektra", "Electrical", {"icon": "zap"}["icon"], "brand"),
]
# code, name with {} for the size, category, unit, discount group, price per unit of size, first sizes, second sizes, smallest order
KINDS = [
    ("GK", "Gipsplaat AK {} mm, 1200 × {}", "afbouw", "stuk", "GIPS", "0.32", (9.5, 12.5, 15, 18), (2000, 2400, 2600, 2800, 3000, 3600), 1),
    ("GV", "Gipsvezelplaat {} mm, 1000 × {}", "afbouw", "stuk", "GIPS", "0.55", (10, 12.5, 15, 18), (1500, 2000, 2540, 3000), 1),
    ("PL", "Plafondtegel mineraal {} mm, 600 × {}", "afbouw", "doos", "GIPS", "2.10", (13, 15, 19, 20), (600, 1200, 1500, 1800), 1),
    ("ST", "Stucprofiel {} mm, lengte {}", "afbouw", "stuk", "GIPS", "0.18", (3, 6, 10, 12, 15), (2500, 2600, 2800, 3000), 10),
    ("PM", "Pleistermortel {}, zak {} kg", "afbouw", "zak", "MORTEL", "0.42", ("binnen", "buiten", "dun", "rood", "kalk"), (5, 10, 20, 25), 1),
    (
        "CP",
        "C-profiel {} mm, lengte {}",
        "profielen",
        "stuk",
        "STAAL",
        "0.028",
        (45, 50, 60, 70, 75, 100, 125, 150),
        (2400, 2600, 2750, 3000, 3500, 4000, 5000),
        12,
    ),
    ("UP", "U-profiel {} mm, lengte {}", "profielen", "stuk", "STAAL", "0.026", (45, 50, 60, 70, 75, 100, 125, 150), (3000, 4000), 12),
    ("HL", "Hoeklijn verzinkt {} × {}", "profielen", "stuk", "STAAL", "0.09", (20, 25, 30, 40, 50, 60, 80), (20, 30, 40, 50, 60), 10),
    ("KK", "Koker staal {} × {}, 6 m", "profielen", "stuk", "STAAL", "0.75", (20, 25, 30, 40, 50, 60, 80, 100), (20, 30, 40, 50, 60), 1),
    ("GR", "Glaswolrol {} mm, breedte {}", "isolatie", "rol", "ISO", "0.38", (45, 60, 75, 90, 100, 120, 140, 160, 180), (350, 450, 600, 1200), 1),
    ("SR", "Steenwolplaat {} mm, 1000 × {}", "isolatie", "pak", "ISO", "0.41", (40, 50, 60, 75, 80, 100, 120, 140), (400, 600, 800), 1),
    ("PI", "PIR-plaat {} mm, 1200 × {}", "isolatie", "stuk", "ISO", "0.62", (30, 40, 50, 60, 70, 80, 90, 100, 120, 140), (600, 1200, 2400, 2500, 3000), 1),
    ("EP", "EPS 100 {} mm, 500 × {}", "isolatie", "pak", "ISO", "0.29", (20, 30, 40, 50, 60, 80, 100, 120, 150, 200), (1000, 1200), 1),
    ("XP", "XPS {} mm, 600 × {}", "isolatie", "pak", "ISO", "0.52", (20, 30, 40, 50, 60, 80, 100, 120), (1250, 2500), 1),
    ("SN", "Snelbouwschroef {} × {}, 1000 st.", "bevestiging", "doos", "BEV", "3.2", (3.5, 3.9, 4.2), (25, 35, 45, 55, 70, 90), 1),
    (
        "SPS",
        "Spaanplaatschroef {} × {}, 200 st.",
        "bevestiging",
        "doos",
        "BEV",
        "2.1",
        (3, 3.5, 4, 4.5, 5, 6),
        (16, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90, 100, 120),
        1,
    ),
    ("HB", "Houtdraadbout M{} × {}", "bevestiging", "stuk", "BEV", "0.06", (6, 8, 10, 12), (40, 50, 60, 80, 100, 120, 140, 160, 180, 200), 10),
    ("KE", "Keilbout M{} × {}, 25 st.", "bevestiging", "doos", "BEV", "1.9", (6, 8, 10, 12, 16), (40, 60, 75, 95, 110, 135, 160), 1),
    ("NG", "Nagel verzinkt {} × {}, 5 kg", "bevestiging", "doos", "BEV", "6.1", (2.8, 3.1, 3.4, 3.8, 4.2), (50, 65, 75, 80, 90, 100, 110, 130), 1),
    ("PLG", "Plug nylon {} × {}, 100 st.", "bevestiging", "doos", "BEV", "0.9", (5, 6, 8, 10, 12, 14), (25, 30, 40, 50, 60, 80), 1),
    (
        "KT",
        "Kit {} {} ml",
        "bevestiging",
        "koker",
        "CHEM",
        "0.02",
        ("acryl wit", "acryl grijs", "siliconen wit", "siliconen transparant", "siliconen zwart", "hybride wit", "hybride grijs"),
        (290, 310, 600),
        12,
    ),
    ("BO", "Boutanker chemisch {} {} ml", "bevestiging", "koker", "CHEM", "0.05", ("vinylester", "epoxy", "polyester", "winter"), (165, 300, 345, 410), 1),
    (
        "VU",
        "Vuren geschaafd {} × {}, per meter",
        "hout",
        "meter",
        "HOUT",
        "0.031",
        (18, 22, 28, 32, 38, 44, 50, 58, 71),
        (45, 56, 69, 94, 119, 144, 170, 194, 219),
        3,
    ),
    ("BK", "Balk C18 {} × {}, per meter", "hout", "meter", "HOUT", "0.046", (38, 44, 50, 58, 63, 71, 75, 96), (96, 121, 146, 156, 171, 196, 221, 246), 3),
    ("ME", "Meranti {} × {}, per meter", "hout", "meter", "HOUT", "0.11", (17, 21, 26, 34, 40, 54, 66), (45, 69, 90, 114, 139, 190), 3),
    (
        "MX",
        "Multiplex {} {} mm, 1220 × 2440",
        "hout",
        "plaat",
        "HOUT",
        "3.4",
        ("okoumé", "berken", "populier", "betonplex", "vuren"),
        (4, 6.5, 9, 12, 15, 18, 21, 24, 27, 30),
        1,
    ),
    (
        "MD",
        "MDF {} {} mm, 1220 × 3050",
        "hout",
        "plaat",
        "HOUT",
        "1.9",
        ("standaard", "vochtwerend", "grondverf", "zwart"),
        (4, 6, 8, 9, 12, 15, 18, 22, 25, 30),
        1,
    ),
    ("OS", "OSB-3 {} mm, {} × 2500", "hout", "plaat", "HOUT", "1.05", (9, 11, 12, 15, 18, 22, 25), (625, 675, 1220, 1250), 1),
    ("BDR", "Binnendeur {} × {}", "kozijnen", "stuk", "KOZIJN", "0.075", (630, 680, 730, 780, 830, 880, 930, 1030), (2015, 2115, 2315, 2415), 1),
    ("BUD", "Buitendeur hardhout {} × {}", "kozijnen", "stuk", "KOZIJN", "0.36", (830, 880, 930, 1000), (2015, 2115, 2315), 1),
    (
        "GL",
        "HR++ glas {} × {}",
        "kozijnen",
        "stuk",
        "KOZIJN",
        "0.09",
        (400, 500, 600, 700, 800, 900, 1000, 1200, 1400, 1600),
        (400, 600, 800, 1000, 1200, 1400, 1600, 1800),
        1,
    ),
    ("KO", "Montagekozijn {} × {}", "kozijnen", "stuk", "KOZIJN", "0.09", (630, 730, 780, 830, 880, 930), (2015, 2115, 2315, 2600), 1),
    ("DR", "Dorpel hardsteen {} mm, {} mm diep", "kozijnen", "stuk", "KOZIJN", "0.05", (830, 930, 1000, 1200, 1500, 1800, 2000), (150, 200, 250, 300), 1),
    ("LB", "Kalkzandsteen lijmblok {} mm, CS{}", "ruwbouw", "stuk", "STEEN", "0.026", (70, 100, 120, 150, 175, 214, 240, 300), (12, 20, 28, 36), 48),
    ("CE", "Cellenbeton {} mm, G{}", "ruwbouw", "stuk", "STEEN", "0.035", (50, 70, 100, 150, 200, 240, 300), (3, 4, 5), 10),
    (
        "BST",
        "Baksteen {} {}",
        "ruwbouw",
        "stuk",
        "STEEN",
        "0.48",
        ("rood", "bruin", "geel", "antraciet", "wit", "genuanceerd", "grijs", "zwart"),
        ("waalformaat", "dikformaat", "vechtformaat", "hilversumformaat", "kloosterformaat"),
        500,
    ),
    ("BW", "Betonstaal {} mm, {} m", "ruwbouw", "stuk", "STAAL", "0.42", (6, 8, 10, 12, 16, 20, 25), (3, 6, 12), 1),
    ("BN", "Bouwstaalnet {} mm, maas {}", "ruwbouw", "stuk", "STAAL", "4.6", (5, 6, 7, 8, 10), (100, 150, 200), 1),
    ("LT", "Latei prefab {} mm, lengte {}", "ruwbouw", "stuk", "STEEN", "0.15", (60, 70, 100, 120, 150), (1000, 1200, 1500, 1800, 2100, 2400, 2700, 3000), 1),
    (
        "DP",
        "Dakpan {} {}",
        "dak",
        "stuk",
        "DAK",
        "1.15",
        ("sneldek", "mulden", "verholen", "tuile du nord", "OVH"),
        ("antraciet", "rood", "blauw gesmoord", "natuurrood", "zwart", "bruin"),
        100,
    ),
    ("DF", "Dakfolie {} g, rol {} m", "dak", "rol", "DAK", "0.65", (90, 110, 135, 150, 180, 200), (25, 50, 75), 1),
    ("EPD", "EPDM {} mm, breedte {} m", "dak", "meter", "DAK", "9.2", (1, 1.1, 1.2, 1.5), (0.5, 1, 1.5, 2, 3, 4), 1),
    ("LD", "Lood {} kg, rol {} cm", "dak", "rol", "DAK", "3.1", (12, 15, 18, 20, 25), (15, 20, 25, 30, 33, 40, 50), 1),
    ("HWA", "Regenpijp pvc {} mm, {} m", "dak", "stuk", "DAK", "0.14", (60, 70, 80, 100, 110, 125), (2, 3, 4, 5.5), 1),
    ("GVL", "Gevelplaat {} {} mm", "dak", "plaat", "DAK", "14.5", ("antraciet", "wit", "zwart", "grijs", "houtlook", "zandgeel", "groen"), (6, 8, 10), 1),
    (
        "TG",
        "Terrastegel {} {}",
        "tuin",
        "stuk",
        "TUIN",
        "11.4",
        ("beton grijs", "beton antraciet", "keramisch grijs", "keramisch beige", "leisteen", "hardsteen"),
        ("30 × 30", "40 × 60", "50 × 50", "60 × 60", "80 × 80", "100 × 100"),
        1,
    ),
    (
        "KS",
        "Klinker {} {}",
        "tuin",
        "stuk",
        "TUIN",
        "0.61",
        ("rood", "bruin", "grijs", "antraciet", "heide", "geel"),
        ("dikformaat", "keiformaat", "waalformaat"),
        100,
    ),
    ("OP", "Opsluitband {} × {}", "tuin", "stuk", "TUIN", "0.12", (50, 60, 80, 100, 120), (150, 200, 250, 300), 1),
    ("SCH", "Schutting {} cm {}", "tuin", "stuk", "TUIN", "0.42", (90, 130, 150, 180, 200), ("grenen", "douglas", "hardhout", "composiet"), 1),
    (
        "MV",
        "Muurverf {}, {} l",
        "verf",
        "emmer",
        "VERF",
        "9.8",
        ("wit mat", "wit zijdeglans", "crème", "lichtgrijs", "antraciet", "zand", "groen", "blauw"),
        (1, 2.5, 5, 10),
        1,
    ),
    (
        "LK",
        "Lak {}, {} l",
        "verf",
        "blik",
        "VERF",
        "31",
        ("hoogglans wit", "zijdeglans wit", "hoogglans zwart", "zijdeglans grijs", "hoogglans groen", "mat zwart"),
        (0.25, 0.75, 1, 2.5),
        1,
    ),
    ("BT", "Beits {}, {} l", "verf", "blik", "VERF", "26", ("naturel", "teak", "noten", "eiken", "antraciet", "wit"), (0.75, 1, 2.5, 5), 1),
    ("SB", "Steenboor {} × {}", "gereedschap", "stuk", "GER", "0.62", (4, 5, 6, 8, 10, 12, 14, 16, 18, 20), (110, 160, 210, 260, 310, 450), 1),
    ("HSB", "Houtboor {} × {}", "gereedschap", "stuk", "GER", "0.74", (6, 8, 10, 12, 14, 16, 18, 20, 25), (200, 320, 460, 600), 1),
    ("DS", "Doorslijpschijf {} × {}", "gereedschap", "stuk", "GER", "0.021", (115, 125, 180, 230), (1, 1.6, 1.9, 2.5, 3), 10),
    ("ZB", "Zaagblad {} mm, {} tanden", "gereedschap", "stuk", "GER", "0.19", (160, 165, 184, 190, 210, 216, 250, 305), (24, 40, 48, 60, 80), 1),
    ("WS", "Werkschoen S3 {} maat {}", "gereedschap", "paar", "PBM", "79", ("laag", "hoog", "laars", "licht"), (38, 39, 40, 41, 42, 43, 44, 45, 46, 47), 1),
    ("WB", "Werkbroek {} maat {}", "gereedschap", "stuk", "PBM", "58", ("zwart", "grijs", "marine", "wit", "zand"), (46, 48, 50, 52, 54, 56, 58, 60), 1),
    ("HS", "Handschoen {} maat {}", "gereedschap", "paar", "PBM", "3.4", ("nitril", "leer", "latex", "snijvast", "winter", "montage"), (7, 8, 9, 10, 11), 12),
]
GRADES = ("", " Pro", " Eco", " Plus")
# What is one thing in several versions, by kind: its name, its English name, and the attributes (code, name, English name, unit) that its two sizes are.
_THICK, _LONG, _COLOUR, _SIZE = ("dikte", "Dikte", "Thickness", "mm"), ("EF001438", "Lengte", "Length", "mm"), ("EF000007", "Kleur", "Colour", ""), ("maat", "Maat", "Size", "")
FAMILIES = {
    "SPS": ("Spaanplaatschroef, 200 st.", "Chipboard screw, 200 pcs", _THICK, _LONG),
    "SN": ("Snelbouwschroef, 1000 st.", "Drywall screw, 1000 pcs", _THICK, _LONG),
    "HB": ("Houtdraadbout", "Coach screw", _THICK, _LONG),
    "MV": ("Muurverf", "Wall paint", _COLOUR, ("liter", "Inhoud in liters", "Contents in litres", "l")),
    "LK": ("Lak", "Varnish", _COLOUR, ("liter", "Inhoud in liters", "Contents in litres", "l")),
    "BT": ("Beits", "Wood stain", _COLOUR, ("liter", "Inhoud in liters", "Contents in litres", "l")),
    "WS": ("Werkschoen S3", "Safety shoe S3", ("model", "Model", "Model", ""), _SIZE),
    "WB": ("Werkbroek", "Work trousers", _COLOUR, _SIZE),
    "HS": ("Handschoen", "Glove", ("materiaal", "Materiaal", "Material", ""), _SIZE),
}


def generated(most: int) -> list[tuple[ProductRecord, StockRecord | None, int]]:
    """Return products with their stock and popularity, always the same ones: every kind in its plain grade first, then in the other grades."""
    chance, today = random.Random(31), date.today()
    made: list[tuple[ProductRecord, StockRecord | None, int]] = []
    for grade in GRADES:
        for code, name, category, unit, group, rate, firsts, seconds, least in KINDS:
            for first, second in combined(firsts, seconds):
                if len(made) == most:
                    return made
                made.append(
                    _one(
                        chance,
                        today,
                        len(made),
                        f"{code}{grade.strip()[:1]}-{_short(first)}-{_short(second)}",
                        name.format(_dutch(first), _dutch(second)) + grade.replace(" ", ", ", 1).rstrip(", "),
                        category,
                        unit,
                        group,
                        Decimal(rate) * _size(first, seconds, second) * (Decimal(1) + Decimal(GRADES.index(grade)) / 8),
                        least,
                        _family(code, grade),
                    )
                )
    return made


def _family(code: str, grade: str) -> FamilyRecord | None:
    if code not in FAMILIES:
        return None
    name, english, *axes = FAMILIES[code]
    end = grade.replace(" ", ", ", 1)
    return FamilyRecord(f"{code}{grade.strip()[:1]}", f"{code}{grade.strip()[:1]}", name + end, english + end, tuple(axis[0] for axis in axes))


def sizes() -> dict[str, list[tuple[tuple[str, str, str, str], str]]]:
    """Return what the two sizes of each version of a family are, by article number: attributes with their value."""
    return {f"{code}{grade.strip()[:1]}-{_short(first)}-{_short(second)}": list(zip(FAMILIES[code][2:], (str(first), str(second)), strict=True)) for code, _name, _category, _unit, _group, _rate, firsts, seconds, _least in KINDS if code in FAMILIES for grade in GRADES for first, second in combined(firsts, seconds)}


def _one(
    chance: random.Random, today: date, index: int, sku: str, name: str, category: str, unit: str, group: str, price: Decimal, least: int, family: FamilyRecord | None
) -> tuple[ProductRecord, StockRecord | None, int]:
    product = ProductRecord(
        external_id=sku,
        sku=sku,
        name=name,
        category=category,
        unit_label=unit,
        discount_group=group,
        ean=_ean(index),
        min_quantity=Decimal(least),
        step_quantity=Decimal(least),
        list_price=max(price.quantize(Decimal("0.01")), Decimal("0.05")),
        family=family,
    )
    kind = chance.random()
    there = Decimal(0) if kind < 0.08 else Decimal(least * chance.randint(1, 400))
    coming = kind < 0.06 or kind > 0.9
    stock = StockRecord(
        external_id=f"{sku}-ZW",
        product=sku,
        warehouse="ZW",
        warehouse_name="Zwolle",
        on_hand=there,
        available=there,
        expected_at=today + timedelta(days=chance.randint(2, 30)) if coming else None,
        expected_quantity=Decimal(least * chance.randint(10, 200)) if coming else None,
    )
    return product, stock if kind < 0.97 else None, chance.randint(0, 170)


def _size(first: object, seconds: tuple[object, ...], second: object) -> Decimal:
    """A larger size costs more: by its figure, or by its place among the sizes when it has none."""
    one = Decimal(str(first)) if isinstance(first, int | float) else Decimal(1)
    if isinstance(second, int | float):
        top = Decimal(str(max(item for item in seconds if isinstance(item, int | float))))
        return one * (Decimal("0.4") + Decimal(str(second)) / top) if isinstance(first, int | float) else Decimal(str(second))
    return one * (Decimal("0.8") + Decimal(seconds.index(second)) / 5)


def _dutch(size: object) -> str:
    return str(size).replace(".", ",")


def _short(size: object) -> str:
    return str(size).replace(".", "").replace(" × ", "").replace(" ", "")[:12].upper()


def _ean(index: int) -> str:
    body = f"87{index:010d}"
    return body + str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10)
