"""Punch-out in the menu and on a party's page; its facts in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots
from portiek.core.pages import Request, part
from portiek.edges.punchout import permissions, queries
from portiek.edges.punchout import wording as words
from portiek.foundation.audit.words import change_words, fact_group, fact_words


def _of_party(request: Request, *, party: Any) -> Any:
    """Show staff the purchasing systems of a party."""
    found = list(queries.systems(request.actor, party_id=party.pk).order_by("-pk")[:50])
    return part(request, "punchout/of_party.html", {"party": party, "systems": found, "last": queries.last(request.actor, found), "words": words})


slots.fill("parties.detail.tabs", key="punchout", label=_("Purchasing systems"), right=permissions.MANAGE, order=72, render=_of_party)
nav.place("punchout", _("Purchasing systems"), icon="shopping-cart", url="punchout:systems", right=permissions.MANAGE, audience="party", group="company", order=919, kinds=("customer", "dealer"))
nav.place("punchout-portal", _("Purchasing systems"), icon="shopping-cart", url="punchout:systems", right=permissions.MANAGE, audience="staff", group="setup", order=834)
fact_group("punchout", _("Purchasing systems"))
change_words("hosts", _("Where carts go back to"))
fact_words("punchout.system.added", _("{user} let the purchasing system {text} in"), icon="shopping-cart")
fact_words("punchout.system.changed", _("{user} changed how the purchasing system {text} comes in"), icon="shopping-cart")
fact_words("punchout.system.renewed", _("{user} gave the purchasing system {text} another password"), icon="key-round")
fact_words("punchout.visit.begun", _("Somebody came to shop from {text}"), icon="shopping-cart")
fact_words("punchout.visit.returned", _("A cart went back to {text}"), icon="undo-2")
fact_words("punchout.visit.ordered", _("The order of a cart for {text} came in"), icon="package", tone="ok")
