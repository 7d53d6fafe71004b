"""Log in with an account of elsewhere alone: what is refused then, who comes in when the provider fails, and what would shut everybody out."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import recorded, run_jobs
from portiek.core.db import scope
from portiek.core.db.gate import ask
from portiek.core.sessions import token_hash
from portiek.foundation.accounts import facts, queries, rules
from portiek.foundation.accounts.cast import open_session
from portiek.foundation.accounts.models import Authenticator, Credential, EmergencyAccess, Identity, LoginPolicy, Membership, Provider, Role, Session
from portiek.foundation.accounts.tests.device import Device
from portiek.foundation.accounts.tests.test_entering import stripped
from portiek.foundation.accounts.tests.test_passkeys import add as add_passkey
from portiek.foundation.accounts.tests.test_passkeys import enter as enter_by_passkey
from portiek.foundation.accounts.tests.test_policy import FORM, GATE, HOST, NUMBERS, policy
from portiek.foundation.accounts.tests.test_second_step import add_app, code_of, first_step, is_in
from portiek.foundation.parties.cast import PASSWORD
from portiek.foundation.parties.models import Party


@pytest.fixture(autouse=True)
def nothing_asked(cast):
    with scope(cast.system):
        LoginPolicy.objects.all().delete()


def provider(cast, who="sanne", **more):
    """A provider of the company of Sanne or Dirk, or (Olga) of the portal, in use."""
    with scope(cast.system):
        party = Party.objects.get(number=NUMBERS[who]) if who in NUMBERS else None
        more = {"audience": "party" if party else "both", "domains": ["bakker.example"], "is_active": True, "entered_at": timezone.now(), **more}
        made, _new = Provider.objects.update_or_create(portal_id=1, party=party, slug=f"entra-{who}", defaults={"kind": "oidc", "label": f"Entra {who}", "issuer": "https://login.example", **more,
                                                       "endpoints": {"authorization_endpoint": "https://login.example/a", "token_endpoint": "https://login.example/t", "jwks_uri": "https://login.example/k"}, "keys": [{"kty": "RSA"}]})
        return made


def through(row, who, company=None):
    """Open a session of somebody through a provider, as its log-in leaves it; return his browser."""
    _host, token = open_session(who, company)
    with scope(GATE):
        held = Session.objects.get(token_hash=token_hash(token))
        link, _new = Identity.objects.get_or_create(portal_id=1, provider=row, user_id=held.user_id, ended_at=None, defaults={"subject": f"s-{held.user_id}"})
        Session.objects.filter(pk=held.pk).update(identity=link, way="elsewhere", strong=True)
    browser = Client(headers=HOST)
    browser.cookies[settings.SESSION_COOKIE] = token
    return browser


def alone(cast, who="sanne", audience="party", **more):
    """Let the people of a company, or (Olga) of the staff, come in through a provider alone."""
    row = provider(cast, who, **more)
    policy(cast, who, audience=audience)
    with scope(cast.system):
        LoginPolicy.objects.filter(audience=audience, party_id=row.party_id).update(provider=row)
    return row


def ask_for_code(email):
    browser = Client(headers=HOST)
    browser.post("/login/", {"email": email, "way": "code", "sure": "1"})
    run_jobs()
    return browser


def name_for_emergencies(cast, client_of, who="olga"):
    """Give one of the staff an app, and name him; return its secret."""
    secret, _codes = add_app(client_of(who))
    with scope(cast.system):
        EmergencyAccess.objects.create(portal_id=1, user_id=cast.acting(who).user_id)
    return secret


def test_a_company_comes_in_through_its_provider_alone(client_of, cast):
    """Sessions of every other way end at once, of pages and of streams; those through the provider stand."""
    weak, _location = first_step()
    _host, token = open_session("sanne")
    row = provider(cast)
    strong, other = through(row, "sanne"), client_of("dirk")
    assert is_in(weak) and is_in(strong) and ask("standing", [token_hash(token)])
    alone(cast)
    assert not is_in(weak) and is_in(strong) and is_in(other) and ask("standing", [token_hash(token)]) == []


def test_code_password_passkey_and_the_first_time_are_refused(client_of, cast):
    device = Device()
    add_passkey(client_of("sanne"), device)
    alone(cast)
    assert first_step()[1] is None
    assert enter_by_passkey(device)[1].status_code == 422
    browser = ask_for_code("sanne@bakker.example")
    assert mail.outbox[-1].to == ["sanne@bakker.example"] and "/login/with/entra-sanne/" in mail.outbox[-1].body and not re.search(r"\b\d{6}\b", mail.outbox[-1].subject + mail.outbox[-1].body)
    assert browser.post("/login/code/", {"code": "123456"}).status_code == 422
    with scope(GATE):
        Credential.objects.filter(user__email="sanne@bakker.example").delete()
    ask_for_code("sanne@bakker.example")
    assert "/login/with/entra-sanne/" in mail.outbox[-1].body
    assert first_step("dirk@devries.example")[1] == "/", "another company"


def test_the_log_in_page_leads_there_whoever_has_the_address(cast):
    alone(cast)
    said = [Client(headers=HOST).post("/login/", {"email": email, "way": "code"}) for email in ("sanne@bakker.example", "niemand@bakker.example")]
    assert "Inloggen met Entra sanne" in said[0].content.decode() and stripped(said[0]).replace("sanne@", "niemand@") == stripped(said[1])


def test_a_right_password_is_as_a_wrong_one_and_as_that_of_nobody(cast):
    """T34, T36: who found a password elsewhere does not learn here that it is right."""
    alone(cast)
    said = []
    for email, password in (("sanne@bakker.example", PASSWORD), ("sanne@bakker.example", "niet het goede"), ("niemand@bakker.example", PASSWORD)):
        browser = Client(headers=HOST)
        browser.post("/login/", {"email": email, "way": "password"})
        answer = browser.post("/login/password/", {"password": password})
        said.append((answer.status_code, stripped(answer).replace(email, "")))
    assert said[0] == said[1] == said[2] and said[0][0] == 422


def test_a_right_password_asks_the_database_the_same(cast):
    """T34: beside the hash, which takes as long for all, the statements are the same, one by one, also of a stranger; so that the clock tells nothing either."""
    sanne, _row, asked = cast.sanne.user_id, alone(cast), []
    for email, password in (("sanne@bakker.example", PASSWORD), ("sanne@bakker.example", "niet het goede"), ("niemand@bakker.example", PASSWORD)):
        browser = Client(headers=HOST)
        browser.post("/login/", {"email": email, "way": "password"})
        with CaptureQueriesContext(connection) as caught:
            browser.post("/login/password/", {"password": password})
        asked.append([re.sub(r" ?-?\d+", "", query["sql"])[:60] for query in caught])
    assert asked[0] == asked[1] == asked[2] and len(asked[0]) > 8
    run_jobs()
    with scope(cast.system):
        assert [fact.user_id for fact in recorded() if isinstance(fact, facts.LogInFailed)] == [sanne] * 2


def test_who_has_several_companies_needs_it_where_it_is_asked(client_of, cast):
    """Karin comes in by password for De Vries; for Bakker she has to come through its provider, and can link it from where she is in."""
    bakker = cast.sanne.party_id
    row = alone(cast)
    karin, location = first_step("karin@bakker.example")
    assert location == "/" and "Kozijnhuis De Vries" in karin.get("/parties/mine/").content.decode()
    assert karin.post("/company/", {"company": bakker}).headers["Location"] == "/login/?again=1"
    page = karin.get("/account/security/").content.decode()
    assert "Entra sanne" in page and f"/account/elsewhere/{row.pk}/link/" in page
    assert is_in(through(row, "karin", "bakker"))
    assert row.label not in client_of("dirk").get("/account/security/").content.decode()


def test_the_portals_choice_stands_above_a_companys(cast):
    """For all parties: a company's own provider is not enough then; without one of its own it holds too."""
    own = alone(cast)
    in_by_own = through(own, "sanne")
    of_portal = alone(cast, "olga")
    assert not is_in(in_by_own) and is_in(through(of_portal, "sanne")) and is_in(through(of_portal, "dirk")) and first_step("dirk@devries.example")[1] is None
    assert first_step("peter@vandijk.example")[1] == "/", "the staff have a policy of their own"


def test_an_invitation_and_a_reset_open_no_side_door(client_of, cast):
    row = alone(cast)
    sanne = through(row, "sanne")
    with scope(cast.system):
        buyer = Role.objects.get(code="buyer").pk
        youssef = Membership.objects.get(user__email="youssef@bakker.example").pk
    assert sanne.post("/colleagues/invite/", {"name": "Joost Vos", "email": "joost@bakker.example", "role": buyer}).status_code == 302
    run_jobs()
    path = re.search(r"http://\S+(/invitation/\S+/)", mail.outbox[-1].body).group(1)
    browser = Client(headers=HOST)
    page = browser.get(path).content.decode()
    assert "Naar binnen met Entra sanne" in page and 'name="password"' not in page
    assert browser.post(path, {"name": "Joost Vos", "password": "vier losse woorden samen"}).status_code == 422 and not is_in(browser)
    sanne.post(f"/colleagues/{youssef}/reset/", {"reason": "telefoon kwijt, gebeld", "password": "on"})
    ask_for_code("youssef@bakker.example")
    assert mail.outbox[-1].to == ["youssef@bakker.example"] and "/login/with/entra-sanne/" in mail.outbox[-1].body


FOR_ALL = {**FORM, "second_step": "never"}


def test_it_can_only_be_turned_on_by_who_came_in_that_way(client_of, cast):
    row, path = provider(cast), "/colleagues/login/"
    by_password = client_of("sanne")
    assert "Entra sanne (0 mensen zijn eraan gekoppeld)" in by_password.get(path).content.decode()
    answer = by_password.post(path, {**FOR_ALL, "provider": row.pk})
    assert answer.status_code == 422 and "Log eerst zelf in met Entra sanne" in answer.content.decode() and is_in(by_password)
    browser = through(row, "sanne")
    with scope(cast.system):
        Provider.objects.update(domains=[])
    assert browser.post(path, {**FOR_ALL, "provider": row.pk}).status_code == 422, "the log-in page leads nobody there"
    with scope(cast.system):
        Provider.objects.update(domains=["bakker.example"])
    assert browser.post(path, {**FOR_ALL, "provider": row.pk}).status_code == 302 and is_in(browser) and not is_in(by_password)
    with scope(cast.system):
        assert LoginPolicy.objects.get().provider_id == row.pk
        assert facts.LoginPolicyChanged(audience="party", ways=["code", "password"], second_step="never", since="", provider_id=row.pk) in recorded()
    assert browser.post(path, {**FOR_ALL, "provider": ""}).status_code == 302
    assert first_step()[1] == "/"


@pytest.mark.parametrize("whose", ["dirk", "olga"])
def test_a_provider_of_another_is_no_choice(cast, whose):
    """Neither of another company nor of the portal, though it lets people in here."""
    row, own = provider(cast, whose), provider(cast)
    browser = through(own, "sanne")
    assert browser.post("/colleagues/login/", {**FOR_ALL, "provider": row.pk}).status_code == 422
    with scope(cast.system):
        assert not LoginPolicy.objects.exists()


def test_what_lets_people_in_alone_is_not_put_out_of_use(cast):
    row = alone(cast)
    browser = through(row, "sanne")
    assert browser.post(f"/elsewhere/{row.pk}/off/", follow=True).status_code == 200 and is_in(browser)
    assert "komen alleen met dit account binnen" in browser.get(f"/elsewhere/{row.pk}/").content.decode()
    with scope(cast.system):
        assert Provider.objects.get(pk=row.pk).is_active
    change = {"label": row.label, "client_id": "x", "subject_claim": "sub", "domains": ""}
    assert browser.post(f"/elsewhere/{row.pk}/", change).status_code == 422 and browser.post(f"/elsewhere/{row.pk}/", {**change, "domains": "bakker.example"}).status_code == 302
    with scope(GATE):
        key = Identity.objects.get(user__email="sanne@bakker.example").pk
    browser.post(f"/account/elsewhere/{key}/unlink/")
    assert is_in(browser)


def test_the_portals_provider_keeps_its_audience(cast):
    row = alone(cast, "olga", audience="staff")
    browser = through(row, "olga")
    change = {"label": row.label, "client_id": "x", "subject_claim": "sub", "domains": ""}
    assert browser.post(f"/elsewhere/{row.pk}/", {**change, "audience": "party"}).status_code == 422
    assert browser.post(f"/elsewhere/{row.pk}/", {**change, "audience": "staff"}).status_code == 302


def test_staff_need_somebody_for_emergencies(client_of, cast):
    """Named by who came in through the provider: administrators of the portal with a password and an app, at least one."""
    row, olga = provider(cast, "olga"), cast.olga.user_id
    browser, form = through(row, "olga"), {**FOR_ALL, "audience": "staff", "provider": row.pk}
    answer = browser.post("/setup/login/", form)
    assert answer.status_code == 422 and "Wijs ten minste één beheerder aan" in answer.content.decode()
    assert browser.post("/setup/login/", {**form, "emergency": [olga]}).status_code == 422, "she has no app yet"
    assert browser.post("/setup/login/", {**form, "emergency": [cast.peter.user_id]}).status_code == 422, "he manages no portal"
    add_app(client_of("olga"))
    browser = through(row, "olga")
    assert client_of("olga").post("/setup/login/", {**form, "emergency": [olga]}).status_code == 422, "she did not come in through it"
    assert browser.post("/setup/login/", {**form, "emergency": [olga]}).status_code == 302 and is_in(browser)
    assert first_step("peter@vandijk.example")[1] is None
    with scope(cast.system):
        assert facts.EmergencyNamed(user_ids=[olga]) in recorded() and EmergencyAccess.objects.get().user_id == olga
    assert through(row, "olga").post("/account/security/app/remove/").status_code == 302
    with scope(GATE):
        assert Authenticator.objects.filter(user_id=olga).exists()


def test_the_named_administrator_comes_in_by_password_and_app(client_of, cast):
    """And everybody who manages the portal hears of it; by code or passkey he does not, nor who is not named."""
    secret, olga = name_for_emergencies(cast, client_of), cast.olga.user_id
    row = alone(cast, "olga", audience="staff")
    browser, location = first_step("olga.smit@vandijk.example", HTTP_USER_AGENT="Mozilla/5.0 Firefox/140")
    assert location == "/login/step/" and not is_in(browser)
    assert browser.post("/login/step/", {"code": code_of(secret)}).headers["Location"] == "/" and is_in(browser)
    run_jobs()
    sent = [letter for letter in mail.outbox if "zonder de provider" in letter.subject]
    assert [letter.to for letter in sent] == [["olga.smit@vandijk.example"]] and "Firefox" in sent[0].body
    with scope(cast.system):
        assert facts.EmergencyEntered(user_id=olga, step="app", browser="Firefox", network="127.0.0.x") in recorded()
    assert "met wachtwoord en app binnengekomen" in browser.get("/setup/login/").content.decode()
    assert first_step("peter@vandijk.example")[1] is None and ask_for_code("olga.smit@vandijk.example").post("/login/code/", {"code": "123456"}).status_code == 422
    with scope(cast.system):
        EmergencyAccess.objects.all().delete()
    assert not is_in(browser), "the session ends with the name"
    assert "Niemand van de medewerkers kan binnenkomen als de provider uitvalt" in through(row, "olga").get("/setup/login/").content.decode()


def test_recovery_does_not_weaken_it(client_of, cast):
    """A password alone sets up no app and opens nothing; a named person who manages the portal no longer is refused."""
    name_for_emergencies(cast, client_of)
    with scope(GATE):
        Authenticator.objects.all().delete()
    alone(cast, "olga", audience="staff")
    policy(cast, "olga", audience="staff", second_step="everybody")
    browser, location = first_step("olga.smit@vandijk.example")
    assert location is None and browser.get("/login/setup/").headers["Location"] == "/login/"


def test_who_manages_the_portal_no_longer_is_no_longer_named(client_of, cast):
    secret = name_for_emergencies(cast, client_of)
    alone(cast, "olga", audience="staff")
    browser, _location = first_step("olga.smit@vandijk.example")
    assert browser.post("/login/step/", {"code": code_of(secret)}).status_code == 302 and is_in(browser)
    with scope(cast.system):
        Membership.objects.filter(user__email="olga.smit@vandijk.example").update(role=Role.objects.get(code="staff-service"))
    assert not is_in(browser) and first_step("olga.smit@vandijk.example")[1] is None


def test_an_emergency_opens_the_staff_alone(client_of, cast):
    """Who is of a customer too does not act for it by the emergency, and keeps his own ways there."""
    secret = name_for_emergencies(cast, client_of)
    with scope(cast.system):
        party = Party.objects.get(number="10042")
        Membership.objects.create(portal_id=1, party=party, user_id=EmergencyAccess.objects.get().user_id, role=Role.objects.get(code="buyer"))
    alone(cast, "olga", audience="staff")
    browser, _location = first_step("olga.smit@vandijk.example")
    assert browser.post("/login/step/", {"code": code_of(secret)}).status_code == 302
    assert browser.get("/setup/login/").status_code == 200
    assert browser.post("/company/", {"company": party.pk}).headers["Location"] == "/login/?again=1"


def test_staff_lift_what_shuts_a_company_out(client_of, cast):
    row = alone(cast)
    olga, path = client_of("olga"), f"/elsewhere/{row.pk}/lift/"
    assert "Laat hen anders binnen" in olga.get(f"/elsewhere/{row.pk}/").content.decode()
    olga.post(path, {"reason": ""})
    assert first_step()[1] is None
    assert olga.post(path, {"reason": "Provider ligt eruit, Sanne teruggebeld"}).status_code == 302
    assert first_step()[1] == "/"
    run_jobs()
    sent = next(letter for letter in mail.outbox if "zonder Entra sanne" in letter.subject)
    assert sent.to == ["sanne@bakker.example"] and "teruggebeld" in sent.body and "Olga Smit" in sent.body
    assert olga.post(path, {"reason": "nog een keer"}).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("sanne", 404), ("youssef", 404), ("dirk", 404), ("peter", 403), ("otto", 404)])
def test_nobody_else_lifts_it(client_of, cast, who, status):
    row = alone(cast)
    browser = through(row, "sanne") if who == "sanne" else client_of(who)
    if who == "youssef":
        browser = through(row, "youssef")
    assert browser.post(f"/elsewhere/{row.pk}/lift/", {"reason": "omdat het moet"}).status_code == status
    with scope(cast.system):
        assert LoginPolicy.objects.get().provider_id == row.pk


def test_a_party_names_nobody_for_emergencies_and_reads_none(cast):
    with scope(cast.system):
        EmergencyAccess.objects.create(portal_id=1, user_id=cast.olga.user_id)
    with scope(cast.sanne):
        with pytest.raises(DatabaseError), transaction.atomic():
            EmergencyAccess.objects.count()
        with pytest.raises(DatabaseError), transaction.atomic():
            EmergencyAccess.objects.create(portal_id=1, user_id=cast.sanne.user_id)


def terms(provider=None, *, ways=rules.WAYS, named=False):
    return rules.Terms(frozenset(ways), "never", None, True, provider, named)


@pytest.mark.parametrize(("given", "way", "came", "allowed"), [
    ([terms(7)], "password", None, False), ([terms(7)], "elsewhere", 7, True), ([terms(7)], "elsewhere", 8, False), ([terms(7)], "invitation", None, False), ([terms(7)], "first", None, False),
    ([terms(7), terms(8)], "elsewhere", 8, False), ([terms(7), terms(8)], "elsewhere", 7, True), ([terms(), terms(8)], "elsewhere", 8, True), ([terms(7, ways=["code"])], "elsewhere", 7, True),
    ([terms(7)], "emergency", None, False), ([terms(7), terms(named=True)], "emergency", None, True), ([], "emergency", None, False), ([], "elsewhere", 7, True)])  # fmt: skip
def test_which_ways_a_provider_leaves(given, way, came, allowed):
    assert rules.allows(given, way, came) is allowed


def test_the_database_decides_as_the_rules_do(cast):
    """Of every session at every request: over staff and company, whose provider is asked, through which one came, and who is named."""
    rows = {"portal": provider(cast, "olga"), "own": provider(cast), None: None}
    held = {who: cast.acting(who) for who in ("olga", "sanne")}
    tokens = {who: open_session(who)[1] for who in held}
    with scope(GATE):
        for actor in held.values():
            Authenticator.objects.create(portal_id=1, user_id=actor.user_id, secret="x", last_step=0)
        links = {(who, key): Identity.objects.create(portal_id=1, provider=row, user_id=actor.user_id, subject=who) for who, actor in held.items() for key, row in rows.items() if row}
    for who, audience in (("olga", "staff"), ("sanne", "party")):
        for of_portal in (None, "portal"):
            for of_party in (None, "own"):
                policy(cast, "olga", audience=audience)
                policy(cast, "sanne")
                with scope(cast.system):
                    LoginPolicy.objects.filter(party=None).update(provider=rows[of_portal])
                    LoginPolicy.objects.filter(party__isnull=False).update(provider=rows[of_party])
                for named in (False, True):
                    with scope(cast.system):
                        EmergencyAccess.objects.all().delete()
                        if named:
                            EmergencyAccess.objects.create(portal_id=1, user_id=held[who].user_id)
                    for way, came in (("password", None), ("invitation", None), ("emergency", None), ("elsewhere", "portal"), ("elsewhere", "own")):
                        if who == "olga" and came == "own":
                            continue  # a company's own provider never reaches the staff
                        with scope(GATE):
                            Session.objects.filter(token_hash=token_hash(tokens[who])).update(way=way, identity=links.get((who, came)))
                            met = queries.terms(GATE, user_id=held[who].user_id)[held[who].party_id]
                        wanted = rules.allows(met, way, rows[came].pk if came else None)
                        assert bool(ask("standing", [token_hash(tokens[who])])) is wanted, (who, of_portal, of_party, named, way, came)
