"""Where one is logged in: shown, ended one by one, told when it is new. And passwords that others know."""

import hashlib
import io
import random

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from portiek.config.testing import run_jobs
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.db.gate import ask
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import breached, rules
from portiek.foundation.accounts.actions.people import set_password
from portiek.foundation.accounts.models import Credential, Session, User
from portiek.foundation.accounts.tests.test_second_step import add_app, code_of, first_step, is_in

HOST = {"host": "localhost"}
FIREFOX = {"user-agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"}
GATE = Actor.gate(1)


def session_of(client):
    with scope(GATE):
        return Session.objects.get(token_hash=token_hash(client.cookies[settings.SESSION_COOKIE].value)).pk


def test_a_device_is_shown_by_its_name_and_network():
    browser = Client(headers={**HOST, **FIREFOX}, REMOTE_ADDR="203.0.113.77")
    browser.post("/login/", {"email": "sanne@bakker.example", "way": "password"})
    browser.post("/login/password/", {"password": "welkom-bij-portiek"})
    page = browser.get("/account/security/").content.decode()
    assert "Firefox, Windows" in page and "203.0.113.x" in page and "203.0.113.77" not in page
    with scope(GATE):
        assert not Session.objects.filter(network__contains="77").exists()


def test_one_device_is_logged_out(client_of):
    """T35, T53: at once, and its live stream at the next look, every three seconds."""
    here, there, third = client_of("sanne"), client_of("sanne"), client_of("sanne")
    token = there.cookies[settings.SESSION_COOKIE].value
    assert ask("standing", [token_hash(token)])
    assert here.post(f"/account/sessions/{session_of(there)}/end/").status_code == 302
    assert not is_in(there) and is_in(here) and is_in(third)
    assert ask("standing", [token_hash(token)]) == []


@pytest.mark.parametrize("who", ["youssef", "olga", "nadia2"])
def test_anothers_device_is_not(client_of, who):
    sanne, other = client_of("sanne"), client_of(who)
    there = session_of(sanne)
    assert other.post(f"/account/sessions/{there}/end/").status_code == 404
    assert other.post(f"/account/sessions/{there + 999_999}/end/").status_code == 404
    assert is_in(sanne)


def test_one_that_has_ended_is_as_one_that_never_was(client_of):
    here, there = client_of("sanne"), client_of("sanne")
    number = session_of(there)
    there.post("/logout/")
    assert here.post(f"/account/sessions/{number}/end/").status_code == 404


def told():
    run_jobs()
    return [message for message in mail.outbox if "nieuw apparaat" in message.subject]


def test_a_new_device_is_told_and_a_known_one_is_not(client_of):
    client_of("sanne")  # she was here before
    browser, _ = first_step(REMOTE_ADDR="198.51.100.7")
    assert [message.to for message in told()] == [["sanne@bakker.example"]] and "198.51.100.x" in told()[0].body
    browser.post("/logout/")
    browser.post("/login/", {"email": "sanne@bakker.example", "way": "password"})
    browser.post("/login/password/", {"password": "welkom-bij-portiek"})
    assert is_in(browser) and len(told()) == 1
    browser.post("/logout/")
    client_of("youssef")
    browser.post("/login/", {"email": "youssef@bakker.example", "way": "password"})
    browser.post("/login/password/", {"password": "welkom-bij-portiek"})
    assert len(told()) == 2  # the browser is known, but not as him


def test_the_first_time_is_not_a_new_device():
    with scope(GATE):
        Session.objects.filter(user__email="sanne@bakker.example").delete()
    first_step()
    assert told() == []


def test_only_who_came_in_is_told_of(client_of):
    add_app(client_of("sanne"))
    first_step()  # no second step: nobody came in
    assert told() == []


@pytest.mark.parametrize(("place", "network"), [("203.0.113.77", "203.0.113.x"), ("2001:db8:1:2::/64", "2001:db8:1::"), ("", ""), ("nonsense", "")])
def test_a_network_is_shortened(place, network):
    assert rules.network(place) == network




def test_common_passwords_are_refused_in_any_capitals(client_of):
    sanne = client_of("sanne")
    common = sorted(word for word in breached._common() if len(word) >= rules.PASSWORD_LENGTH)
    assert len(common) > 1000
    chosen = next(word for word in common if rules.weakness(word, name="Sanne Bakker", email="sanne@bakker.example") is None)
    for typed in (chosen, chosen.upper()):
        answer = sanne.post("/account/password/", {"password": typed})
        assert answer.status_code == 422 and "lijst van wachtwoorden" in answer.content.decode()
    assert not breached.is_breached("vier losse woorden samen")


def lines(passwords):
    made = sorted(hashlib.sha1(word.encode()).hexdigest().upper() for word in passwords)
    return made, "".join(f"{item}:{number}\r\n" for number, item in enumerate(made)).encode()


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 100, 1000])
def test_the_list_is_searched_by_halving(size):
    """Every line is found wherever it stands, nothing else is, and no more than a few lines are read."""
    made, content = lines(f"wachtwoord {number}" for number in range(size))
    file = Counted(content)
    for item in made:
        assert breached.listed(file, item.encode())
    chance = random.Random(5)
    for _try in range(50):
        missing = f"{chance.getrandbits(160):040X}"
        file.reads = 0
        assert missing in made or not breached.listed(file, missing.encode())
        assert file.reads <= 2 * (len(content).bit_length() + 1)
    assert not breached.listed(file, b"0" * 40) and not breached.listed(file, b"F" * 40)


class Counted(io.BytesIO):
    """A file that counts what is read of it."""

    reads = 0

    def readline(self, *arguments):
        self.reads += 1
        return super().readline(*arguments)


@pytest.fixture
def own_list(tmp_path, settings_of):
    """The operator's own list, with one password of somebody."""
    path = tmp_path / "pwned.txt"
    path.write_bytes(lines(["paard batterij nietje", "een ander lang woord"])[1])
    settings_of(str(path))
    return path


@pytest.fixture
def settings_of(monkeypatch):
    return lambda value: monkeypatch.setattr(settings, "BREACHED_PASSWORDS", value)


def test_the_operators_list_is_asked(client_of, own_list):
    sanne = client_of("sanne")
    answer = sanne.post("/account/password/", {"password": "paard batterij nietje"})
    assert answer.status_code == 422 and "lijst van wachtwoorden" in answer.content.decode()
    assert sanne.post("/account/password/", {"password": "paard batterij Nietje"}).status_code == 302


def test_a_list_that_is_gone_keeps_nobody_out(client_of, own_list, caplog):
    own_list.unlink()
    assert client_of("sanne").post("/account/password/", {"password": "paard batterij nietje"}).status_code == 302
    assert "cannot be read" in caplog.text and "paard" not in caplog.text


def with_password(password):
    from django.contrib.auth.hashers import make_password

    with scope(GATE):
        Credential.objects.filter(user__email="sanne@bakker.example").update(password=make_password(password))


def come(password):
    browser = Client(headers=HOST)
    browser.post("/login/", {"email": "sanne@bakker.example", "way": "password"})
    return browser, browser.post("/login/password/", {"password": password})


def test_who_has_a_breached_password_is_asked_to_change_it(client_of, own_list):

    with_password("paard batterij nietje")
    browser, came = come("paard batterij nietje")
    assert came.headers["Location"] == "/account/security/#password" and "lijst van wachtwoorden" in browser.get("/account/security/").content.decode()
    assert browser.post("/account/password/", {"password": "vier losse woorden samen"}).status_code == 302
    assert come("vier losse woorden samen")[1].headers["Location"] == "/"


def test_also_after_a_second_step(client_of, own_list):
    secret, _codes = add_app(client_of("sanne"))
    with_password("paard batterij nietje")
    browser, came = come("paard batterij nietje")
    assert came.headers["Location"] == "/login/step/"
    assert browser.post("/login/step/", {"code": code_of(secret)}).headers["Location"] == "/account/security/#password"


def test_a_wrong_password_says_nothing_of_the_list(own_list):
    """T34: whether a list holds it is told to nobody who guesses."""
    answer = come("paard batterij nietje")[1]
    assert answer.status_code == 422 and "lijst van wachtwoorden" not in answer.content.decode()


def test_the_password_of_the_demo_is_in_no_list():
    assert not breached.is_breached("welkom-bij-portiek")
    with scope(GATE):
        set_password(GATE, user=User.objects.get(email="sanne@bakker.example"), password="welkom-bij-portiek")
