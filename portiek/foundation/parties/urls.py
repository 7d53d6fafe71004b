"""Addresses about parties."""

from django.urls import path

from portiek.foundation.parties.views import contacts, merging, relations, units
from portiek.foundation.parties.views import parties as views

app_name = "parties"
urlpatterns = [
    path("", views.list_parties, name="list"),
    path("new/", views.new_party, name="new"),
    path("mine/", views.mine, name="mine"),
    path("mine/addresses/new/", views.my_address, name="my-address-new"),
    path("mine/addresses/<int:key>/", views.my_address, name="my-address"),
    path("mine/addresses/<int:key>/remove/", views.remove_my_address, name="my-address-remove"),
    path("mine/contacts/", contacts.my_contacts, name="my-contacts"),
    path("mine/contacts/new/", contacts.my_contact, name="my-contact-new"),
    path("mine/contacts/<int:key>/", contacts.my_contact, name="my-contact"),
    path("mine/contacts/<int:key>/remove/", contacts.remove_my_contact, name="my-contact-remove"),
    path("mine/mandates/", relations.my_mandates, name="my-mandates"),
    path("mine/mandates/new/", relations.new_my_mandate, name="my-mandate-new"),
    path("mine/mandates/<int:key>/", relations.my_mandate, name="my-mandate"),
    path("mine/mandates/<int:key>/confirm/", relations.confirm_my_mandate, name="my-mandate-confirm"),
    path("mine/mandates/<int:key>/end/", relations.end_my_mandate, name="my-mandate-end"),
    path("mine/units/", units.my_units, name="my-units"),
    path("mine/units/new/", units.my_unit, name="my-unit-new"),
    path("mine/units/<int:key>/", units.my_unit, name="my-unit"),
    path("mine/units/<int:key>/end/", units.end_my_unit, name="my-unit-end"),
    path("mine/units/<int:key>/restore/", units.restore_my_unit, name="my-unit-restore"),
    path("<key:number>/", views.detail, name="detail"),
    path("<key:number>/change/", views.change_party, name="change"),
    path("<key:number>/units/new/", units.unit_of, name="unit-new"),
    path("<key:number>/units/<int:key>/", units.unit_of, name="unit"),
    path("<key:number>/units/<int:key>/end/", units.end_unit_of, name="unit-end"),
    path("<key:number>/units/<int:key>/restore/", units.restore_unit_of, name="unit-restore"),
    path("<key:number>/addresses/new/", views.address_of, name="address-new"),
    path("<key:number>/addresses/<int:key>/", views.address_of, name="address"),
    path("<key:number>/addresses/<int:key>/remove/", views.remove_address_of, name="address-remove"),
    path("<key:number>/contacts/new/", contacts.contact_of, name="contact-new"),
    path("<key:number>/contacts/<int:key>/", contacts.contact_of, name="contact"),
    path("<key:number>/contacts/<int:key>/remove/", contacts.remove_contact_of, name="contact-remove"),
    path("<key:number>/mandates/new/", relations.new_mandate_of, name="mandate-new"),
    path("<key:number>/mandates/<int:key>/", relations.mandate_of, name="mandate"),
    path("<key:number>/mandates/<int:key>/end/", relations.end_mandate_of, name="mandate-end"),
    path("<key:number>/merge/", merging.merge_with, name="merge"),
    path("<key:number>/merge/<key:other>/", merging.merge_into, name="merge-into"),
    path("<key:number>/split/", merging.split, name="split"),
    path("<key:number>/merged/<int:key>/", merging.merged, name="merged"),
    path("<key:number>/<slug:tab>/", views.detail, name="tab"),
]
