"""Colleagues and invitations: who may give what, and how an invitation is used."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from portiek.config.testing import recorded, run_jobs
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.foundation.accounts import actions, facts, queries
from portiek.foundation.accounts.models import Invitation, Membership, Role, User

NEW = "joost@bakker.example"


def role(code):
    return Role.objects.get(code=code)


def place_of(name, number="10042"):
    return Membership.objects.get(user__name=name, party__number=number)


def link():
    return re.search(r"http://\S+(/invitation/\S+/)", mail.outbox[-1].body).group(1)


@pytest.fixture
def invited(client_of, cast):
    """The path of an invitation of Sanne to a new colleague."""
    with scope(cast.sanne):
        buyer = role("buyer").pk
    answer = client_of("sanne").post("/colleagues/invite/", {"name": "Joost Vos", "email": "Joost@Bakker.example", "role": buyer, "order_limit": "750,50"})
    assert answer.status_code == 302
    run_jobs()
    assert mail.outbox[-1].to == [NEW]
    return link()


def stranger(host="localhost"):
    return Client(headers={"host": host})


def test_an_invitation_becomes_a_colleague_who_is_in_at_once(invited, cast):
    browser = stranger()
    assert "Joost Vos" in browser.get(invited).content.decode()
    answer = browser.post(invited, {"name": "Joost de Vos", "password": ""})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert "Joost" in browser.get("/account/").content.decode()
    with scope(cast.sanne):
        made = place_of("Joost de Vos")
        assert (made.role.code, str(made.order_limit)) == ("buyer", "750.50")
        assert facts.MembershipGranted(user_id=made.user_id, role="buyer") in recorded()


def test_an_invitation_works_once(invited):
    assert stranger().post(invited, {"name": "Joost"}).status_code == 302
    for browser in (stranger(), stranger()):
        assert browser.get(invited).status_code == 410
        assert browser.post(invited, {"name": "Joost"}).status_code == 410
        assert browser.get("/").status_code == 302


def test_a_revoked_an_old_and_an_unknown_invitation_open_nothing(invited, client_of, cast):
    assert stranger().get("/invitation/abc/").status_code == stranger().get("/invitation/" + "x" * 300 + "/").status_code == 404
    with scope(cast.sanne):
        found = Invitation.objects.get(email=NEW)
    with scope(cast.system):
        Invitation.objects.filter(pk=found.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert stranger().post(invited, {"name": "Joost"}).status_code == 410
    sanne = client_of("sanne")
    assert sanne.post(f"/colleagues/invitations/{found.pk}/resend/").status_code == 302
    run_jobs()
    fresh = link()
    assert fresh != invited and stranger().get(invited).status_code == 404  # the old link is dead
    assert stranger().get(fresh).status_code == 200
    assert sanne.post(f"/colleagues/invitations/{found.pk}/revoke/").status_code == 302
    assert stranger().post(fresh, {"name": "Joost"}).status_code == 410
    with scope(cast.sanne):
        assert not User.objects.filter(email=NEW).exists()


def test_it_is_checked_at_the_accept_and_not_when_the_page_was_opened(invited, cast):
    browser = stranger()
    assert browser.get(invited).status_code == 200
    with scope(cast.system):
        Invitation.objects.filter(email=NEW).update(revoked_at=timezone.now())
    assert browser.post(invited, {"name": "Joost"}).status_code == 410


def test_for_somebody_else_who_is_logged_in_it_is_refused_with_a_choice(invited, client_of, cast):
    youssef = client_of("youssef")
    page = youssef.get(invited).content.decode()
    assert NEW in page and "youssef@bakker.example" in page and "/logout/" in page
    assert youssef.post(invited, {"name": "Youssef"}).status_code == 302
    with scope(cast.sanne):
        assert not User.objects.filter(email=NEW).exists()
        assert Invitation.objects.get(email=NEW).accepted_at is None


def test_on_the_host_of_another_portal_it_does_not_exist(invited):
    assert stranger("brand.localhost").get(invited).status_code == 404
    assert stranger("brand.localhost").post(invited, {"name": "Joost"}).status_code == 404


def test_who_has_an_account_keeps_it_and_gets_a_company_more(client_of, cast):
    with scope(cast.peter):
        from portiek.foundation.parties.models import Party

        made = actions.invite(cast.peter, email="dirk@devries.example", name="Anders", role=role("buyer"), party=Party.objects.get(number="10042"))
        before = User.objects.get(email=made.email)
    run_jobs()
    browser = stranger()
    assert browser.post(link()).status_code == 302
    assert "Bouwbedrijf Bakker" in browser.get("/account/").content.decode()
    with scope(cast.peter):
        after = User.objects.get(email=made.email)
        assert (after.pk, after.name) == (before.pk, "Dirk de Vries")
        assert Membership.objects.filter(user=after).count() == 2


def test_an_address_is_invited_once_at_a_time_and_members_not_at_all(cast):
    with scope(cast.sanne):
        party = place_of("Sanne Bakker").party
        actions.invite(cast.sanne, email=NEW, name="Joost", role=role("buyer"), party=party)
        for email, code in ((NEW.upper(), "invitation-open"), ("youssef@bakker.example", "member-already")):
            with pytest.raises(Refused, match=code):
                actions.invite(cast.sanne, email=email, name="x", role=role("buyer"), party=party)


def test_nobody_gives_what_he_lacks(cast):
    with scope(cast.system):
        more = Role.objects.create(portal_id=cast.sanne.portal_id, code="more", name="Meer", audience="party", rights=["portal.manage"])
    with scope(cast.sanne):
        youssef = place_of("Youssef El Amrani")
        assert "more" not in [item.code for item in queries.roles_to_give(cast.sanne, party_id=cast.sanne.party_id)]
        with pytest.raises(Refused, match="role-beyond"):
            actions.change_membership(cast.sanne, membership=youssef, role=more)
        with pytest.raises(Refused, match="role-elsewhere"):
            actions.change_membership(cast.sanne, membership=youssef, role=role("staff-admin"))
        with pytest.raises(Refused, match="role-beyond"):
            actions.invite(cast.sanne, email=NEW, name="Joost", role=more, party=youssef.party)


def test_nobody_takes_from_who_holds_more(client_of, cast):
    """A seller manages people too, and yet cannot make less of the administrator or shut him out; the other way round he can."""
    with scope(cast.peter):
        key = place_of("Olga Smit", None).pk
    page = client_of("peter").get(f"/colleagues/{key}/").content.decode()
    assert "Olga Smit heeft rechten die u zelf niet hebt" in page and f"/colleagues/{key}/end/" not in page
    with scope(cast.peter):
        olga, fatima = place_of("Olga Smit", None), place_of("Fatima Yilmaz", None)
        with pytest.raises(Refused, match="member-above"):
            actions.change_membership(cast.peter, membership=olga, role=role("staff-sales"))
        with pytest.raises(Refused, match="member-above"):
            actions.end_membership(cast.peter, membership=olga)
        with pytest.raises(Refused, match="member-above"):
            actions.end_membership(cast.peter, membership=fatima)  # she reads the mails, he does not
    with scope(cast.olga):
        actions.end_membership(cast.olga, membership=place_of("Peter van Dijk", None))
        assert place_of("Olga Smit", None).role.code == "staff-admin"


def test_a_form_with_a_role_that_is_not_offered_is_refused(client_of, cast):
    with scope(cast.sanne):
        youssef, staff = place_of("Youssef El Amrani"), role("staff-admin")
    assert client_of("sanne").post(f"/colleagues/{youssef.pk}/", {"role": staff.pk}).status_code == 422
    with scope(cast.sanne):
        assert place_of("Youssef El Amrani").role.code == "buyer"


def test_somebody_always_manages_people(cast):
    with scope(cast.peter):
        sanne = place_of("Sanne Bakker")
        with pytest.raises(Refused, match="last-manager"):
            actions.end_membership(cast.peter, membership=sanne)
        with pytest.raises(Refused, match="last-manager"):
            actions.change_membership(cast.peter, membership=sanne, role=role("buyer"))
        actions.change_membership(cast.peter, membership=place_of("Karin Bakker"), role=role("admin"))
        actions.end_membership(cast.peter, membership=sanne)


def test_nobody_changes_his_own_place(cast):
    with scope(cast.sanne), pytest.raises(Refused, match="own-membership"):
        actions.end_membership(cast.sanne, membership=place_of("Sanne Bakker"))


def test_an_ended_place_closes_the_door_at_once_and_is_recorded(client_of, cast):
    youssef, sanne = client_of("youssef"), client_of("sanne")
    assert youssef.get("/").status_code == 200
    with scope(cast.sanne):
        key = place_of("Youssef El Amrani").pk
    assert sanne.post(f"/colleagues/{key}/end/").status_code == 302
    assert youssef.get("/").status_code == 302
    assert sanne.post(f"/colleagues/{key}/restore/").status_code == 302
    assert youssef.get("/").status_code == 200
    with scope(cast.sanne):
        names = [type(item).__name__ for item in recorded()]
        assert names.index("MembershipEnded") < names.index("MembershipRestored")


def test_a_limit_is_changed_and_shown(client_of, cast):
    with scope(cast.sanne):
        row = place_of("Youssef El Amrani")
    assert client_of("sanne").post(f"/colleagues/{row.pk}/", {"role": row.role_id, "order_limit": "2.000"}).status_code == 302
    assert "2.000" in client_of("sanne").get("/colleagues/").content.decode()
    assert str(cast.youssef.order_limit) == "2000.0" or cast.youssef.order_limit == 2000
    assert client_of("sanne").post(f"/colleagues/{row.pk}/", {"role": row.role_id, "order_limit": "-5"}).status_code == 422


@pytest.mark.parametrize("path", ["/colleagues/{key}/", "/colleagues/{key}/end/", "/colleagues/{key}/restore/", "/colleagues/invitations/{invitation}/resend/",
                                  "/colleagues/invitations/{invitation}/revoke/"])
def test_another_company_gets_404(client_of, cast, path):
    with scope(cast.sanne):
        made = actions.invite(cast.sanne, email=NEW, name="Joost", role=role("buyer"), party=place_of("Sanne Bakker").party)
        path = path.format(key=place_of("Youssef El Amrani").pk, invitation=made.pk)
    for who in ("dirk", "otto", "nadia2"):
        assert client_of(who).post(path, {}).status_code == 404, who
    with scope(cast.dirk):
        with pytest.raises(NotFound):
            actions.revoke_invitation(cast.dirk, invitation=made)
        with pytest.raises(NotFound):
            actions.end_membership(cast.dirk, membership=Membership(pk=1, party_id=cast.sanne.party_id))


def test_without_the_right_there_is_an_explanation(client_of, cast):
    assert client_of("youssef").get("/colleagues/").status_code == 403
    with scope(cast.youssef), pytest.raises(Forbidden):
        actions.invite(cast.youssef, email=NEW, name="x", role=role("viewer"), party=None)
    assert client_of("sanne").get("/colleagues/of/10042/invite/").status_code == 404


def test_staff_see_and_invite_the_people_of_a_party(client_of, cast):
    peter = client_of("peter")
    page = peter.get("/parties/10042/users/").content.decode()
    assert "Youssef El Amrani" in page and "Dirk de Vries" not in page
    with scope(cast.peter):
        admin = role("admin").pk
    answer = peter.post("/colleagues/of/10042/invite/", {"name": "Joost", "email": NEW, "role": admin})
    assert answer.headers["Location"] == "/parties/10042/users/"
    assert NEW in peter.get("/parties/10042/users/").content.decode()
    assert NEW in client_of("sanne").get("/colleagues/").content.decode()


def test_a_customer_is_made_with_its_first_administrator_in_one_go(client_of, cast):
    form = {"number": "10999", "name": "Nieuw Bouw B.V.", "kind": "customer", "language": "nl", "payment_days": "30", "accounts_name": "Ria Nieuw", "accounts_email": "ria@nieuw.example"}
    peter = client_of("peter")
    assert peter.post("/parties/new/", {**form, "number": "10042"}).status_code == 422
    with scope(cast.peter):
        assert not Invitation.objects.filter(email="ria@nieuw.example").exists()
    assert peter.post("/parties/new/", form).headers["Location"] == "/parties/10999/"
    run_jobs()
    browser = stranger()
    assert browser.post(link(), {"name": "Ria Nieuw"}).status_code == 302
    assert "Nieuw Bouw" in browser.get("/parties/mine/").content.decode()
    assert browser.get("/colleagues/").status_code == 200


def test_roles_are_called_in_the_reader_s_language_until_somebody_names_them(client_of, cast):
    client = client_of("sanne")
    assert "Beheerder" in client.get("/colleagues/").content.decode()
    client.post("/language/", {"language": "en"})
    page = client.get("/colleagues/").content.decode()
    assert "Administrator" in page and "Buyer" in page and "Beheerder" not in page
    with scope(cast.system):
        Role.objects.filter(code="buyer").update(name="Werkvoorbereider")
    page = client.get("/colleagues/").content.decode()
    assert "Werkvoorbereider" in page and "Buyer" not in page
