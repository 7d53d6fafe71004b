"""The addresses of the log."""

from django.urls import path

from portiek.foundation.audit import views

app_name = "audit"
urlpatterns = [path("", views.list_facts, name="list"), path("export/", views.export_facts, name="export")]
