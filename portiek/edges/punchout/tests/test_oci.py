"""OCI: a purchasing system opens the portal, a cart is filled and goes back, nothing else is possible, and nobody else gets anything."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from portiek.config.testing import recorded, run_jobs
from portiek.core.db import scope
from portiek.core.db.gate import ask
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.sessions import token_hash
from portiek.edges.punchout import actions, facts, permissions, queries
from portiek.edges.punchout.models import System, Visit
from portiek.foundation.accounts import actions as accounts
from portiek.foundation.accounts.identify import _actor
from portiek.foundation.accounts.models import Membership, Session, User
from portiek.foundation.parties.models import Party
from portiek.trade.catalog.models import AssortmentItem, Product
from portiek.trade.orders import actions as orders
from portiek.trade.orders.models import Cart, CartLine, Order
from portiek.trade.orders.queries import Asked, Details
from portiek.trade.orders.tests.test_submit import last_fact
from tests.architecture.doors import doors

PLATE, STUD = "GP-125-2600", "MS-C75-26"
HOOK = "https://inkoop.bakker.example/oci/terug?sid=a%2Fb&n=1"


def connect(cast, *, person="Sanne Bakker", number="10042", kind="oci", hosts=("inkoop.bakker.example",), staff=None):
    staff = staff or cast.olga
    with scope(staff):
        party = Party.objects.get(number=number)
        return actions.add_system(staff, party=party, name="SAP Ariba", kind=kind, user_id=User.objects.get(name=person).pk, hosts=list(hosts))


def browser(host="localhost"):
    return Client(headers={"host": host}, enforce_csrf_checks=True)


def enter(made, client=None, **more):
    system, secret = made
    client = client or browser()
    answer = client.post("/punchout/oci/", {"USERNAME": system.login, "PASSWORD": secret, "HOOK_URL": HOOK, "~OkCode": "ADDI", "~CALLER": "CTLG", "~TARGET": "_top", **more}, headers={"origin": "https://inkoop.bakker.example"})
    return client, answer


def token_of(client, path="/orders/cart/"):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(path).content.decode())[1]


def post(client, path, **fields):
    return client.post(path, {**fields, "csrfmiddlewaretoken": token_of(client)})


def sent(answer):
    return {html.unescape(name): html.unescape(value) for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.content.decode())}


def acting(client, host="localhost"):
    found = ask("identify", host, token_hash(client.cookies[settings.SESSION_COOKIE].value))
    return _actor(found["portal"]["id"], found["member"]) if found["member"] else None


def states(cast):
    with scope(cast.sanne):
        return list(Visit.objects.order_by("pk").values_list("state", "reason"))


def test_a_cart_is_filled_and_goes_back_at_the_own_price(cast):
    made = connect(cast)
    with scope(cast.sanne):
        since = last_fact()
    client, answer = enter(made)
    assert (answer.status_code, answer["Location"]) == (302, "/catalog/")
    page = client.get("/catalog/").content.decode()
    assert "U winkelt voor SAP Ariba" in page and "Terug naar SAP Ariba met deze winkelwagen" in page
    assert 'href="/orders/"' not in page and 'href="/invoices/"' not in page and 'href="/account/"' not in page
    assert post(client, "/orders/cart/add/", product=PLATE, quantity="60").status_code == 302
    post(client, "/orders/cart/add/", product=STUD, quantity="24")
    assert "Bestelling controleren" not in client.get("/orders/cart/").content.decode()
    actor = acting(client)
    with scope(actor):
        lines = {item.product.sku: item for item in queries.orders.basket(actor, day=timezone.localdate()).lines}
    back = post(client, "/punchout/return/")
    assert back.status_code == 200 and "form-action https://inkoop.bakker.example;" in back["Content-Security-Policy"] and "data-onward" in back.content.decode() and 'target="_top"' in back.content.decode()
    assert html.unescape(re.search(r'action="([^"]+)"', back.content.decode())[1]) == HOOK
    fields = sent(back)
    assert (fields["~OkCode"], fields["~CALLER"]) == ("ADDI", "CTLG") and "csrfmiddlewaretoken" not in fields and "PASSWORD" not in fields
    for place, sku in ((1, PLATE), (2, STUD)):
        assert fields[f"NEW_ITEM-VENDORMAT[{place}]"] == fields[f"NEW_ITEM-EXT_PRODUCT_ID[{place}]"] == sku
        assert Decimal(fields[f"NEW_ITEM-PRICE[{place}]"]) / Decimal(fields[f"NEW_ITEM-PRICEUNIT[{place}]"]) == lines[sku].price.net
        assert Decimal(fields[f"NEW_ITEM-QUANTITY[{place}]"]) == lines[sku].line.quantity and fields[f"NEW_ITEM-CURRENCY[{place}]"] == "EUR" and fields[f"NEW_ITEM-UNIT[{place}]"] == lines[sku].product.unit_code
    assert fields["NEW_ITEM-MATNR[1]"] == "BB-1001"  # the buyer's own number
    # Nothing was ordered, the cart is empty, and asking again gives the same.
    assert sent(post(client, "/punchout/return/")) == fields
    with scope(cast.sanne):
        assert not CartLine.objects.filter(cart__by_user_id=actor.by_user_id).exists() and states(cast) == [("returned", "")]
        assert [type(fact) for fact in recorded(since) if type(fact).__module__ == facts.__name__] == [facts.VisitBegun, facts.VisitReturned]


def test_carts_of_several_visits_and_of_the_person_himself_never_mix(cast, client_of):
    made = connect(cast)
    sanne = client_of("sanne")
    sanne.post("/orders/cart/add/", {"product": PLATE, "quantity": "120"})
    (one, _answer), (two, _other) = enter(made), enter(made)
    post(one, "/orders/cart/add/", product=PLATE, quantity="60")
    assert PLATE not in two.get("/orders/cart/").content.decode()
    post(two, "/orders/cart/add/", product=STUD, quantity="24")
    assert sent(post(one, "/punchout/return/"))["NEW_ITEM-QUANTITY[1]"] == "60" and sent(post(two, "/punchout/return/"))["NEW_ITEM-VENDORMAT[1]"] == STUD
    with scope(cast.sanne):
        assert CartLine.objects.get(cart__user_id=cast.sanne.user_id, cart__by_user_id=0, product__sku=PLATE).quantity == 120


def test_a_visit_shops_and_does_nothing_else(cast):
    client, _answer = enter(connect(cast))
    actor = acting(client)
    assert actor.shops and {right.split(".")[0] for right in actor.rights} == {"catalog", "price", "cart"} and actor.hand == actor.by_user_id < 0
    for door in doors():
        if door.arguments or not door.access or door.access[0] == "public" or door.name in ("live",):
            continue
        right, path = door.access[0], f"/{door.route}"
        if right is None and "GET" in door.methods:
            answer = client.get(path)
            assert (answer.status_code, answer.get("Location")) in ((302, "/catalog/"), (404, None)), door.name
        if right not in permissions.SHOPPING and "POST" in door.methods:
            assert post(client, path).status_code in (403, 404), door.name
    before = client.cookies[settings.SESSION_COOKIE].value
    # It never becomes the person that it shops as: not by stopping, not by switching, not by a role.
    assert post(client, "/along/stop/").status_code == 404 and client.cookies[settings.SESSION_COOKIE].value == before
    with scope(cast.system):
        gate = actions.Actor.gate(actor.portal_id)
    with scope(gate), pytest.raises(NotFound):
        accounts.stop_along(gate, session=token_hash(before))
    assert acting(client).rights == actor.rights


def test_its_time_ends_it_and_never_makes_it_more(cast):
    client, _answer = enter(connect(cast))
    gate = actions.Actor.gate(cast.sanne.portal_id)
    with scope(gate):
        Session.objects.filter(mode="shop").update(mode_until=timezone.now() - timezone.timedelta(minutes=1))
    assert acting(client).shops
    assert client.get("/catalog/").status_code == 200
    with scope(gate):
        assert Session.objects.get(mode="shop").expires_at < timezone.now() + timezone.timedelta(hours=5)  # it was not let stand longer
        Session.objects.filter(way="punchout").update(mode="")  # as when companies are merged
    assert acting(client) is None
    with scope(gate):
        Session.objects.filter(way="punchout").update(mode="shop")
        Session.objects.filter(mode="shop").update(expires_at=timezone.now() - timezone.timedelta(minutes=1))
    assert acting(client) is None


def test_who_was_logged_in_there_comes_in_as_the_system_alone(cast, client_of):
    olga = client_of("olga")
    enter(connect(cast), olga)
    assert acting(olga).party_id == cast.sanne.party_id and olga.get("/parties/").status_code in (403, 404)


@pytest.mark.parametrize("hook", ["http://inkoop.bakker.example/oci", "https://inkoop.bakker.example.evil.example/", "https://evil.example/?https://inkoop.bakker.example/", "https://inkoop.bakker.example@evil.example/", "https://inkoop.bakker.example\\@evil.example/",
                                  "https://inkoop.bakker.example:8443/", "//inkoop.bakker.example/", "javascript:alert(1)", "https://inkoop.bakker.example/\r\nX: y", "https://inkoop.bakker.example;script-src *", "", "https://inkoop.bakker.example/" + "a" * 1000, "https:/inkoop.bakker.example/", "HTTPS://evil.example#inkoop.bakker.example"])
def test_a_cart_goes_back_to_an_agreed_host_alone(cast, hook):
    client, answer = enter(connect(cast), HOOK_URL=hook)
    assert answer.status_code == 422 and settings.SESSION_COOKIE not in client.cookies and states(cast) == [("refused", "punchout.return")]
    assert "evil" not in answer.get("Content-Security-Policy", "") and b"evil.example" not in answer.content


def test_a_host_that_is_taken_away_gets_nothing_back(cast):
    made = connect(cast)
    client, _answer = enter(made)
    post(client, "/orders/cart/add/", product=PLATE, quantity="60")
    with scope(cast.olga):
        actions.change_system(cast.olga, login=made[0].login, name="SAP Ariba", kind="oci", user_id=made[0].user_id, hosts=["anders.bakker.example"])
    answer = post(client, "/punchout/return/")
    assert answer.status_code == 422 and b"inkoop.bakker.example" not in answer.content
    with scope(cast.olga):
        actions.switch_system(cast.olga, login=made[0].login, is_active=False)
    assert post(client, "/punchout/return/").status_code == 422
    assert enter(made)[1].status_code == 403


@pytest.mark.parametrize(("login", "secret"), [("", ""), (None, "x"), ("po_onbekend", None), (None, ""), ("po_\0", "x"), ("sanne@bakker.example", "welkom-bij-portiek")])
def test_a_wrong_name_or_password_opens_nothing_and_says_the_same(cast, login, secret):
    made = connect(cast)
    client, answer = enter(made, USERNAME=made[0].login if login is None else login, PASSWORD=made[1] if secret is None else secret)
    assert answer.status_code in (400, 403) and settings.SESSION_COOKIE not in client.cookies
    assert "niet goed" in answer.content.decode() or answer.status_code == 400


def test_many_tries_are_too_many(cast, monkeypatch):
    monkeypatch.setitem(accounts.entering.rules.DOORS, "punchout", (("place", 3, 900),))
    made = connect(cast)
    assert [enter(made, PASSWORD="fout")[1].status_code for _ in range(5)] == [403, 403, 403, 429, 429]


@pytest.mark.parametrize("body", [b"", b"\xff\xfe=\x00", b"USERNAME=%ff&PASSWORD=%ff", b"{}"])
def test_rubbish_is_refused_in_words(cast, body):
    answer = browser().post("/punchout/oci/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (400, 403) and b"<h1" in answer.content
    assert browser().get("/punchout/oci/").status_code == 405


def test_a_password_of_another_portal_opens_nothing_here(cast):
    made = connect(cast)
    answer = enter(made, browser("brand.localhost"))[1]
    assert answer.status_code == 403


def test_detail_shows_a_product_and_validate_and_search_answer_at_once(cast):
    made = connect(cast)
    assert enter(made, FUNCTION="DETAIL", PRODUCTID=PLATE)[1]["Location"] == f"/catalog/p/{PLATE}/"
    client, answer = enter(made, FUNCTION="VALIDATE", PRODUCTID=PLATE, QUANTITY="600")
    actor = cast.sanne
    with scope(actor):
        price = queries.orders.proposal(actor, lines=[Asked(PLATE, Decimal(600))], details=Details(), day=timezone.localdate()).basket.lines[0].price.net
    fields = sent(answer)
    assert Decimal(fields["NEW_ITEM-PRICE[1]"]) / Decimal(fields["NEW_ITEM-PRICEUNIT[1]"]) == price and fields["NEW_ITEM-QUANTITY[1]"] == "600" and settings.SESSION_COOKIE not in client.cookies
    found = sent(enter(made, FUNCTION="BACKGROUND_SEARCH", SEARCHSTRING="gipsplaat")[1])
    assert PLATE in [value for name, value in found.items() if name.startswith("NEW_ITEM-VENDORMAT")]
    assert not [name for name in sent(enter(made, FUNCTION="BACKGROUND_SEARCH", SEARCHSTRING="zzzzz")[1]) if name.startswith("NEW_ITEM")]


def test_a_product_outside_the_assortment_is_as_one_that_is_not_there(cast):
    made = connect(cast)
    with scope(cast.system):
        AssortmentItem.objects.filter(product__sku=STUD).delete()
        assert Product.objects.filter(sku=STUD, is_active=True).exists()
    answers = [enter(made, FUNCTION=function, PRODUCTID=sku)[1] for function in ("VALIDATE", "DETAIL") for sku in (STUD, "bestaat-niet")]
    assert {(answer.status_code, _said(answer)) for answer in answers} == {(422, _said(answers[0]))}
    assert enter(made, FUNCTION="UPLOAD")[1].status_code == 422
    assert {reason for _state, reason in states(cast)} == {"punchout.product", "punchout.function"}


def _said(answer):
    return re.search(r'<p class="muted">(.*?)</p>', answer.content.decode())[1]


def test_somebody_who_no_longer_has_access_shops_no_more(cast, client_of):
    made = connect(cast, person="Youssef El Amrani")
    client, _answer = enter(made)
    with scope(cast.system):
        Membership.objects.filter(user__name="Youssef El Amrani").update(is_active=False)
    assert acting(client) is None and enter(made)[1].status_code == 422
    assert states(cast)[-1] == ("refused", "punchout.person")
    assert "heeft geen toegang meer" in client_of("olga").get(f"/punchout/{made[0].login}/").content.decode() and "Kies iemand anders" not in client_of("sanne").get(f"/punchout/{made[0].login}/").content.decode()


def test_the_order_of_a_cart_that_went_back_is_recognised(cast):
    made = connect(cast)
    client, _answer = enter(made)
    post(client, "/orders/cart/add/", product=PLATE, quantity="60")
    post(client, "/punchout/return/")
    sanne = cast.sanne
    with scope(sanne):
        other = _order(sanne, PLATE, 120, "1")
    run_jobs()
    assert states(cast) == [("returned", "")]
    with scope(sanne):
        order = _order(sanne, PLATE, 60, "2")
    run_jobs()
    with scope(sanne):
        assert Visit.objects.get().order_id == order.pk != other.pk
    with scope(sanne):
        _order(sanne, PLATE, 60, "3")
    run_jobs()
    with scope(sanne):
        assert Visit.objects.get().order_id == order.pk


def _order(actor, sku, quantity, key):
    return actions.orders.place_order(actor, lines=[Asked(sku, Decimal(quantity))], details=Details(), key=key * 32, said=key, now=timezone.now())


def test_staff_set_a_system_up_and_the_customer_sees_it(cast, client_of):
    olga, sanne = client_of("olga"), client_of("sanne")
    with scope(cast.olga):
        since, user = last_fact(), User.objects.get(name="Sanne Bakker").pk
    given = {"name": "Coupa", "kind": "oci", "user": str(user), "hosts": "https://bakker.coupahost.com/x\nTEST.coupahost.com"}
    assert olga.get("/punchout/new/10042/").status_code == 200
    page = olga.post("/punchout/new/10042/", given)
    assert page.status_code == 201
    with scope(cast.olga):
        system = System.objects.get(name="Coupa")
        assert system.hosts == ["bakker.coupahost.com", "test.coupahost.com"] and [type(fact) for fact in recorded(since)] == [facts.SystemAdded]
    secret = re.search(r'<code>([A-Za-z0-9_-]{32})</code>', page.content.decode())[1]
    assert enter((system, secret), HOOK_URL="https://bakker.coupahost.com/terug")[1].status_code == 302
    seen = sanne.get(f"/punchout/{system.login}/").content.decode()
    assert system.login in seen and secret not in seen and "/renew/" not in seen and "Coupa" in sanne.get("/punchout/").content.decode()
    assert secret not in olga.get(f"/punchout/{system.login}/").content.decode()
    assert olga.post(f"/punchout/{system.login}/change/", {**given, "hosts": "geen host!"}).status_code == 422
    assert olga.post(f"/punchout/{system.login}/change/", {**given, "name": "Coupa test"}).status_code == 302
    assert "Coupa test" in olga.get("/parties/10042/punchout/").content.decode()
    again = olga.post(f"/punchout/{system.login}/renew/").content.decode()
    assert enter((system, secret), HOOK_URL="https://bakker.coupahost.com/terug")[1].status_code == 403
    assert enter((system, re.search(r'<code>([A-Za-z0-9_-]{32})</code>', again)[1]), HOOK_URL="https://bakker.coupahost.com/terug")[1].status_code == 302
    assert olga.post(f"/punchout/{system.login}/off/").status_code == 302 and olga.post(f"/punchout/{system.login}/on/").status_code == 302


def test_another_party_gets_404_and_the_customer_changes_nothing(cast, client_of):
    system, _secret = connect(cast)
    for who in ("dirk", "nadia2", "otto"):
        client = client_of(who)
        assert client.get(f"/punchout/{system.login}/").status_code in (403, 404) and system.login not in client.get("/punchout/").content.decode()
    sanne = client_of("sanne")
    for path in ("change", "renew", "off"):
        assert sanne.post(f"/punchout/{system.login}/{path}/").status_code == 404
    with scope(cast.sanne):
        with pytest.raises(NotFound):
            actions.renew_secret(cast.sanne, login=system.login)
        with pytest.raises(NotFound):
            actions.add_system(cast.sanne, party=Party.objects.get(number="10042"), name="x", kind="oci", user_id=cast.sanne.user_id, hosts=["x.example"])
    with scope(cast.youssef), pytest.raises(Forbidden):
        actions.renew_secret(cast.youssef, login=system.login)
    with scope(cast.dirk):
        assert not System.objects.exists() and not Visit.objects.exists()
    with scope(cast.olga), pytest.raises(Refused):
        actions.add_system(cast.olga, party=Party.objects.get(number="10042"), name="x", kind="oci", user_id=cast.dirk.user_id, hosts=["x.example"])


def test_only_who_shops_for_a_system_gives_back(cast, client_of):
    connect(cast)
    assert client_of("sanne").post("/punchout/return/").status_code == 404
    with scope(cast.sanne), pytest.raises(NotFound):
        actions.give_back(cast.sanne, now=timezone.now())
    with scope(cast.system):
        assert not Order.objects.filter(reference="x").exists() and not Cart.objects.filter(by_user_id__lt=0).exists()


def test_old_visits_go(cast):
    made = connect(cast)
    enter(made)
    with scope(cast.system):
        Visit.objects.update(at=timezone.now() - timezone.timedelta(days=91))
        assert actions.drop_old_visits(cast.system, now=timezone.now()) == 1 and not Visit.objects.exists()
    with scope(cast.sanne), pytest.raises(NotFound):
        actions.drop_old_visits(cast.sanne, now=timezone.now())


def test_the_cart_of_a_visit_that_nobody_came_back_to_goes_and_the_person_s_own_stays(cast, client_of):
    made = connect(cast)
    sanne = client_of("sanne")
    sanne.post("/orders/cart/add/", {"product": PLATE, "quantity": "120"})
    client, _answer = enter(made)
    post(client, "/orders/cart/add/", product=PLATE, quantity="60")
    with scope(cast.system):
        kept = set(Cart.objects.filter(party_id=cast.sanne.party_id, by_user_id=0).values_list("pk", flat=True))
        Cart.objects.filter(party_id=cast.sanne.party_id).update(changed_at=timezone.now() - timedelta(days=6))
        Visit.objects.update(at=timezone.now() - timedelta(days=6))
    for days, left in ((6, 1), (8, 0)):
        with scope(cast.system):
            Cart.objects.filter(party_id=cast.sanne.party_id).update(changed_at=timezone.now() - timedelta(days=days))
            orders.drop_old_carts(cast.system, now=timezone.now())
            assert Cart.objects.filter(party_id=cast.sanne.party_id, by_user_id__lt=0).count() == left
            assert set(Cart.objects.filter(party_id=cast.sanne.party_id, by_user_id=0).values_list("pk", flat=True)) == kept and kept
    assert "Niemand kwam terug" in client_of("olga").get(f"/punchout/{made[0].login}/").content.decode()
