"""Acting for another company on a mandate: what it gives, what it never gives, and that it ends at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.db.gate import ask
from portiek.core.errors import Forbidden, Refused
from portiek.core.models import FactRow
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import actions as accounts
from portiek.foundation.accounts.identify import _actor
from portiek.foundation.accounts.models import Membership, Role
from portiek.foundation.accounts.tests.test_alone import alone
from portiek.foundation.parties import actions
from portiek.foundation.parties.models import Address, Party, Relation
from portiek.trade.orders import queries as orders
from portiek.trade.orders.actions import submit_order
from portiek.trade.orders.models import Cart, Order

RIGHTS = ("catalog.view", "price.view", "cart.edit", "order.place", "order.view", "invoice.view")
TODAY = date.today()


def mandate(cast: Any, *, giver: str = "10042", agent: str = "10077", rights: tuple[str, ...] = RIGHTS, **days: Any) -> Relation:
    """Let staff set a mandate, by default of De Vries for Bakker."""
    with scope(cast.olga):
        made = actions.set_relation(cast.olga, kind="dealer", giver=Party.objects.get(number=giver), agent=Party.objects.get(number=agent), rights=rights, reference="M-2026-7",
                                    **{"starts_on": TODAY - timedelta(days=2), **days})
    return made


def change(cast: Any, row: Relation, **values: Any) -> None:
    with scope(cast.system):
        Relation.objects.filter(pk=row.pk).update(**values)


def take(client: Any, row: Relation | int) -> Any:
    return client.post("/company/", {"company": f"m{row if isinstance(row, int) else row.pk}"})


def of_session(client: Any) -> Any:
    """Return the actor of a browser, as a request makes it."""
    found = ask("identify", "localhost", token_hash(client.cookies[settings.SESSION_COOKIE].value))
    return _actor(found["portal"]["id"], found["member"])


def acts_for(client: Any) -> str:
    """Return the number of the company that a browser acts for, "" for none."""
    found = client.get("/parties/mine/")
    return "" if found.status_code != 200 else next((number for name, number in (("Bouwbedrijf Bakker", "10042"), ("Kozijnhuis", "10077")) if f"<p>{name}" in found.content.decode()), "?")


def test_a_provider_alone_is_asked_of_ones_own_people(cast: Any, client_of: Any):
    """That of the company that gave the mandate concerns its own people; that of the one that got it whoever acts on it."""
    row, dirk = mandate(cast), client_of("dirk")
    assert take(dirk, row).status_code == 302
    alone(cast)
    assert acts_for(dirk) == "10042"
    alone(cast, "dirk")
    assert acts_for(dirk) == ""


def test_a_dealer_acts_for_a_customer_and_both_names_are_kept(cast: Any, client_of: Any):
    row = mandate(cast)
    dirk = client_of("dirk")
    assert "Namens Bouwbedrijf Bakker" in dirk.get("/").content.decode()
    secret = dirk.cookies[settings.SESSION_COOKIE].value
    assert take(dirk, row).status_code == 302
    assert dirk.cookies[settings.SESSION_COOKIE].value != secret
    page = dirk.get("/orders/").content.decode()
    assert "U handelt namens Bouwbedrijf Bakker B.V." in page and "VD-10042-" in page and "VD-10077-" not in page
    dirk.post("/orders/cart/add/", {"product": "GP-125-2600", "quantity": "60"})
    with scope(cast.system):
        cart = Cart.objects.filter(user_id=cast.dirk.user_id, party__number="10042").count()
    assert cart == 1
    actor = of_session(dirk)
    with scope(actor):
        basket = orders.basket(actor, day=timezone.localdate())
        number = submit_order(actor, key=basket.cart.key, seen=basket.hash, now=timezone.now()).number
    with scope(cast.system):
        fact = FactRow.objects.get(name="orders.order.submitted", mandate_id=row.pk)
    assert (fact.party_id, fact.user_id, fact.user_name, fact.text) == (row.giver_id, cast.dirk.user_id, "Dirk de Vries (Kozijnhuis De Vries)", number)
    assert "Dirk de Vries (Kozijnhuis De Vries)" in client_of("sanne").get(f"/orders/{number}/").content.decode()
    for key, url in (("sanne", f"/parties/mine/mandates/{row.pk}/"), ("dirk", f"/parties/mine/mandates/{row.pk}/"), ("olga", f"/parties/10042/mandates/{row.pk}/"), ("olga", f"/parties/10077/mandates/{row.pk}/")):
        assert number in client_of(key).get(url).content.decode(), key
    assert client_of("mark").get(f"/parties/mine/mandates/{row.pk}/").status_code in (403, 404)
    assert client_of("dirk").get(f"/orders/{number}/").status_code == 404  # as himself he sees nothing of it


def test_the_cart_of_the_other_company_stays_there(cast: Any, client_of: Any):
    row = mandate(cast)
    dirk = client_of("dirk")
    dirk.post("/orders/cart/add/", {"product": "BD-830", "quantity": "4"})
    take(dirk, row)
    assert "BD-830" not in dirk.get("/orders/cart/").content.decode()
    dirk.post("/orders/cart/add/", {"product": "GP-125-2600", "quantity": "60"})
    dirk.post("/company/", {"company": str(cast.dirk.party_id)})
    page = dirk.get("/orders/cart/").content.decode()
    assert "BD-830" in page and "GP-125-2600" not in page
    assert "GP-125-2600" not in client_of("sanne").get("/orders/cart/").content.decode()


def test_it_gives_no_more_than_mandate_own_role_and_ceiling_together(cast: Any, client_of: Any):
    row = mandate(cast, rights=("catalog.view", "order.view", "invoice.view"))
    dirk = client_of("dirk")
    take(dirk, row)
    assert dirk.get("/orders/").status_code == 200 and dirk.get("/invoices/").status_code == 200
    assert dirk.post("/orders/cart/add/", {"product": "GP-125-2600", "quantity": "60"}).status_code in (403, 404)
    for path in ("/colleagues/", "/roles/", "/parties/mine/mandates/", "/parties/mine/contacts/", "/bank/", "/audit/"):
        assert dirk.get(path).status_code in (403, 404), path
    with scope(cast.olga):  # the ceiling of the one he acts for
        accounts.set_ceiling(cast.olga, kind="", party=Party.objects.get(number="10042"), withheld=["invoice.view"])
    assert dirk.get("/invoices/").status_code in (403, 404) and dirk.get("/orders/").status_code == 200
    with scope(cast.olga):  # his own ceiling, which takes it from his role
        accounts.set_ceiling(cast.olga, kind="", party=Party.objects.get(number="10077"), withheld=["order.view"])
    assert dirk.get("/orders/").status_code in (403, 404)


@pytest.mark.parametrize("over", [
    {"ended_at": timezone.now()}, {"ends_on": TODAY - timedelta(days=2), "starts_on": TODAY - timedelta(days=9)}, {"starts_on": TODAY + timedelta(days=2)}, {"confirmed_at": None},
], ids=["revoked", "past", "not yet", "not confirmed"])
def test_it_is_over_in_the_middle_of_a_session(cast: Any, client_of: Any, over: dict[str, Any]):
    row = mandate(cast)
    dirk, other = client_of("dirk"), client_of("dirk")
    take(dirk, row)
    assert acts_for(dirk) == "10042"
    change(cast, row, **over)
    # He is out, and not silently himself again: what he was about to send was meant for another company.
    assert dirk.get("/orders/").status_code == 302 and dirk.post("/orders/cart/add/", {"product": "BD-830", "quantity": "4"}).status_code == 302
    assert take(other, row).status_code == 404 and acts_for(other) == "10077"
    assert "Namens Bouwbedrijf" not in other.get("/").content.decode()


def test_whoever_loses_the_right_or_his_place_is_out(cast: Any, client_of: Any):
    row = mandate(cast)
    dirk = client_of("dirk")
    take(dirk, row)
    with scope(cast.system):
        Membership.objects.filter(user_id=cast.dirk.user_id).update(role=Role.objects.get(code="buyer"))
    assert dirk.get("/orders/").status_code == 302
    assert take(client_of("dirk"), row).status_code == 404


def test_a_closed_company_or_a_stricter_log_in_stops_it(cast: Any, client_of: Any):
    row = mandate(cast)
    dirk, sanne = client_of("dirk"), cast.sanne
    take(dirk, row)
    with scope(sanne):
        accounts.set_party_policy(sanne, ways=["code"], second_step="everybody", since=None, strong=True)
    assert dirk.get("/orders/").status_code == 302
    answer = take(client_of("dirk"), row)
    assert answer.status_code == 302 and "again=1" in answer["Location"]
    with scope(sanne):
        accounts.set_party_policy(sanne, ways=["code", "password", "passkey"], second_step="never", since=None, strong=True)
    assert take(client_of("dirk"), row).status_code == 302
    with scope(cast.system):
        Party.objects.filter(pk=row.giver_id).update(is_active=False)
    assert take(client_of("dirk"), row).status_code == 404


def test_nobody_else_comes_in_by_it(cast: Any, client_of: Any):
    row = mandate(cast)
    for key in ("mark", "els", "olga", "nadia2", "otto", "sanne"):
        assert take(client_of(key), row).status_code == 404, key
    # Karin is of both companies: she is at home there, and acts there as herself.
    assert take(client_of("karin", "devries"), row).status_code == 404
    for odd in ("m", "m-1", "m0", "mm1", "m999999999", "m99999999999999999999", "m²"):
        assert client_of("dirk").post("/company/", {"company": odd}).status_code == 404, odd


def test_a_mandate_is_not_passed_on(cast: Any, client_of: Any):
    """Gips Noord acts for De Vries, De Vries for Bakker: Gips Noord never acts for Bakker."""
    first = mandate(cast)
    second = mandate(cast, giver="10077", agent="20011", rights=(*RIGHTS, "file.view"))
    with scope(cast.system):
        Membership.objects.filter(user_id=cast.mark.user_id).update(role=Role.objects.get(code="supplier-admin"))
    mark = client_of("mark")
    assert "Namens Kozijnhuis" in mark.get("/").content.decode()
    assert take(mark, second).status_code == 302
    assert acts_for(mark) == "10077"
    assert "Namens Bouwbedrijf" not in mark.get("/").content.decode()
    assert take(mark, first).status_code == 404
    # Nor does who acts on one give another.
    actor = replace(cast.dirk, mandate_id=first.pk)
    with scope(actor), pytest.raises(Forbidden):
        actions.ask_relation(actor, kind="agent", gives=True, number="20011", rights=["order.view"], starts_on=TODAY)


def test_one_side_asks_and_the_other_confirms(cast: Any, client_of: Any):
    sanne, dirk = client_of("sanne"), client_of("dirk")
    form = {"way": "gives", "number": "10077", "kind": "dealer", "rights": ["order.view", "catalog.view"], "starts_on": TODAY.isoformat(), "ends_on": (TODAY + timedelta(days=30)).isoformat(), "reference": "V-12"}
    made = sanne.post("/parties/mine/mandates/new/", form)
    assert made.status_code == 302
    page = sanne.get(made["Location"]).content.decode()
    assert "Nummer 10077" in page and "Kozijnhuis" not in page
    run_jobs()
    assert "Kozijnhuis" not in sanne.get(made["Location"]).content.decode()  # whether there is such a company is not said before it answers
    listed = dirk.get("/parties/mine/mandates/").content.decode()
    assert "Bouwbedrijf Bakker" in listed
    key = int(made["Location"].rstrip("/").rpartition("/")[2])
    assert take(dirk, key).status_code == 404
    assert sanne.post(f"/parties/mine/mandates/{key}/confirm/").status_code == 404  # who asked does not confirm
    assert dirk.post(f"/parties/mine/mandates/{key}/confirm/").status_code == 302
    run_jobs()
    assert take(dirk, key).status_code == 302 and acts_for(dirk) == "10042"
    dirk.get("/orders/")
    page = sanne.get("/parties/mine/").content.decode()
    assert "Kozijnhuis De Vries" in page and "Wie namens u handelt" in page
    assert "Dirk de Vries" in sanne.get(made["Location"]).content.decode()
    assert sanne.post(f"/parties/mine/mandates/{key}/end/").status_code == 302
    assert dirk.get("/orders/").status_code == 302
    assert "Beëindigd" in client_of("dirk").get(f"/parties/mine/mandates/{key}/").content.decode()
    with scope(cast.system):
        names = list(FactRow.objects.filter(subject=f"parties.relation:{key}").order_by("pk").values_list("name", "party__number"))
    assert ("parties.relation.asked", "10042") in names and ("parties.relation.confirmed", "10077") in names and ("parties.relation.begun", "10042") in names and ("parties.relation.ended", "10042") in names


def test_an_unknown_number_answers_as_a_known_one(cast: Any, client_of: Any):
    sanne = client_of("sanne")
    form = {"way": "gives", "kind": "agent", "rights": ["order.view"], "starts_on": TODAY.isoformat()}
    pages = []
    for number in ("10077", "99999", "50001"):
        answer = sanne.post("/parties/mine/mandates/new/", {**form, "number": number})
        run_jobs()
        pages.append(sanne.get(answer["Location"]).content.decode().replace(number, "N").replace(answer["Location"], "L"))
    assert all(len(page) == len(pages[0]) for page in pages)
    with scope(cast.system):
        assert list(Relation.objects.filter(asked_number__in=["99999", "50001"]).values_list("agent_id", flat=True)) == [None, None]


def test_nobody_gives_what_he_lacks(cast: Any, client_of: Any):
    with scope(cast.sanne):
        Membership.objects.filter(user__name="Youssef El Amrani").update(role=accounts.make_role(cast.sanne, name="Machtigt", audience="party", owner=Party.objects.get(pk=cast.sanne.party_id), rights=["mandate.manage", "order.view.own"]))
    youssef = cast.youssef
    with scope(youssef):
        for rights in (["invoice.view"], ["order.view"], ["user.manage"], ["order.approve"], ["mandate.use"], []):
            with pytest.raises(Refused):
                actions.ask_relation(youssef, kind="agent", gives=True, number="10077", rights=rights, starts_on=TODAY)
    # Nor by confirming what another asks for more than he has.
    with scope(cast.dirk):
        asked = actions.ask_relation(cast.dirk, kind="dealer", gives=False, number="10042", rights=["invoice.view"], starts_on=TODAY)
    with scope(cast.system):
        actions.find_other_side(cast.system, relation_id=asked.pk)
    with scope(youssef), pytest.raises(Refused):
        actions.confirm_relation(youssef, relation=Relation.objects.get(pk=asked.pk))
    with scope(cast.sanne):
        actions.confirm_relation(cast.sanne, relation=Relation.objects.get(pk=asked.pk))


def test_the_database_lets_no_side_write_what_the_other_says(cast: Any):
    common = {"portal_id": cast.dirk.portal_id, "kind": "agent", "rights": ["order.view"], "starts_on": TODAY, "asked_name": "x"}
    bakker, devries = cast.sanne.party_id, cast.dirk.party_id
    for values in ({"asker_id": devries, "giver_id": bakker, "agent_id": devries}, {"asker_id": bakker, "giver_id": bakker}, {"asker_id": devries, "giver_id": bakker}, {"asker_id": None, "agent_id": devries},
                   {"asker_id": devries, "agent_id": devries, "confirmed_at": timezone.now()}):
        with scope(cast.dirk), pytest.raises(DatabaseError), transaction.atomic():
            Relation.objects.create(**common, **values)
    row = mandate(cast)
    with scope(cast.dirk), pytest.raises(DatabaseError), transaction.atomic():
        Relation.objects.filter(pk=row.pk).update(rights=["order.view", "user.manage"])
    mark = cast.mark
    with scope(mark), connection.cursor() as cursor:
        assert not Relation.objects.filter(pk=row.pk).exists()
        for deed in ("confirm", "end", "other"):
            cursor.execute("SELECT ctx.settle_relation(%s, %s, 'Mark')", [row.pk, deed])
            assert cursor.fetchone()[0] is False
        cursor.execute("SELECT count(*) FROM ctx.done_under(%s, 100)", [row.pk])
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT count(*) FROM ctx.mandated_people(%s)", [bakker])
        assert cursor.fetchone()[0] == 0


def test_who_acts_on_a_mandate_sees_nothing_more_of_the_company(cast: Any, client_of: Any):
    row = mandate(cast, rights=("order.view",))
    dirk = client_of("dirk")
    take(dirk, row)
    with scope(cast.system):
        order = Order.objects.filter(party__number="10042").first()
        address = Address.objects.filter(party__number="10042").first()
    assert dirk.get(f"/orders/{order.number}/").status_code == 200
    assert dirk.get(f"/parties/mine/addresses/{address.pk}/").status_code in (403, 404)
    page = dirk.get(f"/who/orders.order:{order.pk}/").content.decode()
    assert "Waarom zie ik dit?" in page and "Machtiging van Bouwbedrijf Bakker B.V. aan Kozijnhuis De Vries" in page and "Youssef" not in page


def test_a_request_asks_no_statement_more(cast: Any, client_of: Any):
    dirk = client_of("dirk")
    dirk.get("/orders/")
    with CaptureQueriesContext(connection) as before:
        dirk.get("/orders/")
    for number in ("10042", "30005"):
        row = mandate(cast, giver=number)
    take(dirk, row)
    dirk.get("/orders/")
    with CaptureQueriesContext(connection) as after:
        assert dirk.get("/orders/").status_code == 200
    assert len(after) <= len(before)


def test_staff_set_one_without_asking_either(cast: Any, client_of: Any):
    olga, dirk = client_of("olga"), client_of("dirk")
    form = {"way": "gives", "number": "99999", "kind": "agent", "rights": ["order.view"], "starts_on": TODAY.isoformat(), "reference": "Volmacht 12"}
    assert olga.post("/parties/10042/mandates/new/", form).status_code == 422  # there is no such company
    made = olga.post("/parties/10042/mandates/new/", {**form, "number": "10077"})
    assert made.status_code == 302
    run_jobs()
    key = int(made["Location"].rstrip("/").rpartition("/")[2])
    assert take(dirk, key).status_code == 302 and acts_for(dirk) == "10042"
    assert client_of("sanne").post("/parties/10042/mandates/new/", {**form, "number": "10077"}).status_code == 404
