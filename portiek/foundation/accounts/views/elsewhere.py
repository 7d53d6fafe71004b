"""Coming in with an account of elsewhere: away to the provider, back to a page that carries on what it sent, and in.

A browser takes a signed note along of what it began (`_Journey`); nothing is kept of it here until it is spent. What comes back is only
carried on by the first page, so that no address that a stranger can send a browser to changes anything; the second one, asked for
by a form of our own, looks into it. The provider is called between two scopes, never within one.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from portiek.core.addresses import whole
from portiek.core.db import scope
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, gate_of, local_path, page, public, render
from portiek.core.sealing import Unsealable
from portiek.core.sessions import session_of
from portiek.foundation.accounts import actions, queries, rules
from portiek.foundation.accounts.models import Provider
from portiek.foundation.accounts.proofs import Config, Proof, Rejected, openid, saml
from portiek.foundation.accounts.views.entering import cookie_name, entering_of, keep_cookie, let_in, visit_of

COOKIE = "elsewhere"
# What may come back, and how long it may be.
SENT = {"code": 8000, "state": 200, "iss": 500, "error": 200, "SAMLResponse": saml.MAX_BYTES}


@dataclass(frozen=True)
class _Journey:
    """What one browser began: with which provider, why (enter, first, link, accept), and what must come back. `nonce`: of SAML the id of the request."""

    provider: int
    purpose: str
    state: str
    nonce: str
    verifier: str
    go_on: str = "/"
    token: str = ""


def _begun(row: Provider, purpose: str, **more: str) -> _Journey:
    return _Journey(row.pk, purpose, secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), **more)


def _return_address(request: Request, row: Provider) -> str:
    return whole(request.portal.host, reverse("accounts:elsewhere-return", args=[row.slug]))


def _saml_addresses(request: Request, row: Provider) -> dict[str, str]:
    """Return what this portal is called by a SAML provider, and where its answers come in."""
    return {"entity": whole(request.portal.host, reverse("accounts:elsewhere-metadata", args=[row.slug])), "returns": whole(request.portal.host, reverse("accounts:elsewhere-saml", args=[row.slug]))}


def _departure(request: Request, row: Provider, config: Config, journey: _Journey) -> str:
    if row.kind == Provider.Kind.SAML:
        return saml.departure(config, **_saml_addresses(request, row), state=journey.state, request_id=f"_{journey.nonce}", now=timezone.now())
    return openid.departure(config, redirect=_return_address(request, row), state=journey.state, nonce=journey.nonce, verifier=journey.verifier)


def _keep(request: Request, response: HttpResponse, journey: _Journey) -> HttpResponse:
    keep_cookie(response, cookie_name(COOKIE), signing.dumps(asdict(journey), salt=f"elsewhere:{request.portal.id}"), rules.JOURNEY_MINUTES * 60)
    return response


def _kept(request: Request) -> _Journey | None:
    try:
        found = signing.loads(request.COOKIES.get(cookie_name(COOKIE), ""), salt=f"elsewhere:{request.portal.id}", max_age=rules.JOURNEY_MINUTES * 60)
        return _Journey(**found)
    except (signing.BadSignature, TypeError):
        return None


@public("GET", scoped=False)
def depart(request: Request, slug: str) -> HttpResponse:
    """Send a browser to a provider, to log in, to accept an invitation (`invitation`), or to be linked there at the first log-in (`first`)."""
    with scope(request.actor, read_only=True):
        row = queries.provider_at(request.actor, slug)
        token, first = request.GET.get("invitation", "")[:100], request.GET.get("first", "")[:100]
        fits = not first or queries.way_in(request.actor, ticket=entering_of(request).get("t", ""), token=first) is not None
    journey = _begun(row, "first" if first else "accept" if token else "enter", go_on=local_path(entering_of(request).get("n") if first else request.GET.get("next")), token=first or token)
    try:
        if not fits:
            raise Rejected("elsewhere-first-over", "tries")
        target = _departure(request, row, _config(request, row), journey)
    except Rejected as rejected:
        return _failed(request, row, rejected)
    return _keep(request, HttpResponseRedirect(target), journey)


@public("GET")
def come_back(request: Request, slug: str) -> HttpResponse:
    """Carry on what a provider sent along: nothing is looked at yet."""
    return _carry(request, slug, {name: request.GET[name][:long] for name, long in SENT.items() if name in request.GET})


@csrf_exempt  # it comes from another site and changes nothing; the form that carries it on is held against forgery
@public("POST")
def take_response(request: Request, slug: str) -> HttpResponse:
    """Carry on the response of a SAML provider: nothing is looked at yet."""
    return _carry(request, slug, {"SAMLResponse": request.POST.get("SAMLResponse", "")[: SENT["SAMLResponse"]], "state": request.POST.get("RelayState", "")[: SENT["state"]]})


@public("GET")
def metadata(request: Request, slug: str) -> HttpResponse:
    """Tell a SAML provider what it needs to know of this portal."""
    row = queries.provider_to_be(request.actor, slug)
    return HttpResponse(saml.metadata(**_saml_addresses(request, row)), content_type="application/samlmetadata+xml")


def _carry(request: Request, slug: str, sent: dict[str, str]) -> HttpResponse:
    row = queries.provider_at(request.actor, slug)
    return render(request, "accounts/carried.html", {"provider": row, "sent": sent})


@public("POST", scoped=False)
def finish(request: Request, slug: str) -> HttpResponse:
    """Look into what a provider sent, and let in, link or accept."""
    gate = request.actor
    with scope(gate):
        row = queries.provider_at(gate, slug)
        within = actions.may_try_elsewhere(gate, visit=visit_of(request))
    journey = _kept(request)
    try:
        if not within:
            raise Rejected("too-many-tries", "tries")
        if journey is None or journey.provider != row.pk:
            raise Rejected("elsewhere-over", "journey")
        proof = _proof(request, row, journey)
        return _done(request, row, journey, proof)
    except Rejected as rejected:
        with scope(gate):
            actions.note_failure(gate, provider_id=row.pk, cause=rejected.cause)
        return _failed(request, row, rejected)


def _proof(request: Request, row: Provider, journey: _Journey) -> Proof:
    """Return who the provider says this is. Raises Rejected."""
    sent = {name: request.POST.get(name, "")[:long] for name, long in SENT.items()}
    if not constant_time_compare(sent["state"], journey.state):
        raise Rejected("elsewhere-over", "state")
    if row.kind == Provider.Kind.SAML:
        return saml.verified(sent["SAMLResponse"], _config(request, row), **_saml_addresses(request, row), request_id=f"_{journey.nonce}", now=timezone.now())
    if sent["error"]:
        raise Rejected("elsewhere-refused", "refused")
    # RFC 9207: what another provider sent is not taken to this one.
    if not sent["code"] or sent["iss"] not in ("", row.issuer):
        raise Rejected("elsewhere-proof", "issuer")
    config = _config(request, row)
    http = openid.client()
    token = openid.redeem(config, code=sent["code"], verifier=journey.verifier, redirect=_return_address(request, row), http=http)
    return _with_fresh_keys(request, row, config, lambda now: openid.verified(token, now, nonce=journey.nonce, now=timezone.now()))


def _config(request: Request, row: Provider) -> Config:
    try:
        return queries.config_of(request.actor, row)
    except Unsealable:
        raise Rejected("elsewhere-misset", "secret") from None


def _with_fresh_keys(request: Request, row: Provider, config: Config, judge: Callable[[Config], Proof]) -> Proof:
    """Judge by the keys at hand; by those of this moment when the token names one that we do not know: a provider changes them now and then."""
    try:
        return judge(config)
    except Rejected as rejected:
        now = timezone.now()
        if rejected.cause != "key" or (row.keys_at is not None and (now - row.keys_at).total_seconds() < 60):
            raise
    keys = openid.fetch_keys(config.endpoints["jwks_uri"], openid.client())
    with scope(request.actor):
        actions.keep_keys(request.actor, provider_id=row.pk, keys=keys, now=now)
    return judge(replace(config, keys=keys))


def _done(request: Request, row: Provider, journey: _Journey, proof: Proof) -> HttpResponse:
    if journey.purpose == "link":
        return _linked(request, row, proof)
    gate, visit = request.actor, visit_of(request)
    with scope(gate):
        if journey.purpose == "accept":
            entered = actions.accept_elsewhere(gate, provider_id=row.pk, proof=proof, token=journey.token, visit=visit)
        elif journey.purpose == "first":
            entered = actions.enter_first(gate, provider_id=row.pk, proof=proof, ticket=entering_of(request).get("t", ""), token=journey.token, visit=visit)
        else:
            entered = actions.enter_elsewhere(gate, provider_id=row.pk, proof=proof, visit=visit)
    if isinstance(entered, str):
        raise Rejected(entered, entered)
    return _over(let_in(request, entered, journey.go_on))


def _linked(request: Request, row: Provider, proof: Proof) -> HttpResponse:
    if request.member is None:
        raise Rejected("elsewhere-over", "journey")
    gate = replace(request.actor, user_id=request.member.user_id, name=request.member.name)
    with scope(gate):
        problem = actions.link_elsewhere(gate, provider_id=row.pk, proof=proof, user_id=request.member.user_id, session=session_of(request))
    if problem:
        raise Rejected(problem, problem)
    messages.success(request, _("You can now log in with %(provider)s.") % {"provider": row.label})
    return _over(HttpResponseRedirect(reverse("accounts:security")))


def _over(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(cookie_name(COOKIE), path="/", samesite="Lax")
    return response


def _failed(request: Request, row: Provider, rejected: Rejected) -> HttpResponse:
    """Say why nobody came in, and what can be done now."""
    values: dict[str, Any] = {"provider": row, "problem": wording(Refused(rejected.code, provider=row.label)), "member": request.member}
    with scope(request.actor, read_only=True):
        return _over(render(request, "accounts/not_in.html", values, status=429 if rejected.code == "too-many-tries" else 422))


@page(None, "POST", scoped=False)
def link(request: Request, key: int) -> HttpResponse:
    """Send a browser to a provider in order to link its account there. By a form of our own: nobody else can have an account linked to his."""
    gate = gate_of(request)
    with scope(gate, read_only=True):
        offered = next((item for item in queries.links(gate, party_id=request.actor.party_id) if item.provider_id == key and item.identity_id is None), None)
        if offered is None:
            raise NotFound
        fresh = queries.is_fresh(gate, session=session_of(request))
        row = queries.provider_in_use(gate, key)
        config = queries.config_of(gate, row)
    if not fresh:
        messages.warning(request, wording(Refused("fresh-proof-needed")))
        return HttpResponseRedirect(reverse("accounts:prove") + "?next=" + reverse("accounts:security"))
    journey = _begun(row, "link")
    target = _departure(request, row, config, journey)
    with scope(request.actor, read_only=True):
        response = render(request, "accounts/away.html", {"provider": row, "target": target, "bare": True})
    # A form may lead nowhere but to this portal, so the page that answers it goes on by itself.
    response["Refresh"] = f"0; url={target}"
    return _keep(request, response, journey)


@page(None, "POST", scoped=False)
def unlink(request: Request, key: int) -> HttpResponse:
    """End the link with one's own account of elsewhere."""
    gate = gate_of(request)
    with scope(gate):
        actions.unlink_elsewhere(gate, identity_id=key, user_id=gate.user_id)
    messages.success(request, _("The link has ended."))
    return HttpResponseRedirect(reverse("accounts:security"))
