"""Addresses of the catalogue."""

from django.urls import path

from portiek.trade.catalog import views

app_name = "catalog"
urlpatterns = [
    path("", views.list_products, name="list"),
    path("assortments/", views.assortments, name="assortments"),
    path("assortments/<key:code>/", views.assortment, name="assortment"),
    path("attributes/", views.attributes, name="attributes"),
    path("attributes/<key:code>/", views.attribute, name="attribute"),
    path("attributes/<key:code>/remove/", views.attribute_remove, name="attribute-remove"),
    path("compare/", views.compare, name="compare"),
    path("families/", views.families, name="families"),
    path("families/<key:code>/", views.family, name="family"),
    path("families/<key:code>/remove/", views.family_remove, name="family-remove"),
    path("freshness/", views.set_freshness, name="freshness"),
    path("fruitless/", views.fruitless, name="fruitless"),
    path("pictures/<slug:digest>.webp", views.picture, name="picture"),
    path("pictures/<slug:digest>/small.webp", views.thumbnail, name="thumbnail"),
    path("saved/", views.saved, name="saved"),
    path("saved/<int:key>/", views.saved_change, name="saved-change"),
    path("synonyms/", views.synonyms, name="synonyms"),
    path("synonyms/<int:key>/", views.synonym, name="synonym"),
    path("synonyms/<int:key>/remove/", views.synonym_remove, name="synonym-remove"),
    path("waiting/", views.waiting, name="waiting"),
    path("parties/<key:number>/supply/", views.choose_supply, name="supply"),
    path("parties/<key:number>/assortments/", views.give, name="give"),
    path("p/<path:sku>/number/", views.own_number, name="own-number"),
    path("p/<path:sku>/related/", views.relate, name="relate"),
    path("p/<path:sku>/describe/", views.describe, name="describe"),
    path("p/<path:sku>/picture/", views.set_picture, name="set-picture"),
    path("p/<path:sku>/picture/remove/", views.remove_picture, name="remove-picture"),
    path("p/<path:sku>/units/", views.set_units, name="units"),
    path("p/<path:sku>/wait/", views.wait, name="wait"),
    path("p/<path:sku>/", views.detail, name="detail"),
]
