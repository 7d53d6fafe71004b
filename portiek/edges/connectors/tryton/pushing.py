"""Writing orders, changes of parties and their accounts into the ERP, once each.

The ERP takes the same reference twice, so every try looks first on (party, reference) and goes on from the state it
finds: made, offered, confirmed. Nothing here retries; the answer says what the caller may do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal

from portiek.edges.connectors.contract import (
    ChangeParty,
    Command,
    Conflict,
    Done,
    External,
    NeedsDecision,
    NewAddress,
    NewOrder,
    PartyRecord,
    Rejected,
    Result,
    Retry,
    SetAccount,
)
from portiek.edges.connectors.tryton import bank
from portiek.edges.connectors.tryton.changing import NoPlace, address_values, write_change
from portiek.edges.connectors.tryton.client import (
    Row,
    TrytonClient,
    TrytonConflict,
    TrytonDenied,
    TrytonFault,
    TrytonRefused,
    TrytonUnavailable,
    TrytonWarned,
)
from portiek.edges.connectors.tryton.lookups import Lookups
from portiek.edges.connectors.tryton.parties import ADDRESS_FIELDS, address_of
from portiek.edges.connectors.tryton.pulling import Puller, stamp_of

# how far each state of a sale is on its way; a cancelled one is on no way
PROGRESS = {"draft": 0, "quotation": 1, "confirmed": 2, "processing": 3, "done": 3}
UNTIL = {"quotation": 1, "confirmed": 2}


class _Stop(Exception):
    """Ends a push with a result that needs no call."""

    def __init__(self, result: Rejected | Conflict) -> None:
        super().__init__(result.text if isinstance(result, Rejected) else "conflict")
        self.result = result


class Pusher:
    """Runs one command at a time; `written` and `touched` say how far the current one got."""

    def __init__(self, client: TrytonClient, puller: Puller) -> None:
        self.client = client
        self.puller = puller
        self.written = False
        self.touched: int | None = None

    def push(self, command: Command) -> Result:
        """Apply a command. Never raises for what the ERP answers."""
        self.written, self.touched = False, None
        steps: dict[str, Callable[[Command], Done]] = {
            "create_order": self._create_order,
            "cancel_order": self._cancel_order,
            "change_party": self._change_party,
            "set_account": self._set_account,
        }
        if command.kind not in steps:
            return Rejected("unsupported", f"this connector has no {command.kind}", fault=True)
        try:
            return steps[command.kind](command)
        except _Stop as stop:
            return stop.result
        except TrytonUnavailable as error:
            return Retry(error.after, (error.sent and self.written) or self.touched is not None, str(error))
        except TrytonConflict:
            return self._conflict(command)
        except TrytonWarned as error:
            return NeedsDecision(error.kind, error.text, self._external())
        except TrytonRefused as error:
            return Rejected(self._reason(), error.text, external_id=self._external())
        except TrytonDenied as error:
            return Rejected("denied", str(error), fault=True, external_id=self._external())
        except (TrytonFault, KeyError, ValueError, TypeError, IndexError) as error:
            return Rejected("fault", f"{type(error).__name__}: {error}", fault=True, external_id=self._external())

    def find(self, command: Command) -> External | None:
        """Return what an earlier try of the command left in the ERP. Raises the client's errors and ValueError."""
        if command.kind == "create_order":
            row = self._sale_of(_id(NewOrder.from_payload(command.payload).party), command.key)
            if row is None:
                return None
            return self._external_of(row["id"], PROGRESS.get(row["state"], 9) >= UNTIL[self.client.options.order_until])
        if command.kind == "change_party":
            change = ChangeParty.from_payload(command.payload)
            found = self.puller.fetch("party", change.party)
            if isinstance(found.data, PartyRecord) and change.is_done(found.data):
                return External(found.external_id, found.version, found.data.number, True, found.data)
        if command.kind == "set_account":
            account = SetAccount.from_payload(command.payload)
            if bank.is_set(self.client, _id(account.party), account):
                return External(account.party, "", "", True, None)
        if command.kind == "cancel_order":
            row = self._target(command)
            if row is not None and row["state"] == "cancelled":
                return self._external_of(row["id"], True)
        return None

    # -- orders

    def _create_order(self, command: Command) -> Done:
        try:
            order = NewOrder.from_payload(command.payload)
            party = _id(order.party)
        except ValueError as error:
            raise _Stop(Rejected("payload", str(error), fault=True)) from error
        row = self._sale_of(party, command.key)
        if row is None:
            values = self._values(order, party, command.key)
            self.written = True
            sale: int = self.client.model("sale.sale.create", [values])[0]
            state = "draft"
        else:
            sale, state = row["id"], row["state"]
        self.touched = sale
        if state == "cancelled":
            raise _Stop(Rejected("cancelled", "the order was cancelled in the ERP", external_id=str(sale)))
        until = UNTIL[self.client.options.order_until]
        self.written = True
        if PROGRESS[state] < 1:
            self.client.model("sale.sale.quote", [sale])
        if PROGRESS[state] < 2 and until >= 2:
            self.client.model("sale.sale.confirm", [sale])
        return self._done(sale)

    def _sale_of(self, party: int, reference: str) -> Row | None:
        domain = [("party", "=", party), ("reference", "=", reference)]
        rows = self.client.rows("sale.sale", domain, ["state", "number"], [("id", "ASC")])
        # a copy made by hand and cancelled does not count
        return next((row for row in rows if row["state"] != "cancelled"), rows[0] if rows else None)

    def _values(self, order: NewOrder, party: int, reference: str) -> Row:
        """Return the sale as the ERP's own form would fill it in: `create` runs no `on_change`."""
        self._check(order, party)
        wanted = ["company", "currency", "invoice_method", "shipment_method", "warehouse"]
        sale: Row = self.client.model("sale.sale.default_get", wanted, False)
        blank: Row = dict.fromkeys(
            [
                "carrier",
                "incoterm",
                "invoice_party",
                "payment_term",
                "sale_date",
                "shipment_address",
                "shipment_cost_method",
                "shipment_party",
                "warehouse",
            ]
        )
        sale |= self._on_change("sale.sale", {"id": -1, "lines": [], **blank, **sale, "party": party}, "party")
        sale = {name: value for name, value in sale.items() if name not in ("available_carriers", "carrier")}
        sale |= {"party": party, "reference": reference, "warehouse": self._warehouse(order, sale.get("warehouse"))}
        for name, known, place in (("shipment_address", order.delivery_address, order.deliver_to), ("invoice_address", order.invoice_address, order.invoice_to)):
            if known:
                sale[name] = _id(known)
            elif place:
                sale[name] = self._address(party, place)
        if order.customer_reference:
            sale["description"] = order.customer_reference
        if order.remarks:
            sale["comment"] = order.remarks
        # the ERP refuses a shipping day before the day of the sale, which it sets itself
        if order.requested_date and order.requested_date >= self._today():
            sale["shipping_date"] = order.requested_date
        names = [
            "party",
            "price_list",
            "company",
            "currency",
            "sale_date",
            "warehouse",
            "invoice_party",
            "shipping_date",
        ]
        parent = {f"_parent_sale.{name}": sale.get(name) for name in names}
        lines = []
        for line in order.lines:
            blank_line = dict.fromkeys(
                ["unit", "base_price", "unit_price", "product_customer", "blanket_agreement_line"]
            )
            form = {
                "id": -1,
                "type": "line",
                "product": _id(line.product),
                "quantity": float(line.quantity),
                "taxes": [],
            }
            form |= {"shipment_cost": None, "company": sale["company"], **blank_line, **parent, "_parent_sale.id": -1}
            lines.append(self._line(line.unit_price, line.remarks, form, fixed=bool(line.charge) or line.free))
        return {**sale, "lines": [("create", lines)]}

    def _address(self, party: int, place: NewAddress) -> int:
        """Return the party's address at a place, made where there is none: archived, so that nobody chooses it for another order and no try makes a second."""
        domain = [("party", "=", party), ("active", "in", [True, False])]
        found = next((row for row in self.client.rows("party.address", domain, ADDRESS_FIELDS, [("id", "ASC")]) if place.is_at(address_of(row))), None)
        if found is not None:
            return int(found["id"])
        try:
            values = address_values(self.client, asdict(place))
        except NoPlace as error:
            raise _Stop(Rejected("deliver_to", str(error), "deliver_to")) from error
        made: int = self.client.model("party.address.create", [{"party": party, **values}])[0]
        # In a second step: of what is archived this ERP lets nobody fill in a field.
        self.client.model("party.address.write", [made], {"active": False})
        return made

    def _line(self, told: Decimal | None, note: str, form: Row, *, fixed: bool) -> Row:
        filled = self._on_change("sale.line", form, "product")
        price = filled.get("unit_price")
        if told is not None and (fixed or price is None or self.client.options.prices == "told"):
            price = told
        line: Row = {name: form[name] for name in ("type", "product", "quantity")}
        line |= {"unit": filled["unit"], "unit_price": price, "base_price": filled.get("base_price")}
        line["taxes"] = [("add", [tax["id"] for _, tax in (filled.get("taxes") or {}).get("add", [])])]
        if note:
            line["note"] = note
        return line

    def _on_change(self, model: str, values: Row, field: str) -> Row:
        changed: Row = self.client.model(f"{model}.on_change", values, [field])
        return {name: value for name, value in changed.items() if not name.endswith(".")}

    def _check(self, order: NewOrder, party: int) -> None:
        """Tell what is wrong per field, which the ERP says in prose only."""
        if not self.client.rows("party.party", [("id", "=", party)], []):
            raise _Stop(Rejected("party", "the ERP has no such party, or it is archived", "party"))
        wanted = [_id(line.product) for line in order.lines]
        domain = [("id", "in", wanted), ("template.salable", "=", True)]
        known = {row["id"] for row in self.client.rows("product.product", domain, [])}
        for index, product in enumerate(wanted):
            if product not in known:
                raise _Stop(Rejected("product", f"product {product} is not sold any more", f"lines.{index}.product"))
        for name, address in (("delivery_address", order.delivery_address), ("invoice_address", order.invoice_address)):
            if address and not self.client.rows("party.address", [("id", "=", _id(address)), ("party", "=", party)], []):
                raise _Stop(Rejected(name, "no such address of this party", name))

    def _warehouse(self, order: NewOrder, default: int | None) -> int:
        if order.warehouse:
            return _id(order.warehouse)
        if default is not None and not self.client.options.order_warehouse:
            return default
        code = self.client.options.order_warehouse
        domain: list[tuple[str, str, str]] = [("type", "=", "warehouse")]
        # with several warehouses and no default of its own the ERP leaves it open, and then refuses to offer
        rows = self.client.rows(
            "stock.location", [*domain, ("code", "=", code)] if code else domain, [], [("id", "ASC")], 1
        )
        if not rows:
            raise _Stop(Rejected("options", f"no warehouse {code}", fault=True))
        found: int = rows[0]["id"]
        return found

    def _cancel_order(self, command: Command) -> Done:
        row = self._target(command)
        if row is None:
            raise _Stop(Rejected("gone", "the ERP has no such order"))
        sale, state = row["id"], row["state"]
        if state not in ("draft", "quotation", "confirmed", "cancelled"):
            raise _Stop(Rejected("too_late", f"the order is {state} in the ERP", external_id=str(sale)))
        if state != "cancelled":
            stamp = stamp_of(command.base_version or "")
            # the time of what the user saw: the ERP refuses when the order is newer
            context: Row = {"_timestamp": {f"sale.sale,{sale}": stamp}} if stamp else {}
            self.written = True
            if state == "confirmed":
                self.client.model("sale.sale.draft", [sale], **context)
                context = {}
            self.client.model("sale.sale.cancel", [sale], **context)
        self.touched = sale
        return self._done(sale)

    def _target(self, command: Command) -> Row | None:
        if command.external_id:
            rows = self.client.rows("sale.sale", [("id", "=", _id(command.external_id))], ["state", "number"])
            return rows[0] if rows else None
        party, reference = command.payload.get("party"), command.payload.get("reference")
        if not party or not reference:
            raise _Stop(Rejected("payload", "cancel_order needs an external_id, or party and reference", fault=True))
        return self._sale_of(_id(str(party)), str(reference))

    # -- parties

    def _change_party(self, command: Command) -> Done:
        """Write one field of a party, unless somebody changed it in the ERP since the portal read it."""
        try:
            change = ChangeParty.from_payload(command.payload)
            party = _id(change.party)
        except ValueError as error:
            raise _Stop(Rejected("payload", str(error), fault=True)) from error
        found = self.puller.fetch("party", change.party)
        if not isinstance(found.data, PartyRecord) or change.current(found.data) is None:
            raise _Stop(Rejected("gone", "the ERP has no such party, address or contact"))
        if not change.is_done(found.data):
            if not change.is_as_seen(found.data):
                raise _Stop(Conflict(found))
            self.written = True
            try:
                write_change(self.client, party, change)
            except NoPlace as error:
                raise _Stop(Rejected("no_place", str(error))) from error
            found = self.puller.fetch("party", change.party)
        if not isinstance(found.data, PartyRecord):
            raise _Stop(Rejected("gone", "the party is in no category of the portal any more"))
        return Done(found.external_id, found.version, found.data.number, found.data)

    def _set_account(self, command: Command) -> Done:
        """Have a party paid on another account."""
        try:
            account = SetAccount.from_payload(command.payload)
            party = _id(account.party)
        except ValueError as error:
            raise _Stop(Rejected("payload", str(error), fault=True)) from error
        if not self.client.rows("party.party", [("id", "=", party)], []):
            raise _Stop(Rejected("gone", "the ERP has no such party, or it is archived"))
        self.written = True
        bank.write_account(self.client, party, account)
        return Done(account.party, "", "", None)

    # -- answers

    def _done(self, sale: int) -> Done:
        version, record = self.puller.order_as_is(sale)
        return Done(str(sale), version, record.number, record)

    def _external_of(self, sale: int, complete: bool) -> External:
        done = self._done(sale)
        return External(done.external_id, done.version, done.number, complete, done.data)

    def _external(self) -> str | None:
        return None if self.touched is None else str(self.touched)

    def _conflict(self, command: Command) -> Result:
        sale = self._external() or command.external_id
        if sale is None:
            return Retry(5.0, True, "the ERP saw two writers")
        try:
            return Conflict(self.puller.fetch("order", sale))
        except TrytonUnavailable as error:
            return Retry(error.after, True, str(error))

    def _reason(self) -> str:
        """Tell a full credit from other refusals by figures, as the text is in any language."""
        if self.touched is None:
            return "refused"
        try:
            sales = self.client.read("sale.sale", [self.touched], ["state", "total_amount", "party"])
            sale: Row = sales[self.touched]
            party: Row = self.client.model(
                "party.party.read", [sale["party"]], ["credit_amount", "credit_limit_amount"]
            )[0]
        except (TrytonRefused, TrytonUnavailable, TrytonDenied, TrytonFault, KeyError):
            return "refused"
        limit = party["credit_limit_amount"]
        over = (
            limit is not None and sale["state"] == "quotation" and party["credit_amount"] + sale["total_amount"] > limit
        )
        return "credit_limit" if over else "refused"

    def _today(self) -> dt.date:
        return self.puller.now().astimezone(Lookups(self.client).zone).date()


def _id(external: str) -> int:
    """Read an external id. Raises ValueError."""
    if not external.isdigit():
        raise ValueError(f"not an id of Tryton: {external!r}")
    return int(external)
