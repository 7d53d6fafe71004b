"""Webhooks of a company: where they go, what they tell, and what came of each message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page, render
from portiek.edges.api import actions, forms, permissions, queries, rules
from portiek.edges.api import wording as words
from portiek.edges.api.models import WebhookDelivery, WebhookEndpoint


def _choices(request: Request) -> list[tuple[str, str]]:
    """Return the events to choose from."""
    return [(item.name, f"{item.label} ({item.name})") for item in queries.choosable(request.actor)]


@page(permissions.APIKEY_MANAGE)
def webhooks(request: Request) -> HttpResponse:
    """List the company's webhooks."""
    return render(request, "api/webhooks.html", {"webhooks": list(queries.webhooks(request.actor)), "words": words})


@page(permissions.APIKEY_MANAGE, "GET", "POST")
def new(request: Request) -> HttpResponse:
    """Set up a webhook; its secret is shown this once."""
    form = forms.NewWebhook(request.POST if request.method == "POST" else None, events=_choices(request))
    if form.is_bound and form.is_valid():
        try:
            made, secret = actions.create_webhook(request.actor, **form.cleaned_data)
            return _shown(request, made, secret=secret, status=201)
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return render(request, "api/webhook_form.html", {"form": form, "webhook": None, "back": reverse("api:webhooks")}, status=422 if form.is_bound else 200)


@page(permissions.APIKEY_MANAGE)
def webhook(request: Request, key: str) -> HttpResponse:
    """Show one webhook with its log."""
    return _shown(request, queries.webhook(request.actor, key))


def _shown(request: Request, found: WebhookEndpoint, *, secret: str = "", period: forms.Period | None = None, status: int = 200) -> HttpResponse:
    state = request.GET.get("state", "")
    log = queries.deliveries(request.actor, webhook=found, state=state, after=request.GET.get("after"), before=request.GET.get("before"))
    now = timezone.localtime().replace(second=0, microsecond=0)
    period = period or forms.Period(initial={"since": now - timedelta(days=1), "until": now})
    chips = [(label, f"?state={code}" if code else "?", code == state, None) for code, label in [("", _("All")), *WebhookDelivery.State.choices]]
    is_own = found.party_id == request.actor.party_id
    context: dict[str, Any] = {
        "webhook": found, "log": log, "chips": chips, "state": state, "secret": secret, "period": period, "is_own": is_own, "now": timezone.now(), "words": words,
        "events": [item for item in queries.all_events(request.actor) if item.name in found.events], "days": rules.REPLAY_DAYS,
        "back": reverse("api:webhooks") if is_own else reverse("parties:tab", args=[found.party.number, "programs"]) if found.party else reverse("api:webhooks"),
    }  # fmt: skip
    return render(request, "api/webhook.html", context, status=status)


@page(permissions.APIKEY_MANAGE, "GET", "POST")
def change(request: Request, key: str) -> HttpResponse:
    """Change a webhook of the own company."""
    found = queries.own_webhook(request.actor, key)
    initial = {"name": found.name, "url": found.url, "events": found.events}
    form = forms.NewWebhook(request.POST if request.method == "POST" else None, initial=initial, events=_choices(request), is_new=False)
    if form.is_bound and form.is_valid():
        try:
            actions.change_webhook(request.actor, webhook=key, **form.cleaned_data)
            messages.success(request, _("The webhook has been changed."))
            return HttpResponseRedirect(reverse("api:webhook", args=[key]))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return render(request, "api/webhook_form.html", {"form": form, "webhook": found, "back": reverse("api:webhook", args=[key])}, status=422 if form.is_bound else 200)


@page(permissions.APIKEY_MANAGE, "POST")
def pause(request: Request, key: str) -> HttpResponse:
    """Send nothing for now."""
    return _done(request, key, actions.pause_webhook, _("Paused: what happens is kept for three days, and sent when it goes on."))


@page(permissions.APIKEY_MANAGE, "POST")
def resume(request: Request, key: str) -> HttpResponse:
    """Let it go on."""
    return _done(request, key, actions.resume_webhook, _("The webhook is on."))


@page(permissions.APIKEY_MANAGE, "POST")
def test(request: Request, key: str) -> HttpResponse:
    """Send a test."""
    return _done(request, key, actions.send_test, _("A test is on its way. Look below in a moment."))


def _done(request: Request, key: str, act: Callable[..., None], said: str) -> HttpResponse:
    act(request.actor, webhook=key)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("api:webhook", args=[key]))


@page(permissions.APIKEY_MANAGE, "POST")
def rotate(request: Request, key: str) -> HttpResponse:
    """Make a new signing secret and show it this once."""
    secret = actions.rotate_secret(request.actor, webhook=key)
    return _shown(request, queries.webhook(request.actor, key), secret=secret)


@page(permissions.APIKEY_MANAGE, "POST")
def replay(request: Request, key: str) -> HttpResponse:
    """Send the events of a period again."""
    found = queries.webhook(request.actor, key)
    form = forms.Period(request.POST)
    if form.is_valid():
        try:
            actions.replay_period(request.actor, webhook=key, **form.cleaned_data)
            messages.success(request, _("The events of this period are put in the queue again."))
            return HttpResponseRedirect(reverse("api:webhook", args=[key]))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    messages.error(request, str(next(iter(form.errors.values()))[0]))
    return _shown(request, found, period=form, status=422)


@page(permissions.APIKEY_MANAGE, "POST")
def again(request: Request, key: str, message: str) -> HttpResponse:
    """Send one message again."""
    actions.replay_delivery(request.actor, webhook=key, delivery=message)
    messages.success(request, _("It is on its way again."))
    return HttpResponseRedirect(reverse("api:webhook", args=[key]))


@page(permissions.APIKEY_MANAGE, "POST")
def remove(request: Request, key: str) -> HttpResponse:
    """Take a webhook away."""
    found = queries.webhook(request.actor, key)
    actions.remove_webhook(request.actor, webhook=key)
    messages.success(request, _("%(name)s has been removed.") % {"name": found.name})
    back = reverse("parties:tab", args=[found.party.number, "programs"]) if found.party and request.actor.is_staff else reverse("api:webhooks")
    return HttpResponseRedirect(back)
