"""Orders, cancellations and changes as files: the columns that an ERP reads. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from portiek.edges.connectors import contract

# The columns of an order as CSV, a row for each line.
COLUMNS = ("reference", "party", "customer_reference", "requested_date", "delivery_address", "delivery_name", "delivery_street", "delivery_postal_code", "delivery_city", "delivery_country", "invoice_address", "note",
           "position", "product", "quantity", "unit_price", "line_note")


def order(command: contract.Command, ending: str) -> bytes:
    """Return an order as one JSON object on a line, or as CSV with a row for each line. Raises ValueError for what is no order."""
    wanted = contract.NewOrder.from_payload(command.payload)
    if ending == "jsonl":
        return _json({"reference": command.key, **wanted.as_payload()})
    place = wanted.deliver_to
    head = {"reference": command.key, "party": wanted.party, "customer_reference": wanted.customer_reference, "requested_date": wanted.requested_date.isoformat() if wanted.requested_date else "", "delivery_address": wanted.delivery_address or "",
            "invoice_address": wanted.invoice_address or "", "note": wanted.remarks, **({f"delivery_{name}": getattr(place, name) for name in ("name", "street", "postal_code", "city", "country")} if place else {})}
    return _table(COLUMNS, [{**head, "position": str(number), "product": line.product, "quantity": str(line.quantity), "unit_price": "" if line.unit_price is None else str(line.unit_price), "line_note": line.note} for number, line in enumerate(wanted.lines, 1)])


def other(command: contract.Command, ending: str) -> bytes:
    """Return a cancellation or a change of a party, one row."""
    values = {"reference": command.key, **({"external_id": command.external_id} if command.external_id else {}), **command.payload}
    if ending == "jsonl":
        return _json(values)
    flat: dict[str, str] = {}
    for name, value in values.items():
        for part, inner in value.items() if isinstance(value, Mapping) else ((None, value),):
            flat[f"{name}_{part}" if part else name] = "" if inner is None else str(inner)
    return _table(tuple(flat), [flat])


def _json(values: Mapping[str, Any]) -> bytes:
    return (json.dumps(values, ensure_ascii=False) + "\n").encode()


def _table(columns: tuple[str, ...], rows: list[dict[str, str]]) -> bytes:
    made = io.StringIO()
    writer = csv.DictWriter(made, columns, delimiter=";", quoting=csv.QUOTE_ALL, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue().encode()
