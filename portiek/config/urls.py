"""Every address of the portal: each module's own list, mounted once."""

from __future__ import annotations

from django.urls import include, path, register_converter

from portiek.config import health
from portiek.config.modules import folder
from portiek.core import live
from portiek.core.addresses import Key
from portiek.edges.api.views import oauth
from portiek.foundation.notifications import views as notifications

MOUNTS = [
    ("", "portiek.foundation.accounts"),
    ("ui/", "portiek.ui"),
    ("parties/", "portiek.foundation.parties"),
    ("files/", "portiek.foundation.files"),
    ("tasks/", "portiek.foundation.tasks"),
    ("notifications/", "portiek.foundation.notifications"),
    ("audit/", "portiek.foundation.audit"),
    ("fields/", "portiek.foundation.fields"),
    ("bank-accounts/", "portiek.foundation.banking"),
    ("proposals/", "portiek.foundation.proposals"),
    ("applications/", "portiek.foundation.applications"),
    ("imports/", "portiek.foundation.imports"),
    ("catalog/", "portiek.trade.catalog"),
    ("prices/", "portiek.trade.pricing"),
    ("approvals/", "portiek.trade.approvals"),
    ("orders/", "portiek.trade.orders"),
    ("order-lists/", "portiek.trade.lists"),
    ("product-documents/", "portiek.trade.sheets"),
    ("recurring-orders/", "portiek.trade.recurring"),
    ("price-letters/", "portiek.trade.letters"),
    ("quotes/", "portiek.trade.quotes"),
    ("invoices/", "portiek.settlement.invoicing"),
    ("parity/", "portiek.settlement.parity"),
    ("connectors/", "portiek.edges.connectors"),
    ("api/", "portiek.edges.api"),
    ("electronic-orders/", "portiek.edges.exchange"),
    ("punchout/", "portiek.edges.punchout"),
    ("", "portiek.edges.pages"),
]

register_converter(Key, "key")  # before the modules' lists are read
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("live/", live.stream, name="live"),
    path("readyz", health.readyz, name="readyz"),
    path("push.js", notifications.worker, name="push-worker"),
    path(".well-known/oauth-authorization-server", oauth.metadata, name="oauth-metadata"),
    *[path(prefix, include(f"{module}.urls")) for prefix, module in MOUNTS if (folder(module) / "urls.py").exists()],
]

handler400 = "portiek.config.errors.bad_request"
handler403 = "portiek.config.errors.forbidden"
handler404 = "portiek.config.errors.not_found"
handler500 = "portiek.config.errors.server_error"
