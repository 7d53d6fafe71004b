"""Addresses of order lists."""

from django.urls import path

from portiek.trade.lists import views

app_name = "lists"
urlpatterns = [
    path("", views.list_lists, name="lists"),
    path("new/", views.new_list, name="new"),
    path("put-on/", views.put_on, name="put-on"),
    path("<int:key>/", views.show_list, name="list"),
    path("<int:key>/order/", views.order_from, name="order"),
    path("<int:key>/add/", views.add_line, name="add"),
    path("<int:key>/successor/", views.take_successor, name="successor"),
    path("<int:key>/lines/", views.change_lines, name="lines"),
    path("<int:key>/change/", views.change_list, name="change"),
    path("<int:key>/download/", views.download, name="download"),
    path("<int:key>/remove/", views.remove_list, name="remove"),
]
