"""Addresses about people."""

from django.urls import path

from portiek.foundation.accounts.views import entering

app_name = "accounts"
urlpatterns = [
    path("login/", entering.login, name="login"),
    path("login/code/", entering.code, name="code"),
    path("login/password/", entering.password, name="password"),
    path("login/company/", entering.choose, name="choose"),
    path("logout/", entering.logout, name="logout"),
    path("company/", entering.switch, name="switch"),
    path("language/", entering.language, name="language"),
    path("theme/", entering.theme, name="theme"),
]
