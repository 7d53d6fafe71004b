"""The log stays where it was sealed; what must be kept of a company must be kept wherever its rows are."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.merging import Deed, moves, stays, step
from portiek.core.retention import holds
from portiek.foundation.audit import actions


def _holds(actor: Actor, deed: Deed) -> int:
    return holds(actor).filter(party_id=deed.source).count()


stays("audit.Link", ground=_("The place of a fact in the sealed log."))
moves("audit.Export")
step("core.Hold", "party_id", label=_("Legal holds"), says=_("Hold for both."), count=_holds, do=actions.copy_holds)
