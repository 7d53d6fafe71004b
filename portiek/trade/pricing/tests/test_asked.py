"""Prices as a program asks for them: units, days, what is to come, and each step with the agreement that it rests on."""

import re
from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from portiek.core.db import scope
from portiek.foundation.parties.models import Portal
from portiek.trade.catalog.models import Product, ProductUnit
from portiek.trade.orders import actions as ordering
from portiek.trade.orders import document
from portiek.trade.orders import queries as orders
from portiek.trade.orders import wording as order_words
from portiek.trade.orders.tests.test_submit import submit
from portiek.trade.pricing import queries, words
from portiek.trade.pricing.models import Agreement, PriceList, PriceListLine

D = Decimal
PLATE, KIT = "GP-125-2600", "MK-310-W"


def _text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def ask(machine, *lines, **more):
    answer = machine.post("/prices:lookup", {"lines": list(lines), **more})
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_each_step_of_an_agreement_has_its_number_and_last_day(cast, client_of, machine_of):
    with scope(cast.peter):
        last = Agreement.objects.get(number="A-2026-118").valid_until
    with scope(cast.sanne):
        price = queries.standing_price(cast.sanne, Product.objects.get(sku=PLATE).pk, D(60), day=timezone.localdate())
        with translation.override("nl"):
            said = [words.step(step, "EUR")[0] for step in price.explanation]
            ordered = [label for label, _amount in order_words.why(price.explanation, "st")]
    assert price.explanation[-1].number == "A-2026-118" and not price.explanation[1].number
    end = f", nr. A-2026-118, geldig t/m {last.day} "
    assert end in said[-1] and str(last.year) in said[-1] and end in ordered[-1]
    assert "nr." not in " ".join(said[:-1]), "a list has no number"
    assert "nr. A-2026-118" in _text(client_of("sanne").get(f"/catalog/p/{PLATE}/"))
    assert _text(client_of("peter").get(f"/prices/explain/?party=10042&product={PLATE}&quantity=60")).count("nr. A-2026-118") == 2, "in the explanation and among what was considered"
    told = ask(machine_of(cast.sanne), {"sku": PLATE, "quantity": "60"})[0]["explanation"][-1]
    assert (told["number"], told["valid_until"], told["rule"]) == ("A-2026-118", last.isoformat(), "Projectafspraak Parkweg 12") and "A-2026-118" in told["text"]


def test_what_was_agreed_with_a_group_has_its_number_too(cast, machine_of):
    step = ask(machine_of(cast.sanne), {"sku": "GB-50"})[0]["explanation"][-1]
    assert (step["number"], step["group"]) == ("IJ-2026", "Bouwgroep IJssel")
    # Who is not in the group reads nothing of it.
    assert "IJ-2026" not in str(ask(machine_of(cast.dirk), {"sku": "GB-50"}, {"sku": PLATE})), "another party"


def test_a_tier_says_its_quantity_and_percentage_and_the_number_once(cast, machine_of):
    found = ask(machine_of(cast.sanne), {"sku": "GB-50", "quantity": "20"})[0]
    steps = found["explanation"]
    assert D(steps[-1]["after"]) == D(found["net"]) == D("3.55") and (steps[-1]["kind"], D(steps[-1]["from_quantity"]), steps[-1]["number"]) == ("tier", 20, "IJ-2026")
    assert sum("IJ-2026" in step["text"] for step in steps) == 1


def test_the_order_keeps_the_number_on_paper_and_for_programs(cast, machine_of, monkeypatch):
    seen = []
    with scope(cast.sanne):
        ordering.add_to_cart(cast.sanne, code=PLATE, quantity=D(60))
        order = submit(cast.sanne, orders.basket(cast.sanne, day=timezone.localdate()))
    monkeypatch.setattr(document.typst, "compile", lambda template, sys_inputs: seen.append(sys_inputs["data"]) or b"%PDF")
    with scope(cast.sanne), translation.override("nl"):
        document.order_document(orders.detail(cast.sanne, order.number), Portal.objects.get(pk=cast.sanne.portal_id), with_tax=False)
    assert "nr. A-2026-118, geldig t/m" in seen[0]
    line = machine_of(cast.sanne).get(f"/orders/{order.number}").json()["lines"][0]
    looked = ask(machine_of(cast.sanne), {"sku": PLATE, "quantity": "60"})[0]
    assert [{**step, "text": ""} for step in line["explanation"]] == [{**step, "text": ""} for step in looked["explanation"]], "one shape for both"
    assert "A-2026-118" in line["explanation"][-1]["text"]


def test_a_line_may_name_a_unit_or_be_the_box(cast, machine_of):
    machine = machine_of(cast.sanne)
    with scope(cast.sanne):
        box = ProductUnit.objects.select_related("product").get(product__sku=KIT, code="XBX")
    pieces, named, scanned, wrong = ask(machine, {"sku": KIT, "quantity": "24"}, {"sku": KIT, "quantity": "2", "unit": "doos"}, {"sku": box.ean, "quantity": "2"}, {"sku": KIT, "unit": "vat"})
    assert named["net"] == pieces["net"] and D(named["quantity"]) == D(pieces["quantity"]) == 24 and pieces["pack"] is None
    assert (named["pack"]["unit"], D(named["pack"]["factor"]), D(named["pack"]["quantity"]), named["unit"]) == ("XBX", 12, 2, box.product.unit_code)
    assert (scanned["net"], scanned["pack"]) == (named["net"], named["pack"])
    assert (wrong["result"], wrong["net"], wrong["explanation"]) == ("unknown_unit", None, [])
    # The EAN of a box of what is in no own assortment is as unknown as the article.
    with scope(cast.peter):
        product = Product.objects.select_related("portal").get(sku=PLATE)
        ProductUnit.objects.create(portal_id=product.portal_id, product=product, code="X99", label="bundel", label_en="bundle", factor=60, ean="8712345678906")
    assert ask(machine, {"sku": "8712345678906"})[0]["pack"]["unit"] == "X99"
    assert ask(machine_of(cast.dirk), {"sku": "8712345678906"}) == ask(machine_of(cast.dirk), {"sku": "8712345678906", "unit": "bundel"}) and ask(machine_of(cast.dirk), {"sku": "8712345678906"})[0]["result"] == "unknown"


def test_the_answer_says_gross_what_is_to_come_and_where_it_is_kept(cast, machine_of):
    today = timezone.localdate()
    with scope(cast.peter):
        agreed = Agreement.objects.get(number="A-2026-118")
        agreed.valid_until = today + timedelta(days=9)
        agreed.save()
    with scope(cast.sanne):
        product = Product.objects.select_related("portal").get(sku=PLATE)
        then = queries.standing_price(cast.sanne, product.pk, D(60), day=today + timedelta(days=10)).net
    found, later, other = ask(machine_of(cast.sanne), {"sku": PLATE, "quantity": "60"}, {"sku": PLATE, "quantity": "60", "day": (today + timedelta(days=10)).isoformat()}, {"sku": PLATE, "quantity": "60"})
    assert D(found["gross"]) == product.portal.policy.with_tax(D(found["net"]), product.tax_rate) > D(found["net"]) and D(found["tax_rate"]) == product.tax_rate
    assert found["upcoming"]["valid_from"] == (today + timedelta(days=10)).isoformat() and D(found["upcoming"]["net"]) == D(later["net"]) == then != D(found["net"])
    assert found == other and found["source"] == "portal" and all(D(item["explanation"][-1]["after"]) == D(item["net"]) for item in (found, later))
    with scope(cast.peter):
        Agreement.objects.filter(number="A-2026-118").update(external_id="E-118")
    assert ask(machine_of(cast.sanne), {"sku": PLATE, "quantity": "60"})[0]["source"] == "administration"
    with scope(cast.peter):
        PriceList.objects.update(external_id=None)
    assert ask(machine_of(cast.sanne), {"sku": "VH-38-89"})[0]["source"] == "portal"
    with scope(cast.peter):
        PriceListLine.objects.filter(product__sku="VH-38-89").update(price=None)
    nothing = ask(machine_of(cast.sanne), {"sku": "VH-38-89"})[0]
    assert (nothing["result"], nothing["gross"], nothing["source"], nothing["explanation"][-1]["kind"]) == ("on_request", None, "", "on_request")


def test_days_are_few_and_lines_cost_no_statements(cast, machine_of):
    machine, today = machine_of(cast.sanne), timezone.localdate()
    lines = [{"sku": PLATE, "quantity": str(at), "day": (today + timedelta(days=at)).isoformat()} for at in range(1, 14)]
    answer = machine.post("/prices:lookup", {"lines": lines})
    assert answer.status_code == 422 and answer.json()["code"] == "pricing.many_days" and "12" in answer.json()["detail"]
    assert len(ask(machine, *lines[:12])) == 12

    def cost(count):
        with scope(cast.sanne), CaptureQueriesContext(connection) as said:
            asked = [queries.Question(sku, D(number + 1), "doos" if sku == KIT else "") for number in range(count) for sku in (PLATE, KIT, "GB-50", "TV-6060-G")]
            assert all(item.price for item in queries.asked_prices(cast.sanne, asked, day=today))
        return len(said)

    assert cost(1) == cost(40)
