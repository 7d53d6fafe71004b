"""The sentences of punch-out."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

word("punchout.credentials", _("The name or the password of this system is not right, or it was switched off."))
word("punchout.too-many", _("There were many tries in a short time. Try again in a quarter of an hour."))
word("punchout.return", _("The address to go back to is not one that was agreed for this system. It begins with https:// and has one of the agreed hosts."))
word("punchout.person", _("Nobody of this company may shop through this system at the moment."))
word("punchout.function", _("This function is not known here."))
word("punchout.product", _("This product is not there, or not in the assortment of this company."))
word("punchout.over", _("This visit is over. Open the portal from your own system again."))
word("punchout.hosts", _("Give hosts such as inkoop.example.com, one on a line."))
word("punchout.no-person", _("Choose somebody of this company who may see products and prices and fill a cart."))
word("punchout.lines", _("A line of the cart cannot be ordered as it stands. Change it or take it out, then go back."))
