"""What happens in the portal and concerns the ERP: recorded in the outbox in this transaction, sent by a job after it."""

from __future__ import annotations

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.facts import About, reacts_to
from portiek.core.jobs import defer
from portiek.core.refs import ref
from portiek.edges.connectors import bank, changes, effects, facts, jobs, kinds, permissions, queries, wording
from portiek.edges.connectors.files import queries as file_queries
from portiek.edges.connectors.files import wording as file_wording
from portiek.foundation.banking.facts import AccountChanged
from portiek.foundation.proposals import facts as proposals
from portiek.foundation.tasks import actions as tasks
from portiek.trade.orders import facts as orders
from portiek.trade.orders.models import Order


@reacts_to(orders.OrderSubmitted, orders.OrderReleased)
def send_order(actor: Actor, fact: orders.OrderSubmitted | orders.OrderReleased, about: About) -> None:
    """Put an order in the outbox; one that needs approval is submitted when it has that, and one that may still be changed is released when that is over."""
    connection = queries.for_orders(actor)
    order = Order.objects.filter(pk=fact.order_id).select_related("party").first()
    if connection is None or order is None or order.status != Order.Status.SUBMITTED or order.changeable_until is not None:
        return
    command = effects.queue_order(actor, order, connection)
    effects.asked(actor, command)
    defer(actor, jobs.push_now, connection=connection.pk)


@reacts_to(orders.OrderCancelled)
def take_back(actor: Actor, fact: orders.OrderCancelled, about: About) -> None:
    """Take a cancelled order out of the ERP, unless it was cancelled there or never got there."""
    connection = queries.for_orders(actor)
    order = Order.objects.filter(pk=fact.order_id).select_related("party").first()
    if connection is None or order is None:
        return
    if effects.queue_cancel(actor, order, connection) is not None:
        defer(actor, jobs.push_now, connection=connection.pk)


@reacts_to(proposals.ProposalAccepted)
def send_change(actor: Actor, fact: proposals.ProposalAccepted, about: About) -> None:
    """Put an accepted change of a party's data in the outbox, unless the portal itself wrote it."""
    connection = queries.for_orders(actor)
    command = changes.queue(actor, fact.proposal_id, connection) if connection else None
    if command is not None:
        defer(actor, jobs.push_now, connection=command.connection_id)


@reacts_to(AccountChanged)
def send_account(actor: Actor, fact: AccountChanged, about: About) -> None:
    """Put an account that counts after four eyes and a cooling-off in the outbox. One that the ERP brings is no such fact, so nothing goes back where it came from."""
    connection = queries.for_orders(actor)
    if connection is not None:
        bank.queue(actor, fact.change_id, connection)
        defer(actor, jobs.push_now, connection=connection.pk)


@reacts_to(proposals.ProposalRefused, proposals.ProposalOutdated)
def drop_change(actor: Actor, fact: proposals.ProposalRefused | proposals.ProposalOutdated, about: About) -> None:
    """Strike what waits in the outbox for a proposal that is over."""
    changes.drop(actor, fact.proposal_id)


@reacts_to(facts.CommandRetried)
def send_again(actor: Actor, fact: facts.CommandRetried, about: About) -> None:
    """Make a command that never reached the ERP anew, and send it."""
    command = queries.command(actor, fact.command_id)
    effects.retried(actor, command, command.connection)
    defer(actor, jobs.push_now, connection=command.connection_id)


@reacts_to(facts.CommandCancelled)
def give_up(actor: Actor, fact: facts.CommandCancelled, about: About) -> None:
    """Let the order know that it will not be sent."""
    effects.given_up(actor, queries.command(actor, fact.command_id))


@reacts_to(facts.ConnectionAdded, facts.ConnectionChanged)
def try_it(actor: Actor, fact: facts.ConnectionAdded | facts.ConnectionChanged, about: About) -> None:
    """Try a connection whose settings are new, then read."""
    defer(actor, jobs.check_now, connection=fact.connection_id)
    defer(actor, jobs.pull_now, connection=fact.connection_id)


@reacts_to(facts.CheckAsked)
def check(actor: Actor, fact: facts.CheckAsked, about: About) -> None:
    """Try a connection because somebody asked."""
    defer(actor, jobs.check_now, connection=fact.connection_id)


@reacts_to(facts.FeedAsked, facts.ConnectionResumed)
def read(actor: Actor, fact: facts.FeedAsked | facts.ConnectionResumed, about: About) -> None:
    """Read, and send, because somebody asked."""
    defer(actor, jobs.pull_now, connection=fact.connection_id)
    defer(actor, jobs.push_now, connection=fact.connection_id)


@reacts_to(facts.QuarantineRetried)
def reread(actor: Actor, fact: facts.QuarantineRetried, about: About) -> None:
    """Read a record that was put aside again."""
    defer(actor, jobs.reread_now, connection=fact.connection_id, entity=fact.entity, external_id=fact.external_id)


@reacts_to(facts.ConnectionLost)
def tell_staff(actor: Actor, fact: facts.ConnectionLost, about: About) -> None:
    """Ask staff to look at an ERP that does not answer."""
    tasks.ask(
        actor,
        kind=kinds.DOWN,
        subject=ref("connectors.connection", fact.connection_id),
        right=permissions.MANAGE,
        values={"label": _label(actor, fact), "cause": fact.text},
        due_at=timezone.now(),
    )


@reacts_to(facts.ConnectionRestored)
def stop_telling(actor: Actor, fact: facts.ConnectionRestored, about: About) -> None:
    """The ERP answers again, so nobody needs to look."""
    tasks.settle(actor, kind=kinds.DOWN, subject=ref("connectors.connection", fact.connection_id))


@reacts_to(facts.ConnectionChecked)
def tell_of_files(actor: Actor, fact: facts.ConnectionChecked, about: About) -> None:
    """Ask staff to look at files that cannot be reached: nothing else asks there, so that no failures add up."""
    connection = queries.connection(actor, fact.connection_id)
    if connection.vendor != "files":
        return
    if connection.is_healthy:
        tasks.settle(actor, kind=kinds.DOWN, subject=ref("connectors.connection", connection.pk))
    else:
        cause = " ".join(wording.note(text) for text in (connection.health or {}).get("notes", []))
        tasks.ask(actor, kind=kinds.DOWN, subject=ref("connectors.connection", connection.pk), right=permissions.MANAGE, values={"label": connection.label, "cause": cause[:200]}, due_at=timezone.now())


@reacts_to(facts.FileHeld)
def ask_about_file(actor: Actor, fact: facts.FileHeld, about: About) -> None:
    """Ask staff what becomes of a file that is held."""
    connection = queries.connection(actor, fact.connection_id)
    found = file_queries.deliveries(actor, connection).filter(pk=fact.delivery_id).first()
    # Who brought it looks at it already.
    if found is not None and not found.by_hand and found.state in ("held", "refused"):
        tasks.ask(actor, kind=kinds.FILE_HELD, subject=ref("connectors.file", found.pk), right=permissions.MANAGE, values={"name": found.name, "connection": connection.pk, "cause": file_wording.doubt(found.code, found.detail)[0]}, due_at=timezone.now())


@reacts_to(facts.FileConfirmed, facts.FileDropped, facts.FileLoaded)
def stop_asking_about_file(actor: Actor, fact: facts.FileConfirmed | facts.FileDropped | facts.FileLoaded, about: About) -> None:
    """Nobody needs to look at a file any more, nor at those before it that it overtook, nor wait for one."""
    connection = queries.connection(actor, fact.connection_id)
    over = [fact.delivery_id]
    if isinstance(fact, facts.FileLoaded):
        over += file_queries.deliveries(actor, connection).filter(layout=fact.layout, pk__lt=fact.delivery_id, state__in=["dropped", "refused"]).order_by("-pk").values_list("pk", flat=True)[:100]
        tasks.settle(actor, kind=kinds.FILES_MISSING, subject=ref("connectors.connection", connection.pk))
    for key in over:
        tasks.settle(actor, kind=kinds.FILE_HELD, subject=ref("connectors.file", key))


@reacts_to(facts.FilesMissing)
def ask_about_files(actor: Actor, fact: facts.FilesMissing, about: About) -> None:
    """Ask staff to look why no file came."""
    connection = queries.connection(actor, fact.connection_id)
    tasks.ask(actor, kind=kinds.FILES_MISSING, subject=ref("connectors.connection", connection.pk), right=permissions.MANAGE, values={"label": connection.label}, due_at=timezone.now())


def _label(actor: Actor, fact: facts.ConnectionLost) -> str:
    return queries.connection(actor, fact.connection_id).label
