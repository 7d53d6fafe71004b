"""The words of mails: what staff may write, what a reader gets of it, and that nothing but words comes through."""

import json
import re

import pytest
from django.core import mail as outbox
from django.db import transaction
from django.db.utils import ProgrammingError
from django.test import override_settings
from django.utils import translation

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.models import FactRow
from portiek.foundation.notifications import actions, kinds, post, queries, rules
from portiek.foundation.notifications.models import MailText
from portiek.foundation.parties.queries import portal

LOCMEM = override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")
KIND = "test.shipped"


@pytest.fixture(autouse=True)
def made(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.message_kind(KIND, title="Order {number} is shipped", body="Dear {name},\n\nit comes today.", url=lambda subject, values: "/orders/", label="Shipped", right="user.manage", urgent=True)
    with LOCMEM:
        yield


def write(cast, title="Uw order {number} komt eraan", body="Beste {name},\n\nhij komt **vandaag**.", language="nl", by=None):
    by = by or cast.olga
    with scope(by):
        actions.set_text(by, kind=KIND, language=language, title=title, body=body)


def sent(cast, person=None, **values):
    person = person or cast.sanne
    outbox.outbox.clear()
    with scope(cast.system):
        actions.notify(cast.system, kind=KIND, party_id=person.party_id, user_ids=[person.user_id], values={"number": "12", "name": "Sanne", **values})
    run_jobs()
    (message,) = outbox.outbox
    return message.subject, message.body, message.alternatives[0][0]


def test_a_reader_gets_the_portals_words_in_his_language(cast):
    write(cast)
    subject, text, html = sent(cast)
    assert subject == "Uw order 12 komt eraan" and "Beste Sanne,\n\nhij komt vandaag." in text and "*" not in text
    assert "<h1" in html and "Uw order 12 komt eraan" in html and "hij komt <b>vandaag</b>." in html
    write(cast, "Order {number} on its way", "Hello {name}", "en")
    assert sent(cast)[0] == "Uw order 12 komt eraan"
    with scope(cast.system):
        assert queries.text_of(cast.system, KIND, "en").title == "Order {number} on its way"


def test_only_words_come_through(cast):
    """What is written and what is filled in is text: no markup, no header, no value that names another."""
    write(cast, "Order {number} <b>{name}</b>", '<script>alert(1)</script> <img src=x onerror=1> **<i>vet</i>**\n\n[klik](javascript:1) "{name}"')
    subject, text, html = sent(cast, number="12\r\nBcc: x@evil.example", name='<a href="http://evil.example">{number}</a>')
    assert "\n" not in subject and "Bcc: x" in subject and "{number}" in subject
    body = html[html.index("<h1") : html.index("</table>")]
    assert "<script" not in body and "<img" not in body and "<i>" not in body and 'href="http://evil' not in html and "&lt;script&gt;" in body and "<b>&lt;i&gt;vet&lt;/i&gt;</b>" in body
    assert "<script>alert(1)</script>" in text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{onbekend}", "notifications-text-name"), ("{name} {unknown_one}", "notifications-text-name"), ("{name.__class__}", "notifications-text-braces"), ("{name[0]}", "notifications-text-braces"),
        ("{name!r}", "notifications-text-braces"), ("{name:>9999999999}", "notifications-text-braces"), ("{}", "notifications-text-braces"), ("{0}", "notifications-text-braces"), ("{{name}}", "notifications-text-braces"),
        ("{name", "notifications-text-braces"), ("name}", "notifications-text-braces"), ("{NAME}", "notifications-text-braces"), ("{ name }", "notifications-text-braces"), ("%(name)s {% raw %}", "notifications-text-braces"),
        ("{portal.secret}", "notifications-text-braces"), ("", "notifications-text-empty"), ("  \n ", "notifications-text-empty"),
    ],
)  # fmt: skip
def test_refused(cast, text, reason):
    with scope(cast.olga), pytest.raises(Refused) as refused:
        actions.set_text(cast.olga, kind=KIND, language="nl", title="Order", body=text)
    assert refused.value.code == reason and refused.value.field == "body"
    with scope(cast.olga), pytest.raises(Refused) as refused:
        actions.set_text(cast.olga, kind=KIND, language="nl", title=text, body="Order")
    assert refused.value.code == reason and refused.value.field == "title"
    with scope(cast.system):
        assert not MailText.objects.filter(kind=KIND).exists()


def test_an_unknown_value_is_named(cast, client_of):
    page = client_of("olga").post(f"/notifications/texts/nl/{KIND}/", {"title": "Order", "body": "Beste {klant}"})
    assert page.status_code == 422 and "{klant}" in page.content.decode() and "{number}, {name}, {portal}" in page.content.decode()


def test_words_of_before_an_upgrade(cast, monkeypatch):
    """Where such mails have other values now, the module's words go out; never a hole, never a failure."""
    write(cast)
    monkeypatch.setattr(kinds, "_kinds", {**kinds._kinds})
    del kinds._kinds[KIND]
    kinds.message_kind(KIND, title="Order {number}", body="Now {day}", url=lambda subject, values: "", label="Shipped", right="user.manage")
    assert sent(cast)[0] == "Order 12"


def test_back_and_again(cast, client_of):
    """Taken back the module's words hold; what was written before is kept and can be taken again."""
    write(cast, "Een {number}", "Tekst een")
    write(cast, "Twee {number}", "Tekst twee")
    olga = client_of("olga")
    with scope(cast.olga):
        first = MailText.objects.filter(kind=KIND).order_by("pk")[0].pk
    page = olga.get(f"/notifications/texts/nl/{KIND}/?from={first}").content.decode()
    assert 'value="Een {number}"' in page and "Tekst een" in page
    assert olga.post(f"/notifications/texts/nl/{KIND}/reset/").status_code == 302
    assert sent(cast)[0] == "Order 12 is shipped"
    with scope(cast.olga):
        assert queries.text_of(cast.olga, KIND, "nl") is None and len(queries.earlier_texts(cast.olga, KIND, "nl")) == 3
        actions.reset_text(cast.olga, kind=KIND, language="nl")
        assert len(queries.earlier_texts(cast.olga, KIND, "nl")) == 3
    with scope(cast.system):
        assert FactRow.objects.filter(name="notifications.text.changed").count() == 3


def test_preview_and_trial(cast, client_of):
    olga = client_of("olga")
    preview = olga.post(f"/notifications/texts/nl/{KIND}/preview/", {"title": "Proef {number}", "body": "Beste {name}, **nu** <u>"})
    assert preview.status_code == 200 and "Proef 2026-00412" in preview.content.decode() and "<b>nu</b> &lt;u&gt;" in preview.content.decode()
    assert "sandbox" in preview["Content-Security-Policy"] and "script-src" not in preview["Content-Security-Policy"] and "default-src 'none'" in preview["Content-Security-Policy"]
    assert olga.post(f"/notifications/texts/nl/{KIND}/preview/", {"title": "Proef", "body": "{nee}"}).status_code == 422
    with scope(cast.system):
        assert not MailText.objects.filter(kind=KIND).exists()
    write(cast)
    outbox.outbox.clear()
    assert olga.post(f"/notifications/texts/nl/{KIND}/try/").status_code == 302
    run_jobs()
    assert [(message.to, message.subject) for message in outbox.outbox] == [(["olga.smit@vandijk.example"], "Uw order 2026-00412 komt eraan")]


def test_who_may(cast, client_of):
    """Nobody but who manages the portal; the other portal has words of its own; rows are never changed."""
    write(cast)
    for path in ("/notifications/texts/", f"/notifications/texts/nl/{KIND}/"):
        assert client_of("sanne").get(path).status_code == 404 and client_of("peter").get(path).status_code == 403
    assert "Uw order {number} komt eraan" not in client_of("otto").get(f"/notifications/texts/nl/{KIND}/").content.decode()
    with scope(cast.peter), pytest.raises(Forbidden):
        actions.set_text(cast.peter, kind=KIND, language="nl", title="x", body="x")
    with scope(cast.olga), pytest.raises(ProgrammingError), transaction.atomic():
        MailText.objects.update(body="Anders")
    with scope(cast.sanne), pytest.raises(ProgrammingError), transaction.atomic():
        list(MailText.objects.all())
    for kind, language in (("nothing.here", "nl"), (KIND, "de"), (kinds.DIGEST, "nl")):
        assert client_of("olga").get(f"/notifications/texts/{language}/{kind}/").status_code == 404
        with scope(cast.olga), pytest.raises(NotFound):
            actions.set_text(cast.olga, kind=kind, language=language, title="x", body="x")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_mail_of_the_house_can_be_shown_and_written(cast, language):
    """The module's own words pass the same check, and each kind is shown with made-up values."""
    olga = cast.olga
    with scope(olga, read_only=True):
        own = portal(olga)
        for code, known in kinds.kinds().items():
            if code == kinds.DIGEST:
                continue
            with translation.override(language):
                title, body = str(known.title), str(known.body)
            places = frozenset(kinds.places_of(code, language))
            assert rules.why_not_text(title, places) is None and rules.why_not_text(body, places) is None, code
            subject, html, text = post.preview(own, kind=code, language=language, title=title, body=body)
            assert subject and html and not re.search(r"\{[a-z_]+\}", subject + text), (code, subject, text)
            json.dumps(subject)


def test_the_list(cast, client_of):
    write(cast)
    page = client_of("olga").get("/notifications/texts/")
    assert page.status_code == 200 and f"/notifications/texts/nl/{KIND}/" in page.content.decode()
