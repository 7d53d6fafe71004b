"""Addresses about people."""

from django.urls import path

from portiek.foundation.accounts.views import account, along, colleagues, entering, invitations, roles

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
    path("colleagues/<int:key>/look/", along.look_as_user, name="look-as-user"),
    path("colleagues/<int:key>/act/", along.act_for_user, name="act-for-user"),
    path("along/stop/", along.stop, name="along-stop"),
    path("roles/<int:key>/look/", along.look_as_role, name="role-look"),
    path("roles/", roles.list_roles, name="roles"),
    path("roles/new/", roles.new_role, name="role-new"),
    path("roles/preview/", roles.preview_role, name="role-preview"),
    path("roles/ceiling/", roles.list_ceilings, name="ceilings"),
    path("roles/ceiling/of/<key:number>/", roles.ceiling_of, name="ceiling-of"),
    path("roles/ceiling/<slug:kind>/", roles.ceiling, name="ceiling"),
    path("roles/<int:key>/", roles.role_detail, name="role"),
    path("roles/<int:key>/change/", roles.change_role, name="role-change"),
    path("roles/<int:key>/remove/", roles.remove_role, name="role-remove"),
    path("invitation/<str:token>/", invitations.accept, name="accept"),
    path("theme/", entering.theme, name="theme"),
]
