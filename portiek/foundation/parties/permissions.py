"""Rights over parties."""

from django.utils.translation import gettext_lazy as _

from portiek.core.permissions import right, subject

PORTAL_MANAGE = right("portal.manage", _("Change the portal's colour, texts and settings"), audience="staff")
VIEW = right("party.view", _("See customers, dealers and suppliers"), audience="staff")
MANAGE = right("party.manage", _("Add and change customers, dealers and suppliers"), audience="staff")
ADDRESS_MANAGE = right("address.manage", _("Add and change addresses"))
ADDRESS_ONEOFF = right("address.use_oneoff", _("Have an order sent to an address that is not in the address book"), audience="party")
CONTACT_MANAGE = right("contact.manage", _("See, add and change contacts of the company"))
PROPOSE = right("party.propose", _("Change the company's details, or propose the change"), audience="party")
UNIT_MANAGE = right("unit.manage", _("Add, move and end branches, departments and projects"))

subject(_("Companies and addresses"), "party", "address", "contact", "unit", order=60)
