"""The access check on the page of a party: each cause of an empty portal, made on purpose, is found and can be mended from there."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.core.checks import checked
from portiek.core.db import scope
from portiek.edges.connectors.models import Connection
from portiek.foundation.accounts import actions
from portiek.foundation.accounts.models import Membership, Role, User
from portiek.foundation.parties.models import Party
from portiek.settlement.invoicing.models import Invoice
from portiek.trade.catalog.models import Assortment, AssortmentItem, PartyAssortment

URL = "/parties/10042/check/"


def states(actor: Any, number: str = "10042") -> dict[str, str]:
    with scope(actor, read_only=True):
        return {item.key: found.state for item, found in checked(actor, Party.objects.get(number=number))}


def close(system: Any, party: Party) -> None:
    Party.objects.filter(pk=party.pk).update(is_active=False)


def end_all(system: Any, party: Party) -> None:
    Membership.objects.filter(party=party).update(is_active=False)


def nobody_came(system: Any, party: Party) -> None:
    User.objects.filter(pk__in=Membership.objects.filter(party=party).values("user_id")).update(last_seen_at=None)


def no_manager(system: Any, party: Party) -> None:
    Membership.objects.filter(party=party, role__code="admin").update(is_active=False)


def withhold(system: Any, party: Party) -> None:
    role = Role.objects.get(code="viewer")
    Membership.objects.filter(party=party, user__name="Nadia Peeters").update(role=role)
    actions.set_ceiling(system, kind="", party=party, withheld=["catalog.view", "order.view", "file.view"])


def empty_assortment(system: Any, party: Party) -> None:
    PartyAssortment.objects.filter(party=party).delete()
    made = Assortment.objects.create(portal_id=party.portal_id, code="leeg", name="Leeg")
    PartyAssortment.objects.create(portal_id=party.portal_id, party=party, assortment=made)


def mail_back(system: Any, party: Party) -> None:
    User.objects.filter(name="Sanne Bakker").update(mail_fails_since=timezone.now())


def unknown_to_erp(system: Any, party: Party) -> None:
    Connection.objects.get_or_create(portal_id=party.portal_id, label="ERP", defaults={"vendor": "demo"})
    Connection.objects.update(enabled=True)
    Party.objects.filter(pk=party.pk).update(external_id=None)


@pytest.mark.parametrize(("change", "key", "state", "way"), [
    (close, "active", "bad", ""), (end_all, "people", "bad", "/colleagues/of/10042/invite/"), (nobody_came, "people", "warn", "/parties/10042/users/"), (no_manager, "managers", "warn", "/parties/10042/users/"),
    (withhold, "rights", "bad", "/parties/10042/users/"), (withhold, "ceiling", "warn", "/roles/ceiling/of/10042/"), (empty_assortment, "assortment", "bad", "/parties/10042/assortment/"),
    (mail_back, "mail", "warn", "/parties/10042/mail/"), (unknown_to_erp, "erp", "bad", "/connectors/"),
])  # fmt: skip
def test_each_cause_is_found_and_leads_to_where_it_is_mended(cast: Any, client_of: Any, change: Any, key: str, state: str, way: str):
    with scope(cast.system):
        party = Party.objects.get(number="10042")
        User.objects.filter(pk__in=Membership.objects.filter(party=party).values("user_id")).update(last_seen_at=timezone.now())
    before = states(cast.olga).get(key)
    with scope(cast.system):
        change(cast.system, party)
    assert before != state and states(cast.olga)[key] == state
    page = client_of("olga").get(URL).content.decode()
    assert f'href="{way}"' in page if way else "Gesloten: niemand" in page


def test_what_is_in_order_says_so_and_a_supplier_is_asked_for_no_catalogue(cast: Any, client_of: Any):
    with scope(cast.system):
        assert AssortmentItem.objects.exists() and Invoice.objects.filter(party__number="10042").exists()
    found = states(cast.olga)
    assert found["active"] == found["managers"] == found["rights"] == found["ceiling"] == found["assortment"] == found["prices"] == found["orders"] == found["invoices"] == found["mail"] == "ok"
    assert not {"assortment", "prices", "orders"} & set(states(cast.olga, "20011"))


def test_it_is_for_staff_who_see_parties_and_costs_no_more_for_many_people(cast: Any, client_of: Any):
    assert client_of("sanne").get(URL).status_code == 404
    assert client_of("otto").get(URL).status_code == 404
    olga = client_of("olga")
    olga.get(URL)
    with CaptureQueriesContext(connection) as before:
        olga.get(URL)
    with scope(cast.system):
        party, role = Party.objects.get(number="10042"), Role.objects.get(code="buyer")
        made = User.objects.bulk_create([User(portal_id=party.portal_id, email=f"man{i}@bakker.example", name=f"Man {i}") for i in range(300)])
        Membership.objects.bulk_create([Membership(portal_id=party.portal_id, party=party, user=user, role=role) for user in made])
    with CaptureQueriesContext(connection) as after:
        assert olga.get(URL).status_code == 200
    assert len(after) == len(before)
