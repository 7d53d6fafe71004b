"""Features on and off: bundles over the ceiling, gone at once from menu, pages and API, at three levels (T14, T16)."""

import pytest

from portiek.config.testing import recorded
from portiek.core.db import scope
from portiek.core.errors import Forbidden
from portiek.core.features import features
from portiek.foundation.accounts import actions, facts, queries
from portiek.foundation.accounts.models import Ceiling
from portiek.foundation.parties.models import Party

EVERY = {item.code for item in features()}


def bakker():
    return Party.objects.get(number="10042")


def switch(cast, *off, **level):
    with scope(cast.olga):
        if level.pop("own", False):
            level["party"] = bakker()
        actions.set_features(cast.olga, on=EVERY - set(off), **level)


def test_what_a_feature_holds_can_be_withheld_and_is_of_one_feature_alone(cast):
    held = [code for item in features() for code in item.rights]
    assert len(held) == len(set(held))
    with scope(cast.olga):
        assert set(held) <= set(queries.withholdable(cast.olga))
        assert set(queries.withholdable(cast.olga)) - set(held) == set(), "a right that parties can have is of no feature"


@pytest.mark.parametrize("level", [{}, {"kind": "customer"}, {"own": True}])
def test_what_is_off_is_gone_from_the_menu_the_pages_and_comes_back(client_of, cast, level):
    sanne, dirk, olga = client_of("sanne"), client_of("dirk"), client_of("olga")
    assert sanne.get("/invoices/").status_code == 200 and 'href="/invoices/"' in sanne.get("/").content.decode()
    switch(cast, "invoices", **level)
    assert sanne.get("/invoices/").status_code == 404 and 'href="/invoices/"' not in sanne.get("/").content.decode()
    assert dirk.get("/invoices/").status_code == (200 if level else 404)
    assert olga.get("/invoices/").status_code == 200
    assert client_of("nadia2").get("/invoices/").status_code == 200
    switch(cast, **level)
    assert sanne.get("/invoices/").status_code == 200
    with scope(cast.olga):
        assert not Ceiling.objects.exists()


def test_what_lacks_for_another_reason_is_still_a_right_to_ask_for(client_of, cast):
    switch(cast, "banking")
    youssef = client_of("youssef")
    assert youssef.get("/invoices/").status_code == 403 and youssef.get("/bank-accounts/").status_code == 404
    assert client_of("sanne").post("/bank-accounts/ask/", {"iban": "NL91ABNA0417164300"}).status_code == 404


def test_a_key_loses_what_is_switched_off_at_once(client_of, cast):
    from django.test import Client

    from portiek.edges.api import actions as api

    with scope(cast.sanne):
        _key, secret = api.create_key(cast.sanne, name="Winkel", rights=["invoice.view"])
    machine = Client(headers={"host": "localhost", "authorization": f"Bearer {secret}"})
    assert machine.get("/api/v1/invoices").status_code == 200
    switch(cast, "invoices", own=True)
    assert machine.get("/api/v1/invoices").status_code == 404


def test_a_switch_that_is_not_touched_keeps_its_rights(cast):
    with scope(cast.olga):
        actions.set_ceiling(cast.olga, withheld=["order.cancel", "invoice.download"])
    switch(cast, "log")
    with scope(cast.olga):
        assert set(queries.ceiling(cast.olga)) == {"order.cancel", "invoice.download", "audit.view"}
    switch(cast, "log", "orders")
    switch(cast, "log")
    with scope(cast.olga):
        assert set(queries.ceiling(cast.olga)) == {"invoice.download", "audit.view"}
        assert facts.CeilingChanged(kind="", withheld="audit.view invoice.download") in recorded()


def test_a_narrower_level_cannot_switch_on_what_is_off_above(client_of, cast):
    switch(cast, "invoices")
    olga = client_of("olga")
    page = olga.get("/roles/features/of/10042/").content.decode()
    assert "Staat op een hoger niveau uit" in page
    answer = olga.post("/roles/features/of/10042/", dict.fromkeys(EVERY, "on"))
    assert answer.status_code == 302
    assert client_of("sanne").get("/invoices/").status_code == 404
    with scope(cast.olga):
        assert not Ceiling.objects.filter(party=bakker()).exists()


def test_the_pages_switch_each_level_and_are_for_who_manages_roles(client_of, cast):
    olga = client_of("olga")
    for path in ("/roles/features/", "/roles/features/dealer/", "/roles/features/of/10077/"):
        assert olga.get(path).status_code == 200
        assert client_of("peter").get(path).status_code == 403
        assert client_of("sanne").get(path).status_code == 404
    assert olga.get("/roles/features/nothing/").status_code == 404 and client_of("otto").get("/roles/features/of/10077/").status_code == 404
    assert olga.post("/roles/features/dealer/", dict.fromkeys(EVERY - {"ordering"}, "on")).status_code == 302
    assert client_of("dirk").get("/orders/cart/").status_code == 404 and client_of("sanne").get("/orders/cart/").status_code == 200
    assert client_of("dirk").get("/orders/").status_code == 200
    with scope(cast.peter), pytest.raises(Forbidden):
        actions.set_features(cast.peter, on=[])
