"""The keys of a company."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page, render
from portiek.core.permissions import rights as all_rights
from portiek.edges.api import actions, forms, permissions, queries


def _choices(request: Request) -> list[tuple[str, Any]]:
    return [(code, label) for code in sorted(request.actor.rights) if (label := label_of(code))]


def label_of(code: str) -> Any:
    """Return the words of a right, whatever its reach; "" for one that no module knows."""
    found = all_rights().get(code.removesuffix(".own").removesuffix(".unit").removesuffix(".company"))
    return found.label if found else ""


@page(permissions.APIKEY_MANAGE, "GET")
def keys(request: Request) -> HttpResponse:
    """List the company's keys and offer to make one."""
    return render(request, "api/keys.html", {"keys": list(queries.keys(request.actor)), "form": forms.NewKey(rights=_choices(request)), "secret": None, "now": timezone.now(), "label": label_of})


@page(permissions.APIKEY_MANAGE, "POST")
def create_key(request: Request) -> HttpResponse:
    """Make a key and show its secret, this once."""
    form = forms.NewKey(request.POST, rights=_choices(request))
    secret = None
    if form.is_valid():
        try:
            _key, secret = actions.create_key(request.actor, **form.cleaned_data)
            form = forms.NewKey(rights=_choices(request))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    context = {"keys": list(queries.keys(request.actor)), "form": form, "secret": secret, "now": timezone.now(), "label": label_of}
    return render(request, "api/keys.html", context, status=201 if secret else 422)


@page(permissions.APIKEY_MANAGE, "POST")
def revoke_key(request: Request, key: int) -> HttpResponse:
    """End a key."""
    found = actions.revoke_key(request.actor, key=key, now=timezone.now())
    return redirect("parties:tab", found.party.number, "programs") if found.party and request.actor.is_staff else redirect("api:keys")
