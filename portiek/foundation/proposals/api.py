"""Proposals for machines: what was asked to be changed, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import Field

from portiek.core.api import Cursor, Limit, Listing, Schema, endpoint, one_of, page_of
from portiek.foundation.parties.permissions import PROPOSE
from portiek.foundation.proposals import queries
from portiek.foundation.proposals.models import Proposal

router = Router(tags=["proposals"])
routes = [("/proposals", router)]


class ProposalOut(Schema):
    """One change of one field, as it was proposed."""

    id: int
    subject: Annotated[str, Field(description=_("party, address or contact"))]
    label: str
    field: str
    old: dict[str, str]
    new: dict[str, str]
    current: Annotated[dict[str, str] | None, Field(description=_("What the field has now, of a proposal that was overtaken"))]
    state: str
    note: str
    reason: str
    proposed_name: str
    proposed_at: datetime
    decided_at: datetime | None
    ended_at: datetime | None


@endpoint(router.get, "", PROPOSE, audience="party", response=Listing[ProposalOut], summary=_("List proposed changes of own data"), description=_("The changes that the own company proposed, newest first."))
def list_proposals(request: HttpRequest, state: Annotated[str, one_of(["", "open", *Proposal.State.values])] = "", cursor: Cursor = "", limit: Limit = Query(50)) -> Any:  # type: ignore[type-arg]
    """Answer a page of proposals."""
    return page_of(queries.proposals(request.actor, state=state), ["-id"], cursor, limit)  # type: ignore[attr-defined]
