"""Places in the menu, parts of other modules' pages, and the words of tasks, messages and facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from django.template import engines
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

from portiek.core import nav, slots
from portiek.core.actor import Actor
from portiek.core.events import event
from portiek.core.refs import ref
from portiek.foundation.audit.words import fact_words
from portiek.foundation.notifications.deadlines import MOST, Deadline, source
from portiek.foundation.notifications.kinds import message_kind, topic
from portiek.foundation.tasks.kinds import task_kind
from portiek.settlement.invoicing import facts, permissions, queries
from portiek.settlement.invoicing.actions import ISSUED, OVERDUE, REF
from portiek.settlement.invoicing.shown import balance_shown, shown_all
from portiek.ui.format import money

nav.place("invoices", _("Invoices"), icon="receipt-euro", url="invoicing:list", right=permissions.VIEW, order=40, kinds=("customer", "dealer", "person"))


def _url(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("invoicing:detail", args=[values["number"]])


topic("invoicing", _("Invoices"), 20)
task_kind(OVERDUE, title=_("Invoice {number} is {late}"), detail=_("{amount}, was due on {due}"), action=_("Look"), icon="receipt-euro", tone="stop", url=_url,
          label=_("An invoice is past its date"), several=_("{count} invoices are past their date"), right=permissions.VIEW)  # fmt: skip
message_kind(
    ISSUED,
    title=_("New invoice {number}"),
    body=_("{amount}, to be paid by {due}. {reference}"),
    url=_url,
    action=_("Look at the invoice"),
    icon="receipt-euro",
    label=_("A new invoice"),
    several=_("{count} new invoices"),
    right=permissions.VIEW,
    mail="daily",
)



def _due(actor: Actor, since: datetime, until: datetime) -> list[Deadline]:
    """Say what is to be paid; from the day after, the task about it says so."""
    rows = queries.falling_due(actor, timezone.localdate(), timezone.localdate(until), MOST)
    return [
        Deadline(f"invoice-{row.number}", str(_("Pay invoice %(number)s") % {"number": row.number}), money(row.open_amount, row.currency), _url("", {"number": row.number}),
                 row.due_date, datetime.combine(row.invoice_date, time(), UTC))
        for row in rows
    ]  # fmt: skip


source("invoicing", right=permissions.VIEW, find=_due, audience="party")
fact_words("invoicing.invoice.issued", _("Invoice {text} was made"), icon="receipt-euro", tone="info")
fact_words("invoicing.invoice.changed", _("Invoice {text} changed in the books"), icon="receipt-euro")
fact_words("invoicing.invoice.paid", _("Invoice {text} was paid"), icon="check", tone="ok")
fact_words("invoicing.invoice.pdf_attached", _("The document of invoice {text} came in"), icon="file-text")
fact_words("invoicing.invoice.downloaded", _("{user} downloaded invoice {text}"), icon="download")
fact_words("invoicing.payment.posted", _("A payment was booked: {text}"), icon="banknote", tone="ok")


def _template(name: str, values: dict[str, Any]) -> Markup:
    return Markup(engines["jinja2"].get_template(name).render(values))  # noqa: S704 - our own template, which escapes


def _of_party(request: Any, *, party: Any) -> Markup:
    """Show staff what a party owes."""
    today = timezone.localdate()
    found = queries.invoices(request.actor, show="open", party_id=party.pk, today=today)
    balance = balance_shown(queries.balance(request.actor, today=today, party_id=party.pk)) if queries.may_see_balance(request.actor) else None
    return _template(
        "invoicing/of_party.html", {"party": party, "rows": shown_all(request.actor, found.rows, today), "balance": balance, "more": found.next is not None}
    )


def _of_order(request: Any, *, order: Any) -> Markup | None:
    """Show the invoices of an order on its page; nothing while there are none."""
    found = queries.invoices_of_order(request.actor, order)
    live = " ".join(ref(REF, item.pk) for item in found)
    return _template("invoicing/of_order.html", {"rows": shown_all(request.actor, found, timezone.localdate()), "live": live}) if found else None


slots.fill("parties.detail.tabs", key="outstanding", label=_("Outstanding"), right=permissions.VIEW, order=40, render=_of_party)
slots.fill("orders.detail.sections", key="invoices", label=_("Invoices"), right=permissions.VIEW, order=60, render=_of_order)

event("invoice.posted", _("There is a new invoice"), facts.InvoiceIssued, right=permissions.VIEW, path="/invoices/{}")
event("invoice.changed", _("An invoice changed in the books"), facts.InvoiceChanged, right=permissions.VIEW, path="/invoices/{}")
event("invoice.paid", _("An invoice was paid"), facts.InvoicePaid, right=permissions.VIEW, path="/invoices/{}")
event("payment.posted", _("A payment was booked"), facts.PaymentPosted, right=permissions.VIEW, text="reference", path="/payments")
