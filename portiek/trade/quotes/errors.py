"""The sentences of what quotes refuse."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

EMPTY = word("quotes.empty", _("Say of at least one line what you want, and how much."))
NOT_A_LINE = word("quotes.not_a_line", _("Fill in both what it is and how much."))
TOO_MANY = word("quotes.too_many", _("A quote holds at most {most} lines."))
TOO_MANY_DRAFTS = word("quotes.too_many_drafts", _("You keep at most {most} drafts. Send or throw away one first; what you typed is still here."))
TURN = word("quotes.turn", _("It is not your turn in this quote any more. Open it again."))
CHANGED = word("quotes.changed", _("This quote is not the one you looked at: there is a newer version. Look at it first."))
OVER = word("quotes.over", _("This quote was valid until {day}. Ask for a new price: everything in it is still there."))
TAKEN = word("quotes.taken", _("This quote was ordered already."))
NO_ARTICLE = word("quotes.no_article", _("“{what}” is no article number of ours. What is offered has one; leave the price open to not offer it."))
NO_PRICE = word("quotes.no_price", _("Fill in the price of at least one line that is not optional."))
DAY = word("quotes.day", _("Choose a day from today on, within two years."))
INSTEAD = word("quotes.instead", _("An alternative stands in for a line that is offered itself and is no alternative."))
ONE_OF = word("quotes.one_of", _("Choose one of “{name}” and its alternatives."))
TOO_MUCH = word("quotes.too_much", _("Of “{name}” {most} is left."))
PART_STEP = word("quotes.part_step", _("“{name}” is sold per {step}. Choose a multiple of that, or all that is left."))
NOTHING_CHOSEN = word("quotes.nothing_chosen", _("Fill in of at least one line how much you order now."))
AGREE = word("quotes.agree", _("Say that you agree with our general conditions, {terms}."))
TERMS_CHANGED = word("quotes.terms_changed", _("Our general conditions are others now: {terms}. Read them and agree once more."))
TERMS_NAMED = word("quotes.terms_named", _("Conditions have both a name and a version, so that it is known with which ones somebody agreed."))
TERMS_LINK = word("quotes.terms_link", _("Begin with / for a page of the portal, or with https://."))
WORDS = word("quotes.words", _("Fill in what you want to say."))
REASON = word("quotes.reason", _("Say why, so that the other side knows what to do."))
NOTHING_NEW = word("quotes.nothing_new", _("Change a quantity or a price, or say something: as it is, it is what was offered."))
ASKER = word("quotes.asker", _("Only who asked for this quote can withdraw it."))
