"""Addresses of prices."""

from django.urls import path

from portiek.trade.pricing import views

app_name = "pricing"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("lists/", views.lists, name="lists"),
    path("lists/<str:code>/", views.price_list, name="list"),
    path("explain/", views.explain, name="explain"),
    path("agreements/<str:number>/", views.my_agreement, name="my-agreement"),
    path("parties/<str:party>/agreements/new/", views.new_agreement, name="agreement-new"),
    path("parties/<str:party>/agreements/<str:number>/", views.agreement, name="agreement"),
    path("parties/<str:party>/agreements/<str:number>/lines/<int:key>/remove/", views.remove_line, name="line-remove"),
    path("parties/<str:party>/lists/assign/", views.assign, name="assign"),
    path("parties/<str:party>/lists/<str:code>/withdraw/", views.withdraw, name="withdraw"),
    path("parties/<str:party>/discounts/set/", views.discount, name="discount-set"),
]
