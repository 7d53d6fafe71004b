"""Pages about proposals: one's own data for a party, what is proposed for staff, one proposal for both."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portiek.core.errors import Forbidden, Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.foundation.parties import queries as parties
from portiek.foundation.parties.ownership import FIELDS, Row, subject_of
from portiek.foundation.proposals import actions, forms, permissions, queries
from portiek.foundation.proposals.models import Proposal
from portiek.foundation.proposals.wording import field_label, parts, said, status


def _listed(rows: list[Proposal]) -> list[dict[str, Any]]:
    return [{"proposal": row, "field": field_label(row), "parts": parts(row), "status": status(row)} for row in rows]


def _needs(request: Request) -> None:
    """Staff look with the right to see parties, a party's people with the right to propose."""
    right = permissions.VIEW if request.actor.is_staff else permissions.PROPOSE
    if not request.actor.may(right):
        raise Forbidden(right)


@page(None)
def list_proposals(request: Request) -> HttpResponse:
    """List what was proposed, last first: staff see every party's, a party its own."""
    _needs(request)
    state = request.GET.get("state", "proposed" if request.actor.is_staff else "")
    state = state if state in ("open", *Proposal.State.values) else ""
    care = request.actor.is_staff and request.GET.get("care") == "1"
    found = keyset(queries.proposals(request.actor, state=state, care=care), queries.NEWEST, after=request.GET.get("after"), before=request.GET.get("before"), size=25)
    labels = [("", _("All")), *Proposal.State.choices]
    kept = {"care": "1"} if care else {}
    chips = [(label, "?" + urlencode({"state": code, **kept}), code == state, None) for code, label in labels]
    rest = "&" + urlencode({"state": state, **kept})
    values = {"rows": _listed(found.rows), "page": found, "chips": chips, "rest": rest, "may_rules": request.actor.is_staff and request.actor.may(permissions.MANAGE), "state": state, "care": care}
    return render(request, "proposals/list.html", values)


@page(None)
def detail(request: Request, key: int) -> HttpResponse:
    """Show one proposal: what was, what is to be, who decided."""
    found = queries.proposal(request.actor, key)
    _needs(request)
    return _detail(request, found)


def _detail(request: Request, found: Proposal, form: forms.Reason | None = None) -> HttpResponse:
    staff, state = request.actor.is_staff, found.state
    may = request.actor.may(permissions.MANAGE) if staff else request.actor.may(permissions.PROPOSE)
    values = {"proposal": found, "field": field_label(found), "parts": parts(found), "status": status(found), "form": form or forms.Reason(), "said": said,
              "may_accept": staff and may and state == "proposed", "may_refuse": staff and may and state in ("proposed", "failed"), "may_withdraw": not staff and may and state == "proposed"}
    return render(request, "proposals/detail.html", values, status=422 if form is not None else 200)


@page(permissions.MANAGE, "POST", audience="staff")
def accept(request: Request, key: int) -> HttpResponse:
    """Accept a proposal."""
    found = actions.accept(request.actor, proposal=queries.proposal(request.actor, key))
    said_ = {"accepted": _("Accepted. It goes to the administration."), "written": _("Accepted and taken over."), "outdated": _("Not taken over: the field got another value meanwhile.")}
    messages.success(request, said_[found.state])
    return HttpResponseRedirect(reverse("proposals:detail", args=[key]))


@page(permissions.MANAGE, "POST", audience="staff")
def refuse(request: Request, key: int) -> HttpResponse:
    """Refuse a proposal, with a reason."""
    found, form = queries.proposal(request.actor, key), forms.Reason(request.POST)
    if not form.is_valid():
        return _detail(request, found, form)
    actions.refuse(request.actor, proposal=found, reason=form.cleaned_data["reason"])
    messages.success(request, _("Refused. The party reads your reason."))
    return HttpResponseRedirect(reverse("proposals:detail", args=[key]))


@page(permissions.PROPOSE, "POST", audience="party")
def withdraw(request: Request, key: int) -> HttpResponse:
    """Take a proposal back."""
    actions.withdraw(request.actor, proposal=queries.proposal(request.actor, key))
    messages.success(request, _("The proposal has been withdrawn."))
    return HttpResponseRedirect(reverse("proposals:mine"))


@page(permissions.PROPOSE, "GET", "POST", audience="party")
def mine(request: Request) -> HttpResponse:
    """Change what one's own company owns of its data, and propose the rest."""
    return _own(request, parties.own_party(request.actor))


@page(permissions.PROPOSE, "GET", "POST", audience="party")
def my_address(request: Request, key: int) -> HttpResponse:
    """Propose a change of an address of the administration."""
    return _own(request, queries.row_of(request.actor, "address", key))


@page(permissions.PROPOSE, "GET", "POST", audience="party")
def my_contact(request: Request, key: int) -> HttpResponse:
    """Propose a change of a contact."""
    return _own(request, queries.row_of(request.actor, "contact", key))


def _own(request: Request, row: Row) -> HttpResponse:
    subject = subject_of(row)
    open_ones = queries.open_about(request.actor, subject=subject, keys=[row.pk])
    under_way = {field: found for (_key, field), found in open_ones.items()}
    form = forms.OwnData(request.POST if request.method == "POST" else None, row=row, under_way=under_way, at_once=queries.at_once(request.actor))
    if form.is_bound and form.is_valid():
        try:
            sent = actions.send(request.actor, row, values=form.changed(), note=form.cleaned_data.get("note", ""))
            _say(request, sent)
            return HttpResponseRedirect(reverse("proposals:mine") if sent.proposed or subject != "party" else reverse("parties:mine"))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    values: dict[str, Any] = {"form": form, "row": row, "subject": subject, "waiting": _listed(list(under_way.values())), "hidden": [form[name].as_hidden(only_initial=True) for name in form.fields if name != "note"]}
    if subject == "party":
        recent = [found for found in queries.proposals(request.actor, party_id=row.pk).order_by("-pk")[:10] if found not in under_way.values()]
        values |= {"recent": _listed(recent), "contacts": list(parties.contacts(request.actor, party=row).exclude(external_id=None)[:50]), "party": row}  # type: ignore[arg-type]
    return render(request, "proposals/mine.html", values, status=422 if form.is_bound else 200)


def _say(request: Request, sent: actions.Sent) -> None:
    if sent.changed:
        messages.success(request, _("Your own data have been saved."))
    if sent.proposed:
        number = len(sent.proposed)
        messages.success(request, ngettext("%(num)s change has been proposed. You hear how it ends.", "%(num)s changes have been proposed. You hear how they end.", number) % {"num": number})
    if not sent.changed and not sent.proposed:
        messages.info(request, _("Nothing was different, so nothing was sent."))


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def set_rules(request: Request) -> HttpResponse:
    """Choose which fields are accepted by rule."""
    fields = [item for item in FIELDS if item.may_propose]
    if request.method == "POST":
        actions.set_rules(request.actor, at_once=[(item.subject, item.key) for item in fields if request.POST.get(f"{item.subject}.{item.key}") == "on"])
        messages.success(request, _("The rules have been saved."))
        return HttpResponseRedirect(reverse("proposals:rules"))
    now = queries.at_once(request.actor)
    groups = [(label, [(item, f"{item.subject}.{item.key}", (item.subject, item.key) in now) for item in fields if item.subject == subject])
              for subject, label in (("party", _("Company")), ("address", _("Addresses of the administration")), ("contact", _("Contacts")))]  # fmt: skip
    return render(request, "proposals/rules.html", {"groups": groups})
