"""A portal that did not exist a minute ago: one command, one link, and the page that says what comes next."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client

from portiek.config.opening import opened
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.db.gate import ask
from portiek.foundation.accounts import queries

GIVEN = {"host": "nieuw.example.nl", "name": "Nieuw B.V.", "email": "Anna@Nieuw.example", "administrator": "Anna Nieuw"}


def test_a_portal_is_opened_and_its_administrator_comes_in() -> None:
    address = urlsplit(opened(**GIVEN))
    assert address.netloc.startswith("nieuw.example.nl")
    client = Client(headers={"host": GIVEN["host"]})
    assert client.post(address.path, {"name": "Anna Nieuw", "password": ""}).status_code == 302
    page = client.get("/setup/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "Verbind het ERP" in text
    assert re.search(r"\d van \d+ stappen", text)
    # The portals of others are no part of it.
    assert "Van Dijk" not in text


def test_again_a_fresh_link_until_somebody_is_in() -> None:
    first, second = opened(**GIVEN), opened(**GIVEN)
    client = Client(headers={"host": GIVEN["host"]})
    assert client.get(urlsplit(first).path).status_code == 404
    assert client.post(urlsplit(second).path, {"name": "Anna", "password": ""}).status_code == 302
    with pytest.raises(RuntimeError, match="somebody manages"):
        opened(**GIVEN)


@pytest.mark.parametrize("wrong", [{"host": "https://nieuw.example.nl"}, {"host": "a b"}, {"host": ""}, {"email": "geen adres"}])
def test_what_is_no_host_or_address_makes_nothing(wrong: dict[str, str]) -> None:
    before = ask("portals")
    with pytest.raises(RuntimeError):
        opened(**{**GIVEN, **wrong})
    assert ask("portals") == before


def test_its_roles_are_those_of_every_portal() -> None:
    opened(**GIVEN)
    number = next(number for number, _language, host in ask("portals") if host == GIVEN["host"])
    actor = Actor.system(number)
    with scope(actor):
        assert {role.code for role in queries.roles_to_give(actor, party_id=None)} >= {"staff-admin", "staff-sales"}
