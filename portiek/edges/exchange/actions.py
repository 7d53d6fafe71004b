"""Every write about electronic orders: taken, agreed to, put in a list, put away, answered."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.facts import Fact, record
from portiek.core.jobs import defer, named
from portiek.core.merging import Deed
from portiek.core.refs import ref
from portiek.core.retention import over
from portiek.edges.exchange import errors as errors
from portiek.edges.exchange import facts, permissions, queries, reading, rules
from portiek.edges.exchange.models import Catalogue, Message, Setup
from portiek.edges.exchange.rules import Said
from portiek.edges.exchange.ubl import records as ubl
from portiek.edges.exchange.ubl.change import CANCELLATION, CHANGE, changed, read_cancellation, read_change
from portiek.edges.exchange.ubl.checks import check_cancellation, check_change, check_order
from portiek.edges.exchange.ubl.order import read_order, write_order
from portiek.edges.exchange.ubl.tree import Element, Unreadable, as_text, parse
from portiek.foundation.files import actions as files
from portiek.foundation.files.permissions import NOBODY
from portiek.foundation.parties.models import Party, Portal
from portiek.foundation.parties.permissions import MERGE
from portiek.trade.catalog import queries as catalog
from portiek.trade.orders import actions as orders
from portiek.trade.orders.models import Draft, Order
from portiek.trade.orders.rules import plain, why_not_cancel

REF = "exchange.message"
CATALOGUE = "exchange.catalogue"
HEADS = ("artikelnummer", "aantal", "opmerking", "referentie", "naam")


def _tell(actor: Actor, message: Message, happened: Fact, **more: Any) -> None:
    record(actor, happened, party_id=message.party_id, subject=ref(REF, message.pk), text=str(message)[:80], **more)


@action(permissions.PLACE)
def receive_order(actor: Actor, *, content: bytes, name: str = "", channel: str = "", now: datetime) -> Message:
    """Take an electronic order: place it, hold it for a person or refuse it, and say why. The same document sent again is the same message.

    Only a person's mistake is refused without a message: raises Refused beyond what a party may send in a day.
    """
    if actor.party_id is None:
        raise NotFound
    mine, digest = Message.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id), hashlib.sha256(b"%d " % actor.party_id + content).hexdigest()
    taken = mine.filter(digest=digest).exclude(state__in=[Message.State.REFUSED, Message.State.DROPPED])
    if known := taken.first():
        return known
    if mine.filter(at__gte=now - timedelta(days=1)).count() >= rules.MOST_A_DAY:
        raise Refused("exchange.too-many", most=rules.MOST_A_DAY)
    made = Message(portal_id=actor.portal_id, party_id=actor.party_id, user_id=actor.user_id, user_name=actor.name, unit_id=actor.unit_id, key=secrets.token_hex(12), name=name[:255], digest=digest, at=now, state=Message.State.REFUSED,
                   channel=channel or (Message.Channel.API if actor.api_key_id else Message.Channel.UPLOAD))  # fmt: skip
    try:
        with transaction.atomic():
            _take(actor, made, content, now)
            if made.kind != Message.Kind.ORDER and made.state != Message.State.ASKED:
                made.answer, made.answered_at = "AP" if made.state == Message.State.DONE else "RE", now
            made.save(force_insert=True)
    except IntegrityError:
        # Another request with this document was first.
        return taken.get()
    _told(actor, made)
    return made


def _told(actor: Actor, made: Message) -> None:
    if made.state == Message.State.ORDERED:
        assert made.order_id is not None
        _tell(actor, made, facts.MessageOrdered(message_id=made.pk, order_id=made.order_id))
    elif made.state in (Message.State.DONE, Message.State.ASKED):
        assert made.order_id is not None
        happened = facts.MessageApplied if made.state == Message.State.DONE else facts.MessagePassedOn
        _tell(actor, made, happened(message_id=made.pk, order_id=made.order_id))
    elif made.state == Message.State.REFUSED:
        _tell(actor, made, facts.MessageRefused(message_id=made.pk))
    else:
        _tell(actor, made, facts.MessageHeld(message_id=made.pk, state=made.state))


def _take(actor: Actor, made: Message, content: bytes, now: datetime) -> None:
    """Read a document and decide about it; what is wrong with it stands in its findings."""
    try:
        root = parse(content)
        made.content = as_text(root)
        if root.tag in (CHANGE, CANCELLATION):
            _amend(actor, made, root, now)
            return
        ill = rules.ill_made(root)
        found = [*ill, *(Said(item.rule, "stop" if item.stops else "say", item.place) for item in check_order(root))]
        if any(item.level == "stop" for item in ill):
            _keep(made, Message.State.REFUSED, found)
            return
        order = read_order(root)
    except Unreadable as problem:
        _keep(made, Message.State.REFUSED, [Said(f"exchange.{problem.code}", "stop", values={"what": problem.place})])
        return
    if odd := rules.odd_figures(order):
        _keep(made, Message.State.REFUSED, [*found, *(Said("exchange.figures", "stop", place[:60]) for place in odd)])
        return
    made.number = order.number[:80].replace("\n", " ")
    portal = Portal.objects.get(pk=actor.portal_id)
    found += queries.refusals(actor, order, policy=portal.policy, day=timezone.localdate(now))
    if any(item.level == "stop" for item in found):
        _keep(made, Message.State.REFUSED, found)
        return
    _decide(actor, made, order, found, now, agreed=["exchange.price"] if queries.setup(actor).prices == Setup.Prices.OWN else [])


def _amend(actor: Actor, made: Message, root: Element, now: datetime) -> None:
    """Change an order or take it back as a document asks, as far as a person of the company could do so at this moment, or say why not: whole or not at all. Raises Unreadable."""
    is_change, ill = root.tag == CHANGE, rules.ill_made(root)
    made.kind = Message.Kind.CHANGE if is_change else Message.Kind.CANCEL
    if any(item.level == "stop" for item in ill):
        _keep(made, Message.State.REFUSED, ill)
        return
    asked: ubl.Change | ubl.Cancellation = read_change(root) if is_change else read_cancellation(root)
    number, of, buyer = (asked.order.number, asked.of, asked.order.buyer) if isinstance(asked, ubl.Change) else (asked.number, asked.order, asked.buyer)
    made.number = number[:80].replace("\n", " ")
    found = ill + [Said(item.rule, "stop" if item.stops else "say", item.place) for item in (check_change if is_change else check_cancellation)(root)] + queries.compared(actor, buyer)
    sent = queries.sent_order(actor, of)
    if Message.objects.filter(portal_id=actor.portal_id, party_id=made.party_id, kind=made.kind, number=made.number, state__in=[Message.State.DONE, Message.State.ASKED]).exists():
        found.append(Said("exchange.change-used", "stop"))
    if sent is None:
        found.append(Said("exchange.no-such-order", "stop", values={"what": of[:60]}))
    else:
        made.order = sent[1]
    if sent is None or any(item.level == "stop" for item in found):
        _keep(made, Message.State.REFUSED, found)
        return
    try:
        with transaction.atomic():
            state, more = _change(actor, made, asked, *sent, now) if isinstance(asked, ubl.Change) else _cancel(actor, asked, sent[1], now)
            if state == Message.State.REFUSED:
                raise _Undone(more)
    except _Undone as undone:
        state, more = Message.State.REFUSED, undone.found
        made.order = sent[1]
    except Forbidden:
        state, more = Message.State.REFUSED, [Said("exchange.no-right", "stop")]
        made.order = sent[1]
    except Refused as refused:
        state, more = Message.State.REFUSED, [Said(item.code, "stop", values={name: str(value)[:200] for name, value in item.values.items()}) for item in refused.parts or [refused]]
        made.order = sent[1]
    _keep(made, state, [*found, *more])


class _Undone(Exception):
    """What a message asked cannot be done, and nothing of it was; `found`: why."""

    def __init__(self, found: list[Said]) -> None:
        super().__init__()
        self.found = found


def _cancel(actor: Actor, asked: ubl.Cancellation, order: Order, now: datetime) -> tuple[str, list[Said]]:
    """Take an order back, or ask the seller to where he works on it: once, whatever the documents are called."""
    if order.status == Order.Status.CANCELLED:
        return Message.State.DONE, [Said("exchange.cancelled-before", "say")]
    if order.cancel_asked_at is not None:
        return Message.State.ASKED, [Said("orders.asked_already", "say")]
    after = orders.cancel_order(actor, order=order, reason=asked.note or _("Taken back by an electronic message."), now=now)
    return (Message.State.DONE, []) if after.status == Order.Status.CANCELLED else (Message.State.ASKED, [Said("exchange.cancel-asked", "say")])


def _change(actor: Actor, made: Message, asked: ubl.Change, message: Message, order: Order, now: datetime) -> tuple[str, list[Said]]:
    """Order what an order becomes in its place, while it may simply be taken back: after that a change is for people. Raises Unreadable and Refused."""
    late = [Said("exchange.change-late", "stop", values={"order": order.number})]
    if why_not_cancel(order.status, order.sync, order.delivery) is not None:
        return Message.State.REFUSED, late
    after = changed(reading.standing(message), asked)
    found = [Said("exchange.figures", "stop", place[:60]) for place in rules.odd_figures(after)] or queries.refusals(actor, after, policy=Portal.objects.get(pk=actor.portal_id).policy, day=timezone.localdate(now))
    if not after.lines:
        found = [Said("exchange.no-lines", "stop")]
    if any(item.level == "stop" for item in found):
        return Message.State.REFUSED, found
    before = orders.cancel_order(actor, order=order, reason=_("Changed by the electronic message {number}.").format(number=made.number)[:300], now=now)
    if before.status != Order.Status.CANCELLED:  # it went to the seller at this very moment
        return Message.State.REFUSED, late
    seen = queries.intake(actor, after, day=timezone.localdate(now))
    agreed = ["exchange.price"] if queries.setup(actor).prices == Setup.Prices.OWN else []
    # Nobody is asked about a change: what would wait as an order is not done, and its sender hears why.
    found += [replace(item, level="stop") if item.level == "mend" or (item.level == "ask" and item.code not in agreed) else item for item in seen.findings]
    if any(item.level == "stop" for item in found):
        return Message.State.REFUSED, found
    made.order = orders.place_order(actor, lines=seen.lines, details=seen.details, key=rules.key_of(f"{order.pk} {made.number}"), said=made.digest[:32], now=now)
    # What the order came by now leads to the one in its place, and is answered for it.
    message.order, message.amended = made.order, write_order(after).decode()
    message.save(update_fields=["order", "amended"])
    return Message.State.DONE, found


def _decide(actor: Actor, made: Message, order: ubl.Order, found: list[Said], now: datetime, *, agreed: Collection[str]) -> None:
    """Place the order of a message when nothing stands in its way; `agreed`: what needs no person any more."""
    seen = queries.intake(actor, order, day=timezone.localdate(now))
    mended = not any(item.level == "mend" for item in seen.findings)
    found = [*found, *seen.findings, *(queries.doubles(actor, order, seen, now=now) if mended else [])]
    if not mended:
        _keep(made, Message.State.TO_MEND, found)
    elif any(item.level == "ask" and item.code not in agreed for item in found):
        _keep(made, Message.State.HELD, found)
    else:
        try:
            # The sender's number is the key: a second order of it is never made, whatever it says.
            with transaction.atomic():
                made.order = orders.place_order(actor, lines=seen.lines, details=seen.details, key=rules.key_of(order.number), said=made.digest[:32], now=now)
            _keep(made, Message.State.ORDERED, found)
        except Refused as refused:
            if refused.code == "orders.key_reused":
                _keep(made, Message.State.REFUSED, [*found, Said("exchange.number-used", "stop")])
            else:
                _keep(made, Message.State.TO_MEND, [*found, *(Said(item.code, "mend", values={name: str(value) for name, value in item.values.items()}) for item in refused.parts or [refused])])


def _keep(made: Message, state: str, found: list[Said]) -> None:
    made.state, made.findings = state, [item.kept() for item in found]


def _locked(actor: Actor, key: str) -> Message:
    """Hold a message of the actor's own party that waits for a person. Raises NotFound, and Refused when somebody has decided."""
    seen = queries.message(actor, key)
    if actor.is_staff:
        raise NotFound
    found = Message.objects.select_for_update().get(pk=seen.pk, party_id=actor.party_id or 0)
    if found.state not in Message.OPEN:
        raise Refused("exchange.not-open")
    return found


def _done(found: Message, now: datetime) -> None:
    found.done_at = now
    found.save(update_fields=["state", "findings", "order", "done_at"])


@action(permissions.PLACE)
def agree(actor: Actor, *, key: str, now: datetime) -> Message:
    """Order what a message asks at our prices of this moment; what is wrong by now is said and waits to be mended. Raises Refused and NotFound."""
    found = _locked(actor, key)
    if found.state != Message.State.HELD:
        raise Refused("exchange.not-open")
    order = reading.document(found)
    # What the rules of Peppol said of the document stands; the rest is looked at anew.
    said = [Said(**item) for item in found.findings if item["code"].startswith("PEPPOL")]
    said += queries.refusals(actor, order, policy=Portal.objects.get(pk=actor.portal_id).policy, day=timezone.localdate(now))
    if any(item.level == "stop" for item in said):
        _keep(found, Message.State.REFUSED, said)
    else:
        _decide(actor, found, order, said, now, agreed=["exchange.price", "exchange.double"])
    _done(found, now)
    _told(actor, found)
    return found


@action(permissions.CART)
def mend(actor: Actor, *, key: str, now: datetime) -> Draft:
    """Put every line of a message in a list of the actor's own, where it is mended as any list. Raises Refused and NotFound."""
    found = _locked(actor, key)
    order = reading.document(found)
    seen = queries.intake(actor, order, day=timezone.localdate(now))
    rows = [(place, [asked.code, plain(line.quantity), asked.note, order.number, line.item.name]) for place, (line, asked) in enumerate(zip(order.lines, seen.lines, strict=True), 2)]
    made = orders.bring_in(actor, kind=Draft.Kind.FILE, name=f"{order.number}.csv"[:255], rows=[(1, list(HEADS)), *rows], written={"separator": ";", "encoding": "utf-8-sig"})
    found.state = Message.State.LISTED
    _done(found, now)
    _tell(actor, found, facts.MessageListed(message_id=found.pk))
    return made


@action(permissions.PLACE)
def drop(actor: Actor, *, key: str, now: datetime) -> None:
    """Put a message away that is not to be ordered. Raises Refused and NotFound."""
    found = _locked(actor, key)
    found.state = Message.State.DROPPED
    _done(found, now)
    _tell(actor, found, facts.MessageDropped(message_id=found.pk))


@action(None)
def answer(actor: Actor, *, order: Order, now: datetime) -> None:
    """Keep that the seller answered an order that came electronically, once for each answer. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    found = Message.objects.select_for_update().filter(portal_id=actor.portal_id, party_id=order.party_id, order=order, kind=Message.Kind.ORDER).first()
    code = rules.response_code(order.status, queries.line_answers(actor, order)) if found else ""
    if found is None or code == "AB" or code == found.answer:
        return
    found.answer, found.answered_at = code, now
    found.save(update_fields=["answer", "answered_at"])
    record(actor, facts.MessageAnswered(message_id=found.pk, order_id=order.pk, code=code), party_id=found.party_id, subject=ref(REF, found.pk), text=order.number)


@action(None)
def settle(actor: Actor, *, order: Order, cancelled: bool, now: datetime) -> None:
    """Note what the seller decided about taking an order back, where that was asked electronically. Only the portal itself."""
    _only_portal(actor)
    for found in Message.objects.select_for_update().filter(portal_id=actor.portal_id, party_id=order.party_id, order=order, kind=Message.Kind.CANCEL, state=Message.State.ASKED):
        found.state, found.answer, found.answered_at, found.done_at = Message.State.DONE if cancelled else Message.State.REFUSED, "AP" if cancelled else "RE", now, now
        if not cancelled:
            found.findings = [*found.findings, Said("exchange.goes-on", "stop").kept()]
        found.save(update_fields=["state", "findings", "answer", "answered_at", "done_at"])
        record(actor, facts.MessageAnswered(message_id=found.pk, order_id=order.pk, code=found.answer), party_id=found.party_id, subject=ref(REF, found.pk), text=order.number)


@action(permissions.MANAGE)
def change_setup(actor: Actor, *, prices: str, scheme: str, identifier: str) -> None:
    """Choose how the portal takes electronic orders, and its own electronic address."""
    before = queries.setup(actor)
    after = {"prices": prices, "scheme": scheme if identifier else "", "identifier": identifier}
    changes = {name: (getattr(before, name), value) for name, value in after.items() if getattr(before, name) != value}
    if changes:
        Setup.objects.update_or_create(portal_id=actor.portal_id, defaults=after)
        record(actor, facts.SetupChanged(prices=prices), changes=changes)


@action(None)
def drop_old_messages(actor: Actor, *, now: datetime) -> int:
    """Remove messages whose term is over. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    count, _per = over(actor, "exchange.messages", now=now).delete()
    return count


@action(permissions.PRICES)
def ask_catalogue(actor: Actor, *, party: Party, since: str, day: date, now: datetime) -> Catalogue:
    """Ask for a party's assortment and prices as a document: of the own company or branch, or by staff of any; whole, or what changed `since` an earlier one (its key). A job makes it.

    Raises NotFound, and Refused while three are being made, after so many in a day, and where there is nothing in it or nothing to go on from.
    """
    if not actor.may(permissions.PRODUCTS) or (actor.is_staff and not actor.may(permissions.EXPLAIN)):
        raise Forbidden(permissions.PRODUCTS)
    if not actor.is_staff and party.pk != actor.party_id:
        raise NotFound
    if actor.shops:
        raise Refused("exchange.catalogue-visit")
    unit_id = None if actor.is_staff else actor.unit_id
    mine = Catalogue.objects.filter(portal_id=actor.portal_id, party=party)
    if mine.filter(state=Catalogue.State.ASKED).count() >= rules.AT_ONCE:
        raise Refused("exchange.catalogue-many")
    if mine.filter(at__gte=now - timedelta(days=1)).count() >= rules.CATALOGUES_A_DAY:
        raise Refused("exchange.catalogue-day", most=rules.CATALOGUES_A_DAY)
    if since and not queries.to_go_on_from(actor, party_id=party.pk, unit_id=unit_id).filter(key=since).exists():
        raise Refused("exchange.catalogue-since", field="since")
    if not since and not (catalog.held_ids(actor, catalog.assortments_of(actor, party.pk), 1) if actor.is_staff else catalog.products(actor).exists()):
        raise Refused("exchange.catalogue-empty")
    made = Catalogue.objects.create(portal_id=actor.portal_id, party=party, user_id=actor.user_id, unit_id=unit_id, key=secrets.token_hex(12), since=since, language=actor.language, day=day, at=now)
    record(actor, facts.CatalogueAsked(catalogue_id=made.pk), party_id=party.pk, subject=ref(CATALOGUE, made.pk), text=party.name)
    defer(actor, named("exchange.catalogue"), catalogue_id=made.pk)
    return made


@action(None)
def note_catalogue_progress(actor: Actor, *, found: Catalogue, done: int, total: int) -> None:
    """Note how far a catalogue is. Only the portal itself."""
    _only_portal(actor)
    Catalogue.objects.filter(pk=found.pk).update(done=done, total=total)


@action(None)
def keep_catalogue(actor: Actor, *, found: Catalogue, action: str, path: Path, counts: Mapping[str, int], contents: Mapping[str, str]) -> None:
    """Keep a catalogue that is ready with what the next one is compared with; without a line there is no document. Only the portal itself."""
    _only_portal(actor)
    lines = sum(counts.values())
    if not lines:
        Catalogue.objects.filter(pk=found.pk).update(state=Catalogue.State.SAME)
        return
    with path.open("rb") as content:
        stored = files.store(actor, name=f"catalogue-{found.day.isoformat()}-{found.key[:6]}.xml", media_type="application/xml", content=content, party_id=found.party_id, right=NOBODY)
    Catalogue.objects.filter(pk=found.pk).update(state=Catalogue.State.READY, file=stored, action=action, contents=rules.pack(contents), **counts)
    # Its key is the text: by it the API gives the document.
    record(actor, facts.CatalogueReady(catalogue_id=found.pk, lines=lines), party_id=found.party_id, subject=ref(CATALOGUE, found.pk), text=found.key)


@action(None)
def give_up_catalogue(actor: Actor, *, found: Catalogue) -> None:
    """Note that a catalogue was not made: what it goes on from is gone. Only the portal itself."""
    _only_portal(actor)
    Catalogue.objects.filter(pk=found.pk, state=Catalogue.State.ASKED).update(state=Catalogue.State.FAILED)


@action(permissions.PRICES)
def note_catalogue_download(actor: Actor, *, found: Catalogue) -> None:
    """Record that somebody fetched a catalogue."""
    record(actor, facts.CatalogueDownloaded(catalogue_id=found.pk), party_id=found.party_id, subject=ref(CATALOGUE, found.pk), text=found.party.name)


@action(None)
def drop_old_catalogues(actor: Actor, *, now: datetime) -> int:
    """Forget the catalogues whose term is over, and give up those that were not made within a day; their bytes go with the files that nothing refers to. Only the portal itself."""
    _only_portal(actor)
    Catalogue.objects.filter(portal_id=actor.portal_id, state=Catalogue.State.ASKED, at__lt=now - timedelta(days=1)).update(state=Catalogue.State.FAILED)
    count, _per = over(actor, "exchange.catalogues", now=now).delete()
    return count


@action(MERGE)
def drop_catalogues(actor: Actor, deed: Deed) -> None:
    """Throw away the catalogues of a party that becomes part of another."""
    queries.catalogues_of(actor, deed).delete()


def _only_portal(actor: Actor) -> None:
    if actor.kind != "system":
        raise NotFound
