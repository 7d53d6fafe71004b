"""Addresses of approval rules."""

from django.urls import path

from portiek.trade.approvals import views

app_name = "approvals"
urlpatterns = [
    path("", views.list_rules, name="rules"),
    path("new/", views.new_rule, name="rule-new"),
    path("<int:key>/", views.change_rule, name="rule"),
    path("<int:key>/pause/", views.pause_rule, name="rule-pause"),
    path("<int:key>/resume/", views.resume_rule, name="rule-resume"),
    path("<int:key>/raise/", views.raise_rule, name="rule-raise"),
    path("<int:key>/remove/", views.remove_rule, name="rule-remove"),
]
