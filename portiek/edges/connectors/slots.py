"""The monitor's place in the menu of staff, with what is stuck as its count."""

from django.utils.translation import gettext_lazy as _

from portiek.core import nav
from portiek.edges.connectors import kinds, permissions, queries

nav.place(
    "connectors",
    _("Connections"),
    icon="plug",
    url="connectors:monitor",
    right=permissions.VIEW,
    order=830,
    audience="staff",
    group="setup",
    count=queries.trouble,
)
__all__ = ["kinds"]
