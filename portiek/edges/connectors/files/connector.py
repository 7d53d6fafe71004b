"""The nine calls of the contract, for an ERP by files: read from the books that its files filled, written as files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Protocol, cast

from portiek.edges.connectors import codec
from portiek.edges.connectors.contract import (
    Blob,
    Capabilities,
    Change,
    ChangeParty,
    Command,
    CommandCapability,
    ConnectorError,
    Done,
    External,
    FeedCapability,
    Health,
    OrderRecord,
    Page,
    PartyRecord,
    Pending,
    Price,
    PriceLine,
    PriceListRecord,
    Problem,
    Rejected,
    Result,
    Retry,
)
from portiek.edges.connectors.files import building, fields, writing
from portiek.edges.connectors.files.folder import Astray, Folder, file_name
from portiek.edges.connectors.files.mapping import Wrong
from portiek.edges.connectors.files.options import FilesOptions
from portiek.edges.connectors.files.remote import Remote

# Of a record with thousands of lines: as a page of the demo's.
PAGE_SIZES = {"price_list": 5, "product": 1000, "stock": 1000}
PAGE_SIZE = 500
# A price list with more lines comes in portions of so many.
PORTION = 20_000
Row = tuple[int, str, dict[str, Any] | None]


class Books(Protocol):
    """What the files said, by entity; none of these is called within a scope."""

    def since(self, entity: str, seq: int, limit: int) -> list[Row]: ...
    def rows(self, entity: str, keys: list[str]) -> list[Row]: ...
    def parts(self, entity: str, keys: list[str]) -> dict[str, dict[str, list[tuple[str, dict[str, Any]]]]]: ...
    def long(self, keys: list[str], most: int) -> set[str]: ...
    def portion(self, key: str, after: str | None, limit: int) -> list[tuple[str, dict[str, Any]]]: ...
    def is_written(self, entity: str) -> bool: ...
    def keys(self, entity: str, after: str, limit: int) -> list[str]: ...
    def of_reference(self, reference: str) -> list[tuple[str, str, dict[str, Any]]]: ...
    def as_of(self, entity: str) -> datetime: ...
    def summary(self) -> str: ...


class FilesConnector:
    """One ERP by files. `needs_books`: the engine hands it its books, and where its files lie."""

    options_schema = FilesOptions
    needs_books = True

    def __init__(self, options: FilesOptions, http: object, *, books: Books | None, folder: Folder | Remote | None, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.options, self.now = options, now
        self._books, self._folder = books, folder
        # A file of our own is there or it is not; what an SFTP server was asked last may still be on its way.
        self.longest_commit = 60.0 if options.place == "sftp" else 1.0

    @property
    def books(self) -> Books:
        """The books; a connection that is not kept yet has none."""
        if self._books is None:
            raise ConnectorError("no books yet", code="unavailable", after=60.0)
        return self._books

    @contextmanager
    def folder(self) -> Iterator[Folder | Remote]:
        """Open the folder, made. Raises ConnectorError when it cannot be used."""
        with ExitStack() as opened:
            try:
                if self._folder is None:
                    raise Astray("no folder yet")
                opened.enter_context(self._folder)
            except Astray as problem:
                raise ConnectorError(str(problem), code="unavailable", after=60.0) from problem
            yield self._folder

    def capabilities(self) -> Capabilities:
        """Say what files can do: every record, and orders, cancellations and changes of parties that are answered by a later file."""
        asked = CommandCapability(supports_version=False, has_idempotency=False, is_async=True)
        return Capabilities(
            feeds={entity: FeedCapability("counter", True, PAGE_SIZES.get(entity, PAGE_SIZE), 0) for entity in fields.ENTITIES},
            commands={"create_order": asked, "cancel_order": asked, "change_party": asked},
            documents={},
        )

    def check(self) -> Health:
        """Look whether the folder can be read and written."""
        try:
            with self.folder():
                pass
            return Health(True, "files 1", 0.0, notes=(self.books.summary(),))
        except ConnectorError as error:
            return Health(False, "files 1", None, notes=(str(error),))

    # -- reading

    def pull(self, entity: str, cursor: str | None, limit: int) -> Page:
        """Read the next page of the books."""
        seq, inside, after = _place(cursor)
        if entity == "price_list" and self.books.is_written(entity):
            # A long list is written in several steps: half of it would take prices away.
            return Page((), cursor or json.dumps({"seq": seq}), False, self.books.as_of(entity))
        rows = self.books.since(entity, seq, limit + 1)
        long = self._long(entity, rows[:limit])
        if rows and rows[0][1] in long:
            change = self._portion(rows[0], after if rows[0][0] == inside else None)
            until = change.data.until if isinstance(change.data, PriceListRecord) else None
            return Page((change,), json.dumps({"seq": seq, "inside": rows[0][0], "after": until} if until is not None else {"seq": rows[0][0]}), until is not None or len(rows) > 1, self.books.as_of(entity))
        limit = next((place for place, row in enumerate(rows[:limit]) if row[1] in long), limit)
        changes = self._changes(entity, rows[:limit])
        # A first load has nothing to take back.
        kept = tuple(change for change in changes if cursor or change.data is not None or change.problem is not None)
        return Page(kept, json.dumps({"seq": rows[:limit][-1][0] if rows else seq}), len(rows) > limit, self.books.as_of(entity))

    def keys(self, entity: str, after: str | None, limit: int) -> list[str]:
        """Return the ids that exist."""
        return self.books.keys(entity, after or "", limit)

    def fetch(self, entity: str, external_id: str) -> Change:
        """Read one record as the files said it last."""
        found = self.several(entity, [external_id])
        return found[0] if found else Change(entity, external_id, "gone", None, self.now())

    def several(self, entity: str, keys: list[str]) -> list[Change]:
        """Read records as the files said them last."""
        rows = self.books.rows(entity, keys)
        long = self._long(entity, rows)
        return [*self._changes(entity, [row for row in rows if row[1] not in long]), *(self._portion(row, None) for row in rows if row[1] in long)]

    def following(self, change: Change) -> Change | None:
        """Return the portion of a price list that comes after this one; None: there is no more."""
        until = change.data.until if isinstance(change.data, PriceListRecord) else None
        rows = self.books.rows(change.entity, [change.external_id]) if until is not None else []
        return self._portion(rows[0], until) if rows and rows[0][2] is not None else None

    def _long(self, entity: str, rows: list[Row]) -> set[str]:
        there = [key for _seq, key, body in rows if body is not None]
        return self.books.long(there, PORTION) if entity == "price_list" and there else set()

    def _portion(self, row: Row, after: str | None) -> Change:
        """Return the part of a long price list that follows a product, whole products of it. Its version is its place in the books: nobody need read all of it to know that it changed."""
        seq, key, body = row
        lines = self.books.portion(key, after, PORTION + 1)
        until = lines[-1][1]["product"] if len(lines) > PORTION else None
        kept = [line for line in lines if line[1]["product"] != until] if until is not None else lines
        if until is not None and not kept:
            return Change("price_list", key, _version(f"{seq}"), None, self.now(), Problem(f"shape: more than {PORTION} lines of {until}", ""))
        # The last product may have more lines than were read.
        until = kept[-1][1]["product"] if until is not None else None
        made = self._change("price_list", key, cast("dict[str, Any]", body), {"lines": kept})
        told = f"{seq}" if until is None else f"{seq} {until}"
        return replace(made, version=_version(told), data=replace(cast("PriceListRecord", made.data), after=after, until=until) if made.data is not None else None)

    def document(self, entity: str, external_id: str, kind: str) -> Blob:
        """Files bring no papers."""
        raise ConnectorError(f"no {kind} of {entity} {external_id}", code="gone")

    def price(self, party: str, lines: list[PriceLine], day: date) -> list[Price]:
        """Files answer no questions: the portal's own prices count."""
        raise ConnectorError("files answer no questions about prices", code="unsupported")

    def _changes(self, entity: str, rows: list[Row]) -> list[Change]:
        there = [key for _seq, key, body in rows if body is not None]
        parts = self.books.parts(entity, there) if there else {}
        return [self._change(entity, key, body, parts.get(key, {})) for _seq, key, body in rows]

    def _change(self, entity: str, key: str, body: dict[str, Any] | None, parts: dict[str, list[tuple[str, dict[str, Any]]]]) -> Change:
        if body is None:
            return Change(entity, key, "gone", None, self.now())
        try:
            made = building.record(entity, key, body, parts)
            return Change(entity, key, _version(codec.dump(made)), made, self.now())
        except Wrong as wrong:
            text = json.dumps([body, parts], ensure_ascii=False)
            return Change(entity, key, _version(text), None, self.now(), Problem(f"{wrong.code}: {wrong.detail}", text[:4000]))

    # -- writing

    def find(self, command: Command) -> External | None:
        """Look in what the files brought whether the ERP did what a command asks."""
        if command.kind == "change_party":
            wanted = ChangeParty.from_payload(command.payload)
            change = self.fetch("party", wanted.party)
            party = cast("PartyRecord | None", change.data)
            return External(wanted.party, change.version, party.number, True, party) if party and wanted.is_done(party) else None
        order, answer = self._answered(command)
        if command.kind == "cancel_order":
            done = order is not None and cast("OrderRecord", order.data).state == "cancelled"
            return External(order.external_id, order.version, cast("OrderRecord", order.data).number, True, order.data) if order and done else None
        if order is not None:
            return External(order.external_id, order.version, cast("OrderRecord", order.data).number, True, order.data)
        if answer is None:
            return None
        # Refused: not complete, so that it is pushed, which says why. The id of the order is known when the order itself comes.
        number = str(answer.get("number", ""))
        return External("", "", number, answer.get("state", "accepted") == "accepted", None)

    def push(self, command: Command) -> Result:
        """Write the file of a command, once. What the ERP makes of it comes as a file."""
        try:
            if command.kind == "create_order" and (refused := self._refused(command)):
                return refused
            name = file_name(command.kind.partition("_")[0] if command.kind != "create_order" else "order", command.key, self.options.orders)
            content = writing.order(command, self.options.orders) if command.kind == "create_order" else writing.other(command, self.options.orders)
            with self.folder() as folder:
                if not folder.is_sent(name):
                    folder.send(name, content)
        except ConnectorError as error:
            return Retry(error.after or 60.0, False, str(error))
        except OSError as error:
            return Retry(60.0, False, f"{error.strerror}: {error.filename}" if error.strerror else str(error))
        except ValueError as error:
            return Rejected("payload", str(error), fault=True)
        return Pending(name) if self.options.answers else Done("", "", "", None)

    def _answered(self, command: Command) -> tuple[Change | None, dict[str, Any] | None]:
        """Return the order that the ERP made of a command, and what an answer said of it."""
        reference = str(command.payload.get("reference") or command.key)
        found = self.books.of_reference(reference)
        keys = [key for entity, key, _body in found if entity == "order"]
        change = self.fetch("order", keys[0]) if keys else None
        return change if change and change.data else None, next((body for entity, _key, body in found if entity == "order_answer"), None)

    def _refused(self, command: Command) -> Rejected | None:
        answer = self._answered(command)[1]
        if answer is None or answer.get("state") != "rejected":
            return None
        return Rejected("refused", str(answer.get("text", "")), external_id=str(answer.get("number", "")) or None)


def _version(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _place(cursor: str | None) -> tuple[int, int, str | None]:
    """Return the counter up to which the books are read, and of the record that comes next, as it was written then, how far."""
    try:
        told: dict[str, Any] = json.loads(cursor) if cursor else {"seq": 0}
        return int(told["seq"]), int(told.get("inside", 0)), told.get("after")
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a cursor: {str(cursor)[:100]}") from error
