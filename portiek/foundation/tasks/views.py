"""The list of all that waits, one task with its history, and asking somebody something."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core import slots
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page, render
from portiek.foundation.accounts import choosing
from portiek.foundation.parties import queries as parties
from portiek.foundation.tasks import actions, forms, permissions, queries, rules
from portiek.foundation.tasks.kinds import OWN
from portiek.foundation.tasks.models import Task
from portiek.foundation.tasks.shown import worded
from portiek.ui.csv_file import as_csv
from portiek.ui.fields import looked_for

LISTS = {"": queries.waiting_page, "company": queries.company_page, "asked": queries.asked_page, "done": queries.done_page}


@page(None)
def list_tasks(request: Request) -> HttpResponse:
    """Show what waits for this person, for his company, for others on his behalf, or what was done."""
    show = request.GET.get("show", "") if request.GET.get("show", "") in LISTS else ""
    care = request.actor.is_staff and request.GET.get("care") == "1"
    found = LISTS[show](request.actor, care=care, after=request.GET.get("after"), before=request.GET.get("before"))
    asks = [worded(row) for row in queries.turned_to(request.actor)[:50]] if show == "" and request.actor.is_staff else []
    return render(request, "tasks/list.html", {"page": found, "show": show, "care": care, "asks": asks, "may_company": request.actor.may(queries.COMPANY)})


def _detail(request: Request, row: Task, status: int = 200, **bound: Any) -> HttpResponse:
    """Show one task with what can be done with it; `bound`: a form that was refused."""
    steps = queries.steps(request.actor, row)
    used = queries.clock(request.actor, row, steps, timezone.now())
    people = queries.colleagues(request.actor, row)
    asker = request.actor.is_staff and row.party_id is not None
    values = {
        "task": worded(row) if row.done_at else replace(worded(row), instead_of=queries.in_place_of(request.actor, row)), "row": row, "steps": steps, "own": row.kind == OWN, "asker": asker, "late": rules.days_late(timezone.localdate(row.due_at), timezone.localdate()) if row.due_at and not row.done_at else 0,
        "used": (rules.whole_days(used.asked), rules.whole_days(used.asker)),
        "hand": bound.get("hand") or (forms.HandOver(people=people) if not row.done_at and not asker and people.find("", 1) else None),
        "note": bound.get("note") or forms.Note(), "talk": bound.get("talk") or forms.Note(needed=True, auto_id="talk_%s"),
        "panels": [html for _filling, html in slots.rendered("tasks.detail.panels", request, task=row)],
    }  # fmt: skip
    return render(request, "tasks/detail.html", values, status=status)


@page(None)
def detail(request: Request, key: int) -> HttpResponse:
    """Show one task: what is asked, whose turn it is, how long it lay with whom, what happened."""
    return _detail(request, queries.task(request.actor, key))


@page(None, "POST")
def finish(request: Request, key: int) -> HttpResponse:
    """End a task that was asked in words."""
    row, form = queries.task(request.actor, key), forms.Note(request.POST)
    if not form.is_valid():
        return _detail(request, row, 422, note=form)
    actions.finish(request.actor, task=row, note=form.cleaned_data["text"])
    messages.success(request, _("Done. Who asked sees it."))
    return redirect("tasks:list")


@page(None, "POST")
def talk(request: Request, key: int) -> HttpResponse:
    """Ask back, or answer: the turn goes to the other side."""
    row, form = queries.task(request.actor, key), forms.Note(request.POST, needed=True, auto_id="talk_%s")
    if not form.is_valid():
        messages.error(request, str(form.errors["text"][0]))
        return _detail(request, row, 422, talk=form)
    if request.actor.is_staff:
        actions.answer(request.actor, task=row, text=form.cleaned_data["text"])
    else:
        actions.question(request.actor, task=row, text=form.cleaned_data["text"])
    messages.success(request, _("Sent. The turn is with the other side now."))
    return redirect("tasks:detail", key)


@page(None, "POST")
def hand_over(request: Request, key: int) -> HttpResponse:
    """Let a task wait for a colleague."""
    row = queries.task(request.actor, key)
    form = forms.HandOver(request.POST, people=queries.colleagues(request.actor, row))
    if looked_for(form):
        return _detail(request, row, hand=form)
    if not form.is_valid():
        return _detail(request, row, 422, hand=form)
    actions.hand_over(request.actor, task=row, user_id=int(form.cleaned_data["user"]), note=form.cleaned_data["text"])
    messages.success(request, _("Handed over. Your colleague hears of it."))
    return redirect("tasks:list")


@page(permissions.ASK, "POST", audience="staff")
def remind(request: Request, key: int) -> HttpResponse:
    """Say it once more to who is asked."""
    actions.remind_now(request.actor, task=queries.task(request.actor, key))
    messages.success(request, _("It is said again, in the next mail that this person gets by his own choice. Below you see when it really went."))
    return redirect("tasks:detail", key)


@page(None)
def clock(request: Request, key: int) -> HttpResponse:
    """Give the turns of a task as a file: when each side had it, and how long in all."""
    row = queries.task(request.actor, key)
    steps = queries.steps(request.actor, row)
    used = queries.clock(request.actor, row, steps, timezone.now())
    turns = [[timezone.localtime(step.at).isoformat(timespec="minutes"), step.get_what_display(), step.by, step.text] for step in steps]
    days: list[list[str | int]] = [[_("Days with who was asked"), rules.whole_days(used.asked)], [_("Days with who asked"), rules.whole_days(used.asker)]]
    return HttpResponse(as_csv([[_("When"), _("What"), _("By"), _("Note")], *turns, [], *days]), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="task-{row.pk}.csv"'})


@page(permissions.ASK, "GET", "POST", audience="staff")
def ask(request: Request, number: str) -> HttpResponse:
    """Ask a person of a party something in words."""
    party = parties.party(request.actor, number)
    form = forms.Ask(request.POST if request.method == "POST" else None, people=choosing.people(request.actor, party_id=party.pk))
    looked = looked_for(form)
    if form.is_bound and not looked and form.is_valid():
        try:
            made = actions.ask_person(request.actor, party=party, **form.asked())
            messages.success(request, _("Asked. You find it under “Waits for others”."))
            return redirect("tasks:detail", made.pk)
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return render(request, "tasks/ask.html", {"form": form, "party": party}, status=422 if form.is_bound and not looked else 200)
