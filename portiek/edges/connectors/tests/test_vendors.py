"""What every vendor keeps to, also one of another package: it calls nothing before it is asked, and says in words of the contract that its ERP is away."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from django.conf import settings
from pydantic import SecretStr

from portiek.edges.connectors import apply, contract, rules, vendors, wording
from portiek.edges.connectors.demo import DemoConnector, DemoOptions
from portiek.edges.connectors.files.connector import FilesConnector
from portiek.edges.connectors.files.options import FilesOptions
from portiek.edges.connectors.files.remote import Remote
from portiek.edges.connectors.tryton import TrytonConnector, TrytonOptions

pytestmark = pytest.mark.no_database
SECRET = "geheim-van-het-erp"
ORDER = contract.Command("create_order", "P-1", "order:1", payload=contract.NewOrder("1", (contract.NewOrderLine("2", Decimal(3)),)).as_payload())


class NoBooks:
    """Books in which nothing stands."""

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments: datetime.now(UTC) if name == "as_of" else {} if name == "parts" else "" if name == "summary" else []


def _tryton(tmp_path: Any) -> Any:
    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there")

    return TrytonConnector(TrytonOptions(url="http://erp.test/", database="erp", user="p", password=SecretStr(SECRET)), httpx.Client(transport=httpx.MockTransport(nobody)))


def _demo(tmp_path: Any) -> Any:
    made = DemoConnector(DemoOptions(key=SecretStr(SECRET)), None, place=tmp_path / "demo.sqlite")
    made.store.set_faults(down=True)
    return made


def _files(tmp_path: Any) -> Any:
    options = FilesOptions(place="sftp", host="127.0.0.1", port=1, user="p", password=SecretStr(SECRET), host_key="ssh-ed25519 SHA256:" + "x" * 43)
    return FilesConnector(options, None, books=NoBooks(), folder=Remote(options))


AWAY = {"tryton": _tryton, "demo": _demo, "files": _files}


@pytest.fixture(params=sorted(AWAY))
def away(request, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "EGRESS_ALLOW", "127.0.0.1:1")
    return AWAY[request.param](tmp_path)


def test_every_vendor_of_ours_is_tried_here():
    assert set(vendors.VENDORS.all()) == set(AWAY)


def test_it_offers_what_the_portal_can_take_and_ask(away):
    offered = away.capabilities()
    assert set(offered.feeds) <= set(rules.ORDER) & set(apply.TAKERS) and {"product", "party", "order"} <= set(offered.feeds)
    assert set(offered.commands) <= set(wording.KINDS) and "create_order" in offered.commands
    assert all(feed.page_size > 0 for feed in offered.feeds.values())


def test_a_try_says_that_nobody_answers_and_no_secret(away):
    health = away.check()
    assert isinstance(health, contract.Health) and health.ok is False and any(health.notes) and SECRET not in str(health)


def test_reading_answers_or_says_so(away):
    calls = [lambda entity=entity: away.pull(entity, None, 10) for entity in away.capabilities().feeds] + [lambda: away.keys("product", None, 10), lambda: away.fetch("product", "1"), lambda: away.document("invoice", "1", "pdf"), lambda: away.price("1", [], date(2026, 1, 1))]
    for call in calls:
        try:
            assert isinstance(call(), contract.Page | contract.Change | list)
        except contract.ConnectorError as problem:
            assert problem.code and SECRET not in str(problem)


@pytest.mark.parametrize("cursor", ["x", "{}", "[]", "null", '{"seq": "x"}', "\0"])
def test_a_cursor_that_is_none_is_refused_in_a_way_that_is_known(away, cursor):
    with pytest.raises((ValueError, contract.ConnectorError)):
        away.pull("product", cursor, 10)


def test_an_order_waits_while_nobody_answers(away):
    answer = away.push(ORDER)
    assert isinstance(answer, contract.Retry) and SECRET not in str(answer)


def test_secrets_are_sealed_and_open_for_their_own_connection_alone(away):
    vendor = next(name for name, made in AWAY.items() if type(away).__name__.lower().startswith(name))
    kept = vendors.sealed(vendor, away.options, portal_id=1, connection_id=2)
    assert SECRET not in str(kept) and vendors.opened(vendor, kept, portal_id=1, connection_id=2) == away.options
    with pytest.raises(vendors.BadOptions):
        vendors.opened(vendor, kept, portal_id=1, connection_id=3)
