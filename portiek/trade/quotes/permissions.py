"""Rights over quotes."""

from django.utils.translation import gettext_lazy as _

from portiek.core.features import feature
from portiek.core.permissions import right, subject

REQUEST = right("quote.request", _("Ask for quotes and negotiate about them"), audience="party")
VIEW = right("quote.view", _("See quotes"), scoped=True)
ACCEPT = right("quote.accept", _("Accept quotes, which orders what they offer"), audience="party")
MANAGE = right("quote.manage", _("Make quotes for parties"), audience="staff")

subject(_("Quotes"), "quote", order=32)
feature("quotes", _("Quotes"), _("Asking for a price, negotiating about it and ordering at what was agreed."), REQUEST, VIEW, ACCEPT, order=35)
