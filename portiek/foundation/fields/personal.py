"""What fields hold of people, for the register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portiek.core.erasing import goes, mention
from portiek.core.personal import not_personal, processing

processing("fields.values", _("Own fields on companies and persons"), order=32, purpose=_("Knowing of a customer what the ERP has no place for."), ground=_("Performance of a contract, or a legitimate interest (GDPR art. 6(1)(b) and (f)): say at each field which."),
           persons=_("Customers that are persons, and contacts that are named in a field"), term=_("As long as the relation lasts."), receivers="", fields={"fields.PartyValue": {"value": _("What was written")}})
not_personal("what the portal calls its own fields", "fields.Field.key", "fields.Field.label", "fields.Field.label_en", "fields.Field.help", "fields.Field.help_en", "fields.Field.choices")

goes("fields.PartyValue", party=("party",), order=10)
mention("fields.PartyValue", "value")
