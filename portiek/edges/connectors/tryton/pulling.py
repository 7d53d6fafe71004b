"""Reading feeds page by page."""

from __future__ import annotations

import datetime as dt
import email.utils
import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from portiek.edges.connectors.contract import Change, OrderRecord, Page, Problem, Record
from portiek.edges.connectors.tryton import cursors
from portiek.edges.connectors.tryton.client import Row, TrytonClient
from portiek.edges.connectors.tryton.cursors import Cursor
from portiek.edges.connectors.tryton.feeds import FEEDS, Feed, Stream
from portiek.edges.connectors.tryton.invoices import invoice, invoice_rows, payment, payment_rows
from portiek.edges.connectors.tryton.lookups import ACTIVE_OR_NOT, Lookups
from portiek.edges.connectors.tryton.orders import order, order_rows, shipment, shipment_rows
from portiek.edges.connectors.tryton.parties import read_parties
from portiek.edges.connectors.tryton.pricing import read_price_lists
from portiek.edges.connectors.tryton.products import read_categories, read_products
from portiek.edges.connectors.tryton.stock import external_id, read_stock

Clock = Callable[[], dt.datetime]
BAD_RECORD = (KeyError, ValueError, TypeError, AttributeError, ArithmeticError, IndexError)


def digest(record: Record | None, stamp: object = "") -> str:
    """Return the version of a record: the root's own `_timestamp`, and a hash of all that was read."""
    return f"{stamp}~{hashlib.sha256(repr(record).encode()).hexdigest()[:20]}"


def stamp_of(version: str) -> str:
    """Return the `_timestamp` in a version, "" when it has none."""
    return version.partition("~")[0]


class Puller:
    """Reads feeds for one connector; `now` is the portal's clock, only for "as of" and today's stock."""

    def __init__(self, client: TrytonClient, now: Clock) -> None:
        self.client = client
        self.now = now

    def pull(self, feed: Feed, text: str | None, limit: int) -> Page:
        """Read the next page of a feed. Raises ValueError on a strange cursor."""
        lookups = Lookups(self.client)
        cursor = Cursor.parse(text) if text else self._first(feed, lookups)
        if cursor.over:
            cursor.begin_run(self.server_clock(), dt.timedelta(seconds=self.client.options.overlap), lookups.zone)
        if feed.entity == "stock":
            limit = max(1, limit // max(1, len(lookups.warehouses)))
        ids: dict[int, None] = {}
        more = False
        for stream in (feed.root,) if cursor.initial else feed.streams:
            room = limit - len(ids)
            if room <= 0:
                more = True
                break
            room = max(room, stream.page)
            rows = self._rows(stream, cursor.positions.get(stream.name, cursors.START), room)
            ids |= dict.fromkeys(_own_ids(rows) if cursor.initial else stream.roots(lookups, rows))
            if rows:
                at = rows[-1].get("last_modified_at")
                cursor.positions[stream.name] = (at.isoformat() if at else "", rows[-1]["id"])
            more = more or len(rows) == room
        changes = self.changes(feed.entity, list(ids), lookups)
        if cursor.initial:
            # nothing to take back yet
            changes = [change for change in changes if change.data is not None or change.problem]
        if not more:
            # the children that changed during the first load come in the run that starts here
            more, cursor.initial, cursor.over = cursor.initial, False, not cursor.initial
        return Page(tuple(changes), cursor.dump(), more)

    def keys(self, feed: Feed, after: str | None, limit: int) -> list[str]:
        """Return ids of all that exists above `after`, archived too."""
        lookups = Lookups(self.client)
        last = int(after.partition(":")[0]) if after else 0
        domain = [*self._domain(feed.root), ("id", ">", last)]
        if feed.entity == "party":
            domain.append(("categories", "in", list(lookups.kinds)))
        elif feed.entity == "invoice":
            domain += [("state", "not in", ["draft", "validated"]), ("number", "!=", None)]
        elif feed.entity == "order":
            domain.append(("number", "!=", None))
        elif feed.entity == "stock":
            limit = max(1, limit // max(1, len(lookups.warehouses)))
        rows = self.client.rows(feed.root.model, domain, [], [("id", "ASC")], limit)
        if feed.entity == "stock":
            return [external_id(row["id"], warehouse) for row in rows for warehouse in lookups.warehouses]
        return [str(row["id"]) for row in rows]

    def fetch(self, entity: str, external: str) -> Change:
        """Read one record as it is now; `data` None when it is gone. Raises ValueError on a strange id."""
        found = self.changes(entity, [int(external.partition(":")[0])], Lookups(self.client))
        for change in found:
            if change.external_id == external:
                return change
        return Change(entity, external, digest(None), None, self.now())

    def order_as_is(self, sale: int) -> tuple[str, OrderRecord]:
        """Read an order with its version, also one the feed does not show yet. Raises KeyError when it is gone."""
        lookups = Lookups(self.client)
        row = order_rows(lookups, [sale])[sale]
        record = order(lookups, row)
        return digest(record, row["_timestamp"]), record

    def changes(self, entity: str, ids: Sequence[int], lookups: Lookups) -> list[Change]:
        """Read records by id; one that cannot be mapped becomes a problem and the others go on."""
        if not ids:
            return []
        try:
            return self._load(entity, ids, lookups)
        except BAD_RECORD as error:
            if len(ids) > 1:
                middle = len(ids) // 2
                return [*self.changes(entity, ids[:middle], lookups), *self.changes(entity, ids[middle:], lookups)]
            problem = Problem(f"mapping: {type(error).__name__}: {error}", f"{FEEDS[entity].root.model},{ids[0]}")
            return [Change(entity, str(ids[0]), digest(None, "problem"), None, self.now(), problem)]

    def server_clock(self) -> dt.datetime | None:
        """Return the ERP's clock at its last answer, in the server's zone and without it; None: it did not say."""
        if not self.client.last_headers:
            self.client.version()
        header = {name.lower(): value for name, value in self.client.last_headers.items()}.get("date")
        if not header:
            return None
        try:
            moment = email.utils.parsedate_to_datetime(header)
        except ValueError:
            return None
        return moment.astimezone(Lookups(self.client).zone).replace(tzinfo=None)

    def _first(self, feed: Feed, lookups: Lookups) -> Cursor:
        """Start a first load: what children there are now will have been read with their parents."""
        cursor = Cursor()
        for stream in feed.streams[1:]:
            order = [("id", "DESC")] if stream.by_id else [("last_modified_at", "DESC"), ("id", "DESC")]
            fields = [] if stream.by_id else ["last_modified_at"]
            for row in self.client.rows(stream.model, self._domain(stream), fields, order, 1):
                at = row.get("last_modified_at")
                cursor.positions[stream.name] = (at.isoformat() if at else "", row["id"])
        now = self.server_clock()
        cursor.read_at = now.isoformat() if now else ""
        return cursor

    def _domain(self, stream: Stream) -> list[Any]:
        domain = [*stream.domain]
        if stream.archived:
            domain.append(ACTIVE_OR_NOT)
        if stream.model in ("sale.sale", "stock.shipment.out", "account.invoice"):
            domain.append(("company", "=", self.client.company))
        return domain

    def _rows(self, stream: Stream, position: cursors.Position, limit: int) -> list[Row]:
        domain = self._domain(stream)
        if stream.by_id:
            domain.append(("id", ">", position[1]))
            return self.client.rows(stream.model, domain, stream.fields, [("id", "ASC")], limit)
        rows: list[Row] = []
        for part in cursors.after(position):
            if len(rows) < limit:
                order = [("last_modified_at", "ASC"), ("id", "ASC")]
                fields = ["last_modified_at", *stream.fields]
                rows += self.client.rows(stream.model, [*domain, *part], fields, order, limit - len(rows))
        return rows

    def _load(self, entity: str, ids: Sequence[int], lookups: Lookups) -> list[Change]:
        match entity:
            case "party":
                return self._as_changes(entity, read_parties(lookups, ids).items())
            case "category":
                return self._as_changes(entity, read_categories(lookups, ids).items())
            case "product":
                return self._as_changes(entity, read_products(lookups, ids).items())
            case "price_list":
                return self._as_changes(entity, read_price_lists(lookups, ids).items())
            case "stock":
                today = self.now().astimezone(lookups.zone).date()
                return self._as_changes(entity, read_stock(lookups, ids, today).items())
            case "order":
                orders = order_rows(lookups, ids)
                # without a number it is a draft nobody has offered yet
                shown = {i: order(lookups, row) if row["number"] else None for i, row in orders.items()}
                stamps = {i: row["_timestamp"] for i, row in orders.items()}
                return self._as_changes(entity, ((i, shown.get(i)) for i in ids), stamps)
            case "shipment":
                shipments = shipment_rows(lookups, ids)
                return self._as_changes(
                    entity, ((i, shipment(lookups, shipments[i]) if i in shipments else None) for i in ids)
                )
            case "invoice":
                invoices = invoice_rows(lookups, ids)
                return self._as_changes(
                    entity, ((i, invoice(lookups, invoices[i]) if i in invoices else None) for i in ids)
                )
            case "payment":
                payments = payment_rows(lookups, ids)
                return self._as_changes(entity, ((i, payment(payments[i]) if i in payments else None) for i in ids))
        raise LookupError(entity)

    def _as_changes(
        self, entity: str, records: Iterable[tuple[int | str, Record | None]], stamps: dict[int, str] | None = None
    ) -> list[Change]:
        return [
            Change(entity, str(id_), digest(record, stamps.get(int(id_), "") if stamps else ""), record, self.now())
            for id_, record in records
        ]


def _own_ids(rows: Sequence[Row]) -> list[int]:
    return [row["id"] for row in rows]
