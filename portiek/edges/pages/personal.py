"""What is kept of one person where he starts: when he last looked. News is about no person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.erasing import goes
from portiek.core.personal import Person, not_personal, part, processing
from portiek.edges.pages.models import Presence

not_personal("words of the portal to everybody", "pages.NewsItem.title", "pages.NewsItem.title_en", "pages.NewsItem.text", "pages.NewsItem.text_en", "pages.NewsItem.link")


def _presence(actor: Actor, person: Person) -> Iterable[Mapping[str, Any]]:
    return Presence.objects.filter(portal_id=actor.portal_id, user_id=person.user_id).values("party__name", "seen_at")


part("pages.presence", _("When you last looked"), order=38, collect=_presence, columns={"party__name": _("Company"), "seen_at": _("When")})
processing("pages.presence", _("What changed since somebody's last visit"), order=43, purpose=_("Showing people what changed since they were last here."), ground=_("Legitimate interest (GDPR art. 6(1)(f)): people find their way back; nobody else sees it."),
           persons=_("People of customers, dealers and suppliers; our own staff"), term=_("As long as somebody has an account."), receivers=_("Nobody."),
           fields={"pages.Presence": {"user": _("Visits"), "seen_at": _("Visits"), "before_at": _("Visits")}})
goes("pages.Presence", user=("user",))
