"""The words of what is refused about parties."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

word("number-taken", _("The number {number} is in use already."))
word("field-of-the-erp", _("This comes from the administration and cannot be changed here."))
word("address-of-the-erp", _("This address comes from the administration and cannot be changed here. Ask your contact, or add another one."))
word("unit-taken", _("There is a branch named {name} already."))
word("postal-code-wrong", _("A Dutch postal code looks like 8013 PX."))
word("logo-no-picture", _("This is no picture that can be used: PNG, JPEG or WebP, at most 2 MB."))
word("colour-unreadable", _("White words on this colour are too hard to read ({ratio} : 1, at least {least} : 1 is needed)."))
