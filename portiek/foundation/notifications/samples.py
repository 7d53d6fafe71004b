"""Made-up values, to see what a mail will look like."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.foundation.notifications.kinds import kind as kind_of
from portiek.ui.sentences import freeze

SUBJECT = "notifications.sample:1"
# So many values a way may need that no text names.
MOST = 5


def values_of(kind: str) -> dict[str, Any]:
    """Return frozen values for a mail of a kind, in the language of the moment: of its words, and of the way that its button leads."""
    found, known = freeze(_values()), kind_of(kind)
    for _turn in range(MOST):
        try:
            known.url(SUBJECT, found)
        except KeyError as lacking:
            found[str(lacking.args[0])] = "1"
        else:
            break
    return found


def _values() -> dict[str, Any]:
    now = timezone.now()
    day = timezone.localdate() + timedelta(days=9)
    return {
        "number": "2026-00412", "party": "Bouwbedrijf Bakker B.V.", "company": "Bouwbedrijf Bakker B.V.", "name": "Sanne Bakker", "second": "Karin Bakker", "who": "Peter van Dijk", "by": "Peter van Dijk",
        "inviter": "Peter van Dijk", "email": "sanne@bakker.example", "amount": Decimal("1284.60"), "due": day, "day": day, "moment": now, "late": "", "reference": "Zwolle-Noord", "reason": _("Not in stock"),
        "cause": _("Not in stock"), "title": _("Send the certificate"), "text": "", "link": "", "code": "482 915", "url": "/", "count": 3, "task": 1, "mask": "NL•• •••• 4300", "portal": "",
    }  # fmt: skip
