"""Roles: what there are and what each may, made and changed below the ceiling; the ceiling itself for staff."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, local_path, page, render
from portiek.foundation.accounts import actions, choosing, forms, permissions, queries
from portiek.foundation.accounts import wording as words
from portiek.foundation.accounts.models import Role
from portiek.foundation.accounts.views.along import look_with
from portiek.foundation.accounts.views.colleagues import neighbours as _neighbours
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party
from portiek.ui.fields import looked_for


def _own(request: Request) -> Party | None:
    """Return the company whose roles this actor looks at: his own; for staff None."""
    return None if request.actor.is_staff else parties.own_party(request.actor)


def _party(request: Request) -> Party | None:
    """Return the company of which roles are asked for: one's own, or for staff the one that is named."""
    number = request.GET.get("of", "")
    return parties.party(request.actor, number) if request.actor.is_staff and number else _own(request)


def _audience(request: Request) -> str:
    return "staff" if request.actor.is_staff and request.GET.get("for") == "staff" else "party"


@page(permissions.ROLE_MANAGE)
def list_roles(request: Request) -> HttpResponse:
    """List the roles with what each may and how many people have it."""
    party, audience, search = _party(request), _audience(request), request.GET.get("q", "").strip()[:100]
    found = queries.roles_page(request.actor, audience=audience, party=party, search=search, after=request.GET.get("after"), before=request.GET.get("before"))
    asked = {key: value for key, value in (("for", "staff" if audience == "staff" else ""), ("of", party.number if party and request.actor.is_staff else ""), ("q", search)) if value}
    chips = [(_("Customers, dealers and suppliers"), "?", audience == "party", None), (_("Staff"), "?for=staff", audience == "staff", None)] if request.actor.is_staff and party is None else []
    return render(request, "accounts/roles.html", {
        "roles": [(item, words.grouped(item.role.rights)) for item in found.rows], **_neighbours(found, asked), "search": search, "asked": asked,
        "party": party, "audience": audience, "chips": chips, "kinds": dict(Party.Kind.choices)})


@page(permissions.ROLE_MANAGE)
def role_detail(request: Request, key: int) -> HttpResponse:
    """Show what a role may, in words, and who has it."""
    role = queries.role(request.actor, key, party=_own(request))
    own = _own(request)
    people = queries.with_role(request.actor, role, party=own, after=request.GET.get("after"), before=request.GET.get("before"))
    above = queries.withheld(request.actor, party_id=own.pk if own else role.owner_id) if role.audience == "party" else frozenset()
    return render(request, "accounts/role.html", {
        "role": role, "may": words.grouped(role.rights), "withheld": [words.said(code) for code in sorted(above) if any(given == code or given.startswith(code + ".") for given in role.rights)],
        "people": people.rows, **_neighbours(people, {}), "kinds": dict(Party.Kind.choices), "back": _back(role), "may_look": role.audience == ("staff" if request.actor.is_staff else "party"), "mine": queries.may_change(request.actor, role)})


def _back(role: Role) -> str:
    return reverse("accounts:roles") + ("?for=staff" if role.audience == "staff" else "")


def _form(request: Request, *, audience: str, party: Party | None, start: Role | None, name: str = "") -> forms.RoleForm:
    """Return the form of a role, with what was ticked before somebody went to look as it."""
    offered = queries.offered(request.actor, audience, party=party)
    portal_wide = request.actor.is_staff and audience == "party" and party is None
    initial: dict[str, Any] = {"name": name, "order_limit": start.order_limit, "kinds": start.kinds} if start else {}
    granted = start.rights if start else []
    if "ticked" in request.GET:
        granted = request.GET["ticked"].split(",")
        initial |= {"name": request.GET.get("name", "")[:80]}
    return forms.RoleForm(request.POST if request.method == "POST" else None, offered=offered, granted=granted, with_kinds=portal_wide, initial=initial)


def _refuse(form: Any, refused: Refused) -> None:
    form.add_error(refused.field if refused.field in form.fields else None, wording(refused))


@page(permissions.ROLE_MANAGE, "GET", "POST")
def new_role(request: Request) -> HttpResponse:
    """Make a role, from nothing or as a copy."""
    copied = request.GET.get("copy", "")
    party = _party(request)
    start = queries.role(request.actor, int(copied), party=_own(request)) if copied.isascii() and copied.isdigit() and len(copied) < 19 else None
    audience = start.audience if start else _audience(request)
    form = _form(request, audience=audience, party=party, start=start, name=_("Copy of %(name)s") % {"name": start.label} if start else "")
    if form.is_bound and form.is_valid():
        try:
            made = actions.make_role(request.actor, audience=audience, owner=party, **form.role())
            messages.success(request, _("The role %(name)s has been made. Give it to colleagues on their own page.") % {"name": made.name})
            return HttpResponseRedirect(reverse("accounts:role", args=[made.pk]))
        except Refused as refused:
            _refuse(form, refused)
    return render(request, "accounts/role_form.html", {"form": form, "role": None, "back": reverse("accounts:roles"), "preview": _preview(request, audience)}, status=422 if form.is_bound else 200)


@page(permissions.ROLE_MANAGE, "GET", "POST")
def change_role(request: Request, key: int) -> HttpResponse:
    """Change a role, for everybody who has it."""
    role = queries.role_to_change(request.actor, key, party=_own(request))
    form = _form(request, audience=role.audience, party=role.owner, start=role, name=role.name)
    if form.is_bound and form.is_valid():
        try:
            changed = actions.change_role(request.actor, role=role, **form.role())
            messages.success(request, _("The role %(name)s has been changed, at once for everybody who has it.") % {"name": changed.name})
            return HttpResponseRedirect(reverse("accounts:role", args=[role.pk]))
        except Refused as refused:
            _refuse(form, refused)
    people = queries.people_of(request.actor, [role]).get(role.pk, 0)
    return render(request, "accounts/role_form.html", {"form": form, "role": role, "people": people, "back": reverse("accounts:role", args=[role.pk]), "preview": _preview(request, role.audience)},
                  status=422 if form.is_bound else 200)


def _preview(request: Request, audience: str) -> str:
    """Return where these ticks can be looked at before they are saved; "" where one cannot look as such a role."""
    there = audience == ("staff" if request.actor.is_staff else "party")
    return reverse("accounts:role-preview") + "?" + urlencode({"from": request.path, **{key: request.GET[key] for key in ("copy", "for") if key in request.GET}}) if there else ""


@page(permissions.ROLE_MANAGE, "POST", scoped=False)
def preview_role(request: Request) -> HttpResponse:
    """Look as a role that is not saved yet, and come back to it with the same ticks."""
    with scope(request.actor, read_only=True):
        form = _form(request, audience="staff" if request.actor.is_staff else "party", party=_own(request), start=None)
        valid = form.is_valid()
    chosen = form.role() if valid else {"rights": []}
    if not chosen["rights"]:
        raise Refused("role-empty")
    came_from = local_path(request.GET.get("from"), reverse("accounts:role-new"))
    more = {key: request.GET[key] for key in ("copy", "for") if key in request.GET}
    back = came_from + "?" + urlencode({**more, "name": chosen["name"], "ticked": ",".join(chosen["rights"])})
    return look_with(request, name=chosen["name"], rights=chosen["rights"], back=back)


@page(permissions.ROLE_MANAGE, "GET", "POST")
def remove_role(request: Request, key: int) -> HttpResponse:
    """Ask which role people get instead, and remove it."""
    role = queries.role_to_change(request.actor, key, party=_own(request))
    people = queries.people_of(request.actor, [role]).get(role.pk, 0)
    form = forms.Instead(request.POST if request.method == "POST" else None, roles=choosing.roles_instead(request.actor, role))
    form.fields["instead"].required = bool(people)
    looked = looked_for(form)
    if form.is_bound and not looked and form.is_valid():
        try:
            actions.remove_role(request.actor, role=role, instead=form.role())
            messages.success(request, _("The role %(name)s has been removed.") % {"name": role.name})
            return HttpResponseRedirect(_back(role))
        except Refused as refused:
            _refuse(form, refused)
    return render(request, "accounts/role_remove.html", {"form": form, "role": role, "people": people, "back": reverse("accounts:role", args=[role.pk])}, status=422 if form.is_bound and not looked else 200)


@page(permissions.ROLE_MANAGE, audience="staff")
def list_ceilings(request: Request) -> HttpResponse:
    """Show at which levels the portal withholds rights."""
    found = queries.ceilings(request.actor)
    rows = [(label, reverse("accounts:ceiling", args=[kind or "all"]), found.get((kind, None), 0)) for kind, label in [("", _("All parties")), *Party.Kind.choices]]
    return render(request, "accounts/ceilings.html", {"rows": rows})


def _ceiling(request: Request, *, kind: str, party: Party | None, name: str, back: str) -> HttpResponse:
    kept = queries.ceiling(request.actor, kind=kind, party_id=party.pk if party else None)
    form = forms.CeilingForm(request.POST if request.method == "POST" else None, codes=queries.withholdable(request.actor), withheld=kept)
    if form.is_bound and form.is_valid():
        try:
            actions.set_ceiling(request.actor, kind=kind, party=party, withheld=form.withheld())
            messages.success(request, _("What %(name)s can have has been changed, at once for everybody who is in.") % {"name": name})
            return HttpResponseRedirect(back)
        except Refused as refused:
            _refuse(form, refused)
    return render(request, "accounts/ceiling.html", {"form": form, "name": name, "party": party, "back": back}, status=422 if form.is_bound else 200)


@page(permissions.ROLE_MANAGE, "GET", "POST", audience="staff")
def ceiling(request: Request, kind: str) -> HttpResponse:
    """Choose which rights parties, or parties of one kind, can have at all."""
    names = {"all": _("All parties"), **dict(Party.Kind.choices)}
    if kind not in names:
        raise NotFound
    return _ceiling(request, kind="" if kind == "all" else kind, party=None, name=str(names[kind]), back=reverse("accounts:ceilings"))


def _features(request: Request, *, kind: str, party: Party | None, name: str, back: str, detail: str) -> HttpResponse:
    kept = queries.ceiling(request.actor, kind=kind, party_id=party.pk if party else None)
    wider = queries.withheld_above(request.actor, kind=kind, party=party)
    form = forms.FeaturesForm(request.POST if request.method == "POST" else None, kept=kept, above=wider)
    if form.is_bound and form.is_valid():
        actions.set_features(request.actor, kind=kind, party=party, on=form.on())
        messages.success(request, _("What %(name)s can use has been changed, at once for everybody who is in.") % {"name": name})
        return HttpResponseRedirect(request.path if party is None else back)
    levels = [("", _("All parties")), *Party.Kind.choices]
    tabs = [] if party else [(label, reverse("accounts:features", args=[code or "all"]), code == kind, None) for code, label in levels]
    return render(request, "accounts/features.html", {"form": form, "name": name, "party": party, "back": back, "tabs": tabs, "detail": detail}, status=422 if form.is_bound else 200)


@page(permissions.ROLE_MANAGE, "GET", "POST", audience="staff")
def features(request: Request, kind: str = "all") -> HttpResponse:
    """Switch features on and off for all parties, or for those of one kind."""
    names = {"all": _("All parties"), **dict(Party.Kind.choices)}
    if kind not in names:
        raise NotFound
    return _features(request, kind="" if kind == "all" else kind, party=None, name=str(names[kind]), back=reverse("accounts:roles"), detail=reverse("accounts:ceiling", args=[kind]))


@page(permissions.ROLE_MANAGE, "GET", "POST", audience="staff")
def features_of(request: Request, number: str) -> HttpResponse:
    """Switch features on and off for one party."""
    party = parties.party(request.actor, number)
    return _features(request, kind="", party=party, name=party.name, back=reverse("parties:tab", args=[number, "users"]), detail=reverse("accounts:ceiling-of", args=[number]))


@page(permissions.ROLE_MANAGE, "GET", "POST", audience="staff")
def ceiling_of(request: Request, number: str) -> HttpResponse:
    """Choose which rights one party can have at all."""
    party = parties.party(request.actor, number)
    return _ceiling(request, kind="", party=party, name=party.name, back=reverse("parties:tab", args=[number, "users"]))
