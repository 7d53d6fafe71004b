"""Pages on which two companies become one, and one becomes two: choose, see what would happen, have it done, see what came of it. For staff alone."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core import merging
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.merging import Deed
from portiek.core.pages import Request, page, render
from portiek.foundation.parties import actions, choosing, forms, permissions, queries
from portiek.foundation.parties.models import Merge, Party
from portiek.ui.fields import looked_for

STATUS = {"asked": "wait", "running": "wait", "done": "ok", "failed": "stop"}


def _crumbs(party: Party) -> list[tuple[str, str]]:
    return [(_("Parties"), reverse("parties:list")), (party.name, reverse("parties:detail", args=[party.number]))]


def _asked(made: Merge, party: Party) -> HttpResponse:
    return HttpResponseRedirect(reverse("parties:merged", args=[party.number, made.pk]))


def _complain(form: Any, refused: Refused) -> None:
    form.add_error(refused.field if refused.field in form.fields else None, wording(refused))


@page(permissions.MERGE, "GET", "POST", audience="staff")
def merge_with(request: Request, number: str) -> HttpResponse:
    """Choose which company becomes part of this one."""
    party = queries.party(request.actor, number)
    form = forms.MergeWith(request.POST if request.method == "POST" else None, among=choosing.parties(request.actor, kind=party.kind, besides=party))
    looked = looked_for(form)
    if form.is_bound and not looked and form.is_valid():
        return HttpResponseRedirect(reverse("parties:merge-into", args=[party.number, form.cleaned_data["other"]]))
    return render(request, "parties/merge_with.html", {"form": form, "party": party, "crumbs": _crumbs(party)}, status=422 if form.is_bound and not looked else 200)


@page(permissions.MERGE, "GET", "POST", audience="staff")
def merge_into(request: Request, number: str, other: str) -> HttpResponse:
    """Show what would come of it when `other` becomes part of `number`, and have it done."""
    party, source = queries.party(request.actor, number), queries.party(request.actor, other)
    if party.pk == source.pk:
        return HttpResponseRedirect(reverse("parties:detail", args=[party.number]))
    form = forms.DoMerge(request.POST if request.method == "POST" else None, initial={"place": "branch"})
    if form.is_bound and form.is_valid():
        try:
            return _asked(actions.ask_merge(request.actor, source=source, target=party, as_branch=form.cleaned_data["place"] == "branch", reason=form.cleaned_data["reason"]), party)
        except Refused as refused:
            _complain(form, refused)
    never = queries.why_not_one(request.actor, source, party)
    plan = None if never else queries.plan(request.actor, Deed(source.pk, party.pk))
    problems = [wording(refused) for refused in ([never] if never else plan.refusals if plan else [])]
    values = {"form": form, "party": party, "source": source, "plan": plan, "problems": problems, "crumbs": [*_crumbs(party), (_("Merge"), reverse("parties:merge", args=[party.number]))]}
    return render(request, "parties/merge_into.html", values, status=422 if form.is_bound else 200)


@page(permissions.MERGE, "GET", "POST", audience="staff")
def split(request: Request, number: str) -> HttpResponse:
    """Choose what becomes a company of its own; then see what would come of it, and have it done."""
    party = queries.party(request.actor, number)
    posted = request.POST if request.method == "POST" else None
    form = forms.SplitOff(posted, units=list(queries.units(request.actor, party=party)))
    values: dict[str, Any] = {"form": form, "party": party, "crumbs": _crumbs(party)}
    if not form.is_bound or not form.is_valid():
        return render(request, "parties/split.html", values, status=422 if form.is_bound else 200)
    chosen = form.chosen()
    deed = queries.split_of(request.actor, source=party, units=chosen)
    again = "reason" in request.POST
    do = forms.DoSplit(posted if again else None, people=merging.people_in(request.actor, party.pk, deed.units))
    status = 200
    if again and do.is_valid():
        try:
            made = actions.ask_split(request.actor, source=party, units=chosen, number=form.cleaned_data["number"], name=form.cleaned_data["name"], administrator=int(do.cleaned_data["administrator"]), reason=do.cleaned_data["reason"])
            return _asked(made, party)
        except Refused as refused:
            if refused.field in form.fields:
                _complain(form, refused)
                return render(request, "parties/split.html", values, status=422)
            _complain(do, refused)
    if again:
        status = 422
    plan = queries.plan(request.actor, deed)
    kept = [("units", str(key)) for key in chosen] + [(name, form.cleaned_data[name]) for name in ("name", "number")]
    return render(request, "parties/split_off.html", {**values, "form": do, "plan": plan, "problems": [wording(refused) for refused in plan.refusals], "kept": kept, "new": form.cleaned_data}, status=status)


def listed(request: Request, party: Party) -> list[tuple[Merge, str, str, tuple[str, Any]]]:
    """Return what was merged into a party and split from it, as its page says it."""
    return [(row, _said(row, party), row.number if row.is_split and row.source_id == party.pk else row.source.number, (STATUS[row.state], row.get_state_display())) for row in queries.merges(request.actor, party=party)[:20]]


def _said(row: Merge, party: Party) -> str:
    if row.is_split:
        return _("%(name)s was split off") % {"name": row.name} if row.source_id == party.pk else _("Was part of %(name)s") % {"name": row.source.name}
    return _("%(name)s became part of it") % {"name": row.source.name} if row.target_id == party.pk else _("Becomes part of %(name)s") % {"name": row.target.name if row.target else ""}


@page(permissions.MERGE, audience="staff")
def merged(request: Request, number: str, key: int) -> HttpResponse:
    """Show how far a merge or split is, and what came of it."""
    party, row = queries.party(request.actor, number), queries.merge(request.actor, key)
    if party.pk not in (row.source_id, row.target_id) and (row.target is None or row.target.merged_into_id != party.pk):
        raise NotFound
    busy = row.state in queries.OPEN
    partial = request.headers.get("HX-Request-Type") == "partial"
    if partial and not busy:  # it was done meanwhile: the whole page is another one
        answer = HttpResponse(status=200)
        answer["HX-Redirect"] = reverse("parties:merged", args=[party.number, key])
        return answer
    lines = [(rule.label, row.result[rule.model]) for rule in merging.rules() if rule.label and not rule.ends and row.result.get(rule.model)]
    values = {"row": row, "party": party, "busy": busy, "status": (STATUS[row.state], row.get_state_display()), "lines": lines, "crumbs": _crumbs(party), "people": len(row.people)}
    return render(request, "parties/merged.html" + ("#state" if partial else ""), values)
