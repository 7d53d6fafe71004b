"""Rights over carts and orders."""

from django.utils.translation import gettext_lazy as _

from portiek.core.features import feature
from portiek.core.permissions import right, subject
from portiek.trade.approvals.permissions import APPROVE as APPROVE
from portiek.trade.approvals.permissions import BUDGETS, BUDGETS_MANAGE, RULES

CART = right("cart.edit", _("Fill a cart"), audience="party")
PLACE = right("order.place", _("Place orders"), audience="party")
VIEW = right("order.view", _("See orders"), scoped=True)
CANCEL = right("order.cancel", _("Cancel orders, or ask for it"))
MANAGE = right("order.manage", _("Hold, resume and cancel orders of parties"), audience="staff")

subject(_("Ordering"), "cart", "order", order=30)
feature("ordering", _("Ordering online"), _("Cart, placing and approving orders. Without it orders can only be followed."), CART, PLACE, APPROVE, RULES, BUDGETS, BUDGETS_MANAGE, order=20)
feature("orders", _("Following orders"), _("The list of orders with their state, deliveries and papers."), VIEW, CANCEL, order=30)
