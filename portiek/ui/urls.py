"""Addresses of the user interface itself."""

from django.urls import path

from portiek.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("brand/<int:hue>-<int:chroma>.css", views.brand_sheet, name="brand"),
]
