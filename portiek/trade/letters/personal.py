"""What price letters keep of a private person who buys: what he bought in a year, in the copy that he got."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portiek.core.erasing import goes
from portiek.core.personal import not_personal, processing

not_personal("words of the portal to everybody", "letters.Letter.title", "letters.Letter.title_en", "letters.Letter.text", "letters.Letter.text_en",
             "letters.LetterCopy.title", "letters.LetterCopy.title_en", "letters.LetterCopy.text", "letters.LetterCopy.text_en")
not_personal("what is sold", "letters.LetterLine.sku", "letters.LetterLine.name", "letters.LetterLine.name_en", "letters.LetterLine.unit", "letters.LetterLine.before_by", "letters.LetterLine.after_by")
processing("letters.letters", _("Price letters"), order=46, purpose=_("Telling who buys what will cost more or less, and what that means for what he bought."), ground=_("Legitimate interest (GDPR art. 6(1)(f)): nobody is surprised by a price; each reads his own alone."),
           persons=_("Private persons who buy"), term=_("As long as the letter is kept; with the person when he is erased."), receivers=_("Nobody."),
           fields={"letters.LetterCopy": {"bought": _("What somebody bought in a year"), "effect": _("What somebody bought in a year")}, "letters.LetterLine": {"quantity": _("What somebody bought in a year"), "usual": _("What somebody bought in a year"), "times": _("What somebody bought in a year")}})
goes("letters.LetterLine", party=("party",), books=True, order=10)
goes("letters.LetterCopy", party=("party",), books=True, order=11)
