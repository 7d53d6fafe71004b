"""What is filled in, as machines read and send it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import ConfigDict
from pydantic import Field as About

from portiek.core.actor import Actor
from portiek.core.api import Schema, Texts, endpoint, one_of
from portiek.foundation.fields import actions, queries
from portiek.foundation.fields.models import Field
from portiek.foundation.fields.parties import PARTY
from portiek.foundation.fields.queries import Filled
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.permissions import PROPOSE

router = Router(tags=["company"])
# The whole paths, so that other things of one's own company can stand beside them.
routes = [("", router)]


class FieldOut(Schema):
    """A field of the seller's own making with what is filled in. One without a value is not there."""

    key: Annotated[str, About(description=_("Its name, which stays as it is"))]
    label: Annotated[str, About(description=_("What it is called, in the language asked for"))]
    kind: Annotated[str, one_of(Field.Kind.values)]
    value: Annotated[str, About(description=_("As its kind is written: a number with a point, a date as 2026-03-31, `yes` or `no`"))]


def as_data(found: Iterable[Filled]) -> list[Mapping[str, str]]:
    """Return what is filled in as `FieldOut` has it: fields that ended are left out."""
    return [{"key": item.field.key, "label": item.field.name, "kind": item.field.kind, "value": item.value} for item in found if not item.over]


class CompanyFieldOut(FieldOut):
    """A field of the seller's own making on one's own company; without a value nothing is filled in."""

    help: str
    choices: list[str]
    required: bool
    may_fill: Annotated[bool, About(description=_("Whether the own company fills it in; otherwise the seller does"))]


class FillIn(Schema):
    """What to fill in."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"fields": {"losplaats": "Achter de loods"}}]})
    fields: Annotated[Texts, About(max_length=60, description=_("Values by the name of the field, an empty one takes out what is there; fields that are not named stay"))]


def _of_company(actor: Actor) -> list[Mapping[str, Any]]:
    values, mine = queries.values(actor, PARTY, parties.own_party(actor)), {item.key for item in queries.to_fill(actor, PARTY)}
    return [{"key": item.key, "label": item.name, "kind": item.kind, "value": values.get(item.key, ""), "help": item.hint, "choices": item.choices, "required": item.required, "may_fill": item.key in mine}
            for item in queries.fields(actor, PARTY.key)]


@endpoint(router.get, "/company/fields", PROPOSE, response=list[CompanyFieldOut], audience="party", summary=_("What the seller keeps of the own company"),
          description=_("The fields of the seller's own making on the own company that it may see, with what is filled in, in their order."))
def list_company_fields(request: HttpRequest) -> Any:
    """Answer the fields."""
    return _of_company(request.actor)  # type: ignore[attr-defined]


@endpoint(router.post, "/company/fields:fill", PROPOSE, response=list[CompanyFieldOut], audience="party", refuses=("field-unknown", "field-wrong", "field-required"), summary=_("Fill in fields of the own company"),
          description=_("Fill in fields that the seller asks the own company to fill in, all of them or none."))
def fill_company_fields(request: HttpRequest, asked: FillIn) -> Any:
    """Fill them in."""
    actor = request.actor  # type: ignore[attr-defined]
    actions.fill(actor, subject=PARTY, row=parties.own_party(actor), values=asked.fields)
    return _of_company(actor)
