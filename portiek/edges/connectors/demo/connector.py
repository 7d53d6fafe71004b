"""The nine calls of the contract, for the demo's ERP. Copy this file to begin a connector of your own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from portiek.edges.connectors import codec
from portiek.edges.connectors.contract import (
    Blob,
    Capabilities,
    Change,
    ChangeParty,
    Command,
    CommandCapability,
    Conflict,
    ConnectorError,
    Done,
    External,
    FeedCapability,
    Health,
    HttpClient,
    InvoiceRecord,
    NeedsDecision,
    NewOrder,
    OrderRecord,
    Page,
    PartyRecord,
    Price,
    PriceLine,
    ProductRecord,
    Record,
    Rejected,
    Result,
    Retry,
    SetAccount,
    type_of_record,
)
from portiek.edges.connectors.demo import faults, papers, sales
from portiek.edges.connectors.demo.life import Life
from portiek.edges.connectors.demo.options import DemoOptions
from portiek.edges.connectors.demo.store import Store

PAGE_SIZE = 500
# What this ERP does not keep.
NOT_GIVEN = ("agreement", "discount", "surcharge", "floor")


class DemoConnector:
    """One demo ERP. A connector is made anew for every job and may keep a session, nothing else.

    `options_schema` makes the set-up page. `keeps_files`: only because this ERP is a file of ours; the engine then says where (`place`).
    A real vendor takes (options, http) and calls out through `http` alone.
    """

    options_schema = DemoOptions
    keeps_files: ClassVar[bool] = True
    # Seconds a booking may take after its caller gave up; the engine looks no sooner.
    longest_commit: ClassVar[float] = 2.0

    def __init__(self, options: DemoOptions, http: HttpClient | None, *, place: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.options, self.place, self.now = options, place, now
        self._opened: Store | None = None

    @property
    def store(self) -> Store:
        """The ERP's books, opened at the first call: making a connector calls nothing."""
        if self._opened is None:
            self._opened = Store(self.place)
        return self._opened

    # -- what it is

    def capabilities(self) -> Capabilities:
        """Say what this connector offers; needs no connection.

        A counter that goes up at each change makes the best cursor: nothing is missed, so no full run is ever needed (0 hours).
        """
        return Capabilities(
            feeds={entity: FeedCapability("counter", True, 5 if entity == "price_list" else PAGE_SIZE, 0) for entity in type_of_record if entity not in NOT_GIVEN},
            commands={
                "create_order": CommandCapability(supports_version=False, has_idempotency=False, is_async=False),
                "cancel_order": CommandCapability(supports_version=True, has_idempotency=True, is_async=False),
                "set_account": CommandCapability(supports_version=False, has_idempotency=False, is_async=False),
                "change_party": CommandCapability(supports_version=True, has_idempotency=False, is_async=False),
            },
            documents={"invoice": ("pdf",)},
        )

    def check(self) -> Health:
        """Really connect. Never raises for what the ERP answers: the set-up page shows the notes."""
        try:
            with self._call():
                numbers = ", ".join(f"{self.store.count(entity)} {word}" for entity, word in (("party", "relaties"), ("product", "artikelen"), ("order", "orders")))
        except ConnectorError as error:
            return Health(False, "demo 1", None, notes=(str(error),))
        return Health(True, "demo 1", 0.0, notes=(numbers,))

    # -- reading

    def pull(self, entity: str, cursor: str | None, limit: int) -> Page:
        """Read the next page of a feed. The cursor is ours to shape and the engine's to keep."""
        with self._call():
            if faults.once(self.store, "breaks"):
                raise ConnectorError("het antwoord brak af", code="unavailable", after=1.0)
            rows = self.store.since(entity, _counter(cursor), limit + 1)
            changes = [self.change(entity, key, record) for _seq, key, record in rows[:limit]]
            if self.store.faults().get("twice"):
                changes = [change for change in changes for _ in range(2)]
            # A first load has nothing to take back.
            changes = [change for change in changes if cursor or change.data is not None]
            last = rows[:limit][-1][0] if rows else _counter(cursor)
            return Page(tuple(changes), json.dumps({"seq": last}), len(rows) > limit)

    def keys(self, entity: str, after: str | None, limit: int) -> list[str]:
        """Return the ids that exist, for the nightly comparison; empty: the end."""
        with self._call():
            return self.store.keys(entity, after, limit)

    def fetch(self, entity: str, external_id: str) -> Change:
        """Read one record as it is now; `data` None: gone."""
        with self._call():
            found = self.store.row(entity, external_id)
            return self.change(entity, external_id, found[1] if found else None)

    def document(self, entity: str, external_id: str, kind: str) -> Blob:
        """Fetch the PDF of an invoice."""
        with self._call():
            invoice = self.store.get(InvoiceRecord, "invoice", external_id) if (entity, kind) == ("invoice", "pdf") else None
            if invoice is None:
                raise ConnectorError(f"geen {kind} van {entity} {external_id}", code="gone")
            party = self.store.get(PartyRecord, "party", invoice.party)
            return Blob(papers.invoice_pdf(invoice, party, self.store.meta("company", "Demo ERP")), "application/pdf", f"{invoice.number}.pdf")

    def price(self, party: str, lines: list[PriceLine], day: date) -> list[Price]:
        """Answer with the ERP's own prices."""
        with self._call():
            buyer = self.store.get(PartyRecord, "party", party)
            if buyer is None:
                raise ConnectorError("onbekende debiteur", code="gone")
            found = [(line, self.store.get(ProductRecord, "product", line.product)) for line in lines]
            return [
                Price(line.product, line.quantity, sales.price_of(self.store, buyer, product, line.quantity, day) if product else None)
                for line, product in found
            ]

    # -- writing

    def find(self, command: Command) -> External | None:
        """Say what an earlier try of a command left behind. This, and not luck, keeps an order from being booked twice."""
        with self._call():
            if command.kind == "change_party":
                wanted = ChangeParty.from_payload(command.payload)
                party = self.store.get(PartyRecord, "party", wanted.party)
                return External(party.external_id, _version(party), party.number, True, party) if party and wanted.is_done(party) else None
            if command.kind == "set_account":
                account = SetAccount.from_payload(command.payload)
                return External(account.party, "", "", True, None) if self._account(account.party) == account.iban else None
            order = self._target(command)
            if order is None:
                return None
            done = command.kind == "create_order" or order.state == "cancelled"
            return External(order.external_id, _version(order), order.number, done, order)

    def push(self, command: Command) -> Result:
        """Do what is asked, once, and answer with one of the six results. Never raises for what the ERP answers, never tries again."""
        try:
            with self._call():
                steps = {"create_order": self._create, "cancel_order": self._cancel, "change_party": self._change, "set_account": self._set_account}
                return steps[command.kind](command)
        except faults.Lost:
            return Retry(1.0, True, "het antwoord bleef uit")
        except sales.Refusal as refusal:
            return Rejected(refusal.code, refusal.text, refusal.field)
        except ConnectorError as error:
            return Retry(error.after or 30.0, False, str(error)) if error.after or error.code == "denied" else Rejected("fault", str(error), fault=True)
        except ValueError as error:
            return Rejected("payload", str(error), fault=True)

    def _change(self, command: Command) -> Result:
        """Change a field of a party, unless somebody changed it here meanwhile."""
        wanted, store = ChangeParty.from_payload(command.payload), self.store
        if no := _no(store):
            return no
        if faults.once(store, "before"):
            raise faults.Lost
        with store.writing():
            party = store.get(PartyRecord, "party", wanted.party)
            if party is None or wanted.current(party) is None:
                return Rejected("gone", "Het ERP heeft deze relatie, dit adres of deze contactpersoon niet.")
            if not wanted.is_as_seen(party):
                return Conflict(self.change("party", party.external_id, party))
            made = sales.changed(party, wanted)
            store.put("party", made.external_id, made)
        if faults.once(store, "after"):
            raise faults.Lost
        return Done(made.external_id, _version(made), made.number, made)

    def _account(self, party: str) -> str:
        """Return the account that a party is paid on, or nothing."""
        return str(json.loads(self.store.meta(f"account {party}", "{}")).get("iban", ""))

    def _set_account(self, command: Command) -> Result:
        """Keep the account of a party. This ERP keeps one of each."""
        wanted, store = SetAccount.from_payload(command.payload), self.store
        if no := _no(store):
            return no
        if faults.once(store, "before"):
            raise faults.Lost
        if store.get(PartyRecord, "party", wanted.party) is None:
            return Rejected("gone", "Het ERP heeft deze relatie niet.")
        store.set_meta(f"account {wanted.party}", json.dumps({"iban": wanted.iban, "holder": wanted.holder}))
        if faults.once(store, "after"):
            raise faults.Lost
        return Done(wanted.party, "", "", None)

    def _create(self, command: Command) -> Result:
        wanted, store, now = NewOrder.from_payload(command.payload), self.store, self.now()
        switches = store.faults()
        if no := _no(store):
            return no
        if faults.once(store, "raises"):
            raise ArithmeticError("the connector itself is broken")
        if faults.once(store, "kill_before"):
            faults.kill()
        if faults.once(store, "before"):
            raise faults.Lost
        if "late" in switches:
            with store.writing():
                store.plan(now + timedelta(seconds=float(switches["late"])), "late", json.dumps({"key": command.key, "payload": dict(command.payload)}))
                store.set_faults(**{name: value for name, value in switches.items() if name != "late"})
            raise faults.Lost
        with store.writing():
            order = sales.book(store, wanted, command.key, now)
            Life(store, self.options).expect(order, now)
        if faults.once(store, "kill_after"):
            faults.kill()
        if faults.once(store, "after"):
            raise faults.Lost
        return self._done(order)

    def _cancel(self, command: Command) -> Result:
        order = self._target(command)
        if order is None:
            return Rejected("gone", "Het ERP heeft deze order niet.")
        with self.store.writing():
            return self._done(sales.cancel(self.store, order))

    def _target(self, command: Command) -> OrderRecord | None:
        if command.external_id:
            return self.store.get(OrderRecord, "order", command.external_id)
        return sales.of_reference(self.store, str(command.payload.get("party", "")), str(command.payload.get("reference") or command.key))

    def _done(self, order: OrderRecord) -> Done:
        return Done(order.external_id, _version(order), order.number, order)

    def change(self, entity: str, key: str, record: Record | None) -> Change:
        """Return a document of the books as the feeds show it."""
        return Change(entity, key, _version(record), record, self.now())

    @contextmanager
    def _call(self) -> Iterator[None]:
        """Every call: suffer the faults, show the key, let the ERP's own life catch up with the clock."""
        try:
            faults.meet(self.store)
        except faults.Down as down:
            raise ConnectorError(str(down), code="unavailable", after=5.0) from down
        if self.options.key.get_secret_value() != self.store.meta("key", "demo"):
            raise ConnectorError("de sleutel wordt geweigerd", code="denied")
        Life(self.store, self.options).live(self.now())
        yield


def _no(store: Store) -> Rejected | NeedsDecision | None:
    """Return the no that a test asked for."""
    switches = store.faults()
    if switches.get("reject"):
        return Rejected("refused", str(switches["reject"]))
    return NeedsDecision("warning", str(switches["warns"])) if switches.get("warns") else None


def _version(record: Record | None) -> str:
    """Return a version: equal records have equal ones. The counter would not do, since it moves without the record changing."""
    return hashlib.sha256(codec.dump(record).encode()).hexdigest()[:32] if record is not None else "gone"


def _counter(cursor: str | None) -> int:
    """Read our own cursor. Raises ValueError on anything else."""
    if cursor is None:
        return 0
    try:
        return int(json.loads(cursor)["seq"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a cursor: {cursor[:100]}") from error
