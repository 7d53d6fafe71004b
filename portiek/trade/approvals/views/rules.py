"""Pages of the rules by which a party approves, for its own administrator."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page, render
from portiek.foundation.accounts import choosing
from portiek.foundation.accounts import queries as accounts
from portiek.foundation.parties import queries as parties
from portiek.trade.approvals import actions, forms, permissions, queries
from portiek.trade.approvals.shown import rows
from portiek.ui.fields import looked_for

# As many as a list of choices can hold.
ROLES, UNITS = 100, 500


@page(permissions.RULES, audience="party")
def list_rules(request: Request) -> HttpResponse:
    """List the rules in plain words, each with whether somebody can decide by it."""
    found = rows(queries.listed(request.actor, party_id=parties.own_party(request.actor).pk), request.portal.currency)
    return render(request, "approvals/rules.html", {"rules": found, "gaps": [row for row in found if row.stuck and not row.paused]})


def _form(request: Request, **more: Any) -> forms.RuleForm:
    actor, party = request.actor, parties.own_party(request.actor)
    return forms.RuleForm(
        request.POST if request.method == "POST" else None, categories=queries.categories(actor), units=list(parties.units(actor, party=party)[:UNITS]),
        roles=list(accounts.roles(actor, audience="party", party=party).order_by(*accounts.GIVEN_FIRST)[:ROLES]), people=choosing.people(actor, party_id=party.pk, right=permissions.APPROVE), costs=queries.centres(actor, ended=True).names, **more)


def _shown(request: Request, form: forms.RuleForm, looked: bool, rule: Any = None) -> HttpResponse:
    here = reverse("approvals:rule", args=[rule.pk]) if rule else reverse("approvals:rule-new")
    return render(request, "approvals/rule.html", {"form": form, "rule": rule, "here": here}, status=422 if form.is_bound and not looked else 200)


@page(permissions.RULES, "GET", "POST", audience="party")
def new_rule(request: Request) -> HttpResponse:
    """Make a rule."""
    form = _form(request)
    looked = form.is_bound and looked_for(form)
    if form.is_bound and not looked and form.is_valid():
        try:
            actions.make_rule(request.actor, when=form.when(), stages=form.stages())
            messages.success(request, _("The rule holds for what is ordered from now on."))
            return HttpResponseRedirect(reverse("approvals:rules"))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return _shown(request, form, looked)


@page(permissions.RULES, "GET", "POST", audience="party")
def change_rule(request: Request, key: int) -> HttpResponse:
    """Change a rule."""
    rule = queries.rule(request.actor, key)
    form = _form(request, initial=forms.first(rule, queries.steps_of(request.actor, [rule]).get(rule.pk, [])))
    looked = form.is_bound and looked_for(form)
    if form.is_bound and not looked and form.is_valid():
        try:
            actions.change_rule(request.actor, rule=rule, when=form.when(), stages=form.stages())
            messages.success(request, _("Saved. What waits already goes on as it was asked."))
            return HttpResponseRedirect(reverse("approvals:rules"))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return _shown(request, form, looked, rule)


@page(permissions.RULES, "POST", audience="party")
def pause_rule(request: Request, key: int) -> HttpResponse:
    """Let a rule hold no more for a while."""
    actions.pause_rule(request.actor, rule=queries.rule(request.actor, key), paused=True)
    messages.success(request, _("The rule is paused: what is ordered now goes on without it."))
    return HttpResponseRedirect(reverse("approvals:rules"))


@page(permissions.RULES, "POST", audience="party")
def resume_rule(request: Request, key: int) -> HttpResponse:
    """Let a paused rule hold again."""
    actions.pause_rule(request.actor, rule=queries.rule(request.actor, key), paused=False)
    messages.success(request, _("The rule holds again."))
    return HttpResponseRedirect(reverse("approvals:rules"))


@page(permissions.RULES, "POST", audience="party")
def raise_rule(request: Request, key: int) -> HttpResponse:
    """Put a rule one place higher."""
    actions.raise_rule(request.actor, rule=queries.rule(request.actor, key))
    return HttpResponseRedirect(reverse("approvals:rules"))


@page(permissions.RULES, "GET", "POST", audience="party")
def remove_rule(request: Request, key: int) -> HttpResponse:
    """Ask, then remove a rule."""
    rule = queries.rule(request.actor, key)
    if request.method == "POST":
        actions.remove_rule(request.actor, rule=rule)
        messages.success(request, _("The rule is removed. What waits by it goes on waiting."))
        return HttpResponseRedirect(reverse("approvals:rules"))
    said = next(row.text for row in rows(queries.listed(request.actor, party_id=rule.party_id), request.portal.currency) if row.key == rule.pk)
    return render(request, "ui/confirm.html", {"heading": _("Remove this rule?"), "lead": said, "facts": [], "action": reverse("approvals:rule-remove", args=[key]), "label": _("Remove rule"),
                                               "back": reverse("approvals:rule", args=[key]), "kind": "danger", "values": {}})
