"""Live updates through a real web process: facts arrive, of one's own only, and the stream ends with the right to it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.utils import timezone

from portiek.config.testing import other_database, serving
from portiek.core import live
from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast, open_session
from portiek.foundation.accounts.models import Membership, Session
from portiek.foundation.parties import actions
from portiek.foundation.parties.models import Party

pytestmark = pytest.mark.no_database


class Listener:
    """Somebody's open stream, read in a thread."""

    def __init__(self, base: str, key: str | None, last: str = "", since: str = "") -> None:
        host, token = open_session(key) if key else ("localhost", "nobody")
        self.token, self.events, self.ended_at = token, [], 0.0
        self.reader = threading.Thread(target=bool)
        self.reader.start()
        self.connection = http.client.HTTPConnection("127.0.0.1", urlsplit(base).port, timeout=20)
        headers = {"Host": host, "Cookie": f"{settings.SESSION_COOKIE}={token}"}
        self.connection.connect()
        self.connection.request("GET", f"/live/?as=1&since={since}", headers=headers | ({"Last-Event-ID": last} if last else {}))
        self.answer = self.connection.getresponse()
        if self.answer.status == 200:
            self.answer.readline()  # retry
            self.reader = threading.Thread(target=self._read, daemon=True)
            self.reader.start()

    def _read(self) -> None:
        try:
            while line := self.answer.readline():
                if line.startswith(b"data: {") and b"name" in line:
                    self.events.append(json.loads(line[6:]))
        except (OSError, http.client.HTTPException):
            pass
        self.ended_at = time.monotonic()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.sock.shutdown(socket.SHUT_RDWR)
        self.reader.join(5)
        self.connection.close()


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with other_database("live") as url, serving(url) as address:
        yield address


def add_address(actor, city: str) -> None:
    with scope(actor):
        actions.add_address(actor, party=Party.objects.get(pk=actor.party_id), street="Kade 1", city=city)


def test_own_facts_arrive_and_nobody_else_s(base):
    cast = Cast()
    sanne, dirk, peter, otto = (Listener(base, key) for key in ("sanne", "dirk", "peter", "otto"))
    time.sleep(0.5)
    add_address(cast.sanne, "Zwolle")
    for _ in range(100):
        if sanne.events and peter.events:
            break
        time.sleep(0.05)
    try:
        assert [event["name"] for event in sanne.events] == ["parties.address.added"]
        assert sanne.events[0]["refs"][0].startswith("parties.party:")
        assert [event["name"] for event in peter.events] == ["parties.address.added"]
        assert set(sanne.events[0]) == {"name", "refs"}
        assert dirk.events == otto.events == []
    finally:
        for item in (sanne, dirk, peter, otto):
            item.close()


def test_the_stream_ends_within_five_seconds_of_a_right_taken_away(base):
    cast = Cast()
    logged_out, put_out = Listener(base, "sanne"), Listener(base, "dirk")
    time.sleep(4)  # the hub has seen both standing
    assert not logged_out.ended_at and not put_out.ended_at
    from portiek.core.actor import Actor
    from portiek.core.sessions import token_hash

    gate, system, dirk = Actor.gate(cast.system.portal_id), cast.system, cast.dirk
    with scope(gate):
        Session.objects.filter(token_hash=token_hash(logged_out.token)).update(ended_at=timezone.now())
    with scope(system):
        Membership.objects.filter(user_id=dirk.user_id).update(is_active=False)
    taken = time.monotonic()
    while time.monotonic() - taken < 6 and not (logged_out.ended_at and put_out.ended_at):
        time.sleep(0.05)
    with scope(system):
        Membership.objects.filter(user_id=dirk.user_id).update(is_active=True)
    assert 0 < logged_out.ended_at - taken < 5
    assert 0 < put_out.ended_at - taken < 5


def test_what_was_missed_is_told_again(base):
    cast = Cast()
    first = Listener(base, "sanne")
    time.sleep(0.3)
    add_address(cast.sanne, "Kampen")
    time.sleep(0.7)
    first.close()
    assert first.events
    add_address(cast.sanne, "Deventer")
    again = Listener(base, "sanne", last="1")
    time.sleep(1)
    again.close()
    assert len([event for event in again.events if event["name"] == "parties.address.added"]) >= 2


def test_nothing_falls_between_a_page_and_its_stream(base):
    cast = Cast()
    made = int(time.time()) + 2 + int(live.MOMENT.total_seconds())  # as if what is told again began just now
    time.sleep(2.2)  # what the other tests did is not of this page
    add_address(cast.sanne, "Hasselt")
    add_address(cast.dirk, "Meppel")
    streams = [Listener(base, "sanne", since=text) for text in (str(made), str(made + 60), "x" * 30)]
    time.sleep(1)
    for stream in streams:
        stream.close()
    assert [[event["name"] for event in stream.events] for stream in streams] == [["parties.address.added"], [], []]


def test_more_than_can_be_told_is_told_as_look_again(base, monkeypatch):
    """The first of them alone would leave the rest untold for ever."""
    cast, made = Cast(), timezone.now()
    for city in ("Genemuiden", "Zwartsluis"):
        add_address(cast.sanne, city)
    one_by_one = live._since(cast.sanne, made)
    assert len(one_by_one) >= 2 and not any(b'"*"' in item for item in one_by_one)
    monkeypatch.setattr(live, "REPLAY", 1)
    for told in (live._since(cast.sanne, made), live._missed(cast.sanne, 1)):
        assert len(told) == 1 and b'"*"' in told[0]


def test_nobody_gets_no_stream(base):
    assert Listener(base, None).answer.status == 204


def test_many_streams_do_not_use_up_the_database(base):
    import urllib.request

    streams = [Listener(base, "sanne") for _ in range(20)]
    try:
        assert urllib.request.urlopen(base + "/readyz", timeout=5).status == 200
        request = urllib.request.Request(base + "/api/keys/", headers={"Cookie": f"{settings.SESSION_COOKIE}={streams[0].token}"})
        assert urllib.request.urlopen(request, timeout=5).status == 200
        assert all(not stream.ended_at for stream in streams)
    finally:
        for stream in streams:
            stream.close()


def threads() -> int:
    """Return how many threads the processes have that this test started."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return sum(int(line.split()[1]) for pid in children for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("Threads:"))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted where Linux tells them")
def test_a_stream_holds_no_thread(base):
    before = threads()
    streams = [Listener(base, "sanne") for _ in range(30)]
    try:
        until = time.monotonic() + 10
        while threads() - before >= 20 and time.monotonic() < until:
            time.sleep(0.1)
        assert threads() - before < 20
        add_address(Cast().sanne, "Ommen")
        until = time.monotonic() + 10
        while not all(stream.events for stream in streams) and time.monotonic() < until:
            time.sleep(0.1)
        assert all(stream.events for stream in streams)
    finally:
        for stream in streams:
            stream.close()
