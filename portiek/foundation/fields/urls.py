"""Addresses of fields."""

from django.urls import path

from portiek.foundation.fields import views

app_name = "fields"
urlpatterns = [
    path("", views.list_fields, name="list"),
    path("new/<str:what>/", views.new_field, name="new"),
    path("<int:key>/", views.change_field, name="change"),
    path("<int:key>/end/", views.end_field, name="end"),
    path("<int:key>/resume/", views.resume_field, name="resume"),
    path("of/<str:what>/<key:number>/", views.fill, name="fill"),
]
