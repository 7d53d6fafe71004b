"""The pages of quotes, for both sides; and that nobody else has them."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from portiek.core.db import scope
from portiek.trade.orders.models import Order
from portiek.trade.quotes import actions, queries
from portiek.trade.quotes.actions import Wish
from portiek.trade.quotes.models import Note, Quote, Terms
from portiek.trade.quotes.tests.test_quotes import _asked, _fresh, _offered

PATHS = ["", "pdf/", "counter/", "accept/"]
DEEDS = ["decline/", "withdraw/", "answer/", "counter/", "accept/"]
STAFF = ["take/", "offer/", "ask/", "note/", "refuse/"]


def _hidden(html: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', html).group(1)


def test_from_the_cart_to_the_order(cast, client_of):
    """Asked from the cart, offered with another price, countered, offered again, accepted: an order at that price."""
    sanne, peter = client_of("sanne"), client_of("peter")
    sanne.post("/orders/cart/add/", {"product": "GP-125-2600", "quantity": "60"})
    html = sanne.get("/quotes/new/?from=cart").content.decode()
    assert 'value="GP-125-2600"' in html
    asked = {"rows": "4", "key": "k9", "what-0": "GP-125-2600", "quantity-0": "600", "target-0": "5,50", "what-2": "Plint op maat", "quantity-2": "4", "reference": "Kade 8", "next": "send"}
    answer = sanne.post("/quotes/new/", {**asked, "file": SimpleUploadedFile("tekening.pdf", b"%PDF-1.7 ", "application/pdf")})
    assert answer.status_code == 302
    path = answer.url
    assert sanne.post("/quotes/new/", asked).url == path
    assert "tekening.pdf" in sanne.get(path).content.decode()
    assert "onze beurt" in sanne.get(path).content.decode() or "wij zijn aan zet" in sanne.get(path).content.decode()
    assert peter.post(f"{path}take/").status_code == 302
    html = peter.get(f"{path}offer/").content.decode()
    assert "5,50" in html and "6,48" in html
    until = (timezone.localdate() + timedelta(days=20)).isoformat()
    offer = {"rows": "4", "version": _hidden(html, "version"), "what-0": "GP-125-2600", "quantity-0": "600", "price-0": "5,90", "what-1": "Plint op maat", "quantity-1": "4", "what-2": "MS-C75-26", "quantity-2": "96", "price-2": "3,90", "optional-2": "on",
             "valid_until": until, "conditions": "Franco", "next": "send"}
    assert peter.post(f"{path}offer/", offer).status_code == 302
    assert "€ 5,90" in sanne.get(path).content.decode().replace("\xa0", " ")
    html = sanne.get(f"{path}counter/").content.decode()
    counter = {"rows": "3", "version": _hidden(html, "version"), "what-0": "GP-125-2600", "quantity-0": "800", "target-0": "5,60", "what-2": "MS-C75-26", "quantity-2": "96", "next": "send"}
    assert sanne.post(f"{path}counter/", counter).status_code == 302
    assert sanne.post(f"{path}counter/", counter).status_code == 302, "not one's turn any more: back to the page"
    html = peter.get(f"{path}offer/").content.decode()
    assert peter.post(f"{path}offer/", {**offer, "version": _hidden(html, "version"), "quantity-0": "800", "price-0": "5,65", "what-1": "MS-C75-26", "quantity-1": "96", "price-1": "3,90", "optional-1": "on", "what-2": "", "quantity-2": "", "price-2": ""}).status_code == 302
    page = sanne.get(path).content.decode().replace("\xa0", " ")
    assert "€ 5,65" in page and "versie 3" in page
    assert "€ 5,90" in sanne.get(f"{path}?version=2").content.decode().replace("\xa0", " ")
    html = sanne.get(f"{path}accept/").content.decode()
    accepted = {"seen": _hidden(html, "seen"), "key": _hidden(html, "key"), "reference": "Kade 8", "line": re.search(r'name="line" value="(\d+)"', html).group(1), "sign-name": "Sanne Bakker", "sign-capacity": "Directeur", "next": "look"}
    assert "€ 5.922,22" in sanne.post(f"{path}accept/", accepted).content.decode().replace("\xa0", " ")
    answer = sanne.post(f"{path}accept/", {**accepted, "next": "order"})
    assert answer.status_code == 302 and answer.url.startswith("/orders/")
    assert "versie" in sanne.get(answer.url).content.decode() or "v4" in sanne.get(answer.url).content.decode()
    with scope(cast.sanne):
        order = Order.objects.exclude(agreed="").get()
    assert (order.net, order.line_count) == (order.net.__class__("4894.40"), 2)


def test_more_lines_lose_nothing(client_of):
    """The button adds rows and checks nothing; a row that is half filled in says so at its field."""
    sanne = client_of("sanne")
    html = sanne.post("/quotes/new/", {"rows": "2", "key": "k", "what-0": "GP-125-2600", "quantity-0": "veel", "next": "more"}).content.decode()
    assert 'name="what-6"' in html and 'value="veel"' in html and "summary-errors" not in html
    answer = sanne.post("/quotes/new/", {"rows": "3", "key": "k", "what-2": "GP-125-2600", "next": "send"})
    assert answer.status_code == 422 and 'href="#id_quantity-2"' in answer.content.decode()
    assert sanne.post("/quotes/new/", {"rows": "3", "key": "k", "next": "send"}).status_code == 422
    assert sanne.post("/quotes/new/", {"rows": "9999999", "key": "k", "next": "send"}).status_code == 422


def test_lists_say_whose_turn_it_is(cast, client_of):
    """Both sides have their own words; states, search and mine narrow it, the other party's list is empty."""
    first, second = _asked(cast.sanne), _asked(cast.youssef, "k3")
    _offered(cast, first)
    html = client_of("sanne").get("/quotes/").content.decode()
    assert first.number in html and second.number in html and "u bent aan zet" in html and "wij zijn aan zet" in html
    assert "de klant is aan zet" in client_of("peter").get("/quotes/").content.decode()
    for key, query, there, gone in (("sanne", "state=theirs", first, second), ("sanne", "state=ours", second, first), ("sanne", "mine=1", first, second), ("peter", "mine=1", first, second), ("peter", "state=ours", second, first), ("sanne", f"q={second.number}", second, first)):
        html = client_of(key).get(f"/quotes/?{query}").content.decode()
        assert there.number in html and gone.number not in html, query
    assert first.number not in client_of("dirk").get("/quotes/").content.decode()
    assert client_of("peter").get("/quotes/?party=10077").content.decode().count("OF-10042") == 0
    assert first.number in client_of("peter").get("/parties/10042/quotes/").content.decode()


def test_a_quote_is_found_by_what_is_in_it(cast, client_of):
    """By the beginning of its number, its reference, an article that was asked or only offered, words of a line; by staff also by its customer. Nobody finds another company's."""
    first, second = _offered(cast, _asked(cast.sanne)), _asked(cast.sanne, "k2", lines=[Wish("Dakraam van glas", Decimal(2))])
    _asked(cast.dirk, "k3", lines=[Wish("KZ-9016", Decimal(2))])
    for key, words, there in (
        ("sanne", first.number.lower(), {first}), ("sanne", "of-10042", {first, second}), ("sanne", "parkweg 12", {first, second}), ("sanne", "GP-125", {first}), ("sanne", "ms c75", {first}), ("sanne", "dakr", {second}), ("sanne", "dakraam parkweg", {second}),
        ("sanne", "dakraam gp-125", set()), ("peter", "bakker glas", {second}), ("dirk", "parkweg dakraam", set()), ("dirk", "OF-10042", set()), ("sanne", "' ORX 9=9 --", set()), ("sanne", "  ", {first, second}),
    ):  # fmt: skip
        html = client_of(key).get("/quotes/", {"q": words}).content.decode()
        assert {quote for quote in (first, second) if f">{quote.number}</a>" in html} == there, words
    with scope(cast.sanne):
        counter = queries.quote(cast.sanne, first.number)
        actions.counter_quote(cast.sanne, quote=counter, version=2, lines=[Wish("HR-1000", Decimal(5))], now=timezone.now())
    assert first.number in client_of("sanne").get("/quotes/?q=hr-1000").content.decode() and first.number in client_of("sanne").get("/quotes/?q=gp-125").content.decode()


@pytest.mark.parametrize("key", ["dirk", "otto", "nadia2"])
def test_of_another_party_nothing_is_there(cast, client_of, key):
    """Each page and each deed: 404, as for a quote that never was."""
    quote = _offered(cast, _asked(cast.sanne))
    client = client_of(key)
    for path in [*PATHS, *(STAFF if key == "otto" else DEEDS)]:
        for number in (quote.number, "OF-10042-9999"):
            answer = client.post(f"/quotes/{number}/{path}") if path in (*DEEDS, *STAFF) else client.get(f"/quotes/{number}/{path}")
            assert answer.status_code in ((404,) if key != "otto" or path in ("", "pdf/", *STAFF) else (403, 404)), path


def test_the_other_side_has_no_buttons_of_mine(cast, client_of):
    """Staff cannot accept, a customer cannot offer or note."""
    quote = _offered(cast, _asked(cast.sanne))
    for path in STAFF:
        assert client_of("sanne").post(f"/quotes/{quote.number}/{path}").status_code in (403, 404)
    for path in DEEDS:
        assert client_of("peter").post(f"/quotes/{quote.number}/{path}").status_code in (403, 404)
    assert client_of("sanne").get("/quotes/terms/").status_code in (403, 404)
    assert _fresh(cast.sanne, quote).status == "offered"


def test_small_deeds(cast, client_of):
    """A question and its answer, a note, refusing, declining, withdrawing, the terms: each with what lacks said."""
    peter, sanne = client_of("peter"), client_of("sanne")
    quote = _asked(cast.sanne)
    path = f"/quotes/{quote.number}/"
    assert peter.post(f"{path}ask/", {"text": ""}).status_code == 422
    assert peter.post(f"{path}ask/", {"text": "Welke kleur?"}).status_code == 302
    assert "Welke kleur?" in sanne.get(path).content.decode()
    assert sanne.post(f"{path}answer/", {"text": ""}).status_code == 422 and sanne.post(f"{path}answer/", {"text": "Wit"}).status_code == 302
    assert peter.post(f"{path}note/", {"note-text": ""}).status_code == 422 and peter.post(f"{path}note/", {"note-text": "Dun"}).status_code == 302
    assert peter.post(f"{path}refuse/", {"reason": ""}).status_code == 422 and peter.post(f"{path}refuse/", {"reason": "Nee"}).status_code == 302
    assert "Nee" in sanne.get(path).content.decode() and "Dun" not in sanne.get(path).content.decode()
    other = _offered(cast, _asked(cast.sanne, "k2"))
    path = f"/quotes/{other.number}/"
    assert sanne.post(f"{path}decline/", {"version": "1", "reason": "Te duur"}).status_code == 422, "not the version that is there"
    assert sanne.post(f"{path}decline/", {"version": "2", "reason": "Te duur"}).status_code == 302
    third = _asked(cast.sanne, "k3")
    assert sanne.post(f"/quotes/{third.number}/withdraw/").status_code == 302 and _fresh(cast.sanne, third).status == "withdrawn"
    assert peter.post("/quotes/terms/", {"days": "0"}).status_code == 422 and peter.post("/quotes/terms/", {"days": "21", "late": "on"}).status_code == 302
    with scope(cast.peter):
        assert (Terms.objects.get().days, Terms.objects.get().late, Note.objects.count()) == (21, True, 1)


def test_a_stale_acceptance_is_shown_what_is_new(cast, client_of):
    """The version that was seen is not the newest: nothing is ordered, the page says so and shows the new one."""
    quote, sanne = _offered(cast, _asked(cast.sanne)), client_of("sanne")
    html = sanne.get(f"/quotes/{quote.number}/accept/").content.decode()
    _offered(cast, quote, price="6.00")
    answer = sanne.post(f"/quotes/{quote.number}/accept/", {"seen": _hidden(html, "seen"), "key": _hidden(html, "key"), "sign-name": "Sanne", "sign-capacity": "Inkoper", "next": "order"})
    assert answer.status_code == 422 and "6,00" in answer.content.decode()
    with scope(cast.sanne):
        assert not Order.objects.exclude(agreed="").exists()


def test_the_paper_is_in_the_readers_language(cast, client_of):
    """A PDF of the newest offer or an older one, never of a request."""
    quote, sanne = _asked(cast.sanne), client_of("sanne")
    assert sanne.get(f"/quotes/{quote.number}/pdf/").status_code == 404
    _offered(cast, quote)
    for query in ("", "?version=2"):
        answer = sanne.get(f"/quotes/{quote.number}/pdf/{query}")
        assert answer.content.startswith(b"%PDF") and f"{quote.number}-v2.pdf" in answer["Content-Disposition"]
    assert sanne.get(f"/quotes/{quote.number}/pdf/?version=1").status_code == 404


def test_the_list_costs_the_same_however_long(cast, client_of):
    """A constant number of statements."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    _asked(cast.sanne)
    client = client_of("sanne")
    client.get("/quotes/")
    with CaptureQueriesContext(connection) as few:
        client.get("/quotes/")
    for number in range(6):
        _asked(cast.sanne, f"m{number}")
    with CaptureQueriesContext(connection) as many:
        client.get("/quotes/")
    assert len(many) == len(few) and Quote
