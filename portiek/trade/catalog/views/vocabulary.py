"""Pages about words: which mean the same."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portiek.core import slots
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, page, render
from portiek.trade.catalog import actions, forms, permissions, queries


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def synonyms(request: Request) -> HttpResponse:
    """List the words that mean the same, and make a group of them; `words`: what a search did not find, to begin with."""
    form = forms.Synonyms(request.POST if request.method == "POST" else None, initial={"terms": f"{request.GET['words'][:60]} = "} if request.GET.get("words") else None)
    if form.is_bound and form.is_valid():
        try:
            made = actions.make_synonym(request.actor, **form.cleaned_data)
            messages.success(request, _("Who searches for one of these words finds them all in a moment: %(words)s.") % {"words": ", ".join(made.terms)})
            return HttpResponseRedirect(reverse("catalog:synonyms"))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    listed = queries.synonyms(request.actor, after=request.GET.get("after"), before=request.GET.get("before"))
    return render(request, "catalog/synonyms.html", {"synonyms": listed.rows, "form": form, "list_ways": slots.rendered("list.ways", request, what="synonyms", party=None),
                  "next": f"?after={listed.next}" if listed.next else None, "previous": f"?before={listed.previous}" if listed.previous else None}, status=422 if form.errors else 200)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def synonym(request: Request, key: int) -> HttpResponse:
    """Change which words mean the same."""
    found = queries.synonym(request.actor, key)
    form = forms.Synonyms(request.POST if request.method == "POST" else None, initial={"terms": " = ".join(found.terms)})
    if form.is_bound and form.is_valid():
        try:
            if actions.change_synonym(request.actor, synonym=found, **form.cleaned_data):
                messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("catalog:synonyms"))
        except Refused as refused:
            form.add_error(refused.field, wording(refused))
    return render(request, "catalog/synonym.html", {"synonym": queries.synonym(request.actor, key), "form": form}, status=422 if form.errors else 200)


@page(permissions.MANAGE, "POST", audience="staff")
def synonym_remove(request: Request, key: int) -> HttpResponse:
    """Take a group of words away."""
    found = queries.synonym(request.actor, key)
    actions.remove_synonym(request.actor, synonym=found)
    messages.success(request, _("%(words)s no longer mean the same.") % {"words": ", ".join(found.terms)})
    return HttpResponseRedirect(reverse("catalog:synonyms"))
