"""Making a mail of its kind and values, and handing it to the mail server.

The host of every link is the portal's own record, never a request's Host header. Header injection is closed twice: values lose their line
ends here, and the e-mail library refuses a header that holds one.
"""

from __future__ import annotations

import json
import smtplib
from email.headerregistry import Address

from django.conf import settings
from django.core import mail as django_mail
from django.template import engines
from django.utils import translation

from portiek.core.actor import Actor
from portiek.core.sealing import unseal
from portiek.foundation.notifications import rules
from portiek.foundation.notifications.kinds import kind as kind_of
from portiek.foundation.notifications.models import Mail
from portiek.foundation.parties.models import Portal
from portiek.ui.colour import hex_of
from portiek.ui.sentences import sentence


class NotTaken(Exception):
    """The mail server did not take it; `final` when it never will."""

    def __init__(self, text: str, final: bool) -> None:
        super().__init__(text)
        self.final = final


def link(portal: Portal, path: str) -> str:
    """Return the whole address of a path of a portal. Raises ValueError for what is not a path of ours."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"not a path: {path!r}")
    return f"{settings.LINK_SCHEME}://{portal.host}{settings.LINK_PORT}{path}"


def letter(actor: Actor, mail: Mail) -> django_mail.EmailMultiAlternatives:
    """Write a mail in its recipient's language, as text and HTML."""
    portal = Portal.objects.get(pk=mail.portal_id)
    known = kind_of(mail.kind)
    values = {**json.loads(unseal(mail.values, rules.place_of(mail.key))), "portal": portal.name}
    with translation.override(mail.language):
        title = rules.one_line(sentence(known.title, values))
        paragraphs = [part.strip() for part in sentence(known.body, values).split("\n\n") if part.strip()]
        path = known.url(mail.subject, values)
        about = {
            "portal": portal,
            "title": title,
            "paragraphs": paragraphs,
            "url": link(portal, path) if path else "",
            "action": str(known.action),
            "language": mail.language,
            "colour": hex_of(portal.hue, float(portal.chroma)),
            "home": link(portal, "/"),
            "code": values.get("code", ""),
        }
        html = engines["jinja2"].get_template("notifications/mail.html").render(about)
        text = _text(about)
    sender = Address(display_name=rules.one_line(portal.name), addr_spec=settings.DEFAULT_FROM_EMAIL)
    made = django_mail.EmailMultiAlternatives(
        title,
        text,
        str(sender),
        [mail.to],
        reply_to=[portal.email] if portal.email else None,
        headers={"Message-ID": f"<{mail.key}@{portal.host}>", "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )
    made.attach_alternative(html, "text/html")
    return made


def _text(about: dict[str, object]) -> str:
    parts = [str(about["title"]), *map(str, about["paragraphs"])]  # type: ignore[call-overload]
    if about["url"]:
        parts.append(f"{about['action'] or translation.gettext('Open it in the portal')}:\n{about['url']}")
    portal = about["portal"]
    parts.append(f"-- \n{portal}\n{about['home']}")
    return "\n\n".join(parts) + "\n"


def hand_over(letter: django_mail.EmailMultiAlternatives) -> None:
    """Give a mail to the mail server. Raises NotTaken; outside any scope, since a slow server may take its time."""
    try:
        letter.send()
    except smtplib.SMTPRecipientsRefused as problem:
        code, answer = next(iter(problem.recipients.values()))
        raise NotTaken(_said(code, answer), rules.is_final(code)) from problem
    except smtplib.SMTPResponseException as problem:
        raise NotTaken(_said(problem.smtp_code, problem.smtp_error), rules.is_final(problem.smtp_code)) from problem
    except smtplib.SMTPNotSupportedError as problem:
        raise NotTaken(str(problem), False) from problem
    except (smtplib.SMTPException, OSError) as problem:
        raise NotTaken(f"{type(problem).__name__}: {problem}", False) from problem
    except ValueError as problem:  # a header that would inject another
        raise NotTaken(type(problem).__name__, True) from problem


def _said(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return f"{code} {text}"
