"""What bank accounts hold of people, for the register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portiek.core.personal import processing

processing("banking.accounts", _("Bank accounts"), order=30, purpose=_("Paying to the right account, changed by four eyes."), ground=_("Performance of a contract, and the prevention of fraud (GDPR art. 6(1)(b) and (f))."),
           persons=_("Holders of accounts; who asks, confirms and accepts a change"), term=_("As long as the account is used, and seven years after that."), receivers=_("The ERP."),
           fields={"banking.BankAccount": {"iban": _("Bank account, encrypted"), "tail": _("Bank account, encrypted"), "holder": _("Name")},
                   "banking.BankChange": {"iban": _("Bank account, encrypted"), "tail": _("Bank account, encrypted"), "holder": _("Name"), "asked_name": _("Name"), "confirmed_name": _("Name"), "accepted_name": _("Name"), "ended_name": _("Name"), "reason": _("Notes")}})
