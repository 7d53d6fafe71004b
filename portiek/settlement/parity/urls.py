"""Addresses of parity."""

from django.urls import path

from portiek.settlement.parity import views

app_name = "parity"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("check/", views.check, name="check"),
    path("<int:key>/", views.cause, name="cause"),
    path("<int:key>/known/", views.know, name="know"),
    path("<int:key>/reopen/", views.reopen, name="reopen"),
    path("difference/<int:key>/known/", views.know_one, name="know-one"),
]
