"""Who likes it is congratulated on his own page, and nobody else knows."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import Forbidden
from portiek.foundation.accounts import actions, rules
from portiek.foundation.accounts.models import Birthday, Membership
from portiek.foundation.parties import actions as parties

WISH = "Gefeliciteerd met uw verjaardag, Sanne"


def me(day, month):
    return {"name": "Sanne Bakker", "language": "nl", "time_zone": "", "birth_day": day, "birth_month": month}


def test_only_on_the_day_and_only_for_who_asked(cast, client_of):
    sanne, today = client_of("sanne"), timezone.localdate()
    assert WISH not in sanne.get("/").content.decode()
    assert sanne.post("/account/", me(today.day, today.month)).status_code == 302
    assert WISH in sanne.get("/").content.decode()
    assert "Gefeliciteerd" not in client_of("youssef").get("/").content.decode()
    other = today + timedelta(days=40)
    assert sanne.post("/account/", me(other.day, other.month)).status_code == 302
    assert WISH not in sanne.get("/").content.decode()
    assert f'value="{other.day}"' in sanne.get("/account/").content.decode()
    assert sanne.post("/account/", me("", "")).status_code == 302
    with scope(cast.system):
        assert not Birthday.objects.exists()


def test_no_colleague_reads_it(cast, client_of):
    assert client_of("sanne").post("/account/", me(3, 5)).status_code == 302
    sanne, youssef, otto = cast.sanne, cast.youssef, cast.otto
    with scope(sanne):
        assert Birthday.objects.get().month == 5
    for other in (youssef, otto):
        with scope(other):
            assert not Birthday.objects.exists()
    with scope(youssef), pytest.raises(Forbidden):
        actions.keep_birthday(youssef, day=1, month=1)
    gate = Actor.gate(otto.portal_id)
    with scope(gate):
        assert not Birthday.objects.exists()


def test_who_looks_along_congratulates_nobody(cast, client_of):
    today = timezone.localdate()
    assert client_of("sanne").post("/account/", me(today.day, today.month)).status_code == 302
    with scope(cast.olga):
        place = Membership.objects.get(user__name="Sanne Bakker", party__number="10042").pk
    olga = client_of("olga")
    assert olga.post(f"/colleagues/{place}/look/", {"reason": "Belt over een order"}).status_code == 302
    assert WISH not in olga.get("/").content.decode()


def test_a_portal_that_does_not(cast, client_of):
    today = timezone.localdate()
    assert client_of("sanne").post("/account/", me(today.day, today.month)).status_code == 302
    with scope(cast.olga):
        parties.change_portal(cast.olga, values={"greets_birthdays": False})
    page = client_of("sanne").get("/account/").content.decode()
    assert "birth_day" not in page and WISH not in client_of("sanne").get("/").content.decode()


@pytest.mark.parametrize(("day", "month"), [(30, 2), (31, 4), (0, 3), (3, ""), ("", 3), (3, 13), ("drie", 3)])
def test_what_is_no_day(client_of, day, month):
    answer = client_of("sanne").post("/account/", me(day, month))
    assert answer.status_code == 422 and "Sanne Bakker" in answer.content.decode()


def test_who_was_born_in_a_leap_year():
    assert rules.is_birthday(29, 2, date(2027, 2, 28)) and not rules.is_birthday(29, 2, date(2028, 2, 28)) and rules.is_birthday(29, 2, date(2028, 2, 29))
    assert rules.is_birthday(28, 2, date(2028, 2, 28)) and not rules.is_birthday(29, 2, date(2027, 3, 1))
    assert rules.is_day_of_year(29, 2) and not rules.is_day_of_year(30, 2) and not rules.is_day_of_year(1, 0)
