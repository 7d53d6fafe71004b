
# fmt: off
"""Samples for the gallery: each is the call itself, so that what is shown is what a page would write. Texts are the demo's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils import timezone
from jinja2 import Environment
from markupsafe import Markup

from portiek.ui import catalogue, fields

SAMPLES: dict[str, list[str]] = {
    "button": ['{{ ui.button("Controleer bestelling", kind="primary") }}', '{{ ui.button("Bewaar als lijst", icon="list-checks") }}',
               '{{ ui.button("Annuleer order", kind="danger") }}', '{{ ui.button("Nu niet", kind="quiet") }}',
               '{{ ui.button("Bezig", kind="primary", aria_busy="true") }}', '{{ ui.button("Kan nog niet", disabled=True) }}'],
    "link_button": ['{{ ui.link_button("Nieuwe order", "#", icon="plus", primary=True) }}', '{{ ui.link_button("Bekijken", "#", kind="small") }}'],
    "icon_button": ['{{ ui.icon_button("Verwijder regel", "#", icon="trash-2") }}'],
    "post_button": ['{{ ui.post_button("Markeer als gelezen", "#", csrf_input, icon="check-check", kind="small") }}'],
    "panel": ['{% call ui.panel("Openstaand", link=("Facturen", "#")) %}\n  {{ ui.figure("€ 11.468,90") }}\n{% endcall %}',
              '{% call ui.panel("Versies", note="3 in totaal") %}\n  <p>v3 is de laatste.</p>\n{% endcall %}'],
    "status": ['{{ ui.status("ok", "Geleverd 14 november") }}', '{{ ui.status("wait", "Wordt verzameld") }}', '{{ ui.status("stop", "6 dagen te laat") }}',
               '{{ ui.status("info", "Onderweg, vandaag 13:00 – 15:00") }}', '{{ ui.status("rest", "Concept") }}'],
    "badge": ['{{ ui.badge("Raamovereenkomst", "brand") }}', '{{ ui.badge("Nieuw", "info") }}', '{{ ui.badge("Concept") }}'],
    "count": ['{{ ui.count(3, "openstaande facturen") }}'],
    "track": ['{{ ui.track(3, 5, label="Stap 4 van 5: onderweg") }}', '{{ ui.track(5, 5) }}'],
    "track_steps": ['{{ ui.track_steps([("Geplaatst", "19 nov 10:12", "done"), ("Bevestigd", "19 nov 10:14", "done"), ("Verzameld", "vandaag 07:40", "done"),'
                    ' ("Onderweg", "vandaag 13:00 – 15:00", "now"), ("Geleverd", "", "")]) }}'],
    "todo": ['{{ ui.todo("Factuur F-88213 is 6 dagen te laat", "€ 1.904,22, vervallen op 16 november", ("Betalen", "#"), icon="receipt-euro", kind="stop") }}'],
    "notice": ['{{ ui.notice("info", "Nog 2 rollen glaswol en u krijgt de staffel van 8 (−5%).", link=("Pas aan", "#")) }}',
               '{{ ui.notice("ok", "Uw bestelling VD-20418 is geplaatst.") }}',
               '{{ ui.notice("wait", "Boven € 1.500 vraagt het portaal om akkoord van Sanne.", title="Akkoord nodig") }}',
               '{{ ui.notice("stop", "De boekhouding gaf 20 minuten geen antwoord. Bedragen zijn van 09:42.") }}'],
    "flash": ["{{ ui.flash(message) }}"],
    "empty": ['{{ ui.empty("Nog geen retouren", "Meld een retour vanuit een geleverde order; u volgt hem daarna hier.", ("Naar uw orders", "#"), icon="undo-2") }}'],
    "figure": ['{{ ui.figure("€ 6.127", "Uw voordeel dit jaar") }}'],
    "as_of": ['{{ ui.as_of(now, "Stand uit de boekhouding") }}', '{{ ui.as_of(earlier, "Stand uit de boekhouding", old=True) }}'],
    "time": ["{{ ui.time(now) }}", "{{ ui.time(earlier) }}", "{{ ui.time(soon) }}", "{{ ui.time(soon, short=True) }}"],
    "money": ['{{ ui.money(amount, note="excl. btw") }}'],
    "face": ['{{ ui.face("SB", "Sanne Bakker") }}', '{{ ui.face("PD", "Peter van Dijk, nu bereikbaar", online=True) }}', '{{ ui.face("YE", "Youssef El Amrani", small=True) }}'],
    "person": ['{{ ui.person("Peter van Dijk", "Uw accountmanager, nu bereikbaar", "PD", online=True) }}'],
    "facts": ['{{ ui.facts([("Omzet dit jaar", "€ 246.110"), ("Lopende orders", 3), ("Service", "SLA Zilver, 4 uur")]) }}',
              '{{ ui.facts([("Uw kenmerk", "Parkweg 12"), ("Besteld door", "Sanne Bakker"), ("Leveradres", "Parkweg 12, Zwolle")], stacked=True) }}'],
    "crumbs": ['{{ ui.crumbs([("Documenten", "#"), ("Contracten 2027", "#")]) }}'],
    "tabs": ['{{ ui.tabs([("Gegevens", "#", True, None), ("Orders", "#", False, 3), ("Facturen", "#", False, 12)], "Onderdelen van deze relatie") }}'],
    "chips": ['{{ ui.chips([("Alle", "#", True, 42), ("Lopend", "#", False, 3), ("Wacht op u", "#", False, 1)], "Soort") }}'],
    "steps": ['{{ ui.steps([("Gedeeld", "done"), ("Geopend", "done"), ("2 opmerkingen open", "now"), ("Akkoord", ""), ("Ondertekend", "")]) }}'],
    "timeline": ["{{ ui.timeline(history) }}"],
    "menu": ['{% call ui.menu("Meer met deze order") %}\n  <a class="item" href="#">{{ icon("copy") }}Bestel opnieuw</a>\n  <a class="item" href="#">{{ icon("printer") }}Print</a>\n{% endcall %}'],
    "dialog": ['{{ ui.link_button("Annuleer order", "#", kind="danger", data_dialog="cancel") }}\n{% call ui.dialog("cancel", "Order VD-20418 annuleren?") %}\n'
               '  <p>De levering van vandaag gaat niet door. U krijgt geen factuur.</p>\n  <div class="acts">{{ ui.button("Annuleer de order", kind="danger") }}</div>\n{% endcall %}'],
    "copy": ['{{ ui.copy("NL91 ABNA 0417 1643 00") }}'],
    "progress": ['{{ ui.progress("Prijslijst 2027 inlezen", 62000, 100000, "Nog ongeveer 20 seconden; u kunt deze pagina verlaten.") }}'],
    "table": ['{% call ui.table(["Order", "Uw kenmerk", ("Datum", "", "#", "descending"), ("Bedrag excl. btw", "num")], caption="Orders") %}\n'
              '  <tr><td><a class="title" href="#">VD-20418</a></td><td class="muted">Steiger Noord, fase 2</td><td data-label="Datum">{{ when(earlier, short=True) }}</td>'
              '<td class="num" data-label="Bedrag">{{ amount|money }}</td></tr>\n{% endcall %}'],
    "more": ['<table class="list"><tbody>{{ ui.more("#", 4) }}</tbody></table>'],
    "pager": ['{{ ui.pager("#", "#") }}'],
    "inbox_row": ['{{ ui.inbox_row("Prijs klopt niet op F-88213", "#", "Bouwbedrijf Bakker B.V., klacht", "SB", ("stop", "Reageren binnen 0:42"), "Hoog") }}'],
    "field": ['<div class="fields">{{ ui.field(form["reference"]) }}{{ ui.field(form["quantity"], size="s", suffix="stuks") }}{{ ui.field(form["delivery"]) }}</div>',
              '<div class="fields">{{ ui.field(broken["reference"]) }}{{ ui.field(broken["quantity"], size="s") }}</div>'],
    "form_fields": ['<div class="form">{{ ui.form_fields(form) }}</div>'],
    "error_summary": ["{{ ui.error_summary(broken) }}"],
    "form": ['{% call ui.form("#", csrf_input, "Bewaar afspraak", back=("Terug", "#")) %}\n  {{ ui.input("name", "Naam van de afspraak", "Parkweg 12", required=True, id="sample-name") }}\n{% endcall %}'],
    "input": ['{{ ui.input("reference", "Uw kenmerk", "Parkweg 12", hint="Komt op de pakbon en de factuur.", id="s1") }}',
              '{{ ui.input("email", "E-mailadres", "sanne@", type="email", error="Vul een heel adres in, zoals sanne@bakker.example.", id="s2") }}'],
    "decimal": ['{{ ui.decimal("amount", "Bedrag", amount, suffix="euro", id="s3") }}'],
    "date": ['{{ ui.date("from", "Geldig vanaf", today, id="s4") }}'],
    "textarea": ['{{ ui.textarea("note", "Opmerking voor de chauffeur", "Achterom, bellen bij het hek.", id="s5") }}'],
    "select": ['{{ ui.select("branch", "Vestiging", [("zwolle", "Zwolle"), ("utrecht", "Utrecht")], "utrecht", id="s6") }}'],
    "checkbox": ['{{ ui.checkbox("part", "Lever in delen als dat sneller is", True, hint="Elke levering heeft een eigen pakbon.", id="s7") }}'],
    "radios": ['{{ ui.radios("way", "Hoe komt het?", [("van", "Bezorgen", "Morgen voor 12:00"), ("desk", "Afhalen", "Vanaf 07:00 aan de balie in Zwolle")], "van") }}'],
    "upload": ['{{ ui.upload("file", "Constructieberekening", hint="PDF of DWG, tot 2 GB. Uploaden gaat verder waar het gebleven was.", multiple=True, id="s8") }}'],
    "upload_row": ['{{ ui.upload_row("constructie-parkweg-12.pdf", 2140000, ("ok", "Ontvangen")) }}', '{{ ui.upload_row("gevel.dwg", 48200000, ("wait", "Wordt gecontroleerd")) }}'],
    "stepper": ['{{ ui.stepper("quantity", 60, step=6) }}'],
    "filters": ['{% call ui.filters("#") %}\n  {{ ui.input("q", "Zoek in orders", type="search", id="s9") }}\n  {{ ui.select("status", "Status", [("", "Alle"), ("open", "Lopend")], id="s10") }}\n{% endcall %}'],
    "why": ['{{ ui.why([("Adviesprijs", "€ 9,25"), ("Dealerprijslijst 2026 (−22%)", "€ 7,22"), ("Staffel vanaf 50 stuks (−6%)", "€ 6,79"),'
            ' ("Projectafspraak Parkweg 12 (−4,5%)", "€ 6,48")], ("Uw prijs, geldig t/m 31 december", "€ 6,48")) }}'],
    "product": ['{% call ui.product("Glaswol 75 mm, rol 8,1 m²", "#", "GW-75-81, per rol", "€ 31,90", was="€ 41,50", status=("wait", "12, vrijdag 200 erbij"), icon="scroll",\n'
                '    why=ui.why([("Adviesprijs", "€ 41,50")], ("Uw prijs", "€ 31,90"))) %}\n  {{ ui.stepper("quantity", 6) }}{{ ui.button("In winkelwagen", icon="shopping-cart", kind="primary") }}\n{% endcall %}'],
    "change": ['{{ ui.change("60", "48") }}'],
    "line_diff": ["{{ ui.line_diff(lines) }}"],
    "totals": ['{{ ui.totals([("Subtotaal excl. btw", "€ 3.976,32"), ("Btw 21%", "€ 835,03")], ("Totaal incl. btw", "€ 4.811,35")) }}'],
    "ageing": ['{{ ui.ageing("Ouderdom van openstaande posten", [("Nog niet vervallen", 8302.18, "€ 8.302,18", "brand"), ("Vervalt deze week", 1262.50, "€ 1.262,50", "wait"),'
               ' ("Te laat", 1904.22, "€ 1.904,22", "stop")]) }}'],
    "meter": ['{{ ui.meter(11469, 25000, "€ 11.469 van € 25.000 kredietruimte gebruikt") }}'],
    "bar_chart": ['{{ ui.bar_chart("Omzet per maand", months) }}'],
    "line_chart": ['{{ ui.line_chart("Voorraad brandwerend 15 mm, per dag", stock, [(6, "ok", "Gevraagd", "28 nov"), (9, "stop", "Uw voorstel", "3 dec")]) }}'],
}


class SampleForm(forms.Form):
    """A form with one field of each kind."""

    reference = forms.CharField(label="Uw kenmerk", max_length=40, help_text="Komt op de pakbon en de factuur.")
    quantity = fields.DecimalField(label="Aantal")
    delivery = forms.DateField(label="Leverdatum", required=False, widget=forms.DateInput)
    branch = forms.ChoiceField(label="Vestiging", choices=[("zwolle", "Zwolle"), ("utrecht", "Utrecht")])
    way = forms.ChoiceField(label="Hoe komt het?", choices=[("van", "Bezorgen"), ("desk", "Afhalen")], widget=forms.RadioSelect)
    note = forms.CharField(label="Opmerking", required=False, widget=forms.Textarea)
    part = forms.BooleanField(label="Lever in delen als dat sneller is", required=False)
    token = forms.CharField(widget=forms.HiddenInput, initial="x", required=False)


def context() -> dict[str, Any]:
    """Return what the samples refer to."""
    now = timezone.now()
    broken = SampleForm({"reference": "", "quantity": "zes"}, prefix="broken")
    broken.is_valid()
    return {
        "now": now, "earlier": now - timedelta(days=1, hours=2), "soon": timezone.localdate() + timedelta(days=9), "today": date(2027, 1, 1), "amount": Decimal("1284.60"),
        "csrf_input": Markup('<input type="hidden" name="csrfmiddlewaretoken" value="sample">'),
        "message": SimpleNamespace(level_tag="success", __html__=lambda: "Bestelling VD-20418 is geplaatst."),
        "form": SampleForm(initial={"reference": "Parkweg 12", "quantity": Decimal("8.1"), "way": "van"}, auto_id="form_%s"), "broken": broken,
        "history": [
            {"text": "Onderweg met Jan, bus 4", "note": "Aankomst tussen 13:00 en 15:00", "at": now, "kind": "info", "icon": "truck"},
            {"text": "Verzameld in Zwolle", "at": now - timedelta(hours=4), "kind": "ok", "icon": "check"},
            {"text": "Geplaatst door Sanne Bakker", "at": now - timedelta(days=2), "icon": "shopping-cart"},
        ],
        "lines": [
            {"name": "Gipsplaat AK 12,5 mm", "note": "GP-125-2600", "amount": "€ 311,04", "kind": "changed", "changes": [("Aantal", "60", "48"), ("Levering", "28 nov", "3 dec")]},
            {"name": "Metal stud C75", "note": "MS-C75-26", "amount": "€ 197,76", "kind": "same", "changes": []},
            {"name": "Glaswol 75 mm", "note": "GW-75-81", "amount": "", "kind": "removed", "changes": []},
            {"name": "Glaswol 100 mm", "note": "GW-100-81, in plaats van 75 mm", "amount": "€ 223,80", "kind": "added", "changes": []},
        ],
        "months": [("jan", 18200, "€ 18.200"), ("feb", 22140, "€ 22.140"), ("mrt", 19800, "€ 19.800"), ("apr", 27300, "€ 27.300"), ("mei", 24900, "€ 24.900"), ("jun", 31200, "€ 31.200")],
        "stock": [(f"{d} nov", value, str(value)) for d, value in zip(range(22, 32), (1400, 1260, 1100, 900, 720, 480, 300, 120, 0, 0), strict=True)],
    }


def gallery(environment: Environment, extra: Mapping[str, Any] | None = None) -> list[tuple[str, list[tuple[catalogue.Component, list[tuple[str, Markup]]]]]]:
    """Render every sample; parts with their components, each with (call, what it gives)."""
    given = {**context(), **(extra or {})}
    parts: dict[str, list[tuple[catalogue.Component, list[tuple[str, Markup]]]]] = {}
    for component in catalogue.components():
        shown = [(source, Markup(environment.from_string(source).render(given))) for source in SAMPLES.get(component.name, [])]  # noqa: S704 - our own template, escaped
        parts.setdefault(component.part, []).append((component, shown))
    return list(parts.items())


def page(environment: Environment) -> dict[str, Any]:
    """Return what the gallery's template shows."""
    parts = gallery(environment)
    return {"parts": parts, "parts_nav": [(name, f"#part-{n}", False, len(found)) for n, (name, found) in enumerate(parts, 1)]}
