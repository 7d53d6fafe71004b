"""A visit: in from a purchasing system, and back to it with a cart."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.errors import Refused, wording
from portiek.core.middleware import CSP
from portiek.core.pages import Request, error, gate_of, page, public, render
from portiek.edges.punchout import actions, cxml, permissions, queries, rules
from portiek.edges.punchout.models import System, Visit
from portiek.edges.punchout.rules import Line
from portiek.foundation.accounts.rules import narrowed
from portiek.foundation.accounts.standing import standing
from portiek.foundation.accounts.views.entering import keep_cookie, visit_of

STATUS = {"punchout.over": 404, "punchout.too-many": 429, "punchout.credentials": 403}


def plain_hosts() -> list[str]:
    """Return the hosts that the operator of the installation calls on his own network; they need no https."""
    return [host.strip() for host in settings.EGRESS_ALLOW.split(",") if host.strip()]


def refused_page(request: Request, code: str) -> HttpResponse:
    """Say why nobody came in, as a page: it is a person's browser."""
    request.actor = None  # type: ignore[assignment]
    return error(request, STATUS.get(code, 422), wording(Refused(code)), _("Nothing was ordered."), _("Tell who looks after your purchasing system, or ask us."))


def shopper(portal_id: int, system: System) -> Actor | None:
    """Return who shops through a system, as he now stands, with no more than a visit may; None when he no longer may all of that."""
    portal = Actor.system(portal_id)
    with scope(portal, read_only=True):
        found = standing(portal, party_id=system.party_id, user_id=system.user_id)
    return replace(found, rights=narrowed(permissions.SHOPPING, found.rights)) if found and all(found.may(right) for right in permissions.SHOPPING) else None


@csrf_exempt  # it comes from the customer's own system, which shows its password; no cookie counts
@public("POST", scoped=False, along=True)
def enter_oci(request: Request) -> HttpResponse:
    """Let in who comes with the name and password of a system; of the functions of OCI, DETAIL shows a product, VALIDATE and BACKGROUND_SEARCH answer at once."""
    # The names of OCI are written in all ways: HOOK_URL, hook_url.
    sent = {name.upper(): str(value)[:1200] for name, value in request.POST.items()}
    gate, now, came = gate_of(nobody(request)), timezone.now(), visit_of(request)
    with scope(gate):
        known = actions.prove(gate, login=sent.get("USERNAME", ""), secret=sent.get("PASSWORD", ""), kind=System.Kind.OCI, came=came, now=now)
    if known.system is None:
        return refused_page(request, known.problem)
    function, code = sent.get("FUNCTION", "").upper(), sent.get("PRODUCTID", "")
    actor = shopper(gate.portal_id, known.system)
    problem = "" if rules.origin(sent.get("HOOK_URL", ""), known.system.hosts, plain_hosts()) else "punchout.return"
    problem = problem or ("" if actor else "punchout.person") or ("" if function in ("", "DETAIL", "VALIDATE", "BACKGROUND_SEARCH") else "punchout.function")
    lines: list[Line] = []
    if actor and not problem and function:
        try:
            with scope(actor, read_only=True):
                lines = queries.found(actor, words=sent.get("SEARCHSTRING", ""), day=timezone.localdate(now)) if function == "BACKGROUND_SEARCH" else queries.offered(actor, code=code, quantity=_quantity(sent.get("QUANTITY", "")), day=timezone.localdate(now))
        except Refused as refused:
            problem = refused.code
    carried = rules.carried({name: str(value) for name, value in request.POST.items()})
    with scope(gate):
        if problem:
            actions.refuse(gate, system=known.system, problem=problem, now=now)
        elif function not in ("VALIDATE", "BACKGROUND_SEARCH"):
            token = actions.open_visit(gate, system=known.system, return_url=sent["HOOK_URL"], carried=carried, came=came, now=now)
    if problem:
        return refused_page(request, problem)
    if function in ("VALIDATE", "BACKGROUND_SEARCH"):
        return _back(request, known.system, sent["HOOK_URL"], [*carried.items(), *rules.oci_fields(lines)], rules.target(carried))
    return shop(request, token, reverse("catalog:detail", args=[lines[0].sku]) if lines else reverse(settings.SHOP_URL))


def nobody(request: Request) -> Request:
    """Forget whom the browser was: a system comes in, nobody else."""
    request.actor = None  # type: ignore[assignment]
    return request


def _quantity(said: str) -> Decimal | None:
    try:
        found = Decimal(said) if said and len(said) < 20 else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() and 0 < found < 10**7 else None


def shop(request: Request, token: str, path: str) -> HttpResponse:
    """Give a browser the session of a visit: nothing of who it was before goes along."""
    response = HttpResponseRedirect(path)
    rotate_token(request)
    keep_cookie(response, settings.SESSION_COOKIE, token, rules.HOURS * 3600)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@page(permissions.CART, "POST", audience="party")
def give_back(request: Request) -> HttpResponse:
    """Let the cart go back to the system that it was filled for."""
    found: Visit = actions.give_back(request.actor, now=timezone.now())
    lines = [Line(**line) for line in found.lines]
    if found.system.kind == System.Kind.CXML:
        return _back(request, found.system, found.return_url, [("cxml-urlencoded", cart_document(found, lines, currency=request.portal.currency, now=timezone.now()).decode())], "")
    return _back(request, found.system, found.return_url, [*found.carried.items(), *rules.oci_fields(lines, visit=found.key)], rules.target(found.carried))


def cart_document(found: Visit, lines: list[Line], *, currency: str, now: datetime) -> bytes:
    """Write a cart as cXML, to who asked for it."""
    sent, total = found.carried, sum((Decimal(line.price) * Decimal(line.quantity) for line in lines), Decimal(0))
    return cxml.write_cart(lines, buyer=cxml.Credential(*sent["buyer"]), seller=cxml.Credential(*sent["seller"]), cookie=sent["cookie"], visit=found.key, total=round(total, 2), currency=currency, payload=f"{found.key}@{found.system.login}", now=now)


def _back(request: Request, system: System, address: str, fields: list[tuple[str, str]], target: str) -> HttpResponse:
    """Answer a form that goes to the system by itself, and by its button without script; it may go there and nowhere else."""
    origin = rules.origin(address, system.hosts, plain_hosts())
    if not origin:
        raise Refused("punchout.return")
    response = render(request, "punchout/back.html", {"system": system, "address": address, "fields": fields, "target": target, "bare": True})
    response["Content-Security-Policy"] = CSP.replace("form-action 'self'", f"form-action {origin}")
    return response
