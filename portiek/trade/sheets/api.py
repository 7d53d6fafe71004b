"""Documents of products for machines: which there are, in which version, and the files themselves."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query, Router
from pydantic import Field

from portiek.core import traces
from portiek.core.api import Cursor, Key, Limit, Listing, Schema, Text, endpoint, one_of, page_of
from portiek.foundation.files.download import attachment
from portiek.trade.sheets import actions, permissions, queries
from portiek.trade.sheets.models import ProductDocument

router = Router(tags=["product-documents"])
routes = [("", router)]


class DocumentOut(Schema):
    """The version of a document that counts."""

    key: Annotated[str, Field(description=_("Fetch it at `/product-documents/{key}`"))]
    sku: str
    kind: Annotated[str, one_of(ProductDocument.Kind.values)]
    language: Annotated[str, Field(description=_("ISO 639-1; empty: none, or several"))]
    title: str
    version: str
    valid_from: date
    name: str
    media_type: str
    size: Annotated[int, Field(description=_("In bytes; 0 where it is elsewhere"))]
    sha256: str
    url: Annotated[str, Field(description=_("Where it is, for one that is kept elsewhere; it cannot be fetched here"))]


def _out(row: ProductDocument) -> dict[str, Any]:
    same = ("key", "kind", "language", "title", "version", "valid_from", "name", "media_type", "size", "sha256")
    return {**{name: getattr(row, name) for name in same}, "sku": row.product.sku, "url": row.source if row.state == ProductDocument.State.LINK else ""}


@endpoint(router.get, "/product-documents", permissions.VIEW, response=Listing[DocumentOut], summary=_("List documents of products"),
          description=_("Safety data sheets, declarations of performance, manuals and more of the products of your own assortment: of each the version that counts, by product."))
def list_documents(request: HttpRequest, sku: Annotated[Text, Field(max_length=64, description=_("Of this product alone"))] = "", kind: Annotated[str, one_of(["", *ProductDocument.Kind.values]), Field(description=_("Of this kind alone"))] = "",
                   cursor: Cursor = "", limit: Limit = Query(50)) -> Any:  # type: ignore[type-arg]
    """Answer a page of documents."""
    page = page_of(queries.documents(request.actor, sku=sku, kind=kind), ["product_id", "id"], cursor, limit)  # type: ignore[attr-defined]
    return {"items": [_out(row) for row in page["items"]], "next": page["next"]}


@endpoint(router.get, "/product-documents/{key:document}", permissions.VIEW, response=None, media_type="application/octet-stream", summary=_("One document of a product"),
          description=_("The file itself. An earlier version is there for who bought the product when it counted. One that is kept elsewhere is 404."))
def get_document(request: HttpRequest, document: Key) -> Any:
    """Hand out the file."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.document(actor, document)
    path = queries.path(actor, found)
    traces.leave(request, actions.note_download, document=found)
    return attachment(request, path, name=found.name, media_type=found.media_type, etag=found.sha256)
