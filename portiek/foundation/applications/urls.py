"""Addresses of requests for an account."""

from django.urls import path

from portiek.foundation.applications import views

app_name = "applications"
urlpatterns = [
    path("", views.list_applications, name="list"),
    path("new/", views.new, name="new"),
    path("new/code/", views.prove, name="prove"),
    path("of/<str:token>/", views.state, name="state"),
    path("door/", views.set_door, name="door"),
    path("<int:key>/", views.detail, name="detail"),
    path("<int:key>/approve/", views.approve, name="approve"),
    path("<int:key>/ask/", views.ask_back, name="ask-back"),
    path("<int:key>/reject/", views.reject, name="reject"),
]
