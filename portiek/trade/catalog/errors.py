"""The refusals of the catalogue, in words."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

NUMBER_TAKEN = word("catalog.number_taken", _("You already use this number for {product}."))
NUMBER_NEEDED = word("catalog.number_needed", _("Fill in your own number."))
UNKNOWN_PRODUCTS = word("catalog.unknown_products", _("These products are not known: {codes}."))
CODE_TAKEN = word("catalog.assortment_code_taken", _("There is an assortment with this code already."))
