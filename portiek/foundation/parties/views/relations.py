"""Pages about mandates: who acts for a company and for whom it acts. For staff under the party's number, for a party under its own company."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portiek.core import slots
from portiek.core.errors import NotFound, Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.core.permissions import rights as known_rights
from portiek.foundation.parties import actions, forms, permissions, queries, rules
from portiek.foundation.parties.models import Party, Relation

STATES = {"asked": ("wait", gettext_lazy("Waits for confirmation")), "refused": ("rest", gettext_lazy("Not confirmed")), "ended": ("rest", gettext_lazy("Ended")),
          "over": ("rest", gettext_lazy("Over")), "later": ("wait", gettext_lazy("Counts later")), "now": ("ok", gettext_lazy("Counts"))}


def _party_of(request: Request, number: str | None) -> Party:
    return queries.party(request.actor, number) if number is not None else queries.own_party(request.actor)


def _url(number: str | None, name: str, *key: int) -> str:
    return reverse(f"parties:{name}", args=[number, *key]) if number is not None else reverse(f"parties:my-{name}", args=key)


def list_of(number: str | None) -> str:
    """Return where the mandates of a party stand."""
    return reverse("parties:tab", args=[number, "mandates"]) if number is not None else reverse("parties:my-mandates")


def _state(row: Relation) -> str:
    return rules.state_of(confirmed=row.confirmed_at is not None, ended=row.ended_at is not None, starts_on=row.starts_on, ends_on=row.ends_on, today=timezone.localdate())


def shown(request: Request, row: Relation, party: Party, number: str | None) -> dict[str, Any]:
    """Return one mandate as a list says it, from the side of one party: the other side by its name once it confirmed, until then by the number that was typed."""
    gives = row.giver_id == party.pk
    name = row.agent_name if gives else row.giver_name
    waits = row.confirmed_at is None and row.ended_at is None
    return {"row": row, "gives": gives, "other": name or _("Number %(number)s") % {"number": row.asked_number}, "status": STATES[_state(row)], "url": _url(number, "mandate", row.pk),
            "end_url": _url(number, "mandate-end", row.pk), "confirm_url": reverse("parties:my-mandate-confirm", args=[row.pk]) if number is None and waits and row.asker_id != party.pk else "", "waits": waits, "over": row.ended_at is not None}


def listed(request: Request, party: Party, number: str | None) -> dict[str, Any]:
    """Return what the list of a party's mandates shows."""
    over = request.GET.get("show") == "over"
    found = keyset(queries.relations(request.actor, party_id=party.pk, live=not over), queries.BY_LAST, after=request.GET.get("after"), before=request.GET.get("before"), size=50)
    url = list_of(number)
    kept = {"show": "over"} if over else {}
    return {"mandates": [shown(request, row, party, number) for row in found.rows], "mandate_chips": [(_("In use"), url, not over, None), (_("Over"), f"{url}?show=over", over, None)], "new_mandate_url": _url(number, "mandate-new"),
            "may_mandate": request.actor.may(permissions.MANDATE_MANAGE) and not request.actor.mandate_id, "over": over,
            "previous": "?" + urlencode({**kept, "before": found.previous}) if found.previous else "", "next": "?" + urlencode({**kept, "after": found.next}) if found.next else ""}


def panel_of(request: Request, party: Party) -> list[dict[str, Any]]:
    """Return who acts for one's own company now, or asks to: for its page."""
    rows = [] if request.actor.mandate_id else queries.relations(request.actor, party_id=party.pk, side="giver", live=True)[:20]
    return [item for item in (shown(request, row, party, None) for row in rows) if item["row"].confirmed_at or item["confirm_url"]]


def _crumbs(party: Party, number: str | None) -> list[tuple[str, str]]:
    own = [(_("Parties"), reverse("parties:list")), (party.name, reverse("parties:detail", args=[number]))] if number is not None else [(_("Company details"), reverse("parties:mine"))]
    return [*own, (_("Mandates"), list_of(number))]


def _new(request: Request, number: str | None) -> HttpResponse:
    actor, party = request.actor, _party_of(request, number)
    offered = permissions.mandatable()
    initial = {"way": "gives", "kind": "agent", "starts_on": timezone.localdate(), "rights": [code for code in rules.READING if code in offered]}
    form = forms.RelationForm(request.POST if request.method == "POST" else None, initial=initial, offered=offered, staff=number is not None, name=party.name)
    if form.is_bound and form.is_valid():
        gives, other = form.cleaned_data["way"] == "gives", form.cleaned_data["number"].strip()
        try:
            if number is None:
                made = actions.ask_relation(actor, gives=gives, number=other, **form.values())
                messages.success(request, _("It has been asked. As soon as the other company confirms it, it counts."))
            else:
                second = _named(request, other)
                made = actions.set_relation(actor, giver=party if gives else second, agent=second if gives else party, **form.values())
                messages.success(request, _("The mandate counts. Both companies read it in their log."))
            return HttpResponseRedirect(_url(number, "mandate", made.pk))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    return render(request, "parties/mandate_new.html", {"form": form, "party": party, "crumbs": _crumbs(party, number), "back": list_of(number)}, status=422 if form.is_bound else 200)


def _named(request: Request, number: str) -> Party:
    try:
        return queries.party(request.actor, number)
    except NotFound:
        raise Refused("party-unknown", field="number", number=number) from None


def _detail(request: Request, number: str | None, key: int) -> HttpResponse:
    party = _party_of(request, number)
    row = queries.relation(request.actor, key, party_id=party.pk)
    known = known_rights()
    return render(request, "parties/mandate.html", {
        **shown(request, row, party, number), "party": party, "crumbs": _crumbs(party, number), "kinds": dict(Relation.Kind.choices), "said": [str(known[code].label) for code in row.rights if code in known],
        "may_mandate": request.actor.may(permissions.MANDATE_MANAGE) and not request.actor.mandate_id, "panels": slots.rendered("parties.mandate.panels", request, relation=row),
    })  # fmt: skip


def _settle(request: Request, number: str | None, key: int, *, confirm: bool) -> HttpResponse:
    party = _party_of(request, number)
    row = queries.relation(request.actor, key, party_id=party.pk)
    try:
        if confirm:
            actions.confirm_relation(request.actor, relation=row)
            messages.success(request, _("The mandate has been confirmed."))
        else:
            actions.end_relation(request.actor, relation=row)
            messages.success(request, _("It is over: from now on nobody acts on it."))
    except Refused as refused:
        messages.warning(request, wording(refused))
    return HttpResponseRedirect(_url(number, "mandate", row.pk))


@page(permissions.MANDATE_MANAGE, audience="party")
def my_mandates(request: Request) -> HttpResponse:
    """List who acts for one's own company and for whom it acts."""
    party = queries.own_party(request.actor)
    return render(request, "parties/mandates.html", {"party": party, **listed(request, party, None)})


@page(permissions.MANDATE_MANAGE, "GET", "POST", audience="party")
def new_my_mandate(request: Request) -> HttpResponse:
    """Ask another company to act for one's own, or to be acted for."""
    return _new(request, None)


@page(permissions.MANDATE_MANAGE, audience="party")
def my_mandate(request: Request, key: int) -> HttpResponse:
    """Show one mandate and what was done under it."""
    return _detail(request, None, key)


@page(permissions.MANDATE_MANAGE, "POST", audience="party")
def confirm_my_mandate(request: Request, key: int) -> HttpResponse:
    """Agree with what another company asked."""
    return _settle(request, None, key, confirm=True)


@page(permissions.MANDATE_MANAGE, "POST", audience="party")
def end_my_mandate(request: Request, key: int) -> HttpResponse:
    """End a mandate at once, or refuse or withdraw one."""
    return _settle(request, None, key, confirm=False)


@page(permissions.MANDATE_MANAGE, "GET", "POST", audience="staff")
def new_mandate_of(request: Request, number: str) -> HttpResponse:
    """Let one party act for another."""
    return _new(request, number)


@page(permissions.MANDATE_MANAGE, audience="staff")
def mandate_of(request: Request, number: str, key: int) -> HttpResponse:
    """Show one mandate of a party and what was done under it."""
    return _detail(request, number, key)


@page(permissions.MANDATE_MANAGE, "POST", audience="staff")
def end_mandate_of(request: Request, number: str, key: int) -> HttpResponse:
    """End a mandate of a party."""
    return _settle(request, number, key, confirm=False)
