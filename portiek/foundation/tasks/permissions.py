"""Rights over tasks. Everybody sees and does what is asked of himself; these go further."""

from django.utils.translation import gettext_lazy as _

from portiek.core.permissions import right

ASK = right("task.ask", _("Ask customers, dealers and suppliers to do something, and follow it"), audience="staff")
PROGRAM = right("task.program", _("Let a program see, settle and hand over tasks (API)"), behalf=False)
