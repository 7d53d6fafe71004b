"""Addresses where people start."""

from django.urls import path

from portiek.edges.pages.views import home, installing, setup

app_name = "pages"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", home.search, name="search"),
    path("setup/", setup.steps, name="setup"),
    path("setup/branding/", setup.branding, name="branding"),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("icon/<slug:mark>/<int:size>.png", installing.app_icon, name="icon"),
    path("logo/<slug:digest>.png", setup.logo, name="logo"),
]
