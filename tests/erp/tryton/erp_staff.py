"""The ERP's own staff: confirms, ships, invoices, books and counts through the ERP's own interface, as its users do.

For a journey that shows both sides, give the connector `order_until="quotation"`: an order of the portal then waits in
the ERP as a numbered quotation, which inside sales confirms (`confirm_sale`). That is what most companies do, needs no
worker, and the portal sees `transmitted` turn into `confirmed`. `TrytonServer(worker=True)` is the other way: confirmed
by the connector, and processed only when staff does so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import httpx

from portiek.edges.connectors.tryton.client import Row, TrytonClient, TrytonWarned
from portiek.edges.connectors.tryton.options import TrytonOptions
from tests.erp.tryton.server import TrytonServer


class ErpStaff:
    """An administrator of the ERP; orders are named by number or by the portal's reference, products by code."""

    def __init__(self, server: TrytonServer) -> None:
        user, password = server.admin
        options = TrytonOptions.model_validate(
            {"url": server.url, "database": server.database, "user": user, "password": password, "language": "en"}
        )
        self.client = TrytonClient(options, httpx.Client(trust_env=False))

    # -- orders

    def sale(self, order: str, *fields: str) -> Row:
        """Return the sale with its state and more fields. Raises LookupError."""
        domain = ["OR", ("number", "=", order), ("reference", "=", order)]
        return self._one("sale.sale", domain, "state", "number", *fields)

    def confirm_sale(self, order: str) -> str:
        """Take an order as far as the warehouse: offered, confirmed, processed; return its number."""
        row = self.sale(order)
        steps = {"draft": ["quote", "confirm"], "quotation": ["confirm"], "confirmed": ["process"]}.get(
            row["state"], []
        )
        for step in steps:
            self._press(f"sale.sale.{step}", [row["id"]])
        return str(self.sale(order)["number"])

    def cancel_sale(self, order: str) -> None:
        """Cancel an order that is not processed yet."""
        row = self.sale(order)
        if row["state"] == "confirmed":
            self._press("sale.sale.draft", [row["id"]])
        self._press("sale.sale.cancel", [row["id"]])

    def change_line_quantity(self, order: str, product: str, quantity: float) -> None:
        """Change a line; of an order not yet confirmed, which goes back to draft and is offered again."""
        row = self.sale(order)
        if row["state"] == "quotation":
            self._press("sale.sale.draft", [row["id"]])
        line = self._one("sale.line", [("sale", "=", row["id"]), ("product.code", "=", product)])
        self.client.model("sale.line.write", [line["id"]], {"quantity": quantity})
        if row["state"] == "quotation":
            self._press("sale.sale.quote", [row["id"]])

    def change_line_date(self, order: str, product: str, day: dt.date) -> None:
        """Plan what is still to ship of a line on another day."""
        domain = [
            ("origin.sale", "=", self.sale(order)["id"], "sale.line"),
            ("product.code", "=", product),
            ("state", "not in", ["done", "cancelled"]),
        ]
        moves = [row["id"] for row in self.client.rows("stock.move", domain, [])]
        if not moves:
            raise LookupError(f"nothing left to ship of {product} in {order}")
        self.client.model("stock.move.write", moves, {"planned_date": day})

    # -- warehouse

    def ship(self, order: str, quantities: Mapping[str, float] | None = None) -> str:
        """Ship what is open of an order, or these quantities by product code; return the number of the shipment.

        What is left gets a shipment of its own, so calling it twice ships in two parts.
        """
        shipments = self.client.rows(
            "stock.shipment.out",
            [
                ("id", "in", self.sale(order, "shipments")["shipments"]),
                ("state", "in", ["draft", "waiting", "assigned"]),
            ],
            ["state", "number", "inventory_moves.product.code", "inventory_moves.quantity"],
            [("id", "ASC")],
        )
        if not shipments:
            raise LookupError(f"nothing left to ship of {order}")
        shipment = shipments[0]
        id_ = shipment["id"]
        if shipment["state"] == "draft":
            self._press("stock.shipment.out.wait", [id_])
            shipment = self._one("stock.shipment.out", [("id", "=", id_)], "number", *_INSIDE)
        if quantities is not None:
            for move in shipment["inventory_moves."]:
                wanted = quantities.get(move["product."]["code"], 0)
                if not wanted:
                    self.client.model("stock.move.delete", [move["id"]])
                elif wanted != move["quantity"]:
                    self.client.model("stock.move.write", [move["id"]], {"quantity": float(wanted)})
        if not self._press("stock.shipment.out.assign_try", [id_]):
            self._press("stock.shipment.out.assign_force", [id_])
        for step in ("pick", "pack", "do"):
            self._press(f"stock.shipment.out.{step}", [id_])
        return str(shipment["number"])

    def change_stock(self, product: str, quantity: float, warehouse: str = "ZWO") -> None:
        """Count a product: from now on there is so much of it, in stock units."""
        place = self._one("stock.location", [("code", "=", warehouse)], "storage_location")
        item = self._one("product.product", [("code", "=", product)])
        line = {"product": item["id"], "quantity": float(quantity)}
        values = {"location": place["storage_location"], "date": dt.date.today(), "lines": [("create", [line])]}
        inventory = self.client.model("stock.inventory.create", [values])
        self._press("stock.inventory.confirm", inventory)

    # -- accounts

    def post_invoice(self, order: str) -> list[str]:
        """Post the draft invoices of an order, dated today; return their numbers."""
        domain = [("id", "in", self.sale(order, "invoices")["invoices"]), ("state", "=", "draft")]
        ids = [row["id"] for row in self.client.rows("account.invoice", domain, [])]
        if not ids:
            raise LookupError(f"no draft invoice of {order}")
        self.client.model("account.invoice.write", ids, {"invoice_date": dt.date.today()})
        self._press("account.invoice.post", ids)
        return [row["number"] for row in self.client.rows("account.invoice", [("id", "in", ids)], ["number"])]

    def register_payment(self, invoice: str, amount: Decimal | None = None) -> None:
        """Book money received on an invoice; None: all that is open."""
        row = self._one("account.invoice", [("number", "=", invoice)], "amount_to_pay")
        context = {"active_model": "account.invoice", "active_id": row["id"], "active_ids": [row["id"]]}
        name = "wizard.account.invoice.pay"
        session, start, _ = self.client.call(f"{name}.create")
        view = self.client.call(f"{name}.execute", session, {}, start, context=context)["view"]
        form = {
            **view["defaults"],
            "amount": amount if amount is not None else row["amount_to_pay"],
            "date": dt.date.today(),
        }
        form["payment_method"] = self._one("account.invoice.payment.method", [])["id"]
        form = {key: value for key, value in form.items() if not key.endswith(".")}
        answer = self.client.call(f"{name}.execute", session, {start: form}, "choice", context=context)
        if "view" in answer:
            ask = {key: value for key, value in answer["view"]["defaults"].items() if not key.endswith(".")}
            data = {start: form, answer["view"]["state"]: {**ask, "type": "partial"}}
            self.client.call(f"{name}.execute", session, data, "pay", context=context)
        self.client.call(f"{name}.delete", session)

    # -- master data

    def archive_product(self, product: str, *, active: bool = False) -> None:
        """Take a product out of use, or back."""
        domain = [("code", "=", product), ("active", "in", [True, False])]
        row = self._one("product.product", domain, "template", "active")
        self._press("product.template.write", [row["template"]], {"active": active})

    def set_credit_limit(self, party: str, amount: Decimal | None) -> None:
        """Change the credit limit of a party by name."""
        row = self._one("party.party", [("name", "=", party)])
        self.client.model("party.party.write", [row["id"]], {"credit_limit_amount": amount})

    def _press(self, method: str, ids: list[int], *values: Row) -> Any:
        """Press a button or save; staff reads a warning and goes on."""
        for _ in range(5):
            try:
                return self.client.model(method, ids, *values)
            except TrytonWarned as warning:
                self.client.model("res.user.warning.skip", warning.kind, False)
        raise RuntimeError(f"{method} keeps warning")

    def _one(self, model: str, domain: Any, *fields: str) -> Row:
        rows = self.client.rows(model, domain, list(fields), [("id", "ASC")], 1)
        if not rows:
            raise LookupError(f"{model}: {domain}")
        return rows[0]


_INSIDE = ("inventory_moves.product.code", "inventory_moves.quantity")
