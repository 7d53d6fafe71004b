"""In the demo alone: news of Van Dijk, and when the cast last looked, three days ago, so that the overview says what changed since."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.edges.pages import actions
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.accounts.seeds import portal_ids


def seed(size: str) -> None:
    """Write news, and let the cast have looked before."""
    if size != "demo":
        return
    _write_news()
    _look()


def _write_news() -> None:
    today = timezone.localdate()
    actor = Actor.system(portal_ids()["vandijk"])
    with scope(actor):
        actions.write_news(actor, values={"title": "Gesloten tussen kerst en nieuwjaar", "title_en": "Closed between Christmas and New Year", "link": "", "kinds": [], "first_day": today - timedelta(days=2), "last_day": today + timedelta(days=45),
                                          "text": "Van 25 december tot en met 1 januari is het magazijn dicht. Wat u voor 23 december bestelt, wordt nog geleverd.",
                                          "text_en": "The warehouse is closed from 25 December until 1 January. What you order before 23 December is still delivered."})  # fmt: skip
        actions.write_news(actor, values={"title": "Nieuwe staffels voor dealers", "title_en": "New tiers for dealers", "link": "/prices/", "kinds": ["dealer"], "first_day": today - timedelta(days=5), "last_day": today + timedelta(days=60),
                                          "text": "Vanaf deze maand gelden ruimere staffels op isolatie. U ziet ze bij uw afspraken.", "text_en": "From this month wider tiers hold for insulation. You find them with your agreements."})  # fmt: skip


def _look() -> None:
    cast = Cast()
    for actor in (cast.sanne, cast.youssef, cast.karin, cast.dirk, cast.els, cast.olga, cast.peter, cast.fatima):
        with scope(actor):
            actions.note_presence(actor, now=timezone.now() - timedelta(days=3), up_to=0)
