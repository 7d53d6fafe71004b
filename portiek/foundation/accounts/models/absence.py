"""Who is away, until when, and who stands in for him."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from portiek.core.db.models import OptionalPartyModel, TenantKey
from portiek.foundation.accounts.models.people import User


class Absence(OptionalPartyModel):
    """One person away from one company (None: from the staff), perhaps with a colleague who stands in. One row a place: a new one takes over the old; it ends by its date.

    The days are as he said them, the moments those of the days in his own time zone.
    """

    party_writes = frozenset({"insert", "update", "delete"})

    user = TenantKey(User, db_index=False)
    deputy = TenantKey(User, null=True, blank=True, db_index=False)
    first_day = models.DateField()
    last_day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_absence"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["portal", "party", "user"], name="absence_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_days"),
            models.CheckConstraint(condition=Q(deputy=None) | ~Q(deputy=F("user")), name="absence_of_other"),
        ]
        indexes: ClassVar = [models.Index(fields=["portal", "deputy", "ends_at"], name="absence_deputy")]
