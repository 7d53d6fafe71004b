"""The keys and clients of a company."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page, render
from portiek.core.permissions import rights as all_rights
from portiek.core.visitor import address_of
from portiek.edges.api import actions, forms, permissions, queries
from portiek.edges.api.models import ApiKey
from portiek.foundation.notifications.post import link
from portiek.trade.pricing.queries import feeds_of


def _choices(request: Request) -> list[tuple[str, Any]]:
    return [(code, label) for code in sorted(request.actor.rights) if (label := label_of(code))]


def label_of(code: str) -> Any:
    """Return the words of a right, whatever its reach; "" for one that no module knows."""
    found = all_rights().get(code.removesuffix(".own").removesuffix(".unit").removesuffix(".company"))
    return found.label if found else ""


def _shown(request: Request, form: forms.NewKey, *, made: ApiKey | None = None, secret: str = "", status: int = 200) -> HttpResponse:
    context = {"keys": list(queries.keys(request.actor)), "feeds": list(feeds_of(request.actor, party_id=None)), "form": form, "made": made, "secret": secret, "now": timezone.now(), "label": label_of, "me": request.actor.user_id,
               "token_url": link(request.portal, reverse("api:token"))}  # fmt: skip
    return render(request, "api/keys.html", context, status=status)


@page(permissions.APIKEY_MANAGE, "GET")
def keys(request: Request) -> HttpResponse:
    """List the company's keys and offer to make one."""
    return _shown(request, forms.NewKey(rights=_choices(request)))


@page(permissions.APIKEY_MANAGE, "POST")
def create_key(request: Request) -> HttpResponse:
    """Make a key or a client and show its secret, this once."""
    form = forms.NewKey(request.POST, rights=_choices(request))
    if form.is_valid():
        try:
            made, secret = actions.create_key(request.actor, **form.cleaned_data)
            return _shown(request, forms.NewKey(rights=_choices(request)), made=made, secret=secret, status=201)
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return _shown(request, form, status=422)


@page(permissions.APIKEY_MANAGE, "GET", "POST")
def key_networks(request: Request, key: int) -> HttpResponse:
    """Choose from which addresses alone a key may be used."""
    found = queries.own_key(request.actor, key)
    form = forms.KeyNetworks(request.POST if request.method == "POST" else None, initial={"networks": "\n".join(found.networks)})
    if form.is_bound and form.is_valid():
        try:
            actions.set_networks(request.actor, key=key, **form.cleaned_data)
            messages.success(request, _("From where %(name)s may be used has been saved.") % {"name": found.name})
            return redirect("api:keys")
        except Refused as refused:
            form.add_error(refused.field or None, wording(refused))
    address = address_of(request)
    return render(request, "api/key_networks.html", {"form": form, "key": found, "address": address}, status=422 if form.is_bound else 200)


@page(permissions.APIKEY_MANAGE, "POST")
def renew_key(request: Request, key: int) -> HttpResponse:
    """Give a key another secret and show it, this once."""
    made, secret = actions.renew_key(request.actor, key=key)
    return _shown(request, forms.NewKey(rights=_choices(request)), made=made, secret=secret)


@page(permissions.APIKEY_MANAGE, "POST")
def end_old_secret(request: Request, key: int) -> HttpResponse:
    """End the old secret of a key."""
    actions.end_old_secret(request.actor, key=key)
    messages.success(request, _("The old secret no longer works."))
    return redirect("api:keys")


@page(permissions.APIKEY_MANAGE, "POST")
def take_over_key(request: Request, key: int) -> HttpResponse:
    """Answer for a key that a colleague made."""
    actions.take_over_key(request.actor, key=key)
    messages.success(request, _("You answer for this key from now on."))
    return redirect("api:keys")


@page(permissions.APIKEY_MANAGE, "POST")
def revoke_key(request: Request, key: int) -> HttpResponse:
    """End a key."""
    found = actions.revoke_key(request.actor, key=key, now=timezone.now())
    return redirect("parties:tab", found.party.number, "programs") if found.party and request.actor.is_staff else redirect("api:keys")
