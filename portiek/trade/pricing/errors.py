"""The refusals of prices, in words."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

NUMBER_TAKEN = word("pricing.agreement_number_taken", _("This customer already has an agreement with this number."))
AGREED_ARTICLE = word("pricing.agreed_article", _("An agreed quantity is about one article, not about a discount group."))
WINDOW = word("pricing.window", _("The last day lies before the first."))
LINE_TAKEN = word("pricing.line_taken", _("This agreement already has a line for this from this quantity on."))
LINE_TARGET = word("pricing.line_target", _("Fill in a product or a discount group, not both."))
LINE_REWARD = word("pricing.line_reward", _("Fill in a price or a percentage, not both. A price needs a product."))
POSITION_TAKEN = word("pricing.position_taken", _("Another price list of this customer has this position."))
RING = word("pricing.ring", _("{name} falls back on this list already."))
CODE_TAKEN = word("pricing.code_taken", _("There is a price list with this code already."))
GROUP_TAKEN = word("pricing.group_taken", _("There is a customer group with this code already."))
NO_BUYER = word("pricing.no_buyer", _("A supplier buys nothing here."))
SURCHARGE_WHAT = word("pricing.surcharge_what", _("Fill in a percentage or an amount, not both."))
FLOOR_WHAT = word("pricing.floor_what", _("Fill in an amount or a percentage on top of the cost price, not both."))
FLOOR_OF_GROUP = word("pricing.floor_of_group", _("An amount is for one article. For a discount group, fill in a percentage on top of the cost price."))
FLOOR_ELSEWHERE = word("pricing.floor_elsewhere", _("There is a minimum price for this already on some of these days. Change that one, or give it a last day first."))
COST_OF_GROUP = word("pricing.cost_of_group", _("A cost price is of one article, not of a discount group."))
FILE_PERSON = word("pricing.file_person", _("A price list is made for somebody of the company itself: switch back to your own account."))
FILES_MANY = word("pricing.files_many", _("Five price lists are being made for you already. Wait until one is ready."))
FILE_EMPTY = word("pricing.file_empty", _("There is no product in it. Choose all products, or another category."))
FILE_LONG = word("pricing.file_long", _("A PDF holds {most} products at most. Choose a category, or Excel or CSV, which hold them all."))
FREE_FOR_ONE = word("pricing.free_for_one", _("It is for one customer, a group or a price list: fill in one of them, or none for everybody."))
FREE_QUANTITY = word("pricing.free_quantity", _("Fill in from how many and how many come with it."))
FREE_STEP = word("pricing.free_step", _("This article goes out per {step}: choose a number that fits."))
MANY_DAYS = word("pricing.many_days", _("Prices of {most} different days at most at once: ask the others apart."))
RATE_OWN = word("pricing.rate_own", _("This is the currency in which everybody here pays: it needs no rate."))
OF_THE_ERP = word("pricing.of_the_erp", _("The administration keeps this; change it there."))
AGREED_ELSEWHERE = word("pricing.agreed_elsewhere", _("Agreement {number} has a price for this as well, {days}. The lower of the two would count, so nothing was changed: end that one first, or take the line out of it."))
DISCOUNT_ELSEWHERE = word("pricing.discount_elsewhere", _("There is a discount on this group already, {days}. The higher of the two would count, so nothing was changed: give that one a last day first."))
