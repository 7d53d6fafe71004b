"""Addresses of the API and the pages about it."""

from django.urls import path

from portiek.edges.api import views
from portiek.edges.api.mount import api

app_name = "api"
urlpatterns = [
    path("keys/", views.keys, name="keys"),
    path("keys/new/", views.create_key, name="create_key"),
    path("keys/<int:key>/revoke/", views.revoke_key, name="revoke_key"),
    path("openapi.json", views.description, name="description"),
    path("docs/", views.read_documentation, name="documentation"),
    path("v1/", api().urls),
]
