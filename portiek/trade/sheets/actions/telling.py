"""Telling who bought a product that its safety data sheet has a new version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound
from portiek.core.facts import record
from portiek.foundation.notifications.actions import notify
from portiek.foundation.notifications.kinds import message_kind, topic
from portiek.trade.sheets import facts, permissions, queries, rules
from portiek.trade.sheets.models import ProductDocument


def _url(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("sheets:bought")


topic("sheets", _("Documents of products"), 25)
NEW_VERSION = message_kind(
    "sheets.new_version",
    title=_("New safety data sheets of what you bought: {count}"),
    body=_("Of products that your company bought in the last two years there is a new version of the safety data sheet:\n\n{names}\n\nTake it in where the product is used; it replaces the one before."),
    url=_url,
    action=_("Fetch the sheets"),
    icon="file-text",
    label=_("The safety data sheet of something that the company bought has a new version"),
    several=_("{count} times new safety data sheets"),
    right=permissions.BOUGHT,
)
# How many products a message names.
NAMED = 12


@action(None)
def tell_news(actor: Actor, *, now: datetime) -> int:
    """Tell each company once, in one message, which safety data sheets of what it bought have a new version; return how many companies. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    rows = queries.news(actor)
    by_product: dict[int, list[ProductDocument]] = {}
    for row in rows:
        by_product.setdefault(row.product_id, []).append(row)
    told = queries.who_bought(actor, by_product, since=now - rules.BOUGHT_WITHIN)
    for party_id, product_ids in sorted(told.items()):
        some = [by_product[key] for key in sorted(product_ids)]
        ids = [row.pk for found in some for row in found]
        names = [f"{found[0].product.name} ({found[0].product.sku})" for found in some]
        notify(actor, kind=NEW_VERSION, party_id=party_id, right=permissions.BOUGHT, values={"count": len(some), "names": "\n".join(names[:NAMED] + (["..."] if len(names) > NAMED else []))}, event=f"sheets:{party_id}:{max(ids)}")
        record(actor, facts.NewsTold(document_ids=ids), party_id=party_id, text=", ".join(names)[:200])
    ProductDocument.objects.filter(portal_id=actor.portal_id, pk__in=[row.pk for row in rows]).update(is_news=False)
    return len(told)
