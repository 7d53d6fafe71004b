"""How a product is shown where another module refers to it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.core.sight import Sight, Way, register_sight
from portiek.foundation.parties.models import Party
from portiek.trade.catalog import permissions, queries


def _product(actor: Actor, key: int) -> Shown | None:
    found = queries.products_by_id(actor, [key]).get(key)
    return Shown(found.label, reverse("catalog:detail", args=[found.sku])) if found else None


def _sight(actor: Actor, key: int, party_id: int | None) -> Sight | None:
    found = queries.products_by_id(actor, [key]).get(key) if actor.may(permissions.VIEW) else None
    if found is None:
        return None
    outside = actor.is_staff and party_id is not None and not queries.holds(actor, queries.assortments_of(actor, party_id), found)
    closed = _("It is in none of the assortments that this company sees.") if outside else ""
    mend = reverse("parties:tab", args=[Party.objects.values_list("number", flat=True).get(pk=party_id), "assortment"]) if outside and party_id is not None and actor.may(permissions.MANAGE) else ""
    return Sight(found.label, reverse("catalog:detail", args=[found.sku]), actor.party_id or party_id, (Way(permissions.VIEW),), (Way(permissions.VIEW),), closed, mend)


register_ref("catalog.product", _product)
register_sight("catalog.product", _sight)
