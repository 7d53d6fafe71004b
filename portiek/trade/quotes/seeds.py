"""The cast's quotes: one under negotiation at the contractor, one that was just asked, one of which a dealer ordered a third; and what two of them are still typing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast
from portiek.trade.orders.queries import Details
from portiek.trade.quotes import actions, queries
from portiek.trade.quotes.actions import Offer, Wish


def seed(size: str) -> None:
    """Ask, offer and negotiate as people do; small installations, those of tests, have no quotes."""
    if size != "demo":
        return
    cast, now, today = Cast(), timezone.now(), timezone.localdate()
    sanne, youssef, olga, peter, dirk = cast.sanne, cast.youssef, cast.olga, cast.peter, cast.dirk
    with scope(peter):
        actions.set_terms(peter, days=30, late=False, name="Algemene verkoopvoorwaarden", version="2026-01")
    wishes = [Wish("GP-125-2600", Decimal(1200), Decimal("5.60"), "Op pallets, in twee keer"), Wish("MS-C75-26", Decimal(600), Decimal("3.70")), Wish("Gebogen plint, 40 mm, op maat", Decimal(60), None, "Tekening volgt")]
    with scope(sanne):
        asked = actions.request_quote(sanne, lines=wishes, key="demo-1", reference="Woningen Oosterhof", note="Levering vanaf week 3. Graag een prijs voor het geheel.", wanted_date=today + timedelta(days=45), now=now - timedelta(days=6), today=today)
    with scope(olga):
        actions.take_up(olga, quote=asked, now=now - timedelta(days=6))
        actions.ask_back(olga, quote=asked, text="Is er op de bouw een heftruck, of lossen wij met de kraan?", now=now - timedelta(days=5))
    with scope(sanne):
        actions.answer(sanne, quote=asked, text="Er staat een verreiker, u kunt gewoon lossen.", now=now - timedelta(days=5))
    first = [Offer("GP-125-2600", Decimal(1200), Decimal("5.95"), "", key=1), Offer("GPI-125-2600", Decimal(1200), Decimal("8.40"), "Ook geschikt voor de badkamers", instead_of=1), Offer("MS-C75-26", Decimal(600), Decimal("3.85"), key=2),
             Offer("Gebogen plint, 40 mm, op maat", Decimal(60), None, "Maken wij niet", key=3), Offer("SS-3535", Decimal(24), Decimal("8.90"), optional=True)]  # fmt: skip
    with scope(olga):
        actions.offer_quote(olga, quote=asked, version=1, lines=first, valid_until=today + timedelta(days=24), conditions="Franco geleverd op de bouw, twee leveringen. Betaling binnen 30 dagen.", note="De plint kunt u het best bij een timmerfabriek vragen.", now=now - timedelta(days=3), today=today)
        actions.note_for_staff(olga, quote=asked, text="Onder 5,75 voor de plaat eerst overleggen met Peter.", now=now - timedelta(days=3))
    with scope(sanne):
        counter = [Wish("GP-125-2600", Decimal(1400), Decimal("5.70"), "Iets meer dan gevraagd", key=1), Wish("GPI-125-2600", Decimal(1400), None, key=4), Wish("MS-C75-26", Decimal(600), Decimal("3.75"), key=2), Wish("SS-3535", Decimal(24), None, key=5)]
        actions.counter_quote(sanne, quote=asked, version=2, lines=counter, note="Voor 5,70 gaan wij akkoord.", now=now - timedelta(days=1))
    with scope(olga):
        second = [Offer("GP-125-2600", Decimal(1400), Decimal("5.78"), key=1), Offer("GPI-125-2600", Decimal(1400), Decimal("8.25"), instead_of=1, key=4), Offer("MS-C75-26", Decimal(600), Decimal("3.79"), key=2), Offer("SS-3535", Decimal(24), Decimal("8.90"), optional=True, key=5)]
        actions.offer_quote(olga, quote=asked, version=3, lines=second, valid_until=today + timedelta(days=21), conditions="Franco geleverd op de bouw, twee leveringen. Betaling binnen 30 dagen.", note="Dit is onze scherpste prijs voor deze hoeveelheid.", now=now - timedelta(hours=3), today=today)
    with scope(youssef):
        halls = actions.request_quote(youssef, lines=[Wish("HR-1000", Decimal(80), Decimal("89.00")), Wish("BD-830", Decimal(40), Decimal("44.00"))], key="demo-2", reference="Renovatie school", now=now - timedelta(hours=2), today=today)
    with scope(dirk):
        windows = actions.request_quote(dirk, lines=[Wish("KZ-9016", Decimal(60), Decimal("40.00"))], key="demo-3", reference="Plan De Wieken, blok C", now=now - timedelta(days=12), today=today)
    with scope(peter):
        actions.offer_quote(peter, quote=windows, version=1, lines=[Offer("KZ-9016", Decimal(60), Decimal("40.80"), key=1)], valid_until=today + timedelta(days=30), note="Inclusief afroep in drie delen.", now=now - timedelta(days=9), today=today)
    with scope(dirk):
        there = queries.quote(dirk, windows.number)
        seen = queries.detail(dirk, there).latest.version.content_hash
        actions.accept_quote(dirk, quote=there, seen=seen, keys=None, parts={1: Decimal(20)}, signature=actions.Signature("Dirk de Vries", "Directeur", "2026-01"), details=Details(reference="Plan De Wieken, blok C"), key="demo-quote-3".ljust(48, "0"), now=now - timedelta(days=8), today=today)
    with scope(sanne):
        actions.keep_request(sanne, key="demo-draft", sent={"what-0": "GP-125-2600", "quantity-0": "400", "what-1": "Akoestische panelen, wit", "reference": "Kantoor Veerallee"}, now=now - timedelta(hours=20))
    with scope(olga):
        actions.keep_offer(olga, quote=halls, version=1, sent={"what-0": "HR-1000", "quantity-0": "80", "price-0": "91,50", "what-1": "BD-830", "quantity-1": "40", "conditions": "Levering vanaf week 4."}, now=now - timedelta(minutes=40))
