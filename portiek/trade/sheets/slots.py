"""Where documents of products stand: the page of a product, the menu, the log."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

from portiek.core import nav, slots
from portiek.core.pages import Request
from portiek.foundation.audit.words import change_words, fact_group, fact_words
from portiek.trade.sheets import permissions, queries
from portiek.trade.sheets.forms import language_name


def _of_product(request: Request, *, product: Any) -> Any:
    documents = queries.documents_of(request.actor, [product.pk]).get(product.pk, [])
    values = {"product": product, "documents": documents, "language_name": language_name, "manage": request.actor.is_staff and request.actor.may(permissions.MANAGE)}
    return Markup(render_to_string("sheets/panel.html", values, request=request, using="jinja2"))  # noqa: S704  (our own template, which escapes)


slots.fill("catalog.detail.below", key="sheets", right=permissions.VIEW, order=10, render=_of_product)
nav.place("sheets", _("Safety sheets"), icon="file-text", url="sheets:bought", right=permissions.BOUGHT, audience="party", order=45, kinds=("customer", "dealer", "person"))
nav.place("sheets-missing", _("Documents not fetched"), icon="file-text", url="sheets:missing", right=permissions.MANAGE, audience="staff", group="setup", order=65)
fact_group("sheets", _("Documents of products"))
fact_words("sheets.document.added", _("{user} brought in a document: {text}"), icon="file-text")
fact_words("sheets.document.removed", _("{user} took away a document: {text}"), icon="trash-2")
fact_words("sheets.document.downloaded", _("{user} fetched the document {text}"), icon="download")
fact_words("sheets.document.applied", _("Documents of {products} products came from the ERP"), icon="file-text")
fact_words("sheets.news.told", _("Told of new safety data sheets: {text}"), icon="bell")
change_words("version", _("Version"))
