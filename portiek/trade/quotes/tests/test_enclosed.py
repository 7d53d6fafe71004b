"""An offer goes with the mail that tells of it: that version, in its reader's language, to who may see it."""

from __future__ import annotations

import io

import pytest
from django.core import mail as outbox
from django.utils import timezone
from pypdf import PdfReader

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.foundation.accounts.models import Role, User
from portiek.foundation.notifications import jobs
from portiek.foundation.notifications.models import Mail
from portiek.trade.catalog import actions as catalog
from portiek.trade.quotes import reactions
from portiek.trade.quotes.models import Line, Quote
from portiek.trade.quotes.tests.test_quotes import _asked, _offered


def _papers(quote) -> list[tuple[str, str]]:
    """Return the name and the words of each offer that was mailed about a quote, in order."""
    files = [file for message in outbox.outbox if quote.number in message.subject for file in message.attachments]
    assert {file.mimetype for file in files} <= {"application/pdf"}
    return [(file.filename, " ".join(PdfReader(io.BytesIO(file.content)).pages[0].extract_text().replace("\xa0", " ").split())) for file in files]


@pytest.mark.parametrize(("language", "word", "price"), [("nl", "Geldig tot en met", "€ 5,75"), ("en", "Valid until and including", "€5.75")])
def test_the_offer_goes_with_the_mail(cast, language, word, price):
    """As a PDF in the reader's language; the request, which has no prices, goes to staff without one."""
    with scope(cast.system):
        User.objects.filter(pk=cast.sanne.user_id).update(language=language)
    quote = _offered(cast, _asked(cast.sanne))
    run_jobs()
    [(name, text)] = _papers(quote)
    assert name == f"{quote.number}-v2.pdf" and word in text and price in text and "Franco geleverd" in text
    [message] = [message for message in outbox.outbox if message.attachments]
    assert message.to == ["sanne@bakker.example"] and f": {quote.number}-v2.pdf" in message.body


def test_the_offer_has_the_customers_own_numbers(cast, client_of):
    """In the mail, and on the page of both sides."""
    quote = _asked(cast.sanne)
    with scope(cast.sanne):
        catalog.set_own_number(cast.sanne, product=Line.objects.filter(version__quote=quote, product__isnull=False).select_related("product").order_by("pk")[0].product, number="EIGEN-7")
    _offered(cast, quote)
    run_jobs()
    assert "uw nummer EIGEN-7" in _papers(quote)[0][1]
    for who in ("sanne", "olga"):
        page = PdfReader(io.BytesIO(client_of(who).get(f"/quotes/{quote.number}/pdf/").content)).pages[0].extract_text()
        assert "uw nummer EIGEN-7" in " ".join(page.split())


def test_a_mail_that_waited_carries_the_offer_that_it_tells_of(cast):
    """Not the newer one, with another amount than the mail says."""
    quote = _asked(cast.sanne)
    _offered(cast, quote)
    run_jobs()
    with scope(cast.system):
        assert Mail.objects.filter(kind="task:quotes.quote_decide").update(state="waiting", sent_at=None, next_at=timezone.now()) == 1
    _offered(cast, quote, price="5.10")
    outbox.outbox.clear()
    jobs.send_due(cast.system)
    [(name, text)] = _papers(quote)
    assert name == f"{quote.number}-v2.pdf" and "€ 5,75" in text and "5,10" not in text


def test_only_who_may_see_quotes_gets_one(cast):
    """Who asked for it and lost the right to see quotes is told, without the offer."""
    quote = _asked(cast.sanne)
    _offered(cast, quote)
    with scope(cast.system):
        for role in Role.objects.all():
            Role.objects.filter(pk=role.pk).update(rights=[right for right in role.rights if not right.startswith("quote.view")])
    run_jobs()
    assert [message.to for message in outbox.outbox if quote.number in message.subject and "prijs" not in message.subject] and _papers(quote) == []


def test_no_other_party_gets_one(cast):
    """Neither by the number of another's quote nor by a version that is a request or none."""
    quote = _offered(cast, _asked(cast.sanne))
    with scope(cast.sanne):
        assert reactions._enclosed(cast.sanne, "", {"number": quote.number, "version": 2}).content.startswith(b"%PDF")
        for version in (0, 1, 3):
            assert reactions._enclosed(cast.sanne, "", {"number": quote.number, "version": version}) is None
        assert reactions._enclosed(cast.sanne, "", {"number": quote.number}) is None, "told before there were enclosures"
    for actor in (cast.dirk, cast.els, cast.otto):
        with scope(actor):
            assert Quote.objects.filter(number=quote.number).first() is None and reactions._enclosed(actor, "", {"number": quote.number, "version": 2}) is None
