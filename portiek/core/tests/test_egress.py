"""The only door to the outside: private networks in every spelling, a resolver that changes its mind, receivers that never end."""

from __future__ import annotations

import socket

import pytest
from django.conf import settings
from django.test import override_settings

from portiek.core import egress
from portiek.core.egress import Courier, Egress, EgressRefused, Unreachable

pytestmark = pytest.mark.no_database
PRIVATE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "0", "224.0.0.1", "255.255.255.255", "[::1]", "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[::127.0.0.1]", "[fe80::1]", "[fc00::1]", "[fec0::1]", "[ff02::1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "192.0.2.1", "198.18.0.1",
]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_a_private_network_is_never_called_however_it_is_spelled(host):
    for url in (f"https://{host}/", f"https://{host}:8443/x"):
        assert not egress.is_callable(url)
        with pytest.raises((EgressRefused, Unreachable)):
            egress.checked(url)
        with pytest.raises((EgressRefused, Unreachable)), Courier(url, seconds=1) as courier:
            courier.post(b"{}", {})


@pytest.mark.parametrize("url", ["", "x", "//example.com", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "https://", "https://user:pw@example.com/", "https://example.com:99999/", "https://[::1", "https://example.com:0/",
                                 "http://example.com/", "https://exa mple.com/", "https://example.com/\r\nX-Injected: 1", "javascript:alert(1)", "https://example.com\\@127.0.0.1/"])  # fmt: skip
def test_what_is_no_address_of_a_receiver(url):
    assert not egress.is_callable(url) or not egress.is_found(url)


@pytest.mark.parametrize("host", ["93.184.216.34", "[2606:2800:220:1::1]", "example.com", "hooks.example.nl"])
def test_the_public_internet_may_be_called(host):
    assert egress.is_callable(f"https://{host}/hook")


def answering(monkeypatch, *answers):
    """Let the resolver give one answer after the other, the last one for ever."""
    left = list(answers)

    def resolve(host, port, *arguments, **options):
        if options.get("flags"):
            raise socket.gaierror("a name")
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(egress.socket, "getaddrinfo", resolve)


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:10.0.0.1", "169.254.169.254", "64:ff9b::a00:1", "fd00::1"])
def test_a_name_that_leads_inside_is_refused(monkeypatch, address):
    answering(monkeypatch, [address])
    with pytest.raises(EgressRefused):
        egress.checked("https://hooks.example.com/")
    assert not egress.is_found("https://hooks.example.com/")


def test_a_name_that_leads_inside_too_is_called_outside_only(monkeypatch):
    answering(monkeypatch, ["10.0.0.1", "93.184.216.34"])
    assert egress.checked("https://hooks.example.com/") == ("93.184.216.34", "hooks.example.com")


def test_the_address_that_was_checked_is_the_one_that_is_called(monkeypatch):
    """Rebinding: good at the first question, ours at the second. There is one question a message, and its answer is used."""
    answering(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    pinned, host, named = egress._pinned("https://hooks.example.com:8443/a?b=c")
    assert (pinned, host, named) == ("https://93.184.216.34:8443/a?b=c", "hooks.example.com", "hooks.example.com:8443")
    with Courier("https://hooks.example.com/", seconds=1) as courier, pytest.raises(EgressRefused):
        courier.post(b"{}", {})


def test_an_operator_can_allow_one_port_of_one_host():
    with override_settings(EGRESS_ALLOW="127.0.0.1:8099"):
        assert egress.is_callable("http://127.0.0.1:8099/") and egress.checked("http://127.0.0.1:8099/")[0] == "127.0.0.1"
        assert not egress.is_callable("http://127.0.0.1:8098/") and not egress.is_callable("http://localhost:8099/")


def test_a_resolver_that_hangs_does_not_hold_a_page(monkeypatch):
    import threading
    import time

    ended = threading.Event()
    monkeypatch.setattr(egress, "checked", lambda url: ended.wait(5))
    began = time.monotonic()
    assert not egress.is_found("https://hooks.example.com/", seconds=0.2)
    assert time.monotonic() - began < 2
    ended.set()


def test_the_client_of_vendors_refuses_the_same(monkeypatch):
    assert settings.EGRESS_ALLOW == ""
    answering(monkeypatch, ["::ffff:127.0.0.1"])
    with pytest.raises(EgressRefused):
        Egress().get("https://erp.example.com/")
