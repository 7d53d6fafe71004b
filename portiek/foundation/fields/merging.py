"""What is filled in about a party goes along where the other says nothing."""

from django.utils.translation import gettext_lazy as _

from portiek.core.merging import moves

moves("fields.PartyValue", label=_("Own fields"), once=(("field",),), says=_("What is filled in at the company that stays remains."))
