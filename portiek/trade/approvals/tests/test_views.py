"""The pages of rules, the route before and after ordering, and who does not get them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portiek.core.db import scope
from portiek.trade.approvals import queries
from portiek.trade.approvals.models import Rule
from portiek.trade.approvals.tests.test_requests import named, placed, ruled
from portiek.trade.orders.models import Order
from portiek.trade.orders.tests.test_absence import approver, away
from portiek.trade.orders.tests.test_submit import fill


def values(cast, **more):
    return {"above": "1.500,00", "category": "", "lines": "", "role": "", "address": "", "shipping": "", "who1": "people", "people1": [str(cast.sanne.user_id)], "role1": "", "needs1": "any", "up_to1": "", "who2": "", "role2": "", "needs2": "any", "up_to2": "", "who3": "",
            "role3": "", "needs3": "any", **more}


def test_an_administrator_makes_changes_and_removes_a_rule(cast, client_of):
    sanne = client_of("sanne")
    assert "Nog geen regels" in sanne.get("/approvals/").content.decode()
    answer = sanne.post("/approvals/new/", values(cast, who2="anyone"))
    assert answer.status_code == 302, answer.content.decode()
    page = sanne.get("/approvals/").content.decode()
    assert "Orders boven €\u00a01.500,00 gaan eerst langs Sanne Bakker, dan langs een collega die mag fiatteren." in page
    with scope(cast.sanne):
        rule = Rule.objects.get()
    form = sanne.get(f"/approvals/{rule.pk}/").content.decode()
    assert 'value="1500,00"' in form and "Sanne Bakker" in form
    assert sanne.post(f"/approvals/{rule.pk}/", values(cast, above="900", address="oneoff")).status_code == 302
    assert "boven €\u00a0900,00 naar een adres voor één order gaan langs Sanne Bakker." in sanne.get("/approvals/").content.decode()
    assert sanne.post(f"/approvals/{rule.pk}/", values(cast, above="", lines="12", shipping="pickup", new_brands="on")).status_code == 302
    assert "Orders van 12 regels of meer die worden afgehaald met een merk dat nog nooit besteld is gaan langs Sanne Bakker." in sanne.get("/approvals/").content.decode()
    form = sanne.get(f"/approvals/{rule.pk}/").content.decode()
    assert 'value="12"' in form and 'value="pickup" selected' in form
    assert sanne.post(f"/approvals/{rule.pk}/pause/").status_code == 302
    assert "Gepauzeerd" in sanne.get("/approvals/").content.decode()
    assert sanne.post(f"/approvals/{rule.pk}/resume/").status_code == 302
    assert "Deze regel verwijderen?" in sanne.get(f"/approvals/{rule.pk}/remove/").content.decode()
    assert sanne.post(f"/approvals/{rule.pk}/remove/").status_code == 302
    assert "Nog geen regels" in sanne.get("/approvals/").content.decode()


@pytest.mark.parametrize(("more", "said"), [({"above": "", "who1": "anyone"}, "Zeg ten minste"), ({"above": "duizend"}, "getal"), ({"lines": "1"}, "minstens 2 is"), ({"lines": "twaalf"}, "geheel getal"), ({"shipping": "vliegtuig"}, "vliegtuig"), ({"people1": []}, "Kies ten minste"), ({"people1": ["999999"]}, ""), ({"who1": "role"}, "Kies een rol"),
                                            ({"up_to1": "5000", "who2": "anyone", "up_to2": "100"}, "bedragen lopen op")])
def test_what_does_not_fit_is_said_at_its_field(cast, client_of, more, said):
    answer = client_of("sanne").post("/approvals/new/", values(cast, **more))
    assert answer.status_code == 422 and said in answer.content.decode()


def test_rules_go_up(cast, client_of):
    first, second = ruled(cast, named(cast.sanne)), ruled(cast, named(cast.sanne))
    assert client_of("sanne").post(f"/approvals/{second.pk}/raise/").status_code == 302
    with scope(cast.sanne):
        assert [row.pk for row in queries.in_force(cast.sanne)] == [second.pk, first.pk]


@pytest.mark.parametrize("deed", ["", "pause/", "resume/", "raise/", "remove/"])
def test_another_party_gets_404_and_who_has_no_right_403(cast, client_of, deed):
    rule = ruled(cast, named(cast.sanne))
    for who, status in (("dirk", 404), ("youssef", 403), ("olga", 404), ("otto", 404), ("nadia2", 404)):
        answer = client_of(who).post(f"/approvals/{rule.pk}/{deed}")
        assert answer.status_code in ((status,) if who in ("dirk", "youssef") else (403, 404)), who
    with scope(cast.sanne):
        row = Rule.objects.get(pk=rule.pk)
        assert (row.removed_at, row.paused_at) == (None, None)


def test_a_rule_with_nobody_says_so(cast, client_of):
    karin = approver(cast, "karin")
    ruled(cast, named(karin))
    with scope(cast.system):
        from portiek.foundation.accounts.models import Membership

        Membership.objects.filter(user_id=karin.user_id, party_id=karin.party_id).update(is_active=False)
    page = client_of("sanne").get("/approvals/").content.decode()
    assert "heeft geen mogelijke goedkeurder" in page and "Karin Bakker" in page


def test_staff_read_the_rules_of_a_party(cast, client_of):
    ruled(cast, named(cast.sanne))
    assert "gaan langs Sanne Bakker" in client_of("peter").get("/parties/10042/approvals/").content.decode()
    assert client_of("peter").get("/approvals/").status_code in (403, 404)
    assert client_of("otto").get("/parties/10042/approvals/").status_code == 404


def test_the_route_stands_on_the_review_page_with_who_is_away(cast, client_of):
    karin = approver(cast, "karin")
    ruled(cast, named(cast.sanne), named(karin))
    away(cast.sanne, karin)
    with scope(cast.youssef):
        fill(cast.youssef)
    page = client_of("youssef").get("/orders/cart/review/").content.decode()
    for text in ("Stap 1: Sanne Bakker", "Stap 2: Karin Bakker", "boven €\u00a00,00", "Afwezig tot en met", "vervangen door Karin Bakker", "Vraag akkoord"):
        assert text in page, text


def test_without_a_rule_or_limit_there_is_no_route(cast, client_of):
    with scope(cast.sanne):
        fill(cast.sanne)
    page = client_of("sanne").get("/orders/cart/review/").content.decode()
    assert "Stap 1" not in page and "Bestel nu" in page


def test_the_page_of_an_order_shows_who_decided_when(cast, client_of):
    karin = approver(cast, "karin")
    ruled(cast, named(cast.sanne), named(karin))
    order = placed(cast.youssef)
    sanne, other = client_of("sanne"), client_of("karin", "bakker")
    assert "Keur order goed" in sanne.get(f"/orders/{order.number}/").content.decode()
    assert "Keur order goed" not in other.get(f"/orders/{order.number}/").content.decode()
    assert other.post(f"/orders/{order.number}/approve/", {"seen": order.content_hash, "step": "1"}).status_code == 409
    assert sanne.post(f"/orders/{order.number}/approve/", {"seen": order.content_hash, "step": "1"}).status_code == 302
    page = client_of("youssef").get(f"/orders/{order.number}/").content.decode()
    assert "Goedgekeurd door Sanne Bakker" in page and "Stap 2: Karin Bakker" in page
    for who in ("dirk", "otto"):
        assert client_of(who).get(f"/orders/{order.number}/").status_code == 404
        assert client_of(who).post(f"/orders/{order.number}/approve/", {"seen": order.content_hash}).status_code in (403, 404)


def test_statements_of_the_list_do_not_grow(cast, client_of):
    sanne, counts = client_of("sanne"), []
    for _rules in (1, 4):
        for _one in range(_rules):
            ruled(cast, named(cast.sanne))
        sanne.get("/approvals/")
        with CaptureQueriesContext(connection) as caught:
            sanne.get("/approvals/")
        counts.append(len(caught))
    assert counts[0] == counts[1], counts


def test_a_program_of_an_approver_sees_the_steps(cast, machine_of):
    karin = approver(cast, "karin")
    ruled(cast, named(cast.sanne), named(karin))
    order = placed(cast.youssef)
    machine = machine_of(cast.sanne)
    found = machine.get(f"/orders/{order.number}").json()["approval"]
    assert (found["status"], found["limit"], found["step"], [step["status"] for step in found["steps"]]) == ("pending", None, 1, ["open", "waiting"])


def test_several_at_once_each_as_it_was_seen(cast, client_of):
    ruled(cast, named(cast.sanne))
    orders = [placed(cast.youssef), placed(cast.youssef), placed(cast.youssef)]
    sanne = client_of("sanne")
    page = sanne.get("/orders/to-approve/").content.decode()
    picks = [f"{order.number}:{order.content_hash}:1" for order in orders]
    assert all(f'value="{pick}"' in page for pick in picks)
    # One of them is not as it was seen.
    answer = sanne.post("/orders/to-approve/approve/", {"pick": [picks[0], f"{orders[1].number}:{'0' * 64}:1", picks[2]]}, follow=True).content.decode()
    assert "2 orders zijn goedgekeurd." in answer and orders[1].number in answer
    with scope(cast.sanne):
        assert [Order.objects.get(pk=order.pk).status for order in orders] == ["submitted", "pending_approval", "submitted"]
    for who, status in (("dirk", 404), ("youssef", 403), ("otto", 403)):
        assert client_of(who).post("/orders/to-approve/approve/", {"pick": [picks[1]]}).status_code in (status, 404), who
    assert sanne.post("/orders/to-approve/approve/", {}).status_code == 302
