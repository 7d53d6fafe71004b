"""What the tables of prices share."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Tiers(models.TextChoices):
    """What the price of a tier counts for."""

    ALL_UNITS = "all_units", _("The price counts for the whole quantity")
    INCREMENTAL = "incremental", _("Each tier has its own price")


def window(name: str) -> models.CheckConstraint:
    """Say that a first day lies before the last."""
    return models.CheckConstraint(condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")), name=name)
