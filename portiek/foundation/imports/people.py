"""People, brought in from a spreadsheet: who is new is invited, who is there gets the role and limits of his row. Of one company, of the staff, or of many companies at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.foundation.accounts import actions, queries
from portiek.foundation.accounts.forms import EmailField
from portiek.foundation.accounts.models import Membership, Period, Role
from portiek.foundation.accounts.permissions import USER_MANAGE
from portiek.foundation.imports import rules
from portiek.foundation.imports.cells import Day
from portiek.foundation.imports.kinds import Column, Outcome, Wrong, checked, importable
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party, Unit
from portiek.ui.fields import DecimalField

PERIODS = {"month": ("month", "maand", "a month", "per maand"), "quarter": ("quarter", "kwartaal", "a quarter", "per kwartaal"), "year": ("year", "jaar", "a year", "per jaar")}
PLACE = ("role", "unit", "order_limit", "period_limit", "period", "until")


@dataclass(frozen=True)
class Gathered:
    """What every row of one company needs: the roles that may be given and the units, by every name they go by; the language of an invitation."""

    roles: Mapping[str, list[Role]]
    names: str
    units: Mapping[str, list[Unit]]
    language: str


class Row(forms.Form):
    """The shape of a row; role and unit are looked up apart, by name."""

    email = EmailField()
    name = forms.CharField(max_length=120)
    order_limit = DecimalField(min_value=0, max_digits=12, decimal_places=2, required=False)
    period_limit = DecimalField(min_value=0, max_digits=12, decimal_places=2, required=False)
    until = Day(required=False)


def _columns(actor: Actor, party: Party | None) -> Sequence[Column]:
    given = queries.roles_to_give(actor, party_id=party.pk if party else None)
    return _of(given, with_units=party is not None)


def _of(given: Sequence[Role], *, with_units: bool) -> list[Column]:
    names = [role.label for role in given]
    unit = [Column("unit", gettext_lazy("Branch"), hint=gettext_lazy("Name or code of the branch, department or project. Empty: the whole company."), also=("vestiging", "afdeling", "unit", "branch", "kostenplaats"))]
    return [
        Column("email", gettext_lazy("E-mail address"), True, also=("e-mail", "email", "mail", "emailadres", "e-mailadres"), example="jan.jansen@bedrijf.example"),
        Column("name", gettext_lazy("Name"), True, also=("naam", "volledige naam", "full name", "medewerker"), example="Jan Jansen"),
        Column("role", gettext_lazy("Role"), True, hint=gettext_lazy("One of the roles that you may give."), also=("rol", "functie"), example=names[-1] if names else "", choices=names),
        *(unit if with_units else []),
        Column("order_limit", gettext_lazy("Order limit"), hint=gettext_lazy("In euro, excl. VAT. Empty: no limit of one's own."), also=("bestellimiet", "limiet", "limit"), example="1500"),
        Column("period_limit", gettext_lazy("Limit per period"), hint=gettext_lazy("In euro, excl. VAT. Empty: no limit."), also=("limiet per periode",)),
        Column("period", gettext_lazy("Period"), also=("periode",), choices=[str(label) for label in Period.labels]),
        Column("until", gettext_lazy("Last day of access"), hint=gettext_lazy("Of a guest. Empty: until somebody ends it."), also=("toegang tot", "tot en met", "until")),
    ]


def _names(found: Mapping[str, Any], key: str, item: Any) -> None:
    if key and item not in found.setdefault(key, []):  # type: ignore[attr-defined]
        found[key].append(item)


def gathered(actor: Actor, party: Party | None) -> Gathered:
    """Return what rows of one company, or (None) of the staff, need."""
    given = queries.roles_to_give(actor, party_id=party.pk if party else None)
    roles: dict[str, list[Role]] = {}
    for role in given:
        for word in (role.label, role.name, role.code):
            _names(roles, rules.bare(word), role)
    units: dict[str, list[Unit]] = {}
    for unit in parties.units(actor, party=party) if party else []:
        for word in (unit.name, unit.code):
            _names(units, rules.bare(word), unit)
    return Gathered(roles, ", ".join(role.label for role in given), units, party.language if party else queries.portal(actor).language)


def _place(about: Gathered, values: Mapping[str, str], problems: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the role, unit and period that a row names, of the columns that are there; what cannot be told goes with the problems."""
    found: dict[str, Any] = {}
    roles = about.roles.get(rules.bare(values["role"]), [])
    if len(roles) == 1:
        found["role"] = roles[0]
    else:
        problems.append(("role", _("There are several roles of this name.") if roles else _("There is no such role that you may give. Choose from: %(names)s.") % {"names": about.names}))
    if values.get("unit"):
        units = about.units.get(rules.bare(values["unit"]), [])
        if len(units) == 1:
            found["unit"] = units[0]
        else:
            problems.append(("unit", _("There are several branches of this name; give the code.") if units else _("There is no branch, department or project of this name or code.")))
    elif "unit" in values:
        found["unit"] = None
    if values.get("period"):
        found["period"] = rules.chosen(values["period"], PERIODS)
        if found["period"] is None:
            problems.append(("period", _("Write month, quarter or year.")))
    return found


def _holds(row: Any, place: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in place.items())


def _changed(actor: Actor, rows: list[Membership], place: dict[str, Any]) -> Outcome:
    row = next((row for row in rows if row.role_id == place["role"].pk), rows[0] if len(rows) == 1 else None)
    if row is None:
        raise Wrong([("role", _("This person has several roles here. Change them on the page of colleagues."))])
    if _holds(row, place):
        return "same"
    actions.change_membership(actor, membership=row, **{**{name: getattr(row, name) for name in PLACE}, **place})
    return "changed"


def take(actor: Actor, party: Party | None, about: Gathered, values: Mapping[str, str]) -> Outcome:
    """Invite who is not there, give who is there what his row says."""
    problems: list[tuple[str, str]] = []
    place = _place(about, values, problems)
    read = checked(Row({name: values.get(name, "") for name in Row.base_fields}), more=problems)
    place |= {name: read[name] for name in ("order_limit", "period_limit", "until") if name in values}
    party_id = party.pk if party else None
    rows = list(queries.memberships(actor, party_id=party_id).filter(user__email=read["email"]).order_by("pk"))
    if rows:
        return _changed(actor, rows, place)
    waiting = queries.waiting_invitation(actor, party_id=party_id, email=read["email"])
    if waiting is not None and _holds(waiting, place):
        return "same"
    if waiting is not None:
        place = {**{name: getattr(waiting, name) for name in PLACE}, **place}
        actions.revoke_invitation(actor, invitation=waiting)
    actions.invite(actor, email=read["email"], name=read["name"], party=party, language=about.language, **place)
    return "new" if waiting is None else "changed"


def _back(actor: Actor, party: Party | None) -> str:
    return reverse("parties:tab", args=[party.number, "users"]) if actor.is_staff and party else reverse("accounts:colleagues")


importable("people", gettext_lazy("People"), gettext_lazy("Who is not there yet gets an invitation by mail; who is there gets the role, branch and limits of his row."),
           right=USER_MANAGE, places=["party", "portal"], columns=_columns, begin=gathered, take=take, same=lambda values: values.get("email", "").casefold(), back=_back, order=20)


# Of many companies at once: the same rows, each with the number of its company.


def _columns_of_all(actor: Actor, party: None) -> Sequence[Column]:
    number = Column("party", gettext_lazy("Number of the company"), True, also=("klantnummer", "debiteurnummer", "relatienummer", "bedrijfsnummer", "nummer", "company", "customer number"), example="10042")
    return [number, *_of(list(queries.roles(actor, audience="party").order_by("pk")), with_units=True)]


def company(actor: Actor, number: str) -> Party:
    """Return the company that a row names. Raises Wrong."""
    try:
        return parties.party(actor, number)
    except NotFound:
        raise Wrong([("party", _("There is no company with the number %(number)s.") % {"number": number})]) from None


def _take_of_all(actor: Actor, party: None, about: dict[str, Any], values: Mapping[str, str]) -> Outcome:
    number = values["party"]
    if number not in about:
        found = company(actor, number)
        about[number] = (found, gathered(actor, found))
    party_of, gathered_of = about[number]
    return take(actor, party_of, gathered_of, {name: value for name, value in values.items() if name != "party"})


importable("users", gettext_lazy("People of customers and suppliers"), gettext_lazy("People of many companies at once, each with the number of his company: for example the first administrator of each."),
           right=USER_MANAGE, places=["portal"], columns=_columns_of_all, begin=lambda actor, party: {}, take=_take_of_all,
           same=lambda values: f"{values.get('party', '')} {values.get('email', '').casefold()}", back=lambda actor, party: reverse("parties:list"), order=30)
