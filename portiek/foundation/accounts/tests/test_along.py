"""Looking as a role, looking along as a customer, working on his behalf (T06, T12, T16)."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from portiek.config.testing import recorded, run_jobs
from portiek.core.db import scope
from portiek.core.db.gate import ask
from portiek.core.models import FactRow
from portiek.core.permissions import base, rights
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import actions, facts
from portiek.foundation.accounts.identify import _actor
from portiek.foundation.accounts.models import Membership, Role, Session, User
from portiek.foundation.parties.models import Party
from tests.architecture.doors import doors

# The last two are for programs: who sends something there shows a secret, and no cookie counts.
STILL_OPEN = {"accounts:along-stop", "accounts:logout", "accounts:theme", "api:token", "api:revoke-token", "punchout:oci", "punchout:cxml"}
REASON = "Belde over een lege winkelwagen"


def key_of(cast, name, number="10042"):
    with scope(cast.system):
        return Membership.objects.get(user__name=name, party__number=number).pk


def go(client, key, mode="look", reason=REASON):
    return client.post(f"/colleagues/{key}/{mode}/", {"reason": reason})


def acting(client, host="localhost"):
    found = ask("identify", host, token_hash(client.cookies[settings.SESSION_COOKIE].value))
    return _actor(found["portal"]["id"], found["member"])


def secret(client):
    return client.cookies[settings.SESSION_COOKIE].value


def test_looking_along_shows_what_the_customer_sees_and_writes_nothing(client_of, cast):
    olga, youssef = client_of("olga"), client_of("youssef")
    key, before = key_of(cast, "Youssef El Amrani"), secret(olga)
    youssef.post("/orders/cart/add/", {"product": "GP-125-2600", "quantity": "60"})
    assert go(olga, key).status_code == 302
    assert secret(olga) != before and _nobody(before)
    page = olga.get("/").content.decode()
    assert "Olga Smit kijkt mee als Youssef El Amrani van Bouwbedrijf Bakker" in page and REASON in page and "Nog 30 minuten" in page
    assert olga.get("/parties/").status_code == 404  # she is not staff now
    assert "GP-125-2600" in olga.get("/orders/cart/").content.decode()
    with scope(cast.system):
        rows = {model: model.objects.count() for model in (FactRow, Membership, Role)}
    written = [door for door in doors() if "POST" in door.methods and not door.arguments and door.name not in STILL_OPEN]
    assert len(written) > 20
    for door in written:
        assert olga.post("/" + door.route, {"product": "GP-125-2600", "quantity": "1", "language": "en", "company": ""}).status_code in (403, 404), door.name
    actor = acting(olga)
    assert (actor.read_only, actor.by_name, actor.name, actor.rights) == (True, "Olga Smit", "Youssef El Amrani", cast.youssef.rights)
    with scope(actor), pytest.raises(Exception, match="read-only"):
        Membership.objects.filter(pk=key).update(order_limit=1)
    with scope(cast.system):
        assert {model: model.objects.count() for model in (FactRow, Membership, Role)} == rows
        assert User.objects.get(name="Youssef El Amrani").language == "nl"
    during = secret(olga)
    assert olga.post("/along/stop/").status_code == 302
    assert secret(olga) != during and _nobody(during)
    assert olga.get("/parties/").status_code == 200 and "kijkt mee als" not in olga.get("/").content.decode()


def _nobody(token):
    return ask("identify", "localhost", token_hash(token))["member"] is None


def test_the_company_reads_in_its_own_log_who_looked_along_and_why(client_of, cast):
    fatima = client_of("fatima")
    go(fatima, key_of(cast, "Youssef El Amrani"))
    fatima.post("/along/stop/")
    log = client_of("sanne").get("/audit/").content.decode()
    assert "Fatima Yilmaz ging meekijken of meewerken als Youssef El Amrani" in log and REASON in log and "Fatima Yilmaz stopte" in log
    assert REASON not in client_of("dirk").get("/audit/").content.decode()
    with scope(cast.sanne):
        assert [type(item) for item in recorded() if isinstance(item, facts.AlongStarted | facts.AlongEnded)] == [facts.AlongStarted, facts.AlongEnded]


@pytest.mark.parametrize("reason", ["", "   ", "test", "x" * 301])
def test_without_a_reason_nothing_begins(client_of, cast, reason):
    olga = client_of("olga")
    before = secret(olga)
    assert go(olga, key_of(cast, "Youssef El Amrani"), reason=reason).status_code == 422
    assert secret(olga) == before


def test_who_may_not_does_not(client_of, cast):
    key = key_of(cast, "Youssef El Amrani")
    for mode in ("look", "act"):
        assert go(client_of("sanne"), key, mode).status_code == go(client_of("dirk"), key, mode).status_code == 404
        assert go(client_of("otto"), key, mode).status_code == 404  # the staff of another portal
    assert go(client_of("fatima"), key, "act").status_code == 403
    with scope(cast.system):
        staff = Membership.objects.get(user__name="Peter van Dijk").pk
        Membership.objects.filter(pk=key).update(is_active=False)
    assert go(client_of("olga"), staff).status_code == 404  # never a colleague: that would be his rights
    assert go(client_of("olga"), key).status_code == 404


def test_it_ends_by_itself_and_when_the_right_is_taken(client_of, cast):
    olga, fatima, key = client_of("olga"), client_of("fatima"), key_of(cast, "Youssef El Amrani")
    go(olga, key)
    with scope(cast.system.__class__.gate(cast.system.portal_id)):
        Session.objects.filter(token_hash=token_hash(secret(olga))).update(mode_until=timezone.now() - timedelta(seconds=1))
    assert olga.get("/parties/").status_code == 200 and acting(olga).is_staff
    go(fatima, key)
    assert acting(fatima).party_id == cast.youssef.party_id
    with scope(cast.system):
        Role.objects.filter(code="staff-service").update(rights=["party.view"])
    assert acting(fatima).is_staff and acting(fatima).rights == {"party.view"}


def test_it_ends_with_the_place_of_the_customer_and_of_the_member_of_staff(client_of, cast):
    olga, key = client_of("olga"), key_of(cast, "Youssef El Amrani")
    go(olga, key)
    with scope(cast.system):
        Membership.objects.filter(pk=key).update(is_active=False)
    assert olga.get("/orders/").status_code == 302
    with scope(cast.system):
        Membership.objects.filter(pk=key).update(is_active=True)
        User.objects.filter(name="Olga Smit").update(is_active=False)
    assert olga.get("/orders/").status_code == 302


def test_working_on_behalf_orders_with_a_cart_of_its_own_and_both_names(client_of, cast):
    youssef, peter = client_of("youssef"), client_of("peter")
    youssef.post("/orders/cart/add/", {"product": "GW-75-81", "quantity": "6"})
    assert go(peter, key_of(cast, "Youssef El Amrani"), "act").status_code == 302
    assert "Peter van Dijk werkt namens Youssef El Amrani" in peter.get("/").content.decode()
    assert "GW-75-81" not in peter.get("/orders/cart/").content.decode()
    peter.post("/orders/cart/add/", {"product": "GP-125-2600", "quantity": "60"})
    assert "GP-125-2600" not in youssef.get("/orders/cart/").content.decode() and "GP-125-2600" in peter.get("/orders/cart/").content.decode()
    actor = acting(peter)
    assert not actor.read_only and actor.by_name == "Peter van Dijk"
    from portiek.trade.orders import actions as orders
    from portiek.trade.orders import queries

    with scope(actor):
        basket = queries.basket(actor, day=timezone.localdate())
        order = orders.submit_order(actor, key=basket.cart.key, seen=basket.hash, now=timezone.now())
        row = FactRow.objects.order_by("-pk")[0]
        assert (row.user_name, row.by_name, row.by_user_id) == ("Youssef El Amrani", "Peter van Dijk", cast.peter.user_id)
    run_jobs()
    page = youssef.get(f"/orders/{order.number}/").content.decode()
    assert "namens u geplaatst door Peter van Dijk" in page
    assert "Peter van Dijk heeft namens u order" in youssef.get("/notifications/").content.decode()
    assert "door Peter van Dijk, namens deze persoon" in client_of("sanne").get("/audit/").content.decode()
    peter.post("/along/stop/")
    assert acting(peter).is_staff and peter.get("/orders/cart/").status_code == 404
    assert "GW-75-81" in youssef.get("/orders/cart/").content.decode()


def test_on_behalf_nothing_is_approved_and_no_credential_role_or_key_touched(client_of, cast):
    peter = client_of("peter")
    assert go(peter, key_of(cast, "Sanne Bakker"), "act").status_code == 302
    actor = acting(peter)
    assert {"order.approve", "user.manage", "role.manage", "apikey.manage"} & cast.sanne.rights and not {"order.approve", "user.manage", "role.manage", "apikey.manage"} & actor.rights
    assert actor.rights == {code for code in cast.sanne.rights if rights()[base(code)].behalf}
    for path in ("/account/", "/account/password/", "/account/sessions/end/", "/company/", "/language/", "/colleagues/invite/", "/roles/new/", "/orders/x/approve/"):
        assert peter.post(path, {"name": "Anders", "language": "en", "company": ""}).status_code == 403, path
    for path in ("/colleagues/", "/roles/"):
        assert peter.get(path).status_code == 403, path
    with scope(cast.system):
        assert User.objects.get(email="sanne@bakker.example").name == "Sanne Bakker"


def test_an_administrator_looks_as_a_role_and_comes_back(client_of, cast):
    sanne = client_of("sanne")
    with scope(cast.sanne):
        viewer = Role.objects.get(code="viewer").pk
        supplier = Role.objects.get(code="supplier-sales").pk
    before = secret(sanne)
    assert sanne.post(f"/roles/{viewer}/look/").status_code == 302
    assert secret(sanne) != before
    page = sanne.get("/").content.decode()
    assert "U kijkt als de rol Alleen lezen" in page
    assert sanne.get("/orders/").status_code == 200 and sanne.get("/invoices/").status_code == sanne.get("/colleagues/").status_code == 403
    assert sanne.post("/orders/cart/add/", {"product": "GP-125-2600", "quantity": "60"}).status_code == 403
    actor = acting(sanne)
    assert actor.read_only and actor.rights == {"catalog.view", "order.view.company", "file.view"} and actor.by_user_id == 0
    assert sanne.post("/along/stop/").headers["Location"] == f"/roles/{viewer}/"
    assert sanne.get("/colleagues/").status_code == 200
    assert sanne.post(f"/roles/{supplier}/look/").status_code == 404
    assert client_of("youssef").post(f"/roles/{viewer}/look/").status_code == 403
    olga = client_of("olga")
    assert olga.post(f"/roles/{viewer}/look/").status_code == 404


def test_a_role_is_looked_at_before_it_is_saved(client_of, cast):
    sanne = client_of("sanne")
    answer = sanne.post("/roles/preview/?from=/roles/new/", {"name": "Proef", "rights0": ["catalog.view"], "reach-order.view": "order.view.own"})
    assert answer.status_code == 302
    assert acting(sanne).rights == {"catalog.view", "order.view.own"}
    back = sanne.post("/along/stop/").headers["Location"]
    page = sanne.get(back).content.decode()
    assert 'value="Proef"' in page and 'value="catalog.view" id="id_rights0" checked' in page
    for bad in ({"name": "Proef", "rights0": ["portal.manage"]}, {"name": "Proef"}):
        assert sanne.post("/roles/preview/", bad).status_code == 422
    answer = sanne.post("/roles/preview/?from=//evil.example/", {"name": "Proef", "rights0": ["catalog.view"]})
    assert sanne.post("/along/stop/").headers["Location"].startswith("/roles/new/?")


def test_who_looks_as_a_role_never_sees_more_than_himself(cast, client_of):
    """Also when the session says so, and when his own rights shrink while he looks."""
    sanne = client_of("sanne")
    gate = cast.system.__class__.gate(cast.system.portal_id)
    with scope(gate):
        Session.objects.filter(token_hash=token_hash(secret(sanne))).update(mode="role", mode_until=timezone.now() + timedelta(minutes=5), as_rights=["portal.manage", "party.view", "order.view.company", "order.view", "catalog.view"])
    assert acting(sanne).rights == {"order.view.company", "catalog.view"}
    with scope(cast.olga):
        actions.set_ceiling(cast.olga, party=Party.objects.get(number="10042"), withheld=["order.view"])
    assert acting(sanne).rights == {"catalog.view"}


def test_a_customer_s_session_cannot_become_somebody_else(cast, client_of):
    """Whatever stands in its row: only a session of the staff, of who holds the right, is ever another person."""
    dirk = client_of("dirk")
    gate = cast.system.__class__.gate(cast.system.portal_id)
    with scope(gate):
        youssef = User.objects.get(email="youssef@bakker.example")
        Session.objects.filter(token_hash=token_hash(secret(dirk))).update(mode="act", mode_until=timezone.now() + timedelta(minutes=5), as_user=youssef, as_party=Party.objects.get(number="10042"))
    assert (acting(dirk).user_id, acting(dirk).party_id, acting(dirk).by_user_id) == (cast.dirk.user_id, cast.dirk.party_id, 0)
