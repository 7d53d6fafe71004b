"""The addresses of imports."""

from django.urls import path

from portiek.foundation.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.list_imports, name="list"),
    path("new/<str:what>/", views.new, name="new"),
    path("new/<str:what>/<key:number>/", views.new_of, name="new-of"),
    path("template/<str:what>/", views.template, name="template"),
    path("template/<str:what>/<key:number>/", views.template_of, name="template-of"),
    path("<int:key>/", views.detail, name="detail"),
    path("<int:key>/report/", views.report, name="report"),
    path("<int:key>/confirm/", views.confirm, name="confirm"),
    path("<int:key>/drop/", views.drop, name="drop"),
]
