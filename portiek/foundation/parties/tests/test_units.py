"""The tree of a party: made, moved, ended, and never a loop."""

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from portiek.config.testing import recorded
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.foundation.parties import actions, facts, queries, rules
from portiek.foundation.parties.models import Address, Party, Unit


def unit(name):
    return Unit.objects.get(name=name)


def names(actor, **how):
    return [row.name for row in queries.units(actor, party=queries.own_party(actor), **how)]


@pytest.mark.parametrize(("own", "above", "height", "ended", "why"), [
    (None, (), 1, False, None), (5, (1, 2), 1, False, None), (5, (1, 5), 1, False, "unit-loop"), (5, (5,), 1, False, "unit-loop"), (5, (1, 2, 3, 4, 6), 1, False, None),
    (5, (1, 2, 3, 4, 6), 2, False, "unit-too-deep"), (None, (1, 2, 3, 4, 5, 6), 1, False, "unit-too-deep"), (None, (1,), 1, True, "unit-over"),
])
def test_where_a_unit_may_stand(own, above, height, ended, why):
    assert rules.why_not_under(own, above, height=height, ended=ended) == why


def test_the_tree_is_read_from_the_top_down_by_name():
    top = rules.place_of("", "Zwolle", 7)
    rows = {"Zwolle": top, "Zwolle Noord": rules.place_of("", "Zwolle Noord", 3), "in Zwolle": rules.place_of(top, "Åfbouw", 9), "zwolle, another": rules.place_of("", "zwolle", 12),
            "Éde": rules.place_of("", "Éde", 1), "Faan": rules.place_of("", "Faan", 2)}
    assert sorted(rows, key=rows.get) == ["Éde", "Faan", "zwolle, another", "Zwolle", "in Zwolle", "Zwolle Noord"]


def test_an_administrator_divides_his_company(client_of, cast):
    sanne = client_of("sanne")
    page = sanne.get("/parties/mine/units/").content.decode()
    assert "Nieuwbouw Havenkwartier" in page and 'data-level="1"' in page
    with scope(cast.sanne):
        kampen = unit("Kampen")
        delivery = Address.objects.get(label="Kampen").pk
    answer = sanne.post("/parties/mine/units/new/", {"name": "Magazijn", "kind": "department", "parent": kampen.pk, "code": "M1", "branch_number": "0000 1234 5678", "delivery_address": delivery})
    assert answer.headers["Location"] == "/parties/mine/units/"
    with scope(cast.sanne):
        made = unit("Magazijn")
        assert (made.path, made.branch_number, made.delivery_address_id, made.kind) == ([kampen.pk, made.pk], "000012345678", delivery, "department")
        assert names(cast.sanne)[:5] == ["Deventer", "Kampen", "Magazijn", "Nieuwbouw Havenkwartier", "Zwolle"]
        assert facts.UnitAdded(unit_id=made.pk) in recorded()
    assert "Magazijn" in sanne.get("/parties/mine/units/?q=maga").content.decode()
    assert "part of Kampen" in sanne.get("/parties/mine/units/?q=M1", headers={"accept-language": "en"}).content.decode() or "onderdeel van Kampen" in sanne.get("/parties/mine/units/?q=M1").content.decode()
    assert "Magazijn" in client_of("peter").get("/parties/10042/units/").content.decode()


def test_what_was_typed_wrong_is_said(client_of):
    answer = client_of("sanne").post("/parties/mine/units/new/", {"name": "Zwolle", "kind": "branch", "branch_number": "123"})
    assert answer.status_code == 422
    assert client_of("sanne").post("/parties/mine/units/new/", {"name": "Zwolle", "kind": "branch"}).status_code == 422
    assert client_of("sanne").post("/parties/mine/units/new/", {"name": "Zwolle", "kind": "planet"}).status_code == 422


def test_a_unit_moves_with_all_below_it(client_of, cast):
    with scope(cast.sanne):
        zwolle, kampen, project = unit("Zwolle"), unit("Kampen"), unit("Nieuwbouw Havenkwartier")
        earlier = len(recorded())
    sanne = client_of("sanne")
    assert sanne.post(f"/parties/mine/units/{kampen.pk}/", {"name": "Kampen Haven", "kind": "branch", "parent": zwolle.pk}).status_code == 302
    with scope(cast.sanne):
        project.refresh_from_db()
        assert project.path == [zwolle.pk, kampen.pk, project.pk]
        assert names(cast.sanne) == ["Deventer", "Zwolle", "Inkoop", "Kampen Haven", "Nieuwbouw Havenkwartier", "Verbouwing Sassenpoort", "Werkplaats"]
        assert recorded()[earlier:] == [facts.UnitChanged(unit_id=kampen.pk), facts.UnitMoved(unit_id=kampen.pk, from_id=None, to_id=zwolle.pk)]
        assert set(queries.units_within(cast.sanne, zwolle.pk).values_list("name", flat=True)) == {"Zwolle", "Inkoop", "Werkplaats", "Verbouwing Sassenpoort", "Kampen Haven", "Nieuwbouw Havenkwartier"}
        with pytest.raises(Refused) as refused:
            actions.change_unit(cast.sanne, unit=zwolle, parent=project, values={})
        assert refused.value.code == "unit-loop"
    # A place below itself is not among the choices either.
    assert sanne.post(f"/parties/mine/units/{zwolle.pk}/", {"name": "Zwolle", "kind": "branch", "parent": project.pk}).status_code == 422


def test_six_levels_and_no_more(cast):
    with scope(cast.sanne):
        party, above = queries.own_party(cast.sanne), unit("Zwolle")
        for level in range(2, 7):
            above = actions.add_unit(cast.sanne, party=party, name=f"Niveau {level}", parent=above)
        with pytest.raises(Refused) as refused:
            actions.add_unit(cast.sanne, party=party, name="Te diep", parent=above)
        assert refused.value.code == "unit-too-deep"
        # Neither by moving a tall one under another.
        with pytest.raises(Refused) as refused:
            actions.change_unit(cast.sanne, unit=unit("Zwolle"), parent=unit("Kampen"), values={})
        assert refused.value.code == "unit-too-deep"


def test_the_end_of_a_unit_and_its_return(client_of, cast):
    with scope(cast.sanne):
        kampen, project = unit("Kampen"), unit("Nieuwbouw Havenkwartier")
    sanne = client_of("sanne")
    assert sanne.get(f"/parties/mine/units/{kampen.pk}/end/").status_code == 200
    assert sanne.post(f"/parties/mine/units/{kampen.pk}/end/").status_code == 302
    with scope(cast.sanne):
        assert not Unit.objects.filter(pk__in=[kampen.pk, project.pk], is_active=True).exists()
        assert "Kampen" not in names(cast.sanne) and "Kampen" in names(cast.sanne, ended=True)
        with pytest.raises(Refused):
            actions.add_unit(cast.sanne, party=queries.own_party(cast.sanne), name="Nieuw", parent=kampen)
    assert sanne.post(f"/parties/mine/units/{project.pk}/restore/").status_code == 422
    assert sanne.post(f"/parties/mine/units/{kampen.pk}/restore/").status_code == 302
    assert sanne.post(f"/parties/mine/units/{project.pk}/restore/").status_code == 302
    with scope(cast.sanne):
        assert "Nieuwbouw Havenkwartier" in names(cast.sanne)


@pytest.mark.parametrize("path", ["", "end/", "restore/"])
def test_another_company_gets_404(client_of, cast, path):
    with scope(cast.sanne):
        key = unit("Zwolle").pk
    for who in ("dirk", "nadia2", "otto"):
        assert client_of(who).post(f"/parties/mine/units/{key}/{path}", {"name": "x", "kind": "branch"}).status_code == 404, who
        assert client_of(who).post(f"/parties/10042/units/{key}/{path}", {"name": "x", "kind": "branch"}).status_code == 404, who
    # Nor under the number of another party of the same portal.
    assert client_of("peter").post(f"/parties/10077/units/{key}/{path}", {"name": "x", "kind": "branch"}).status_code == 404
    assert client_of("youssef").post(f"/parties/mine/units/{key}/{path}", {"name": "x", "kind": "branch"}).status_code == 403


def test_the_actions_hold_what_the_pages_hold(cast):
    with scope(cast.sanne):
        zwolle, bakker = unit("Zwolle"), queries.own_party(cast.sanne)
        address = Address.objects.filter(party=bakker).first()
    with scope(cast.dirk):
        own = queries.own_party(cast.dirk)
        for attack in (lambda: actions.add_unit(cast.dirk, party=bakker, name="x"), lambda: actions.add_unit(cast.dirk, party=own, name="x", parent=zwolle), lambda: actions.end_unit(cast.dirk, unit=zwolle),
                       lambda: actions.change_unit(cast.dirk, unit=zwolle, parent=None, values={"name": "x"}), lambda: actions.restore_unit(cast.dirk, unit=zwolle),
                       lambda: actions.add_unit(cast.dirk, party=own, name="x", delivery_address=address)):
            with pytest.raises(NotFound):
                attack()
        # The database holds it without the action too: a unit of one party under that of another.
        with pytest.raises(IntegrityError), transaction.atomic():
            Unit.objects.create(portal_id=cast.dirk.portal_id, party=own, name="x", parent_id=zwolle.pk)
        assert not Unit.objects.filter(pk=zwolle.pk).exists()
    with scope(cast.youssef), pytest.raises(Forbidden):
        actions.add_unit(cast.youssef, party=bakker, name="x")


def test_the_list_costs_the_same_however_large_the_tree(client_of, cast):
    sanne = client_of("sanne")
    sanne.get("/parties/mine/units/")
    with CaptureQueriesContext(connection) as few:
        sanne.get("/parties/mine/units/")
    with scope(cast.sanne):
        party, top = queries.own_party(cast.sanne), unit("Zwolle")
        for number in range(40):
            actions.add_unit(cast.sanne, party=party, name=f"Project {number}", kind="project", parent=top)
    with CaptureQueriesContext(connection) as many:
        assert "Project 39" in sanne.get("/parties/mine/units/").content.decode()
    assert len(many) == len(few)


def test_a_company_is_owned_without_a_ring(client_of, cast):
    peter = client_of("peter")
    with scope(cast.peter):
        actions.create_party(cast.peter, number="7001", name="Bakker Holding", kind="customer")
        actions.create_party(cast.peter, number="7002", name="Bakker Top", kind="customer")
    form = {"number": "7001", "name": "Bakker Holding", "kind": "customer", "language": "nl", "payment_days": "30", "parent": "7002"}
    assert peter.post("/parties/7001/change/", form).status_code == 302
    assert "Bakker Top" in peter.get("/parties/7001/").content.decode() and "Bakker Holding" in peter.get("/parties/7002/").content.decode()
    for owner in ("7001", "7002", "99999"):
        assert peter.post("/parties/7002/change/", {**form, "number": "7002", "name": "Bakker Top", "parent": "7001" if owner == "7002" else owner}).status_code == 422
    with scope(cast.peter):
        assert Party.objects.get(number="7002").parent_id is None
        assert Party.objects.get(number="7001").parent.number == "7002"
    # Owning shows nothing: who works for the owner sees its own company alone.
    with scope(cast.sanne):
        assert Party.objects.count() == 1 and not queries.children(cast.sanne, party=queries.own_party(cast.sanne)).exists()


def test_a_tree_that_is_held_stays_as_the_database_has_it(cast):
    with scope(cast.sanne):
        party = queries.own_party(cast.sanne)
        with CaptureQueriesContext(connection) as asked:
            tree = actions.hold_tree(cast.sanne, party=party)
            hall = actions.add_unit(cast.sanne, party=party, name="Hal", parent=unit("Kampen"), tree=tree)
            rack = actions.add_unit(cast.sanne, party=party, name="Stelling", parent=hall, tree=tree)
            with pytest.raises(Refused, match="unit-taken"):
                actions.change_unit(cast.sanne, unit=rack, parent=None, values={"name": "Zwolle"}, tree=tree)
            with pytest.raises(Refused, match="unit-loop"):
                actions.change_unit(cast.sanne, unit=hall, parent=rack, values={}, tree=tree)
            actions.change_unit(cast.sanne, unit=hall, parent=unit("Zwolle"), values={"name": "Hal 2"}, tree=tree)
        assert sum("FOR UPDATE" in item["sql"] for item in asked.captured_queries) == 1
        kept = {row.pk: (row.name, row.parent_id, row.path, row.place) for row in Unit.objects.filter(party=party)}
        assert {row.pk: (row.name, row.parent_id, row.path, row.place) for row in tree.rows.values()} == kept
        assert kept[rack.pk][2] == [unit("Zwolle").pk, hall.pk, rack.pk]


def test_a_tree_of_another_company_is_not_held(cast):
    with scope(cast.peter):
        bakker, devries = Party.objects.get(number="10042"), Party.objects.get(number="10077")
        with pytest.raises(NotFound):
            actions.add_unit(cast.peter, party=devries, name="X", tree=actions.hold_tree(cast.peter, party=bakker))
    with scope(cast.sanne), pytest.raises(NotFound):
        actions.hold_tree(cast.sanne, party=devries)
