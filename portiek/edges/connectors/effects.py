"""What the outbox means for what it is about, an order, (see changes) a proposal or (see bank) an account: its sync axis, its ERP number, a task for staff. Runs in the transaction of the change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.actor import Actor
from portiek.core.refs import ref
from portiek.edges.connectors import actions, apply, bank, changes, contract, kinds, permissions, wording
from portiek.edges.connectors.models import Command, Connection
from portiek.foundation.fields import queries as fields
from portiek.foundation.fields.models import Field
from portiek.foundation.fields.wording import said
from portiek.foundation.tasks import actions as tasks
from portiek.trade.orders import actions as orders
from portiek.trade.orders.fields import ORDER as ORDER_FIELDS
from portiek.trade.orders.models import Order, OrderLine

ORDER = "orders.order"


def order_of(command: Command) -> Order | None:
    """Return the order a command is about, or None."""
    kind, _, key = command.aggregate.partition(":")
    return Order.objects.filter(pk=int(key)).first() if kind == ORDER and key.isdigit() else None


def order_payload(order: Order, connection: Connection) -> tuple[dict[str, Any], str]:
    """Return the payload of `create_order`, and why it cannot be sent (empty: it can)."""
    problem = ""
    lines = []
    # Names and prices as the buyer saw them; the ERP's own ids at this moment.
    for line in OrderLine.objects.filter(order=order).select_related("product").order_by("position"):
        external = line.product.external_id if line.product else None
        if not external:
            problem = problem or wording.unknown("product", line.sku)
        packs = line.quantity / line.pack_factor if line.pack_factor and line.quantity % line.pack_factor == 0 else None
        # In words too, for an ERP that knows no other units: who picks it packs what was asked.
        said = "; ".join(filter(None, [line.note, f"{packs.normalize():f} {line.pack_label}" if packs else ""]))
        lines.append(contract.NewOrderLine(external or "?", line.quantity, line.price, said, line.pack_code if packs else "", packs, line.wanted_date, line.charge, line.free_of is not None))
    party = order.party.external_id
    if not party:
        problem = wording.unknown("party", f"{order.party.number} {order.party.name}")
    if not lines:
        problem = problem or wording.unknown("lines", order.number)
    made = contract.NewOrder(party or "?", tuple(lines), order.wanted_date, order.address_external_id or None, order.reference, order.note, fields=_fields(order), slot=order.slot, shipping=order.shipping,
                             invoice_address=order.invoice_address_external_id or None,
                             deliver_to=_place(order.address, order.address_external_id), invoice_to=_place(order.invoice_address, order.invoice_address_external_id))
    return made.as_payload(), problem


def _place(kept: Mapping[str, str], external_id: str) -> contract.NewAddress | None:
    """Return a place as an order keeps it, where the ERP has no id for it; nothing: as usual."""
    if external_id or not kept:
        return None
    return contract.NewAddress(kept.get("name") or kept.get("label", ""), *(kept.get(part, "") for part in ("street", "postal_code", "city", "country")))


def _fields(order: Order) -> tuple[contract.NewOrderField, ...]:
    """Return the quote that its prices are of, for which unit it is, the cost centre and the portal's own fields of an order: only what the buyer sees, since it may come to stand on a packing slip."""
    found = fields.filled(Actor.system(order.portal_id), ORDER_FIELDS, [order.pk]).get(order.pk, [])
    agreed = (contract.NewOrderField("agreed", str(_("Quote")), order.agreed, order.agreed),) if order.agreed else ()
    cost = (contract.NewOrderField("cost_centre", str(_("Cost centre")), order.cost_centre, f"{order.cost_centre} {order.cost_name}".strip()),) if order.cost_centre else ()
    unit = (contract.NewOrderField("unit", str(_("For")), order.unit.code or order.unit.name, f"{order.unit.code} {order.unit.name}".strip()),) if order.unit else ()
    return agreed + unit + cost + tuple(contract.NewOrderField(item.field.key, item.field.label, item.value, said(item.field, item.value)) for item in found if not item.over and item.field.visibility != Field.Visibility.STAFF)


def queue_order(actor: Actor, order: Order, connection: Connection) -> Command:
    """Put an order in the outbox; its number is the key under which the ERP has it."""
    payload, problem = order_payload(order, connection)
    command, fresh = actions.queue_command(
        actor, connection=connection, key=order.number, kind="create_order", aggregate=ref(ORDER, order.pk), payload=payload, problem=problem
    )
    if fresh:
        _show(actor, command)
    return command


def queue_cancel(actor: Actor, order: Order, connection: Connection) -> Command | None:
    """Take an order back out of the ERP: one that never left is only struck from the outbox."""
    made = Command.objects.filter(connection=connection, aggregate=ref(ORDER, order.pk), kind="create_order").first()
    if made is None and not order.external_id:
        return None
    payload = {"party": order.party.external_id or "", "reference": order.number, "external_id": order.external_id or ""}
    command, _fresh = actions.queue_command(
        actor, connection=connection, key=order.number, kind="cancel_order", aggregate=ref(ORDER, order.pk), payload=payload, base_version=order.erp_version
    )
    return command


def sent(actor: Actor, command: Command) -> None:
    """A command is under way."""
    if command.kind == "create_order" and command.tries == 1 and not command.maybe_done:
        _show(actor, command)


def settled(actor: Actor, command: Command, answer: object) -> None:
    """A try is over: the order says so, what the ERP made of it comes in, staff are asked where a person must act."""
    if isinstance(answer, contract.Done) and command.state == Command.State.ACKNOWLEDGED:
        order = order_of(command)
        if order is not None and command.kind == "create_order":
            orders.mark_sync(actor, order, state="acknowledged", external_id=command.external_id, erp_number=command.number)
        if answer.data is not None:
            _take(actor, command, answer)
        changes.written(actor, command)
    elif isinstance(answer, contract.Conflict):
        _take(actor, command, answer.current)
        command = changes.overtaken(actor, command, answer.current)
    if command.state != Command.State.ACKNOWLEDGED:
        _show(actor, command)
    _ask(actor, command)


def _take(actor: Actor, command: Command, answer: contract.Done | contract.Change) -> None:
    """Take in what the ERP made of it, under its version, so that the feed's echo of it is skipped."""
    entity = "party" if command.kind == changes.KIND else "order"
    change = answer if isinstance(answer, contract.Change) else contract.Change(entity, answer.external_id, answer.version, answer.data, timezone.now())
    taken, problems = apply.take(actor, entity, [change])
    actions.mark_known(actor, connection_id=command.connection_id, entity=entity, taken=taken)
    actions.quarantine(actor, connection_id=command.connection_id, entity=entity, changes={change.external_id: change}, problems=problems)


def _show(actor: Actor, command: Command) -> None:
    """Put the order's sync axis where the command stands. The party reads the reason, so it says what waits, never what the ERP said."""
    order = order_of(command) if command.kind == "create_order" else None
    if order is None or (order.sync == "acknowledged" and command.state != Command.State.ACKNOWLEDGED):
        # The feed saw it arrive before the answer of the push did.
        return
    orders.mark_sync(actor, order, state="none" if command.state == Command.State.CANCELLED else command.state, reason="")


def _ask(actor: Actor, command: Command) -> None:
    """Ask staff for what needs a person, and end the asking when it no longer does."""
    subject = ref("connectors.command", command.pk)
    if command.kind == changes.KIND:
        changes.stuck(actor, command)
    elif command.kind == bank.KIND:
        bank.stuck(actor, command)
    elif command.state == Command.State.NEEDS_HUMAN:
        order = order_of(command)
        tasks.ask(actor, kind=kinds.STUCK, subject=subject, right=permissions.MANAGE, values={"number": command.key, "cause": command.text or command.code}, about_id=order.party_id if order else None)
    else:
        tasks.settle(actor, kind=kinds.STUCK, subject=subject)


def retried(actor: Actor, command: Command, connection: Connection) -> None:
    """Staff sent a command again: what it says is made anew when the ERP never saw it."""
    order = order_of(command)
    if command.kind == "create_order" and order is not None:
        payload, problem = order_payload(order, connection)
        command = actions.rewrite_command(actor, command=command, payload=payload, problem=problem)
    if command.kind == bank.KIND:
        command = bank.retried(actor, command)
    changes.retried(actor, command)
    _show(actor, command)
    _ask(actor, command)


def given_up(actor: Actor, command: Command) -> None:
    """Staff gave a command up: the order is cancelled with their reason, since the ERP will never have it."""
    order = order_of(command)
    changes.given_up(actor, command)
    if command.kind == "create_order" and order is not None:
        _show(actor, command)
        if order.status not in ("cancelled", "rejected"):
            orders.cancel_order(actor, order=order, reason=command.cancel_reason, now=timezone.now())
    _ask(actor, command)


def asked(actor: Actor, command: Command) -> None:
    """Ask staff about a command that cannot even be sent."""
    _ask(actor, command)
