"""The refusals of parity, in words."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

TOO_LITTLE = word("parity.too-little", _("Give an amount of a cent or more: up to there a difference is known."))
