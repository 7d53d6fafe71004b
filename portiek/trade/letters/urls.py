"""Addresses of price letters."""

from django.urls import path

from portiek.trade.letters import views

app_name = "letters"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("<int:key>/", views.copy, name="copy"),
    path("<int:key>/prices.csv", views.table, name="table"),
    path("<int:key>/prices.pdf", views.pdf, name="pdf"),
    path("written/", views.letters, name="letters"),
    path("written/new/", views.new, name="new"),
    path("written/<int:key>/", views.letter, name="letter"),
    path("written/<int:key>/change/", views.change, name="change"),
    path("written/<int:key>/send/", views.send, name="send"),
    path("written/<int:key>/drop/", views.drop, name="drop"),
]
