"""Every read of the connection with the ERP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import cast

from django.db.models import Case, Count, Exists, Min, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Now
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.counting import Counting
from portiek.core.errors import NotFound
from portiek.core.refs import Shown, show
from portiek.edges.connectors import contract, rules
from portiek.edges.connectors.about import as_version
from portiek.edges.connectors.models import Command, CommandQuerySet, Connection, Feed, Freshness, Known, Quarantine
from portiek.foundation.accounts.queries import caring
from portiek.foundation.parties.models import Portal
from portiek.settlement.invoicing.models import Invoice
from portiek.trade.catalog.models import ProductPicture
from portiek.trade.orders.models import Order

OPEN = ~Q(state__in=["acknowledged", "cancelled"])


def connections(actor: Actor) -> QuerySet[Connection]:
    """Return the portal's connections, oldest first."""
    return Connection.objects.filter(portal_id=actor.portal_id).order_by("pk")


def connection(actor: Actor, number: int) -> Connection:
    """Return one connection. Raises NotFound."""
    found = connections(actor).filter(pk=number).first()
    if found is None:
        raise NotFound
    return found


def enabled_ids(actor: Actor) -> list[int]:
    """Return the connections that are used."""
    return list(connections(actor).filter(enabled=True).values_list("pk", flat=True))


def for_orders(actor: Actor) -> Connection | None:
    """Return the connection that orders go to: the oldest in use."""
    return connections(actor).filter(enabled=True).first()


def portal_name(actor: Actor) -> str:
    """Return the short name of the portal, by which a connector's own files are told apart."""
    return Portal.objects.values_list("slug", flat=True).get(pk=actor.portal_id)


def may_push(actor: Actor, number: int) -> bool:
    """Whether there is something to send to an ERP and it may be tried now."""
    free = Q(down_since__isnull=True) | Q(probe_at__isnull=True) | Q(probe_at__lte=Now())
    due = Command.objects.filter(connection_id=number, state__in=["queued", "failed", "sent"], next_try_at__lte=Now())
    return Connection.objects.filter(free, pk=number, enabled=True, paused_at__isnull=True).exists() and due.exists()


def feeds(actor: Actor, connection: Connection) -> list[Feed]:
    """Return the feeds of a connection in the order in which they need each other."""
    return sorted(Feed.objects.filter(connection=connection), key=_place)


def due_feeds(actor: Actor, number: int) -> list[Feed]:
    """Return the feeds that may run now, in the order in which they need each other, up to one whose first load is under way or waits."""
    free = Q(down_since__isnull=True) | Q(probe_at__isnull=True) | Q(probe_at__lte=Now())
    if not Connection.objects.filter(free, pk=number, enabled=True, paused_at__isnull=True).exists():
        return []
    idle = Q(lease_until__isnull=True) | Q(lease_until__lt=Now())
    due = {feed.pk for feed in Feed.objects.filter(idle, Q(next_run__isnull=True) | Q(next_run__lte=Now()), connection_id=number)}
    found = []
    for feed in sorted(Feed.objects.filter(connection_id=number, paused_at__isnull=True), key=_place):
        if feed.pk in due:
            found.append(feed)
        elif feed.is_loading and feed.last_ok is None:
            break
    return found


def _place(feed: Feed) -> int:
    return rules.ORDER.index(feed.entity) if feed.entity in rules.ORDER else len(rules.ORDER)


def feed(actor: Actor, connection: Connection, entity: str) -> Feed:
    """Return one feed. Raises NotFound."""
    found = Feed.objects.filter(connection=connection, entity=entity).first()
    if found is None:
        raise NotFound
    return found


def reads(actor: Actor, feed: Feed, token: str) -> bool:
    """Whether the holder of a token is the one who reads a feed; keeps it so until the end of the transaction."""
    return Feed.objects.select_for_update().filter(pk=feed.pk, lease_token=token).exists()


def fresh(actor: Actor, connection_id: int, entity: str, changes: Iterable[contract.Change]) -> list[contract.Change]:
    """Return the changes that are not in the portal yet in this version, the last one of each record."""
    last = {change.external_id: change for change in changes}
    here = dict(Known.objects.filter(connection_id=connection_id, entity=entity, external_id__among=list(last)).values_list("external_id", "version"))
    return [change for key, change in last.items() if change.problem is not None or change.data is None or here.get(key) != as_version(change.version)]


def known(actor: Actor, connection_id: int, entity: str) -> set[str]:
    """Return the ids of an entity that the portal has from an ERP."""
    return set(Known.objects.filter(connection_id=connection_id, entity=entity).values_list("external_id", flat=True))


def held(actor: Actor, connection_id: int, entity: str) -> set[str]:
    """Return the ids of an entity that are in quarantine."""
    return set(Quarantine.objects.filter(connection_id=connection_id, entity=entity).values_list("external_id", flat=True))


def calls(actor: Actor, connection: Connection) -> tuple[int, int]:
    """Return the calls of this minute and this day."""
    row = Connection.objects.only("minute_at", "minute_calls", "day_at", "day_calls").get(pk=connection.pk)
    now = timezone.now()
    minute = row.minute_calls if row.minute_at and row.minute_at == now.replace(second=0, microsecond=0) else 0
    return minute, row.day_calls if row.day_at == timezone.localdate(now) else 0


def freshness(actor: Actor, entity: str) -> Freshness | None:
    """Return since when the figures of an entity are the ERP's, with its name; None where there is no ERP. For everyone who sees the figures."""
    return Freshness.objects.filter(portal_id=actor.portal_id, entity=entity).first()


def commands(actor: Actor) -> CommandQuerySet:
    """Return the outbox."""
    return Command.objects.filter(portal_id=actor.portal_id).select_related("connection")


def command(actor: Actor, number: int) -> Command:
    """Return one command. Raises NotFound."""
    found = commands(actor).filter(pk=number).first()
    if found is None:
        raise NotFound
    return found


def quarantine(actor: Actor) -> QuerySet[Quarantine]:
    """Return the records that could not be taken."""
    return Quarantine.objects.filter(portal_id=actor.portal_id).select_related("connection")


def quarantined(actor: Actor, number: int) -> Quarantine:
    """Return one record that could not be taken. Raises NotFound."""
    found = quarantine(actor).filter(pk=number).first()
    if found is None:
        raise NotFound
    return found


def to_heal(actor: Actor, connection: Connection, limit: int, *, lately: bool = True) -> list[tuple[str, list[str]]]:
    """Return ids that were put aside (`lately`: in the last day), by entity, none of what is paused.

    What was tried least comes first, so that each gets its turn; of those as often tried what the others need.
    """
    if connection.paused_at:
        return []
    paused = Feed.objects.filter(connection=connection, paused_at__isnull=False).values("entity")
    rows = Quarantine.objects.filter(connection=connection).exclude(entity__in=paused)
    if lately:
        rows = rows.filter(since__gt=Now() - timedelta(days=1))
    place = Case(*(When(entity=entity, then=Value(number)) for number, entity in enumerate(rules.ORDER)), default=Value(len(rules.ORDER)))
    found = rows.order_by("tries", place, "pk").values_list("tries", "entity", "external_id")[:limit]
    return [(entity, [key for _tries, _entity, key in some]) for (_, entity), some in groupby(found, key=lambda row: row[:2])]


def counts(actor: Actor) -> dict[int, Mapping[str, object]]:
    """Return per connection how many commands wait and are stuck, and since when the oldest waits. One statement."""
    rows = (
        Command.objects.filter(OPEN, portal_id=actor.portal_id)
        .values("connection_id")
        .annotate(
            waiting=Count("pk", filter=~Q(state="needs_human")),
            stuck=Count("pk", filter=Q(state="needs_human")),
            oldest=Min("created_at", filter=~Q(state="needs_human")),
        )
    )
    return {row["connection_id"]: cast("Mapping[str, object]", row) for row in rows.order_by("connection_id")}


def trouble(actor: Actor) -> Counting:
    """Say how to count the commands that wait for a person, up to a hundred, among the counts of every page."""
    # The second condition is that of the index of open commands.
    return Counting(
        "SELECT count(*) FROM (SELECT FROM connectors_command WHERE portal_id = %s AND state = 'needs_human' AND NOT (state IN ('acknowledged', 'cancelled')) LIMIT 100) c",
        (actor.portal_id,),
    )


def all_feeds(actor: Actor) -> list[Feed]:
    """Return the feeds of every connection in the order in which they need each other. One statement."""
    return sorted(Feed.objects.filter(portal_id=actor.portal_id), key=lambda feed: (feed.connection_id, _place(feed)))


def held_counts(actor: Actor) -> dict[tuple[int, str], int]:
    """Return how many records are in quarantine, per connection and entity. One statement."""
    rows = (
        Quarantine.objects.filter(portal_id=actor.portal_id).values("connection_id", "entity").annotate(number=Count("pk")).order_by("connection_id", "entity")
    )
    return {(row["connection_id"], row["entity"]): row["number"] for row in rows}


def stuck(actor: Actor, limit: int = 20) -> list[Command]:
    """Return the oldest commands that need a person. One statement."""
    return list(commands(actor).stuck().order_by("pk")[:limit])


def whose(actor: Actor, found: Sequence[Command]) -> dict[int, tuple[str, str]]:
    """Return of commands about orders whose order it is, and who of the staff looks after that company (empty: nobody), by the command. Two statements at most."""
    keys = {command.pk: int(key) for command in found for kind, _, key in [command.aggregate.partition(":")] if kind == "orders.order" and key.isdigit()}
    parties = {row.pk: row.party for row in Order.objects.select_related("party").filter(portal_id=actor.portal_id, pk__in=set(keys.values())).only("party__name")} if keys else {}
    carers = caring.names_of_carers(actor, {party.pk for party in parties.values()})
    return {command: (party.name, carers.get(party.pk, "")) for command, key in keys.items() if (party := parties.get(key))}


def command_of(actor: Actor, kind: str, key: str) -> Command | None:
    """Return the newest command of a kind and key, or None."""
    return commands(actor).filter(kind=kind, key=key).order_by("-pk").first()


def on_their_way(actor: Actor, *, party_id: int, units: Sequence[int] | None = None) -> int:
    """Return how many orders of a party (of these units) are still being written to the ERP. Two statements."""
    keys = [int(key) for kind, _, key in (item.partition(":") for item in Command.objects.open().filter(portal_id=actor.portal_id, aggregate__startswith="orders.order:").values_list("aggregate", flat=True)) if key.isdigit()]
    found = Order.objects.filter(portal_id=actor.portal_id, party_id=party_id, pk__in=keys)
    return (found if units is None else found.filter(unit_id__in=units)).count() if keys else 0


def subject(actor: Actor, command: Command) -> Shown | None:
    """Return label and address of what a command is about, or None."""
    return show(actor, command.aggregate)


def without_picture(actor: Actor, connection: Connection, limit: int) -> list[ProductPicture]:
    """Return the pictures that the ERP has of its products and that are to be fetched. One statement."""
    there = Known.objects.filter(connection=connection, entity="product", external_id=OuterRef("product__external_id"))
    found = ProductPicture.objects.filter(Exists(there), portal_id=actor.portal_id).exclude(wanted="")
    return list(found.select_related("product").defer("thumbnail").order_by("pk")[:limit])


def without_paper(actor: Actor, connection: Connection, limit: int) -> list[Invoice]:
    """Return the newest invoices that lack their PDF and of which the ERP may have one. One statement."""
    asked = Known.objects.filter(connection=connection, entity="invoice.pdf", external_id=OuterRef("external_id"))
    there = Known.objects.filter(connection=connection, entity="invoice", external_id=OuterRef("external_id"))
    found = Invoice.objects.filter(Exists(there), ~Exists(asked), portal_id=actor.portal_id, pdf__isnull=True, external_id__isnull=False)
    return list(found.order_by("-invoice_date", "-pk")[:limit])
