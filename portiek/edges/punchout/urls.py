"""Addresses of punch-out."""

from django.urls import path

from portiek.edges.punchout.views import cxml, setup, visit

app_name = "punchout"
urlpatterns = [
    path("", setup.list_systems, name="systems"),
    path("new/<key:number>/", setup.add, name="new"),
    path("oci/", visit.enter_oci, name="oci"),
    path("cxml/", cxml.receive, name="cxml"),
    path("start/<str:ticket>/", cxml.start, name="start"),
    path("return/", visit.give_back, name="return"),
    path("<str:login>/", setup.show, name="system"),
    path("<str:login>/change/", setup.change, name="change"),
    path("<str:login>/renew/", setup.renew, name="renew"),
    path("<str:login>/on/", setup.switch_on, name="on"),
    path("<str:login>/off/", setup.switch_off, name="off"),
]
