"""Addresses about people."""

from django.urls import path

from portiek.foundation.accounts.views import account, colleagues, entering, invitations, passkeys, policy, security, stepping

app_name = "accounts"
urlpatterns = [
    path("login/", entering.login, name="login"),
    path("login/code/", entering.code, name="code"),
    path("login/password/", entering.password, name="password"),
    path("login/passkey/", passkeys.enter, name="passkey"),
    path("login/step/", stepping.step, name="step"),
    path("login/setup/", stepping.set_up, name="set-up"),
    path("login/step/recovery/", stepping.recovery, name="step-recovery"),
    path("login/company/", entering.choose, name="choose"),
    path("logout/", entering.logout, name="logout"),
    path("company/", entering.switch, name="switch"),
    path("language/", entering.language, name="language"),
    path("account/", account.me, name="me"),
    path("account/password/", account.set_password, name="set-password"),
    path("account/security/", security.security, name="security"),
    path("account/security/proof/", security.prove, name="prove"),
    path("account/security/proof/passkey/", passkeys.prove, name="prove-passkey"),
    path("account/security/passkeys/add/", passkeys.add, name="add-passkey"),
    path("account/security/passkeys/<int:key>/remove/", passkeys.remove, name="remove-passkey"),
    path("account/security/app/", security.add_app, name="add-app"),
    path("account/security/app/remove/", security.remove_app, name="remove-app"),
    path("account/security/codes/", security.recovery_codes, name="recovery-codes"),
    path("account/sessions/end/", account.end_others, name="end-sessions"),
    path("colleagues/", colleagues.list_colleagues, name="colleagues"),
    path("colleagues/invite/", colleagues.invite, name="invite"),
    path("colleagues/login/", policy.of_party, name="policy"),
    path("setup/login/", policy.of_portal, name="portal-policy"),
    path("colleagues/of/<key:number>/invite/", colleagues.invite_to, name="invite-to"),
    path("colleagues/<int:key>/", colleagues.change, name="colleague"),
    path("colleagues/<int:key>/end/", colleagues.end, name="colleague-end"),
    path("colleagues/<int:key>/reset/", colleagues.reset, name="colleague-reset"),
    path("colleagues/<int:key>/restore/", colleagues.restore, name="colleague-restore"),
    path("colleagues/invitations/<int:key>/resend/", colleagues.resend, name="invitation-resend"),
    path("colleagues/invitations/<int:key>/revoke/", colleagues.revoke, name="invitation-revoke"),
    path("invitation/<str:token>/", invitations.accept, name="accept"),
    path("theme/", entering.theme, name="theme"),
]
