"""Rights over parties."""

from django.utils.translation import gettext_lazy as _

from portiek.core.features import feature
from portiek.core.permissions import right, rights, subject

PORTAL_MANAGE = right("portal.manage", _("Change the portal's colour, texts and settings"), audience="staff")
VIEW = right("party.view", _("See customers, dealers and suppliers"), audience="staff")
MANAGE = right("party.manage", _("Add and change customers, dealers and suppliers"), audience="staff")
MERGE = right("party.merge", _("Merge and split companies"), audience="staff")
ADDRESS_MANAGE = right("address.manage", _("Add and change addresses"))
ADDRESS_ONEOFF = right("address.use_oneoff", _("Have an order sent to an address that is not in the address book"), audience="party")
CONTACT_MANAGE = right("contact.manage", _("See, add and change contacts of the company"))
PROPOSE = right("party.propose", _("Change the company's details, or propose the change"), audience="party")
UNIT_MANAGE = right("unit.manage", _("Add, move and end branches, departments and projects"))
MANDATE_MANAGE = right("mandate.manage", _("Give, confirm and end mandates"), behalf=False)
MANDATE_USE = right("mandate.use", _("Act for companies that gave a mandate"), audience="party", behalf=False)

subject(_("Companies and addresses"), "party", "address", "contact", "unit", "mandate", order=60)
feature("details", _("Changing company details"), _("Change what is theirs, and propose changes of what the administration owns."), PROPOSE, order=70)
feature("addresses", _("Addresses"), _("Add and change addresses, and order to an address that is not in the book."), ADDRESS_MANAGE, ADDRESS_ONEOFF, order=71)
feature("contacts", _("Contacts"), _("The list of contacts of the company, also of those who do not log in."), CONTACT_MANAGE, order=72)
feature("organisation", _("Branches and departments"), _("Divide the company in branches, departments and projects."), UNIT_MANAGE, order=73)
feature("mandates", _("Mandates"), _("Let another company act for them, and act for others that gave a mandate."), MANDATE_MANAGE, MANDATE_USE, order=74)


def mandatable() -> list[str]:
    """Return the rights that one company can let another use for it: all of a party but paying, signing, approving, and what opens doors: people, roles, keys, mandates."""
    return [code for code, item in rights().items() if item.behalf and item.audience != "staff"]
