"""Addresses of electronic ordering."""

from django.urls import path

from portiek.edges.exchange import views

app_name = "exchange"
urlpatterns = [
    path("", views.messages_list, name="messages"),
    path("upload/", views.upload, name="upload"),
    path("try/", views.try_message, name="try"),
    path("example.xml", views.example, name="example"),
    path("setup/", views.setup, name="setup"),
    path("catalogues/", views.catalogues, name="catalogues"),
    path("catalogues/of/<key:number>/", views.catalogues_of, name="catalogues-of"),
    path("catalogues/<str:key>.xml", views.download_catalogue, name="catalogue"),
    path("answers/<key:number>.xml", views.download_response, name="response"),
    path("<str:key>/", views.show_message, name="message"),
    path("<str:key>/order.xml", views.download, name="download"),
    path("<str:key>/response.xml", views.download_change_response, name="change-response"),
    path("<str:key>/agree/", views.agree, name="agree"),
    path("<str:key>/mend/", views.mend, name="mend"),
    path("<str:key>/drop/", views.drop, name="drop"),
]
