"""Picks: one role out of five hundred, one colleague out of two thousand, searched on the server, with and without JavaScript; never more than one may give."""

import dataclasses

from django.db import connection
from django.test.utils import CaptureQueriesContext

from portiek.core.db import scope
from portiek.foundation.accounts import choosing, queries
from portiek.foundation.accounts.models import Invitation, Membership, Role, User
from portiek.foundation.parties.models import Party
from portiek.foundation.tasks import actions as tasks
from portiek.ui import fields


def five_hundred(cast):
    """Give Bakker 500 roles of its own."""
    with scope(cast.system):
        return Role.objects.bulk_create([Role(portal_id=cast.system.portal_id, owner_id=cast.sanne.party_id, code=f"many-{n}", name=f"Functie {n:03}", audience="party", rights=["catalog.view"]) for n in range(500)])


def many_people(cast, number):
    with scope(cast.system):
        role = Role.objects.get(code="buyer")
        people = User.objects.bulk_create([User(portal_id=cast.system.portal_id, email=f"n{n}@bakker.example", name=f"Collega {n:04}") for n in range(number)])
        Membership.objects.bulk_create([Membership(portal_id=cast.system.portal_id, party_id=cast.sanne.party_id, user=user, role=role) for user in people])
    return people


def test_a_role_out_of_five_hundred(cast, client_of):
    client = client_of("sanne")
    with CaptureQueriesContext(connection) as few:
        client.get("/colleagues/invite/")
    made = five_hundred(cast)
    with CaptureQueriesContext(connection) as many:
        page = client.get("/colleagues/invite/").content.decode()
    assert len(many) == len(few)
    assert page.count('name="role"') == fields.SHOWN and "Functie 499" not in page
    sent = {"name": "Ada Nieuw", "email": "ada@bakker.example", "unit": "", "period": "month", "role_found": ""}
    found = client.post("/colleagues/invite/", {**sent, "role_find": "functie 49", "look": "role"})
    text = found.content.decode()
    assert found.status_code == 200 and text.count('name="role"') == 10 and "Functie 499" in text and 'value="Ada Nieuw"' in text and "summary-errors" not in text
    assert "Inkoper" in client.post("/colleagues/invite/", {**sent, "role_find": "inkop", "look": "role"}).content.decode(), "by the name that is read"
    with scope(cast.sanne):
        assert not Invitation.objects.filter(email="ada@bakker.example").exists(), "a search sends nothing"
    assert client.post("/colleagues/invite/", {**sent, "role": str(made[499].pk), "role_find": "functie 499", "role_found": "functie 499"}).status_code == 302
    with scope(cast.sanne):
        assert Invitation.objects.get(email="ada@bakker.example").role_id == made[499].pk


def test_the_pick_gives_no_more_than_one_may(cast, client_of):
    """A role with more than the giver holds, of another company or of the staff is neither shown, found nor taken; the list that spreadsheets use says the same."""
    with scope(cast.system):
        more = Role.objects.create(portal_id=cast.system.portal_id, owner_id=cast.sanne.party_id, code="more", name="Alles", audience="party", rights=["invoice.view", "order.view.company"])
        less = Role.objects.create(portal_id=cast.system.portal_id, owner_id=cast.sanne.party_id, code="less", name="Minder", audience="party", rights=["order.view.own"])
        theirs = Role.objects.create(portal_id=cast.system.portal_id, owner_id=cast.dirk.party_id, code="theirs", name="Van hen", audience="party", rights=["catalog.view"])
        staff = Role.objects.get(code="staff-admin")
    small = dataclasses.replace(cast.sanne, rights=frozenset({"user.manage", "order.view.unit"}))
    with scope(small):
        pick = choosing.roles(small, party_id=small.party_id)
        shown = {value for value, _label, _hint in pick.find("", 99)}
        assert str(less.pk) in shown and pick.row(str(less.pk)) == less
        for role in (more, theirs, staff):
            assert str(role.pk) not in shown and pick.one(str(role.pk)) is None and pick.row(str(role.pk)) is None, role.name
        assert shown == {str(role.pk) for role in queries.roles_to_give(small, party_id=small.party_id)}
    for actor in (cast.sanne, cast.olga):
        with scope(actor):
            given = queries.roles_to_give(actor, party_id=cast.sanne.party_id)
            assert list(queries.giveable(actor, party_id=cast.sanne.party_id).order_by(*queries.GIVEN_FIRST)) == given
    client = client_of("sanne")
    for role in (theirs, staff):
        assert client.post("/colleagues/invite/", {"name": "X", "email": "x@bakker.example", "role": str(role.pk), "period": "month"}).status_code == 422


def test_a_role_instead(cast, client_of):
    made = five_hundred(cast)
    client = client_of("sanne")
    page = client.post(f"/roles/{made[0].pk}/remove/", {"instead_find": "007", "instead_found": "", "look": "instead"})
    assert page.status_code == 200 and "Functie 007" in page.content.decode() and client.get(f"/roles/{made[0].pk}/").status_code == 200


def test_a_task_goes_to_one_of_two_thousand(cast, client_of):
    """Also to who is beyond the first hundred; who holds no right to it is not found."""
    with scope(cast.peter):
        task = tasks.ask_person(cast.peter, party=Party.objects.get(pk=cast.sanne.party_id), title="Onderteken", user_id=cast.sanne.user_id)
    sanne = client_of("sanne")
    with CaptureQueriesContext(connection) as few:
        sanne.get(f"/tasks/{task.pk}/")
    people = many_people(cast, 2000)
    with CaptureQueriesContext(connection) as many:
        page = sanne.get(f"/tasks/{task.pk}/").content.decode()
    assert len(many) <= len(few) and page.count('name="user"') == fields.SHOWN
    found = sanne.post(f"/tasks/{task.pk}/hand-over/", {"user_find": "collega 1999", "user_found": "", "text": "Alsjeblieft"})
    assert found.status_code == 200 and "Collega 1999" in found.content.decode() and "Alsjeblieft" in found.content.decode()
    assert sanne.post(f"/tasks/{task.pk}/hand-over/", {"user": str(people[1999].pk), "user_find": "1999", "user_found": "1999"}).status_code == 302
    peter = client_of("peter")
    asked = peter.post("/tasks/ask/10042/", {"title": "Stuur", "user_find": "collega 1500", "user_found": "", "look": "user"})
    assert asked.status_code == 200 and "Collega 1500" in asked.content.decode()
    assert peter.post("/tasks/ask/10042/", {"title": "Stuur", "text": "", "link": "", "due": "", "user": str(people[1500].pk)}).status_code == 302


def test_a_contact_is_invited_where_there_are_many_roles(cast, client_of):
    five_hundred(cast)
    page = client_of("sanne").get("/colleagues/invite/?name=Henk&email=henk@bakker.example").content.decode()
    assert 'value="Henk"' in page and 'value="henk@bakker.example"' in page
