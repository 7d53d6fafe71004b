"""T34: the doors behind the first step take as long, and say the same, whatever is known of the other one."""

import re

import pytest
from django.test import Client

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.foundation.accounts.models import Authenticator, HalfLogin, LoginPolicy, RecoveryCode
from portiek.foundation.accounts.tests.test_alone import alone
from portiek.foundation.accounts.tests.test_entering import stripped
from portiek.foundation.accounts.tests.test_policy import HOST
from portiek.foundation.accounts.tests.test_second_step import add_app, code_of, first_step, wrong_of
from portiek.foundation.accounts.tests.timing import same_time
from portiek.foundation.parties.cast import PASSWORD

pytestmark = pytest.mark.slow


def kept(answer):
    """The answer without what was typed."""
    return answer.status_code, re.sub(r'value="[^"]*"', "", stripped(answer))


def again(cast):
    """Give the log-in its five tries back."""
    with scope(Actor.gate(cast.system.portal_id)):
        HalfLogin.objects.update(tries=0)


def test_a_code_of_the_app_that_was_used_is_as_a_wrong_one(client_of, cast):
    """Who looks over a shoulder does not learn that a code was right a moment ago."""
    secret, _codes = add_app(client_of("sanne"))
    browser, _location = first_step()
    with scope(Actor.gate(cast.system.portal_id)):
        Authenticator.objects.update(last_step=2**40)

    def way(figures):
        def prepare(number):
            again(cast)
            typed = figures(secret)
            return lambda: browser.post("/login/step/", {"code": typed})

        return prepare

    said = same_time(cast.system.portal_id, {"wrong": way(wrong_of), "used": way(code_of)})
    assert kept(said["wrong"]) == kept(said["used"])


def test_a_used_recovery_code_is_as_an_unknown_one(client_of, cast):
    _secret, codes = add_app(client_of("sanne"))
    browser, _location = first_step()
    assert browser.post("/login/step/recovery/", {"code": codes[0]}).status_code == 302
    browser, _location = first_step()

    def way(code):
        def prepare(number):
            again(cast)
            return lambda: browser.post("/login/step/recovery/", {"code": code})

        return prepare

    with scope(Actor.gate(cast.system.portal_id)):
        assert RecoveryCode.objects.filter(used_at=None).count() == 9
    said = same_time(cast.system.portal_id, {"used": way(codes[0]), "unknown": way("aaaa-bbbb-cccc")})
    assert kept(said["used"]) == kept(said["unknown"])


def test_an_address_that_somebody_has_is_as_a_free_one(client_of, cast):
    """Who wants another address does not find out who else is here."""
    sanne = client_of("sanne")

    def way(address):
        return lambda number: lambda: sanne.post("/account/email/", {"email": address.format(number)})

    said = same_time(cast.system.portal_id, {"known": way("youssef@bakker.example"), "free": way("vrij{}@elders.example")})
    assert said["known"].status_code == said["free"].status_code == 302 and said["known"].headers["Location"] == said["free"].headers["Location"]


def test_a_right_password_takes_as_long_as_a_wrong_one_and_as_that_of_nobody(cast):
    """Of who comes in through a provider alone: whoever found his password elsewhere does not learn by the clock that it is right."""
    with scope(cast.system):
        LoginPolicy.objects.all().delete()
    alone(cast)

    def way(email, password):
        def prepare(number):
            browser = Client(headers=HOST)
            browser.post("/login/", {"email": email, "way": "password"})
            return lambda: browser.post("/login/password/", {"password": password})

        return prepare

    said = same_time(cast.system.portal_id, {"right": way("sanne@bakker.example", PASSWORD), "wrong": way("sanne@bakker.example", "niet het goede"), "nobody": way("niemand@bakker.example", PASSWORD)})
    assert {answer.status_code for answer in said.values()} == {422}
