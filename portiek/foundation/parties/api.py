"""One's own company for machines: the people who work for it, whether they log in or not, and who acts for whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router, Status
from pydantic import ConfigDict, Field

from portiek.core.actor import Actor
from portiek.core.api import Cursor, Day, Limit, Listing, Schema, Text, endpoint, one_of, page_of, row_key
from portiek.core.errors import Refused
from portiek.foundation.parties import actions, queries, rules
from portiek.foundation.parties.models import Contact, Relation, Unit
from portiek.foundation.parties.permissions import CONTACT_MANAGE, MANDATE_MANAGE

router = Router(tags=["contacts"])
# The whole paths, since `/units` does not stand below `/contacts`.
mandates = Router(tags=["mandates"])
routes = [("", router), ("/mandates", mandates)]
# As a browser checks it (HTML standard section 4.10.5.1.5), with a dot in the domain; or nothing.
EMAIL = r"^([a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+)?$"
REFUSES = ("contact-known", "contact-unit")
Id = Annotated[Text, Field(description=_("The `id` of a contact"))]
Name = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00\s][^\x00]*$")]
Email = Annotated[str, Field(max_length=254, pattern=EMAIL)]
UnitId = Annotated[int | None, Field(ge=1, le=2**63 - 1, description=_("An id of `/units`; null: of the whole company"))]


class ContactOut(Schema):
    """Somebody who works for the company."""

    id: int
    name: str
    role: str
    email: str
    phone: str
    unit: Annotated[int | None, Field(description=_("The id of the branch, department or project"))]
    note: str
    managed_by: Annotated[str, one_of(["company", "erp"]), Field(description=_("Who keeps it: the company itself, or the administration of the seller (`erp`), of which nothing is changed here"))]


class ContactIn(Schema):
    """Somebody new."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "Henk de Boer", "role": "Uitvoerder", "email": "henk.deboer@bakker.example", "phone": "06 123 00 401"}]})
    name: Name
    role: Annotated[Text, Field(max_length=80)] = ""
    email: Email = ""
    phone: Annotated[Text, Field(max_length=40)] = ""
    unit: UnitId = None
    note: Annotated[Text, Field(max_length=500, description=_("Both sides read this, and the person may ask to see it."))] = ""


class ContactChange(ContactIn):
    """What changes of somebody: the fields that are named, the others stay."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"phone": "06 123 00 499"}]})
    name: Name = ""


class RemovedOut(Schema):
    """Who was taken off the list."""

    id: int


class UnitOut(Schema):
    """A branch, department or project in use."""

    id: int
    kind: Annotated[str, one_of(Unit.Kind.values)]
    name: str
    code: str
    parent: Annotated[int | None, Field(description=_("The id of the one it stands in"))]


def _found(actor: Actor, key: str) -> Contact:
    return queries.contact(actor, row_key(key), party=queries.own_party(actor))


def _values(actor: Actor, asked: ContactIn, given: dict[str, Any]) -> dict[str, Any]:
    """Return what was sent, the unit as a row. Raises Refused for one that is not there for this company."""
    if given.get("unit") is None:
        return given
    unit = queries.units(actor, party=queries.own_party(actor)).filter(pk=asked.unit or 0).first()
    if unit is None:
        raise Refused("contact-unit", field="unit")
    return given | {"unit": unit}


def _out(row: Contact) -> dict[str, Any]:
    return {"id": row.pk, "name": row.name, "role": row.role, "email": row.email, "phone": row.phone, "unit": row.unit_id, "note": row.note, "managed_by": "erp" if row.external_id else "company"}


@endpoint(router.get, "/contacts", CONTACT_MANAGE, response=Listing[ContactOut], audience="party", summary=_("List the contacts of the own company"), description=_("The people who work for the own company, by name."))
def list_contacts(
    request: HttpRequest,
    search: Annotated[Text, Field(max_length=100, description=_("Words in name, function, e-mail address, telephone or unit"))] = "",
    cursor: Cursor = "",
    limit: Limit = Query(50),  # type: ignore[type-arg]
) -> Any:
    """Answer a page of contacts."""
    actor = request.actor  # type: ignore[attr-defined]
    page = page_of(queries.contacts(actor, party=queries.own_party(actor), search=search), list(queries.BY_NAME), cursor, limit)
    return {"items": [_out(row) for row in page["items"]], "next": page["next"]}


@endpoint(router.post, "/contacts", CONTACT_MANAGE, response=ContactOut, audience="party", status=201, refuses=(*REFUSES, "contacts-full"), summary=_("Add a contact"), description=_("Add somebody to the contacts of the own company. Nobody is given access by it."))
def add_contact(request: HttpRequest, asked: ContactIn) -> Any:
    """Add it."""
    actor = request.actor  # type: ignore[attr-defined]
    return Status(201, _out(actions.add_contact(actor, party=queries.own_party(actor), **_values(actor, asked, asked.model_dump()))))


# The verbs stand before the contact itself, or `{contact}` would take them for an id.
@endpoint(router.post, "/contacts/{key:contact}:change", CONTACT_MANAGE, response=ContactOut, audience="party", refuses=(*REFUSES, "contact-of-the-erp"), summary=_("Change a contact"),
          description=_("Change the fields that are named, of a contact that the company keeps itself."))
def change_contact(request: HttpRequest, contact: Id, asked: ContactChange) -> Any:
    """Change it."""
    actor = request.actor  # type: ignore[attr-defined]
    return _out(actions.change_contact(actor, contact=_found(actor, contact), values=_values(actor, asked, asked.model_dump(exclude_unset=True))))


@endpoint(router.post, "/contacts/{key:contact}:remove", CONTACT_MANAGE, response=RemovedOut, audience="party", refuses=("contact-of-the-erp",), summary=_("Take a contact off the list"),
          description=_("Take somebody off the list; e-mail address, telephone and note are forgotten. Access to the portal, if there is any, stays."))
def remove_contact(request: HttpRequest, contact: Id) -> Any:
    """Remove it."""
    actor = request.actor  # type: ignore[attr-defined]
    row = _found(actor, contact)
    actions.remove_contact(actor, contact=row)
    return {"id": row.pk}


@endpoint(router.get, "/contacts/{key:contact}", CONTACT_MANAGE, response=ContactOut, audience="party", summary=_("One contact"), description=_("Somebody who works for the own company."))
def get_contact(request: HttpRequest, contact: Id) -> Any:
    """Answer it."""
    return _out(_found(request.actor, contact))  # type: ignore[attr-defined]


@endpoint(router.get, "/units", CONTACT_MANAGE, response=Listing[UnitOut], audience="party", summary=_("List branches, departments and projects"), description=_("What the own company is divided in and is in use: where a contact can work."))
def list_units(request: HttpRequest, cursor: Cursor = "", limit: Limit = Query(50)) -> Any:  # type: ignore[type-arg]
    """Answer a page of units."""
    actor = request.actor  # type: ignore[attr-defined]
    page = page_of(queries.units(actor, party=queries.own_party(actor)), ["id"], cursor, limit)
    return {"items": [{"id": row.pk, "kind": row.kind, "name": row.name, "code": row.code, "parent": row.parent_id} for row in page["items"]], "next": page["next"]}


WAYS = ["gives", "gets"]
STATES = ["asked", "later", "now", "over", "refused", "ended"]
MandateId = Annotated[Text, Field(description=_("The `id` of a mandate"))]
Way = Annotated[str, one_of(WAYS)]
Rights = Annotated[list[Annotated[str, Field(max_length=60, pattern=r"^[a-z_.]+$")]], Field(max_length=200, description=_("What may be done, as rights without their reach. Paying, signing, approving and what manages people, keys and mandates is never in one."))]


class MandateOut(Schema):
    """Who acts for whom, from the side of the own company."""

    id: int
    way: Annotated[str, one_of(WAYS), Field(description=_("`gives`: the other company acts for the own one; `gets`: the own company acts for the other"))]
    other: Annotated[str, Field(description=_("The name of the other company; empty until it has confirmed what the own company asked"))]
    asked_number: Annotated[str, Field(description=_("The number that the own company asked by; empty where the other side asked"))]
    kind: Annotated[str, one_of(Relation.Kind.values)]
    rights: list[str]
    starts_on: date
    ends_on: Annotated[date | None, Field(description=_("The last day"))]
    reference: str
    state: Annotated[str, one_of(STATES)]
    to_confirm: Annotated[bool, Field(description=_("Whether it waits for the own company to confirm it"))]
    asked_by: str
    confirmed_by: str
    ended_by: str
    ended_at: datetime | None


class MandateIn(Schema):
    """What is asked of another company. It counts once that company confirms it."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"way": "gives", "number": "10077", "kind": "dealer", "rights": ["catalog.view", "order.view"], "starts_on": "2026-12-01", "ends_on": "2027-11-30", "reference": "V-12"}]})
    way: Way
    number: Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[^\x00\s][^\x00]*$", description=_("The customer or supplier number that the other company has here. Whether there is such a company is not said."))]
    kind: Annotated[str, one_of(Relation.Kind.values)]
    rights: Rights
    starts_on: Day
    ends_on: Annotated[Day | None, Field(description=_("The last day; null: until one of both ends it"))] = None
    reference: Annotated[Text, Field(max_length=120)] = ""


def _mandate(actor: Actor, key: str) -> Relation:
    return queries.relation(actor, row_key(key), party_id=queries.own_party(actor).pk)


def _mandate_out(actor: Actor, row: Relation) -> dict[str, Any]:
    gives, asked = row.giver_id == actor.party_id, row.asker_id == actor.party_id
    state = rules.state_of(confirmed=row.confirmed_at is not None, ended=row.ended_at is not None, starts_on=row.starts_on, ends_on=row.ends_on, today=timezone.localdate())
    return {
        "id": row.pk, "way": "gives" if gives else "gets", "other": row.agent_name if gives else row.giver_name, "asked_number": row.asked_number if asked else "", "kind": row.kind, "rights": row.rights,
        "starts_on": row.starts_on, "ends_on": row.ends_on, "reference": row.reference, "state": state, "to_confirm": state == "asked" and not asked,
        "asked_by": row.asked_name if row.asker_id else "", "confirmed_by": row.confirmed_name, "ended_by": row.ended_name, "ended_at": row.ended_at,
    }  # fmt: skip


@endpoint(mandates.get, "", MANDATE_MANAGE, response=Listing[MandateOut], audience="party", summary=_("List mandates"),
          description=_("Who acts for the own company and for whom it acts, last first: what is in use or asked, or with `show=over` what was ended, refused or withdrawn."))
def list_mandates(request: HttpRequest, way: Annotated[str, one_of(["", *WAYS])] = "", show: Annotated[str, one_of(["live", "over"])] = "live", cursor: Cursor = "", limit: Limit = Query(50)) -> Any:  # type: ignore[type-arg]
    """Answer a page of mandates."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.relations(actor, party_id=queries.own_party(actor).pk, side={"gives": "giver", "gets": "agent"}.get(way, ""), live=show == "live")
    page = page_of(found, list(queries.BY_LAST), cursor, limit)
    return {"items": [_mandate_out(actor, row) for row in page["items"]], "next": page["next"]}


@endpoint(mandates.post, "", MANDATE_MANAGE, response=MandateOut, audience="party", status=201, refuses=("mandate-empty", "mandate-right", "mandate-beyond", "mandate-days", "mandate-self", "mandates-full"), summary=_("Ask for a mandate"),
          description=_("Ask another company to act for the own one, or to be acted for. A key gives only what it holds itself, for the whole company."))
def ask_mandate(request: HttpRequest, asked: MandateIn) -> Any:
    """Ask it."""
    actor = request.actor  # type: ignore[attr-defined]
    values = asked.model_dump(exclude={"way"}) | {"number": asked.number.strip()}
    return Status(201, _mandate_out(actor, actions.ask_relation(actor, gives=asked.way == "gives", **values)))


@endpoint(mandates.post, "/{key:mandate}:confirm", MANDATE_MANAGE, response=MandateOut, audience="party", refuses=("mandate-empty", "mandate-right", "mandate-beyond", "mandate-days", "mandate-over"), summary=_("Confirm a mandate"),
          description=_("Agree with what the other company asked; where the own company gives, with no more than the key holds itself. What the own company asked is not its own to confirm: 404."))
def confirm_mandate(request: HttpRequest, mandate: MandateId) -> Any:
    """Confirm it."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.confirm_relation(actor, relation=_mandate(actor, mandate))
    return _mandate_out(actor, _mandate(actor, mandate))


@endpoint(mandates.post, "/{key:mandate}:end", MANDATE_MANAGE, response=MandateOut, audience="party", refuses=("mandate-over",), summary=_("End, refuse or withdraw a mandate"),
          description=_("End a mandate at once, also for who is acting on it now; refuse what the other company asked, or withdraw what the own company asked."))
def end_mandate(request: HttpRequest, mandate: MandateId) -> Any:
    """End it."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.end_relation(actor, relation=_mandate(actor, mandate))
    return _mandate_out(actor, _mandate(actor, mandate))


@endpoint(mandates.get, "/{key:mandate}", MANDATE_MANAGE, response=MandateOut, audience="party", summary=_("One mandate"), description=_("A mandate that the own company gave or got."))
def get_mandate(request: HttpRequest, mandate: MandateId) -> Any:
    """Answer it."""
    actor = request.actor  # type: ignore[attr-defined]
    return _mandate_out(actor, _mandate(actor, mandate))
