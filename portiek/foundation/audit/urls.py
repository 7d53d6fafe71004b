"""The addresses of the log."""

from django.urls import path

from portiek.foundation.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.list_facts, name="list"),
    path("export/", views.ask_export, name="ask-export"),
    path("files/", views.list_exports, name="exports"),
    path("files/<int:key>/", views.download_export, name="export"),
    path("check/", views.chain, name="chain"),
    path("check/now/", views.check_chain, name="check-chain"),
    path("check/seal/", views.mail_seal, name="mail-seal"),
]
