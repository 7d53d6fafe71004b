"""The rounds of a quote: asked, worked out, offered, negotiated, ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO

from django.db import IntegrityError, transaction
from django.db.models import F

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Conflict, NotFound, Refused
from portiek.core.facts import Fact, record
from portiek.core.refs import ref
from portiek.foundation.files import actions as files
from portiek.foundation.parties.models import Party, Portal
from portiek.trade.catalog.models import Product
from portiek.trade.orders import queries as orders
from portiek.trade.orders.rules import content_hash, may_want, plain, search_text
from portiek.trade.quotes import facts, permissions, queries, rules
from portiek.trade.quotes.actions.drafts import _sent
from portiek.trade.quotes.models import PARTY, STAFF, Counter, Line, Note, Quote, Terms, Version

Status = Quote.Status


@dataclass(frozen=True)
class Wish:
    """A line as a party asks for it: `what` is an article number, EAN or own number, or else in words. `key` 0: a new line."""

    what: str
    quantity: Decimal
    target: Decimal | None = None
    remark: str = ""
    key: int = 0


@dataclass(frozen=True)
class Offer:
    """A line as staff offer it: an article number, None as price where it is not offered."""

    what: str
    quantity: Decimal
    price: Decimal | None
    remark: str = ""
    optional: bool = False
    instead_of: int | None = None
    key: int = 0


@dataclass(frozen=True)
class Upload:
    """A file that goes with a request."""

    name: str
    media_type: str
    content: IO[bytes]


def _locked(actor: Actor, quote: Quote) -> Quote:
    """Return a quote that the actor may see, held. Raises NotFound."""
    found = queries.visible(actor).select_for_update(of=("self",)).filter(pk=quote.pk).first()
    if found is None:
        raise NotFound
    return found


def _on_turn(actor: Actor, quote: Quote, states: Collection[str], version: int | None = None) -> Quote:
    """Return a quote in one of these states, held. Raises Refused when it is in another, Conflict when there is a newer version than was seen."""
    found = _locked(actor, quote)
    if version is not None and version != found.last:
        raise Conflict("quotes.changed")
    if found.status not in states:
        raise Refused("quotes.turn")
    return found


def _told(actor: Actor, found: Quote, happened: Fact, **changes: tuple[object, object]) -> None:
    """Record what happened to a quote, for its party."""
    record(actor, happened, party_id=found.party_id, subject=ref(queries.REF, found.pk), text=found.number, changes=changes or None)


def _next_number(actor: Actor, party: Party) -> str:
    """Give the next quote of a party its number, such as OF-10042-0007; who asks at the same moment waits."""
    Counter.objects.get_or_create(portal_id=actor.portal_id, party=party)
    Counter.objects.filter(portal_id=actor.portal_id, party=party).update(last=F("last") + 1)
    return f"OF-{party.number}-{Counter.objects.get(portal_id=actor.portal_id, party=party).last:04d}"


def _wished(actor: Actor, wishes: Sequence[Wish], before: dict[int, Line]) -> list[Line]:
    """Return lines as a party asks for them. Raises Refused for none, too many, or one without words or quantity."""
    if not wishes:
        raise Refused("quotes.empty", field="what-0")
    if len(wishes) > rules.MOST_LINES:
        raise Refused("quotes.too_many", most=rules.MOST_LINES)
    known = orders.lookup(actor, [wish.what for wish in wishes])
    made, key = [], max(before, default=0)
    for place, wish in enumerate(wishes):
        if not wish.what.strip() or not wish.quantity.is_finite() or wish.quantity <= 0:
            raise Refused("quotes.not_a_line", field=f"quantity-{place}" if wish.what.strip() else f"what-{place}")
        was = before.get(wish.key)
        found = known.get(wish.what, [])
        line = Line(quantity=wish.quantity, target=wish.target, remark=wish.remark.strip()[:300])
        if was is not None and wish.what in (was.sku, was.name):
            line.product_id, line.sku, line.name, line.unit, line.unit_code, line.tax_rate, line.optional, line.instead_of = was.product_id, was.sku, was.name, was.unit, was.unit_code, was.tax_rate, was.optional, was.instead_of
        elif len(found) == 1:
            _of_product(line, found[0])
        else:
            line.name = wish.what.strip()[:300]
        if was is None:
            key += 1
        line.key = was.key if was is not None else key
        made.append(line)
    return made


def _of_product(line: Line, product: Product) -> None:
    line.product_id, line.sku, line.name, line.unit, line.unit_code, line.tax_rate = product.pk, product.sku, product.label, product.unit_label, product.unit_code, product.tax_rate


def _version(actor: Actor, found: Quote, side: str, lines: Sequence[Line], *, now: datetime, note: str = "", conditions: str = "", valid_until: date | None = None) -> Version:
    """Write the newest version of a quote, of which the number is in hand, with its lines."""
    made = Version(portal_id=found.portal_id, party_id=found.party_id, quote=found, number=found.last, side=side, note=note.strip()[:2000], conditions=conditions.strip()[:2000], valid_until=valid_until,
                   user_id=actor.user_id, name=actor.name[:120], at=now)
    if side == STAFF:
        policy = Portal.objects.get(pk=actor.portal_id).policy
        for line in lines:
            line.amount = policy.line(line.quantity, line.price) if line.price is not None else None
        totals = policy.totals((line.amount or Decimal(0), line.tax_rate) for line in rules.taken(lines, None)[0])
        made.net, made.tax, made.gross = totals.net, totals.tax, totals.gross
    made.content_hash = content_hash({
        "lines": [[line.key, line.sku, line.name, plain(line.quantity), plain(line.target), plain(line.price), plain(line.tax_rate), line.remark, line.optional, line.instead_of] for line in lines],
        "quote": found.number, "version": made.number, "note": made.note, "conditions": made.conditions, "valid_until": valid_until.isoformat() if valid_until else ""})  # fmt: skip
    made.save(force_insert=True)
    for line in lines:
        line.portal_id, line.party_id, line.version = found.portal_id, found.party_id, made
    Line.objects.bulk_create(lines)
    # All that was ever asked or offered in it.
    found.search = search_text([found.number, found.reference, found.party.name, *(text for line in lines for text in (line.sku, line.name))], found.search)
    return made


@action(permissions.REQUEST)
def request_quote(actor: Actor, *, lines: Sequence[Wish], key: str, now: datetime, today: date, reference: str = "", note: str = "", wanted_date: date | None = None, file: Upload | None = None) -> Quote:
    """Ask for a quote, or return the one that the same key asked for before. Raises Refused for lines that say nothing or a wanted day that cannot be."""
    mine = Quote.objects.filter(portal_id=actor.portal_id, party_id=actor.party_id or 0, submit_key=key[:64])
    _sent(actor, key[:64])
    if made := mine.first():
        return made
    party = Party.objects.filter(portal_id=actor.portal_id, pk=actor.party_id or 0).first()
    if party is None:
        raise NotFound
    if not may_want(wanted_date, today):
        raise Refused("orders.wanted_date", field="wanted_date")
    wished = _wished(actor, lines, {})
    try:
        with transaction.atomic():
            kept = files.store(actor, name=file.name, media_type=file.media_type, content=file.content, party_id=party.pk, right=permissions.VIEW) if file else None
            found = Quote.objects.create(portal_id=actor.portal_id, party=party, number=_next_number(actor, party), submit_key=key[:64], user_id=actor.user_id, user_name=actor.name[:120], by_name=actor.by_name[:120], unit_id=actor.unit_id,
                                         reference=reference.strip()[:80], wanted_date=wanted_date, file=kept, currency=Portal.objects.get(pk=actor.portal_id).currency, requested_at=now, changed_at=now)
            _version(actor, found, PARTY, wished, now=now, note=note)
            found.save(update_fields=["search"])
    except IntegrityError:
        # Another request with this key was first.
        return mine.get()
    _told(actor, found, facts.QuoteRequested(quote_id=found.pk))
    return found


@action(permissions.MANAGE)
def take_up(actor: Actor, *, quote: Quote, now: datetime) -> Quote:
    """Take up a quote: it is worked on by the actor, also when a colleague had it before."""
    found = _on_turn(actor, quote, (*rules.OURS, *rules.THEIRS))
    before, found.owner_id, found.owner_name, found.changed_at = found.owner_name, actor.user_id, actor.name[:120], now
    found.status = Status.IN_REVIEW if found.status == Status.REQUESTED else found.status
    found.save(update_fields=["owner_id", "owner_name", "status", "changed_at"])
    _told(actor, found, facts.QuoteTaken(quote_id=found.pk, by=actor.user_id), owner=(before or None, found.owner_name))
    return found


@action(permissions.MANAGE)
def offer_quote(actor: Actor, *, quote: Quote, version: int, lines: Sequence[Offer], valid_until: date, now: datetime, today: date, note: str = "", conditions: str = "") -> Quote:
    """Send a new version with prices. `version`: the newest one as it was seen. Raises Refused with a part for each line that cannot be offered, Conflict when there is a newer version."""
    found = _on_turn(actor, quote, (*rules.OURS, *rules.THEIRS, Status.EXPIRED), version)
    if not rules.may_end(valid_until, today):
        raise Refused("quotes.day", field="valid_until")
    if len(lines) > rules.MOST_LINES:
        raise Refused("quotes.too_many", most=rules.MOST_LINES)
    made = _offered(actor, found, lines, today)
    found.last += 1
    round_ = _version(actor, found, STAFF, made, now=now, note=note, conditions=conditions, valid_until=valid_until)
    before, found.net = found.net, round_.net
    found.status, found.valid_until, found.changed_at, found.reason, found.ended_side = Status.OFFERED, valid_until, now, "", ""
    if found.owner_id is None:
        found.owner_id, found.owner_name = actor.user_id, actor.name[:120]
    found.save()
    _sent(actor, found.number)
    _told(actor, found, facts.QuoteOffered(quote_id=found.pk, version=found.last), net=(before, found.net), valid_until=(None, valid_until))
    return found


def _offered(actor: Actor, found: Quote, offers: Sequence[Offer], today: date) -> list[Line]:
    """Return lines as they are offered, with what the party would pay without the quote. Raises Refused with a part for each that cannot be."""
    was = {line.key: line for line in Line.objects.filter(portal_id=actor.portal_id, party_id=found.party_id, version__quote=found, version__number=found.last)}
    products = {product.sku: product for product in Product.objects.filter(portal_id=actor.portal_id, sku__in=[offer.what.strip() for offer in offers])}
    priced = queries.prices_of(actor, found, [(products[offer.what.strip()].pk, offer.quantity) for offer in offers if offer.what.strip() in products], day=today)
    made: list[Line] = []
    wrong: list[Refused] = []
    key = max(was, default=0)
    for place, offer in enumerate(offers):
        product = products.get(offer.what.strip())
        before = was.get(offer.key)
        if before is None:
            key += 1
        line = Line(key=before.key if before else key, quantity=offer.quantity, target=before.target if before else None, remark=offer.remark.strip()[:300], price=offer.price, optional=offer.optional, instead_of=offer.instead_of,
                    name=before.name if before else offer.what.strip()[:300])
        if product is not None:
            usual = priced.get((product.pk, offer.quantity))
            _of_product(line, product)
            line.list_price, line.usual = product.list_price, usual.net if usual else None
        elif offer.price is not None:
            wrong.append(Refused("quotes.no_article", field=f"what-{place}", what=offer.what.strip()[:64]))
        made.append(line)
    there = {line.key: line for line in made}
    for place, line in enumerate(made):
        if line.instead_of is not None and (line.instead_of == line.key or (of := there.get(line.instead_of)) is None or of.instead_of is not None or of.price is None):
            wrong.append(Refused("quotes.instead", field=f"instead-{place}"))
    if wrong:
        raise Refused("quotes.no_price", parts=wrong)
    if not rules.taken(made, None)[0]:
        raise Refused("quotes.no_price", field="price-0")
    return made


@action(permissions.MANAGE)
def note_for_staff(actor: Actor, *, quote: Quote, text: str, now: datetime) -> Note:
    """Note something that no party ever reads."""
    found = _locked(actor, quote)
    if not text.strip():
        raise Refused("quotes.reason", field="text")
    made = Note.objects.create(portal_id=found.portal_id, quote=found, text=text.strip()[:2000], user_id=actor.user_id, name=actor.name[:120], at=now)
    # Without the party and without the words: the log that a party reads knows nothing of it.
    record(actor, facts.NoteAdded(quote_id=found.pk), subject=ref(queries.REF, found.pk), text=found.number)
    return made


@action(permissions.REQUEST)
def counter_quote(actor: Actor, *, quote: Quote, version: int, lines: Sequence[Wish], now: datetime, note: str = "") -> Quote:
    """Propose something else than was offered, as a version of the party's own. Raises Refused when nothing differs, Conflict when there is a newer version."""
    found = _on_turn(actor, quote, (*rules.HELD, Status.EXPIRED), version)
    before = {line.key: line for line in Line.objects.filter(portal_id=actor.portal_id, party_id=found.party_id, version__quote=found, version__number=found.last)}
    wished = _wished(actor, lines, before)
    if not note.strip() and len(wished) == len(before) and not any(line.target is not None or line.quantity != was.quantity or line.remark != was.remark or line.name != was.name for line in wished if (was := before.get(line.key))):
        raise Refused("quotes.nothing_new")
    found.last += 1
    _version(actor, found, PARTY, wished, now=now, note=note)
    found.status, found.changed_at = Status.IN_REVIEW, now
    found.save(update_fields=["status", "last", "search", "changed_at"])
    _sent(actor, found.number)
    _told(actor, found, facts.QuoteCountered(quote_id=found.pk, version=found.last))
    return found


def _ended(actor: Actor, found: Quote, status: str, side: str, reason: str, happened: Fact, now: datetime) -> Quote:
    found.status, found.ended_side, found.reason, found.changed_at = status, side, reason.strip()[:300], now
    found.save(update_fields=["status", "ended_side", "reason", "changed_at"])
    _told(actor, found, happened)
    return found


@action(permissions.ACCEPT)
def decline_quote(actor: Actor, *, quote: Quote, version: int, reason: str, now: datetime) -> Quote:
    """Decline what was offered, with the reason that the seller reads. Raises Conflict when there is a newer version."""
    found = _on_turn(actor, quote, (*rules.HELD, Status.EXPIRED), version)
    if not reason.strip():
        raise Refused("quotes.reason", field="reason")
    return _ended(actor, found, Status.DECLINED, PARTY, reason, facts.QuoteDeclined(quote_id=found.pk), now)


@action(permissions.MANAGE)
def refuse_quote(actor: Actor, *, quote: Quote, reason: str, now: datetime) -> Quote:
    """Offer nothing, or no more, with the reason that the party reads."""
    found = _on_turn(actor, quote, (*rules.OURS, *rules.THEIRS))
    if not reason.strip():
        raise Refused("quotes.reason", field="reason")
    return _ended(actor, found, Status.DECLINED, STAFF, reason, facts.QuoteDeclined(quote_id=found.pk), now)


@action(permissions.REQUEST)
def withdraw_quote(actor: Actor, *, quote: Quote, now: datetime) -> Quote:
    """Take back one's own request as long as nothing was ordered."""
    found = _on_turn(actor, quote, (*rules.OURS, *rules.THEIRS, Status.EXPIRED))
    if found.user_id != actor.user_id:
        raise Refused("quotes.asker")
    return _ended(actor, found, Status.WITHDRAWN, PARTY, "", facts.QuoteWithdrawn(quote_id=found.pk), now)


@action(None)
def expire_quotes(actor: Actor, *, now: datetime, today: date) -> int:
    """End the offers whose last day has passed; return how many. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    late = list(queries.due(actor, before=today).select_for_update().order_by("pk")[:500])
    for found in late:
        found.status, found.changed_at = Status.EXPIRED, now
        found.save(update_fields=["status", "changed_at"])
        _told(actor, found, facts.QuoteExpired(quote_id=found.pk))
    return len(late)


@action(permissions.MANAGE)
def set_terms(actor: Actor, *, days: int, late: bool, name: str = "", version: str = "", link: str = "") -> None:
    """Choose for how long offers hold when nobody says otherwise, whether one that expired can still be accepted, and with which general conditions who accepts agrees.

    Raises Refused for conditions without a name or a version, or with an address that is none.
    """
    name, version, link = name.strip()[:120], version.strip()[:40], link.strip()[:300]
    if bool(name) != bool(version) or (link and not name):
        raise Refused("quotes.terms_named", field="version" if name else "name")
    if link and not rules.is_link(link):
        raise Refused("quotes.terms_link", field="link")
    before = queries.terms(actor)
    now = Terms.objects.update_or_create(portal_id=actor.portal_id, defaults={"days": max(1, min(days, rules.MOST_DAYS)), "late": late, "name": name, "version": version, "link": link})[0]
    if (before.days, before.late) != (now.days, now.late) or before.pk is None:
        record(actor, facts.TermsChanged(days=days, late=late), text=str(days), changes={"days": (before.days, days), "late": (before.late, late)})
    if (before.called, before.link) != (now.called, now.link):
        record(actor, facts.ConditionsNamed(), text=now.called or "–", changes={"conditions": (before.called or None, now.called or None), "link": (before.link or None, link or None)})
