"""Writes of the portal's own price lists, and of which party is served by which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import Product
from portiek.trade.pricing import errors, facts, permissions, rules
from portiek.trade.pricing.actions.own import Put, _own
from portiek.trade.pricing.models import PartyPriceList, PriceList, PriceListLine, Tiers


@action(permissions.MANAGE)
def create_price_list(actor: Actor, *, code: str, name: str, fallback: PriceList | None = None, currency: str = "EUR", tiers: str = Tiers.ALL_UNITS) -> PriceList:
    """Make a price list of the portal's own. Raises Refused when the code is taken."""
    if PriceList.objects.filter(portal_id=actor.portal_id, code=code).exists():
        raise Refused(errors.CODE_TAKEN, field="code")
    made = PriceList.objects.create(portal_id=actor.portal_id, code=code, name=name, fallback=fallback, currency=currency, tiers=tiers)
    record(actor, facts.PriceListMade(price_list_id=made.pk), subject=ref("pricing.price_list", made.pk), text=made.name)
    return made


@action(permissions.MANAGE)
def change_price_list(actor: Actor, *, price_list: PriceList, values: Mapping[str, Any]) -> bool:
    """Give a list of the portal's own another name, fallback or kind of tiers, or take it out of use; return whether anything changed. Raises Refused, also when lists would fall back on each other in a ring."""
    _own(price_list)
    wanted = {name: values[name] for name in ("name", "fallback", "tiers", "is_active") if name in values}
    old = {name: getattr(price_list, name) for name in wanted if getattr(price_list, name) != wanted[name]}
    if "fallback" in old:
        _check_ring(price_list, wanted["fallback"])
    if not old:
        return False
    for name in old:
        setattr(price_list, name, wanted[name])
    price_list.save(update_fields=list(old))
    said = {name: (_said(value), _said(wanted[name])) for name, value in old.items()}
    record(actor, facts.PriceListChanged(price_list_id=price_list.pk, created=0, changed=0), subject=ref("pricing.price_list", price_list.pk), text=price_list.name, changes=said)
    return True


def _said(value: Any) -> Any:
    return value.name if isinstance(value, PriceList) else value


def _check_ring(price_list: PriceList, fallback: PriceList | None) -> None:
    seen, at = {price_list.pk}, fallback
    while at is not None:
        if at.pk in seen:
            raise Refused(errors.RING, field="fallback", name=fallback.name if fallback else "")
        seen.add(at.pk)
        at = at.fallback


@action(permissions.MANAGE)
def assign_price_list(actor: Actor, *, party: Party, price_list: PriceList, position: int) -> PartyPriceList:
    """Serve a party by a price list, or move it to another position. Raises Refused when the position is taken."""
    if PartyPriceList.objects.filter(party=party, position=position).exclude(price_list=price_list).exists():
        raise Refused(errors.POSITION_TAKEN, field="position")
    made, _new = PartyPriceList.objects.update_or_create(portal_id=actor.portal_id, party=party, price_list=price_list, defaults={"position": position})
    record(
        actor,
        facts.PriceListAssigned(price_list_id=price_list.pk, position=position),
        party_id=party.pk,
        subject=ref("parties.party", party.pk),
        text=price_list.name,
    )
    return made


@action(permissions.MANAGE)
def withdraw_price_list(actor: Actor, *, party: Party, price_list: PriceList) -> None:
    """Serve a party no longer by a price list."""
    gone, _each = PartyPriceList.objects.filter(party=party, price_list=price_list).delete()
    if gone:
        record(actor, facts.PriceListWithdrawn(price_list_id=price_list.pk), party_id=party.pk, subject=ref("parties.party", party.pk), text=price_list.name)


@action(permissions.MANAGE)
def put_list_line(actor: Actor, *, price_list: PriceList, product: Product, min_quantity: Decimal, price: Decimal | None, valid_from: date | None, values: Mapping[str, Any]) -> Put:
    """Add a line to a list of the portal's own, or change the one from the same quantity and day on; `values` may hold valid_until and note. `tell_lists` records what came of them. Raises Refused."""
    _own(price_list)
    found = PriceListLine.objects.filter(price_list=price_list, product=product, min_quantity__in=rules.same_step(min_quantity), valid_from=valid_from).order_by("pk").first()
    until = values.get("valid_until", found.valid_until if found else None)
    if valid_from and until and until < valid_from:
        raise Refused(errors.WINDOW, field="valid_until")
    wanted = {"price": price, **values}
    if found is None:
        PriceListLine.objects.create(portal_id=actor.portal_id, price_list=price_list, product=product, min_quantity=min_quantity, valid_from=valid_from, **wanted)
        return Put("new")
    if all(getattr(found, name) == value for name, value in wanted.items()):
        return Put("same")
    PriceListLine.objects.filter(pk=found.pk).update(**wanted)
    return Put("changed", found.price)


@action(permissions.MANAGE)
def set_list_price(actor: Actor, *, price_list: PriceList, product: Product, min_quantity: Decimal, price: Decimal, valid_from: date | None, valid_until: date | None) -> Put:
    """Put one price in a list of the portal's own, or change it, and record that. Raises Refused."""
    made = put_list_line(actor, price_list=price_list, product=product, min_quantity=min_quantity, price=price, valid_from=valid_from, values={"valid_until": valid_until})
    if made.outcome != "same":
        tell_lists(actor, changed=[(price_list, {product.sku: (made.old, price)})])
    return made


@action(permissions.MANAGE)
def tell_lists(actor: Actor, *, changed: Sequence[tuple[PriceList, Mapping[str, tuple[Any, Any]]]]) -> None:
    """Record what became of the lines of own price lists, once for each: what changed by article, as (old, new)."""
    for price_list, changes in changed:
        new = sum(1 for old, _now in changes.values() if old is None)
        record(actor, facts.PriceListChanged(price_list_id=price_list.pk, created=new, changed=len(changes) - new), subject=ref("pricing.price_list", price_list.pk), text=price_list.name, changes=changes)
