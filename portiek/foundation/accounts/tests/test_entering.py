"""Coming in: by code, by password, and all the ways in which one should not."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from portiek.config.testing import run_jobs
from portiek.foundation.parties.cast import PASSWORD

HOST = {"host": "localhost"}


@pytest.fixture
def newcomer():
    return Client(headers=HOST)


def ask(newcomer, email="sanne@bakker.example", way="code", **more):
    return newcomer.post("/login/", {"email": email, "way": way, **more})


def mailed():
    return re.search(r"\b\d{6}\b", mail.outbox[-1].subject).group()


def test_a_code_from_the_mail_opens_the_door_once(newcomer):
    assert ask(newcomer).headers["Location"] == "/login/code/"
    run_jobs()
    assert mail.outbox[-1].to == ["sanne@bakker.example"]
    figures = mailed()
    came = newcomer.post("/login/code/", {"code": f"{figures[:3]} {figures[3:]}"})
    assert (came.status_code, came.headers["Location"]) == (302, "/")
    assert newcomer.get("/").status_code == 200
    other = Client(headers=HOST)
    other.cookies["entering"] = newcomer.cookies["entering"].value
    assert other.post("/login/code/", {"code": figures}).status_code in (302, 422)
    assert other.get("/").status_code == 302


def test_a_password_opens_the_door(newcomer):
    assert ask(newcomer, way="password").headers["Location"] == "/login/password/"
    assert newcomer.post("/login/password/", {"password": PASSWORD}).headers["Location"] == "/"
    kept = newcomer.cookies[settings.SESSION_COOKIE]
    assert kept["httponly"] and kept["samesite"] == "Lax" and len(kept.value) >= 43
    assert newcomer.get("/").status_code == 200
