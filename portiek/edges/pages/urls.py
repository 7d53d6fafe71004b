"""Addresses where people start."""

from django.urls import path

from portiek.edges.pages.views import home, installing, news, setup

app_name = "pages"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", home.search, name="search"),
    path("setup/", setup.steps, name="setup"),
    path("setup/branding/", setup.branding, name="branding"),
    path("setup/news/", news.list_news, name="all-news"),
    path("setup/news/new/", news.new_news, name="new-news"),
    path("setup/news/<int:key>/", news.change_news, name="news"),
    path("setup/news/<int:key>/end/", news.end_news, name="end-news"),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("icon/<slug:mark>/<int:size>.png", installing.app_icon, name="icon"),
    path("logo/<slug:digest>.png", setup.logo, name="logo"),
]
