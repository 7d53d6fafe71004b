"""Addresses of the API and the pages about it."""

from django.urls import path

from portiek.edges.api.mount import api
from portiek.edges.api.views import documentation, keys, oauth, webhooks

app_name = "api"
urlpatterns = [
    path("keys/", keys.keys, name="keys"),
    path("keys/new/", keys.create_key, name="create_key"),
    path("keys/<int:key>/revoke/", keys.revoke_key, name="revoke_key"),
    path("keys/<int:key>/networks/", keys.key_networks, name="key_networks"),
    path("keys/<int:key>/renew/", keys.renew_key, name="renew_key"),
    path("keys/<int:key>/old/end/", keys.end_old_secret, name="end_old_secret"),
    path("keys/<int:key>/take-over/", keys.take_over_key, name="take_over_key"),
    path("oauth/token", oauth.token, name="token"),
    path("oauth/revoke", oauth.revoke, name="revoke-token"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/new/", webhooks.new, name="webhook-new"),
    path("webhooks/<str:key>/", webhooks.webhook, name="webhook"),
    path("webhooks/<str:key>/change/", webhooks.change, name="webhook-change"),
    path("webhooks/<str:key>/pause/", webhooks.pause, name="webhook-pause"),
    path("webhooks/<str:key>/resume/", webhooks.resume, name="webhook-resume"),
    path("webhooks/<str:key>/secret/", webhooks.rotate, name="webhook-secret"),
    path("webhooks/<str:key>/test/", webhooks.test, name="webhook-test"),
    path("webhooks/<str:key>/replay/", webhooks.replay, name="webhook-replay"),
    path("webhooks/<str:key>/remove/", webhooks.remove, name="webhook-remove"),
    path("webhooks/<str:key>/messages/<str:message>/again/", webhooks.again, name="webhook-again"),
    path("openapi.json", documentation.description, name="description"),
    path("docs/", documentation.read_documentation, name="documentation"),
    path("v1/", api().urls),
]
