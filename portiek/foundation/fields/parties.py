"""Fields on parties: the kind of object that this module itself fills."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.foundation.fields.models import PartyValue
from portiek.foundation.fields.subjects import subject
from portiek.foundation.parties import permissions, queries
from portiek.foundation.parties.models import Party


def _url(actor: Actor, row: Party) -> str:
    return reverse("parties:tab", args=[row.number, "fields"]) if actor.is_staff else reverse("parties:mine")


PARTY = subject("party", model=Party, values=PartyValue, holder="party", ref="parties.party", right=permissions.MANAGE, fills=permissions.PROPOSE, find=queries.party, party_of=lambda row: row.pk,
                number_of=lambda row: row.name, url=_url, order=10)  # fmt: skip
