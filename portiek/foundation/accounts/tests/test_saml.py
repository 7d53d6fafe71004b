"""Logging in with an account of elsewhere by SAML 2.0: the way in, and a corpus of broken responses (T33, T38, T42, T49)."""

from __future__ import annotations

import base64
import copy
import html
import re
from datetime import timedelta

import pytest
import time_machine
import xmlsec
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone
from lxml import etree

from portiek.config.testing import run_jobs
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.jobs import run_now
from portiek.foundation.accounts import jobs
from portiek.foundation.accounts.models import Identity, Provider, Session, User
from portiek.foundation.accounts.tests.saml_provider import A, Idp, Key, P

HOST = {"host": "localhost"}


@pytest.fixture
def idp():
    return Idp()


@pytest.fixture
def bakkers(idp, client_of):
    """Bakker's provider, made on the pages from its metadata, put into use, with Sanne linked."""
    client = client_of("sanne")
    made = client.post("/elsewhere/new/", {"kind": "saml", "label": "Bakker-account", "metadata": idp.metadata(), "domains": ""})
    assert made.status_code == 302, made.content.decode()[-3000:]
    run_jobs()
    assert client.post(made.headers["Location"] + "on/").status_code == 302
    with scope(Actor.gate(1)):
        row = Provider.objects.get(label="Bakker-account", is_active=True)
        Identity.objects.create(portal_id=1, provider_id=row.pk, user=User.objects.get(email="sanne@bakker.example"), subject="jan-1")
    return row


def begun(row, path=""):
    client = Client(headers=HOST)
    return client, client.get(path or f"/login/with/{row.slug}/").headers["Location"]


def handed_in(client, row, response, state):
    """Post a response as the provider's page does: from another site, with no cookie of ours; then send on what the page carries."""
    kept, client.cookies = client.cookies, type(client.cookies)()
    page = client.post(f"/login/with/{row.slug}/saml/", {"SAMLResponse": response, "RelayState": state}, headers={"origin": "https://idp.bakker.example"})
    client.cookies = kept
    assert page.status_code == 200 and "data-onward" in page.content.decode()
    return client.post(f"/login/with/{row.slug}/finish/", {name: html.unescape(value) for name, value in re.findall(r'name="(SAMLResponse|state)" value="([^"]*)"', page.content.decode())})


def said(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_signed_response_opens_the_door(idp, bakkers):
    client, url = begun(bakkers, f"/login/with/{bakkers.slug}/?next=/orders/")
    asked = idp.asked(url)
    answer = handed_in(client, bakkers, idp.sent(idp.signed(idp.response(asked))), asked["state"])
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/orders/"), said(answer)[-1500:]
    assert "Sanne" in client.get("/").content.decode()
    with scope(Actor.gate(1)):
        assert Session.objects.get(identity__subject="jan-1").party_id == bakkers.party_id


def commented(root):
    root.find(f".//{{{A}}}NameID").text = "jan-1"
    root.find(f".//{{{A}}}NameID").append(etree.Comment("x"))
    root.find(f".//{{{A}}}NameID")[0].tail = ".evil"
    return root


def renamed(root):
    root.find(f".//{{{A}}}NameID").text = "olga"
    return root


def wrapped(kind):
    """Keep the signed assertion somewhere, and put one's own where a careless reader looks."""

    def make(root):
        right = root.find(f"{{{A}}}Assertion")
        forged = copy.deepcopy(right)
        forged.remove(forged.find("{http://www.w3.org/2000/09/xmldsig#}Signature"))
        forged.find(f".//{{{A}}}NameID").text = "olga"
        if kind == "before":
            forged.set("ID", "_forged")
            right.addprevious(forged)
        elif kind == "same id":
            right.addprevious(forged)
        elif kind == "in extensions":
            forged.set("ID", "_forged")
            right.addprevious(forged)
            extensions = etree.Element(f"{{{P}}}Extensions")
            extensions.append(right)
            root.insert(1, extensions)
        elif kind == "in its signature":
            forged.set("ID", "_forged")
            signature = right.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
            right.addprevious(forged)
            right.remove(signature)
            held = etree.SubElement(signature, "{http://www.w3.org/2000/09/xmldsig#}Object")
            held.append(right)
            forged.insert(1, signature)
        elif kind == "inside the forged":
            forged.set("ID", "_forged")
            right.addprevious(forged)
            forged.append(right)
        return root

    return make


BROKEN = {
    "unsigned": lambda idp, asked: idp.response(asked),
    "only the envelope signed": lambda idp, asked: idp.signed(idp.response(asked), element="Response"),
    "by another key": lambda idp, asked: idp.signed(idp.response(asked), Key()),
    "by SHA-1": lambda idp, asked: idp.signed(idp.response(asked), method=xmlsec.Transform.RSA_SHA1, digest=xmlsec.Transform.SHA1),
    "changed after signing": lambda idp, asked: renamed(idp.signed(idp.response(asked))),
    "a comment in the name, after signing": lambda idp, asked: commented(idp.signed(idp.response(asked))),
    "a comment in the name, signed": lambda idp, asked: idp.signed(idp.response(asked, subject="jan-1<!-- x -->.evil")),
    **{f"wrapped: {kind}": lambda idp, asked, kind=kind: wrapped(kind)(idp.signed(idp.response(asked))) for kind in ("before", "same id", "in extensions", "in its signature", "inside the forged")},
    "another audience": lambda idp, asked: idp.signed(idp.response(asked, assertion={"audience": "https://other.example"})),
    "no audience": lambda idp, asked: idp.signed(idp.response(asked, assertion={"audience": ""})),
    "another recipient": lambda idp, asked: idp.signed(idp.response(asked, assertion={"recipient": "https://other.example/acs"})),
    "a recipient that holds ours": lambda idp, asked: idp.signed(idp.response(asked, assertion={"recipient": f"https://other.example/?x={asked['acs']}"})),
    "no recipient": lambda idp, asked: idp.signed(idp.response(asked, assertion={"recipient": ""})),
    "another destination": lambda idp, asked: idp.signed(idp.response(asked, response={"destination": "https://other.example/acs"})),
    "a destination that begins as ours": lambda idp, asked: idp.signed(idp.response(asked, response={"destination": f"{asked['acs']}x/"})),
    "expired": lambda idp, asked: idp.signed(idp.response(asked, assertion={"until": "2026-01-01T00:00:00Z"})),
    "without an end": lambda idp, asked: idp.signed(idp.response(asked, assertion={"until": ""})),
    "from the future": lambda idp, asked: idp.signed(idp.response(asked, assertion={"from": "2036-01-01T00:00:00Z", "until": "2036-01-02T00:00:00Z"})),
    "to another request": lambda idp, asked: idp.signed(idp.response(asked, assertion={"answers": "_other"}, response={"answers": "_other"})),
    "to another request, inside": lambda idp, asked: idp.signed(idp.response(asked, assertion={"answers": "_other"})),
    "to no request": lambda idp, asked: idp.signed(idp.response(asked, assertion={"answers": ""}, response={"answers": ""})),
    "to no request, inside": lambda idp, asked: idp.signed(idp.response(asked, assertion={"answers": ""})),
    "another issuer": lambda idp, asked: idp.signed(idp.response(asked, assertion={"issuer": "https://other.example"})),
    "another issuer of the envelope": lambda idp, asked: idp.signed(idp.response(asked, response={"issuer": "https://other.example"})),
    "another name each time": lambda idp, asked: idp.signed(idp.response(asked, assertion={"format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"})),
    "nobody": lambda idp, asked: idp.signed(idp.response(asked, subject="")),
    "a stranger": lambda idp, asked: idp.signed(idp.response(asked, subject="nobody-here")),
    "refused": lambda idp, asked: idp.response(asked, response={"status": "urn:oasis:names:tc:SAML:2.0:status:Responder"}),
}  # fmt: skip
RUBBISH = {
    "nothing": "", "no base64": "%%%", "no XML": base64.b64encode(b"hello").decode(), "other XML": base64.b64encode(b"<a/>").decode(), "half": base64.b64encode(b"<samlp:Response").decode(),
    "a document type": base64.b64encode(b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>').decode(), "laughs": base64.b64encode(b'<!doctype a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>').decode(),
    "too much": base64.b64encode(b"<a>" + b"x" * 300_000 + b"</a>").decode(),
}  # fmt: skip


# Why each is refused: one that is refused for another reason than its own proves nothing.
CAUSE = {
    **dict.fromkeys(["unsigned", "only the envelope signed"], "unsigned"),
    **dict.fromkeys(["by another key", "changed after signing", "a comment in the name, after signing"], "signature"),
    **dict.fromkeys(["by SHA-1"], "algorithm"),
    **dict.fromkeys(["a comment in the name, signed", "a stranger"], "elsewhere-unknown"),
    **dict.fromkeys(["wrapped: before", "wrapped: same id", "wrapped: in extensions", "wrapped: in its signature", "wrapped: inside the forged"], "assertions"),
    **dict.fromkeys(["another audience", "no audience"], "audience"),
    **dict.fromkeys(["another recipient", "a recipient that holds ours", "no recipient", "another destination", "a destination that begins as ours", "without an end", "to another request, inside", "to no request, inside"], "recipient"),
    **dict.fromkeys(["expired", "from the future"], "time"),
    **dict.fromkeys(["to another request", "to no request"], "nonce"),
    **dict.fromkeys(["another issuer", "another issuer of the envelope"], "issuer"),
    **dict.fromkeys(["another name each time"], "transient"),
    **dict.fromkeys(["nobody", "nothing", "no base64", "no XML", "other XML", "half", "a document type", "laughs", "too much"], "answer"),
    **dict.fromkeys(["refused"], "refused"),
}  # fmt: skip


@pytest.mark.parametrize("how", [*BROKEN, *RUBBISH])
def test_a_broken_response_lets_nobody_in(idp, bakkers, how):
    """T33, T42, T49."""
    client, url = begun(bakkers)
    asked = idp.asked(url)
    response = RUBBISH[how] if how in RUBBISH else idp.sent(BROKEN[how](idp, asked))
    answer = handed_in(client, bakkers, response, asked["state"])
    assert answer.status_code == 422 and 'class="notice stop"' in answer.content.decode()
    assert settings.SESSION_COOKIE not in client.cookies
    with scope(Actor.system(1)):
        assert Provider.objects.get(pk=bakkers.pk).failure == CAUSE[how]
    with scope(Actor.gate(1)):
        assert not Session.objects.filter(identity__isnull=False).exists()
    client, url = begun(bakkers)
    asked = idp.asked(url)
    assert handed_in(client, bakkers, idp.sent(idp.signed(idp.response(asked))), asked["state"]).status_code == 302, "the corpus would refuse everybody"


def test_a_response_counts_once(idp, bakkers):
    """Replay: the same response in the same browser, and the same assertion id in another response."""
    client, url = begun(bakkers)
    asked = idp.asked(url)
    note = client.cookies["elsewhere"].value
    response = idp.sent(idp.signed(idp.response(asked, assertion={"id": "_once"})))
    assert handed_in(client, bakkers, response, asked["state"]).status_code == 302
    client.cookies["elsewhere"] = note
    assert "te lang" in said(handed_in(client, bakkers, response, asked["state"]))
    other, url = begun(bakkers)
    asked = idp.asked(url)
    assert "te lang" in said(handed_in(other, bakkers, idp.sent(idp.signed(idp.response(asked, assertion={"id": "_once"}))), asked["state"]))


def test_another_browser_cannot_hand_it_in(idp, bakkers):
    _thief, url = begun(bakkers)
    asked = idp.asked(url)
    response = idp.sent(idp.signed(idp.response(asked)))
    victim, _url = begun(bakkers)
    assert "te lang" in said(handed_in(victim, bakkers, response, asked["state"]))
    assert "te lang" in said(handed_in(Client(headers=HOST), bakkers, response, asked["state"]))


@pytest.mark.parametrize("state", ["https://evil.example", "//evil.example", "/orders/", ""])
def test_relay_state_leads_nowhere(idp, bakkers, state):
    """T38: it is held against the note in the browser, never followed."""
    client, url = begun(bakkers)
    asked = idp.asked(url)
    assert handed_in(client, bakkers, idp.sent(idp.signed(idp.response(asked))), state).status_code == 422


def test_two_certificates_roll_over(idp, bakkers, client_of):
    """The new one beside the old; then the old one is taken away."""
    client, new = client_of("sanne"), Key()

    def comes_in(key):
        browser, url = begun(bakkers)
        asked = idp.asked(url)
        return handed_in(browser, bakkers, idp.sent(idp.signed(idp.response(asked), key)), asked["state"]).status_code == 302

    assert (comes_in(idp.key), comes_in(new)) == (True, False)
    kept = {"label": "Bakker-account", "domains": "", "metadata": idp.metadata(new)}
    assert client.post(f"/elsewhere/{bakkers.pk}/", {**kept, "keeps": "on"}).status_code == 302
    assert (comes_in(idp.key), comes_in(new)) == (True, True)
    assert said(client.get(f"/elsewhere/{bakkers.pk}/")).count("Eindigt op") == 2
    assert client.post(f"/elsewhere/{bakkers.pk}/", kept).status_code == 302
    assert (comes_in(idp.key), comes_in(new)) == (False, True)


@pytest.mark.parametrize("text", ["", "<a/>", "no XML", '<!DOCTYPE md [<!ENTITY x "y">]><a/>', "x" * 300_000])
def test_metadata_that_are_none(client_of, text):
    """T42, T60: pasted, never fetched; a document type is refused."""
    assert client_of("sanne").post("/elsewhere/new/", {"kind": "saml", "label": "X", "metadata": text, "domains": ""}).status_code == 422


def test_metadata_lead_to_no_script_and_to_no_other(idp, bakkers, client_of):
    client = client_of("sanne")
    idp.sso = "javascript:alert(1)"
    assert client.post("/elsewhere/new/", {"kind": "saml", "label": "X", "metadata": idp.metadata(), "domains": ""}).status_code == 422
    other = Idp()
    other.entity = "https://idp.evil.example"
    answer = client.post(f"/elsewhere/{bakkers.pk}/", {"label": "X", "metadata": other.metadata(), "domains": ""})
    assert answer.status_code == 422 and "van een andere aanbieder" in said(answer)


def test_our_own_metadata(bakkers):
    told = Client(headers=HOST).get(f"/login/with/{bakkers.slug}/metadata/")
    root = etree.fromstring(told.content)
    assert root.get("entityID").endswith(f"/login/with/{bakkers.slug}/metadata/")
    assert root.find(".//{urn:oasis:names:tc:SAML:2.0:metadata}AssertionConsumerService").get("Location").endswith(f"/login/with/{bakkers.slug}/saml/")
    assert Client(headers={"host": "brand.localhost"}).get(f"/login/with/{bakkers.slug}/metadata/").status_code == 404


def test_the_end_of_a_certificate_is_told(bakkers):
    """By mail to who can mend it, on days that count; over, the state says so."""
    system = Actor.system(1)

    def a_day_passes(days):
        mail.outbox.clear()
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=True):
            run_now(jobs.check_providers.job, 1, {})
            run_jobs()
        return [message for message in mail.outbox if "certificaat" in message.subject]

    assert a_day_passes(300) == []
    told = a_day_passes(364 - 14)
    assert [message.to for message in told] == [["sanne@bakker.example"]] and f"/elsewhere/{bakkers.pk}/" in told[0].body
    a_day_passes(366)
    with scope(system):
        assert Provider.objects.get(pk=bakkers.pk).problem == "certificate-over"
