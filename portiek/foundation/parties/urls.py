"""Addresses about parties."""

from django.urls import path

from portiek.foundation.parties import views

app_name = "parties"
urlpatterns = [
    path("", views.list_parties, name="list"),
    path("new/", views.new_party, name="new"),
    path("mine/", views.mine, name="mine"),
    path("mine/addresses/new/", views.my_address, name="my-address-new"),
    path("mine/addresses/<int:key>/", views.my_address, name="my-address"),
    path("mine/addresses/<int:key>/remove/", views.remove_my_address, name="my-address-remove"),
    path("<key:number>/", views.detail, name="detail"),
    path("<key:number>/change/", views.change_party, name="change"),
    path("<key:number>/units/new/", views.add_unit, name="unit-new"),
    path("<key:number>/addresses/new/", views.address_of, name="address-new"),
    path("<key:number>/addresses/<int:key>/", views.address_of, name="address"),
    path("<key:number>/addresses/<int:key>/remove/", views.remove_address_of, name="address-remove"),
    path("<key:number>/<slug:tab>/", views.detail, name="tab"),
]
