"""A guest comes in until a day, is asked about before it, and never counts as who manages people."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused
from portiek.core.models import FactRow
from portiek.foundation.accounts import actions
from portiek.foundation.accounts.actions.entering import Visit
from portiek.foundation.accounts.models import Invitation, Membership
from portiek.foundation.accounts.tests.test_colleagues import place_of, role
from portiek.foundation.audit import actions as audit
from portiek.foundation.tasks.models import Task


def place(cast, name):
    with scope(cast.system):
        return Membership.objects.select_related("role", "user", "party").get(pk=place_of(name).pk)


def test_a_guest_has_a_last_day(cast, client_of):
    today = timezone.localdate()
    sanne, row = client_of("sanne"), place(cast, "Youssef El Amrani")
    form = {"role": row.role_id, "order_limit": "1500", "period": "month"}
    assert sanne.post(f"/colleagues/{row.pk}/", form | {"until": str(today - timedelta(days=1))}).status_code == 422
    assert sanne.post(f"/colleagues/{row.pk}/", form | {"until": str(today + timedelta(days=1000))}).status_code == 422
    assert sanne.post(f"/colleagues/{row.pk}/", form | {"until": str(today + timedelta(days=3))}).status_code == 302
    assert "Tot en met" in sanne.get("/colleagues/").content.decode()
    youssef = client_of("youssef")
    assert youssef.get("/orders/").status_code == 200
    # Who manages people is asked, once, and no longer when he answers.
    run_jobs()
    for _twice in range(2):
        with scope(cast.system):
            audit.ask_about_guests(cast.system, today=today)
    with scope(cast.system):
        [task] = Task.objects.open().filter(kind=audit.GUEST)
        assert (task.party_id, task.right) == (cast.sanne.party_id, "user.manage")
    # Another limit is no answer to it.
    assert sanne.post(f"/colleagues/{row.pk}/", form | {"order_limit": "900", "until": str(today + timedelta(days=3))}).status_code == 302
    run_jobs()
    assert "Youssef El Amrani" in sanne.get("/tasks/").content.decode()
    assert sanne.post(f"/colleagues/{row.pk}/", form | {"until": str(today + timedelta(days=40))}).status_code == 302
    run_jobs()
    with scope(cast.system):
        assert not Task.objects.open().filter(kind=audit.GUEST).exists() and audit.ask_about_guests(cast.system, today=today) == 0
        # His day is over: by the job, and before it ran by the statement of each request.
        Membership.objects.filter(pk=row.pk).update(until=today - timedelta(days=2))
    assert youssef.get("/orders/").status_code == 403
    with scope(cast.system):
        assert actions.end_guests(cast.system, today=today) == 1 and actions.end_guests(cast.system, today=today) == 0
        ended = FactRow.objects.filter(name="accounts.membership.ended").latest("pk")
        assert ended.text == "Youssef El Amrani" and "until" in ended.changes
    assert youssef.get("/orders/").status_code == 302
    with scope(cast.sanne), pytest.raises(NotFound):
        actions.end_guests(cast.sanne, today=today)
    # Back without the day that is over.
    assert sanne.post(f"/colleagues/{row.pk}/restore/").status_code == 302
    assert place(cast, "Youssef El Amrani").until is None


def test_a_guest_does_not_count_as_who_manages_people(cast):
    sanne, olga = place(cast, "Sanne Bakker"), cast.olga
    soon = timezone.localdate() + timedelta(days=30)
    with scope(olga), pytest.raises(Refused, match="last-manager"):
        actions.change_membership(olga, membership=sanne, role=sanne.role, until=soon)
    youssef = place(cast, "Youssef El Amrani")
    with scope(olga):
        actions.change_membership(olga, membership=youssef, role=sanne.role, until=soon)
        with pytest.raises(Refused, match="last-manager"):
            actions.end_membership(olga, membership=sanne)
        with pytest.raises(Refused, match="last-manager"):
            actions.change_membership(olga, membership=sanne, role=sanne.role, until=soon)
        actions.change_membership(olga, membership=youssef, role=sanne.role)
        actions.change_membership(olga, membership=sanne, role=sanne.role, until=soon)


def test_an_invited_guest_comes_in_with_his_last_day(cast, client_of):
    soon = timezone.localdate() + timedelta(days=30)
    with scope(cast.sanne):
        buyer = role("buyer").pk
    answer = client_of("sanne").post("/colleagues/invite/", {"name": "Gast", "email": "gast@accountant.example", "role": buyer, "until": str(soon), "period": "month"})
    assert answer.status_code == 302
    with scope(cast.sanne):
        found = Invitation.objects.get(email="gast@accountant.example")
        assert found.until == soon
        _made, token = actions.make_invitation_token(cast.sanne, invitation_id=found.pk)
    gate = Actor.gate(cast.sanne.portal_id)
    with scope(cast.system):
        Invitation.objects.filter(pk=found.pk).update(until=timezone.localdate() - timedelta(days=1))
    with scope(gate), pytest.raises(Refused, match="invitation-late"):
        actions.accept_invitation(gate, token=token, name="Gast", password="", visit=Visit(), user_id=None)
    with scope(cast.system):
        Invitation.objects.filter(pk=found.pk).update(until=soon)
    with scope(gate):
        actions.accept_invitation(gate, token=token, name="Gast", password="", visit=Visit(), user_id=None)
    with scope(cast.system):
        assert Membership.objects.get(user__email="gast@accountant.example").until == soon
