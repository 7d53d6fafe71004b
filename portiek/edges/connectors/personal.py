"""What the connection with the ERP holds of people, for the register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portiek.core.erasing import mention
from portiek.core.personal import not_personal, processing
from portiek.core.retention import term
from portiek.edges.connectors.models import FileDelivery

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

processing("connectors.files", _("Files of the ERP"), order=52, purpose=_("Taking over what an ERP writes as files, and knowing what it said last."), ground=_("Performance of a contract (GDPR art. 6(1)(b))."), persons=_("Customers and their contacts; staff who bring a file or say how it is read"),
           term=_("A file and its rows for 30 days; what it said last of a record as long as the record is there."), receivers=_("The ERP."),
           fields={"connectors.FileDelivery": {"name": _("File"), "brought_by": _("Name"), "sample": _("What stood in the file"), "detail": _("What stood in the file")}, "connectors.FileMapping": {"made_by": _("Name")},
                   "connectors.FileRow": {"cells": _("What stood in the file"), "detail": _("What stood in the file"), "mended_by": _("Name")}, "connectors.FileRecord": {"body": _("What stood in the file")}})
not_personal("names of columns, kinds and states of files, and what the ERP calls its rows", "connectors.FileSource", "connectors.FileMapping.layout", "connectors.FileMapping.body", "connectors.FileDelivery.layout", "connectors.FileDelivery.sha256", "connectors.FileDelivery.code",
             "connectors.FileDelivery.heads", "connectors.FileRow.external_id", "connectors.FileRow.field", "connectors.FileRow.code", "connectors.FileRecord.layout", "connectors.FileRecord.external_id", "connectors.FileRecord.parent", "connectors.FileRecord.reference", "connectors.FileRecord.version")
mention("connectors.FileDelivery", "name", "brought_by", "sample", "detail")
mention("connectors.FileMapping", "made_by")
mention("connectors.FileRow", "cells", "detail", "mended_by")
mention("connectors.FileRecord", "body")
term("connectors.files", _("Files of the ERP and their rows that stayed out"), days=30, least=2, most=365, processing="connectors.files",
     old=lambda actor, before: FileDelivery.objects.filter(portal_id=actor.portal_id, came_at__lt=before).exclude(state__in=["unmapped", "ready", "held", "waiting", "reading", "confirmed", "loading"]))
