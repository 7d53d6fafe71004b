"""The rules of coming in and of rights, by the table."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from portiek.core.pages import local_path
from portiek.foundation.accounts import rules

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(("wanted", "held", "missing"), [
    ([], [], set()), (["a.b"], [], {"a.b"}), (["a.b"], ["a.b"], set()), (["order.view.own"], ["order.view.company"], set()), (["order.view.unit"], ["order.view.own"], {"order.view.unit"}),
    (["order.view.company"], ["order.view.unit"], {"order.view.company"}), (["order.view.company"], ["order.view"], set()), (["order.view"], ["order.view.company"], {"order.view"}),
    (["a.own"], [], {"a.own"})])
def test_rights_beyond_ones_own(wanted, held, missing):
    assert rules.beyond(wanted, held) == missing


@pytest.mark.parametrize(("role", "audience", "held", "place", "why"), [
    (["x.y"], "party", ["x.y"], "party", None), (["x.y"], "party", [], "party", "role-beyond"), (["x.y"], "party", None, "party", None), (["x.y"], "staff", None, "party", "role-elsewhere"),
    (["x.y"], "party", ["x.y"], "staff", "role-elsewhere"), ([], "party", [], "party", None)])
def test_giving_a_role(role, audience, held, place, why):
    assert rules.why_not_grant(role, audience, held, place) == why


@pytest.mark.parametrize(("limit", "own", "why"), [(None, None, None), (None, Decimal(5), "limit-beyond"), (Decimal(5), Decimal(5), None), (Decimal(6), Decimal(5), "limit-beyond"),
                                                   (Decimal(-1), None, "limit-wrong"), (Decimal("1e10"), None, "limit-wrong"), (Decimal(0), None, None)])
def test_giving_a_limit(limit, own, why):
    assert rules.why_not_limit(limit, own) == why


@pytest.mark.parametrize(("was", "stays", "others", "why"), [(True, False, 0, "last-manager"), (True, False, 1, None), (True, True, 0, None), (False, False, 0, None)])
def test_the_last_manager(was, stays, others, why):
    assert rules.why_not_lose(was, stays, others) == why


@pytest.mark.parametrize(("tries", "used", "minutes", "why"), [(0, False, 1, None), (4, False, 1, None), (5, False, 1, "code-over"), (0, True, 1, "code-over"), (0, False, 0, "code-over"), (0, False, -1, "code-over")])
def test_a_code(tries, used, minutes, why):
    assert rules.why_not_code(tries=tries, used=used, expires_at=NOW + timedelta(minutes=minutes), now=NOW) == why


@pytest.mark.parametrize(("accepted", "revoked", "seconds", "why"), [(False, False, 1, None), (True, True, 1, "invitation-used"), (False, True, 1, "invitation-revoked"), (False, False, 0, "invitation-expired")])
def test_an_invitation(accepted, revoked, seconds, why):
    assert rules.why_not_invitation(accepted=accepted, revoked=revoked, expires_at=NOW + timedelta(seconds=seconds), now=NOW) == why


def test_a_session_slides_to_a_fixed_end():
    assert rules.session_until(NOW, NOW) == NOW + timedelta(days=14)
    assert rules.session_until(NOW, NOW + timedelta(days=100)) == NOW + timedelta(days=114)
    assert rules.session_until(NOW, NOW + timedelta(days=175)) == NOW + timedelta(days=180)


@pytest.mark.parametrize(("password", "why"), [("kort", "password-short"), ("aaaaaaaaaaaa", "password-common"), ("wachtwoord123", "password-common"), ("sannebakker1", "password-common"),
                                               ("sanne@bakker.example", "password-common"), ("correct paard batterij", None), ("zomaar-tien", None)])
def test_weak_passwords(password, why):
    assert rules.weakness(password, name="Sanne Bakker", email="sanne@bakker.example") == why


def test_the_keys_of_limits_hold_no_address_and_differ_by_door():
    keys = [limit.key for door in rules.DOORS for limit in rules.limits(door, address="a@b.example", place="1.2.3.4", device="")]
    assert len(set(keys)) == len(keys) and all(b"a@b" not in key for key in keys)


def test_a_known_browser_is_not_counted_with_the_rest_of_the_world():
    known, unknown = ({limit.key for limit in rules.limits("password", address="a@b.example", place="1.2.3.4", device=device)} for device in ("d", ""))
    assert known - unknown and unknown - known


def test_too_many_counts_inside_the_window_only():
    limit = rules.Limit(b"k", 2, 60)
    old, fresh = NOW - timedelta(seconds=61), NOW - timedelta(seconds=59)
    assert not rules.too_many([limit], {b"k": [old, old, fresh]}, NOW)
    assert rules.too_many([limit], {b"k": [fresh, fresh]}, NOW)
    assert not rules.too_many([limit], {}, NOW)


@pytest.mark.parametrize("path", ["/", "/orders/?q=a%20b", "/a/b/#c"])
def test_paths_of_our_own(path):
    assert local_path(path) == path
