"""Addresses of approval rules, budgets and cost centres."""

from django.urls import path

from portiek.trade.approvals.views import budgets, reference
from portiek.trade.approvals.views import rules as views

app_name = "approvals"
urlpatterns = [
    path("", views.list_rules, name="rules"),
    path("new/", views.new_rule, name="rule-new"),
    path("<int:key>/", views.change_rule, name="rule"),
    path("<int:key>/pause/", views.pause_rule, name="rule-pause"),
    path("<int:key>/resume/", views.resume_rule, name="rule-resume"),
    path("<int:key>/raise/", views.raise_rule, name="rule-raise"),
    path("<int:key>/remove/", views.remove_rule, name="rule-remove"),
    path("budgets/", budgets.list_budgets, name="budgets"),
    path("budgets/new/", budgets.new_budget, name="budget-new"),
    path("budgets/<int:key>/", budgets.change_budget, name="budget"),
    path("budgets/<int:key>/remove/", budgets.remove_budget, name="budget-remove"),
    path("reference/", reference.ask_reference, name="reference"),
    path("reference/<key:party>/", reference.ask_reference_of, name="reference-of"),
    path("cost-centres/", budgets.list_cost_centres, name="cost-centres"),
    path("cost-centres/asked/", budgets.ask_cost_centre, name="cost-centres-asked"),
    path("cost-centres/<int:key>/", budgets.name_cost_centre, name="cost-centre"),
    path("cost-centres/<int:key>/end/", budgets.end_cost_centre, name="cost-centre-end"),
    path("cost-centres/<int:key>/resume/", budgets.resume_cost_centre, name="cost-centre-resume"),
]
