"""Making a mail of its kind and values, and handing it to the mail server.

The host of every link is the portal's own record, never a request's Host header. Header injection is closed twice: values lose their line
ends here, and the e-mail library refuses a header that holds one.
"""

from __future__ import annotations

import json
import smtplib
from email.headerregistry import Address
from typing import Any

from django.conf import settings
from django.core import mail as django_mail
from django.template import engines
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from portiek.core.actor import Actor
from portiek.core.addresses import whole
from portiek.core.sealing import unseal
from portiek.foundation.notifications import queries, rules, samples, shown
from portiek.foundation.notifications.enclosures import Enclosure
from portiek.foundation.notifications.kinds import DIGEST, places_of
from portiek.foundation.notifications.kinds import kind as kind_of
from portiek.foundation.notifications.models import Mail, MailText
from portiek.foundation.notifications.tokens import token_of
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
    return whole(portal.host, path)


def letter(actor: Actor, mail: Mail, enclosed: Enclosure | None = None) -> django_mail.EmailMultiAlternatives:
    """Write a mail in its recipient's language and time zone, as text and HTML, with the file that goes with it."""
    portal = Portal.objects.get(pk=mail.portal_id)
    values = {**json.loads(unseal(mail.values, rules.place_of(mail.key))), "portal": portal.name}
    with translation.override(mail.language), timezone.override(mail.time_zone or portal.time_zone):
        about = {
            "portal": portal,
            "language": mail.language,
            "colour": hex_of(portal.hue, float(portal.chroma)),
            "home": link(portal, "/"),
            **(_digest(actor, portal, mail, values) if mail.kind == DIGEST else _one(portal, mail, values, queries.text_of(actor, mail.kind, mail.language))),
            **_off(portal, mail),
            "enclosed": rules.one_line(enclosed.name) if enclosed else "",
        }
        html = engines["jinja2"].get_template("notifications/mail.html").render(about)
        text = _text(about)
    sender = Address(display_name=rules.one_line(portal.name), addr_spec=settings.DEFAULT_FROM_EMAIL)
    headers = {"Message-ID": f"<{mail.key}.{mail.token}@{portal.host}>", "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    if about["off_url"] and settings.LINK_SCHEME == "https":  # RFC 8058: over https only, and the link does nothing until it is posted to
        headers |= {"List-Unsubscribe": f"<{about['off_url']}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    # What comes back goes to an address of this one mail (VERP), apart from what its reader sees.
    back = rules.return_address(settings.BOUNCE_ADDRESS, mail.portal_id, mail.token)
    if back:
        headers["From"] = str(sender)
    made = django_mail.EmailMultiAlternatives(str(about["title"]), text, back or str(sender), [mail.to], reply_to=[portal.email] if portal.email else None, headers=headers)
    made.attach_alternative(html, "text/html")
    if enclosed:
        made.attach(about["enclosed"], enclosed.content, enclosed.media_type)
    return made


def preview(portal: Portal, *, kind: str, language: str, title: str, body: str) -> tuple[str, str, str]:
    """Return the subject of a mail of a kind with these words, and it as HTML and as text, as a reader of the language gets it with made-up values."""
    with translation.override(language), timezone.override(portal.time_zone):
        values = {**samples.values_of(kind), "portal": portal.name}
        mail = Mail(portal_id=portal.pk, kind=kind, subject=samples.SUBJECT, language=language)
        about = {"portal": portal, "language": language, "colour": hex_of(portal.hue, float(portal.chroma)), "home": link(portal, "/"), **_one(portal, mail, values, MailText(title=title, body=body)),
                 "off_url": "", "choices_url": "", "enclosed": ""}  # fmt: skip
        return about["title"], engines["jinja2"].get_template("notifications/mail.html").render(about), _text(about)


def _one(portal: Portal, mail: Mail, values: dict[str, Any], own: MailText | None) -> dict[str, Any]:
    """Return what a mail about one thing says: in the portal's own words, or in those of the module."""
    known, values = kind_of(mail.kind), dict(shown.values_of(mail.kind, values))
    path = known.url(mail.subject, values)
    known_places = frozenset(places_of(mail.kind, mail.language))
    if own and any(rules.why_not_text(text, known_places) for text in (own.title, own.body)):
        own = None  # of before an upgrade, when such mails had other values
    title, body = (own.title, own.body) if own else (known.title, known.body)
    parts = [part.strip() for part in sentence(body, values).split("\n\n") if part.strip()]
    return {
        "title": rules.one_line(sentence(title, values)),
        "paragraphs": [Markup(rules.BOLD.sub(r"<b>\1</b>", str(escape(part)))) for part in parts] if own else parts,  # noqa: S704  escaped before its marks are made
        "plain": [rules.without_marks(part) for part in parts] if own else parts,
        "url": link(portal, path) if path else "",
        "action": str(known.action),
        "code": values.get("code", ""),
        "sections": [],
    }


def _digest(actor: Actor, portal: Portal, mail: Mail, values: dict[str, Any]) -> dict[str, Any]:
    """Return what a mail about several things says: by company, most urgent first, many of a kind in one line."""
    sections = [
        (company, [(entry.title, entry.body, link(portal, entry.url) if entry.url else "") for entry in entries])
        for company, entries in shown.gathered(queries.gathered(actor, values["items"]), portal.name)
    ]
    entries = [entry for _company, found in sections for entry in found]
    count = len(values["items"])
    several = ngettext("%(num)s message from %(portal)s", "%(num)s messages from %(portal)s", count) % {"num": count, "portal": portal.name}
    return {"title": rules.one_line(entries[0][0] if len(entries) == 1 else several), "paragraphs": [], "url": link(portal, reverse("notifications:list")), "action": "", "code": "",
            "sections": sections}  # fmt: skip


def _off(portal: Portal, mail: Mail) -> dict[str, str]:
    """Return the addresses with which its reader chooses otherwise; none for what was not sent to a person of the portal, or is a secret of his."""
    known = kind_of(mail.kind)
    if not mail.user_id or known.secret:
        return {"off_url": "", "choices_url": ""}
    kind = "*" if mail.kind == DIGEST or known.obliged else mail.kind
    off = "" if known.obliged and mail.kind != DIGEST else link(portal, reverse("notifications:off", args=[token_of(portal.pk, mail.user_id, kind)]))
    return {"off_url": off, "choices_url": link(portal, reverse("notifications:choices"))}


def _text(about: dict[str, Any]) -> str:
    parts = [about["title"], *about.get("plain", about["paragraphs"])]
    if about["enclosed"]:
        parts.append(translation.gettext("Enclosed: %(name)s") % {"name": about["enclosed"]})
    for company, entries in about["sections"]:
        parts.append(f"{company}\n" + "\n".join(f"- {title}" + (f"\n  {url}" if url else "") for title, _body, url in entries))
    if about["url"]:
        parts.append(f"{about['action'] or translation.gettext('Open it in the portal')}:\n{about['url']}")
    parts.append(f"-- \n{about['portal']}\n{about['home']}")
    if about["off_url"]:
        parts.append(f"{translation.gettext('No mail about this any more:')}\n{about['off_url']}")
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
