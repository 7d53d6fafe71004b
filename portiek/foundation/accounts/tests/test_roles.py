"""Roles: predefined ones, own ones below the ceiling, and that nobody comes to hold or give what he lacks (T14, T15)."""

import itertools
import os
import subprocess
import sys

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portiek.config.testing import copy_database, recorded
from portiek.core.actor import REACHES, Actor
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.permissions import known, on_behalf, rights
from portiek.foundation.accounts import actions, facts, queries, rules
from portiek.foundation.accounts.models import Ceiling, Membership, Role, User
from portiek.foundation.accounts.roles import MEANT_FOR, ROLES, WORDS
from portiek.foundation.parties.models import Party
from tests.architecture.forms import forms_of

ARCHETYPES = {"admin", "buyer", "junior", "approver", "finance", "service", "viewer", "person", "supplier-admin", "supplier-sales", "supplier-field", "supplier-service", "supplier-finance",
              "staff-admin", "staff-sales", "staff-field", "staff-service", "staff-finance"}


def role(code):
    return Role.objects.get(code=code)


def place_of(name, number="10042"):
    return Membership.objects.get(user__name=name, party__number=number)


def own_party(actor):
    return Party.objects.get(pk=actor.party_id)


def made_by(actor, *given, name="Werkvoorbereider", **options):
    return actions.make_role(actor, name=name, audience="party", owner=own_party(actor), rights=given or ["catalog.view", "order.view.own"], **options)


def test_the_archetypes_are_there_in_words_and_hold_registered_rights(cast):
    with scope(cast.system):
        assert set(Role.objects.values_list("code", flat=True)) == ARCHETYPES == set(ROLES) == set(WORDS) == set(MEANT_FOR)
    for code, item in ROLES.items():
        kept = [right for right in item.rights if known(right)]
        assert kept, code
        assert all(rights()[rules.base(right)].audience in (item.audience, "both") for right in kept), code


def test_the_list_says_what_each_may_and_how_many_have_it(client_of):
    page = client_of("sanne").get("/roles/").content.decode()
    for text in ("Inkoper met fiattering", "Service / monteur", "Fiatteur", "elke bestelling vraagt om fiattering", "Bestellen, Orders zien: van het hele bedrijf", "van de eigen vestiging"):
        assert text in page, text
    assert "Verkoop buitendienst" not in page and "order.place" not in page and "Binnendienst" not in page
    assert "Verkoop buitendienst" in client_of("olga").get("/roles/").content.decode()
    assert "Buitendienst" in client_of("olga").get("/roles/?for=staff").content.decode()


def test_an_own_role_is_made_as_a_copy_given_changed_and_removed(client_of, cast):
    sanne = client_of("sanne")
    with scope(cast.sanne):
        buyer, viewer = role("buyer"), role("viewer")
        youssef = place_of("Youssef El Amrani")
    page = sanne.get(f"/roles/new/?copy={buyer.pk}").content.decode()
    assert "Kopie van Inkoper" in page and "portal.manage" not in page
    form = {"name": "Werkvoorbereider", "rights0": ["catalog.view"], "rights2": ["cart.edit", "order.place"], "reach-order.view": "order.view.own", "order_limit": "250"}
    assert sanne.post("/roles/new/", form).status_code == 302
    with scope(cast.sanne):
        made = Role.objects.get(name="Werkvoorbereider")
        assert (made.rights, made.owner_id, made.order_limit) == (["cart.edit", "catalog.view", "order.place", "order.view.own"], cast.sanne.party_id, 250)
        assert facts.RoleMade(role_id=made.pk) in recorded()
    assert sanne.post(f"/colleagues/{youssef.pk}/", {"role": made.pk, "order_limit": ""}).status_code == 302
    assert (cast.youssef.rights, cast.youssef.order_limit) == ({"cart.edit", "catalog.view", "order.place", "order.view.own"}, 250)
    assert sanne.post(f"/roles/{made.pk}/change/", {**form, "rights2": ["cart.edit"], "reach-order.view": ""}).status_code == 302
    assert cast.youssef.rights == {"cart.edit", "catalog.view"}
    assert "Youssef El Amrani" in sanne.get(f"/roles/{made.pk}/").content.decode()
    assert sanne.post(f"/roles/{made.pk}/remove/", {}).status_code == 422
    assert sanne.post(f"/roles/{made.pk}/remove/", {"instead": viewer.pk}).status_code == 302
    assert sanne.get(f"/roles/{made.pk}/").status_code == 404
    with scope(cast.sanne):
        assert place_of("Youssef El Amrani").role.code == "viewer"
        assert facts.RoleRemoved(role_id=made.pk, instead=viewer.pk) in recorded()
        assert facts.RoleChanged(role_id=made.pk, given="", taken="order.place order.view.own") in recorded()
    log = sanne.get("/audit/").content.decode()
    assert "heeft de rol Werkvoorbereider gemaakt" in log


def test_a_role_that_comes_with_the_portal_is_nobodys_to_change(client_of, cast):
    for who, actor in (("sanne", cast.sanne), ("olga", cast.olga)):
        with scope(actor):
            buyer = role("buyer")
            with pytest.raises(Refused, match="role-predefined"):
                actions.change_role(actor, role=buyer, name="x", rights=["catalog.view"])
            with pytest.raises(Refused, match="role-predefined"):
                actions.remove_role(actor, role=buyer, instead=role("viewer"))
        assert client_of(who).post(f"/roles/{buyer.pk}/change/", {"name": "x"}).status_code == 422
        assert client_of(who).get(f"/roles/{buyer.pk}/remove/").status_code == 422


@pytest.mark.parametrize("wanted", ["portal.manage", "party.view", "order.view", "catalog.manage", "does.not", "", "order.view.galaxy", "audit.view.company"])
def test_a_role_beyond_one_s_own_rights_or_of_unknown_ones_is_refused(client_of, cast, wanted):
    with scope(cast.sanne):
        for given in ([wanted], ["catalog.view", wanted]):
            with pytest.raises(Refused, match=r"role-(unknown-right|beyond)"):
                made_by(cast.sanne, *given)
    assert client_of("sanne").post("/roles/new/", {"name": "Meer", "rights0": ["catalog.view", wanted]}).status_code == 422
    with scope(cast.sanne):
        assert not Role.objects.filter(owner_id=cast.sanne.party_id).exists()


def test_no_right_at_all_is_no_role(cast):
    with scope(cast.sanne), pytest.raises(Refused, match="role-empty"):
        actions.make_role(cast.sanne, name="Leeg", audience="party", owner=own_party(cast.sanne), rights=[])


def test_who_has_less_neither_makes_more_nor_changes_what_is_more(cast):
    """An administrator of a role of his own: manages people and roles, but sees no invoices and only his own orders."""
    with scope(cast.sanne):
        small = made_by(cast.sanne, "user.manage", "role.manage", "catalog.view", "order.view.own", "order.place", name="Teamleider", order_limit=1000)
        big = made_by(cast.sanne, "invoice.view", "catalog.view", name="Boekhouder")
        actions.change_membership(cast.sanne, membership=place_of("Youssef El Amrani"), role=small, order_limit=1000)
    youssef = cast.youssef
    with scope(youssef):
        for given in (["invoice.view"], ["order.view.company"], ["order.view.unit"]):
            with pytest.raises(Refused, match="role-beyond"):
                made_by(youssef, *given, name="Meer")
            with pytest.raises(Refused, match="role-beyond"):
                actions.change_role(youssef, role=small, name="Teamleider", rights=[*small.rights, *given], order_limit=1000)
        with pytest.raises(Refused, match="limit-beyond"):
            made_by(youssef, "order.place", name="Ruimer", order_limit=None)
        with pytest.raises(Refused, match="limit-beyond"):
            actions.change_role(youssef, role=small, name="Teamleider", rights=small.rights, order_limit=1001)
        with pytest.raises(Refused, match="role-above"):
            actions.change_role(youssef, role=big, name="Boekhouder", rights=["catalog.view"])
        with pytest.raises(Refused, match="role-above"):
            actions.remove_role(youssef, role=big)
        with pytest.raises(Refused, match="role-beyond"):
            actions.remove_role(youssef, role=made_by(youssef, "catalog.view", name="Kijker"), instead=big)
        with pytest.raises(Refused, match="role-beyond"):
            actions.invite(youssef, email="iemand@bakker.example", name="Iemand", role=big, party=own_party(youssef), order_limit=10)
        with pytest.raises(Refused, match="member-above"):  # a buyer sees the orders of the whole company, he does not
            actions.change_membership(youssef, membership=place_of("Nadia Peeters"), role=small, order_limit=10)


def test_another_company_s_role_does_not_exist(client_of, cast):
    with scope(cast.sanne):
        made, viewer = made_by(cast.sanne), role("viewer")
    for who in ("dirk", "nadia2"):
        client = client_of(who)
        for method, path in (("get", ""), ("get", "change/"), ("post", "change/"), ("get", "remove/"), ("post", "remove/")):
            assert getattr(client, method)(f"/roles/{made.pk}/{path}").status_code == 404, (who, path)
        assert client.get(f"/roles/new/?copy={made.pk}").status_code == 404
        assert "Werkvoorbereider" not in client.get("/roles/").content.decode()
    assert client_of("dirk").get("/roles/ceiling/").status_code == client_of("dirk").get("/roles/ceiling/of/10042/").status_code == 404
    with scope(cast.dirk):
        assert not Role.objects.filter(pk=made.pk).exists()
        with pytest.raises(NotFound):
            actions.change_role(cast.dirk, role=made, name="x", rights=["catalog.view"])
        with pytest.raises(NotFound):
            actions.remove_role(cast.dirk, role=made, instead=viewer)
        with pytest.raises(NotFound):
            actions.make_role(cast.dirk, name="x", audience="party", rights=["catalog.view"], owner=made.owner)
        for audience in ("party", "staff"):
            with pytest.raises(NotFound):
                actions.make_role(cast.dirk, name="x", audience=audience, rights=["catalog.view"])
        with pytest.raises(NotFound):
            actions.set_ceiling(cast.dirk, withheld=["catalog.view"])
    with scope(cast.peter), pytest.raises(NotFound):
        actions.change_membership(cast.peter, membership=place_of("Dirk de Vries", "10077"), role=made)


def test_a_place_with_a_role_of_another_company_gives_nothing(cast):
    """Whatever wrote it: the question at the gate counts only roles of the portal and of this company."""
    with scope(cast.sanne):
        made = made_by(cast.sanne, "invoice.view")
    with scope(cast.system):
        row = Membership.objects.get(user__name="Mark Visser")
        row.role = made
        row.save(update_fields=["role"])
    with pytest.raises(TypeError):
        assert cast.mark  # nobody: the gate finds no place of his


def test_somebody_always_manages_people_also_after_a_role_changes(cast):
    with scope(cast.sanne):
        mine = made_by(cast.sanne, "user.manage", "role.manage", "catalog.view", name="Hoofd")
        actions.change_membership(cast.sanne, membership=place_of("Karin Bakker"), role=mine)
    with scope(cast.system):
        Membership.objects.filter(pk=place_of("Sanne Bakker").pk).update(role=mine)
    for actor in (cast.sanne, cast.olga):
        with scope(actor):
            with pytest.raises(Refused, match="last-manager"):
                actions.change_role(actor, role=mine, name="Hoofd", rights=["role.manage", "catalog.view"])
            with pytest.raises(Refused, match="last-manager"):
                actions.remove_role(actor, role=mine, instead=made_by(actor, "catalog.view", name="Kijker") if actor.party_id else role("viewer"))
    with scope(cast.olga):
        actions.change_membership(cast.olga, membership=place_of("Karin Bakker"), role=role("admin"))
        actions.change_role(cast.olga, role=mine, name="Hoofd", rights=["role.manage", "catalog.view"])


def test_the_last_of_the_staff_is_protected_too(cast):
    with scope(cast.olga):
        mine = actions.make_role(cast.olga, name="Directie", audience="staff", rights=["user.manage", "role.manage"])
    with scope(cast.system):
        Membership.objects.filter(party=None).update(role=mine)
    olga = cast.olga
    with scope(olga), pytest.raises(Refused, match="last-manager"):
        actions.change_role(olga, role=mine, name="Directie", rights=["role.manage"])


@pytest.mark.parametrize("level", ["", "customer", "10042"])
def test_the_ceiling_holds_at_once_for_people_and_keys(client_of, cast, machine_of, level):
    sanne, machine = client_of("sanne"), machine_of(cast.sanne, "order.view.company", "catalog.view")
    assert sanne.get("/invoices/").status_code == sanne.get("/orders/").status_code == machine.get("/orders").status_code == 200
    kept = {"invoice.view", "order.view"}
    path = "/roles/ceiling/of/10042/" if level == "10042" else f"/roles/ceiling/{level or 'all'}/"
    olga = client_of("olga")
    page = olga.get(path).content.decode()
    boxes = forms_of(page.encode())[-1].fields
    form = {name: [code for code in field.options if code not in kept] for name, field in boxes.items() if name.startswith("may")}
    assert olga.post(path, form).status_code == 302
    assert sanne.get("/invoices/").status_code == sanne.get("/orders/").status_code == machine.get("/orders").status_code == 404
    assert not {"invoice.view", "order.view.company"} & cast.sanne.rights and "invoice.download" in cast.sanne.rights
    assert ("order.view.company" in cast.dirk.rights) == (level != "")
    assert "invoice.view" in cast.peter.rights
    with scope(cast.sanne):
        with pytest.raises(Refused, match="role-above-ceiling"):
            made_by(cast.sanne, "invoice.view")
        assert "invoice.view" not in queries.offered(cast.sanne, "party", party=own_party(cast.sanne))
    with scope(cast.olga), pytest.raises(Refused, match="role-above-ceiling"):
        made_by_staff(cast.olga, "invoice.view")
    assert "Facturen" in sanne.get(f"/roles/{_pk(cast, 'admin')}/").content.decode()


def made_by_staff(actor, *given):
    return actions.make_role(actor, name="Van ons", audience="party", owner=Party.objects.get(number="10042"), rights=given)


def _pk(cast, code):
    with scope(cast.system):
        return role(code).pk


def test_people_management_cannot_be_withheld_and_only_staff_set_a_ceiling(client_of, cast):
    with scope(cast.olga):
        for wanted, problem in (("user.manage", "ceiling-people"), ("connector.view", "role-unknown-right"), ("no.right", "role-unknown-right")):
            with pytest.raises(Refused, match=problem):
                actions.set_ceiling(cast.olga, withheld=[wanted])
    with scope(cast.peter), pytest.raises(Forbidden):
        actions.set_ceiling(cast.peter, withheld=["invoice.view"])
    assert client_of("olga").get("/roles/ceiling/nothing/").status_code == 404
    with scope(cast.olga):
        actions.set_ceiling(cast.olga, kind="dealer", withheld=["order.approve"])
        actions.set_ceiling(cast.olga, kind="dealer", withheld=[])
        assert not Ceiling.objects.exists()
        assert facts.CeilingChanged(kind="dealer", withheld="order.approve") in recorded()


def test_who_is_told_holds_the_right_below_the_ceiling(cast):
    with scope(cast.olga):
        before = set(queries.holders(cast.olga, "order.approve", party_id=cast.sanne.party_id).values_list("user__name", flat=True))
        actions.set_ceiling(cast.olga, kind="customer", withheld=["order.approve"])
        assert before and not queries.holders(cast.olga, "order.approve", party_id=cast.sanne.party_id).exists()
        assert queries.holders(cast.olga, "order.approve", party_id=cast.dirk.party_id).exists()


def test_role_against_role(cast):
    """T15: with each role, each other role can be given, copied and changed exactly when it holds nothing more."""
    with scope(cast.system):
        found = {item.code: item for item in Role.objects.all()}
    for giver, given in itertools.product(found.values(), found.values()):
        audience = giver.audience
        expected = given.audience == audience and all(_covers(giver.rights, right) for right in given.rights)
        assert (rules.why_not_grant(given.rights, given.audience, giver.rights, audience) is None) == expected, (giver.code, given.code)
    youssef = cast.youssef
    for giver, given in itertools.product([item for item in found.values() if item.audience == "party"], repeat=2):
        actor = Actor(**{**{name: getattr(youssef, name) for name in youssef.__dataclass_fields__}, "rights": frozenset({*giver.rights, "role.manage"}), "order_limit": None})
        expected = all(_covers({*giver.rights, "role.manage"}, right) for right in given.rights)
        with scope(actor):
            try:
                actions.make_role(actor, name=f"{giver.code} {given.code}", audience="party", owner=own_party(actor), rights=given.rights)
                allowed = True
            except Refused as refused:
                assert refused.code == "role-beyond"
                allowed = False
        assert allowed == expected, (giver.code, given.code)


def _covers(held, right):
    """Said anew here, by enumeration and not as the house says it."""
    for code in ("order.view", "quote.view", "budget.view"):
        if right.startswith(code + "."):
            wide = {"own": ["own", "unit", "company"], "unit": ["unit", "company"], "company": ["company"]}[right.rpartition(".")[2]]
            return code in held or any(f"{code}.{reach}" in held for reach in wide)
    return right in held


def test_nothing_is_granted_by_default():
    """T14: no rights, unknown rights and odd ones give nothing; each one that is held gives itself alone."""
    def actor(*given, kind="party"):
        return Actor(portal_id=1, kind=kind, party_id=1 if kind == "party" else None, rights=frozenset(given))

    codes = [*rights(), "", "order", "order.", ".view", "*", "order.*", "order.view.galaxy", "ORDER.VIEW", "order.view.company.own"]
    for kind in ("party", "staff", "auth"):
        for asked in codes:
            assert not actor(kind=kind).may(asked), (kind, asked)
            assert actor(kind=kind).reach(asked) is None
            for held in rights():
                assert actor(held, kind=kind).may(asked) == (asked == held), (held, asked)
    for reach in REACHES:
        assert actor(f"order.view.{reach}").may("order.view") and actor(f"order.view.{reach}").reach("order.view") == reach
        assert not actor(f"order.view.{reach}").may("order.view2") and not actor(f"order.viewx.{reach}").may("order.view")
    assert rules.why_not_rights([], known=["a"], withheld=[], held=["a"]) == "role-empty"
    assert rules.why_not_rights(["a"], known=[], withheld=[], held=None) == "role-unknown-right"
    assert rules.why_not_rights(["a"], known=["a"], withheld=["a"], held=None) == "role-above-ceiling"
    assert rules.why_not_rights(["a"], known=["a"], withheld=[], held=[]) == "role-beyond"
    assert on_behalf(["order.approve", "user.manage", "apikey.manage", "role.manage", "unknown.right", "order.place"]) == {"order.place"}


MUTANTS = {
    "everything": lambda actor, right: True,
    "whoever holds anything": lambda actor, right: bool(actor.rights),
    "nothing lacking in nothing": lambda actor, right: all(code in actor.rights for code in ()),
    "the beginning": lambda actor, right: any(code.startswith(right.partition(".")[0]) for code in actor.rights),
    "the other way round": lambda actor, right: any(right.startswith(code) for code in actor.rights),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_planted_weakness_of_the_permission_function_would_be_found(monkeypatch, mutant):
    monkeypatch.setattr(Actor, "may", MUTANTS[mutant])
    with pytest.raises(AssertionError):
        test_nothing_is_granted_by_default()


def test_five_hundred_roles_and_two_thousand_people_cost_no_statement_more(client_of, cast):
    def statements(who, path):
        client = client_of(who)
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            answer = client.get(path)
        assert answer.status_code == 200
        return len(caught)

    paths = ["/", "/roles/", "/colleagues/", "/colleagues/?q=medewerker", "/orders/"]
    before = [statements("sanne", path) for path in paths]
    with scope(cast.system):
        party = Party.objects.get(number="10042")
        made = Role.objects.bulk_create([Role(portal_id=cast.system.portal_id, owner=party, code=f"eigen-{number}", name=f"Eigen rol {number:03}", audience="party", rights=["catalog.view", "order.view.own"])
                                         for number in range(500)])
        people = User.objects.bulk_create([User(portal_id=cast.system.portal_id, email=f"m{number}@bakker.example", name=f"Medewerker {number:04}") for number in range(2000)])
        Membership.objects.bulk_create([Membership(portal_id=cast.system.portal_id, party=party, user=user, role=made[number % 500]) for number, user in enumerate(people)])
        sanne = User.objects.get(name="Sanne Bakker")
        Membership.objects.bulk_create([Membership(portal_id=cast.system.portal_id, party=party, user=sanne, role=item) for item in made])
    assert [statements("sanne", path) for path in paths] == before
    sanne = client_of("sanne")
    first = sanne.get("/colleagues/?q=medewerker").content.decode()
    assert first.count("Medewerker 0") == 25 and "after=" in first
    assert "Medewerker 1999" in sanne.get("/colleagues/?q=1999").content.decode()
    with scope(cast.sanne), pytest.raises(Refused, match="role-many"):
        made_by(cast.sanne)


TWO_ADMINISTRATORS = """
from concurrent.futures import ThreadPoolExecutor
from portiek.config.cli import setup
setup()
from django.db import connection
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import Refused
from portiek.foundation.accounts import actions, permissions, queries
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.accounts.models import Membership, Role
from portiek.foundation.parties.models import Party
sanne, olga, system = Cast().sanne, Cast().olga, Actor.system(Cast().sanne.portal_id)
with scope(system):
    party = Party.objects.get(number="10042")
    mine = actions.make_role(system, name="Hoofd", audience="party", owner=party, rights=["user.manage", "role.manage", "catalog.view"])
    Membership.objects.filter(party=party).update(role=mine)
    places = list(Membership.objects.filter(party=party).exclude(user_id=sanne.user_id).order_by("pk"))
    plain = Role.objects.get(code="viewer")
def end(place):
    actions.end_membership(sanne, membership=place)
def demote(place):
    actions.change_membership(sanne, membership=place, role=plain)
def narrow(_):
    actions.change_role(sanne, role=mine, name="Hoofd", rights=["role.manage", "catalog.view"])
def remove(_):
    actions.remove_role(sanne, role=mine, instead=plain)
def shut(_):
    with_olga = Membership.objects.get(user_id=sanne.user_id, party=party)
    actions.end_membership(olga, membership=with_olga)
def attempt(item):
    run, place, actor = item
    try:
        with scope(actor):
            run(place)
        return "done"
    except Refused as refused:
        return refused.code
    finally:
        connection.close()
tries = [(narrow, None, sanne), (remove, None, sanne), (shut, None, olga)] * 4 + [(run, place, sanne) for place in places for run in (end, demote)]
with ThreadPoolExecutor(12) as pool:
    answers = list(pool.map(attempt, tries))
with scope(system):
    print(queries.holders(system, permissions.USER_MANAGE, party_id=party.pk).count(), sorted(set(answers)), flush=True)
"""


@pytest.mark.no_database
def test_many_changes_at_one_moment_leave_somebody_who_manages_people():
    url = copy_database("portiek_managers")
    done = subprocess.run([sys.executable, "-c", TWO_ADMINISTRATORS], env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout.split()[0]) >= 1 and "last-manager" in done.stdout, done.stdout
