"""The pages of carts and orders, as a browser meets them."""

from __future__ import annotations

import io
import json
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from pypdf import PdfReader

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.foundation.parties.models import Portal
from portiek.trade.orders import actions, document, queries, rules, wording
from portiek.trade.orders.models import CartLine, Order, OrderLine
from portiek.trade.orders.tests.test_submit import fill, submit


def placed(actor, lines=2, quantity="10"):
    with scope(actor):
        return submit(actor, fill(actor, lines, quantity))


def skus(actor, count=1):
    with scope(actor):
        return [item.product.sku for item in fill(actor, count).lines]


def test_a_buyer_adds_looks_once_more_and_orders(client_of, cast):
    sku = skus(cast.dirk)[0]
    client = client_of("sanne")
    assert client.post("/orders/cart/add/", {"product": sku, "quantity": "12"}).status_code == 302
    cart = client.get("/orders/cart/")
    assert sku in cart.content.decode()
    assert client.post("/orders/cart/details/", {"reference": "Parkweg 12", "next": "review"}).headers["Location"] == "/orders/cart/review/"
    text = client.get("/orders/cart/review/").content.decode()
    fields = {name: re.search(f'name="{name}" value="([^"]+)"', text).group(1) for name in ("key", "seen", "content")}
    answer = client.post("/orders/cart/submit/", fields)
    assert answer.status_code == 302
    number = answer.headers["Location"].split("/")[2]
    assert client.post("/orders/cart/submit/", fields).headers["Location"] == answer.headers["Location"]
    page = client.get(answer.headers["Location"]).content.decode()
    assert number in page and "Parkweg 12" in page and sku in page
    assert number in client.get("/orders/?q=parkweg").content.decode()
    with scope(cast.sanne):
        assert Order.objects.filter(number=number).count() == 1


def test_a_changed_cart_shows_what_is_different(client_of, cast):
    first, second = skus(cast.dirk, 2)
    client = client_of("sanne")
    client.post("/orders/cart/add/", {"product": first, "quantity": "10"})
    text = client.get("/orders/cart/review/").content.decode()
    fields = {name: re.search(f'name="{name}" value="([^"]+)"', text).group(1) for name in ("key", "seen", "content")}
    client.post("/orders/cart/add/", {"product": second, "quantity": "4"})
    answer = client.post("/orders/cart/submit/", fields)
    assert answer.status_code == 409
    assert second in answer.content.decode()
    with scope(cast.sanne):
        assert not Order.objects.filter(submit_key=fields["key"]).exists()


@pytest.mark.parametrize("quantity", ["-1", "0", "1e308", "NaN", "Infinity", "abc", "", "0.0001", "99999999", "１２x"])
def test_no_strange_quantity_enters(client_of, cast, quantity):
    sku = skus(cast.dirk)[0]
    client = client_of("sanne")
    assert client.post("/orders/cart/add/", {"product": sku, "quantity": quantity}).status_code == 422
    with scope(cast.sanne):
        assert not CartLine.objects.exists() or not CartLine.objects.filter(cart__user_id=cast.sanne.user_id).exists()


def test_what_is_sent_about_prices_does_not_count(client_of, cast):
    sku = skus(cast.dirk)[0]
    client = client_of("sanne")
    client.post("/orders/cart/add/", {"product": sku, "quantity": "2", "price": "0.01", "currency": "IDR", "amount": "0"})
    with scope(cast.sanne):
        line = queries.basket(cast.sanne, day=timezone.localdate()).lines[0]
        assert line.price.net > Decimal("0.01")
        assert line.price.currency == "EUR"


def test_an_unknown_product_and_a_foreign_address_are_refused(client_of, cast):
    client = client_of("sanne")
    assert client.post("/orders/cart/add/", {"product": "does-not-exist", "quantity": "1"}).status_code == 422
    with scope(cast.dirk):
        foreign = queries.delivery_addresses(cast.dirk)
    with scope(cast.system):
        from portiek.foundation.parties.models import Address

        foreign = foreign or [Address.objects.create(portal_id=cast.dirk.portal_id, party_id=cast.dirk.party_id, street="Elders 1", city="Meppel")]
    assert client.post("/orders/cart/details/", {"address": str(foreign[0].pk)}).status_code == 422
    assert client.post("/orders/cart/details/", {"address": "9" * 30}).status_code == 422


def test_htmx_gets_the_panel(client_of, cast):
    sku = skus(cast.dirk)[0]
    answer = client_of("sanne").post("/orders/cart/add/", {"product": sku, "quantity": "2"}, headers={"HX-Request": "true", "HX-Target": "section#cart-panel"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in text
    assert 'id="cart-panel"' in text and 'hx-swap-oob="true"' in text


def test_a_changed_quantity_answers_the_lines_alone(client_of, cast):
    sku = skus(cast.dirk)[0]
    client = client_of("sanne")
    client.post("/orders/cart/add/", {"product": sku, "quantity": "60"})
    page = client.get("/orders/cart/").content.decode()
    assert 'class="nav"' in page
    assert 'name="quantity" value="60"' in page
    line = re.search(r'name="line" value="(\d+)"', page).group(1)
    answer = client.post("/orders/cart/change/", {"line": line, "quantity": "24"}, headers={"HX-Request": "true", "HX-Target": "div#cart-body"})
    text = answer.content.decode()
    assert 'name="quantity" value="24"' in text and "<html" not in text
    assert text.count('<tr id="line-') == 1 and f'hx-target="#line-{line}"' in text and 'hx-target="#cart-side"' in text and 'id="pt-cart"' in text
    # What was rounded is said, for which the whole answers; so does a line that is gone.
    for quantity in ("0.5", "0"):
        text = client.post("/orders/cart/change/", {"line": line, "quantity": quantity}, headers={"HX-Request": "true", "HX-Target": "div#cart-body"}).content.decode()
        assert 'hx-target="#cart-side"' not in text and 'id="cart-said"' in text
    client.post("/orders/cart/add/", {"product": sku, "quantity": "60"})
    line = re.search(r'name="line" value="(\d+)"', client.get("/orders/cart/").content.decode()).group(1)
    assert client.post("/orders/cart/change/", {"line": line, "quantity": "0"}).status_code == 302
    with scope(cast.sanne):
        assert queries.cart_lines(cast.sanne) == 0


def test_two_actions_stand_above_a_cart_and_the_rest_in_a_menu(client_of, cast):
    client = client_of("sanne")
    assert 'href="/orders/cart/empty/"' not in client.get("/orders/cart/").content.decode()
    with scope(cast.sanne):
        fill(cast.sanne, 2)
    above = client.get("/orders/cart/").content.decode().split('class="page-head"', 1)[1].split("<details class=\"menu\"", 1)
    assert above[0].count('class="button') == 2 and 'href="/orders/cart/move/"' in above[1].split("</details>", 1)[0] and "dense" not in above[1]


def test_the_rows_of_a_large_cart_are_dense(client_of, cast, monkeypatch):
    monkeypatch.setattr(rules, "ROOMY", 1)
    with scope(cast.sanne):
        fill(cast.sanne, 2)
    assert 'class="list tight dense"' in client_of("sanne").get("/orders/cart/").content.decode()


def test_somebody_elses_line_stays(client_of, cast):
    with scope(cast.youssef):
        line = fill(cast.youssef, 1).lines[0].line
    for who in ("sanne", "dirk"):
        assert client_of(who).post("/orders/cart/change/", {"line": line.pk, "quantity": "5"}).status_code == 422
        client_of(who).post("/orders/cart/remove/", {"line": line.pk})
    with scope(cast.youssef):
        assert CartLine.objects.get(pk=line.pk).quantity == 10


PAGES = ["/orders/{}/", "/orders/{}/pdf/", "/orders/{}/cancel/"]
POSTS = ["approve", "reject", "withdraw", "cancel", "reorder"]


def test_another_party_gets_404(client_of, cast):
    order = placed(cast.sanne)
    for client in (client_of("dirk"), client_of("nadia2")):
        assert {client.get(path.format(order.number)).status_code for path in PAGES} == {404}
        assert {client.post(f"/orders/{order.number}/{verb}/", {"seen": order.content_hash, "reason": "x"}).status_code for verb in POSTS} == {404}
    assert client_of("sanne").get(f"/orders/{order.number}/").status_code == 200
    assert client_of("peter").get(f"/orders/{order.number}/").status_code == 200


def test_the_pdf_is_a_pdf(client_of, cast):
    order = placed(cast.sanne)
    answer = client_of("sanne").get(f"/orders/{order.number}/pdf/")
    assert answer.content.startswith(b"%PDF")
    assert order.number in answer.headers["Content-Disposition"]


def test_the_pdf_has_the_companys_own_numbers(cast, client_of):
    order = placed(cast.sanne)
    with scope(cast.system):
        OrderLine.objects.filter(order=order, position=1).update(own_number="BB-77")
    text = PdfReader(io.BytesIO(client_of("sanne").get(f"/orders/{order.number}/pdf/").content)).pages[0].extract_text()
    assert "uw nummer BB-77" in " ".join(text.split())


@pytest.mark.parametrize(("language", "words"), [("nl", "Adviesprijs € 2,00 → Raamcontract, nr. A-9, geldig t/m 31 maart 2027 € 1,50"), ("en", "List price €2.00 → Raamcontract, no. A-9, valid until 31 March 2027 €1.50")])
def test_the_pdf_says_why_each_price_is_what_it_was_when_it_was_ordered(cast, monkeypatch, language, words):
    order = placed(cast.sanne)
    steps = [{"kind": "list_price", "after": "2.00"}, {"kind": "product_agreement", "rule": "Raamcontract", "number": "A-9", "before": "2.00", "after": "1.50", "valid_until": "2027-03-31"}]
    with scope(cast.system):
        first, second = OrderLine.objects.filter(order=order).order_by("position")
        OrderLine.objects.filter(pk=first.pk).update(explanation=steps, price="1.50")
        OrderLine.objects.filter(pk=second.pk).update(explanation=steps[:1])
    seen = []
    monkeypatch.setattr(document.typst, "compile", lambda template, sys_inputs: seen.append(json.loads(sys_inputs["data"])) or b"%PDF")
    with scope(cast.sanne), translation.override(language):
        found, portal = queries.detail(cast.sanne, order.number), Portal.objects.get(pk=cast.sanne.portal_id)
        document.order_document(found, portal, with_tax=False)
        found.lines[0].confirmed_price = Decimal("1.60")
        document.order_document(found, portal, with_tax=False)
        document.order_document(found, portal, with_tax=True)
    whys = [[line["why"].replace("\xa0", " ") for line in data["lines"]] for data in seen]
    assert whys[0][0].startswith(words)
    assert whys[0][1] == ""
    # Confirmed at another price: what is explained is the one that was ordered at. Persons read it with VAT.
    assert whys[1][0].startswith(("Besteld tegen: ", "Ordered at: "))
    assert "1,82" in whys[2][0] or "1.82" in whys[2][0]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([{"kind": "quote", "rule": "O-7", "after": "1.50", "valid_until": "2027-03-31"}], "Offerte O-7, geldig t/m 31 maart 2027 € 1,50"),
        ([{"kind": "list_price", "after": "2.00"}, {"kind": "price_list", "rule": "Leden", "before": "2.00", "after": "1.50", "group": "Bouwgroep", "valid_until": "2027-03-31"}, {"kind": "surcharge", "rule": "Staal", "before": "1.50", "after": "1.60"}], "Adviesprijs € 2,00 → Leden, voor groep Bouwgroep, geldig t/m 31 maart 2027 € 1,50 → Staal (+€ 0,10) € 1,60"),
        ([{"kind": "price_list", "rule": "Hout", "after": "2.00"}, {"kind": "slice", "before": "2.00", "after": "2.00", "units": "9", "quantity": "0"}, {"kind": "average", "before": "1.00", "after": "1.50", "quantity": "18"}], "Gemiddeld over 18"),
    ],
)
def test_a_quote_a_group_a_surcharge_and_slices_are_said_too(cast, steps, words):
    line = OrderLine(unit="stuk", price=Decimal("1.50"), explanation=steps)
    with translation.override("nl"):
        assert words in wording.because(line, "EUR").replace("\xa0", " ")


def test_a_colleague_approves_on_the_page(client_of, cast):
    order = placed(cast.youssef, 3, "400")
    run_jobs()
    client = client_of("sanne")
    assert order.number in client.get("/orders/to-approve/").content.decode()
    assert client.post(f"/orders/{order.number}/reject/", {"seen": order.content_hash, "reason": ""}).status_code == 422
    assert client.post(f"/orders/{order.number}/approve/", {"seen": "old"}).status_code == 409
    assert client.post(f"/orders/{order.number}/approve/", {"seen": order.content_hash}).status_code == 302
    run_jobs()
    assert client_of("youssef").post(f"/orders/{order.number}/withdraw/").status_code == 409
    with scope(cast.sanne):
        assert Order.objects.select_related("approval").get(pk=order.pk).approval.status == "approved"
        # How far it is after that is the connector's: where an ERP is connected, it may have it already.
        assert Order.objects.get(pk=order.pk).sync != "none"


def test_staff_hold_and_resume_with_a_reason_the_party_reads(client_of, cast):
    order = placed(cast.sanne)
    staff = client_of("peter")
    assert staff.post(f"/orders/{order.number}/hold/", {"reason": ""}).status_code == 422
    assert staff.post(f"/orders/{order.number}/hold/", {"reason": "Kredietcheck"}).status_code == 302
    assert "Kredietcheck" in client_of("sanne").get(f"/orders/{order.number}/").content.decode()
    assert client_of("sanne").post(f"/orders/{order.number}/resume/").status_code in (403, 404)
    assert staff.post(f"/orders/{order.number}/resume/").status_code == 302


def test_an_order_with_the_erp_is_asked_to_be_cancelled(client_of, cast):
    order = placed(cast.sanne)
    with scope(cast.system):
        actions.mark_sync(cast.system, order, state="acknowledged", external_id="so-1", erp_number="SO1")
    client_of("sanne").post(f"/orders/{order.number}/cancel/", {"reason": "dubbel"})
    run_jobs()
    with scope(cast.sanne):
        found = Order.objects.get(pk=order.pk)
        assert found.status == "transmitted"
        assert found.cancel_asked_at is not None
    client_of("peter").post(f"/orders/{order.number}/cancel/", {"reason": "lukt nog"})
    with scope(cast.sanne):
        assert Order.objects.get(pk=order.pk).status == "cancelled"


def test_an_order_is_ordered_again(client_of, cast):
    order = placed(cast.sanne, 3)
    client = client_of("sanne")
    assert client.post(client.post(f"/orders/{order.number}/reorder/")["Location"], {"add": "1"}).status_code == 302
    with scope(cast.sanne):
        assert queries.cart_lines(cast.sanne) == OrderLine.objects.filter(order=order).count()


@pytest.mark.parametrize("who", ["sanne", "peter"])
def test_statements_of_the_list_do_not_grow(client_of, cast, who):
    counts = []
    client = client_of(who)
    for _more in range(2):
        for _order in range(3):
            placed(cast.sanne)
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/orders/").status_code == 200
        counts.append(len([query for query in captured if "SAVEPOINT" not in query["sql"]]))
    assert counts[0] == counts[1] <= 8, [query["sql"][:100] for query in captured]


def test_switching_the_company_switches_the_cart(cast):
    sku = skus(cast.dirk)[0]
    nadia, sanne = cast.nadia, cast.sanne
    with scope(nadia):
        actions.add_to_cart(nadia, code=sku, quantity=Decimal(2))
        assert queries.cart_lines(nadia) == 1
    with scope(sanne):
        assert queries.cart_lines(sanne) == 0


@pytest.mark.parametrize("path", ["/orders/", "/orders/cart/", "/orders/cart/paste/", "/orders/to-approve/"])
def test_the_empty_pages_say_what_to_do(client_of, path):
    assert client_of("sanne").get(path).status_code == 200


@pytest.mark.parametrize("search", ["x" * 500, "%%_", "'; --"])
def test_a_strange_search_is_an_empty_list(client_of, search):
    assert client_of("sanne").get("/orders/", {"q": search, "after": "zzz", "state": "nonsense"}).status_code == 200


def test_an_order_is_found_by_the_beginning_of_its_words_and_codes(cast):
    with scope(cast.sanne):
        order = queries.orders(cast.sanne).order_by("-placed_at", "-pk").first()
        line = OrderLine.objects.filter(order=order).first()
        name = max(line.name.split(), key=len)
        for search in (order.number, order.number.lower(), order.number[:-1], order.number.replace("-", ""), order.number.rpartition("-")[2], line.sku, f"{name[:5]} {line.sku}"):
            assert order.pk in queries.hits(cast.sanne, search), search
        assert not queries.hits(cast.sanne, f"{order.number} nothing-like-it") and not queries.hits(cast.sanne, "%%")
    for stranger in (cast.dirk, cast.otto):  # of another company, of another portal
        with scope(stranger):
            assert not queries.hits(stranger, order.number)


def test_a_search_ends_at_the_newest_orders_and_says_so(cast, client_of, monkeypatch):
    with scope(cast.olga):
        numbers = list(queries.orders(cast.olga).order_by("-placed_at", "-pk").values_list("number", flat=True))
        common = numbers[0].partition("-")[0]
    client = client_of("olga")
    assert "de nieuwste" not in client.get("/orders/", {"q": common}).content.decode()
    monkeypatch.setattr(queries, "SEARCHED", 1)
    monkeypatch.setitem(queries.hits.__globals__, "SEARCHED", 1)
    text = client.get("/orders/", {"q": common}).content.decode()
    assert numbers[0] in text and numbers[1] not in text and "nieuwste 1 orders" in text


def test_staff_see_the_orders_of_one_party(client_of, cast):
    olga = client_of("olga")
    text = olga.get("/parties/10042/orders/").content.decode()
    assert "VD-10042-0007" in text and 'href="/orders/?party=10042"' in text
    text = olga.get("/orders/", {"party": "10042", "state": "running"}).content.decode()
    assert "Orders van Bouwbedrijf Bakker B.V." in text and "VD-10042-0008" in text and "VD-10077" not in text
    assert 'href="?party=10042&amp;state=done"' in text  # it stays chosen
    assert olga.get("/orders/", {"party": "99999"}).status_code == client_of("dirk").get("/orders/", {"party": "10042"}).status_code == 404


def test_what_has_not_arrived_is_under_way(cast):
    with scope(cast.sanne):
        order = Order.objects.filter(status="completed").first() or Order.objects.exclude(status="pending_approval").first()
        for status, delivery, there in (("completed", "shipped", True), ("completed", "delivered", False), ("pending_approval", "none", True), ("cancelled", "none", False)):
            Order.objects.filter(pk=order.pk).update(status=status, delivery=delivery)
            assert queries.orders(cast.sanne, state="running").filter(pk=order.pk).exists() is there, (status, delivery)
