"""Every read of electronic orders: the messages, what an order of one would be, what is answered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.merging import Deed
from portiek.core.money import Policy
from portiek.edges.exchange import permissions, reading, rules
from portiek.edges.exchange.models import Catalogue, Message, Setup
from portiek.edges.exchange.rules import Said
from portiek.edges.exchange.ubl import records as ubl
from portiek.edges.exchange.ubl.change import CANCELLATION, CHANGE, read_cancellation, read_change
from portiek.edges.exchange.ubl.checks import Finding, check_cancellation, check_change, check_order
from portiek.edges.exchange.ubl.order import read_order
from portiek.edges.exchange.ubl.tree import Unreadable, parse, text
from portiek.foundation.parties.models import Address, Portal
from portiek.foundation.parties.queries import own_party, units_within
from portiek.foundation.parties.rules import postal_code
from portiek.trade.approvals.queries import centres
from portiek.trade.catalog import queries as catalog
from portiek.trade.catalog.models import Product, ProductAttribute, ProductUnit
from portiek.trade.catalog.packs import units_of
from portiek.trade.orders import queries as orders
from portiek.trade.orders.models import Order, OrderLine
from portiek.trade.orders.queries import Asked, Details, Proposal
from portiek.trade.pricing import queries as pricing

NEWEST = ("-id",)


def setup(actor: Actor) -> Setup:
    """Return how the portal takes electronic orders."""
    return Setup.objects.filter(portal_id=actor.portal_id).first() or Setup(portal_id=actor.portal_id)


def messages(actor: Actor, *, state: str = "", party_id: int | None = None) -> QuerySet[Message]:
    """Return the messages within the reach of the actor's right to see orders, unordered."""
    found, reach = Message.objects.filter(portal_id=actor.portal_id).select_related("order", "party").defer("content"), actor.reach(permissions.VIEW)
    if reach is None:
        return found.none()
    if not actor.is_staff:
        found = found.filter(party_id=actor.party_id or 0)
        if reach == "unit" and actor.unit_id:
            found = found.filter(Q(unit_id__in=units_within(actor, actor.unit_id).values("pk")) | Q(user_id=actor.user_id))
        elif reach != "company":
            found = found.filter(user_id=actor.user_id)
    if state in Message.State.values:
        found = found.filter(state=state)
    return found.filter(party_id=party_id) if party_id else found


def message(actor: Actor, key: str) -> Message:
    """Return one message with its content. Raises NotFound, also for a foreign one."""
    found = messages(actor).defer(None).filter(key=key).first() if key and "\0" not in key else None
    if found is None:
        raise NotFound
    return found


def message_by_id(actor: Actor, pk: int) -> Message | None:
    """Return one message by its number, or None when this actor may not see it."""
    return messages(actor).filter(pk=pk).first()


def message_of(actor: Actor, order: Order) -> Message | None:
    """Return the message that an order was made of, for who may see the order, or None."""
    return Message.objects.filter(portal_id=actor.portal_id, party_id=order.party_id, order=order, kind=Message.Kind.ORDER).first()


def sent_order(actor: Actor, number: str) -> tuple[Message, Order] | None:
    """Return the order that is meant by the sender's own number, with the message that it came by or was last changed by, or None: not sent, not within reach, or no longer kept."""
    message = messages(actor).defer(None).filter(number=number[:80], kind=Message.Kind.ORDER, state=Message.State.ORDERED).order_by("-pk").first() if number else None
    found = orders.order_by_id(actor, message.order_id) if message and message.order_id else None
    return (message, found) if message and found else None


@dataclass(frozen=True)
class Intake:
    """What an electronic order would be at this moment, and what is to be said about it."""

    lines: list[Asked]
    details: Details
    proposal: Proposal
    findings: list[Said]


def compared(actor: Actor, buyer: ubl.Party) -> list[Said]:
    """Return whether a document names another buyer than the actor's own company, or none that can be compared."""
    party = own_party(actor)
    own = {name: getattr(party, name) for name in rules.SCHEMES.values()}
    codes = (*buyer.codes, *([ubl.Code("9944", buyer.vat)] if buyer.vat else []))
    if other := rules.other_buyer(codes, own):
        return [Said("exchange.other-buyer", "stop", values={"what": other[:60]})]
    return [] if any(own.get(rules.SCHEMES.get(code.scheme, "")) for code in codes) else [Said("exchange.unknown-buyer", "say")]


def refusals(actor: Actor, order: ubl.Order, *, policy: Policy, day: date) -> list[Said]:
    """Return why an order cannot be this party's at all, or cannot be taken any more; and what could not be compared."""
    found = compared(actor, order.buyer)
    if order.currency != policy.currency:
        found.append(Said("exchange.currency", "stop", values={"what": order.currency[:20], "own": policy.currency}))
    if order.valid_until is not None and order.valid_until < day:
        found.append(Said("exchange.validity", "stop", values={"day": order.valid_until.isoformat()}))
    return found


def intake(actor: Actor, order: ubl.Order, *, day: date) -> Intake:
    """Return what an order of a document would be: a constant number of statements, whatever it holds."""
    products = orders.lookup(actor, list(dict.fromkeys(number for line in order.lines for number in rules.numbers(line.item))))
    wanted, found, lines = rules.wanted(order, day), [], []
    for line in order.lines:
        hits = {number: products[number][0] for number in rules.numbers(line.item) if len(products.get(number, [])) == 1}
        if len({item.pk for item in hits.values()}) > 1:
            found.append(Said("exchange.numbers-disagree", "mend", line.id[:60], {"what": ", ".join(number[:40] for number in hits)}))
        code = next(iter(hits), None) or next(iter(rules.numbers(line.item)), "") or line.item.name
        if code in hits and not rules.same_unit(line.unit, hits[code].unit_code):
            found.append(Said("exchange.unit", "mend", line.id[:60], {"what": line.unit[:10], "product": hits[code].label, "own": hits[code].unit_label}))
        lines.append(Asked(code, line.quantity, _note(line), wanted_date=rules.line_day(line, wanted, day)))
    if any(rules.line_day(line, wanted, day) for line in order.lines):
        found.append(Said("exchange.line-days", "say"))
    if order.charges:
        found.append(Said("exchange.charges", "say"))
    key, once = _place(actor, order.place)
    # A cost centre that is not one of the portal's stands in the note.
    details = Details(order.number[:80], _notes(order), wanted, key, once, cost_centre=order.cost if order.cost in centres(actor).names else "")
    proposal = orders.proposal(actor, lines=lines, details=details, day=day)
    found += [_problem(problem, order) for problem in proposal.problems]
    for line, item in zip(order.lines, proposal.basket.lines, strict=True):
        sent = rules.unit_price(line)
        if sent is not None and item.product and item.price and item.price.net is not None and not item.problem and proposal.basket.policy.line(line.quantity, sent) != item.amount:
            found.append(Said("exchange.price", "ask", line.id[:60], {"product": item.product.label, "sent": f"{sent.normalize():f}", "own": f"{item.price.net.normalize():f}"}))
    for item in proposal.basket.lines:
        if item.free and item.product:
            found.append(Said("exchange.free", "say", values={"name": item.product.label, "units": f"{item.free.normalize():f}"}))
    for charge in proposal.basket.charges:
        found.append(Said("exchange.cost", "say", values={"name": str(OrderLine.Charge(charge.kind).label), "amount": f"{charge.amount:f}"}))
    return Intake(lines, details, proposal, found)


def doubles(actor: Actor, order: ubl.Order, seen: Intake, *, now: datetime) -> list[Said]:
    """Return whether the party ordered this already by another way: with this number as reference, which a person has to agree to, or a colleague nearly the same, which is said."""
    key = rules.key_of(order.number)
    if Order.objects.filter(party_id=actor.party_id or 0, submit_key__gt=key, submit_key__lt=f"{key}g").exists():
        return []  # it came electronically before, which placing it says
    # Without its number: who reads the message may not see that order.
    return [Said("exchange.double", "ask") if item.by_reference else Said("exchange.alike", "say") for item in orders.doubles(actor, seen.proposal.basket, now=now)]


def _problem(problem: object, order: ubl.Order) -> Said:
    head, _sign, rest = (getattr(problem, "field", "") or "").partition("/")
    place = order.lines[int(rest.partition("/")[0])].id[:60] if head == "lines" and rest else ""
    return Said(problem.code, "mend", place, {name: str(value)[:200] for name, value in problem.values.items()})  # type: ignore[attr-defined]


def _note(line: ubl.OrderLine) -> str:
    said = [line.note, _("cost centre {name}").format(name=line.cost) if line.cost else ""]
    return "; ".join(part for part in said if part)[:200]


def _notes(order: ubl.Order) -> str:
    said = [*order.notes, _("Your reference: {name}").format(name=order.reference) if order.reference else "", _("Cost centre: {name}").format(name=order.cost) if order.cost else ""]
    return "\n".join(part for part in said if part)[:1000]


def _place(actor: Actor, place: ubl.Place | None) -> tuple[int | None, dict[str, str] | None]:
    """Return the delivery address of the address book that is meant, or the one for this order alone."""
    if place is None or not (place.street or place.city or place.postal_code):
        return None, None
    country = (place.country or "NL").upper()
    code = postal_code(place.postal_code, country) or place.postal_code
    same = Address.objects.filter(party_id=actor.party_id or 0, is_delivery=True, is_active=True, street__iexact=place.street, city__iexact=place.city, country=country[:2], postal_code=code[:12])
    known = same.order_by("external_id", "pk").values_list("pk", flat=True).first()
    if known is not None:
        return known, None
    return None, {"name": place.name, "street": ", ".join(part for part in (place.street, place.more) if part), "postal_code": place.postal_code, "city": place.city, "country": country}


def line_answers(actor: Actor, order: Order) -> list[str]:
    """Return what the seller answered to each line of an order."""
    sent = message_of(actor, order) is not None
    return [_said(line, sent=sent) for line in orders.contents(actor, order).lines]


def _said(line: OrderLine, *, sent: bool) -> str:
    """Return the answer to a line; a cost besides the goods, or what comes free of charge, was added to what was sent."""
    return "1" if (line.charge or line.free_of) and sent and line.answer in ("", "5") else line.answer


def seller(actor: Actor, portal: Portal) -> ubl.Party:
    """Return the portal as documents name it, with its electronic address where it has one."""
    ours = setup(actor)
    return ubl.Party(portal.name, ubl.Code(ours.scheme, ours.identifier) if ours.identifier else None)


def response(actor: Actor, order: Order, *, portal: Portal, day: date) -> ubl.Response:
    """Return what is answered to an order at this moment: to the sender's own numbers, where it came electronically."""
    message = message_of(actor, order)
    sent = reading.standing(message) if message else None
    lines: list[OrderLine] = list(orders.contents(actor, order).lines)
    code = rules.response_code(order.status, [_said(line, sent=sent is not None) for line in lines])
    answered = tuple(_answered(line, sent) for line in lines) if code == "CA" else ()
    ours = seller(actor, portal)
    if sent:
        ours = replace(ours, endpoint=ours.endpoint or sent.seller.endpoint, ids=sent.seller.ids)
    return ubl.Response(f"{order.number}-{code}", day, code, sent.number if sent else order.reference or order.number, order.currency, ours, sent.buyer if sent else reading.buyer(order.party), answered, order.erp_number or order.number,
                        order.reason, sent.reference if sent else "", order.expected_on if code in ("AP", "CA") else None)


def change_response(actor: Actor, found: Message, *, portal: Portal, day: date) -> ubl.Response:
    """Return what is answered to a change or a cancellation at this moment (T116). Raises NotFound for an order, which is answered itself, and for what was none."""
    if found.kind == Message.Kind.ORDER or not found.number:
        raise NotFound
    root = parse(found.content.encode())
    said = read_change(root) if found.kind == Message.Kind.CHANGE else read_cancellation(root)
    buyer, of = (said.order.buyer, said.of) if isinstance(said, ubl.Change) else (said.buyer, said.order)
    code = {Message.State.DONE: "AP", Message.State.REFUSED: "RE"}.get(found.state, "AB")  # type: ignore[call-overload]
    why = " ".join(wording(Refused(item["code"], **item["values"])) for item in found.findings if item["level"] == "stop")
    currency = said.order.currency if isinstance(said, ubl.Change) else portal.currency
    return ubl.Response(f"{found.number}-{code}", day, code, of, currency, seller(actor, portal), buyer, note=why[:1000], change=found.number)


def _answered(line: OrderLine, sent: ubl.Order | None) -> ubl.ResponseLine:
    asked = sent.lines[line.position - 1] if sent and not line.charge and not line.free_of and line.answer != "1" and line.position <= len(sent.lines) else None
    status = _said(line, sent=sent is not None) or "5"
    quantity: Decimal | None = line.quantity if line.confirmed_quantity is None else line.confirmed_quantity
    price = line.price if line.confirmed_price is None else line.confirmed_price
    item = replace(asked.item, sellers=line.sku) if asked else ubl.Item(line.name, line.own_number, line.sku)
    return ubl.ResponseLine(str(line.position), status, asked.id if asked else str(line.position), replace(item, name=item.name or line.name), quantity, line.unit_code, price, line.confirmed_on, line.note if status == "1" else f"{line.confirmed_sku} {line.confirmed_name}".strip())


def tried(actor: Actor, content: bytes, *, policy: Policy, now: datetime) -> tuple[ubl.Order | None, list[Said]]:
    """Return what would be found about a document if it were sent now, and the order that it holds. Nothing is kept, nothing is ordered."""
    try:
        root = parse(content)
        found = rules.ill_made(root)
        if amends := {CHANGE: check_change, CANCELLATION: check_cancellation}.get(root.tag):
            found += [*_rules(amends(root)), *([] if sent_order(actor, text(root, "cac:OrderReference/cbc:ID")) else [Said("exchange.no-such-order", "stop", values={"what": text(root, "cac:OrderReference/cbc:ID")[:60]})])]
            return None, found
        found += _rules(check_order(root))
        order = read_order(root) if not any(item.level == "stop" for item in found) else None
    except Unreadable as problem:
        return None, [Said(f"exchange.{problem.code}", "stop", values={"what": problem.place})]
    if order is None or (odd := rules.odd_figures(order)):
        return order, [*found, *(Said("exchange.figures", "stop", place[:60]) for place in (odd if order else []))]
    found += refusals(actor, order, policy=policy, day=timezone.localdate(now))
    if not any(item.level == "stop" for item in found):
        seen = intake(actor, order, day=timezone.localdate(now))
        found += [*seen.findings, *(doubles(actor, order, seen, now=now) if not any(item.level == "mend" for item in seen.findings) else [])]
    return order, found


def _rules(fired: Iterable[Finding]) -> list[Said]:
    return [Said(item.rule, "stop" if item.stops else "say", item.place) for item in fired]


def example(actor: Actor, *, portal: Portal, day: date) -> ubl.Order:
    """Return an order as the actor's own company would send it: two products of its assortment at its own prices. Raises Refused where there is none with a price."""
    some = {item.pk: item for item in catalog.products_by_id(actor, list(catalog.products(actor).order_by("sku", "pk").values_list("pk", flat=True)[:50])).values()}
    found = pricing.prices(actor, [pricing.Wanted(item.pk, item.min_quantity) for item in some.values()], day=day, known=some)
    priced = sorted((item for item in some.values() if found[item.pk, item.min_quantity].net is not None), key=lambda item: item.sku)[:2]
    if not priced:
        raise Refused("exchange.catalogue-empty")
    lines = tuple(ubl.OrderLine(str(place * 10), ubl.Item(item.label, item.own_number or "", item.sku, ubl.Code("0160", item.ean) if item.ean else None), item.min_quantity.normalize(), item.unit_code, found[item.pk, item.min_quantity].net) for place, item in enumerate(priced, 1))  # type: ignore[attr-defined]
    return ubl.Order(f"TEST-{day.isoformat()}", day, portal.currency, reading.buyer(own_party(actor)), seller(actor, portal), lines, valid_until=day + timedelta(days=7))


def catalogues(actor: Actor, *, party_id: int | None = None) -> QuerySet[Catalogue]:
    """Return the catalogues of the actor's own company, or of the branch for whose prices he buys; for staff those of a party."""
    found = Catalogue.objects.filter(portal_id=actor.portal_id).select_related("file", "party").defer("contents")
    if not (actor.may(permissions.PRICES) and actor.may(permissions.PRODUCTS)):
        return found.none()
    if actor.is_staff:
        return found.filter(party_id=party_id) if party_id else found
    return found.filter(party_id=actor.party_id or 0, unit_id=actor.unit_id)


def catalogues_of(actor: Actor, deed: Deed) -> QuerySet[Catalogue]:
    """Return the catalogues of a party that becomes part of another; none of one that is split."""
    return Catalogue.objects.filter(portal_id=actor.portal_id, party_id=deed.source) if not deed.is_split else Catalogue.objects.none()


def catalogue(actor: Actor, key: str) -> Catalogue:
    """Return one catalogue. Raises NotFound, also for a foreign one."""
    found = catalogues(actor).filter(key=key).first() if key and "\0" not in key else None
    if found is None:
        raise NotFound
    return found


def catalogue_to_make(actor: Actor, key: int) -> Catalogue | None:
    """Return what is still to be made, for the job."""
    return Catalogue.objects.select_related("party").filter(portal_id=actor.portal_id, pk=key, state=Catalogue.State.ASKED).first() if actor.kind == "system" else None


def catalogue_made(actor: Actor, key: int) -> Catalogue | None:
    """Return a catalogue that is ready, or None: for the portal itself."""
    return catalogues(actor).filter(pk=key, state=Catalogue.State.READY).first() if actor.kind == "system" else None


def catalogue_before(actor: Actor, found: Catalogue) -> Catalogue | None:
    """Return the catalogue that another one goes on from, with its contents."""
    return Catalogue.objects.filter(portal_id=actor.portal_id, party_id=found.party_id, unit_id=found.unit_id, key=found.since, state=Catalogue.State.READY).first() if found.since else None


def to_go_on_from(actor: Actor, *, party_id: int, unit_id: int | None) -> QuerySet[Catalogue]:
    """Return the catalogues that what changed since can be asked of."""
    return catalogues(actor, party_id=party_id).filter(unit_id=unit_id, state=Catalogue.State.READY)


def catalogue_ids(actor: Actor) -> list[int]:
    """Return the products of a catalogue, by article number."""
    return list(catalog.products(actor).order_by("sku", "pk").values_list("pk", flat=True))


def catalogue_lines(actor: Actor, ids: Sequence[int], *, day: date) -> list[ubl.CatalogueLine]:
    """Return products as lines of a catalogue at the actor's own prices: eleven statements, however many. What is no longer seen is left out."""
    known = catalog.products_by_id(actor, ids)
    first = pricing.prices(actor, [pricing.Wanted(item.pk, item.min_quantity) for item in known.values()], day=day, known=known)
    tiers = pricing.prices(actor, [pricing.Wanted(item.pk, quantity) for item in known.values() for quantity in rules.quantities(first[item.pk, item.min_quantity], item.min_quantity)], day=day, known=known)
    said, packs = catalog.attributes_of(actor, known), units_of(actor, known)
    found = []
    for item in (known[key] for key in ids if key in known):
        price = first[item.pk, item.min_quantity]
        steps = rules.steps({quantity: tiers[item.pk, quantity] for quantity in rules.quantities(price, item.min_quantity)}, price, item.min_quantity, item.step_quantity)
        found.append(_offered(item, steps, said.get(item.pk, []), packs.get(item.pk, [])))
    return found


def _offered(item: Product, steps: tuple[ubl.Step, ...], said: Sequence[ProductAttribute], packs: Sequence[ProductUnit]) -> ubl.CatalogueLine:
    """Return a product as a line; what has no price yet cannot be ordered."""
    kind = next((row.value for row in said if row.attribute.code == "etim_class" and re.fullmatch(r"EC\d{6}", row.value)), "")
    version = next((row.value for row in said if row.attribute.code == "etim_version"), "")
    properties = [ubl.Property(row.attribute.label, f"{row.value} {row.attribute.unit}".strip(), row.attribute.code, "ETIM" if rules.FEATURE.fullmatch(row.attribute.code) else "") for row in said if not (kind and row.attribute.code in ("etim_class", "etim_version")) and row.value]
    properties += [ubl.Property(row.name, f"{row.factor.normalize():f}", row.code, rules.UNITS, row.factor.normalize(), item.unit_code) for row in packs]
    return ubl.CatalogueLine(
        item.sku, "Add", ubl.Item(item.label, item.own_number or "", item.sku, ubl.Code("0160", item.ean) if item.ean else None), item.unit_code, item.description, item.step_quantity.normalize(), item.min_quantity.normalize(),  # type: ignore[attr-defined]
        item.max_quantity.normalize() if item.max_quantity is not None else None, steps, item.tax_rate.normalize(), bool(steps), item.category.label if item.category else "",
        ubl.Code(f"ETIM-{version}" if version else "ETIM", kind) if kind else None, tuple(properties))  # fmt: skip
