"""The made-up companies and people of the demo: the same in seeds, tests, docs and screenshots."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class PortalOfCast:
    """One portal of the installation."""

    slug: str
    name: str
    host: str
    hue: int
    order_prefix: str
    email: str
    phone: str


@dataclass(frozen=True)
class PartyOfCast:
    """One company or person; `units` are its branches."""

    portal: str
    key: str
    number: str
    name: str
    kind: str
    city: str
    street: str
    postal_code: str
    units: tuple[str, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PersonOfCast:
    """One user: his places are (party key or None for staff, role code, order limit)."""

    key: str
    portal: str
    name: str
    email: str
    places: tuple[tuple[str | None, str, str | None], ...]
    function: str = ""
    language: str = "nl"


PASSWORD = "welkom-bij-portiek"

PORTALS = [
    PortalOfCast("vandijk", "Van Dijk Bouwmaterialen", "localhost", 158, "VD", "verkoop@vandijk.example", "038 123 45 67"),
    PortalOfCast("brand", "Brand Techniek", "brand.localhost", 28, "BT", "info@brandtechniek.example", "010 765 43 21"),
]

PARTIES = [
    PartyOfCast("vandijk", "bakker", "10042", "Bouwbedrijf Bakker B.V.", "customer", "Zwolle", "Industrieweg 12", "8013 PX", ("Zwolle", "Kampen", "Deventer"),
                {"vat_number": "NL004495445B01", "coc_number": "12345678", "rsin": "004495445", "gln": "8712345678906", "credit_limit": "25000", "email": "administratie@bakker.example"}),
    PartyOfCast("vandijk", "devries", "10077", "Kozijnhuis De Vries", "dealer", "Meppel", "Werkhorst 8", "7944 AT", (),
                {"credit_limit": "60000", "email": "info@devries.example"}),
    PartyOfCast("vandijk", "gips", "20011", "Gips Industrie Noord B.V.", "supplier", "Delfzijl", "Kade 3", "9936 HN", (), {"email": "verkoop@gipsnoord.example"}),
    PartyOfCast("vandijk", "els", "30005", "Els Jansen", "person", "Zwolle", "Assendorperstraat 101", "8012 DG", (), {"email": "els.jansen@post.example"}),
    PartyOfCast("brand", "peeters", "50001", "Installatiebedrijf Peeters", "customer", "Rotterdam", "Kreekweg 44", "3133 AZ", (), {"email": "kantoor@peeters.example"}),
]

PEOPLE = [
    PersonOfCast("olga", "vandijk", "Olga Smit", "olga.smit@vandijk.example", ((None, "staff-admin", None),), "Beheerder van het portaal"),
    PersonOfCast("peter", "vandijk", "Peter van Dijk", "peter@vandijk.example", ((None, "staff-sales", None),), "Accountmanager"),
    PersonOfCast("fatima", "vandijk", "Fatima Yilmaz", "fatima@vandijk.example", ((None, "staff-service", None),), "Servicedesk"),
    PersonOfCast("sanne", "vandijk", "Sanne Bakker", "sanne@bakker.example", (("bakker", "admin", None),)),
    PersonOfCast("youssef", "vandijk", "Youssef El Amrani", "youssef@bakker.example", (("bakker", "buyer", "1500"),)),
    PersonOfCast("karin", "vandijk", "Karin Bakker", "karin@bakker.example", (("bakker", "finance", None), ("devries", "finance", None))),
    PersonOfCast("dirk", "vandijk", "Dirk de Vries", "dirk@devries.example", (("devries", "admin", None),)),
    PersonOfCast("mark", "vandijk", "Mark Visser", "mark@gipsnoord.example", (("gips", "supplier-sales", None),)),
    PersonOfCast("els", "vandijk", "Els Jansen", "els.jansen@post.example", (("els", "person", None),)),
    PersonOfCast("nadia", "vandijk", "Nadia Peeters", "nadia@peeters.example", (("bakker", "buyer", "500"),)),
    PersonOfCast("otto", "brand", "Otto Brand", "otto@brandtechniek.example", ((None, "staff-admin", None),), "Directeur"),
    PersonOfCast("nadia2", "brand", "Nadia Peeters", "nadia@peeters.example", (("peeters", "admin", None),)),
]
