"""The words of what is refused about fields."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

word("field-unknown", _("There is no such field here: {name}."))
word("field-wrong", _("{label}: this does not fit. Expected: {expected}."))
word("field-required", _("{label}: fill this in."))
word("field-most", _("There are as many fields here as there can be ({most}). End one that is no longer used."))
word("field-choices", _("Give at least two choices and at most {most}, one a line."))
