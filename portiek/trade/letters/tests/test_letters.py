"""Price letters: what changes, for whom, and who reads it."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.foundation.accounts.models import Role
from portiek.foundation.notifications.models import Notification
from portiek.foundation.parties.models import Party, Portal
from portiek.trade.catalog.models import Product
from portiek.trade.letters import actions, document, queries, rules
from portiek.trade.letters.models import Letter, LetterCopy, LetterLine
from portiek.trade.orders.models import Order, OrderLine
from portiek.trade.pricing.queries import Wanted, prices


@pytest.fixture
def day() -> date:
    """The day on which the seeded price of VH-38-89 rises from 6.45 to 6.70."""
    return date(timezone.localdate().year + 1, 1, 1)


def _written(cast, day: date) -> Letter:
    with scope(cast.peter):
        made = actions.write_letter(cast.peter, values={"title": "Nieuwe prijzen", "text": "Hout is duurder.", "title_en": "New prices", "text_en": "", "effective_on": day}, today=timezone.localdate())
    _made(cast, made)
    return made


def _made(cast, letter: Letter) -> None:
    more = True
    while more:
        with scope(cast.system):
            more = actions.make_copies(cast.system, letter_id=letter.pk, now=timezone.now(), today=timezone.localdate(), size=3)


def _sent(cast, letter: Letter) -> None:
    with scope(cast.peter):
        actions.send_letter(cast.peter, letter=letter, now=timezone.now(), today=timezone.localdate())
    more = True
    while more:
        with scope(cast.system):
            more = actions.send_copies(cast.system, letter_id=letter.pk, size=1)


def _order(cast, number: str, party: str, sku: str, quantity: int, *, days_ago: int = 30, status: str = "completed") -> None:
    with scope(cast.system):
        found, product = Party.objects.get(number=party), Product.objects.get(sku=sku)
        made = Order.objects.create(portal_id=found.portal_id, party=found, number=number, status=status, placed_at=timezone.now() - timedelta(days=days_ago))
        OrderLine.objects.create(portal_id=found.portal_id, party=found, order=made, position=1, product=product, sku=sku, name=product.name, quantity=quantity, price=1, tax_rate=21, amount=quantity)


def _copy(cast, letter: Letter, party: str) -> LetterCopy | None:
    with scope(cast.system):
        return LetterCopy.objects.filter(letter=letter, party__number=party).first()


def _bought(cast, party: str, sku: str, day: date) -> tuple[Decimal, Decimal]:
    """Return what the seeds made this party buy of a product in the last year."""
    with scope(cast.system):
        found = Party.objects.get(number=party)
        rows = OrderLine.objects.filter(party=found, product__sku=sku, order__placed_at__gte=timezone.now() - timedelta(days=365)).exclude(order__status__in=["pending_approval", "rejected", "cancelled"])
        return sum((row.confirmed_quantity or row.quantity for row in rows), Decimal(0)), Decimal(rows.count())


def test_what_a_change_means():
    cents = lambda quantity, price: (quantity * price).quantize(Decimal("0.01"))  # noqa: E731
    assert rules.change(Decimal(10), Decimal("6.45"), Decimal("6.70"), cents) == rules.Change(Decimal("6.45"), Decimal("6.70"), Decimal("64.50"), Decimal("2.50"))
    assert rules.change(Decimal(10), Decimal("6.45"), Decimal("6.4500"), cents) is None
    cheaper = rules.change(Decimal(10), Decimal(2), Decimal(1), cents)
    assert cheaper and cheaper.effect == -10 and cheaper.weight == 1000
    unknown = rules.change(Decimal(10), Decimal(2), None, cents)
    assert unknown and unknown.effect is None and unknown.bought is None and unknown.weight == 0
    assert rules.percentage(Decimal("6.45"), Decimal("6.70")) == Decimal("3.9") and rules.percentage(Decimal(0), Decimal(1)) is None and rules.percentage(None, Decimal(1)) is None
    assert [rules.usual(Decimal(10), 3, Decimal(least), Decimal(step)) for least, step in ((1, 1), (5, 1), (1, 2), (1, "0.5"))] == [3, 5, 4, Decimal("3.5")]
    assert [rules.wrong_day(date(2026, 1, 1) + timedelta(days=days), date(2026, 1, 1)) for days in (-1, 0, 1, 366, 367)] == ["past", "past", "", "", "far"]


def test_a_letter_tells_what_was_bought_and_changes(cast, day):
    _order(cast, "L-1", "10042", "VH-38-89", 90)
    _order(cast, "L-2", "10042", "VH-38-89", 30)
    for number, ago, status in (("L-3", 400, "completed"), ("L-4", 10, "cancelled"), ("L-5", 10, "rejected"), ("L-6", 10, "pending_approval")):
        _order(cast, number, "10042", "VH-38-89", 7000, days_ago=ago, status=status)
    letter = _written(cast, day)
    quantity, times = _bought(cast, "10042", "VH-38-89", day)
    copy = _copy(cast, letter, "10042")
    assert copy is not None
    with scope(cast.system):
        line = LetterLine.objects.get(copy=copy, sku="VH-38-89")
        product = Product.objects.get(sku="VH-38-89")
        usual = rules.usual(quantity, int(times), product.min_quantity, product.step_quantity)
        wanted = [Wanted(product.pk, usual)]
        before, after = (prices(cast.system, wanted, day=when, party_id=copy.party_id)[product.pk, usual].net for when in (day - timedelta(days=1), day))
        assert (line.quantity, line.times, line.usual) == (quantity, times, usual) and quantity >= 120
        assert (line.before, line.after) == (before, after) == (Decimal("6.45") if usual < 100 else Decimal("5.98"), Decimal("6.70"))
        assert (line.before_by, line.after_by) == ("Aannemers 2026", "Aannemers 2026")
        assert line.effect == quantity * after - quantity * before
        assert copy.effect == sum(item.effect or 0 for item in LetterLine.objects.filter(copy=copy)) and copy.line_count == LetterLine.objects.filter(copy=copy).count()


def test_who_buys_nothing_that_changes_gets_no_letter_and_a_supplier_never(cast, day):
    letter = _written(cast, day)
    with scope(cast.system):
        letter.refresh_from_db()
        assert letter.state == "ready" and letter.done == letter.total == queries.readers(cast.system).count()
        reached = set(LetterCopy.objects.filter(letter=letter).values_list("party__number", flat=True))
        assert not reached & set(Party.objects.filter(kind="supplier").values_list("number", flat=True))
        assert len(reached) < letter.total


def test_what_the_party_may_not_order_any_more_is_not_told(cast, day):
    _order(cast, "L-1", "10042", "VH-38-89", 90)
    with scope(cast.system):
        Product.objects.filter(sku="VH-38-89").update(is_active=False)
    letter = _written(cast, day)
    with scope(cast.system):
        assert not LetterLine.objects.filter(copy__letter=letter, sku="VH-38-89").exists()


def test_a_copy_is_read_when_it_was_sent_and_by_its_own_party_alone(cast, client_of, day):
    _order(cast, "L-1", "10042", "VH-38-89", 90)
    letter = _written(cast, day)
    copy = _copy(cast, letter, "10042")
    assert copy is not None
    paths = (f"/price-letters/{copy.pk}/", f"/price-letters/{copy.pk}/prices.csv")
    for path in paths:
        assert client_of("sanne").get(path).status_code == 404
        assert client_of("peter").get(path).status_code == 200
    with scope(cast.sanne):
        assert not LetterCopy.objects.exists() and not LetterLine.objects.exists()
        with pytest.raises(NotFound):
            queries.letter(cast.sanne, letter.pk)
    _sent(cast, letter)
    for path in paths:
        assert client_of("sanne").get(path).status_code == 200
        for other in ("dirk", "otto"):
            assert client_of(other).get(path).status_code == 404
        assert client_of("mark").get(path).status_code == 403  # suppliers see no prices at all
    with scope(cast.dirk):
        assert not LetterCopy.objects.filter(pk=copy.pk).exists() and not LetterLine.objects.filter(copy_id=copy.pk).exists()
    text = re.sub(r"\s+", " ", client_of("sanne").get(paths[0]).content.decode())
    assert "Hout is duurder." in text and "VH-38-89" in text and "31 december" in text
    assert "Nieuwe prijzen" in client_of("sanne").get("/price-letters/").content.decode()
    assert "Nieuwe prijzen" not in client_of("mark").get("/price-letters/").content.decode()


def test_how_much_was_bought_is_for_who_sees_all_orders(cast, client_of, day):
    _order(cast, "L-1", "10042", "VH-38-89", 4321)
    letter = _written(cast, day)
    _sent(cast, letter)
    copy = _copy(cast, letter, "10042")
    assert copy is not None
    quantity = f"{copy.effect:f}".replace(".", ",").split(",")[1]
    with scope(cast.system):
        Role.objects.filter(code="buyer").update(rights=["price.view", "catalog.view", "order.view.own"])
    for path in (f"/price-letters/{copy.pk}/", f"/price-letters/{copy.pk}/prices.csv", "/price-letters/"):
        narrow, wide = client_of("nadia").get(path), client_of("sanne").get(path)
        assert narrow.status_code == wide.status_code == 200
        assert "4.321" not in narrow.content.decode() and "4321" not in narrow.content.decode(), path
        assert re.search(r"Effect|effect|4321|4\.321", wide.content.decode()) and quantity


def test_the_file_holds_every_line_and_no_formula(cast, client_of, day):
    _order(cast, "L-1", "10042", "VH-38-89", 90)
    with scope(cast.system):
        Product.objects.filter(sku="VH-38-89").update(name="=cmd|' /C calc'!A0")
    letter = _written(cast, day)
    _sent(cast, letter)
    copy = _copy(cast, letter, "10042")
    assert copy is not None
    answer = client_of("sanne").get(f"/price-letters/{copy.pk}/prices.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == copy.line_count + 1 and len({len(row) for row in rows}) == 1
    row = next(row for row in rows if row[0] == "VH-38-89")
    assert row[2].startswith("'=") and row[5] == (day - timedelta(days=1)).isoformat() and row[7] == day.isoformat()


def test_the_pdf_holds_every_line_in_the_language_of_its_reader(cast, client_of, day, monkeypatch):
    _order(cast, "L-1", "10042", "VH-38-89", 90)
    letter = _written(cast, day)
    copy = _copy(cast, letter, "10042")
    path = f"/price-letters/{copy.pk}/prices.pdf"
    assert client_of("sanne").get(path).status_code == 404
    assert client_of("peter").get(path).content.startswith(b"%PDF")
    _sent(cast, letter)
    assert [client_of(name).get(path).status_code for name in ("sanne", "dirk", "nadia2")] == [200, 404, 404]
    seen = []
    monkeypatch.setattr(document.typst, "compile", lambda template, sys_inputs, **more: seen.append(json.loads(sys_inputs["data"])) or b"%PDF")
    for language in ("nl", "en"):
        with scope(cast.sanne), translation.override(language):
            rows = [{"line": line, "before": line.before, "after": line.after, "effect": line.effect, "percent": None} for line in queries.lines(cast.sanne, copy)]
            document.letter_document(queries.copy(cast.sanne, copy.pk), Portal.objects.get(pk=cast.sanne.portal_id), rows, {}, with_tax=False, counts=language == "en")
    assert [(data["title"], len(data["lines"]) == copy.line_count, len(data["heads"])) for data in seen] == [("Nieuwe prijzen", True, 5), ("New prices", True, 6)]
    assert [line["sku"] for line in seen[0]["lines"]] == [row["line"].sku for row in rows]
    assert all("€" in line["cells"][0] and len(line["cells"]) == 3 for line in seen[0]["lines"])


def test_by_choice_it_tells_of_what_was_not_bought(cast, client_of, day):
    _order(cast, "L-1", "10042", "VH-38-89", 90)
    plain = _copy(cast, _written(cast, day), "10042")
    with scope(cast.peter):
        wide = actions.write_letter(cast.peter, values={"title": "Alles", "text": "", "title_en": "", "text_en": "", "effective_on": day, "unbought": True}, today=timezone.localdate())
    _made(cast, wide)
    copy = _copy(cast, wide, "10042")
    assert plain is not None and copy is not None
    assert (plain.others, copy.line_count - copy.others, copy.effect) == (0, plain.line_count, plain.effect)
    assert copy.others > 0
    with scope(cast.system):
        others = list(LetterLine.objects.filter(copy=copy, times=0))
        assert len(others) == copy.others
        assert {(line.quantity, line.weight) for line in others} == {(0, 0)}
    assert "niet afgenomen in de laatste twaalf maanden" in client_of("peter").get(f"/price-letters/{copy.pk}/").content.decode()


def test_what_is_sent_stays(cast, day):
    letter = _written(cast, day)
    _sent(cast, letter)
    values = {"title": "Anders", "text": "", "title_en": "", "text_en": "", "effective_on": day}
    with scope(cast.peter):
        for act in (lambda: actions.change_letter(cast.peter, letter=letter, values=values, today=timezone.localdate()), lambda: actions.drop_letter(cast.peter, letter=letter),
                    lambda: actions.send_letter(cast.peter, letter=letter, now=timezone.now(), today=timezone.localdate())):  # fmt: skip
            with pytest.raises(Refused, match=r"letters\.sent"):
                act()


def test_a_letter_is_about_a_day_to_come_and_sent_to_somebody(cast, day):
    today = timezone.localdate()
    values = {"title": "Prijzen", "text": "", "title_en": "", "text_en": "", "effective_on": today}
    with scope(cast.peter):
        with pytest.raises(Refused, match=r"letters\.past"):
            actions.write_letter(cast.peter, values=values, today=today)
        with pytest.raises(Refused, match=r"letters\.far"):
            actions.write_letter(cast.peter, values={**values, "effective_on": today + timedelta(days=400)}, today=today)
    quiet = _written(cast, today + timedelta(days=2))
    with scope(cast.system):
        LetterCopy.objects.filter(letter=quiet).delete()
    with scope(cast.peter):
        with pytest.raises(Refused, match=r"letters\.nobody"):
            actions.send_letter(cast.peter, letter=quiet, now=timezone.now(), today=today)
        with pytest.raises(Refused, match=r"letters\.stale"):
            actions.send_letter(cast.peter, letter=quiet, now=timezone.now(), today=today + timedelta(days=2))


def test_while_it_is_calculated_nobody_touches_it_and_it_goes_on_after_a_stop(cast, day):
    with scope(cast.peter):
        letter = actions.write_letter(cast.peter, values={"title": "P", "text": "", "title_en": "", "text_en": "", "effective_on": day}, today=timezone.localdate())
        with pytest.raises(Refused, match=r"letters\.busy"):
            actions.drop_letter(cast.peter, letter=letter)
    with scope(cast.system):
        assert actions.make_copies(cast.system, letter_id=letter.pk, now=timezone.now(), today=timezone.localdate(), size=2)
        letter.refresh_from_db()
        assert letter.done == 2
    _made(cast, letter)
    with scope(cast.system):
        letter.refresh_from_db()
        assert letter.state == "ready" and letter.done == letter.total
        assert not actions.make_copies(cast.system, letter_id=letter.pk, now=timezone.now(), today=timezone.localdate(), size=2)
    for act in (actions.make_copies, actions.send_copies):
        with scope(cast.peter), pytest.raises((NotFound, Forbidden)):
            act(cast.peter, letter_id=letter.pk, size=1, **({"now": timezone.now(), "today": timezone.localdate()} if act is actions.make_copies else {}))


def test_calculated_again_it_is_new(cast, day):
    _order(cast, "L-1", "10042", "VH-38-89", 90)
    letter = _written(cast, day)
    first = _copy(cast, letter, "10042")
    with scope(cast.peter):
        actions.change_letter(cast.peter, letter=letter, values={"title": "Beter", "text": "", "title_en": "", "text_en": "", "effective_on": day}, today=timezone.localdate())
    assert _copy(cast, letter, "10042") is None
    _made(cast, letter)
    again = _copy(cast, letter, "10042")
    assert first is not None and again is not None and again.pk != first.pk and again.title == "Beter"


def test_pages_of_staff_do_not_exist_for_parties(cast, client_of, day):
    letter = _written(cast, day)
    for path in ("/price-letters/written/", "/price-letters/written/new/", f"/price-letters/written/{letter.pk}/", f"/price-letters/written/{letter.pk}/change/", f"/price-letters/written/{letter.pk}/send/"):
        assert client_of("sanne").get(path).status_code == 404
        assert client_of("fatima").get(path).status_code == 403
        assert client_of("peter").get(path).status_code == 200
        if str(letter.pk) in path:
            assert client_of("otto").get(path).status_code == 404
    for path in (f"/price-letters/written/{letter.pk}/send/", f"/price-letters/written/{letter.pk}/drop/"):
        assert client_of("sanne").post(path).status_code == 404
        assert client_of("fatima").post(path).status_code == 403


def test_everybody_who_sees_prices_is_told_once(cast, day):
    _order(cast, "L-1", "10042", "VH-38-89", 90)
    letter = _written(cast, day)
    _sent(cast, letter)
    run_jobs()
    with scope(cast.system):
        copy = LetterCopy.objects.get(letter=letter, party__number="10042")
        told = list(Notification.objects.filter(kind="letters.letter", subject=f"letters.copy:{copy.pk}").values_list("user__name", flat=True))
    assert "Sanne Bakker" in told and len(told) == len(set(told)) and "Dirk de Vries" not in told
