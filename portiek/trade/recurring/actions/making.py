"""What people do with recurring orders: make, change, skip, pause, end, take over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import Fact, record
from portiek.core.refs import ref
from portiek.foundation.fields.queries import asked
from portiek.foundation.fields.reading import read
from portiek.foundation.parties.models import Address, Unit
from portiek.foundation.tasks.actions import settle
from portiek.trade.approvals.queries import centres, reference
from portiek.trade.catalog.models import ProductUnit
from portiek.trade.catalog.queries import successors
from portiek.trade.lists.queries import Wish
from portiek.trade.orders.fields import ORDER
from portiek.trade.orders.permissions import PLACE
from portiek.trade.orders.queries.cart import orderable
from portiek.trade.orders.queries.party import party_of
from portiek.trade.orders.queries.units import units_for
from portiek.trade.orders.rules import QuantityRule, plain
from portiek.trade.pricing.queries import Wanted, prices
from portiek.trade.recurring import errors, facts, permissions, queries, rules
from portiek.trade.recurring.kinds import WAITS
from portiek.trade.recurring.models import Recurring, RecurringLine, Turn

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Settings:
    """What holds for a recurring order as a whole. `scope`: a person, a unit or the company sees it."""

    name: str
    next_on: date
    rhythm: str = rules.WEEK
    every: int = 1
    until: date | None = None
    left: int | None = None
    remind_days: int = 3
    limit_percent: Decimal | None = None
    reference: str = ""
    note: str = ""
    address_id: int | None = None
    wanted_days: int | None = None
    slot: str = ""
    shipping: str = ""
    cost_centre: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    scope: str = rules.PERSONAL
    unit_id: int | None = None
    # For which branch, department or project it is ordered.
    for_unit_id: int | None = None


KEPT = ("name", "next_on", "rhythm", "every", "until", "left", "remind_days", "limit_percent", "reference", "note", "address_id", "wanted_days", "slot", "shipping", "cost_centre", "for_unit_id")


def _tell(actor: Actor, found: Recurring, happened: Fact, **changes: tuple[object, object]) -> None:
    """Record what happened to a recurring order."""
    record(actor, happened, party_id=found.party_id, subject=ref("recurring.order", found.pk), text=found.name, changes=changes)


def _held(actor: Actor, key: int) -> Recurring:
    """Return one that the actor may change, held. Raises NotFound."""
    found = queries.recurring(actor, key)
    if not queries.may_change(actor, found):
        raise NotFound
    locked: Recurring = Recurring.objects.select_for_update().get(party_id=found.party_id, pk=found.pk)
    return locked


def _touched(actor: Actor, found: Recurring, *names: str) -> None:
    """Save these fields, and who changed them."""
    found.changed_by = actor.name[:120]
    found.save(update_fields=[*names, "changed_by", "changed_at"])


def _of_turn(found: Recurring) -> Turn:
    """Return the row of the next turn, made where there is none yet."""
    assert found.next_on is not None
    made, _fresh = Turn.objects.get_or_create(portal_id=found.portal_id, party_id=found.party_id, recurring=found, due_on=found.next_on)
    return made


def _checked(actor: Actor, found: Recurring, given: Settings, today: date) -> None:
    """Put what was chosen on a recurring order. Raises Refused."""
    name = " ".join(given.name.split())[:80]
    if not name:
        raise Refused(errors.NAME, field="name")
    if given.next_on < today and given.next_on != found.next_on:
        raise Refused(errors.PAST, field="next_on")
    if rules.is_over(given.next_on, until=given.until, left=given.left):
        raise Refused(errors.AFTER_END, field="until" if given.until else "left")
    if given.scope != found.scope and given.scope != rules.PERSONAL and not actor.may(permissions.MANAGE):
        raise Refused(errors.NOT_SHARED, field="scope")
    if given.scope == rules.PERSONAL and found.is_shared and found.user_id != actor.user_id:
        raise Refused(errors.NOT_PRIVATE, field="scope")
    if given.scope == rules.UNIT and given.unit_id != found.unit_id and not Unit.objects.filter(portal_id=actor.portal_id, party_id=party_of(actor), pk=given.unit_id or 0, is_active=True).exists():
        raise Refused(errors.NO_UNIT, field="unit")
    if given.address_id is not None and given.address_id != found.address_id and not Address.objects.filter(pk=given.address_id, party_id=party_of(actor), is_delivery=True, is_active=True).exists():
        raise Refused("orders.unknown_address", field="address")
    if given.for_unit_id is not None and given.for_unit_id != found.for_unit_id and not units_for(actor).filter(pk=given.for_unit_id).exists():
        raise Refused("orders.no_unit", field="for_unit")
    if problem := reference(actor).why_not(given.reference):
        raise Refused(problem, field="reference")
    if problem := centres(actor).why_not(given.cost_centre):
        raise Refused(problem, field="cost_centre")
    known = asked(actor, ORDER.key)
    found.answers = {key: text for key, text in read(known, given.answers, needed=True).items() if text} if known else {}
    if given.next_on != found.next_on or given.rhythm != found.rhythm:
        found.month_day = given.next_on.day
    for kept in KEPT:
        setattr(found, kept, getattr(given, kept))
    found.name, found.reference, found.note = name, given.reference.strip()[:80], given.note.strip()[:1000]
    found.private_to, found.unit_id, found.changed_by = found.user_id if given.scope == rules.PERSONAL else 0, given.unit_id if given.scope == rules.UNIT else None, actor.name[:120]


def _called(found: Recurring) -> str | None:
    """Return the name of the unit that it is ordered for, for the log."""
    return Unit.objects.filter(portal_id=found.portal_id, pk=found.for_unit_id).values_list("name", flat=True).first() if found.for_unit_id else None


@action(PLACE)
def make_recurring(actor: Actor, *, settings: Settings, wishes: Sequence[Wish], today: date) -> Recurring:
    """Make a recurring order, which is placed as the actor. Raises Refused."""
    if actor.hand or actor.mandate_id:
        raise Refused(errors.BEHALF)
    if Recurring.objects.filter(portal_id=actor.portal_id, party_id=party_of(actor)).exclude(state=rules.ENDED).count() >= rules.MOST:
        raise Refused(errors.MOST, most=rules.MOST)
    made = Recurring(portal_id=actor.portal_id, party_id=party_of(actor), user_id=actor.user_id, user_name=actor.name[:120], private_to=actor.user_id)
    _checked(actor, made, settings, today)
    made.save(force_insert=True)
    _put(actor, made, wishes, today)
    _tell(actor, made, facts.RecurringMade(recurring_id=made.pk))
    return made


def _put(actor: Actor, found: Recurring, wishes: Sequence[Wish], today: date) -> int:
    """Put products on it that are not there yet, with what they cost now."""
    products = orderable(actor).in_bulk([wish.product_id for wish in wishes])
    there = dict(RecurringLine.objects.filter(party_id=found.party_id, recurring=found).values_list("product_id", "position"))
    last, fresh = max(there.values(), default=0), dict[int, Wish]()
    for wish in wishes:
        if wish.product_id in products and wish.product_id not in there and QuantityRule().fit(wish.quantity).quantity is not None:
            fresh.setdefault(wish.product_id, wish)
    if not fresh and not there.keys() & products.keys():
        raise Refused(errors.NOTHING)
    if len(there) + len(fresh) > rules.MOST_LINES:
        raise Refused(errors.MOST_LINES, most=rules.MOST_LINES)
    cost = prices(queries.buyer(actor, found), [Wanted(key, wish.quantity) for key, wish in fresh.items()], day=today, party_id=found.party_id)
    made = [RecurringLine(portal_id=actor.portal_id, party_id=found.party_id, recurring=found, product=products[key], sku=products[key].sku, name=products[key].label[:200], quantity=wish.quantity, note=wish.note.strip()[:200],
                          price=price.net if (price := cost.get((key, wish.quantity))) else None, position=last + place) for place, (key, wish) in enumerate(fresh.items(), 1)]
    for line in made:
        line.keep(fresh[line.product_id].unit)
    RecurringLine.objects.bulk_create(made)
    return len(made)


@action(PLACE)
def change_recurring(actor: Actor, *, key: int, settings: Settings, today: date) -> Recurring:
    """Change rhythm, address and all else that holds for the whole. Raises Refused."""
    found = _held(actor, key)
    if found.state in (rules.ENDED, rules.STOPPED):
        raise Refused(errors.NOT_NOW)
    before, was, bought_for = {name: getattr(found, name) for name in KEPT}, found.next_on, _called(found)
    _checked(actor, found, settings, today)
    found.save()
    if was is not None and found.next_on != was:
        # What was decided about the turn of that day is over with it.
        Turn.objects.filter(party_id=found.party_id, recurring=found, due_on=was, state__in=(rules.COMING, rules.WAITS)).delete()
        settle(actor, kind=WAITS, subject=ref("recurring.order", found.pk))
    _tell(actor, found, facts.RecurringChanged(recurring_id=found.pk), **{name: (before[name], getattr(found, name)) for name in ("name", "next_on", "rhythm", "every", "until", "left", "limit_percent", "reference")}, for_unit=(bought_for, _called(found)))
    return found


@action(PLACE)
def put_on(actor: Actor, *, key: int, wishes: Sequence[Wish], today: date) -> int:
    """Put products on a recurring order and return how many were new. Raises Refused."""
    found = _held(actor, key)
    added = _put(actor, found, wishes, today)
    _touched(actor, found)
    _tell(actor, found, facts.RecurringChanged(recurring_id=found.pk), lines=("", f"+ {added}"))
    return added


@action(PLACE)
def save_lines(actor: Actor, *, key: int, quantities: Mapping[int, Decimal], once: bool, packs: Mapping[int, ProductUnit | None] = MappingProxyType({})) -> None:
    """Change how much of lines is ordered, of the sales unit: the next time alone (`once`), or each time, in the unit of `packs` where that names one; 0 takes a line out. Raises Refused when nothing would be left."""
    found = _held(actor, key)
    there = {line.pk: line for line in queries.lines(actor, found)}
    asked_for = {pk: quantity for pk, quantity in quantities.items() if pk in there}
    if once:
        if found.state != rules.ACTIVE:
            raise Refused(errors.NOT_NOW)
        now = _of_turn(found)
        now.changed = {pk: text for pk, text in (now.changed | {str(pk): plain(quantity) for pk, quantity in asked_for.items()}).items() if int(pk) in there and Decimal(text) != there[int(pk)].quantity}
        now.save(update_fields=["changed", "at"])
    else:
        gone = [pk for pk, quantity in asked_for.items() if quantity <= 0]
        if len(gone) == len(there):
            raise Refused(errors.NOTHING)
        for pk, quantity in asked_for.items():
            there[pk].quantity = quantity if quantity > 0 else there[pk].quantity
            if pk in packs:
                there[pk].keep(pack.kept if (pack := packs[pk]) else None)
        RecurringLine.objects.filter(party_id=found.party_id, pk__in=gone).delete()
        RecurringLine.objects.bulk_update([line for pk, line in there.items() if pk in asked_for and pk not in gone], ["quantity", "pack_code", "pack_label", "pack_factor"])
        # For good is also for the next time.
        if (turn := queries.turn(actor, found)) and turn.changed:
            turn.changed = {pk: text for pk, text in turn.changed.items() if int(pk) not in asked_for}
            turn.save(update_fields=["changed", "at"])
    _touched(actor, found)
    _tell(actor, found, facts.RecurringChanged(recurring_id=found.pk), lines=("", ", ".join(f"{there[pk].sku} {plain(quantity)}" for pk, quantity in asked_for.items())))


@action(PLACE)
def take_successor(actor: Actor, *, key: int, line: int, today: date) -> RecurringLine:
    """Let what came in the place of a product take its place on the recurring order. Raises Refused."""
    found = _held(actor, key)
    old = queries.lines(actor, found).filter(pk=line).first()
    there = orderable(actor).filter(pk=old.product_id).exists() if old else True
    instead = successors(actor, [old.sku]).get(old.sku) if old and not there else None
    if old is None or instead is None:
        raise Refused(errors.NOT_NOW)
    was = old.sku
    if RecurringLine.objects.filter(party_id=found.party_id, recurring=found, product=instead).exists():
        old.delete()
    else:
        price = prices(queries.buyer(actor, found), [Wanted(instead.pk, old.quantity)], day=today, party_id=found.party_id).get((instead.pk, old.quantity))
        old.product, old.sku, old.name, old.price = instead, instead.sku, instead.label[:200], price.net if price else None
        old.save(update_fields=["product", "sku", "name", "price"])
    _touched(actor, found)
    _tell(actor, found, facts.RecurringChanged(recurring_id=found.pk), lines=(was, instead.sku))
    return old


def _go_on(found: Recurring, since: date) -> None:
    """Go to the next turn, after this day, or end where there is none; whoever calls saves it (`next_on`, `state`)."""
    assert found.next_on is not None
    following = rules.next_after(found.next_on, since, rhythm=found.rhythm, every=found.every, month_day=found.month_day)
    over = rules.is_over(following, until=found.until, left=found.left)
    found.next_on, found.state = (None, rules.ENDED) if over else (following, found.state)


@action(PLACE)
def skip(actor: Actor, *, key: int, due_on: date, today: date) -> Recurring:
    """Leave the next turn out; `due_on` names it, so that pressing twice skips once. Raises Refused when it is another one by now."""
    found = _held(actor, key)
    if found.state != rules.ACTIVE or found.next_on != due_on:
        raise Refused(errors.NOT_NOW)
    now = _of_turn(found)
    now.state = rules.SKIPPED
    now.save(update_fields=["state", "at"])
    _go_on(found, today)
    _touched(actor, found, "next_on", "state")
    settle(actor, kind=WAITS, subject=ref("recurring.order", found.pk))
    _tell(actor, found, facts.RecurringSkipped(recurring_id=found.pk), next_on=(due_on, found.next_on))
    return found


@action(PLACE)
def pause(actor: Actor, *, key: int) -> Recurring:
    """Order nothing until it goes on. Raises Refused."""
    return _set(actor, key, (rules.ACTIVE,), rules.PAUSED, facts.RecurringPaused)


@action(PLACE)
def resume(actor: Actor, *, key: int, today: date) -> Recurring:
    """Go on with the first turn from today on. Raises Refused."""
    found = _held(actor, key)
    if found.state != rules.PAUSED or found.next_on is None:
        raise Refused(errors.NOT_NOW)
    found.state = rules.ACTIVE
    if found.next_on < today:
        _go_on(found, today - DAY)
    _touched(actor, found, "state", "next_on")
    _tell(actor, found, facts.RecurringResumed(recurring_id=found.pk))
    return found


@action(PLACE)
def end(actor: Actor, *, key: int) -> Recurring:
    """End it: nothing more is ordered, and what was ordered stays to be seen. Raises Refused."""
    return _set(actor, key, (rules.ACTIVE, rules.PAUSED, rules.STOPPED), rules.ENDED, facts.RecurringEnded)


def _set(actor: Actor, key: int, from_states: Sequence[str], state: str, happened: Any) -> Recurring:
    found = _held(actor, key)
    if found.state not in from_states:
        raise Refused(errors.NOT_NOW)
    found.state = state
    if state == rules.ENDED:
        found.next_on = None
    _touched(actor, found, "state", "next_on")
    Turn.objects.filter(party_id=found.party_id, recurring=found, state__in=(rules.COMING, rules.WAITS)).delete()
    settle(actor, kind=WAITS, subject=ref("recurring.order", found.pk))
    _tell(actor, found, happened(recurring_id=found.pk))
    return found


@action(permissions.MANAGE)
def take_over(actor: Actor, *, key: int, today: date) -> Recurring:
    """Order a colleague's from now on as oneself; one that stopped goes on. A unit for which one may not order is named no more. Raises Refused."""
    found = _held(actor, key)
    if found.user_id == actor.user_id or found.state == rules.ENDED or not actor.may(PLACE):
        raise Refused(errors.NOT_NOW)
    if actor.hand or actor.mandate_id:
        raise Refused(errors.BEHALF)
    was, bought_for = found.user_name, _called(found)
    if found.for_unit_id and not units_for(actor).filter(pk=found.for_unit_id).exists():
        found.for_unit = None
    found.user_id, found.user_name = actor.user_id, actor.name[:120]
    if found.state == rules.STOPPED:
        found.state = rules.ACTIVE
        if found.next_on is not None and found.next_on < today:
            _go_on(found, today - DAY)
    Turn.objects.filter(party_id=found.party_id, recurring=found, state__in=(rules.COMING, rules.WAITS)).delete()
    settle(actor, kind=WAITS, subject=ref("recurring.order", found.pk))
    _touched(actor, found, "user_id", "user_name", "state", "next_on", "for_unit")
    _tell(actor, found, facts.RecurringTakenOver(recurring_id=found.pk), user=(was, found.user_name), for_unit=(bought_for, _called(found)))
    return found

