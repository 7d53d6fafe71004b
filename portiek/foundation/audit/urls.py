"""The addresses of the log."""

from django.urls import path

from portiek.foundation.audit.views import erasures, log, own, register, retention

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
    path("mine/erasure/", erasures.mine, name="own-erasure"),
    path("mine/erasure/withdraw/", erasures.withdraw, name="withdraw-erasure"),
    path("erasures/", erasures.list_erasures, name="erasures"),
    path("erasures/<int:key>/", erasures.detail, name="erasure"),
    path("erasures/<int:key>/propose/", erasures.propose, name="propose-erasure"),
    path("erasures/<int:key>/confirm/", erasures.confirm, name="confirm-erasure"),
    path("erasures/<int:key>/refuse/", erasures.refuse, name="refuse-erasure"),
    path("erasures/contact/<int:key>/", erasures.of_contact, name="erase-contact"),
    path("retention/", retention.terms, name="retention"),
    path("holds/", retention.holds, name="holds"),
    path("holds/<int:key>/end/", retention.end_hold, name="end-hold"),
    path("people/", own.of_people, name="of-people"),
    path("register/", register.register, name="register"),
    path("register/head/", register.register_head, name="register-head"),
    path("register/file/<slug:kind>/", register.register_file, name="register-file"),
    path("register/new/", register.add_processing, name="processing-new"),
    path("register/<int:key>/", register.change_processing, name="processing"),
    path("register/<int:key>/remove/", register.remove_processing, name="processing-remove"),
]
