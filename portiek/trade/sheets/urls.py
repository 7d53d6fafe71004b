"""Addresses of documents of products."""

from django.urls import path

from portiek.trade.sheets import views

app_name = "sheets"
urlpatterns = [
    path("", views.bought, name="bought"),
    path("missing/", views.missing, name="missing"),
    path("missing/<int:key>/again/", views.again, name="again"),
    path("p/<int:key>/remove/<path:sku>/", views.remove, name="remove"),
    path("p/<path:sku>/", views.of_product, name="of-product"),
    path("<str:key>/", views.download, name="download"),
]
