"""What proposals hold of people, for the register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portiek.core.erasing import NAMELESS, mention, nameless
from portiek.core.personal import not_personal, processing

processing("proposals.proposals", _("Proposed changes"), order=31, purpose=_("Letting customers put their own data right, in the ERP as well."), ground=_("Performance of a contract (GDPR art. 6(1)(b)); the right to have data put right (art. 16)."),
           persons=_("Who proposes, who decides, and contacts whose data change"), term=_("As long as the relation lasts."), receivers=_("The ERP."),
           fields={"proposals.Proposal": {"old": _("What changed"), "new": _("What changed"), "current": _("What changed"), "note": _("Notes"), "proposed_name": _("Name"), "decided_name": _("Name"), "reason": _("Notes")}, "proposals.Acceptance": {"set_by": _("Name")}})
not_personal("a name of the program or a reference", "proposals.Proposal.subject", "proposals.Proposal.label", "proposals.Proposal.field", "proposals.Proposal.cause", "proposals.Acceptance.subject", "proposals.Acceptance.field")

nameless("proposals.Proposal", {"proposed_name": NAMELESS}, user=("proposed_by",))
mention("proposals.Proposal", "label", "old", "new", "current", "note", "decided_name", "reason")
mention("proposals.Acceptance", "set_by")
