"""What comes back: read, matched by what nobody can guess, marked, told, and mended."""

import shutil
import socket
import subprocess
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core import mail as outbox
from django.test import override_settings
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import Forbidden, Refused
from portiek.foundation.accounts.models import User
from portiek.foundation.notifications import actions, jobs, kinds, mailbox, post, reports
from portiek.foundation.notifications.models import Mail, Notification, Rhythm
from portiek.foundation.notifications.tests.corpus import arf, away, dsn, plain
from portiek.foundation.tasks.models import Task

TOKEN = "0123456789abcdef0123"
OTHERS = Path(__file__).resolve().parents[5] / "shared" / "mail" / "bounces"


@pytest.fixture(autouse=True)
def made(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.message_kind("test.told", title="Order {number}", body="", mail="now", label="x", right="user.manage")
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        yield


def sent(cast, number="1", to="sanne"):
    """Mail one of the cast and return the row of the log, or None when nothing went."""
    person = getattr(cast, to)
    with scope(cast.system):
        actions.notify(cast.system, kind="test.told", party_id=person.party_id, user_ids=[person.user_id], values={"number": number}, event=f"e:{number}")
    run_jobs()
    with scope(cast.system):
        return Mail.objects.filter(key=f"e-{number}-{person.user_id}").first()


def come(cast, raw):
    """Let a report come in as the job takes it."""
    report = reports.read(raw)
    with scope(cast.system):
        found = report and actions.take_report(cast.system, tokens=report.tokens, outcome=report.outcome, text=report.text, now=timezone.now())
    run_jobs()
    return found


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (dsn(TOKEN), "bounced"),
        (dsn(TOKEN, status="5.0.0", diagnostic="smtp; 550 5.1.1 User unknown"), "bounced"),
        (dsn(TOKEN, status="5.0.0", diagnostic="smtp; 550 No such user here"), "bounced"),
        (dsn(TOKEN, status="5.0.0", diagnostic="smtp; 550 DMARC check failed for user"), "refused"),
        (dsn(TOKEN, status="5.7.1", diagnostic="smtp; 554 5.7.1 Email flagged as spam"), "refused"),
        (dsn(TOKEN, status="5.1.8", diagnostic="smtp; 553 5.1.8 sender domain does not exist"), "refused"),
        (dsn(TOKEN, status="5.2.2", diagnostic="smtp; 552 5.2.2 Mailbox full"), "soft"),
        (dsn(TOKEN, status="4.4.1", diagnostic="smtp; connection timed out"), "soft"),
        (dsn(TOKEN, action="delayed", status="4.4.1"), "delayed"),
        (dsn(TOKEN, action="delivered", status="2.0.0", diagnostic="smtp; 250 ok"), None),
        (dsn(TOKEN, action="relayed", status="2.0.0", diagnostic="smtp; 250 ok"), None),
        (arf(TOKEN), "complained"),
        (arf(TOKEN, "not-spam"), None),
        (plain(TOKEN), "bounced"),
        (away(TOKEN), None),
        (dsn("no token at all"), None),
        (b"", None),
        (b"\x00\xff\xfe" * 500, None),
        (b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\nno parts", None),
    ],
)
def test_reading(raw, outcome):
    report = reports.read(raw)
    assert (report and report.outcome) == outcome
    assert report is None or (TOKEN in report.tokens and "\n" not in report.text and len(report.text) <= 300)


@pytest.mark.skipif(not OTHERS.is_dir(), reason="the collection of real reports is not on this machine")
def test_real_reports_never_break_the_reader():
    outcomes = [(report := reports.read(path.read_bytes() + f"\r\nMessage-ID: <x.{TOKEN}@localhost>\r\n".encode())) and report.outcome for path in sorted(OTHERS.glob("*.eml"))]
    assert len(outcomes) > 50 and sum(outcome is not None for outcome in outcomes) > len(outcomes) * 0.6 and outcomes.count("complained") >= 2


def test_an_address_that_is_gone_is_mailed_no_more_until_it_works(cast, client_of):
    mail = sent(cast)
    assert mail.state == "sent"
    assert come(cast, dsn(mail.token)).state == "bounced"
    assert come(cast, dsn(mail.token, status="4.4.1", action="delayed")).state == "bounced", "the first word holds"
    with scope(cast.olga):
        [task] = Task.objects.open().filter(kind=actions.BOUNCED_TASK)
        assert task.values["email"] == "sanne@bakker.example" and "User unknown" in task.values["cause"] and task.party_id is None
        assert task.about_id == mail.party_id is not None  # who looks after her company hears first
    assert sent(cast, "2") is None
    with scope(cast.system):
        assert Notification.objects.filter(kind="test.told").count() == 2, "the bell still rings"
        assert User.objects.get(pk=cast.sanne.user_id).mail_fails_since
    gate = Actor.gate(cast.system.portal_id)
    with scope(gate):
        actions.mail_now(gate, to="sanne@bakker.example", kind="accounts.code", values={"code": "123456"}, user_id=cast.sanne.user_id)
    outbox.outbox.clear()
    run_jobs()
    assert len(outbox.outbox) == 1, "a code that somebody asks for himself is always sent: a report never locks anybody out"
    client = client_of("sanne")
    assert "komt terug" in client.get("/").content.decode() and "komt terug" not in client_of("karin").get("/").content.decode()
    assert "/notifications/address/try/" in client.get("/account/").content.decode()
    assert client.post("/notifications/address/try/").status_code == 302
    run_jobs()
    assert outbox.outbox[-1].to == ["sanne@bakker.example"] and "komt terug" not in client.get("/").content.decode()
    assert client.post("/notifications/address/try/").status_code == 422
    with scope(cast.olga):
        assert not Task.objects.open().filter(kind=actions.BOUNCED_TASK).exists()
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        assert sent(cast, "3").state == "sent"


def test_staff_sends_again_what_came_back(cast, client_of):
    mail = sent(cast)
    come(cast, dsn(mail.token))
    olga = client_of("olga")
    assert "werkt niet" in olga.get("/notifications/mails/?state=bounced").content.decode()
    assert olga.post(f"/notifications/mails/{mail.pk}/retry/").status_code == 302
    run_jobs()
    with scope(cast.system):
        assert Mail.objects.get(pk=mail.pk).state == "sent" and User.objects.get(pk=cast.sanne.user_id).mail_fails_since is None
        assert not Task.objects.open().filter(kind=actions.BOUNCED_TASK).exists()


def test_what_may_pass_is_tried_again(cast):
    mail = sent(cast)
    assert come(cast, dsn(mail.token, status="5.2.2", diagnostic="smtp; 552 5.2.2 Mailbox full")).state == "waiting"
    outbox.outbox.clear()
    with time_machine.travel(timezone.now() + timedelta(hours=4, minutes=1)):
        jobs.send_due(cast.system)
        assert len(outbox.outbox) == 1
    with time_machine.travel(timezone.now() + timedelta(hours=80)):
        assert come(cast, dsn(mail.token, status="5.2.2", diagnostic="smtp; 552 5.2.2 Mailbox full")).state == "failed"
    with scope(cast.system):
        assert User.objects.get(pk=cast.sanne.user_id).mail_fails_since is None


def test_who_complains_gets_only_what_is_obliged(cast):
    mail = sent(cast)
    assert come(cast, arf(mail.token)).state == "complained"
    with scope(cast.system):
        assert Rhythm.objects.get(user_id=cast.sanne.user_id).mail_off
    assert sent(cast, "2") is None


def test_a_forged_report_does_nothing(cast):
    """The number of a mail can be guessed, its token not; a token of one portal says nothing in another."""
    mail = sent(cast)
    assert come(cast, dsn(TOKEN)) is None
    assert reports.read(dsn("x").replace(b"fact-1-2.x", mail.key.encode())) is None
    with scope(cast.system_of_brand):
        assert actions.take_report(cast.system_of_brand, tokens=[mail.token], outcome="bounced", text="x", now=timezone.now()) is None
    with scope(cast.olga), pytest.raises(Refused):
        actions.take_report(cast.olga, tokens=[mail.token], outcome="bounced", text="x", now=timezone.now())
    gate = Actor(portal_id=cast.sanne.portal_id, kind="auth", user_id=cast.sanne.user_id)
    with scope(gate), pytest.raises(Refused):
        actions.try_address(gate)
    from portiek.foundation.accounts import actions as accounts

    for actor in (cast.sanne, gate):
        with scope(actor), pytest.raises(Forbidden):
            accounts.mark_mail(actor, user_id=cast.karin.user_id, fails=True)
    with scope(cast.system):
        assert Mail.objects.get(pk=mail.pk).state == "sent"


def test_the_way_back_carries_the_token_and_the_reader_sees_the_portal(cast):
    with override_settings(BOUNCE_ADDRESS="terug@portiek.example"):
        mail = sent(cast)
    message = outbox.outbox[-1]
    assert message.from_email == f"terug+{mail.portal_id}.{mail.token}@portiek.example"
    assert "Van Dijk Bouwmaterialen" in str(message.message()["From"]) and "terug" not in str(message.message()["From"])
    assert TOKEN not in message.from_email and reports.TOKEN.findall(message.from_email) == [mail.token]


class Box(threading.Thread):
    """A mailbox that speaks as much IMAP as reading takes, on loopback: what was marked as seen is not given again."""

    def __init__(self, *mails):
        super().__init__(daemon=True)
        self.mails, self.seen, self.said = list(mails), set(), []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]

    def run(self):
        while True:
            try:
                connection, _from = self.server.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as line:
                self._talk(line)

    def _talk(self, line):
        def say(text):
            line.write(text if isinstance(text, bytes) else text.encode() + b"\r\n")
            line.flush()

        say("* OK [CAPABILITY IMAP4rev1] ready")
        for asked in line:
            tag, _space, command = asked.decode().strip().partition(" ")
            self.said.append(command)
            word = command.upper()
            if word.startswith("CAPABILITY"):
                say("* CAPABILITY IMAP4rev1")
            elif word.startswith("LOGIN") and '"geheim"' not in command:
                say(f"{tag} NO [AUTHENTICATIONFAILED] no")
                continue
            elif word.startswith("SELECT"):
                say(f"* {len(self.mails)} EXISTS")
            elif word.startswith("UID SEARCH"):
                say("* SEARCH " + " ".join(str(number) for number in range(1, len(self.mails) + 1) if number not in self.seen))
            elif word.startswith("UID FETCH"):
                number = int(command.split()[2])
                raw = self.mails[number - 1]
                say(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(raw)}}}".encode() + b"\r\n" + raw + b")\r\n")
            elif word.startswith("UID STORE"):
                self.seen.add(int(command.split()[2]))
            say(f"{tag} OK done")
            if word.startswith("LOGOUT"):
                return


def test_the_mailbox_is_read_once_by_the_first_portal_for_all(cast):
    mail = sent(cast)
    box = Box(b"Subject: hoi\r\n\r\ngewoon\r\n", dsn(mail.token), arf(TOKEN))
    box.start()
    with override_settings(BOUNCE_IMAP_URL=f"imap://terug:geheim@127.0.0.1:{box.port}/INBOX"):
        jobs.read_reports(cast.system_of_brand)
        assert box.said == []
        jobs.read_reports(cast.system)
        fetched = len([said for said in box.said if "FETCH" in said])
        jobs.read_reports(cast.system)
    assert fetched == 3 == len([said for said in box.said if "FETCH" in said]) and box.seen == {1, 2, 3}
    with scope(cast.system):
        assert Mail.objects.get(pk=mail.pk).state == "bounced"
    with pytest.raises(mailbox.NotOpened, match="AUTHENTICATIONFAILED"):
        mailbox.read_new(f"imap://terug:fout@127.0.0.1:{box.port}/INBOX", lambda raw: None)
    box.server.close()
    for bad in ("imap://a:b@127.0.0.1:1/INBOX", "http://127.0.0.1/"):
        with pytest.raises(mailbox.NotOpened):
            mailbox.read_new(bad, lambda raw: None)


@pytest.mark.skipif(shutil.which("dovecot") is None, reason="no dovecot on this machine")
def test_a_real_mailbox(cast, tmp_path):
    """The same with Dovecot: what was taken is seen, what failed stays new."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    new = tmp_path / "mail" / "new"
    new.mkdir(parents=True)
    (new / "1.eml").write_bytes(dsn(TOKEN))
    (tmp_path / "users").write_text("terug:{PLAIN}geheim::::::\n")
    me = subprocess.check_output(["id", "-un"], text=True).strip()
    (tmp_path / "dovecot.conf").write_text(f"""protocols = imap
listen = 127.0.0.1
base_dir = {tmp_path}/run
ssl = no
disable_plaintext_auth = no
default_internal_user = {me}
default_login_user = {me}
mail_location = maildir:{tmp_path}/mail
log_path = {tmp_path}/log
passdb {{
 driver = passwd-file
 args = {tmp_path}/users
}}
userdb {{
 driver = static
 args = uid={me} gid={me} home={tmp_path}
}}
service imap-login {{
 chroot =
 inet_listener imap {{
  port = {port}
 }}
}}
""")
    running = subprocess.Popen(["dovecot", "-F", "-c", str(tmp_path / "dovecot.conf")])
    try:
        url, got = f"imap://terug:geheim@127.0.0.1:{port}/INBOX", []
        for _try in range(50):
            try:
                mailbox.read_new(url, got.append)
                break
            except mailbox.NotOpened:
                time.sleep(0.2)
        assert len(got) == 1 and reports.read(got[0]).outcome == "bounced"
        assert mailbox.read_new(url, got.append) == 0
    finally:
        running.terminate()
        running.wait(10)


@pytest.mark.parametrize(("answer", "state"), [("550 5.1.1 User unknown", "bounced"), ("550 5.7.1 Spam", "failed"), ("550 No such user", "bounced")])
def test_a_server_that_refuses_at_once_says_the_same_as_a_report(cast, monkeypatch, answer, state):
    def refuse(letter):
        raise post.NotTaken(answer, True)

    monkeypatch.setattr(post, "hand_over", refuse)
    assert sent(cast).state == state
    with scope(cast.system):
        assert Task.objects.open().filter(kind=actions.BOUNCED_TASK).exists() is (state == "bounced")
