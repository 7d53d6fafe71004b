"""Addresses about people."""

from django.urls import path

from portiek.foundation.accounts.views import account, colleagues, elsewhere, entering, invitations, providers

app_name = "accounts"
urlpatterns = [
    path("login/", entering.login, name="login"),
    path("login/code/", entering.code, name="code"),
    path("login/password/", entering.password, name="password"),
    path("login/company/", entering.choose, name="choose"),
    path("logout/", entering.logout, name="logout"),
    path("company/", entering.switch, name="switch"),
    path("language/", entering.language, name="language"),
    path("account/", account.me, name="me"),
    path("account/password/", account.set_password, name="set-password"),
    path("account/sessions/end/", account.end_others, name="end-sessions"),
    path("colleagues/", colleagues.list_colleagues, name="colleagues"),
    path("colleagues/invite/", colleagues.invite, name="invite"),
    path("colleagues/of/<key:number>/invite/", colleagues.invite_to, name="invite-to"),
    path("colleagues/<int:key>/", colleagues.change, name="colleague"),
    path("colleagues/<int:key>/end/", colleagues.end, name="colleague-end"),
    path("colleagues/<int:key>/restore/", colleagues.restore, name="colleague-restore"),
    path("colleagues/invitations/<int:key>/resend/", colleagues.resend, name="invitation-resend"),
    path("colleagues/invitations/<int:key>/revoke/", colleagues.revoke, name="invitation-revoke"),
    path("invitation/<str:token>/", invitations.accept, name="accept"),
    path("login/with/<slug:slug>/", elsewhere.depart, name="elsewhere"),
    path("login/with/<slug:slug>/return/", elsewhere.come_back, name="elsewhere-return"),
    path("login/with/<slug:slug>/saml/", elsewhere.take_response, name="elsewhere-saml"),
    path("login/with/<slug:slug>/metadata/", elsewhere.metadata, name="elsewhere-metadata"),
    path("login/with/<slug:slug>/finish/", elsewhere.finish, name="elsewhere-finish"),
    path("account/elsewhere/<int:key>/link/", elsewhere.link, name="elsewhere-link"),
    path("account/elsewhere/<int:key>/unlink/", elsewhere.unlink, name="elsewhere-unlink"),
    path("elsewhere/", providers.list_providers, name="providers"),
    path("elsewhere/new/", providers.add, name="provider-new"),
    path("elsewhere/of/<key:number>/new/", providers.add_of, name="provider-new-of"),
    path("elsewhere/<int:key>/", providers.change, name="provider"),
    path("elsewhere/<int:key>/check/", providers.check, name="provider-check"),
    path("elsewhere/<int:key>/on/", providers.switch_on, name="provider-on"),
    path("elsewhere/<int:key>/off/", providers.switch_off, name="provider-off"),
    path("theme/", entering.theme, name="theme"),
]
