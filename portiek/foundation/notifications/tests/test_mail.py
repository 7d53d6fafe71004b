"""Mail: once per event and person, retried, never injected, to a real mail server on loopback."""

import email
import email.policy
import socket
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.core.mail import BadHeaderError
from django.test import override_settings
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused
from portiek.foundation.notifications import actions, jobs, kinds, post, rules
from portiek.foundation.notifications.models import Mail, Notification
from portiek.foundation.parties.models import Portal
from portiek.ui.colour import hex_of

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


class Server:
    """What the mail server got, and what it answers."""

    def __init__(self):
        self.got, self.answer, self.recipient = [], "250 OK", "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server, session, envelope):
        if self.answer.startswith("250"):
            self.got.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return self.answer


@pytest.fixture
def server():
    handler = Server()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = Controller(handler, hostname="127.0.0.1", port=port)
    running.start()
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=port):
        yield handler
    running.stop()


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.message_kind(
        "test.told",
        title="Order {number} is on its way",
        body="First.\n\nSecond for {name}.",
        url=lambda subject, values: f"/orders/{values['number']}/",
        action="Look",
    )
    kinds.message_kind("test.code", title="Your code for {portal}", body="Ten minutes.", secret=True)


def test_a_mail_arrives_in_full(cast, server):
    gate = Actor.gate(cast.system.portal_id)
    with scope(gate):
        actions.mail_now(gate, to="Sanne@Bakker.example", kind="test.code", values={"code": "123456"})
    run_jobs()
    [(to, message)] = server.got
    assert to == ["sanne@bakker.example"] and message["Subject"] == "Your code for Van Dijk Bouwmaterialen"
    assert message["From"].addresses[0].display_name == "Van Dijk Bouwmaterialen" and message["Auto-Submitted"] == "auto-generated"
    assert "123456" in message.get_body(("html",)).get_content() and message.get_body(("plain",)).get_content().startswith("Your code")
    with scope(cast.system):
        mail = Mail.objects.get(kind="test.code")
        assert message["Message-ID"] == f"<{mail.key}.{mail.token}@localhost>" and (mail.state, mail.values, mail.tries) == ("sent", "", 1)


def test_what_a_mail_says_is_sealed_until_then(cast):
    with scope(cast.system):
        actions.mail_now(cast.system, to="a@b.example", kind="test.code", values={"code": "987654"})
        mail = Mail.objects.get(to="a@b.example")
        assert "987654" not in mail.values and "987654" not in str(vars(mail))


def test_one_mail_and_one_notification_per_event_and_person(cast, server):
    system, sanne = cast.system, cast.sanne
    with scope(system):
        for _again in range(2):
            actions.notify(
                system,
                kind="test.told",
                subject="x:1",
                party_id=sanne.party_id,
                right="user.manage",
                values={"number": "VD-1", "name": "<b>Jan</b>"},
                event="fact:7",
            )
        assert Notification.objects.filter(kind="test.told").count() == Mail.objects.filter(kind="test.told").count() == 1
    run_jobs()
    [(to, message)] = server.got
    assert to == ["sanne@bakker.example"]
    html = message.get_body(("html",)).get_content()
    assert "http://localhost" in html and "/orders/VD-1/" in html and "&lt;b&gt;Jan" in html and "Second for" in message.get_body(("plain",)).get_content()


def test_a_party_may_tell_but_not_look(cast):
    sanne = cast.sanne
    with scope(sanne):
        actions.notify(sanne, kind="test.told", party_id=sanne.party_id, right="user.manage", values={"number": "1", "name": ""})
        actions.mail_now(sanne, to="new@bakker.example", kind="test.code", values={"code": "1"})
        assert not Mail.objects.exists()
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        run_jobs()
    with scope(cast.system):
        assert Mail.objects.filter(to="new@bakker.example").exists() and Notification.objects.filter(kind="test.told").count() == 1


def test_who_has_no_right_or_place_is_not_told(cast):
    system, sanne = cast.system, cast.sanne
    with scope(system):
        actions.notify(
            system, kind="test.told", party_id=sanne.party_id, user_ids=[cast.dirk.user_id, cast.youssef.user_id], values={"number": "1", "name": ""}
        )
        assert set(Notification.objects.filter(kind="test.told").values_list("user_id", flat=True)) == {cast.youssef.user_id}
        actions.notify(system, kind="test.told", right="party.view", values={"number": "2", "name": ""})
        staff = set(Notification.objects.filter(kind="test.told", party__isnull=True).values_list("user_id", flat=True))
        assert staff == {cast.olga.user_id, cast.peter.user_id, cast.fatima.user_id}
        with pytest.raises(ValueError, match="whom"):
            actions.notify(system, kind="test.told", party_id=sanne.party_id)


@pytest.mark.parametrize(
    ("recipient", "answer", "state"),
    [("450 busy", "250 OK", "waiting"), ("550 nobody here", "250 OK", "failed"), ("250 OK", "451 later", "waiting"), ("250 OK", "554 refused", "failed")],
)
def test_temporary_waits_and_final_is_final(cast, server, recipient, answer, state):
    server.recipient, server.answer = recipient, answer
    with scope(cast.system):
        actions.mail_now(cast.system, to="a@b.example", kind="test.code", values={"code": "1"})
    run_jobs()
    with scope(cast.system):
        mail = Mail.objects.get(to="a@b.example")
        assert (mail.state, mail.tries) == (state, 1) and mail.error[:3] in (recipient[:3], answer[:3])
        assert (mail.values == "") is (state == "failed")
    if state == "waiting":
        server.recipient = server.answer = "250 OK"
        jobs.send_due(cast.system)
        assert server.got == []  # not before its time
        with time_machine.travel(timezone.now() + timedelta(minutes=2)):
            jobs.send_due(cast.system)
            jobs.send_due(cast.system)
        [(_to, message)] = server.got
        assert message["Message-ID"] == f"<{mail.key}.{mail.token}@localhost>"


def test_a_server_that_is_down_is_tried_for_three_days(cast):
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=1):
        with scope(cast.system):
            actions.mail_now(cast.system, to="a@b.example", kind="test.code", values={"code": "1"})
        run_jobs()
        with scope(cast.system):
            assert Mail.objects.get(to="a@b.example").state == "waiting"
        with time_machine.travel(timezone.now() + timedelta(hours=73)):
            jobs.send_due(cast.system)
    with scope(cast.system):
        mail = Mail.objects.get(to="a@b.example")
        assert mail.state == "failed" and "Refused" in mail.error and mail.values == ""


def test_a_mail_taken_by_another_worker_is_left_alone(cast, server):
    with scope(cast.system):
        actions.mail_now(cast.system, to="a@b.example", kind="test.code", values={"code": "1"})
        key = Mail.objects.get(to="a@b.example").key
        assert actions.claim_mail(cast.system, key=key, now=timezone.now()) is not None
        assert actions.claim_mail(cast.system, key=key, now=timezone.now()) is None
    run_jobs()
    assert server.got == []


@pytest.mark.parametrize(
    "address",
    ["a@b.example\nBcc: x@y.example", "a@b.example, c@d.example", "Name <a@b.example>", "a", "", "a@b@c", "a" * 300 + "@b.example", "a@b.example\u2028"],
)
def test_an_address_is_one_address(cast, address):
    with scope(cast.system), pytest.raises(Refused) as refused:
        actions.mail_now(cast.system, to=address + ("" if address.strip() == address else "x"), kind="test.code")
    assert refused.value.code == "notifications-address"


def test_values_never_add_a_header(cast, server):
    with scope(cast.system):
        actions.notify(
            cast.system, kind="test.told", right="mail.view", user_ids=[cast.olga.user_id], values={"number": "1\r\nBcc: spy@evil.example", "name": ""}
        )
    run_jobs()
    [(to, message)] = server.got
    assert to == ["olga.smit@vandijk.example"] and message["Bcc"] is None and "\n" not in message["Subject"]
    letter = post.django_mail.EmailMultiAlternatives("a\nBcc: x", "b", "a@b.example", ["c@d.example"])
    with pytest.raises(post.NotTaken) as refused:
        post.hand_over(letter)
    assert refused.value.final and isinstance(refused.value.__cause__, BadHeaderError)


def test_links_go_to_the_portals_own_host_only(cast):
    with scope(cast.system):
        portal = Portal.objects.get()
        assert post.link(portal, "/orders/1/").startswith("http://localhost")
        for path in ("https://evil.example/", "//evil.example/", "orders/"):
            with pytest.raises(ValueError, match="path"):
                post.link(portal, path)


@pytest.mark.parametrize(("tries", "age", "minutes"), [(1, 0, 1), (2, 0, 2), (5, 0, 16), (20, 10, 240), (20, 71, 240), (3, 72, None)])
def test_backoff(tries, age, minutes):
    again = rules.next_try(tries, NOW - timedelta(hours=age), NOW)
    assert again == (NOW + timedelta(minutes=minutes) if minutes else None)


@pytest.mark.parametrize(("code", "final"), [(421, False), (450, False), (535, False), (550, True), (554, True)])
def test_final_answers(code, final):
    assert rules.is_final(code) is final


def test_colour_of_a_portal():
    assert hex_of(0, 0.0, 1.0) == "#ffffff" and hex_of(0, 0.0, 0.0) == "#000000"
    red, green, blue = (int(hex_of(158, 0.085)[n : n + 2], 16) for n in (1, 3, 5))
    assert green > red and green > blue


def test_the_bell_and_its_page(cast, client_of):
    system, sanne = cast.system, cast.sanne
    with scope(system):
        Notification.objects.all().delete()
        actions.notify(system, kind="test.told", party_id=sanne.party_id, right="user.manage", values={"number": "VD-9", "name": "Jan"})
        row = Notification.objects.get(kind="test.told")
    client = client_of("sanne")
    page = client.get("/notifications/").content.decode()
    assert "Order VD-9 is on its way" in page
    for other in ("youssef", "dirk", "peter", "otto"):
        assert "VD-9" not in client_of(other).get("/notifications/").content.decode()
        assert client_of(other).post(f"/notifications/{row.pk}/open/").status_code == 404
    assert client.get(f"/notifications/{row.pk}/open/").status_code == 405
    answer = client.post(f"/notifications/{row.pk}/open/")
    assert answer.status_code == 302 and answer["Location"] == "/orders/VD-9/"
    with scope(sanne):
        assert Notification.objects.get(pk=row.pk).read_at is not None
    assert client.post("/notifications/read/").status_code == 302


def test_the_delivery_log_shows_how_it_went_and_not_what_it_said(cast, client_of):
    with scope(cast.system):
        actions.mail_now(cast.system, to="a@b.example", kind="test.code", values={"code": "246810"})
        mail = Mail.objects.get(to="a@b.example")
    page = client_of("olga").get("/notifications/mails/?q=a@b.example").content.decode()
    assert "a@b.example" in page and "246810" not in page
    assert client_of("olga").get("/notifications/mails/?state=sent&q=x&after=x").status_code == 200
    assert client_of("sanne").get("/notifications/mails/").status_code == 404 and client_of("peter").get("/notifications/mails/").status_code == 403
    assert "a@b.example" not in client_of("otto").get("/notifications/mails/").content.decode()
    assert client_of("olga").post(f"/notifications/mails/{mail.pk}/retry/").status_code == 422
    assert client_of("otto").post(f"/notifications/mails/{mail.pk}/retry/").status_code == 404


def test_a_mail_that_was_sent_is_forgotten_after_ninety_days(cast):
    now = timezone.now()
    with scope(cast.system):
        own = {"portal_id": cast.system.portal_id, "kind": "test.code", "to": "a@b.example", "next_at": now}
        for state in ("sent", "failed", "waiting"):
            for days in (89, 91):
                Mail.objects.create(**own, key=f"{state}-{days}", state=state, created_at=now - timedelta(days=days))
        jobs.drop_old_mails(cast.system)
        assert set(Mail.objects.filter(to="a@b.example").values_list("key", flat=True)) == {"sent-89", "failed-89", "waiting-89", "waiting-91"}
    with scope(cast.olga), pytest.raises(NotFound):
        actions.drop_old_mails(cast.olga, now=now)
