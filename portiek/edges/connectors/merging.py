"""What is on its way to the ERP gets there under the number it was written with: that comes first."""

from __future__ import annotations

from collections.abc import Iterable

from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.merging import Deed, refuses
from portiek.edges.connectors import queries


def _in_the_way(actor: Actor, deed: Deed) -> Iterable[Refused]:
    count = queries.on_their_way(actor, party_id=deed.source, units=deed.units if deed.is_split else None)
    if count:
        yield Refused("merge-on-its-way", count=count)


refuses("connectors", _in_the_way)
