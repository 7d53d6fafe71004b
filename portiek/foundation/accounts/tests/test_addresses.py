"""Another e-mail address: proved at both ends, told and stopped from the old one, confirmed by who manages people where the old end is lost; and the attacks on each."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from portiek.config.testing import recorded, run_jobs
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.foundation.accounts import actions, facts
from portiek.foundation.accounts.models import Attempt, Credential, EmailChange, Identity, Membership, Passkey, Provider, Session, User
from portiek.foundation.accounts.tests.test_second_step import HOST, add_app, is_in
from portiek.foundation.tasks.models import Task

NEW = "sanne@nieuw.example"
OLD = "sanne@bakker.example"


@pytest.fixture
def cast(cast):
    """The cast by number, since their addresses change."""
    return SimpleNamespace(**{key: getattr(cast, key) for key in ("sanne", "youssef", "olga", "system")})


@pytest.fixture
def sanne(client_of):
    return client_of("sanne")


def sent(to):
    """Return the last mail to an address."""
    return next((letter for letter in reversed(mail.outbox) if letter.to == [to]), None)


def code(to):
    return re.search(r"\b\d{6}\b", sent(to).subject).group()


def ask(client, email=NEW):
    answer = client.post("/account/email/", {"email": email})
    run_jobs()
    return answer


def give(client, **codes):
    return client.post("/account/email/codes/", codes)


def stop_link(to=OLD):
    return re.search(r"https?://[^/\s]+(/account/email/stop/\S+/)", sent(to).body).group(1)


def user(cast):
    with scope(Actor.gate(cast.sanne.portal_id)):
        return User.objects.get(pk=cast.sanne.user_id)


def test_both_ends_and_then_it_is_his(cast, client_of, sanne):
    other = client_of("sanne")
    assert ask(sanne).headers["Location"] == "/account/email/codes/"
    page = sanne.get("/account/email/codes/").content.decode()
    assert NEW in page and OLD in page
    before = sanne.cookies["session" if "session" in sanne.cookies else next(iter(sanne.cookies))].value
    done = give(sanne, new=code(NEW), old=code(OLD))
    assert done.headers["Location"] == "/account/" and user(cast).email == NEW
    assert is_in(sanne) and not is_in(other)
    assert before not in {item.value for item in sanne.cookies.values()}
    run_jobs()
    told = sent(OLD)
    assert "Sanne" in told.body and NEW in told.body and "/account/email/stop/" in told.body
    browser = Client(headers=HOST)
    browser.post("/login/", {"email": NEW, "way": "code"})
    run_jobs()
    assert browser.post("/login/code/", {"code": code(NEW)}).status_code == 302 and is_in(browser)
    with scope(cast.system):
        assert facts.EmailChanged(user_id=cast.sanne.user_id, confirmed=False) in recorded()


def test_one_by_one_in_any_order(cast, sanne):
    ask(sanne)
    assert give(sanne, old=code(OLD)).status_code == 302 and user(cast).email == OLD
    page = sanne.get("/account/email/codes/").content.decode()
    assert 'name="old"' not in page and 'name="new"' in page
    assert give(sanne, new=code(NEW)).headers["Location"] == "/account/" and user(cast).email == NEW


@pytest.mark.parametrize("codes", [{"new": "new", "old": "new"}, {"new": "old", "old": "old"}, {"new": "old", "old": "new"}, {"new": "new"}, {"old": "old"}])
def test_each_end_has_its_own_code(cast, sanne, codes):
    """The mailbox of one end proves nothing of the other."""
    ask(sanne)
    kept = {"new": code(NEW), "old": code(OLD)}
    give(sanne, **{end: kept[which] for end, which in codes.items()})
    assert user(cast).email == OLD


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef", "\0", "x" * 500])
def test_what_is_no_code_is_said(cast, sanne, typed):
    ask(sanne)
    assert give(sanne, new=typed, old=typed).status_code == 422 and user(cast).email == OLD


def test_five_tries_and_ten_minutes(cast, sanne):
    ask(sanne)
    right = code(NEW)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _number in range(5):
        assert give(sanne, new=wrong).status_code == 422
    assert give(sanne, new=right).status_code == 422 and user(cast).email == OLD
    assert sanne.post("/account/email/again/").status_code == 302
    run_jobs()
    late = code(NEW), code(OLD)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert give(sanne, new=late[0], old=late[1]).status_code == 422 and user(cast).email == OLD
    assert give(sanne, new=right).status_code == 422  # an earlier code is over


def test_a_fresh_proof_comes_first(cast, sanne):
    with scope(Actor.gate(cast.sanne.portal_id)):
        Session.objects.filter(user_id=cast.sanne.user_id).update(proved_at=timezone.now() - timedelta(minutes=16))
    assert ask(sanne).headers["Location"].startswith("/account/security/proof/") and not mail.outbox
    with scope(Actor.gate(cast.sanne.portal_id)):
        assert not EmailChange.objects.exists()


def test_a_taken_address_answers_as_a_free_one_and_its_owner_is_told(cast, client_of):
    """T34: whoever asks sees and can do the same; only the owner learns of it."""
    seen = {}
    for email in (NEW, "youssef@bakker.example", "nobody@nowhere.example"):
        client = client_of("els")
        asked = ask(client, email)
        page = client.get("/account/email/codes/").content.decode().replace(email, "ADDRESS")
        wrong = give(client, new="000000")
        seen[email] = (asked.status_code, asked.headers["Location"], re.sub(r'value="[^"]{20,}"', "", page), wrong.status_code, re.sub(r'value="[^"]{20,}"|nonce="[^"]+"', "", wrong.content.decode().replace(email, "ADDRESS")))
    assert len({(a, b, c.count("<"), d, e.count("<")) for a, b, c, d, e in seen.values()}) == 1
    texts = {re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page)) for _a, _b, page, _d, _e in seen.values()}
    assert len(texts) == 1
    owner = sent("youssef@bakker.example")
    assert not re.search(r"\b\d{6}\b", owner.subject + owner.body) and "els" not in (owner.subject + owner.body).lower()
    with scope(Actor.gate(cast.sanne.portal_id)):
        assert not [row for row in EmailChange.objects.filter(new_email="youssef@bakker.example") if bytes(row.new_hash)]


def test_an_address_taken_meanwhile_is_not_taken_over(cast, sanne):
    ask(sanne)
    codes = {"new": code(NEW), "old": code(OLD)}
    with scope(cast.system):
        actions.create_user(cast.system, email=NEW, name="Iemand Anders")
    assert give(sanne, **codes).status_code == 422 and user(cast).email == OLD and is_in(sanne)


def test_another_portal_is_not_asked(cast, sanne):
    """The same address in another portal belongs to another account."""
    ask(sanne, "otto@brandtechniek.example")
    give(sanne, new=code("otto@brandtechniek.example"), old=code(OLD))
    assert user(cast).email == "otto@brandtechniek.example"


def test_nobody_is_bombed(client_of, sanne):
    """Six an hour, for who asks and for the mailbox."""
    answers = [ask(sanne).status_code for _number in range(8)]
    assert answers[5] == 302 and answers[6:] == [429, 429]
    assert ask(client_of("youssef"), NEW).status_code == 429
    assert ask(client_of("youssef"), "elsewhere@nieuw.example").status_code == 302


def test_the_code_of_another_is_worth_nothing(cast, client_of, sanne):
    youssef = client_of("youssef")
    ask(sanne)
    codes = {"new": code(NEW), "old": code(OLD)}
    ask(youssef, "youssef@nieuw.example")
    assert give(youssef, **codes).status_code == 422
    assert give(client_of("els"), **codes).headers["Location"] == "/account/email/"
    assert user(cast).email == OLD


def test_the_old_address_stops_what_waits(cast, sanne):
    ask(sanne)
    codes, link = {"new": code(NEW), "old": code(OLD)}, stop_link()
    anybody = Client(headers=HOST)
    assert anybody.get(link).status_code == 200 and give(sanne, new=codes["new"]).status_code == 302  # opening it changes nothing
    assert anybody.post(link).status_code == 200
    assert give(sanne, old=codes["old"]).headers["Location"] == "/account/email/" and user(cast).email == OLD
    assert anybody.get(link).status_code == 410 and anybody.post(link).status_code == 410
    assert is_in(sanne)


def test_the_old_address_puts_back_what_was_done(cast, client_of, sanne):
    """Somebody sat at an open browser and an open mailbox: address, app, passkey and password of his are gone again."""
    ask(sanne)
    give(sanne, new=code(NEW), old=code(OLD))
    run_jobs()
    link = stop_link()
    add_app(sanne)
    with scope(Actor.gate(cast.sanne.portal_id)):
        Passkey.objects.create(portal_id=cast.sanne.portal_id, user_id=cast.sanne.user_id, name="Van een ander", credential=b"x", public_key=b"-")
    assert Client(headers=HOST).post(link).status_code == 200
    assert user(cast).email == OLD and not is_in(sanne)
    with scope(Actor.gate(cast.sanne.portal_id)):
        assert not Passkey.objects.filter(user_id=cast.sanne.user_id).exists() and not Credential.objects.filter(user_id=cast.sanne.user_id).exists()
    run_jobs()
    assert "terug" in sent(OLD).subject
    browser = Client(headers=HOST)
    browser.post("/login/", {"email": OLD, "way": "code"})
    run_jobs()
    assert browser.post("/login/code/", {"code": code(OLD)}).headers["Location"] == "/" and is_in(browser)
    with scope(cast.system):
        assert facts.EmailPutBack(user_id=cast.sanne.user_id) in recorded()


def test_what_was_there_before_stays(cast, sanne):
    """A second step of before the change keeps out who has the old mailbox alone."""
    add_app(sanne)
    ask(sanne)
    give(sanne, new=code(NEW), old=code(OLD))
    run_jobs()
    Client(headers=HOST).post(stop_link())
    browser = Client(headers=HOST)
    browser.post("/login/", {"email": OLD, "way": "code"})
    run_jobs()
    assert browser.post("/login/code/", {"code": code(OLD)}).headers["Location"] == "/login/step/"


def test_moving_on_once_more_does_not_shake_it_off(cast, sanne):
    ask(sanne)
    give(sanne, new=code(NEW), old=code(OLD))
    run_jobs()
    link, second = stop_link(), "verder@nieuw.example"
    ask(sanne, second)
    give(sanne, new=code(second), old=code(NEW))
    run_jobs()
    assert user(cast).email == second
    later = stop_link(NEW)
    assert Client(headers=HOST).post(link).status_code == 200 and user(cast).email == OLD
    assert Client(headers=HOST).post(later).status_code == 410 and user(cast).email == OLD


def test_after_seven_days_it_stands(cast, sanne):
    ask(sanne)
    give(sanne, new=code(NEW), old=code(OLD))
    run_jobs()
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        assert Client(headers=HOST).post(stop_link()).status_code == 410
    assert user(cast).email == NEW


@pytest.mark.parametrize("token", ["x", "MTA:1x:abc", "x" * 400])
def test_a_link_that_is_not_ours(token):
    assert Client(headers=HOST).get(f"/account/email/stop/{token}/").status_code == 410


def test_a_link_counts_in_its_own_portal(sanne):
    ask(sanne)
    assert Client(headers={"host": "brand.localhost"}).post(stop_link()).status_code in (404, 410)
    assert Client(headers=HOST).get(stop_link()).status_code == 200


def lose(client):
    ask(client)
    give(client, new=code(NEW))
    assert client.post("/account/email/lost/").status_code == 302
    run_jobs()


def place_of(cast, key="youssef"):
    with scope(cast.system):
        return Membership.objects.get(user_id=getattr(cast, key).user_id, party_id=cast.sanne.party_id).pk


def test_who_lost_the_old_address_asks_a_colleague(cast, client_of):
    youssef, sanne = client_of("youssef"), client_of("sanne")
    key = place_of(cast)
    address = f"/colleagues/{key}/email/"
    assert sanne.get(address).status_code == 404  # nothing waits
    ask(youssef)
    assert youssef.post("/account/email/lost/").status_code == 302  # the new one first
    assert sanne.get(address).status_code == 404
    give(youssef, new=code(NEW))
    youssef.post("/account/email/lost/")
    run_jobs()
    assert "Sanne" in youssef.get("/account/email/codes/").content.decode()
    with scope(cast.system):
        task = Task.objects.get(kind="accounts.email_confirm")
        assert task.party_id == cast.sanne.party_id
    assert NEW in sanne.get(address).content.decode()
    assert sanne.post(address, {"reason": "x", "answer": "confirm"}).status_code == 422
    assert sanne.post(address, {"reason": "Stond aan mijn bureau.", "answer": "confirm"}).status_code == 302
    run_jobs()
    with scope(Actor.gate(cast.sanne.portal_id)):
        assert User.objects.get(pk=cast.youssef.user_id).email == NEW
    assert not is_in(youssef) and "Stond aan mijn bureau." in sent("youssef@bakker.example").body
    assert sanne.post(address, {"reason": "Nog een keer.", "answer": "confirm"}).status_code == 404
    assert Client(headers=HOST).post(stop_link("youssef@bakker.example")).status_code == 200


def test_a_colleague_can_refuse(cast, client_of):
    youssef, sanne = client_of("youssef"), client_of("sanne")
    lose(youssef)
    assert sanne.post(f"/colleagues/{place_of(cast)}/email/", {"reason": "Hij weet van niets.", "answer": "refuse"}).status_code == 302
    assert youssef.get("/account/email/codes/").headers["Location"] == "/account/email/"


def test_nobody_else_confirms(cast, client_of):
    lose(client_of("youssef"))
    address = f"/colleagues/{place_of(cast)}/email/"
    wish = {"reason": "Ik ken hem goed.", "answer": "confirm"}
    for key, status in (("youssef", 403), ("dirk", 404), ("els", 404), ("otto", 404), ("nadia2", 404)):
        answer = client_of(key).post(address, wish)
        assert answer.status_code in (status, 403, 404), key
    assert Client(headers=HOST).post(address, wish).status_code == 302
    with scope(Actor.gate(cast.sanne.portal_id)):
        assert User.objects.get(pk=cast.youssef.user_id).email == "youssef@bakker.example"


def test_nobody_confirms_his_own(cast, sanne):
    """The last administrator asks staff; he cannot be both ends himself."""
    lose(sanne)
    assert sanne.post(f"/colleagues/{place_of(cast, 'sanne')}/email/", {"reason": "Ik ben het zelf.", "answer": "confirm"}).status_code == 422
    assert user(cast).email == OLD


def test_an_address_that_a_provider_keeps_is_changed_there(cast, sanne):
    with scope(cast.sanne):
        provider = Provider.objects.create(portal_id=cast.sanne.portal_id, party_id=cast.sanne.party_id, kind="oidc", slug="bakker-x", label="Bakker Entra", issuer="https://login.bakker.example", domains=["bakker.example"], is_active=True)
    assert "Bakker Entra" not in sanne.get("/account/email/").content.decode()
    with scope(Actor.gate(cast.sanne.portal_id)):
        Identity.objects.create(portal_id=cast.sanne.portal_id, provider_id=provider.pk, user_id=cast.sanne.user_id, subject="s-1")
    page = sanne.get("/account/email/").content.decode()
    assert "Bakker Entra" in page and 'name="email"' not in page
    assert ask(sanne).status_code == 422 and not mail.outbox
    with scope(Actor.gate(cast.sanne.portal_id)):
        assert not EmailChange.objects.exists()


@pytest.mark.parametrize("actor", ["sanne", "olga"])
def test_nobody_but_the_gate_reads_them(cast, sanne, actor):
    ask(sanne)
    with scope(getattr(cast, actor)), pytest.raises(DatabaseError), transaction.atomic():
        list(EmailChange.objects.all())


def test_no_code_stands_in_the_database(cast, sanne):
    ask(sanne)
    with scope(Actor.gate(cast.sanne.portal_id)):
        row = EmailChange.objects.get()
        assert len(bytes(row.new_hash)) == len(bytes(row.old_hash)) == 32 and Attempt.objects.exists()
