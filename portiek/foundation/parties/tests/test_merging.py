"""Two companies become one: everything goes along that may, nobody sees more than he should, and what the ERP still sends for the old one lands at the new one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core import jobs, merging
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.models import FactRow, Hold
from portiek.foundation.accounts.models import Membership, Provider, Role, Session, User
from portiek.foundation.audit.models import Link
from portiek.foundation.audit.queries import Wanted, history, latest, sealed
from portiek.foundation.notifications.models import Mail
from portiek.foundation.parties import actions, queries
from portiek.foundation.parties.models import Address, Contact, Merge, Party, Relation, Unit
from portiek.foundation.parties.records import AddressRecord, ContactRecord, PartyRecord
from portiek.settlement.invoicing.models import Invoice
from portiek.settlement.invoicing.tests.test_invoicing import make as invoice
from portiek.trade.orders.models import Cart, Order
from portiek.trade.orders.records import OrderRecord
from portiek.trade.orders.tests.test_submit import fill, submit

WHY = "Overgenomen per 1 januari"


def noord(cast):
    """Make a second customer, to which Bakker goes: with an administrator, a buyer who sees his own orders alone, and a branch."""
    with scope(cast.system):
        party = actions.create_party(cast.system, number="10900", name="Bouw Noord B.V.", kind="customer", credit_limit="9000")
        unit = actions.add_unit(cast.system, party=party, name="Zwolle")
        for email, code in (("noor@bouwnoord.example", "admin"), ("nico@bouwnoord.example", "service")):
            user = User.objects.create(portal_id=cast.system.portal_id, email=email, name=email.split("@")[0].title())
            Membership.objects.create(portal_id=cast.system.portal_id, party=party, user=user, role=Role.objects.get(code=code), unit=unit if code == "service" else None)
        return party


def party_of(cast, number):
    with scope(cast.system):
        return Party.objects.get(number=number)


def merge(cast, source, target, *, as_branch=True, who="olga"):
    actor = getattr(cast, who)
    with scope(actor):
        made = actions.ask_merge(actor, source=source, target=target, as_branch=as_branch, reason=WHY)
    run_jobs()
    with scope(cast.system):
        return Merge.objects.get(pk=made.pk)


@pytest.fixture
def both(cast):
    """Bakker with orders, invoices and a cart, and Noord, to which it goes."""
    with scope(cast.sanne):
        order = submit(cast.sanne, fill(cast.sanne, 2))
    with scope(cast.sanne):
        fill(cast.sanne, 1)
    from portiek.settlement.invoicing import actions as invoicing

    with scope(cast.system):
        assert invoicing.apply_invoices(cast.system, [invoice("M-1")]) == []
    run_jobs()
    from portiek.edges.connectors.models import Command

    with scope(cast.system):
        Command.objects.open().update(state="acknowledged")
    return party_of(cast, "10042"), noord(cast), order


def test_everything_goes_along_and_the_old_one_is_closed(cast, both):
    bakker, target, order = both
    with scope(cast.system):
        before = {rule.model: apps.get_model(rule.model).objects.filter(party=bakker).count() for rule in merging.rules() if rule.fate == "moves" and rule.columns == ("party",)}
        units = set(Unit.objects.filter(party=bakker).values_list("name", flat=True))
    done = merge(cast, bakker, target)
    assert (done.state, done.problem) == ("done", "")
    with scope(cast.system):
        closed = Party.objects.get(pk=bakker.pk)
        assert (closed.is_active, closed.merged_into_id) == (False, target.pk)
        for rule in merging.rules():
            if rule.fate == "moves" and not rule.once and not rule.hangs_on:
                assert not apps.get_model(rule.model).objects.filter(**{rule.columns[0]: bakker.pk}).exists(), rule.model
        assert before["orders.Order"] and before["invoicing.Invoice"] and before["orders.OrderLine"] and before["orders.OrderSearch"] and before["orders.CartLine"]
        for model in ("orders.Order", "orders.OrderLine", "invoicing.Invoice", "invoicing.InvoiceLine", "orders.CartLine"):
            assert apps.get_model(model).objects.filter(party=target).count() == before[model], model
        moved = Order.objects.get(pk=order.pk)
        branch = Unit.objects.get(party=target, name="Bouwbedrijf Bakker B.V.")
        assert (moved.party_id, moved.number, moved.unit_id) == (target.pk, order.number, branch.pk)
        assert units <= set(Unit.objects.filter(party=target, path__contains=[branch.pk]).values_list("name", flat=True))
        assert Unit.objects.get(party=target, name="Kampen").path == [branch.pk, Unit.objects.get(party=target, name="Kampen").pk]
        assert Address.objects.filter(party=target, street="Industrieweg 12").exists() and Contact.objects.filter(party=target, name="Henk de Boer").exists()
        assert done.result["orders.Order"] == before["orders.Order"]
        assert FactRow.objects.filter(name="parties.party.merged", party=target, text=bakker.name).get().user_name == "Olga Smit"
        assert FactRow.objects.filter(name="parties.party.ended_into", party=bakker).count() == 1


def test_without_a_branch_the_tree_comes_beside_the_other(cast, both):
    bakker, target, _order = both
    assert merge(cast, bakker, target, as_branch=False).state == "done"
    with scope(cast.system):
        tops = set(Unit.objects.filter(party=target, parent=None).values_list("name", flat=True))
        assert {"Zwolle", "Zwolle (10042)", "Kampen"} <= tops


def test_a_browser_goes_on_at_the_new_company(cast, both, client_of):
    bakker, target, order = both
    sanne, youssef = client_of("sanne"), client_of("youssef")
    assert sanne.get("/orders/").status_code == 200
    merge(cast, bakker, target)
    page = sanne.get("/parties/mine/")
    assert page.status_code == 200 and "Bouw Noord" in page.content.decode()
    assert sanne.get(f"/orders/{order.number}/").status_code == 200
    assert youssef.get("/orders/").status_code == 200


def test_who_looks_along_is_himself_again(cast, both, client_of):
    bakker, target, _order = both
    olga = client_of("olga")
    with scope(cast.system):
        sanne = User.objects.get(email="sanne@bakker.example")
    from portiek.core.actor import Actor

    gate = Actor.gate(cast.system.portal_id)
    with scope(gate):
        row = Session.objects.filter(user_id=cast.olga.user_id).order_by("-pk")
        Session.objects.filter(pk__in=list(row.values_list("pk", flat=True))).update(mode="look", mode_until=timezone.now() + timezone.timedelta(minutes=20), as_user=sanne, as_party=bakker, reason="x")
    assert olga.get("/orders/").status_code == 200
    merge(cast, bakker, target)
    assert olga.get("/parties/").status_code == 200  # staff again, and not out


def test_people_keep_what_they_had_and_get_no_more(cast, both):
    bakker, target, _order = both
    with scope(cast.system):
        both_here = User.objects.get(email="nico@bouwnoord.example")
        Membership.objects.create(portal_id=bakker.portal_id, party=bakker, user=both_here, role=Role.objects.get(code="admin"))
        own = Role.objects.create(portal_id=bakker.portal_id, owner=bakker, code="own-x", name="Werkvoorbereider", audience="party", rights=["order.view.own"])
        Role.objects.create(portal_id=bakker.portal_id, owner=target, code="own-y", name="Werkvoorbereider", audience="party", rights=["order.view.company"])
        kees = User.objects.create(portal_id=bakker.portal_id, email="kees@bakker.example", name="Kees")
        Membership.objects.create(portal_id=bakker.portal_id, party=bakker, user=kees, role=own)
        mechanic = User.objects.create(portal_id=bakker.portal_id, email="mo@bakker.example", name="Mo")
        Membership.objects.create(portal_id=bakker.portal_id, party=bakker, user=mechanic, role=Role.objects.get(code="service"))
    merge(cast, bakker, target)
    with scope(cast.system):
        assert [row.role.code for row in Membership.objects.filter(user=both_here, is_active=True)] == ["service"]
        role = Role.objects.get(pk=own.pk)
        assert (role.owner_id, role.name, role.rights) == (target.pk, "Werkvoorbereider (10042)", ["order.view.own"])
        assert Membership.objects.get(user=kees, is_active=True).role_id == own.pk
        # Who sees his branch, and was in none, saw what is his own: he is not put in the new branch.
        assert Membership.objects.get(user=mechanic, is_active=True).unit_id is None
        assert not Membership.objects.filter(party=bakker, is_active=True).exists()


def test_a_guest_stays_a_guest(cast, both):
    bakker, target, _order = both
    last = timezone.localdate() + timedelta(days=30)
    with scope(cast.system):
        place = Membership.objects.select_related("role", "user").get(party=bakker, user__name="Youssef El Amrani")
        Membership.objects.filter(pk=place.pk).update(until=last)
        # He worked there once, in the same role and without a last day.
        Membership.objects.create(portal_id=place.portal_id, party=target, user=place.user, role=place.role, is_active=False)
    assert merge(cast, bakker, target).state == "done"
    with scope(cast.system):
        assert [(row.is_active, row.until) for row in Membership.objects.filter(party=target, user=place.user)] == [(True, last)]


def test_own_orders_stay_own(cast, both, client_of):
    bakker, target, order = both
    with scope(cast.system):
        own = Role.objects.create(portal_id=bakker.portal_id, owner=bakker, code="own-x", name="Eigen", audience="party", rights=["order.view.own", "catalog.view"])
        Membership.objects.filter(party=bakker, user__email="youssef@bakker.example").update(role=own)
        theirs = Order.objects.filter(party=target).count()
    youssef = client_of("youssef")
    merge(cast, bakker, target)
    assert youssef.get("/orders/").status_code == 200 and youssef.get(f"/orders/{order.number}/").status_code == 404
    with scope(cast.system):
        assert Order.objects.filter(party=target).count() > theirs


def test_doors_keys_and_mandates_end(cast, both, machine_of):
    bakker, target, _order = both
    machine = machine_of(cast.sanne, "order.view.company")
    assert machine.get("/orders").status_code == 200
    with scope(cast.system):
        Provider.objects.create(portal_id=bakker.portal_id, party=bakker, kind="oidc", slug="bakker-x1", label="Bakker", issuer="https://id.bakker.example", is_active=True)
        actions.set_relation(cast.system, kind="agent", giver=bakker, agent=Party.objects.get(number="10077"), rights=["order.view"], starts_on=timezone.localdate())
    merge(cast, bakker, target)
    assert machine.get("/orders").status_code == 401
    with scope(cast.system):
        assert not Provider.objects.filter(party=bakker, is_active=True).exists()
        assert not Relation.objects.filter(giver=bakker, ended_at=None).exists() and not Relation.objects.filter(giver=target).exists()


def test_what_must_be_kept_is_kept_there_too(cast, both):
    bakker, target, _order = both
    with scope(cast.system):
        Hold.objects.create(portal_id=bakker.portal_id, party_id=bakker.pk, name=bakker.name, reason="Rechtszaak", placed_at=timezone.now(), placed_by="Olga Smit")
    merge(cast, bakker, target)
    with scope(cast.system):
        assert set(Hold.objects.filter(ended_at=None, reason="Rechtszaak").values_list("party_id", flat=True)) == {bakker.pk, target.pk}


def test_the_erp_means_the_new_one_by_the_old_id(cast, both):
    bakker, target, _order = both
    with scope(cast.system):
        Party.objects.filter(pk=bakker.pk).update(external_id="p-1")
        Party.objects.filter(pk=target.pk).update(external_id="p-2")
    merge(cast, bakker, target)
    from portiek.settlement.invoicing import actions as invoicing
    from portiek.trade.orders import actions as orders

    with scope(cast.system):
        told = OrderRecord("so-9", "v1", timezone.now(), "SO900", "", "p-1", "confirmed", "none", (), Decimal(0), Decimal(0), Decimal(0))
        assert orders.apply_orders(cast.system, [told]) == []
        assert Order.objects.get(external_id="so-9").party_id == target.pk
        assert invoicing.apply_invoices(cast.system, [replace(invoice("M-2"), party="p-1", party_number="")]) == []
        assert Invoice.objects.get(number="M-2").party_id == target.pk
        master = PartyRecord("p-1", "10042", "Bakker in de ERP", addresses=(AddressRecord("a-1", "Nieuwstraat 1", "Zwolle"),), contacts=(ContactRecord("c-1", "Iemand"),), version="v9")
        for record in (master, replace(master, active=False, version="v10")):
            assert actions.apply_parties(cast.system, [record]) == []
        closed = Party.objects.get(pk=bakker.pk)
        assert (closed.name, closed.is_active, closed.merged_into_id) == ("Bouwbedrijf Bakker B.V.", False, target.pk)
        assert Party.objects.get(pk=target.pk).name == "Bouw Noord B.V." and Party.objects.get(pk=target.pk).is_active
        assert not Address.objects.filter(street="Nieuwstraat 1").exists()


def test_the_feed_of_the_new_one_leaves_addresses_of_the_old_one(cast, both):
    bakker, target, _order = both
    with scope(cast.system):
        Party.objects.filter(pk=target.pk).update(external_id="p-2")
        Address.objects.filter(party=bakker, street="Industrieweg 12").update(external_id="a-7")
        Contact.objects.filter(party=bakker, name="Henk de Boer").update(external_id="c-7")
    merge(cast, bakker, target)
    with scope(cast.system):
        assert actions.apply_parties(cast.system, [PartyRecord("p-2", "10900", "Bouw Noord B.V.", version="v2")]) == []
        assert Address.objects.get(street="Industrieweg 12").is_active and Contact.objects.get(name="Henk de Boer", party=target).is_active


def test_what_stands_in_the_way_is_said_and_nothing_is_done(cast, both):
    bakker, target, _order = both
    from portiek.foundation.proposals.models import Proposal

    with scope(cast.system):
        Proposal.objects.create(portal_id=bakker.portal_id, party=bakker, subject="party", subject_id=bakker.pk, label="x", field="name", old={}, new={}, proposed_name="S", proposed_at=timezone.now())
    with scope(cast.olga), pytest.raises(Refused) as refused:
        actions.ask_merge(cast.olga, source=bakker, target=target, as_branch=True, reason=WHY)
    assert refused.value.code == "merge-proposals"
    with scope(cast.system):
        assert not Merge.objects.exists()


def test_what_came_in_the_way_meanwhile_is_kept_in_words(cast, both):
    bakker, target, _order = both
    with scope(cast.olga):
        made = actions.ask_merge(cast.olga, source=bakker, target=target, as_branch=True, reason=WHY)
    with scope(cast.system):
        Party.objects.filter(pk=target.pk).update(is_active=False)
    run_jobs()
    with scope(cast.system):
        found = Merge.objects.get(pk=made.pk)
        assert found.state == "failed" and "gesloten" in found.problem
        assert Order.objects.filter(party=bakker).exists() and Party.objects.get(pk=bakker.pk).is_active


@pytest.mark.parametrize(("numbers", "code"), [(("10042", "10042"), "merge-self"), (("10042", "20011"), "merge-kind"), (("30005", "10042"), "merge-kind"), (("10042", "10077"), "merge-kind")])
def test_what_cannot_be_one_is_refused(cast, numbers, code):
    source, target = (party_of(cast, number) for number in numbers)
    with scope(cast.olga), pytest.raises(Refused) as refused:
        actions.ask_merge(cast.olga, source=source, target=target, as_branch=False, reason=WHY)
    assert refused.value.code == code


def test_a_merged_one_is_merged_no_more_and_what_came_before_follows(cast, both):
    bakker, target, _order = both
    with scope(cast.system):
        first = actions.create_party(cast.system, number="10901", name="Eerste", kind="customer")
    merge(cast, first, bakker, as_branch=False)
    merge(cast, bakker, target, as_branch=False)
    with scope(cast.system):
        assert Party.objects.get(pk=first.pk).merged_into_id == target.pk
    for source, into in ((first, target), (target, first)):
        with scope(cast.olga), pytest.raises(Refused) as refused:
            actions.ask_merge(cast.olga, source=source, target=into, as_branch=False, reason=WHY)
        assert refused.value.code == "merge-merged"


def test_who_owns_whom_never_becomes_a_ring(cast, both):
    bakker, target, _order = both
    with scope(cast.system):
        middle = actions.create_party(cast.system, number="10902", name="Midden", kind="customer", parent=bakker)
        Party.objects.filter(pk=target.pk).update(parent=middle)
    with scope(cast.olga), pytest.raises(Refused) as refused:
        actions.ask_merge(cast.olga, source=bakker, target=target, as_branch=False, reason=WHY)
    assert refused.value.code == "merge-ring"
    with scope(cast.system):
        Party.objects.filter(pk=target.pk).update(parent=bakker)
    merge(cast, bakker, target, as_branch=False)
    with scope(cast.system):
        assert Party.objects.get(pk=target.pk).parent_id is None and Party.objects.get(pk=middle.pk).parent_id == target.pk


def test_people_of_both_are_told(cast, both):
    bakker, target, _order = both
    merge(cast, bakker, target)
    run_jobs()
    with scope(cast.system):
        told = sorted(Mail.objects.filter(kind__in=("parties.merged", "parties.grew")).values_list("to", "kind"))
    assert told == [("karin@bakker.example", "parties.merged"), ("nadia@peeters.example", "parties.merged"), ("noor@bouwnoord.example", "parties.grew"), ("sanne@bakker.example", "parties.merged"), ("youssef@bakker.example", "parties.merged")]


def test_what_came_over_is_read_in_the_log_and_nothing_else_of_before(cast, both, client_of):
    bakker, target, order = both
    with scope(cast.system):
        old = list(FactRow.objects.filter(party=bakker).order_by("pk"))
        others = FactRow.objects.filter(party__number="10077").count()
    was, browser = cast.sanne, client_of("sanne")
    of_order = [row.pk for row in old if row.subject == f"orders.order:{order.pk}"]
    came = {row.pk for row in old if row.subject.startswith(("orders.order:", "invoicing.invoice:"))}
    assert of_order and came and len(came) < len(old)
    merge(cast, bakker, target)
    with scope(cast.olga):
        assert any(item.party_number == "10042" for item in latest(cast.olga, Wanted(party_id=target.pk), limit=len(old) + 100))
    sanne = replace(was, party_id=target.pk)
    with scope(sanne):
        # Row security itself, with nothing asked: what happened to orders and invoices that are the target's now, not who logged in or was invited at Bakker.
        assert set(FactRow.objects.filter(party_id=bakker.pk).values_list("pk", flat=True)) == came
        assert {item.id for item in latest(sanne, Wanted(), limit=len(old) + 100)} >= came and {item.id for item in history(sanne, f"orders.order:{order.pk}")} >= set(of_order)
        with CaptureQueriesContext(connection) as asked:
            latest(sanne, Wanted(), limit=len(old))
        assert len(asked) == 2
        with pytest.raises(ProgrammingError, match="permission denied"):
            FactRow.objects.filter(pk=of_order[0]).update(text="")
    page = browser.get(f"/audit/?number={order.number}").content.decode()
    assert page.count(order.number) > 2 and "Sanne Bakker" in page
    assert "Sanne Bakker" in browser.get(f"/orders/{order.number}/").content.decode()
    with scope(cast.dirk), connection.cursor() as cursor:
        assert FactRow.objects.count() == others and not FactRow.objects.filter(pk__in=[row.pk for row in old]).exists() and history(cast.dirk, f"orders.order:{order.pk}") == []
        cursor.execute("SELECT ctx.owned(%s), ctx.owned('orders.order:0'), ctx.owned('accounts.user:1'), ctx.owned('x'), ctx.owned('orders.order:1; DROP TABLE x')", [f"orders.order:{order.pk}"])
        assert cursor.fetchone() == (False,) * 5
    with scope(cast.system):
        assert FactRow.objects.filter(party=bakker).count() >= len(old)


def test_a_file_of_what_came_over_can_be_verified(cast, both):
    bakker, target, _order = both
    was = cast.sanne
    merge(cast, bakker, target)
    jobs.run_now(jobs.jobs()["audit.link"], cast.system.portal_id, {})
    sanne = replace(was, party_id=target.pk)
    with scope(sanne):
        rows = sealed(sanne, FactRow.objects.filter(party_id=bakker.pk))
        assert rows and all(row["position"] for row in rows)
        assert Link.objects.filter(party_id=bakker.pk).count() == len(rows)


def test_what_was_being_written_meanwhile_follows(cast, both):
    bakker, target, _order = both
    done = merge(cast, bakker, target)
    with scope(cast.system):
        late = Cart.objects.create(portal_id=bakker.portal_id, party=bakker, user_id=7777, key="laat")
        assert actions.sweep_merge(cast.system, merge_id=done.pk) == 1
        assert Cart.objects.get(pk=late.pk).party_id == target.pk


# Attacks


def test_nobody_merges_without_the_right(cast, both):
    bakker, target, _order = both
    for who in ("peter", "fatima"):
        actor = getattr(cast, who)
        with scope(actor), pytest.raises(Forbidden):
            actions.ask_merge(actor, source=bakker, target=target, as_branch=False, reason=WHY)
    with scope(cast.sanne), pytest.raises(Forbidden):
        actions.ask_merge(cast.sanne, source=bakker, target=target, as_branch=False, reason=WHY)


def test_a_party_of_another_portal_is_not_there(cast, both):
    bakker, _target, _order = both
    with scope(cast.system_of_brand):
        foreign = Party.objects.get(number="50001")
    for source, target in ((bakker, foreign), (foreign, bakker)):
        with scope(cast.olga), pytest.raises(NotFound):
            actions.ask_merge(cast.olga, source=source, target=target, as_branch=False, reason=WHY)


def test_sessions_follow_no_caller(cast, both):
    """Who could call the function of the database alone moves nobody: no merge is being carried out."""
    bakker, target, _order = both
    from portiek.core.actor import Actor

    with scope(cast.system), connection.cursor() as cursor:
        Membership.objects.filter(party=bakker).update(party=target)
        cursor.execute("SELECT ctx.follow_sessions(%s, %s)", [bakker.pk, target.pk])
    gate = Actor.gate(cast.system.portal_id)
    with scope(gate):
        assert not Session.objects.filter(party=target).exists()


def test_a_party_cannot_read_who_was_merged(cast, both):
    bakker, target, _order = both
    merge(cast, bakker, target)
    with scope(cast.dirk):
        assert not Party.objects.filter(number="10042").exists()
        assert queries.former(cast.dirk, party=target) == []
    with pytest.raises(ProgrammingError, match="permission denied"), scope(cast.dirk):
        Merge.objects.count()


def test_the_plan_costs_the_same_however_much_there_is(cast, both):
    bakker, target, _order = both
    from portiek.core.merging import Deed

    with scope(cast.olga):
        queries.plan(cast.olga, Deed(bakker.pk, target.pk, as_branch=True))
        with CaptureQueriesContext(connection) as few:
            queries.plan(cast.olga, Deed(bakker.pk, target.pk, as_branch=True))
    with scope(cast.system):
        for number in range(20):
            actions.add_address(cast.system, party=bakker, street=f"Straat {number}", city="Zwolle")
            actions.add_unit(cast.system, party=bakker, name=f"Nieuw {number}")
    with scope(cast.olga), CaptureQueriesContext(connection) as many:
        found = queries.plan(cast.olga, Deed(bakker.pk, target.pk, as_branch=True))
    assert len(many) == len(few)
    assert {str(line.label): line.goes for line in found.lines}["Adressen"] > 20
