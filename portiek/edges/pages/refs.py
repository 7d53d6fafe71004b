"""How news is shown where only its reference is known."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.edges.pages.models import NewsItem
from portiek.foundation.parties.permissions import PORTAL_MANAGE


def _news(actor: Actor, key: int) -> Shown | None:
    found = NewsItem.objects.filter(pk=key).first() if actor.is_staff else None
    return Shown(str(found), reverse("pages:news", args=[key]) if actor.may(PORTAL_MANAGE) else "") if found else None


register_ref("pages.news", _news)
