"""The words of what is refused about parties."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

word("number-taken", _("The number {number} is in use already."))
word("field-of-the-erp", _("This comes from the administration and cannot be changed here."))
word("address-of-the-erp", _("This address comes from the administration and cannot be changed here. Ask your contact, or add another one."))
word("contact-of-the-erp", _("This contact comes from the administration and cannot be changed here."))
word("contact-known", _("{name} has this e-mail address already, in the contacts of this company."))
word("contacts-full", _("A company has at most {most} contacts of its own. Remove those who no longer work there."))
word("unit-taken", _("There is one named {name} in this place already."))
word("unit-loop", _("It cannot stand under itself or under what stands below it."))
word("unit-too-deep", _("The tree would become more than six levels deep."))
word("unit-over", _("The one above is no longer in use. Take that one into use first."))
word("party-loop", _("A company cannot be owned by itself or by a company that it owns."))
word("postal-code-wrong", _("A Dutch postal code looks like 8013 PX."))
word("logo-no-picture", _("This is no picture that can be used: PNG, JPEG or WebP, at most 2 MB."))
word("colour-unreadable", _("White words on this colour are too hard to read ({ratio} : 1, at least {least} : 1 is needed)."))
word("party-unknown", _("There is no party with the number {number}."))
word("coc_number-wrong", _("A number of the Dutch Chamber of Commerce has eight figures. Leave it empty for a company elsewhere."))
word("branch_number-wrong", _("A branch number has twelve figures."))
word("rsin-wrong", _("This is no RSIN: nine figures that pass its check."))
word("vat_number-wrong", _("This is no VAT number of the country it names. A Dutch one looks like NL004495445B01."))
word("duns-wrong", _("A D-U-N-S number has nine figures."))
word("gln-wrong", _("This is no GLN: thirteen figures, of which the last is a check."))
word("party-alike", _("{names} has the same number. Tick the box to save it nevertheless."))
