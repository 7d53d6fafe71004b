"""What the connection with the ERP holds of people, for the register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portiek.core.erasing import mention
from portiek.core.personal import not_personal, processing

processing("connectors.erp", _("The connection with the ERP"), order=51, purpose=_("Passing orders and changes on to the ERP, and taking data from it."), ground=_("Performance of a contract (GDPR art. 6(1)(b))."),
           persons=_("Customers and their contacts; staff who look after the connection"), term=_("Until the ERP took it; what was put aside until somebody solved it."), receivers=_("The ERP."),
           fields={"connectors.Command": {"payload": _("What was sent"), "text": _("What was sent"), "cancel_reason": _("Notes")}, "connectors.Quarantine": {"payload": _("What was received"), "reason": _("What was received")},
                   "connectors.Connection": {"paused_by": _("Name"), "pause_reason": _("Notes")}, "connectors.Feed": {"paused_by": _("Name")}})
not_personal("how the connection stands, and what the ERP calls its rows", "connectors.Freshness", "connectors.Known", "connectors.Command.key", "connectors.Command.aggregate", "connectors.Command.base_version", "connectors.Command.code", "connectors.Command.number",
             "connectors.Connection.vendor", "connectors.Connection.label", "connectors.Connection.options", "connectors.Connection.health", "connectors.Connection.down_text", "connectors.Feed.entity", "connectors.Feed.cursor", "connectors.Feed.error_code", "connectors.Feed.error_text",
             "connectors.Quarantine.entity", "connectors.Quarantine.version", "connectors.Quarantine.code")

mention("connectors.Command", "payload", "text", "cancel_reason")
mention("connectors.Quarantine", "payload", "reason")
mention("connectors.Connection", "paused_by", "pause_reason")
mention("connectors.Feed", "paused_by")
