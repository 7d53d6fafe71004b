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
OF_THE_ERP = word("pricing.of_the_erp", _("The administration keeps this; change it there."))
AGREED_ELSEWHERE = word("pricing.agreed_elsewhere", _("Agreement {number} has a price for this as well, {days}. The lower of the two would count, so nothing was changed: end that one first, or take the line out of it."))
DISCOUNT_ELSEWHERE = word("pricing.discount_elsewhere", _("There is a discount on this group already, {days}. The higher of the two would count, so nothing was changed: give that one a last day first."))
