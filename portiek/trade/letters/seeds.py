"""In the demo: the price letter of next year, sent to all who buy; and one that is still looked at."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.accounts.seeds import portal_ids
from portiek.trade.letters import actions


def seed(size: str) -> None:
    """Write and send the letter of the first of January; nothing but in the demo."""
    if size != "demo":
        return
    peter, system, today, now = Cast().peter, Actor.system(portal_ids()["vandijk"]), timezone.localdate(), timezone.now()
    values = {
        "title": f"Nieuwe prijzen {today.year + 1}",
        "text": "Vanaf 1 januari passen wij onze prijzen aan. Hout en gips worden iets duurder, isolatie wordt goedkoper. Orders die u dit jaar plaatst, rekenen wij af tegen de oude prijs.",
        "title_en": f"New prices {today.year + 1}",
        "text_en": "From 1 January our prices change. Timber and plaster become a little dearer, insulation becomes cheaper. Orders that you place this year are charged at the old price.",
        "effective_on": date(today.year + 1, 1, 1),
    }
    with scope(peter):
        letter = actions.write_letter(peter, values=values, today=today)
    more = True
    while more:
        with scope(system):
            more = actions.make_copies(system, letter_id=letter.pk, now=now, today=today, size=50)
    with scope(peter):
        actions.send_letter(peter, letter=letter, now=now - timedelta(hours=3), today=today)
    more = True
    while more:
        with scope(system):
            more = actions.send_copies(system, letter_id=letter.pk, size=200)
