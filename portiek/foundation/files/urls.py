"""The addresses of files."""

from django.urls import path

from portiek.foundation.files import views

app_name = "files"
urlpatterns = [path("<str:key>/", views.download, name="download")]
