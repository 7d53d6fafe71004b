"""Pages of documents of products."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portiek.core import traces
from portiek.core.errors import Refused, wording
from portiek.core.pages import Request, keyset, page, render
from portiek.foundation.files.download import attachment
from portiek.trade.catalog import queries as catalog
from portiek.trade.sheets import actions, forms, permissions, queries


@page(permissions.BOUGHT, audience="party")
def bought(request: Request) -> HttpResponse:
    """List the safety data sheets of what the reader's company bought, the newest first."""
    found = keyset(queries.bought_sheets(request.actor), queries.NEWEST, after=request.GET.get("after"), before=request.GET.get("before"))
    names = queries.names_of(request.actor, found.rows)
    values = {"rows": [(row, *names.get(row.product_id, ("", "", False))) for row in found.rows], "language_name": forms.language_name, "next": f"?after={found.next}" if found.next else None, "previous": f"?before={found.previous}" if found.previous else None}
    return render(request, "sheets/bought.html", values)


@page(permissions.VIEW)
def download(request: Request, key: str) -> HttpResponse:
    """Hand out one version of a document; that somebody fetched it is recorded."""
    found = queries.document(request.actor, key)
    path = queries.path(request.actor, found)
    traces.leave(request, actions.note_download, document=found)
    return attachment(request, path, name=found.name, media_type=found.media_type, etag=found.sha256)


@page(permissions.MANAGE, "GET", "POST", audience="staff")
def of_product(request: Request, sku: str) -> HttpResponse:
    """Show the documents of a product with their versions, and keep one."""
    product = catalog.product(request.actor, sku)
    form = forms.NewDocument(request.POST if request.method == "POST" else None, request.FILES or None, today=timezone.localdate())
    if form.is_bound and form.is_valid():
        try:
            made = actions.add_document(request.actor, product=product, also=form.skus(), content=actions.Content(form.cleaned_data["file"].name, form.cleaned_data["file"].size, form.cleaned_data["file"]),
                                        **{name: form.cleaned_data[name] for name in ("kind", "language", "title", "version", "valid_from")})
            messages.success(request, ngettext("The document is kept.", "The document is kept with %(num)s products.", len(made)) % {"num": len(made)})
            return HttpResponseRedirect(reverse("sheets:of-product", args=[product.sku]))
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, wording(refused))
    documents = queries.documents_of(request.actor, [product.pk]).get(product.pk, [])
    return render(request, "sheets/of_product.html", {"product": product, "documents": documents, "form": form, "language_name": forms.language_name}, status=422 if form.errors else 200)


@page(permissions.MANAGE, "POST", audience="staff")
def remove(request: Request, sku: str, key: int) -> HttpResponse:
    """Take a version away."""
    product = catalog.product(request.actor, sku)
    found = queries.document_to_change(request.actor, product, key)
    try:
        actions.remove_document(request.actor, document=found)
        messages.success(request, _("%(name)s has been taken away.") % {"name": found})
    except Refused as refused:
        messages.error(request, wording(refused))
    return HttpResponseRedirect(reverse("sheets:of-product", args=[product.sku]))


@page(permissions.MANAGE, audience="staff")
def missing(request: Request) -> HttpResponse:
    """List what catalogues name and could not be had, or is kept as a link, last first."""
    found = keyset(queries.missing(request.actor), ("-id",), after=request.GET.get("after"), before=request.GET.get("before"))
    rows = [(row, wording(Refused(f"sheets.not_{row.problem}"))) for row in found.rows]
    return render(request, "sheets/missing.html", {"rows": rows, "next": f"?after={found.next}" if found.next else None, "previous": f"?before={found.previous}" if found.previous else None})


@page(permissions.MANAGE, "POST", audience="staff")
def again(request: Request, key: int) -> HttpResponse:
    """Have one fetched again."""
    if actions.fetch_again(request.actor, document=queries.missing_document(request.actor, key)):
        messages.success(request, _("It is being fetched again."))
    else:
        messages.warning(request, _("This address cannot be fetched from. Let the catalogue name one that begins with https, or bring the document in yourself."))
    return HttpResponseRedirect(reverse("sheets:missing"))
