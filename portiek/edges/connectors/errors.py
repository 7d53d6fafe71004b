"""The refusals of this module in words."""

from django.utils.translation import gettext_lazy as _

from portiek.core.errors import word

LABEL_TAKEN = word("connectors.label-taken", _("There is a connection called {label} already; choose another name."))
NOT_STUCK = word("connectors.not-stuck", _("{key} is not stuck any more; look at the list again."))
UNDER_WAY = word("connectors.under-way", _("{key} is being sent this moment; wait for the answer."))
IS_DONE = word("connectors.is-done", _("The ERP has {key} already; cancel it there."))
MAYBE_DONE = word("connectors.maybe-done", _("The ERP may have {key}; send it again first, so that the portal looks for it."))
word("merge-on-its-way", _("{count} orders of this company are on their way to the ERP, or wait for a person there. Let them arrive first."))
