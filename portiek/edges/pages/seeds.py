"""What Van Dijk tells on the home page in the demo."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.edges.pages import actions
from portiek.foundation.accounts.seeds import portal_ids


def seed(size: str) -> None:
    """Write news for everybody and for dealers."""
    if size != "demo":
        return
    today = timezone.localdate()
    actor = Actor.system(portal_ids()["vandijk"])
    with scope(actor):
        actions.write_news(actor, values={"title": "Gesloten tussen kerst en nieuwjaar", "title_en": "Closed between Christmas and New Year", "link": "", "kinds": [], "first_day": today - timedelta(days=2), "last_day": today + timedelta(days=45),
                                          "text": "Van 25 december tot en met 1 januari is het magazijn dicht. Wat u voor 23 december bestelt, wordt nog geleverd.",
                                          "text_en": "The warehouse is closed from 25 December until 1 January. What you order before 23 December is still delivered."})  # fmt: skip
        actions.write_news(actor, values={"title": "Nieuwe staffels voor dealers", "title_en": "New tiers for dealers", "link": "/agreements/", "kinds": ["dealer"], "first_day": today - timedelta(days=5), "last_day": today + timedelta(days=60),
                                          "text": "Vanaf deze maand gelden ruimere staffels op isolatie. U ziet ze bij uw afspraken.", "text_en": "From this month wider tiers hold for insulation. You find them with your agreements."})  # fmt: skip
