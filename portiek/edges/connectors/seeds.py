"""The demo's ERP beside the first portal, filled with what the portal has, so that both agree from the first moment; the second portal has none."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from django.conf import settings
from django.db.models import F, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.edges.connectors import actions, contract, effects
from portiek.edges.connectors.demo import DemoConnector, DemoOptions, sales
from portiek.edges.connectors.demo.life import Life
from portiek.edges.connectors.demo.store import Store
from portiek.edges.connectors.files import actions as files
from portiek.edges.connectors.files import catalogue, loading, mapping
from portiek.edges.connectors.files.options import FilesOptions
from portiek.edges.connectors.models import Connection, Feed, FileDelivery
from portiek.foundation.accounts.cast import Cast as People
from portiek.foundation.accounts.seeds import portal_ids
from portiek.foundation.parties import actions as parties
from portiek.foundation.parties.models import Address, Contact, Party
from portiek.trade.catalog.models import Category, Product, ProductAttribute, ProductFamily, ProductUnit, Stock
from portiek.trade.orders.models import Order, OrderLine, Shipment, ShipmentLine
from portiek.trade.pricing.models import GroupMember, PartyPriceList, PriceList, PriceListLine

SLUG = "vandijk"
LABEL = "Van Dijk ERP"
Rows = Iterator[tuple[str, contract.Record, str]]


def seed(size: str) -> None:
    """Fill the ERP's books and connect it."""
    actor = Actor.system(portal_ids()[SLUG])
    options = DemoOptions(phone_orders=size == "demo")
    place = Path(settings.DATA_DIR) / "demo-erp" / f"{SLUG}.sqlite"
    place.unlink(missing_ok=True)
    store = Store(place)
    with scope(actor):
        connection = actions.add_connection(actor, vendor="demo", label=LABEL, options=options)
        # What the ERP knows has a number of the ERP.
        Party.objects.filter(external_id=None).update(external_id=F("number"))
        # Contacts on a building site are the customer's own.
        for model, sign, which in ((Address, "A", {}), (Contact, "C", {"unit": None})):
            model.objects.filter(external_id=None, **which).update(external_id=Concat(Value(sign), Cast("pk", CharField())))
        fill(store)
        if size == "demo":
            _under_way(store, options)
            for order in Order.objects.filter(status=Order.Status.SUBMITTED).select_related("party").order_by("pk"):
                effects.queue_order(actor, order, connection)
    store.close()
    if size == "demo":
        _merge()
    _agree(actor, DemoConnector(options, None, place=place))
    _files(Actor.system(portal_ids()["brand"]), has_catalogue=size == "demo")
    logging.getLogger("portiek.connectors").debug("the demo's ERP is filled")


def _files(actor: Actor, *, has_catalogue: bool) -> None:
    """Begin to connect the second portal by files: one kind is read, a row of it stays out, and a second file waits for a person. Not in use yet, so that nothing of it counts."""
    rows = ["artikelnr;omschrijving;prijs;btw", "B-100;Boormachine 750 W;129,00;21", "B-110;Boorset 19-delig;34,50;21", "B-120;Accu 18 V;op aanvraag;21"]
    fields = {"external_id": {"column": "artikelnr"}, "name": {"column": "omschrijving"}, "list_price": {"column": "prijs", "change": "comma"}, "tax_rate": {"column": "btw", "change": "percent"}}
    with scope(actor):
        connection = actions.add_connection(actor, vendor="files", label="Boekhouding", options=FilesOptions(folder="boekhouding"), enabled=False)
        files.save_mapping(actor, connection=connection, mapped=mapping.from_json("product", {"pattern": "artikelen*", "whole": True, "fields": fields}))
        first = _brought(actor, connection, "artikelen-maandag.csv", rows)
    loading.read_waiting(actor, connection)
    with scope(actor):
        files.confirm_file(actor, delivery=first)
    loading.read_waiting(actor, connection)
    with scope(actor):
        _brought(actor, connection, "artikelen-dinsdag.csv", [*rows[:2], "B-110;Boorset 21-delig;36,50;21", "B-120;Accu 18 V;59,00;21"])
    loading.read_waiting(actor, connection)
    if has_catalogue:
        with scope(actor):
            for kind in catalogue.KINDS:
                files.bring_file(actor, connection=connection, layout=kind, name="leverancier-bmecat.xml", content=io.BytesIO(_CATALOGUE.encode()), is_whole=False, heads=[], sample=[], is_catalogue=True)
        loading.read_waiting(actor, connection)


# A supplier's catalogue as BMEcat 2005 with ETIM: a group, and a saw whose blade comes with the net price of who got it.
_CATALOGUE = """<?xml version="1.0" encoding="UTF-8"?>
<BMECAT xmlns="http://www.bmecat.org/bmecat/2005" version="2005"><HEADER><CATALOG><LANGUAGE default="true">nld</LANGUAGE><CATALOG_ID>GERED</CATALOG_ID><CATALOG_NAME>Netto prijzen gereedschap</CATALOG_NAME><CURRENCY>EUR</CURRENCY></CATALOG></HEADER><T_NEW_CATALOG>
<CATALOG_GROUP_SYSTEM><CATALOG_STRUCTURE type="leaf"><GROUP_ID>7</GROUP_ID><GROUP_NAME>Zagen</GROUP_NAME><PARENT_ID>0</PARENT_ID></CATALOG_STRUCTURE></CATALOG_GROUP_SYSTEM>
<PRODUCT><SUPPLIER_PID>ZG-190</SUPPLIER_PID><PRODUCT_DETAILS><DESCRIPTION_SHORT>Cirkelzaag 190 mm</DESCRIPTION_SHORT></PRODUCT_DETAILS><PRODUCT_FEATURES><FEATURE><FNAME>Vermogen</FNAME><FVALUE>1200</FVALUE><FUNIT>WTT</FUNIT></FEATURE></PRODUCT_FEATURES>
<PRODUCT_ORDER_DETAILS><ORDER_UNIT>C62</ORDER_UNIT></PRODUCT_ORDER_DETAILS><PRODUCT_PRICE_DETAILS><PRODUCT_PRICE price_type="net_list"><PRICE_AMOUNT>149.00</PRICE_AMOUNT><TAX>0.21</TAX></PRODUCT_PRICE><PRODUCT_PRICE price_type="net_customer"><PRICE_AMOUNT>118.50</PRICE_AMOUNT></PRODUCT_PRICE></PRODUCT_PRICE_DETAILS>
<PRODUCT_REFERENCE type="accessories"><PROD_ID_TO>ZB-190</PROD_ID_TO></PRODUCT_REFERENCE></PRODUCT>
<PRODUCT><SUPPLIER_PID>ZB-190</SUPPLIER_PID><PRODUCT_DETAILS><DESCRIPTION_SHORT>Zaagblad 190 mm, 48 tanden</DESCRIPTION_SHORT></PRODUCT_DETAILS><PRODUCT_ORDER_DETAILS><ORDER_UNIT>C62</ORDER_UNIT><PRICE_QUANTITY>10</PRICE_QUANTITY></PRODUCT_ORDER_DETAILS>
<PRODUCT_PRICE_DETAILS><PRODUCT_PRICE price_type="net_list"><PRICE_AMOUNT>245.00</PRICE_AMOUNT><TAX>0.21</TAX></PRODUCT_PRICE></PRODUCT_PRICE_DETAILS></PRODUCT>
<PRODUCT_TO_CATALOGGROUP_MAP><PROD_ID>ZG-190</PROD_ID><CATALOG_GROUP_ID>7</CATALOG_GROUP_ID></PRODUCT_TO_CATALOGGROUP_MAP></T_NEW_CATALOG></BMECAT>"""


def _brought(actor: Actor, connection: Connection, name: str, rows: list[str]) -> FileDelivery:
    """Bring a file as a person does."""
    return files.bring_file(actor, connection=connection, layout="product", name=name, content=io.BytesIO("\n".join(rows).encode()), is_whole=True, heads=rows[0].split(";"), sample=[row.split(";") for row in rows[1:]])


def _merge() -> None:
    """Let Olga make two customers one, of whom nothing is on its way to the ERP: a job does it as soon as somebody works."""
    olga = People().olga
    with scope(olga):
        busy = Order.objects.filter(status=Order.Status.SUBMITTED).values("party_id")
        target, source = Party.objects.filter(kind=Party.Kind.CUSTOMER, number__gte="10110", number__lt="20000").exclude(pk__in=busy).order_by("number")[:2]
        parties.ask_merge(olga, source=source, target=target, as_branch=True, reason="Overgenomen: voortaan één klant, met de overgenomen zaak als vestiging.")


def fill(store: Store) -> None:
    """Write what the portal of the open scope has into an ERP's books; the same data make the same books."""
    with store.writing():
        store.set_meta("company", "Van Dijk Bouwmaterialen")
        rows = (("category", _categories()), ("product", _products()), ("price_list", _price_lists()), ("party", _parties()), ("stock", _stock()))
        for entity, found in rows:
            store.put_all(entity, found)


def _under_way(store: Store, options: DemoOptions) -> None:
    """Write the orders that are under way into the books, so that they are confirmed, shipped and invoiced while one looks."""
    life, now = Life(store, options), timezone.now()
    Shipment.objects.filter(external_id=None, state=Shipment.State.SHIPPED).update(external_id=F("number"))
    found = Order.objects.filter(status__in=Order.RUNNING).exclude(status=Order.Status.SUBMITTED).exclude(erp_number="").select_related("party").order_by("pk")
    found.filter(external_id=None).update(external_id=F("erp_number"))
    lines: dict[int, list[OrderLine]] = {}
    for line in OrderLine.objects.filter(order__in=found).select_related("product").order_by("order_id", "position"):
        lines.setdefault(line.order_id, []).append(line)
    sent: dict[int, list[ShipmentLine]] = {}
    for piece in ShipmentLine.objects.filter(order__in=found, shipment__state=Shipment.State.SHIPPED).select_related("shipment", "line__product").order_by("pk"):
        sent.setdefault(piece.shipment_id, []).append(piece)
    orders = {order.pk: _order(order, lines.get(order.pk, [])) for order in found}
    with store.writing():
        for record in orders.values():
            sales.save(store, record)
            life.go_on(record, now)
        for pieces in sent.values():
            shipment = _shipment(pieces, orders[pieces[0].order_id])
            store.put("shipment", shipment.external_id, shipment)
            life.on_the_road(shipment, now)


def _order(order: Order, lines: list[OrderLine]) -> contract.OrderRecord:
    states: dict[str, contract.OrderState] = {"transmitted": "transmitted", "in_progress": "in_progress", "on_hold": "on_hold"}
    delivery: dict[str, contract.DeliveryState] = {"none": "none", "backordered": "none", "partial": "partial"}
    records = tuple(
        contract.OrderLineRecord(
            external_id=f"{order.erp_number}-{line.position}",
            position=line.position,
            product=str(line.product.external_id) if line.product else None,
            sku=line.sku,
            description=line.name,
            quantity=line.quantity if line.confirmed_quantity is None else line.confirmed_quantity,
            unit=contract.UnitRecord("C62", "C62", line.unit),
            unit_price=line.price,
            amount=line.amount if line.confirmed_amount is None else line.confirmed_amount,
            tax_rate=line.tax_rate / 100,
            requested_date=order.wanted_date,
            confirmed_date=order.expected_on,
            shipped_quantity=line.shipped_quantity,
        )
        for line in lines
    )
    return contract.OrderRecord(
        external_id=order.erp_number,
        number=order.erp_number,
        reference=order.number,
        party=str(order.party.external_id),
        state=states.get(order.status, "confirmed"),
        source_state="",
        delivery_state=delivery.get(order.delivery, "shipped"),
        order_date=timezone.localdate(order.placed_at),
        requested_date=order.wanted_date,
        currency=order.currency,
        delivery_address=order.address_external_id or None,
        lines=records,
        untaxed_amount=order.net,
        tax_amount=order.tax,
        total_amount=order.gross,
        note=order.note,
    )


def _shipment(pieces: list[ShipmentLine], order: contract.OrderRecord) -> contract.ShipmentRecord:
    shipment, by_sku = pieces[0].shipment, {line.sku: line for line in order.lines}
    return contract.ShipmentRecord(
        external_id=shipment.number,
        number=shipment.number,
        party=order.party,
        state="shipped",
        orders=(order.external_id,),
        lines=tuple(
            contract.ShipmentLineRecord(
                f"{shipment.number}-{place}",
                by_sku[piece.sku].product or "",
                piece.sku,
                piece.quantity,
                by_sku[piece.sku].unit,
                order.external_id,
                by_sku[piece.sku].external_id,
            )
            for place, piece in enumerate(pieces, 1)
        ),
        delivery_address=order.delivery_address,
        planned_at=shipment.shipped_on,
        shipped_at=shipment.shipped_on,
        carrier=shipment.carrier,
        tracking=(shipment.tracking,) if shipment.tracking else (),
    )


def _agree(actor: Actor, connector: DemoConnector) -> None:
    """Put every feed behind what was just copied: the portal has it."""
    now = timezone.now()
    with scope(actor):
        for feed in Feed.objects.select_related("connection"):
            cursor: str | None = None
            count = 0
            while True:
                rows = connector.store.since(feed.entity, int(cursor or 0), 2000)
                changes = [connector.change(feed.entity, key, record) for _seq, key, record in rows]
                actions.mark_known(actor, connection_id=feed.connection_id, entity=feed.entity, taken=changes)
                count += len(changes)
                if len(rows) < 2000:
                    break
                cursor = str(rows[-1][0])
            last = int(connector.store.meta("seq", "0"))
            Feed.objects.filter(pk=feed.pk).update(
                cursor=f'{{"seq": {last}}}', is_loading=False, full_at=now, last_ok=now, last_run=now, seen=count, changed=count
            )
            actions.stamp(actor, feed=feed)
    connector.store.close()


def _categories() -> Rows:
    for row in Category.objects.select_related("parent").filter(external_id__isnull=False).order_by("pk"):
        yield (
            str(row.external_id),
            contract.CategoryRecord(str(row.external_id), row.code, _names(row), row.parent.external_id if row.parent else None, row.is_active),
            "",
        )


def _names(row: Category | Product | ProductFamily) -> dict[str, str]:
    return {"nl": row.name, **({"en": row.name_en} if row.name_en else {})}


def _attributes() -> dict[int, list[contract.AttributeRecord]]:
    found: dict[int, list[contract.AttributeRecord]] = {}
    for row in ProductAttribute.objects.select_related("attribute").filter(from_erp=True).order_by("pk").iterator(2000):
        values = {"nl": row.value, **({"en": row.value_en} if row.value_en else {})}
        names = {"nl": row.attribute.name, **({"en": row.attribute.name_en} if row.attribute.name_en else {})}
        found.setdefault(row.product_id, []).append(contract.AttributeRecord(row.attribute.code, names, row.attribute.kind, row.attribute.unit, values))
    return found


def _products() -> Rows:
    packs: dict[int, list[ProductUnit]] = {}
    for unit in ProductUnit.objects.filter(is_erp=True).order_by("pk"):
        packs.setdefault(unit.product_id, []).append(unit)
    attributes = _attributes()
    for row in Product.objects.select_related("category", "family").filter(external_id__isnull=False).order_by("pk").iterator(2000):
        key, category = str(row.external_id), row.category.external_id if row.category else None
        yield (
            key,
            contract.ProductRecord(
                external_id=key,
                sku=row.sku,
                names=_names(row),
                descriptions={"nl": row.description} if row.description else {},
                category=category,
                categories=(category,) if category else (),
                unit=contract.UnitRecord(row.unit_code, row.unit_code, row.unit_label),
                quantity_step=row.step_quantity,
                min_quantity=row.min_quantity,
                ean=row.ean,
                list_price=row.list_price,
                tax_rate=row.tax_rate / 100,
                weight=row.weight,
                is_service=False,
                image=None,
                active=row.is_active,
                discount_group=row.discount_group,
                lead_days=row.lead_days,
                packs=tuple(contract.PackRecord(unit.code, {"nl": unit.label, **({"en": unit.label_en} if unit.label_en else {})}, unit.factor, unit.ean, unit.weight) for unit in packs[row.pk]) if row.pk in packs else None,
                attributes=tuple(attributes.get(row.pk, ())),
                family=contract.FamilyRecord(row.family.external_id, row.family.code, _names(row.family), tuple(row.family.axes)) if row.family and row.family.external_id else None,
            ),
            "",
        )


def _stock() -> Rows:
    for row in Stock.objects.select_related("product").filter(external_id__isnull=False, product__external_id__isnull=False).order_by("pk").iterator(2000):
        product = str(row.product.external_id)
        yield (
            str(row.external_id),
            contract.StockRecord(
                str(row.external_id), product, row.warehouse, row.warehouse_name, row.on_hand, row.available, row.expected_at, row.expected_quantity
            ),
            product,
        )


def _price_lists() -> Rows:
    lines: dict[int, list[contract.PriceLineRecord]] = {}
    for line in PriceListLine.objects.select_related("product").filter(product__external_id__isnull=False).order_by("pk").iterator(2000):
        lines.setdefault(line.price_list_id, []).append(
            contract.PriceLineRecord(str(line.product.external_id), line.min_quantity, line.price, line.valid_from, line.valid_until, line.note)
        )
    for row in PriceList.objects.select_related("fallback").filter(external_id__isnull=False).order_by("pk"):
        key = str(row.external_id)
        yield (
            key,
            contract.PriceListRecord(
                key, row.name, row.currency, tuple(lines.get(row.pk, ())), row.is_active, row.code, row.fallback.external_id if row.fallback else None, row.tiers
            ),
            "",
        )


def _parties() -> Rows:
    addresses: dict[int, list[contract.AddressRecord]] = {}
    for row in Address.objects.filter(external_id__isnull=False).order_by("pk"):
        addresses.setdefault(row.party_id, []).append(
            contract.AddressRecord(
                str(row.external_id), row.name or row.label, row.street, row.postal_code, row.city, row.country, row.is_invoice, row.is_delivery, row.is_active
            )
        )
    contacts: dict[int, list[contract.ContactRecord]] = {}
    for person in Contact.objects.filter(external_id__isnull=False).order_by("pk"):
        contacts.setdefault(person.party_id, []).append(
            contract.ContactRecord(str(person.external_id), person.name, person.role, person.email, person.phone, person.is_active)
        )
    groups: dict[int, list[str]] = {}
    for member in GroupMember.objects.filter(group__external_id__isnull=False).select_related("group").order_by("pk"):
        groups.setdefault(member.party_id, []).append(member.group.code)
    lists = dict(PartyPriceList.objects.filter(position=1, price_list__external_id__isnull=False).values_list("party_id", "price_list__external_id"))
    for party in Party.objects.filter(external_id__isnull=False).order_by("pk"):
        key = str(party.external_id)
        yield (
            key,
            contract.PartyRecord(
                external_id=key,
                number=party.number,
                name=party.name,
                kind=cast("contract.PartyKind", party.kind),
                language=party.language,
                vat_number=party.vat_number,
                coc_number=party.coc_number,
                email=party.email,
                phone=party.phone,
                credit_limit=party.credit_limit,
                payment_days=party.payment_days,
                price_list=lists.get(party.pk),
                addresses=tuple(addresses.get(party.pk, ())),
                contacts=tuple(contacts.get(party.pk, ())),
                active=party.is_active,
                groups=tuple(groups.get(party.pk, ())),
            ),
            "",
        )
