"""What bank accounts hold of people, for the register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portiek.core.erasing import mention, stays
from portiek.core.personal import processing

processing("banking.accounts", _("Bank accounts"), order=30, purpose=_("Paying to the right account, changed by four eyes."), ground=_("Performance of a contract, and the prevention of fraud (GDPR art. 6(1)(b) and (f))."),
           persons=_("Holders of accounts; who asks, confirms and accepts a change"), term=_("As long as the account is used, and seven years after that."), receivers=_("The ERP."),
           fields={"banking.BankAccount": {"iban": _("Bank account, encrypted"), "tail": _("Bank account, encrypted"), "holder": _("Name")},
                   "banking.BankChange": {"iban": _("Bank account, encrypted"), "tail": _("Bank account, encrypted"), "holder": _("Name"), "asked_name": _("Name"), "confirmed_name": _("Name"), "accepted_name": _("Name"), "ended_name": _("Name"), "reason": _("Notes")}})

mention("banking.BankChange", "asked_name", "confirmed_name", "accepted_name", "ended_name", "reason")
stays("banking.BankAccount", "iban", "tail", "holder", ground=_("Seven years after the last payment, for the books (art. 52 AWR)."), party=("party",))
stays("banking.BankChange", "iban", "tail", "holder", ground=_("Seven years, for the books and against fraud."), party=("party",))
