"""Every read of punch-out: systems, visits, what goes back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Max, QuerySet

from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.edges.punchout import permissions, rules
from portiek.edges.punchout.models import System, Visit
from portiek.edges.punchout.rules import Line
from portiek.foundation.accounts.queries.absence import colleagues
from portiek.trade.catalog.queries import products
from portiek.trade.orders import queries as orders
from portiek.trade.orders.models import OrderLine
from portiek.trade.orders.queries import Asked, Details
from portiek.trade.orders.queries.cart import Basket

NEWEST = ("-id",)


def systems(actor: Actor, *, party_id: int | None = None) -> QuerySet[System]:
    """Return the systems of the actor's own company (staff: of all, or of one), each with when it came in `last`. Order: NEWEST."""
    found = System.objects.filter(portal_id=actor.portal_id).select_related("party", "user")
    if not actor.is_staff:
        found = found.filter(party_id=actor.party_id or 0)
    return (found.filter(party_id=party_id) if party_id else found) if actor.may(permissions.MANAGE) else found.none()


def system(actor: Actor, login: str) -> System:
    """Return one system. Raises NotFound, also for a foreign one."""
    found = systems(actor).filter(login=login).first() if login and "\0" not in login else None
    if found is None:
        raise NotFound
    return found


def last(actor: Actor, found: list[System]) -> dict[int, object]:
    """Return when each of these systems came in last."""
    return dict(Visit.objects.filter(portal_id=actor.portal_id, system_id__in=[row.pk for row in found]).exclude(state=Visit.State.REFUSED).order_by().values_list("system_id").annotate(at=Max("at")))


def visits(actor: Actor, found: System) -> QuerySet[Visit]:
    """Return the visits of a system. Order: NEWEST."""
    return Visit.objects.filter(portal_id=actor.portal_id, party_id=found.party_id, system=found).select_related("order").defer("return_url", "carried", "ticket_hash")


def visit(actor: Actor) -> Visit:
    """Return the visit that the actor's own session is. Raises NotFound for who shops for no system."""
    found = Visit.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id or 0, session_id=-actor.by_user_id).select_related("system").first() if actor.shops else None
    if found is None:
        raise NotFound
    return found


def may_shop(actor: Actor, *, party_id: int, user_id: int) -> bool:
    """Whether somebody of a party may do all that a visit does."""
    return all(colleagues(actor, party_id=party_id, right=right).filter(pk=user_id).exists() for right in permissions.SHOPPING)


def _line(basket: Basket) -> list[Line]:
    return [Line(item.product.sku, item.product.label, f"{item.line.quantity:f}", item.product.unit_code, f"{item.price.net:f}", basket.policy.currency, item.own_number, item.product.ean, item.product.summary or item.product.description, f"{item.product.tax_rate:f}")
            for item in basket.lines if item.product and item.price and item.price.net is not None and not item.problem]


def cart(actor: Actor, *, day: date) -> list[Line]:
    """Return what is in the cart that the actor fills, at the prices of this moment. Raises Refused where a line cannot be ordered."""
    basket = orders.basket(actor, day=day, lock=True)
    if basket.problems:
        raise Refused("punchout.lines")
    return _line(basket)


def offered(actor: Actor, *, code: str, quantity: Decimal | None, day: date) -> list[Line]:
    """Return one product as it would go back, for so many of it or the fewest that are sold. Raises Refused for what is not in the assortment or not sold so."""
    known = orders.lookup(actor, [code]).get(code, []) if code else []
    if len(known) != 1:
        raise Refused("punchout.product")
    found = _line(orders.proposal(actor, lines=[Asked(known[0].sku, known[0].min_quantity if quantity is None else quantity)], details=Details(), day=day).basket)
    if not found:
        raise Refused("punchout.product")
    return found


def found(actor: Actor, *, words: str, day: date) -> list[Line]:
    """Return what a search finds as it would go back, most wanted first, at most MOST_FOUND; products without a price of the actor's are left out."""
    hits = products(actor, search=words[:200]).order_by("-popularity", "pk")[: rules.MOST_FOUND] if words.strip() else []
    return _line(orders.proposal(actor, lines=[Asked(item.sku, item.min_quantity) for item in hits], details=Details(), day=day).basket)


def ordered(actor: Actor, order_id: int) -> dict[str, Decimal]:
    """Return how many of each article an order asks for. Only as the portal itself."""
    made: dict[str, Decimal] = {}
    for sku, quantity in OrderLine.objects.filter(portal_id=actor.portal_id, order_id=order_id, free_of=None).values_list("sku", "quantity"):
        made[sku] = made.get(sku, Decimal(0)) + quantity
    return made
