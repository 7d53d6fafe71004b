"""How systems and visits are said on a page."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.errors import Refused, wording
from portiek.edges.punchout import rules
from portiek.edges.punchout.models import System, Visit

TONES = {"asked": "rest", "open": "info", "returned": "wait", "ordered": "ok", "refused": "stop"}


def status(system: System) -> tuple[str, str]:
    """Say whether a system may come in."""
    return ("ok", _("Is on")) if system.is_active else ("rest", _("Switched off"))


def state(visit: Visit) -> tuple[str, str]:
    """Say how a visit went."""
    if visit.state == Visit.State.RETURNED and not visit.lines:
        return "rest", _("Went back without anything")
    if visit.state in (Visit.State.ASKED, Visit.State.OPEN) and visit.at < timezone.now() - timedelta(hours=rules.HOURS):
        return "rest", _("Nobody came back") if visit.state == Visit.State.OPEN else _("Nobody came")
    return TONES[visit.state], visit.get_state_display()


def reason(visit: Visit) -> str:
    """Say why a visit was refused; "" where it was not."""
    return str(wording(Refused(visit.reason))) if visit.reason else ""
