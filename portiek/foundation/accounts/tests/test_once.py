"""Twenty clicks on one invitation at one moment: one account (T30)."""

import os
import subprocess
import sys

import pytest

from portiek.config.testing import copy_database

PROGRAM = """
from concurrent.futures import ThreadPoolExecutor
from portiek.config.cli import setup
setup()
from django.db import connection
from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import Refused
from portiek.foundation.accounts import actions
from portiek.foundation.accounts.actions.entering import Visit
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.accounts.models import Invitation, Membership, Role, Session, User
from portiek.foundation.parties.models import Party
sanne = Cast().sanne
system, gate = Actor.system(sanne.portal_id), Actor.gate(sanne.portal_id)
with scope(sanne):
    made = actions.invite(sanne, email="joost@bakker.example", name="Joost", role=Role.objects.get(code="buyer"), party=Party.objects.get())
with scope(system):
    token = actions.make_invitation_token(system, invitation_id=made.pk)[1]
def click(number):
    try:
        with scope(gate):
            actions.accept_invitation(gate, token=token, name="Joost", password="", visit=Visit(), user_id=None)
            return "in"
    except Refused as refused:
        return refused.code
    finally:
        connection.close()
with ThreadPoolExecutor(20) as pool:
    answers = list(pool.map(click, range(20)))
with scope(gate):
    users = User.objects.filter(email="joost@bakker.example")
    print(answers.count("in"), answers.count("invitation-used"), users.count(), Membership.objects.filter(user__in=users).count(), Session.objects.filter(user__in=users).count(), flush=True)
"""


@pytest.mark.no_database
def test_twenty_accepts_make_one_account():
    url = copy_database("portiek_invited")
    done = subprocess.run([sys.executable, "-c", PROGRAM], env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == ["1", "19", "1", "1", "1"], done.stderr[-3000:]
