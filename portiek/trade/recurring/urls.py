"""Addresses of recurring orders."""

from django.urls import path

from portiek.trade.recurring import views

app_name = "recurring"
urlpatterns = [
    path("", views.list_recurring, name="all"),
    path("new/", views.new, name="new"),
    path("<int:key>/", views.detail, name="detail"),
    path("<int:key>/change/", views.change, name="change"),
    path("<int:key>/lines/", views.save_lines, name="lines"),
    path("<int:key>/add/", views.add_line, name="add"),
    path("<int:key>/successor/", views.take_successor, name="successor"),
    path("<int:key>/skip/", views.skip, name="skip"),
    path("<int:key>/accept/", views.accept, name="accept"),
    path("<int:key>/pause/", views.pause, name="pause"),
    path("<int:key>/resume/", views.resume, name="resume"),
    path("<int:key>/end/", views.end, name="end"),
    path("<int:key>/take-over/", views.take_over, name="take-over"),
]
