"""The sentences of what orders refuse."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

UNKNOWN_PRODUCT = word("orders.unknown_product", _("“{what}” is not in your assortment."))
NOT_A_QUANTITY = word("orders.not_a_quantity", _("Fill in how many you want, as a number above zero."))
TOO_MANY_LINES = word("orders.too_many_lines", _("A cart holds at most {most} lines. Place this order first, then go on."))
LINE_GONE = word("orders.line_gone", _("This line is no longer in your cart."))
UNKNOWN_ADDRESS = word("orders.unknown_address", _("Choose one of your own delivery addresses."))
ADDRESS_OVER = word("orders.address_over", _("The delivery address is no longer in the address book. Choose another one."))
NO_ONEOFF = word("orders.no_oneoff", _("You may have orders sent to addresses of the address book only. Choose one of those."))
TWO_ADDRESSES = word("orders.two_addresses", _("Give an address of the address book or one for this order alone, not both."))
ONEOFF_INCOMPLETE = word("orders.oneoff_incomplete", _("An address needs at least a street and a city."))
CART_EMPTY = word("orders.cart_empty", _("Your cart is empty, so there is nothing to order."))
AMBIGUOUS_PRODUCT = word("orders.ambiguous_product", _("“{what}” is the number of several products. Use the article number."))
LINE_TWICE = word("orders.line_twice", _("“{what}” is in the order already. Put it in one line with the whole quantity."))
NO_PRICE = word("orders.no_price", _("The price of “{what}” is on request. Leave it out and ask us for a price."))
QUANTITY_NOT_SOLD = word("orders.quantity_not_sold", _("“{what}” is not sold in this quantity: at least {least}, in steps of {step}. The nearest is {fitting}."))
WANTED_DATE = word("orders.wanted_date", _("Choose a day from today on."))
KEY_REUSED = word("orders.key_reused", _("This key made order {number}, of something else. Nothing was ordered; send a new order with a key of its own."))
TOO_LARGE = word("orders.too_large", _("The total is larger than one order can hold. Divide it over several orders."))
CONTENT_CHANGED = word("orders.content_changed", _("Something has changed since you looked. Nothing was ordered; look at what is different below."))
NOT_ORDERABLE = word("orders.not_orderable", _("One of the lines can no longer be ordered. Take it out or ask us."))
DECIDED = word("orders.decided", _("Somebody has decided about this order already."))
OWN_ORDER = word("orders.own_order", _("You cannot decide about your own order. A colleague does."))
APPROVAL_CHANGED = word("orders.approval_changed", _("This order is not the one you looked at. Open it again."))
REASON_NEEDED = word("orders.reason_needed", _("Say why, so that your colleague knows what to do."))
NOT_YOURS_TO_WITHDRAW = word("orders.not_yours", _("Only the one who placed this order can withdraw it."))
ENDED = word("orders.ended", _("This order is on its way, finished or cancelled already."))
ASK_TO_CANCEL = word("orders.ask_to_cancel", _("This order is already with us in the warehouse. You can ask to cancel it."))
ASKED_ALREADY = word("orders.asked_already", _("You have asked this already; you will hear from us."))
NOT_ON_HOLD = word("orders.not_on_hold", _("This order is not on hold."))
