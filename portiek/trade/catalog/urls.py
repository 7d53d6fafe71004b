"""Addresses of the catalogue."""

from django.urls import path

from portiek.trade.catalog import views

app_name = "catalog"
urlpatterns = [
    path("", views.list_products, name="list"),
    path("assortments/", views.assortments, name="assortments"),
    path("assortments/<key:code>/", views.assortment, name="assortment"),
    path("fruitless/", views.fruitless, name="fruitless"),
    path("parties/<key:number>/assortments/", views.give, name="give"),
    path("p/<path:sku>/number/", views.own_number, name="own-number"),
    path("p/<path:sku>/describe/", views.describe, name="describe"),
    path("p/<path:sku>/", views.detail, name="detail"),
]
