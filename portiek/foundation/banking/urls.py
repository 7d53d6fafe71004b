"""Addresses about bank accounts."""

from django.urls import path

from portiek.foundation.banking import views

app_name = "banking"
urlpatterns = [
    path("", views.list_changes, name="list"),
    path("new/", views.ask, name="ask"),
    path("cooling/", views.set_cooling, name="cooling"),
    path("<int:key>/", views.detail, name="detail"),
    path("<int:key>/confirm/", views.confirm, name="confirm"),
    path("<int:key>/accept/", views.accept, name="accept"),
    path("<int:key>/stop/", views.stop, name="stop"),
]
