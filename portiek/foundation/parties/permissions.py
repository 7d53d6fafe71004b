"""Rights over parties."""

from django.utils.translation import gettext_lazy as _

from portiek.core.permissions import right

VIEW = right("party.view", _("See customers, dealers and suppliers"), audience="staff")
MANAGE = right("party.manage", _("Add and change customers, dealers and suppliers"), audience="staff")
ADDRESS_MANAGE = right("address.manage", _("Add and change addresses"))
PROPOSE = right("party.propose", _("Change the company's details, or propose the change"), audience="party")
