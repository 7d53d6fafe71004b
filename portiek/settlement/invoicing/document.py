"""An invoice as a document to download."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portiek.core import traces
from portiek.foundation.files import rules as files
from portiek.foundation.files.download import CSP, attachment
from portiek.settlement.invoicing import actions, copy, queries
from portiek.settlement.invoicing.models import Invoice


def document(request: Any, found: Invoice) -> HttpResponse:
    """Hand out the ERP's document, or a copy of our own where there is none; who fetched it is recorded."""
    traces.leave(request, actions.note_download, invoice=found)
    own = queries.pdf(request.actor, found)
    if own:
        return attachment(request, own[1], name=own[0].name, media_type=own[0].media_type, etag=own[0].sha256)
    content = copy.pdf(found, queries.lines(request.actor, found), request.portal, queries.order_numbers(request.actor, [found]).get(found.pk, []))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = files.disposition(files.clean_name(f"{found.number} ({_('copy')}).pdf"))
    response["Content-Security-Policy"] = CSP
    return response
