"""The rules of the cast's contractor: what Youssef orders goes past Sanne, and large orders past an approver as well; its cost centres and budgets."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.foundation.accounts.models import Membership, Role
from portiek.foundation.accounts.seeds import portal_ids
from portiek.foundation.parties.models import Party
from portiek.trade.approvals.models import Budget, CostCentre, ReferencePolicy, Rule, RuleStep

# above, address; then who in which step: a name, or the code of a role
RULES: list[tuple[str | None, str, list[str]]] = [("5000", "", ["Sanne Bakker", "approver"]), (None, "oneoff", ["Sanne Bakker"])]

COSTS = [("100", "Werkplaats en gereedschap"), ("210", "Steiger Noord"), ("220", "Parkweg 12")]
# name, whose (a colleague, the code of a cost centre, or everybody), amount, period, carries, hard
BUDGETS = [("Gereedschap werkplaats", "100", "2500", "quarter", True, False), ("Steiger Noord", "210", "12000", "year", False, True), ("Youssef, per maand", "Youssef El Amrani", "7500", "month", False, False), ("Inkoop bouwmaterialen", "", "4000000", "year", False, False)]


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
        ReferencePolicy.objects.create(**own, hint="Het werk of de bus waarvoor het is.")
        year = timezone.localdate().replace(month=1, day=1)
        CostCentre.objects.bulk_create([CostCentre(**own, code=code, name=name) for code, name in COSTS])
        Budget.objects.bulk_create([Budget(**own, name=name, user_id=people.get(whose), cost_centre=whose if whose.isdigit() else "", amount=Decimal(amount), period=period, starts_on=year, carries=carries, hard=hard) for name, whose, amount, period, carries, hard in BUDGETS])
