"""Who must have a second step and which ways in are open: decided by portal and party, asked at the log-in and of every session."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from portiek.config.testing import recorded, run_jobs
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.db.gate import ask
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import facts, rules
from portiek.foundation.accounts.cast import open_session
from portiek.foundation.accounts.models import Authenticator, Credential, LoginPolicy, Membership, Passkey, Role, Session
from portiek.foundation.accounts.tests.device import Device, options_of
from portiek.foundation.accounts.tests.test_passkeys import add as add_passkey
from portiek.foundation.accounts.tests.test_passkeys import enter as enter_by_passkey
from portiek.foundation.accounts.tests.test_second_step import add_app, code_of, first_step, is_in, secret_of
from portiek.foundation.parties.cast import PASSWORD
from portiek.foundation.parties.models import Party

HOST = {"host": "localhost"}
TODAY = date(2026, 11, 22)


NUMBERS = {"sanne": "10042", "dirk": "10077"}
GATE = Actor.gate(1)


def policy(cast, who="sanne", *, second_step="never", ways=("code", "password", "passkey"), since=None, audience="party"):
    """Set a policy as it would stand: of the party of Sanne or Dirk, or (Olga) of the portal for its staff or parties."""
    with scope(cast.system):
        party = Party.objects.get(number=NUMBERS[who]).pk if who in NUMBERS else None
        LoginPolicy.objects.update_or_create(portal_id=1, party_id=party, audience=audience, defaults={"second_step": second_step, "ways": list(ways), "since": since})


@pytest.fixture(autouse=True)
def nothing_asked(cast):
    """The demo advises its staff; here everything is said by each test."""
    with scope(cast.system):
        LoginPolicy.objects.all().delete()


def set_up(browser):
    """Set up the second step at the gate, as who must."""
    page = browser.get("/login/setup/").content.decode()
    sealed = re.search(r'name="secret" value="([^"]+)"', page).group(1)
    return secret_of(page), browser.post("/login/setup/", {"secret": sealed, "code": code_of(secret_of(page))})


def test_who_must_is_led_to_it_and_nowhere_else(cast):
    policy(cast, second_step="everybody")
    browser, location = first_step()
    assert location == "/login/setup/"
    for path in ("/", "/account/", "/account/security/app/", "/orders/", "/login/company/"):
        assert browser.get(path).headers["Location"].startswith("/login/"), path
    assert browser.get("/login/step/").headers["Location"] == "/login/setup/"
    _secret, done = set_up(browser)
    assert done.status_code == 200 and len(re.findall(r"<code>\w{4}-\w{4}-\w{4}</code>", done.content.decode())) == 10 and is_in(browser)
    run_jobs()
    assert any("tweede stap" in sent.subject for sent in mail.outbox)
    _again, location = first_step()
    assert location == "/login/step/"


def test_set_up_keeps_the_way_on(cast):
    policy(cast, second_step="everybody")
    browser = Client(headers=HOST)
    browser.post("/login/", {"email": "sanne@bakker.example", "way": "password", "next": "/parties/mine/"})
    browser.post("/login/password/", {"password": PASSWORD})
    assert 'href="/parties/mine/"' in set_up(browser)[1].content.decode()


SET_UP_PASSKEY = "/login/setup/passkey/"


def set_up_passkey(browser, device, **changed):
    return browser.post(SET_UP_PASSKEY, {"credential": device.make(options_of(browser.get("/login/setup/"), SET_UP_PASSKEY), **changed)})


def test_who_must_sets_up_a_passkey_too(cast):
    """It is both steps at every later log-in; recovery codes come with it."""
    me = cast.sanne.user_id
    policy(cast, second_step="everybody")
    browser, location = first_step(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/140")
    device = Device()
    done = set_up_passkey(browser, device)
    codes = re.findall(r"<code>(\w{4}-\w{4}-\w{4})</code>", done.content.decode())
    assert location == "/login/setup/" and done.status_code == 200 and len(codes) == 10 and is_in(browser)
    assert "Chrome, Windows" in browser.get("/account/security/").content.decode()
    run_jobs()
    assert any("toegangssleutel" in sent.subject for sent in mail.outbox)
    with scope(cast.system):
        found = recorded()
        assert all(fact in found for fact in (facts.FactorAdded(user_id=me, kind="passkey"), facts.RecoveryCodesMade(user_id=me), facts.LoggedIn(user_id=me, by="password, passkey")))
    again, location = first_step()
    assert location == "/login/step/" and again.post("/login/step/recovery/", {"code": codes[0]}).headers["Location"] == "/"
    assert enter_by_passkey(device)[1].headers["Location"] == "/"


def test_the_first_step_alone_sets_up_no_second_passkey(client_of, cast):
    """T36: nor another's, nor the same answer again, nor without the first step."""
    policy(cast, second_step="everybody")
    browser, _ = first_step()
    other, _ = first_step("youssef@bakker.example")
    foreign = options_of(other.get("/login/setup/"), SET_UP_PASSKEY)
    assert browser.post(SET_UP_PASSKEY, {"credential": Device().make(foreign)}).status_code == 422
    assert browser.post(SET_UP_PASSKEY, {"credential": "onzin"}).status_code == 422 and browser.post(SET_UP_PASSKEY, {}).status_code == 422
    assert Client(headers=HOST).post(SET_UP_PASSKEY, {"credential": "{}"}).headers["Location"] == "/login/"
    for changed in ({"challenge": options_of(Client(headers=HOST).get("/login/"), "/login/passkey/")["challenge"]}, {"host": "evil.example"}):
        assert set_up_passkey(browser, Device(), **changed).status_code == 422
    assert not is_in(browser)
    with scope(GATE):
        assert not Passkey.objects.exists()
    assert set_up_passkey(browser, Device()).status_code == 200
    thief, location = first_step(way="code")
    assert location == "/login/step/"
    assert thief.post(SET_UP_PASSKEY, {"credential": Device().make(options_of(thief.get("/login/setup/"), SET_UP_PASSKEY))}).headers["Location"] == "/login/step/" and not is_in(thief)


def test_no_passkey_is_offered_where_it_would_open_nothing(cast):
    policy(cast, second_step="everybody", ways=["code", "password"])
    browser, _ = first_step()
    assert SET_UP_PASSKEY not in browser.get("/login/setup/").content.decode()
    other, _ = first_step("dirk@devries.example")
    policy(cast, "dirk", second_step="everybody")
    other, _ = first_step("dirk@devries.example")
    asked = options_of(other.get("/login/setup/"), SET_UP_PASSKEY)
    policy(cast, "dirk", second_step="everybody", ways=["code", "password"])
    assert other.post(SET_UP_PASSKEY, {"credential": Device().make(asked)}).status_code == 422 and not is_in(other)


def test_a_wrong_first_code_sets_up_nothing(cast):
    policy(cast, second_step="everybody")
    browser, _ = first_step()
    page = browser.get("/login/setup/").content.decode()
    sealed = re.search(r'name="secret" value="([^"]+)"', page).group(1)
    assert browser.post("/login/setup/", {"secret": sealed, "code": "12345"}).status_code == 422
    assert browser.post("/login/setup/", {"secret": "x", "code": code_of(secret_of(page))}).status_code == 422
    assert not is_in(browser)
    with scope(GATE):
        assert not Authenticator.objects.exists()


def test_the_first_step_alone_sets_up_no_second_second_step(client_of, cast):
    """T36: who has one gives it; a thief with the mailbox cannot add his own."""
    secret, _codes = add_app(client_of("sanne"))
    policy(cast, second_step="everybody")
    thief, location = first_step(way="code")
    assert location == "/login/step/"
    page = Client(headers=HOST)
    other, _ = first_step("youssef@bakker.example")
    sealed_page = other.get("/login/setup/").content.decode()
    sealed = re.search(r'name="secret" value="([^"]+)"', sealed_page).group(1)
    assert thief.post("/login/setup/", {"secret": sealed, "code": code_of(secret_of(sealed_page))}).headers["Location"] == "/login/step/"
    assert not is_in(thief) and page.get("/login/setup/").headers["Location"] == "/login/"
    assert thief.post("/login/step/", {"code": code_of(secret)}).status_code == 302


def test_who_has_a_passkey_alone_shows_that(client_of, cast):
    device = Device()
    add_passkey(client_of("sanne"), device)
    browser, location = first_step()
    assert location == "/"  # nobody asks it yet
    policy(cast, second_step="everybody")
    browser, location = first_step()
    page = browser.get("/login/step/").content.decode()
    assert location == "/login/step/" and "Gebruik een toegangssleutel" in page and 'name="code"' not in page
    assert browser.get("/login/setup/").status_code == 200  # nothing is given away; and nothing is taken:
    sealed = re.search(r'name="secret" value="([^"]+)"', browser.get("/login/setup/").content.decode()).group(1)
    assert browser.post("/login/setup/", {"secret": sealed, "code": "123456"}).headers["Location"] == "/login/step/"
    assert enter_by_passkey(device)[1].headers["Location"] == "/"


def test_an_open_session_without_it_ends_when_it_is_asked(client_of, cast):
    """T35, T53: of pages at once, of live streams at their next look."""
    weak = client_of("sanne")
    strong = client_of("youssef")
    add_app(strong)
    host, token = open_session("sanne")
    assert is_in(weak) and is_in(strong) and ask("standing", [token_hash(token)])
    policy(cast, second_step="everybody")
    assert not is_in(weak) and is_in(strong)
    assert ask("standing", [token_hash(token)]) == [] and ask("identify", host, token_hash(token))["member"] is None


def test_a_day_to_come_is_told_and_asks_nothing_yet(client_of, cast):
    policy(cast, second_step="everybody", since=timezone.now().date() + timedelta(days=30))
    weak = client_of("sanne")
    assert is_in(weak) and "een tweede stap nodig" in weak.get("/account/security/").content.decode()
    browser, location = first_step()
    assert location == "/" and "een tweede stap nodig" in browser.get("/").content.decode()
    policy(cast, second_step="everybody", since=timezone.now().date())
    assert not is_in(weak)


def test_only_administrators(client_of, cast):
    policy(cast, second_step="managers")
    assert not is_in(client_of("sanne")) and is_in(client_of("youssef"))
    assert first_step("youssef@bakker.example")[1] == "/" and first_step()[1] == "/login/setup/"


def test_the_portal_asks_its_staff_and_all_parties_apart(client_of, cast):
    policy(cast, "olga", second_step="everybody", audience="staff")
    assert not is_in(client_of("olga")) and not is_in(client_of("fatima")) and is_in(client_of("sanne"))
    policy(cast, "olga", second_step="managers", audience="staff")
    assert is_in(client_of("fatima"))
    policy(cast, "olga", second_step="managers", audience="party")
    policy(cast, "sanne", second_step="never")  # the stricter holds
    assert not is_in(client_of("sanne")) and not is_in(client_of("dirk")) and is_in(client_of("youssef"))
    assert is_in(client_of("nadia2")) and is_in(client_of("otto"))  # another portal


def test_a_stricter_company_is_not_switched_into(client_of, cast):
    karin, devries = client_of("karin", "bakker"), cast.dirk.party_id
    policy(cast, "dirk", second_step="everybody")
    assert karin.post("/company/", {"company": devries}).headers["Location"] == "/login/?again=1"
    assert "Bouwbedrijf Bakker" in karin.get("/parties/mine/").content.decode()
    assert first_step("karin@bakker.example")[1] == "/login/setup/"  # she acts for it, so she is asked
    policy(cast, "dirk", ways=["code"])
    other, _ = first_step("karin@bakker.example")
    assert other.post("/company/", {"company": devries}).headers["Location"] == "/login/?again=1"


def test_an_invitation_leads_to_the_set_up_too(client_of, cast):
    """T36."""
    policy(cast, second_step="everybody")
    with scope(cast.system):
        buyer = Role.objects.get(code="buyer").pk
    sanne = client_of("sanne")
    with scope(GATE):
        Session.objects.update(strong=True)
    assert sanne.post("/colleagues/invite/", {"name": "Joost Vos", "email": "joost@bakker.example", "role": buyer}).status_code == 302
    run_jobs()
    path = re.search(r"http://\S+(/invitation/\S+/)", mail.outbox[-1].body).group(1)
    browser = Client(headers=HOST)
    assert browser.post(path, {"name": "Joost Vos", "password": ""}).headers["Location"] == "/login/setup/" and not is_in(browser)
    assert set_up(browser)[1].status_code == 200 and is_in(browser)


def test_ways_that_are_not_allowed_open_nothing_and_say_so_only_after_the_proof(cast):
    policy(cast, ways=["code"])
    browser, location = first_step()
    assert location is None
    answer = browser.post("/login/password/", {"password": "zeker-niet-goed"})
    assert "laat u op deze manier niet binnen" not in answer.content.decode()
    answer = browser.post("/login/password/", {"password": PASSWORD})
    assert answer.status_code == 422 and "laat u op deze manier niet binnen" in answer.content.decode() and not is_in(browser)
    assert first_step(way="code")[1] == "/"


def test_a_session_of_a_way_that_is_closed_ends(cast):
    browser, _ = first_step()
    assert is_in(browser)
    policy(cast, ways=["code"])
    assert not is_in(browser)


def test_a_passkey_where_they_are_not_allowed(client_of, cast):
    device = Device()
    add_passkey(client_of("sanne"), device)
    policy(cast, ways=["code", "password"])
    assert enter_by_passkey(device)[1].status_code == 422


def test_who_has_nothing_else_comes_in_by_code_for_the_first_time(cast):
    policy(cast, ways=["password"])
    assert first_step(way="code")[1] is None  # she has a password
    with scope(GATE):
        Credential.objects.filter(user__email="sanne@bakker.example").delete()
    browser, location = first_step(way="code")
    assert location == "/" and is_in(browser)
    assert browser.post("/account/password/", {"password": "vier losse woorden samen"}).status_code == 302
    assert first_step(way="code")[1] is None


def test_nobody_removes_what_is_asked(client_of, cast):
    sanne = client_of("sanne")
    add_app(sanne)
    policy(cast, second_step="everybody")
    sanne.post("/account/security/app/remove/")
    with scope(GATE):
        assert Authenticator.objects.exists()
    add_passkey(sanne, Device())
    sanne.post("/account/security/app/remove/")
    with scope(GATE):
        assert not Authenticator.objects.exists()


FORM = {"ways": ["code", "password"], "second_step": "everybody", "since": ""}


def test_an_administrator_decides_for_his_company(client_of, cast):
    sanne = client_of("sanne")
    assert "4 van de 4 mensen hebben nog geen tweede stap" in sanne.get("/colleagues/login/").content.decode()
    assert sanne.post("/colleagues/login/", FORM).status_code == 422  # he would shut himself out
    assert sanne.post("/colleagues/login/", {**FORM, "since": "2031-01-01"}).status_code == 302
    add_app(sanne)
    assert sanne.post("/colleagues/login/", FORM).status_code == 302 and is_in(sanne)
    with scope(cast.system):
        assert facts.LoginPolicyChanged(audience="party", ways=["code", "password"], second_step="everybody", since="") in recorded()
        kept = LoginPolicy.objects.get()
        assert (kept.party.number, kept.audience) == ("10042", "party")
    assert is_in(client_of("dirk"))


@pytest.mark.parametrize("data", [{**FORM, "ways": []}, {**FORM, "ways": ["passkey"]}, {**FORM, "ways": ["sso"]}, {**FORM, "second_step": "x"}, {**FORM, "since": "gisteren"}])
def test_what_is_no_policy_is_said(client_of, cast, data):
    assert client_of("sanne").post("/colleagues/login/", data).status_code == 422
    with scope(cast.system):
        assert not LoginPolicy.objects.exists()


def test_a_party_allows_no_more_than_the_portal(client_of, cast):
    policy(cast, "olga", ways=["code"], audience="party")
    sanne = client_of("sanne")
    assert 'value="password"' not in sanne.get("/colleagues/login/").content.decode()
    assert sanne.post("/colleagues/login/", {**FORM, "second_step": "never"}).status_code == 422
    assert sanne.post("/colleagues/login/", {"ways": ["code"], "second_step": "never"}).status_code == 302


def test_staff_decide_for_the_portal(client_of, cast):
    olga = client_of("olga")
    assert olga.post("/setup/login/", {**FORM, "audience": "staff"}).status_code == 422
    assert olga.post("/setup/login/", {**FORM, "audience": "party"}).status_code == 302 and is_in(olga)
    assert not is_in(client_of("dirk"))
    assert olga.post("/setup/login/", {**FORM, "audience": "elsewhere"}).status_code == 404


@pytest.mark.parametrize(("who", "path", "status"), [("youssef", "/colleagues/login/", 403), ("olga", "/colleagues/login/", 404), ("sanne", "/setup/login/", 404), ("peter", "/setup/login/", 403), ("otto", "/setup/login/", 200)])
def test_nobody_else_does(client_of, who, path, status):
    assert client_of(who).get(path).status_code == status
    if status != 200:
        assert client_of(who).post(path, {**FORM, "audience": "party"}).status_code == status


def test_a_party_neither_reads_nor_writes_another_policy(cast):
    from django.db import DatabaseError, transaction

    policy(cast, "dirk", ways=["code"])
    policy(cast, "olga", ways=["code"], audience="party")
    with scope(cast.sanne):
        assert not LoginPolicy.objects.exists()
        for party in (cast.dirk.party_id, None):
            with pytest.raises(DatabaseError), transaction.atomic():
                LoginPolicy.objects.create(portal_id=cast.sanne.portal_id, party_id=party, audience="staff")


def terms(second_step="never", *, since=None, manages=False, ways=rules.WAYS):
    return rules.Terms(frozenset(ways), second_step, since, manages)


@pytest.mark.parametrize(("given", "now", "later"), [
    ([], False, None), ([terms()], False, None), ([terms("everybody")], True, None), ([terms("managers")], False, None), ([terms("managers", manages=True)], True, None),
    ([terms("everybody", since=TODAY)], True, None), ([terms("everybody", since=TODAY + timedelta(days=1))], False, TODAY + timedelta(days=1)),
    ([terms(), terms("everybody")], True, None), ([terms("everybody", since=date(2027, 2, 1)), terms("everybody", since=date(2027, 1, 1))], False, date(2027, 1, 1)),
    ([terms("managers", since=date(2027, 1, 1))], False, None)])  # fmt: skip
def test_who_is_obliged(given, now, later):
    assert (rules.obliges(given, TODAY), rules.obliged_from(given, TODAY)) == (now, later)


@pytest.mark.parametrize(("given", "way", "allowed"), [([], "code", True), ([terms(ways=["code"])], "password", False), ([terms(), terms(ways=["code"])], "password", False), ([terms(ways=["code"])], "invitation", True),
                                                       ([terms(ways=["code"])], "first", True), ([terms(ways=[])], "code", False)])  # fmt: skip
def test_which_ways_are_allowed(given, way, allowed):
    assert rules.allows(given, way) is allowed


def test_the_database_decides_as_the_rules_do(cast):
    """The same answer in SQL, which asks at every request, as in the rules, which ask at the log-in: over every combination."""
    today, sanne = datetime.now(UTC).date(), cast.sanne.user_id
    _host, token = open_session("sanne")
    for second_step in ("never", "managers", "everybody"):
        for since in (None, today, today + timedelta(days=1)):
            for ways in (["code"], ["password", "passkey"]):
                for manages in (True, False):
                    policy(cast, second_step=second_step, since=since, ways=ways)
                    with scope(cast.system):
                        Membership.objects.filter(user_id=sanne).update(role=Role.objects.get(code="admin" if manages else "buyer"))
                    for way in ("code", "passkey", "invitation", ""):
                        for strong in (True, False):
                            with scope(GATE):
                                Session.objects.filter(token_hash=token_hash(token)).update(way=way, strong=strong)
                            item = rules.Terms(frozenset(ways), second_step, since, manages)
                            wanted = rules.allows([item], way) and (strong or not rules.obliges([item], today))
                            assert bool(ask("standing", [token_hash(token)])) is wanted, (second_step, since, ways, manages, way, strong)

