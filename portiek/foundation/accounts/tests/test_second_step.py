"""The second step of a log-in: added, asked, lost, and all the ways around it that should not be there."""

import re
from datetime import timedelta

import pyotp
import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from portiek.config.testing import recorded, run_jobs
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.models import FactRow
from portiek.foundation.accounts import authenticator, facts
from portiek.foundation.accounts.models import Authenticator, Credential, HalfLogin, Membership, RecoveryCode, Session
from portiek.foundation.parties.cast import PASSWORD

HOST = {"host": "localhost"}


def code_of(secret, steps=0):
    return pyotp.TOTP(secret).generate_otp(int(timezone.now().timestamp()) // 30 + steps)


def secret_of(page):
    return re.search(r"<code>([a-z2-7 ]{39})</code>", page).group(1).replace(" ", "").upper()


def add_app(client):
    """Add an app as a person does, a while ago: its code of this moment is still good; return its secret and the recovery codes."""
    page = client.get("/account/security/app/").content.decode()
    sealed = re.search(r'name="secret" value="([^"]+)"', page).group(1)
    done = client.post("/account/security/app/", {"secret": sealed, "code": code_of(secret_of(page))})
    assert done.status_code == 200, done.content.decode()
    with scope(Actor.gate(1)):
        Authenticator.objects.update(last_step=0)
    return secret_of(page), re.findall(r"<code>(\w{4}-\w{4}-\w{4})</code>", done.content.decode())


@pytest.fixture
def sanne(client_of):
    return client_of("sanne")


@pytest.fixture
def app(sanne):
    """Sanne's app and recovery codes."""
    return add_app(sanne)


def first_step(email="sanne@bakker.example", way="password", **options):
    """Do the first step of a log-in in a new browser; return the browser and where it is sent."""
    browser = Client(headers=HOST, **options)
    browser.post("/login/", {"email": email, "way": way})
    if way == "code":
        run_jobs()
        answer = browser.post("/login/code/", {"code": re.search(r"\b\d{6}\b", mail.outbox[-1].subject).group()})
    else:
        answer = browser.post("/login/password/", {"password": PASSWORD})
    return browser, answer.headers.get("Location")


def is_in(browser):
    return browser.get("/account/").status_code == 200


@pytest.mark.parametrize("way", ["password", "code"])
def test_after_the_first_step_comes_the_second(app, way):
    browser, location = first_step(way=way)
    assert location == "/login/step/" and not is_in(browser)
    assert "Nog één stap" in browser.get("/login/step/").content.decode()
    figures = code_of(app[0])
    came = browser.post("/login/step/", {"code": f"{figures[:3]} {figures[3:]}"})
    assert (came.status_code, came.headers["Location"]) == (302, "/") and is_in(browser)


def test_who_has_none_is_asked_none():
    browser, location = first_step()
    assert location == "/" and is_in(browser)


def test_the_way_goes_on_to_where_it_led(app):
    browser = Client(headers=HOST)
    browser.post("/login/", {"email": "sanne@bakker.example", "way": "password", "next": "/parties/mine/"})
    browser.post("/login/password/", {"password": PASSWORD})
    assert browser.post("/login/step/", {"code": code_of(app[0])}).headers["Location"] == "/parties/mine/"


def test_adding_shows_ten_codes_once_tells_the_owner_and_ends_the_other_sessions(client_of, cast):
    """T35: a session of before the change is worth nothing."""
    here, there = client_of("sanne"), client_of("sanne")
    secret, codes = add_app(here)
    assert len(set(codes)) == 10 and len(secret) == 32
    assert is_in(here) and not is_in(there)
    assert codes[0] not in here.get("/account/security/").content.decode()
    run_jobs()
    assert mail.outbox[-1].to == ["sanne@bakker.example"] and "tweede stap" in mail.outbox[-1].subject
    assert secret not in mail.outbox[-1].body and codes[0] not in mail.outbox[-1].body
    with scope(cast.system):
        assert [fact for fact in recorded() if isinstance(fact, facts.FactorAdded)] == [facts.FactorAdded(user_id=cast.sanne.user_id, kind="app")]


def test_neither_secret_nor_code_stands_in_the_database(app, cast):
    with scope(Actor.gate(cast.sanne.portal_id)):
        kept = Authenticator.objects.get()
        assert app[0] not in kept.secret and len(kept.secret) > 60
        assert not {code.encode() for code in app[1]} & {bytes(row.code_hash) for row in RecoveryCode.objects.all()}


@pytest.mark.parametrize("actor", ["sanne", "olga"])
def test_nobody_but_the_gate_reads_them(app, cast, actor):
    from django.db import DatabaseError, transaction

    for model in (Authenticator, RecoveryCode, HalfLogin):
        with scope(getattr(cast, actor)), pytest.raises(DatabaseError), transaction.atomic():
            list(model.objects.all())


def test_a_code_opens_the_door_once(app):
    """A code that was seen over the shoulder is worth nothing: RFC 6238, 5.2."""
    with time_machine.travel(timezone.now(), tick=False):
        figures = code_of(app[0])
        first, _ = first_step()
        second, _ = first_step()
        assert first.post("/login/step/", {"code": figures}).status_code == 302
        assert second.post("/login/step/", {"code": figures}).status_code == 422
        assert second.post("/login/step/", {"code": code_of(app[0], -1)}).status_code == 422  # nor an older one
        assert second.post("/login/step/", {"code": code_of(app[0], 1)}).status_code == 302


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 302), (0, 302), (1, 302), (2, 422)])
def test_a_clock_may_differ_by_one_step(app, steps, status):
    with time_machine.travel(timezone.now(), tick=False):
        browser, _ = first_step()
        assert browser.post("/login/step/", {"code": code_of(app[0], steps)}).status_code == status


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef", "x" * 500, "\0"])
def test_what_is_no_code_is_said(app, typed):
    browser, _ = first_step()
    assert browser.post("/login/step/", {"code": typed}).status_code == 422 and not is_in(browser)


def wrong_of(secret):
    right = {code_of(secret, steps) for steps in (-2, -1, 0, 1, 2)}
    return next(f"{number:06d}" for number in range(10) if f"{number:06d}" not in right)


def test_five_wrong_codes_end_a_log_in_and_tell_the_owner(app, cast):
    """T36."""
    thief, _ = first_step(REMOTE_ADDR="203.0.113.9")
    assert [thief.post("/login/step/", {"code": wrong_of(app[0])}).status_code for _ in range(4)] == [422] * 4
    assert thief.post("/login/step/", {"code": wrong_of(app[0])}).headers["Location"] == "/login/"
    assert thief.post("/login/step/", {"code": code_of(app[0])}).headers["Location"] == "/login/" and not is_in(thief)
    run_jobs()
    assert "geprobeerd" in mail.outbox[-1].subject and mail.outbox[-1].to == ["sanne@bakker.example"]
    owner, _ = first_step()
    assert owner.post("/login/step/", {"code": code_of(app[0])}).status_code == 302
    with scope(cast.system):
        assert sum(isinstance(fact, facts.LogInFailed) and fact.by == "app" for fact in recorded()) == 5


def test_many_half_log_ins_do_not_make_many_tries(app):
    """T36: a thief who knows the password cannot guess on by starting over."""
    seen = []
    for _round in range(4):
        thief, location = first_step(REMOTE_ADDR="203.0.113.9")
        if location == "/login/step/":
            seen += [thief.post("/login/step/", {"code": wrong_of(app[0])}).status_code for _ in range(4)]
    assert 429 in seen and seen.count(422) <= 10


def test_the_second_step_is_not_skipped(app):
    """T36: a half log-in opens no page, no live stream and no other door."""
    browser, _ = first_step()
    for path in ("/", "/account/", "/account/security/", "/orders/", "/login/company/", "/colleagues/"):
        assert browser.get(path).headers.get("Location", "").startswith("/login/"), path
    assert browser.get("/live/").status_code == 204
    assert browser.post("/company/", {"company": ""}).headers["Location"].startswith("/login/")
    assert browser.post("/account/security/app/remove/").headers["Location"].startswith("/login/")


def test_a_half_log_in_is_for_its_browser_and_its_ten_minutes(app):
    browser, _ = first_step()
    other = Client(headers=HOST)
    assert other.post("/login/step/", {"code": code_of(app[0])}).headers["Location"] == "/login/"
    elsewhere = Client(headers={"host": "brand.localhost"})
    elsewhere.cookies["entering"] = browser.cookies["entering"].value
    assert elsewhere.post("/login/step/", {"code": code_of(app[0])}).headers["Location"] == "/login/"
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert browser.post("/login/step/", {"code": code_of(app[0])}).headers["Location"] == "/login/"


def test_an_invitation_does_not_lead_around_it(app, client_of, cast):
    """T36: the mailbox alone is no second step, not by an invitation to another company either."""
    with scope(cast.dirk):
        from portiek.foundation.accounts.models import Role

        finance = Role.objects.get(code="finance").pk
    assert client_of("dirk").post("/colleagues/invite/", {"name": "Sanne", "email": "sanne@bakker.example", "role": finance}).status_code == 302
    run_jobs()
    path = re.search(r"http://\S+(/invitation/\S+/)", mail.outbox[-1].body).group(1)
    browser = Client(headers=HOST)
    assert browser.post(path).headers["Location"] == "/login/step/" and not is_in(browser)
    assert browser.post("/login/step/", {"code": code_of(app[0])}).headers["Location"] == "/"
    assert "Kozijnhuis De Vries" in browser.get("/parties/mine/").content.decode()


def test_who_is_in_by_two_steps_accepts_an_invitation_at_once(app, sanne, client_of, cast):
    with scope(cast.dirk):
        from portiek.foundation.accounts.models import Role

        finance = Role.objects.get(code="finance").pk
    client_of("dirk").post("/colleagues/invite/", {"name": "Sanne", "email": "sanne@bakker.example", "role": finance})
    run_jobs()
    path = re.search(r"http://\S+(/invitation/\S+/)", mail.outbox[-1].body).group(1)
    assert sanne.post(path).headers["Location"] == "/"
    assert "Kozijnhuis De Vries" in sanne.get("/parties/mine/").content.decode()


def test_a_recovery_code_opens_once_and_is_told(app):
    browser, _ = first_step()
    assert "Kozijnhuis" not in browser.get("/login/step/recovery/").content.decode()
    typed = app[1][3].upper().replace("-", " ")
    assert browser.post("/login/step/recovery/", {"code": typed}).headers["Location"] == "/" and is_in(browser)
    run_jobs()
    [message] = [message for message in mail.outbox if "herstelcode" in message.subject]
    assert message.to == ["sanne@bakker.example"] and "nog 9" in message.body
    again, _ = first_step()
    assert again.post("/login/step/recovery/", {"code": app[1][3]}).status_code == 422
    assert again.post("/login/step/recovery/", {"code": "abcd-efgh-jkmn"}).status_code == 422
    assert again.post("/login/step/recovery/", {"code": app[1][4]}).status_code == 302


def test_a_recovery_code_is_ones_own(app, client_of):
    _secret, codes = add_app(client_of("youssef"))
    browser, _ = first_step()
    assert browser.post("/login/step/recovery/", {"code": codes[0]}).status_code == 422


def test_new_recovery_codes_end_the_old(app, sanne):
    sanne.post("/account/security/proof/", {"code": code_of(app[0]), "way": "app"})
    made = re.findall(r"<code>(\w{4}-\w{4}-\w{4})</code>", sanne.post("/account/security/codes/").content.decode())
    assert len(made) == 10 and not set(made) & set(app[1])
    browser, _ = first_step()
    assert browser.post("/login/step/recovery/", {"code": app[1][0]}).status_code == 422
    assert browser.post("/login/step/recovery/", {"code": made[0]}).status_code == 302


def later(cast, **fields):
    with scope(Actor.gate(cast.sanne.portal_id)):
        Session.objects.update(proved_at=timezone.now() - timedelta(hours=1))


@pytest.mark.parametrize("path", ["/account/security/app/", "/account/security/app/remove/", "/account/security/codes/"])
def test_a_change_asks_for_a_fresh_proof(sanne, cast, path):
    later(cast)
    for answer in (sanne.get(path), sanne.post(path, {"code": "000000", "secret": "x"})):
        assert answer.status_code == 302 and answer.headers["Location"].startswith("/account/security/proof/?next=")


def test_the_proof_is_the_password_or_a_mailed_code(sanne, cast):
    later(cast)
    assert sanne.post("/account/security/proof/", {"password": "zeker-niet-goed"}).status_code == 422
    assert sanne.post("/account/security/proof/", {"password": PASSWORD, "next": "/account/security/app/"}).headers["Location"] == "/account/security/app/"
    assert sanne.get("/account/security/app/").status_code == 200
    later(cast)
    assert sanne.post("/account/security/proof/", {"way": "code", "code": "123456"}).status_code == 422  # none was asked
    sanne.post("/account/security/proof/", {"way": "mail"})
    run_jobs()
    figures = re.search(r"\b\d{6}\b", mail.outbox[-1].subject).group()
    assert sanne.post("/account/security/proof/", {"way": "code", "code": figures, "next": "//evil.example"}).headers["Location"] == "/account/security/"
    assert sanne.get("/account/security/app/").status_code == 200


def test_who_has_a_second_step_proves_by_that_alone(app, sanne, cast):
    """T36: a borrowed browser and the password, or the mailbox, do not take the second step away."""
    later(cast)
    for data in ({"password": PASSWORD}, {"way": "code", "code": wrong_of(app[0])}, {"way": "", "password": PASSWORD}):
        assert sanne.post("/account/security/proof/", data).status_code == 422
    assert sanne.get("/account/security/app/remove/").status_code == 302
    assert sanne.post("/account/security/proof/", {"way": "recovery", "code": "abcd-efgh-jkmn"}).status_code == 422
    assert sanne.post("/account/security/proof/", {"way": "recovery", "code": app[1][0]}).status_code == 302
    assert sanne.get("/account/security/app/remove/").status_code == 200


def test_guessing_at_the_proof_meets_a_limit(app, sanne, cast):
    """T36."""
    later(cast)
    assert [sanne.post("/account/security/proof/", {"way": "app", "code": wrong_of(app[0])}).status_code for _ in range(11)][-1] == 429


def test_removing_it_ends_the_other_sessions_and_tells_the_owner(app, sanne, client_of, cast):
    """T35."""
    there, _ = first_step()
    there.post("/login/step/", {"code": code_of(app[0])})
    assert is_in(there)
    sanne.post("/account/security/proof/", {"way": "recovery", "code": app[1][0]})
    assert sanne.post("/account/security/app/remove/").headers["Location"] == "/account/security/"
    assert not is_in(there) and is_in(sanne)
    run_jobs()
    assert "verwijderd" in mail.outbox[-1].subject
    _browser, location = first_step()
    assert location == "/"


def test_the_secret_of_a_set_up_is_ones_own_and_not_chosen(sanne, client_of):
    page = client_of("youssef").get("/account/security/app/").content.decode()
    other = re.search(r'name="secret" value="([^"]+)"', page).group(1)
    assert sanne.post("/account/security/app/", {"secret": other, "code": code_of(secret_of(page))}).status_code == 422
    assert sanne.post("/account/security/app/", {"secret": "A" * 32, "code": code_of("A" * 32)}).status_code == 422
    mine = sanne.get("/account/security/app/").content.decode()
    sealed = re.search(r'name="secret" value="([^"]+)"', mine).group(1)
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert sanne.post("/account/security/app/", {"secret": sealed, "code": code_of(secret_of(mine))}).status_code in (302, 422)
    assert "Uit" in sanne.get("/account/security/").content.decode()


def test_a_wrong_first_code_keeps_the_picture(sanne):
    page = sanne.get("/account/security/app/").content.decode()
    sealed = re.search(r'name="secret" value="([^"]+)"', page).group(1)
    again = sanne.post("/account/security/app/", {"secret": sealed, "code": wrong_of(secret_of(page))})
    assert again.status_code == 422 and secret_of(again.content.decode()) == secret_of(page)


def place_of(name, number="10042"):
    return Membership.objects.get(user__name=name, party__number=number).pk


@pytest.fixture
def youssefs(client_of, cast):
    """Youssef with an app and two browsers; the number of his place."""
    add_app(client_of("youssef"))
    with scope(cast.sanne):
        return place_of("Youssef El Amrani")


def test_an_administrator_lets_a_colleague_set_it_up_anew(youssefs, client_of, cast):
    youssef = client_of("youssef")
    sanne = client_of("sanne")
    assert "Heeft een tweede stap" in sanne.get(f"/colleagues/{youssefs}/reset/").content.decode()
    assert sanne.post(f"/colleagues/{youssefs}/reset/", {"reason": ""}).status_code == 422
    assert sanne.post(f"/colleagues/{youssefs}/reset/", {"reason": "Stond aan mijn bureau"}).status_code == 302
    assert not is_in(youssef)
    run_jobs()
    assert mail.outbox[-1].to == ["youssef@bakker.example"] and "Stond aan mijn bureau" in mail.outbox[-1].body and "Sanne Bakker" in mail.outbox[-1].body
    _browser, location = first_step("youssef@bakker.example")
    assert location == "/"
    with scope(cast.sanne):
        assert facts.FactorsReset(user_id=cast.youssef.user_id, password=False) in recorded()
        assert FactRow.objects.get(name="accounts.factors.reset").changes == {"reason": ["", "Stond aan mijn bureau"]}
    with scope(Actor.gate(cast.sanne.portal_id)):
        assert Credential.objects.filter(user_id=cast.youssef.user_id).exists()


def test_the_password_goes_when_that_is_asked(youssefs, client_of, cast):
    client_of("sanne").post(f"/colleagues/{youssefs}/reset/", {"reason": "Telefoon gestolen", "password": "on"})
    with scope(Actor.gate(cast.sanne.portal_id)):
        assert not Credential.objects.filter(user_id=cast.youssef.user_id).exists()


@pytest.mark.parametrize(("who", "status"), [("dirk", 404), ("youssef", 403), ("mark", 403), ("nadia2", 404), ("otto", 404)])
def test_others_do_not(youssefs, client_of, cast, who, status):
    answer = client_of(who).post(f"/colleagues/{youssefs}/reset/", {"reason": "x"})
    assert answer.status_code == status
    with scope(Actor.gate(cast.sanne.portal_id)):
        assert Authenticator.objects.filter(user_id=cast.youssef.user_id).exists()


def test_not_for_who_acts_for_another_company_too(client_of, cast):
    """An administrator of one company does not weaken the door of another."""
    add_app(client_of("karin", "bakker"))
    with scope(cast.sanne):
        karin = place_of("Karin Bakker")
    assert client_of("sanne").post(f"/colleagues/{karin}/reset/", {"reason": "x"}).status_code == 422
    with scope(Actor.gate(cast.sanne.portal_id)):
        assert Authenticator.objects.count() == 1
    assert client_of("peter").post(f"/colleagues/{karin}/reset/", {"reason": "Belde vanaf het bekende nummer"}).status_code == 302


def test_not_oneself_and_not_who_is_above(client_of, cast):
    with scope(cast.olga):
        olga, peter = (Membership.objects.get(user__name=name, party=None).pk for name in ("Olga Smit", "Peter van Dijk"))
    assert client_of("olga").post(f"/colleagues/{olga}/reset/", {"reason": "x"}).status_code == 422
    assert client_of("peter").post(f"/colleagues/{olga}/reset/", {"reason": "x"}).status_code == 422
    assert client_of("olga").post(f"/colleagues/{peter}/reset/", {"reason": "x"}).status_code == 302


def test_who_is_to_be_asked_is_said_after_the_first_step_only(youssefs):
    browser, _ = first_step("youssef@bakker.example")
    said = browser.get("/login/step/recovery/").content.decode()
    assert "Bouwbedrijf Bakker B.V.: Sanne Bakker" in said and "038 123 45 67" in said
    assert Client(headers=HOST).get("/login/step/recovery/").headers["Location"] == "/login/"


def test_the_api_knows_no_log_in(app):
    """T36: the API takes keys, which an administrator made by a session; no password and no code opens it."""
    browser, _ = first_step()
    assert browser.get("/api/v1/orders").status_code == 401


def test_steps_of_time():
    secret, now = authenticator.new_secret(), timezone.now()
    step = int(now.timestamp()) // 30
    figures = pyotp.TOTP(secret).generate_otp(step)
    assert authenticator.step_of(secret, figures, now=now, after=0) == step
    assert authenticator.step_of(secret, figures, now=now, after=step) is None
    assert authenticator.step_of(secret, "", now=now, after=0) is None
    assert authenticator.step_of(secret, "éééééé", now=now, after=0) is None


def test_the_picture_holds_the_key_and_no_script():
    made = str(authenticator.picture(authenticator.address("A" * 32, portal="Van Dijk & Zn <b>", email="a@b.example")))
    assert made.startswith("<svg") and "<b>" not in made and "style=" not in made and "script" not in made


def test_half_log_ins_are_swept(app, cast):
    from portiek.foundation.accounts import actions

    first_step()
    gate = Actor.gate(cast.sanne.portal_id)
    with scope(gate), time_machine.travel(timezone.now() + timedelta(days=2)):
        assert HalfLogin.objects.exists()
        actions.sweep(gate)
        assert not HalfLogin.objects.exists()


def test_the_cookie_of_a_half_log_in_opens_nothing(app):
    browser, _ = first_step()
    assert settings.SESSION_COOKIE not in browser.cookies
