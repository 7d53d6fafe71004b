"""Part of a company becomes one of its own, and the pages on which staff merge and split."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, Refused
from portiek.core.models import FactRow
from portiek.foundation.accounts.models import Membership, Role
from portiek.foundation.parties import actions
from portiek.foundation.parties.models import Address, Contact, Merge, Party, Unit
from portiek.foundation.parties.tests.test_merging import WHY, both, merge, party_of
from portiek.settlement.invoicing.models import Invoice
from portiek.trade.orders.models import Cart, CartLine, Order, OrderLine
from portiek.trade.orders.tests.test_submit import fill, submit

__all__ = ["both"]


@pytest.fixture
def kampen(cast):
    """Kampen of Bakker with Youssef, an order, a cart, an address and a project; Karin works in Zwolle."""
    with scope(cast.system):
        bakker = Party.objects.get(number="10042")
        unit = Unit.objects.get(party=bakker, name="Kampen")
        Unit.objects.filter(pk=unit.pk).update(delivery_address=Address.objects.get(party=bakker, label="Kampen"))
        Membership.objects.filter(party=bakker, user__email="youssef@bakker.example").update(unit=unit)
    with scope(cast.youssef):
        order = submit(cast.youssef, fill(cast.youssef, 1, "1"))
        fill(cast.youssef, 1)
    run_jobs()
    from portiek.edges.connectors.models import Command

    with scope(cast.system):
        Command.objects.open().update(state="acknowledged")
    return bakker, unit, order


def split(cast, bakker, unit, *, number="10950", administrator=None):
    with scope(cast.olga):
        made = actions.ask_split(cast.olga, source=bakker, units=[unit.pk], number=number, name="Bakker Kampen B.V.", administrator=administrator or cast.youssef.user_id, reason=WHY)
    run_jobs()
    with scope(cast.system):
        return Merge.objects.get(pk=made.pk)


def test_a_branch_goes_with_its_people_and_orders(cast, kampen, client_of):
    bakker, unit, order = kampen
    youssef = client_of("youssef")
    with scope(cast.system):
        lines, invoices = OrderLine.objects.filter(order=order).count(), Invoice.objects.filter(party=bakker).count()
        rest = Order.objects.filter(party=bakker).exclude(unit__path__contains=[unit.pk]).count()
    done = split(cast, bakker, unit)
    assert (done.state, done.problem) == ("done", "")
    with scope(cast.system):
        made = Party.objects.get(number="10950")
        assert (made.name, made.kind, made.is_active) == ("Bakker Kampen B.V.", "customer", True)
        assert Order.objects.get(pk=order.pk).party_id == made.pk and OrderLine.objects.filter(order=order, party=made).count() == lines
        assert Order.objects.filter(party=bakker).count() == rest and Invoice.objects.filter(party=bakker).count() == invoices
        assert Unit.objects.get(party=made, parent=None).name == "Kampen" and Unit.objects.get(party=made, name="Nieuwbouw Havenkwartier").path[0] == unit.pk
        assert Address.objects.get(party=made).label == "Kampen" and Contact.objects.get(party=made).name == "Henk de Boer"
        cart = Cart.objects.get(party=made, is_open=True)
        assert CartLine.objects.filter(cart=cart, party=made).count() == 1
        assert {row.role.code for row in Membership.objects.filter(party=made, user_id=cast_id(cast, "youssef"))} == {"buyer", "admin"}
        assert not Membership.objects.filter(party=bakker, user_id=cast_id(cast, "youssef"), is_active=True).exists()
        assert {row.name for row in FactRow.objects.filter(name__startswith="parties.party.split")} == {"parties.party.split", "parties.party.split_off"}
    assert youssef.get(f"/orders/{order.number}/").status_code == 200
    assert client_of("sanne").get(f"/orders/{order.number}/").status_code == 404


def cast_id(cast, who):
    from portiek.foundation.accounts.models import User

    return User.objects.get(email=f"{who}@bakker.example").pk


def test_own_roles_go_as_copies(cast, kampen):
    bakker, unit, _order = kampen
    with scope(cast.system):
        own = Role.objects.create(portal_id=bakker.portal_id, owner=bakker, code="own-k", name="Kamper", audience="party", rights=["order.view.unit"])
        Membership.objects.filter(party=bakker, unit=unit).update(role=own)
    split(cast, bakker, unit)
    with scope(cast.system):
        made = Party.objects.get(number="10950")
        assert Role.objects.get(owner=made).rights == ["order.view.unit"] and Role.objects.get(pk=own.pk).owner_id == bakker.pk


def refusal(cast, bakker, units, **options):
    with scope(cast.olga), pytest.raises(Refused) as refused:
        actions.ask_split(cast.olga, source=bakker, units=units, number=options.pop("number", "10950"), name="X", administrator=options.pop("administrator", 0) or cast.youssef.user_id, reason=options.pop("reason", WHY))
    return refused.value.code


def test_what_cannot_be_split_is_refused(cast, kampen):
    bakker, unit, _order = kampen
    with scope(cast.system):
        other = Unit.objects.create(portal_id=bakker.portal_id, party=Party.objects.get(number="10077"), name="Elders", path=[1], place="x")
        everywhere = list(Unit.objects.filter(party=bakker).values_list("pk", flat=True))
    assert refusal(cast, bakker, []) == "split-nothing"
    assert refusal(cast, bakker, [unit.pk, other.pk]) == "split-nothing"
    assert refusal(cast, bakker, [unit.pk], number="10077") == "number-taken"
    assert refusal(cast, bakker, [unit.pk], reason=" ") == "merge-reason"
    assert refusal(cast, bakker, [unit.pk], administrator=cast.sanne.user_id) == "split-administrator"
    with scope(cast.system):
        Membership.objects.filter(party=bakker, user_id=cast_id(cast, "sanne")).update(unit=unit)
    assert refusal(cast, bakker, [unit.pk]) == "split-last-manager"
    with scope(cast.system):
        Membership.objects.filter(party=bakker).update(unit=None)
    assert refusal(cast, bakker, everywhere) == "split-nobody"


def test_nobody_splits_without_the_right(cast, kampen):
    bakker, unit, _order = kampen
    for actor in (cast.peter, cast.sanne):
        with scope(actor), pytest.raises(Forbidden):
            actions.ask_split(actor, source=bakker, units=[unit.pk], number="1", name="X", administrator=1, reason=WHY)


# Pages


def test_staff_choose_look_and_have_it_done(client_of, both):
    _bakker, _target, order = both
    olga = client_of("olga")
    assert "/parties/10900/merge/" in olga.get("/parties/10900/").content.decode()
    assert "Bouwbedrijf Bakker" in olga.get("/parties/10900/merge/").content.decode()
    answer = olga.post("/parties/10900/merge/", {"other": "10042"})
    assert answer["Location"] == "/parties/10900/merge/10042/"
    page = olga.get(answer["Location"]).content.decode()
    assert "Sanne Bakker" in page and "Openstaande" not in page and "Orders" in page
    assert olga.post(answer["Location"], {"place": "branch", "reason": ""}).status_code == 422
    made = olga.post(answer["Location"], {"place": "branch", "reason": WHY})
    assert made.status_code == 302
    assert "hx-get" in olga.get(made["Location"]).content.decode()
    run_jobs()
    page = olga.get(made["Location"]).content.decode()
    assert WHY in page and "hx-get" not in page
    old = olga.get("/parties/10042/orders/")
    assert (old.status_code, old["Location"]) == (302, "/parties/10900/orders/")
    page = olga.get("/parties/10900/").content.decode()
    assert "Bouwbedrijf Bakker B.V." in page
    assert "Bouw Noord" in olga.get("/parties/?q=10042").content.decode() and "Bouwbedrijf Bakker" not in olga.get("/parties/?q=bouw").content.decode()
    assert olga.get(f"/orders/{order.number}/").status_code == 200


def test_the_page_says_what_stands_in_the_way(cast, client_of, both):
    bakker, _target, _order = both
    from portiek.foundation.proposals.models import Proposal

    with scope(cast.system):
        Proposal.objects.create(portal_id=bakker.portal_id, party=bakker, subject="party", subject_id=bakker.pk, label="x", field="name", old={}, new={}, proposed_name="S", proposed_at=bakker.created_at)
    olga = client_of("olga")
    page = olga.get("/parties/10900/merge/10042/").content.decode()
    assert "name=\"reason\"" not in page
    assert olga.post("/parties/10900/merge/10042/", {"place": "branch", "reason": WHY}).status_code == 422
    assert olga.get("/parties/10900/merge/10900/").status_code == 302
    assert "name=\"reason\"" not in olga.get("/parties/20011/merge/10042/").content.decode()


def test_the_pages_of_a_split(cast, client_of, kampen):
    _bakker, unit, _order = kampen
    olga = client_of("olga")
    assert "Kampen" in olga.get("/parties/10042/split/").content.decode()
    assert olga.post("/parties/10042/split/", {"name": "X", "number": "10950"}).status_code == 422
    first = {"units": [unit.pk], "name": "Bakker Kampen B.V.", "number": "10950"}
    page = olga.post("/parties/10042/split/", first)
    assert page.status_code == 200 and "Youssef" in page.content.decode()
    assert olga.post("/parties/10042/split/", {**first, "reason": WHY, "administrator": ""}).status_code == 422
    assert olga.post("/parties/10042/split/", {**first, "number": "10077", "reason": WHY, "administrator": cast.youssef.user_id}).status_code == 422
    made = olga.post("/parties/10042/split/", {**first, "reason": WHY, "administrator": cast.youssef.user_id})
    assert made.status_code == 302
    run_jobs()
    assert "Bakker Kampen" in olga.get(made["Location"]).content.decode()
    assert olga.get("/parties/10950/").status_code == 200
    with scope(cast.system):
        other = actions.create_party(cast.system, number="10960", name="Vreemd", kind="customer")
    assert olga.get(made["Location"].replace("10042", other.number)).status_code == 404


@pytest.mark.parametrize("path", ["/parties/10042/merge/", "/parties/10042/merge/10077/", "/parties/10042/split/", "/parties/10042/merged/1/"])
def test_others_get_no_such_page(client_of, path):
    for who in ("sanne", "mark", "otto"):
        assert client_of(who).get(path).status_code == 404
    for who in ("peter", "fatima"):
        assert client_of(who).get(path).status_code == 403


def test_a_foreign_merge_is_not_there(cast, client_of, both):
    bakker, target, _order = both
    with scope(cast.olga):
        made = actions.ask_merge(cast.olga, source=bakker, target=target, as_branch=False, reason=WHY)
    run_jobs()
    assert client_of("otto").get(f"/parties/50001/merged/{made.pk}/").status_code == 404
    assert party_of(cast, "10042").merged_into_id == target.pk


def test_the_log_of_what_goes_on_to_a_third_company_does_not_stay_behind(cast, both):
    """An order that came from Bakker and goes on, by a split, to a third company: the second reads what happened to it at Bakker no longer, and the third never took Bakker over."""
    bakker, target, order = both
    was, youssef = cast.sanne, cast.youssef.user_id
    assert merge(cast, bakker, target).state == "done"
    sanne, at_bakker = replace(was, party_id=target.pk), FactRow.objects.filter(party_id=bakker.pk, subject=f"orders.order:{order.pk}")
    with scope(sanne):
        assert at_bakker.exists()
    with scope(cast.system):
        branch = Unit.objects.get(party=target, parent=None, name=bakker.name)
    assert split(cast, target, branch, number="10901", administrator=youssef).state == "done"
    with scope(cast.system):
        third = Party.objects.get(number="10901")
        assert Order.objects.get(pk=order.pk).party_id == third.pk
    for party in (target, third):
        with scope(replace(was, party_id=party.pk)):
            assert not at_bakker.exists(), party
