"""What follows from a rule or from people who come and go: a rule without a possible approver is said to who makes the rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core.actor import Actor
from portiek.core.facts import About, reacts_to
from portiek.core.refs import ref
from portiek.foundation.accounts import facts as accounts
from portiek.foundation.notifications.kinds import topic
from portiek.foundation.tasks.actions import Asked, ask_many, settle_many
from portiek.foundation.tasks.kinds import task_kind
from portiek.trade.approvals import facts, permissions, queries, wording
from portiek.trade.approvals.actions import REF


def _url(subject: str, values: Mapping[str, Any]) -> str:
    return reverse("approvals:rule", args=[subject.rpartition(":")[2]])


topic("approvals", _("Approvals"), 11)
STUCK = task_kind("approvals.rule_stuck", title=_("An approval rule has no possible approver"), detail=_("{rule} In step {step} nobody who is asked may approve."), action=_("Change the rule"), icon="badge-check", url=_url, tone="stop", mail="now",
                  label=_("Nobody can approve by one of your rules"), several=_("{count} approval rules have no possible approver"), right=permissions.RULES)  # fmt: skip


@reacts_to(facts.RuleMade, facts.RuleChanged, facts.RuleResumed, facts.RulePaused, facts.RuleRemoved, accounts.MembershipGranted, accounts.MembershipChanged, accounts.MembershipEnded)
def warn_of_stuck_rules(actor: Actor, fact: Any, about: About) -> None:
    """Say which rules of a party have nobody who can decide, and settle what is mended."""
    if about.party_id is None:
        return
    found = queries.listed(actor, party_id=about.party_id)
    stuck = [item for item in found.listed if item.stuck and item.rule.paused_at is None]
    fine = {ref(REF, item.rule.pk) for item in found.listed} - {ref(REF, item.rule.pk) for item in stuck} | ({about.subject} if isinstance(fact, facts.RuleRemoved) else set())
    settle_many(actor, kind=STUCK, subjects=sorted(fine))
    ask_many(actor, kind=STUCK, asked=[Asked(ref(REF, item.rule.pk), about.party_id, permissions.RULES, values={"rule": wording.rule(item.rule, item.steps, found.people), "step": item.stuck[0].position}) for item in stuck])
