"""A file goes with a mail: made as its reader sees it, at the moment it goes, or the mail goes without."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.core import mail as outbox
from django.utils import timezone
from django.utils.translation import get_language

from portiek.config.testing import run_jobs
from portiek.core.db import current_actor, scope
from portiek.foundation.accounts.models import Membership, Role, User
from portiek.foundation.notifications import actions, enclosures, jobs, kinds
from portiek.foundation.notifications.enclosures import Enclosure, encloses
from portiek.foundation.notifications.models import Mail
from portiek.foundation.parties.models import Party

KIND = "test.enclosed"


@pytest.fixture(autouse=True)
def made(monkeypatch):
    """Let mails of a kind carry a file; give the list of who read how each time one was made."""
    read = []

    def make(actor, subject, values):
        read.append((actor, current_actor(), get_language(), timezone.get_current_timezone_name(), list(Party.objects.values_list("pk", flat=True))))
        return Enclosure(f"paper\r\nBcc: x-{values['number']}.pdf", "application/pdf", b"%PDF-1.7 " + subject.encode()) if actor.may("order.view") else None

    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    monkeypatch.setattr(enclosures, "_makers", dict(enclosures._makers))
    for code in (KIND, "test.bare"):
        kinds.message_kind(code, title="About {number}", body="Look.", label="About something", right="order.view")
    encloses(KIND, make)
    return read


def tell(cast, person, kind=KIND, number="12"):
    with scope(cast.system):
        actions.notify(cast.system, kind=kind, subject=f"x:{number}", party_id=person.party_id, user_ids=[person.user_id], values={"number": number})
    run_jobs()


def test_it_is_made_as_its_reader_sees_it(cast, made):
    """In his own scope, language and time zone, named in both texts; a name adds no header."""
    sanne = cast.sanne
    with scope(cast.system):
        User.objects.filter(pk=sanne.user_id).update(language="en", time_zone="America/New_York")
    tell(cast, sanne)
    [(actor, opened, language, zone, seen)] = made
    assert (actor, actor.kind, actor.party_id, actor.user_id, language, zone, seen) == (opened, "party", sanne.party_id, sanne.user_id, "en", "America/New_York", [sanne.party_id])
    [message] = outbox.outbox
    [attached] = message.attachments
    assert tuple(attached) == ("paper Bcc: x-12.pdf", b"%PDF-1.7 x:12", "application/pdf") and b"\nBcc:" not in message.message().as_bytes()
    assert "Enclosed: paper Bcc: x-12.pdf" in message.body and "Enclosed: paper Bcc: x-12.pdf" in message.alternatives[0][0]


def test_staff_read_as_staff(cast, made):
    tell(cast, cast.peter)
    [(actor, _opened, _language, zone, _seen)] = made
    assert (actor.kind, actor.party_id, actor.user_id, zone) == ("staff", None, cast.peter.user_id, "Europe/Amsterdam") and outbox.outbox[0].attachments


@pytest.mark.parametrize("how", ["right", "left"])
def test_rights_are_asked_at_the_moment_it_goes(cast, made, how):
    """A mail that waited for the mail server goes without it to who lost the right, or his place."""
    with scope(cast.system):
        actions.notify(cast.system, kind=KIND, subject="x:1", party_id=cast.sanne.party_id, user_ids=[cast.sanne.user_id], values={"number": "1"})
        if how == "right":
            places = Membership.objects.filter(user_id=cast.sanne.user_id, party_id=cast.sanne.party_id)
            for role in Role.objects.filter(pk__in=places.values("role")):
                Role.objects.filter(pk=role.pk).update(rights=[right for right in role.rights if not right.startswith("order.view")])
        else:
            Membership.objects.filter(user_id=cast.sanne.user_id).update(is_active=False)
    run_jobs()
    [message] = outbox.outbox
    assert message.attachments == [] and "Bijlage" not in message.body and len(made) == (how == "right")


def test_a_mail_to_an_address_alone_carries_nothing(cast, made):
    """Who is no person of the portal sees nothing there."""
    with scope(cast.system):
        actions.mail_now(cast.system, to="sanne@bakker.example", kind=KIND, values={"number": "1"})
    run_jobs()
    assert outbox.outbox[0].attachments == [] and made == []


@pytest.mark.parametrize("how", ["large", "broken"])
def test_a_mail_goes_rather_than_not(cast, monkeypatch, caplog, how):
    """What is too large for mail servers, or cannot be made, stays behind, and the log of the installation says so."""

    def broken(actor, subject, values):
        raise RuntimeError("no such paper")

    if how == "large":
        monkeypatch.setattr(enclosures, "LARGEST", 12)
    else:
        monkeypatch.setitem(enclosures._makers, KIND, broken)
    tell(cast, cast.sanne)
    [message] = outbox.outbox
    assert message.attachments == [] and "Bijlage" not in message.body and "the enclosure of mail" in caplog.text
    with scope(cast.system):
        assert Mail.objects.get(kind=KIND).state == "sent"


def test_several_in_one_mail_carry_none(cast, made):
    """What comes in one mail leads to the pages; what waited alone comes with its file."""
    noon = datetime.combine(datetime.now(UTC).date() + timedelta(days=1), time(12), UTC)
    sanne = cast.sanne
    with time_machine.travel(noon, tick=False):
        for number in ("1", "2", "3"):
            tell(cast, sanne, number=number)
    assert [len(message.attachments) for message in outbox.outbox] == [1]
    for minutes, expected in ((11, [0]), (30, [1])):
        outbox.outbox.clear()
        with time_machine.travel(noon + timedelta(minutes=minutes), tick=False):
            if minutes == 30:
                with scope(cast.system):
                    actions.notify(cast.system, kind=KIND, subject="x:9", party_id=sanne.party_id, user_ids=[sanne.user_id], values={"number": "9"})
            jobs.gather(cast.system)
            run_jobs()
        assert [len(message.attachments) for message in outbox.outbox] == expected


def test_other_kinds_carry_none_and_a_kind_has_one(cast, made):
    tell(cast, cast.sanne, "test.bare")
    assert outbox.outbox[0].attachments == [] and made == []
    with pytest.raises(ValueError, match="already"):
        encloses(KIND, lambda actor, subject, values: None)
