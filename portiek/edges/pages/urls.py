"""Addresses where people start."""

from django.urls import path

from portiek.edges.pages import views

app_name = "pages"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
]
