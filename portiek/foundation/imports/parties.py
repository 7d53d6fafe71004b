"""Companies and their addresses, brought in from a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.imports import rules
from portiek.foundation.imports.kinds import Column, Outcome, Wrong, checked, importable
from portiek.foundation.imports.people import company
from portiek.foundation.parties import actions, permissions, queries
from portiek.foundation.parties import rules as about_parties
from portiek.foundation.parties.forms import AddressForm, Details
from portiek.foundation.parties.models import Address, Party

KINDS = {"customer": ("customer", "klant", "afnemer"), "dealer": ("dealer", "wederverkoper"), "supplier": ("supplier", "leverancier"), "person": ("person", "particulier", "persoon")}
LANGUAGES = {"nl": ("nl", "nederlands", "dutch"), "en": ("en", "engels", "english")}
COUNTRIES = {"NL": ("nl", "nederland", "netherlands", "holland"), "BE": ("be", "belgië", "belgium"), "DE": ("de", "duitsland", "germany")}
_COMPANY = Column("party", gettext_lazy("Number of the company"), True, also=("klantnummer", "debiteurnummer", "relatienummer", "bedrijfsnummer", "customer number"), example="10042")


def code(values: dict[str, str], name: str, choices: Mapping[str, Sequence[str]], problems: list[tuple[str, str]]) -> None:
    """Put the code of a chosen word in its place; what is none of them goes with the problems."""
    if values.get(name):
        found = rules.chosen(values[name], choices)
        if found is None:
            problems.append((name, _("Choose from: %(names)s.") % {"names": ", ".join(words[1] if len(words) > 1 else words[0] for words in choices.values())}))
        values[name] = found or ""


# Companies.

_PARTY_COLUMNS = [
    Column("number", gettext_lazy("Number"), True, gettext_lazy("The debtor or creditor number of the administration."), ("nummer", "klantnummer", "debiteurnummer", "relatienummer", "customer number"), "10042"),
    Column("name", gettext_lazy("Name"), True, also=("naam", "bedrijfsnaam", "klantnaam", "company"), example="Bouwbedrijf Bakker B.V."),
    Column("kind", gettext_lazy("Kind"), hint=gettext_lazy("Empty: a customer."), also=("soort", "type"), example="klant", choices=["klant", "dealer", "leverancier", "particulier"]),
    Column("language", gettext_lazy("Language of documents"), also=("taal", "language"), example="nl", choices=["nl", "en"]),
    Column("coc_number", gettext_lazy("Chamber of Commerce number"), also=("kvk", "kvk-nummer", "kvknummer", "coc"), example="12345678"),
    Column("branch_number", gettext_lazy("Branch number"), also=("vestigingsnummer",)),
    Column("rsin", gettext_lazy("RSIN")),
    Column("vat_number", gettext_lazy("VAT number"), also=("btw", "btw-nummer", "btw-id", "vat"), example="NL004495445B01"),
    Column("duns", gettext_lazy("D-U-N-S number"), also=("duns",)),
    Column("gln", gettext_lazy("GLN")),
    Column("parent", gettext_lazy("Number of the parent company"), hint=gettext_lazy("The company that owns this one."), also=("moederbedrijf", "hoofddebiteur", "parent")),
    Column("email", gettext_lazy("General e-mail address"), also=("e-mail", "email", "mail", "e-mailadres"), example="administratie@bakker.example"),
    Column("phone", gettext_lazy("Telephone"), also=("telefoon", "telefoonnummer", "phone"), example="038 123 45 67"),
    Column("credit_limit", gettext_lazy("Credit limit in euro"), also=("kredietlimiet", "credit limit"), example="25000"),
    Column("payment_days", gettext_lazy("Payment term in days"), also=("betaaltermijn", "betalingstermijn", "payment days"), example="30"),
]


def _owner(actor: Actor, number: str) -> Party | None:
    if not number:
        return None
    try:
        return queries.party(actor, number)
    except NotFound:
        raise Wrong([("parent", _("There is no company with the number %(number)s.") % {"number": number})]) from None


def _take_party(actor: Actor, party: None, about: None, given: Mapping[str, str]) -> Outcome:
    """Add a company, or change what the portal owns of it; what the ERP owns is refused when it differs."""
    values, problems = dict(given), list[tuple[str, str]]()
    code(values, "kind", KINDS, problems)
    code(values, "language", LANGUAGES, problems)
    try:
        found: Party | None = queries.party(actor, values["number"])
    except NotFound:
        found = None
    initial: dict[str, Any] = {"kind": "customer", "language": queries.portal(actor).language, "payment_days": 30}
    if found is not None:
        initial = {name: getattr(found, name) for name in Details.base_fields if name not in ("anyway", "parent")}
    kept = {name: "" if value is None else value for name, value in initial.items() if not values.get(name) and (name not in values or name in ("kind", "language", "payment_days"))}
    read = checked(Details({**values, **kept}), more=problems)
    owner = _owner(actor, values.get("parent", ""))
    if found is None:
        actions.create_customer(actor, data={}, **{name: value for name, value in read.items() if name not in ("anyway", "parent") and value is not None}, parent=owner)
        return "new"
    wanted = {name: read[name] for name in values if name != "parent"} | ({"parent": owner} if "parent" in values else {})
    wanted |= {name: about_parties.read_number(name, wanted[name]) for name in about_parties.NUMBERS if name in wanted and wanted[name] and about_parties.read_number(name, wanted[name]) is not None}
    if all(getattr(found, name) == value for name, value in wanted.items()):
        return "same"
    actions.change_party(actor, party=found, values=wanted)
    return "changed"


importable("parties", gettext_lazy("Customers, dealers and suppliers"), gettext_lazy("Who is not there yet is added; of who is there, what the portal keeps itself is changed. What comes from the administration stays."),
           right=permissions.MANAGE, places=["portal"], columns=lambda actor, party: _PARTY_COLUMNS, begin=lambda actor, party: None, take=_take_party, same=lambda values: values.get("number", ""),
           back=lambda actor, party: reverse("parties:list"), order=10)


# Addresses: of one company, or of many at once.

_ADDRESS_COLUMNS = [
    Column("label", gettext_lazy("Name of this place"), hint=gettext_lazy("For example the building site or the branch. By this name a row finds the address that it changes."), also=("naam", "omschrijving", "locatie", "name", "label"), example="Bouwplaats Havenkwartier"),
    Column("street", gettext_lazy("Street and number"), True, also=("straat", "adres", "straat en huisnummer", "street", "address"), example="Industrieweg 12"),
    Column("postal_code", gettext_lazy("Postal code"), True, also=("postcode", "zip", "postal code"), example="8013 PX"),
    Column("city", gettext_lazy("City"), True, also=("plaats", "woonplaats", "stad", "city"), example="Zwolle"),
    Column("country", gettext_lazy("Country"), hint=gettext_lazy("Empty: the Netherlands."), also=("land", "country"), example="NL", choices=["NL", "BE", "DE"]),
]


def _address_key(street: str, postal_code: str, city: str) -> str:
    return f"{rules.bare(street)} {rules.bare(postal_code)} {rules.bare(city)}"


def _addresses(actor: Actor, party: Party) -> dict[str, Address]:
    """Return the addresses of a company by where they are and, its own, by their name."""
    found: dict[str, Address] = {}
    for row in queries.addresses(actor, party=party).order_by("pk"):
        found.setdefault(_address_key(row.street, row.postal_code, row.city), row)
        if row.label and not row.external_id:
            found.setdefault(f"label {rules.bare(row.label)}", row)
    return found


def _take_address(actor: Actor, party: Party, about: dict[str, Address], given: Mapping[str, str]) -> Outcome:
    """Add an address; one of the same name, or in the same place, is changed."""
    values, problems = dict(given), list[tuple[str, str]]()
    code(values, "country", COUNTRIES, problems)
    read = checked(AddressForm({"label": "", **values, "country": values.get("country") or "NL"}), more=problems)
    here = about.get(_address_key(read["street"], read["postal_code"], read["city"]))
    found = (about.get(f"label {rules.bare(read['label'])}") if read["label"] else None) or here
    if found is None:
        actions.add_address(actor, party=party, **read)
        return "new"
    wanted = {name: read[name] for name in read if name in values or name in ("street", "postal_code", "city")}
    if all(getattr(found, name) == value for name, value in wanted.items()) or (found.external_id and found is here and not wanted.get("label")):
        return "same"
    actions.change_address(actor, address=found, values=wanted)
    return "changed"


def _same_address(values: Mapping[str, str]) -> str:
    return f"{values.get('party', '')} " + (f"label {rules.bare(values['label'])}" if values.get("label") else _address_key(*(values.get(name, "") for name in ("street", "postal_code", "city"))))


def _back_addresses(actor: Actor, party: Party | None) -> str:
    return reverse("parties:tab", args=[party.number, "addresses"]) if actor.is_staff and party else reverse("parties:list") if actor.is_staff else reverse("parties:mine")


importable("addresses", gettext_lazy("Addresses"), gettext_lazy("Delivery addresses: what is not there yet is added, one of the same name is changed."),
           right=permissions.ADDRESS_MANAGE, places=["party"], columns=lambda actor, party: _ADDRESS_COLUMNS, begin=_addresses, take=_take_address, same=_same_address, back=_back_addresses, order=40)


def _take_address_of(actor: Actor, party: None, about: dict[str, Any], values: Mapping[str, str]) -> Outcome:
    number = values["party"]
    if number not in about:
        found = company(actor, number)
        about[number] = (found, _addresses(actor, found))
    party_of, known = about[number]
    return _take_address(actor, party_of, known, {name: value for name, value in values.items() if name != "party"})


importable("all-addresses", gettext_lazy("Addresses of customers and suppliers"), gettext_lazy("Addresses of many companies at once, each with the number of its company."),
           right=permissions.ADDRESS_MANAGE, places=["portal"], columns=lambda actor, party: [_COMPANY, *_ADDRESS_COLUMNS], begin=lambda actor, party: {}, take=_take_address_of, same=_same_address,
           back=_back_addresses, order=41)
