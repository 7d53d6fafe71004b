"""The invoice as the demo's ERP prints it: typst, with the data beside the text so that no name can become code."""

from __future__ import annotations

import json
from decimal import Decimal

import typst

from portiek.edges.connectors.contract import InvoiceRecord, PartyRecord

SOURCE = """
#let d = json(bytes(sys.inputs.data))
#set page(paper: "a4", margin: (x: 22mm, y: 24mm), footer: text(8pt, fill: luma(110))[#d.company #h(1fr) #d.number])
#set text(font: "Libertinus Serif", size: 10pt, lang: "nl")
#set document(title: d.title)
#text(16pt, weight: "bold")[#d.company]
#v(10mm)
#grid(columns: (1fr, auto), gutter: 8mm,
  [#for line in d.address [#line \\ ]],
  table(columns: 2, stroke: none, inset: (x: 0pt, y: 2pt), column-gutter: 6mm, ..d.facts.flatten().map(it => [#it])))
#v(8mm)
#text(13pt, weight: "bold")[#d.title]
#v(2mm)
#table(columns: (1fr, auto, auto, auto), stroke: (x, y) => (bottom: 0.4pt + luma(200)), inset: (x: 0pt, y: 4pt), column-gutter: 6mm,
  align: (x, y) => if x == 0 { left } else { right },
  table.header([*Omschrijving*], [*Aantal*], [*Prijs*], [*Bedrag*]), ..d.lines.flatten().map(it => [#it]))
#align(right, table(columns: 2, stroke: none, inset: (x: 0pt, y: 2.5pt), column-gutter: 8mm, align: (left, right), ..d.totals.flatten().map(it => [#it])))
#v(6mm)
#d.pay
"""


def amount(value: Decimal) -> str:
    """Return an amount as Dutch people write it."""
    whole = f"{abs(value):,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return f"€ {'-' if value < 0 else ''}{whole}"


def invoice_pdf(invoice: InvoiceRecord, party: PartyRecord | None, company: str) -> bytes:
    """Return an invoice as a PDF."""
    home = next((item for item in party.addresses if item.is_invoice), party.addresses[0] if party.addresses else None) if party else None
    address = [party.name if party else invoice.party, *([home.street, f"{home.postal_code}  {home.city}"] if home else [])]
    rates: dict[Decimal, Decimal] = {}
    for line in invoice.lines:
        rates[line.tax_rate] = rates.get(line.tax_rate, Decimal(0)) + line.amount
    data = {
        "company": company,
        "number": invoice.number,
        "title": f"{'Creditfactuur' if invoice.is_credit else 'Factuur'} {invoice.number}",
        "address": address,
        "facts": [
            ["Factuurdatum", f"{invoice.invoice_date:%d-%m-%Y}" if invoice.invoice_date else ""],
            ["Vervaldatum", f"{invoice.due_date:%d-%m-%Y}" if invoice.due_date else ""],
            ["Debiteur", party.number if party else ""],
            ["Uw bestelling", invoice.reference or "telefonisch"],
        ],
        "lines": [
            [
                line.description,
                f"{line.quantity.normalize():f} {line.unit.label if line.unit else ''}".strip().replace(".", ","),
                amount(line.unit_price),
                amount(line.amount),
            ]
            for line in invoice.lines
        ],
        "totals": [
            ["Netto", amount(invoice.untaxed_amount)],
            *[[f"Btw over {amount(base)}: {(rate * 100).normalize():f} %", ""] for rate, base in rates.items()],
            ["Btw", amount(invoice.tax_amount)],
            ["Te betalen", amount(invoice.total_amount)],
        ],
        "pay": f"Graag betalen voor {invoice.due_date:%d-%m-%Y} onder vermelding van {invoice.number}." if invoice.due_date else "",
    }
    made: bytes = typst.compile(SOURCE.encode(), sys_inputs={"data": json.dumps(data)})
    return made
