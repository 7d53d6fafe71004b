"""Addresses of carts and orders."""

from django.urls import path

from portiek.trade.orders.views import address, cart, draft, order

app_name = "orders"
urlpatterns = [
    path("", order.list_orders, name="list"),
    path("to-approve/", order.list_to_approve, name="to_approve"),
    path("to-approve/approve/", order.approve_many, name="approve-many"),
    path("twice/", order.set_lookback, name="lookback"),
    path("cart/", cart.show_cart, name="cart"),
    path("cart/add/", cart.add_to_cart, name="cart_add"),
    path("cart/change/", cart.change_line, name="cart_change"),
    path("cart/remove/", cart.remove_line, name="cart_remove"),
    path("cart/empty/", cart.empty_cart, name="cart_empty"),
    path("cart/details/", cart.set_details, name="cart_details"),
    path("cart/address/", address.choose_address, name="address"),
    path("cart/address/once/", address.oneoff_address, name="address_once"),
    path("cart/paste/", draft.paste, name="paste"),
    path("cart/paste/<key:draft>/", draft.show_draft, name="draft"),
    path("cart/paste/<key:draft>/columns/", draft.choose_columns, name="draft_columns"),
    path("cart/paste/<key:draft>/errors/", draft.download_errors, name="draft_errors"),
    path("cart/paste/<key:draft>/drop/", draft.drop, name="draft_drop"),
    path("cart/review/", cart.review, name="review"),
    path("cart/submit/", cart.submit, name="submit"),
    path("<key:number>/", order.show_order, name="detail"),
    path("<key:number>/pdf/", order.order_pdf, name="pdf"),
    path("<key:number>/reorder/", order.reorder, name="reorder"),
    path("<key:number>/lower/", order.lower, name="lower"),
    path("<key:number>/approve/", order.approve, name="approve"),
    path("<key:number>/reject/", order.reject, name="reject"),
    path("<key:number>/withdraw/", order.withdraw, name="withdraw"),
    path("<key:number>/cancel/", order.cancel, name="cancel"),
    path("<key:number>/keep/", order.keep, name="keep"),
    path("<key:number>/hold/", order.hold, name="hold"),
    path("<key:number>/resume/", order.resume, name="resume"),
]
