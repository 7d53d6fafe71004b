"""What is mailed to who asks for an account."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.foundation.notifications.kinds import message_kind


def _letter(kind: str, label: Any, title: Any, body: Any, action: Any = "") -> str:
    return message_kind(kind, label=label, title=title, body=body, action=action, url=lambda subject, values: str(values.get("url", "")), secret=True)


CODE = _letter("applications.code", _("Request for an account: code"), _("{code} proves your address to {portal}"),
               _("Hello {name},\n\nWith this code you send the request for an account for {company}. It is valid for half an hour, in the window where you asked for it.\n\n"
                 "Did you not ask for it? Then you need do nothing, and you hear no more of it."))
RECEIVED = _letter("applications.received", _("Request for an account: received"), _("Your request to {portal} has arrived"),
                   _("Hello {name},\n\nWe have your request for an account for {company} and look at it. You hear from us by mail. On the page below you see how it stands."),
                   _("See how it stands"))
QUESTION = _letter("applications.question", _("Request for an account: question"), _("{portal} has a question about your request"),
                   _("Hello {name},\n\nAbout your request for an account for {company} we ask:\n\n{text}\n\nAnswer on the page below; after that we go on."),
                   _("Answer"))
REJECTED = _letter("applications.rejected", _("Request for an account: rejected"), _("Your request to {portal}"),
                   _("Hello {name},\n\nWe give no account for {company} on this request. The reason:\n\n{text}"),
                   _("See your request"))
