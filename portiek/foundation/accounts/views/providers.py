"""Setting up log-in with an account of elsewhere: a company's administrator for his company, staff for the portal and for any company."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core.addresses import whole
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.foundation.accounts import actions, choosing, forms, permissions, queries
from portiek.foundation.accounts.causes import cause_in_words
from portiek.foundation.accounts.models import Provider
from portiek.foundation.accounts.proofs import saml
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.models import Party
from portiek.ui.fields import looked_for

MANAGE = permissions.SSO_MANAGE
# What is filled in at a provider.
THERE = [(gettext_lazy("Redirect address"), "elsewhere-return")]
THERE_SAML = [(gettext_lazy("Entity ID, and address of our metadata"), "elsewhere-metadata"), (gettext_lazy("Reply address (ACS)"), "elsewhere-saml")]


def _back(row: Provider) -> HttpResponse:
    return HttpResponseRedirect(reverse("accounts:provider", args=[row.pk]))


@page(MANAGE)
def list_providers(request: Request) -> HttpResponse:
    """List the providers that this person sets up, with how they do."""
    shown = keyset(queries.providers(request.actor), ("pk",), after=request.GET.get("after"), before=request.GET.get("before"))
    return render(request, "accounts/providers.html", {"rows": shown.rows, "page": shown, "cause": cause_in_words})


def _form_of(request: Request, row: Provider) -> forms.ProviderForm:
    return _form(request, row, row.party, bound=False)


def _form(request: Request, row: Provider | None, party: Party | None, *, bound: bool = True) -> forms.ProviderForm:
    initial = {name: getattr(row, name) for name in ("label", "audience", "client_id", "subject_claim", "makes_members")} | {"role": str(row.role_id or ""), "domains": ", ".join(row.domains)} if row else {"audience": "staff"}
    roles = choosing.roles(request.actor, party_id=party.pk if party else None)
    asked = request.POST if request.method == "POST" else request.GET
    kind = row.kind if row else asked.get("kind")
    made = forms.SamlProvider if kind == Provider.Kind.SAML else forms.OpenIdProvider
    return made(request.POST if bound and request.method == "POST" else None, initial=initial, roles=roles, of_portal=party is None, kept=row)


def _add(request: Request, party: Party | None) -> HttpResponse:
    form = _form(request, None, party)
    looked = looked_for(form)
    if form.is_bound and not looked and form.is_valid():
        settings = form.settings()
        try:
            kind = Provider.Kind.SAML if isinstance(form, forms.SamlProvider) else Provider.Kind.OPENID
            made = actions.add_provider(request.actor, kind=kind, party=party, label=settings.pop("label"), issuer=settings.pop("issuer"), settings=settings)
            return _back(made)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return render(request, "accounts/provider_new.html", {"form": form, "party": party, "saml": isinstance(form, forms.SamlProvider)}, status=422 if form.is_bound and not looked else 200)


@page(MANAGE, "GET", "POST")
def add(request: Request) -> HttpResponse:
    """Set up a provider of one's own company, or of the portal."""
    return _add(request, None if request.actor.is_staff else parties.own_party(request.actor))


@page(MANAGE, "GET", "POST", audience="staff")
def add_of(request: Request, number: str) -> HttpResponse:
    """Set up a provider of a party."""
    return _add(request, parties.party(request.actor, number))


@page(MANAGE, "GET", "POST")
def change(request: Request, key: int) -> HttpResponse:
    """Show how a provider does, what to fill in there, who is linked; change its settings."""
    return _show(request, queries.provider(request.actor, key))


def _show(request: Request, row: Provider, secret: str = "") -> HttpResponse:
    form = _form(request, row, row.party) if not secret else _form_of(request, row)
    looked = looked_for(form)
    if form.is_bound and not looked and form.is_valid():
        try:
            actions.change_provider(request.actor, provider=row, settings=form.settings())
            messages.success(request, _("The settings have been saved."))
            return _back(row)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    host = request.portal.host
    values: dict[str, Any] = {
        "row": row, "form": form, "cause": cause_in_words,
        "there": [(name, whole(host, reverse(f"accounts:{address}", args=[row.slug]))) for name, address in (THERE_SAML if row.kind == Provider.Kind.SAML else THERE)],
        "certificates": saml.certificates(row.keys, timezone.now()),
        "start": whole(host, reverse("accounts:elsewhere", args=[row.slug])),
        "tokens": queries.scim_tokens(request.actor, provider=row), "secret": secret, "base": whole(host, "/scim/v2"),
        "groups": list(queries.scim_groups(request.actor, provider_id=row.pk)[:200]),
        "asking": queries.asking(request.actor, provider=row), "lift": forms.Lift() if request.actor.is_staff else None,
        "people": keyset(queries.identities(request.actor, provider=row), ("user__name", "pk"), after=request.GET.get("after"), before=request.GET.get("before")),
    }
    return render(request, "accounts/provider.html", values, status=422 if form.is_bound and not looked else 201 if secret else 200)


@page(MANAGE, "POST")
def check(request: Request, key: int) -> HttpResponse:
    """Have a provider tried."""
    row = queries.provider(request.actor, key)
    actions.ask_check(request.actor, provider=row)
    return _back(row)


def _switch(request: Request, key: int, is_active: bool) -> HttpResponse:
    row = queries.provider(request.actor, key)
    try:
        actions.switch_provider(request.actor, provider=row, is_active=is_active)
        said = _("People can now log in with %(provider)s.") if is_active else _("Nobody can log in with %(provider)s any more; who came in through it is out.")
        messages.success(request, said % {"provider": row.label})
    except Refused as refused:
        messages.error(request, wording(refused))
    return _back(row)


@page(MANAGE, "POST")
def switch_on(request: Request, key: int) -> HttpResponse:
    """Put a provider into use."""
    return _switch(request, key, True)


@page(MANAGE, "POST")
def switch_off(request: Request, key: int) -> HttpResponse:
    """Put a provider out of use."""
    return _switch(request, key, False)


@page(MANAGE, "POST")
def make_token(request: Request, key: int) -> HttpResponse:
    """Make a token for SCIM and show it, this once."""
    row = queries.provider(request.actor, key)
    try:
        return _show(request, row, actions.make_scim_token(request.actor, provider=row))
    except Refused as refused:
        messages.error(request, wording(refused))
        return _back(row)


@page(MANAGE, "POST")
def revoke_token(request: Request, key: int, token: int) -> HttpResponse:
    """End a token for SCIM."""
    row = queries.provider(request.actor, key)
    actions.revoke_scim_token(request.actor, provider=row, key=token)
    messages.success(request, _("The token no longer works."))
    return _back(row)


@page(MANAGE, "GET", "POST")
def map_group(request: Request, key: int) -> HttpResponse:
    """Say which role who is in a group gets."""
    group = queries.scim_group(request.actor, key)
    form = forms.GroupRole(request.POST if request.method == "POST" else None, roles=choosing.roles(request.actor, party_id=group.party_id), initial={"role": str(group.role_id or "")})
    looked = looked_for(form)
    if form.is_bound and not looked and form.is_valid():
        actions.map_group(request.actor, group=group, role=form.chosen())
        messages.success(request, _("Who is in %(group)s now has this role.") % {"group": group.display_name})
        return _back(group.provider)
    return render(request, "accounts/group.html", {"form": form, "group": group}, status=422 if form.is_bound and not looked else 200)
