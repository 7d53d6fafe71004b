"""Account managers and teams: who looks after whom, who sees it, who hears first, and handing it over."""

import pytest
from django.core import mail as outbox
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.core.models import FactRow
from portiek.foundation.accounts import actions, queries
from portiek.foundation.accounts.models import AccountManager, Membership, StaffCard, Team, TeamMember, User
from portiek.foundation.notifications.queries import recipients
from portiek.foundation.parties.models import Party
from portiek.foundation.proposals import actions as proposals
from portiek.foundation.tasks import actions as tasks
from portiek.foundation.tasks import kinds

LOCMEM = override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")


@pytest.fixture
def kind(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    return kinds.task_kind("test.party_look", title="Kijk bij {name}", detail="", action="", icon="check", url=lambda subject, values: "/do/", label="Kijk", right="party.view", audience="staff", mail="now")


def clear(cast):
    with scope(cast.system):
        AccountManager.objects.all().delete()
        TeamMember.objects.all().delete()
        Team.objects.all().delete()


def care(cast, person, *, user=None, team=None, by=None):
    by = by or cast.olga
    with scope(by):
        actions.set_care(by, party=Party.objects.get(pk=person.party_id), user_id=user.user_id if user else None, team=team)


def make(cast, name, *people):
    with scope(cast.olga):
        return actions.make_team(cast.olga, name=name, user_ids=[person.user_id for person in people])


def test_shown_to_the_party_by_name(cast, client_of):
    """On home and company page: the person with telephone and address, the team by its name; nobody when he left."""
    clear(cast)
    assert "Peter van Dijk" not in client_of("sanne").get("/").content.decode()
    care(cast, cast.sanne, user=cast.peter, team=make(cast, "Team Oost", cast.fatima))
    for path in ("/", reverse("parties:mine")):
        text = client_of("sanne").get(path).content.decode()
        assert "Peter van Dijk" in text and "tel:0381234567" in text and "mailto:peter@vandijk.example" in text and "Team Oost" in text and "Fatima" not in text, path
    assert "Peter van Dijk" not in client_of("dirk").get("/").content.decode() and "Team Oost" not in client_of("dirk").get("/").content.decode()
    with scope(cast.system):
        row = Membership.objects.get(user_id=cast.peter.user_id, party=None)
    with scope(cast.olga):
        actions.end_membership(cast.olga, membership=row)
    run_jobs()
    assert "Peter van Dijk" not in client_of("sanne").get("/").content.decode()
    with scope(cast.olga):
        actions.restore_membership(cast.olga, membership=row)
    run_jobs()
    assert "Peter van Dijk" in client_of("sanne").get("/").content.decode()


def test_row_security(cast):
    """A party reads the team that looks after it and no other, nobody's members, and no other party's manager."""
    clear(cast)
    ours, theirs = make(cast, "Ons", cast.peter), make(cast, "Van hen", cast.fatima)
    care(cast, cast.sanne, team=ours)
    care(cast, cast.dirk, team=theirs)
    with scope(cast.sanne):
        assert [team.name for team in Team.objects.all()] == ["Ons"] and AccountManager.objects.count() == 1
    with scope(cast.sanne), pytest.raises(Exception, match="permission denied"), transaction.atomic():
        TeamMember.objects.count()
    with scope(cast.otto):
        assert not Team.objects.exists() or not Team.objects.filter(pk__in=[ours.pk, theirs.pk]).exists()
        assert queries.own_parties(cast.otto).filter(party_id=cast.sanne.party_id).count() == 0
    with scope(cast.otto), pytest.raises(NotFound):
        queries.team(cast.otto, ours.pk)
    with scope(cast.sanne):
        assert queries.looking_after(cast.sanne, cast.dirk.party_id).team is None
        assert not queries.teams(cast.sanne) and not queries.are_staff(cast.sanne, [cast.sanne.user_id]) and not queries.staff(cast.sanne).exists()


def test_my_customers(cast, client_of):
    """By oneself and in a team; in the lists of parties, orders, proposals and tasks."""
    clear(cast)
    care(cast, cast.sanne, user=cast.peter)
    care(cast, cast.dirk, team=make(cast, "Dealers", cast.peter))
    with scope(cast.peter):
        assert {row["party_id"] for row in queries.own_parties(cast.peter)} == {cast.sanne.party_id, cast.dirk.party_id}
    with scope(cast.fatima):
        assert not queries.own_parties(cast.fatima).exists()
    peter, fatima = client_of("peter"), client_of("fatima")
    mine, none = peter.get("/parties/?care=1").content.decode(), fatima.get("/parties/?care=1").content.decode()
    assert "Bouwbedrijf Bakker" in mine and "Kozijnhuis De Vries" in mine and "Els Jansen" not in mine and "Bouwbedrijf Bakker" not in none
    assert "care=1" in mine  # the kinds keep the tick
    for path in ("/orders/?care=1", "/proposals/?care=1", "/tasks/?care=1", "/tasks/?show=asked&care=1", "/tasks/?show=done&care=1"):
        assert peter.get(path).status_code == 200, path
    assert "Bouwbedrijf Bakker" in peter.get("/orders/?care=1").content.decode() and "Bouwbedrijf Bakker" not in fatima.get("/orders/?care=1").content.decode()
    with scope(cast.sanne):
        proposals.send(cast.sanne, Party.objects.get(pk=cast.sanne.party_id), values={"phone": "038 000 00 02"}, note="")
    with scope(cast.els):
        proposals.send(cast.els, Party.objects.get(pk=cast.els.party_id), values={"phone": "038 000 00 03"}, note="")
    found = peter.get("/proposals/?care=1").content.decode()
    assert "038 000 00 02" in found and "038 000 00 03" not in found and "038 000 00 03" in peter.get("/proposals/").content.decode()
    # A party has no such list: the tick changes nothing for it.
    assert client_of("sanne").get("/orders/?care=1").content.decode().count("/orders/VD") == client_of("sanne").get("/orders/").content.decode().count("/orders/VD")


def test_tasks_about_my_customers(cast, client_of, kind):
    clear(cast)
    care(cast, cast.sanne, user=cast.peter)
    with scope(cast.system):
        for person, name in ((cast.sanne, "Bakker-taak"), (cast.dirk, "Vries-taak")):
            tasks.ask(cast.system, kind=kind, subject=f"parties.party:{person.party_id}", right="party.view", values={"name": name}, about_id=person.party_id)
    page, some = client_of("peter").get("/tasks/").content.decode(), client_of("peter").get("/tasks/?care=1").content.decode()
    assert "Bakker-taak" in page and "Vries-taak" in page and "Bakker-taak" in some and "Vries-taak" not in some


def test_who_looks_after_hears_first(cast, kind):
    """Of what staff is told about a party only its manager and team hear who hold the right; with none of them everybody who holds it."""
    clear(cast)

    def told(right="party.view", about=None):
        with scope(cast.system):
            return {item.user_id for item in recipients(cast.system, party_id=None, right=right, about=cast.sanne.party_id if about is None else about)}

    everybody = told()
    assert {cast.olga.user_id, cast.peter.user_id} <= everybody
    care(cast, cast.sanne, user=cast.peter)
    assert told() == {cast.peter.user_id} and told(about=cast.dirk.party_id) == everybody
    care(cast, cast.sanne, user=cast.peter, team=make(cast, "Samen", cast.olga))
    assert told() == {cast.peter.user_id, cast.olga.user_id}
    assert told(right="portal.manage") == {cast.olga.user_id}  # the manager does not hold it, one of the team does
    care(cast, cast.sanne, user=cast.peter)
    assert told(right="portal.manage") == {cast.olga.user_id}  # nobody of them does: whoever may
    with LOCMEM:
        outbox.outbox.clear()
        with scope(cast.system):
            tasks.ask(cast.system, kind=kind, subject="parties.party:1", right="party.view", values={"name": "Bakker"}, about_id=cast.sanne.party_id)
        run_jobs()
        assert [message.to for message in outbox.outbox] == [["peter@vandijk.example"]]


def test_handing_over_all_at_once(cast, client_of):
    clear(cast)
    peter, inside = cast.peter, make(cast, "Binnen", cast.peter)
    care(cast, cast.sanne, user=cast.peter, team=inside)
    care(cast, cast.dirk, user=cast.peter)
    care(cast, cast.els, user=cast.olga)
    olga = client_of("olga")
    assert olga.post(f"/teams/people/{peter.user_id}/hand-over/", {"to": peter.user_id}).status_code == 422
    assert olga.post(f"/teams/people/{peter.user_id}/hand-over/", {"to": cast.sanne.user_id}).status_code == 422
    with scope(cast.system):
        Membership.objects.filter(user_id=peter.user_id).update(is_active=False)
    assert "werkt hier niet meer" in olga.get("/teams/").content.decode()
    assert olga.post(f"/teams/people/{peter.user_id}/hand-over/", {"to": cast.fatima.user_id}).status_code == 302
    with scope(cast.system):
        assert {row.party_id: row.card.user_id for row in AccountManager.objects.select_related("card")} == {
            cast.sanne.party_id: cast.fatima.user_id, cast.dirk.party_id: cast.fatima.user_id, cast.els.party_id: cast.olga.user_id}  # fmt: skip
        assert AccountManager.objects.get(party_id=cast.sanne.party_id).team_id == inside.pk
        assert set(TeamMember.objects.filter(team=inside).values_list("user_id", flat=True)) == {cast.fatima.user_id}
        assert FactRow.objects.filter(name="accounts.manager.changed", party_id=cast.sanne.party_id).order_by("-pk")[0].changes["manager"] == ["Peter van Dijk", "Fatima Yilmaz"]
        assert FactRow.objects.get(name="accounts.parties.handed_over").payload["count"] == 2
    assert "werkt hier niet meer" not in olga.get("/teams/").content.decode()


def test_handing_over_costs_the_same_for_many(cast):
    clear(cast)
    counts, to = [], [cast.peter, cast.fatima, cast.peter]
    for number in (3, 30):
        with scope(cast.system):
            parties = [Party.objects.create(portal_id=cast.system.portal_id, number=f"9{number}{index:02}", name=f"Klant {index}", kind="customer") for index in range(number)]
            AccountManager.objects.all().delete()
            card = StaffCard.objects.get(user_id=to[0].user_id)
            AccountManager.objects.bulk_create([AccountManager(portal_id=cast.system.portal_id, party=party, card=card) for party in parties])
        with scope(cast.olga), CaptureQueriesContext(connection) as caught:
            assert actions.hand_over_parties(cast.olga, user_id=to[0].user_id, to_user_id=to[1].user_id) == number
        counts.append(len(caught))
        to = to[1:]
    assert counts[0] == counts[1]


def test_refusals(cast, client_of):
    clear(cast)
    team = make(cast, "Noord", cast.peter)
    with scope(cast.olga), pytest.raises(Refused, match="team-name"):
        actions.make_team(cast.olga, name="NOORD", user_ids=[])
    with scope(cast.olga), pytest.raises(Refused, match="care-who"):
        actions.make_team(cast.olga, name="Zuid", user_ids=[cast.sanne.user_id])
    with scope(cast.olga), pytest.raises(Refused, match="care-who"):
        actions.set_care(cast.olga, party=Party.objects.get(pk=cast.sanne.party_id), user_id=cast.dirk.user_id)
    for actor in (cast.peter, cast.fatima):
        with scope(actor), pytest.raises(Forbidden):
            actions.make_team(actor, name="Eigen", user_ids=[])
    with scope(cast.sanne), pytest.raises(Forbidden):
        actions.set_care(cast.sanne, party=Party.objects.get(pk=cast.sanne.party_id), user_id=None)
    with scope(cast.system), pytest.raises(IntegrityError), transaction.atomic():
        AccountManager.objects.create(portal_id=cast.system.portal_id, party_id=cast.sanne.party_id)
    with scope(cast.olga):
        actions.remove_team(cast.olga, team=team)
        assert not Team.objects.filter(pk=team.pk).exists()
    for path in ("/teams/", "/teams/new/", f"/teams/people/{cast.peter.user_id}/"):
        assert client_of("sanne").get(path).status_code == 404 and client_of("peter").get(path).status_code == 403


def test_the_pages(cast, client_of):
    """A team is made, filled, renamed and removed; a card is kept; a party gets its manager on its own page."""
    clear(cast)
    olga = client_of("olga")
    assert "Nog geen teams" in olga.get("/teams/").content.decode()
    assert olga.post("/teams/new/", {"name": "Oost", "people": [cast.peter.user_id]}).status_code == 302
    assert olga.post("/teams/new/", {"name": "oost", "people": []}).status_code == 422
    with scope(cast.olga):
        team = Team.objects.get(name="Oost")
    assert olga.post(f"/teams/{team.pk}/", {"name": "Oost en Noord", "people": [cast.fatima.user_id]}).status_code == 302
    with scope(cast.olga):
        assert queries.team(cast.olga, team.pk)[1] == [cast.fatima.user_id]
    assert olga.post(f"/teams/people/{cast.fatima.user_id}/", {"function": "Binnendienst", "phone": "038 999"}).status_code == 302
    assert olga.post("/teams/of/10042/", {"user": cast.fatima.user_id, "team": team.pk}).status_code == 302
    page = olga.get("/parties/10042/care/").content.decode()
    assert "Binnendienst" in page and "Oost en Noord" in page
    assert "038 999" in client_of("sanne").get("/").content.decode()
    assert olga.post("/teams/of/10042/", {"user": "", "team": ""}).status_code == 302
    with scope(cast.olga):
        assert not AccountManager.objects.exists()
    assert olga.post(f"/teams/{team.pk}/remove/").status_code == 302 and olga.get(f"/teams/{team.pk}/").status_code == 404
    with scope(cast.system):
        other = User.objects.get(pk=cast.sanne.user_id)
    assert olga.get(f"/teams/people/{other.pk}/").status_code == 404
    assert client_of("otto").get(f"/teams/people/{cast.peter.user_id}/").status_code == 404
