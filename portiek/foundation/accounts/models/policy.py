"""How people of a portal or a party may come in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from portiek.core.db.models import OptionalPartyModel, PortalModel, TenantKey
from portiek.foundation.accounts.models.elsewhere import Provider
from portiek.foundation.accounts.models.people import User
from portiek.foundation.accounts.rules import WAYS


def every_way() -> list[str]:
    """Return all ways in."""
    return list(WAYS)


class LoginPolicy(OptionalPartyModel):
    """What is asked at the log-in: without a party the portal's own rule for its staff or for all parties, with one what that party asks of its own people. All that apply hold."""

    class Audience(models.TextChoices):
        STAFF = "staff", _("Staff")
        PARTY = "party", _("Customers, dealers and suppliers")

    class SecondStep(models.TextChoices):
        NEVER = "never", _("Nobody, but everybody may")
        MANAGERS = "managers", _("Who manages people or the portal")
        EVERYBODY = "everybody", _("Everybody")

    gate = frozenset({"select"})
    fn_reads = True
    party_writes = frozenset({"insert", "update"})

    audience = models.CharField(max_length=6, choices=Audience)
    ways = ArrayField(models.CharField(max_length=20), default=every_way)
    second_step = models.CharField(max_length=10, choices=SecondStep, default=SecondStep.NEVER)
    since = models.DateField(null=True, blank=True)
    # With an account of this provider alone: no code, password or passkey opens the door then.
    provider = TenantKey(Provider, null=True, blank=True, db_index=False)

    class Meta:
        db_table = "accounts_login_policy"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "party", "audience"], name="login_policy_once", nulls_distinct=False)]


class EmergencyAccess(PortalModel):
    """An administrator of the staff who still comes in by password and app while staff log in with an identity provider alone: for the day on which that fails."""

    fn_reads = True
    gate = frozenset({"select", "update"})

    user = TenantKey(User)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts_emergency_access"
        constraints: ClassVar = [models.UniqueConstraint(fields=["portal", "user"], name="emergency_access_user")]
