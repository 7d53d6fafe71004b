"""Places of price letters in the menu, their facts in words, and what machines hear."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portiek.core import nav
from portiek.core.events import event
from portiek.foundation.audit.words import fact_group, fact_words
from portiek.trade.letters import facts
from portiek.trade.pricing.permissions import MANAGE, VIEW

nav.place("letters-mine", _("Price letters"), icon="mail-open", url="letters:mine", right=VIEW, audience="party", group="agreements", order=42, kinds=("customer", "dealer", "person"))
nav.place("letters", _("Price letters"), icon="mail-open", url="letters:letters", right=MANAGE, audience="staff", group="agreements", order=42)
fact_group("letters", _("Price letters"))
fact_words("letters.letter.written", _("{user} had the price letter {text} calculated"), icon="calculator")
fact_words("letters.letter.dropped", _("{user} threw away the price letter {text}"), icon="trash-2")
fact_words("letters.letter.sent", _("{user} sent the price letter {text}"), icon="send", tone="ok")
fact_words("letters.copy.received", _("The price letter {text} came"), icon="mail-open", tone="info")
event("price.letter", _("A price letter came, with what changes for this customer"), facts.LetterReceived, right=VIEW, path="/price-letters/{}")
