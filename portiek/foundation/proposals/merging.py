"""What was proposed about a party stays with it; what is undecided comes first."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.merging import Deed, refuses, stays
from portiek.foundation.proposals.models import Proposal


def _in_the_way(actor: Actor, deed: Deed) -> Iterable[Refused]:
    count = 0 if deed.is_split else Proposal.objects.open().filter(portal_id=actor.portal_id, party_id=deed.source).count()
    if count:
        yield Refused("merge-proposals", count=count)


stays("proposals.Proposal", ground=_("What was proposed about the data of that company."))
refuses("proposals", _in_the_way)
