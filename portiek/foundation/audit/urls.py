"""The addresses of the log."""

from django.urls import path

from portiek.foundation.audit.views import log, own, register

app_name = "audit"
urlpatterns = [
    path("", log.list_facts, name="list"),
    path("export/", log.ask_export, name="ask-export"),
    path("files/", log.list_exports, name="exports"),
    path("files/<int:key>/", log.download_export, name="export"),
    path("check/", log.chain, name="chain"),
    path("check/now/", log.check_chain, name="check-chain"),
    path("check/seal/", log.mail_seal, name="mail-seal"),
    path("mine/", own.mine, name="mine"),
    path("mine/<int:key>/", own.download, name="package"),
    path("people/", own.of_people, name="of-people"),
    path("register/", register.register, name="register"),
    path("register/head/", register.register_head, name="register-head"),
    path("register/file/<slug:kind>/", register.register_file, name="register-file"),
    path("register/new/", register.add_processing, name="processing-new"),
    path("register/<int:key>/", register.change_processing, name="processing"),
    path("register/<int:key>/remove/", register.remove_processing, name="processing-remove"),
]
