"""The rules of the cast's contractor: what Youssef orders goes past Sanne, and large orders past an approver as well."""

from __future__ import annotations

from decimal import Decimal

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.foundation.accounts.models import Membership, Role
from portiek.foundation.accounts.seeds import portal_ids
from portiek.foundation.parties.models import Party
from portiek.trade.approvals.models import Rule, RuleStep

# above, address; then who in which step: a name, or the code of a role
RULES: list[tuple[str | None, str, list[str]]] = [("5000", "", ["Sanne Bakker", "approver"]), (None, "oneoff", ["Sanne Bakker"])]


def seed(size: str) -> None:
    """Make the rules; small installations, those of tests, have none."""
    if size != "demo":
        return
    actor = Actor.system(portal_ids()["vandijk"])
    with scope(actor):
        party = Party.objects.get(number="10042")
        people = dict(Membership.objects.filter(party=party, is_active=True).values_list("user__name", "user_id"))
        own = {"portal_id": actor.portal_id, "party_id": party.pk}
        # Karin looks after the money: she is asked about large orders.
        Membership.objects.create(**own, user_id=people["Karin Bakker"], role=Role.objects.get(code="approver"))
        roles = dict(Role.objects.filter(owner=None).values_list("code", "pk"))
        for place, (above, address, steps) in enumerate(RULES, start=1):
            rule = Rule.objects.create(**own, position=place, above=Decimal(above) if above else None, address=address)
            for step, who in enumerate(steps, start=1):
                RuleStep.objects.create(**own, rule=rule, position=step, **({"who": "role", "role_id": roles[who]} if who in roles else {"who": "people", "people": [people[who]]}))
