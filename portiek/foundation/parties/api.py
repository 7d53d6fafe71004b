"""Contacts for machines: the people who work for one's own company, whether they log in or not."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query, Router, Status
from pydantic import ConfigDict, Field

from portiek.core.actor import Actor
from portiek.core.api import Cursor, Limit, Listing, Schema, Text, endpoint, one_of, page_of
from portiek.core.errors import NotFound, Refused
from portiek.foundation.parties import actions, queries
from portiek.foundation.parties.models import Contact, Unit
from portiek.foundation.parties.permissions import CONTACT_MANAGE

router = Router(tags=["contacts"])
# The whole paths, since `/units` does not stand below `/contacts`.
routes = [("", router)]
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
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        raise NotFound
    return queries.contact(actor, int(key), party=queries.own_party(actor))


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
