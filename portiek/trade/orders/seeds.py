"""Orders of the cast, at each step of the way; with size "demo" five thousand over three years, for every party."""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connections
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.db.statistics import refresh
from portiek.core.models import FactRow
from portiek.core.money import Policy
from portiek.core.refs import ref
from portiek.foundation.accounts.models import Membership
from portiek.foundation.accounts.seeds import portal_ids
from portiek.foundation.fields import actions as fields
from portiek.foundation.parties.models import Address, Party, Portal
from portiek.foundation.tasks.actions import ask
from portiek.trade.approvals.models import Request, Step
from portiek.trade.approvals.rules import ANYONE, OPEN_FOR, PATIENCE, Stage
from portiek.trade.catalog.fields import PRODUCT
from portiek.trade.catalog.models import Product
from portiek.trade.orders import actions, permissions, reactions, rules
from portiek.trade.orders.demo.changes import delivery_days, wishes
from portiek.trade.orders.demo.replies import replies
from portiek.trade.orders.fields import ORDER
from portiek.trade.orders.models import Cart, CartLine, Draft, Order, OrderLine, Shipment, ShipmentLine

# party, who, days ago, stage, reference, lines (sku, quantity, price)
CAST = [
    ("10042", "Youssef El Amrani", 0, "approval", "Parkweg 12", [("BD-830", "20", "49.90"), ("HR-1000", "12", "98.00"), ("VV-25", "8", "17.00")]),
    ("10042", "Sanne Bakker", 0, "submitted", "Voorraad werkplaats", [("GP-125-2600", "60", "6.79"), ("SS-3535", "6", "9.75")]),
    ("10042", "Sanne Bakker", 1, "transmitted", "Steiger Noord, fase 2", [("VH-38-89", "120", "5.98"), ("OSB-18", "40", "22.40")]),
    ("10042", "Youssef El Amrani", 3, "changed", "Kozijnen Parkweg 12", [("BD-830", "8", "49.90"), ("MK-310-W", "24", "4.95"), ("PU-750", "24", "6.20")]),
    ("10042", "Sanne Bakker", 4, "shipped", "Steiger Noord, fase 2", [("MS-C75-26", "96", "4.12"), ("MS-U75-30", "48", "3.98")]),
    ("10042", "Sanne Bakker", 6, "partial", "Kade 8, badkamers", [("GPI-125-2600", "40", "10.10"), ("GW-75-81", "24", "31.90")]),
    ("10042", "Youssef El Amrani", 9, "completed", "Voorraad werkplaats", [("GP-125-2600", "80", "6.79"), ("VV-25", "10", "17.40")]),
    ("10042", "Youssef El Amrani", 15, "cancelled", "Dubbel besteld", [("SS-3525", "10", "8.90")]),
    ("10077", "Dirk de Vries", 0, "submitted", "Project De Wieken", [("KZ-9016", "24", "43.90"), ("KZ-RAL7016", "10", "53.60")]),
    ("10077", "Dirk de Vries", 5, "shipped", "Toonzaal", [("BD-830", "6", "49.90")]),
    ("30005", "Els Jansen", 11, "completed", "", [("TV-6060-G", "24", "12.80"), ("ZS-25", "1", "48.00")]),
]
BRAND = [
    ("50001", "Nadia Peeters", 2, "confirmed", "Ketelhuis", [("BT-KB-15", "12", "22.90")]),
    ("50001", "Nadia Peeters", 20, "completed", "Kreekweg", [("BT-VP-35", "1", "2450.00")]),
]
# By portal: a list that somebody left unfinished.
LISTS = {
    "vandijk": ("10042", "Sanne Bakker", "werkplaats week 48.csv", [["gp 125 2600", "60", "achterom"], ["MS-C75-26", "7 st.", ""], ["SS3535", "12", ""], ["8,71234E+12", "4", ""], ["OSB-18", "veel", ""], ["gp-125-2600", "20", ""], ["KNAUF-9", "3", ""]]),
    "brand": ("50001", "Nadia Peeters", "bus 3.csv", [["bt kb 15", "24", ""], ["BT-VP-36", "1", ""]]),
}  # fmt: skip
STAGES = ["approval", "submitted", "transmitted", "confirmed", "changed", "partial", "shipped", "completed", "cancelled"]
STATUS = {"approval": "pending_approval", "changed": "confirmed_with_changes", "partial": "in_progress", "shipped": "in_progress"}
DELIVERY = {"partial": "partial", "shipped": "shipped", "completed": "delivered"}
SEASON = [5, 6, 9, 10, 11, 10, 6, 5, 10, 10, 8, 4]
PROJECTS = ["Parkweg 12", "Steiger Noord", "Kade 8", "Voorraad", "Woningen Oosterhof", "Renovatie school", "Dak Havenstraat", "Bus 3", "Bus 7", "Plan Zuid", "Verbouwing Smit", "Loods B"]


@dataclass
class _Batch:
    """Rows that are written together."""

    actor: Actor
    policy: Policy
    prefix: str
    orders: list[Order] = field(default_factory=list)
    lines: list[OrderLine] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    sent: list[ShipmentLine] = field(default_factory=list)
    told: list[tuple[Order, str, datetime, str, int]] = field(default_factory=list)
    made: int = 0
    left: int = 0

    def order(
        self,
        party: Party,
        who: tuple[int, str],
        placed: datetime,
        stage: str,
        reference: str,
        wanted: Sequence[tuple[Product, Decimal, Decimal]],
        address: Address | None,
    ) -> Order:
        """Make one order as far as its stage."""
        party.last_order += 1
        self.made += 1
        done = STAGES.index(stage)
        with_erp = done >= 2 and stage != "cancelled"
        number = f"{self.prefix}-{party.number}-{party.last_order:04d}"
        lines = [self._line(place, product, quantity, price, stage) for place, (product, quantity, price) in enumerate(wanted, start=1)]
        totals = self.policy.totals((line.amount if line.confirmed_amount is None else line.confirmed_amount, line.tax_rate) for line in lines)
        hours = {"transmitted_at": 1, "confirmed_at": 5, "shipped_at": 40, "delivered_at": 64}
        reached = {"transmitted_at": with_erp, "confirmed_at": with_erp and done >= 3, "shipped_at": stage in DELIVERY, "delivered_at": stage == "completed"}
        order = Order(
            portal_id=self.actor.portal_id,
            party=party,
            number=number,
            submit_key=f"seed-{number}",
            user_id=who[0],
            user_name=who[1],
            placed_at=placed,
            reference=reference,
            status=STATUS.get(stage, stage),
            delivery=DELIVERY.get(stage, "none"),
            invoice="invoiced" if stage == "completed" else "none",
            sync="none" if stage in ("approval", "cancelled") else "queued" if stage == "submitted" else "acknowledged",
            sync_at=placed,
            net=totals.net,
            tax=totals.tax,
            gross=totals.gross,
            currency=self.policy.currency,
            line_count=len(lines),
            reason="Dubbel besteld" if stage == "cancelled" else "",
            erp_number=f"SO{placed:%y}{self.made + 1000}" if with_erp else "",
            content_hash=rules.content_hash({"number": number}),
            expected_on=(placed + timedelta(days=3)).date() if stage in ("confirmed", "changed", "partial", "shipped") else None,
            address={
                "label": address.label,
                "name": address.name,
                "street": address.street,
                "postal_code": address.postal_code,
                "city": address.city,
                "country": address.country,
            }
            if address
            else {},
            search=rules.search_text([number, reference, *(text for line in lines for text in (line.sku, line.name))]),
            **{name: placed + timedelta(hours=hours[name]) for name, there in reached.items() if there},
        )
        for line in lines:
            line.order, line.party = order, party
        self.orders.append(order)
        self.lines += lines
        self._tell(order, stage, who, reached)
        if stage in DELIVERY:
            self._ship(order, party, lines, stage)
        return order

    def _line(self, place: int, product: Product, quantity: Decimal, price: Decimal, stage: str) -> OrderLine:
        amount = self.policy.line(quantity, price)
        line = OrderLine(
            portal_id=self.actor.portal_id,
            position=place,
            product=product,
            sku=product.sku,
            name=product.name,
            unit=product.unit_label,
            unit_code=product.unit_code,
            quantity=quantity,
            price=price,
            list_price=product.list_price,
            tax_rate=product.tax_rate,
            amount=amount,
            explanation=[
                {"kind": "list_price", "after": str(product.list_price)},
                {"kind": "price_list", "rule": "Uw prijslijst", "before": str(product.list_price), "after": str(price)},
            ]
            if product.list_price != price
            else [{"kind": "list_price", "after": str(price)}],
        )
        if STAGES.index(stage) >= 3 and stage != "cancelled":
            line.confirmed_quantity, line.confirmed_price, line.confirmed_amount, line.answer = quantity, price, amount, "5"
        if stage == "changed" and place == 1:
            step = product.step_quantity
            line.confirmed_quantity = max(step, (quantity * 3 / 4) // step * step)
            line.confirmed_amount = self.policy.line(line.confirmed_quantity, price)
            line.answer = "3" if line.confirmed_quantity != quantity else "5"
        if stage in ("shipped", "completed") or (stage == "partial" and place == 1):
            line.shipped_quantity = quantity
        return line

    def _tell(self, order: Order, stage: str, who: tuple[int, str], reached: dict[str, bool]) -> None:
        first = "approval_requested" if stage == "approval" else "submitted"
        self.told.append((order, first, order.placed_at, who[1], who[0]))
        if stage == "cancelled":
            self.told.append((order, "cancelled", order.placed_at + timedelta(minutes=20), who[1], who[0]))
        for name, fact in (("confirmed_at", "changed" if stage == "changed" else "confirmed"), ("shipped_at", "shipped"), ("delivered_at", "delivered")):
            if reached[name]:
                self.told.append((order, fact, getattr(order, name), "", 0))

    def _ship(self, order: Order, party: Party, lines: list[OrderLine], stage: str) -> None:
        assert order.shipped_at is not None
        self.left += 1
        code = f"3STEST{self.left + 100000}"
        shipment = Shipment(
            portal_id=self.actor.portal_id,
            party=party,
            number=f"PB-{self.left + 4000}",
            state="delivered" if stage == "completed" else "shipped",
            carrier="Eigen vervoer",
            tracking=code,
            shipped_on=order.shipped_at.date(),
            delivered_on=order.delivered_at.date() if order.delivered_at else None,
        )
        self.shipments.append(shipment)
        self.sent += [
            ShipmentLine(portal_id=self.actor.portal_id, party=party, shipment=shipment, order=order, line=line, sku=line.sku, quantity=line.shipped_quantity)
            for line in lines
            if line.shipped_quantity
        ]

    def save(self, parties: list[Party]) -> None:
        """Write everything, set by set."""
        Order.objects.bulk_create(self.orders, batch_size=1000)
        OrderLine.objects.bulk_create(self.lines, batch_size=2000)
        Shipment.objects.bulk_create(self.shipments, batch_size=2000)
        ShipmentLine.objects.bulk_create(self.sent, batch_size=4000)
        actions.note_purchases(self.actor, order_ids=[order.pk for order in self.orders])
        Party.objects.bulk_update([party for party in parties if party.last_order], ["last_order"], batch_size=500)
        rows = []
        for order, name, at, who, user in sorted(self.told, key=lambda item: item[2]):
            payload = {"order_id": order.pk, **({"shipment_id": 0} if name in ("shipped", "delivered") else {})}
            rows.append(
                FactRow(
                    portal_id=self.actor.portal_id,
                    party_id=order.party_id,
                    name=f"orders.order.{name}",
                    payload=payload,
                    subject=ref("orders.order", order.pk),
                    text=order.number,
                    user_id=user,
                    user_name=who,
                    kind="party" if user else "system",
                    at=at,
                )
            )
        FactRow.objects.bulk_create(rows, batch_size=4000)
        for done in (self.orders, self.lines, self.shipments, self.sent, self.told):
            done.clear()


Told = list[tuple[str, str, int, str, str, list[tuple[str, str, str]]]]


@dataclass
class _World:
    """What the orders of one portal are made of."""

    batch: _Batch
    parties: list[Party]
    products: list[Product]
    addresses: dict[int, Address]
    people: dict[tuple[int | None, str], int]
    now: datetime


def seed(size: str) -> None:
    """Make the orders of both portals."""
    ids = portal_ids()
    for slug, told in (("vandijk", CAST), ("brand", BRAND)):
        actor = Actor.system(ids[slug])
        with scope(actor):
            world = _world(actor, told, size)
        if size == "demo" and slug == "vandijk":
            _years(world)
        with scope(actor):
            _cast(world, told)
            if slug == "vandijk":
                _costs(actor, size)
            if size == "demo" and slug == "vandijk":
                replies(actor)
                _own_fields(actor)
                delivery_days(actor)
                _shared(world)
                _booked()
            _list(world, *LISTS[slug])
    if size == "demo":
        wishes()


def _list(world: _World, number: str, who: str, name: str, rows: list[list[str]]) -> None:
    """Leave a file that somebody is working on, damaged as files are."""
    party = next(party for party in world.parties if party.number == number)
    own = {"portal_id": party.portal_id, "party_id": party.pk, "user_id": world.people[party.pk, who]}
    Draft.objects.create(**own, key=secrets.token_hex(16), kind=Draft.Kind.FILE, name=name, written={"separator": ";", "encoding": "cp1252"}, heads=["Artikel", "Aantal", "Opmerking"], rows=[[place, row] for place, row in enumerate(rows, 2)],
                         columns=["code", "quantity", "note"], made_at=world.now)


def _shared(world: _World) -> None:
    """Let a cart lie that colleagues fill together."""
    party = next(party for party in world.parties if party.number == "10042")
    own = {"portal_id": party.portal_id, "party_id": party.pk}
    cart = Cart.objects.create(**own, user_id=world.people[party.pk, "Sanne Bakker"], key=secrets.token_hex(16), name="Steiger Noord, fase 3", reference="Fase 3", is_shared=True)
    CartLine.objects.bulk_create([CartLine(**own, cart=cart, product=next(product for product in world.products if product.sku == sku), quantity=Decimal(quantity), by_name=who) for sku, quantity, who in (("VH-38-89", "120", "Sanne Bakker"), ("OSB-18", "40", "Youssef El Amrani"))])


def _booked() -> None:
    """Book what the contractor ordered lately on its cost centres."""
    for code, name, words in (("100", "Werkplaats en gereedschap", "Voorraad"), ("210", "Steiger Noord", "Steiger Noord"), ("220", "Parkweg 12", "Parkweg")):
        Order.objects.filter(pk__in=list(Order.objects.filter(party__number="10042", reference__contains=words).order_by("-placed_at").values_list("pk", flat=True)[:4])).update(cost_centre=code, cost_name=name)


def _own_fields(actor: Actor) -> None:
    """Fill in what the portal keeps of its own of a few products and orders."""
    for place, product in enumerate(Product.objects.filter(is_active=True).order_by("-popularity", "pk")[:12]):
        film = {"montagefilm": f"https://www.vandijk.example/films/{product.sku.lower()}"} if place % 2 == 0 else {}
        fields.fill(actor, subject=PRODUCT, row=product, values={"folderactie": "yes" if place % 3 == 0 else "no", **film})
    for place, order in enumerate(Order.objects.filter(party__number="10042").order_by("-placed_at", "-pk")[:8]):
        fields.fill(actor, subject=ORDER, row=order, values={"ritplanning": ("Ochtend", "Middag")[place % 2], "bellen_voor_aankomst": "yes" if place % 2 else "no", **({"meldnummer_bij_de_poort": f"P{2611 + place}"} if place % 3 == 0 else {})})


def _costs(actor: Actor, size: str) -> None:
    """Let a person pay freight; in the demo everybody does below 500 euro, and a fee below 100, and dealers nothing."""
    articles = {sku: Product.objects.create(portal_id=actor.portal_id, sku=sku, name=name, name_en=english, external_id=f"{sku.lower()}-1", unit_label="keer") for sku, name, english in (("VRACHT", "Vrachtkosten", "Freight"), ("TOESLAG", "Toeslag kleine order", "Small order fee"))}
    actions.add_costs(actor, kind="person", freight=Decimal("12.50"), free_from=Decimal(150), freight_product=articles["VRACHT"])
    if size == "demo":
        actions.add_costs(actor, minimum=Decimal(100), fee=Decimal("7.50"), fee_product=articles["TOESLAG"], freight=Decimal("24.95"), free_from=Decimal(500), freight_product=articles["VRACHT"])
        actions.add_costs(actor, kind="dealer", minimum=Decimal(250))


def _world(actor: Actor, told: Told, size: str) -> _World:
    portal = Portal.objects.get(pk=actor.portal_id)
    sellable = Product.objects.filter(list_price__isnull=False, is_active=True)
    popular = list(sellable.order_by("-popularity", "pk")[: 400 if size == "demo" else 10])
    named = list(sellable.filter(sku__in={sku for *_rest, lines in told for sku, _quantity, _price in lines}))
    addresses: dict[int, Address] = {}
    for address in Address.objects.filter(is_delivery=True).order_by("-pk"):
        addresses[address.party_id] = address
    members = Membership.objects.filter(party__isnull=False).select_related("user")
    return _World(
        _Batch(actor, portal.policy, portal.order_prefix),
        list(Party.objects.exclude(kind="supplier").order_by("number")),
        list({product.pk: product for product in [*popular, *named]}.values()),
        addresses,
        {(item.party_id, item.user.name): item.user_id for item in members},
        timezone.now().replace(microsecond=0),
    )


def _cast(world: _World, told: Told) -> None:
    batch, parties, products = world.batch, {party.number: party for party in world.parties}, {product.sku: product for product in world.products}
    waiting = []
    for number, who, days, stage, reference, lines in sorted(told, key=lambda item: -item[2]):
        party = parties[number]
        wanted = [(products[sku], Decimal(quantity), Decimal(price)) for sku, quantity, price in lines]
        placed = world.now - timedelta(days=days, hours=1, minutes=batch.made % 50)
        order = batch.order(party, (world.people.get((party.pk, who), 0), who), placed, stage, reference, wanted, world.addresses.get(party.pk))
        waiting += [order] if stage == "approval" else []
    batch.save(world.parties)
    for order in waiting:
        own = {"portal_id": order.portal_id, "party_id": order.party_id}
        order.approval = Request.objects.create(**own, subject=ref("orders.order", order.pk), number=order.number, content_hash=order.content_hash, net=order.net, limit=1500, asked_by=order.user_id, asked_at=order.placed_at, expires_at=order.placed_at + OPEN_FOR)
        order.save(update_fields=["approval"])
        Step.objects.create(**own, request=order.approval, position=1, who=ANYONE, key=Stage().key, status="open", reasons=[{"limit": "1500", "period": ""}], opened_at=order.placed_at, due_at=order.placed_at + PATIENCE)
        ask(
            batch.actor,
            kind=reactions.APPROVE,
            subject=ref("orders.order", order.pk),
            party_id=order.party_id,
            right=permissions.APPROVE,
            values={"number": order.number, "name": order.user_name, "amount": order.net, "step": 1, "steps": 1},
            due_at=order.placed_at + PATIENCE,
        )


def _years(world: _World) -> None:
    """Make five thousand orders over three years, more in spring and autumn, more of the cast and of large parties."""
    batch, parties, products, people, now = world.batch, world.parties, world.products, world.people, world.now
    dice = random.Random(4711)
    weights = [30 if party.number in ("10042", "10077") else 1 + 5 / (1 + place % 23) for place, party in enumerate(parties)]
    days = [now - timedelta(days=day) for day in range(2, 1095)]
    chosen = dice.choices(days, [SEASON[day.month - 1] * (1 if day.weekday() < 5 else 0.08) for day in days], k=5000)
    names = {
        party.pk: [(user, name) for (owner, name), user in people.items() if owner == party.pk and name not in ("Karin Bakker", "Nadia Peeters")]
        for party in parties
    }
    ordered = sorted(chosen)
    for start in range(0, len(ordered), 500):
        if start == 500:
            refresh()
        # In portions: a transaction that waits for us too long is ended.
        with scope(batch.actor):
            for day in ordered[start : start + 500]:
                party = dice.choices(parties, weights)[0]
                factor = Decimal(dice.choice(["0.70", "0.74", "0.78", "0.82", "0.88"])) if party.kind != "person" else Decimal(1)
                wanted = [
                    (
                        product,
                        product.step_quantity * dice.choice([1, 2, 4, 5, 8, 10, 12, 20]) + (product.min_quantity if product.step_quantity == 1 else 0),
                        batch.policy.price((product.list_price or Decimal(0)) * factor),
                    )
                    for product in dice.sample(products, min(len(products), dice.choice([1, 2, 3, 3, 4, 5, 6, 9])))
                ]
                age = (now - day).days
                stage = (
                    "cancelled"
                    if dice.random() < 0.02
                    else "completed"
                    if age > 12
                    else dice.choice(
                        ["transmitted", "confirmed", "changed"]
                        if age < 4
                        else ["confirmed", "partial", "shipped", "shipped", "changed"]
                        if age < 8
                        else ["shipped", "completed"]
                    )
                )
                placed = day.replace(hour=dice.randrange(6, 17), minute=dice.randrange(60), second=dice.randrange(60))
                batch.order(party, dice.choice(names[party.pk] or [(0, "")]), placed, stage, dice.choice(PROJECTS), wanted, world.addresses.get(party.pk))
            batch.save(parties)
        if start == 0:
            _count_rows()


def _count_rows() -> None:
    """Let PostgreSQL count what is in the new tables: checks of foreign keys planned on empty ones take the wrong index."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE orders_order, orders_order_line, orders_shipment, orders_shipment_line, catalog_product, parties_party")
