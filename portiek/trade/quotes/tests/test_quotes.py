"""A quote from the request to the order: whose turn it is, what is bound to what was seen, who cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from portiek.config.testing import copy_database, run_jobs
from portiek.core.db import scope
from portiek.core.errors import Conflict, Forbidden, NotFound, Refused
from portiek.core.models import FactRow
from portiek.foundation.accounts.models import Role
from portiek.foundation.notifications.models import Notification
from portiek.foundation.tasks.models import Task
from portiek.trade.approvals import actions as approvals
from portiek.trade.approvals import rules as approval_rules
from portiek.trade.catalog.models import Product
from portiek.trade.orders import actions as ordering
from portiek.trade.orders.models import Order, OrderLine
from portiek.trade.orders.queries import Details
from portiek.trade.quotes import actions, queries
from portiek.trade.quotes.actions import Offer, Wish
from portiek.trade.quotes.models import Line, Message, Note, Quote, Terms, Version

NOW = timezone.now
WISHES = [Wish("GP-125-2600", Decimal(600), Decimal("5.50"), "op pallets"), Wish("Gebogen plint op maat", Decimal(40))]


def _asked(actor, key="k1", lines=WISHES) -> Quote:
    with scope(actor):
        return actions.request_quote(actor, lines=lines, key=key, reference="Parkweg 12", note="Graag voor vrijdag.", now=NOW(), today=timezone.localdate())


def _offered(cast, quote, *, price="5.75", days=14, staff=None, lines=None) -> Quote:
    staff = staff or cast.peter
    with scope(staff):
        quote = Quote.objects.get(pk=quote.pk)
        lines = lines or [Offer("GP-125-2600", Decimal(600), Decimal(price), key=1), Offer("Gebogen plint op maat", Decimal(40), None, "leveren wij niet", key=2), Offer("MS-C75-26", Decimal(96), Decimal("3.90"), optional=True)]
        return actions.offer_quote(staff, quote=quote, version=quote.last, lines=lines, valid_until=timezone.localdate() + timedelta(days=days), now=NOW(), today=timezone.localdate(), conditions="Franco geleverd", note="Zie regel 1")


def _accept(actor, quote, *, key="a" * 64, keys=None, seen=None) -> Order:
    with scope(actor):
        quote = queries.quote(actor, quote.number)
        seen = seen or queries.detail(actor, quote).offer.version.content_hash
        return actions.accept_quote(actor, quote=quote, seen=seen, keys=keys, details=Details(reference="Parkweg 12"), key=key, now=NOW(), today=timezone.localdate())


def _fresh(actor, quote) -> Quote:
    with scope(actor):
        return queries.quote(actor, quote.number)


def test_a_request_names_products_and_words(cast):
    """An article is the product, the rest stays in words; the same key asks once; numbers count per party."""
    made = _asked(cast.sanne)
    assert made.number == "OF-10042-0001" and made.status == "requested" and _asked(cast.sanne).pk == made.pk
    assert _asked(cast.sanne, "k2").number == "OF-10042-0002" and _asked(cast.dirk, "k1").number == "OF-10077-0001"
    with scope(cast.sanne):
        lines = queries.detail(cast.sanne, made).latest.lines
        assert [(line.sku, line.name, line.price) for line in lines] == [("GP-125-2600", lines[0].name, None), ("", "Gebogen plint op maat", None)]


def test_what_is_not_in_the_assortment_stays_words(cast):
    """An article number of a product that the party does not see is no product: nothing of it is told."""
    made = _asked(cast.sanne, lines=[Wish("BT-KB-15", Decimal(1))])
    with scope(cast.sanne):
        line = queries.detail(cast.sanne, made).latest.lines[0]
    assert (line.name, line.product_id) == ("BT-KB-15", None)


@pytest.mark.parametrize(("lines", "code"), [([], "quotes.empty"), ([Wish("", Decimal(1))], "quotes.not_a_line"), ([Wish("x", Decimal(0))], "quotes.not_a_line"), ([Wish("x", Decimal(1))] * 201, "quotes.too_many")])
def test_a_request_says_something(cast, lines, code):
    """No lines, no words, no quantity, too much."""
    with pytest.raises(Refused) as refused:
        _asked(cast.sanne, lines=lines)
    assert refused.value.code == code


def test_an_offer_is_a_version_that_never_changes(cast):
    """A second offer stands beside the first, with what differs; usual prices stand beside what is offered."""
    quote = _offered(cast, _asked(cast.sanne))
    assert (quote.status, quote.last, quote.net, quote.owner_name) == ("offered", 2, Decimal("3450.00"), "Peter van Dijk")
    _offered(cast, quote, price="5.60")
    with scope(cast.sanne):
        found = queries.detail(cast.sanne, queries.quote(cast.sanne, quote.number))
    assert [item.version.side for item in found.rounds] == ["party", "staff", "staff"]
    assert [(item.key, dict(item.before)) for item in found.rounds[2].differences if item.key == 1] == [(1, {"price": Decimal("5.7500")})]
    assert found.rounds[1].lines[0].usual == Decimal("6.4800") and found.rounds[1].lines[0].target == Decimal("5.5000")
    with scope(cast.peter), pytest.raises(DatabaseError), transaction.atomic():
        Line.objects.filter(version=found.rounds[1].version).update(price=1)


def test_an_offer_names_articles_and_a_day(cast):
    """A price needs an article of ours; an alternative needs a line; the day is not past; an old version is a conflict."""
    quote, today = _asked(cast.sanne), timezone.localdate()
    for lines, day, code in (
        ([Offer("Onzin", Decimal(1), Decimal(1), key=1)], today, "quotes.no_article"), ([Offer("GP-125-2600", Decimal(1), None, key=1)], today, "quotes.no_price"),
        ([Offer("GP-125-2600", Decimal(1), Decimal(1), instead_of=9, key=1)], today, "quotes.instead"), ([Offer("GP-125-2600", Decimal(1), Decimal(1), key=1)], today - timedelta(days=1), "quotes.day"),
    ):  # fmt: skip
        with scope(cast.peter), pytest.raises(Refused) as refused:
            actions.offer_quote(cast.peter, quote=quote, version=1, lines=lines, valid_until=day, now=NOW(), today=today)
        assert code in (refused.value.code, *(item.code for item in refused.value.parts))
    with scope(cast.peter), pytest.raises(Conflict):
        actions.offer_quote(cast.peter, quote=quote, version=7, lines=[], valid_until=today, now=NOW(), today=today)


def test_accepting_orders_at_the_prices_of_the_version(cast):
    """Whatever the lists say: the line explains itself by the quote, and what was not chosen is not ordered."""
    quote = _offered(cast, _asked(cast.sanne))
    with scope(cast.system):
        Product.objects.filter(sku="GP-125-2600").update(list_price=99)
    order = _accept(cast.sanne, quote)
    with scope(cast.sanne):
        lines = list(OrderLine.objects.filter(order=order).order_by("position"))
        assert [(line.sku, line.quantity, line.price, line.amount) for line in lines] == [("GP-125-2600", Decimal(600), Decimal("5.75"), Decimal("3450.00"))]
        assert lines[0].explanation[-1]["rule"] == f"{quote.number} v2" and order.agreed == f"{quote.number} v2" and order.net == Decimal("3450.00")
    assert (order.status, _fresh(cast.sanne, quote).status) == ("submitted", "ordered")


def test_accepting_happens_once(cast):
    """The same key gives the same order; another one finds that it was ordered."""
    quote = _offered(cast, _asked(cast.sanne))
    order = _accept(cast.sanne, quote)
    assert _accept(cast.sanne, quote).pk == order.pk
    with pytest.raises(Refused) as refused:
        _accept(cast.sanne, quote, key="b" * 64)
    assert refused.value.code == "quotes.taken"
    with scope(cast.sanne):
        assert Order.objects.filter(agreed__startswith=quote.number).count() == 1


def test_only_the_version_that_was_seen_can_be_accepted(cast):
    """A new offer in between is a conflict, and nothing is ordered; so is a counter of a colleague."""
    quote = _offered(cast, _asked(cast.sanne))
    with scope(cast.sanne):
        seen = queries.detail(cast.sanne, queries.quote(cast.sanne, quote.number)).offer.version.content_hash
    _offered(cast, quote, price="6.10")
    with pytest.raises(Conflict):
        _accept(cast.sanne, quote, seen=seen)
    with scope(cast.sanne), pytest.raises(Conflict):
        actions.decline_quote(cast.sanne, quote=quote, version=2, reason="Te duur", now=NOW())
    with scope(cast.sanne):
        actions.counter_quote(cast.sanne, quote=quote, version=3, lines=[Wish("GP-125-2600", Decimal(800), Decimal("5.60"), key=1)], now=NOW())
    with pytest.raises(Refused) as refused:
        _accept(cast.sanne, quote)
    assert refused.value.code == "quotes.turn" and _fresh(cast.sanne, quote).status == "in_review"


def test_chosen_lines_are_ordered(cast):
    """Optional lines when chosen, one of the alternatives."""
    lines = [Offer("GP-125-2600", Decimal(600), Decimal(6), key=1), Offer("GPI-125-2600", Decimal(600), Decimal(9), instead_of=1), Offer("MS-C75-26", Decimal(96), Decimal(4), optional=True)]
    quote = _offered(cast, _asked(cast.sanne), lines=lines)
    with pytest.raises(Refused) as refused:
        _accept(cast.sanne, quote, keys={1, 3})
    assert refused.value.code == "quotes.one_of"
    order = _accept(cast.sanne, quote, keys={3, 4})
    with scope(cast.sanne):
        assert list(OrderLine.objects.filter(order=order).order_by("position").values_list("sku", flat=True)) == ["GPI-125-2600", "MS-C75-26"]


def test_above_a_limit_a_colleague_approves_first(cast):
    """The quote is accepted, not ordered; refused by the colleague it can be accepted again, approved it is ordered."""
    quote = _offered(cast, _asked(cast.youssef))
    order = _accept(cast.youssef, quote)
    assert (order.status, _fresh(cast.sanne, quote).status) == ("pending_approval", "accepted")
    with scope(cast.sanne):
        ordering.reject_order(cast.sanne, order=order, seen=order.content_hash, reason="Eerst overleggen", now=NOW(), step=1)
    run_jobs()
    assert _fresh(cast.sanne, quote).status == "offered"
    again = _accept(cast.youssef, quote, key="c" * 64)
    with scope(cast.sanne):
        ordering.approve_order(cast.sanne, order=again, seen=again.content_hash, now=NOW(), step=1)
    run_jobs()
    found = _fresh(cast.sanne, quote)
    assert (found.status, found.order_id) == ("ordered", again.pk)


def test_an_approver_lowers_at_the_price_of_the_quote(cast):
    """Less of a line keeps the price that was agreed, whatever a tier would be."""
    order = _accept(cast.youssef, _offered(cast, _asked(cast.youssef)))
    with scope(cast.sanne):
        lowered = ordering.lower_order(cast.sanne, order=order, seen=order.content_hash, step=1, lines={1: ordering.Lower(Decimal(12), "Minder nodig")}, now=NOW())
        assert (lowered.net, OrderLine.objects.get(order=order).price) == (Decimal("69.00"), Decimal("5.75"))


def test_a_rule_can_be_about_quotes(cast):
    """A party lets a colleague look at what is ordered from a quote, at any amount."""
    with scope(cast.sanne):
        approvals.make_rule(cast.sanne, when=approval_rules.When(agreed=True), stages=[approval_rules.Stage()])
    order = _accept(cast.sanne, _offered(cast, _asked(cast.sanne)))
    assert order.status == "pending_approval"


def test_an_expired_quote(cast):
    """Ends by the clock on the day after its last, cannot be accepted, unless the portal lets one; a new price can be asked."""
    quote = _offered(cast, _asked(cast.sanne), days=0)
    tomorrow = timezone.localdate() + timedelta(days=1)
    with scope(cast.system):
        assert actions.expire_quotes(cast.system, now=NOW(), today=timezone.localdate()) == 0 and actions.expire_quotes(cast.system, now=NOW(), today=tomorrow) == 1
    assert _fresh(cast.sanne, quote).status == "expired"
    with pytest.raises(Refused) as refused:
        _accept(cast.sanne, quote)
    assert refused.value.code == "quotes.over"
    with scope(cast.olga):
        actions.set_terms(cast.olga, days=10, late=True)
    assert _accept(cast.sanne, quote).status == "submitted"
    with scope(cast.sanne), pytest.raises(NotFound):
        actions.expire_quotes(cast.sanne, now=NOW(), today=tomorrow)


def test_a_question_turns_it_round(cast):
    """Asked by staff it is the party's turn, answered it is ours again; each is told."""
    quote = _asked(cast.sanne)
    run_jobs()
    with scope(cast.peter):
        assert Task.objects.open().filter(kind="quotes.quote_offer").count() == 1
        actions.ask_back(cast.peter, quote=quote, text="Welke kleur?", now=NOW())
    run_jobs()
    with scope(cast.sanne):
        assert Task.objects.open().filter(kind="quotes.quote_answer").count() == 1
        actions.answer(cast.sanne, quote=quote, text="Wit", now=NOW())
    run_jobs()
    with scope(cast.peter):
        assert list(Message.objects.filter(quote=quote).order_by("pk").values_list("side", "text")) == [("staff", "Welke kleur?"), ("party", "Wit")]
        assert Task.objects.open().get(kind="quotes.quote_offer").user_id == cast.peter.user_id
    _offered(cast, quote)
    run_jobs()
    with scope(cast.system):
        assert not Task.objects.open().filter(kind="quotes.quote_offer").exists()
        assert Task.objects.open().get(kind="quotes.quote_decide").user_id == cast.sanne.user_id


def test_it_ends_with_a_reason(cast):
    """Declined by one side or withdrawn: the other hears why, and nothing goes on."""
    first, second, third = (_asked(cast.sanne, key) for key in ("x", "y", "z"))
    _offered(cast, first)
    with scope(cast.sanne):
        with pytest.raises(Refused):
            actions.decline_quote(cast.sanne, quote=first, version=2, reason=" ", now=NOW())
        actions.decline_quote(cast.sanne, quote=first, version=2, reason="Te duur", now=NOW())
        actions.withdraw_quote(cast.sanne, quote=third, now=NOW())
    with scope(cast.peter):
        actions.refuse_quote(cast.peter, quote=second, reason="Leveren wij niet", now=NOW())
    run_jobs()
    with scope(cast.system):
        assert set(Notification.objects.filter(kind__startswith="quotes.").values_list("kind", "user_id")) >= {("quotes.quote_ended", cast.peter.user_id), ("quotes.quote_refused", cast.sanne.user_id)}
    for quote in (first, second, third):
        with pytest.raises(Refused) as refused:
            _offered(cast, quote)
        assert refused.value.code == "quotes.turn"
    of_sanne = _asked(cast.sanne, "w")
    with scope(cast.youssef), pytest.raises(Refused):
        actions.withdraw_quote(cast.youssef, quote=of_sanne, now=NOW())


# What must not be


def test_another_party_sees_nothing(cast):
    """Neither the quote nor its versions, lines, messages, through no query and no table."""
    quote = _offered(cast, _asked(cast.sanne))
    for actor in (cast.dirk, cast.els, cast.otto):
        with scope(actor):
            with pytest.raises(NotFound):
                queries.quote(actor, quote.number)
            for model in (Quote, Version, Line, Message):
                assert not model.objects.exists()
    with scope(cast.dirk), pytest.raises(NotFound):
        actions.accept_quote(cast.dirk, quote=quote, seen="", keys=None, details=Details(), key="d" * 64, now=NOW(), today=timezone.localdate())
    with scope(cast.dirk), pytest.raises(NotFound):
        actions.counter_quote(cast.dirk, quote=quote, version=2, lines=WISHES, now=NOW())


def test_a_party_writes_no_price_and_no_last_day(cast):
    """The database itself refuses: an offer, a price, another day, another amount."""
    quote = _offered(cast, _asked(cast.sanne))
    with scope(cast.sanne):
        version = Version.objects.get(quote=quote, number=2)
        own = {"portal_id": quote.portal_id, "party_id": quote.party_id}
        attacks = [
            lambda: Version.objects.create(**own, quote=quote, number=9, side="staff", content_hash="", user_id=1, name="x", at=NOW()),
            lambda: Line.objects.create(**own, version=version, key=9, name="x", quantity=1, price=1),
            lambda: Quote.objects.filter(pk=quote.pk).update(valid_until=timezone.localdate() + timedelta(days=99)),
            lambda: Quote.objects.filter(pk=quote.pk).update(net=1),
            lambda: Quote.objects.filter(pk=quote.pk).update(status="offered"),
            lambda: Line.objects.filter(version=version).update(price=1),
            lambda: Message.objects.create(**own, quote=quote, side="staff", text="x", user_id=1, name="x", at=NOW()),
            lambda: Terms.objects.create(portal_id=quote.portal_id, days=1),
        ]
        for attack in attacks:
            with pytest.raises(DatabaseError), transaction.atomic():
                attack()


def test_what_staff_note_reaches_no_party(cast, client_of):
    """Not by the table, the page, the log or the history; the fact of it has no party."""
    quote = _asked(cast.sanne)
    with scope(cast.peter):
        actions.note_for_staff(cast.peter, quote=quote, text="Marge is dun", now=NOW())
        assert FactRow.objects.get(name="quotes.note.added").party_id is None
        assert "Marge is dun" in client_of("peter").get(f"/quotes/{quote.number}/").content.decode()
    with scope(cast.sanne):
        with pytest.raises(DatabaseError), transaction.atomic():
            Note.objects.exists()
        assert not FactRow.objects.filter(name="quotes.note.added").exists()
        found = queries.detail(cast.sanne, queries.quote(cast.sanne, quote.number))
        assert found.notes == [] and all("note" not in item.name for item in queries.history(cast.sanne, quote))
    for path in (f"/quotes/{quote.number}/", "/quotes/", "/", f"/api/v1/quotes/{quote.number}"):
        assert "Marge is dun" not in client_of("sanne").get(path).content.decode()


def test_rights(cast):
    """Who may not accept, request or make quotes cannot."""
    quote = _offered(cast, _asked(cast.sanne))
    karin = cast.acting("karin", "bakker")
    for call in (
        lambda: actions.accept_quote(karin, quote=quote, seen="", keys=None, details=Details(), key="e" * 64, now=NOW(), today=timezone.localdate()),
        lambda: actions.request_quote(karin, lines=WISHES, key="f", now=NOW(), today=timezone.localdate()), lambda: actions.take_up(karin, quote=quote, now=NOW()), lambda: actions.set_terms(karin, days=1, late=True),
    ):  # fmt: skip
        with scope(karin), pytest.raises(Forbidden):
            call()
    with scope(cast.fatima), pytest.raises(Forbidden):
        actions.offer_quote(cast.fatima, quote=quote, version=2, lines=[], valid_until=timezone.localdate(), now=NOW(), today=timezone.localdate())


def test_what_was_ordered_is_not_declined(cast):
    """A colleague who comes second finds that it is over."""
    quote = _offered(cast, _asked(cast.sanne))
    _accept(cast.sanne, quote)
    with scope(cast.youssef), pytest.raises(Refused):
        actions.decline_quote(cast.youssef, quote=quote, version=2, reason="Te laat", now=NOW())
    assert _fresh(cast.sanne, quote).status == "ordered"


def test_who_may_accept_but_not_order_can_take_it_back(cast, client_of):
    """The right to accept is enough to order what a quote offers, to be asked approval for it, and to take that back; nothing else can be ordered with it."""
    quote = _offered(cast, _asked(cast.sanne))
    with scope(cast.sanne):
        approvals.make_rule(cast.sanne, when=approval_rules.When(agreed=True), stages=[approval_rules.Stage(approval_rules.PEOPLE, (cast.sanne.user_id,))])
    with scope(cast.system):
        Role.objects.filter(code="buyer", owner=None).update(rights=["quote.view.company", "quote.accept", "order.view.own"])
    youssef = cast.youssef
    order = _accept(youssef, quote)
    assert order.status == "pending_approval"
    assert client_of("youssef").post(f"/orders/{order.number}/withdraw/").status_code == 302
    run_jobs()
    assert _fresh(cast.sanne, quote).status == "offered"
    with scope(cast.system):
        assert Order.objects.get(pk=order.pk).status == "cancelled"
    with scope(youssef), pytest.raises(Forbidden):
        ordering.place_order(youssef, lines=[], details=Details(), key="1" * 32, said="0" * 32, now=NOW())
    again = _accept(youssef, quote, key="b" * 64)
    for who, status in (("dirk", 404), ("otto", 404)):
        assert client_of(who).post(f"/orders/{again.number}/withdraw/").status_code in (status, 403)
    with scope(cast.sanne), pytest.raises(Refused, match=r"orders\.not_yours"):
        ordering.withdraw_order(cast.sanne, order=again, now=NOW())


def test_who_accepts_without_sight_of_orders_lands_on_the_quote(cast, client_of):
    quote = _offered(cast, _asked(cast.sanne))
    with scope(cast.system):
        Role.objects.filter(code="buyer", owner=None).update(rights=["quote.view.company", "quote.accept"])
    youssef = client_of("youssef")
    page = youssef.get(f"/quotes/{quote.number}/accept/").content.decode()
    seen, key = (page.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("seen", "key"))
    answer = youssef.post(f"/quotes/{quote.number}/accept/", {"seen": seen, "key": key, "sign-name": "Youssef", "sign-capacity": "Inkoper", "next": "order", "reference": "", "address": "", "wanted_date": "", "note": ""})
    assert (answer.status_code, answer["Location"]) == (302, f"/quotes/{quote.number}/")


TOGETHER = """
from concurrent.futures import ThreadPoolExecutor
from portiek.config.cli import setup
setup()
from django.db import connection
from portiek.core.db import scope
from portiek.core.errors import Refused
from portiek.foundation.accounts.cast import Cast
from portiek.trade.orders.models import Order
from portiek.trade.quotes.tests.test_quotes import _accept, _asked, _fresh, _offered
cast = Cast()
quote = _offered(cast, _asked(cast.sanne))
def accept(number):
    try:
        return _accept((cast.sanne, cast.youssef)[number % 2], quote, key=f"{number:064d}").number
    except Refused as refused:
        return refused.code
    finally:
        connection.close()
with ThreadPoolExecutor(8) as pool:
    answers = list(pool.map(accept, range(8)))
with scope(cast.sanne):
    print(len(answers) - answers.count("quotes.taken") - answers.count("quotes.turn"), Order.objects.filter(agreed__startswith=quote.number).count(), flush=True)
"""


@pytest.mark.no_database
def test_eight_acceptances_at_one_moment_make_one_order():
    """Each with a key of its own, by two colleagues."""
    url = copy_database("portiek_accepted_once")
    done = subprocess.run([sys.executable, "-c", TOGETHER], env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, timeout=180)
    assert done.stdout.split() == ["1", "1"], done.stdout + done.stderr[-3000:]
