"""Every write of punch-out: systems set up, visits begun at the gate, carts given back, orders recognised."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import Fact, record
from portiek.core.refs import ref
from portiek.core.retention import over
from portiek.edges.punchout import errors as errors
from portiek.edges.punchout import facts, permissions, queries, rules
from portiek.edges.punchout.models import System, Visit
from portiek.foundation.accounts import actions as accounts
from portiek.foundation.accounts.actions.entering import Visit as Came
from portiek.foundation.parties.models import Party
from portiek.trade.orders import actions as orders

REF = "punchout.system"
CHANGED = ("name", "kind", "user_id", "hosts")


def _tell(actor: Actor, system: System, happened: Fact, **more: Any) -> None:
    record(actor, happened, party_id=system.party_id, subject=ref(REF, system.pk), text=system.name, **more)


def _secret() -> tuple[str, bytes]:
    made = secrets.token_urlsafe(24)
    return made, rules.hash_of(made)


def _person(actor: Actor, party_id: int, user_id: int) -> int:
    if not queries.may_shop(actor, party_id=party_id, user_id=user_id):
        raise Refused("punchout.no-person", field="user")
    return user_id


@action(permissions.MANAGE)
def add_system(actor: Actor, *, party: Party, name: str, kind: str, user_id: int, hosts: Sequence[str]) -> tuple[System, str]:
    """Let a purchasing system of a customer in; return it with its password, which is shown this once. Staff only. Raises Refused for a person who cannot shop."""
    if not actor.is_staff:
        raise NotFound
    secret, hashed = _secret()
    made = System.objects.create(portal_id=actor.portal_id, party=party, login=f"po_{secrets.token_hex(8)}", secret_hash=hashed, name=name, kind=kind, user_id=_person(actor, party.pk, user_id), hosts=list(hosts))
    _tell(actor, made, facts.SystemAdded(system_id=made.pk))
    return made, secret


def _locked(actor: Actor, login: str) -> System:
    found = queries.system(actor, login)
    if not actor.is_staff:
        raise NotFound
    return System.objects.select_for_update().get(pk=found.pk)


@action(permissions.MANAGE)
def change_system(actor: Actor, *, login: str, name: str, kind: str, user_id: int, hosts: Sequence[str]) -> None:
    """Change how a system comes in. Raises Refused and NotFound."""
    found = _locked(actor, login)
    after = {"name": name, "kind": kind, "user_id": _person(actor, found.party_id, user_id), "hosts": list(hosts)}
    changes = {field.removesuffix("_id"): (getattr(found, field), after[field]) for field in CHANGED if getattr(found, field) != after[field]}
    if changes:
        System.objects.filter(pk=found.pk).update(**after)
        _tell(actor, found, facts.SystemChanged(system_id=found.pk), changes=changes)


@action(permissions.MANAGE)
def switch_system(actor: Actor, *, login: str, is_active: bool) -> None:
    """Let a system come in, or not for now: then carts that are being filled go back no more, either. Raises NotFound."""
    found = _locked(actor, login)
    if found.is_active != is_active:
        System.objects.filter(pk=found.pk).update(is_active=is_active)
        _tell(actor, found, facts.SystemChanged(system_id=found.pk), changes={"is_active": (found.is_active, is_active)})


@action(permissions.MANAGE)
def renew_secret(actor: Actor, *, login: str) -> str:
    """Give a system another password; the one before ends at once. Raises NotFound."""
    found = _locked(actor, login)
    secret, found.secret_hash = _secret()
    found.save(update_fields=["secret_hash"])
    _tell(actor, found, facts.SystemRenewed(system_id=found.pk))
    return secret


@dataclass(frozen=True)
class Known:
    """A system that has proved itself, or why not: a word of errors.py."""

    system: System | None
    problem: str = ""


@action(None)
def prove(actor: Actor, *, login: str, secret: str, kind: str, came: Came, now: datetime) -> Known:
    """Hold a name and a password against the systems that may come in. Only at the gate. Nothing is raised: a wrong try stays counted."""
    if not accounts.may_try(actor, door="punchout", email=login[:24], visit=came):
        return Known(None, "punchout.too-many")
    found = System.objects.filter(login=login, kind=kind).first() if login and "\0" not in login else None
    right = hmac.compare_digest(bytes(found.secret_hash) if found else bytes(32), rules.hash_of(secret))
    if found is None or not right or not found.is_active:
        return Known(None, "punchout.credentials")
    return Known(found)


@action(None)
def refuse(actor: Actor, *, system: System, problem: str, now: datetime) -> None:
    """Keep why a system that proved itself did not come in, for who connects it. Only at the gate."""
    Visit.objects.create(portal_id=actor.portal_id, party_id=system.party_id, system=system, key=secrets.token_hex(12), user_id=system.user_id, state=Visit.State.REFUSED, reason=problem, at=now)


@action(None)
def open_visit(actor: Actor, *, system: System, return_url: str, carried: Mapping[str, str], came: Came, now: datetime) -> str:
    """Let a browser in that brought a system's name and password along; return the secret of its session. Only at the gate."""
    return _open(actor, system, Visit(portal_id=actor.portal_id, party_id=system.party_id, system=system, key=secrets.token_hex(12), user_id=system.user_id, return_url=return_url, carried=dict(carried), at=now), came, now)


@action(None)
def announce_visit(actor: Actor, *, system: System, return_url: str, carried: Mapping[str, Any], now: datetime) -> str:
    """Keep what a system asks for and return the ticket of the one-time address by which a browser comes in. Only at the gate."""
    ticket = secrets.token_urlsafe(24)
    Visit.objects.create(portal_id=actor.portal_id, party_id=system.party_id, system=system, key=secrets.token_hex(12), user_id=system.user_id, return_url=return_url, carried=dict(carried), ticket_hash=rules.hash_of(ticket), state=Visit.State.ASKED, at=now)
    return ticket


@action(None)
def open_announced(actor: Actor, *, ticket: str, came: Came, now: datetime) -> tuple[str, Visit]:
    """Let a browser in that brought the ticket of an announced visit; return the secret of its session, and the visit. Only at the gate. Raises NotFound for a ticket that was used, is too old or never was."""
    found = Visit.objects.select_for_update(of=("self",)).select_related("system").filter(ticket_hash=rules.hash_of(ticket), state=Visit.State.ASKED, at__gt=now - timedelta(minutes=rules.TICKET_MINUTES)).first()
    if found is None or not found.system.is_active:
        raise NotFound
    found.ticket_hash = None
    return _open(actor, found.system, found, came, now), found


@action(permissions.CART)
def put_back(actor: Actor, *, items: Sequence[tuple[str, str]]) -> int:
    """Fill the cart with what it held when it went back before, and return how many lines could not be put in."""
    left = 0
    for sku, quantity in items[: rules.MOST_LINES]:
        try:
            with transaction.atomic():
                orders.add_to_cart(actor, code=sku, quantity=Decimal(quantity))
        except Refused:
            left += 1
    return left


def _open(actor: Actor, system: System, made: Visit, came: Came, now: datetime) -> str:
    token, made.session_id = accounts.open_shop(actor, user_id=system.user_id, party_id=system.party_id, name=system.name, rights=permissions.SHOPPING, visit=came, until=now + timedelta(hours=rules.HOURS))
    made.state = Visit.State.OPEN
    made.save()
    _tell(actor, system, facts.VisitBegun(visit_id=made.pk))
    return token


@action(permissions.CART)
def give_back(actor: Actor, *, now: datetime) -> Visit:
    """Let what is in the cart go back to the system that opened this session, at the prices of this moment; the cart is empty after it. Asked again with an empty cart, it is what went back before.

    Raises Refused for a line that cannot be ordered, NotFound for who shops for no system.
    """
    found = Visit.objects.select_for_update().get(pk=queries.visit(actor).pk, party_id=actor.party_id or 0)
    if not found.system.is_active:
        raise Refused("punchout.over")
    lines = queries.cart(actor, day=timezone.localdate(now))
    if found.state != Visit.State.ORDERED and (lines or found.state == Visit.State.OPEN):
        found.state, found.lines, found.returned_at = Visit.State.RETURNED, [line.kept() for line in lines], now
        found.save(update_fields=["state", "lines", "returned_at"])
        orders.empty_cart(actor)
        _tell(actor, found.system, facts.VisitReturned(visit_id=found.pk, lines=len(lines)))
    return found


@action(None)
def recognise_order(actor: Actor, *, party_id: int, order_id: int) -> None:
    """Note that an order is a cart that went back, the last one of that content that waits. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    waiting = Visit.objects.select_for_update().filter(portal_id=actor.portal_id, party_id=party_id, state=Visit.State.RETURNED).select_related("system").order_by("-pk")[:200]
    found = list(waiting)
    ordered = queries.ordered(actor, order_id) if found else {}
    match = next((visit for visit in found if rules.is_ordered(visit.lines, ordered)), None)
    if match is None or Visit.objects.filter(portal_id=actor.portal_id, party_id=party_id, order_id=order_id).exists():
        return
    match.state, match.order_id = Visit.State.ORDERED, order_id
    match.save(update_fields=["state", "order"])
    _tell(actor, match.system, facts.VisitOrdered(visit_id=match.pk, order_id=order_id))


@action(None)
def drop_old_visits(actor: Actor, *, now: datetime) -> int:
    """Remove visits whose term is over. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    count, _per = over(actor, "punchout.visits", now=now).delete()
    return count
