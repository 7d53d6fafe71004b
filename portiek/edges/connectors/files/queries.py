"""Every read of files that an ERP sends."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.db import connection as database
from django.db.models import Count, Max, Q, QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.edges.connectors.files.fields import LAYOUTS
from portiek.edges.connectors.models import Connection, FileDelivery, FileMapping, FileRecord, FileRow, FileSource

State = FileDelivery.State
# The order in which they need each other; answers to orders come last.
PLACES = {name: place for place, name in enumerate(("category", "product", "product.packs", "product.attributes", "product.documents", "price_list", "price_list.lines", "surcharge", "floor", "party", "party.addresses", "party.contacts", "agreement", "agreement.lines", "discount", "stock", "order", "order.lines", "shipment", "shipment.lines", "invoice", "invoice.lines", "payment", "order_answer"))}
# What stands in the way of later files of its kind that say only what changed.
OPEN = (State.UNMAPPED, State.READY, State.HELD)


def by_files(actor: Actor, number: int) -> Connection:
    """Return a connection by files. Raises NotFound, also for one of another vendor."""
    found = Connection.objects.filter(portal_id=actor.portal_id, pk=number, vendor="files").first()
    if found is None:
        raise NotFound
    return found


def in_use(actor: Actor) -> list[Connection]:
    """Return the connections by files that are used and not paused."""
    return list(Connection.objects.filter(portal_id=actor.portal_id, vendor="files", enabled=True, paused_at__isnull=True).order_by("pk"))


def source(actor: Actor, connection: Connection) -> FileSource | None:
    """Return when a folder was looked into; None before the first time."""
    return FileSource.objects.filter(connection=connection).first()


def mapping(actor: Actor, connection: Connection, layout: str, version: int = 0) -> FileMapping | None:
    """Return how a kind of file is read, now or in a version; None: nobody has said."""
    found = FileMapping.objects.filter(connection=connection, layout=layout)
    return (found.filter(version=version) if version else found.order_by("-version")).first()


def mappings(actor: Actor, connection: Connection) -> dict[str, FileMapping]:
    """Return how each kind of file is read now. One statement."""
    rows = FileMapping.objects.filter(connection=connection).order_by("layout", "-version").distinct("layout")
    return {row.layout: row for row in rows if row.layout in LAYOUTS}


def versions(actor: Actor, connection: Connection, layout: str) -> list[FileMapping]:
    """Return how a kind of file was read before, newest first."""
    return list(FileMapping.objects.filter(connection=connection, layout=layout).order_by("-version")[:20])


def deliveries(actor: Actor, connection: Connection) -> QuerySet[FileDelivery]:
    """Return the files that came."""
    return FileDelivery.objects.filter(portal_id=actor.portal_id, connection=connection)


def delivery(actor: Actor, connection: Connection, number: int) -> FileDelivery:
    """Return one file that came. Raises NotFound."""
    found = deliveries(actor, connection).filter(pk=number).select_related("file", "report").first()
    if found is None:
        raise NotFound
    return found


def newest(actor: Actor, connection: Connection) -> dict[str, FileDelivery]:
    """Return the last file of each kind. One statement."""
    return {row.layout: row for row in deliveries(actor, connection).order_by("layout", "-pk").distinct("layout")}


def last_of(actor: Actor, connection: Connection, layout: str) -> FileDelivery | None:
    """Return the last file of a kind whose headings are known."""
    return deliveries(actor, connection).filter(layout=layout).exclude(heads=[]).order_by("-pk").first()


def next_delivery(actor: Actor, connection: Connection) -> FileDelivery | None:
    """Return the file that is to be worked on: one that was left in the middle too. A file of changes waits for an earlier one of its kind that a person must look at."""
    rows = list(deliveries(actor, connection).filter(state__in=[*OPEN, State.WAITING, State.READING, State.CONFIRMED, State.LOADING]).select_related("file").order_by("pk"))
    stopped: set[str] = set()
    may = []
    for row in rows:
        if row.state in OPEN:
            stopped.add(row.layout)
        elif row.is_whole or row.layout not in stopped or row.state in (State.CONFIRMED, State.LOADING):
            may.append(row)
    return min(may, key=lambda row: (PLACES[row.layout], row.pk), default=None)


def is_seen(actor: Actor, connection: Connection, layout: str, name: str, modified: datetime) -> bool:
    """Whether a file of this name and time was taken in before."""
    return deliveries(actor, connection).filter(layout=layout, name=name, modified_at=modified).exists()


def offered_key(actor: Actor, connection: Connection) -> str:
    """Return the host key that the SFTP server showed at the last try and that nobody confirmed yet; empty: none."""
    notes = (connection.health or {}).get("notes", [])
    shown = next((text.partition(": ")[2] for text in notes if text.startswith("sftp.host_key: ")), "")
    # Confirmed, and not tried again yet.
    return shown if shown != connection.options.get("host_key") else ""


def is_known(actor: Actor, connection: Connection, layout: str, name: str, sha256: str, modified: datetime) -> str:
    """Return why a file need not be read: it lay there before, or its kind brought the same content last. Nothing: it is new."""
    here = deliveries(actor, connection).filter(layout=layout)
    if here.filter(name=name, sha256=sha256, modified_at=modified).exists():
        return "seen"
    # One that was put away or could not be read may be sent once more.
    last = here.exclude(state__in=[State.DROPPED, State.REFUSED]).order_by("-pk").values_list("sha256", flat=True).first()
    return "same" if last == sha256 else ""


def last_whole(actor: Actor, delivery: FileDelivery) -> int | None:
    """Return how many rows the last whole file of the same kind had that was taken over."""
    return FileDelivery.objects.filter(connection_id=delivery.connection_id, layout=delivery.layout, is_whole=True, state=State.DONE).exclude(pk=delivery.pk).order_by("-pk").values_list("total", flat=True).first()


def refused_rows(actor: Actor, delivery: FileDelivery) -> QuerySet[FileRow]:
    """Return the rows of a file that stay out."""
    return FileRow.objects.filter(portal_id=actor.portal_id, delivery=delivery)


def refused_row(actor: Actor, delivery: FileDelivery, number: int) -> FileRow:
    """Return one row that stays out. Raises NotFound."""
    found = refused_rows(actor, delivery).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def waiting(actor: Actor, connection: Connection) -> dict[str, int]:
    """Return how many files wait for a person, and how many rows stay out. Two statements."""
    found = deliveries(actor, connection).aggregate(held=Count("pk", filter=Q(state__in=OPEN)))
    return {"held": found["held"], "rows": FileRow.objects.filter(delivery__connection=connection).count()}


# -- the books


def fingerprints(actor: Actor, connection_id: int, layout: str) -> dict[str, str]:
    """Return the version of every record of a kind that is there."""
    return dict(FileRecord.objects.filter(connection_id=connection_id, layout=layout, body__isnull=False).values_list("external_id", "version"))


def since(actor: Actor, connection_id: int, layout: str, seq: int, limit: int) -> list[tuple[int, str, dict[str, Any] | None]]:
    """Return records that changed after a counter, in that order."""
    return list(FileRecord.objects.filter(connection_id=connection_id, layout=layout, seq__gt=seq).order_by("seq").values_list("seq", "external_id", "body")[:limit])


def records(actor: Actor, connection_id: int, layout: str, keys: Sequence[str]) -> list[tuple[int, str, dict[str, Any] | None]]:
    """Return records by their keys."""
    return list(FileRecord.objects.filter(connection_id=connection_id, layout=layout, external_id__among=keys).order_by("seq").values_list("seq", "external_id", "body"))


def parts(actor: Actor, connection_id: int, layout: str, parents: Sequence[str]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return parts of records: whose, their keys and values, in the order of the file."""
    found = FileRecord.objects.filter(connection_id=connection_id, layout=layout, parent__among=parents, body__isnull=False).exclude(parent="").order_by("external_id").values_list("parent", "external_id", "body")
    return cast("list[tuple[str, str, dict[str, Any]]]", list(found))


def part_versions(actor: Actor, connection_id: int, layout: str, keys: Sequence[str]) -> dict[str, str]:
    """Return the version of those of these records that are there."""
    return dict(FileRecord.objects.filter(connection_id=connection_id, layout=layout, external_id__among=keys, body__isnull=False).values_list("external_id", "version"))


LINES = "price_list.lines"


def long_lists(actor: Actor, connection_id: int, keys: Sequence[str], most: int) -> set[str]:
    """Return which of these price lists have more lines than `most`; no more of them are counted."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT k FROM unnest(%s::text[]) k WHERE EXISTS (SELECT FROM connectors_filerecord WHERE portal_id = %s AND connection_id = %s AND layout = %s AND parent = k AND parent <> '' OFFSET %s)",
            [list(keys), actor.portal_id, connection_id, LINES, most])
        return {row[0] for row in cursor.fetchall()}


def lines_by_product(actor: Actor, connection_id: int, parent: str, after: str | None, limit: int) -> list[tuple[str, dict[str, Any]]]:
    """Return keys and values of the lines of one price list by product in the order of code points, from after a product on."""
    with database.cursor() as cursor:
        cursor.execute(
            f"""SELECT external_id, body::text FROM connectors_filerecord WHERE portal_id = %s AND connection_id = %s AND layout = '{LINES}' AND parent = %s AND (body ->> 'product') COLLATE "C" > %s
                ORDER BY (body ->> 'product') COLLATE "C", external_id LIMIT %s""",
            [actor.portal_id, connection_id, parent, after or "", limit])
        return [(key, json.loads(body)) for key, body in cursor.fetchall()]


def is_written(actor: Actor, connection_id: int, entity: str) -> bool:
    """Whether a file about an entity is being taken over now."""
    return FileDelivery.objects.filter(portal_id=actor.portal_id, connection_id=connection_id, layout__in=[name for name, layout in LAYOUTS.items() if layout.entity == entity], state=State.LOADING).exists()


def keys(actor: Actor, connection_id: int, layout: str, after: str, limit: int) -> list[str]:
    """Return the ids that are there, above `after`."""
    return list(FileRecord.objects.filter(connection_id=connection_id, layout=layout, external_id__gt=after, body__isnull=False).order_by("external_id").values_list("external_id", flat=True)[:limit])


def of_reference(actor: Actor, connection_id: int, reference: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return what the files said about an order of the portal."""
    found = FileRecord.objects.filter(connection_id=connection_id, reference=reference, body__isnull=False).exclude(reference="").order_by("seq").values_list("layout", "external_id", "body")
    return cast("list[tuple[str, str, dict[str, Any]]]", list(found))


def as_of(actor: Actor, connection_id: int, entity: str) -> datetime | None:
    """Return when the last file about an entity was taken over."""
    layouts = [name for name, layout in LAYOUTS.items() if layout.entity == entity]
    found: datetime | None = FileDelivery.objects.filter(connection_id=connection_id, layout__in=layouts, state=State.DONE).aggregate(at=Max("done_at"))["at"]
    return found


def counted(actor: Actor, connection_id: int) -> dict[str, int]:
    """Return how many records of each kind the books hold."""
    rows = FileRecord.objects.filter(connection_id=connection_id, body__isnull=False, parent="").values("layout").annotate(number=Count("pk")).order_by("layout")
    return {row["layout"]: row["number"] for row in rows}
