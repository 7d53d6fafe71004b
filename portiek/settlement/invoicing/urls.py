"""The addresses of invoices and payments."""

from django.urls import path

from portiek.settlement.invoicing import views

app_name = "invoicing"
urlpatterns = [
    path("", views.list_invoices, name="list"),
    path("payments/", views.list_payments, name="payments"),
    path("<key:number>/", views.invoice_detail, name="detail"),
    path("<key:number>/pdf/", views.invoice_pdf, name="pdf"),
]
