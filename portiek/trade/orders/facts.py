"""What is recorded about orders. Names and fields are a contract with receivers of webhooks."""

from portiek.core.facts import Fact, fact


@fact("orders.order.submitted", public=True)
class OrderSubmitted(Fact):
    """An order was placed and waits for nobody inside the party any more: it goes to the ERP, after the time in which it may be changed."""

    order_id: int


@fact("orders.order.approval_requested", public=True)
class ApprovalRequested(Fact):
    """An order is above the buyer's limit, or a rule of the party asks for it: it waits for a colleague."""

    order_id: int


@fact("orders.order.approved", public=True)
class OrderApproved(Fact):
    """The last colleague that was asked approved an order; `orders.order.submitted` follows in the same moment."""

    order_id: int
    by: int


@fact("orders.order.rejected", public=True)
class OrderRejected(Fact):
    """A colleague, or the ERP (`by` 0), refused an order."""

    order_id: int
    by: int


@fact("orders.order.released")
class OrderReleased(Fact):
    """The time in which an order could be changed is over, or who ordered waited no longer: it goes to the ERP."""

    order_id: int


@fact("orders.order.taken_back")
class OrderTakenBack(Fact):
    """Who ordered took an order back into a cart to change it; `orders.order.cancelled` follows in the same moment."""

    order_id: int


@fact("orders.order.change_asked", public=True)
class ChangeAsked(Fact):
    """Somebody wants an order that is passed on otherwise: a person of the staff answers."""

    order_id: int
    reply_id: int = 0


@fact("orders.order.change_answered", public=True)
class ChangeAnswered(Fact):
    """Staff answered somebody who wants an order otherwise; `done`: it is changed."""

    order_id: int
    done: bool
    reply_id: int = 0


@fact("orders.order.withdrawn", public=True)
class OrderWithdrawn(Fact):
    """The buyer took back an order that waited for approval."""

    order_id: int


@fact("orders.order.lowered", public=True)
class OrderLowered(Fact):
    """Who approves struck or lowered lines of an order that waits."""

    order_id: int
    by: int


@fact("orders.order.approval_expired", public=True)
class ApprovalExpired(Fact):
    """Nobody decided about an order in time: it goes back to the buyer as not approved."""

    order_id: int


@fact("orders.order.cancelled", public=True)
class OrderCancelled(Fact):
    """An order was cancelled."""

    order_id: int


@fact("orders.order.cancel_requested", public=True)
class CancelRequested(Fact):
    """The party asks to cancel an order that is already with the ERP: a person decides."""

    order_id: int


@fact("orders.order.cancel_refused", public=True)
class CancelRefused(Fact):
    """An order that the party wanted to cancel goes on."""

    order_id: int


@fact("orders.order.held", public=True)
class OrderHeld(Fact):
    """Staff put an order on hold."""

    order_id: int


@fact("orders.order.resumed", public=True)
class OrderResumed(Fact):
    """Staff let an order go on."""

    order_id: int


@fact("orders.order.confirmed", public=True)
class OrderConfirmed(Fact):
    """The ERP confirmed an order as it was placed."""

    order_id: int


@fact("orders.order.changed", public=True)
class OrderChanged(Fact):
    """The ERP confirmed an order with another quantity, price or product than was ordered."""

    order_id: int


@fact("orders.order.lines_replied", public=True)
class LinesReplied(Fact):
    """Somebody of the party agreed, did not agree or asked about lines that were confirmed otherwise: how many of each."""

    order_id: int
    accepted: int
    refused: int
    asked: int


@fact("orders.order.question_asked", public=True)
class QuestionAsked(Fact):
    """Somebody of the party asked something about an order or a line of it."""

    order_id: int
    reply_id: int


@fact("orders.order.reply_answered", public=True)
class ReplyAnswered(Fact):
    """Staff answered what a party did not agree with or asked about an order."""

    order_id: int
    reply_id: int


@fact("orders.order.updated", public=True)
class OrderUpdated(Fact):
    """Something else of an order changed in the ERP: status, date, what was shipped."""

    order_id: int


@fact("orders.order.date_moved", public=True)
class DateMoved(Fact):
    """Lines that are still to come were promised for another day than before: how many, and of the one that comes last its position, the day that was and the day that is."""

    order_id: int
    position: int
    was: str
    expected_on: str
    lines: int


@fact("orders.order.imported", public=True)
class OrderImported(Fact):
    """An order that was not placed in the portal came in from the ERP."""

    order_id: int


@fact("orders.order.shipped", public=True)
class OrderShipped(Fact):
    """A shipment with lines of the order left."""

    order_id: int
    shipment_id: int


@fact("orders.order.delivered", public=True)
class OrderDelivered(Fact):
    """A shipment with lines of the order arrived."""

    order_id: int
    shipment_id: int


@fact("orders.order.sync_changed")
class SyncChanged(Fact):
    """How far the order is on its way to the ERP changed."""

    order_id: int
    state: str


@fact("orders.order.invoice_changed")
class InvoiceChanged(Fact):
    """How far an order is invoiced changed."""

    order_id: int
    state: str


@fact("orders.cart.shared")
class CartShared(Fact):
    """Somebody shared a cart with his colleagues."""

    cart_id: int


@fact("orders.cart.kept")
class CartKept(Fact):
    """Somebody shares a cart no longer."""

    cart_id: int


@fact("orders.delivery.changed")
class DeliveryChanged(Fact):
    """Staff changed on which days the portal delivers, or what a buyer may choose of it."""


@fact("orders.costs.changed")
class CostsChanged(Fact):
    """Staff made, changed or took away a rule of order minimum and freight."""

    rule_id: int


@fact("orders.lookback.changed")
class LookbackChanged(Fact):
    """Staff chose for how many days the same reference asks whether something is ordered twice."""

    days: int
