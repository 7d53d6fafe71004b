"""Who asked for a price list hears when it is ready."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.facts import About, reacts_to
from portiek.foundation.notifications.actions import notify
from portiek.foundation.notifications.kinds import message_kind, topic
from portiek.trade.pricing import facts, permissions, queries

topic("pricing", _("Prices"), 31)
FILE_READY = message_kind("pricing.file_ready", label=_("A price list that you asked for is ready"), title=_("Your price list is ready"), body=_("It stands ready for a limited time, by default a week. Only you can fetch it."), action=_("Fetch it"), icon="download", mail="off", right=permissions.VIEW,
                          url=lambda subject, values: reverse("pricing:files"))  # fmt: skip


@reacts_to(facts.PriceFileReady)
def tell_price_file(actor: Actor, fact: facts.PriceFileReady, about: About) -> None:
    """Tell who asked for a price list that it is ready: he alone can fetch it."""
    found = queries.price_file_made(actor, fact.price_file_id)
    if found is not None:
        notify(actor, kind=FILE_READY, subject=about.subject, party_id=found.party_id, user_ids=[found.user_id], event=f"fact:{about.fact_id}")
