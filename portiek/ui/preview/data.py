
# fmt: off
"""The cast on the preview pages, as the core would hand it over."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace as Thing
from typing import Any

from django import forms

from portiek.ui import fields

PORTAL = Thing(name="Van Dijk", initial="v", logo_url="", css_url="/brand.css", icon_url="", manifest_url="", app_icon_url="", address="u")

CUSTOMER = [
    ("", [("layout-dashboard", "Overzicht", 0), ("shopping-cart", "Bestellen", 0), ("package", "Orders", 0), ("receipt-euro", "Facturen", 3), ("folder-open", "Documenten", 1)]),
    ("Afspraken", [("badge-percent", "Prijzen & kortingen", 0), ("file-pen-line", "Contracten", 0)]),
    ("Hulp", [("life-buoy", "Vragen & klachten", 0)]),
    ("Mijn bedrijf", [("users", "Medewerkers & rechten", 0), ("plug", "Koppelingen", 0)]),
]
STAFF = [
    ("", [("inbox", "Werkbak", 12), ("building", "Relaties", 0), ("package", "Orders", 0), ("messages-square", "Service", 5), ("folder-open", "Dossiers", 0), ("truck", "Inkoop", 0)]),
    ("Inrichten", [("badge-percent", "Prijsafspraken", 0), ("plug", "Koppelingen", 0), ("palette", "Portaal", 0)]),
]
# The navigation's icons come from Python, where the build looks for icon="..." too.
NAMES = [Thing(icon="layout-dashboard"), Thing(icon="shopping-cart"), Thing(icon="package"), Thing(icon="receipt-euro"), Thing(icon="folder-open"), Thing(icon="badge-percent"),
         Thing(icon="file-pen-line"), Thing(icon="life-buoy"), Thing(icon="users"), Thing(icon="plug"), Thing(icon="inbox"), Thing(icon="building"), Thing(icon="messages-square"),
         Thing(icon="truck"), Thing(icon="palette")]


def shell(kind: str, current: str) -> Any:
    """Return a shell as the core makes it."""
    staff = kind == "staff"
    groups = [
        Thing(label=label, entries=[Thing(icon=name, label=text, url="#", count=count, current=text == current) for name, text, count in entries])
        for label, entries in (STAFF if staff else CUSTOMER)
    ]
    return Thing(
        portal=PORTAL, staff=staff, nav=groups, theme="auto", announcements=[], live_url="", search_url="/search",
        user=Thing(name="Peter van Dijk" if staff else "Karin Bakker" if kind == "finance" else "Sanne Bakker", initials="PD" if staff else "SB", language="nl"),
        company=Thing(name="Van Dijk, medewerker" if staff else "Bouwbedrijf Bakker B.V."),
        companies=[] if staff else [Thing(name="Bouwbedrijf Bakker B.V.", value="1", current=True), Thing(name="Kozijnhuis De Vries", value="2", current=False)],
        switch_url="#", inbox_url="#", inbox_count=3, chat_url="#", cart=None if staff else Thing(url="#", lines=4, total="€ 1.284,60"),
        account_url="#", who_url="#", logout_url="#", languages=[Thing(code="nl", label="Nederlands"), Thing(code="en", label="English")], language_url="#",
    )


class Agreement(forms.Form):
    """A form with an error, as it comes back after sending."""

    name = forms.CharField(label="Naam van de afspraak", max_length=60, help_text="Zo ziet de klant hem bij zijn prijzen.")
    customer = forms.ChoiceField(label="Klant", choices=[("", "Kies een klant"), ("bakker", "Bouwbedrijf Bakker B.V."), ("vries", "Kozijnhuis De Vries")])
    discount = fields.DecimalField(label="Korting", min_value=0, max_value=100)
    start = forms.DateField(label="Geldig vanaf")
    end = forms.DateField(label="Tot en met", required=False)
    kind = forms.ChoiceField(label="Soort", choices=[("group", "Korting op een artikelgroep"), ("net", "Vaste nettoprijs per artikel")], widget=forms.RadioSelect)
    note = forms.CharField(label="Notitie voor collega's", required=False, widget=forms.Textarea)
    tell = forms.BooleanField(label="Laat de klant weten dat er een nieuwe afspraak is", required=False)


def context(page: str, now: datetime) -> dict[str, Any]:
    """Return what one page shows."""
    if page == "home":
        return {"shell": shell("customer", "Overzicht"), "orders": ORDERS}
    if page == "catalogue":
        return {"shell": shell("customer", "Bestellen"), "products": PRODUCTS}
    if page == "order":
        return {"shell": shell("customer", "Orders"), "lines": LINES, "history": [
            {"text": "Onderweg met Jan, bus 4", "note": "Aankomst tussen 13:00 en 15:00", "at": now - timedelta(minutes=14), "kind": "info", "icon": "truck"},
            {"text": "Levering aangepast door Van Dijk", "note": "Glaswol 100 mm in plaats van 75 mm, akkoord van Sanne", "at": now - timedelta(hours=2), "kind": "wait", "icon": "file-pen-line"},
            {"text": "Verzameld in Zwolle", "at": now - timedelta(hours=2, minutes=2), "kind": "ok", "icon": "check"},
            {"text": "Bevestigd", "at": now - timedelta(days=3), "kind": "ok", "icon": "check"},
            {"text": "Geplaatst door Sanne Bakker", "at": now - timedelta(days=3, minutes=2), "icon": "shopping-cart"},
        ]}
    if page == "inbox":
        return {"shell": shell("staff", "Werkbak"), "rows": INBOX}
    if page == "form":
        form = Agreement({"name": "Projectafspraak Parkweg 12", "customer": "", "discount": "vier", "start": "2026-12-01", "kind": "group", "tell": "on"})
        form.is_valid()
        return {"shell": shell("staff", "Prijsafspraken"), "form": form}
    return {"shell": None}


ORDERS = [
    Thing(number="VD-20418", reference="Steiger Noord, fase 2", kind="info", status="Onderweg, vandaag 13:00 – 15:00", done=3, amount="€ 4.812,35"),
    Thing(number="VD-20411", reference="Voorraad werkplaats", kind="wait", status="Wordt verzameld", done=2, amount="€ 1.196,80"),
    Thing(number="VD-20397", reference="Kozijnen Parkweg 12", kind="wait", status="Deels geleverd, 3 regels vrijdag", done=3, amount="€ 8.240,00"),
    Thing(number="VD-20371", reference="Voorraad werkplaats", kind="ok", status="Geleverd 14 november", done=5, amount="€ 642,15"),
]
PRODUCTS = [
    Thing(name="Gipsplaat AK 12,5 mm, 1200 × 2600", note="GP-125-2600, per stuk", icon="layers", price="€ 6,48", was="€ 9,25", status=("ok", "1.240 op voorraad"), quantity=60),
    Thing(name="Metal stud C-profiel 75 mm, 2600", note="MS-C75-26, per stuk", icon="align-vertical-space-around", price="€ 4,12", was="€ 5,60", status=("ok", "380 op voorraad"), quantity=48),
    Thing(name="Glaswol 75 mm, rol 8,1 m²", note="GW-75-81, per rol", icon="scroll", price="€ 31,90", was="€ 41,50", status=("wait", "12, vrijdag 200 erbij"), quantity=6),
    Thing(name="Snelbouwschroef 3,5 × 35, 1000 st.", note="SS-3535, per doos", icon="drill", price="€ 9,75", was="€ 13,20", status=("stop", "Op, verwacht 2 december"), quantity=0),
]
LINES = [
    {"name": "Gipsplaat AK 12,5 mm, 1200 × 2600", "note": "GP-125-2600, 60 × € 6,48", "amount": "€ 388,80", "kind": "same", "changes": []},
    {"name": "Metal stud C-profiel 75 mm, 2600", "note": "MS-C75-26, 48 × € 4,12", "amount": "€ 197,76", "kind": "changed", "changes": [("Levering", "vandaag", "vrijdag")]},
    {"name": "Glaswol 75 mm, rol 8,1 m²", "note": "GW-75-81", "amount": "", "kind": "removed", "changes": []},
    {"name": "Glaswol 100 mm, rol 6,1 m²", "note": "GW-100-61, 8 × € 38,20, in plaats van 75 mm", "amount": "€ 305,60", "kind": "added", "changes": []},
    {"name": "PUR-schuim 750 ml", "note": "PUR-750, 24 × € 6,20", "amount": "€ 148,80", "kind": "changed", "changes": [("Aantal", "18", "24"), ("Prijs", "€ 6,45", "€ 6,20")]},
]
INBOX = [
    ("SB", "Prijs klopt niet op F-88213", "Bouwbedrijf Bakker B.V., klacht", ("stop", "Reageren binnen 0:42"), "Hoog"),
    ("YE", "Kan ik order VD-20411 nog aanpassen?", "Bouwbedrijf Bakker B.V., chat nu open", ("ok", "Chat, wacht 1 min"), "Nu"),
    ("DV", "Retour 4 deuren, kras in lak", "Kozijnhuis De Vries, retour", ("wait", "Reageren binnen 3:10"), "Normaal"),
    ("MV", "Leverdatum brandwerend 15 mm", "Gips Industrie Noord, inkoop IO-7731", ("wait", "Reageren binnen 5:30"), "Normaal"),
    ("EJ", "Onderhoud heftruck, contract SC-118", "Els Jansen, serviceverzoek", ("info", "Reageren voor morgen 10:00"), "Laag"),
]
