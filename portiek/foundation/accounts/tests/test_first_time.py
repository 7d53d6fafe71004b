"""A member who never linked his account and has to come in through a provider alone: the mail that lets him link it, and every way in which it should let in nobody else."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import recorded, run_jobs
from portiek.core.db import scope
from portiek.foundation.accounts import facts, queries
from portiek.foundation.accounts.models import Identity, LoginCode, LoginPolicy, Membership, Role, Session, User
from portiek.foundation.accounts.tests.test_alone import ask_for_code, nothing_asked  # noqa: F401  a fixture
from portiek.foundation.accounts.tests.test_entering import stripped
from portiek.foundation.accounts.tests.test_openid import bakkers, carried, go, linked, said, set_up, there  # noqa: F401  two are fixtures
from portiek.foundation.accounts.tests.test_policy import GATE, HOST, policy
from portiek.foundation.accounts.tests.test_second_step import is_in
from portiek.foundation.parties.models import Party

YOUSSEF = "youssef@bakker.example"


@pytest.fixture
def alone(there, bakkers, cast):  # noqa: F811
    """Bakker lets its people in through its provider alone; there Youssef is somebody, here he is not linked."""
    asked_of(cast, bakkers, "sanne")
    there.person = {"sub": "youssef-1", "name": "Youssef El Amrani", "email": YOUSSEF, "email_verified": True}
    return bakkers


def asked_of(cast, row, who):
    policy(cast, who)
    with scope(cast.system):
        LoginPolicy.objects.filter(party_id=row.party_id).update(provider=row)


def path_in_mail():
    """The link of the mail that came last."""
    return re.search(r"http://\S+?(/login/with/\S+)", mail.outbox[-1].body).group(1)


def asks(email=YOUSSEF):
    """Ask for a code by mail; return the browser that did and the link that came."""
    browser = ask_for_code(email)
    assert mail.outbox[-1].to == [email]
    return browser, path_in_mail()


def identities():
    with scope(GATE):
        return list(Identity.objects.filter(ended_at=None).values_list("user__email", "subject"))


def test_the_mail_links_and_lets_in(there, alone, cast):  # noqa: F811
    browser, path = asks()
    assert "?first=" in path and not re.search(r"\b\d{6}\b", mail.outbox[-1].subject + mail.outbox[-1].body) and identities() == []
    _browser, answer = go(there, alone, browser, path)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/") and is_in(browser) and identities() == [(YOUSSEF, "youssef-1")]
    with scope(cast.system):
        user = User.objects.get(email=YOUSSEF).pk
        assert facts.IdentityLinked(user_id=user, provider_id=alone.pk, by="mail") in recorded() and facts.LoggedIn(user_id=user, by="elsewhere") in recorded()
    with scope(GATE):
        held = Session.objects.get(identity__subject="youssef-1")
        assert held.party_id == alone.party_id and held.proved_at.year == 1970
    run_jobs()
    assert any(letter.to == [YOUSSEF] and "is gekoppeld aan uw account" in letter.subject for letter in mail.outbox)
    assert go(there, alone)[1].status_code == 302, "from now on without a mail"
    ask_for_code(YOUSSEF)
    assert "?first=" not in path_in_mail()


def test_a_link_counts_once_and_for_ten_minutes(there, alone):  # noqa: F811
    browser, path = asks()
    cookies = dict(browser.cookies)
    assert go(there, alone, browser, path)[1].status_code == 302
    again = Client(headers=HOST)
    again.cookies.update(cookies)
    assert again.get(path).status_code == 422 and "al gebruikt of verlopen" in said(again.get(path))
    with scope(GATE):
        Identity.objects.update(ended_at=timezone.now())
    browser, path = asks()
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert browser.get(path).status_code == 422
    assert identities() == []


def test_a_link_that_ends_while_one_is_away_links_nothing(there, alone):  # noqa: F811
    browser, path = asks()
    away = browser.get(path)
    with scope(GATE):
        LoginCode.objects.update(used_at=timezone.now())
    assert carried(browser, alone, there.authorize(away.headers["Location"])).status_code == 422 and identities() == [] and not is_in(browser)


def test_the_link_opens_nothing_in_another_browser(there, alone):  # noqa: F811
    """T35: who reads the mail, or scans it, has not the browser that asked; nor has who sends his own link to another."""
    _browser, path = asks()
    assert Client(headers=HOST).get(path).status_code == 422
    other = ask_for_code("niemand@bakker.example")
    assert other.get(path).status_code == 422, "a browser that asked for another address"
    _own, stolen = asks("sanne@bakker.example")
    mine, _path = asks()
    assert mine.get(stolen).status_code == 422 and identities() == []
    assert mine.get(f"/login/with/{alone.slug}/?first=x").status_code == 422


def test_looking_at_the_link_uses_nothing_up(there, alone):  # noqa: F811
    browser, path = asks()
    for _time in range(3):
        assert browser.get(path).status_code == 302 and Client(headers=HOST).head(path).status_code == 422
    assert go(there, alone, browser, path)[1].status_code == 302


@pytest.mark.parametrize("person", [{"sub": "jan-1"}, {"sub": "jan-1", "email": None}, {"email": "jan@bakker.example"}, {"email": "jan@bakker.example", "email_verified": False}])
def test_an_account_of_another_is_not_linked(there, alone, person):  # noqa: F811
    """T32: one that belongs to a colleague already, and one whose address is another's, verified or not."""
    linked(alone, "sanne@bakker.example", "jan-1")
    there.person |= person
    browser, path = asks()
    _browser, answer = go(there, alone, browser, path)
    assert answer.status_code == 422 and not is_in(browser) and identities() == [("sanne@bakker.example", "jan-1")]
    there.person = {"sub": "youssef-1", "email": None}
    assert go(there, alone, browser, path)[1].status_code == 302, "the link is his still; a provider need not give an address"
    assert (YOUSSEF, "youssef-1") in identities()


def test_tries_are_counted(there, alone):  # noqa: F811
    browser, path = asks()
    there.person |= {"email": "jan@bakker.example"}
    for _time in range(5):
        assert go(there, alone, browser, path)[1].status_code == 422
    there.person |= {"email": YOUSSEF}
    assert browser.get(path).status_code == 422 and identities() == []


def test_a_second_account_there_is_not_linked(there, alone):  # noqa: F811
    browser, path = asks()
    linked(alone, YOUSSEF, "youssef-0")
    assert go(there, alone, browser, path)[1].status_code == 422 and identities() == [(YOUSSEF, "youssef-0")]


def test_a_link_of_who_left_meanwhile_opens_nothing(there, alone, cast):  # noqa: F811
    browser, path = asks()
    with scope(cast.system):
        Membership.objects.filter(user__email=YOUSSEF).update(is_active=False)
    _browser, answer = go(there, alone, browser, path)
    assert answer.status_code == 422 and identities() == [] and not is_in(browser)
    ask_for_code(YOUSSEF)
    assert "?first=" not in mail.outbox[-1].body


def test_a_link_after_the_policy_was_lifted_links_nothing(there, alone, cast):  # noqa: F811
    """Who may come in by a code again links under My account, after a fresh proof."""
    browser, path = asks()
    with scope(cast.system):
        LoginPolicy.objects.all().delete()
    assert go(there, alone, browser, path)[1].status_code == 422 and identities() == []


def test_a_provider_of_another_company_links_nobody(there, alone, cast):  # noqa: F811
    """De Vries has its own, and asks for it too: its people are there who they are, and nobody of Bakker."""
    theirs = set_up(there, cast.dirk, party_number="10077")
    asked_of(cast, theirs, "dirk")
    browser, path = asks()
    there.person = {"sub": "dirk-1", "email": None}
    _browser, answer = go(there, theirs, browser, path.replace(alone.slug, theirs.slug))
    assert answer.status_code == 422 and identities() == [] and not is_in(browser)


def test_who_has_another_way_in_gets_a_code(there, alone):  # noqa: F811
    """Karin is of De Vries too, which asks for nothing: a link would be weaker than the proof that is asked under My account."""
    browser = ask_for_code("karin@bakker.example")
    assert "?first=" not in mail.outbox[-1].body and re.search(r"\b\d{6}\b", mail.outbox[-1].subject)
    assert browser.get(f"/login/with/{alone.slug}/?first={re.search(r'[0-9]{6}', mail.outbox[-1].subject).group()}").status_code == 422


def test_who_has_two_companies_with_a_provider_each_gets_a_mail_for_each(there, alone, cast):  # noqa: F811
    theirs = set_up(there, cast.dirk, party_number="10077")
    asked_of(cast, theirs, "dirk")
    with scope(cast.system):
        Membership.objects.create(portal_id=1, party=Party.objects.get(number="10077"), user=User.objects.get(email=YOUSSEF), role=Role.objects.get(code="buyer"))
    linked(theirs, YOUSSEF, "youssef-9")
    browser = ask_for_code(YOUSSEF)
    paths = [re.search(r"(/login/with/\S+)", letter.body).group(1) for letter in mail.outbox if letter.to == [YOUSSEF]]
    assert sorted("?first=" in path for path in paths) == [False, True]
    first = next(path for path in paths if "?first=" in path)
    assert alone.slug in first and go(there, alone, browser, first)[1].status_code == 302


def test_a_member_who_is_not_linked_is_as_one_who_is_and_as_a_stranger(there, alone):  # noqa: F811
    """T34: the same page, status and statements; who reads no mail learns nothing."""
    linked(alone, "sanne@bakker.example", "jan-1")
    said_to, asked = [], []
    for email in (YOUSSEF, "sanne@bakker.example", "niemand@bakker.example"):
        browser = Client(headers=HOST)
        with CaptureQueriesContext(connection) as caught:
            answer = browser.post("/login/", {"email": email, "way": "code", "sure": "1"})
        asked.append([re.sub(r" ?-?\d+", "", query["sql"])[:60] for query in caught])
        said_to.append((answer.status_code, answer.headers["Location"], stripped(browser.get("/login/code/")).replace(email, "")))
    assert said_to[0] == said_to[1] == said_to[2] and asked[0] == asked[1] == asked[2] and len(asked[0]) > 5


def test_the_secret_of_the_link_is_no_code(there, alone, cast):  # noqa: F811
    """What is kept of it fits no figures, and of it nothing can be read."""
    _browser, path = asks()
    token = path.rpartition("first=")[2]
    with scope(GATE):
        row = LoginCode.objects.get(email=YOUSSEF)
        assert token.encode() not in bytes(row.code_hash) and len(token) >= 43
        assert queries.way_in(GATE, ticket="", token=token) is None
