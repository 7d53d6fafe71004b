"""When somebody last looked goes along with him."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.merging import moves

moves("pages.Presence", once=(("user",),), says=_("When somebody last looked at the other company holds."), takes=lambda deed: Q(user__in=deed.people))
