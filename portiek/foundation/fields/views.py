"""Pages about fields: those of the portal for staff, what is filled in on one object for both."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core import slots
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, page, render
from portiek.foundation.fields import actions, forms, permissions, queries
from portiek.foundation.fields.models import Field
from portiek.foundation.fields.subjects import named, subjects
from portiek.foundation.fields.wording import pairs

TONE = {"staff": "rest", "see": "info", "fill": "ok"}


@page(permissions.MANAGE, audience="staff")
def list_fields(request: Request) -> HttpResponse:
    """List the fields of the portal, by what they stand on."""
    found = queries.every(request.actor)
    groups = [(item.key, Field.Subject(item.key).label, [field for field in found if field.subject == item.key and field.ended_at is None], [field for field in found if field.subject == item.key and field.ended_at]) for item in subjects()]
    ways = {item.key: [html for _filling, html in slots.rendered("list.ways", request, what=f"{item.key}-fields", party=None)] for item in subjects()}
    return render(request, "fields/list.html", {"groups": groups, "tones": TONE, "ways": ways})


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def new_field(request: Request, what: str) -> HttpResponse:
    """Make a field on companies, products or orders."""
    subject = named(what)
    form = forms.Settle(request.POST if request.method == "POST" else None, subject=what, initial={"position": 10 * (len(queries.fields(request.actor, what)) + 1)})
    if form.is_bound and form.is_valid():
        try:
            made = actions.make_field(request.actor, subject=subject, **form.settled())
            messages.success(request, _("%(name)s has been made.") % {"name": made.name})
            return HttpResponseRedirect(reverse("fields:list"))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return render(request, "fields/settle.html", {"form": form, "field": None, "about": Field.Subject(what).label, "here": reverse("fields:new", args=[what])}, status=422 if form.is_bound else 200)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def change_field(request: Request, key: int) -> HttpResponse:
    """Change what a field is called, what may be chosen and who sees it."""
    field = queries.field(request.actor, key)
    first = {name: getattr(field, name) for name in actions.SETTLED} | {"choices": "\n".join(field.choices)}
    form = forms.Settle(request.POST if request.method == "POST" else None, subject=field.subject, field=field, initial=first)
    if form.is_bound and form.is_valid():
        try:
            actions.change_field(request.actor, field=field, **form.settled())
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("fields:list"))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return render(request, "fields/settle.html", {"form": form, "field": field, "about": field.get_subject_display(), "here": reverse("fields:change", args=[key])}, status=422 if form.is_bound else 200)


@page(permissions.MANAGE, "POST", audience="staff")
def end_field(request: Request, key: int) -> HttpResponse:
    """End a field."""
    ended = actions.end_field(request.actor, field=queries.field(request.actor, key))
    messages.success(request, _("%(name)s has been ended. What was filled in stays readable to you.") % {"name": ended.name})
    return HttpResponseRedirect(reverse("fields:list"))


@page(permissions.MANAGE, "POST", audience="staff")
def resume_field(request: Request, key: int) -> HttpResponse:
    """Take an ended field up again."""
    found = actions.resume_field(request.actor, field=queries.field(request.actor, key))
    messages.success(request, _("%(name)s is in use again.") % {"name": found.name})
    return HttpResponseRedirect(reverse("fields:list"))


@page(None, "GET", "POST")
def fill(request: Request, what: str, number: str) -> HttpResponse:
    """Fill in the own fields of one company, product or order: staff, and a party on its own page."""
    actor, subject = request.actor, named(what)
    if not actor.is_staff and not subject.fills:  # before looking: of these a party finds none, whether it sees them or not
        raise NotFound
    row = subject.find(actor, number)
    queries.check_may_fill(actor, subject, row)
    items, filled = queries.to_fill(actor, subject), queries.filled(actor, subject, [row.pk]).get(row.pk, [])
    form = forms.Values(request.POST if request.method == "POST" else None, items=items, values={item.field.key: item.value for item in filled}, staff=actor.is_staff)
    if form.is_bound and form.is_valid():
        try:
            changed = actions.fill(actor, subject=subject, row=row, values=forms.given(form, items))
            messages.success(request, _("Saved.")) if changed else messages.info(request, _("Nothing was different, so nothing was saved."))
            return HttpResponseRedirect(subject.url(actor, row))
        except Refused as refused:
            forms.refuse(form, refused)
    values: dict[str, Any] = {"form": form, "row": row, "name": subject.number_of(row), "back": subject.url(actor, row), "here": reverse("fields:fill", args=[what, number]), "over": pairs(item for item in filled if item.over),
                              "seen": [] if actor.is_staff else pairs(item for item in filled if item.field.visibility == Field.Visibility.SEE)}
    return render(request, "fields/fill.html", values, status=422 if form.is_bound else 200)
