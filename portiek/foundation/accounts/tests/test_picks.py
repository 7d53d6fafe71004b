"""Picks: one role out of five hundred, one colleague out of two thousand, searched on the server, with and without JavaScript; never more than one may give."""

import dataclasses

from django.db import connection
from django.test.utils import CaptureQueriesContext

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.foundation.accounts import choosing, queries
from portiek.foundation.accounts.models import Invitation, Membership, Provider, Role, ScimGroup, User
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


def many_staff(cast, number):
    with scope(cast.system):
        role = Role.objects.get(code="staff-service")
        people = User.objects.bulk_create([User(portal_id=cast.system.portal_id, email=f"n{n}@vandijk.example", name=f"Medewerker {n:04}") for n in range(number)])
        Membership.objects.bulk_create([Membership(portal_id=cast.system.portal_id, user=user, role=role) for user in people])
    return people


def counted(client, path):
    with CaptureQueriesContext(connection) as found:
        page = client.get(path).content.decode()
    return len(found), page


def test_an_account_manager_out_of_two_thousand(cast, client_of):
    olga, path = client_of("olga"), "/parties/10042/care/"
    few, _page = counted(olga, path)
    people = many_staff(cast, 2000)
    many, page = counted(olga, path)
    assert many <= few + 2 and page.count('name="user"') == fields.SHOWN + 2 and "Peter van Dijk" in page, "who looks after it now is shown"
    found = olga.post("/teams/of/10042/", {"user_find": "medewerker 1999", "user_found": "", "team": "", "look": "user"})
    assert found.status_code == 200 and "Medewerker 1999" in found.content.decode()
    assert olga.post("/teams/of/10042/", {"user": str(people[1999].pk), "team": "", "user_find": "1999", "user_found": "1999"}).status_code == 302
    assert "Medewerker 1999" in olga.get(path).content.decode()
    assert olga.post("/teams/of/10042/", {"user": str(cast.sanne.user_id), "team": ""}).status_code == 422, "nobody of a party"


def test_the_people_of_a_team_out_of_two_thousand(cast, client_of):
    """Who is in it stands first and stays while one searches for more."""
    people = many_staff(cast, 2000)
    olga, peter = client_of("olga"), cast.peter.user_id
    few, page = counted(olga, "/teams/new/")
    assert page.count('name="people"') == fields.SHOWN
    found = olga.post("/teams/new/", {"name": "Oost", "people": [str(peter), str(people[7].pk)], "people_find": "medewerker 1999", "people_found": "", "look": "people"})
    text = found.content.decode()
    assert found.status_code == 200 and text.count(" checked") == 2 and "Peter van Dijk" in text and "Medewerker 0007" in text and "Medewerker 1999" in text and 'value="Oost"' in text
    chosen = [str(person.pk) for person in people[1990:]]
    assert olga.post("/teams/new/", {"name": "Oost", "people": chosen, "people_find": "1999", "people_found": "1999"}).status_code == 302
    with scope(cast.olga):
        team = next(item for item in queries.teams(cast.olga) if item.name == "Oost")
        assert team.size == 10
    many, page = counted(olga, f"/teams/{team.pk}/")
    assert many <= few + 4 and page.count(" checked") == 10
    assert olga.post("/teams/new/", {"name": "West", "people": [str(cast.sanne.user_id)]}).status_code == 422


def test_the_role_of_new_colleagues_and_of_a_group(cast, client_of):
    made = five_hundred(cast)
    with scope(cast.sanne):
        provider = Provider.objects.create(portal_id=1, party_id=cast.sanne.party_id, kind="oidc", slug="e", label="Entra", issuer="https://login.example", audience="party")
    with scope(Actor.gate(1)):
        group = ScimGroup.objects.create(portal_id=1, party_id=cast.sanne.party_id, provider=provider, display_name="Inkoop", external_id="g1")
    sanne = client_of("sanne")
    for path in (f"/elsewhere/{provider.pk}/", f"/elsewhere/groups/{group.pk}/"):
        page = sanne.get(path).content.decode()
        assert page.count('name="role"') == fields.SHOWN + 1 and "Functie 499" not in page
        found = sanne.post(path, {"role_find": "functie 499", "role_found": "", "look": "role"})
        assert found.status_code == 200 and "Functie 499" in found.content.decode()
        assert client_of("dirk").get(path).status_code == 404
    assert sanne.post(path, {"role": str(made[499].pk)}).status_code == 302 and sanne.get(path).content.decode().count(" checked") == 1
    with scope(cast.sanne):
        assert ScimGroup.objects.get().role_id == made[499].pk
    assert sanne.post(path, {"role": ""}).status_code == 302


def test_the_log_finds_one_of_two_thousand(cast, client_of):
    sanne = client_of("sanne")
    few, _page = counted(sanne, "/audit/")
    people = many_people(cast, 2000)
    many, page = counted(sanne, "/audit/")
    assert many <= few and page.count('name="user"') == fields.SHOWN + 1
    assert "Collega 1999" in sanne.get("/audit/?user_find=collega+1999").content.decode()
    page = sanne.get(f"/audit/?user={people[1500].pk}").content.decode()
    assert "Collega 1500" in page and f'value="{people[1500].pk}"' in page
    assert "Collega" not in client_of("dirk").get(f"/audit/?user={people[1500].pk}").content.decode()
