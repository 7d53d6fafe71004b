"""Addresses of proposals."""

from django.urls import path

from portiek.foundation.proposals import views

app_name = "proposals"
urlpatterns = [
    path("", views.list_proposals, name="list"),
    path("rules/", views.set_rules, name="rules"),
    path("mine/", views.mine, name="mine"),
    path("mine/addresses/<int:key>/", views.my_address, name="address"),
    path("mine/contacts/<int:key>/", views.my_contact, name="contact"),
    path("<int:key>/", views.detail, name="detail"),
    path("<int:key>/accept/", views.accept, name="accept"),
    path("<int:key>/refuse/", views.refuse, name="refuse"),
    path("<int:key>/withdraw/", views.withdraw, name="withdraw"),
]
