"""Messages on devices: to a real service on loopback, read by a real device; to whom they no longer go; and where they never go."""

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from joserfc import jwt
from joserfc.jwk import ECKey

from portiek.config.testing import run_jobs
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import Forbidden
from portiek.foundation.accounts import actions as accounts
from portiek.foundation.accounts.actions.entering import Visit
from portiek.foundation.accounts.models import LoginPolicy, Membership, Role, Session, User
from portiek.foundation.notifications import actions, jobs, kinds, rules, views
from portiek.foundation.notifications.models import Choice, Device, Mail, Notification, Push
from portiek.foundation.notifications.push import _bytes
from portiek.foundation.notifications.tests.push_service import PushService
from portiek.foundation.parties.models import Party
from portiek.foundation.tasks import actions as tasks

# Far ahead: what was signed before the time of the database is refused. 2037 has the days of 2026.
MONDAY = datetime(2037, 11, 23, 9, 30, tzinfo=UTC)  # 10:30 in Amsterdam


@pytest.fixture
def service(monkeypatch):
    made = PushService()
    monkeypatch.setattr(settings, "EGRESS_ALLOW", f"127.0.0.1:{made.port}")
    monkeypatch.setattr(views, "PACE", type(views.PACE)())
    yield made
    made.close()


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    monkeypatch.setattr(kinds, "_topics", dict(kinds._topics))
    kinds.topic("test", "Proeven")
    kinds.message_kind("test.told", title="Order {number} is on its way", body="It costs {amount}.", url=lambda subject, values: f"/orders/{values['number']}/", label="An order is on its way")
    kinds.message_kind("test.dear", title="Pay {amount}", body="", label="Something to pay")
    kinds.message_kind("test.urgent", title="Your account was used elsewhere", body="", label="Used elsewhere", urgent=True)
    kinds.message_kind("test.slow", title="A price list changed", body="", label="Price lists", mail="daily")
    kinds.message_kind("test.right", title="An invoice came", body="", label="Invoices", right="invoice.view")
    kinds.message_kind("test.code", title="Your code for {portal}", body="", secret=True)


def tell(cast, person: Actor, kind="test.told", *, system=None, **options):
    system = system or cast.system
    with scope(system):
        actions.notify(system, kind=kind, party_id=person.party_id, user_ids=[person.user_id], values=options.pop("values", {"number": "4711", "amount": Decimal("1904.22")}), **options)
    run_jobs()


def switch_on(client, device):
    response = client.post("/notifications/devices/", {"subscription": device.subscription()})
    assert response.status_code == 302, response.content.decode()
    return response


def pushes(cast) -> list[tuple[str, str]]:
    with scope(cast.system):
        return list(Push.objects.order_by("pk").values_list("state", "error"))


def test_it_comes_in_as_one_sentence_that_the_device_alone_can_read(cast, client_of, service):
    client, device = client_of("sanne"), service.device()
    page = client.get("/notifications/devices/").content.decode()
    public = re.search(r'data-key="([^"]+)"', page)[1]
    switch_on(client, device)
    tell(cast, cast.sanne, subject="orders.order:7")
    [said] = device.read()
    assert said == {"title": "Van Dijk Bouwmaterialen", "body": "Order 4711 is on its way", "url": "/orders/4711/", "lang": "nl", "tag": said["tag"]}
    [(_path, headers, body)] = service.got
    assert b"4711" not in body and "4711" not in json.dumps(headers)
    assert headers["content-encoding"] == "aes128gcm" and headers["urgency"] == "normal" and 86_300 < int(headers["ttl"]) <= 86_400
    assert headers["topic"] == said["tag"] and re.fullmatch(r"[\w-]{32}", headers["topic"])
    token, key = re.fullmatch(r"vapid t=(\S+), k=(\S+)", headers["authorization"]).groups()
    assert key == public
    known = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(public))
    read = jwt.decode(token, ECKey.import_key(known.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)), algorithms=["ES256"])
    now = datetime.now(UTC).timestamp()
    assert read.claims["aud"] == f"http://127.0.0.1:{service.port}" and now < read.claims["exp"] <= now + 86_400 and read.claims["sub"].startswith(("mailto:", "https://"))
    assert pushes(cast) == [("sent", "")]
    page = client.get("/notifications/devices/").content.decode()
    assert "Er komen berichten binnen op dit apparaat" in page and device.endpoint not in page


def test_a_newer_one_about_the_same_takes_its_place_and_another_one_does_not(cast, client_of, service):
    device = service.device()
    switch_on(client_of("sanne"), device)
    for minutes, subject in ((0, "orders.order:7"), (20, "orders.order:7"), (40, "orders.order:8")):
        with time_machine.travel(MONDAY + timedelta(minutes=minutes), tick=False):
            tell(cast, cast.sanne, subject=subject)
    first, second, third = (headers["topic"] for _path, headers, _body in service.got)
    assert first == second != third


def test_no_amounts_codes_or_foreign_words(cast, client_of, service):
    device = service.device()
    switch_on(client_of("sanne"), device)
    tell(cast, cast.sanne, "test.dear")
    tell(cast, cast.sanne, "test.code", values={})
    assert [item["body"] for item in device.read()] == ["Something to pay"]


def test_who_has_two_companies_reads_for_which(cast, client_of, service):
    device, karin = service.device(), cast.acting("karin", "devries")
    switch_on(client_of("karin", "bakker"), device)
    tell(cast, karin)
    assert device.read()[0]["title"] == "Van Dijk Bouwmaterialen · Kozijnhuis De Vries"


def test_staff_and_the_other_portal_sign_with_their_own_key(cast, client_of, service):
    olga, nadia = service.device("/o"), service.device("/n")
    switch_on(client_of("olga"), olga)
    switch_on(client_of("nadia2"), nadia)
    tell(cast, cast.olga)
    tell(cast, cast.nadia2, system=cast.system_of_brand)
    assert olga.read()[0]["title"] == "Van Dijk Bouwmaterialen" and nadia.read()[0]["title"] != "Van Dijk Bouwmaterialen"
    keys = {headers["authorization"].partition("k=")[2] for _path, headers, _body in service.got}
    assert len(keys) == 2


def test_only_what_is_mailed_at_once_unless_chosen_otherwise(cast, client_of, service):
    client, device = client_of("sanne"), service.device()
    assert b"push-test.told" not in client.get("/notifications/choices/").content
    switch_on(client, device)
    tell(cast, cast.sanne, "test.slow", values={})
    assert device.read() == []
    page = client.get("/notifications/choices/").content.decode()
    assert re.search(r'name="push-test.told"[^>]* checked', page) and not re.search(r'name="push-test.slow"[^>]* checked', page)
    gate = Actor(portal_id=cast.sanne.portal_id, kind="auth", user_id=cast.sanne.user_id, name="Sanne Bakker")
    with scope(gate):
        actions.choose(gate, chosen=[actions.Chosen("test.told", True, "now", False), actions.Chosen("test.slow", True, "daily", True)])
        actions.choose(gate, chosen=[actions.Chosen("test.told", True, "now"), actions.Chosen("test.slow", True, "daily")])  # of a page without devices: it stays as it was
        assert dict(Choice.objects.filter(user_id=gate.user_id).values_list("kind", "push")) == {"test.told": False, "test.slow": True}
    tell(cast, cast.sanne)
    tell(cast, cast.sanne, "test.slow", values={})
    assert [item["body"] for item in device.read()] == ["A price list changed"]
    with scope(gate):
        actions.choose(gate, chosen=[actions.Chosen("test.told", True, "now", True), actions.Chosen("test.slow", True, "daily", False)])
        assert not Choice.objects.filter(user_id=gate.user_id).exists()


def test_silence_waits_urgent_passes_and_what_waited_comes_as_one(cast, client_of, service):
    client, device = client_of("sanne"), service.device()
    switch_on(client, device)
    gate = Actor(portal_id=cast.sanne.portal_id, kind="auth", user_id=cast.sanne.user_id, name="Sanne Bakker")
    with scope(gate):
        actions.set_rhythm(gate, hour=8, days_off=[], quiet_from=22, quiet_until=7, mail_off=True)
    night = datetime(2037, 11, 23, 23, 30, tzinfo=UTC)  # half past midnight in Amsterdam
    with time_machine.travel(night, tick=False) as clock:
        tell(cast, cast.sanne, values={"number": "1"})
        tell(cast, cast.sanne, values={"number": "2"})
        assert device.read() == []
        tell(cast, cast.sanne, "test.urgent", values={})
        assert [item["body"] for item in device.read()] == ["Your account was used elsewhere"] and service.got[0][1]["urgency"] == "high"
        clock.move_to(datetime(2037, 11, 24, 6, 1, tzinfo=UTC))
        jobs.pushes_due(cast.system)
        run_jobs()
    assert device.read()[-1] == {**device.read()[-1], "body": "Order 2 is on its way, en nog een bericht.", "url": "/notifications/"} and len(service.got) == 2


def test_the_first_at_once_the_rest_together_and_reminders_once_a_day(cast, client_of, service):
    device = service.device()
    switch_on(client_of("sanne"), device)
    with time_machine.travel(MONDAY, tick=False) as clock:
        for number in range(4):
            tell(cast, cast.sanne, values={"number": str(number)})
        assert [item["body"] for item in device.read()] == ["Order 0 is on its way"]
        clock.shift(rules.BURST)
        jobs.pushes_due(cast.system)
        run_jobs()
        assert device.read()[-1]["body"] == "Order 3 is on its way, en nog 2 berichten." and len(service.got) == 2
        for number in range(3):
            tell(cast, cast.sanne, values={"number": f"R{number}"}, later=True)
        jobs.pushes_due(cast.system)
        run_jobs()
        assert len(service.got) == 2
        clock.move_to(datetime(2037, 11, 24, 7, 1, tzinfo=UTC))  # eight in Amsterdam
        jobs.pushes_due(cast.system)
        run_jobs()
        assert len(service.got) == 3 and device.read()[-1]["body"] == "Order R2 is on its way, en nog 2 berichten."


def test_what_was_seen_or_done_is_not_said(cast, client_of, service):
    client, device = client_of("sanne"), service.device()
    switch_on(client, device)
    with time_machine.travel(MONDAY, tick=False) as clock:
        tell(cast, cast.sanne)
        tell(cast, cast.sanne, values={"number": "2"})
        client.post("/notifications/read/")
        clock.shift(rules.BURST)
        jobs.pushes_due(cast.system)
        run_jobs()
    assert len(service.got) == 1


def test_rights_are_asked_at_the_moment_of_sending(cast, client_of, service):
    device, sanne = service.device(), cast.sanne
    switch_on(client_of("sanne"), device)
    service.answer = 503
    tell(cast, sanne, "test.right", values={})
    assert pushes(cast) == [("waiting", "503")]
    with scope(cast.system):
        role = Role.objects.get(pk__in=Membership.objects.filter(user_id=sanne.user_id, party_id=sanne.party_id).values("role"))
        Role.objects.filter(pk=role.pk).update(rights=[right for right in role.rights if not right.startswith("invoice.view")])
    service.answer = 201
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5)):
        jobs.send_pushes(cast.system, of=cast.system.portal_id)
    assert pushes(cast) == [("dropped", "503")] and len(service.got) == 1


@pytest.mark.parametrize("how", ["logout", "others", "one", "expired", "blocked", "left", "policy", "password"])
def test_it_ends_with_the_session_the_person_or_the_place(cast, client_of, service, how):
    client, device, sanne = client_of("sanne"), service.device(), cast.sanne
    switch_on(client, device)
    other = client_of("sanne")
    if how == "logout":
        assert client.post("/logout/")["Clear-Site-Data"] == '"cache", "storage"'
    elif how == "others":
        assert other.post("/account/sessions/end/").status_code == 302
    gate = Actor(portal_id=sanne.portal_id, kind="auth", user_id=sanne.user_id, name="Sanne Bakker")
    with scope(gate):
        session = Device.objects.get().session_id
        if how == "one":
            accounts.end_session_of(gate, session_id=session)
        if how == "expired":
            Session.objects.filter(pk=session).update(expires_at=datetime.now(UTC) - timedelta(minutes=1))
        if how == "password":
            visit = Visit(session=bytes(Session.objects.exclude(pk=session).filter(user_id=sanne.user_id).order_by("-pk").first().token_hash))
            assert accounts.change_password(gate, user_id=sanne.user_id, current="", password="een geheel nieuw wachtwoord 8", visit=visit) is None
    with scope(cast.system):
        if how == "blocked":
            User.objects.filter(pk=sanne.user_id).update(is_active=False)
        if how == "left":
            Membership.objects.filter(user_id=sanne.user_id).update(is_active=False)
        if how == "policy":
            LoginPolicy.objects.create(portal_id=sanne.portal_id, party_id=sanne.party_id, audience="party", ways=["code", "password", "passkey"], second_step="everybody")
    tell(cast, sanne, "test.urgent", values={})
    assert service.got == []
    with scope(cast.system):
        actions.drop_old_pushes(cast.system, now=datetime.now(UTC))
        assert Device.objects.exists() is (how in ("blocked", "left", "policy"))  # these may come back: the session stands


def test_the_next_person_at_a_computer_gets_nothing_of_the_one_before(cast, client_of, service):
    """The same browser, so the same address: who switches it on has it, and he alone; also when the one before never logged out."""
    first, second, device = client_of("sanne"), client_of("youssef"), service.device()
    switch_on(first, device)
    switch_on(second, device)
    tell(cast, cast.sanne)
    assert service.got == []
    tell(cast, cast.youssef)
    assert len(device.read()) == 1
    assert "op dit apparaat komen geen berichten binnen" in first.get("/notifications/devices/").content.decode().lower()


@pytest.mark.parametrize(("answer", "state", "kept"), [(404, "ended", False), (410, "ended", False), (400, "failed", True), (403, "failed", True), (413, "failed", True), (429, "waiting", True), (500, "waiting", True)])
def test_what_the_service_answers(cast, client_of, service, answer, state, kept):
    device = service.device()
    switch_on(client_of("sanne"), device)
    service.answer, service.more = answer, {"Retry-After": "1800"} if answer == 429 else {}
    with time_machine.travel(MONDAY, tick=False):
        tell(cast, cast.sanne)
    assert pushes(cast) == [(state, str(answer))]
    with scope(cast.system):
        assert Device.objects.exists() is kept
        if state == "waiting":
            assert Push.objects.get().next_at == MONDAY + timedelta(minutes=30 if answer == 429 else 1)


def test_a_message_of_yesterday_is_given_up(cast, client_of, service):
    switch_on(client_of("sanne"), service.device())
    service.answer = 503
    with time_machine.travel(MONDAY, tick=False) as clock:
        tell(cast, cast.sanne)
        while pushes(cast) == [("waiting", "503")]:
            with scope(cast.system):
                clock.move_to(Push.objects.get().next_at)
            jobs.pushes_due(cast.system)
            run_jobs()
        assert clock.shift(0) is None and datetime.now(UTC) <= MONDAY + rules.PUSH_DAY
    assert pushes(cast) == [("failed", "503")] and 10 < len(service.got) < 20


@pytest.mark.parametrize(
    "endpoint", ["http://push.example/x", "https://127.0.0.1/x", "https://10.0.0.8/x", "https://[::1]/x", "https://169.254.169.254/latest/meta-data", "https://[::ffff:10.0.0.8]/x", "https://user:pw@push.example/x", "file:///etc/passwd", "", "/x"]
)
def test_an_address_of_our_own_network_is_not_taken(cast, client_of, service, endpoint):
    response = client_of("sanne").post("/notifications/devices/", {"subscription": service.device().subscription(endpoint=endpoint)})
    assert response.status_code == 422 and "geen adres" in response.content.decode()
    with scope(cast.system):
        assert not Device.objects.exists()


def test_a_name_that_leads_into_our_own_network_is_not_called(cast, client_of, service):
    """At the moment of keeping nobody is asked where a name leads; at that of calling it is, and the address it gave is the one that is called."""
    client = client_of("sanne")
    assert client.post("/notifications/devices/", {"subscription": service.device().subscription(endpoint=f"https://localhost:{service.port}/a")}).status_code == 302
    tell(cast, cast.sanne)
    assert service.got == [] and pushes(cast) == [("failed", "address")]


@pytest.mark.parametrize("given", ["", "null", "[]", "{}", '{"endpoint": 7, "keys": {}}', "x" * 5000])
def test_what_no_browser_makes_is_refused(client_of, service, given):
    assert client_of("sanne").post("/notifications/devices/", {"subscription": given}).status_code == 422


def test_keys_that_are_none_are_refused(client_of, service):
    device, client = service.device(), client_of("sanne")
    good = json.loads(device.subscription())["keys"]
    for keys in ({**good, "auth": "AAAA"}, {**good, "p256dh": "BA" * 40}, {**good, "p256dh": ""}, {**good, "auth": "é" * 22}):
        assert client.post("/notifications/devices/", {"subscription": device.subscription(keys=keys)}).status_code == 422


def test_a_device_of_another_secret_holds_up_nobody(cast, client_of, service):
    sanne, youssef = service.device("/s"), service.device("/y")
    switch_on(client_of("sanne"), sanne)
    switch_on(client_of("youssef"), youssef)
    gate = Actor(portal_id=cast.sanne.portal_id, kind="auth", user_id=cast.sanne.user_id)
    with scope(gate):
        kept = Device.objects.get(user_id=gate.user_id)
        kept.delete()
        Device.objects.create(portal_id=gate.portal_id, user_id=gate.user_id, session_id=kept.session_id, key=bytes(32), address=kept.address, name="", made_at=kept.made_at)
    tell(cast, cast.sanne)
    tell(cast, cast.youssef)
    assert len(youssef.read()) == 1 and sanne.read() == [] and pushes(cast) == [("dropped", ""), ("sent", "")]


def test_one_device_a_session_and_ten_a_person(cast, client_of, service):
    client = client_of("sanne")
    for path in ("/1", "/2"):
        switch_on(client, service.device(path))
    tell(cast, cast.sanne)
    assert [path for path, _headers, _body in service.got] == ["/2"]
    for number in range(9):
        switch_on(client_of("sanne"), service.device(f"/more{number}"))
    assert "tien apparaten" in client_of("sanne").post("/notifications/devices/", {"subscription": service.device("/much").subscription()}).content.decode()


def test_a_test_and_the_end_of_it(cast, client_of, service):
    client, device = client_of("sanne"), service.device()
    switch_on(client, device)
    number = re.search(r"/notifications/devices/(\d+)/try/", client.get("/notifications/devices/").content.decode())[1]
    for _again in range(6):
        response = client.post(f"/notifications/devices/{number}/try/")
    assert response.status_code == 422
    run_jobs()
    assert len(device.read()) == 5 and device.read()[0]["url"] == "/notifications/devices/" and service.got[0][1]["urgency"] == "high"
    assert client.post(f"/notifications/devices/{number}/remove/").status_code == 302
    tell(cast, cast.sanne)
    assert len(service.got) == 5


def test_anothers_device_does_not_exist(cast, client_of, service):
    switch_on(client_of("sanne"), service.device())
    with scope(cast.system):
        number = Device.objects.get().pk
    for other in ("youssef", "dirk", "olga", "nadia2"):
        for deed in ("try", "remove"):
            assert client_of(other).post(f"/notifications/devices/{number}/{deed}/").status_code == 404, (other, deed)
    assert client_of(None).post(f"/notifications/devices/{number}/remove/").status_code == 302  # to the log-in
    with scope(cast.system):
        assert Device.objects.count() == 1


def test_a_browser_renews_its_address_by_the_old_one_alone(cast, client_of, service):
    client, old, fresh = client_of("sanne", enforce_csrf_checks=True), service.device("/old"), service.device("/fresh")
    plain = client_of("sanne")
    switch_on(plain, old)
    client.cookies = plain.cookies
    for wrong in ("", "https://push.example/guess", fresh.endpoint):
        assert client.post("/notifications/devices/renew/", {"old": wrong, "subscription": fresh.subscription()}).status_code == 404
    assert client_of("youssef").post("/notifications/devices/renew/", {"old": old.endpoint, "subscription": fresh.subscription()}).status_code == 404
    assert client_of("sanne").post("/notifications/devices/renew/", {"old": old.endpoint, "subscription": fresh.subscription()}).status_code == 404  # another session of hers
    assert client.post("/notifications/devices/renew/", {"old": old.endpoint, "subscription": fresh.subscription()}).status_code == 204
    tell(cast, cast.sanne)
    assert len(fresh.read()) == 1 and old.read() == []


def test_who_looks_along_switches_nothing_on(cast, service):
    gate = Actor(portal_id=cast.sanne.portal_id, kind="auth")
    for actor in (gate, cast.sanne, cast.system):
        with scope(actor), pytest.raises(Forbidden):
            actions.add_device(actor, subscription=service.device().subscription(), session_id=1, name="")


def test_no_party_reads_devices_or_what_went_to_them(cast, client_of, service):
    switch_on(client_of("sanne"), service.device())
    tell(cast, cast.sanne)
    for actor in (cast.sanne, cast.dirk):
        with scope(actor):
            assert not Push.objects.exists()
            with pytest.raises(ProgrammingError), transaction.atomic():
                Device.objects.exists()
            with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT ctx.devices_of(%s, %s)", [cast.sanne.user_id, cast.sanne.party_id])
    with scope(cast.system_of_brand):
        assert not Device.objects.exists() and not Push.objects.exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT ctx.devices_of(%s, %s)", [cast.sanne.user_id, cast.sanne.party_id])
            assert cursor.fetchall() == []


def test_staff_read_how_it_went_and_nobody_else(cast, client_of, service):
    switch_on(client_of("sanne"), service.device())
    tell(cast, cast.sanne)
    page = client_of("olga").get("/notifications/pushes/").content.decode()
    assert "Sanne Bakker" in page and "An order is on its way" in page and "4711" not in page
    assert "Sanne Bakker" not in client_of("olga").get("/notifications/pushes/?state=failed").content.decode()
    assert client_of("sanne").get("/notifications/pushes/").status_code == 404
    assert "Sanne Bakker" not in client_of("otto").get("/notifications/pushes/").content.decode()


def test_the_worker_is_a_script_of_the_root_that_may_call_the_portal_alone(client_of):
    response = client_of(None).get("/push.js")
    assert response["Content-Type"].startswith("text/javascript") and response["Cache-Control"] == "no-cache"
    assert response["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'" and b"showNotification" in response.content and b'"fetch"' not in response.content
    assert client_of(None).get("/push.js", headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_a_task_leads_to_it_and_says_nothing_once_it_is_done(cast, client_of, service):
    device = service.device()
    switch_on(client_of("sanne"), device)
    with scope(cast.peter):
        tasks.ask_person(cast.peter, party=Party.objects.get(pk=cast.sanne.party_id), title="Stuur het certificaat", due_at=None, user_id=cast.sanne.user_id)
    run_jobs()
    [said] = device.read()
    assert said["body"] == "Stuur het certificaat" and re.fullmatch(r"/tasks/\d+/", said["url"])
    with scope(cast.system):
        assert Mail.objects.filter(user_id=cast.sanne.user_id).exists() and Notification.objects.filter(user_id=cast.sanne.user_id, push_at__isnull=False).count() == 0
