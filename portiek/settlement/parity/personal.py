"""What parity keeps of people: who of the staff said that something is known."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portiek.core.erasing import mention
from portiek.core.personal import not_personal, processing

processing("parity.known", _("Differences with the ERP"), order=53, purpose=_("Knowing who called a difference of amounts known, and why."), ground=_("Legitimate interest (GDPR art. 6(1)(f)): a colleague can ask him."),
           persons=_("Staff"), term=_("As long as the difference is there."), receivers=_("Nobody."),
           fields={"parity.Cause": {"known_by": _("Name"), "known_reason": _("Notes")}, "parity.Difference": {"known_by": _("Name"), "known_reason": _("Notes")}})
not_personal("a code of the program, or an article number", "parity.Cause.code", "parity.Cause.fits", "parity.Cause.document", "parity.Difference.label", "parity.Difference.what", "parity.Check.document", "parity.Check.tried")
mention("parity.Cause", "known_by", "known_reason")
mention("parity.Difference", "known_by", "known_reason")
