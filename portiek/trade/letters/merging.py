"""Letters are read by whom they were for: those of the company that stays remain, the others stay with the one that went."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portiek.core.merging import stays

stays("letters.LetterCopy", label=_("Price letters"), ground=_("Were about the prices of the company that goes."))
stays("letters.LetterLine", ground=_("Part of a price letter."))
