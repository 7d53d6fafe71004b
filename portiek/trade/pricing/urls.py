"""Addresses of prices."""

from django.urls import path

from portiek.trade.pricing import views

app_name = "pricing"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("lists/", views.lists, name="lists"),
    path("lists/<key:code>/", views.price_list, name="list"),
    path("explain/", views.explain, name="explain"),
    path("agreements/<key:number>/", views.my_agreement, name="my-agreement"),
    path("parties/<key:party>/agreements/new/", views.new_agreement, name="agreement-new"),
    path("parties/<key:party>/agreements/<key:number>/", views.agreement, name="agreement"),
    path("parties/<key:party>/agreements/<key:number>/change/", views.change_agreement, name="agreement-change"),
    path("parties/<key:party>/agreements/<key:number>/lines/<int:key>/remove/", views.remove_line, name="line-remove"),
    path("parties/<key:party>/lists/assign/", views.assign, name="assign"),
    path("parties/<key:party>/lists/<key:code>/withdraw/", views.withdraw, name="withdraw"),
    path("parties/<key:party>/discounts/set/", views.discount, name="discount-set"),
]
